"""晚间走访: the evening round, from door to door in walking order; after saving, the next door is one tap away (E)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.rounds import (
    FESTIVAL,
    MET,
    MONTHLY,
    NOT_MET,
    PASSED,
    WAITING,
    BuildingRow,
    Usual,
    Walk,
    WalkDoor,
)
from app.domain.rules.duty_rules import COMPLAINT
from app.domain.times import china_day
from app.ui import estates, theme
from app.ui.context import Ui, cloud_of, use_read, use_ui
from app.ui.kit.base import column, flow, pressable, quiet, row, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.buttons import Action, icon_button, small_button
from app.ui.kit.choose import pills
from app.ui.kit.lists import empty_state, group
from app.ui.kit.long import long_txt
from app.ui.kit.money import section
from app.ui.kit.notices import notice, use_question
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.router import Route
from app.ui.screens.door.households import due_chip, names_of
from app.ui.subjects.visit.another_time import another_time_notice, another_time_words
from app.ui.subjects.visit.face import ROUND_PATH
from app.ui.subjects.visit.gifts import gift_box
from app.ui.subjects.visit.nobody import use_nobody
from app.ui.texts import day_text, t, yuan
from app.ui.ticket_words import building_name

FEW: Final = 12
"""Doors that are listed after the next one; a tap shows more."""
AT_ONCE: Final = 30
"""Most doors for which a round takes all buildings by default; with more, it begins with one building."""
FESTIVALS: Final = ("spring", "lantern", "dragon_boat", "mid_autumn", "national", "double_ninth")
_MARKS: Final = {
    MET: ("good", ft.Icons.CHECK_ROUNDED),
    NOT_MET: ("amber", ft.Icons.NO_ACCOUNTS_OUTLINED),
    PASSED: ("plain", ft.Icons.REDO_ROUNDED),
}


@ft.component
def RoundScreen() -> ft.Control:
    """The round that is under way; without one, the plan of the next."""
    ui = use_ui()
    walk = use_read(lambda s: s.rounds.walk())
    return Plan() if walk is None else Walking(walk, ui)


# -- before it begins ----------------------------------------------------------------------------


def _buildings(session: Session, occasion: str) -> list[BuildingRow]:
    return session.rounds.buildings(occasion)


@ft.component
def Plan() -> ft.Control:
    """The plan: which buildings, from the bottom or the top, and a festival's gift. All is chosen beforehand: one tap
    begins."""
    ui = use_ui()
    near = use_read(lambda s: s.rounds.festival())
    occasion, set_occasion = ft.use_state(FESTIVAL if near else MONTHLY)
    chosen, choose = ft.use_state("?")
    shown, show = ft.use_state(FEW)
    buildings = use_read(lambda s: _buildings(s, occasion), occasion)
    every = sum(one.doors for one in buildings)
    whole = every <= AT_ONCE or not buildings
    building = chosen if chosen in ("", *(one.id for one in buildings)) else ("" if whole else buildings[0].id)
    usual, doors = use_read(
        lambda s: (s.rounds.usual, s.rounds.plan(occasion, building, s.rounds.usual.upward)), occasion, building
    )

    def change(**said: Any) -> None:
        # The choices that were stored last, not those at the last drawing: typed letters may come faster than the
        # screen is drawn.
        ui.session.rounds.choose(replace(ui.session.rounds.usual, **said))
        ui.settle_soon()

    def of_this_festival() -> None:
        # A new festival begins without the last one's gift.
        if near and usual.festival != near:
            change(festival=near, gift="")

    ft.use_effect(of_this_festival, [near])

    async def begin() -> None:
        begun = await ui.session.rounds.begin(occasion, building)
        if begun is None:  # A colleague was at the last of these doors a moment ago.
            ui.refresh()
        else:
            ui.go(f"/visit/new/{begun.order[0]}")

    content: list[ft.Control] = [
        pills([(MONTHLY, t("round.monthly")), (FESTIVAL, t("round.festival"))], occasion, set_occasion, id="occasion")
    ]
    if occasion == FESTIVAL:
        content.append(_gift(usual, near, change))
    if len(buildings) > 1:
        options = [("", t("round.everywhere", n=every)), *((one.id, _building_words(one)) for one in buildings)]
        content.append(section(t("round.where"), [pills(options, building, choose, id="round-building")]))
    ways = [("up", t("round.upward")), ("down", t("round.downward"))]
    content.append(pills(ways, "up" if usual.upward else "down", lambda way: change(upward=way == "up"), id="way"))
    if not doors:
        content.append(
            empty_state(t("round.none_heading"), t("round.none"), mark=ft.Icons.TASK_ALT_ROUNDED, id="round-none")
        )
    else:
        content.append(_tally(doors))
        content.append(_doors(ui, t("round.doors"), doors[:shown], len(doors), lambda: show(shown + 50)))
    first = t("round.first", door=doors[0].household.address) if doors else t("round.begin")
    return Scaffold(
        t("round.heading"),
        content,
        id="round-plan",
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=_tools(ui),
        action=Action(first, begin, icon=ft.Icons.DIRECTIONS_WALK_ROUNDED, enabled=bool(doors)),
    )


def _building_words(one: BuildingRow) -> str:
    """Return a building's name, its number of doors, and how many of them wait for an answer: 3栋 · 12 户."""
    name = building_name(one.code) if one.code else t("round.no_building")
    more = [t("round.angry", n=one.complaints)] if one.complaints else []
    return " · ".join([name, t("round.n_doors", n=one.doors), *more])


