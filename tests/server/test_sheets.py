"""The typed tables of a type of subject that lives in this file alone, and one path and command to verify any type."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import Column, ForeignKey, MetaData, Table, Text, select, update
from typer.testing import CliRunner
from uuid6 import uuid7

from app.domain import roles
from app.domain.rules.kind import Kind
from app.domain.rules.state import SubjectState
from app.domain.rules.subject import Body, Subject
from app.domain.subjects import KINDS, SUBJECTS, know
from app.domain.wire.entries import Entry
from app.domain.wire.errors import OPENED_TWICE
from app.domain.wire.fields import Field, text
from sync_server import cli
from sync_server.store import Store
from sync_server.store.database import Write
from sync_server.store.people import admin, leaving
from sync_server.store.subjects import SHEETS, keep
from sync_server.store.subjects.sheet import OpenItem, Row, Sheet, flags, photos
from sync_server.store.tables import entries, meta
from sync_server.store.upkeep import migrate, refolding
from tests.server.conftest import Estate
from tests.support.field_device import FieldDevice, new_ticket, whole_repair
from tests.support.openings import openings
from tests.support.server import LiveServer

_toys = Table("toys", MetaData(), Column("id", Text, primary_key=True), Column("colour", Text, nullable=False))
_parts = Table(
    "a_toys_parts",  # its name comes before the table it names, its rows after
    _toys.metadata,
    Column("toy_id", Text, ForeignKey("toys.id"), primary_key=True),
    Column("entry_id", Text, ForeignKey(entries.c.id), primary_key=True),
)
MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "toys_1"
down_revision = None
branch_labels = ("toys",)
depends_on = "0001"


def upgrade():
    text = lambda name, *more: sa.Column(name, sa.Text(), *more, primary_key=True)
    op.create_table("toys", text("id"), sa.Column("colour", sa.Text(), nullable=False))
    whose = text("toy_id", sa.ForeignKey("toys.id"))
    op.create_table("a_toys_parts", whose, text("entry_id", sa.ForeignKey("entries.id")))
"""
BY_ALL = frozenset((*roles.ROLES, roles.SYSTEM))
COLOUR = Field("colour", "颜色", "colour", text())


@dataclass(slots=True)
class ToyState(SubjectState):
    colour: str = ""


class Toy(Subject[ToyState]):
    """Something that is painted."""

    name = "toy"
    opens_with = ("toy_made",)
    kinds = (
        Kind("toy_made", "toy", BY_ALL, (COLOUR,), amendable=True),
        Kind("toy_painted", "toy", BY_ALL, (COLOUR,)),
        Kind("toy_wound_up", "toy", BY_ALL, ()),
    )
    state_class = ToyState

    def apply(self, state: ToyState, entry: Entry, body: Body, *, forced: bool, seen: ToyState) -> str | None:
        if entry.kind == "toy_made":
            if state.opened is not None and not forced:
                return OPENED_TWICE.name
            state.opened = state.opened or entry
        state.colour = body.get("colour", state.colour)
        return None

    def may_begin(self, held: Set[str], buildings: Set[str], kind: str, building: str | None) -> bool:
        return True


