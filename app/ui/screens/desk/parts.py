"""Pieces that the desk's screens share: a ticket in a list, a ticket's head over a form, a form's frame, signatures."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar, cast

import flet as ft

from app.actions.models import Card, TicketView
from app.domain import roles
from app.domain.rules import state as st
from app.domain.rules.clocks import CALM
from app.domain.subjects.ticket import TicketCard
from app.domain.wire.entries import Entry
from app.domain.wire.strokes import read_drawing
from app.ui import estates, theme
from app.ui.context import Draft, Ui
from app.ui.kit.base import TALL, Tap, body, column, flow, icon, pressable, quiet, row, tag, txt
from app.ui.kit.buttons import Action, MainAction, icon_button, small_button
from app.ui.kit.lists import empty_state
from app.ui.kit.long import long_txt
from app.ui.kit.scaffold import Cloud, Scaffold
from app.ui.kit.ticket import chip, clock_chip, paper, stamp_badge, urgent_chip
from app.ui.signing_pad import signature_picture
from app.ui.texts import ago_text, t
from app.ui.ticket_words import clock_name, phone_digits, word

SIGNATURE_HEIGHT: Final = 120
T = TypeVar("T")


def use_made(make: Callable[[], T]) -> tuple[T, Callable[[T], None]]:
    """Hook: like `ft.use_state`, with an initial value that `make` makes once, when the component appears."""
    return cast(tuple[T, Callable[[T], None]], cast(Any, ft.use_state)(make))


def promise_line(words: str, says: str, mark: ft.IconData) -> ft.Control:
    """Draw one line of what a page is about to do, before somebody chooses a file."""
    return ft.Row(
        [
            icon(mark, 26, ft.Colors.PRIMARY),
            ft.Container(column([txt(words, ft.TextThemeStyle.TITLE_MEDIUM), quiet(says)], gap=2), expand=True),
        ],
        spacing=14,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


async def ring(phone: str) -> None:
    """Open a number in the device's phone app."""
    await ft.UrlLauncher().launch_url(f"tel:{phone_digits(phone)}")


def phrases(key: str) -> tuple[str, ...]:
    """Return the frequent phrases stored in the text `key`, where bars (|) separate them."""
    return tuple(t(key).split("|"))


def clock_of(card: Card, now: int) -> list[ft.Control]:
    """Return the chip of a ticket's running clock, or [] if none runs or its deadline is more than three days away."""
    if card.clock is None or card.clock.met_at is not None:
        return []
    level = card.clock.level(now)
    # A deadline more than three days away is only noise in a list of urgent things.
    if level == CALM and card.clock.minutes_left(now) > 3 * 24 * 60:
        return []
    return [clock_chip(clock_name(card.clock), level=level, minutes_left=card.clock.minutes_left(now))]


def card_marks(card: Card, now: int) -> list[ft.Control]:
    """Return a listed ticket's marks: urgency, clock and stamps. `now` is in ms."""
    marks = clock_of(card, now)
    if card.urgent and not card.over:
        marks.insert(0, urgent_chip())
    if card.flags:
        marks.append(stamp_badge("flagged"))
    if card.signature == st.CHANGED:
        marks.append(stamp_badge("changed"))
    if card.as_(TicketCard).escalated:
        marks.append(chip(t("desk.escalated"), "amber", ft.Icons.PRIORITY_HIGH))
    if card.unsent:
        marks.append(stamp_badge("unsent"))
    return marks


def desk_card(
    card: Card,
    now: int,
    on_tap: Tap | None,
    *,
    id: str = "",
    who: str = "",
    selected: bool = False,
    act: tuple[str, Tap] | None = None,
    with_stage: bool = True,
    lines: int = 2,
    key: str | None = None,
) -> ft.Control:
    """Return a ticket for the desk's lists: the address large, the problem, its marks.

    `act` adds a button: its words and handler, for a step that can be taken from here.
    """
    large = theme.look_of(ft.context.page).scale > 1.3
    name = txt(card.address, ft.TextThemeStyle.TITLE_LARGE, expand=not large, lines=2)
    number = [quiet(card.number)] if card.number else []
    kind = "" if card.kind == "repair" else word("kind", card.kind)
    stage = word("stage", card.stage) if with_stage else ""
    facts = " · ".join(part for part in (estates.mark_of(card), kind, stage, who) if part)
    words = column(
        [
            *([name, *number] if large else [row([name, *number])]),
            txt(card.content, lines=lines),
            *([quiet(facts, lines=1 if not large else 2)] if facts else []),
        ],
        gap=4,
    )
    # Without marks, show how long the ticket has been open: the desk works in that order.
    marks = card_marks(card, now) or [quiet(t("desk.since", when=ago_text(card.opened_at, now)))]
    foot: ft.Control = flow(marks) if len(marks) > 1 else marks[0]
    if act is not None:
        button = small_button(f"act-{card.id}", act[0], act[1])
        if large:
            left = ft.Container(foot, alignment=ft.Alignment.CENTER_LEFT)
            foot = column([left, button], gap=8)
        else:
            foot.expand = foot.expand_loose = True
            foot = row([foot, button], gap=8, alignment=ft.MainAxisAlignment.SPACE_BETWEEN)
    padding = ft.Padding.only(left=16, right=16, top=13, bottom=6)
    opens = pressable(
        id or f"card-{card.id}",
        words,
        on_tap,
        padding=padding,
        radius=theme.RADIUS,
        selected=selected or None,
        min_height=TALL,
    )
    below = ft.Padding.only(left=16, right=12, bottom=12)
    inside = [opens, ft.Container(foot, padding=below, alignment=None if act else ft.Alignment.CENTER_LEFT)]
    return ft.Container(
        column(inside, gap=0),
        bgcolor=ft.Colors.PRIMARY_CONTAINER if selected else theme.PAPER,
        border=edge_of(card, selected),
        border_radius=theme.RADIUS,
        key=key,
    )


