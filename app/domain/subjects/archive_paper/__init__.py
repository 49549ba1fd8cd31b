"""One paper 档案文件 of a household's archive 客户档案: where it is filed, who has it, and how it ends (S).

Which class it is in decides who reads it, and nothing else does: neither having filed it nor overseeing the estate
(``rules/archive.py``). A loan is asked for by one and approved by another; a paper is destroyed once two people said
so, after which its entries stay and its scans are shown no more. What a household that moved out leaves behind is
nobody's to read on a phone: the server closes it and keeps it (S6).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final, Self

from app.domain import roles
from app.domain.rules.archive import LOAN, class_words, classes_of, posts_reading
from app.domain.rules.archive_gaps import Filed
from app.domain.rules.card import Card, Extra, names_of, plain_card
from app.domain.rules.clocks import Clock
from app.domain.rules.scopes import archive_scope
from app.domain.rules.state import SubjectState
from app.domain.rules.subject import Body, Subject
from app.domain.subjects.archive_paper.kinds import (
    DECIDERS,
    FILERS,
    HERE,
    KEEPERS,
    KINDS,
    MISSING,
    OBSOLETE,
    PAPER,
    RESULTS,
)
from app.domain.subjects.parts import keeps
from app.domain.wire.entries import Entry
from app.domain.wire.errors import NOT_APPROVED, OPENED_TWICE, OUT_OF_ORDER, SAME_PERSON

FILED, ASKED, APPROVED, OUT, PROPOSED, DESTROYED, CLOSED = (
    "filed", "asked", "approved", "out", "proposed", "destroyed", "closed",
)  # fmt: skip
STAGE_WORDS: Final = {
    FILED: ("在档", "on file"),
    ASKED: ("待批借阅", "loan to be approved"),
    APPROVED: ("待取", "to be handed out"),
    OUT: ("借出", "lent"),
    PROPOSED: ("待定销毁", "destruction to be agreed"),
    DESTROYED: ("已销毁", "destroyed"),
    CLOSED: ("住户已迁出", "household moved out"),
}
OVER: Final = (DESTROYED, CLOSED)
DECIDE, GIVE, TAKE_BACK, BRING_BACK, AGREE = "decide", "give", "take_back", "bring_back", "agree"
"""Verbs: approve a loan; hand the paper out; take it back; bring it back; agree to its destruction."""
GIVEN, RETURNED = "given", "returned"
_SEEN: Final = 12
"""How many of the times that somebody had it in hand stand on its card: more than a year of quarters and loans."""
_FIXED: Final = ("household_id", "unit_id", "building_id", "estate", "address", "archive")
"""What a correction leaves as it was: whose it is, and the class, which decides who reads it."""


@dataclass(frozen=True, slots=True)
class Loan:
    """One loan: who asked for it, by which entry, and what came of it. Times in ms."""

    asked: Entry
    decided: Entry | None = None
    given: Entry | None = None
    returned: Entry | None = None

    @property
    def due_at(self) -> int:
        """When the paper is due back."""
        return int(self.asked.body["due_at"])


@dataclass(slots=True)
class PaperState(SubjectState):
    """A paper as its entries leave it."""

    stage: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    archive_class: int = 0
    """The class it is in now."""
    loans: list[Loan] = field(default_factory=list)
    """The loans that counted, in order; refused ones as well."""
    checks: list[Entry] = field(default_factory=list)
    proposed: Entry | None = None
    """Who proposed to destroy it, while that stands."""
    agreed: Entry | None = None
    closed: Entry | None = None

    @property
    def loan(self) -> Loan | None:
        """The loan that is under way."""
        return self.loans[-1] if self.stage in (ASKED, APPROVED, OUT) and self.loans else None

    @property
    def found(self) -> str:
        """What the last check found; "" where there was none, and once it came back since."""
        last = self.checks[-1] if self.checks else None
        back = max((one.returned.at for one in self.loans if one.returned is not None), default=0)
        return str(last.body["found"]) if last is not None and last.at >= back else ""

    @property
    def shows_photos(self) -> bool:
        """Whether its scans are shown: not those of what was destroyed."""
        return self.agreed is None

    def turns(self) -> list[tuple[Entry, str]]:
        """Return each time that somebody had it in hand or missed it, in order: the entry, and what that was: a check's
        result, handed out, taken back."""
        found = [(one, str(one.body["found"])) for one in self.checks]
        for loan in self.loans:
            found += [(e, how) for e, how in ((loan.given, GIVEN), (loan.returned, RETURNED)) if e is not None]
        return sorted(found, key=lambda one: one[0].at)


@dataclass(frozen=True, slots=True)
class PaperCard(Extra):
    """The fields that only cards of papers have. ``archive_class``: the class; ``day``: the paper's own date,
    YYYY-MM-DD; ``asker``: who asked for what is to be decided now; ``seen``: the last of ``PaperState.turns``, as time,
    who and what; ``over_at``: when it was destroyed or closed. Times in ms."""

    archive_class: int = 0
    day: str = ""
    asker: str = ""
    borrower: str = ""
    purpose: str = ""
    due_at: int | None = None
    found: str = ""
    seen: tuple[tuple[int, str, str], ...] = ()
    over_at: int | None = None
    note: str = ""

    def words(self) -> tuple[str, ...]:
        """Return class, remarks and borrower, so that a search finds it by them."""
        return (class_words(self.archive_class), self.note, self.borrower)

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the object that ``to_json`` wrote."""
        known = {name: data[name] for name in names_of(cls) if name in data}
        return cls(**known | {"seen": tuple((int(a), str(b), str(c)) for a, b, c in known.get("seen") or ())})


