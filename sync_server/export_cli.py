"""Everything that leaves the store as files, at the command line."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from sync_server.console import WHICH, named, opened_store, say, stop
from sync_server.settings import Settings
from sync_server.store.estate import estates
from sync_server.store.subjects.case import exports as requests

export = typer.Typer(
    help="导出：全部数据表，一户的档案。Files for others: all tables, one household's archive.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@export.command()
def tables(
    out: Annotated[Path, typer.Argument(help="要写的文件夹或 .zip 文件 the folder or .zip file to write")],
    estate: Annotated[str, typer.Option(help=f"{WHICH}；不写则全公司 without it, the whole company")] = "",
) -> None:
    """把全部数据表导出为 CSV，附数据字典；内容和数据库一样机密。Write all tables as CSV with a dictionary."""
    from sync_server.exports import tables as writing

    with opened_store() as store:
        key, name = None, ""
        if estate:
            with store.read() as connection, named(f"没有小区 {estate}", f"No estate {estate}"):
                found = estates.called(connection, estate)
            key, name = found.key, found.name
        try:
            done = writing.write(store, out, key, name)
        except writing.AlreadyThere as there:
            raise stop(f"{out} 已经存在", f"{out} is there already", 2) from there
        except OSError as error:
            raise stop(f"{out} 写不了：{error.strerror}", f"{out} can't be written: {error.strerror}") from error
    say(f"✓ {done.tables} 张表，{done.rows} 行 → {out}", f"{done.tables} tables, {done.rows} rows")
    say(
        "里面有住户的姓名、电话和证件号码，请像数据库一样保管",
        "it holds names, telephones and identity numbers: keep it as safe as the database",
    )


@export.command()
def household(
    household_id: Annotated[str, typer.Argument(help="住户 id the household's id")],
    out: Annotated[Path, typer.Argument(help="要写的 .zip 文件 the .zip file to write")],
    request: Annotated[str, typer.Option(help="已批准的申请：编号或 id the approved request: its number or id")],
) -> None:
    """按已批准的申请导出一户的档案（ZIP），算一次，记为查阅。Write a household's archive by an approved request."""
    from sync_server.exports import household as exporting

    if out.exists():
        raise stop(f"{out} 已经存在", f"{out} is there already", 2)
    settings = Settings()
    lacking = named(f"没有这份申请：{request}", f"No such request for this household: {request}")
    with opened_store() as store, lacking:
        found = requests.request_called(store, household_id, request)
        made = exporting.export(store, household_id, found, None, settings.public_url or "", settings.company)
    try:
        shutil.move(made.path, out)
    except OSError as error:
        made.path.unlink(missing_ok=True)
        raise stop(f"{out} 写不了：{error.strerror}", f"{out} can't be written: {error.strerror}") from error
    say(f"✓ {made.records} 条记录，{made.files} 个文件 → {out}", f"{made.records} records, {made.files} files")
