"""Stores that earlier programs left: today's server opens them, their phones go on, and unsent work arrives."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import select, text

from app.actions.models import TicketForm
from sync_server.store import Store, tables
from sync_server.store.database import Database
from sync_server.store.people import accounts
from sync_server.store.subjects.ticket.sheet import tickets
from sync_server.store.taking.entry_rows import of_ids
from sync_server.store.upkeep import migrate
from sync_server.store.upkeep.verifying import SubjectVerdict
from tests.compatibility.past import FOLDER, STARTS, Past, facts_of, unpack

KEPT = sorted(path.name.removesuffix(".tar.xz") for path in FOLDER.glob("*.tar.xz"))


def sound(past: Past) -> bool:
    """Tell whether every record and every phone's chain on the server is whole."""
    found = list(past.server.store.verify_everything())
    return all(one.sound if isinstance(one, SubjectVerdict) else one.whole for one in found) and len(found) > 5


@pytest.mark.parametrize("name", KEPT)
def test_a_past_store_is_opened_and_unsent_work_arrives(name: str, tmp_path: Path) -> None:
    facts = unpack(name, tmp_path)
    past = Past(tmp_path, STARTS + 3_600_000)
    try:
        opened = facts_of(tmp_path / "store.sqlite")
        assert (opened.tickets, opened.rows) == (facts.tickets, facts.rows) and sound(past)

        async def go_on() -> list[str | None]:
            sessions = {who: await past.session(who) for who in facts.unsent}
            for who, session in sessions.items():
                assert [row.entry.id for row in session.unsent()] == facts.unsent[who], who
            for session in [*sessions.values()] * 2:
                status = await session.sync_now()
                assert (status.waiting, status.refused, status.problem) == (0, 0, None), status
            fresh = (await sessions["desk"].tickets.open(TicketForm("新的", address="北门"))).subject_id
            await sessions["desk"].sync_now()
            known = [*facts.tickets, fresh]
            return [sessions["boss"].tickets.view(one).state.stage for one in facts.tickets] + [
                sessions["desk"].tickets.view(one).state.number for one in known[-1:]
            ]

        *stages, number = asyncio.run(go_on())
        unsent = [entry for ids in facts.unsent.values() for entry in ids]
        with past.server.store.read() as connection:
            assert set(of_ids(connection, unsent)) == set(unsent) and unsent
            kept = {row.id: row for row in connection.execute(select(tickets))}
            assert connection.scalar(select(tables.blobs.c.hash).where(tables.blobs.c.complete_at.is_(None))) is None
            assert connection.scalar(text("SELECT stage FROM visits WHERE id = :id"), {"id": facts.visit}) == "not_met"
        assert [kept[one].number for one in facts.tickets] == [number for number, _ in facts.tickets.values()]
        assert {row.estate_key for row in kept.values()} == {""} and stages == [
            kept[one].stage for one in facts.tickets
        ]
        assert number == f"20261118-{len(facts.tickets) + 2:03d}", "numbers go on without a gap (B.6)"
        assert sound(past)
    finally:
        past.close()


def test_on_postgresql_what_was_there_becomes_the_first_estates(pg_url: str, tmp_path: Path) -> None:
    """The tables of the release before estates, with rows in all that change."""
    database = Database(pg_url)
    with database.write() as connection:
        config = Config()
        config.set_main_option("script_location", str(migrate.MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        for statement in (
            "INSERT INTO staff VALUES ('s', 'G1', 'g1', '刘芳', '', true, null, now())",
            "INSERT INTO staff_roles VALUES ('s', 'steward')",
            "INSERT INTO estate VALUES ('e', 'LY', '荔园', '', '', now())",
            "INSERT INTO buildings VALUES ('b', '1', '1栋', null, now())",
            "INSERT INTO staff_buildings VALUES ('s', 'b')",
            "INSERT INTO units VALUES ('u', 'b', '1', 1, '101', '1栋1单元101', null, now())",
            "INSERT INTO price_items (id, code, category, name, unit, price_fen, materials, remark, initials, pinyin, "
            "active, changed_at) VALUES ('p', 'S01', '水', '龙头', '个', 3000, '', '', '[]', '[]', true, now())",
            "INSERT INTO ticket_numbers VALUES ('20261118', 1, 't')",
        ):
            connection.execute(text(statement))
    database.close()
    store = Store(pg_url, tmp_path / "blobs")
    store.migrate()
    with store.read() as connection:
        who = accounts.identity(connection, "s", "d")
        assert (dict(who.posts), who.scopes) == ({"": frozenset(("steward",))}, ["estate", "staff:s", "building:b"])
        assert [(one.key, one.name) for one in store.estates()] == [("", "荔园")]
        for table in (tables.buildings, tables.price_items, tables.staff_estates):
            assert [row.estate_key for row in connection.execute(select(table))] == [""], table.name
    store.close()