class ArchivePaper(Subject[PaperState]):
    """档案文件 (S)."""

    name = PAPER
    opens_with = ("paper_filed",)
    kinds = KINDS
    state_class = PaperState
    stage_words = STAGE_WORDS
    signature_takers = frozenset()
    extra: ClassVar[type[Extra]] = PaperCard
    on_today = True
    dues = frozenset((LOAN,))
    moves: ClassVar[Mapping[str, tuple[str, ...]]] = {
        roles.ARCHIVIST: (ASKED, APPROVED, OUT, PROPOSED),
        roles.MANAGER: (ASKED, PROPOSED),
        roles.SERVICE_SUPERVISOR: (PROPOSED,),
    }

    def apply(self, state: PaperState, entry: Entry, body: Body, *, forced: bool, seen: PaperState) -> str | None:
        """Apply one entry."""
        if entry.kind == "paper_filed":
            if state.opened is not None:
                return OPENED_TWICE.name
            state.opened, state.body, state.stage = entry, body, FILED
            state.address, state.archive_class = str(body["address"]), int(body["archive"])
            state.household_id, state.unit_id = body.get("household_id"), body.get("unit_id")
            state.building_id = body.get("building_id")
            return None
        do = _STEPS.get(entry.kind)
        return do(state, entry, body, forced) if do is not None else None

    def may(self, held: Set[str], entry: Entry, before: Sequence[Entry]) -> bool:
        """Tell whether somebody may make it: what they file, and where they move it, is in a class that they read;
        scans come from those who file; a correction leaves class and household as they were."""
        if entry.kind in ("paper_filed", "paper_moved") and entry.body.get("archive") not in classes_of(held):
            return False
        if entry.kind == "photo_taken" and not held & FILERS:
            return False
        return keeps(entry, before, *_FIXED)

    def may_begin(self, held: Set[str], buildings: Set[str], kind: str, building: str | None) -> bool:
        """Tell whether somebody may file one there: stewards in their buildings, the archivist anywhere."""
        return building is None or building in buildings or bool(held & FILERS - {roles.STEWARD})

    def for_overseers(self, state: PaperState) -> bool:
        """Return false: its class says who reads it (S2)."""
        return False

    def for_its_opener(self, state: PaperState) -> bool:
        """Return false: who filed it and holds another post now reads it no more."""
        return False

    def for_its_building(self, state: PaperState) -> bool:
        """Tell whether the steward of its building reads it."""
        return state.closed is None and state.archive_class in classes_of({roles.STEWARD})

    def audience(self, state: PaperState) -> set[str]:
        """Return the scopes of the posts that read its class; none once its household has moved out (S6)."""
        if state.closed is not None:
            return set()
        return {archive_scope(post) for post in posts_reading(state.archive_class)}

    def repeats(self, state: PaperState, entry: Entry) -> bool:
        """Tell whether an entry would change nothing."""
        if entry.kind == "paper_moved":
            return state.archive_class == entry.body.get("archive")
        if entry.kind == "loan_decided":
            return bool(state.loans) and state.loans[-1].decided is not None
        if entry.kind == "destruction_decided":
            return state.agreed is not None
        return entry.kind == "paper_closed" and state.closed is not None

    def clocks(self, state: PaperState) -> list[Clock]:
        """Return the clock of each time it was handed out."""
        return [
            Clock(LOAN, "S3", one.given.at, max(one.due_at, one.given.at), one.returned.at if one.returned else None)
            for one in state.loans
            if one.given is not None
        ]

    def owner(self, state: PaperState, clock: Clock) -> str:
        """Return who borrowed it."""
        lent = (one.asked.author for one in state.loans if one.given is not None and one.given.at == clock.start)
        return next(lent, "")

    def own_clock(self, card: Card, staff_id: str, held: Set[str]) -> Clock | None:
        """Return the clock of a loan for who has it, and for the archivist, who gets it back."""
        running = card.clock is not None and card.clock.met_at is None
        return card.clock if running and (card.assignee == staff_id or roles.ARCHIVIST in held) else None

    def move(self, card: Card, staff_id: str, held: Set[str]) -> str | None:
        """Return the verb of this person's main action: who decides is another than who asked."""
        asker = card.as_(PaperCard).asker
        if card.stage == ASKED:
            return DECIDE if held & DECIDERS and asker != staff_id else None
        if card.stage == PROPOSED:
            return AGREE if held & KEEPERS and asker != staff_id else None
        if card.stage == APPROVED:
            return GIVE if held & KEEPERS else None
        if card.stage == OUT:
            return TAKE_BACK if held & KEEPERS else BRING_BACK if card.assignee == staff_id else None
        return None

    def filed(self, card: Card, by_form: Mapping[str, int]) -> Filed | None:
        """Return its class: of what was destroyed or left behind nothing does for what is expected there (S1)."""
        said = card.as_(PaperCard)
        void = card.stage in OVER
        return Filed(frozenset((said.archive_class,)), called=card.content, paper=True, void=void)

    def misfit(self, state: PaperState, entry: Entry, name_of: Callable[[str | None], str]) -> dict[str, Any]:
        """Return who asked for what is to be decided, in words."""
        asked = state.proposed or (state.loan.asked if state.loan is not None else None)
        return {"holder": name_of(asked.author if asked is not None else None)}

    def card(self, state: PaperState) -> Card:
        """Return its card, which lists show."""
        body, loan = state.body, state.loan
        over = state.stage in OVER
        asker = state.proposed if state.stage == PROPOSED else loan.asked if loan is not None else None
        end = state.agreed or state.closed
        return replace(
            plain_card(state),
            kind=str(state.archive_class),
            content=str(body.get("title") or ""),
            assignee=loan.asked.author if loan is not None and state.stage != ASKED else None,
            clock=self.clock(state),
            end_reason=str(state.closed.body["reason"]) if state.closed is not None else None,
            ended=state.stage in (FILED, *OVER),
            over=over or state.stage == FILED,
            extra=PaperCard(
                archive_class=state.archive_class,
                day=str(body.get("day") or ""),
                asker=asker.author if asker is not None else "",
                borrower=str(loan.asked.body["name"]) if loan is not None else "",
                purpose=str(loan.asked.body["purpose"]) if loan is not None else "",
                due_at=loan.due_at if loan is not None else None,
                found=state.found,
                seen=tuple((one.at, one.author, how) for one, how in state.turns()[-_SEEN:]),
                over_at=end.at if end is not None else None,
                note=str(body.get("note") or ""),
            ),
        )


