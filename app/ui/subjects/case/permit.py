"""The number of a permit 放行码, large and as a QR code: the gate scans it, or types what it is told (N3); that it was
used; and what the household owes, for whoever issues one (N4)."""

from __future__ import annotations

import flet as ft

from app.actions import Session
from app.actions.cases import CaseView
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.chains import chain_of
from app.domain.subjects.case.chains.goods import RELEASED, Goods
from app.domain.writing.money import decimal_yuan
from app.ui import theme
from app.ui.kit.base import column, quiet, txt
from app.ui.kit.notices import notice
from app.ui.kit.ticket import paper
from app.ui.qr import qr_png
from app.ui.texts import moment_text, t

_SIDE = 168
"""Pixels of the QR code: read across a counter, and the number stands beside it without scrolling."""


def arrears_of(session: Session, chain: object, household_id: str | None) -> list[ft.Control]:
    """Return what a household owes, beside a form whose chain tells it, for whoever may see it: never at the gate."""
    owed = session.owes(household_id) if chain_of(chain).tells_arrears else None
    if owed is None:
        return []
    yuan = decimal_yuan(owed.fen)
    words = (
        t("case.permit.arrears", day=owed.day, yuan=yuan) if owed.day else t("case.permit.arrears_undated", yuan=yuan)
    )
    return [notice(words, kept=t("case.permit.arrears_says"), id="arrears", mark=ft.Icons.PAYMENTS_OUTLINED)]


def code_of_permit(view: CaseView, now: int) -> list[ft.Control]:
    """Return the number of a permit that can still be used, or that it was used: the gate lets nothing out on it again
    (N2). Nothing for anything else."""
    said = view.card.as_(CaseCard)
    number = view.card.number
    if said.chain != Goods.name or not number:
        return []
    if said.known.get("used"):
        out = [one.entry.at for one in view.state.filled if one.body.get("step") == RELEASED]
        at = out[0] if out else view.state.matched.at if view.state.matched is not None else None
        when = moment_text(at, now)
        return [notice(t("case.permit.used"), kept=t("case.permit.used_says", when=when), tone="red", id="permit-used")]
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
