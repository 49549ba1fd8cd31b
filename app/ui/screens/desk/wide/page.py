"""调度台 at a PC: a dense table of one type of record, the chosen one beside it with everything, keys for all of it.

Which types there are, their columns, their pages and what is done to several at once say their faces. Calls 来电 open
beside the table, as many as telephones ring, each a draft of its own (A.1).
"""

from __future__ import annotations

from typing import Final

import flet as ft

from app.actions import CardFilter
from app.domain.subjects import subject_of
from app.ui import estates, theme
from app.ui.context import cloud_of, use_now, use_read, use_ui
from app.ui.kit.buttons import icon_button
from app.ui.kit.fields import SearchField
from app.ui.kit.keys import ALL, DOWN, ESC, SHIFT_DOWN, SHIFT_UP, SPACE, UP, Act, use_keys
from app.ui.kit.notices import use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.table import Table
from app.ui.news import use_news
from app.ui.screens.desk.parts import use_made
from app.ui.screens.desk.ways import read_ways, step_of, ways_of
from app.ui.screens.desk.wide import filters, narrowing
from app.ui.screens.desk.wide.beside import FORMS, NEW, Beside, Chosen, calls_bar
from app.ui.screens.desk.wide.many import fitting_all, marked_bar, use_many
from app.ui.screens.desk.wide.marking import AT_ONCE, Marks
from app.ui.screens.desk.wide.narrowing import Eye, Narrowed
from app.ui.screens.desk.wide.rows import FIRST, keep_table, kept_table, read_table
from app.ui.screens.desk.wide.shortcuts import key_rows
from app.ui.subjects import face_of
from app.ui.subjects.ticket.call import call_button, takes_calls
from app.ui.subjects.ticket.new import CALL, open_calls
from app.ui.subjects.ticket.tickets import new_button
from app.ui.tabs import use_nav
from app.ui.texts import t

_CHOSEN: Final = "shangmen.desk.chosen"
_ABOVE: Final = 200
"""Height in px of what stands over the rows, the least there is."""


