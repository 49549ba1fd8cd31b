"""Notices 通知 of one signed-in person (P): drafts, releases, what should hang at each board now, and posting and
taking down there. All of it works without a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, cast

from app.actions import notice_facts
from app.actions.care import Care
from app.actions.duties import Duties
from app.actions.form_list import Published
from app.actions.models import Saved, SubjectView
from app.actions.records import Records
from app.actions.units import Units
from app.domain import roles
from app.domain.rules import notices as rules
from app.domain.rules.card import Card
from app.domain.rules.care import TO_CALL, CareCall, in_order
from app.domain.rules.duty_rules import OUTAGE as OUTAGE_RULE
from app.domain.rules.duty_rules import RELEASED, URGENT
from app.domain.rules.form_duties import duty_id
from app.domain.rules.notices import (
    BOARD,
    FORMS,
    NOTICE,
    OUTAGE,
    REMOVED_FORM,
    TO_POST,
    TO_REMOVE,
    Board,
    Hanging,
)
from app.domain.subjects.notice import DRAFT, DRAFTERS, RELEASERS, NoticeCard, NoticeState, may_release
from app.domain.subjects.place import PLACE
from app.domain.subjects.tagging import KEEPERS
from app.domain.times import china_day
from app.domain.wire.errors import FIELD_MISSING, NOT_FOUND, Problem
from app.store.queries import CardFilter

_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class NoticeForm:
    """A notice as it is drafted. ``buildings``: ids, none: the whole estate; times in ms."""

    kind: str
    title: str
    words: str
    until: date
    buildings: tuple[str, ...] = ()
    urgent: bool = False
    prices: bool = False
    starts_at: int | None = None
    ends_at: int | None = None
    estate: str | None = None


@dataclass(frozen=True, slots=True)
class NoticeView:
    """Everything a notice's page shows. ``places``: where it hangs or has to; ``calls``: whom it owes a call, for who
    reads the register of special care (P3); ``names``: of who did it;
    ``releases``, ``withdraws``: whether this person may now."""

    seen: SubjectView[NoticeState]
    places: tuple[Hanging, ...]
    calls: tuple[CareCall, ...]
    names: Mapping[str, str]
    releases: bool
    withdraws: bool
    estate: str


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A board in the list, with what should hang there now or still does (P2)."""

    board: Board
    listed: tuple[Hanging, ...]

    def count(self, standing: str, now: int) -> int:
        """Return how many of them stand so."""
        return sum(one.standing(now) == standing for one in self.listed)


