"""楼栋图: the doors of a building as they lie in it, each coloured and labelled by how its visit stands this month
(E)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import flet as ft

from app.actions.models import Household
from app.actions.rounds import LATE, MET, NOT_MET, OWED, VACANT, PictureDoor, PictureFloor
from app.domain.rules.duty_rules import COMPLAINT
from app.ui import estates, theme
from app.ui.context import Ui, cloud_of, use_read, use_ui
from app.ui.kit.base import column, flow, quiet, row, tag, txt
from app.ui.kit.choose import pills
from app.ui.kit.lists import WindowedList, empty_state
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import TONES, chip
from app.ui.router import Route
from app.ui.texts import has, t
from app.ui.ticket_words import building_name

TONE_OF: Final = {COMPLAINT: "red", LATE: "red", NOT_MET: "amber", OWED: "calm", MET: "good", VACANT: "plain"}
MARK_OF: Final = {
    COMPLAINT: ft.Icons.CAMPAIGN_OUTLINED,
    LATE: ft.Icons.ALARM,
    NOT_MET: ft.Icons.NO_ACCOUNTS_OUTLINED,
    OWED: ft.Icons.DOOR_FRONT_DOOR_OUTLINED,
    MET: ft.Icons.CHECK_ROUNDED,
    VACANT: ft.Icons.NIGHT_SHELTER_OUTLINED,
}
"""Icons by standing; colour is never the only sign: each standing has an icon and a word, too."""
ABREAST: Final = 6
"""Doors side by side on a phone at 100 % text; a longer floor continues in the next row."""
FEWEST: Final = 2
"""Fewest places side by side: a single door as wide as the window would not look like a door."""
FLOOR: Final = 64
"""Height of a floor's row in pixels: two lines of words, and enough for a thumb."""
HEADING: Final = 40
"""Height of the first entrance's name in pixels; the others take a row as high as a floor, which sets entrances
apart."""
AROUND: Final = 200
"""Pixels of the window's height that heading, buildings and legend take at least."""
LEVEL: Final = 34
"""Width of the floor's number in pixels."""


@dataclass(frozen=True)
class Strip:
    """A row of the picture: the doors of a floor, or part of them; or an entrance's heading."""

    key: str
    level: str
    doors: tuple[PictureDoor, ...]
    heading: str = ""


def strips(floors: tuple[PictureFloor, ...], abreast: int) -> list[Strip]:
    """Return the rows of the picture: a heading before each entrance if there are several, long floors in parts."""
    several = len({one.entrance for one in floors}) > 1
    found: list[Strip] = []
    before: str | None = None
    for floor in floors:
        if several and floor.entrance != before:
            name = t("building.entrance", entrance=floor.entrance) if floor.entrance else t("building.no_entrance")
            found.append(Strip(f"entrance-{floor.entrance}", "", (), name))
        before = floor.entrance
        for start in range(0, len(floor.doors), abreast):
            level = str(floor.floor) if start == 0 else ""
            part = floor.doors[start : start + abreast]
            found.append(Strip(f"{floor.entrance}-{floor.floor}-{start}", level, part))
    return found


