"""Parts of the screens of keys and lent things: the card in a list, the field for a tag's code, pieces and
condition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.models import Card, TagFound
from app.domain.subjects.tagging import TAG_ACTIVE
from app.domain.subjects.thing import ThingCard
from app.domain.subjects.thing.kinds import CONDITIONS, KEY, OTHER, RADIO, THING, TOOL, TROLLEY, UMBRELLA, WHEELCHAIR
from app.domain.subjects.thing.state import OUT
from app.domain.writing import tags
from app.ui import custody_words as words
from app.ui import estates, theme
from app.ui.context import Ui, use_ui
from app.ui.kit.base import column, flow, icon, pressable, quiet, row, txt
from app.ui.kit.buttons import small_button
from app.ui.kit.choose import pills, stepper
from app.ui.kit.fields import TextBox
from app.ui.kit.money import section
from app.ui.kit.notices import notice
from app.ui.kit.ticket import chip, stamp_badge
from app.ui.running import RunningClock
from app.ui.scanning import use_scanner
from app.ui.subjects.case.paths import patrol_path, unit_path
from app.ui.subjects.ticket.gate import shut
from app.ui.texts import t

MARKS: Final = {
    KEY: ft.Icons.KEY_OUTLINED,
    TOOL: ft.Icons.HANDYMAN_OUTLINED,
    UMBRELLA: ft.Icons.UMBRELLA_OUTLINED,
    WHEELCHAIR: ft.Icons.ACCESSIBLE_OUTLINED,
    TROLLEY: ft.Icons.TROLLEY,
    RADIO: ft.Icons.SETTINGS_REMOTE_OUTLINED,
    OTHER: ft.Icons.CATEGORY_OUTLINED,
}


NEW: Final = "new"
"""Takes the place of the id while a thing is being added to the register."""


def thing_shut(ui: Ui, thing_id: str, says: str) -> ft.Control:
    """Return the page of a step that cannot be done now; it says so and links to the thing."""
    path = f"/key/{thing_id}" if thing_id != NEW else "/keys"
    return shut(ui, says, (t("keys.to_thing"), lambda: ui.replace(path)))


def thing_card(ui: Ui, card: Card) -> ft.Control:
    """Return a thing as a row of a list: its door or name in large letters, where it is, and its deadline when it is
    out."""
    out = card.stage == OUT
    marks: list[ft.Control] = []
    if card.clock is not None and (out or card.clock.level(ui.now()) == "red"):
        marks.append(RunningClock(card.clock))
    if card.as_(ThingCard).missed_at is not None:
        marks.append(chip(t("keys.missed"), "red", ft.Icons.SEARCH_ROUNDED))
    if card.as_(ThingCard).short:
        marks.append(chip(t("keys.short", n=card.as_(ThingCard).short), "amber", ft.Icons.REMOVE_CIRCLE_OUTLINE))
    if card.flags:
        marks.append(stamp_badge("flagged"))
    if card.unsent:
        marks.append(stamp_badge("unsent"))
    said = (estates.mark_of(card), card.content if card.address else "", tags.spoken(card.number or ""))
    sub = " · ".join(part for part in said if part)
    ink = ft.Colors.ON_SURFACE if out else ft.Colors.ON_SURFACE_VARIANT
    size = theme.scaled(44)
    parts: list[ft.Control] = [
        txt(words.heading_of(card), ft.TextThemeStyle.TITLE_MEDIUM, lines=1),
        *([quiet(sub, lines=1)] if sub else []),
        txt(words.where_words(card), ft.TextThemeStyle.BODY_MEDIUM, color=ink, lines=1),
        *([flow(marks)] if marks else []),
    ]
    mark = ft.Container(
        icon(MARKS.get(card.kind, ft.Icons.KEY_OUTLINED), 24, ft.Colors.ON_SECONDARY_CONTAINER),
        width=size,
        height=size,
        border_radius=size / 2,
        bgcolor=ft.Colors.SECONDARY_CONTAINER if out else ft.Colors.SURFACE_CONTAINER,
        alignment=ft.Alignment.CENTER,
    )
    return pressable(
        f"key-{card.id}",
        row([mark, ft.Container(column(parts, gap=3), expand=True), icon(ft.Icons.CHEVRON_RIGHT, 22)], gap=14),
        lambda: ui.go(f"/key/{card.id}"),
        padding=ft.Padding.symmetric(horizontal=14, vertical=10),
        radius=theme.RADIUS,
        bgcolor=theme.PAPER,
        border=ft.Border.all(1, ft.Colors.with_opacity(0.6, ft.Colors.OUTLINE_VARIANT)),
    )


def path_of(session: Session, found: TagFound) -> str | None:
    """Return the path of the page that a tag leads to; None when this phone knows nothing that it hangs on."""
    card = found.card
    at_point = session.patrols.at_tag(found.code) if found.code else None
    if at_point is not None:
        return patrol_path(at_point[0])
    if card is None:
        return None
    if card.type == THING:
        return f"/key/{card.id}"
    unit = session.units.unit_of_tag(found.code)
    home = session.home_at(card)
    if unit and (home is None or home.status == "vacant"):
        return unit_path(unit)
    return f"/household/{home.id}" if home is not None else f"/place/{card.id}"


@ft.component
def TagField(
    id: str,
    value: str,
    on_change: Callable[[str], object],
    on_code: Callable[[str], object],
    *,
    label: str = "",
    free: bool = False,
    scanned: Callable[[str], object] | None = None,
    key: str | None = None,
) -> ft.Control:
    """Draw the field for the nine characters of a tag, checked while they are typed, and a button for the scanner.

    ``on_change`` gets the text of the field; ``on_code`` gets a code that is right. ``free``: the tag is to be hung on
    something, so one that hangs elsewhere is an error. ``scanned``: gets the scanner's texts instead of ``on_change``,
    and lets it go on with tag after tag.
    """
    ui = use_ui()
    found = ui.session.keys.look_up_tag(value) if value.strip() else None

    def heard(text: str) -> None:
        on_change(text)
        seen = ui.session.keys.look_up_tag(text)
        if seen.wrong is None and not (free and seen.card is not None):
            on_code(seen.code)

    scan = use_scanner(scanned or heard, many=scanned is not None)
    parts: list[ft.Control] = []
    error = helper = None
    if found is not None and found.wrong is not None and found.wrong.reason == tags.UNFINISHED:
        helper = t("keys.tag.left", n=tags.LENGTH - len(tags.plain_tag(value)))
    elif found is not None and found.wrong is not None:
        error = " ".join(words.no_tag_words(found.wrong))
    elif found is not None and free and found.card is not None:
        error = t("keys.tag.taken", name=words.heading_of(found.card))
    elif found is not None:
        helper = t("keys.tag.right", code=tags.spoken(found.code))
    parts.append(
        TextBox(id, label or t("keys.tag.label"), value, heard, hint="K12-345-678", error=error, helper=helper)
    )
    parts.append(small_button(f"{id}-scan", t("keys.tag.scan"), scan, icon=ft.Icons.QR_CODE_SCANNER))
    return column(parts, gap=8)


def told(found: TagFound) -> list[ft.Control]:
    """Return what to say about a tag that opens no page by itself: foreign, torn, of another estate, replaced or
    new."""
    if found.wrong is not None:
        what, then = words.no_tag_words(found.wrong)
        return [notice(what, kept=then, tone="amber", id="tag-wrong")]
    if found.card is not None and found.standing != TAG_ACTIVE:
        return [notice(words.old_tag_words(found), tone="amber", id="tag-old", mark=ft.Icons.LABEL_OFF_OUTLINED)]
    if found.new:
        code = tags.spoken(found.code)
        return [notice(t("keys.tag.new", code=code), kept=t("keys.tag.new_next"), tone="calm", id="tag-new")]
    return []


def state_section(values: Mapping[str, Any], update: Callable[..., object], before: int | None) -> ft.Control:
    """Return the fields for the number of pieces and the condition (G.2); and for remarks, when either is not as it
    was."""
    pieces, condition = int(values["pieces"]), str(values["condition"])
    content: list[ft.Control] = [
        stepper(pieces, lambda n: update(pieces=n), id="pieces", what=t("keys.pieces"), least=0, unit=t("keys.unit")),
        pills(words_of_conditions(), condition, lambda c: update(condition=c), id="condition"),
    ]
    fewer = before is not None and pieces < before
    if fewer:
        content.append(chip(t("keys.fewer", before=before, n=pieces), "amber", ft.Icons.REMOVE_CIRCLE_OUTLINE))
    if fewer or condition != "good" or values["note"]:
        content.append(
            TextBox(
                "note", t("keys.note"), str(values["note"]), lambda v: update(note=v), lines=2, hint=t("keys.note_hint")
            )
        )
    return section(t("keys.state"), content)


def words_of_conditions() -> list[tuple[str, str]]:
    """Return the conditions (完好, 有磨损, 有损坏) with their words."""
    return [(c, t(f"keys.condition.{c}")) for c in CONDITIONS]
