"""Read models of keys and lent things: lists, a key's page, what a tag leads to, a count under way (G)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from app.actions.core import read_staff
from app.actions.models import CountRecord, CountRow, CountView, LinkRow, SubjectView, TagFound, ThingView
from app.actions.reads import members
from app.actions.records import Records
from app.domain import roles
from app.domain.rules.card import Card
from app.domain.subjects.count import COUNT, CountState
from app.domain.subjects.place import PLACE, PlaceState
from app.domain.subjects.tagging import KEEPERS, TAG_ACTIVE
from app.domain.subjects.thing import ThingCard
from app.domain.subjects.thing.kinds import STAFF, THING
from app.domain.subjects.thing.life import breaks, hook_order
from app.domain.subjects.thing.state import ISSUED, ON_RACK, OUT, WRITTEN_OFF, Hands, ThingState
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.wire.errors import NOT_FOUND, Problem
from app.domain.writing.tags import OTHER_ESTATE, NoTag, Tag, parse_tag
from app.store.queries import CardFilter

_MANY = 20_000
STOCK = CardFilter(promises=True)
"""The keys of units that the company has, or had, in stock until the hand-over (G.3)."""
SHORT = "short"


@dataclass(frozen=True, slots=True)
class UnitKeys:
    """How many bunches of units' keys were stocked, and where their pieces are (G.3)."""

    bunches: int
    on_rack: int
    out: int
    issued: int
    written_off: int
    missing: int

    @property
    def stocked(self) -> int:
        """How many pieces were stocked: all that are anywhere, and those that are missing."""
        return self.on_rack + self.out + self.issued + self.written_off + self.missing


