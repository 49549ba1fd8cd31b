"""财务收单 (finance, A.8): confirmed tickets by billing month, and whether finance has received their copies."""

from __future__ import annotations

from functools import partial
from typing import Final

import flet as ft

from app.actions import CardFilter, Session
from app.actions.models import Card
from app.domain import roles
from app.domain.subjects.ticket import TicketCard
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.bill_month import BillMonth
from app.domain.times import china_day, month_name
from app.ui import estates
from app.ui.context import Ui, cloud_of, use_now, use_read, use_ui
from app.ui.kit.base import column, icon, pressable, quiet, row, tag, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.buttons import Action, icon_button, small_button
from app.ui.kit.lists import empty_state
from app.ui.kit.money import section, total_line
from app.ui.kit.notices import notice, use_question
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.router import Route
from app.ui.saving import save_from_server
from app.ui.screens.desk.parts import not_for_you, use_made
from app.ui.tabs import use_nav
from app.ui.texts import moment_text, t, yuan

DRAWN: Final = 100
"""Most rows drawn of each list; receiving copies makes room for others."""


def read_month(session: Session, month: BillMonth) -> tuple[list[Card], list[Card]]:
    """Return a billing month's tickets with a fee: those whose copies are still missing, and those received."""
    wanted = CardFilter(
        stages=(st.CONFIRMED, st.FILED), confirmed_from=month.starts_at, confirmed_until=month.moved(1).starts_at
    )
    wanted = session.overseen(wanted, roles.BILLERS)
    mine = [card for card in session.cards(wanted, 0, session.count(wanted)) if card.as_(TicketCard).total_fen > 0]
    mine.sort(key=lambda card: (card.as_(TicketCard).confirmed_at or 0, card.id))
    return [c for c in mine if c.as_(TicketCard).finance_at is None], [
        c for c in mine if c.as_(TicketCard).finance_at is not None
    ]


@ft.component
def FinanceScreen() -> ft.Control:
    """Draw one month: totals on top, then the tickets whose copies are missing, received ones below."""
    ui = use_ui()
    nav = use_nav("tickets")
    now = use_now()
    month, set_month = use_made(lambda: BillMonth.of(china_day(ui.now())))
    left_out, set_left_out = use_made(frozenset[str])
    asking, set_asking = ft.use_state(False)
    tap, set_tap = use_made(ui.session.new_id)
    waiting, received = use_read(lambda s: read_month(s, month), month)
    mine = [card for card in waiting if roles.FINANCE in ui.session.roles_on(card)]
    marked = [card for card in mine if card.id not in left_out]
    total = sum(card.as_(TicketCard).total_fen for card in marked)

    async def save() -> None:
        if await ui.do(
            ui.session.tickets.finance_received([card.id for card in marked], once=tap), saved=t("desk.finance.saved")
        ):
            set_tap(ui.session.new_id())

    words = t("desk.finance.save", n=len(marked), total=yuan(total))
    use_question(
        asking,
        t("desk.finance.ask", n=len(marked)),
        t("desk.finance.ask_says", total=yuan(total)),
        Action(words, save),
        lambda: set_asking(False),
    )
    if not ui.session.roles & roles.BILLERS:
        return not_for_you(ui, t("desk.finance.heading"), id="finance")

    def turn(card: Card) -> None:
        set_left_out(left_out - {card.id} if card.id in left_out else left_out | {card.id})

    content: list[ft.Control] = [_month_line(month, set_month), _totals(waiting, received)]
    if waiting or received:
        content.append(_files(ui, month))
    if waiting and china_day(now) >= month.due:
        late = t("desk.finance.late", m=month.due.month, d=month.due.day, n=len(waiting))
        content.append(notice(late, tone="red", id="finance-late"))
    if waiting:
        rows = [
            drawn(card.id, partial(_row, card, now, card in mine, card.id not in left_out, partial(turn, card)))
            for card in waiting[:DRAWN]
        ]
        content.append(section(t("desk.finance.waiting", n=len(waiting)), rows, id="finance-waiting"))
    if received:
        rows = [drawn(card.id, partial(_row, card, now, False, True, None)) for card in received[:DRAWN]]
        content.append(section(t("desk.finance.received", n=len(received)), rows, id="finance-received"))
    if not waiting and not received:
        content.append(
            empty_state(t("desk.finance.nothing"), t("desk.finance.nothing_says"), mark=ft.Icons.RECEIPT_LONG_OUTLINED)
        )
    action = None
    if mine:
        action = Action(words, lambda: set_asking(True), icon=ft.Icons.INVENTORY_OUTLINED, enabled=bool(marked))
    return Scaffold(
        t("desk.finance.heading"),
        content,
        id="finance",
        under=estates.switch(ui),
        on_back=ui.back if ui.router.can_go_back else None,
        cloud=cloud_of(ui),
        action=action,
        footer=None if ui.router.can_go_back else nav,
    )


