"""调度台 at a PC: a dense table of one type of record, the chosen one beside it with everything, keys for all of it.

Which types there are, their columns, their pages and what is done to several at once say their faces. Calls 来电 open
beside the table, as many as telephones ring, each a draft of its own (A.1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, overload

import flet as ft

from app.actions import CardFilter
from app.actions.models import Card
from app.domain.subjects import subject_of
from app.ui import estates, theme
from app.ui.context import Ui, cloud_of, use_now, use_read, use_ui
from app.ui.kit.base import TALL, column, icon, pressable, quiet, row, tag, title, txt
from app.ui.kit.buttons import Action, icon_button, small_button
from app.ui.kit.choose import pills
from app.ui.kit.fields import SearchField
from app.ui.kit.keys import DOWN, ESC, UP, use_keys
from app.ui.kit.lists import empty_state
from app.ui.kit.notices import use_question, use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.table import Table
from app.ui.news import use_news
from app.ui.screens.desk import narrowing
from app.ui.screens.desk.endings import CallBackScreen, VoidScreen
from app.ui.screens.desk.forms import AskedScreen, AssignScreen, JudgeScreen
from app.ui.screens.desk.narrowing import DIMENSIONS, MARKS, Eye, Narrowed
from app.ui.screens.desk.parts import use_made
from app.ui.screens.desk.ways import read_ways, step_of, ways_of
from app.ui.screens.subject import SubjectPane
from app.ui.subjects import FACES, Face, face_of
from app.ui.subjects.face import Together
from app.ui.subjects.ticket.call import call_button, takes_calls
from app.ui.subjects.ticket.new import CALL, OpenCall, TicketNewScreen, call_draft, open_calls
from app.ui.subjects.ticket.tickets import new_button
from app.ui.tabs import use_nav
from app.ui.texts import t, time_text
from app.ui.ticket_words import building_name

MOST: Final = 5000
"""Most rows of a table: more than anybody looks through, and a search finds the others."""
NEW: Final = "new"
_CHOSEN: Final = "shangmen.desk.chosen"
_KEPT: Final = "desk"
"""Where this installation keeps what each person's table is narrowed to."""
_FIRST: Final = next(iter(FACES))
_ABOVE: Final = 200
"""Height in px of what stands over the rows, the least there is."""

FORMS: Final[dict[str, Callable[..., ft.Control]]] = {
    "assign": AssignScreen,
    "judge": JudgeScreen,
    "asked": AskedScreen,
    "call-back": CallBackScreen,
    "void": VoidScreen,
}
"""The forms that open beside the table, by the last part of their path."""


class Rows(Sequence[Card]):
    """The cards of some ids in their order; a page of them is read only when one of its rows is asked for."""

    PAGE: Final = 60

    def __init__(self, read: Callable[[CardFilter, int, int], list[Card]], type_: str, ids: Sequence[str]) -> None:
        self.ids = ids
        self._read = read
        self._type = type_
        self._pages: dict[int, dict[str, Card]] = {}

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, at: int) -> Card: ...

    @overload
    def __getitem__(self, at: slice) -> list[Card]: ...

    def __getitem__(self, at: int | slice) -> Card | list[Card]:
        if isinstance(at, slice):
            return [self._card(n) for n in range(*at.indices(len(self.ids)))]
        return self._card(range(len(self.ids))[at])

    def _card(self, at: int) -> Card:
        page = at // self.PAGE
        if page not in self._pages:
            wanted = tuple(self.ids[page * self.PAGE : (page + 1) * self.PAGE])
            found = self._read(CardFilter(type=self._type, ids=wanted), 0, self.PAGE)
            self._pages[page] = {card.id: card for card in found}
        # One that a sync took away between two readings is a row without words until the next one.
        return self._pages[page].get(self.ids[at]) or Card(self._type, self.ids[at])


def kept_table(ui: Ui, type_: str = "") -> Narrowed:
    """Return what this person's table of a type was narrowed to last, or of the type they looked at last."""
    mine = _kept(ui)
    chosen = type_ or str(mine.get("type") or "")
    return Narrowed.of_json(mine.get(chosen), chosen if chosen in FACES else _FIRST)


def _kept(ui: Ui) -> dict[str, Any]:
    kept = ui.preferences.read().get(_KEPT)
    mine = kept.get(ui.session.profile.staff_id) if isinstance(kept, dict) else None
    return mine if isinstance(mine, dict) else {}


def keep_table(ui: Ui, table: Narrowed) -> None:
    """Keep what this person's table is narrowed to, for tomorrow."""
    kept = ui.preferences.read().get(_KEPT)
    mine = _kept(ui) | {"type": table.type, table.type: table.to_json()}
    ui.choose(**{_KEPT: (kept if isinstance(kept, dict) else {}) | {ui.session.profile.staff_id: mine}})