def edge_of(card: Card, selected: bool = False) -> ft.Border:
    """Return the border of a ticket's card: thick when selected, red when urgent, otherwise thin."""
    if selected:
        return ft.Border.all(2, ft.Colors.PRIMARY)
    if card.urgent and not card.over:
        return ft.Border.all(2, ft.Colors.ERROR)
    return ft.Border.all(1, ft.Colors.with_opacity(0.6, ft.Colors.OUTLINE_VARIANT))


def ticket_head(view: TicketView, now: int) -> ft.Control:
    """Return a ticket's summary over a form, smaller than `ticket_paper`: number, address, problem, contact, marks."""
    card = view.card
    top = row([quiet(word("kind", card.kind), expand=True), quiet(card.number or "")])
    contact = " ".join(part for part in (card.contact_name, card.contact_phone) if part)
    marks = card_marks(card, now)
    return paper(
        [
            top,
            *estates.head_of(card),
            ft.Semantics(header=True, content=txt(card.address, ft.TextThemeStyle.HEADLINE_SMALL)),
            long_txt(card.content),
            *([quiet(contact)] if contact else []),
            *([flow(marks)] if marks else []),
        ],
        id="ticket-head",
        gap=5,
    )


def form(
    ui: Ui,
    heading: str,
    content: Sequence[ft.Control],
    *,
    id: str,
    action: Action | None,
    second: Action | None = None,
    draft: Draft | None = None,
    on_done: Callable[[], object] | None = None,
    cloud: Cloud | None = None,
) -> ft.Control:
    """Return the frame of a desk form: a screen of its own, or with `on_done` the right pane, which that closes."""
    tools: list[ft.Control] = []
    if draft is not None and draft.kept and draft.restored:
        tools.append(small_button(f"{id}-discard", t("desk.discard"), draft.discard, tone="text"))
    if on_done is None:
        return Scaffold(
            heading, content, id=id, on_back=ui.back, cloud=cloud, tools=tools, action=action, second=second
        )
    buttons = [MainAction(one, quiet=n > 0, by_key=not n) for n, one in enumerate((action, second)) if one is not None]
    hints = [quiet(one.hint, align=ft.TextAlign.CENTER) for one in (action,) if one is not None and one.hint]
    back = icon_button("back", ft.Icons.ARROW_BACK_ROUNDED, t("common.back"), on_done)
    body_ = ft.Column(
        [row([back, txt(heading, ft.TextThemeStyle.TITLE_MEDIUM, expand=True), *tools]), *content],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        spacing=theme.GAP,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return tag(id, ft.Column([body_, column([*hints, *buttons], gap=theme.GAP_SMALL)], expand=True), expand=True)


def not_for_you(ui: Ui, heading: str, *, id: str) -> ft.Control:
    """Return the page shown to somebody who opened a page by its address without having the role for it."""
    return Scaffold(
        heading,
        [empty_state(t("desk.not_here"), t("desk.not_here_says"), mark=ft.Icons.LOCK_OUTLINE)],
        id=id,
        on_back=ui.back,
    )


def may_oversee(held: frozenset[str]) -> bool:
    """Whether somebody with these roles may see all work of the estate."""
    return bool(held & roles.OVERSEERS)


# -- signatures --------------------------------------------------------------------------------


def drawing_of(ui: Ui, entry: Entry, height: float = SIGNATURE_HEIGHT) -> ft.Control | None:
    """Return the picture of a stored signature, or None if its strokes are not on this device or cannot be read."""
    raw = ui.session.strokes(entry)
    if raw is None:
        return None
    try:
        strokes, width, tall = read_drawing(json.loads(raw))
    except ValueError:
        # The verdict says so in words; a picture of damaged strokes would suggest the opposite.
        return None
    return signature_picture(strokes, width, tall, name=str(entry.body.get("name") or ""), height=height)


_STANDING: Final[dict[str, tuple[str, ft.IconData]]] = {
    "intact": ("good", ft.Icons.VERIFIED_OUTLINED),
    "changed_after_signing": ("red", ft.Icons.GPP_MAYBE_OUTLINED),
    "broken": ("red", ft.Icons.GPP_BAD_OUTLINED),
    "strokes_missing": ("calm", ft.Icons.CLOUD_DOWNLOAD_OUTLINED),
}


def verdict_line(standing: str, name: str) -> ft.Control:
    """Return a signature's verdict in plain words with an icon.

    Such as 签名有效 / 签后已更改 / 记录链断开 (valid / changed after signing / hash chain broken).
    """
    tone, mark = _STANDING.get(standing, ("plain", ft.Icons.HELP_OUTLINE))
    ink = {"good": ft.Colors.PRIMARY, "red": ft.Colors.ERROR}.get(tone, ft.Colors.ON_SURFACE_VARIANT)
    return tag(
        f"verdict-{standing}",
        ft.Row(
            [icon(mark, 24, ink), body(t(f"desk.verify.{standing}", name=name), color=ink, expand=True)],
            spacing=10,
            vertical_alignment=ft.CrossAxisAlignment.START,
        ),
    )


def standing_of(view: TicketView) -> str:
    """Return the standing of the resident's signature on a ticket (see `Verdict`), or "" when there is none."""
    signed = view.state.signatures.get("resident")
    if signed is None:
        return ""
    verdict = view.verdicts.get(signed.id)
    return verdict.standing if verdict is not None else ""