def _gift(usual: Usual, near: str, change: Callable[..., object]) -> ft.Control:
    """Return the choice of the gift for every door, and of the festival; the coming festival comes first."""
    names = list(dict.fromkeys([*([near] if near else []), *(t(f"round.festivals.{name}") for name in FESTIVALS)]))
    options = [(name, name) for name in names]
    return section(
        t("round.gift"),
        [
            pills(options, usual.festival, lambda name: change(festival=name), id="festival"),
            gift_box("round-gift", usual.gift, lambda text: change(gift=text.strip())),
            quiet(t("round.gift_says")),
        ],
    )


def _tally(doors: Sequence[WalkDoor]) -> ft.Control:
    """Return the number of doors, and how many of them are urgent."""
    due = [door.due for door in doors if door.due is not None]
    angry, late = sum(one.reason == COMPLAINT for one in due), sum(one.days_late > 0 for one in due)
    marks: list[ft.Control] = [chip(t("round.n_doors", n=len(doors)), "calm", ft.Icons.DOOR_FRONT_DOOR_OUTLINED)]
    if angry:
        marks.append(chip(t("round.angry_first", n=angry), "red", ft.Icons.CAMPAIGN_OUTLINED))
    if late:
        marks.append(chip(t("round.late", n=late), "red", ft.Icons.ALARM))
    return flow(marks)


# -- while it is walked --------------------------------------------------------------------------


@ft.component
def Walking(walk: Walk, ui: Ui) -> ft.Control:
    """The round under way: the next door in large letters, those still ahead, those done. At the end, a summary."""
    ending, set_ending = ft.use_state(False)
    shown, show = ft.use_state(FEW)
    nobody = use_nobody(ui, ui.refresh)

    async def end() -> None:
        set_ending(False)
        said = _summary(walk)
        await ui.session.rounds.end()
        ui.back()
        ui.toast(said)

    use_question(
        ending,
        t("round.end_heading"),
        t("round.end_says", n=walk.count(WAITING) + walk.count(PASSED)),
        Action(t("round.end"), end),
        lambda: set_ending(False),
        no=t("round.go_on"),
    )
    here = walk.next
    content: list[ft.Control] = [_progress(walk, ui.now())]
    if here is None:
        content += _ended(ui, walk)
    else:
        content += [drawn("round-next", partial(_next, ui, here), what=here.household.address)]
        ahead = [door for door in walk.doors if door.standing == WAITING and door is not here]
        if ahead:
            content.append(_doors(ui, t("round.ahead"), ahead[:shown], len(ahead), lambda: show(shown + 50)))
    behind = [door for door in walk.doors if door.standing != WAITING]
    if behind:
        content.append(_doors(ui, t("round.behind"), behind, len(behind), lambda: None))
    if here is not None:
        content.append(small_button("round-end", t("round.end"), lambda: set_ending(True), tone="text"))
    action, second = _actions(ui, walk, end, nobody)
    return Scaffold(
        t("round.heading"),
        content,
        id="round",
        sub=t("round.gift_of", festival=walk.round.festival, gift=walk.round.gift) if walk.round.gift else None,
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=_tools(ui),
        action=action,
        second=second,
    )


