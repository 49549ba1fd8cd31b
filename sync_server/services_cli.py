"""The services that residents can ask for by the card at their door, and the month's requests, at the command line (X3,
X6)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.domain.times import MINUTE
from sync_server.console import WHICH, echo, one_at_a_time, opened_store, own_text, say
from sync_server.door.services import standard_text
from sync_server.door.words import WORDS
from sync_server.store.estate import estates
from sync_server.store.estate import services as kept
from sync_server.store.on_time import checked
from sync_server.store.subjects.door_figures import of_month


def services(
    file: Annotated[Path | None, typer.Argument(help="公司自己的清单 the company's own list (.toml)")] = None,
    write: Annotated[Path | None, typer.Option(help="写出现行清单 write the one in force to a file")] = None,
    standard: Annotated[bool, typer.Option(help="恢复程序自带的清单 go back to the program's own")] = False,
) -> None:
    """住户扫门牌卡可以点的服务：列出、写出或更换。The services on the page at a door: list, write or change them."""
    one_at_a_time(file is not None, write is not None, standard)
    with opened_store() as store:
        if file is not None or standard:
            text = own_text(file)
            with store.numbered() as writing:
                kept.put_services(writing, text)
            say("✓ 服务清单已更换，页面马上按新的显示", "the services are changed; pages show them from now on")
            return
        with store.read() as connection:
            listed, own = kept.services(connection), kept.services_text(connection)
    if write is not None:
        write.write_text(own or standard_text(), "utf-8")
        say(f"✓ {write}", "edit it, then: services FILE")
        return
    for one in listed:
        where = " ".join(one.estates)
        echo(f"{one.id}\t{one.zh}\t{one.en}\t{where}".rstrip())


def requests(
    month: Annotated[str, typer.Option(help="月份 the month, 2026-11")],
    estate: Annotated[str | None, typer.Option(help=WHICH)] = None,
) -> None:
    """住户扫码的件数和回电快慢，按类别和服务。What residents asked for, and how fast they were called (X6)."""
    with opened_store() as store, store.read() as connection:
        keys = None if estate is None else [estates.called(connection, estate, None).key]
        found = of_month(connection, checked(month), keys)
    for (wanted, service), one in found.items():
        name = one.name or WORDS.get(wanted, (service or wanted,))[0]
        echo(
            f"{name}: 件数 asked {len(one.asked)}, 已回电 called {len(one.answered)}, "
            f"未回电 waiting {len(one.waiting)}, 未办结 open {len(one.open)}, "
            f"无效 none {len(one.none)}, 并入 merged {len(one.repeats)}, "
            f"回电中位 median {_minutes(one.median)}, 九成 90 % within {_minutes(one.within_90)}"
        )


def _minutes(ms: int | None) -> str:
    return "—" if ms is None else f"{-(-ms // MINUTE)} min"


__all__ = ["requests", "services"]
