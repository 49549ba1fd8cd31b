"""Jobs 工作单 between people: by the app's own verbs, and past them, by who has not heard what happened (B.2-B.8).

What became of each is worked out a second time and simply (``faults``): phones and server share the code that folds,
so that all of them agree proves nothing about what they agree on.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from app.domain.subjects.fold import fold
from app.domain.subjects.job.clocks import late_without_report
from app.domain.subjects.job.kinds import JOB, SENDERS
from app.domain.subjects.job.state import JobState
from app.domain.wire.entries import Entry, fold_order
from app.store.queries import CardFilter
from tests.sim.estate import PEOPLE

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone

_HOUR = 3_600_000
_FAR = 4_000_000_000_000
"""A moment after every run, in ms."""
_STAFF = tuple(person.staff_id for person in PEOPLE.values())
_NEXT = {
    "sent": ("job_accepted", "job_accepted", "job_accepted", "job_escalated", "job_given", "job_progress"),
    "accepted": ("job_progress", "job_progress", "job_finished", "job_escalated", "job_given"),
    "escalated": ("job_decided", "job_decided", "job_progress", "job_given"),
    "to_sign": ("job_confirmed_by_phone",),
    "done": ("job_confirmed", "job_confirmed", "job_sent_back"),
    "confirmed": ("job_called_back",),
    "called_back": ("job_filed",),
}
_ANYTHING = tuple(sorted({kind for kinds in _NEXT.values() for kind in kinds} | {"job_voided"}))


async def go_on(phone: SimPhone, rng: random.Random) -> None:
    """Do something with a job that this phone knows, or send one."""
    session = phone.session
    assert session is not None
    with phone.peeking() as store:
        known = sorted(card.id for card in store.cards(CardFilter(type=JOB), 0, 50))
    if not known or rng.random() < 0.15:
        if session.roles & SENDERS:
            await phone.do(session.record(JOB, session.new_id(), "job_sent", _sent(phone, rng)))
        return
    with phone.peeking() as store:
        state = store.state(JOB, rng.choice(known))
    assert isinstance(state, JobState)
    kind = rng.choice(_NEXT.get(state.stage, _ANYTHING)) if rng.random() < 0.8 else rng.choice(_ANYTHING)
    body = _body(kind, state, rng, session.now())
    if rng.random() < 0.7:
        await phone.do(session.record(JOB, state.id, kind, body))
    else:  # whether or not it fits
        phone.save([session.entry((JOB, state.id), kind, body, None)], {})


async def report_in_time(phone: SimPhone, rng: random.Random) -> None:
    """Report where there is no network before an answer is due, and be heard of only after it (B.3).

    Chance hardly ever brings this about: whoever has a network is heard of at once, and an answer is due once.
    """
    session = phone.session
    assert session is not None
    if not session.roles & SENDERS:
        return
    job, left = session.new_id(), rng.choice((60_000, 10 * 60_000))
    # By the true time: people look at a wall, too, where their phone's clock is off.
    mine = {"receiver_id": session.profile.staff_id, "due_at": phone.world.now() + left}
    await phone.do(session.record(JOB, job, "job_sent", _sent(phone, rng) | mine))
    phone.line.online = False
    await phone.do(session.record(JOB, job, "job_progress", {"note": "在地下室"}))
    await asyncio.sleep(left / 1_000 + rng.choice((1, 30, 600)))
    phone.line.online = True
    phone.sync()


def _sent(phone: SimPhone, rng: random.Random) -> dict[str, Any]:
    due_at = phone.clock() + rng.choice((60_000, 60_000, 10 * 60_000, _HOUR, 24 * _HOUR))
    to = {"receiver_id": rng.choice(_STAFF), "department": _department(rng)}
    said = {"content": "擦玻璃", "requirements": "不留水痕", "address": "大堂", "due_at": due_at}
    return {"job_kind": "plain", **said, **to}


def _department(rng: random.Random) -> str:
    return rng.choice(("engineering", "engineering", "service"))


def _body(kind: str, state: JobState, rng: random.Random, now: int) -> dict[str, Any]:
    to = {"receiver_id": rng.choice(_STAFF), "department": _department(rng)}
    if kind == "job_decided":
        decision = rng.choice(("keep", "give", "extend", "end"))
        more: dict[str, Any] = {"give": to, "extend": {"due_at": now + _HOUR}, "end": {"reason": "不用了"}}
        return {"decision": decision, **more.get(decision, {})}
    # Mostly the job's own department, now and then one that has nothing to do with it.
    own = {"department": state.department if rng.random() < 0.7 else _department(rng)}
    bodies: dict[str, dict[str, Any]] = {
        "job_given": to | {"reason": "请假"},
        "job_progress": {"note": f"第{rng.randrange(100)}次"},
        "job_escalated": {"reason": "要登高车", "to_id": rng.choice(_STAFF)},
        "job_finished": {"process": "擦了", "result": "干净"},
        "job_confirmed_by_phone": {"name": "张伟", "reason": "不在家"},
        "job_confirmed": own,
        "job_sent_back": own | {"reason": "没擦"},
        "job_called_back": {"satisfied": True, "name": "张伟"},
        "job_voided": {"reason": "重复"},
    }
    return bodies.get(kind, {})


def faults(histories: Mapping[tuple[str, str], Sequence[Entry]]) -> Iterator[str]:
    """Yield what became of a job otherwise than its entries say."""
    for (type_, job_id), history in histories.items():
        if type_ != JOB or any(entry.kind in ("flag_settled", "amended") for entry in history):
            continue
        state = fold(type_, history)
        if not isinstance(state, JobState) or state.opened is None:
            continue
        flagged = {flag.entry_id for flag in state.flags}
        took = [entry for entry in fold_order(history) if entry.id not in flagged]
        if state.number is None or sum(entry.kind == "job_numbered" for entry in took) != 1:
            yield f"job {job_id} has the number {state.number}"
        yield from (f"job {job_id}: {fault}" for fault in _one(took, state))


def _one(took: Sequence[Entry], state: JobState) -> Iterator[str]:
    """Go through what took effect on one job, in the server's order."""
    holder = department = raised_by = ""
    given: list[tuple[int, str]] = []
    dues: list[tuple[int, int]] = []
    told: list[int] = []
    over: list[int] = []
    for entry in took:
        body = entry.body
        if entry.kind in ("job_sent", "job_given") or (entry.kind == "job_decided" and body["decision"] == "give"):
            holder, department, raised_by = body["receiver_id"], body["department"], ""
            given.append((entry.at, holder))
        elif entry.kind == "taken_over":
            if entry.author != holder:
                yield f"{entry.author} handed on what {holder} has"
            holder = body["to_id"]
        elif entry.kind == "job_escalated":
            raised_by = entry.author
            if entry.author != holder:
                yield f"{entry.author} escalated what {holder} has"
        elif entry.kind in ("job_confirmed", "job_sent_back") and body["department"] != department:
            yield f"{body['department']} confirmed what is {department}'s"
        elif entry.kind in ("job_finished", "job_accepted") and entry.author != holder:
            yield f"{entry.author} did {entry.kind}, which is {holder}'s"
        if entry.kind in ("job_decided", "job_finished", "job_voided"):
            raised_by = ""
        if entry.kind == "job_sent" or (entry.kind == "job_decided" and body.get("due_at")):
            dues.append((entry.at, body["due_at"]))
        if entry.kind == "job_progress":
            told.append(entry.at)
        if entry.kind == "job_sent_back":
            over.clear()
        if entry.kind in ("job_finished", "job_voided", "job_filed") or body.get("decision") == "end":
            over.append(entry.at)
    if (state.stage == "escalated") != bool(raised_by):
        yield f"it is {state.stage}, escalated by {raised_by or 'nobody'}"
    late = []
    for number, (since, due) in enumerate(dues):
        put_off = dues[number + 1][0] if number + 1 < len(dues) else _FAR
        in_time = any(since <= at <= due for at in told) or any(at <= due for at in over)
        if put_off > due and not in_time:
            late.append(due)
    if sorted(late_without_report(state, _FAR)) != sorted(late):
        yield f"late without a report at {late_without_report(state, _FAR)}, by its entries at {late}"
