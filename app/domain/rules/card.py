"""Cards: what lists show of a subject, whatever its type.

A card is a short form of the state for lists. What every list filters, sorts and shows is in common columns; what only
lists of one type need is in ``extra``. A card keeps the clock that runs; its colour depends on the time and is worked
out when it is shown.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Self, TypeVar

from app.domain.rules.clocks import Clock
from app.domain.rules.state import UNSIGNED, SubjectState
from app.domain.writing.folding import sought
from app.domain.writing.names import plain_name

E = TypeVar("E", bound="Extra")


@dataclass(frozen=True, slots=True)
class Extra:
    """The fields that only cards of one type of subject have. Their values are JSON, or ``to_json`` turns them into
    JSON."""

    columns: ClassVar[tuple[str, ...]] = ()
    """Names of fields that lists filter by: they are kept as columns of their own on the phone."""

    def words(self) -> tuple[str, ...]:
        """Return the words by which a search finds the subject, besides those of all cards."""
        return ()

    def row(self) -> dict[str, Any]:
        """Return the columns a list filters by, with their values."""
        return {name: getattr(self, name) for name in self.columns}

    def to_json(self) -> dict[str, Any]:
        """Return its fields as JSON values."""
        return asdict(self)

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the object that ``to_json`` wrote. Fields that an older app did not write get their default."""
        return cls(**{name: data[name] for name in names_of(cls) if name in data})


@dataclass(frozen=True, slots=True)
class Card:
    """A subject as lists show it. Times in ms.

    ``kind``: the ticket's kind, the visit's occasion, or what sort of thing it is; ``number``: what people call it by;
    ``content``: what it is about, in a line; ``assignee``: the staff id of whose move it is or who holds it;
    ``opener``: the staff id of who opened it; ``contact_…``: the person outside the company; ``clock``: the clock that
    runs; ``waits_for``: whose move it is; ``tags``: every tag it ever bore; ``unsent``: how many of its entries wait on
    this phone; ``flags``: how many of its entries the desk must look at; ``over``: the field worker has nothing more to
    do; ``ended``: nobody has; ``estate``: the key of the estate 小区 that its first entry names, "" if it names none.
    """

    type: str
    id: str
    kind: str = ""
    stage: str = ""
    number: str | None = None
    address: str = ""
    household_id: str | None = None
    unit_id: str | None = None
    building_id: str | None = None
    assignee: str | None = None
    opener: str | None = None
    opened_at: int = 0
    last_at: int = 0
    content: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    due_at: int | None = None
    urgent: bool = False
    signature: str = UNSIGNED
    end_reason: str | None = None
    clock: Clock | None = None
    waits_for: str | None = None
    tags: tuple[str, ...] = ()
    flags: int = 0
    ended: bool = False
    over: bool = False
    unsent: int = 0
    estate: str = ""
    extra: Extra = Extra()

    def as_(self, extra: builtins.type[E]) -> E:
        """Return ``extra`` as the given class. Raises ``TypeError`` for a card of another type."""
        if not isinstance(self.extra, extra):
            raise TypeError(f"a card of a {self.type} has no {extra.__name__}")
        return self.extra

    def words(self) -> str:
        """Return the text that a list's search looks through: what the card shows, plus the contact's name in the form
        in which names are compared."""
        said = (self.address, self.number, self.content, self.contact_name, self.contact_phone)
        words = (*said, *self.extra.words(), *self.tags, plain_name(self.contact_name))
        return sought(" ".join(word for word in words if word))


def names_of(kind: type[Any]) -> tuple[str, ...]:
    """Return the names of a data class's fields."""
    return tuple(field.name for field in fields(kind))


def plain_card(state: SubjectState) -> Card:
    """Return a card with only the fields that every type of subject has."""
    opened_at = state.opened.at if state.opened else (state.steps[0].entry.at if state.steps else 0)
    return Card(
        type=state.type,
        id=state.id,
        stage=state.stage,
        address=state.address,
        household_id=state.household_id,
        unit_id=state.unit_id,
        building_id=state.building_id,
        opener=state.opened.author if state.opened else None,
        opened_at=opened_at,
        last_at=max((step.entry.at for step in state.steps), default=opened_at),
        flags=len(state.flags),
        ended=True,
        over=True,
    )