# -- what each entry changes -------------------------------------------------------------------


def _moved(s: PaperState, e: Entry, body: Body, forced: bool) -> str | None:
    if s.stage in OVER:
        return OUT_OF_ORDER.name
    s.archive_class = int(body["archive"])
    return None


def _asked(s: PaperState, e: Entry, body: Body, forced: bool) -> str | None:
    if s.stage != FILED:
        return OUT_OF_ORDER.name
    s.loans.append(Loan(e))
    s.stage = ASKED
    return None


def _decided(s: PaperState, e: Entry, body: Body, forced: bool) -> str | None:
    loan = s.loans[-1] if s.loans else None
    if loan is None or loan.asked.id != body["asked_id"]:
        return OUT_OF_ORDER.name
    if is_same_person(loan.asked, e):
        return SAME_PERSON.name  # also where the desk accepts it: two names are two people (S3, S4)
    if loan.decided is not None or s.stage != ASKED:
        return None if _says_the_same(loan.decided, body) else OUT_OF_ORDER.name
    s.loans[-1] = replace(loan, decided=e)
    s.stage = APPROVED if body["approved"] else FILED
    return None


def _says_the_same(said: Entry | None, body: Body) -> bool:
    """Tell whether somebody else said the same before, on a phone that had not heard: nothing to be settled."""
    return said is not None and said.body["approved"] == body["approved"]


