"""What the server's commands share: the store they work on, and how they speak, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import typer

from app.domain.rules.scopes import FIRST
from app.domain.wire.errors import NOT_FOUND, Problem
from sync_server.api import open_store
from sync_server.settings import Settings
from sync_server.store import DatabaseUnusable, Store
from sync_server.store.estate import estates

WHICH: Final = "小区代码或名称，有几个小区时要写 code or name of the estate, where there are several"
"""What ``--estate`` asks for."""


def echo(text: str, err: bool = False) -> None:
    """Print; what a file or a phone said can't steer the administrator's terminal: control characters show as �."""
    typer.echo("".join(c if c.isprintable() or c in "\n\t" else "�" for c in text), err=err)


def say(zh: str, en: str) -> None:
    """Print one line in both languages."""
    echo(f"{zh}  {en}")


def stop(zh: str, en: str, code: int = 1) -> typer.Exit:
    """Print what is wrong, and return what ends the command with ``code``."""
    echo(f"✗ {zh}\n  {en}", err=True)
    return typer.Exit(code)


@contextmanager
def opened_store() -> Iterator[Store]:
    """Open the store of the settings; what goes wrong is told and ends the command."""
    try:
        store = open_store(Settings())
    except DatabaseUnusable as problem:
        raise stop(f"数据库不可用：{problem.shown}", f"The database can't be used: {problem.why}") from problem
    except OSError as error:
        raise stop(
            f"无法使用 {error.filename}：{error.strerror}", f"Can't use {error.filename}: {error.strerror}"
        ) from error
    try:
        yield store
    except Problem as problem:
        raise stop(problem.message("zh"), problem.message("en")) from problem
    finally:
        store.close()


@contextmanager
def named(zh: str, en: str) -> Iterator[None]:
    """Say what there is none of: who runs the server sees everything, so nothing is outside their scope."""
    try:
        yield
    except Problem as problem:
        if problem.kind is not NOT_FOUND:
            raise
        raise stop(zh, en) from problem


def estate_key(store: Store, said: str) -> str:
    """Return the key of the estate that was named; the only one where none was. Stops where it is not clear."""
    here = store.estates()
    if not said and len(here) <= 1:
        return FIRST
    names = "、".join(f"{one.code} {one.name}" for one in here)
    if not said:
        raise stop(
            f"有几个小区，请加 --estate：{names}", f"There are several estates, say which by --estate: {names}", 2
        )
    with store.read() as connection, named(f"没有小区 {said}；有：{names}", f"No estate {said}; there are: {names}"):
        return estates.called(connection, said).key


def own_text(file: Path | None) -> str | None:
    """Return the text of the company's own file; ``None`` without one: the program's own is meant. Stops the command if
    it can't be read."""
    try:
        return file.read_text("utf-8-sig") if file is not None else None
    except (OSError, UnicodeDecodeError) as fault:
        raise stop(f"{file} 读不出来", f"{file} can't be read") from fault


def one_at_a_time(*asked: bool) -> None:
    """Stop the command if more than one of the things that exclude each other is asked for."""
    if sum(asked) > 1:
        raise stop("一次只做一样", "one at a time", 2)
