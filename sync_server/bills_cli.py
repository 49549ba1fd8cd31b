"""What is unpaid, at the command line: finance's list in Excel (O1, O2)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.domain.times import china_day, read_day
from app.domain.writing.money import yuan
from sync_server import bills as bills_list
from sync_server.console import WHICH, echo, named, opened_store, say, stop
from sync_server.register.grids import Unreadable
from sync_server.store import Store
from sync_server.store.estate import estates, unpaid

_MOST_TOLD = 50
_FILE = Annotated[
    Path, typer.Argument(help="欠费明细：房号、月份、欠费 unpaid bills: address, month, amount (.xlsx, .csv)")
]


def bills(
    file: _FILE,
    day: Annotated[str, typer.Option(help="截至日期，不写为今天 the day they are of, 2026-11-30; else today")] = "",
    estate: Annotated[str, typer.Option(help=WHICH)] = "",
) -> None:
    """导入欠费账单：不在表里的住户就是已缴清；手机下次同步时收到。Bring in unpaid bills: who is not listed has paid."""
    with opened_store() as store:
        of = read_day(day) if day else china_day(store.now())
        if of is None:
            raise stop(f"日期请写成 2026-11-30 这样：{day}", f"Write the day like 2026-11-30: {day}", 2)
        try:
            rows, faults = bills_list.read(file.read_bytes())
        except Unreadable as problem:
            raise stop(problem.zh, problem.en) from problem
        except OSError as problem:
            raise stop(f"读不了 {file}", f"{file} can't be read") from problem
        done = None
        if not faults:
            key = _key(store, estate)
            with store.numbered() as write:
                done, faults = unpaid.put(write, key, rows, of)
    for one in faults[:_MOST_TOLD]:
        echo(f"✗ 第 {one.number} 行 row {one.number}: {one.zh}  {one.en}", err=True)
    if done is None or faults:
        raise stop(f"有 {len(faults)} 行不对，没有导入", f"{len(faults)} rows are wrong, nothing was imported")
    say(
        f"✓ 截至 {of}，{done.owing} 户欠费 {yuan(done.fen)}，改动 {done.changed} 户",
        f"as of {of}, {done.owing} households owe {yuan(done.fen)}, {done.changed} changed",
    )


def _key(store: Store, said: str) -> str:
    with store.read() as connection, named(f"没有小区 {said}", f"No estate {said}"):
        if said:
            return estates.called(connection, said).key
        there = estates.every(connection)
    if len(there) != 1:
        raise stop("有几个小区，请写 --estate", "there are several estates: say which by --estate", 2)
    return there[0].key
