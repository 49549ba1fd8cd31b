"""The results of clocks on the server, on both databases: written with each entry, read with names and figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import delete, select
from typer.testing import CliRunner

from app.domain.subjects import fold as folding
from app.domain.times import HOUR, MINUTE, at_china, read_day
from app.domain.wire.errors import Problem
from sync_server import cli, console
from sync_server.store import on_time
from sync_server.store.subjects.clock_results import clock_results
from sync_server.store.upkeep import refolding
from tests.server.conftest import Clock, Estate
from tests.support.field_device import FieldDevice, new_ticket, whole_repair
from tests.support.server import LiveServer

EVENING = at_china(read_day("2026-11-30"), 22)  # type: ignore[arg-type]
MONTH_OVER = at_china(read_day("2026-12-01"), 0)  # type: ignore[arg-type]


@pytest.fixture
def clock() -> Clock:
    return Clock(EVENING)


@pytest.fixture
def dated(fresh_url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Estate:
    """The estate on the last evening of November, in a store of each kind in turn."""
    made = Estate(fresh_url, tmp_path / "server")
    monkeypatch.setattr(made.store, "now", clock)
    return made


def device(estate: Estate, login: str, clock: Clock) -> FieldDevice:
    return FieldDevice(estate, f"staff-{login}", clock)


def rows(estate: Estate) -> list[dict[str, Any]]:
    with estate.store.read() as connection:
        query = select(clock_results).order_by(clock_results.c.subject_id, clock_results.c.line)
        return [dict(row) for row in connection.execute(query).mappings()]


def listed(estate: Estate, who: FieldDevice | None, month: str, clause: str | None = None) -> list[dict[str, Any]]:
    with estate.store.read() as connection:
        return on_time.outcomes(connection, who.who if who else None, estate.store.now(), month, clause)


def test_they_are_written_in_the_transaction_that_takes_an_entry(estate: Estate) -> None:
    desk, worker = estate.device("desk"), estate.device("worker")
    subject, _ = whole_repair(desk, worker)
    found = {row["clock"]: row for row in rows(estate)}
    assert found.keys() == {"register", "hand_over", "judge", "on_site", "hand_in", "confirm"}
    assert {row["subject_id"] for row in found.values()} == {subject[1]}
    assert found["on_site"]["owner_id"] == "staff-worker" and found["on_site"]["late_ms"] < 0
    assert (found["judge"]["owner_id"], found["judge"]["owner_post"]) == (None, "engineering_supervisor")
    assert found["confirm"]["met_at"] is None and not any(row["late_entry"] for row in found.values())


def test_folding_everything_again_writes_the_same(dated: Estate, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where entries came late: nothing but the entries decides."""
    desk, worker = device(dated, "desk", clock), device(dated, "worker", clock)
    whole_repair(desk, worker)
    late = desk.open_ticket(new_ticket())
    clock.now = MONTH_OVER + HOUR
    desk.push(late)
    before = rows(dated)
    assert any(row["late_entry"] for row in before)
    with dated.store.write() as connection:
        connection.execute(delete(clock_results))
    monkeypatch.setattr(folding, "MEANING", folding.MEANING + 1)
    assert refolding.after_update(dated.store.database, clock.now) > 0
    assert rows(dated) == before


def test_what_comes_after_the_month_s_end_changes_it_only_with_a_mark(dated: Estate, clock: Clock) -> None:
    """W4: signed for in November, heard of in December: the figure changes, and says so."""
    desk, worker = device(dated, "desk", clock), device(dated, "worker", clock)
    subject = new_ticket()
    desk.push(desk.open_ticket(subject), desk.make("assigned", subject, {"worker_id": worker.staff_id}))
    clock.now += 2 * MINUTE
    signed_for = worker.make("received", subject)
    clock.now = EVENING + HOUR
    (missed,) = [row for row in listed(dated, None, "2026-11") if row["clock"] == "hand_over"]
    assert (missed["standing"], missed["late_entry"]) == ("missed", False)
    clock.now = MONTH_OVER + 3 * HOUR
    worker.store.push(worker.who, [signed_for.to_wire()], 0)
    (now,) = [row for row in listed(dated, None, "2026-11") if row["clock"] == "hand_over"]
    assert (now["standing"], now["late_entry"], now["closed"], now["closed_met_at"]) == ("met", True, True, None)
    (figure,) = on_time.figures([now], "clause", "clock")
    assert figure == {
        "clause": "A.1", "clock": "hand_over", "met": 1, "late": 0, "missed": 0, "running": 0, "late_entries": 1,
    }  # fmt: skip