@dataclass(frozen=True)
class Chosen:
    """Which record stands beside the table, and which of its forms ("" for the record itself)."""

    type: str = ""
    id: str = ""
    form: str = ""


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
    marked, set_marked = use_made(frozenset[str])
    finding, set_finding = ft.use_state(0)
    asking, set_asking = ft.use_state("")
    doing, set_doing = ft.use_state("")
    nav = use_nav("tickets")
    face = face_of(table.type)
    wanted = CardFilter(type=table.type, ended=table.ended, text=text, order="recent" if table.ended else "urgency")
    lines = use_read(lambda s: s.lines(s.overseen(wanted), MOST), wanted)
    by_type = use_read(lambda s: s.count_by_type(s.overseen(CardFilter(type=None, ended=False))))
    ways = use_read(read_ways)
    calls = use_read(open_calls, chosen.form)
    eye = Eye(ui.session.profile.staff_id, now)
    names = {line.assignee: ui.session.staff_name(line.assignee) for line in lines if line.assignee}
    sorts = narrowing.keys_of(names, tuple(subject_of(table.type).stage_words))
    found = ft.use_memo(lambda: narrowing.find(lines, table, eye, sorts), [lines, table, now])
    rows = use_read(lambda s: Rows(s.cards, table.type, found.ids), table.type, found.ids)
    at = found.ids.index(chosen.id) if chosen.id in found.ids and chosen.type == table.type else -1

    def narrow(fresh: Narrowed) -> None:
        keep_table(ui, fresh)
        set_table(fresh)
        set_marked(frozenset())

    def show(fresh: Chosen) -> None:
        # Drafts are written before anything reads which calls are open.
        ui.forms.flush()
        store.set(_CHOSEN, Chosen(fresh.type, fresh.id))
        set_chosen(fresh)

    def choose(record_id: str) -> None:
        show(Chosen(table.type, record_id))

    def step(form: str) -> None:
        show(Chosen(chosen.type, chosen.id, form))

    def move(by: int) -> None:
        if found.ids and not chosen.form:
            choose(found.ids[max(0, min(len(found.ids) - 1, at + by if at >= 0 else 0))])

    def close() -> None:
        if not chosen.form:
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
        card = ui.session.card(_FIRST, record_id)
        follows = step_of(ui, card) if card is not None else None
        show(Chosen(_FIRST, record_id, follows[0] if follows is not None and follows[0] in FORMS else ""))

    def do_next() -> None:
        card = ui.session.card(chosen.type, chosen.id) if chosen.id and not chosen.form else None
        follows = step_of(ui, card) if card is not None else None
        if follows is not None and follows[0] in FORMS:
            step(follows[0])

    marks = face.marks_for(ui.session.roles)
    chosen_ones = [rows[n] for n, id_ in enumerate(found.ids) if id_ in marked]
    together = use_read(lambda s: face.together(s, chosen_ones), rows, marked)

    def mark(record_id: str) -> None:
        set_marked(marked ^ {record_id})

    def mark_chosen() -> None:
        if marks and at >= 0 and not chosen.form:
            mark(chosen.id)

    many = next((one for one in together if one.id == doing), None)

    async def do_many() -> None:
        if many is not None:
            await many.run(ui)
        set_marked(frozenset())
        set_doing("")

    use_question(
        many is not None,
        many.words if many is not None else "",
        many.says if many is not None else "",
        Action(many.words if many is not None else "", do_many),
        lambda: set_doing(""),
        id="desk-many",
    )
    use_keys(
        {
            "C": ring,
            "X": mark_chosen,
            "N": lambda: step(NEW),
            "R": next_call,
            "A": do_next,
            "/": lambda: set_finding(finding + 1),
            "?": lambda: set_asking("keys"),
            DOWN: lambda: move(1),
            UP: lambda: move(-1),
            ESC: close,
        }
    )
    use_news(ui, "/desk")

    def sheet() -> list[ft.Control]:
        return _key_rows() if asking == "keys" else _values(ui, asking, table, found.values[asking], take)

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
            marked=marked,
            on_mark=mark if marks else None,
            key=f"{table.type}-{table.ended}",
        )
    else:
        body = ft.Container(_nothing(face, table, text, lambda: narrow(table.wide_open())), expand=True)
    left = ft.Column(
        [
            _types(table, by_type, lambda type_: narrow(kept_table(ui, type_)), narrow),
            _filters(ui, table, found, narrow, set_asking),
            *([_marked(len(chosen_ones), together, set_doing, lambda: set_marked(frozenset()))] if chosen_ones else []),
            body,
        ],
        spacing=8,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    pane = ft.Column(
        [
            *([_calls(calls, chosen.form, step)] if any(call.form != chosen.form for call in calls) else []),
            _Beside(chosen, step, saved, close, key=f"{chosen.type}/{chosen.id}/{chosen.form}"),
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


# -- over the table ----------------------------------------------------------------------------


def _chip(
    id: str, words: str, on_tap: Callable[[], object], *, selected: bool, loud: bool = False, asks: bool = False
) -> ft.Control:
    """Return a filter as high as a mouse needs; `loud` writes it in red, one that `asks` opens its values."""
    ink = ft.Colors.ON_SECONDARY_CONTAINER if selected else ft.Colors.ERROR if loud else ft.Colors.ON_SURFACE_VARIANT
    said = txt(words, ft.TextThemeStyle.BODY_MEDIUM, color=ink, lines=1)
    inside = ft.Container(
        row([said, icon(ft.Icons.EXPAND_MORE, 16, ink)], gap=2, tight=True) if asks else said,
        padding=ft.Padding.symmetric(horizontal=12, vertical=5),
    )
    return pressable(
        id,
        inside,
        on_tap,
        min_height=TALL,
        radius=16,
        bgcolor=ft.Colors.SECONDARY_CONTAINER if selected else theme.PAPER,
        border=ft.Border.all(1, ft.Colors.SECONDARY_CONTAINER if selected else ft.Colors.OUTLINE_VARIANT),
        selected=selected,
        fill=False,
    )


def _types(
    table: Narrowed, counts: dict[str, int], choose: Callable[[str], object], narrow: Callable[[Narrowed], object]
) -> ft.Control:
    """The types of record that have something open, each with how many; and whether one looks at what is over."""
    shown = [face for face in FACES.values() if counts.get(face.type) or face.type in (_FIRST, table.type)]
    tabs: list[ft.Control] = []
    for face in shown:
        here = face.type == table.type
        ink = ft.Colors.PRIMARY if here else ft.Colors.ON_SURFACE_VARIANT
        words = txt(face.called(), ft.TextThemeStyle.TITLE_SMALL, color=ink)
        count = txt(str(counts.get(face.type, 0)), ft.TextThemeStyle.BODY_SMALL, color=ink)
        inside = ft.Container(
            row([words, count], gap=5, tight=True),
            padding=ft.Padding.symmetric(horizontal=10, vertical=6),
            border=ft.Border(bottom=ft.BorderSide(2, ft.Colors.PRIMARY if here else ft.Colors.TRANSPARENT)),
        )
        tabs.append(
            pressable(
                f"type-{face.type}", inside, partial(choose, face.type), min_height=TALL, radius=4, fill=False,
                selected=here,
            )
        )  # fmt: skip
    over = [
        _chip(
            f"desk-{name}",
            t(f"desk.table.{name}"),
            partial(narrow, _ended(table, ended)),
            selected=table.ended is ended,
        )
        for name, ended in (("open", False), ("ended", True))
    ]
    return row([ft.Row(tabs, spacing=4, scroll=ft.ScrollMode.AUTO, expand=True), *over])


def _ended(table: Narrowed, ended: bool) -> Narrowed:
    return Narrowed(table.type, ended, sort=table.sort, down=table.down)


def _filters(
    ui: Ui,
    table: Narrowed,
    found: narrowing.Found,
    narrow: Callable[[Narrowed], object],
    ask: Callable[[str], object],
) -> ft.Control:
    """One's own filters, each with how many rows it leaves."""
    chips: list[ft.Control] = [
        _chip(
            f"filter-{mark}",
            f"{t(f'desk.table.is_{mark}')} {found.marks[mark]}",
            partial(narrow, table.turned(mark)),
            selected=mark in table.marks,
            loud=mark == narrowing.LATE and bool(found.marks[mark]),
        )
        for mark in MARKS
    ]
    for dimension in DIMENSIONS:
        value = getattr(table, dimension)
        words = _value_words(ui, table, dimension, value) if value else t(f"desk.table.by_{dimension}")
        chips.append(_chip(f"by-{dimension}", words, partial(ask, dimension), selected=bool(value), asks=True))
    if table.any:
        chips.append(_chip("filter-none", t("desk.tickets.reset"), lambda: narrow(table.wide_open()), selected=False))
    return tag("desk-filters", ft.Row(chips, spacing=6, run_spacing=6, wrap=True))


def _value_words(ui: Ui, table: Narrowed, dimension: str, value: str) -> str:
    if dimension == narrowing.BUILDING:
        known = ui.session.buildings_in(None).get(value, {})
        return building_name(str(known.get("code") or value))
    if dimension == narrowing.WORKER:
        return ui.session.staff_name(value) or value
    return face_of(table.type).kind_words(Card(table.type, "", kind=value)) or value


def _values(
    ui: Ui, dimension: str, table: Narrowed, counts: Any, take: Callable[[Narrowed], object]
) -> list[ft.Control]:
    """The values of one filter, each with how many rows it leaves, and the way back to all of them."""
    named = {value: _value_words(ui, table, dimension, value) for value in counts}
    ordered = sorted(counts, key=lambda value: narrowing.natural(named[value]))
    options = [("", t("desk.tickets.anyone")), *((value, f"{named[value]} {counts[value]}") for value in ordered)]
    chosen = getattr(table, dimension)
    return [pills(options, chosen, lambda value: take(narrowing.with_value(table, dimension, value)), id="value")]


def _marked(
    n: int, together: Sequence[Together], do: Callable[[str], object], clear: Callable[[], object]
) -> ft.Control:
    """What can be done to all rows that are marked, at once."""
    parts: list[ft.Control] = [txt(t("desk.many.marked", n=n), ft.TextThemeStyle.TITLE_SMALL)]
    parts += [small_button(f"many-{one.id}", one.words, partial(do, one.id)) for one in together]
    if not together:
        parts.append(quiet(t("desk.many.nothing")))
    parts.append(small_button("many-none", t("desk.many.none"), clear, tone="text"))
    return tag("desk-marked", ft.Row(parts, spacing=10, run_spacing=6, wrap=True))


def _nothing(face: Face, table: Narrowed, text: str, reset: Callable[[], object]) -> ft.Control:
    if text or table.any:
        act = small_button("desk-reset", t("desk.tickets.reset"), reset) if table.any else None
        says = t("desk.tickets.none_found_says")
        return empty_state(t("desk.tickets.none_found"), says, mark=ft.Icons.SEARCH_OFF, action=act)
    return empty_state(t("desk.table.none", what=face.called()), t("desk.table.none_says"), mark=face.mark)


# -- beside it ---------------------------------------------------------------------------------


def _calls(calls: Sequence[OpenCall], form: str, step: Callable[[str], object]) -> ft.Control:
    """The calls that are open, each with when the telephone rang and, once it is known, which door it is about."""
    return tag(
        "desk-calls",
        ft.Row(
            [
                _chip(
                    call.form,
                    t("desk.calls.one", when=time_text(call.rang_at), where=call.address or t("desk.calls.nobody")),
                    partial(step, call.form),
                    selected=call.form == form,
                )
                for call in calls
            ],
            spacing=6,
            run_spacing=6,
            wrap=True,
        ),
    )


@ft.component
def _Beside(
    chosen: Chosen,
    step: Callable[[str], None],
    saved: Callable[[str], None],
    close: Callable[[], None],
    key: str | None = None,
) -> ft.Control:
    """Draw what stands beside the table: the chosen record, one of its forms, a new ticket, or a call."""
    ui = use_ui()
    if chosen.form.startswith(CALL):
        rang = int(chosen.form.removeprefix(CALL))
        return TicketNewScreen(on_done=close, on_saved=saved, rang_at=rang, kept=call_draft(rang))
    if chosen.form == NEW:
        return TicketNewScreen(on_done=close, on_saved=saved)
    if not chosen.id:
        return empty_state(t("desk.pick"), t("desk.pick_says"), mark=ft.Icons.KEYBOARD_ARROW_LEFT, id="desk-pick")
    if chosen.form in FORMS:
        return FORMS[chosen.form](ticket_id=chosen.id, on_done=lambda: step(""), key=f"{chosen.form}-{chosen.id}")

    def open_step(path: str) -> None:
        form = path.rsplit("/", 1)[-1]
        if form in FORMS:
            step(form)
        else:
            ui.go(path)

    face = face_of(chosen.type)
    layer = ui.router.layer(face.page(chosen.id))
    if layer is not None and layer.route.pane is not None:
        return layer.route.pane(*layer.values.values(), on_open=open_step)
    return SubjectPane(face, chosen.id)


_KEYS: Final = (
    ("C", "call"),
    ("R", "next_call"),
    ("N", "new"),
    ("/", "find"),
    ("↑ ↓", "move"),
    ("A", "assign"),
    ("X", "mark"),
    ("Enter", "take"),
    ("1 … 9", "phrase"),
    ("Ctrl + Enter", "save"),
    ("Esc", "close"),
    ("?", "keys"),
)
"""The page of keys: what each is called on the keyboard, and the name of what it does."""


def _key_rows() -> list[ft.Control]:
    """The page of keys."""
    rows = [
        row([ft.Container(title(name), width=theme.scaled(130)), quiet(t(f"desk.keys.{what}"), expand=True)])
        for name, what in _KEYS
    ]
    return [column(rows, gap=6), quiet(t("desk.keys.while_typing"))]
