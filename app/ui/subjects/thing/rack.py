"""钥匙与借用: the list of every key and lent thing this person may see, with search and filters; late ones at the top
(G.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import flet as ft

from app.actions import CardFilter, Session
from app.actions.custody_reads import STOCK
from app.actions.models import Card
from app.domain import roles
from app.domain.subjects.tagging import KEEPERS
from app.domain.subjects.thing import state as st
from app.domain.subjects.thing.kinds import KEY, THING_KINDS
from app.ui import estates
from app.ui.context import Ui, cloud_of, use_handed, use_now, use_read, use_ui
from app.ui.kit.base import column, flow, quiet, tag, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import pill
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import WindowedList, empty_state
from app.ui.kit.notices import notice, use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.screens.desk.words import Cards
from app.ui.subjects.thing.parts import thing_card
from app.ui.texts import t

ALL, OUT, LATE, RACK, MINE, OTHER, MISSED, UNITS = "all", "out", "late", "rack", "mine", "other", "missed", "units"
ROW_HEIGHT: Final = 132


@dataclass(frozen=True)
class Wanted:
    """The filters of the list."""

    text: str = ""
    part: str = ALL

    def filter(self, session: Session, now: int) -> CardFilter:
        """Return the same as a filter for the store. ``now`` (ms) decides what is late."""
        text = self.text
        if self.part == OUT:
            return CardFilter(text=text, stages=(st.OUT,))
        if self.part == LATE:
            return CardFilter(text=text, ended=False, due_before=now)
        if self.part == MISSED:
            return CardFilter(text=text, missed=True)
        if self.part == RACK:
            return CardFilter(text=text, stages=(st.ON_RACK,))
        if self.part == MINE:
            return CardFilter(text=text, assignee=session.profile.staff_id)
        if self.part == UNITS:
            return replace(STOCK, text=text)
        if self.part == OTHER:
            return CardFilter(text=text, ended=False, kinds=tuple(k for k in THING_KINDS if k != KEY))
        return CardFilter(text=text)


@ft.component
def KeysScreen() -> ft.Control:
    """The list; its main action looks up what a tag hangs on."""
    ui = use_ui()
    now = use_now()
    handed = use_handed("/keys")
    wanted, set_wanted = ft.use_state(Wanted(part=str(handed.get("part") or ALL)))
    adding, set_adding = ft.use_state(False)
    chosen = wanted.filter(ui.session, now // 60_000 * 60_000)
    cards = use_read(lambda s: Cards(s.keys.things, chosen, s.keys.count(chosen)), chosen)
    counts = use_read(_counts, now // 60_000)
    keeper = bool(ui.session.roles & KEEPERS)

    def choose(part: str) -> None:
        set_wanted(Wanted(wanted.text, part))

    use_sheet(adding, t("keys.add"), lambda: _adding(ui, lambda: set_adding(False)), lambda: set_adding(False))
    content: list[ft.Control] = [
        SearchField(
            "keys-find", lambda text: set_wanted(Wanted(text, wanted.part)), hint=t("keys.find"), initial=wanted.text
        ),
        _chips(wanted.part, counts, choose),
    ]
    if counts["disputed"] and ui.session.roles & roles.OVERSEERS:
        content.append(
            notice(
                t("keys.disputed", n=counts["disputed"]),
                act=(t("keys.disputed_act"), lambda: ui.go("/keys/disputed")),
                id="keys-disputed",
            )
        )
    if wanted.part == UNITS:
        content.append(UnitKeysLine())
    content.append(_found(ui, cards, wanted, counts["all"]))
    tools = []
    if keeper:
        tools = [small_button("keys-add", t("keys.add_short"), lambda: set_adding(True), icon=ft.Icons.ADD_ROUNDED)]
    return Scaffold(
        t("keys.heading"),
        content,
        id="keys",
        sub=t("keys.count", n=counts["all"]) if counts["all"] else None,
        under=estates.switch(ui),
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=tools,
        action=Action(t("keys.look_up"), lambda: ui.go("/tag"), icon=ft.Icons.QR_CODE_SCANNER),
        scroll=False,
    )


def _counts(session: Session) -> dict[str, int]:
    return {
        ALL: session.keys.count(),
        OUT: session.keys.count(CardFilter(stages=(st.OUT,))),
        LATE: len(session.keys.late()),
        RACK: session.keys.count(CardFilter(stages=(st.ON_RACK,))),
        MISSED: session.keys.count(CardFilter(missed=True)),
        UNITS: session.keys.count(STOCK),
        "disputed": len(session.keys.disputed()),
    }


def _chips(part: str, counts: dict[str, int], choose: Callable[[str], object]) -> ft.Control:
    line = []
    units = (UNITS,) if counts[UNITS] or part == UNITS else ()
    for value in (ALL, LATE, *((MISSED,) if counts[MISSED] or part == MISSED else ()), OUT, RACK, MINE, OTHER, *units):
        words = t(f"keys.part.{value}")
        if counts.get(value):
            words = f"{words} {counts[value]}"
        line.append(pill(f"keys-{value}", words, lambda v=value: choose(v), selected=value == part))  # type: ignore[misc]
    return tag("keys-parts", ft.Row(list(line), spacing=8, scroll=ft.ScrollMode.HIDDEN))


@ft.component
def UnitKeysLine() -> ft.Control:
    """The count of the units' keys: what was stocked, and where all of it is (G.3)."""
    known = use_read(lambda s: s.keys.unit_keys())
    parts = {"on_rack": known.on_rack, "out": known.out, "issued": known.issued, "written_off": known.written_off,
             "missing": known.missing}  # fmt: skip
    says = " · ".join(t(f"keys.units.{name}", n=n) for name, n in parts.items() if n or name in ("on_rack", "issued"))
    return tag("unit-keys", column([txt(t("keys.units.stocked", n=known.stocked)), quiet(says)], gap=2))


