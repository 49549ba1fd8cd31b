"""Patrol routes at the command line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from app.domain.rules.patrols import figures
from app.domain.rules.scopes import FIRST
from app.domain.times import china_day
from sync_server.console import WHICH, echo, opened_store, say, stop
from sync_server.store.estate import estates, patrol_file, patrols
from sync_server.store.subjects.case.owed import rounds_of

patrol = typer.Typer(help="巡检路线。Patrol routes.", no_args_is_help=True, rich_markup_mode=None)


@patrol.command()
def routes(
    file: Annotated[
        Path | None, typer.Argument(help="路线文件，写法见 assets/patrols.toml the routes, as in assets/patrols.toml")
    ] = None,
    estate: Annotated[str | None, typer.Option(help=WHICH)] = None,
) -> None:
    """列出巡检路线；给出文件则整份替换。List the routes; a file takes the place of all of them."""
    try:
        text = file.read_text("utf-8-sig") if file is not None else None
    except (OSError, UnicodeDecodeError) as fault:
        raise stop(f"{file} 读不出来", f"{file} can't be read") from fault
    with opened_store() as store:
        if text is not None:
            with store.numbered() as write:
                listed = patrol_file.put(write, text, _key(write.connection, estate) or FIRST)
            say("✓ 路线已更换，手机下次同步时收到", "the routes are changed; phones get them with the next sync")
        else:
            with store.read() as connection:
                listed = patrols.routes(connection, _key(connection, estate))
    for route in listed:
        times = " ".join(_window(*one) for one in route.windows)
        echo(f"{route.name}\t{times}\t{route.owner}")
        for point in route.points:
            echo(f"\t{point.tag}\t{point.name}")


@patrol.command()
def report(
    days: Annotated[int, typer.Option(help="最近几天 of the last days", min=1, max=400)] = 30,
    estate: Annotated[str | None, typer.Option(help=WHICH)] = None,
) -> None:
    """各路线：应巡、已巡、迟、漏、平均间隔、缺陷。Points owed and done, late, missed, mean interval, defects (I5)."""
    with opened_store() as store, store.read() as connection:
        now = store.now()
        first = china_day(now) - timedelta(days=days - 1)
        found = rounds_of(connection, patrols.routes(connection, _key(connection, estate)), first, now)
        for route, listed, defects, closed in found:
            one = figures(listed)
            between = "—" if one.between is None else f"{one.between // 1000}s"
            echo(
                f"{route.name}: 应巡 owed {one.owed}, 已巡 done {one.done}, 迟 late {one.late}, "
                f"说明未巡 skipped {one.skipped}, 漏 missed {one.missed}, 走不到 too fast {one.hurried}, "
                f"平均间隔 mean interval {between}, 缺陷 defects {defects}, 已完 closed {closed}"
            )


def _key(connection: Any, estate: str | None) -> str | None:
    return None if estate is None else estates.called(connection, estate, None).key


def _window(begins: int, ends: int) -> str:
    return f"{begins // 60:02}:{begins % 60:02}-{ends // 60 % 24:02}:{ends % 60:02}"
