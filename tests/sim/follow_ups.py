"""Follow-ups 回访 on several phones: of complaints that are closed and opened again, by who has not heard (C.5, D)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from app.actions.follow_ups import FollowUpForm
from app.actions.models import ClassForm, MatterForm
from app.domain import roles
from app.domain.rules.state import STEP_DONE
from app.domain.subjects import subject_of
from app.domain.subjects.fold import fold
from app.domain.subjects.follow_up.kinds import BY_HAND, FOLLOW_UP
from app.domain.subjects.matter.kinds import COMPLAINT, MATTER
from app.domain.subjects.matter.state import MatterState
from app.domain.wire.entries import Entry
from app.store.queries import CardFilter
from sync_server.store.subjects.follow_up.planning import OLDEST, id_of
from tests.sim.estate import homes

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone

_HOUR = 3_600_000


async def go_on(phone: SimPhone, rng: random.Random) -> None:
    """Follow something up that this phone knows, by the app's verb or past it; or close a complaint."""
    session = phone.session
    assert session is not None
    if roles.FINANCE in session.roles:
        return
    with phone.peeking() as store:
        known = sorted(card.id for card in store.cards(CardFilter(type=FOLLOW_UP), 0, 50))
    if not known or rng.random() < 0.3:
        await _close_one(phone, rng)
        return
    form = FollowUpForm(
        rng.choice(known), session.new_id(), "phone", rng.random() < 0.9, "no_answer", "张伟", "self",
        rng.random() < 0.6, "还是吵", rng.random() < 0.7, "再去看", session.now() + _HOUR,
    )  # fmt: skip
    if rng.random() < 0.6:
        await phone.do(session.follow_ups.record(form))
    else:
        phone.save([session.entry((FOLLOW_UP, form.follow_up_id), "followed_up", form.body(), None)], {})


async def _close_one(phone: SimPhone, rng: random.Random) -> None:
    """A complaint from beginning to end, or one that was opened again is closed again."""
    session = phone.session
    assert session is not None
    with phone.peeking() as store:
        again = sorted(
            card.id
            for card in store.cards(CardFilter(type=MATTER, ended=False), 0, 50)
            if card.kind == COMPLAINT and card.stage == "to_handle"
        )
    if again and rng.random() < 0.6:
        matter = rng.choice(again)
    else:
        home = rng.choice(sorted(home["household_id"] for home in homes(phone.world.two)))
        form = MatterForm(COMPLAINT, "吵", household_id=home, contact_name="张伟", classed=ClassForm("service"))
        once = session.new_id()
        await phone.do(session.matters.open(form, once=once))
        with phone.peeking() as store:
            saved = store.saved([once])
        if not saved:
            return
        matter = saved[0].subject_id
    subject = (MATTER, matter)
    plan = session.entry(subject, "planned", {"cause": "外机", "plan": "减震"}, None)
    rest: list[tuple[str, dict[str, Any]]] = [
        ("plan_agreed", {"plan_id": plan.id, "how": "phone", "name": "张伟"}),
        ("handled", {"cause": "外机", "corrective": "减震"}),
        ("matter_closed", {"result": "好了", "satisfied": True}),
    ]
    phone.save([plan, *(session.entry(subject, kind, body, None) for kind, body in rest)], {})


def faults(histories: Mapping[tuple[str, str], list[Entry]]) -> Iterator[str]:
    """Yield what does not hold of follow-ups, told from their entries one by one.

    What the desk let count or took out is its own decision, and left out here.
    """
    for (type_, subject_id), history in histories.items():
        if any(entry.kind in ("flag_settled", "amended") for entry in history):
            continue
        if type_ == FOLLOW_UP:
            yield from _one(subject_id, history)
        elif type_ == MATTER:
            yield from _owed(history, histories)


def _one(follow_up_id: str, history: list[Entry]) -> Iterator[str]:
    """Whether it counts once, and the server alone said that it is owed."""
    settled = 0
    for step in fold(FOLLOW_UP, history).steps:
        entry = step.entry
        if entry.kind == "follow_up_planned" and entry.body["drawn"] != BY_HAND and entry.author != roles.SYSTEM:
            yield f"{entry.author} said that follow-up {follow_up_id} is owed by {entry.body['drawn']}"
        if entry.kind == "followed_up" and step.standing == STEP_DONE and step.body["met"]:
            if settled:
                yield f"follow-up {follow_up_id} counts again after it was settled"
            settled += bool(step.body["settled"])


def _owed(history: list[Entry], histories: Mapping[tuple[str, str], list[Entry]]) -> Iterator[str]:
    """Whether a complaint that is closed now has its follow-up for this round."""
    state = fold(MATTER, history)
    closing = subject_of(MATTER).closing(state) if isinstance(state, MatterState) else None
    if closing is None or max(entry.received_at or 0 for entry in history) - closing.closed_at > OLDEST:
        return  # what came in after months is not asked about any more
    if (FOLLOW_UP, id_of(closing)) not in histories:
        yield f"nobody is to follow up complaint {closing.id}, closed for the {closing.round}. time"
