"""More frequent syncs for screens on which somebody is waiting for somebody else."""

from __future__ import annotations

import asyncio
from typing import Final

import flet as ft

from app.ui.context import Ui

NEWS_S: Final = 10
"""Seconds between two syncs: a caller, or a resident at the door, does not wait for the usual round of sync."""


def use_news(ui: Ui, path: str, wanted: bool = True) -> None:
    """Hook: while `path` is on the screen and `wanted`, sync runs every `NEWS_S` seconds."""
    running: ft.MutableRef[asyncio.Task[None]] = ft.use_ref()

    async def look() -> None:
        while True:
            # Without a network, the sync engine decides when to try again; a server that tells needs no asking.
            here = ui.signed_in and ui.router.path == path
            if here and not ui.session.hears_at_once and ui.session.sync_status().problem is None:
                await ui.session.sync_now()
            await asyncio.sleep(NEWS_S)

    def start() -> None:
        if wanted:
            running.current = asyncio.get_running_loop().create_task(look())

    def end() -> None:
        if running.current is not None:
            running.current.cancel()

    ft.use_effect(start, [path, wanted], end)