def _actions(
    ui: Ui, walk: Walk, end: Callable[[], object], nobody: Callable[[str, str], None]
) -> tuple[Action, Action | None]:
    here = walk.next
    if here is None:
        again = Action(t("round.again", n=walk.count(PASSED)), ui.session.rounds.take_up, id="round-again")
        return Action(t("round.end"), end, icon=ft.Icons.CHECK_ROUNDED), again if walk.count(PASSED) else None
    home = here.household
    occasion = walk.round.occasion if walk.round.occasion == FESTIVAL or here.due is None else here.due.reason
    word = "round.next" if any(door.standing != WAITING for door in walk.doors) else "round.first"

    def still(act: Callable[[], object]) -> Callable[[], None]:
        """Return a tap that does nothing if the door was done a moment ago and the screen does not show it yet."""

        def tapped() -> None:
            fresh = ui.session.rounds.walk()
            if fresh is not None and fresh.next is not None and fresh.next.household.id == home.id:
                act()

        return tapped

    go = still(lambda: ui.go(f"/visit/new/{home.id}"))
    return (
        Action(t(word, door=home.address), go, icon=ft.Icons.DIRECTIONS_WALK_ROUNDED),
        Action(t("household.nobody"), still(lambda: nobody(home.id, occasion)), id="nobody"),
    )


def _progress(walk: Walk, now: int) -> ft.Control:
    """Return how far the round is, such as 已走 3/10 户, and the results so far."""
    done = len(walk.doors) - walk.count(WAITING)
    marks = [
        chip(t(f"round.count.{one}", n=walk.count(one)), *_MARKS[one])
        for one in (MET, NOT_MET, PASSED)
        if walk.count(one)
    ]
    began, today = china_day(walk.round.started_at), china_day(now)
    parts: list[ft.Control] = [
        txt(t("round.done_of", n=done, all=len(walk.doors)), ft.TextThemeStyle.TITLE_MEDIUM),
        ft.ProgressBar(value=done / max(1, len(walk.doors)), bar_height=8, border_radius=4, semantics_label=""),
        *([flow(marks)] if marks else []),
    ]
    if began != today:
        parts.append(quiet(t("round.began", day=day_text(began, today))))
    return column(parts, gap=8)


def _next(ui: Ui, door: WalkDoor) -> ft.Control:
    """Return the next door: address, who lives there, and what to know before knocking."""
    home = door.household
    today = china_day(ui.now())
    marks = [due_chip(door.due, ui.session)] if door.due is not None else []
    seen = (
        t("household.last_visit", day=day_text(china_day(door.last_met), today))
        if door.last_met
        else t("household.never_visited")
    )
    parts: list[ft.Control] = [
        *estates.head_of(home),
        ft.Semantics(header=True, content=txt(home.address, ft.TextThemeStyle.DISPLAY_SMALL)),
        txt(names_of(home), lines=2),
        quiet(seen),
        *([flow(marks)] if marks else []),
        *another_time_notice(door.another),
    ]
    if home.arrears_fen > 0:
        owed = t("household.arrears", money=yuan(home.arrears_fen))
        parts.append(txt(owed, ft.TextThemeStyle.TITLE_SMALL, color=ft.Colors.ON_TERTIARY_CONTAINER))
    if home.notes:
        parts.append(long_txt(home.notes, ft.TextThemeStyle.BODY_MEDIUM))

    async def pass_over() -> None:
        await ui.session.rounds.pass_over(home.id)

    parts.append(
        flow(
            [
                small_button("round-pass", t("round.pass"), pass_over, icon=ft.Icons.REDO_ROUNDED),
                small_button("round-door", t("visit.to_door"), lambda: ui.go(f"/household/{home.id}"), tone="text"),
            ]
        )
    )
    return paper(parts, id="round-next", gap=10)


