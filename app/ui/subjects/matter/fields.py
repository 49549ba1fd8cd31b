"""The parts of the form that records a matter (C.1): its class, the place, what was said and demanded, by and about
whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import flet as ft

from app.actions.models import Household, HouseholdHit, MatterForm, Staff
from app.domain.subjects.matter import kinds
from app.ui import estates, theme
from app.ui.kit.base import column, icon, pressable, quiet, row, txt
from app.ui.kit.buttons import small_button
from app.ui.kit.choose import pill, pills
from app.ui.kit.fields import SearchField, TextBox
from app.ui.kit.lists import list_row
from app.ui.kit.money import section
from app.ui.subjects.matter import words
from app.ui.subjects.ticket.fields import contact_section, people_words
from app.ui.subjects.ticket.step_form import phrases
from app.ui.texts import t
from app.ui.ticket_words import joined

OFFERED: Final = (kinds.COMPLAINT, kinds.HELP, kinds.ENQUIRY, kinds.SUGGESTION, kinds.PRAISE, kinds.BREACH)
"""Classes that the form offers; matters of the others are made by screens of their own."""
ANSWERABLE: Final = frozenset((kinds.HELP, kinds.ENQUIRY, kinds.SUGGESTION, kinds.PRAISE))
"""Classes of matters that can be answered on the spot."""
CHANNELS: Final = ("phone", "visit", "door", "message", kinds.LETTER, kinds.EMAIL, "other")
FOUND_AT_MOST: Final = 6

START: Final[Mapping[str, Any]] = {
    "kind": "",
    "household": "",
    "home_query": "",
    "nowhere": False,
    "place": "",
    "content": "",
    "demand": "",
    "anonymous": False,
    "contact_name": "",
    "contact_phone": "",
    "channel": "",
    "department": "",
    "about": "",
    "about_id": "",
    "answered": False,
    "answer": "",
    "more": False,
    "estate": None,
}
"""The values of an empty form."""

Values = Mapping[str, Any]
Update = Callable[..., object]


def matter_form(values: Values) -> MatterForm:
    """Return the values as the form that is saved."""
    nowhere, anonymous = bool(values["nowhere"]), bool(values["anonymous"])
    answered = values["answered"] and values["kind"] in ANSWERABLE
    return MatterForm(
        kind=str(values["kind"]),
        content=str(values["content"]).strip(),
        channel=str(values["channel"]) or "phone",
        household_id=None if nowhere else str(values["household"]) or None,
        address=str(values["place"]).strip() if nowhere else "",
        contact_name=str(values["contact_name"]).strip(),
        contact_phone=str(values["contact_phone"]).strip(),
        anonymous=anonymous,
        about_id=str(values["about_id"]),
        about=str(values["about"]).strip(),
        department=str(values["department"]),
        demand=str(values["demand"]).strip(),
        answer=str(values["answer"]).strip() if answered else "",
        estate=values.get("estate") if nowhere else None,
    )


def missing(values: Values, several: bool = False) -> str | None:
    """Return what is still missing, in words; None when nothing is. ``several``: this person has several estates."""
    if not values["kind"]:
        return t("matter.need.kind")
    if values["nowhere"] and several and values.get("estate") is None:
        return t("estates.missing")
    if not values["nowhere"] and not values["household"]:
        return t("matter.need.where")
    if not str(values["content"]).strip():
        return t("matter.need.content")
    if not values["anonymous"] and not str(values["contact_name"]).strip():
        return t("matter.need.contact")
    if values["answered"] and values["kind"] in ANSWERABLE and not str(values["answer"]).strip():
        return t("matter.need.answer")
    return None


def class_section(chosen: str, choose: Callable[[str], object]) -> ft.Control:
    """Return the choice of a class: six tiles to tap."""
    large = theme.look_of(ft.context.page).scale > 1.3
    across = 2 if large else 3
    rows = [OFFERED[at : at + across] for at in range(0, len(OFFERED), across)]
    lines = [
        row([_tile(kind, chosen == kind, choose) for kind in kinds_], intrinsic_height=True, gap=8) for kinds_ in rows
    ]
    return section(t("matter.class_heading"), [column(lines, gap=8)])


def _tile(kind: str, here: bool, choose: Callable[[str], object]) -> ft.Control:
    ink = ft.Colors.ON_PRIMARY if here else ft.Colors.PRIMARY
    words_ink = ft.Colors.ON_PRIMARY if here else ft.Colors.ON_SURFACE
    inside = ft.Column(
        [
            icon(words.ICONS[kind], 28, ink),
            txt(words.class_word(kind), ft.TextThemeStyle.TITLE_MEDIUM, color=words_ink, align=ft.TextAlign.CENTER),
        ],
        spacing=4,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    return pressable(
        f"class-{kind}",
        inside,
        lambda: choose(kind),
        label=words.class_word(kind),
        selected=here,
        padding=ft.Padding.symmetric(horizontal=6, vertical=10),
        radius=theme.RADIUS,
        bgcolor=ft.Colors.PRIMARY if here else theme.PAPER,
        border=ft.Border.all(1, ft.Colors.PRIMARY if here else ft.Colors.OUTLINE_VARIANT),
        min_height=theme.TOUCH_MAIN,
        expand=True,
    )


def where_section(
    values: Values,
    update: Update,
    home: Household | None,
    find: Callable[[str], Sequence[HouseholdHit]],
    take: Callable[[Household], object],
    which: Sequence[ft.Control] = (),
) -> ft.Control:
    """Return the search for the household; or, for a matter about no household, the place in words.

    ``which`` is the question in which estate that place is.
    """
    if values["nowhere"]:
        place = TextBox(
            "matter-place", t("matter.place"), str(values["place"]), lambda v: update(place=v), most=100,
            hint=t("matter.place_hint"),
        )  # fmt: skip
        back = small_button("at-door", t("matter.at_door"), lambda: update(nowhere=False), tone="text")
        return section(t("matter.where"), [*which, place], tool=back)
    if home is not None:
        change = small_button("home-change", t("newticket.change"), lambda: update(household=""), tone="text")
        shown = [*estates.head_of(home), txt(home.address, ft.TextThemeStyle.HEADLINE_SMALL), quiet(people_words(home))]
        return section(t("matter.where"), [column(shown, gap=4)], tool=change)
    query = str(values["home_query"])
    parts: list[ft.Control] = [
        SearchField("home-find", lambda text: update(home_query=text), hint=t("newticket.which_hint"), initial=query)
    ]
    hits = find(query)[:FOUND_AT_MOST] if query else []
    for hit in hits:
        names = people_words(hit.household) if hit.person is None else hit.person.name
        parts.append(
            list_row(
                f"home-{hit.household.address}", hit.household.address, lambda h=hit.household: take(h),
                sub=joined(estates.mark_of(hit.household), names), lines=1,
            )
        )  # fmt: skip
    if query and not hits:
        parts.append(quiet(t("common.none_found", query=query)))
    away = small_button("no-door", t("matter.no_door"), lambda: update(nowhere=True), tone="text")
    return section(t("matter.where"), parts, tool=away)


def content_section(values: Values, update: Update, key: str) -> ft.Control:
    """Return the fields for what was said; for some classes also what is demanded, or the answer given on the spot."""
    kind = str(values["kind"])
    parts: list[ft.Control] = [
        TextBox(
            "matter-content", "", str(values["content"]), lambda v: update(content=v), lines=3, most=4000,
            verbatim=True,
            name=t("matter.fact.said"), hint=t("matter.content_hint"), key=f"content-{key}",
            phrases=phrases(f"matter.said.{kind}") if kind in OFFERED else (),
        )
    ]  # fmt: skip
    if kind in (kinds.COMPLAINT, kinds.HELP, kinds.BREACH):
        parts.append(
            TextBox(
                "matter-demand", t("matter.fact.demand"), str(values["demand"]), lambda v: update(demand=v), lines=1
            )
        )
    if kind in ANSWERABLE:
        options = [("no", t("matter.answer_later")), ("yes", t("matter.answer_now"))]
        chosen = "yes" if values["answered"] else "no"
        parts.append(pills(options, chosen, lambda v: update(answered=v == "yes"), id="answered"))
        if values["answered"]:
            parts.append(
                TextBox(
                    "matter-answer",
                    t("matter.answer_given"),
                    str(values["answer"]),
                    lambda v: update(answer=v),
                    lines=2,
                )
            )
    return section(t("matter.fact.said"), parts)


def who_section(values: Values, update: Update, home: Household | None) -> ft.Control:
    """Return the fields for who said it, or that they stay anonymous."""
    if values["anonymous"]:
        back = small_button("named", t("matter.named"), lambda: update(anonymous=False), tone="text")
        return section(t("matter.who_said"), [quiet(t("matter.anonymous_says"))], tool=back)
    away = small_button("anonymous", t("matter.is_anonymous"), lambda: update(anonymous=True), tone="text")
    return column([contact_section(values, update, home), row([away])], gap=0)


def channel_section(values: Values, update: Update) -> ft.Control:
    """Return the choice of how it came in: by phone, at the door, …"""
    options = [(one, words.said("channel", one)) for one in CHANNELS]
    return section(
        t("matter.channel_heading"), [pills(options, values["channel"], lambda v: update(channel=v), id="channel")]
    )


def about_section(values: Values, update: Update, staff: Sequence[Staff]) -> ft.Control:
    """Return the fields for whom or what it is about: a department, and a colleague if known."""
    options = [(one, words.said("department", one)) for one in kinds.DEPARTMENTS]
    department = str(values["department"])
    parts: list[ft.Control] = [
        pills(options, department, lambda v: update(department="" if v == department else v), id="department"),
        TextBox(
            "matter-about",
            t("matter.about_hint"),
            str(values["about"]),
            lambda v: update(about=v, about_id=""),
            most=100,
        ),
    ]
    sought = str(values["about"]).strip()
    known = [one for one in staff if sought and (sought in one.name or sought.lower() in one.initials)][:4]
    if known and not values["about_id"]:
        parts.append(quiet(t("matter.is_it")))
        parts.append(
            row(
                [
                    pill(f"about-{one.id}", one.name, lambda one=one: update(about=one.name, about_id=one.id))  # type: ignore[misc]
                    for one in known
                ],
                wrap=True,
            )
        )
    return section(t("matter.fact.about"), parts)
