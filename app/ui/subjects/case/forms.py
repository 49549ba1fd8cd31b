"""The list of forms 表单: what can be filled in, what is half filled in, what waits for an opinion, what was filled in
lately. Somebody with forty forms finds one by a tap or two: what they used last stands first, the rest in groups that
open, and a search knows titles, groups, pinyin and initials."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions import CardFilter, Session
from app.actions.form_list import Published
from app.actions.models import Card
from app.domain.subjects.case.kinds import CASE
from app.ui import estates
from app.ui.context import Ui, cloud_of, use_handed, use_now, use_read, use_ui
from app.ui.kit.base import icon, quiet, row
from app.ui.kit.choose import pills
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.subjects.case import words
from app.ui.subjects.case.paths import FORMS, REGISTERS, WATCHED, draft_key, fill_path, path_of
from app.ui.texts import language, moment_text, t
from app.ui.ticket_words import joined

_PREFIX: Final = draft_key("")
_FEW: Final = 10
"""Up to so many forms stand in the list as they are: nobody searches among them."""
_NONE: Final = "-"
"""No group is open; "" is the one of forms that belong to none."""
FILL, REVIEW, FILLED = "fill", "review", "filled"


@dataclass(frozen=True, slots=True)
class _Begun:
    """A form that is half filled in: its path, title and place."""

    path: str
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class _Listed:
    forms: list[Published]
    used: list[str]
    begun: list[_Begun]
    to_review: list[Card]
    recent: list[Card]
    watched: int


def _read(session: Session) -> _Listed:
    begun = []
    for key in session.drafts():
        kept = session.draft(key) if key.startswith(_PREFIX) else None
        if kept is not None and kept.get("form"):
            place = str(kept.get("fixed") or kept.get("place") or "")
            begun.append(_Begun(fill_path(str(kept["form"]), key.removeprefix(_PREFIX)), str(kept["title"]), place))
    review = session.cases.to_review()
    waiting = {card.id for card in review}
    lately = session.cases.recent(60)
    recent = [card for card in lately if card.id not in waiting]
    watched = session.count(CardFilter(type=CASE, promises=True))
    return _Listed(session.cases.listed(), session.cases.used(lately), begun, review, recent[:30], watched)


@ft.component
def FormsScreen() -> ft.Control:
    """The list; a tap on a form begins it."""
    ui = use_ui()
    tab, set_tab = ft.use_state(FILL)
    sought, set_sought = ft.use_state("")
    opened, set_opened = ft.use_state(_NONE)
    now = use_now()
    found = use_read(_read)
    door = _at_door(ui.session, str(use_handed(FORMS).get("household") or ""))
    tabs = [(FILL, t("case.list.fill")), (REVIEW, t("case.list.review_n", n=len(found.to_review))),
            (FILLED, t("case.list.recent"))]  # fmt: skip
    there = {FILL: True, REVIEW: bool(found.to_review), FILLED: bool(found.recent)}
    shown = tab if there[tab] else FILL
    parts: list[ft.Control] = [quiet(str(door["fixed"]))] if door else []
    if any((found.to_review, found.recent)):
        parts.append(pills([(name, words) for name, words in tabs if there[name]], shown, set_tab, id="forms-tab"))
    if found.watched and not door and shown == FILL:
        mark = ft.Icons.EVENT_NOTE_OUTLINED
        to_them = list_row("to-watched", t("case.watched.open", n=found.watched), partial(ui.go, WATCHED), leading=mark)
        parts.append(group(t("case.watched.heading"), [to_them], id="watched"))
    if shown == REVIEW:
        rows = [_row(ui, card, now) for card in found.to_review]
        parts.append(group(t("case.list.review"), rows, count=len(rows), id="to-review"))
    elif shown == FILLED:
        parts.append(list_row("to-registers", t("case.registers.heading"), partial(ui.go, REGISTERS),
                              sub=t("case.registers.says"), leading=ft.Icons.PRINT_OUTLINED))  # fmt: skip
        parts.append(group(t("case.list.recent"), [_row(ui, card, now) for card in found.recent], id="recent"))
    elif not found.forms and not found.begun:
        parts.append(empty_state(t("case.list.none"), t("case.list.none_says"), mark=ft.Icons.ASSIGNMENT_OUTLINED))
    else:
        if found.begun:
            rows = [
                list_row(f"begun-{n}", one.title or t("case.heading"), partial(ui.go, one.path), sub=one.place,
                         leading=ft.Icons.HISTORY)
                for n, one in enumerate(found.begun)
            ]  # fmt: skip
            parts.append(group(t("case.list.begun"), rows, count=len(rows), id="begun"))
        parts += _to_fill(ui, found, door, sought, set_sought, opened, set_opened)
    return Scaffold(
        t("case.heading"), parts, id="forms", under=estates.switch(ui), on_back=ui.back, cloud=cloud_of(ui), gap=18
    )


def _to_fill(
    ui: Ui,
    found: _Listed,
    door: Mapping[str, Any],
    sought: str,
    on_sought: Callable[[str], object],
    opened: str,
    on_opened: Callable[[str], object],
) -> list[ft.Control]:
    """Return the forms that can be begun: all of a few; of many what was used last, and the groups, of which one is
    open."""
    speaks = language().partition("-")[0]

    def line(one: Published, sub: str = "", id: str = "form") -> ft.Control:
        return list_row(f"{id}-{one.id}", one.said(speaks), partial(begin, ui, one.hash, **door), sub=sub,
                        leading=ft.Icons.ASSIGNMENT_OUTLINED)  # fmt: skip

    forms = found.forms
    if len(forms) <= _FEW:
        return [group(t("case.list.fill"), [line(one) for one in forms], count=len(forms), id="forms")] if forms else []
    parts: list[ft.Control] = [SearchField("forms-find", on_sought, hint=t("case.list.find"))]
    if sought.strip():
        rows = [line(one, one.grouped(speaks)) for one in forms if one.fits(sought)]
        if not rows:
            return [*parts, quiet(t("common.none_found", query=sought))]
        return [*parts, group(t("case.list.fill"), rows, count=len(rows), id="forms")]
    by_id = {one.id: one for one in forms}
    used = [by_id[id_] for id_ in found.used if id_ in by_id]
    if used:
        parts.append(group(t("case.list.used"), [line(one, id="used") for one in used], id="used"))
    rows = []
    for number, (name, those) in enumerate(grouped(forms, speaks)):
        if len(those) == 1:  # a group of one is one tap too many
            rows.append(line(those[0], name))
            continue
        here = opened == name
        mark = icon(ft.Icons.EXPAND_LESS_ROUNDED if here else ft.Icons.EXPAND_MORE_ROUNDED, 24, ft.Colors.OUTLINE)
        rows.append(
            list_row(f"group-{number}", name or t("case.list.other"), partial(on_opened, _NONE if here else name),
                     leading=ft.Icons.FOLDER_OPEN_ROUNDED if here else ft.Icons.FOLDER_OUTLINED,
                     trailing=row([quiet(str(len(those))), mark], gap=4, tight=True), selected=here)
        )  # fmt: skip
        rows += [line(one) for one in those] if here else []
    return [*parts, group(t("case.list.fill"), rows, count=len(forms), id="forms")]


def grouped(forms: Sequence[Published], speaks: str) -> list[tuple[str, list[Published]]]:
    """Return forms by what they belong to, the groups as a dictionary sorts them, what belongs to none last."""
    found: dict[str, list[Published]] = {}
    order: dict[str, str] = {}
    for one in forms:
        name = one.grouped(speaks)
        found.setdefault(name, []).append(one)
        order[name] = one.group_pinyin if speaks == "zh" and one.group_pinyin else name.casefold()
    return sorted(found.items(), key=lambda pair: (not pair[0], order[pair[0]], pair[0]))


def begin(ui: Ui, digest: str, **handed: Any) -> None:
    """Open a form for a new case; ``handed``: what its draft begins with."""
    ui.go(fill_path(digest, ui.session.new_id()), form=digest, **handed)


def _at_door(session: Session, household_id: str) -> dict[str, Any]:
    """Return what a form's draft begins with at a door."""
    home = session.home(household_id)
    if home is None:
        return {}
    return {"household": home.id, "fixed": home.address, "nowhere": False}


def _row(ui: Ui, card: Card, now: int) -> ft.Control:
    sub = joined(estates.mark_of(card), card.address, moment_text(card.last_at, now))
    return list_row(f"case-{card.id[-8:]}", card.content or t("case.noun.case"), partial(ui.go, path_of(card.id)),
                    sub=sub, lines=1, trailing=words.stage_chip(card))  # fmt: skip


ROUTES: Final = (Route(FORMS, FormsScreen, parent="/me"),)
