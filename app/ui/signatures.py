"""Stored signatures: the handwriting as a picture, and whether it still fits what the record says."""

from __future__ import annotations

import json
from typing import Final

import flet as ft

from app.actions import Session
from app.domain.rules.copies import copy_address, has_copy
from app.domain.subjects.signing import SIGNATURE_BROKEN, SIGNATURE_CHANGED, SIGNATURE_INTACT, Verdict
from app.domain.wire.entries import Entry
from app.domain.wire.strokes import read_drawing
from app.domain.writing.join_codes import only_here
from app.ui import theme
from app.ui.context import use_ui
from app.ui.kit.base import body, flow, quiet, row, tag
from app.ui.kit.buttons import small_button
from app.ui.kit.notices import notice, use_sheet
from app.ui.kit.ticket import stamp_badge
from app.ui.qr import qr_png
from app.ui.signing_pad import signature_picture
from app.ui.texts import t

QR_SIDE: Final = 280.0
"""Greatest side of the code in px: another phone reads it at arm's length."""
_BADGES: Final = {SIGNATURE_INTACT: "intact", SIGNATURE_CHANGED: "changed", SIGNATURE_BROKEN: "broken"}


def signature_badge(verdict: Verdict | None) -> list[ft.Control]:
    """Return the stamp of a signature's verdict (签名有效, 签后有更改), or a word that its handwriting is not here
    yet."""
    if verdict is None:
        return []
    badge = _BADGES.get(verdict.standing)
    if badge is None:
        return [quiet(t("ticket.picture_missing"))]
    return [flow([stamp_badge(badge, id=f"stamp-{badge}")])]


def drawn_signature(entry: Entry, session: Session, height: float = 72, id: str | None = None) -> list[ft.Control]:
    """Return the picture of a stored signature, and for who gets a copy the button that shows its code; nothing while
    its strokes are not on this phone."""
    data = session.strokes(entry)
    if data is None:
        return []
    strokes, width, tall = read_drawing(json.loads(data))
    name = str(entry.body.get("name") or "")
    picture = signature_picture(strokes, width, tall, name=name, height=height, id=id)
    return [picture, ResidentCopy(entry, id=f"{id or 'signature'}-copy")] if has_copy(entry) else [picture]


@ft.component
def ResidentCopy(entry: Entry, id: str) -> ft.Control:
    """Draw the button that shows a resident the code of their copy 住户留底, also without a network."""
    ui = use_ui()
    opened, set_opened = ft.use_state(False)

    def inside() -> list[ft.Control]:
        address = copy_address(ui.session.profile.server_url, entry)
        side = min(QR_SIDE, float(ft.context.page.width or 390) - 2 * theme.EDGE - 24)
        picture = ft.Image(
            src=qr_png(address),
            width=side,
            height=side,
            fit=ft.BoxFit.CONTAIN,
            filter_quality=ft.FilterQuality.NONE,
            gapless_playback=True,
            semantics_label=t("signing.copy.qr", name=str(entry.body.get("name") or "")),
        )
        # White in dark mode too: many scanners cannot read an inverted code.
        code = ft.Container(picture, bgcolor=ft.Colors.WHITE, border_radius=theme.RADIUS, padding=4)
        found: list[ft.Control] = [
            row([tag("copy-qr", code)], alignment=ft.MainAxisAlignment.CENTER),
            body(t("signing.copy.says")),
        ]
        if only_here(address):
            found.append(notice(t("join.desk.only_here"), kept=t("join.desk.only_here_says"), id="copy-only-here"))
        elif not entry.received_at:
            found.append(notice(t("signing.copy.unsent"), kept=t("signing.copy.unsent_says"), id="copy-unsent"))
        return found

    use_sheet(opened, t("signing.copy.heading"), inside, lambda: set_opened(False), id="copy-sheet")
    return small_button(
        id, t("signing.copy.button"), lambda: set_opened(True), icon=ft.Icons.QR_CODE_2_ROUNDED, tone="text"
    )
