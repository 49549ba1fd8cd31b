"""签名核对: whether what was signed is what is recorded now, in plain words, with the handwriting beside it."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.domain.kinds import TICKET
from app.ui.context import cloud_of, use_now, use_read, use_ui
from app.ui.kit.base import body, column, icon, quiet, row, tag
from app.ui.kit.lists import empty_state
from app.ui.kit.money import section
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.screens.desk_parts import drawing_of, ticket_head, verdict_line
from app.ui.texts import moment_text, t
from app.ui.ticket_words import step_name, word


@ft.component
def VerifyScreen(ticket_id: str) -> ft.Control:
    """Every signature of a ticket with its verdict, what was on the signer's screen, and the entries' own hashes."""
    ui = use_ui()
    now = use_now()
    view, found = use_read(lambda s: (s.ticket(ticket_id), s.verify(TICKET, ticket_id)), ticket_id)
    ft.use_effect(lambda: ui.session.in_view([(TICKET, ticket_id)]), [ticket_id])
    standings = {verdict.entry_id: verdict.standing for verdict in found.signatures}
    content: list[ft.Control] = [ticket_head(view, now)]
    for step in view.steps:
        if step.entry.id not in standings:
            continue
        signed = step.entry.body
        who = f"{signed.get('name') or ''}（{word('capacity', signed.get('capacity'))}） · {moment_text(step.at, now)}"
        picture = drawing_of(ui, step.entry)
        shown = [str(line) for line in (signed.get("content") or {}).get("shown") or ()]
        inside = [
            quiet(who),
            *([picture] if picture is not None else []),
            verdict_line(standings[step.entry.id], str(signed.get("name") or "")),
        ]
        if shown:
            inside.append(column([quiet(t("desk.verify.shown")), *[body(line) for line in shown]], gap=3))
        content.append(section(step_name("signed", signed), inside))
    if not standings:
        content.append(empty_state(t("desk.verify.none"), t("desk.verify.none_says"), mark=ft.Icons.DRAW_OUTLINED))
    content.append(_entries(len(found.altered)))
    return Scaffold(t("desk.verify.heading"), content, id="verify", on_back=ui.back, cloud=cloud_of(ui))


def _entries(altered: int) -> ft.Control:
    ink = ft.Colors.ERROR if altered else ft.Colors.PRIMARY
    mark = ft.Icons.GPP_BAD_OUTLINED if altered else ft.Icons.VERIFIED_OUTLINED
    words = t("desk.verify.altered", n=altered) if altered else t("desk.verify.clean")
    line = row([icon(mark, 24, ink), body(words, color=ink, expand=True)], gap=10)
    return section(t("desk.verify.entries"), [tag("verify-entries", line)])


ROUTES: Final = (Route("/ticket/{ticket_id}/verify", VerifyScreen, parent="/ticket/{ticket_id}"),)
