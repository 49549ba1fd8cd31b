"""Forms the office writes, at the command line: checking, publishing, listing, withdrawing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.domain.times import to_china
from sync_server.console import WHICH, echo, named, opened_store, say, stop
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