def _ended(ui: Ui, walk: Walk) -> list[ft.Control]:
    """Return the summary of the evening, and whether all of it was sent."""
    status = ui.session.sync_status()
    kept = t("round.all_sent") if not status.waiting else t("round.waiting", n=status.waiting)
    return [notice(_summary(walk), kept=kept, tone="good", id="round-ended")]


def _summary(walk: Walk) -> str:
    """Return the summary in words: 走了 10 户：见到 7 户，没有见到 2 户，跳过 1 户。登记了 2 件事，送出礼品 6 份。"""
    counts = [t(f"round.count.{one}", n=walk.count(one)) for one in (MET, NOT_MET, PASSED) if walk.count(one)]
    said = t("round.walked", n=walk.count(MET) + walk.count(NOT_MET), how=t("round.comma").join(counts))
    more = [t(f"round.{name}", n=n) for name, n in (("noted", walk.noted), ("gifts", walk.gifts)) if n]
    return said + "".join(more) if counts else t("round.walked_none")


# -- rows ----------------------------------------------------------------------------------------


def _doors(ui: Ui, heading: str, doors: Sequence[WalkDoor], every: int, more: Callable[[], object]) -> ft.Control:
    rows = [drawn(door.household.id, partial(_row, ui, door), what=door.household.address) for door in doors]
    left = every - len(doors)
    rest = small_button("round-more", t("shell.today.rest", n=left), more, tone="text") if left > 0 else None
    return group(heading, rows, count=every, id=f"round-{'behind' if _over(doors) else 'ahead'}", more=rest)


def _over(doors: Sequence[WalkDoor]) -> bool:
    return bool(doors) and doors[0].standing != WAITING


def _row(ui: Ui, door: WalkDoor) -> ft.Control:
    """Return a door of the round as a row: what to know, or its result. A tap opens it; one that was skipped is taken
    up again."""
    home = door.household
    marks: list[ft.Control] = []
    if door.standing in _MARKS:
        tone, mark = _MARKS[door.standing]
        marks.append(chip(t(f"round.standing.{door.standing}"), tone, mark))
    elif door.another is not None:
        marks.append(chip(another_time_words(door.another), "amber", ft.Icons.MORE_TIME_ROUNDED))
    elif door.due is not None:
        marks.append(due_chip(door.due, ui.session))
    address = txt(home.address, ft.TextThemeStyle.TITLE_MEDIUM, expand=True)
    large = theme.look_of(ui.page).scale > 1.3
    head: list[ft.Control] = [address, flow(marks)] if large else [row([address, *marks])]
    names = " · ".join(part for part in (estates.mark_of(home), names_of(home)) if part)

    async def take_up() -> None:
        await ui.session.rounds.take_up(home.id)

    return pressable(
        f"walk-{home.address}",
        column([*head, quiet(names, lines=1)], gap=3),
        take_up if door.standing == PASSED else lambda: ui.go(f"/household/{home.id}"),
        padding=ft.Padding.symmetric(horizontal=14, vertical=9),
    )


def _tools(ui: Ui) -> list[ft.Control]:
    return [
        icon_button("to-picture", ft.Icons.APARTMENT_ROUNDED, t("round.to_picture"), lambda: ui.go("/buildings")),
        icon_button("to-month", ft.Icons.CALENDAR_MONTH_OUTLINED, t("round.to_month"), lambda: ui.go("/visits-month")),
    ]


ROUTE: Final = Route(ROUND_PATH, RoundScreen)
