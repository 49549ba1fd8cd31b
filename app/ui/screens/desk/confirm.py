"""确认工单 (confirm tickets, A.8): the day's tickets with total, signature and its verdict.

They are confirmed one by one, or all whose signature is intact at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

import flet as ft

from app.actions import CardFilter, Session
from app.actions.models import Card, TicketView
from app.domain import roles
from app.domain.rules.state import CHANGED
from app.domain.subjects.signing import SIGNATURE_INTACT
from app.domain.subjects.ticket import TicketCard
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.kinds import REPAIR
from app.ui import estates, theme
from app.ui.context import Ui, cloud_of, use_now, use_read, use_ui
from app.ui.kit.base import body, column, flow, icon, pressable, quiet, row, tag, title, txt
from app.ui.kit.boundary import Unread, drawn, guarded, read_each
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.lists import empty_state
from app.ui.kit.notices import notice, use_question
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import clock_chip, paper
from app.ui.router import Route
from app.ui.screens.desk.parts import drawing_of, not_for_you, standing_of, use_made, verdict_line
from app.ui.texts import moment_text, t, yuan
from app.ui.ticket_words import clock_name, items_words, word

MOST: Final = 60
"""Most tickets drawn, more than an estate finishes in a day; any others appear once these are confirmed."""
PICTURE_HEIGHT: Final = 76


@dataclass(frozen=True)
class Row:
    """One ticket to confirm and the standing of the resident's signature, "" when there is none."""

    view: TicketView
    standing: str

    @property
    def card(self) -> Card:
        """The ticket's card."""
        return self.view.card

    @property
    def ready(self) -> bool:
        """Whether it may be confirmed together with others: no flags, and an intact signature if its kind needs one."""
        needs = self.card.kind == REPAIR
        return not self.card.flags and (self.standing == SIGNATURE_INTACT if needs else True)


@dataclass(frozen=True)
class Evening:
    """The tickets to confirm: `ready` for confirming together, and `look`, to be looked at one by one."""

    ready: list[Row]
    look: list[Row]
    changed: list[Card]
    """Tickets changed after signing; they cannot be confirmed."""
    unread: list[Unread]
    waiting: int
    """The number of tickets waiting in all, drawn or not."""


def read_evening(session: Session) -> Evening:
    """Read the tickets that wait; those that cannot be read are listed apart and never confirmed with the others."""

    def of_one(card: Card) -> Row:
        view = session.tickets.view(card.id)
        return Row(view, standing_of(view))

    waiting = session.tickets.to_confirm()
    rows, unread = read_each(waiting[:MOST], of_one)
    signing = session.overseen(CardFilter(stages=(st.TO_SIGN,)), {roles.ENGINEERING_SUPERVISOR})
    again = session.cards(signing, 0, 500)
    changed = [card for card in again if card.signature == CHANGED]
    return Evening([r for r in rows if r.ready], [r for r in rows if not r.ready], changed, unread, len(waiting))


@ft.component
def ConfirmScreen() -> ft.Control:
    """Draw the page on which the engineering supervisor confirms the day's tickets."""
    ui = use_ui()
    evening = use_read(read_evening)
    ready, look, changed, waiting = evening.ready, evening.look, evening.changed, evening.waiting
    asking, set_asking = ft.use_state(False)
    # One id for each set of tickets: a double tap confirms once, and two quick taps on two tickets confirm both.
    taps, _ = use_made(dict[tuple[str, ...], str])
    total = sum(r.card.as_(TicketCard).total_fen for r in ready)
    ui.session.in_view([("ticket", r.card.id) for r in (*ready, *look)])

    async def confirm(ids: list[str], words: str) -> None:
        tap = taps.setdefault(tuple(ids), ui.session.new_id())
        await ui.do(ui.session.tickets.confirm(ids, once=tap), saved=words)

    async def confirm_all() -> None:
        await confirm([r.card.id for r in ready], t("desk.confirm.saved_n", n=len(ready)))

    use_question(
        asking,
        t("desk.confirm.ask", n=len(ready)),
        t("desk.confirm.ask_says", total=yuan(total)),
        Action(t("desk.confirm.all", n=len(ready), total=yuan(total)), confirm_all),
        lambda: set_asking(False),
    )
    if roles.ENGINEERING_SUPERVISOR not in ui.session.roles:
        return not_for_you(ui, t("desk.confirm.heading"), id="confirm")

    def one(r: Row) -> ft.Control:
        return _Row(r, lambda: confirm([r.card.id], t("desk.confirm.saved")), key=r.card.id)  # type: ignore[call-arg]

    content: list[ft.Control] = []
    if not waiting and not changed:
        content.append(
            empty_state(t("desk.confirm.nothing"), t("desk.confirm.nothing_says"), mark=ft.Icons.FACT_CHECK_OUTLINED)
        )
    if changed:
        content.append(_changed(ui, changed))
    if look:
        content += [_heading(t("desk.confirm.look"), t("desk.confirm.look_says")), *[one(r) for r in look]]
    if ready:
        content += [_heading(t("desk.confirm.intact"), ""), *[one(r) for r in ready]]
    content += [one.draw() for one in evening.unread]
    action = None
    if ready:
        action = Action(
            t("desk.confirm.all", n=len(ready), total=yuan(total)),
            lambda: set_asking(True),
            icon=ft.Icons.DONE_ALL_ROUNDED,
            hint=t("desk.confirm.all_hint") if look or changed or evening.unread else None,
        )
    all_total = total + sum(r.card.as_(TicketCard).total_fen for r in look)
    return Scaffold(
        t("desk.confirm.heading"),
        content,
        id="confirm",
        sub=t("desk.confirm.sub", n=waiting, total=yuan(all_total)) if waiting else None,
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=action,
    )


