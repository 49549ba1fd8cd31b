"""The ticket's page: the paper 《维修单》, what was done as stamped steps, and one main action (A, B)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.models import TicketView
from app.domain.rules.clocks import Clock
from app.domain.rules.state import CHANGED
from app.domain.subjects import access
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.kinds import PASS, PUBLIC_REPAIR, REPAIR, TICKET
from app.domain.wire.errors import Problem
from app.ui import estates, theme
from app.ui import ticket_words as words
from app.ui.context import Ui, cloud_of, if_here, use_now, use_read, use_ui
from app.ui.entry_steps import entry_steps
from app.ui.kit.base import column, flow, icon, pressable, quiet, row, tag, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.buttons import Action, MainAction, icon_button
from app.ui.kit.lists import empty_state, list_row
from app.ui.kit.long import long_txt
from app.ui.kit.money import fee_table, section
from app.ui.kit.notices import notice, sheets_of, use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, clock_chip, stamp_badge, ticket_paper, urgent_chip
from app.ui.kit.timeline import Step, timeline
from app.ui.news import use_news
from app.ui.printing import use_printing
from app.ui.screens.handbook.paths import about_path, book_button
from app.ui.screens.phone.nobody_yet import nobody_yet
from app.ui.screens.photo.take import photo_path, view_path
from app.ui.signatures import drawn_signature, signature_badge
from app.ui.subjects import face as printed
from app.ui.subjects import page_of, says, step_name
from app.ui.subjects.ticket.face import fee_rows
from app.ui.subjects.ticket.moves import Move, Moves, moves_of
from app.ui.subjects.ticket.papers import papers_of
from app.ui.texts import moment_text, t


@dataclass(frozen=True)
class Sheet:
    """The parts of a ticket's page, for a phone's screen or the desk's right pane."""

    heading: str
    content: list[ft.Control]
    action: Action | None = None
    second: Action | None = None
    tools: tuple[ft.Control, ...] = ()
    waits: bool = False
    """Whether the next step is somebody else's."""


@ft.component
def TicketScreen(ticket_id: str) -> ft.Control:
    """A ticket's page on a phone."""
    ui = use_ui()
    sheet = use_ticket_sheet(ticket_id)
    # The worker is standing beside the resident and waits for the supervisor's answer.
    use_news(ui, f"/ticket/{ticket_id}", sheet.waits)
    return Scaffold(
        sheet.heading,
        sheet.content,
        id="ticket",
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=sheet.tools,
        action=sheet.action,
        second=sheet.second,
    )


