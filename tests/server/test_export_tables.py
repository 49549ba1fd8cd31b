"""The whole store as documented tables: what leaves, what it means, and that a spreadsheet works nothing out."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import func, insert, inspect, select
from uuid6 import uuid7

from app.domain.subjects.case.kinds import CASE
from app.domain.wire.errors import Problem
from sync_server.exports import tables as writing
from sync_server.store import tables as t
from sync_server.store.exports import dictionary, tables
from sync_server.store.subjects import SHEETS
from sync_server.store.tables import metadata
from tests.server.conftest import Estate
from tests.server.test_estates import HY, Two
from tests.server.test_form_tables import check, fill
from tests.support.field_device import whole_repair
from tests.support.forms import publish

REMARK = '=HYPERLINK("http://x")' + "漏水，\U0001f600\n" * 600


def read(place: Path, name: str) -> list[dict[str, str]]:
    """The rows of one of the files, as another program reads them."""
    if place.suffix == ".zip":
        with zipfile.ZipFile(place) as packed:
            data = packed.read(name)
    else:
        data = (place / name).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf"), "Excel reads UTF-8 by its mark"
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_every_table_and_column_has_its_meaning_in_both_languages_or_stays_with_its_reason(lite: Estate) -> None:
    toys = {table.name for sheet in SHEETS.values() if type(sheet).__module__[:5] == "tests" for table in sheet.tables}
    ours = [table for table in tables.exported() if table.name not in toys]
    lacking = [table.name for table in ours if not all(dictionary.of_table(table))]
    lacking += [
        f"{table.name}.{column.name}"
        for table in ours for column in tables.columns_of(table)
        if not all(dictionary.of_column(column))
    ]  # fmt: skip
    assert lacking == [], "words for them go into sync_server/store/exports/dictionary.toml"
    assert dictionary.unused() == []
    assert set(tables.LEFT_OUT) <= set(metadata.tables)
    named = {f"{table.name}.{column.name}" for table in ours for column in tables.columns_of(table)}
    assert not {one for one in named if any(word in one for word in ("password", "token", "secret", "network"))}
    with lite.store.read() as connection:
        there = set(inspect(connection).get_table_names()) - {"alembic_version"}
    assert there - toys == {table.name for table in ours} | set(tables.LEFT_OUT), "a table that nobody decided about"


def test_all_tables_leave_with_a_dictionary_and_checksums(estate: Estate, tmp_path: Path) -> None:
    publish(estate.store, check())
    estate.add_estate("LY", "荔园小区")
    whole_repair(estate.device("desk"), estate.device("worker"), estate.home)
    answers = {"colour": "1", "person": {"name": REMARK}, "defect": [{"#": "a", "what": "门"}]}
    fill(estate.device("steward"), check(), answers, estate.home)
    out = tmp_path / "all.zip"
    done = writing.write(estate.store, out)
    with zipfile.ZipFile(out) as packed:
        names = set(packed.namelist())
        said = json.loads(packed.read("manifest.json"))
        assert all(sha256(packed.read(name)).hexdigest() == one["sha256"] for name, one in said["files"].items())
    assert {f"{one.name}.csv" for one in tables.exported()} < names and set(said["files"]) | {"manifest.json"} == names
    assert not {f"{one}.csv" for one in tables.LEFT_OUT} & names
    listed = {one["table"]: one for one in read(out, "tables.csv")}
    assert (listed["tickets"]["rows"], listed["tickets"]["meaning_zh"]) == ("1", "工单")
    assert listed["form_door_check"]["meaning_zh"] == "门检"
    assert done.rows == sum(int(one["rows"]) for one in listed.values())
    columns = {(one["table"], one["column"]): one for one in read(out, "columns.csv")}
    assert columns["form_door_check", "reading"]["meaning_zh"] == "读数"
    assert all(
        one["meaning_zh"] and one["meaning_en"] for (table, _), one in columns.items() if table != "form_door_check"
    )
    for name in names - {"manifest.json"}:
        rows = read(out, name)
        table = name.removesuffix(".csv")
        assert not rows or {c for of, c in columns if of == table} in (set(rows[0]), set()), name
    (ticket,) = read(out, "tickets.csv")
    assert ticket["number"].endswith("-001") and ticket["urgent"] == "false" and ticket["total_fen"] == "3000"
    assert ticket["opened_at"][:2] == "20" and len(ticket["opened_at"]) == len("2026-11-29 20:00:00.000")
    assert "password_hash" not in read(out, "staff.csv")[0]
    (filled,) = read(out, "form_door_check.csv")
    assert writing.plain(filled["person_name"]) == REMARK and filled["person_name"][0] == "'"
    assert (filled["corrected"], filled["colour_label"]) == ("false", "一号")
    assert filled["filled_at"] == read(out, "case_forms.csv")[0]["filled_at"], "a view says what its table says"


def test_one_estate_leaves_without_the_others(estate: Estate, tmp_path: Path) -> None:
    two = Two(estate)
    publish(estate.store, check())
    whole_repair(estate.device("desk"), estate.device("worker"), estate.home)
    whole_repair(two.desk, two.worker, two.home)
    fill(estate.device("steward"), check(), {}, estate.home)
    fill(two.steward, check(), {}, two.home)
    whole, first, second = (tmp_path / name for name in ("all", "first", "second"))
    for out, key in ((whole, None), (first, ""), (second, HY)):
        writing.write(estate.store, out, key)
    for table in tables.exported():
        name = f"{table.name}.csv"
        keys = [column.name for column in table.primary_key]
        all_, one, other = ({tuple(row[k] for k in keys) for row in read(out, name)} for out in (whole, first, second))
        assert one | other == all_ or table.name == "devices", name  # the server's own device is nobody's
        if table.name not in ("staff", "devices", "blobs") and tables.of_estate(table, HY) is not None:
            assert not one & other or ("estate_key" in table.c and table.c.estate_key.nullable), name
    assert len(read(first, "entries.csv")) > 10 and len(read(second, "entries.csv")) > 10
    assert [row["address"] for row in read(second, "households.csv")] == [two.home["address"]]
    assert [row["address"] for row in read(second, "form_door_check.csv")] == [two.home["address"]]
    assert {row["login"] for row in read(second, "staff.csv")} >= {"desk2", "both"}
    assert not {row["login"] for row in read(second, "staff.csv")} & {"desk", "worker"}


def test_an_export_is_of_one_moment_and_there_whole_or_not_at_all(
    estate: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = estate.device("desk")
    desk.push(desk.open_ticket(("ticket", str(uuid7())), estate.home))
    with tables.at_one_moment(estate.store) as listed:
        for one in listed:
            if one.name == "analyses":  # the first of them; what comes in from here on is not in any
                list(one.rows())
                desk.push(desk.open_ticket(("ticket", str(uuid7())), estate.home))
            elif one.name in ("tickets", "signatures", "entries"):
                assert len([row for row in one.rows() if "repair" in row or "ticket_opened" in row]) <= 1, one.name
    out = tmp_path / "out"
    (tmp_path / "out.part").mkdir()  # of one that was cut off

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "_table", full)
    with pytest.raises(Problem, match="server_full"):
        writing.write(estate.store, out)
    assert list(tmp_path.glob("out*")) == []
    out.mkdir()
    (out / "mine").touch()
    with pytest.raises(writing.AlreadyThere):
        writing.write(estate.store, out)


@given(some.text(max_size=20))
def test_nothing_that_a_text_says_is_worked_out_and_it_can_be_had_back(said: str) -> None:
    shown = writing.safe(said)
    assert writing.plain(shown) == said
    assert not str(shown).startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n"))
    assert writing.safe(-5) == -5, "a number stays one"


@pytest.mark.long
def test_two_hundred_thousand_entries_take_the_memory_of_a_page(lite: Estate, tmp_path: Path) -> None:
    steward = lite.device("steward")
    body = {"content": "漏水" * 100}
    one = steward.make("ticket_opened", (CASE, str(uuid7())), body)
    with lite.store.write() as connection:
        rows = (
            {
                "id": str(uuid7()), "seq": 1_000 + n, "kind": one.kind, "subject_type": "ticket", "subject_id": str(n),
                "author": one.author, "device": one.device, "counter": 1_000 + n, "made_at_ms": n, "received_at_ms": n,
                "corrected_at_ms": n, "prev": "", "hash": one.hash, "schema": 1, "body": body, "blobs": [], "extra": {},
            }
            for n in range(200_000)
        )  # fmt: skip
        while some_ := [row for row, _ in zip(rows, range(5_000), strict=False)]:
            connection.execute(insert(t.entries), some_)
        assert int(connection.scalar(select(func.count()).select_from(t.entries)) or 0) >= 199_000
    tracemalloc.start()
    writing.write(lite.store, tmp_path / "all")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 50_000_000
