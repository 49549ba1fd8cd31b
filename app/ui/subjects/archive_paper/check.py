"""季度清点 (the quarterly check, S4): the papers that nobody had in hand this quarter, by door; a tap says of each that
it is there, or not. What was not found stands first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

import flet as ft

from app.actions.archive import CheckView
from app.actions.models import Card
from app.domain.rules.archive_checks import ArchiveCheck
from app.domain.subjects.archive_paper import HERE, MISSING, OUT, PaperCard
from app.domain.times import china_day
from app.ui import estates
from app.ui.context import Ui, cloud_of, use_now, use_read, use_ui
from app.ui.kit.base import column, flow, quiet, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.buttons import small_button
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.router import Route
from app.ui.screens.desk.parts import not_for_you
from app.ui.subjects.archive_paper.face import TONES, ArchivePaperFace, class_name, found_chip
from app.ui.subjects.archive_paper.page import FOUND_MARKS
from app.ui.subjects.archive_paper.paths import CHECK, paper_path
from app.ui.texts import day_text, t
from app.ui.ticket_words import joined

_FACE: Final = ArchivePaperFace()
FEW: Final = 15
"""Papers of a part that are drawn at first, and added by each tap."""


@ft.component
def CheckScreen() -> ft.Control:
    """The page of who keeps the papers."""
    ui = use_ui()
    now = use_now()
    keeps = ui.session.archive.keeps()
    view: CheckView | None = use_read(lambda s: s.archive.check() if keeps else None, now // 600_000)
    shown, show = ft.use_state(FEW)

    async def say(card: Card, result: str) -> None:
        await ui.do(ui.session.archive.found(card.id, result), saved=t(f"archive_paper.found.{result}"))

    heading = t("archive_paper.check")
    if view is None:
        return not_for_you(ui, heading, id="archive-check")
    parts: list[ft.Control] = [_head(view, now)]
    for name, listed in (("missing", view.missing), ("left", view.left)):
        if listed:
            rows = [drawn(card.id, partial(_row, ui, card, say)) for card in listed[:shown]]
            more = len(listed) - len(rows)
            words = t("archive_paper.more", n=more)
            button = small_button(f"{name}-more", words, lambda: show(shown + FEW), tone="text")
            parts.append(group(t(f"archive_paper.part.{name}"), rows, count=len(listed), id=f"check-{name}",
                               more=button if more else None))  # fmt: skip
    if view.seen:
        rows = [drawn(card.id, partial(_seen, ui, card)) for card in view.seen[:shown]]
        parts.append(group(t("archive_paper.part.seen"), rows, count=len(view.seen), id="check-seen"))
    if not (view.left or view.missing or view.seen):
        parts.append(empty_state(t("archive_paper.none"), t("archive_paper.none_says"), mark=_FACE.mark))
    return Scaffold(heading, parts, id="archive-check", under=estates.switch(ui), on_back=ui.back, cloud=cloud_of(ui),
                    gap=18)  # fmt: skip


def check_chips(left: int, missing: int) -> list[ft.Control]:
    """Return how many papers are left to be looked for, and how many were not found."""
    marks = [chip(t("archive_paper.left", n=left), "amber", ft.Icons.PENDING_OUTLINED)] if left else []
    marks += [chip(t("archive_paper.missing", n=missing), "red", ft.Icons.SEARCH_OFF_ROUNDED)] if missing else []
    return marks or [chip(t("archive_paper.all_seen"), "good", ft.Icons.CHECK_ROUNDED)]


def _head(view: CheckView, now: int) -> ft.Control:
    today, check = china_day(now), view.check
    since = quiet(t("archive_paper.since", day=day_text(view.begins, today)))
    until = [quiet(t("archive_paper.until", day=day_text(china_day(check.due), today)))] if check is not None else []
    done, every = len(view.seen) + len(view.missing), len(view.seen) + len(view.missing) + len(view.left)
    count = txt(t("archive_paper.done_of", n=done, all=every), ft.TextThemeStyle.HEADLINE_SMALL)
    return paper([count, flow(check_chips(len(view.left), len(view.missing))), since, *until], id="check-head", gap=8)


def _words(card: Card) -> tuple[str, str]:
    return card.content, joined(card.address, class_name(card.as_(PaperCard).archive_class))


def _row(ui: Ui, card: Card, say: Callable[[Card, str], Awaitable[None]]) -> ft.Control:
    name, sub = _words(card)
    head = list_row(f"paper-{card.id[-12:]}", name, partial(ui.go, paper_path(card.id)), sub=sub, lines=2)
    buttons = [
        small_button(f"{one}-{card.id[-12:]}", t(f"archive_paper.found.{one}"), partial(say, card, one),
                     icon=FOUND_MARKS[one])
        for one in (HERE, MISSING)
    ]  # fmt: skip
    found = card.as_(PaperCard).found
    marks = found_chip(found) if found != MISSING else []  # what was not found stands under its own heading
    return column([head, ft.Container(flow([*buttons, *marks]), padding=_UNDER)], gap=0)


_UNDER: Final = ft.Padding.only(left=14, right=14, bottom=12)


def _seen(ui: Ui, card: Card) -> ft.Control:
    name, sub = _words(card)
    said = card.as_(PaperCard)
    marks = found_chip(said.found) or [chip(_FACE.stage_words(card), TONES.get(card.stage, "plain"))]
    where = joined(sub, said.borrower) if card.stage == OUT else sub
    return list_row(f"paper-{card.id[-12:]}", name, partial(ui.go, paper_path(card.id)), sub=where, lines=2,
                    trailing=marks[0])  # fmt: skip


def today_check(ui: Ui, owed: Sequence[ArchiveCheck]) -> list[ft.Control]:
    """Return the check that this person owes, on 今日; nothing where none is."""
    rows: list[ft.Control] = [
        column([
            list_row(f"archive-check-{n}", joined(t("archive_paper.check"), ui.session.estate_name(one.estate)),
                     partial(ui.go, CHECK), leading=ft.Icons.FACT_CHECK_OUTLINED),
            ft.Container(flow(check_chips(len(one.left), len(one.missing))), padding=_UNDER),
        ], gap=0)
        for n, one in enumerate(owed)
    ]  # fmt: skip
    return [group(t("archive_paper.check"), rows, id="today-archive")] if rows else []


ROUTES: Final = (Route(CHECK, CheckScreen, parent="/me"),)
