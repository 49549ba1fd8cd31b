"""Notices on several phones (P): drafted, released and withdrawn, posted and taken down by who has not heard; and what
is owed of them, and of mail (L2), is told a second time from the entries."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from app.actions.form_draft import Where
from app.actions.notices import NoticeForm
from app.domain.rules.notices import OWED_FORMS, REMOVED_FORM, Hanging, hanging_id
from app.domain.subjects import subject_of
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import ENDED_EARLY, CaseState
from app.domain.subjects.fold import fold
from app.domain.subjects.notice import DRAFTERS, RELEASERS
from app.domain.times import china_day
from app.domain.wire.errors import Problem
from tests.sim import chains
from tests.sim.chain_rules import GONE, Histories, standing
from tests.sim.estate import BUILDINGS

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone

FORMS: Final = (*OWED_FORMS, REMOVED_FORM)
_REMOVAL: Final = "notice_removal"


async def go_on(phone: SimPhone, rng: random.Random) -> None:
    """Draft, release or withdraw a notice, or do something about one at a board."""
    session = phone.session
    assert session is not None
    with phone.peeking():
        drafts = sorted(card.id for card in session.notices.drafts())
        out = sorted(card.id for card in session.notices.recent())
        hang = sorted(session.notices.hangings(), key=lambda one: one.id)
    releases, draw = bool(session.roles & RELEASERS), rng.random()
    if session.roles & DRAFTERS and len(drafts) + len(out) < 2 and (draw < 0.3 or not (drafts or hang)):
        until = china_day(session.now()) + timedelta(days=rng.randrange(3))
        form = NoticeForm("works", "检修", "检修水泵。", until, rng.choice(((), BUILDINGS[:1])), rng.random() < 0.4)
        await phone.do(session.notices.draft(form))
    elif releases and drafts and draw < 0.6:
        await phone.do(session.notices.release(rng.choice(drafts)))
    elif releases and out and draw < 0.4:
        await phone.do(session.notices.withdraw(rng.choice(out), "内容有误"))
    elif hang:
        await _at_board(phone, rng, rng.choice(hang))


async def _at_board(phone: SimPhone, rng: random.Random, one: Hanging) -> None:
    """Post, deliver or take down what its row says; or take it down early, as who has not heard that it still hangs."""
    session = phone.session
    assert session is not None
    with phone.peeking():
        try:
            found = session.notices.begin(one)
        except Problem as problem:
            phone.world.tell(f"{phone.name}: not done: {problem.name}")
            return
        early = found is None and one.hung is not None and session.cases.latest(REMOVED_FORM) is not None
    if found is None and not early:
        return
    said: Mapping[str, Any] = found[1] if found is not None else {}
    where = Where(building_id=one.board.building_id, address=str(said.get("fixed") or one.board.name))
    name = found[0].id if found is not None else REMOVED_FORM
    await chains.fill(phone, rng, name, where, one.id, said.get("kept"), duty=str(said.get("duty") or ""))


def faults(histories: Histories, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield each notice that was taken down twice or whose removal does not end, and each row of the month's list that
    says otherwise than the entries of notices and mail do."""
    states: dict[str, CaseState] = {}
    for (type_, id_), history in histories.items():
        state = fold(CASE, history) if type_ == CASE else None
        if isinstance(state, CaseState) and state.stage != ENDED_EARLY and state.filled:
            states[id_] = state
            if state.first.get("case") == "notice":
                yield from _removal(state)
    ids = Counter(row["id"] for row in rows)
    yield from (f"the duty {id_} is owed {number} times" for id_, number in ids.items() if number > 1)
    for row in rows:
        done = row["done_at"] is not None
        if row["rule"] in OWED_FORMS:
            posted = states.get(hanging_id(row["period"], row["about_id"], row["about_type"]))
            if done != (posted is not None):
                yield f"the notice {row['period']} hangs: {posted is not None}, and the list says {done}"
        elif row["rule"] == "mail_told" and row["about_id"] in states and done != _was_told(states[row["about_id"]]):
            yield f"the call about mail {row['about_id']} was made: {not done}, and the list says {done}"


def _removal(state: CaseState) -> Iterator[str]:
    down = standing(state, "removed")
    if len(down) > 1:
        yield f"the notice of case {state.id} was taken down {len(down)} times"
    until = next((day for one in state.filled if (day := one.body["answers"].get("until"))), None)
    clocks = [one for one in subject_of(CASE).clocks(state) if one.id == _REMOVAL]
    met = next((one.entry.at for one in state.filled if one.body.get("step") == "removed"), None)
    if [one.met_at for one in clocks] != ([met] if until is not None else []):
        yield f"the removal of case {state.id} ended at {met}, and its clocks say {clocks}"


def _was_told(state: CaseState) -> bool:
    """Tell whether the call about mail is made, or there is nobody to call any more."""
    steps = [(str(one.body.get("step")), one.body["answers"].get("how")) for one in state.filled]
    came = next((n for n, (step, _) in enumerate(steps) if step == "received"), len(steps))
    return any(step in GONE or (step == "told" and how != "nobody") for step, how in steps[came:])
