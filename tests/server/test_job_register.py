"""The register of job numbers: over two server processes at once, and printed by day (B.6)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from sqlalchemy import select
from typer.testing import CliRunner
from uuid6 import uuid7

from app.domain.times import china_day
from app.domain.wire.entries import Entry
from sync_server import cli, console
from sync_server.papers.job_register import job_register
from sync_server.store.subjects import job as of_jobs
from sync_server.store.subjects import matter as of_matters
from tests.server.conftest import Estate
from tests.soak.killing import Server
from tests.support.field_device import FieldDevice, now_ms
from tests.support.postgres import PostgresServer

JOB = {
    "job_kind": "plain", "address": "大堂", "content": "擦玻璃", "requirements": "不留水痕", "due_at": 4 * 10**12,
    "department": "engineering",
}  # fmt: skip
MATTER = {"class": "help", "channel": "phone", "contact_name": "张伟", "content": "电梯异响"}
EACH = 6


def push(url: str, device: FieldDevice, *new: Entry) -> list[str]:
    asked = {
        "protocol": 1, "epoch": device.store.epoch(), "sent_at": now_ms(), "cursors": {},
        "entries": [entry.to_wire() for entry in new],
    }  # fmt: skip
    head = {"Authorization": f"Bearer {device.token}"}
    answer = requests.post(f"{url}/v1/sync", json=asked, headers=head, timeout=60)
    assert answer.status_code == 200, answer.text
    return [one["status"] for one in answer.json()["answers"]]


@pytest.mark.proves("B6")
def test_two_server_processes_give_numbers_at_once_without_a_gap_or_a_double(
    pg_server: PostgresServer, pg_url: str, tmp_path: Path
) -> None:
    estate = Estate(pg_url, tmp_path / "server")
    servers = [Server(pg_url, tmp_path / "server") for _ in range(2)]
    devices = [FieldDevice(estate, estate.desk_id) for _ in range(4)]

    def send(number: int) -> None:
        device, url = devices[number], servers[number % 2].url
        for _ in range(EACH):
            spoiled = device.make("job_sent", ("job", str(uuid7())), JOB | {"receiver_id": "x", "requirements": ""})
            job = device.make("job_sent", ("job", str(uuid7())), JOB | {"receiver_id": estate.worker_id})
            said = device.make("matter_opened", ("matter", str(uuid7())), MATTER)
            assert push(url, device, spoiled, job, said) == ["refused", "accepted", "accepted"]

    try:
        for server in servers:
            server.start()
        with ThreadPoolExecutor(len(devices)) as pool:
            list(pool.map(send, range(len(devices))))
    finally:
        for server in servers:
            server.kill()
    with estate.store.read() as connection:
        numbers = sorted(connection.scalars(select(of_jobs.jobs.c.number)))
        registered = connection.execute(select(of_jobs.NUMBERS.table.c.day, of_jobs.NUMBERS.table.c.serial)).all()
        taken_down = len(connection.scalars(select(of_matters.matters.c.id)).all())
    estate.store.close()
    assert numbers == sorted(f"G{row.day}-{row.serial:03d}" for row in registered)
    assert len(set(numbers)) == taken_down == EACH * len(devices)
    for day in {row.day for row in registered}:
        serials = sorted(row.serial for row in registered if row.day == day)
        assert serials == list(range(1, len(serials) + 1))


@pytest.mark.proves("B6")
def test_the_days_register_has_every_number_and_a_voided_one_its_reason(estate: Estate, tmp_path: Path) -> None:
    desk = FieldDevice(estate, estate.desk_id)
    first, second = (("job", str(uuid7())) for _ in range(2))
    for subject in (first, second):
        desk.do("job_sent", subject, JOB | {"receiver_id": estate.worker_id})
    desk.do("job_voided", first, {"reason": "写重了"})
    today = china_day(estate.store.now())
    with estate.store.read() as connection:
        lines = of_jobs.registered(connection, today, "")
        other_day = of_jobs.registered(connection, today.replace(year=today.year - 1), "")
    assert [(line.number[-4:], line.stage, line.reason) for line in lines] == [
        ("-001", "已作废", "写重了"),
        ("-002", lines[1].stage, ""),
    ]
    assert other_day == []
    assert job_register(today, "荔园小区", lines).startswith(b"%PDF")
    assert job_register(today, "荔园小区", []).startswith(b"%PDF")


def test_the_command_prints_it_and_says_what_is_no_day(
    lite: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "open_store", lambda _: lite.store)
    out = tmp_path / "register.pdf"
    told = CliRunner().invoke(cli.app, ["job-register", "--out", str(out), "--day", "2026-11-21"])
    assert told.exit_code == 0 and "2026-11-21" in told.output, told.output
    assert out.read_bytes().startswith(b"%PDF")
    wrong = CliRunner().invoke(cli.app, ["job-register", "--out", str(out), "--day", "gestern"])
    assert wrong.exit_code == 2