class CustodyReads:
    """Read models of keys and lent things."""

    def __init__(self, core: Records) -> None:
        self._core = core

    def things(self, wanted: CardFilter | None = None, offset: int = 0, limit: int = 200) -> list[Card]:
        """Return a window of the keys and lent things this phone knows, what is due first at the top."""
        return self._core.store.cards(self._core.here(replace(wanted or CardFilter(), type=THING)), offset, limit)

    def count(self, wanted: CardFilter | None = None) -> int:
        """Return how many there are in the whole list."""
        return self._core.store.count(self._core.here(replace(wanted or CardFilter(), type=THING)))

    def unit_keys(self) -> UnitKeys:
        """Return how many pieces of the units' own keys there are, and where: what was stocked is on the rack, with
        somebody, issued to owners, written off, or missing (G.3)."""
        found: Counter[str] = Counter()
        cards = self.things(STOCK, 0, _MANY)
        for card in cards:
            extra = card.as_(ThingCard)
            found[card.stage] += extra.pieces
            found[SHORT] += extra.short
        return UnitKeys(len(cards), found[ON_RACK], found[OUT], found[ISSUED], found[WRITTEN_OFF], found[SHORT])

    def late(self) -> list[Card]:
        """Return the things that are overdue, the longest first: for a worker those they hold, for keepers all they
        see."""
        found: list[Card] = []
        for part in self._core.parts():
            mine = None if part.roles & KEEPERS else self._core.profile.staff_id
            late = CardFilter(type=THING, ended=False, due_before=self._core.now(), assignee=mine, estates=part.estates)
            found += self._core.store.cards(late, 0, 500)
        return sorted(found, key=lambda card: card.due_at or 0) if self._core.several else found

    def missed(self) -> list[Card]:
        """Return the things that the last rack count did not find and nobody has accounted for, in the order of the
        hooks (G.3).

        For those who answer for keys; empty for others.
        """
        missed: list[Card] = []
        for part in self._core.parts_of(KEEPERS):
            missed += self._core.store.cards(CardFilter(type=THING, missed=True, estates=part.estates), 0, _MANY)
        return sorted(missed, key=lambda card: (hook_order(card.as_(ThingCard).rack), card.id))

    def view(self, thing_id: str) -> ThingView:
        """Return everything a key's page shows. Raises ``Problem`` ``not_found``."""
        seen = self.begun(THING, thing_id)
        state: ThingState = seen.state
        gaps = {link.entry.id for link in breaks(state)}
        rows = [
            *(LinkRow(link, link.entry.id in gaps, False) for link in state.links),
            *(LinkRow(link, False, True) for link in state.disputed),
        ]
        return ThingView(
            **members(seen),
            links=tuple(rows),
            moves=self._moves(state),
            household=self._core.home(state.household_id),
            ticket=self._core.store.card(TICKET, state.ticket_id) if state.ticket_id else None,
            missed_by=self._core.staff_name(state.missed.author) if state.missed else "",
        )

    def place(self, place_id: str) -> SubjectView[PlaceState]:
        """Return everything the page of a patrol point shows. Raises ``Problem`` ``not_found``."""
        return self.begun(PLACE, place_id)

    def count_record(self, count_id: str) -> CountRecord:
        """Return everything the page of a rack count shows. Raises ``Problem`` ``not_found``."""
        seen = self._core.subject(COUNT, count_id)
        state: CountState = seen.state
        if state.opened is None:
            raise Problem(NOT_FOUND)
        missing = tuple(str(row["thing_id"]) for row in state.body.get("missing") or ())
        things = self._core.store.cards(CardFilter(type=THING, ids=missing), 0, len(missing)) if missing else []
        return CountRecord(
            **members(seen),
            author_name=self._core.staff_name(state.opened.author),
            things={thing.id: thing for thing in things},
        )

    def begun(self, subject_type: str, subject_id: str) -> SubjectView[Any]:
        """Return a subject whose first entry is here, with its timeline. Raises ``Problem`` ``not_found``."""
        seen = self._core.seen_as(subject_type, subject_id)
        if seen.state.opened is None:
            raise Problem(NOT_FOUND)
        return seen

    def _moves(self, state: ThingState) -> tuple[str, ...]:
        held = self._core.roles_on(state)
        keeper, oversees = bool(held & KEEPERS), bool(held & roles.OVERSEERS)
        found: list[str] = []
        if state.flags and oversees:
            found.append("settle")
        if state.missed is not None and keeper:
            found.append("accounted")
        if state.stage == ON_RACK and keeper:
            found.append("lent")
            if state.entrusted:
                found.append("given_back")
            if state.is_stock:
                found.append("issued")
        elif state.stage == OUT and (keeper or state.hands.id == self._core.profile.staff_id):
            found += ["returned", "handed_over"]
            if keeper:
                found.append("extended")
                if state.is_stock:
                    found.append("issued")
        if state.stage in (ON_RACK, OUT):
            if keeper:
                found.append("tag")
            if oversees:
                found += ["located", "written_off"]
        return tuple(found)

    def tickets_at(self, thing: ThingState, most: int = 3) -> list[Card]:
        """Return the open tickets at the thing's own door, for which it may be lent; none if it has no door."""
        if thing.household_id:
            return self._core.store.cards(CardFilter(household_id=thing.household_id, over=False), 0, most)
        if not thing.unit_id:
            return []
        near = self._core.store.cards(
            CardFilter(text=thing.address, over=False), 0, 50
        )  # `unit_id` tells estates apart
        return [card for card in near if card.unit_id == thing.unit_id][:most]

    def disputed(self) -> list[Card]:
        """Return the keys about which two phones recorded different things, for the desk to settle."""
        return self._core.store.cards(self._core.overseen(CardFilter(type=THING, flagged=True)), 0, 500)

    def holder_name(self, hands: Hands) -> str:
        """Return what to call whoever has a thing in their hands; staff as ``staff_name`` does."""
        return self._core.store.holder_name(hands.name, hands.id if hands.where == STAFF else None)

    def people_to_lend_to(self, estate: str | None = None) -> list[tuple[str, str]]:
        """Return id and name of the staff who can take a key, those who do repairs first.

        ``estate``: only those with a post there; by default in the estate looked at.
        """
        key = (self._core.estate if estate is None else estate) if self._core.several else None
        found = []
        for staff_id, body in self._core.store.refs("staff").items():
            person = read_staff(staff_id, body, estate=key)
            if person.active and staff_id != self._core.profile.staff_id and (person.roles or key is None):
                found.append((roles.REPAIR_WORKER not in person.roles, self._core.staff_name(staff_id), staff_id))
        return [(staff_id, name) for _, name, staff_id in sorted(found)]

    @property
    def tag_mark(self) -> str:
        """The mark on the tags of the estate looked at, or of the first estate while all are; empty before the first
        pull."""
        return next((known.mark for known in self._core.estates if self._core.estate in (known.key, None)), "")

    def read_tag(self, text: str) -> Tag | NoTag:
        """Parse what was scanned or typed; the result says why, if it is no tag of an estate in which this person has a
        post.

        Before the first pull no estate's mark is known, and tags of every estate are accepted.
        """
        read = parse_tag(text)
        marks = self._marks()
        if isinstance(read, Tag) and marks and read.mark not in marks:
            return NoTag(OTHER_ESTATE, shown=read.spoken, tag=read)
        return read

    def _marks(self) -> dict[str, str]:
        return {estate.mark: estate.key for estate in self._core.estates if estate.mark}

    def look_up_tag(self, text: str) -> TagFound:
        """Return what a scanned or typed text leads to on this phone; says why when it is no tag (``read_tag``)."""
        read = self.read_tag(text)
        if isinstance(read, NoTag):
            return TagFound(wrong=read)
        estate = self._marks().get(read.mark, self._core.estate or "")
        for card in self._core.bearers(read.code):
            standing = self._core.store.state(card.type, card.id).tags[read.code]
            return TagFound(read.code, card=card, standing=standing, estate=estate)
        return TagFound(read.code, estate=estate)

    def racks(self, estate: str | None = None) -> list[str]:
        """Return the parts of the rack: the distinct texts before the dash in hooks' names.

        ``estate``: whose rack; by default that of the estate looked at.
        """
        cards = self._core.store.cards(self._rack_of(estate, CardFilter(type=THING, ended=False)), 0, _MANY)
        return sorted({part_of(card.as_(ThingCard).rack) for card in cards if card.as_(ThingCard).rack}, key=hook_order)

    def _rack_of(self, estate: str | None, wanted: CardFilter) -> CardFilter:
        return self._core.here(
            wanted if estate is None or not self._core.several else replace(wanted, estates=(estate,))
        )

    def count_view(self, rack: str, codes: Iterable[str], estate: str | None = None) -> CountView:
        """Return the state of a count under way: each scanned tag, and what should hang there and was not scanned
        (G.3).

        ``rack``: the part that is counted, empty for all of it; ``estate``: whose rack, by default that of the estate
        looked at.
        """
        # The register is read once, however many tags were scanned: a count of hundreds stays quick.
        register = self._core.store.cards(self._rack_of(estate, CardFilter(type=THING)), 0, _MANY)
        bears = {code: card for card in register for code in card.tags}
        listed = {card.id for card in register}
        here = [c for c in register if c.stage == ON_RACK and (not rack or part_of(c.as_(ThingCard).rack) == rack)]
        rows = []
        seen: set[str] = set()
        for code in dict.fromkeys(codes):
            bearer = bears.get(code)
            now_there = bearer is not None and bearer.number == code
            found = TagFound(code, card=bearer, standing=TAG_ACTIVE) if now_there else self.look_up_tag(code)
            card = found.card
            if card is None or card.id not in listed:
                rows.append(CountRow(code, "unknown", card))
                continue
            seen.add(card.id)
            if found.standing != TAG_ACTIVE:
                rows.append(CountRow(code, "old_tag", card, found.standing))
            elif card.stage != ON_RACK:
                rows.append(CountRow(code, "extra", card, card.contact_name))
            elif rack and part_of(card.as_(ThingCard).rack) != rack:
                rows.append(CountRow(code, "misplaced", card, card.as_(ThingCard).rack))
            else:
                rows.append(CountRow(code, "right", card))
        here.sort(key=lambda card: (hook_order(card.as_(ThingCard).rack), card.id))
        missing = tuple(card for card in here if card.id not in seen)
        return CountView(rack, tuple(rows), missing, len(here), self._core.estate if estate is None else estate)


def part_of(rack: str) -> str:
    """Return the part of the rack a hook belongs to: A of A-03; the whole name where there is no dash."""
    return rack.split("-", 1)[0].strip()
