"""The tables: what migrations make is what the program means, and typed rows follow entries."""

from __future__ import annotations

import multiprocessing
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, select, text

from app.domain.wire.errors import Problem
from sync_server.store import Store, tables
from sync_server.store.subjects.sheet import signatures
from sync_server.store.subjects.ticket.sheet import ticket_fee_lines, tickets
from tests.server.conftest import Estate
from tests.support.field_device import FieldDevice, new_ticket, whole_repair
from tests.support.server import StoreHelper


def test_migrations_make_the_tables_the_program_means(store_url: str, tmp_path: Path) -> None:
    store = Store(store_url, tmp_path / "blobs")
    store.migrate()
    epoch = store.epoch()
    store.migrate()
    assert store.epoch() == epoch
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
    store.close()


def test_every_table_and_its_less_obvious_columns_are_documented_for_readers_by_sql(
    pg_url: str, tmp_path: Path
) -> None:
    store = Store(pg_url, tmp_path / "blobs")
    store.migrate()
    with store.read() as connection:
        query = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        uncommented = connection.scalars(text(f"{query} AND obj_description(oid) IS NULL")).all()
    store.close()
    assert uncommented == ["alembic_version"]


def test_typed_ticket_rows_follow_the_entries(estate: Estate) -> None:
    desk, worker = estate.device("desk"), estate.device("worker")
    subject, made = whole_repair(desk, worker, estate.home)
    with estate.store.read() as connection:
        ticket = connection.execute(select(tickets)).one()
        fees = connection.execute(select(ticket_fee_lines)).one()
        signature = connection.execute(select(signatures)).one()
    assert (ticket.id, ticket.stage, ticket.total_fen, ticket.signature) == (subject[1], "done", 3000, "intact")
    assert ticket.household_id == estate.home["household_id"] and ticket.assignee_id == estate.worker_id
    assert ticket.done_at == datetime.fromtimestamp(made[-1].at / 1000, UTC)
    assert (fees.name, fees.amount_fen) == ("换水龙头", 3000)
    assert (signature.signer, signature.standing) == ("resident", "intact")


def _write_tickets(url: str, folder: str, staff_id: str, count: int) -> None:
    helper = StoreHelper.__new__(StoreHelper)
    helper.store = Store(url, Path(folder))
    device = FieldDevice(helper, staff_id)
    for _ in range(count):
        assert device.push(device.open_ticket(new_ticket()))[0].status == "accepted"
    helper.store.close()


def _processes() -> Any:
    """How the writers are started: forked, where a system can, from one process that has imported all they need."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def test_a_cursor_skips_nothing_while_four_processes_write(estate: Estate) -> None:
    reader = estate.device("desk")
    reader.pull()
    context = _processes()
    url = estate.store.database.url.render_as_string(hide_password=False)
    arguments = (url, str(estate.store.files.folder), estate.desk_id, 25)  # type: ignore[attr-defined]
    writers = [context.Process(target=_write_tickets, args=arguments) for _ in range(4)]
    for writer in writers:
        writer.start()
    seen: list[int] = []
    while any(writer.is_alive() for writer in writers):
        seen += [item["seq"] for item in reader.pull(limit=3) if "entry" in item]
    seen += [item["seq"] for item in reader.pull() if "entry" in item]
    assert [writer.exitcode for writer in writers] == [0] * 4
    with estate.store.read() as connection:
        kept = list(connection.scalars(select(tables.entries.c.seq).order_by(tables.entries.c.seq)))
    assert seen == kept and len(kept) == 200


def test_a_full_disk_is_told_and_nothing_is_half_written(lite: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = lite.device("desk")

    def limit(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    with lite.store.read() as connection:
        limit(connection)
    batch = [desk.open_ticket(new_ticket(), content="长" * 3_000) for _ in range(200)]
    with pytest.raises(Problem) as told:
        desk.push(*batch)
    assert told.value.name == "server_full"
    file = sqlite3.connect(str(lite.store.database.url.database))
    assert file.execute("SELECT count(*) FROM entries").fetchone() == (0,)
    file.close()
    with lite.store.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    assert {a.status for a in desk.push(*batch)} == {"accepted"}
