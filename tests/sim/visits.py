"""Visits 走访 with a festival's gift, signed or not, on several phones (E): what a signature is for, told twice."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from app.actions.models import VisitForm
from app.domain import roles
from app.domain.rules.state import INTACT, STEP_DONE
from app.domain.subjects.fold import fold
from app.domain.subjects.visit import VISIT, VISIT_RECORD, VisitState
from app.domain.wire.entries import Entry
from app.store.queries import CardFilter
from tests.sim.estate import homes
from tests.support.field_work import signature

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone

_GIFT = {"gift": "月饼一盒", "festival": "中秋"}


async def go_on(phone: SimPhone, rng: random.Random) -> None:
    """Call at a door with or without a gift, sign a visit again, or hand a gift over past the app's verb."""
    session = phone.session
    assert session is not None
    if not session.roles & roles.VISITORS:
        return
    with phone.peeking() as store:
        known = sorted(card.id for card in store.cards(CardFilter(type=VISIT), 0, 50))
    if known and rng.random() < 0.5:
        visit = rng.choice(known)
        if rng.random() < 0.6:
            phone.save([session.entry((VISIT, visit), "gift_handed", _GIFT, None)], {})
            return
        with phone.peeking() as store:
            state = store.state(VISIT, visit)
        if isinstance(state, VisitState) and state.met:
            await phone.do(session.sign(signature(session.signing_content(VISIT, visit, VISIT_RECORD), "张伟")))
        return
    home = rng.choice(sorted(home["household_id"] for home in homes(phone.world.two)))
    met, given = rng.random() < 0.8, rng.random() < 0.6
    who = {"met_name": "张伟", "met_capacity": "self"} if met else {"not_met": "nobody_home"}
    form = VisitForm(
        session.new_id(), home, "festival", met, gift=_GIFT["gift"] if given else "", festival=_GIFT["festival"],
        **who,  # type: ignore[arg-type]
    )  # fmt: skip
    if session.home(home) is None:
        return
    signed = signature(session.visits.content(form), "张伟") if met and rng.random() < 0.8 else None
    await phone.do(session.visits.record(form, signed))


def faults(histories: Mapping[tuple[str, str], list[Entry]]) -> Iterator[str]:
    """Yield what does not hold of gifts, told from the entries one by one.

    What the desk let count or took out is its own decision, and left out here.
    """
    for (type_, visit), history in histories.items():
        if type_ != VISIT or any(entry.kind in ("flag_settled", "amended") for entry in history):
            continue
        state = fold(VISIT, history)
        assert isinstance(state, VisitState)
        gifts: list[Mapping[str, Any]] = []
        named: Any = None
        for step in state.steps:
            if step.standing != STEP_DONE:
                continue
            if step.entry.kind == "gift_handed":
                gifts.append(step.body)
            elif step.entry.kind == "signed":
                named = step.body["content"]["facts"].get("gift")
        if gifts and not state.met:
            yield f"a gift of visit {visit} counts, and nobody was met"
        if len(gifts) > 1:
            yield f"visit {visit} handed its gift over {len(gifts)} times"
        if state.signature == INTACT and gifts and (named or {}).get("gift") != gifts[-1]["gift"]:
            yield f"the signature under visit {visit} is said to be for a gift that it does not name"
