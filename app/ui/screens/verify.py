"""签名核对 (check signatures): whether what was signed is still what is recorded, in plain words beside the writing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.models import ServerVerdict, Verification
from app.domain.wire import errors
from app.domain.wire.entries import Entry
from app.domain.wire.errors import Problem
from app.ui.asking import use_asked
from app.ui.context import Ui, cloud_of, if_here, language_code, use_now, use_read, use_ui
from app.ui.kit.base import body, column, icon, quiet, row, tag
from app.ui.kit.lists import empty_state
from app.ui.kit.money import section
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.screens.desk.parts import drawing_of, verdict_line
from app.ui.subjects import FACES, Face, step_name
from app.ui.texts import moment_text, t
from app.ui.ticket_words import word


def screen_of(face: Face) -> Callable[..., ft.Control]:
    """Return the page that verifies a record's signatures and entries, on this phone and by asking the server."""

    @ft.component
    def VerifyScreen(subject_id: str) -> ft.Control:
        return _Verify(face, subject_id)

    return VerifyScreen


@ft.component
def _Verify(face: Face, subject_id: str) -> ft.Control:
    """Draw each signature with its verdict and the text the signer saw, then the checks of entries and hash chains."""
    ui = use_ui()
    now = use_now()

    subject_type = face.type

    def read(session: Session) -> tuple[Any, Verification] | None:
        return if_here(lambda: (face.read(session, subject_id), session.verify(subject_type, subject_id)))

    seen = use_read(read, subject_type, subject_id)
    ft.use_effect(lambda: ui.session.in_view([(subject_type, subject_id)]), [subject_id])
    asked = use_asked(lambda: ui.session.server_verdict(subject_type, subject_id))
    heading = t("desk.verify.heading")
    if seen is None:
        gone = empty_state(t("desk.verify.gone"), face.gone()[1], mark=ft.Icons.DRAW_OUTLINED)
        return Scaffold(heading, [gone], id="verify", on_back=ui.back)
    view, found = seen
    standings = {verdict.entry_id: verdict.standing for verdict in found.signatures}
    content: list[ft.Control] = [face.head(view, now)]
    signed = [step.entry for step in view.steps if step.entry.id in standings]
    content += [_signed(ui, entry, standings[entry.id], now) for entry in signed]
    if not standings and face.signed:
        content.append(empty_state(t("desk.verify.none"), face.unsigned(), mark=ft.Icons.DRAW_OUTLINED))
    altered = len(found.altered)
    here = t("desk.verify.altered", n=altered) if altered else t("desk.verify.clean")
    content.append(
        section(
            t("desk.verify.entries"),
            [
                _line("verify-entries", not altered, here),
                _server_line(asked.problem or asked.value, language_code(ui.page)),
            ],
        )
    )
    return Scaffold(heading, content, id="verify", on_back=ui.back, cloud=cloud_of(ui))


def _signed(ui: Ui, entry: Entry, standing: str, now: int) -> ft.Control:
    signed = entry.body
    name = str(signed.get("name") or "")
    who = f"{name}（{word('capacity', signed.get('capacity'))}） · {moment_text(entry.at, now)}"
    inside: list[ft.Control] = [quiet(who)]
    picture = drawing_of(ui, entry)
    if picture is not None:
        inside.append(picture)
    inside.append(verdict_line(standing, name))
    shown = [str(line) for line in (signed.get("content") or {}).get("shown") or ()]
    if shown:
        inside.append(column([quiet(t("desk.verify.shown")), *[body(line) for line in shown]], gap=3))
    return section(step_name("signed", signed, entry.subject_type), inside)


def _server_line(asked: ServerVerdict | Problem | None, lang: str) -> ft.Control:
    if asked is None:
        return _line("verify-asking", None, t("desk.verify.asking"), ft.Icons.CLOUD_SYNC_OUTLINED)
    if isinstance(asked, Problem):
        if asked.kind is errors.NO_NETWORK:
            return _line("verify-offline", None, t("desk.verify.offline"), ft.Icons.CLOUD_OFF_OUTLINED)
        if asked.kind is errors.NOT_FOUND:
            return _line("verify-unsent", None, t("desk.verify.unsent"), ft.Icons.CLOUD_UPLOAD_OUTLINED)
        return _line("verify-problem", None, asked.message(lang), ft.Icons.CLOUD_OFF_OUTLINED)
    if asked.whole:
        return _line("verify-server", True, t("desk.verify.chains", n=asked.devices))
    parts = [t("desk.verify.server_altered", n=asked.altered)] if asked.altered else []
    parts += [t("desk.verify.server_missing", n=asked.missing)] if asked.missing else []
    return _line("verify-server", False, "".join(parts) or t("desk.verify.server_broken"))


def _line(id: str, good: bool | None, words: str, mark: ft.IconData | None = None) -> ft.Control:
    """Draw one finding; `good` is None while it is not known yet."""
    ink = {True: ft.Colors.PRIMARY, False: ft.Colors.ERROR, None: ft.Colors.ON_SURFACE_VARIANT}[good]
    sign = mark or (ft.Icons.VERIFIED_OUTLINED if good else ft.Icons.GPP_BAD_OUTLINED)
    return tag(id, row([icon(sign, 24, ink), body(words, color=ink, expand=True)], gap=10))


def route_of(face: Face) -> Route:
    """Return the route of a type's page that verifies signatures."""
    page = face.page("{subject_id}")
    return Route(f"{page}/verify", screen_of(face), parent=page)


ROUTES: Final = tuple(route_of(face) for face in FACES.values())
