"""Stored signatures: the handwriting as a picture, whether it still fits what the record says, and the resident's copy
of what was signed."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Final

import flet as ft

from app.actions import Session
from app.domain.rules.copies import copy_address, copy_link, has_copy
from app.domain.subjects.signing import SIGNATURE_BROKEN, SIGNATURE_CHANGED, SIGNATURE_INTACT, Verdict
from app.domain.times import DAY
from app.domain.wire.entries import Entry
from app.domain.wire.strokes import read_drawing
from app.domain.writing.join_codes import only_here
from app.ui import theme
from app.ui.context import use_ui
from app.ui.kit.base import body, flow, quiet, row, tag
from app.ui.kit.buttons import small_button
from app.ui.kit.lists import group, list_row
from app.ui.kit.notices import notice, use_sheet
from app.ui.kit.ticket import stamp_badge
from app.ui.qr import qr_png
from app.ui.signing_pad import signature_picture
from app.ui.texts import moment_text, t

log = logging.getLogger(__name__)

QR_SIDE: Final = 280.0
"""Greatest side of the code in px: another phone reads it at arm's length."""
SENT, COPIED, NEITHER = "sent", "copied", "neither"
"""What became of words that were to be sent."""
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


def copies_of(signed: Iterable[Entry], now: int) -> list[ft.Control]:
    """Return the codes of the copies of what residents signed within the last day, the last signature first: for the
    top of a page on which the signatures themselves stand far below."""
    fresh = {one.id: one for one in signed if has_copy(one) and now - one.at < DAY}
    if not fresh:
        return []
    last_first = sorted(fresh.values(), key=lambda one: one.at, reverse=True)
    rows: list[ft.Control] = [
        ResidentCopy(one, id=f"copy-of-{one.id}", now=now, key=one.id)  # type: ignore[call-arg]
        for one in last_first
    ]
    return [group(t("signing.copy.button"), rows, id="copies")]


async def send(words: str) -> str:
    """Hand words to the device's own way of sending; where it has none, put them on the clipboard. Return what came
    of it: ``sent``, ``copied``, or ``neither``."""
    # Neither a mail nor a file of our own making where the browser shares nothing: nobody asked for one.
    try:
        await ft.Share().share_text(words, download_fallback_enabled=False, mail_to_fallback_enabled=False)
        return SENT
    except (RuntimeError, TimeoutError) as error:
        log.info("this device shares nothing: %s", error)
    try:
        await ft.Clipboard().set(words)
        return COPIED
    except (RuntimeError, TimeoutError) as error:
        log.info("nothing can be copied here: %s", error)
        return NEITHER


@ft.component
def ResidentCopy(entry: Entry, id: str, now: int = 0) -> ft.Control:
    """Draw the button that shows a resident the code of their copy 住户留底, also without a network; with ``now`` a row
    that says whose it is and when they signed."""
    ui = use_ui()
    opened, set_opened = ft.use_state(False)
    told, set_told = ft.use_state("")
    server, name = ui.session.profile.server_url, str(entry.body.get("name") or "")

    async def pass_on() -> None:
        set_told(await send(t("signing.copy.message", link=copy_link(server, entry))))

    def close() -> None:
        set_opened(False)
        set_told("")

    def inside() -> list[ft.Control]:
        address = copy_address(server, entry)
        side = min(QR_SIDE, float(ft.context.page.width or 390) - 2 * theme.EDGE - 24)
        picture = ft.Image(
            src=qr_png(address),
            width=side,
            height=side,
            fit=ft.BoxFit.CONTAIN,
            filter_quality=ft.FilterQuality.NONE,
            gapless_playback=True,
            semantics_label=t("signing.copy.qr", name=name),
        )
        # White in dark mode too: many scanners cannot read an inverted code.
        code = ft.Container(picture, bgcolor=ft.Colors.WHITE, border_radius=theme.RADIUS, padding=4)
        found: list[ft.Control] = [
            row([tag("copy-qr", code)], alignment=ft.MainAxisAlignment.CENTER),
            body(t("signing.copy.says")),
        ]
        if only_here(address):
            found.append(notice(t("join.desk.only_here"), kept=t("join.desk.only_here_says"), id="copy-only-here"))
            return found
        if not entry.received_at:
            found.append(notice(t("signing.copy.unsent"), kept=t("signing.copy.unsent_says"), id="copy-unsent"))
        if told in (COPIED, NEITHER):
            tone = "good" if told == COPIED else "amber"
            says = t(f"signing.copy.{told}_says")
            found.append(notice(t(f"signing.copy.{told}"), kept=says, tone=tone, id=f"copy-{told}"))
        else:
            found.append(small_button("copy-send", t("signing.copy.send"), pass_on, icon=ft.Icons.SEND_ROUNDED))
        return found

    use_sheet(opened, t("signing.copy.heading"), inside, close, id="copy-sheet")
    mark = ft.Icons.QR_CODE_2_ROUNDED
    if now:
        when = moment_text(entry.at, now)
        return list_row(id, name or t("signing.copy.button"), lambda: set_opened(True), sub=when, leading=mark)
    return small_button(id, t("signing.copy.button"), lambda: set_opened(True), icon=mark, tone="text")
