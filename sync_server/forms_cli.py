"""Forms the office writes, at the command line: checking, publishing, withdrawing; registers out and in."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.domain.times import read_day, to_china
from sync_server.console import WHICH, echo, estate_key, named, opened_store, say, stop
from sync_server.settings import Settings
from sync_server.store import Store
from sync_server.store.estate import estates, published_forms

if TYPE_CHECKING:
    from sync_server.forms import Compiled

form = typer.Typer(help="办公室自己写的表单。Forms the office writes.", no_args_is_help=True, rich_markup_mode=None)
_FILE = Annotated[
    Path,
    typer.Argument(
        help="表单文件 the form (.xlsx, .md); 同目录的 CSV 和图片一起读 with the CSV and pictures beside it"
    ),
]
_BESIDE = (".csv", ".png", ".jpg", ".jpeg", ".webp")
_ESTATE = Annotated[str, typer.Option(help=f"{WHICH}；不写则全公司 without it, for the whole company")]
_ENDED = {published_forms.REPLACED: "已替换 replaced", published_forms.WITHDRAWN: "已停用 withdrawn"}


@form.command()
def check(file: _FILE) -> None:
    """检查表单，不发布。Tell everything that is wrong with a form; nothing is published."""
    compiled = _compiled(file)
    questions = 0 if compiled.form is None else len(compiled.form.all) - 1
    say(f"✓ 可以发布，{questions} 道题", f"can be published, {questions} questions")


@form.command()
def publish(file: _FILE, estate: _ESTATE = "") -> None:
    """发布表单，替换在用的版本；手机下次同步时收到。Publish a form in place of its version in force."""
    compiled = _compiled(file)
    if compiled.definition is None or compiled.form is None:
        raise typer.Exit(1)
    with opened_store() as store:
        key = _key(store, estate)
        with store.numbered() as write:
            done = published_forms.publish(write, compiled.definition, compiled.form, key, None)
    say(f"✓ 已发布 {done.form_id} {done.version}", "published; phones get it with the next sync")


@form.command(name="list")
def list_() -> None:
    """列出发布过的表单。List what was published, the newest first."""
    with opened_store() as store, store.read() as connection:
        names = {one.key: one.name for one in estates.every(connection)}
        for one in published_forms.listed(connection):
            where = "全公司 company" if one.estate_key is None else names.get(one.estate_key, one.estate_key)
            title = next(iter(one.title.values()), "")
            state = _ENDED.get(one.ended, "在用 in force")
            echo(
                f"{one.form_id}\t{one.version}\t{title}\t{where}\t{to_china(one.published_at):%Y-%m-%d %H:%M}\t{state}"
            )


@form.command()
def withdraw(
    form_id: Annotated[str, typer.Argument(help="表单编号 the form's id")],
    estate: _ESTATE = "",
) -> None:
    """停用表单；填过的都在。Withdraw a form: nobody begins it any more, and what was filled stays."""
    with opened_store() as store:
        key = _key(store, estate)
        lacking = named(
            f"没有在用的表单 {form_id}；form list 列出表单", f"No form {form_id} is in force; form list names them"
        )
        with lacking, store.numbered() as write:
            published_forms.withdraw(write, form_id, key, None)
    say(f"✓ 已停用 {form_id}", "withdrawn; what was filled stays")


@form.command()
def export(
    form_id: Annotated[str, typer.Argument(help="表单编号 the form's id")],
    file: Annotated[Path, typer.Argument(help="要写的文件 the file to write (.xlsx)")],
    first: Annotated[str, typer.Option("--from", help="从哪一天 the first day, YYYY-MM-DD")] = "",
    last: Annotated[str, typer.Option("--to", help="到哪一天 the last day")] = "",
    estate: _ESTATE = "",
    private: Annotated[bool, typer.Option(help="证件号码不遮盖 identity numbers as they are")] = False,
) -> None:
    """导出登记表为 Excel。Write a register as an Excel workbook."""
    from sync_server.answers import gathering, to_excel
    from sync_server.store.answers.reading import Wanted

    days = _day(first), _day(last)
    with opened_store() as store:
        key = _key(store, estate)
        wanted = Wanted(form_id, *days, None if key is None else (key,))
        lacking = named(f"没有表单 {form_id}；form list 列出表单", f"No form {form_id}; form list names them")
        with lacking, store.read() as connection:
            register = gathering.gather(connection, None, wanted, whole=private)
    try:
        to_excel.write(file, register, Settings().public_url)
    except OSError as error:
        raise stop(f"{file} 写不了：{error.strerror}", f"{file} can't be written: {error.strerror}") from error
    say(f"✓ {len(register.filled)} 份 → {file}", f"{len(register.filled)} filled forms")


@form.command(name="import")
def import_(
    form_id: Annotated[str, typer.Argument(help="表单编号 the form's id")],
    file: Annotated[Path, typer.Argument(help="登记表 the register (.xlsx, .xls, .ods, .csv)")],
    estate: Annotated[str, typer.Option(help=WHICH)] = "",
    check: Annotated[bool, typer.Option("--check", help="只检查，不写入 check only, write nothing")] = False,
) -> None:
    """从 Excel 导入登记表：有一处不对就什么都不写。Fill in a form for each row; nothing is written if one is wrong."""
    from sync_server.answers import from_excel
    from sync_server.estate.faults import WorkbookFaults
    from sync_server.register.grids import Unreadable

    try:
        content = file.read_bytes()
    except OSError as fault:
        raise stop(f"{file} 读不出来", f"{file} can't be read") from fault
    with opened_store() as store:
        key = estate_key(store, estate)
        lacking = named(f"没有在用的表单 {form_id}", f"No form {form_id} is in force")
        try:
            with lacking:
                report = from_excel.bring_in(store, form_id, content, key, check_only=check)
        except Unreadable as told:
            raise stop(told.zh, told.en) from told
        except WorkbookFaults as told:
            for one in told.faults:
                echo(f"✗ {one.where[0]} {one.zh}\n  {one.where[1]}: {one.en}", err=True)
            number = len(told.faults)
            raise stop(f"{number} 处不对，什么都没有写", f"{number} faults, nothing was written") from told
    for one in report.notices:
        echo(f"！{one.where[0]} {one.zh}\n  {one.where[1]}: {one.en}")
    new, old = report.written, report.there
    if check:
        say(f"✓ 可以导入：新 {new} 行，已有 {old} 行", f"can be brought in: {new} new rows, {old} there already")
    else:
        say(f"✓ 导入 {new} 行，已有 {old} 行", f"{new} rows brought in, {old} were there already")


def _day(said: str) -> date | None:
    found = read_day(said) if said else None
    if said and found is None:
        raise stop(f"「{said}」不是日期，应为 2026-11-29", f"{said!r} is no day like 2026-11-29", 2)
    return found


def _compiled(file: Path) -> Compiled:
    """Return what came of a file; every fault is told, and one that is refused ends the command."""
    try:
        content = file.read_bytes()
        beside = {
            one.name: one.read_bytes()
            for one in sorted(file.parent.iterdir())
            if one.suffix.lower() in _BESIDE and one != file and one.is_file()
        }
    except OSError as fault:
        raise stop(f"{file} 读不出来", f"{file} can't be read") from fault
    from sync_server.forms import compile_form  # takes most of a second to load: no other command waits for it

    compiled = compile_form(file.name, content, beside)
    for fault_ in compiled.faults:
        echo(f"{'✗' if fault_.refused else '！'} {fault_.line('zh')}\n  {fault_.line('en')}", err=fault_.refused)
    if compiled.definition is None:
        number = sum(one.refused for one in compiled.faults)
        raise stop(f"{number} 处要改，没有发布", f"{number} to be changed, nothing was published")
    return compiled


def _key(store: Store, said: str) -> str | None:
    if not said:
        return None
    with store.read() as connection, named(f"没有小区 {said}", f"No estate {said}"):
        return estates.called(connection, said).key
