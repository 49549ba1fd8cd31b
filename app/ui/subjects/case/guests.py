"""On the page of a community event 社区活动: who signed up, signing somebody up, and one tap for who came (U1)."""

from __future__ import annotations

from functools import partial

import flet as ft

from app.actions import Session
from app.actions.cases import CaseView
from app.actions.events import Guest
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.chains.events import Event, day_of_event, is_approved, opens_to_residents
from app.domain.times import china_day
from app.ui.context import Ui, if_here, use_now, use_read, use_ui
from app.ui.kit.base import column, quiet
from app.ui.kit.buttons import small_button
from app.ui.kit.lists import group, list_row
from app.ui.kit.ticket import chip
from app.ui.subjects.case.paths import fill_path, path_of
from app.ui.texts import t
from app.ui.ticket_words import joined


def guests_of(view: CaseView) -> list[ft.Control]:
    """Return the part of an event's page about who comes; nothing for other cases, and before it is approved."""
    if view.state.first.get("case") != Event.name or not is_approved(view.state) or view.state.ended is not None:
        return []
    return [Guests(view, key=f"guests-{view.card.id}")]


@ft.component
def Guests(view: CaseView, key: str | None = None) -> ft.Control:
    """Draw who signed up: on the day of the event, with a button at each that says that all of them came."""
    ui, now = use_ui(), use_now()
    event_id = view.card.id
    found: list[Guest] = use_read(lambda s: s.events.guests(event_id), event_id)
    day = day_of_event(view.state)
    begun = day is not None and china_day(now) >= day
    over = bool(view.card.as_(CaseCard).known.get("came"))
    rows = [_row(ui, one, begun) for one in found]
    came = [one for one in found if one.came]
    says = t("case.guests.sum", doors=len(found), people=sum(one.people for one in found))
    if begun:
        says = joined(says, t("case.guests.came_sum", doors=len(came), people=sum(one.came or 0 for one in came)))
    by_card = opens_to_residents(view.state, now)
    shy = [one.name for one in found if one.photos in ("no", "adults")]
    parts: list[ft.Control] = [quiet(says)]
    if by_card:
        parts.append(quiet(t("case.guests.by_card")))
    if shy:
        parts.append(quiet(t("case.guests.no_photos", who=t("case.lacks_sep").join(shy))))
    if not over:
        words = t("case.guests.sign_up")
        parts.append(small_button("sign-up", words, lambda: _sign_up(ui, event_id), icon=ft.Icons.PERSON_ADD_OUTLINED))
    more = ft.Container(column(parts, gap=8), padding=ft.Padding.all(16))
    return group(t("case.guests.heading"), rows, count=len(found), id="guests", more=more)


def _row(ui: Ui, guest: Guest, begun: bool) -> ft.Control:
    photos = t(f"case.guests.photos_{guest.photos}") if guest.photos in ("no", "adults") else ""
    sub = joined(t("case.guests.people", n=guest.people), guest.card.address, guest.card.number, photos)
    trailing: ft.Control | None = None
    if guest.came is not None:
        words = t("case.guests.came", n=guest.came) if guest.came else t("case.guests.stayed_away")
        trailing = chip(words, "good" if guest.came else "plain")
    elif begun:
        trailing = small_button(f"came-{guest.card.id[-8:]}", t("case.guests.here"), lambda: _came(ui, guest))
    return list_row(
        f"guest-{guest.card.id[-8:]}", guest.name, partial(ui.go, path_of(guest.card.id)), sub=sub, lines=2,
        trailing=trailing,
    )  # fmt: skip


async def _came(ui: Ui, guest: Guest) -> None:
    await ui.do(ui.session.events.came(guest, guest.people), saved=t("case.guests.saved", who=guest.name))


def _sign_up(ui: Ui, event_id: str) -> None:
    def handed(session: Session) -> dict[str, object] | None:
        return session.events.sign_up(event_id)

    begins = if_here(lambda: handed(ui.session))
    if begins is not None:
        ui.go(fill_path(str(begins["form"]), ui.session.new_id()), **begins)


__all__ = ["guests_of"]