@pytest.mark.proves("A6")
def test_each_figure_is_the_count_of_its_list_worked_out_by_hand(dated: Estate, clock: Clock) -> None:
    """Three repairs of an evening: two reached in time, one 2 minutes late; papers not handed in by 17:00 the next day
    are missed, with the worker's name."""
    desk, worker, mate = (device(dated, login, clock) for login in ("desk", "worker", "mate"))
    for who, minutes in ((worker, 5), (worker, 12), (mate, 10)):
        subject = new_ticket()
        desk.push(
            desk.open_ticket(subject, ticket_kind="repair", listed=True),
            desk.make("assigned", subject, {"worker_id": who.staff_id}),
        )
        who.do("accepted", subject)
        clock.now += minutes * MINUTE
        who.do("arrived", subject)
    found = [row for row in listed(dated, desk, "2026-11", "A.2") if row["clock"] == "on_site"]
    by_owner = {one["owner_name"]: one for one in on_time.figures(found, "owner_name")}
    assert (by_owner["worker"]["met"], by_owner["worker"]["late"]) == (1, 1)
    assert (by_owner["mate"]["met"], by_owner["mate"]["late"]) == (1, 0)
    assert sorted(row["late_ms"] for row in found) == [-5 * MINUTE, 0, 2 * MINUTE]
    (total,) = on_time.figures(found, "clause")
    assert total["met"] + total["late"] == len(found) == 3


def test_overseers_read_their_estate_s_and_everybody_their_own(estate: Estate) -> None:
    desk, worker, mate = (estate.device(login) for login in ("desk", "worker", "mate"))
    whole_repair(desk, worker)
    month = listed_month(estate)
    everything = listed(estate, desk, month)
    mine = listed(estate, worker, month)
    assert len(everything) > len(mine) > 0 and {row["owner_id"] for row in mine} == {"staff-worker"}
    assert listed(estate, mate, month) == [] and listed(estate, None, month) == everything
    with pytest.raises(Problem, match="field_wrong"):
        listed(estate, desk, "2026-13")


def listed_month(estate: Estate) -> str:
    return str(rows(estate)[0]["month"])


def test_other_systems_and_people_ask_over_http(live: LiveServer) -> None:
    live.add_staff("desk", "desk", "engineering_supervisor")
    live.add_staff("worker", "repair_worker")
    desk, worker = FieldDevice(live, "staff-desk"), FieldDevice(live, "staff-worker")
    whole_repair(desk, worker)
    with live.store.read() as connection:
        month = connection.scalar(select(clock_results.c.month).limit(1))

    def ask(asked: str, token: str) -> requests.Response:
        return requests.get(live.url + "/v1/clocks?" + asked, headers={"Authorization": f"Bearer {token}"}, timeout=10)

    answer = ask(f"month={month}&clause=A.2", desk.token)
    assert answer.status_code == 200
    told = answer.json()
    assert {row["clause"] for row in told["clocks"]} == {"A.2"}
    for one in told["by_clause"]:
        same = [row for row in told["clocks"] if row["clock"] == one["clock"]]
        assert one["met"] + one["late"] + one["missed"] + one["running"] == len(same)
    assert ask("month=november", desk.token).status_code == 422
    assert ask("month=2026-11", "nobody").status_code == 401


def test_the_command_lists_and_counts(lite: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    whole_repair(lite.device("desk"), lite.device("worker"))
    monkeypatch.setattr(console, "open_store", lambda _: lite.store)
    said = CliRunner().invoke(cli.app, ["clocks", "--month", listed_month(lite), "--clause", "A.2"])
    assert said.exit_code == 0, said.output
    assert "A.2 on_site" in said.output and "按时 on time (met 1 late 0 missed 0 running 0; 补录 0)" in said.output
