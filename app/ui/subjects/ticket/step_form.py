"""Parts that every step of a ticket shares: the page, its draft, and who answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import flet as ft

from app.actions.models import Person, SubjectView, TicketView
from app.ui import theme
from app.ui import ticket_words as words
from app.ui.context import Draft, Ui, cloud_of, if_here, use_read, use_ui
from app.ui.kit.base import Tap, icon, pressable, quiet, row, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import pills
from app.ui.kit.fields import TextBox
from app.ui.kit.notices import use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.texts import t

CAPACITIES = ("self", "family", "tenant", "proxy")
"""The capacities in which somebody answers or signs for a household."""


def phrases(key: str) -> tuple[str, ...]:
    """Return the phrases that a text lists, separated by ``|``."""
    return tuple(t(key).split("|"))


def use_ticket(ticket_id: str) -> tuple[Ui, TicketView | None]:
    """Hook: return the window and the ticket, None when it is not on this phone."""
    ui = use_ui()
    return ui, use_read(lambda s: if_here(lambda: s.tickets.view(ticket_id)), ticket_id)


def step_screen(
    ui: Ui,
    id: str,
    heading: str,
    view: SubjectView[Any],
    content: Sequence[ft.Control],
    action: Action,
    *,
    draft: Draft | None = None,
    second: Action | None = None,
) -> ft.Control:
    """Return the page of one step: where it is, the question, and the action. A restored ``draft`` can be discarded."""
    parts = list(content)
    if draft is not None and draft.restored:
        parts.insert(0, _restored(draft))
    return Scaffold(
        heading,
        parts,
        id=id,
        sub=view.state.address,
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=action,
        second=second,
    )


def _restored(draft: Draft) -> ft.Control:
    return row(
        [
            icon(ft.Icons.HISTORY, 20),
            quiet(t("repair.restored"), expand=True),
            small_button("discard", t("repair.discard"), draft.discard, tone="text"),
        ],
        gap=8,
    )


def text_setter(draft: Draft, name: str) -> Callable[[str], None]:
    """Return the function that a text field calls with its text, to keep it in the draft."""
    return lambda value: draft.set(name, value)


def first_missing(*needs: tuple[bool, str]) -> str | None:
    """Return what is missing first, in words; None when nothing is. Each need is a condition and the key of its
    text."""
    return next((t(key) for there, key in needs if not there), None)


def who_answers(view: TicketView) -> dict[str, str]:
    """Return who probably answers and signs for the household, and in which capacity."""
    state = view.state
    consent = state.consent or {}
    if consent.get("name"):
        return {"name": str(consent["name"]), "capacity": str(consent.get("capacity") or "self")}
    people = {person.name: person for person in at_door(view)}
    name = state.contact_name or next(iter(people), "")
    relation = people[name].relation if name in people else ""
    return {"name": name, "capacity": words.capacity_of(relation)}


def at_door(view: TicketView) -> Sequence[Person]:
    """Return the people of the ticket's household, as far as this phone knows them."""
    return view.household.people if view.household else ()


def who_fields(
    who: Mapping[str, Any], at_door: Sequence[Person], on_change: Callable[[str, str], object], done: Tap
) -> list[ft.Control]:
    """Return the choice of who answers or signs: somebody of the household (``at_door``) or a name, and the
    capacity."""
    name, capacity = str(who.get("name") or ""), str(who.get("capacity") or "self")
    people = [(p.name, p.name) for p in at_door]
    relation = {p.name: p.relation for p in at_door}
    parts: list[ft.Control] = []
    if people:
        parts.append(
            pills(people, name, lambda n: on_change(n, words.capacity_of(relation.get(n, ""))), id="who-person")
        )
    parts.append(TextBox("who-name", t("repair.who.name"), name, lambda n: on_change(n, capacity), key="who-name"))
    parts.append(txt(t("repair.who.capacity"), ft.TextThemeStyle.TITLE_SMALL))
    parts.append(
        pills([(c, words.word("capacity", c)) for c in CAPACITIES], capacity, lambda c: on_change(name, c), id="who")
    )
    parts.append(small_button("who-done", t("repair.who.done"), done))
    return parts


def who_line(says: str, on_tap: Tap) -> ft.Control:
    """Return one quiet line that says who answers or signs; a tap opens the choice."""
    line: list[ft.Control] = [icon(ft.Icons.PERSON_OUTLINE, 22), txt(says, expand=True)]
    line.append(txt(t("repair.who.change"), ft.TextThemeStyle.TITLE_SMALL, color=ft.Colors.PRIMARY))
    return pressable(
        "who-change",
        row(line, gap=10),
        on_tap,
        label=f"{says} {t('repair.who.change')}",
        padding=ft.Padding.symmetric(horizontal=12),
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        radius=theme.RADIUS_SMALL,
    )


@ft.component
def WhoLine(
    who: Mapping[str, Any], at_door: Sequence[Person], on_change: Callable[[str, str], object], says: str
) -> ft.Control:
    """Draw one quiet line that says who answers; a tap opens the choice in a sheet."""
    opened, set_opened = ft.use_state(False)

    def content() -> list[ft.Control]:
        return who_fields(who, at_door, on_change, lambda: set_opened(False))

    use_sheet(opened, t("repair.who.heading"), content, lambda: set_opened(False), id="who-sheet")
    return who_line(says, lambda: set_opened(True))
