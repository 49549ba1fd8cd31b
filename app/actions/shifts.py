"""Handing a shift over 交接班, and what one leaves unfinished 未完成事项 (R2-R4): the list is made here, from what is
open; whoever leaves adds remarks, whoever takes over signs, and what was theirs becomes the other's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from app.actions.jobs import Jobs
from app.actions.models import Saved, Signature, Staff
from app.actions.records import Records
from app.actions.todo import Todo
from app.domain import roles
from app.domain.rules.card import Card
from app.domain.rules.shifts import Gap, HandedOver, began, ending, gaps, shift_id
from app.domain.subjects import subject_of
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.kinds import CASE, EVENTS
from app.domain.subjects.case.state import OPEN as UNDER_WAY
from app.domain.subjects.common import TAKEN_OVER
from app.domain.subjects.shift import EVENT, KEY, SHIFT, VISITOR, WORK, ShiftCard, ShiftState, handed_over
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.thing.state import OUT
from app.domain.times import DAY
from app.domain.wire.errors import CHANGED_AFTER_SIGNING, FIELD_MISSING, Problem
from app.store.queries import CardFilter

VISITS: Final = "visitor"
"""The chain of forms of somebody who comes and goes (N)."""
_MOST: Final = 500
_WEEK: Final = 7 * DAY


@dataclass(frozen=True, slots=True)
class OpenNow:
    """Something that is open at the end of a shift. ``sort``: work, key, event, visitor; ``mine``: it is this person's,
    and becomes the successor's; ``asked``: a remark is required (B.5), because it should have been finished today;
    ``said``: the reason that was written for it today."""

    card: Card
    sort: str
    mine: bool
    asked: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class ShiftForm:
    """What whoever leaves says. ``remarks``: by the record's id; ``successor_id``: "" where nobody takes over;
    ``things``: complete or missing, with what is ``lacking``; times in ms."""

    post: str
    day: date
    shift: str
    from_at: int
    successor_id: str = ""
    remarks: Mapping[str, str] | None = None
    things: str = "complete"
    lacking: str = ""
    note: str = ""


class Shifts:
    """Hand-overs of one signed-in person. ``once`` and ``draft``: see ``Core.save`` and the store's drafts."""

    def __init__(self, core: Records, todo: Todo, jobs: Jobs) -> None:
        self._core = core
        self._todo = todo
        self._jobs = jobs

    # -- the list --------------------------------------------------------------------------

    def open_now(self, since: int) -> list[OpenNow]:
        """Return all that is open, each once: what is on this person's name, for whoever oversees the work also what
        the day left unfinished (B.5), keys that are out, visitors inside, and the events since ``since`` (ms) with what
        is still to be done about earlier ones."""
        found: dict[str, OpenNow] = {}
        for one in (*self._events(since), *self._visitors(), *self._work(), *self._keys()):
            found.setdefault(one.card.id, one)
        return list(found.values())

    def _work(self) -> Iterator[OpenNow]:
        mine, waiting = self._todo.mine()
        me = self._core.profile.staff_id
        held = [card for card in (*mine, *waiting) if card.assignee == me and not isinstance(card.extra, ShiftCard)]
        if self._core.roles & roles.OVERSEERS:
            for one in self._jobs.unfinished():
                yield OpenNow(one.card, WORK, one.card.assignee == me, not one.reason, one.reason)
        yield from (OpenNow(card, WORK, True) for card in held)

    def _keys(self) -> Iterator[OpenNow]:
        for card in self._core.cards(CardFilter(type=THING, stages=(OUT,)), 0, _MOST):
            yield OpenNow(card, KEY, False)

    def _visitors(self) -> Iterator[OpenNow]:
        for card in self._core.cards(CardFilter(type=CASE, stages=(UNDER_WAY,)), 0, _MOST):
            if card.as_(CaseCard).chain == VISITS:
                yield OpenNow(card, VISITOR, card.assignee == self._core.profile.staff_id)

    def _events(self, since: int) -> Iterator[OpenNow]:
        me = self._core.profile.staff_id
        recent = CardFilter(type=CASE, kinds=tuple(EVENTS), moved_from=self._core.now() - 30 * DAY)
        for card in self._core.cards(recent, 0, _MOST):
            raised = card.as_(CaseCard).raised
            wanted = CardFilter(type=None, ids=raised, ended=False)
            still = self._core.store.cards(wanted, 0, len(raised)) if raised else []
            if not card.over or card.opened_at >= since or still:
                yield OpenNow(card, EVENT, not card.over and card.assignee == me)
            for one in still:
                yield OpenNow(one, EVENT, one.assignee == me)

    # -- which shift -----------------------------------------------------------------------

    def begin(self) -> ShiftForm:
        """Return the form as it begins: the post this person had last, the shift that ends about now, and since when
        they have the post: since they took it over, else since the shift began by the clock."""
        core, now = self._core, self._core.now()
        day, shift = ending(now)
        me = core.profile.staff_id
        lately = self.lately()
        mine = [one for one in lately if me in (one.incoming, one.outgoing)]
        post = mine[0].post if mine else ""
        taken = [one for one in mine if one.post == post and one.incoming == me and one.signed_at is not None]
        since = taken[0].until_at if taken and now - taken[0].until_at < DAY else began(day, shift)
        return ShiftForm(post, day, shift, min(since, now))

    def posts(self) -> list[str]:
        """Return the posts that were handed over here lately, this person's own first."""
        me = self._core.profile.staff_id
        lately = sorted(self.lately(), key=lambda one: me not in (one.incoming, one.outgoing))
        return list(dict.fromkeys(one.post for one in lately))

    def lately(self) -> list[HandedOver]:
        """Return the hand-overs of the last week that this phone knows, the latest first."""
        wanted = CardFilter(type=SHIFT, order="recent", opened_from=self._core.now() - _WEEK)
        found = [handed_over(card) for card in self._core.cards(wanted, 0, _MOST)]
        return sorted(found, key=lambda one: one.until_at, reverse=True)

    def cards(self) -> list[Card]:
        """Return the cards of the latest hand-overs."""
        return self._core.cards(CardFilter(type=SHIFT, order="recent"), 0, 20)

    def gaps(self) -> list[Gap]:
        """Return when nobody had a post in the last week, as far as this phone knows (R3)."""
        return gaps(self.lately(), self._core.now())

    def successors(self) -> list[Staff]:
        """Return who can take over: first those with one of this person's posts."""
        me = self._core.staff
        people = [one for one in self._core.staff_list() if one.id != me.id]
        return sorted(people, key=lambda one: not set(one.roles) & self._core.roles)

    def already(self, form: ShiftForm) -> Card | None:
        """Return the hand-over of this very shift, if there is one here."""
        return self._core.card(SHIFT, self._id(form)) if form.post.strip() else None

    def _id(self, form: ShiftForm) -> str:
        estate = str(self._core.says_estate({}, None).get("estate") or "")
        return shift_id(estate, form.post, form.day, form.shift)

    # -- handing over ----------------------------------------------------------------------

    async def hand(self, form: ShiftForm, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Write the hand-over down with the list as it stands now.

        Raises ``Problem``: ``field_missing`` without a post, or without a remark for something that should have been
        finished (B.5); ``opened_twice`` if this shift was handed over already, as far as this phone knows.
        """
        core, remarks = self._core, form.remarks or {}
        post = form.post.strip()
        if not post:
            raise Problem(FIELD_MISSING, field="post", field_zh="岗位", field_en="post")
        items = self.open_now(form.from_at)
        for one in items:
            if one.asked and not remarks.get(one.card.id, "").strip():
                raise Problem(
                    FIELD_MISSING, field="remark", field_zh=f"「{one.card.content}」未完成的原因",
                    field_en=f"the reason why “{one.card.content}” is not finished",
                )  # fmt: skip
        body: dict[str, Any] = {
            "post": post,
            "day": form.day.isoformat(),
            "shift": form.shift,
            "from_at": form.from_at,
            "until_at": core.now(),
            "by_name": core.my_name,
            "successor_id": form.successor_id,
            "successor_name": core.staff_name(form.successor_id),
            "things": form.things,
            "lacking": form.lacking.strip(),
            "note": form.note.strip(),
            "items": [_row(one, remarks) for one in items],
        }
        body |= core.says_estate({}, None)
        return await core.save([core.entry((SHIFT, self._id(form)), "shift_handed", body, once)], draft)

    async def take(self, shift: str, signature: Signature, *, once: str, draft: str | None = None) -> Saved:
        """Save the signature of whoever takes over; in the same transaction everything on the list that is still this
        person's becomes the successor's. Raises ``Problem`` as ``Session.sign`` does."""
        core = self._core
        state = cast(ShiftState, core.store.state(SHIFT, shift))
        content = core.signing_content(SHIFT, shift, SHIFT)
        if dict(content.facts) != dict(signature.content.facts):
            raise Problem(CHANGED_AFTER_SIGNING)
        signed, strokes = core.signed(signature, once)
        to, me = str(state.body["successor_id"]), core.profile.staff_id
        new = [signed]
        for number, item in enumerate(state.items, 1):
            subject = (str(item["type"]), str(item["id"]))
            if not self._is_mine(subject, me):
                continue
            body = {"to_id": to, "shift_id": shift, "note": item.get("remark")}
            new.append(core.entry(subject, TAKEN_OVER, body, once, number))
        return await core.save(new, draft, {signed.blobs[0].hash: strokes})

    def _is_mine(self, subject: tuple[str, str], me: str) -> bool:
        card = self._core.card(*subject)
        if card is None or card.over or card.assignee != me:
            return False
        return subject_of(card.type).holder(self._core.store.state(*subject)) == me


def _row(one: OpenNow, remarks: Mapping[str, str]) -> dict[str, Any]:
    card = one.card
    what = " ".join(part for part in (card.address, card.content) if part) or card.type
    said = {
        "sort": one.sort, "type": card.type, "id": card.id, "number": card.number or "", "what": what,
        "owner": card.assignee or "", "remark": remarks.get(card.id, "").strip() or one.said,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}


__all__ = ["OpenNow", "ShiftCard", "ShiftForm", "Shifts"]
