"""What is owed, on the server: the calendar and the rules it sends, a month, and what that closed with (D.1, E)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import requests
from sqlalchemy import select
from typer.testing import CliRunner
from uuid6 import uuid7

from app.domain.rules.duty_rules import standard_text
from app.domain.rules.form_duties import duty_id
from app.domain.rules.workdays import Differs
from app.domain.times import DAY, HOUR, MINUTE, at_china
from app.domain.wire.errors import Problem
from sync_server import cli, console
from sync_server.store import duties as owed
from sync_server.store.estate import calendar
from sync_server.store.people import accounts
from tests.server.conftest import Clock, Estate
from tests.support.field_device import FieldDevice
from tests.support.server import LiveServer

NOVEMBER = at_china(date(2026, 11, 20), 10)
DECEMBER = at_china(date(2026, 12, 1), 1)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOVEMBER)


@pytest.fixture
def dated(fresh_url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Estate:
    """The estate on a day in November, in a store of each kind in turn, with a service supervisor."""
    made = Estate(fresh_url, tmp_path / "server")
    monkeypatch.setattr(made.store, "now", clock)
    made.add_staff("boss", "service_supervisor")
    return made


def device(estate: Estate, login: str, clock: Clock) -> FieldDevice:
    return FieldDevice(estate, f"staff-{login}", clock)


def at(place: dict[str, str]) -> str:
    return place["household_id"]


def visit(steward: FieldDevice, estate: Estate) -> str:
    made = str(uuid7())
    steward.do("visited", ("visit", made), {**estate.home, "occasion": "monthly", "met": True, "met_name": "张伟"})
    return made


def listed(estate: Estate, who: FieldDevice | None = None, month: str = "2026-11") -> dict[str, dict[str, object]]:
    with estate.store.read() as connection:
        found = owed.of_month(connection, who.who if who else None, estate.store.now(), month)
    return {str(row["about_id"]): row for row in found}


# -- the calendar ----------------------------------------------------------------------------


def test_the_calendar_is_filled_and_comes_to_phones(estate: Estate) -> None:
    estate.add_estate("LY", "荔园")
    phone = estate.device("steward")
    estate.store.fill_calendar()
    phone.pull()
    sent = {ref["body"]["year"]: ref["body"]["days"] for (kind, _), ref in phone.refs.items() if kind == "calendar"}
    assert ["2026-02-16", False, "春节"] in sent[2026] and ["2026-02-14", True, "春节"] in sent[2026]
    estate.store.fill_calendar()
    assert not [item for item in phone.pull() if "ref" in item]


def test_a_year_somebody_edited_is_not_filled_over_and_a_day_changes_by_itself(estate: Estate) -> None:
    with estate.store.numbered() as write:
        calendar.put(write, 2026, [("2026-03-02", False, "店庆")])
        calendar.fill(write)
        calendar.put_day(write, date(2026, 3, 7), Differs(True, "店庆"))
        known = calendar.workdays(write.connection)
    assert (known.workday(date(2026, 3, 2)), known.workday(date(2026, 3, 7))) == (False, True)
    assert known.festival("春节", 2026) is None and known.festival("春节", 2025) == date(2025, 1, 28)


def test_a_year_without_table_is_told_from_december_on(estate: Estate) -> None:
    estate.store.fill_calendar()
    with estate.store.read() as connection:
        told = [calendar.missing(connection, at_china(date(2026, month, 20), 9)) for month in (11, 12)]
        assert told == [[], [2027]] and calendar.missing(connection, at_china(date(2030, 1, 1), 9)) == [2030]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2027-02-06,休,春节\n2027-13-01,休,", "第 2 行「2027-13-01」不是日期"),
        ("2027-02-06,放假,春节", "要写 班 或 休"),
        ("2027-02-06,休,\n2027-02-06,班,", "写了两次"),
        ("日期,班休,节日\n", "没有日期"),
    ],
)
def test_a_file_that_is_no_calendar_changes_nothing_and_says_which_line(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "2027.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(Problem, match="calendar_wrong") as told:
        calendar.read_file(file)
    assert says in told.value.message("zh")


def test_the_command_exports_a_year_imports_it_and_tells_what_lacks(
    lite: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "open_store", lambda _: lite.store)
    monkeypatch.setattr(lite.store, "close", lambda: None)
    file = tmp_path / "2026.csv"

    def run(*said: str) -> str:
        return CliRunner().invoke(cli.app, ["calendar", *said]).output

    assert "2026" in run("fill")
    assert "✓" in run("export", "2026", str(file))
    file.write_text(file.read_text("utf-8-sig").replace("2026-", "2027-"), "utf-8-sig")
    assert "2027 年" in run("import", str(file))
    assert "2027-01-01\t休\t元旦" in run("show", "2027")
    assert "2031" in run("show", "2031") and "周一至周五" in run("show", "2031")
    assert "还没有 2031 年的表" in run("set", "2031-01-01", "休", "元旦")


# -- the rules -------------------------------------------------------------------------------------


def test_a_company_s_own_rules_take_the_place_of_the_program_s_and_come_to_phones(dated: Estate, clock: Clock) -> None:
    dated.add_estate("LY", "荔园")
    phone = device(dated, "steward", clock)
    ours = standard_text().replace('name = "monthly"', 'name = "each_month"')
    with dated.store.numbered() as write:
        calendar.put_rules(write, ours)
    phone.pull()
    assert [ref["body"]["text"] for (kind, _), ref in phone.refs.items() if kind == "duty_rules"] == [ours]
    assert {row["rule"] for row in listed(dated).values()} == {"each_month"}
    with dated.store.numbered() as write:
        calendar.put_rules(write, None)
    phone.pull()
    assert [ref["deleted"] for (kind, _), ref in phone.refs.items() if kind == "duty_rules"] == [True]


def test_a_festival_that_no_table_knows_is_refused_by_its_name(estate: Estate) -> None:
    estate.store.fill_calendar()
    with estate.store.numbered() as write, pytest.raises(Problem, match="rules_wrong") as told:
        calendar.put_rules(write, standard_text().replace("中秋", "元霄"))
    assert "元霄" in told.value.message("zh") and "端午" in told.value.message("zh")


# -- a month --------------------------------------------------------------------------------------------


@pytest.mark.proves("D1")
def test_d1_a_month_tells_who_owes_what_with_the_ids_of_the_phones(dated: Estate, clock: Clock) -> None:
    steward = device(dated, "steward", clock)
    made = visit(steward, dated)
    rows = listed(dated)
    mine, other = rows[at(dated.home)], rows[at(dated.other_home)]
    assert (mine["standing"], mine["record_id"], mine["id"]) == (
        "done", made, duty_id("monthly", ("household", at(dated.home)), "2026-11"),
    )  # fmt: skip
    # Nobody looks after the other building: it is nobody's, and shows (D.1).
    assert (other["standing"], other["owner_id"], other["owner_post"]) == ("open", None, None)


@pytest.mark.proves("D1")
def test_d1_an_excuse_and_what_records_owe_are_in_it(dated: Estate, clock: Clock) -> None:
    boss = device(dated, "boss", clock)
    duty = duty_id("monthly", ("household", at(dated.home)), "2026-11")
    which = {"rule": "monthly", "why": "monthly", "period": "2026-11", "opens_at": at_china(date(2026, 11, 1), 0)}
    boss.do("duty_excused", ("duty", duty), {**dated.home, **which, "reason": "全家外出"})
    job = str(uuid7())
    said = {
        "job_kind": "plain", "address": "南门岗亭", "content": "换灯", "requirements": "今天换好",
        "due_at": NOVEMBER + HOUR, "receiver_id": "staff-worker", "department": "service",
    }  # fmt: skip
    boss.do("job_sent", ("job", job), said)
    clock.now += 2 * HOUR
    rows = listed(dated)
    assert (rows[at(dated.home)]["standing"], rows[at(dated.home)]["excuse"]) == ("excused", "全家外出")
    assert (rows[job]["standing"], rows[job]["owner_id"], rows[job]["address"]) == ("late", "staff-worker", "南门岗亭")


def test_all_that_somebody_owed_who_left_is_nobody_s(dated: Estate, clock: Clock) -> None:
    boss = device(dated, "boss", clock)
    said = {
        "job_kind": "plain", "address": "南门岗亭", "content": "换灯", "requirements": "今天换好",
        "due_at": NOVEMBER + HOUR, "receiver_id": "staff-worker", "department": "service",
    }  # fmt: skip
    sent = [str(uuid7()) for _ in range(10)]
    for job in sent:
        boss.do("job_sent", ("job", job), said)
    assert {listed(dated)[job]["owner_id"] for job in sent} == {"staff-worker"}
    with dated.store.numbered() as write:
        accounts.put_staff(
            write, staff_id="staff-worker", number="WORKER", name="worker", login="worker", held=(), active=False
        )
    rows = listed(dated)
    assert {(rows[job]["owner_id"], rows[job]["owner_post"], rows[job]["owner_name"]) for job in sent} == {
        (None, None, ""),
    }  # fmt: skip


@pytest.mark.proves("D1")
def test_d1_whose_a_door_is_where_the_register_names_nobody_is_told_as_on_phones(dated: Estate, clock: Clock) -> None:
    assert (listed(dated)[at(dated.home)]["owner_id"], listed(dated)[at(dated.other_home)]["owner_id"]) == (
        "staff-steward", None,
    )  # fmt: skip


def test_a_complaint_is_owed_a_visit_at_once_on_the_server_too(dated: Estate, clock: Clock) -> None:
    desk = device(dated, "desk", clock)
    matter = {"class": "complaint", "channel": "phone", "contact_name": "张伟", "content": "噪声", **dated.home}
    desk.do("matter_opened", ("matter", str(uuid7())), matter)
    assert listed(dated)[at(dated.home)]["why"] == "complaint"


def test_everybody_reads_their_own_and_overseers_all(dated: Estate, clock: Clock) -> None:
    with dated.store.write() as connection:
        connection.exec_driver_sql("UPDATE buildings SET steward_id = 'staff-steward' WHERE code = '1'")
    assert listed(dated, device(dated, "steward", clock)).keys() == {at(dated.home)}
    assert listed(dated, device(dated, "worker", clock)) == {}
    assert listed(dated, device(dated, "boss", clock)).keys() == {at(dated.home), at(dated.other_home)}


@pytest.mark.proves("W4")
def test_what_comes_after_a_month_closed_changes_it_only_with_a_mark(dated: Estate, clock: Clock) -> None:
    steward, desk = device(dated, "steward", clock), device(dated, "desk", clock)
    made = steward.make("visited", ("visit", str(uuid7())), {
        **dated.home, "occasion": "monthly", "met": True, "met_name": "张伟",
    })  # fmt: skip
    clock.now = DECEMBER
    desk.push(desk.open_ticket(("ticket", str(uuid7()))))  # the first that comes in closes the month
    assert (listed(dated)[at(dated.home)]["standing"], listed(dated)[at(dated.home)]["late_entry"]) == ("late", False)
    clock.now = DECEMBER + HOUR
    steward.store.push(steward.who, [made.to_wire()], 0)
    now = listed(dated)[at(dated.home)]
    assert (now["standing"], now["late_entry"], now["closed_standing"]) == ("done", True, "late")
    other = listed(dated)[at(dated.other_home)]
    assert (other["standing"], other["late_entry"]) == ("late", False)


def test_a_month_closes_once(dated: Estate, clock: Clock) -> None:
    clock.now = DECEMBER
    with dated.store.numbered() as write:
        assert (owed.close(write), owed.close(write)) == (2, 0)


def test_a_server_that_was_off_for_months_closes_each_of_them(dated: Estate, clock: Clock) -> None:
    clock.now = DECEMBER
    with dated.store.numbered() as write:
        owed.close(write)
    clock.now = at_china(date(2027, 3, 2), 9)
    with dated.store.numbered() as write:
        assert (owed.close(write), owed.close(write)) == (10, 0), "with the sheets of December's survey"
        closed = write.execute(select(owed.duties.c.month).distinct().order_by(owed.duties.c.month)).scalars().all()
    assert closed == ["2026-11", "2026-12", "2027-01", "2027-02"]


def test_it_is_served_with_figures_that_count_the_list(live: LiveServer) -> None:
    home = live.add_household(live.add_building("1"), "101")
    desk = FieldDevice(live, live.add_staff("desk", "desk"))
    live.start()
    month = f"{date.fromtimestamp(live.store.now() / 1000 + 8 * 3600):%Y-%m}"

    def ask(said: str, token: str) -> requests.Response:
        return requests.get(f"{live.url}/v1/duties?{said}", headers={"Authorization": f"Bearer {token}"}, timeout=10)

    told = ask(f"month={month}", desk.token).json()
    assert [row["about_id"] for row in told["duties"]] == [at(home)]
    assert sum(one[name] for one in told["by_why"] for name in owed.STANDINGS) == len(told["duties"])
    assert (ask("month=november", desk.token).status_code, ask(f"month={month}", "nobody").status_code) == (422, 401)


def test_the_command_lists_and_counts(lite: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "open_store", lambda _: lite.store)
    monkeypatch.setattr(lite.store, "now", lambda: NOVEMBER + DAY + MINUTE)
    said = CliRunner().invoke(cli.app, ["duties", "--month", "2026-11"])
    assert said.exit_code == 0, said.output
    assert "无人负责 nobody monthly: done 0 done_late 0 late 0 open" in said.output
