"""One question of a form, by its type: big things to tap where there is a choice, the right keyboard where there is
none, what is wrong beside the answer."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import lru_cache, partial
from typing import Final

import flet as ft

from app.domain.forms import Choice, Place
from app.domain.forms import definition as d
from app.domain.forms.values import moment_text
from app.domain.times import china_day, read_day, to_china
from app.ui import theme
from app.ui.context import use_ui
from app.ui.kit.base import TALL, column, icon, pressable, quiet, row, tag, txt
from app.ui.kit.buttons import icon_button, small_button
from app.ui.kit.choose import beside, tiles
from app.ui.kit.fields import SearchField, TextBox
from app.ui.kit.lists import list_row
from app.ui.kit.long import long_txt
from app.ui.kit.notices import use_sheet
from app.ui.scanning import use_scanner
from app.ui.subjects.case.pen import Pen
from app.ui.subjects.case.words import signer_word
from app.ui.texts import t

SHEET_ABOVE: Final = 8
"""A longer list of choices opens in a sheet with a search."""
STEPS_AT_MOST: Final = 11
"""A range of more steps has buttons for less and more instead of a button for each."""
_PICTURE: Final = 110
"""Height of a choice's picture, in px."""


def id_of(place: Place) -> str:
    """Return the id under which a question is found: its path, in the letters an id may have."""
    return "q-" + place.path.replace("/", "-").replace("[", "-").replace("]", "")


@ft.component
def QuestionPart(pen: Pen, place: Place, turn: int, picture: bytes | None, where: str) -> ft.Control:
    """Draw one question with its answer. It is drawn again only when ``turn`` or ``picture`` changes; ``where`` is the
    address that a scanned tag must belong to ("": any)."""
    theme.use_look()
    question, filling = place.question, pen.filling
    label, hint = filling.label(place, pen.speaks), filling.told(place, question.hint, pen.speaks)
    if question.type == d.NOTE:
        return row([icon(ft.Icons.INFO_OUTLINE, 20), quiet(label, expand=True)], gap=10)
    if question.signer:
        words = t("case.fill.signs", who=signer_word(question.signer))
        return row([icon(ft.Icons.DRAW_OUTLINED, 22, ft.Colors.PRIMARY), txt(words, expand=True)], gap=10)
    required = filling.required(place)
    head: list[ft.Control] = [txt(label, ft.TextThemeStyle.TITLE_MEDIUM)]
    if not required and not filling.readonly(place):
        head[0] = row([txt(label, ft.TextThemeStyle.TITLE_MEDIUM, expand=True), quiet(t("case.fill.optional"))])
    if hint:
        head.append(quiet(hint))
    answer = _Readonly if filling.readonly(place) else _BY_TYPE.get(question.type, _Text)
    parts: list[ft.Control] = [column(head, gap=2), answer(pen, place, picture, where)]
    trouble = _trouble(pen, place, required)
    if trouble:
        says = txt(trouble, ft.TextThemeStyle.BODY_MEDIUM, color=ft.Colors.ERROR, expand=True)
        parts.append(tag(f"{id_of(place)}-wrong", row([icon(ft.Icons.ERROR_OUTLINE, 20, ft.Colors.ERROR), says])))
    return tag(f"{id_of(place)}-part", column(parts, gap=8))


def _trouble(pen: Pen, place: Place, required: bool) -> str:
    problem = pen.filling.problem(place)
    if problem is not None:
        return str(problem.details.get("why_zh" if pen.speaks == "zh" else "why_en") or "")
    if pen.asked and required and not place.value:
        said = pen.filling.told(place, place.question.required_message, pen.speaks)
        return said or t("case.fill.required")
    return ""


# -- words and numbers ---------------------------------------------------------------------------


def _text(pen: Pen, place: Place, keyboard: ft.KeyboardType, lines: int = 1, hint: str = "") -> ft.Control:
    return TextBox(
        id_of(place), "", place.value, lambda value: pen.answer(place, value),
        name=pen.filling.label(place, pen.speaks), lines=lines, keyboard=keyboard, hint=hint,
    )  # fmt: skip


def _Text(pen: Pen, place: Place, *_: object) -> ft.Control:
    looks = place.question.appearance.split()
    if "numbers" in looks or "phone" in looks:
        return _text(pen, place, ft.KeyboardType.PHONE)
    return _text(pen, place, ft.KeyboardType.TEXT, 3 if "multiline" in looks else 1)


def _Number(pen: Pen, place: Place, *_: object) -> ft.Control:
    return _text(pen, place, ft.KeyboardType.NUMBER)