@ft.component
def TicketPane(ticket_id: str, on_open: Callable[[str], object] | None = None) -> ft.Control:
    """A ticket in the desk's right pane: the same parts, with the actions at the bottom of the pane.

    `on_open`, if given, gets the path of a step's screen, which is then not opened over everything.
    """
    sheet = use_ticket_sheet(ticket_id, on_open)
    buttons = [
        MainAction(action, quiet=n > 0, by_key=not n)
        for n, action in enumerate((sheet.action, sheet.second))
        if action is not None
    ]
    body = ft.Column(
        [row([txt(sheet.heading, ft.TextThemeStyle.TITLE_MEDIUM, expand=True), *sheet.tools]), *sheet.content],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        spacing=12,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return tag("ticket", ft.Column([body, column(buttons)], expand=True), expand=True)


def use_ticket_sheet(ticket_id: str, on_open: Callable[[str], object] | None = None) -> Sheet:
    """Hook: return the parts of a ticket's page, read again after every change."""
    ui = use_ui()
    now = use_now()
    view = use_read(lambda s: if_here(lambda: s.tickets.view(ticket_id)), ticket_id)
    menu, set_menu = ft.use_state(False)
    sheets = sheets_of(ui.page)
    large = theme.look_of(ui.page).scale > 1.3
    amending, set_amending = ft.use_state(False)
    whole, set_whole = ft.use_state(False)
    # One id for the tap that the page offers now, so that a second tap of the same button saves nothing twice.
    count = len(view.steps) if view else 0
    once = ft.use_memo(ui.session.new_id, [ticket_id, count])

    def opened() -> None:
        ui.session.in_view([("ticket", ticket_id)])
        try:
            ui.session.todo.saw(TICKET, ticket_id)
        except Problem as problem:
            ui.tell(problem)

    ft.use_effect(opened, [ticket_id])
    moves = moves_of(view, ui.session) if view else None

    def act(move: Move) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            if move.do is None:
                (on_open or ui.go)(move.path)
                return
            await ui.do(move.do(once), then=lambda _: ui.go(move.then) if move.then else None)

        return run

    def close_then(then: Callable[[], object]) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            set_menu(False)
            set_amending(False)
            await sheets.gone()
            then()

        return run

    async def close_then_print() -> None:
        set_menu(False)
        await sheets.gone()
        await print_()

    def correct(entry_id: str) -> None:
        ui.go(f"/ticket/{ticket_id}/amend/{entry_id}")

    def menu_rows() -> list[ft.Control]:
        rows: list[ft.Control] = []
        if view is None or moves is None:
            return rows
        for move in moves.more:
            rows.append(
                list_row(
                    f"menu-{move.verb}",
                    move.label,
                    _menu_tap(set_menu, act(move)),
                    sub=move.note,
                    leading=move.icon or ft.Icons.CHEVRON_RIGHT,
                )
            )
        if any(step.amendable for step in view.steps):
            rows.append(
                list_row(
                    "menu-amend",
                    t("ticket.do.amend"),
                    close_then(lambda: set_amending(True)),
                    sub=t("ticket.do_note.amend"),
                    leading=ft.Icons.EDIT_OUTLINED,
                )
            )
        if large:
            rows.append(
                list_row(
                    "menu-handbook",
                    t("handbook.heading"),
                    close_then(lambda: ui.go(about_path(TICKET, ticket_id))),
                    sub=t("handbook.about"),
                    leading=ft.Icons.MENU_BOOK_OUTLINED,
                )
            )
        rows.append(
            list_row(
                "menu-verify",
                t("ticket.do.verify"),
                close_then(lambda: ui.go(f"/ticket/{ticket_id}/verify")),
                sub=t("ticket.do_note.verify"),
                leading=ft.Icons.VERIFIED_OUTLINED,
            )
        )
        rows.append(
            list_row(
                "menu-print",
                t("ticket.do.print"),
                close_then_print,
                sub=t("ticket.do_note.print"),
                leading=ft.Icons.PRINT_OUTLINED,
            )
        )
        return rows

    def amend_rows() -> list[ft.Control]:
        return [
            list_row(
                f"amend-{step.kind}",
                step_name(step.kind, step.body),
                close_then(lambda entry_id=step.entry.id: correct(entry_id)),  # type: ignore[misc]
                sub=says(step.kind, step.body, ui.session.staff_name, ui.now()),
                lines=2,
            )
            for step in (view.steps if view else ())
            if step.amendable
        ]

    async def papers() -> list[printed.Sheet]:
        return papers_of(ui.session, view) if view is not None else []

    print_ = use_printing(ui, papers, id="ticket-print", heading=t("ticket.print.heading"))
    use_sheet(menu, t("ticket.heading_menu"), menu_rows, lambda: set_menu(False), id="ticket-menu")
    use_sheet(amending, t("ticket.do.amend"), amend_rows, lambda: set_amending(False), id="ticket-amend")
    if view is None or moves is None:
        gone = empty_state(t("ticket.not_here_heading"), t("ticket.not_here"), mark=ft.Icons.SEARCH_OFF)
        return Sheet(t("ticket.kind.repair"), [gone])
    more = icon_button("ticket-more", ft.Icons.MORE_HORIZ, t("ticket.heading_menu"), lambda: set_menu(True))
    photo = icon_button(
        "ticket-photo",
        ft.Icons.PHOTO_CAMERA_OUTLINED,
        t("photo.heading"),
        lambda: ui.go(photo_path("ticket", ticket_id)),
    )
    # With large letters three tools would leave the heading no room: the handbook is in the menu then.
    book = () if large else (book_button(ui, TICKET, ticket_id),)
    roles_here = ui.session.roles_on(view.state)
    paper = drawn(f"paper-{ticket_id}", lambda: _paper(view, ui, now), what=view.card.number or "")
    content = [*nobody_yet(ui, view), *_notices(view, ui), paper]
    if view.matter is not None:
        said, path = view.matter, page_of(view.matter) or ""
        sub, mark = said.contact_name, ft.Icons.RECORD_VOICE_OVER_OUTLINED
        content.append(list_row("ticket-matter", t("ticket.from_matter"), lambda: ui.go(path), sub=sub, leading=mark))
    if view.state.stage in st.OVER:
        content.append(drawn(f"result-{ticket_id}", lambda: _summary(view, ui.session) or ft.Container()))
    steps = entry_steps(
        view.steps,
        view.card,
        ui.session,
        now,
        view=view,
        verdicts=view.verdicts,
        on_correct=correct,
        on_photo=lambda entry_id: ui.go(view_path(TICKET, ticket_id, entry_id)),
    )
    waits = moves.main is None and view.state.stage not in st.ENDED
    if waits:
        steps.append(_waiting(view))
    priced = view.state.priced
    if view.state.stage in AGREED and priced is not None:
        content.append(drawn(f"now-{ticket_id}", lambda: _now(view.state, priced, moves)))
    content.append(section(t("ticket.timeline"), folded_steps(steps, beginning(view), whole, lambda: set_whole(True))))
    return Sheet(
        words.word("kind", view.state.kind),
        content,
        _action(moves.main, act),
        _action(moves.second, act),
        (*book, photo, more) if access.may(roles_here, "photo_taken") and view.state.opened else (*book, more),
        waits,
    )


def _menu_tap(set_menu: Callable[[bool], object], run: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    async def tapped() -> None:
        set_menu(False)
        await run()

    return tapped


def _action(move: Move | None, act: Callable[[Move], Callable[[], Awaitable[None]]]) -> Action | None:
    if move is None:
        return None
    return Action(move.label, act(move), icon=move.icon)


def _clock(clock: Clock, now: int) -> ft.Control:
    """Return the chip of the running deadline. It gets a new key with new words: in a flow a chip keeps its old
    width."""
    level, left = clock.level(now), clock.minutes_left(now)
    chip_ = clock_chip(words.clock_name(clock), level=level, minutes_left=left, id=f"clock-{clock.id}")
    chip_.key = f"{clock.id}-{level}-{left}"
    return chip_


def _paper(view: TicketView, ui: Ui, now: int) -> ft.Control:
    state = view.state
    reported = "reported_at" if state.kind in (REPAIR, PUBLIC_REPAIR) else "sent_at"
    when = t(f"ticket.{reported}", when=moment_text(state.requested_at, now)) if state.requested_at else ""
    marks: list[ft.Control] = [chip(words.word("stage", state.stage), "plain")]
    if view.clock is not None and state.stage not in st.ENDED:
        marks.insert(0, _clock(view.clock, now))
    if state.urgent:
        marks.insert(0, urgent_chip())
    if state.signature == CHANGED:
        marks.append(stamp_badge("changed"))
    more: list[ft.Control] = []
    if state.appointment_at:
        words_ = t("ticket.appointment", when=moment_text(state.appointment_at, now))
        more.append(chip(words_, "calm", ft.Icons.EVENT_OUTLINED))
    if state.due_at:
        more.append(chip(t("ticket.due", when=moment_text(state.due_at, now)), "calm", ft.Icons.EVENT_OUTLINED))
    more.append(_contact(state.contact_name, state.contact_phone, ui))
    return ticket_paper(
        kind=words.word("kind", state.kind),
        number=state.number or t("ticket.no_number"),
        address=state.address,
        problem=state.content,
        when=when,
        marks=marks,
        more=more,
        above=estates.head_of(state),
    )


def _contact(name: str, phone: str, ui: Ui) -> ft.Control:
    async def call() -> None:
        await ft.UrlLauncher().launch_url(f"tel:{words.phone_digits(phone)}")

    if not phone:
        return quiet(words.SEP.join(part for part in (name, t("ticket.no_contact")) if part))
    told = [*([txt(name, ft.TextThemeStyle.TITLE_SMALL)] if name else [])]
    told.append(txt(phone, ft.TextThemeStyle.TITLE_MEDIUM, color=ft.Colors.PRIMARY))
    line = row(
        [
            ft.Container(column(told, gap=0), expand=True),
            icon(ft.Icons.CALL_ROUNDED, 26, ft.Colors.PRIMARY),
        ],
        gap=12,
    )
    return pressable(
        "ticket-call",
        line,
        call,
        label=words.SEP.join(part for part in (name, t("ticket.call", phone=phone)) if part),
        padding=ft.Padding.symmetric(horizontal=14, vertical=8),
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        min_height=48,
    )


def _notices(view: TicketView, ui: Ui) -> list[ft.Control]:
    made: list[ft.Control] = []
    state = view.state
    if view.refused:
        made.append(
            notice(
                t("ticket.refused_notice", n=len(view.refused)),
                kept=t("ticket.refused_kept"),
                tone="red",
                act=(t("ticket.refused_act"), lambda: ui.go("/sync")),
                id="notice-refused",
            )
        )
    if state.signature == CHANGED:
        made.append(notice(t("ticket.changed_notice"), kept=t("ticket.changed_kept"), tone="red", id="notice-changed"))
    if state.flags:
        made.append(
            notice(t("ticket.flag_notice", n=len(state.flags)), kept=t("ticket.flag_kept"), id="notice-flagged")
        )
    if state.escalated and state.stage not in st.OVER:
        made.append(
            notice(
                t("ticket.escalated_notice", reason=state.escalated), kept=t("ticket.escalated_kept"), id="notice-up"
            )
        )
    return made


AGREED: Final = (st.TO_AGREE, st.AGREED, st.WORKING, st.TO_TRY, st.TO_SIGN)
"""Stages in which the price and the materials matter most."""


def _now(state: st.TicketState, priced: Mapping[str, Any], moves: Moves) -> ft.Control:
    """Return the section at the top while the work goes on: the price as it stands, and the materials."""
    agreed = state.consent is not None and bool(state.consent["agreed"])
    key = "fees" if state.fees is not None else "agreed" if agreed else "shown"
    inside: list[ft.Control] = [quiet(t(f"ticket.present_{key}"))]
    inside.append(fee_table(fee_rows((state.fees or priced)["lines"]), id="now-price"))
    inside += [_material_line(material) for material in state.materials]
    heading = t("ticket.present_next", next=moves.main.label) if moves.main is not None else t("ticket.present")
    return section(heading, inside, id="ticket-now")


def _material_line(material: Mapping[str, Any]) -> ft.Control:
    passed = material["verdict"] == PASS
    parts = [str(material["name"]), words.word("verdict", material["verdict"])]
    if material.get("choice"):
        parts.append(words.word("choice", material["choice"]))
    return flow([chip(words.SEP.join(parts), "good" if passed else "amber", ft.Icons.INVENTORY_2_OUTLINED)])


_BEGINNING: Final = ("ticket_opened", "received", "assigned", "accepted")
FOLDED_LEAST: Final = 2


def beginning(view: TicketView) -> frozenset[str]:
    """Return the ids of the steps that only brought the ticket to its worker: opened, received, assigned, accepted."""
    return frozenset(row.entry.id[-12:] for row in view.steps if row.kind in _BEGINNING)


def folded_steps(
    steps: Sequence[Step], first: Collection[str], whole: bool, unfold: Callable[[], None]
) -> list[ft.Control]:
    """Return the timeline; first steps whose ids are in ``first`` are folded into one line, unless ``whole``.

    Steps with something to say (a flag, unsent work, a correction, a note) are never folded.
    """
    folded = 0
    for step in steps:
        if step.id not in first or step.state != "done" or step.marks or step.says:
            break
        folded += 1
    if whole or folded < FOLDED_LEAST:
        return [timeline(steps)]
    names = " · ".join(step.what for step in steps[:folded])
    line = row(
        [icon(ft.Icons.HISTORY, 20), quiet(names, expand=True), icon(ft.Icons.EXPAND_MORE, 22, ft.Colors.PRIMARY)]
    )
    earlier = pressable("ticket-earlier", line, unfold, expanded=False)
    return [earlier, *([timeline(steps[folded:])] if steps[folded:] else [])]


def _waiting(view: TicketView) -> Step:
    """Return the step that says whom the ticket is waiting for."""
    state = view.state
    more = ""
    if state.stage in (st.TO_JUDGE, st.DECLINED):
        more = t(f"ticket.wait.{state.stage}_more")
    if state.stage in (st.OPEN, st.TO_JUDGE, st.TO_ASK, st.DECLINED, st.DONE, st.CONFIRMED):
        what = t(f"ticket.wait.{state.stage}")
    elif state.stage == st.ASSIGNED:
        what = t("ticket.wait.assigned", name=view.assignee_name)
    else:
        what = t("ticket.wait.worker", name=view.assignee_name)
    return Step("waiting", what, state="current", says=more)


def _summary(view: TicketView, session: Session) -> ft.Control | None:
    """Return the result once the worker's part is over: fees, trial, and the signature with its verdict."""
    state = view.state
    if state.stage not in st.OVER:
        return None
    inside: list[ft.Control] = []
    if state.stage in (st.CLOSED, st.VOIDED):
        key = "closed_why" if state.stage == st.CLOSED else "voided"
        inside.append(long_txt(t(f"ticket.wait.{key}", reason=state.end_reason or "")))
        for signer in ("worker", "supervisor"):
            inside.extend(_signed(view, signer, session, height=64))
        return section(t("ticket.done_closed"), inside, id="ticket-result") if inside else None
    if state.result is not None:
        inside.append(long_txt(says("finished", state.result, session.staff_name, 0)))
        return section(t("ticket.done_public"), inside, id="ticket-result")
    if state.fees is not None:
        inside.append(fee_table(fee_rows(state.fees["lines"]), id="result-fees"))
        inside.append(quiet(t("ticket.paid_how")))
    for material in state.materials:
        tone = "good" if material["verdict"] == PASS else "amber"
        inside.append(flow([chip(words.word("verdict", material["verdict"]), tone, ft.Icons.INVENTORY_2_OUTLINED)]))
        inside.append(long_txt(says("material_checked", material, session.staff_name, 0)))
    inside.extend(_signed(view, "resident", session, height=96))
    return section(t("ticket.done_heading"), inside, id="ticket-result")


def _signed(view: TicketView, signer: str, session: Session, height: float) -> list[ft.Control]:
    entry = view.state.signatures.get(signer)
    if entry is None:
        return []
    return [
        quiet(f"{step_name('signed', entry.body)}{words.SEP}{says('signed', entry.body, str, 0)}"),
        *drawn_signature(entry, session, height, id=f"signature-{signer}"),
        *signature_badge(view.verdicts.get(entry.id)),
    ]