@ft.component
def _List(cards: Cards, spot: str) -> ft.Control:
    ui = use_ui()
    use_now()

    def draw(card: Card) -> ft.Control:
        return thing_card(ui, card)

    return WindowedList(cards, draw, row_height=ROW_HEIGHT, gap=10, key_of=lambda card: card.id, spot=spot)


def _found(ui: Ui, cards: Cards, wanted: Wanted, anything: int) -> ft.Control:
    if len(cards):
        spot = f"keys-{wanted.part}-{wanted.text}"
        return _List(cards, spot, key=spot)  # type: ignore[call-arg]
    if not anything:
        says = "keys.none_says" if ui.session.roles & KEEPERS else "keys.none_says_worker"
        return empty_state(t("keys.none"), t(says), mark=ft.Icons.KEY_OUTLINED)
    if wanted.part == LATE and not wanted.text:
        return empty_state(t("keys.none_late"), t("keys.none_late_says"), mark=ft.Icons.TASK_ALT_ROUNDED)
    return empty_state(t("keys.none_found"), t("keys.none_found_says"), mark=ft.Icons.SEARCH_OFF)


def _adding(ui: Ui, close: Callable[[], object]) -> list[ft.Control]:
    def to(path: str) -> Callable[[], object]:
        def go() -> None:
            close()
            ui.go(path)

        return go

    oversees = bool(ui.session.roles & roles.OVERSEERS)
    choices = [("entrusted", "/keys/new/entrusted"), ("count", "/keys/count"), ("labels", "/keys/labels")]
    if oversees:
        choices.insert(1, ("stocked", "/keys/new/stocked"))
    return [flow([small_button(f"add-{name}", t(f"keys.adding.{name}"), to(path)) for name, path in choices])]


@ft.component
def DisputedScreen() -> ft.Control:
    """待核实: the list of keys about which two phones said different things, for the desk to settle."""
    ui = use_ui()
    cards = use_read(lambda s: s.keys.disputed())
    content: list[ft.Control] = [thing_card(ui, card) for card in cards]
    if not cards:
        content = [empty_state(t("keys.settled_all"), t("keys.settled_all_says"), mark=ft.Icons.TASK_ALT_ROUNDED)]
    return Scaffold(t("keys.disputed_heading"), content, id="keys-disputed", on_back=ui.back, cloud=cloud_of(ui))
