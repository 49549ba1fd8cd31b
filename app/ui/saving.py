"""Saving a file that the server makes: a round list, a register, a report, labels."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.domain.wire.errors import NO_NETWORK, Problem
from app.ui.context import Ui
from app.ui.texts import t


async def save_from_server(
    ui: Ui,
    making: Awaitable[bytes],
    *,
    heading: str,
    name: str,
    offline: str = "",
    saved: Callable[[str | None], str] | None = None,
) -> None:
    """Let the server make a file, ask where to save it, and say so.

    ``offline``: what is said without a network instead of the problem's own words; ``saved``: what is said afterwards,
    given where it is (``None`` where the browser has put it among its downloads); without it that the file is saved.
    """
    try:
        data = await making
    except Problem as problem:
        if offline and problem.kind is NO_NETWORK:
            ui.toast(offline, worry=True)
        else:
            ui.tell(problem)
        return
    where = await ft.FilePicker().save_file(dialog_title=heading, file_name=name, src_bytes=data)
    ui.toast((saved or _saved)(where))


def _saved(where: str | None) -> str:
    return t("common.file_saved_at", path=where) if where else t("common.file_saved")
