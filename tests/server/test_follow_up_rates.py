"""How a month's follow-ups went, counted by the server (D.5, D.6), and analyses of complaints, in both kinds of
store."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select
from typer.testing import CliRunner
from uuid6 import uuid7

from app.domain.subjects.analysis import analysis_id
from app.domain.times import DAY, at_china, month_span
from sync_server import cli
from sync_server.store.subjects.analysis import analyses
from sync_server.store.subjects.follow_up import rates
from sync_server.store.subjects.matter import matters
from tests.server.conftest import Clock, Estate
from tests.server.test_follow_ups import complaint, owed
from tests.support.field_device import FieldDevice
from tests.support.server import LiveServer

NOV = at_china(date(2026, 11, 2), 9)
ASKED = {"way": "phone", "met": True, "name": "张伟", "satisfied": True, "said": "好", "settled": True}
SAID = {"department": "service", "quarter": "2026-Q4", "cause": "少巡", "corrective": "加派", "preventive": "抽查"}


@pytest.fixture
def clock(estate: Estate) -> Clock:
    """The clock of the estate's server and devices."""
    set_by_test = Clock(NOV)
    estate.store.now = set_by_test
    estate.add_staff("boss", "service_supervisor")
    estate.add_staff("head", "manager")
    return set_by_test


def ask(desk: FieldDevice, matter: tuple[str, str], follow_up: str, **more: Any) -> None:
    desk.do("followed_up", ("follow_up", follow_up), ASKED | more)


def month(estate: Estate, clock: Clock) -> tuple[rates.MonthOf, dict[str, rates.MonthOf]]:
    with estate.store.read() as connection:
        return rates.of_month(connection, *month_span("2026-11"), clock.now)


@pytest.mark.proves("D6")
def test_a_month_counts_in_three_days_in_a_month_and_satisfied_by_person(estate: Estate, clock: Clock) -> None:
    desk, boss = FieldDevice(estate, "staff-desk", clock), FieldDevice(estate, "staff-boss", clock)
    cases = [complaint(desk, estate.home) for _ in range(3)]
    ids = [owed(estate, source_id=matter[1])[0].id for matter in cases]
    clock.now += 2 * DAY
    ask(boss, cases[0], ids[0])
    clock.now += 5 * DAY
    ask(boss, cases[1], ids[1], satisfied=False, said="还是响")
    everybody, by_person = month(estate, clock)
    told = everybody.figures()
    assert (told["owed"], told["in_days"], told["in_month"]) == (3, 1, 2)
    assert (told["in_days_percent"], told["in_month_percent"], told["satisfied_percent"]) == (33, 67, 50)
    assert (told["late"], told["unreviewed"]) == (1, 1)
    (who,) = by_person
    assert by_person[who].rates == everybody.rates
    boss.do("follow_up_excused", ("follow_up", ids[2]), {"reason": "已搬走"})
    assert month(estate, clock)[0].figures()["excused"] == 1


@pytest.mark.proves("D5")
def test_the_handling_rate_is_closed_of_raised_and_what_was_merged_ends_with_the_other(
    estate: Estate, clock: Clock
) -> None:
    desk, boss = FieldDevice(estate, "staff-desk", clock), FieldDevice(estate, "staff-boss", clock)
    matter = complaint(desk, estate.home)
    follow_up = owed(estate, source_id=matter[1])[0].id
    one, other, into = (("matter", str(uuid7())) for _ in range(3))
    ask(boss, matter, follow_up, raised=[one[1], other[1]])
    said = {"class": "suggestion", "channel": "phone", "contact_name": "张伟", "content": "装灯"} | estate.home
    for subject in (one, other, into):
        desk.do("matter_opened", subject, said)
    desk.do("matter_closed", one, {"result": "已装"})
    boss.do("absorbed", into, {"matter_id": other[1]})
    boss.do("merged", other, {"into": into[1]})
    assert month(estate, clock)[0].figures()["closed_percent"] == 50
    desk.do("matter_closed", into, {"result": "已装"})
    told = month(estate, clock)[0]
    assert (set(told.raised), set(told.closed)) == ({one[1], other[1]}, {one[1], other[1]})


@pytest.mark.proves("D5")
def test_an_open_letter_stands_with_each_it_answered(estate: Estate, clock: Clock) -> None:
    desk, boss = FieldDevice(estate, "staff-desk", clock), FieldDevice(estate, "staff-boss", clock)
    follow_up = owed(estate, source_id=complaint(desk, estate.home)[1])[0].id
    suggestion = ("matter", str(uuid7()))
    desk.do(
        "matter_opened", suggestion,
        {"class": "suggestion", "channel": "phone", "contact_name": "张伟", "content": "装灯"} | estate.home,
    )  # fmt: skip
    letter = {"letter_id": str(uuid7()), "text": "下月统一加装"}
    boss.do("answered_by_letter", ("follow_up", follow_up), letter)
    boss.do("answered_openly", suggestion, letter)
    assert owed(estate, id=follow_up)[0].letter_id == letter["letter_id"]
    with estate.store.read() as connection:
        row = connection.execute(select(matters).where(matters.c.id == suggestion[1])).one()
    assert (row.stage, row.letter_id) == ("closed", letter["letter_id"])
    assert month(estate, clock)[0].figures()["in_days"] == 1


@pytest.mark.proves("C8")
def test_an_analysis_stands_in_its_table_as_it_says_now_and_who_approved_it(estate: Estate, clock: Clock) -> None:
    boss, head = FieldDevice(estate, "staff-boss", clock), FieldDevice(estate, "staff-head", clock)
    subject = ("analysis", analysis_id("", "service", "2026-Q4"))
    first = boss.do("analysis_written", subject, SAID)
    again = boss.do("analysis_written", subject, SAID | {"cause": "人手不够", "replaces": first.id})
    head.do("analysis_approved", subject, {"written_id": again.id})
    with estate.store.read() as connection:
        (row,) = connection.execute(select(analyses)).all()
    assert (row.department, row.quarter, row.stage, row.cause) == ("service", "2026-Q4", "approved", "人手不够")
    assert (row.written_by, row.approved_by) == ("staff-boss", "staff-head")


@pytest.mark.proves("D6")
def test_overseers_read_the_rates_and_nobody_else(live: LiveServer) -> None:
    live.add_staff("desk", "desk")
    live.add_staff("worker", "repair_worker")
    desk, worker = FieldDevice(live, "staff-desk"), FieldDevice(live, "staff-worker")

    def status(asked: str, token: str) -> int:
        head = {"Authorization": f"Bearer {token}"}
        return requests.get(f"{live.url}/v1/follow-ups/rates?{asked}", headers=head, timeout=10).status_code

    assert status("month=2026-11", desk.token) == 200
    assert status("month=2026-11", worker.token) == 403
    assert status("month=2026", desk.token) == 422


def test_the_command_counts_the_same(lite: Estate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHANGMEN_DATA_DIR", str(tmp_path / "server"))
    monkeypatch.setenv("SHANGMEN_DATABASE_URL", lite.store.database.shown)
    told = CliRunner().invoke(cli.app, ["follow-ups", "--month", "2026-11"])
    assert told.exit_code == 0 and "三天内 in 3 days 0/0" in told.output
    wrong = CliRunner().invoke(cli.app, ["follow-ups", "--month", "November"])
    assert wrong.exit_code == 1
