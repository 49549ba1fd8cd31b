"""The tree that a form is while it is filled: a place for each question, group and row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.forms.definition import HOLDERS, NOTE, REPEAT, UNSEEN, Question
from app.domain.forms.values import Node

ROW: Final = "#"
"""The member of a row in saved answers that says its id. No question can be called so."""


@dataclass(eq=False, repr=False, slots=True)
class Place:
    """A question, group or row as it is filled."""

    question: Question
    above: Place | None
    row: str = ""
    value: str = ""
    own: bool = True
    """Whether it matters for itself."""
    relevant: bool = True
    """Whether it matters, with all that it stands in."""
    kids: dict[str, list[Place]] = field(default_factory=dict)
    """By name: one place each, and those of the rows for a repeat."""

    def __repr__(self) -> str:
        return f"<{self.path}>"

    @property
    def text(self) -> str:
        """The answer as expressions see it: "" where it does not matter."""
        return self.value if self.relevant else ""

    @property
    def parent(self) -> Place | None:
        """What it stands in."""
        return self.above

    def below(self, name: str) -> list[Place]:
        """Return the places directly in it that matter, by name; ``*`` for all."""
        groups = self.kids.values() if name == "*" else (self.kids.get(name, ()),)
        return [kid for group in groups for kid in group if kid.relevant]

    @property
    def path(self) -> str:
        """Its path as text, rows with their ids: ``defect[5f3a]/area``."""
        if self.above is None:
            return ""
        before = self.above.path
        own = f"{self.question.name}[{self.row}]" if self.row else self.question.name
        return f"{before}/{own}" if before else own

    def everything(self) -> Iterator[Place]:
        """Yield it and all below it, in the form's order."""
        yield self
        for group in self.kids.values():
            for kid in group:
                yield from kid.everything()

    def asked(self) -> Iterator[Place]:
        """Yield what people can see now below it, in the form's order."""
        for group in self.kids.values():
            for kid in group:
                if kid.relevant and kid.question.type not in UNSEEN:
                    yield kid
                    yield from kid.asked()


@dataclass(frozen=True, slots=True)
class Item:
    """A row of a list of choices, or one of its columns, as expressions see it."""

    text: str = ""
    parent: Node | None = None
    columns: Mapping[str, Sequence[Item]] = field(default_factory=dict)

    def below(self, name: str) -> Sequence[Item]:
        """Return its columns of a name; ``*`` for all."""
        return [one for group in self.columns.values() for one in group] if name == "*" else self.columns.get(name, ())


def written(place: Place, everything: bool) -> dict[str, Any]:
    """Return the answers below a place as they are saved: groups within one another, rows with their ids, texts.

    What has no answer is left out, and without ``everything`` also what does not matter.
    """
    found: dict[str, Any] = {}
    for name, kids in place.kids.items():
        mattering = [kid for kid in kids if everything or kid.relevant]
        if place.question.kids[name].type == REPEAT:
            rows = [{ROW: kid.row, **written(kid, everything)} for kid in mattering]
            found |= {name: rows} if rows else {}
        for kid in mattering if place.question.kids[name].type != REPEAT else ():
            if kid.question.type in HOLDERS:
                inner = written(kid, everything)
                found |= {name: inner} if inner else {}
            elif kid.value and kid.question.type != NOTE:
                found[name] = kid.value
    return found
