"""请更新 (please update): this app is too old for its server. No data is lost meanwhile, no open form interrupted."""

from __future__ import annotations

import flet as ft

from app.actions.models import SyncStatus
from app.device.update import start_newer
from app.domain.wire.errors import UPDATE_NEEDED
from app.ui.context import Ui
from app.ui.kit.notices import notice
from app.ui.texts import t


def update_needed(status: SyncStatus) -> bool:
    """Whether the server no longer syncs with this version."""
    return status.problem is not None and status.problem.kind is UPDATE_NEEDED


def update_notice(ui: Ui, status: SyncStatus) -> list[ft.Control]:
    """Return the notice with a button to update, or [] when no update is needed."""
    if not update_needed(status):
        return []

    left = status.waiting + status.refused

    async def update() -> None:
        if ui.forms.kept():
            ui.toast(t("shell.update.form_open"), worry=True)
            return
        await ui.phone.settled()
        if not await start_newer():
            ui.toast(t("shell.update.not_yet"), worry=True)

    return [
        notice(
            t("shell.update.heading"),
            kept=t("shell.update.kept", n=left) if left else t("shell.update.kept_clean"),
            act=(t("shell.update.act"), update),
            id="update",
        )
    ]
