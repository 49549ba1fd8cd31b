"""A step that is over, done or somebody else's is never opened by an address, Back or a reload."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.actions import Session
from app.domain.wire.errors import Problem
from app.ui.subjects.ticket.moves import SCREENS
from tests.actions.phones import DESK, SUPERVISOR, WORKER
from tests.actions.test_session import Team, sign
from tests.support.screens import screens

STEPS = sorted(set(SCREENS.values()) - {"sign", "decline-sign"})
LAST = ["accept", "price", "start_work", "write_fees", "sign"]


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


def opened(session: Session, ticket: str, steps: list[str]) -> dict[str, bool]:
    """Which of these steps show a form when their address is opened in a new window."""

    async def go() -> dict[str, bool]:
        async with screens(session) as shown:
            found = {}
            for step in steps:
                await shown.open(f"/ticket/{ticket}/{step}")
                found[step] = "nothing-here" not in shown.ids()
                assert found[step] or ("这一步现在不用做" in shown.words())
                assert shown.path == f"/ticket/{ticket}/{step}"
            return found

    return asyncio.run(go())


@pytest.mark.parametrize("last", LAST)
def test_no_address_opens_a_finished_step(team: Team, last: str) -> None:
    """A6: whatever the address, only what is due now shows its form; the rest says 这一步现在不用做."""
    ticket = team.ticket()
    team.until(ticket, last)
    due = team[WORKER].tickets.view(ticket).next
    wanted = {SCREENS.get(due.verb, "")} if due is not None else set()
    if last != "sign":
        wanted |= {"escalate", "progress"}  # B.2, B.3: at any time, and not done yet
    if last in ("consent", "start_work", "write_fees", "try_out"):
        wanted |= {"material"}  # A.5: none was checked yet
    if last == "write_fees":
        wanted |= {"try"}
    if last == "accept":
        wanted -= {"found"}
    shown = {step for step, there in opened(team[WORKER], ticket, STEPS).items() if there}
    assert shown == wanted & set(STEPS)


def test_what_was_done_may_be_done_once_more_by_a_tap_that_means_it(team: Team) -> None:
    """A6: after a reload a finished step is shut; asked for, or opened from the ticket's page, it opens."""
    ticket = team.ticket()
    team.until(ticket, "price")

    async def go() -> None:
        async with screens(team[WORKER], f"/ticket/{ticket}/price") as shown:
            assert ("这一步已经记下了" in shown.words()) and "price" not in shown.ids()
            await shown.tap("step-again")
            assert "price" in shown.ids()
            shown.router.back()
            shown.ui.go(f"/ticket/{ticket}/price")
            await shown.rest()
            assert "price" in shown.ids()

    asyncio.run(go())


def test_the_shut_step_leads_to_the_one_that_is_next(team: Team) -> None:
    """A6: it says what comes next, and a tap leads there."""
    ticket = team.ticket()
    team.until(ticket, "start_work")

    async def go() -> str:
        async with screens(team[WORKER], f"/ticket/{ticket}/consent") as shown:
            assert "接下来是「填写费用」" in shown.words()
            await shown.tap("main-action")
            return shown.path

    assert asyncio.run(go()) == f"/ticket/{ticket}/fees"


def test_the_desks_steps_are_shut_when_they_are_over(team: Team) -> None:
    """A6: judging, asking, assigning again, calling back and voiding, by their addresses."""
    steps = ["assign", "judge", "asked", "call-back", "void", "close"]
    ticket = team.ticket()
    assert [s for s, there in opened(team[SUPERVISOR], ticket, steps).items() if there] == ["void"]
    team.until(ticket, "sign")
    team.do(team[SUPERVISOR].tickets.confirm([ticket]))
    team.do(team[DESK].tickets.hand_back(ticket))
    assert [s for s, there in opened(team[DESK], ticket, steps).items() if there] == ["call-back"]
    team.do(team[DESK].tickets.call_back(ticket, True))
    assert not any(opened(team[DESK], ticket, steps).values())


def test_a_signed_page_offers_no_second_signature(team: Team) -> None:
    """A6: neither the repair's signing page nor the refusal's opens when there is nothing to sign."""
    ticket = team.ticket()
    team.until(ticket, "sign")
    assert not any(opened(team[WORKER], ticket, ["sign", "decline-sign"]).values())


def test_a_resident_who_stops_the_repair_is_asked_for_the_refusal_also_after_a_reload(
    team: Team,
) -> None:
    """A6: consent is over once work has begun, unless a material made the resident stop (A.4, A.5)."""
    ticket = team.ticket()
    team.until(ticket, "start_work")
    team.do(team[WORKER].tickets.check_material(ticket, "水龙头", "fail", remarks="有裂纹", warned=True, choice="stop"))

    async def go() -> None:
        async with screens(team[WORKER], f"/ticket/{ticket}/consent") as shown:
            assert "consent" in shown.ids() and "请您考虑后再报" in shown.words()

    asyncio.run(go())


def test_a_second_entry_that_says_nothing_new_is_not_saved(team: Team) -> None:
    """A6: consent, assignment, finding, trial, call-back and the rest: a stale screen stores none of them twice."""
    worker, boss, desk = team[WORKER], team[SUPERVISOR], team[DESK]
    ticket = team.ticket()

    def refused(verb: object) -> bool:
        with pytest.raises(Problem, match="already_noted"):
            asyncio.run(verb)  # type: ignore[arg-type]
        return True

    assert refused(boss.tickets.assign(ticket, WORKER))
    team.until(ticket, "price")
    assert refused(worker.tickets.find(ticket, [("p1", "1")]))
    team.do(worker.tickets.consent(ticket, True, "张伟", "self"))
    assert refused(worker.tickets.consent(ticket, True, "张伟", "self"))
    team.do(worker.tickets.start_work(ticket, False))
    assert refused(worker.tickets.consent(ticket, True, "王芳", "family"))
    team.do(worker.tickets.write_fees(ticket, [worker.tickets.fee_line("p1", "1")]))
    team.do(worker.tickets.try_out(ticket, True))
    assert refused(worker.tickets.try_out(ticket, True))
    team.do(worker.tickets.report_progress(ticket, "等配件"))
    assert refused(worker.tickets.report_progress(ticket, "等配件"))
    team.do(worker.sign(sign(worker, ticket)))
    team.do(boss.tickets.confirm([ticket]))
    team.do(desk.tickets.call_back(ticket, True))
    assert refused(desk.tickets.call_back(ticket, False, "又漏了"))
    kinds = [step.kind for step in worker.tickets.view(ticket).steps]
    assert all(kinds.count(kind) == 1 for kind in ("assigned", "found", "consent", "tried", "called_back"))
