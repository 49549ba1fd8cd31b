"""The verbs of a job 工作单, and the desk's review before a shift ends (B.1-B.8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final, cast

from app.actions.core import derived, read_staff
from app.actions.models import JobForm, JobView, Saved, Staff, SubjectView, Unfinished
from app.actions.reads import members
from app.actions.records import Records
from app.domain import roles
from app.domain.rules.card import Card
from app.domain.rules.departments import answers_for, does_the_work, next_level
from app.domain.subjects.job.breaches import Breach, breaches, of_month
from app.domain.subjects.job.clocks import clocks, running
from app.domain.subjects.job.kinds import JOB
from app.domain.subjects.job.state import JobState
from app.domain.subjects.job.steps import verbs
from app.domain.subjects.review import REVIEW, due_at, is_of_the_day, review_id
from app.domain.times import at_china, china_day
from app.domain.wire.errors import FIELD_MISSING, FIELD_WRONG, Problem
from app.store.queries import CardFilter

REVIEWED: Final = ((JOB, ()), ("ticket", ()))
"""What the review goes through: the day's jobs and tickets (B.5)."""
_MOST: Final = 2_000
_COUNTS_YUAN: Final = "job_breach_pay"


class Jobs:
    """Jobs of one signed-in person. ``once`` and ``draft``: see ``Core.save`` and the store's drafts."""

    def __init__(self, core: Records) -> None:
        self._core = core

    # -- who -------------------------------------------------------------------------------

    def posts(self, estate: str) -> dict[str, frozenset[str]]:
        """Return the posts of each active member of staff in an estate, by id; people without a post there are left
        out."""
        key = estate if self._core.several else None
        people = [read_staff(id_, body, estate=key) for id_, body in self._core.store.refs("staff").items()]
        return {person.id: frozenset(person.roles) for person in people if person.active and person.roles}

    def receivers(self, estate: str | None = None) -> list[Staff]:
        """Return everybody who can be sent a job (B.1): first those this person sent one lately, then those on the
        lowest level of their department, the least busy first."""
        core = self._core
        last = (str(b.get("receiver_id")) for b in core.store.latest_bodies("job_sent", core.profile.staff_id, 50))
        order = {who: n for n, who in enumerate(dict.fromkeys(last))}
        people = core.staff_list(None, estate)
        return sorted(people, key=lambda one: (order.get(one.id, len(order)), not does_the_work(one.roles), one.load))

    def department_of(self, staff_id: str, estate: str) -> str:
        """Return the department whose supervisor confirms the work of somebody (B.4, B.8)."""
        posts = self.posts(estate)
        return answers_for(posts.get(staff_id, frozenset()), posts)

    def next_level(self, view: JobView) -> list[Staff]:
        """Return whom this person asks if they cannot go on with a job: the next level up, or whoever sent it if nobody
        stands above (B.2)."""
        estate = self._core.estate_of(view.state)
        posts = self.posts(estate)
        sender = view.state.opened.author if view.state.opened is not None else ""
        found = next_level(self._core.profile.staff_id, posts) or [sender]
        return [replace(self._person(id_), name=self._core.staff_name(id_)) for id_ in found if id_]

    def _person(self, staff_id: str) -> Staff:
        return read_staff(staff_id, self._core.store.refs("staff").get(staff_id, {}))

    # -- reading ---------------------------------------------------------------------------

    def view(self, job_id: str) -> JobView:
        """Return everything a job's page shows. Raises ``Problem`` ``not_found``."""
        seen: SubjectView[JobState] = self._core.seen_as(JOB, job_id)
        state = seen.state
        return JobView(
            **members(seen),
            verbs=verbs(state, self._core.profile.staff_id, self._core.roles_on(state)),
            clock=running(state),
            clocks=tuple(clocks(state)),
            household=self._core.home(state.household_id),
            receiver_name=self._core.staff_name(state.receiver),
            sender_name=self._core.staff_name(state.opened.author if state.opened else None),
            decider_name=self._core.staff_name((state.escalated or {}).get("to_id")),
        )

    def breaches(self, year: int, month: int) -> dict[str, list[Breach]]:
        """Return the breaches of a month by staff id, in those of the estates looked at that this person oversees
        (B.7): every figure is the length of its list."""
        begun = CardFilter(type=JOB, order="recent")
        cards = self._core.store.cards(self._core.overseen(begun), 0, _MOST)
        first = at_china(date(year, month, 1), 0)
        # What ended before the month can have no breach in it.
        wanted = [(JOB, card.id) for card in cards if not card.ended or card.last_at >= first]
        states = self._core.store.states(wanted).values()
        found = [one for state in states for one in breaches(cast(JobState, state), self._core.now())]
        return of_month(found, year, month)

    @property
    def counts_yuan(self) -> bool:
        """Whether this person has breaches counted in yuan on this phone; off at first (B.7)."""
        return bool(self._core.store.setting(_COUNTS_YUAN, False))

    async def count_yuan(self, yes: bool) -> None:
        """Have breaches counted in yuan, or not."""
        self._core.store.put_settings({_COUNTS_YUAN: yes})
        await self._core.settled()

    # -- sending and doing -----------------------------------------------------------------

    async def send(self, form: JobForm, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Send a job (B.1).

        Raises ``Problem``: ``field_missing`` names what is blank, ``field_wrong`` a time in the past or a receiver who
        left.
        """
        once = once or self._core.new_id()
        body = self.sent_body(form)
        return await self._core.save([self._core.entry((JOB, derived(once, "job")), "job_sent", body, once)], draft)

    def sent_body(self, form: JobForm) -> dict[str, Any]:
        """Return what the entry says by which a job is sent. Raises ``Problem`` as ``send`` does."""
        core, home = self._core, self._core.home(form.household_id)
        body: dict[str, Any] = {
            "job_kind": form.job_kind,
            "household_id": form.household_id,
            "building_id": form.building_id,
            "address": form.address.strip(),
            "content": form.content.strip(),
            "requirements": form.requirements.strip(),
            "due_at": form.due_at,
            "receiver_id": form.receiver_id,
            "served_name": form.served_name.strip(),
            "served_phone": form.served_phone.strip(),
            "urgent": form.urgent or None,
        }
        if home is not None:
            body |= {
                "unit_id": home.unit_id,
                "building_id": home.building_id,
                "address": body["address"] or home.address,
            }
        if form.lines:
            body |= {"lines": list(form.lines), "total_fen": sum(int(line["amount_fen"]) for line in form.lines)}
        body |= core.says_estate(body, form.estate)
        if form.due_at is not None and form.due_at <= core.now():
            raise _wrong("due_at", "答复时限", "answer due by", "应在现在之后", "it should be later than now")
        if form.receiver_id:
            estate = (
                home.estate
                if home is not None
                else core.store.whereabouts().of(form.building_id, str(body.get("estate") or ""), None)
            )
            body |= self._to(form.receiver_id, estate)
        return body

    def _to(self, staff_id: str, estate: str) -> dict[str, str]:
        """Return the fields that say who gets it. Raises ``Problem`` ``field_wrong`` for somebody with no post there
        (any more)."""
        if staff_id not in self.posts(estate):
            name = self._core.staff_name(staff_id)
            why = (
                f"{name}已离职或不在这个小区，请另选一位",
                f"{name} has left or has no post here; choose somebody else",
            )
            raise _wrong("receiver_id", "接单人", "receiver", *why)
        return {"receiver_id": staff_id, "department": self.department_of(staff_id, estate)}

    async def give(self, view: JobView, staff_id: str, reason: str, *, once: str, draft: str | None = None) -> Saved:
        """Give a job to somebody else, because whoever has it is ill or has too much to do."""
        body = self._to(staff_id, self._core.estate_of(view.state)) | {"reason": reason}
        return await self._do(view, "job_given", body, once, draft)

    async def decide(
        self, view: JobView, decision: str, said: Mapping[str, Any], *, once: str, draft: str | None = None
    ) -> Saved:
        """Decide on an escalated job (B.2). ``said``: ``reason``, ``receiver_id``, ``due_at``, as it needs."""
        body: dict[str, Any] = {"decision": decision, **said}
        if body.get("receiver_id"):
            body |= self._to(str(body["receiver_id"]), self._core.estate_of(view.state))
        if body.get("due_at") is not None and int(body["due_at"]) <= self._core.now():
            raise _wrong("due_at", "答复时限", "answer due by", "应在现在之后", "it should be later than now")
        return await self._do(view, "job_decided", body, once, draft)

    async def confirm(self, view: JobView, *, once: str) -> Saved:
        """Confirm the work of one's department (B.4, B.8)."""
        return await self._do(view, "job_confirmed", {"department": view.state.department}, once)

    async def send_back(self, view: JobView, reason: str, *, once: str, draft: str | None = None) -> Saved:
        """Have it done once more: it is not what was asked for."""
        said = {"department": view.state.department, "reason": reason}
        return await self._do(view, "job_sent_back", said, once, draft)

    async def call_back(
        self, view: JobView, satisfied: bool, name: str, note: str = "", *, once: str, draft: str | None = None
    ) -> Saved:
        """Record the callback; if the person called is satisfied, the job is filed at the same time (B.4)."""
        said = {"satisfied": satisfied, "name": name, "note": note}
        new = [self._core.entry((JOB, view.state.id), "job_called_back", said, once)]
        if satisfied:
            new.append(self._core.entry((JOB, view.state.id), "job_filed", {}, once, 1))
        return await self._core.save(new, draft)

    async def _do(
        self, view: JobView, kind: str, body: Mapping[str, Any], once: str, draft: str | None = None
    ) -> Saved:
        return await self._core.save([self._core.entry((JOB, view.state.id), kind, body, once)], draft)

    # -- the review before the shift ends --------------------------------------------------

    def unfinished(self) -> list[Unfinished]:
        """Return the day's jobs and tickets that are not finished, in those of the estates looked at that this person
        oversees, each with the reason and advice given today (B.5)."""
        core, now = self._core, self._core.now()
        wanted = core.overseen(CardFilter(type=None, any_of=REVIEWED, over=False))
        cards = [card for card in core.store.cards(wanted, 0, _MOST) if is_of_the_day(card, now)]
        said = core.store.said_since("unfinished_explained", at_china(china_day(now), 0))
        found = (Unfinished(card, *said.get((card.type, card.id), ("", ""))) for card in cards)
        return sorted(found, key=lambda one: (bool(one.reason), one.card.due_at or 0, one.card.opened_at))

    async def explain(
        self, card: Card, reason: str, advice: str, *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Write down why it is not finished today, and what is advised (B.5)."""
        body = {"reason": reason.strip(), "advice": advice.strip()}
        return await self._core.save(
            [self._core.entry((card.type, card.id), "unfinished_explained", body, once)], draft
        )

    def review_left(self) -> int | None:
        """Return how many of the day's unfinished records lack a reason, once it is time for the review (17:20);
        ``None`` before that, for people who are not at the desk, and once it is closed, as far as this phone knows."""
        now = self._core.now()
        if now < due_at(china_day(now)) or all(self.reviewed(key) for key in self._desks()):
            return None
        return sum(1 for one in self.unfinished() if not one.reason)

    def _desks(self) -> list[str]:
        """Return those of the estates looked at in which this person sits at the desk."""
        core = self._core
        keys = [core.estate] if core.estate is not None else list(core.posts)
        return [key for key in keys if roles.DESK in core.roles_in(key)]

    def reviewed(self, estate: str) -> bool:
        """Tell whether today's review of an estate is closed."""
        return self._core.store.card(REVIEW, review_id(estate, china_day(self._core.now()))) is not None

    def closed_review(self) -> Card | None:
        """Return today's closed review of the estate looked at; ``None`` if it is not closed yet, or while all are
        looked at."""
        key = self._core.estate
        if key is None:
            return None
        return self._core.store.card(REVIEW, review_id(key, china_day(self._core.now())))

    async def close_review(self, note: str = "", *, once: str | None = None, draft: str | None = None) -> Saved:
        """Close the day's review: the list as it stands becomes a record (B.5, R).

        Raises ``Problem`` ``field_missing`` as long as something has no reason, and while all estates are looked at.
        """
        core = self._core
        items = self.unfinished()
        if any(not one.reason for one in items):
            raise Problem(
                FIELD_MISSING, field="reason", field_zh="未完成原因", field_en="reason why it is not finished"
            )
        today = china_day(core.now())
        body: dict[str, Any] = {"day": today.isoformat(), "items": [_row(one) for one in items], "note": note}
        body |= core.says_estate({}, None)
        subject = (REVIEW, review_id(str(body.get("estate") or ""), today))
        return await core.save([core.entry(subject, "review_closed", body, once)], draft)


def _row(one: Unfinished) -> dict[str, Any]:
    card = one.card
    what = " ".join(part for part in (card.address, card.content) if part)
    said = {"type": card.type, "id": card.id, "what": what, "reason": one.reason, "advice": one.advice}
    return said | ({"number": card.number} if card.number else {})


def _wrong(name: str, zh: str, en: str, why_zh: str, why_en: str) -> Problem:
    return Problem(FIELD_WRONG, field=name, field_zh=zh, field_en=en, why=why_en, why_zh=why_zh, why_en=why_en)