def _Readonly(pen: Pen, place: Place, *_: object) -> ft.Control:
    shown = pen.filling.answer_text(place, pen.speaks) or "—"
    return ft.Container(
        long_txt(shown),
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        border_radius=theme.RADIUS_SMALL,
        padding=ft.Padding.symmetric(horizontal=14, vertical=12),
    )


# -- choices -------------------------------------------------------------------------------------


def _Choose(pen: Pen, place: Place, *_: object) -> ft.Control:
    choices = pen.filling.choices(place)
    if any(d.PICTURE in one.columns for one in choices):
        return _pictured(pen, place, choices)
    if "likert" in place.question.appearance.split() and place.question.type == d.SELECT_ONE:
        return _scale(pen, place, choices)
    if len(choices) > SHEET_ABOVE or "minimal" in place.question.appearance.split():
        return LongChoice(pen, place, pen.turn(place))
    return _choices(pen, place, choices, partial(_chosen, pen, place))


def _scale(pen: Pen, place: Place, choices: Sequence[Choice]) -> ft.Control:
    """Return choices as one row of targets of the same width, each by its number. A steward asks twenty such questions
    at a door: no list is opened, and no target moves."""
    id, words = id_of(place), {one.name: pen.filling.told(place, one.label, pen.speaks) or one.name for one in choices}

    def one(name: str) -> ft.Control:
        here = place.value == name
        ink = ft.Colors.ON_PRIMARY if here else ft.Colors.ON_SURFACE
        face = txt(name, ft.TextThemeStyle.TITLE_LARGE, color=ink)
        face.text_align = ft.TextAlign.CENTER
        return pressable(
            f"{id}-{name}", face, partial(_chosen, pen, place, name), selected=here, label=words[name], expand=True,
            min_height=theme.TOUCH, radius=theme.RADIUS_SMALL, bgcolor=ft.Colors.PRIMARY if here else theme.PAPER,
            border=ft.Border.all(1, ft.Colors.PRIMARY if here else ft.Colors.OUTLINE_VARIANT),
        )  # fmt: skip

    targets = row([one(choice.name) for choice in choices], gap=6)
    first = place.above is not None and next(iter(place.above.kids)) == place.question.name
    if not first or len(choices) < 2:
        return targets
    # What the ends mean is said once in a group, so that the next question is in sight.
    ends: list[ft.Control] = [quiet(words[choices[0].name]), quiet(words[choices[-1].name])]
    return column([targets, ft.Row(ends, alignment=ft.MainAxisAlignment.SPACE_BETWEEN, wrap=True)], gap=4)


def _chosen(pen: Pen, place: Place, value: str) -> None:
    """Choose one, or take it back by a second tap; of several, in the order of the list."""
    if place.question.type == d.SELECT_ONE:
        pen.answer(place, "" if place.value == value else value)
        return
    now = set(place.value.split()) ^ {value}
    pen.answer(place, " ".join(one.name for one in pen.filling.choices(place) if one.name in now))


def _choices(pen: Pen, place: Place, choices: Sequence[Choice], choose: Callable[[str], object]) -> ft.Control:
    chosen, id = place.value.split(), id_of(place)
    words = {one.name: pen.filling.told(place, one.label, pen.speaks) or one.name for one in choices}
    several = place.question.type == d.SELECT_MULTIPLE
    in_row = beside(tuple(words.values()), several=several)
    if in_row > 1:
        return tiles(tuple(words.items()), chosen, choose, id=id, in_row=in_row, several=several)
    marks = (
        (ft.Icons.CHECK_BOX, ft.Icons.CHECK_BOX_OUTLINE_BLANK)
        if several
        else (ft.Icons.CHECK_CIRCLE, ft.Icons.RADIO_BUTTON_UNCHECKED)
    )

    def one(name: str, said: str) -> ft.Control:
        here = name in chosen
        mark = icon(marks[0] if here else marks[1], 24, ft.Colors.PRIMARY if here else ft.Colors.OUTLINE)
        return pressable(
            f"{id}-{name}", row([mark, txt(said, expand=True)], gap=12), partial(choose, name), selected=here,
            padding=ft.Padding.symmetric(horizontal=12), bgcolor=ft.Colors.SECONDARY_CONTAINER if here else None,
            border=ft.Border.all(1, ft.Colors.PRIMARY if here else ft.Colors.OUTLINE_VARIANT),
        )  # fmt: skip

    return column([one(name, said) for name, said in words.items()], gap=6)


