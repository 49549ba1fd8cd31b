"""Storage on this device: how much is used and left, whether the browser may evict the data; and the warnings."""

from __future__ import annotations

import flet as ft

from app.actions.models import SyncStatus
from app.ui.context import Ui
from app.ui.kit.base import tag, txt
from app.ui.kit.buttons import small_button
from app.ui.kit.money import facts
from app.ui.kit.notices import notice
from app.ui.kit.ticket import paper
from app.ui.texts import t


def low_room(ui: Ui) -> list[ft.Control]:
    """Return the notice that storage is running low, or [] when it is not."""
    room = ui.room
    if room is None or not room.low:
        return []
    return [notice(t("storage.room.low", left=size_text(room.left)), kept=t("storage.room.low_do"), id="room-low")]


def unsent_at_risk(ui: Ui, status: SyncStatus) -> list[ft.Control]:
    """Return the notice that unsent work is where the browser may evict it, or [] when none is."""
    if ui.room is None or not ui.room.may_evict or not (status.waiting or status.blobs_waiting):
        return []
    return [notice(t("storage.room.unsent_evictable"), id="unsent-at-risk")]


def room_paper(ui: Ui) -> list[ft.Control]:
    """Draw the part of 我的 (me) about storage; [] before the first check."""
    room = ui.room
    if room is None:
        return []

    async def ask() -> None:
        kept = await ui.ask_to_keep()
        ui.toast(t("storage.room.asked_yes" if kept else "storage.room.asked_no"), worry=not kept)

    lines = [
        (t("storage.room.used"), size_text(room.used)),
        (t("storage.room.left"), size_text(room.left)),
        (t("storage.room.keep"), t("storage.room.evictable" if room.may_evict else "storage.room.kept")),
    ]
    inside: list[ft.Control] = [txt(t("storage.room.heading"), ft.TextThemeStyle.TITLE_SMALL), facts(lines)]
    if room.may_evict:
        inside.append(small_button("ask-to-keep", t("storage.room.ask"), ask))
    return [tag("room", paper(inside))]


def size_text(count: int) -> str:
    """Return a number of bytes as people write it: "3.2 MB", "45 MB", "1.5 GB"."""
    mega = count / 1_000_000
    return f"{mega / 1000:.1f} GB" if mega >= 1000 else f"{mega:.0f} MB" if mega >= 10 else f"{mega:.1f} MB"