@ft.component
def WideDesk() -> ft.Control:
    """Draw the desk at a PC."""
    ui = use_ui()
    look = theme.use_look()
    now = use_now()
    page = ft.context.page
    store = page.session.store
    table, set_table = use_made(lambda: kept_table(ui))
    text, set_text = ft.use_state("")
    chosen, set_chosen = use_made(lambda: store.get(_CHOSEN) or Chosen())
    marks, set_marks = use_made(Marks)
    finding, set_finding = ft.use_state(0)
    asking, set_asking = ft.use_state("")
    nav = use_nav("tickets")
    face = face_of(table.type)
    listed = use_read(lambda s: read_table(s, face, table.ended, text), table.type, table.ended, text)
    lines = listed.lines
    by_type = use_read(lambda s: s.count_by_type(s.overseen(CardFilter(type=None, ended=False))))
    ways = use_read(read_ways)
    calls = use_read(open_calls, chosen.form)
    eye = Eye(ui.session.profile.staff_id, now)
    names = {line.assignee: face.who_words(ui.session, line.assignee) for line in lines if line.assignee}
    sorts = narrowing.keys_of(names, tuple(subject_of(table.type).stage_words))
    found = ft.use_memo(lambda: narrowing.find(lines, table, eye, sorts), [lines, table, now])
    rows = use_read(lambda s: listed.rows(s, table.type, found.ids), listed, found.ids)
    at = found.ids.index(chosen.id) if chosen.id in found.ids and chosen.type == table.type else -1

    def narrow(fresh: Narrowed) -> None:
        keep_table(ui, fresh)
        set_table(fresh)
        set_marks(Marks())

    def turn_to(type_: str) -> None:
        narrow(kept_table(ui, type_))
        if not chosen.form:
            show(Chosen())

    def show(fresh: Chosen) -> None:
        # Drafts are written before anything reads which calls are open.
        ui.forms.flush()
        store.set(_CHOSEN, Chosen(fresh.type, fresh.id))
        set_chosen(fresh)

    def choose(record_id: str) -> None:
        show(Chosen(table.type, record_id))

    def step(form: str) -> None:
        show(Chosen(chosen.type, chosen.id, form))

    def pointed() -> int:
        # A key that follows an arrow may come before the row of that one is drawn as chosen.
        latest = store.get(_CHOSEN) or chosen
        return found.ids.index(latest.id) if latest.type == table.type and latest.id in found.ids else -1

    def move(by: int) -> None:
        if found.ids and not chosen.form:
            at_ = pointed()
            choose(found.ids[max(0, min(len(found.ids) - 1, at_ + by if at_ >= 0 else 0))])

    def close() -> None:
        if not chosen.form:
            set_marks(Marks())
            return
        ui.forms.flush()
        kept = ui.forms.kept("/desk")
        step("")
        if kept:
            ui.settle_soon(lambda: ui.toast(t("shell.draft.kept")))

    def ring() -> None:
        if takes_calls(ui):
            step(f"{CALL}{ui.now()}")

    def next_call() -> None:
        open_ones = [call.form for call in calls]
        if open_ones:
            at_ = open_ones.index(chosen.form) + 1 if chosen.form in open_ones else 0
            step(open_ones[at_ % len(open_ones)])

    def saved(record_id: str) -> None:
        card = ui.session.card(FIRST, record_id)
        follows = step_of(ui, card) if card is not None else None
        show(Chosen(FIRST, record_id, follows[0] if follows is not None and follows[0] in FORMS else ""))

    elsewhere = bool(chosen.id) and not face_of(chosen.type).worked_out
    card = rows[at] if at >= 0 else ui.session.card(chosen.type, chosen.id) if elsewhere else None
    chosen_ones = [rows[n] for n, id_ in enumerate(found.ids) if id_ in marks.ids]
    together = use_read(lambda s: face.together(s, chosen_ones) if chosen_ones else (), rows, marks.ids)
    ask = use_many(ui, lambda failed: set_marks(Marks(failed)))

    def do_next() -> None:
        if card is None or chosen.form:
            return
        follows = step_of(ui, card)
        acts = face_of(card.type).together(ui.session, [card]) if follows is None else ()
        if follows is not None and follows[0] in FORMS:
            step(follows[0])
        elif acts:
            ask(acts[0])

    def mark(record_id: str) -> None:
        set_marks(marks.turned(record_id))

    def mark_chosen() -> None:
        if pointed() >= 0 and not chosen.form:
            mark(found.ids[pointed()])

    def mark_on(by: int) -> None:
        if found.ids and not chosen.form:
            at_ = pointed()
            to = max(0, min(len(found.ids) - 1, at_ + by))
            set_marks(marks.moved(found.ids, at_ if at_ >= 0 else to, to))
            choose(found.ids[to])

    def keep_marks(ids: frozenset[str]) -> None:
        set_marks(Marks(ids))

    def unmark() -> None:
        set_marks(Marks())

    def mark_all() -> None:
        if found.ids and not chosen.form:
            set_marks(marks.all(found.ids))

    by_digit: dict[str, Act] = {
        str(n): lambda what=one: ask(what)  # type: ignore[misc]
        for n, one in enumerate(fitting_all(len(chosen_ones), together)[:9] if not chosen.form else (), 1)
    }
    use_keys(
        {
            "C": ring,
            "X": mark_chosen,
            SPACE: mark_chosen,
            SHIFT_DOWN: lambda: mark_on(1),
            SHIFT_UP: lambda: mark_on(-1),
            ALL: mark_all,
            "N": lambda: step(NEW),
            "R": next_call,
            "A": do_next,
            "/": lambda: set_finding(finding + 1),
            "?": lambda: set_asking("keys"),
            DOWN: lambda: move(1),
            UP: lambda: move(-1),
            ESC: close,
            **by_digit,
        }
    )
    use_news(ui, "/desk")

    def sheet() -> list[ft.Control]:
        return key_rows() if asking == "keys" else filters.values(ui, face, asking, table, found.values[asking], take)

    def take(fresh: Narrowed) -> None:
        narrow(fresh)
        set_asking("")

    heading = t("desk.keys.heading" if asking == "keys" else f"desk.table.by_{asking}") if asking else ""
    use_sheet(bool(asking), heading, sheet, lambda: set_asking(""), id="desk-sheet")
    width = float(page.width or theme.DESK)
    beside = min(540.0, max(360.0, width * 0.3)) * (1 if look.scale == 1 else 1.2)
    room = width - theme.scaled(88) - 2 * theme.EDGE - theme.EDGE - beside
    search = SearchField(
        "desk-find", set_text, hint=t("desk.find"), initial=text, asked_for=finding, on_submit=set_text, dense=True
    )
    tools: list[ft.Control] = [
        ft.Container(search, width=min(340.0, width * 0.24)),
        *([call_button(ui, lambda _: ring())] if takes_calls(ui) else []),
        new_button(ui, lambda: step(NEW)),
        icon_button("desk-keys", ft.Icons.KEYBOARD_OUTLINED, t("desk.keys.heading"), lambda: set_asking("keys")),
    ]
    if len(found.ids):
        body: ft.Control = Table(
            face.columns(ui.session, now),
            rows,
            key_of=lambda card: card.id,
            chosen=at,
            on_choose=choose,
            sorting=table.sorting,
            on_sort=lambda sorting: narrow(table.sorted_by(sorting)),
            room=room,
            spot=f"desk-{table.type}-{table.ended}",
            around=_ABOVE,
            id="desk-table",
            marked=marks.ids,
            on_mark=mark,
            on_mark_all=mark_all,
            all_marked=bool(chosen_ones) and len(chosen_ones) == min(len(found.ids), AT_ONCE),
            key=f"{table.type}-{table.ended}",
        )
    else:
        body = ft.Container(filters.nothing(face, table, text, lambda: narrow(table.wide_open())), expand=True)
    left = ft.Column(
        [
            filters.types(table, by_type, turn_to, narrow),
            filters.filters(ui, face, table, found, narrow, set_asking),
            body,
            # Below the rows, so that none moves from under the mouse when the first is marked.
            *([marked_bar(len(chosen_ones), together, ask, keep_marks, unmark)] if chosen_ones else []),
        ],
        spacing=8,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    pane = ft.Column(
        [
            *([calls_bar(calls, chosen.form, step)] if any(call.form != chosen.form for call in calls) else []),
            Beside(chosen, card, step, saved, close, ask, key=f"{chosen.type}/{chosen.id}/{chosen.form}"),
        ],
        spacing=8,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    right = ft.Container(
        pane,
        width=beside,
        bgcolor=theme.PAPER,
        border_radius=theme.RADIUS_SMALL,
        border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
        padding=theme.EDGE,
    )
    whole = ft.Row([left, right], spacing=theme.EDGE, expand=True, vertical_alignment=ft.CrossAxisAlignment.STRETCH)
    return Scaffold(
        t("desk.heading"),
        [ft.Container(whole, expand=True, padding=ft.Padding.only(bottom=theme.GAP))],
        id="desk",
        under=estates.switch(ui),
        cloud=cloud_of(ui),
        tools=tools,
        footer=ways_of(ui, nav, ways),
        scroll=False,
        full_width=True,
    )
