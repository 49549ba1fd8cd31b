"""紧急联系人 (emergency contacts, Y4): found by a door, two taps from a call, for the gate and the steward, without a
network. Nothing is shown before the look is recorded."""

from __future__ import annotations

from functools import partial
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.contacts import LOOKED_AT, ContactsView
from app.actions.models import Card
from app.domain.times import china_day
from app.ui import estates
from app.ui.calling import call_row
from app.ui.context import Ui, cloud_of, if_here, use_read, use_ui
from app.ui.kit.base import quiet, txt
from app.ui.kit.buttons import small_button
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.money import facts, section
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import paper
from app.ui.looking import use_noted
from app.ui.router import Route
from app.ui.subjects.case.paths import CONTACTS, contacts_path, path_of
from app.ui.texts import full_day, t

MARK: Final = ft.Icons.CONTACT_EMERGENCY_OUTLINED
_SHOWN: Final = 60
"""Most doors that stand in the list: who looks for another one types its number."""


def contacts_rows(ui: Ui, cards: list[Card]) -> list[ft.Control]:
    """Return households with contacts as rows, by their doors and nothing else."""
    return [
        list_row(
            f"contacts-{card.id[-8:]}", card.address or card.content,
            partial(ui.go, contacts_path(card.household_id or card.id)), sub=estates.mark_of(card), lines=1,
            leading=MARK,
        )
        for card in cards
    ]  # fmt: skip


@ft.component
def ContactsScreen() -> ft.Control:
    """The list: doors, and a field to find one by."""
    ui = use_ui()
    query, set_query = ft.use_state("")

    def read(session: Session) -> tuple[list[Card], bool]:
        found = session.contacts.listed(query.strip())
        return found, bool(found) or session.contacts.any()

    found, some = use_read(read, query)
    parts: list[ft.Control] = [SearchField("contacts-find", set_query, hint=t("care.contacts_find"))] if some else []
    if found:
        rows = contacts_rows(ui, found[:_SHOWN])
        more = t("care.contacts_more", n=len(found) - _SHOWN) if len(found) > _SHOWN else ""
        under = ft.Container(quiet(more), padding=ft.Padding.all(14)) if more else None
        parts.append(group(t("care.contacts_doors"), rows, count=len(found), id="contacts-list", more=under))
    else:
        which = "contacts_not_found" if some else "contacts_none"
        parts.append(empty_state(t(f"care.{which}"), t(f"care.{which}_says"), mark=MARK))
    return Scaffold(
        t("care.contacts"), parts, id="contacts", under=estates.switch(ui), on_back=ui.back, cloud=cloud_of(ui), gap=18
    )


@ft.component
def HouseholdContactsScreen(household_id: str) -> ft.Control:
    """The contacts of one household: a tap on one calls."""
    ui = use_ui()
    view: ContactsView | None = use_read(lambda s: if_here(lambda: s.contacts.view(household_id)), household_id)
    looked_at = (view.card.household_id or view.card.id) if view is not None else None
    noted = use_noted(ui, looked_at, LOOKED_AT)
    if view is None:
        gone = empty_state(t("care.contacts_gone"), t("care.contacts_gone_says"), mark=MARK)
        return Scaffold(t("care.contacts"), [gone], id="household-contacts", on_back=ui.back)
    head = paper(
        [
            *estates.head_of(view.card),
            ft.Semantics(header=True, content=txt(view.card.address, ft.TextThemeStyle.DISPLAY_SMALL)),
            quiet(t("care.contacts_of", day=full_day(china_day(view.said_at)))),
        ],
        id="contacts-head",
        gap=6,
    )
    parts: list[ft.Control] = [head]
    if noted:
        parts += _people(ui, view)
    parts.append(quiet(t("care.look_recorded")))
    return Scaffold(t("care.contacts"), parts, id="household-contacts", on_back=ui.back, cloud=cloud_of(ui))


def _people(ui: Ui, view: ContactsView) -> list[ft.Control]:
    rows = [call_row(f"contact-{number}", one.name, one.phone, one.relation) for number, one in enumerate(view.people)]
    found: list[ft.Control] = [group(t("care.whom"), rows, count=len(rows), id="contact-people")] if rows else []
    if view.beside:
        found.append(section(t("care.beside"), [facts(list(view.beside))], id="contacts-beside"))
    whole = small_button("contacts-record", t("care.record"), partial(ui.go, path_of(view.card.id)), tone="text")
    return [*found, whole]


ROUTES: Final = (
    Route(CONTACTS, ContactsScreen, parent="/me"),
    Route(contacts_path("{household_id}"), HouseholdContactsScreen, parent=CONTACTS),
)
