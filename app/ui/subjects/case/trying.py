"""Trying a form out 试填 before it counts: the page on which people will fill it in, marked as a try-out.

Nothing of it is saved: it has no draft, a photo is only said to be taken, and at the end stands what would have been
saved, who would sign, and what would have been raised.
"""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.actions.cases import lacks, signers
from app.domain.forms import Form
from app.domain.wire.canonical import sha256_hex
from app.ui.context import cloud_of, use_ui
from app.ui.kit.base import column, icon, quiet, row, tag, txt
from app.ui.kit.buttons import Action
from app.ui.kit.long import long_txt
from app.ui.kit.money import section
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.subjects.case.fill import Drawn, progress, short
from app.ui.subjects.case.pen import Pen
from app.ui.subjects.case.removing import use_removing
from app.ui.subjects.case.words import parts, said, signer_word
from app.ui.texts import t

_PHOTO = sha256_hex(b"a photo that was not taken")


@ft.component
def TryForm(form: Form, on_done: Callable[[], object], done_words: str, key: str | None = None) -> ft.Control:
    """Draw a form to be tried out; ``on_done`` follows the look at what would have been saved."""
    ui = use_ui()
    _, set_turn = ft.use_state(0)
    whole, set_whole = ft.use_state(False)
    scroller: ft.MutableRef[ft.Column] = ft.use_ref()
    pen: Pen = ft.use_memo(lambda: Pen(ui.session.cases.tried_out(form)), [form.hash])
    filling = pen.filling
    pen.changed = lambda: set_turn(lambda n: n + 1)
    pen.to_photo = lambda place: pen.answer(place, _PHOTO)

    ask_to_remove = use_removing(pen)
    title = filling.form.said(form.title, pen.speaks) or form.id
    if whole:
        back = Action(t("case.try.again"), lambda: set_whole(False), icon=ft.Icons.EDIT_NOTE)
        done = Action(done_words, on_done, icon=ft.Icons.CHECK_ROUNDED)
        return Scaffold(
            title, [_mark(), *_would_be(pen)], id="try-whole", on_back=lambda: set_whole(False), cloud=cloud_of(ui),
            action=done, second=back,
        )  # fmt: skip
    lacking = lacks(filling)

    async def go_there() -> None:
        pen.ask_all()
        if lacking is not None and scroller.current is not None:
            await scroller.current.scroll_to(scroll_key=lacking[0].path, duration=250)

    drawn = Drawn(pen, {}, "", ask_to_remove)
    body = ft.Column(
        [_mark(), *drawn.inside(filling.root), ft.Container(height=12)],
        ref=scroller, scroll=ft.ScrollMode.AUTO, expand=True, spacing=12,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
    if lacking is not None:
        words = t("case.fill.go", what=short(filling.label(lacking[0], pen.speaks)))
        action = Action(words, go_there, icon=ft.Icons.EDIT_NOTE)
    else:
        action = Action(t("case.try.finish"), lambda: set_whole(True), icon=ft.Icons.CHECK_ROUNDED)
    return Scaffold(
        title, [body], id="try", on_back=ui.back, cloud=cloud_of(ui), action=action, scroll=False, sub=progress(pen),
    )  # fmt: skip


def _mark() -> ft.Control:
    mark, says = ft.Icons.SCIENCE_OUTLINED, t("case.try.mark_says")
    return notice(t("case.try.mark"), kept=says, tone="amber", id="try-out", mark=mark)


def _would_be(pen: Pen) -> list[ft.Control]:
    """Return what would have been saved, who would sign, and what would have been raised."""
    filling = pen.filling
    found: list[ft.Control] = []
    for signer in signers(filling):
        found.append(_line(ft.Icons.DRAW_OUTLINED, t("case.try.signs", who=signer_word(signer))))
    for _, what in filling.raised():
        kind = said("raises", what.strip().partition("/")[0]) or what
        found.append(_line(ft.Icons.CALL_SPLIT_ROUNDED, t("case.try.raises", what=kind)))
    made: list[ft.Control] = []
    if found:
        made.append(tag("try-follows", section(t("case.try.follows"), found)))
    for number, part in enumerate(parts(filling.shown(pen.speaks))):
        lines: list[ft.Control] = [column([quiet(label), long_txt(text or "—")], gap=1) for label, text in part.answers]
        made.append(section(part.heading or t("case.answers"), lines, id=f"try-answers-{number}"))
    return made


def _line(mark: ft.IconData, words: str) -> ft.Control:
    return row([icon(mark, 24, ft.Colors.PRIMARY), txt(words, expand=True)], gap=12)