def _pictured(pen: Pen, place: Place, choices: Sequence[Choice]) -> ft.Control:
    """Return choices as pictures with their words, two beside one another."""
    chosen, id = place.value.split(), id_of(place)

    def one(choice: Choice) -> ft.Control:
        here, words = choice.name in chosen, pen.filling.told(place, choice.label, pen.speaks) or choice.name
        shown: ft.Control = ft.Container(height=_PICTURE)
        if data := _picture(choice.columns.get(d.PICTURE, "")):
            shown = ft.Image(
                src=data, height=_PICTURE, fit=ft.BoxFit.CONTAIN, gapless_playback=True, exclude_from_semantics=True
            )
        mark = [icon(ft.Icons.CHECK_CIRCLE, 22, ft.Colors.PRIMARY)] if here else []
        said = row([*mark, txt(words, ft.TextThemeStyle.TITLE_MEDIUM, expand=True)], gap=6)
        return pressable(
            f"{id}-{choice.name}", column([shown, said], gap=6), partial(_chosen, pen, place, choice.name),
            selected=here, expand=True, padding=10, radius=theme.RADIUS, min_height=TALL,
            bgcolor=ft.Colors.SECONDARY_CONTAINER if here else theme.PAPER,
            border=ft.Border.all(2 if here else 1, ft.Colors.PRIMARY if here else ft.Colors.OUTLINE),
        )  # fmt: skip

    pairs = [choices[at : at + 2] for at in range(0, len(choices), 2)]
    lines = [row([one(choice) for choice in pair], vertical_alignment=ft.CrossAxisAlignment.START) for pair in pairs]
    if len(pairs[-1]) == 1:
        lines[-1].controls.append(ft.Container(expand=True))
    return column(lines, gap=theme.GAP_SMALL)


@lru_cache(maxsize=200)
def _picture(said: str) -> bytes | None:
    """Return the picture that a definition holds; ``None`` where it holds none that can be read."""
    try:
        return b64decode(said, validate=True) or None
    except ValueError:
        return None


@ft.component
def LongChoice(pen: Pen, place: Place, turn: int) -> ft.Control:
    """Draw a choice from a long list: what is chosen, and a tap opens the list with a search."""
    opened, set_opened = ft.use_state(False)
    sought, set_sought = ft.use_state("")
    id, label = id_of(place), pen.filling.label(place, pen.speaks)
    several = place.question.type == d.SELECT_MULTIPLE

    def choose(value: str) -> None:
        _chosen(pen, place, value)
        if not several:
            set_opened(False)

    def content() -> list[ft.Control]:
        found = [
            (one.name, words)
            for one in pen.filling.choices(place)
            if sought.casefold() in (words := pen.filling.told(place, one.label, pen.speaks) or one.name).casefold()
        ]
        chosen = place.value.split()
        rows: list[ft.Control] = [
            list_row(f"{id}-{name}", words, partial(choose, name), selected=name in chosen)
            for name, words in found[:60]
        ]
        search = SearchField(f"{id}-find", set_sought, hint=label)
        return [search, *(rows or [quiet(t("common.none_found", query=sought))])]

    use_sheet(opened, label, content, lambda: set_opened(False), id=f"{id}-sheet")
    shown = pen.filling.answer_text(place, pen.speaks)
    words = txt(shown or t("case.fill.choose"), color=None if shown else ft.Colors.ON_SURFACE_VARIANT, expand=True)
    return pressable(
        id, row([words, icon(ft.Icons.EXPAND_MORE_ROUNDED, 24)]), lambda: set_opened(True),
        padding=ft.Padding.symmetric(horizontal=14), bgcolor=theme.PAPER,
        border=ft.Border.all(1, ft.Colors.OUTLINE), label=f"{label} {shown}",
    )  # fmt: skip