class Notices:
    """The notices of one signed-in person."""

    def __init__(self, core: Records, duties: Duties, units: Units, care: Care) -> None:
        self._core, self._duties, self._units, self._care = core, duties, units, care

    # -- reading ---------------------------------------------------------------------------

    def drafts(self) -> list[Card]:
        """Return the drafts that wait for their release, the oldest first."""
        return self._core.cards(CardFilter(type=NOTICE, stages=(DRAFT,)), 0, _MOST)

    def recent(self) -> list[Card]:
        """Return what was released or withdrawn, the latest first."""
        found = self._core.cards(CardFilter(type=NOTICE, over=True, order="recent"), 0, _MOST)
        return [card for card in found if card.as_(NoticeCard).released_at is not None]

    def hangings(self) -> list[Hanging]:
        """Return each notice at each place this person sees, with what was done there; what was posted without a
        notice in the office as well."""
        return notice_facts.hangings(self._core, self._duties.stewards())

    def boards(self) -> list[BoardRow]:
        """Return the boards of this person's buildings, else all, with what should hang there now (P2): those with
        something to do first."""
        now = self._core.now()
        mine = [one for one in self.hangings() if self._mine(one.board)]
        at = rules.at_boards(mine, now)
        known = {one.id: one for one in notice_facts.boards(self._core, self._duties.stewards()) if one.sort == BOARD}
        known |= {one.board.id: one.board for listed in at.values() for one in listed}
        rows = [BoardRow(one, tuple(at.get(one.id, ()))) for one in known.values() if self._mine(one)]
        return sorted(rows, key=lambda row: (not _busy(row, now), row.board.name))

    def board(self, board_id: str) -> BoardRow:
        """Return one board. Raises ``Problem`` ``not_found``."""
        found = next((row for row in self.boards() if row.board.id == board_id), None)
        if found is None:
            raise Problem(NOT_FOUND)
        return found

    def to_do(self) -> tuple[list[Hanging], list[CareCall]]:
        """Return what a steward has to post, deliver or take down, and whom to call (P3), in their buildings; overseers
        have the list."""
        if roles.STEWARD not in self._core.roles:
            return [], []
        now, me = self._core.now(), self._core.profile.staff_id
        listed = self.hangings()
        found = [one for one in listed if one.board.owner == me]
        calls = [one for one in self._care.calls(listed) if one.home.owner == me and one.standing(now) == TO_CALL]
        calls = [one for one in calls if self._care.form(one) is not None]
        return [one for one in found if one.standing(now) in (TO_POST, TO_REMOVE)], in_order(calls, now)

    def view(self, notice_id: str) -> NoticeView:
        """Return everything a notice's page shows. Raises ``Problem`` ``not_found``."""
        core = self._core
        seen: SubjectView[NoticeState] = core.seen_as(NOTICE, notice_id)
        state, held = seen.state, core.roles_on(seen.state)
        here = [one for one in self.hangings() if one.notice.id == notice_id]
        places = tuple(one for one in here if self._mine(one.board))
        doers = {who for one in places if one.hung is not None for who in (one.hung.by, one.hung.removed_by)}
        return NoticeView(
            seen, places, tuple(in_order(self._care.calls(here), core.now())),
            {who: core.staff_name(who) for who in doers if who},
            state.stage == DRAFT and may_release(held, state.prices),
            state.withdrawn is None and bool(held & RELEASERS),
            core.estate_name(state),
        )  # fmt: skip

    def _mine(self, board: Board) -> bool:
        looked_at = set(self._core.posts) if self._core.estate is None else {self._core.estate}
        return board.estate in looked_at and self._sees(board.building_id)

    def _sees(self, building_id: str | None) -> bool:
        if self._core.roles & roles.OVERSEERS or roles.STEWARD not in self._core.roles:
            return True
        return building_id is None or building_id in self._core.staff.building_ids

    def may_draft(self) -> bool:
        """Tell whether this person may draft one."""
        return bool(self._core.roles & DRAFTERS)

    def may_name_boards(self) -> bool:
        """Tell whether this person may write boards and letterboxes down."""
        return bool(self._core.roles & KEEPERS)

    # -- verbs -----------------------------------------------------------------------------

    async def draft(self, form: NoticeForm, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Save a draft. Raises ``Problem``: what lacks, and as every save."""
        body = {
            "notice_kind": form.kind, "title": form.title.strip(), "words": form.words.strip(),
            "buildings": list(form.buildings) or None, "urgent": form.urgent or None, "prices": form.prices or None,
            "starts_at": form.starts_at, "ends_at": form.ends_at, "until": form.until.isoformat(),
        }  # fmt: skip
        body |= self._core.says_estate({}, form.estate)
        subject = (NOTICE, once or self._core.new_id())
        return await self._core.save([self._core.entry(subject, "notice_drafted", body, once)], draft)

    async def release(self, notice_id: str, *, once: str | None = None) -> Saved:
        """Release a notice: from now on it is owed at each of its boards; and of an outage, calls to who needs special
        care. By when, the company's rules say (P1, P3).

        Raises ``Problem``: ``role_may_not`` where prices change and this person is no manager, ``already_over``.
        """
        state = cast(NoticeState, self._core.state(NOTICE, notice_id))
        now, workdays, said = self._core.now(), self._duties.workdays(), self._duties.rules().of_notices()
        rule = said[URGENT if state.body.get("urgent") else RELEASED]
        call = said[OUTAGE_RULE].within if state.body.get("notice_kind") == OUTAGE else None
        assert rule.within is not None
        body = {
            "prices": state.prices or None,
            "post_by": rule.within.until(now, workdays),
            "call_by": call.until(now, workdays) if call is not None else None,
        }
        return await self._core.save([self._core.entry((NOTICE, notice_id), "notice_released", body, once)], None)

    async def withdraw(
        self, notice_id: str, reason: str, *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Withdraw a notice: it is owed nowhere any more, and taken down where it hangs. Raises ``Problem``."""
        entry = self._core.entry((NOTICE, notice_id), "notice_withdrawn", {"reason": reason}, once)
        return await self._core.save([entry], draft)

    async def name_board(
        self,
        sort: str,
        name: str,
        building_id: str | None,
        estate: str | None = None,
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Write down a board 公告栏 or a bank of letterboxes 信报箱 of a building, or of the whole estate. Raises
        ``Problem``."""
        if not name.strip():
            raise Problem(FIELD_MISSING, field="name", field_zh="名称", field_en="name")
        body: dict[str, Any] = {"place_kind": sort, "name": name.strip(), "building_id": building_id}
        body |= self._core.says_estate(body, estate)
        subject = (PLACE, once or self._core.new_id())
        return await self._core.save([self._core.entry(subject, "place_named", body, once)], draft)

    # -- at the board ----------------------------------------------------------------------

    def begin(self, one: Hanging) -> tuple[Published, dict[str, Any]] | None:
        """Return the form by which a notice is posted, delivered or taken down there, and what its draft begins with;
        ``None`` where there is nothing to do, or the form is not published."""
        standing = one.standing(self._core.now())
        if standing not in (TO_POST, TO_REMOVE):
            return None
        removes = standing == TO_REMOVE
        form = self._units.form(REMOVED_FORM if removes else FORMS[one.board.sort], one.board.estate)
        if form is None:
            return None
        known = self._core.card("case", one.id) if removes else None
        handed: dict[str, Any] = {
            "form": form.hash, "building": one.board.building_id or "", "fixed": one.board.name, "nowhere": False,
            "estate": one.board.estate, "returns": True,
        }  # fmt: skip
        if not removes:
            handed["duty"] = duty_id(form.id, (one.board.sort, one.board.id), one.notice.id)
            handed["kept"] = {"heading": one.notice.title}
            if one.board.sort == BOARD:
                handed["kept"] |= {"kind": one.notice.kind, "until": one.notice.until.isoformat()}
        if known is not None:
            handed["fixed"] = known.address or one.board.name
        if one.board.own:
            handed |= {"about_type": PLACE, "about_id": one.board.id}
        return form, handed


def _busy(row: BoardRow, now: int) -> int:
    return row.count(TO_POST, now) + row.count(TO_REMOVE, now)


def first_until(now: int) -> date:
    """Return the last day that a new notice hangs where nobody says another: in a week."""
    return china_day(now) + timedelta(days=7)


__all__ = ["BoardRow", "NoticeForm", "NoticeView", "Notices", "first_until"]
