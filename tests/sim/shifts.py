"""Hand-overs of shifts by people who have not heard of each other's: who had the post, whose what was open is (R3, R4).

Of each shift one hand-over stands, the first that the server took; all others are flagged.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.domain.subjects.fold import fold
from app.domain.subjects.shift import SHIFT, TO_TAKE
from app.domain.wire.entries import Entry, fold_order
from app.store.queries import CardFilter
from tests.sim.estate import PEOPLE
from tests.support.field_work import signature

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone

_POSTS = ("东门岗", "前台")
_STAFF = tuple(person.staff_id for person in PEOPLE.values())


async def go_on(phone: SimPhone, rng: random.Random) -> None:
    """Hand a post over, or have somebody sign for one that was handed over here."""
    session = phone.session
    assert session is not None
    with phone.peeking() as store:
        me = session.profile.staff_id
        waits = [c.id for c in store.cards(CardFilter(type=SHIFT, stages=(TO_TAKE,)), 0, 50) if c.opener == me]
    if waits and rng.random() < 0.7:
        with phone.peeking():
            content = session.signing_content(SHIFT, rng.choice(sorted(waits)), SHIFT)
        signed = signature(content, "接班人", "incoming", "staff")
        await phone.do(session.shifts.take(content.subject_id, signed, once=session.new_id()))
        return
    with phone.peeking():
        form = replace(session.shifts.begin(), post=rng.choice(_POSTS))
        remarks = {one.card.id: "请跟进" for one in session.shifts.open_now(form.from_at)}
    to = rng.choice(("", *(one for one in _STAFF if one != me)))
    await phone.do(session.shifts.hand(replace(form, remarks=remarks, successor_id=to), once=session.new_id()))


def faults(histories: Mapping[tuple[str, str], Sequence[Entry]]) -> Iterator[str]:
    """Yield each shift of which another hand-over stands than the first, or that two hand over unflagged."""
    for (type_, shift_id), history in histories.items():
        if type_ != SHIFT or any(entry.kind in ("flag_settled", "amended") for entry in history):
            continue
        handed = [entry.id for entry in fold_order(history) if entry.kind == "shift_handed"]
        state = fold(type_, history)
        flagged = {flag.entry_id for flag in state.flags}
        stands = [id_ for id_ in handed if id_ not in flagged]
        if stands != handed[:1] or state.opened is None or state.opened.id != handed[0]:
            yield f"shift {shift_id} was handed over by {handed}, and {stands} stand"
