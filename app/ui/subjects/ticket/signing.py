"""The signing page: the lines that are signed, drawn exactly as they are stored, and the pad (A.4, A.7, E).

A half-drawn signature is kept like any half-filled form, but only for the very content under which it was drawn.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import flet as ft

from app.actions import Session
from app.actions.models import Person, Signature, SigningContent, TicketView
from app.domain.subjects.job.life import SERVED
from app.domain.subjects.ticket.facts import DECLINE, REPAIR_DONE
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.wire.canonical import canonical_hash
from app.domain.wire.errors import NOTHING_TO_SIGN, Problem
from app.ui import signed_lines as sl
from app.ui import theme
from app.ui.context import Draft, Ui, use_draft, use_read, use_ui
from app.ui.kit.alone import alone_of
from app.ui.kit.base import column, flow, quiet, row, title, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.here import use_here
from app.ui.kit.notices import notice
from app.ui.router import use_router
from app.ui.shown import lines_to_sign
from app.ui.signing_pad import SigningPage
from app.ui.subjects.ticket.gate import gated, not_now
from app.ui.subjects.ticket.step_form import at_door, who_answers, who_fields, who_line
from app.ui.texts import t
from app.ui.ticket_words import word

Save = Callable[[Signature, Draft], Awaitable[object]]
_STYLES = {
    sl.HEADING: ft.TextThemeStyle.HEADLINE_SMALL,
    sl.STRONG: ft.TextThemeStyle.TITLE_MEDIUM,
    sl.TOTAL: ft.TextThemeStyle.HEADLINE_MEDIUM,
    sl.QUIET: ft.TextThemeStyle.BODY_MEDIUM,
}


def draw_lines(lines: Sequence[sl.Line]) -> list[ft.Control]:
    """Draw the lines that are signed, by their roles; consecutive warnings stand together on amber."""
    made: list[ft.Control] = []
    warnings: list[ft.Control] = []

    def end_warnings() -> None:
        if warnings:
            made.append(
                ft.Container(
                    column(list(warnings), gap=4),
                    bgcolor=ft.Colors.TERTIARY_CONTAINER,
                    border_radius=theme.RADIUS_SMALL,
                    padding=ft.Padding.all(12),
                )
            )
            warnings.clear()

    for line in lines:
        if line.role == sl.WARNING:
            warnings.append(txt(line.text, color=ft.Colors.ON_TERTIARY_CONTAINER))
            continue
        end_warnings()
        if line.role == sl.TOTAL:
            made.append(ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT))
        style = _STYLES.get(line.role, ft.TextThemeStyle.BODY_LARGE)
        made.append(txt(line.text, style, color=ft.Colors.ON_SURFACE_VARIANT if line.role == sl.QUIET else None))
    end_warnings()
    return made


def summary_of(lines: Sequence[sl.Line]) -> list[ft.Control]:
    """Return what stays in sight while not all lines fit: the total, and the first warning."""
    warning = next((line.text for line in lines if line.role == sl.WARNING), "")
    total = next((line.text for line in lines if line.role == sl.TOTAL), "")
    main = total or next((line.text for line in lines if line.role == sl.STRONG), "")
    made: list[ft.Control] = []
    if warning:
        made.append(txt(warning, ft.TextThemeStyle.TITLE_SMALL, color=ft.Colors.TERTIARY, lines=2))
    if main:
        made.append(txt(main, ft.TextThemeStyle.TITLE_LARGE if total else ft.TextThemeStyle.TITLE_SMALL, lines=1))
    return made


def use_told(ui: Ui, moved: bool) -> list[ft.Control]:
    """Hook: return messages and questions that the page shows above its text, because nothing may cover the pad.

    ``moved``: the content has changed since the signature was begun.
    """
    alone, _ = ft.use_state(alone_of(ui.page))
    router, here = use_router(), use_here()
    made: list[ft.Control] = []
    if here and router.asked == here:

        def leave() -> None:
            router.answered()
            ui.back()

        stay = small_button("leave-stay", t("repair.sign.stay"), router.answered)
        go = small_button("leave-go", t("shell.leave.go"), leave, tone="text")
        made.append(column([notice(t("repair.sign.leaving"), id="leave", tone="amber"), flow([stay, go])], gap=6))
    if alone.said is not None:
        act = (t("shell.understood"), alone.unsay)
        made.append(notice(alone.said.what, kept=alone.said.kept, id=alone.said.id, act=act))
    if moved:
        made.append(notice(t("repair.sign.moved"), id="signing-moved"))
    return made


@ft.component
def SigningFlow(
    heading: str,
    content: SigningContent,
    *,
    signer: str,
    who: Mapping[str, Any],
    key_of_draft: str,
    save: Save,
    on_close: Callable[[], object],
    people: Sequence[Person] = (),
    tickets: Mapping[str, str] | None = None,
    agree: str = "",
) -> ft.Control:
    """Draw the signing page for any kind of signer.

    ``signer`` as in entries; ``who`` has their name and capacity, which a resident can change. ``save`` gets the
    signature and its draft, and leaves the page; the draft ends with the save, which gets its key.
    """
    ui = use_ui()
    look = theme.use_look()
    facts_hash = canonical_hash(dict(content.facts))
    lines = lines_to_sign(content.facts, content.purpose, content.day, tickets)
    start = {"strokes": [], "width": 0, "height": 0, **who, "facts": facts_hash}
    draft = use_draft(key_of_draft, start)
    values = draft.values
    before, _ = ft.use_state(look.scale)
    choosing, set_choosing = ft.use_state(False)
    told = use_told(ui, bool(draft.values["strokes"]) and draft.values["facts"] != facts_hash)
    moved = bool(values["strokes"]) and values["facts"] != facts_hash
    strokes = [] if moved else values["strokes"]
    name, capacity = str(values["name"]), str(values["capacity"])

    def restore() -> None:
        if theme.look_of(ui.page).scale != before:
            theme.choose(ui.page, scale=before)

    ft.use_effect(lambda: None, [], restore)

    def drawn(made: list[dict[str, Any]], width: float, height: float) -> None:
        draft.update(strokes=made, width=round(width), height=round(height), facts=facts_hash)

    async def agreed() -> None:
        # The strokes that are on the pad now, not those at the last drawing.
        held = draft.values
        signature = Signature(
            content=content,
            signer=signer,
            name=str(held["name"]),
            capacity=str(held["capacity"]),
            shown=tuple(line.text for line in lines),
            strokes=tuple(held["strokes"]),
            width=float(held["width"]),
            height=float(held["height"]),
        )
        await save(signature, draft)

    says = t("repair.sign.who", name=name or "—", capacity=word("capacity", capacity))
    resident = signer in ("resident", SERVED)
    choices = [who_line(says, lambda: set_choosing(True)) if resident else row([quiet(says, expand=True)])]
    asking: list[ft.Control] = []
    if choosing:
        fields = who_fields(values, people, lambda n, c: draft.update(name=n, capacity=c), lambda: set_choosing(False))
        asking = [title(t("repair.who.heading")), *fields]
    return SigningPage(  # type: ignore[call-arg]
        heading,
        draw_lines(lines),
        strokes,
        drawn,
        Action(agree or t("repair.sign.agree"), agreed, id="sign-agree", enabled=bool(name.strip())),
        on_close=on_close,
        text_scale=look.scale,
        on_text_scale=lambda scale: theme.choose(ui.page, scale=scale),
        drawn_at=(float(values["width"]), float(values["height"])) if strokes and values["width"] else None,
        summary=summary_of(lines),
        notices=told,
        choices=choices,
        asking=asking,
        key=f"{facts_hash}-{draft.once}",
    )


def read_content(session: Session, ticket_id: str, purpose: str) -> SigningContent | None:
    """Return what there is to sign; None when there is nothing."""
    try:
        return session.signing_content(TICKET, ticket_id, purpose)
    except Problem as problem:
        if problem.kind is NOTHING_TO_SIGN:
            return None
        raise


@ft.component
def TicketSigning(ticket_id: str, view: TicketView, purpose: str, signer: str) -> ft.Control:
    """The signing page of a ticket."""
    ui = use_ui()
    content = use_read(lambda s: read_content(s, ticket_id, purpose), ticket_id, purpose)
    if content is None:
        return not_now(ui, ticket_id, view, None)
    resident = signer == "resident"
    who = who_answers(view) if resident else {"name": ui.session.my_name, "capacity": "staff"}

    async def save(signature: Signature, draft: Draft) -> None:
        await ui.do(
            ui.session.sign(signature, once=draft.once, draft=draft.key),
            then=lambda _: ui.replace(f"/ticket/{ticket_id}"),
            saved=t("repair.sign.thanks"),
        )

    return SigningFlow(
        t("repair.sign.heading" if resident else "repair.sign.heading_declined"),
        content,
        signer=signer,
        who=who,
        key_of_draft=f"sign:{ticket_id}:{signer}",
        save=save,
        on_close=ui.back,
        people=at_door(view),
    )


def _repair(ticket_id: str, view: TicketView, _: object) -> ft.Control:
    """The page on which the resident signs for the repair (A.7)."""
    return TicketSigning(ticket_id, view, REPAIR_DONE, "resident", key="resident")  # type: ignore[call-arg]


def _declined(ticket_id: str, view: TicketView, _: object) -> ft.Control:
    """The page on which worker and supervisor, each on their own phone, sign that the resident declined (A.4)."""
    verb = view.next.verb if view.next is not None else ""
    signer = "supervisor" if verb == "sign_decline_supervisor" else "worker"
    return TicketSigning(ticket_id, view, DECLINE, signer, key=signer)  # type: ignore[call-arg]


SignScreen = gated("sign", _repair, "sign")
DeclineSignScreen = gated("decline-sign", _declined, "sign_decline_worker", "sign_decline_supervisor")