def _Rank(pen: Pen, place: Place, *_: object) -> ft.Control:
    choices = {
        one.name: pen.filling.told(place, one.label, pen.speaks) or one.name for one in pen.filling.choices(place)
    }
    said = [name for name in place.value.split() if name in choices]
    order = [*said, *(name for name in choices if name not in said)]
    id = id_of(place)

    def move(at: int, by: int) -> None:
        moved = list(order)
        moved[at], moved[at + by] = moved[at + by], moved[at]
        pen.answer(place, " ".join(moved))

    def line(at: int, name: str) -> ft.Control:
        words = choices[name]
        number = txt(
            str(at + 1), ft.TextThemeStyle.TITLE_MEDIUM, color=ft.Colors.PRIMARY if said else ft.Colors.OUTLINE
        )
        tools: list[ft.Control] = []
        if at:
            up = icon_button(f"{id}-{name}-up", ft.Icons.ARROW_UPWARD_ROUNDED, t("case.fill.up", what=words),
                             lambda: move(at, -1))  # fmt: skip
            tools.append(up)
        if at + 1 < len(order):
            down = icon_button(f"{id}-{name}-down", ft.Icons.ARROW_DOWNWARD_ROUNDED, t("case.fill.down", what=words),
                               lambda: move(at, 1))  # fmt: skip
            tools.append(down)
        return row([ft.Container(number, width=theme.scaled(24)), txt(words, expand=True), *tools])

    lines = [line(at, name) for at, name in enumerate(order)]
    if not said:
        fine = partial(pen.answer, place, " ".join(order))
        lines.append(small_button(f"{id}-fine", t("case.fill.order_fine"), fine))
    return column(lines, gap=2)


def _Range(pen: Pen, place: Place, *_: object) -> ft.Control:
    low, high, step = (float(place.question.parameters[name]) for name in ("start", "end", "step"))
    steps = int((high - low) / step + 1e-9) + 1
    values = [f"{low + step * n:.9f}".rstrip("0").rstrip(".") for n in range(steps)]
    id = id_of(place)
    if steps <= STEPS_AT_MOST:
        said = [(one, one) for one in values]
        return tiles(said, [place.value], partial(pen.answer, place), id=id, in_row=beside(values))
    at = values.index(place.value) if place.value in values else -1
    shown = txt(place.value or "—", ft.TextThemeStyle.TITLE_LARGE)

    def to(index: int) -> Callable[[], object]:
        return partial(pen.answer, place, values[max(0, min(steps - 1, index))])

    label = pen.filling.label(place, pen.speaks)
    less = icon_button(f"{id}-less", ft.Icons.REMOVE_ROUNDED, t("common.decrease", what=label), to(at - 1))
    more = icon_button(f"{id}-more", ft.Icons.ADD_ROUNDED, t("common.increase", what=label), to(at + 1))
    return row([less, tag(id, shown), more], gap=16)


def _Acknowledge(pen: Pen, place: Place, *_: object) -> ft.Control:
    done = bool(place.value)
    mark = icon(ft.Icons.CHECK_CIRCLE if done else ft.Icons.RADIO_BUTTON_UNCHECKED, 28,
                ft.Colors.PRIMARY if done else ft.Colors.OUTLINE)  # fmt: skip
    words = t("case.fill.confirmed" if done else "case.fill.confirm")
    return pressable(
        id_of(place), row([mark, txt(words, ft.TextThemeStyle.TITLE_MEDIUM, expand=True)], gap=12),
        lambda: pen.answer(place, "" if done else "OK"), selected=done,
        padding=ft.Padding.symmetric(horizontal=14), bgcolor=ft.Colors.SECONDARY_CONTAINER if done else theme.PAPER,
        border=ft.Border.all(1, ft.Colors.PRIMARY if done else ft.Colors.OUTLINE_VARIANT), radius=theme.RADIUS,
    )  # fmt: skip


# -- days and times ------------------------------------------------------------------------------


def _Date(pen: Pen, place: Place, *_: object) -> ft.Control:
    today = china_day(pen.filling.facts.started)
    days = ((0, "today"), (-1, "yesterday"), (1, "tomorrow"))
    id = id_of(place)

    def typed(text: str) -> None:
        found = read_day(text.strip())
        pen.answer(place, found.isoformat() if found is not None else text)

    words = {name: t(f"case.fill.{name}") for _, name in days}
    by_name = {name: (today + timedelta(days=by)).isoformat() for by, name in days}
    near = tiles(
        tuple(words.items()),
        [name for name, day in by_name.items() if day == place.value],
        lambda name: pen.answer(place, by_name[name]),
        id=id, in_row=beside(tuple(words.values())),
    )  # fmt: skip
    box = TextBox(id, "", place.value, typed, name=pen.filling.label(place, pen.speaks), hint="2026-11-28",
                  keyboard=ft.KeyboardType.DATETIME)  # fmt: skip
    return column([near, box], gap=8)


def _Clock(pen: Pen, place: Place, *_: object) -> ft.Control:
    return TimeNow(pen, place, pen.turn(place))


