"""A round of the survey on several phones (F): sheets are handed out and filled in by people who have not heard of each
other, saved twice as after a kill, and corrected. What must come of it is told from the entries a second time."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

from app.actions.form_draft import FormDraft, Where
from app.actions.surveys import TO_ISSUE
from app.domain.rules.surveys import FORM_ID
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.fold import fold
from app.domain.wire.entries import Entry
from app.store.queries import CardFilter
from sync_server.forms import compile_form
from tests.support.project import ROOT

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone

_REMARKS: Final = ("best", "worst", "wish")


@cache
def form() -> bytes:
    """Return the built-in form of the survey, as publishing makes it."""
    path = ROOT / "assets" / "forms" / f"{FORM_ID}.md"
    made = compile_form(path.name, path.read_bytes()).definition
    assert made is not None
    return made


async def go_on(phone: SimPhone, rng: random.Random) -> None:
    """Hand out, fill in or correct a sheet of a door that this phone knows."""
    session = phone.session
    assert session is not None
    with phone.peeking() as store:
        doors = session.surveys.doors(session.surveys.period())
        known = sorted(card.id for card in store.cards(CardFilter(type=CASE, kinds=(FORM_ID,)), 0, 50))
        here = session.cases.latest(FORM_ID) is not None
    # Few doors, so that phones meet at one.
    doors = doors[:3]
    what = rng.choice(("issue", "fill", "fill", "fill", "correct"))
    if what == "issue" and any(one.standing == TO_ISSUE for one in doors):
        await phone.do(session.surveys.issue(doors))
    elif what == "correct" and known and here:
        await _correct(phone, rng.choice(known), rng)
    elif doors and here:
        await _fill(phone, rng)


async def _fill(phone: SimPhone, rng: random.Random) -> None:
    session = phone.session
    assert session is not None
    with phone.peeking():
        door = rng.choice(session.surveys.doors(session.surveys.period())[:3])
        digest, said = session.surveys.begin(door)
        where = Where(said["household"], said["unit"] or None, said["building"] or None, said["fixed"])
        about = (said["about_type"], said["about_id"])
        draft = FormDraft(digest, door.sheet_id, session.new_id(), session.now(), where=where, about=about)
        filling = session.cases.filling(draft)
        for place in filling.root.asked():
            if place.question.list == "score":
                filling.answer(place, str(rng.randrange(1, 6)))
        for name in rng.sample(_REMARKS, rng.choice((0, 1, 2))):
            filling.answer(filling.find(name), f"意见{rng.randrange(5)}")
        for name, value in {"name": "张伟", "phone": "13800138000"}.items():
            filling.answer(filling.find(name), value)
        draft = replace(draft, kept=filling.kept())
    await phone.do(session.cases.record(draft, filling))
    if phone.session is session and rng.random() < 0.4:  # as after a kill before anybody saw that it was saved
        with phone.peeking():
            again = session.cases.filling(draft)
        await phone.do(session.cases.record(draft, again))


async def _correct(phone: SimPhone, case_id: str, rng: random.Random) -> None:
    session = phone.session
    assert session is not None
    with phone.peeking() as store:
        state = store.state(CASE, case_id)
        assert isinstance(state, CaseState)
        if not state.filled:
            return
        entry = state.filled[-1].entry.id
        filling = session.cases.corrected(case_id, entry)
        filling.answer(filling.find("worst"), f"改成{rng.randrange(5)}")
    await phone.do(session.cases.correct(case_id, entry, filling, "写错", once=session.new_id()))


def faults(histories: Mapping[tuple[str, str], list[Entry]]) -> Iterator[str]:
    """Yield each household with two sheets that count, and each remark that became no matter, or two."""
    made = Counter(
        (str(e.body["case_id"]), str(e.body["case_path"]), str(e.body["content"]), matter)
        for (_, matter), history in histories.items()
        for e in history
        if e.kind == "matter_opened" and e.body.get("channel") == "survey" and e.body.get("case_id")
    )
    matters = Counter(key[:3] for key in made)
    for (case_id, path, words), number in matters.items():
        if number > 1:
            yield f"the remark {words!r} at {path} of sheet {case_id} became {number} matters"
    for (type_, case_id), history in histories.items():
        sheets = [e for e in history if e.kind == "form_filled" and e.body.get("form_id") == FORM_ID]
        if type_ != CASE or not sheets:
            continue
        state = fold(CASE, history)
        assert isinstance(state, CaseState)
        flagged = {flag.entry_id for flag in state.flags}
        settled = {str(e.body.get("entry_id")) for e in history if e.kind == "flag_settled"}
        counting = [e.id for e in sheets if e.id not in flagged | settled]
        if len(counting) > 1:
            yield f"{len(counting)} sheets of household record {case_id} count"
        for entry in sheets:
            for path in _REMARKS:
                words = entry.body["answers"].get(path)
                if words and not matters[case_id, path, words]:
                    yield f"the remark {words!r} at {path} of {entry.id} became no matter"
