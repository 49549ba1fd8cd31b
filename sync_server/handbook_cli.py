"""The handbook 应知应会 at the command line: checking, publishing, listing, withdrawing pages; who has not read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.domain.rules.handbook import to_read
from app.domain.times import to_china
from sync_server.console import WHICH, echo, named, opened_store, say, stop
from sync_server.handbook import Compiled, File, as_files, compile_files
from sync_server.store import Store
from sync_server.store.estate import estates
from sync_server.store.estate import handbook as pages
from sync_server.store.subjects.reading import reads

handbook = typer.Typer(help="应知应会。The handbook.", no_args_is_help=True, rich_markup_mode=None)
_FILES = Annotated[
    list[Path],
    typer.Argument(
        help="页面（.md、.xlsx）或文件夹 pages, or folders with them; en/ 里的是英文 those in en/ are English"
    ),
]
_ESTATE = Annotated[str, typer.Option(help=f"{WHICH}；不写则全公司 without it, for the whole company")]
_READ: tuple[str, ...] = (".md", ".xlsx", ".xlsm", ".xls", ".ods")
_DONE = {pages.NEW: "新 new", pages.CHANGED: "更新 changed", pages.SAME: "不变 as before"}


@handbook.command()
def check(files: _FILES, estate: _ESTATE = "") -> None:
    """检查页面，不发布。Tell everything that is wrong with pages; nothing is published."""
    with opened_store() as store:
        compiled = _compiled(store, files, _key(store, estate))
    say(f"✓ 可以发布，{len(compiled.pages)} 页", f"can be published, {len(compiled.pages)} pages")


@handbook.command()
def publish(files: _FILES, estate: _ESTATE = "") -> None:
    """发布页面；有一处不对就什么都不发布。Publish pages; nothing is published if anything is wrong."""
    with opened_store() as store:
        key = _key(store, estate)
        compiled = _compiled(store, files, key)
        with store.numbered() as write:
            done = pages.publish(write, compiled.pages, key, None)
    for one in done:
        echo(f"{one.page}\t{one.version}\t{next(iter(one.title.values()), '')}\t{_DONE[one.what]}")
    changed = sum(one.what != pages.SAME for one in done)
    say(f"✓ 已发布 {changed} 页，{len(done) - changed} 页不变", f"{changed} published, {len(done) - changed} as before")


@handbook.command(name="list")
def list_() -> None:
    """列出页面和版本。List the pages with their versions."""
    with opened_store() as store, store.read() as connection:
        names = {one.key: one.name for one in estates.every(connection)}
        for one in pages.listed(connection):
            where = "全公司 company" if one.estate_key is None else names.get(one.estate_key, one.estate_key)
            last = one.versions[0]
            state = "已停用 withdrawn" if one.ended else "在用 in force"
            when = f"{to_china(last.published_at):%Y-%m-%d %H:%M}"
            echo(f"{one.page}\t{one.title.get('zh') or one.page}\t{where}\t{last.version}\t{when}\t{state}")


@handbook.command()
def export(
    folder: Annotated[Path, typer.Argument(help="写到哪个文件夹 the folder to write into")],
    estate: _ESTATE = "",
) -> None:
    """把在用的页面写成 Markdown 文件，改好再发布。Write the pages in force as Markdown files, to be changed."""
    with opened_store() as store:
        key = _key(store, estate)
        with store.read() as connection:
            numbers = {id_: number for number, id_ in pages.people(connection, None).items()}
            files = [one for draft in pages.in_force(connection, key) for one in as_files(draft, numbers)]
    for one in files:
        path = folder / one.name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(one.content)
        except OSError as error:
            raise stop(f"{path} 写不了：{error.strerror}", f"{path} can't be written: {error.strerror}") from error
    say(f"✓ {len(files)} 个文件 → {folder}", f"{len(files)} files")


@handbook.command()
def withdraw(
    page: Annotated[str, typer.Argument(help="页面编号 the page's id")],
    estate: _ESTATE = "",
) -> None:
    """停用一页；各版本都还能看。Withdraw a page; its versions stay readable."""
    with opened_store() as store:
        key = _key(store, estate)
        lacking = named(
            f"没有在用的页面 {page}；handbook list 列出页面", f"No page {page} is in force; handbook list names them"
        )
        with lacking, store.numbered() as write:
            pages.withdraw(write, page, key, None)
    say(f"✓ 已停用 {page}", "withdrawn; its versions stay readable")


@handbook.command()
def unread(estate: Annotated[str, typer.Option(help=WHICH)] = "") -> None:
    """还没有签「已阅」的人。Who has not signed which document as read (T4)."""
    with opened_store() as store:
        key = _key(store, estate)
        with store.read() as connection:
            now = store.now()
            numbers = {id_: number for number, id_ in pages.people(connection, None).items()}
            asked = to_read(pages.pages_at(connection, now), pages.readers(connection), reads(connection, now))
            lacking = [one for one in asked if one.read is None and key in (None, one.estate)]
    for one in lacking:
        late = "\t已过期 late" if one.page.due < now else ""
        due = f"{to_china(one.page.due):%Y-%m-%d}"
        echo(f"{one.page.said('zh')}\t{numbers.get(one.staff_id, one.staff_id)}\t{due}{late}")
    say(f"{len(lacking)} 份没有签", f"{len(lacking)} not signed")


def _compiled(store: Store, paths: Sequence[Path], key: str | None) -> Compiled:
    """Return what came of the files; every fault is told, and ends the command."""
    files = [one for path in paths for one in _files(path)]
    with store.read() as connection:
        people = pages.people(connection, key)
    compiled = compile_files(files, people)
    for fault in compiled.faults:
        echo(f"✗ {fault.said('zh')}\n  {fault.said('en')}", err=True)
    if compiled.faults:
        number = len(compiled.faults)
        raise stop(f"{number} 处要改，什么都没有发布", f"{number} to be changed, nothing was published")
    return compiled


def _files(path: Path) -> list[File]:
    """Return a file, or the files of a folder and of its folders."""
    try:
        if path.is_dir():
            found = sorted(one for one in path.rglob("*") if one.is_file() and one.suffix.lower() in _READ)
            return [File(one.relative_to(path.parent).as_posix(), one.read_bytes()) for one in found]
        return [File("/".join(path.parts[-2:]), path.read_bytes())]
    except OSError as fault:
        raise stop(f"{path} 读不出来", f"{path} can't be read") from fault


def _key(store: Store, said: str) -> str | None:
    if not said:
        return None
    with store.read() as connection, named(f"没有小区 {said}", f"No estate {said}"):
        return estates.called(connection, said).key
