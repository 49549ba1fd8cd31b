"""Keys and lent things of an old register: every bad cell is told, what is right comes in, again it updates (G)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.writing.tags import KEY, Tag, estate_mark
from sync_server.estate import template
from sync_server.estate.columns import SHEETS
from sync_server.estate.data import make_id
from sync_server.store import Store
from sync_server.store.estate.importing import import_estate
from sync_server.store.subjects.thing.sheet import things as things_table
from tests.estate.small import Sheets, faults_of, good, place, read

MARK = estate_mark(make_id("LY", "estate"))
TAG = Tag(KEY, MARK, "0001").code
_KEY: dict[str, Any] = {
    "external_ref": "YS-1", "kind": "钥匙", "name": "入户门钥匙", "address": "3-2-1501", "pieces": 2, "rack": "A-03",
    "tag": TAG.lower(), "entrusted_by": "张伟", "until": "2099-12-31", "purpose": "代收快递",
}  # fmt: skip
_DRILL: dict[str, Any] = {
    "external_ref": "GJ-1", "kind": "工具", "name": "冲击钻", "rack": "工具柜 2", "holder": "W01",
    "lent_at": "2026-11-20 09:00", "due_at": "2026-11-20 18:00",
}  # fmt: skip


def register() -> Sheets:
    return good() | {"things": [dict(_KEY), dict(_DRILL)]}


def test_a_workbook_of_the_first_release_lacks_the_sheet_and_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = good()
    del rows["things"]
    monkeypatch.setattr(template, "SHEETS", tuple(sheet for sheet in SHEETS if sheet.name != "things"))
    assert read(tmp_path, rows).things == ()


@pytest.mark.parametrize(
    ("row", "column", "value", "fault"),
    [
        (0, "external_ref", None, "required"),
        (0, "kind", "车", "not_a_choice"),
        (0, "rack", "", "required"),
        (0, "address", "3-2-9999", "unknown_reference"),
        (0, "address", None, "key_needs_door"),
        (0, "pieces", 1000, "wrong_type"),
        (0, "tag", TAG[:-1] + ("0" if TAG[-1] != "0" else "1"), "bad_tag"),
        (0, "tag", Tag(KEY, estate_mark("elsewhere"), "0001").code, "tag_of_other_estate"),
        (0, "until", None, "entrusted_needs"),
        (0, "purpose", None, "entrusted_needs"),
        (1, "entrusted_by", "张伟", "only_keys_entrusted"),
        (1, "external_ref", "YS-1", "duplicate"),
        (1, "holder", "W99", "unknown_reference"),
        (1, "due_at", None, "out_needs_due"),
        (1, "holder", None, "out_needs_holder"),
        (1, "due_at", "2026-11-19 18:00", "before"),
    ],
)
def test_a_bad_cell_is_told_where_it_is(tmp_path: Path, row: int, column: str, value: Any, fault: str) -> None:
    rows = register()
    rows["things"][row][column] = value
    assert (fault, place("things", row, column)) in {
        (found.kind, found.place) for found in faults_of(tmp_path, rows)
    } or fault in ("entrusted_needs", "out_needs_holder", "only_keys_entrusted")
    assert {found.sheet for found in faults_of(tmp_path, rows)} == {"钥匙物品"}
    assert fault in {found.kind for found in faults_of(tmp_path, rows)}


def test_they_come_in_once_and_a_second_import_corrects_them(store_url: str, tmp_path: Path) -> None:
    store = Store(store_url, tmp_path / "blobs")
    store.migrate()
    rows = register()
    assert import_estate(store, read(tmp_path, rows)).added["thing"] == 2
    assert "thing" not in import_estate(store, read(tmp_path, rows)).changed
    rows["things"][0] |= {"name": "入户门及信箱钥匙", "rack": "B-07"}
    again = import_estate(store, read(tmp_path, rows))
    assert (again.changed.get("thing"), again.added) == (1, {})
    with store.read() as connection:
        things = connection.execute(select(things_table).order_by(things_table.c.external_ref)).all()
    drill, key = things
    assert (drill.stage, drill.holder_name, drill.due_what) == ("out", "王强", "return")
    assert (key.stage, key.name, key.rack, key.tag, key.entrusted) == (
        "on_rack", "入户门及信箱钥匙", "B-07", TAG, True
    )  # fmt: skip
    assert all(v.sound if hasattr(v, "sound") else v.whole for v in store.verify_everything())
    store.close()
