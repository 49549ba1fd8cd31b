"""Choosing the receiver of a job: by name or post, those with the least work first (B.1, B.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import flet as ft

from app.actions.models import Staff
from app.domain.writing.names import fits_name
from app.ui.kit.base import column, icon, quiet, row, txt
from app.ui.kit.buttons import small_button
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import list_row
from app.ui.kit.money import section
from app.ui.screens.phone.sign_in import role_words
from app.ui.texts import t

SHOWN: Final = 6
"""Most people that are listed before a search."""


def busy_words(person: Staff) -> str:
    """Return somebody's posts and how much they have to do: 保洁员 · 手上 2 件."""
    load = t("job.people.busy", n=person.load) if person.load else t("job.people.free")
    return " · ".join(part for part in (role_words(person.roles), load) if part)


def found_among(people: Sequence[Staff], typed: str) -> list[Staff]:
    """Return the people that a search by name, initials, staff number or post may mean."""
    wanted = typed.strip().casefold()
    if not wanted:
        return list(people)
    return [
        person
        for person in people
        if fits_name(person.name, wanted, person.initials, person.pinyin)
        or wanted in role_words(person.roles).casefold()
        or wanted == person.number.casefold()
    ]


def receiver_section(
    people: Sequence[Staff],
    chosen: str,
    query: str,
    on_choose: Callable[[str], object],
    on_query: Callable[[str], object],
    heading: str = "",
) -> ft.Control:
    """Return the chosen person with a button to change them; before a choice, the search, the least busy first."""
    person = next((one for one in people if one.id == chosen), None)
    if person is not None:
        change = small_button("receiver-change", t("repair.who.change"), lambda: on_choose(""), tone="text")
        words = column([txt(person.name, ft.TextThemeStyle.TITLE_MEDIUM), quiet(busy_words(person))], gap=1)
        line = row([icon(ft.Icons.PERSON_OUTLINE, 24, ft.Colors.PRIMARY), ft.Container(words, expand=True)])
        return section(heading or t("job.people.heading"), [line], tool=change)
    found = found_among(people, query)
    parts: list[ft.Control] = [
        SearchField("receiver-find", on_query, hint=t("job.people.hint"), initial=query),
        *(
            list_row(f"receiver-{one.id}", one.name, lambda i=one.id: on_choose(i), sub=busy_words(one), lines=2)
            for one in found[:SHOWN]
        ),
    ]
    if not found:
        parts.append(quiet(t("common.none_found", query=query)))
    elif len(found) > SHOWN:
        parts.append(quiet(t("job.people.more", n=len(found) - SHOWN)))
    return section(heading or t("job.people.heading"), parts)