@ft.component
def BuildingsScreen() -> ft.Control:
    """The page, one building at a time; a tap on a door opens the household."""
    ui = use_ui()
    look = theme.use_look()
    chosen, choose = ft.use_state("")
    houses = use_read(lambda s: s.rounds.houses())
    building = chosen or (houses[0].id if houses else "")
    picture = use_read(lambda s: s.rounds.picture(building), building)
    if not houses:
        nothing = empty_state(t("building.none_heading"), t("building.none"), mark=ft.Icons.APARTMENT_ROUNDED)
        return Scaffold(t("building.heading"), [nothing], id="building", on_back=ui.back, cloud=cloud_of(ui))
    room = 2 * ABREAST if look.wide else ABREAST if look.scale <= 1 else max(2, round(ABREAST / look.scale))
    # As many places as the longest floor has doors, so that in a building with two on each floor they are wide; but at
    # least `FEWEST`.
    abreast = min(room, max(FEWEST, *(len(one.doors) for one in picture.floors)))
    top: list[ft.Control] = []
    if len(houses) > 1:
        names = [(one.id, building_name(one.code) if one.code else t("round.no_building")) for one in houses]
        top.append(pills(names, building, choose, id="building"))
    words = [
        chip(t(f"building.count.{standing}", n=n), TONE_OF[standing], MARK_OF[standing])
        for standing, n in picture.counts.items()
    ]
    top.append(tag("building-legend", flow(words, gap=6)))
    made = strips(picture.floors, abreast)
    first = made[0].heading if made else ""
    rows = WindowedList(
        made[1:] if first else made,
        lambda strip: _strip(strip, abreast, lambda home: ui.go(f"/household/{home.id}"), ui),
        row_height=FLOOR,
        header=[_heading(first)] if first else [],
        header_height=theme.scaled(HEADING) if first else 0,
        around=AROUND + (HEADING if first else 0),
        gap=4,
        key_of=lambda strip: strip.key,
        spot=f"building-{building}",
        key=f"{building}|{abreast}",
        id="building-doors",
    )
    return Scaffold(
        t("building.heading"),
        [*top, rows],
        id="building",
        under=estates.switch(ui),
        on_back=ui.back,
        cloud=cloud_of(ui),
        scroll=False,
    )


def _strip(strip: Strip, abreast: int, open_: Callable[[Household], object], ui: Ui) -> ft.Control:
    if strip.heading:
        return _heading(strip.heading)
    level = ft.Container(
        quiet(
            strip.level,
            align=ft.TextAlign.CENTER,
            lines=1,
            label=t("building.floor", n=strip.level) if strip.level else None,
        ),
        width=theme.scaled(LEVEL),
        alignment=ft.Alignment.CENTER,
    )
    doors = [_door(door, open_) for door in strip.doors]
    rest = [ft.Container(expand=True) for _ in range(abreast - len(doors))] if len(doors) < abreast else []
    return row([level, *doors, *rest], gap=4, vertical_alignment=ft.CrossAxisAlignment.STRETCH)


def _heading(entrance: str) -> ft.Control:
    """Return an entrance's name; within the list it is as high as a row."""
    words = ft.Semantics(header=True, content=txt(entrance, ft.TextThemeStyle.TITLE_MEDIUM))
    return ft.Container(
        words, alignment=ft.Alignment.BOTTOM_LEFT, padding=ft.Padding.only(bottom=6), height=theme.scaled(HEADING)
    )


def _word(door: PictureDoor) -> str:
    """Return how a door stands, in a word; if the household waits for an answer, to what (投诉, 建议, 求助)."""
    waits = door.due.duty.waits if door.due is not None and door.standing == COMPLAINT else ""
    return t(f"building.door.{waits if has(f'building.door.{waits}') else door.standing}")


def _door(door: PictureDoor, open_: Callable[[Household], object]) -> ft.Control:
    """Return a door: its number and a word. Not made with `pressable`: many are drawn at once, so each has few
    controls."""
    ink, ground = TONES[TONE_OF[door.standing]]
    word = _word(door)
    cell = ft.Container(
        column(
            [
                txt(door.label, ft.TextThemeStyle.LABEL_LARGE, color=ink, lines=1, align=ft.TextAlign.CENTER),
                txt(word, ft.TextThemeStyle.LABEL_SMALL, color=ink, lines=1, align=ft.TextAlign.CENTER),
            ],
            gap=1,
            alignment=ft.MainAxisAlignment.CENTER,
        ),
        on_click=lambda _: open_(door.household),
        ink=True,
        bgcolor=ground,
        border_radius=theme.RADIUS_SMALL,
        border=ft.Border.all(2 if door.standing == COMPLAINT else 1, ft.Colors.with_opacity(0.5, ink)),
        alignment=ft.Alignment.CENTER,
    )
    says = t("building.says", door=door.household.address, how=word)
    return ft.Semantics(
        identifier=f"cell-{door.household.address}", label=says, content=cell, container=True, button=True, expand=True
    )


ROUTE: Final = Route("/buildings", BuildingsScreen, parent=None)
