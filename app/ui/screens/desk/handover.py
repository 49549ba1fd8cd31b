"""待交接 (to be handed over): open work of people who left the company, and who takes it over (A.2, E, G.2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

import flet as ft

from app.actions.models import Card, LeftBehind, PromiseRow, Staff
from app.domain import roles
from app.domain.subjects.thing import ThingCard
from app.domain.times import china_day
from app.ui import custody_words
from app.ui.context import Ui, cloud_of, new_tap, use_now, use_read, use_ui
from app.ui.kit.base import column, quiet, row, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.buttons import small_button
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.notices import notice, use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.screens.desk.parts import may_oversee, not_for_you
from app.ui.screens.desk.settle import use_settle
from app.ui.subjects import face_of
from app.ui.texts import day_text, t
from app.ui.ticket_words import SEP, word

PATH: Final = "/handover"
_DISPATCHERS: Final = frozenset((roles.DESK, roles.ENGINEERING_SUPERVISOR))


def left_notice(ui: Ui, count: int) -> ft.Control:
    """Return the notice that people who left still have `count` things to hand over, with a button to their list."""
    act = (t("desk.handover.act"), lambda: ui.go(PATH))
    return notice(t("desk.handover.left", n=count), act=act, id="left-behind", mark=ft.Icons.PERSON_OFF_OUTLINED)


@ft.component
def HandoverScreen() -> ft.Control:
    """Draw everybody who left with what is still theirs.

    Their tickets are reassigned one by one or together, their keys taken back, their promises settled.
    """
    ui = use_ui()
    now = use_now()
    people = use_read(lambda s: s.handover.left())
    giver, set_giver = ft.use_state("")
    tap, set_tap = ft.use_state(new_tap())
    settle = use_settle()
    chosen = next((one for one in people if _named(one) == giver), None)
    workers = use_read(lambda s: s.staff_list(roles.REPAIR_WORKER, chosen.estate if chosen else None), chosen)

    async def give(worker: Staff) -> None:
        if chosen is None:
            return
        set_giver("")
        tickets = [card.id for card in chosen.tickets]
        words = t("desk.handover.saved", n=len(tickets), name=worker.name)
        saved = await ui.do(ui.session.handover.hand_over(tickets, worker.id, once=tap), saved=words)
        if saved is not None:
            set_tap(new_tap())

    def to_whom() -> list[ft.Control]:
        return [
            list_row(f"give-{one.id}", one.name, partial(give, one), sub=t("desk.load", n=one.load)) for one in workers
        ]

    use_sheet(chosen is not None, t("desk.handover.to_whom"), to_whom, lambda: set_giver(""), id="give-sheet")
    if not may_oversee(ui.session.roles):
        return not_for_you(ui, t("desk.handover.heading"), id="handover")
    content: list[ft.Control] = [_person(ui, one, now, set_giver, settle) for one in people]
    if not content:
        content = [
            empty_state(t("desk.handover.nothing"), t("desk.handover.nothing_says"), mark=ft.Icons.TASK_ALT_ROUNDED)
        ]
    return Scaffold(t("desk.handover.heading"), content, id="handover", on_back=ui.back, cloud=cloud_of(ui))


def _person(
    ui: Ui, one: LeftBehind, now: int, give: Callable[[str], object], settle: Callable[[PromiseRow], object]
) -> ft.Control:
    """Draw one person who left: a heading, and what is theirs by kind; each row leads to where it is handed over."""
    staff = one.staff
    parts: list[ft.Control] = [
        ft.Semantics(
            header=True,
            content=row(
                [
                    txt(staff.name, ft.TextThemeStyle.TITLE_LARGE),
                    quiet(
                        SEP.join(part for part in (_where(ui, one), t("desk.handover.gone", no=staff.number)) if part)
                    ),
                ]
            ),
        )
    ]
    held = ui.session.roles if one.estate is None else ui.session.roles_in(one.estate)
    may_assign = bool(held & _DISPATCHERS)
    if one.tickets:
        rows = [drawn(card.id, partial(_ticket, ui, card, may_assign), what=card.number or "") for card in one.tickets]
        all_of_them: ft.Control | None = None
        if may_assign:
            label = t("desk.handover.give_all", n=len(one.tickets))
            button = small_button(f"give-all-{staff.id}", label, lambda: give(_named(one)))
            all_of_them = ft.Container(button, padding=ft.Padding.only(left=14, right=14, top=4, bottom=12))
        parts.append(
            group(t("desk.handover.tickets"), rows, count=len(rows), id=f"tickets-{staff.id}", more=all_of_them)
        )
    if one.others:
        rows = [drawn(card.id, partial(_other, ui, card), what=card.number or "") for card in one.others]
        parts.append(group(t("desk.handover.others"), rows, count=len(rows), id=f"others-{staff.id}"))
    if one.things:
        rows = [drawn(card.id, partial(_thing, ui, card)) for card in one.things]
        parts.append(group(t("desk.handover.keys"), rows, count=len(rows), id=f"keys-{staff.id}"))
    if one.promises:
        today = china_day(now)
        rows = [drawn(f"{p.visit.id}-{p.index}", partial(_promise, p, today, settle)) for p in one.promises]
        parts.append(group(t("desk.handover.promises"), rows, count=len(rows), id=f"promises-{staff.id}"))
    return column(parts, gap=10)


def _named(one: LeftBehind) -> str:
    """Return a key of the person and the estate: somebody may have left two estates."""
    return f"{one.staff.id}@{one.estate or ''}"


def _where(ui: Ui, one: LeftBehind) -> str:
    return ui.session.estate_name(one.estate) if one.estate is not None and ui.session.estate is None else ""


def _ticket(ui: Ui, card: Card, may_assign: bool) -> ft.Control:
    return list_row(
        f"ticket-{card.id}",
        card.address,
        partial(ui.go, f"/ticket/{card.id}/assign" if may_assign else f"/ticket/{card.id}"),
        sub=" · ".join(part for part in (card.content, word("stage", card.stage), card.number) if part),
        lines=2,
    )


def _other(ui: Ui, card: Card) -> ft.Control:
    face = face_of(card.type)
    said = (face.paper(card), card.content, face.stage_words(card))
    return list_row(
        f"other-{card.id}",
        face.heading(card),
        partial(ui.go, face.page(card.id)),
        sub=" · ".join(part for part in said if part),
        lines=2,
    )


def _thing(ui: Ui, card: Card) -> ft.Control:
    return list_row(
        f"key-{card.id}",
        custody_words.heading_of(card),
        partial(ui.go, f"/key/{card.id}/located"),
        sub=t("desk.handover.key", name=card.content, rack=card.as_(ThingCard).rack),
        lines=1,
    )


def _promise(promise: PromiseRow, today: date, settle: Callable[[PromiseRow], object]) -> ft.Control:
    return list_row(
        f"promise-{promise.visit.id}-{promise.index}",
        promise.what,
        partial(settle, promise),
        sub=f"{promise.visit.address} · {day_text(promise.until, today)}",
        lines=1,
    )


ROUTES: Final = (Route(PATH, HandoverScreen),)
