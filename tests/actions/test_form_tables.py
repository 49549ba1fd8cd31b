"""What forms look up on the phone (``pulldata``): earlier answers, who lives there, meters, points."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from app.actions import Session
from app.actions.form_draft import Where
from app.actions.models import TicketForm
from app.domain.forms import Filling
from app.domain.rules.scopes import ESTATE
from app.domain.wire.exchange import Page, RefItem
from tests.actions.phones import DESK, STEWARD, WORKER, uid
from tests.actions.test_session import HOME, Team
from tests.support.filled import fill, open_form

DAY_MINUTES = 24 * 60
UNIT = uid("unit", "3栋2单元1501")
FLAT = Where(household_id=HOME, unit_id=UNIT)


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


@pytest.fixture
def steward(team: Team) -> Session:
    return team[STEWARD]


def opened(session: Session, name: str, where: Where, case_id: str = "") -> Filling:
    return open_form(session, name, where, case_id)[1]


@pytest.mark.proves("M1", "M2", "M5")
def test_a_meter_knows_what_was_read_last_and_what_is_usual_whichever_form_read_it(team: Team) -> None:
    steward = team[STEWARD]

    async def read(form: str, **answers: str) -> None:
        await fill(steward, form, FLAT, **answers)
        team.clock.forward(30 * DAY_MINUTES)

    async def play() -> None:
        await read("meter_base", when="move_in", water="100", power="5")
        for water in ("110", "121", "133"):
            await read("meter_reading", meter="water", reading=water)
        filling = opened(steward, "meter_reading", FLAT)
        filling.answer(filling.find("meter"), "water")
        assert (filling.find("last").value, filling.find("usual").value) == ("133", "11")
        filling.answer(filling.find("reading"), "166.5")
        assert filling.find("again").relevant, "more than three times the median asks again"
        filling.answer(filling.find("meter"), "power")
        assert (filling.find("last").value, filling.find("usual").value) == ("5", "")
        other = opened(steward, "meter_reading", Where(household_id=uid("home", "3栋2单元1502")))
        other.answer(other.find("meter"), "water")
        assert other.find("last").value == "", "another door has another meter"

    asyncio.run(play())


def test_a_form_knows_the_last_answers_at_its_door_and_what_its_chain_said_before(steward: Session) -> None:
    async def play() -> None:
        await fill(steward, "vacant_check", FLAT, tag="T", water="12", power="40", found="no")
        await fill(steward, "vacant_check", Where(household_id=uid("home", "10栋803")), tag="T", water="7", power="1")
        assert opened(steward, "vacant_check", FLAT).find("water_last").value == "12"
        case = await fill(
            steward, "decoration_filing", FLAT, who="owner", kind="full", papers="licence plans leader workers",
            start="2026-11-21", until="2027-01-10",
        )  # fmt: skip
        rows = [{"number": f"P{n}", "name": name} for n, name in enumerate(("赵六", "钱七"))]
        await fill(steward, "decoration_passes", FLAT, case, what="issued", **{"pass": rows})
        extension = opened(steward, "decoration_extension", FLAT, case)
        assert extension.find("until_before").value == "2027-01-10"
        assert opened(steward, "decoration_refund", FLAT, case).find("passes_issued").value == "2"
        assert opened(steward, "decoration_extension", FLAT).find("until_before").value == "2027-01-10", "at this door"

    asyncio.run(play())


@pytest.mark.proves("O2")
def test_what_is_owed_has_the_day_it_is_of_and_is_shown_to_whoever_may_see_it(team: Team) -> None:
    for who in (STEWARD, WORKER):
        store = team[who].store
        body = store.refs("household")[HOME] | {"bills": "2026-09 30000 2026-10 20050", "bills_day": "2026-11-20",
                                                  "arrears_fen": 50_050}  # fmt: skip
        at = store.cursors().get(ESTATE, 0)
        store.apply_page(Page(ESTATE, at, False, (RefItem(at, "household", HOME, body, False),)))
    filling = opened(team[STEWARD], "fee_reminder", FLAT)
    assert filling.label(filling.find("arrears_shown")) == "截至 2026-11-20，欠费 500.50 元"
    assert filling.label(filling.find("late_shown")) == "欠 2 个月，从 11 日起每天 3‰，违约金 42.91 元"
    assert opened(team[WORKER], "fee_reminder", FLAT).find("arrears").value == "", "a repair worker is not told"
    assert opened(team[STEWARD], "mail_received", FLAT).find("name").value == "3栋2单元1501"
    assert opened(team[STEWARD], "customer_file", FLAT).find("phone").value == "13800138001"


@pytest.mark.proves("O3")
@pytest.mark.parametrize(("bills", "in_time"), [("2026-10 20050 2026-11 30000", True), ("2026-10 20050", False)])
def test_an_objection_becomes_a_matter_until_five_days_before_its_bill_is_due(
    team: Team, bills: str, in_time: bool
) -> None:
    """O.3: on 21 November that of November (due on 10 December) can be objected to, that of October no more; what is
    said too late is written down, and the day is named."""
    store = team[STEWARD].store
    body = store.refs("household")[HOME] | {"bills": bills, "bills_day": "2026-11-20", "arrears_fen": 20_050}
    at = store.cursors().get(ESTATE, 0)
    store.apply_page(Page(ESTATE, at, False, (RefItem(at, "household", HOME, body, False),)))
    filling = opened(team[STEWARD], "fee_reminder", FLAT)
    for name, said in (("how", "door"), ("answer", "objects"), ("objection", "面积不对")):
        filling.answer(filling.find(name), said)
    late, matter = filling.find("objection_late"), filling.find("objection_matter")
    assert (matter.relevant, late.relevant) == (in_time, not in_time)
    assert [what for _, what in filling.raised()] == (["matter/enquiry"] if in_time else [])
    assert in_time or "2026-11-05" in filling.label(late)
    assert filling.missing() is None
    unknown = opened(team[STEWARD], "fee_reminder", Where(household_id=uid("home", "3栋2单元1502")))
    unknown.answer(unknown.find("answer"), "objects")
    assert unknown.find("objection_matter").relevant, "where no bill is known nobody is turned away"


def test_a_point_knows_how_it_is_checked_and_what_is_open_there(team: Team) -> None:
    pump = Where(building_id="b3", address="水泵房")
    body = {"place_kind": "point", "name": "水泵房", "address": "水泵房", "building_id": "b3", "sop": "看压力表"}
    team.do(team[STEWARD].record("place", "00000000-0000-4000-8000-00000000000a", "place_named", body))
    assert opened(team[STEWARD], "patrol_point", pump).find("sop").value == "看压力表"
    assert opened(team[STEWARD], "patrol_point", pump).find("open_ticket").value == ""
    made = TicketForm("阀门漏水", ticket_kind="public_repair", building_id="b3", address="水泵房", channel="phone")
    team.do(team[DESK].tickets.open(made))
    assert opened(team[STEWARD], "patrol_point", pump).find("open_ticket").value == "阀门漏水"


def test_looking_up_reads_by_an_index_and_folds_nothing(
    team: Team, counted: Callable[[Session, Callable[[], Any]], list[str]]
) -> None:
    steward = team[STEWARD]
    asyncio.run(fill(steward, "meter_reading", FLAT, meter="water", reading="5"))
    filling = opened(steward, "meter_reading", FLAT)
    statements = counted(steward, lambda: filling.answer(filling.find("meter"), "water"))
    assert not [one for one in statements if "FROM entries" in one], "no case is folded"
    assert len(statements) <= 3
    with steward.store.file.read() as connection:
        for one in statements:
            if "subjects.unit_id" in one:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", (UNIT, "case", 200, 0)[: one.count("?")])
                assert "subjects_unit" in str(plan.all())


@pytest.fixture
def counted() -> Callable[[Session, Callable[[], Any]], list[str]]:
    """Return a function that runs something and returns the statements it made on a phone."""

    def run(session: Session, what: Callable[[], Any]) -> list[str]:
        made: list[str] = []
        engine = session.store.file.engine
        hear: Any = lambda *args: made.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", hear)
        try:
            what()
        finally:
            event.remove(engine, "before_cursor_execute", hear)
        return made

    return run
