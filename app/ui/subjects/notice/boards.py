"""通知: what should hang at each board now (P2), what waits for its release, and one board's own page, where a tap
photographs what was posted or taken down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import Card
from app.actions.notices import BoardRow
from app.domain.rules.notices import (
    DELIVERED,
    HANGS,
    LETTERBOX,
    MISSED,
    REMOVED,
    TO_POST,
    TO_REMOVE,
    Hanging,
)
from app.domain.times import china_day
from app.ui import estates
from app.ui.context import Ui, cloud_of, if_here, use_now, use_read, use_ui
from app.ui.kit.base import column, flow, quiet, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.router import Route
from app.ui.subjects.case.paths import fill_path, path_of
from app.ui.subjects.notice.face import NoticeFace
from app.ui.subjects.notice.paths import NEW, NEW_BOARD, NOTICES, board_path, notice_path
from app.ui.texts import day_text, moment_text, t
from app.ui.ticket_words import joined

TONES: Final = {TO_POST: "amber", HANGS: "good", TO_REMOVE: "red", REMOVED: "plain", DELIVERED: "good", MISSED: "red"}
MARKS: Final = {
    TO_POST: ft.Icons.ADD_A_PHOTO_OUTLINED, HANGS: ft.Icons.CHECK_ROUNDED, TO_REMOVE: ft.Icons.DELETE_SWEEP_OUTLINED,
    REMOVED: ft.Icons.DONE_ALL_ROUNDED, DELIVERED: ft.Icons.MARK_EMAIL_READ_OUTLINED, MISSED: ft.Icons.CLOSE_ROUNDED,
}  # fmt: skip
FEW: Final = 8
_FACE: Final = NoticeFace()


def begin(ui: Ui, one: Hanging) -> None:
    """Open the form that posts a notice there, or takes it down; else the record of what was done, or the notice."""
    found = ui.session.notices.begin(one)
    if found is not None:
        form, handed = found
        ui.go(fill_path(form.hash, one.id), **handed)
    elif one.hung is not None:
        ui.go(path_of(one.id))
    elif one.standing(ui.now()) in (TO_POST, TO_REMOVE):
        ui.toast(t("notice.no_form"), worry=True)


def row_of(ui: Ui, one: Hanging, now: int, heading: str, names: Mapping[str, str]) -> ft.Control:
    """Return a notice at a place as a row: how it stands, by when what is to be done; a tap does it."""
    standing, today = one.standing(now), china_day(now)
    late = (standing == TO_POST and one.post_by < now) or (standing == TO_REMOVE and one.notice.remove_by < now)
    words = t(f"notice.standing.{'deliver' if standing == TO_POST and one.board.sort == LETTERBOX else standing}")
    if standing == TO_POST:
        said = t("notice.post_by", when=moment_text(one.post_by, now))
    elif standing == TO_REMOVE:
        said = t("notice.remove_by", when=moment_text(one.notice.remove_by, now))
    elif one.hung is not None:
        at, who = (one.hung.removed_at, one.hung.removed_by) if standing == REMOVED else (one.hung.at, one.hung.by)
        said = joined(moment_text(at, now), names.get(who, ""))
    else:
        said = t("notice.until", day=day_text(one.notice.until, today))
    mark = chip(words, "red" if late else TONES[standing], MARKS[standing])
    return list_row(f"hang-{one.id}", heading, partial(begin, ui, one), sub=said, lines=2, trailing=mark)


def _read(session: Session) -> tuple[list[BoardRow], list[Card], list[Card]]:
    return session.notices.boards(), session.notices.drafts(), session.notices.recent()


@ft.component
def NoticesScreen() -> ft.Control:
    """The list: drafts that wait, then boards with something to do, then all others, then what was released."""
    ui = use_ui()
    now = use_now()
    every, show = ft.use_state(False)
    boards, drafts, recent = use_read(_read, now // 600_000)
    busy = [row for row in boards if row.count(TO_POST, now) or row.count(TO_REMOVE, now)]
    calm = [row for row in boards if row not in busy]
    content: list[ft.Control] = []
    if drafts:
        content.append(group(t("notice.drafts"), _cards(ui, drafts), count=len(drafts), id="drafts"))
    if busy:
        rows = [drawn(row.board.id, partial(_board, ui, row, now)) for row in busy]
        content.append(group(t("notice.boards_busy"), rows, count=len(busy), id="boards-busy"))
    if calm:
        shown = calm if every else calm[:FEW]
        rows = [drawn(row.board.id, partial(_board, ui, row, now)) for row in shown]
        left = len(calm) - len(shown)
        more = small_button("boards-all", t("notice.more", n=left), lambda: show(True), tone="text") if left else None
        content.append(group(t("notice.boards"), rows, count=len(calm), id="boards", more=more))
    if recent:
        content.append(group(t("notice.recent"), _cards(ui, recent[:20]), id="recent"))
    if not content:
        content.append(empty_state(t("notice.none"), t("notice.none_says"), mark=ft.Icons.CAMPAIGN_OUTLINED))
    ways: list[ft.Control] = []
    if ui.session.notices.may_name_boards():
        ways.append(small_button("board-new", t("notice.new_board"), lambda: ui.go(NEW_BOARD),
                                 icon=ft.Icons.ADD_LOCATION_ALT_OUTLINED))  # fmt: skip
    action = None
    if ui.session.notices.may_draft():
        action = Action(t("notice.new"), lambda: ui.go(NEW), icon=ft.Icons.EDIT_NOTE_ROUNDED)
    return Scaffold(
        t("notice.heading"), [*content, *([flow(ways)] if ways else [])], id="notices", under=estates.switch(ui),
        on_back=ui.back, cloud=cloud_of(ui), action=action, gap=18,
    )  # fmt: skip


def _cards(ui: Ui, cards: Sequence[Card]) -> list[ft.Control]:
    return [
        list_row(
            f"notice-{card.id}", card.content, partial(ui.go, notice_path(card.id)), lines=2,
            sub=joined(estates.mark_of(card), _FACE.kind_words(card), _FACE.paper(card)),
            trailing=chip(_FACE.stage_words(card), "good" if card.stage == "released" else "plain"),
        )
        for card in cards
    ]  # fmt: skip


def chips_of(row: BoardRow, now: int) -> list[ft.Control]:
    """Return what is to be done at a board, and how many hang there."""
    found = [
        chip(t(f"notice.count.{standing}", n=n), TONES[standing], MARKS[standing])
        for standing in (TO_REMOVE, TO_POST, HANGS)
        if (n := row.count(standing, now))
    ]
    return found or [chip(t("notice.empty"), "plain")]


def _board(ui: Ui, row: BoardRow, now: int) -> ft.Control:
    head = list_row(f"board-{row.board.name}", row.board.name, partial(ui.go, board_path(row.board.id)))
    return column([head, ft.Container(flow(chips_of(row, now)), padding=ft.Padding.only(left=14, bottom=12))], gap=0)


@ft.component
def BoardScreen(board_id: str) -> ft.Control:
    """One board: what should hang there now. A tap on what lacks takes the photo of it."""
    ui = use_ui()
    now = use_now()
    row: BoardRow | None = use_read(lambda s: if_here(lambda: s.notices.board(board_id)), board_id, now // 600_000)
    if row is None:
        gone = empty_state(t("notice.board_gone"), t("notice.gone_says"), mark=ft.Icons.SEARCH_OFF)
        return Scaffold(t("notice.board"), [gone], id="board", on_back=ui.back)
    board = row.board
    heading = ft.Semantics(header=True, content=txt(board.name, ft.TextThemeStyle.HEADLINE_MEDIUM))
    unnamed = [] if board.own else [quiet(t("notice.unnamed"))]
    head = paper([heading, *unnamed, flow(chips_of(row, now))], id="board-head", gap=8)
    who = {name for one in row.listed if one.hung is not None for name in (one.hung.by,)}
    names = {one: ui.session.staff_name(one) for one in who}
    rows = [row_of(ui, one, now, one.notice.title, names) for one in row.listed]
    inside = (
        group(t("notice.should_hang"), rows, count=len(rows), id="should-hang")
        if rows
        else empty_state(t("notice.nothing_hangs"), t("notice.nothing_hangs_says"), mark=ft.Icons.TASK_ALT_ROUNDED)
    )
    first = next((one for one in row.listed if ui.session.notices.begin(one) is not None), None)
    action = None
    if first is not None:
        words = "notice.do_remove" if first.standing(now) == TO_REMOVE else "notice.do_post"
        action = Action(t(words, what=first.notice.title), partial(begin, ui, first),
                        icon=MARKS[first.standing(now)], id="board-next")  # fmt: skip
    return Scaffold(t("notice.board"), [head, inside], id="board", on_back=ui.back, cloud=cloud_of(ui), action=action)


def today_group(ui: Ui, listed: Sequence[Hanging], now: int) -> list[ft.Control]:
    """Return what is to be posted and taken down, on 今日: the first few, the most pressing first."""
    if not listed:
        return []
    due = sorted(listed, key=lambda one: one.post_by if one.standing(now) == TO_POST else one.notice.remove_by)
    rows = [row_of(ui, one, now, joined(one.board.name, one.notice.title), {}) for one in due[:3]]
    more = small_button("notices-all", t("notice.to_boards"), lambda: ui.go(NOTICES), tone="text")
    return [group(t("notice.today"), rows, count=len(listed), id="notices",
                  more=ft.Container(more, padding=ft.Padding.symmetric(horizontal=6, vertical=2)))]  # fmt: skip


ROUTES: Final = (
    Route(NOTICES, NoticesScreen, parent="/me"),
    Route("/board/{board_id}", BoardScreen, parent=NOTICES),
)
