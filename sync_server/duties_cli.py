"""The calendar of workdays and what is owed, at the command line."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from app.domain.rules.duty_rules import standard_text
from app.domain.rules.workdays import Differs
from app.domain.times import china_day, read_day
from sync_server.console import WHICH, echo, one_at_a_time, opened_store, own_text, say, stop
from sync_server.store import duties as owed
from sync_server.store.estate import calendar as kept
from sync_server.store.estate import estates

calendar = typer.Typer(help="工作日表。The calendar of workdays.", no_args_is_help=True, rich_markup_mode=None)
duties = typer.Typer(rich_markup_mode=None)


@calendar.command()
def show(year: Annotated[int | None, typer.Argument(help="年份 the year; 今年 this year by default")] = None) -> None:
    """列出一年里与平常不同的日子。List the days of a year that differ from Monday to Friday."""
    with opened_store() as store, store.read() as connection:
        known, today = kept.workdays(connection), china_day(store.now())
        lacking = kept.missing(connection, store.now())
    for line in kept.lines_of(known, year or today.year):
        echo("\t".join(line))
    for one in sorted({*lacking, *([year] if year is not None and not known.known(year) else [])}):
        say(f"！没有 {one} 年的表，按周一至周五计算", f"no year {one}: Monday to Friday are taken for it")


@calendar.command()
def fill() -> None:
    """补上已公布而表里没有的年份；改过的年份不动。Fill the years that are known and lack; edited ones stay."""
    with opened_store() as store, store.numbered() as write:
        new = kept.fill(write)
    years = "、".join(map(str, new))
    say(f"✓ 已补 {years}" if new else "✓ 没有要补的年份", f"filled {years}" if new else "nothing to fill")


@calendar.command(name="import")
def import_(file: Annotated[Path, typer.Argument(help="CSV：日期,班或休,节日 a CSV: day, 班 or 休, festival")]) -> None:
    """导入一年或几年，整年替换。Bring in years from a file; each takes the place of the year there is."""
    with opened_store() as store, store.numbered() as write:
        years = kept.read_file(file)
        for year, rows in years.items():
            kept.put(write, year, rows)
    for year, rows in sorted(years.items()):
        say(f"✓ {year} 年 {len(rows)} 天", f"{len(rows)} days of {year}; phones get it with the next sync")


@calendar.command()
def export(year: int, file: Annotated[Path, typer.Argument(help="要写的文件 the file to write (.csv)")]) -> None:
    """把一年写成文件，改好再导入。Write a year to a file, to be edited and imported again."""
    with opened_store() as store, store.read() as connection:
        lines = list(kept.lines_of(kept.workdays(connection), year))
    if not lines:
        raise stop(f"没有 {year} 年的表", f"there is no year {year}")
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    file.write_text(text.getvalue(), "utf-8-sig")
    say(f"✓ {file}", f"{len(lines)} days")


@calendar.command(name="set")
def set_(
    day: Annotated[str, typer.Argument(help="日期 the day, 2027-02-06")],
    word: Annotated[str, typer.Argument(help="班、休 或 平常 work, off or plain")],
    festival: Annotated[str, typer.Argument(help="节日 the festival")] = "",
) -> None:
    """改一天。Change one day."""
    found = read_day(day)
    if found is None:
        raise stop(f"「{day}」不是日期，请写成 2027-02-06", f"{day!r} is no day, write it like 2027-02-06", 2)
    words = {"班": True, "work": True, "休": False, "off": False}
    if word not in (*words, "平常", "plain"):
        raise stop("要写 班、休 或 平常", "say work, off or plain", 2)
    with opened_store() as store, store.numbered() as write:
        kept.put_day(write, found, Differs(words[word], festival) if word in words else None)
    say(f"✓ {day} {word} {festival}", "phones get it with the next sync")


@duties.callback(invoke_without_command=True)
def listed_(
    context: typer.Context,
    month: Annotated[str, typer.Option(help="月份 the month, 2026-11")] = "",
    estate: Annotated[str | None, typer.Option(help=WHICH)] = None,
) -> None:
    """应办的事：--month 列出一个月谁欠什么。What is owed: --month lists who owes what in a month, and counts it."""
    if context.invoked_subcommand is not None:
        return
    if not month:
        raise stop("请写月份：--month 2026-11", "say the month: --month 2026-11", 2)
    with opened_store() as store, store.read() as connection:
        key = None if estate is None else estates.called(connection, estate, None).key
        listed = owed.of_month(connection, None, store.now(), month, key)
    for row in listed:
        late = (" 补录" + (" withdrawn" if row["withdrawn"] else "")) if row["late_entry"] else ""
        echo(f"{row['standing']} {row['why']} {row['address']} {row['owner_name'] or '无人负责 nobody'}{late}")
    for one in owed.figures(listed, "owner_name", "why"):
        words = " ".join(f"{name} {one[name]}" for name in owed.STANDINGS)
        echo(f"{one['owner_name'] or '无人负责 nobody'} {one['why']}: {words}; 补录 {one['late_entries']}")


@duties.command()
def rules(
    file: Annotated[Path | None, typer.Argument(help="公司自己的规则 the company's own rules (.toml)")] = None,
    write: Annotated[Path | None, typer.Option(help="写出现行规则 write those in force to a file")] = None,
    standard: Annotated[bool, typer.Option(help="恢复程序自带的规则 go back to the program's own")] = False,
) -> None:
    """查看或更换规则。Show or change the rules of what is owed."""
    one_at_a_time(file is not None, write is not None, standard)
    with opened_store() as store:
        if file is not None or standard:
            text = own_text(file)
            with store.numbered() as writing:
                kept.put_rules(writing, text)
            say("✓ 规则已更换，手机下次同步时收到", "the rules are changed; phones get them with the next sync")
            return
        with store.read() as connection:
            text = kept.rules_text(connection)
    if write is None:
        echo(text or standard_text())
    else:
        write.write_text(text or standard_text(), "utf-8")
        say(f"✓ {write}", "edit it, then: duties rules FILE")
