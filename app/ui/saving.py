"""Saving a file that the server makes: a round list, a register, a report, labels."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.domain.wire.errors import NO_NETWORK, Problem
from app.ui.context import Ui


async def save_from_server(
    ui: Ui,
    making: Awaitable[bytes],
    *,
    heading: str,
    name: str,
    offline: str = "",
    saved: Callable[[str | None], str],
) -> None:
    """Let the server make a file, ask where to save it, and say so.

    ``offline``: what is said without a network instead of the problem's own words; ``saved``: what is said afterwards,
    given where it is (``None`` where the browser has put it among its downloads).
    """
    try:
        data = await making
    except Problem as problem:
        if offline and problem.kind is NO_NETWORK:
            ui.toast(offline, worry=True)
        else:
            ui.tell(problem)
        return
    ui.toast(saved(await ft.FilePicker().save_file(dialog_title=heading, file_name=name, src_bytes=data)))