class ToySheet(Sheet[ToyState]):
    """Painted things, and what was done to each; the server winds each up."""

    name = "toy"
    tables = (_toys, _parts)
    key = "toy_id"
    called = (_toys.c.colour,)

    def rows(self, state: ToyState) -> Iterator[Row]:
        for step in state.steps:
            yield _parts, {"toy_id": state.id, "entry_id": step.entry.id}
        yield _toys, {"id": state.id, "colour": state.colour}

    def follows(
        self, write: Write, entry: Entry, history: Sequence[Entry], estate_key: str
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        if entry.kind == "toy_made":
            yield "toy_wound_up", {}

    def open_with(self, connection: Any, staff_ids: Sequence[str]) -> Iterator[tuple[str, OpenItem]]:
        for row in connection.execute(select(_toys)):
            yield from ((one, OpenItem("toy", row.id, row.colour, row.colour)) for one in staff_ids)


@pytest.fixture
def toys(fresh_url: str, tmp_path: Path) -> Iterator[None]:
    """The type is there inside the test. The empty store is made before: it is copied for other tests."""
    folder = tmp_path / "100 % toys"
    folder.mkdir()
    (folder / "toys_1.py").write_text(MIGRATION, "utf-8")
    know(Toy())
    keep(ToySheet())
    migrate.FOLDERS.append(folder)
    yield
    migrate.FOLDERS.remove(folder)
    del SHEETS["toy"], SUBJECTS["toy"]
    for kind in Toy.kinds:
        del KINDS[kind.name]


def _kept(store: Store) -> tuple[list[tuple[str, ...]], int]:
    with store.read() as connection:
        colours = [tuple(row) for row in connection.execute(select(_toys))]
        return colours, len(connection.execute(select(_parts)).all())


def test_a_type_that_no_shared_code_knows_has_its_rows_written_and_rewritten(toys: None, estate: Estate) -> None:
    worker, toy = estate.device("worker"), ("toy", str(uuid7()))
    worker.do("toy_made", toy, {"colour": "red"})
    assert _kept(estate.store) == ([(toy[1], "red")], 2), "the worker's entry, and what the server itself did"
    worker.do("toy_painted", toy, {"colour": "blue"})
    again = worker.do("toy_made", toy, {"colour": "green"})
    assert _kept(estate.store) == ([(toy[1], "blue")], 5)
    desk = estate.device("desk")
    desk.do("flag_settled", toy, {"entry_id": again.id, "decision": "set_aside"})
    with estate.store.read() as connection:
        flag = connection.execute(select(flags)).one()
        items = leaving.open_of(connection, [estate.worker_id])[0].items
    assert (flag.subject_type, flag.reason, flag.decision) == ("toy", "opened_twice", "set_aside")
    assert [item.zh for item in items if item.to_hand_over] == ["blue"]
    assert estate.store.verify((toy[0], admin.subject_id(estate.store, "toy", "blue"))).standing == "unsigned"


def test_the_rows_are_written_again_when_they_mean_something_else(
    toys: None, estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy = ("toy", str(uuid7()))
    estate.device("worker").do("toy_made", toy, {"colour": "red"})
    with estate.store.write() as connection:
        connection.execute(update(_toys).values(colour="as an older version wrote it"))
    estate.store.migrate()
    assert _kept(estate.store)[0] == [(toy[1], "as an older version wrote it")]
    monkeypatch.setattr(ToySheet, "meaning", max(sheet.meaning for sheet in SHEETS.values()) + 1)
    estate.store.migrate()
    assert _kept(estate.store) == ([(toy[1], "red")], 2)


def test_a_newer_programs_type_is_settled_and_goes_on(estate: Estate) -> None:
    """What is known of all types is rewritten of one that this program does not know, too."""
    worker, desk, toy = estate.device("worker"), estate.device("desk"), ("toy", str(uuid7()))
    made = worker.do("toy_made", toy, {"colour": "red"})
    desk.do("flag_settled", toy, {"entry_id": made.id, "decision": "accept"})
    worker.do("toy_painted", toy, {"colour": "blue"})
    with estate.store.read() as connection:
        assert [row.entry_id for row in connection.execute(select(flags))] == [made.id]
        assert connection.execute(select(photos)).all() == []


def test_a_store_from_before_the_sheets_writes_again_what_it_wrote_otherwise(estate: Estate) -> None:
    """Of a store that never heard of photos of places and counts those alone are folded again, not the tickets."""
    desk = estate.device("desk")
    desk.push(desk.open_ticket(new_ticket()))
    kind, body = openings()["place"]
    desk.do(kind, ("place", str(uuid7())), body)
    with estate.store.write() as connection:
        said = json.loads(str(connection.scalar(select(meta.c.value).where(meta.c.key == "understanding"))))
        del said["tables"]
        connection.execute(update(meta).where(meta.c.key == "understanding").values(value=json.dumps(said)))
    assert refolding.after_update(estate.store.database, estate.store.now()) == 1


OLD_PATHS = {"ticket": "tickets", "visit": "visits", "thing": "things"}


def test_the_old_paths_answer_what_the_one_for_all_does(live: LiveServer) -> None:
    device = FieldDevice(live, live.add_staff("s1", "service_supervisor"))
    of_token = {"Authorization": f"Bearer {device.token}"}
    of_system = {"X-API-Key": admin.add_api_key(live.store, "CRM")}
    for subject_type, (kind, body) in openings().items():
        subject = (subject_type, str(uuid7()))
        device.do(kind, subject, body)
        for headers, may in ((of_token, True), (of_system, subject_type in ("ticket", "thing")), ({}, False)):
            for subject_id in (subject[1], str(uuid7())):
                new = requests.get(
                    f"{live.url}/v1/subjects/{subject_type}/{subject_id}/verify", headers=headers, timeout=20
                )
                there = subject_id == subject[1] and may
                assert new.status_code == (200 if there else 404 if headers else 401), (subject_type, new.text)
                if subject_type in OLD_PATHS and (may or not headers):
                    path = f"/v1/{OLD_PATHS[subject_type]}/{subject_id}/verify"
                    old = requests.get(live.url + path, headers=headers, timeout=20)
                    assert (old.status_code, old.json()) == (new.status_code, new.json()), path
    visit = requests.get(f"{live.url}/v1/visits/{uuid7()}/verify", headers=of_system, timeout=20)
    assert visit.status_code == 401, "as before: no other system's key opens it"


def test_the_command_verifies_a_record_of_any_type(tmp_path: Path) -> None:
    estate = Estate(f"sqlite:///{(tmp_path / 'shangmen.sqlite').as_posix()}", tmp_path / "files")
    desk, worker = estate.device("desk"), estate.device("worker")
    ticket, _ = whole_repair(desk, worker, estate.home)
    number = estate.store.state(None, ticket).number  # type: ignore[attr-defined]
    kind, body = openings()["place"]
    place = ("place", str(uuid7()))
    desk.do(kind, place, body)
    estate.store.close()

    def verified(*words: str) -> tuple[int, str]:
        environment = {"SHANGMEN_DATA_DIR": str(tmp_path)}
        result = CliRunner().invoke(cli.app, ["verify", *words], env=environment)
        return result.exit_code, result.output

    for words, subject in (
        (("--ticket", number), ticket),
        (("--record", "ticket", number), ticket),
        (("--record", "place", body["tag"]), place),
        (("--record", "place", place[1]), place),
    ):
        code, said = verified(*words)
        assert code == 0 and subject[1] in said, (words, said)
    code, said = verified("--record", "visit", number)
    assert code == 1 and "没有记录 visit" in said
