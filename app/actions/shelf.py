"""A household's archive 客户档案 by its twelve classes (S1): own records by themselves, scanned papers, and what lacks.

A class that this person may not read is not there: neither what stands in it, nor how much, nor what it lacks (S2).
What stands in one are the records that are on this phone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.actions.form_list import archive_classes
from app.actions.records import Records
from app.domain import roles
from app.domain.rules.archive import CONTACTS, classes_of
from app.domain.rules.archive_gaps import Archived, Filed, Gap, gaps
from app.domain.rules.card import Card
from app.domain.subjects import subject_of
from app.domain.times import china_day
from app.domain.wire.errors import NOT_FOUND, Problem
from app.store.queries import CardFilter
from app.store.search import Household, Person

_MOST: Final = 5_000
"""Most records of one household that are looked through, the latest ones."""
_SEE_ALL: Final = roles.OVERSEERS | {roles.ARCHIVIST}
"""Posts whose phones have every record of their estate; a steward's has those of their buildings. On other phones a
class may be empty because of who one is, so that nothing is said to lack."""


@dataclass(frozen=True, slots=True)
class ShelfClass:
    """One class: how many records and papers stand in it, when the latest changed (ms), what lacks, and how many people
    the register names (of the class of contacts)."""

    number: int
    count: int
    latest: int | None
    gaps: tuple[Gap, ...]
    people: int = 0


@dataclass(frozen=True, slots=True)
class ShelfView:
    """A household's archive: the classes that this person reads, in order. ``household``: ``None`` where the register
    is not on this phone, as on a repair worker's; ``whole``: everything there is of it is on this phone."""

    household: Household | None
    address: str
    classes: tuple[ShelfClass, ...]
    whole: bool

    @property
    def lacking(self) -> int:
        """How many things lack in all."""
        return sum(len(one.gaps) for one in self.classes)


@dataclass(frozen=True, slots=True)
class ClassView:
    """What stands in one class, the latest first: a window of ``count`` in all; ``people`` of the register (of the
    class of contacts)."""

    household: Household | None
    address: str
    number: int
    cards: tuple[Card, ...]
    count: int
    gaps: tuple[Gap, ...]
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class _Kept:
    """What this phone has of a household's archive, the classes that this person reads, and whether it has everything
    there is."""

    household: Household | None
    address: str
    reads: frozenset[int]
    filed: tuple[tuple[Card, Filed], ...]
    gaps: tuple[Gap, ...]
    whole: bool

    def of(self, number: int) -> list[Card]:
        """Return what stands in a class, the latest first."""
        return [card for card, one in self.filed if number in one.classes]

    def people(self, number: int) -> tuple[Person, ...]:
        """Return whom the register names, in the class of contacts."""
        return tuple(self.household.people) if number == CONTACTS and self.household is not None else ()


class Shelf:
    """The archives of the households that one signed-in person has to do with."""

    def __init__(self, core: Records) -> None:
        self._core = core

    def homes(self, text: str = "", limit: int = 50) -> list[Household]:
        """Return the households found by ``text`` (as ``Doors.find`` does), in the estate looked at, of whose archives
        this person reads something."""
        core = self._core
        hits = core.store.households().find(text, limit, core.estate if core.several else None)
        own = frozenset(core.staff.building_ids)
        return [hit.household for hit in hits if self._reads(hit.household, own)]

    def reads(self, home: Household | Card) -> frozenset[int]:
        """Return the classes of a household's archive that this person reads; none: it has no page for them, as where
        it moved out: then its archive leaves the phones, and the server keeps it (S6). A record does for a household
        that the phone's register does not have."""
        return self._reads(home, frozenset(self._core.staff.building_ids))

    def _reads(self, home: Household | Card, own: frozenset[str]) -> frozenset[int]:
        if isinstance(home, Household) and home.gone:
            return frozenset()
        return classes_of(self._core.roles_on(home), own_building=(home.building_id or "") in own)

    def any(self) -> bool:
        """Tell whether this person reads anything of the archives of any household where they look now."""
        return bool(classes_of(self._core.roles))

    def view(self, household_id: str) -> ShelfView:
        """Return a household's archive, class by class. Raises ``Problem`` ``not_found``, also for somebody who reads
        no class of it."""
        kept = self._kept(household_id)
        return ShelfView(
            kept.household,
            kept.address,
            tuple(
                ShelfClass(
                    number,
                    len(cards),
                    cards[0].last_at if cards else None,
                    tuple(gap for gap in kept.gaps if gap.number == number),
                    len(kept.people(number)),
                )
                for number in sorted(kept.reads)
                for cards in (kept.of(number),)
            ),
            kept.whole,
        )

    def of_class(self, household_id: str, number: int, limit: int = 50) -> ClassView:
        """Return the last ``limit`` records and papers of a class. Raises ``Problem`` ``not_found``, also for somebody
        who does not read it: to them it looks as if there were none."""
        kept = self._kept(household_id)
        if number not in kept.reads:
            raise Problem(NOT_FOUND)
        cards = kept.of(number)
        lacking = tuple(gap for gap in kept.gaps if gap.number == number)
        return ClassView(
            kept.household, kept.address, number, tuple(cards[:limit]), len(cards), lacking, kept.people(number)
        )

    def _kept(self, household_id: str) -> _Kept:
        """Read it. Where the phone's register has no such household a record says where it is, but not to whom the
        register would have it: to them it moved out."""
        core = self._core
        home = core.home(household_id)
        here = CardFilter(type=None, household_id=household_id, order="recent")
        cards = core.store.cards(here, 0, _MOST)
        about = home or next((card for card in cards[:1] if not self._has_all(card)), None)
        reads = self.reads(about) if about is not None else frozenset[int]()
        if about is None or not reads:
            raise Problem(NOT_FOUND)
        by_form = archive_classes(core.store)
        filed = tuple((card, one) for card in cards if (one := _filed(card, by_form)) is not None)
        whole = self._has_all(about) and bool(core.store.setting("first_pull_done", False))
        lacking = self._gaps(household_id, home, filed) if whole else []
        return _Kept(home, about.address, reads, filed, tuple(gap for gap in lacking if gap.number in reads), whole)

    def _has_all(self, about: Household | Card) -> bool:
        """Tell whether this person's phone gets everything there is of a household: else nobody could say what
        lacks."""
        held = self._core.roles_on(about)
        own = roles.STEWARD in held and (about.building_id or "") in self._core.staff.building_ids
        return bool(own or held & _SEE_ALL)

    def _gaps(self, household_id: str, home: Household | None, filed: tuple[tuple[Card, Filed], ...]) -> list[Gap]:
        lives = home is not None and home.status == "living"
        reached = home is not None and any(person.phone for person in home.people)
        owes = self._core.owes(household_id) is not None
        records = [one for _, one in filed]
        return gaps(Archived(china_day(self._core.now()), lives, reached, owes, records))


def _filed(card: Card, by_form: Mapping[str, int]) -> Filed | None:
    return subject_of(card.type).filed(card, by_form)


__all__ = ["ClassView", "Shelf", "ShelfClass", "ShelfView"]
