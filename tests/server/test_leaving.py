"""Somebody leaves the company: what they have open is told before, stays visible, and goes to others (A.2, E, G.2)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from sync_server import cli
from sync_server.estate.data import EstateData
from sync_server.estate.template import write_workbook
from sync_server.store import Store
from sync_server.store.estate.importing import import_estate
from sync_server.store.people import leaving
from sync_server.store.subjects.ticket.sheet import tickets
from tests.estate.small import good, read
from tests.server.conftest import Estate
from tests.server.test_custody import entrust, lent
from tests.support.field_device import FieldDevice, Subject, new_ticket


def _busy(estate: Estate) -> tuple[FieldDevice, Subject, Subject]:
    """The worker with a ticket of theirs and a key in the hand."""
    desk, worker = estate.device("desk"), estate.device("worker")
    ticket = new_ticket()
    desk.push(desk.open_ticket(ticket, estate.home))
    desk.do("assigned", ticket, {"worker_id": estate.worker_id})
    key = entrust(desk, estate.home)
    desk.do("lent", key, lent(estate.worker_id))
    return worker, ticket, key


def _kinds(store: Store, *staff: str) -> dict[str, list[str]]:
    with store.read() as connection:
        return {one.staff_id: [item.what for item in one.items] for one in leaving.open_of(connection, staff)}


def test_what_is_open_is_known_until_it_is_handed_over(estate: Estate) -> None:
    """B5: an open ticket, a key in the hand, a promise at a door and phones still signed in; not what is over."""
    worker, ticket, key = _busy(estate)
    steward = estate.device("steward")
    visit = ("visit", new_ticket()[1])
    promise = {"what": "周五回电", "until": "2099-01-01"}
    steward.do("visited", visit, estate.home | {"occasion": "monthly", "met": True, "met_name": "张伟",
                                                "promises": [promise]})  # fmt: skip
    open_now = _kinds(estate.store, estate.worker_id, estate.steward_id, estate.finance_id)
    assert open_now[estate.worker_id] == ["ticket", "key", "device"]
    assert open_now[estate.steward_id] == ["promise", "device", "building", "role"]
    desk = estate.device("desk")
    desk.do("assigned", ticket, {"worker_id": estate.mate_id})
    desk.do("located", key, {"where": "rack", "rack": "A-03", "pieces": 2, "condition": "good"})
    steward.do("promise_settled", visit, {"index": 0, "outcome": "已回电"})
    estate.store.revoke_device(worker.id)
    assert _kinds(estate.store, estate.worker_id) == {}
    assert _kinds(estate.store, estate.steward_id) == {estate.steward_id: ["device", "building", "role"]}


def test_two_who_leave_together_do_not_stand_in_for_each_other(lite: Estate) -> None:
    """B5: the last two repair workers of the estate leave on one day."""
    assert _kinds(lite.store, lite.worker_id) == {}
    both = _kinds(lite.store, lite.worker_id, lite.mate_id)
    assert both == {lite.worker_id: ["role"], lite.mate_id: ["role"]}


def _with_staff(data: EstateData, number: str, *, active: bool) -> EstateData:
    return replace(data, staff=tuple(replace(m, active=active) if m.number == number else m for m in data.staff))


def test_an_import_that_ends_an_account_tells_what_is_open(store_url: str, tmp_path: Path) -> None:
    """B5: 在职=否 for W01 with a ticket: told once, and the ticket stays with them in the store."""
    store = Store(store_url, tmp_path / "blobs")
    store.migrate()
    data = read(tmp_path, good())
    assert import_estate(store, data).leaving == []
    left = _with_staff(data, "W01", active=False)
    (told,) = import_estate(store, left).leaving
    assert (told.number, told.to_hand_over) == ("W01", 1)
    lines = leaving.told(told)
    assert "王强（W01）还有 1 件未交接" in lines[0][0] and "3栋2单元1501" in lines[1][0]
    with store.read() as connection:
        assert connection.scalar(select(tickets.c.assignee_id).where(
            tickets.c.external_ref == "WX1")) == told.staff_id  # fmt: skip
    assert import_estate(store, left).leaving == []
    store.close()


def test_the_import_command_shows_what_is_open_before_it_ends_an_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B5: without a terminal it stops after showing; --yes brings it in and says where the open work stands."""
    monkeypatch.setenv("SHANGMEN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("SHANGMEN_DATABASE_URL", raising=False)
    rows, run = good(), CliRunner()
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    write_workbook(first, rows)
    assert run.invoke(cli.app, ["import", str(first), "--yes"]).exit_code == 0
    rows["staff"][1]["active"] = "否"
    write_workbook(second, rows)
    shown = run.invoke(cli.app, ["import", str(second)])
    assert shown.exit_code == 1 and "王强（W01）还有 1 件未交接" in shown.output, shown.output
    done = run.invoke(cli.app, ["import", str(second), "--yes"])
    assert done.exit_code == 0 and "离职人员还有 1 件未交接" in done.output, done.output


def test_the_command_that_ends_an_account_waits_for_the_handing_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B5: end-user names the ticket and stops; with the tickets given to another it ends the account."""
    monkeypatch.setenv("SHANGMEN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("SHANGMEN_DATABASE_URL", raising=False)
    run = CliRunner()
    estate = Estate(f"sqlite:///{(tmp_path / 'data' / 'shangmen.sqlite').as_posix()}", tmp_path / "data" / "blobs")
    _, _, _key = _busy(estate)
    estate.store.close()
    refused = run.invoke(cli.app, ["end-user", "worker"])
    assert refused.exit_code == 1 and "还有 2 件未交接" in refused.output and "账号没有停用" in refused.output
    again = run.invoke(cli.app, ["end-user", "worker", "--tickets-to", "mate"])
    assert again.exit_code == 1 and "已改派 1 张工单" in again.output and "手上有" in again.output
    assert run.invoke(cli.app, ["end-user", "nobody"]).exit_code == 1
    ended = run.invoke(cli.app, ["end-user", "worker", "--anyway"])
    assert ended.exit_code == 0, ended.output
    store = Store(f"sqlite:///{(tmp_path / 'data' / 'shangmen.sqlite').as_posix()}", tmp_path / "data" / "blobs")
    account = store.account("worker")
    assert account is not None and not account.active
    assert _kinds(store, estate.worker_id)[estate.worker_id] == ["key", "device"]
    store.close()
