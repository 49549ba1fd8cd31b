"""The progress of a long pull: a line that is redrawn alone, without anything around it (docs/decisions.md 67)."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.actions.models import SyncStatus
from app.domain.wire.errors import WIFI_SIGN_IN
from app.sync.long_pull import Pull
from app.ui.context import use_pull
from app.ui.kit.base import column, quiet, tag
from app.ui.screens.today.parts import SyncLine
from app.ui.texts import t


@ft.component
def PullLine(status: SyncStatus, on_tap: Callable[[], object]) -> ft.Control:
    """Draw the progress of the first pull or of a later long one; otherwise the muted line about sync (`SyncLine`)."""
    pull = use_pull()
    if pull is None and status.first_pull_done:
        return SyncLine(status, on_tap)
    if pull is None and status.problem is not None:
        wifi = status.problem.kind is WIFI_SIGN_IN
        says = t("shell.first_pull.wifi" if wifi else "shell.first_pull.no_network")
    else:
        says = t("shell.pull.running" if status.first_pull_done else "shell.first_pull.running")
    shown: list[ft.Control] = [quiet(says)]
    if pull is not None and pull.total:
        # Never a bar that is animated: each of its frames costs a slow phone time that the pull needs.
        bar = ft.ProgressBar(value=pull.done / pull.total, color=ft.Colors.PRIMARY, bar_height=4, border_radius=2)
        shown += [bar, quiet(t("shell.pull.of", done=f"{pull.done:,}", total=f"{pull.total:,}"))]
    elif pull is not None and pull.done:
        shown.append(quiet(t("shell.pull.so_far", done=f"{pull.done:,}")))
    return tag(
        "pulling" if status.first_pull_done else "first-pull",
        ft.Container(column(shown, gap=8), padding=ft.Padding.symmetric(vertical=8)),
        label=_told(says, pull),
        live_region=True,
        exclude_semantics=True,
    )


def _told(says: str, pull: Pull | None) -> str:
    """Return the words a screen reader announces; they change every 25 percent, so that it does not talk constantly."""
    quarters = 4 * pull.done // pull.total if pull is not None and pull.total else 0
    return t("shell.pull.told", says=says, percent=25 * quarters) if quarters else says
