"""Training on several phones (V): a session's code stands on one phone, and people scan it with theirs, twice, on a
second phone, before the session is anywhere; marks with one re-sit. Each person was there once."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from app.actions.trainings import MarkForm
from app.domain.rules.sessions import SessionCode
from app.domain.subjects.fold import fold
from app.domain.subjects.training import ATTENDANCE, EXAM, TRAINING, TrainingState
from app.domain.wire.entries import Entry
from app.store.queries import CardFilter
from tests.sim.estate import PEOPLE

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone

_STAFF = tuple(person.staff_id for person in PEOPLE.values())


async def go_on(phone: SimPhone, rng: random.Random) -> None:
    """Hold a session or mark somebody, for who trains; everybody else scans a code that stands on a phone."""
    session, codes = phone.session, phone.world.codes
    assert session is not None
    draw = rng.random()
    if session.trainings.trains and draw < 0.6:
        if draw < 0.1 or not codes:
            codes.append(session.trainings.code(session.new_id(), "safety", session.now()))
        elif draw < 0.2:
            code, there = rng.choice(codes), rng.sample(_STAFF, rng.choice((1, 2, 3)))
            held = session.trainings.hold(code.session_id, code.topic, "", 45, code.begun_at, there)
            await phone.do(held)
        else:
            await _mark(phone, rng)
    elif codes:
        await _scan(phone, rng.choice(codes))


async def _scan(phone: SimPhone, code: SessionCode) -> None:
    session = phone.session
    assert session is not None
    await phone.do(session.trainings.attend(code))


async def _mark(phone: SimPhone, rng: random.Random) -> None:
    """Mark somebody, or have one who failed sit again, also by who has not heard that they did."""
    session = phone.session
    assert session is not None
    with phone.peeking() as store:
        exams = sorted(card.id for card in store.cards(CardFilter(type=TRAINING, kinds=(EXAM,)), 0, 50))
    theory = rng.choice((20, 85))
    if not exams or rng.random() < 0.4:
        whom = rng.choice([one for one in _STAFF if one != phone.person.staff_id])
        await phone.do(session.trainings.mark(MarkForm(whom, "safety", theory, 5)))
    elif rng.random() < 0.5:
        await phone.do(session.trainings.resit(rng.choice(exams), theory, 5))
    else:
        said = {"theory": theory, "discipline": 5}
        phone.save([session.entry((TRAINING, rng.choice(exams)), "resat", said, None)], {})


def faults(histories: Mapping[tuple[str, str], Sequence[Entry]]) -> Iterator[str]:
    """Yield each person who was at a session twice, or whose second scan is flagged, and who sat three times."""
    there: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for (type_, id_), history in histories.items():
        state = fold(TRAINING, history) if type_ == TRAINING else None
        if not isinstance(state, TrainingState) or state.opened is None:
            continue
        flagged = {flag.entry_id for flag in state.flags}
        settled = {str(entry.body.get("entry_id")) for entry in history if entry.kind == "flag_settled"}
        if state.kind == ATTENDANCE:
            there[str(state.body["session_id"]), state.opened.author].append(id_)
            scans = [entry for entry in history if entry.kind == "attended"]
            if any(entry.id in flagged for entry in scans) or len({entry.author for entry in scans}) > 1:
                yield f"the attendance {id_} was scanned by one person, and is flagged"
        sat = [e for e in history if e.kind == "resat" and e.id not in flagged | settled]
        if len(sat) > 1:
            yield f"the exam {id_} was sat again {len(sat)} times"
    for (session_id, who), ids in there.items():
        if len(ids) > 1:
            yield f"{who} was at session {session_id} {len(ids)} times"
