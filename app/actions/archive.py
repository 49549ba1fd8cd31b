"""Papers 档案文件 of households' archives, for one signed-in person (S): filing them with their scans, lending them,
looking for them each quarter, destroying them. All of it works without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from app.actions import archive_facts
from app.actions.duties import Duties
from app.actions.models import Saved, SubjectView
from app.actions.photos import Photos
from app.actions.records import Records
from app.domain.rules.archive import classes_of
from app.domain.rules.archive_checks import ArchiveCheck, quarter_begins
from app.domain.rules.card import Card
from app.domain.subjects.archive_paper import (
    APPROVED,
    ASKED,
    CLOSED,
    DECIDERS,
    DESTROYED,
    FILED,
    FILERS,
    KEEPERS,
    OUT,
    OVER,
    PAPER,
    PROPOSED,
    PaperCard,
    PaperState,
)
from app.domain.times import at_china, china_day
from app.domain.wire.entries import Entry
from app.domain.wire.errors import FIELD_MISSING, NOT_FOUND, Problem
from app.store.queries import CardFilter

_MOST: Final = 2_000
FILE, MOVE, ASK, DECIDE, GIVE, TAKE_BACK, CHECK, PROPOSE, AGREE, SCAN = (
    "file", "move", "ask", "decide", "give", "take_back", "check", "propose", "agree", "scan",
)  # fmt: skip
"""What somebody may do with a paper now (``PaperView.may``)."""


@dataclass(frozen=True, slots=True)
class PaperForm:
    """A paper as it is filed. ``once``: its id, under which its scans are held until it is saved; ``number``: the
    class; ``day``: the paper's own date."""

    once: str
    household_id: str
    number: int
    title: str
    day: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PaperView:
    """Everything a paper's page shows. ``scans``: the photos of it, none once it is destroyed; ``may``: what this
    person may do with it now; ``names``: of the people who did something with it."""

    seen: SubjectView[PaperState]
    scans: tuple[Entry, ...]
    may: frozenset[str]
    names: Mapping[str, str]

    @property
    def state(self) -> PaperState:
        """The paper as its entries leave it."""
        return self.seen.state

    @property
    def card(self) -> Card:
        """What lists show of it."""
        return self.seen.card


@dataclass(frozen=True, slots=True)
class CheckView:
    """The check of a quarter: its duty, what nobody had in hand yet, what was not found, and all others, by door.
    ``check`` is ``None`` where none is owed this month: papers can be checked all the same."""

    check: ArchiveCheck | None
    begins: date
    left: tuple[Card, ...]
    missing: tuple[Card, ...]
    seen: tuple[Card, ...]