@ft.component
def TimeNow(pen: Pen, place: Place, turn: int) -> ft.Control:
    """Draw a time, or a day with its time: now by one tap, or typed."""
    ui = use_ui()
    moment = place.question.type == d.DATETIME

    def now() -> str:

        text = moment_text(to_china(ui.now()).replace(tzinfo=None))
        return text if moment else text[11:16]

    box = _text(pen, place, ft.KeyboardType.DATETIME, hint="2026-11-28T09:30" if moment else "09:30")
    return row([ft.Container(box, expand=True),
                small_button(f"{id_of(place)}-now", t("case.fill.now"), lambda: pen.answer(place, now()))])  # fmt: skip


# -- the device ----------------------------------------------------------------------------------


def _Image(pen: Pen, place: Place, picture: bytes | None, *_: object) -> ft.Control:
    id = id_of(place)
    if not place.value:
        mark = icon(ft.Icons.PHOTO_CAMERA_OUTLINED, 26, ft.Colors.PRIMARY)
        words = row([mark, txt(t("case.fill.photo"), expand=True)], gap=12)
        return pressable(
            id, words, lambda: pen.to_photo(place), padding=ft.Padding.symmetric(horizontal=14), radius=theme.RADIUS,
            bgcolor=ft.Colors.SURFACE_CONTAINER,
        )  # fmt: skip
    shown: ft.Control = icon(ft.Icons.IMAGE_OUTLINED, 40)
    if picture is not None:
        shown = ft.Image(
            src=picture, width=120, height=90, fit=ft.BoxFit.COVER, border_radius=theme.RADIUS_SMALL,
            gapless_playback=True, exclude_from_semantics=True,
        )  # fmt: skip
    again = small_button(id, t("case.fill.photo_again"), lambda: pen.to_photo(place), tone="text")
    away = small_button(f"{id}-away", t("case.fill.photo_away"), lambda: pen.answer(place, ""), tone="text")
    return row([shown, column([again, away], gap=2, expand=True)], gap=12)


def _Barcode(pen: Pen, place: Place, picture: object, where: str) -> ft.Control:
    return Scanned(pen, place, pen.turn(place), where)


@ft.component
def Scanned(pen: Pen, place: Place, turn: int, where: str) -> ft.Control:
    """Draw a code that is scanned, or typed where the scanner can't read it. The tag of another door is refused."""
    ui = use_ui()
    wrong, set_wrong = ft.use_state("")

    def heard(code: str) -> None:
        other = ui.session.cases.other_place(code, where)
        set_wrong(other)
        if not other:
            pen.answer(place, code)

    scan = use_scanner(heard)
    id = id_of(place)
    parts: list[ft.Control] = [
        row([ft.Container(_text(pen, place, ft.KeyboardType.TEXT), expand=True),
             small_button(f"{id}-scan", t("case.fill.scan"), scan, icon=ft.Icons.QR_CODE_SCANNER_ROUNDED)])
    ]  # fmt: skip
    if wrong:
        says = txt(t("case.fill.wrong_tag", where=wrong), ft.TextThemeStyle.BODY_MEDIUM, color=ft.Colors.ERROR)
        parts.append(tag(f"{id}-wrong-tag", says))
    return column(parts, gap=6)


def _Point(pen: Pen, place: Place, *_: object) -> ft.Control:
    return Located(pen, place, pen.turn(place))


@ft.component
def Located(pen: Pen, place: Place, turn: int) -> ft.Control:
    """Draw where one is, written down by one tap."""
    ui = use_ui()
    said, set_said = ft.use_state("")

    async def find() -> None:
        set_said(t("case.fill.locating"))
        found = await ui.hardware.location.find()
        if found is None:
            set_said(t("case.fill.no_location"))
            return
        set_said("")
        pen.answer(place, f"{found.latitude} {found.longitude} 0 {found.accuracy_m or 0}")

    words = t("case.fill.located") if place.value else t("case.fill.locate")
    parts: list[ft.Control] = [small_button(id_of(place), words, find, icon=ft.Icons.MY_LOCATION_ROUNDED)]
    if place.value or said:
        parts.append(quiet(said or place.value))
    return column(parts, gap=4)


_BY_TYPE: Final[dict[str, Callable[..., ft.Control]]] = {
    d.INTEGER: _Number,
    d.DECIMAL: _Number,
    d.SELECT_ONE: _Choose,
    d.SELECT_MULTIPLE: _Choose,
    d.RANK: _Rank,
    d.RANGE: _Range,
    d.ACKNOWLEDGE: _Acknowledge,
    d.DATE: _Date,
    d.TIME: _Clock,
    d.DATETIME: _Clock,
    d.IMAGE: _Image,
    d.BARCODE: _Barcode,
    d.GEOPOINT: _Point,
    d.CALCULATE: _Readonly,
}