def _month_line(month: BillMonth, set_month: object) -> ft.Control:
    name = t("desk.finance.month", y=month.first.year, m=month.first.month)
    due = t("desk.finance.due", m=month.due.month, d=month.due.day)
    go = set_month
    return row(
        [
            icon_button("month-before", ft.Icons.CHEVRON_LEFT, t("desk.finance.previous"), lambda: go(month.moved(-1))),  # type: ignore[operator]
            ft.Container(
                column(
                    [
                        txt(name, ft.TextThemeStyle.TITLE_LARGE, align=ft.TextAlign.CENTER),
                        quiet(due, align=ft.TextAlign.CENTER),
                    ],
                    gap=0,
                ),
                expand=True,
            ),
            icon_button("month-after", ft.Icons.CHEVRON_RIGHT, t("desk.finance.next"), lambda: go(month.moved(1))),  # type: ignore[operator]
        ]
    )  # fmt: skip


def _files(ui: Ui, month: BillMonth) -> ft.Control:
    """The month as files for finance: every copy to be filed, and a workbook for the bill (A.8)."""

    async def save(form: str) -> None:
        name = month_name(month.first)
        await save_from_server(
            ui, ui.session.tickets.print_bills(name, form), heading=t(f"desk.finance.{form}"),
            name=f"shangmen-bills-{name}.{form}", offline=t("desk.finance.offline"),
        )  # fmt: skip

    marks = (("pdf", ft.Icons.PRINT_OUTLINED), ("xlsx", ft.Icons.TABLE_VIEW_OUTLINED))
    buttons: list[ft.Control] = [
        small_button(f"finance-{form}", t(f"desk.finance.{form}"), partial(save, form), icon=mark, tone="tonal")
        for form, mark in marks
    ]
    return ft.Row(buttons, wrap=True, spacing=8, run_spacing=8)


def _totals(waiting: list[Card], received: list[Card]) -> ft.Control:
    open_fen = sum(card.as_(TicketCard).total_fen for card in waiting)
    total = open_fen + sum(card.as_(TicketCard).total_fen for card in received)
    lines: list[ft.Control] = [total_line(total, words=t("desk.finance.total"), id="finance-total")]
    if waiting and received:
        sum_words = quiet(t("desk.finance.total_waiting"), expand=True)
        lines.append(row([sum_words, txt(yuan(open_fen), ft.TextThemeStyle.TITLE_MEDIUM)]))
    return paper(lines, gap=6)


def _row(card: Card, now: int, may: bool, marked: bool, on_tap: object) -> ft.Control:
    words = column(
        [
            txt(card.address, ft.TextThemeStyle.TITLE_MEDIUM, lines=2),
            quiet(" · ".join(p for p in (estates.mark_of(card), card.number or "", card.contact_name) if p), lines=1),
        ],
        gap=1,
    )
    inside: list[ft.Control] = []
    if may:
        box = ft.Icons.CHECK_BOX if marked else ft.Icons.CHECK_BOX_OUTLINE_BLANK
        inside.append(icon(box, 26, ft.Colors.PRIMARY if marked else ft.Colors.OUTLINE))
    inside += [
        ft.Container(words, expand=True),
        txt(yuan(card.as_(TicketCard).total_fen), ft.TextThemeStyle.TITLE_MEDIUM),
    ]
    line: ft.Control = row(inside, gap=12)
    if card.as_(TicketCard).finance_at is not None:
        got = t("desk.finance.done", when=moment_text(card.as_(TicketCard).finance_at, now))
        line = column([line, ft.Row([chip(got, "good", ft.Icons.CHECK_ROUNDED)], tight=True)], gap=4)
    if on_tap is None:
        return tag(f"finance-{card.id}", line)
    return pressable(f"finance-{card.id}", line, on_tap, selected=marked, padding=ft.Padding.symmetric(vertical=4))  # type: ignore[arg-type]


ROUTES: Final = (Route("/finance", FinanceScreen, parent=None),)
