"""扫一扫 (scan): read a tag by the live camera, from a picture, or by its nine typed characters (G.1, G.4).

If a code is no tag of this estate, the screen says what it is (a payment code, another estate's tag, a damaged one) and
offers the other ways: scan again, choose a picture, type.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

import flet as ft

from app.domain.rules.sessions import read_session
from app.domain.subjects.case.chains.goods import is_code
from app.domain.wire.errors import Problem
from app.domain.writing.tags import FOREIGN, LENGTH, UNFINISHED, NoTag, Tag, plain_tag
from app.ui.camera_view import OPEN, camera_frame, use_view
from app.ui.context import Ui, language_code, use_handed, use_ui
from app.ui.custody_words import no_tag_words
from app.ui.kit.base import body, tag
from app.ui.kit.buttons import Action, MainAction, small_button
from app.ui.kit.fields import TextBox
from app.ui.kit.notices import notice
from app.ui.router import Route
from app.ui.scanning import PATH, Wish
from app.ui.subjects.case.paths import WATCHED, path_of
from app.ui.subjects.training.session import ATTEND
from app.ui.texts import t

SLOW_S: Final = 8.0
"""Seconds of scanning without a result until the screen suggests what else to do."""


@ft.component
def ScanScreen() -> ft.Control:
    """Draw the scanning screen. A tag goes to the `Wish` the screen was opened with; without one, its page opens."""
    ui = use_ui()
    handed = use_handed(PATH)
    wish: Wish | None = handed.get("wish")
    typing, set_typing = ft.use_state(not ui.hardware.camera.here)
    typed, set_typed = ft.use_state("")
    said, set_said = ft.use_state(("", "", ""))  # tone, what, what to do

    def seen(text: str) -> None:
        if wish is None and read_session(text) is not None:
            ui.tick()
            ui.replace(ATTEND, code=text)
            return
        found = ui.session.keys.read_tag(text)
        if isinstance(found, NoTag) and wish is None and is_code(text.strip()):
            # A permit for goods (N2): its page says what may leave, or that it was used. What is not here yet can be
            # let out by its code from the list (N3).
            permit = ui.session.cases.permit(text.strip())
            ui.tick()
            if permit is not None:
                ui.replace(path_of(permit.id))
            else:
                ui.replace(WATCHED, query=text.strip())
            return
        if isinstance(found, NoTag):
            set_said(("amber", *no_tag_words(found)))
            return
        if wish is not None and wish.wanted and found.kind not in wish.wanted:
            set_said(("amber", t("scan.other_kind", what=t(f"scan.kind.{found.kind}")), t("scan.other_kind_do")))
            return
        ui.tick()
        _take(ui, wish, found, lambda words: set_said(("good", words, "")))

    view, open_ = use_view(ui, scan=True, on_code=seen)

    def left() -> None:
        if wish is not None:
            wish.left()

    ft.use_effect(lambda: None, [], left)

    async def help_out() -> None:
        await asyncio.sleep(SLOW_S)
        if view.state == OPEN and not view.gone:
            set_said(lambda now: now if now[1] else ("amber", t("scan.slow"), t("scan.slow_do")))

    ft.use_effect(lambda: ui.in_background(help_out()) if view.state == OPEN else None, [view.state])

    async def choose() -> None:
        try:
            data = await ui.hardware.gallery.pick()
            codes = [] if data is None else await ui.hardware.decoder.decode(data)
        except Problem as problem:
            set_said(("red", problem.message(language_code(ui.page)), t("scan.type_instead")))
            return
        if codes:
            seen(codes[0])
        elif data is not None:
            set_said(("amber", t("scan.no_code"), t("scan.no_code_do")))

    panel: list[ft.Control] = []
    if said[1]:
        panel.append(tag("scan-said", notice(said[1], kept=said[2], tone=said[0], id="scan-notice"), live_region=True))
    elif view.state == OPEN and not typing:
        panel.append(body(t("scan.says")))
    if typing:
        panel.append(_typing(ui, typed, set_typed, seen, wish is None))
    ways: list[ft.Control] = [
        small_button("scan-gallery", t("scan.gallery"), choose, icon=ft.Icons.PHOTO_LIBRARY_OUTLINED)
    ]
    if not typing:
        ways.append(
            small_button("scan-type", t("scan.type"), lambda: set_typing(True), icon=ft.Icons.KEYBOARD_OUTLINED)
        )
    panel.append(ft.Row(ways, wrap=True, spacing=12, run_spacing=8, alignment=ft.MainAxisAlignment.CENTER))
    heading = (wish.heading if wish else "") or t("scan.heading")
    return camera_frame(ui, view, open_, heading, panel, id="scan")


def _take(ui: Ui, wish: Wish | None, found: Tag, say: Callable[[str], None]) -> None:
    if wish is None:
        ui.replace(f"/t/{found.code}")
        return
    words = wish.take(found)
    if words is None:
        ui.back()
    else:
        say(words)


def _typing(
    ui: Ui, typed: str, set_typed: Callable[[str], None], seen: Callable[[str], Any], takes_permits: bool
) -> ft.Control:
    """Draw the field for the nine characters printed under the code; they are checked while somebody types."""
    found = ui.session.keys.read_tag(typed) if typed.strip() else NoTag(UNFINISHED)
    plain = plain_tag(typed)
    error: str | None = None
    # What a camera would also take: a session's code that was pasted, the eight digits of a permit (N3).
    session = read_session(typed) is not None or (takes_permits and is_code(typed.strip()))
    if isinstance(found, NoTag) and found.reason != UNFINISHED and not session:
        error = no_tag_words(found)[0] if len(plain) >= LENGTH or found.strange else None
        if found.reason == FOREIGN and len(plain) < LENGTH and not found.strange:
            error = t("scan.first_letter")
    left = LENGTH - len(plain)
    helper = t("scan.left", n=left) if plain and left > 0 else t("scan.example")

    async def go() -> None:
        seen(typed)

    ready = isinstance(found, Tag) or session
    box = TextBox(
        "scan-code", t("scan.field"), typed, set_typed, hint="K7M-2QD-91X", error=error,
        helper=t("scan.complete", code=found.spoken) if isinstance(found, Tag) else helper, autofocus=True,
        on_submit=go if ready else None,
    )  # fmt: skip
    return ft.Column(
        [box, MainAction(Action(t("scan.go"), go, id="scan-go", enabled=ready))],
        spacing=12,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


ROUTES: Final = (Route(PATH, ScanScreen),)
