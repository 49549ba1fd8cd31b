"""The number of a permit 放行码, large and as a QR code: the gate scans it, or types what it is told (N3)."""

from __future__ import annotations

import flet as ft

from app.actions.cases import CaseView
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.chains.goods import Goods
from app.ui import theme
from app.ui.kit.base import column, quiet, txt
from app.ui.kit.ticket import paper
from app.ui.qr import qr_png
from app.ui.texts import t

_SIDE = 168
"""Pixels of the QR code: read across a counter, and the number stands beside it without scrolling."""


def code_of_permit(view: CaseView) -> list[ft.Control]:
    """Return the number of a permit that can still be used; nothing for anything else."""
    said = view.card.as_(CaseCard)
    number = view.card.number
    if said.chain != Goods.name or not number or said.known.get("used"):
        return []
    picture = ft.Image(
        src=qr_png(number), width=_SIDE, height=_SIDE, fit=ft.BoxFit.CONTAIN, filter_quality=ft.FilterQuality.NONE,
        gapless_playback=True, semantics_label=t("case.permit.qr", code=number),
    )  # fmt: skip
    # White in dark mode too: many scanners cannot read an inverted code.
    qr = ft.Container(picture, bgcolor=ft.Colors.WHITE, border_radius=theme.RADIUS, padding=4)
    letters = txt(
        f"{number[:4]} {number[4:]}", ft.TextThemeStyle.DISPLAY_SMALL, align=ft.TextAlign.CENTER, label=" ".join(number)
    )
    parts = [ft.Row([qr], alignment=ft.MainAxisAlignment.CENTER), letters, quiet(t("case.permit.says"))]
    return [paper([column(parts, gap=8)], id="permit-code")]
