"""签名核对: whether what was signed is what is recorded now, in plain words, with the handwriting beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.models import ServerVerdict, StepRow, Verification
from app.domain import errors
from app.domain.entries import Entry
from app.domain.errors import Problem
from app.domain.subjects.count import COUNT
from app.domain.subjects.place import PLACE
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.visit import VISIT
from app.ui.asking import use_asked
from app.ui.context import Ui, cloud_of, if_here, language_code, use_now, use_read, use_ui
from app.ui.kit.base import body, column, icon, quiet, row, tag
from app.ui.kit.lists import empty_state
from app.ui.kit.money import section
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.screens.count import count_head
from app.ui.screens.desk_parts import drawing_of, ticket_head, verdict_line
from app.ui.screens.key import key_head
from app.ui.screens.place import place_head
from app.ui.screens.visit_record import visit_head
from app.ui.texts import moment_text, t
from app.ui.ticket_words import step_name, word


@ft.component
def VerifyTicketScreen(ticket_id: str) -> ft.Control:
    """A ticket's signatures and entries, as this phone and as the server find them."""
    return _Verify(TICKET, ticket_id)


@ft.component
def VerifyVisitScreen(visit_id: str) -> ft.Control:
    """A visit's signature and entries, as this phone and as the server find them."""
    return _Verify(VISIT, visit_id)


@ft.component
def VerifyThingScreen(thing_id: str) -> ft.Control:
    """Both signatures of every step of a key, and its entries, as this phone and as the server find them (G.2)."""
    return _Verify(THING, thing_id)


@ft.component
def VerifyPlaceScreen(place_id: str) -> ft.Control:
    """What was recorded at a patrol point or door: its entries, as this phone and as the server find them."""
    return _Verify(PLACE, place_id)


@ft.component
def VerifyCountScreen(count_id: str) -> ft.Control:
    """A rack count's entries, as this phone and as the server find them (G.3)."""
    return _Verify(COUNT, count_id)


@ft.component
def _Verify(subject_type: str, subject_id: str) -> ft.Control:
    """Each signature with its verdict and what was on the signer's screen; the entries' own hashes; the chains."""
    ui = use_ui()
    now = use_now()

    look, head = HEADS[subject_type]

    def read(session: Session) -> tuple[Any, list[StepRow], Verification] | None:
        subject = (subject_type, subject_id)
        return if_here(lambda: (look(session, subject_id), session.steps_of(*subject), session.verify(*subject)))

    seen = use_read(read, subject_type, subject_id)
    ft.use_effect(lambda: ui.session.in_view([(subject_type, subject_id)]), [subject_id])
    asked = use_asked(lambda: ui.session.server_verdict(subject_type, subject_id))
    heading = t("desk.verify.heading")
    if seen is None:
        why = t("keys.gone_says") if subject_type == THING else t("household.gone_kept")
        gone = empty_state(t("desk.verify.gone"), why, mark=ft.Icons.DRAW_OUTLINED)
        return Scaffold(heading, [gone], id="verify", on_back=ui.back)
    view, steps, found = seen
    standings = {verdict.entry_id: verdict.standing for verdict in found.signatures}
    content: list[ft.Control] = [head(view, now)]
    signed = [step.entry for step in steps if step.entry.id in standings]
    content += [_signed(ui, entry, standings[entry.id], now) for entry in signed]
    if not standings and hasattr(view.state, "signatures"):
        says = t("desk.verify.none_key_says") if subject_type == THING else t("desk.verify.none_says")
        content.append(empty_state(t("desk.verify.none"), says, mark=ft.Icons.DRAW_OUTLINED))
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


HEADS: Final[dict[str, tuple[Callable[[Session, str], Any], Callable[[Any, int], ft.Control]]]] = {
    TICKET: (Session.ticket, ticket_head),
    VISIT: (Session.visit, visit_head),
    THING: (Session.thing, key_head),
    PLACE: (Session.place, place_head),
    COUNT: (Session.count_record, count_head),
}
"""How each type of subject is read, and what stands on top of its page."""


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
    return section(step_name("signed", signed), inside)


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
    """A finding: good, bad, or not known yet."""
    ink = {True: ft.Colors.PRIMARY, False: ft.Colors.ERROR, None: ft.Colors.ON_SURFACE_VARIANT}[good]
    sign = mark or (ft.Icons.VERIFIED_OUTLINED if good else ft.Icons.GPP_BAD_OUTLINED)
    return tag(id, row([icon(sign, 24, ink), body(words, color=ink, expand=True)], gap=10))


ROUTES: Final = (
    Route("/ticket/{ticket_id}/verify", VerifyTicketScreen, parent="/ticket/{ticket_id}"),
    Route("/visit/{visit_id}/verify", VerifyVisitScreen, parent="/visit/{visit_id}"),
    Route("/key/{thing_id}/verify", VerifyThingScreen, parent="/key/{thing_id}"),
    Route("/place/{place_id}/verify", VerifyPlaceScreen, parent="/place/{place_id}"),
    Route("/count/{count_id}/verify", VerifyCountScreen, parent="/count/{count_id}"),
)
