"""What was done at a door or with a key is never opened again by an address, Back or a reload; nor saved again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from app.actions import Session
from app.domain.times import HOUR
from app.domain.wire.errors import Problem
from tests.actions.phones import DESK, OTHER_WORKER, STEWARD, SUPERVISOR, WORKER, uid
from tests.actions.test_session import HOME, Team, form
from tests.support import field_work
from tests.support.screens import screens


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


def opened(session: Session, paths: Sequence[str]) -> list[str]:
    """Which of these addresses show a form in a new window; all others say that there is nothing to do."""

    async def go() -> list[str]:
        found = []
        async with screens(session) as seen:
            for path in paths:
                await seen.open(path)
                assert seen.path == path and "fault" not in seen.ids()
                if "nothing-here" not in seen.ids():
                    found.append(path)
                else:
                    assert "这一步现在不用做" in seen.words() and "to-ticket" in seen.ids()
        return found

    return asyncio.run(go())


SIGNING = ("step/lent/sign/giver", "step/returned/sign/taker", "step/given_back/sign/giver")
DESK_ONLY = ("extended", "tag", "located", "accounted", "written_off", "settle")
FORMS = ("step/lent", "step/handed_over", "step/returned", "step/given_back", "step/entrusted")
STEPS = (*FORMS, *DESK_ONLY, *SIGNING)


def test_no_address_opens_a_step_of_a_key_that_is_over(team: Team) -> None:
    """A6: on the rack, lent and given back, only what can be done then shows its form."""
    desk = team[DESK]
    key = asyncio.run(field_work.first_key(desk, HOME))

    def there() -> list[str]:
        return [path.removeprefix(f"/key/{key}/") for path in opened(desk, [f"/key/{key}/{s}" for s in STEPS])]

    def step(kind: str, **more: Any) -> None:
        asyncio.run(field_work.hand(desk, kind, key, pieces=2, **more))

    assert there() == ["step/lent", "step/given_back", "tag", "located", "written_off"]
    step("lent", to_id=WORKER, purpose="检修", due_at=desk.now() + HOUR)
    assert there() == ["step/handed_over", "step/returned", "extended", "tag", "located", "written_off"]
    step("returned", rack="A-01")
    step("given_back", to_name="张伟")
    assert there() == []


def test_a_visit_that_was_signed_or_corrected_is_not_opened_for_it_again(team: Team) -> None:
    """A6: the pad of a visit, new or saved; and its correction, unless somebody means another one."""
    steward = team[STEWARD]
    visit = asyncio.run(steward.visits.record(form(steward, unsigned_reason="手湿"))).subject_id
    pad, correct, new = f"/visit/{visit}/sign", f"/visit/{visit}/amend", f"/visit/new/{HOME}/sign"
    assert opened(steward, [pad, correct, new]) == [pad, correct]
    record = steward.visits.view(visit)
    asyncio.run(steward.amend(record.steps[0].entry.id, {**record.state.body, "said": "灯已修"}, "听错了"))
    content = steward.signing_content("visit", visit, "visit")
    asyncio.run(steward.sign(field_work.signature(content, "张伟")))
    assert opened(steward, [pad, correct, new]) == []

    async def mean_it() -> None:
        async with screens(steward, correct) as seen:
            await seen.tap("step-again")
            assert "amend-why" in seen.ids()

    asyncio.run(mean_it())


@pytest.mark.parametrize("page", ["photo", "sign"])
def test_what_was_just_touched_at_a_door_is_there_for_the_page_over_it(team: Team, page: str) -> None:
    """A6: an address that follows a touch sooner than the form is kept by itself finds the visit being filled in."""

    async def go() -> None:
        async with screens(team[STEWARD], f"/visit/new/{HOME}") as seen:
            await seen.tap("met-0")
            await seen.open(f"/visit/new/{HOME}/{page}")
            assert "nothing-here" not in seen.ids()

    asyncio.run(go())


def again(verb: Any) -> None:
    with pytest.raises(Problem, match="already_noted"):
        asyncio.run(verb)


def test_a_correction_or_a_decision_that_says_what_stands_is_not_saved(team: Team) -> None:
    """A6: the second tap on an old screen; what says something else is saved."""
    ticket = team.ticket()
    team.until(ticket, "find")
    found = team[WORKER].tickets.view(ticket).steps[-1].entry
    right = {**found.body, "description": "阀芯坏"}
    team.do(team[WORKER].amend(found.id, right, "看错了"))
    again(team[WORKER].amend(found.id, right, "看错了"))
    team.do(team[WORKER].amend(found.id, {**right, "description": "垫圈坏"}, "又看错了"))

    late = asyncio.run(team[WORKER].tickets.price(ticket, [team[WORKER].tickets.fee_line("p1", "1")]))
    team.do(team[SUPERVISOR].tickets.assign(ticket, OTHER_WORKER))
    team.share(late)
    (flag,) = team[DESK].flags()
    team.do(team[DESK].settle_flag(flag.entry.id, "set_aside"))
    again(team[SUPERVISOR].settle_flag(flag.entry.id, "set_aside", "一样"))
    team.do(team[SUPERVISOR].settle_flag(flag.entry.id, "accept"))


def test_a_key_is_not_extended_to_the_day_it_is_due_already(team: Team) -> None:
    """A6: extended by a stale screen; another day is another entry."""
    desk = team[DESK]
    key = asyncio.run(field_work.first_key(desk, HOME))
    due = desk.now() + HOUR
    asyncio.run(field_work.hand(desk, "lent", key, to_id=WORKER, purpose="检修", due_at=due, pieces=2))
    asyncio.run(desk.keys.extend(key, due + HOUR, "还没修完", once=uid("one")))
    again(desk.keys.extend(key, due + HOUR, "还没修完", once=uid("two")))
    asyncio.run(desk.keys.extend(key, due + 2 * HOUR, "还没修完", once=uid("three")))