class Archive:
    """The papers that one signed-in person reads."""

    def __init__(self, core: Records, photos: Photos, duties: Duties) -> None:
        self._core, self._photos, self._duties = core, photos, duties

    # -- reading ---------------------------------------------------------------------------

    def of_home(self, household_id: str) -> list[Card]:
        """Return a household's papers as far as this person reads their classes, by class, the latest first."""
        found = self._core.store.cards(CardFilter(type=PAPER, household_id=household_id), 0, _MOST)
        return sorted(found, key=lambda card: (card.as_(PaperCard).archive_class, -card.opened_at, card.id))

    def classes(self, household_id: str) -> frozenset[int]:
        """Return the classes of a household's archive that this person reads (S2)."""
        home = self._core.home(household_id)
        if home is None:
            return frozenset()
        own = home.building_id in self._core.staff.building_ids
        return classes_of(self._core.roles_on(home), own_building=own)

    def may_file(self, household_id: str) -> bool:
        """Tell whether this person may file a paper of a household."""
        home = self._core.home(household_id)
        return home is not None and bool(self._core.roles_on(home) & FILERS) and bool(self.classes(household_id))

    def view(self, paper_id: str) -> PaperView:
        """Return everything a paper's page shows. Raises ``Problem`` ``not_found``."""
        core = self._core
        seen: SubjectView[PaperState] = core.seen_as(PAPER, paper_id)
        state = seen.state
        taken = [step.entry for step in state.steps if step.entry.kind == "photo_taken" and step.standing == "done"]
        who = {step.entry.author for step in state.steps}
        names = {one: core.staff_name(one) for one in who}
        return PaperView(seen, tuple(taken) if state.shows_photos else (), self._may(state), names)

    def _may(self, state: PaperState) -> frozenset[str]:
        held, me, stage = self._core.roles_on(state), self._core.profile.staff_id, state.stage
        asker = state.proposed if stage == PROPOSED else state.loan.asked if state.loan is not None else None
        other = asker is not None and asker.author != me
        able = {
            MOVE: bool(held & FILERS) and stage not in OVER,
            SCAN: bool(held & FILERS) and stage not in OVER,
            ASK: stage == FILED,
            DECIDE: stage == ASKED and other and bool(held & DECIDERS),
            GIVE: stage == APPROVED and bool(held & KEEPERS),
            TAKE_BACK: stage == OUT and bool(held & KEEPERS),
            CHECK: stage not in (OUT, *OVER) and bool(held & KEEPERS),
            PROPOSE: stage == FILED and bool(held & KEEPERS),
            AGREE: stage == PROPOSED and other and bool(held & KEEPERS),
        }
        return frozenset(verb for verb, yes in able.items() if yes)

    def keeps(self) -> bool:
        """Tell whether this person looks for papers each quarter: where they look now, they have them in hand."""
        return bool(self._core.roles & KEEPERS)

    def owed(self) -> list[ArchiveCheck]:
        """Return the checks that this person owes this month, where they look now, and that are not done yet (S4)."""
        core = self._core
        mine = [rule for rule in self._duties.rules().of_archives() if rule.owner in core.roles]
        estates = tuple(core.posts) if core.estate is None else (core.estate,)
        return [one for one in archive_facts.checks(core, mine, estates) if one.done_at is None] if mine else []

    def check(self) -> CheckView:
        """Return the check of this quarter where this person looks now, as far as they read the whole archive there."""
        core = self._core
        estates = tuple(core.posts) if core.estate is None else (core.estate,)
        today = china_day(core.now())
        begins, cards = quarter_begins(today), archive_facts.papers(core, estates)
        found = archive_facts.checks(core, self._duties.rules().of_archives(), estates)
        since, now = at_china(begins, 0), core.now()
        seen = {card.id: archive_facts.on_file(core, card) for card in cards}
        left = tuple(card for card in cards if seen[card.id].is_left(since, now))
        missing = tuple(card for card in cards if card.as_(PaperCard).found == "missing")
        known = {card.id for card in (*left, *missing)}
        others = tuple(card for card in cards if card.id not in known)
        return CheckView(
            found[0] if found else None, begins, tuple(card for card in left if card not in missing), missing, others
        )

    # -- verbs -----------------------------------------------------------------------------

    async def file(self, form: PaperForm, *, draft: str | None = None) -> Saved:
        """File a paper with the scans held for it, in one transaction. Raises ``Problem``: what lacks,
        ``role_may_not`` for a class that this person does not read, and as every save."""
        home = self._core.home(form.household_id)
        if home is None:
            raise Problem(NOT_FOUND)
        if not form.title.strip():
            raise Problem(FIELD_MISSING, field="title", field_zh="名称", field_en="title")
        body: dict[str, Any] = {
            "household_id": home.id, "unit_id": home.unit_id, "building_id": home.building_id, "address": home.address,
            "archive": form.number, "title": form.title.strip(),
            "day": form.day.isoformat() if form.day is not None else None, "note": form.note.strip(),
        }  # fmt: skip
        subject = (PAPER, form.once)
        scans, data, drafts = self._photos.held_entries(subject)
        first = self._core.entry(subject, "paper_filed", body, form.once)
        return await self._core.save([first, *scans], draft, data, drafts)

    async def move(
        self, paper_id: str, number: int, reason: str, *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Move a paper to another class, where it belonged. Raises ``Problem`` ``role_may_not`` for one that this
        person does not read."""
        return await self._say(paper_id, "paper_moved", {"archive": number, "reason": reason.strip()}, once, draft)

    async def ask(
        self,
        paper_id: str,
        name: str,
        purpose: str,
        due_at: int,
        note: str = "",
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Ask for a paper: for whom, what for, and until when (ms). Who asks answers for it until it is back."""
        body = {"name": name.strip(), "purpose": purpose.strip(), "due_at": due_at, "note": note.strip()}
        return await self._say(paper_id, "loan_asked", body, once, draft)

    async def decide(
        self, paper_id: str, approved: bool, reason: str = "", *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Approve a loan, or refuse it with the reason. Raises ``Problem`` ``same_person`` for whoever asked for it."""
        body = self._asked(paper_id) | {"approved": approved, "reason": reason.strip()}
        return await self._say(paper_id, "loan_decided", body, once, draft)

    async def give(self, paper_id: str, note: str = "", *, once: str | None = None) -> Saved:
        """Hand a paper out. Raises ``Problem`` ``not_approved``."""
        return await self._say(paper_id, "loan_given", self._asked(paper_id) | {"note": note.strip()}, once)

    async def take_back(self, paper_id: str, note: str = "", *, once: str | None = None) -> Saved:
        """Take a paper back from whoever borrowed it. Raises ``Problem``."""
        return await self._say(paper_id, "loan_returned", self._asked(paper_id) | {"note": note.strip()}, once)

    async def found(self, paper_id: str, result: str, note: str = "", *, once: str | None = None) -> Saved:
        """Say what looking for a paper found: it is there, it is not, or it is no longer needed. Raises ``Problem``."""
        return await self._say(paper_id, "paper_checked", {"found": result, "note": note.strip()}, once)

    async def propose(self, paper_id: str, reason: str, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Propose to destroy a paper. Raises ``Problem``."""
        return await self._say(paper_id, "destruction_proposed", {"reason": reason.strip()}, once, draft)

    async def agree(
        self, paper_id: str, approved: bool, reason: str = "", *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Agree, as a second person, that a paper is destroyed, or refuse it with the reason. Raises ``Problem``
        ``same_person`` for whoever proposed it."""
        state = cast(PaperState, self._core.state(PAPER, paper_id))
        proposed = state.proposed.id if state.proposed is not None else None
        body = {"proposed_id": proposed, "approved": approved, "reason": reason.strip()}
        return await self._say(paper_id, "destruction_decided", body, once, draft)

    def _asked(self, paper_id: str) -> dict[str, Any]:
        loan = cast(PaperState, self._core.state(PAPER, paper_id)).loan
        return {"asked_id": loan.asked.id if loan is not None else None}

    async def _say(
        self, paper_id: str, kind: str, body: Mapping[str, Any], once: str | None, draft: str | None = None
    ) -> Saved:
        return await self._core.save([self._core.entry((PAPER, paper_id), kind, body, once)], draft)


def due_choices(today: date) -> Sequence[date]:
    """Return until when papers are usually lent: three days, a week, two."""
    return tuple(date.fromordinal(today.toordinal() + n) for n in (3, 7, 14))


__all__ = [
    "AGREE", "ASK", "CHECK", "CLOSED", "DECIDE", "DESTROYED", "FILE", "GIVE", "MOVE", "PROPOSE", "SCAN", "TAKE_BACK",
    "Archive", "CheckView", "PaperForm", "PaperView", "due_choices",
]  # fmt: skip