def _given(s: PaperState, e: Entry, body: Body, forced: bool) -> str | None:
    loan = s.loan
    if loan is None or loan.asked.id != body["asked_id"] or s.stage not in (ASKED, APPROVED):
        return OUT_OF_ORDER.name
    if not is_approved(s) and not forced:
        return NOT_APPROVED.name
    s.loans[-1] = replace(loan, given=e)
    s.stage = OUT
    return None


def _returned(s: PaperState, e: Entry, body: Body, forced: bool) -> str | None:
    loan = s.loan
    if s.stage != OUT or loan is None or loan.asked.id != body["asked_id"]:
        return OUT_OF_ORDER.name
    s.loans[-1] = replace(loan, returned=e)
    s.stage = FILED
    return None


def _checked(s: PaperState, e: Entry, body: Body, forced: bool) -> str | None:
    if s.stage in OVER and not forced:
        return OUT_OF_ORDER.name
    s.checks.append(e)
    return None


def _proposed(s: PaperState, e: Entry, body: Body, forced: bool) -> str | None:
    if s.stage != FILED:
        return OUT_OF_ORDER.name
    s.proposed, s.stage = e, PROPOSED
    return None


def _destroyed(s: PaperState, e: Entry, body: Body, forced: bool) -> str | None:
    if s.proposed is None or s.proposed.id != body["proposed_id"]:
        return OUT_OF_ORDER.name
    if is_same_person(s.proposed, e):
        return SAME_PERSON.name
    if s.stage != PROPOSED:
        return None if _says_the_same(s.agreed, body) else OUT_OF_ORDER.name
    if not body["approved"]:
        s.proposed, s.stage = None, FILED
    else:
        s.agreed, s.stage = e, DESTROYED
    return None


def _closed(s: PaperState, e: Entry, body: Body, forced: bool) -> str | None:
    s.closed, s.stage = s.closed or e, CLOSED
    return None


def is_approved(state: PaperState) -> bool:
    """Tell whether the loan under way was approved: a paper is lent only then (S3)."""
    return state.stage == APPROVED


def is_same_person(one: Entry, other: Entry) -> bool:
    """Tell whether two entries that have to be of two people are of one (S3, S4)."""
    return one.author == other.author


_STEPS: Final[Mapping[str, Callable[[PaperState, Entry, Body, bool], str | None]]] = {
    "paper_moved": _moved,
    "loan_asked": _asked,
    "loan_decided": _decided,
    "loan_given": _given,
    "loan_returned": _returned,
    "paper_checked": _checked,
    "destruction_proposed": _proposed,
    "destruction_decided": _destroyed,
    "paper_closed": _closed,
}

__all__ = [
    "AGREE", "APPROVED", "ASKED", "BRING_BACK", "CLOSED", "DECIDE", "DECIDERS", "DESTROYED", "FILED", "FILERS", "GIVE",
    "GIVEN", "HERE", "KEEPERS", "LOAN", "MISSING", "OBSOLETE", "OUT", "OVER", "PAPER", "PROPOSED", "RESULTS",
    "RETURNED", "TAKE_BACK", "ArchivePaper", "Loan", "PaperCard", "PaperState",
]  # fmt: skip
