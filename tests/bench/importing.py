"""How long 50,000 households take to come in: a register read, compared and brought in, and the strict workbook.

The floor of each is the library alone that gives the cells of the same file, in the same run.
"""

from __future__ import annotations

import io
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from python_calamine import CalamineWorkbook

from sync_server.estate.template import write_workbook
from sync_server.estate.workbook import read_workbook
from sync_server.store import Store
from sync_server.store.estate import registers
from sync_server.store.estate.importing import import_estate
from sync_server.store.estate.preparing import ESTATE_QUESTION, Preparation
from tests.bench.measuring import Figure

NAMES: Final = ("import",)
HOUSEHOLDS: Final = 50_000
DOORS: Final = 200
"""Doors of a building."""
SHOWN_WITHIN_MS: Final = 30_000
"""A register read and its changes shown."""
SEED: Final = 20261127

_SURNAMES: Final = "王李张刘陈杨黄赵吴周单"
_GIVEN: Final = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚"


def measure(_wanted: frozenset[str]) -> Iterator[Figure]:
    """Yield how long each part took, once each: they take seconds."""
    chance = random.Random(SEED)
    people = [_person(chance, number) for number in range(HOUSEHOLDS)]
    with tempfile.TemporaryDirectory(prefix="shangmen-bench-") as folder:
        yield from _register(Path(folder), people)
        yield from _strict(Path(folder), people)


def _person(chance: random.Random, number: int) -> dict[str, Any]:
    building, door = divmod(number, DOORS)
    floor, place = divmod(door, 4)
    return {
        "building": str(building + 1),
        "entrance": str(floor // 25 + 1),
        "room": f"{floor % 25 + 1}{place + 1:02d}",
        "name": chance.choice(_SURNAMES) + chance.choice(_GIVEN) + chance.choice(_GIVEN),
        "phone": f"142{number:08d}",
        "area": 60 + number % 80,
    }


def _timed(
    name: str, floor: float, work: Callable[[], Any], target: float | None = None
) -> tuple[tuple[Figure, Figure], Any]:
    """Return how long it took, on the clock and of the processor: others may work on the machine, too."""
    start, busy = time.perf_counter(), time.process_time()
    made = work()
    busy = (time.process_time() - busy) * 1000
    took = (time.perf_counter() - start) * 1000
    figures = (
        Figure(name, "ms", took, took, 1, "the cells alone", floor, target),
        Figure(f"{name}, cpu", "ms", busy, busy, 1, "the cells alone", floor),
    )
    return figures, made


def _cells(content: bytes) -> float:
    """Return how long the library alone takes for all cells of a workbook, in ms."""
    start = time.perf_counter()
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for title in book.sheet_names:
        book.get_sheet_by_name(title).to_python()
    return (time.perf_counter() - start) * 1000


def _register(folder: Path, people: list[dict[str, Any]]) -> Iterator[Figure]:
    content = _register_of(people)
    floor = _cells(content)
    store = Store(f"sqlite:///{folder / 'register.db'}", folder / "blobs")
    store.migrate()
    try:

        def show() -> Preparation:
            prepared = Preparation.of(store, content)
            prepared.answer({ESTATE_QUESTION: "荔园"})
            prepared.work_out()
            assert prepared.plan is not None and len(prepared.plan.items) == len(people)
            return prepared

        figures, prepared = _timed("register shown", floor, show, SHOWN_WITHIN_MS)
        yield from figures
        figures, _ = _timed("register brought in", floor, lambda: registers.apply_plan(store, prepared.plan))
        yield from figures
        figures, again = _timed("register shown again", floor, show, SHOWN_WITHIN_MS)
        assert not again.plan.changes_anything
        yield from figures
    finally:
        store.close()


def _register_of(people: list[dict[str, Any]]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("登记表")
    sheet.write(0, 0, "荔园小区业主信息登记表")
    sheet.write_row(
        2, 0, ["序号", "楼栋", "单元", "房号", "业主姓名", "联系电话", "建筑面积", "收楼日期", "欠费", "备注"]
    )
    for number, one in enumerate(people):
        cells = [number + 1, one["building"], one["entrance"], one["room"], one["name"], one["phone"], one["area"]]
        sheet.write_row(number + 3, 0, [*cells, "2019.5.1", number % 7 * 100, "" if number % 5 else "养狗"])
    book.close()
    return file.getvalue()


def _strict(folder: Path, people: list[dict[str, Any]]) -> Iterator[Figure]:
    path = folder / "estate.xlsx"
    write_workbook(path, _sheets(people))
    floor = _cells(path.read_bytes())
    store = Store(f"sqlite:///{folder / 'strict.db'}", folder / "blobs")
    store.migrate()
    try:
        figures, data = _timed("workbook read", floor, lambda: read_workbook(path))
        yield from figures
        figures, _ = _timed("workbook brought in", floor, lambda: import_estate(store, data))
        yield from figures
    finally:
        store.close()


def _sheets(people: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    addresses = [f"{one['building']}栋{one['entrance']}单元{one['room']}" for one in people]
    pairs = list(zip(addresses, people, strict=True))
    codes = dict.fromkeys(one["building"] for one in people)
    return {
        "estate": [{"code": "LY", "name": "荔园"}],
        "buildings": [{"code": code} for code in codes],
        "units": [{name: one[name] for name in ("building", "entrance", "room", "area")} for one in people],
        "households": [{"address": address, "name": one["name"], "arrears": 0} for address, one in pairs],
        "people": [
            {"address": address, "name": one["name"], "relation": "业主", "phone": one["phone"]}
            for address, one in pairs
        ],
        "staff": [{"number": "A01", "name": "郑宇", "login": "zhengyu", "roles": "管理员", "password": "shangmen2026"}],
        "price_list": [],
        "tickets": [],
        "things": [],
    }