def _heading(words: str, says: str) -> ft.Control:
    return column([ft.Semantics(header=True, content=title(words)), *([quiet(says)] if says else [])], gap=2)


@ft.component
@guarded
def _Row(found: Row, on_confirm: object) -> ft.Control:
    """Draw one ticket: cost, signature and its verdict, a button to confirm; a tap opens the ticket."""
    ui = use_ui()
    now = use_now()
    card, state = found.card, found.view.state
    worker = found.view.assignee_name
    done = (
        t("desk.confirm.done_at", when=moment_text(card.as_(TicketCard).done_at, now))
        if card.as_(TicketCard).done_at
        else ""
    )
    large = theme.look_of(ui.page).scale > 1.3
    address = txt(card.address, ft.TextThemeStyle.TITLE_LARGE, expand=not large, lines=2)
    total = txt(
        yuan(card.as_(TicketCard).total_fen) if card.as_(TicketCard).total_fen else t("desk.confirm.no_fee"),
        ft.TextThemeStyle.TITLE_LARGE,
    )
    who = quiet(" · ".join(p for p in (estates.mark_of(card), worker, done) if p), expand=not large)
    number = quiet(card.number or "")
    side_by_side = column if large else row
    words: list[ft.Control] = [
        side_by_side([who, number]),
        side_by_side([address, total]),
        body(_what(state) or card.content, lines=2),
    ]
    opened = pressable(f"confirm-open-{card.id}", column(words, gap=3), lambda: ui.go(f"/ticket/{card.id}"))
    inside: list[ft.Control] = [opened]
    signed = state.signatures.get("resident")
    if signed is not None:
        picture = drawing_of(ui, signed, PICTURE_HEIGHT)
        pictures = [tag(f"picture-{card.id}", picture)] if picture is not None else []
        said = verdict_line(found.standing, str(signed.body.get("name") or ""))
        verdict = pressable(f"verify-{card.id}", said, lambda: ui.go(f"/ticket/{card.id}/verify"))
        if large or not pictures:
            inside += [*pictures, verdict]
        else:
            inside.append(row([*pictures, ft.Container(verdict, expand=True)], gap=12))
    elif card.kind != REPAIR:
        inside.append(row([icon(ft.Icons.INFO_OUTLINE, 22), quiet(t("desk.confirm.no_signature"), expand=True)]))
    chips: list[ft.Control] = []
    if card.clock is not None and card.clock.met_at is None and card.clock.level(now) != "calm":
        left = card.clock.minutes_left(now)
        chips.append(clock_chip(clock_name(card.clock), level=card.clock.level(now), minutes_left=left))
    button = small_button(f"confirm-{card.id}", t("desk.confirm.button"), on_confirm, icon=ft.Icons.CHECK_ROUNDED)  # type: ignore[arg-type]
    inside.append(row([ft.Container(flow(chips), expand=True), button]))
    return paper(inside, gap=8, padding=14)


def _what(state: st.TicketState) -> str:
    """Return in one line what was done: the result in words (A.9), or else the fee lines."""
    if state.result:
        return str(state.result.get("result") or "")
    lines = (state.fees or {}).get("lines") or ()
    return items_words(lines)


def _changed(ui: Ui, cards: list[Card]) -> ft.Control:
    """Draw the tickets changed after signing: in a card of their own, without a button to confirm them."""
    says = notice(t("desk.confirm.changed"), kept=t("desk.confirm.changed_says"), tone="red", id="changed")
    rows = [drawn(card.id, partial(_changed_row, ui, card), what=card.number or "") for card in cards]
    return paper([says, *rows], gap=8, padding=14)


def _changed_row(ui: Ui, card: Card) -> ft.Control:
    facts = (estates.mark_of(card), card.number or "", ui.session.staff_name(card.assignee), word("stage", card.stage))
    who = " · ".join(part for part in facts if part)
    line = row(
        [
            column([txt(card.address, ft.TextThemeStyle.TITLE_MEDIUM), quiet(who)], gap=1, expand=True),
            icon(ft.Icons.CHEVRON_RIGHT, 22, ft.Colors.OUTLINE),
        ]
    )
    return pressable(f"changed-{card.id}", line, lambda: ui.go(f"/ticket/{card.id}"), padding=6)


ROUTES: Final = (Route("/confirm", ConfirmScreen),)
