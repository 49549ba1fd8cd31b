"""A new ticket: at the desk, by a steward on the way, or during a visit (A.1, B.1, E)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.models import Household, Staff
from app.domain import roles
from app.domain.subjects.job.kinds import SENDERS
from app.domain.subjects.parts import ANY_BUT_FINANCE
from app.domain.subjects.ticket.kinds import REPAIR
from app.ui import estates, theme
from app.ui.context import cloud_of, use_draft, use_handed, use_now, use_read, use_ui
from app.ui.kit.base import column, quiet, txt
from app.ui.kit.buttons import Action
from app.ui.kit.choose import pills
from app.ui.kit.keys import DOWN, UP, use_keys
from app.ui.kit.money import section
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import paper
from app.ui.screens.desk.parts import form
from app.ui.screens.phone.nobody_yet import DISPATCHERS, before_saving, held_in, saved_words
from app.ui.subjects.ticket import fields
from app.ui.subjects.ticket.call import NEW, RANG, call_part, takes_calls
from app.ui.subjects.ticket.door_hint import AtThisDoor
from app.ui.subjects.ticket.fields import LATER, START, UNLISTED
from app.ui.subjects.visit.fields import draft_key
from app.ui.subjects.visit.form import restored_notice, use_discard
from app.ui.texts import t


def home_of(session: Session, household_id: str) -> Household | None:
    """Return a household by its id, or None."""
    everywhere = (hit.household for hit in session.doors.find_in(None, "", 100_000))
    return next((home for home in everywhere if home.id == household_id), None)


def buildings_of(session: Session, estate: str | None) -> dict[str, str]:
    """Return the ids of an estate's buildings that this phone knows, by code, in order.

    Empty for ``None``: with several estates a code alone means nothing.
    """
    if estate is None:
        return {}
    homes = (hit.household for hit in session.doors.find_in(estate if session.several else None, "", 100_000))
    return {home.door.building: home.building_id for home in homes if home.door and home.building_id}


def begin(home: Household | None, channel: str = "") -> dict[str, Any]:
    """Return the values of an empty form; for a household, with its first person as the contact."""
    start = {**START, "channel": channel}
    if home is not None:
        start["household"] = home.id
        if home.people:
            start |= {"contact_name": home.people[0].name, "contact_phone": home.people[0].phone}
    return start


CALL: Final = "call-"
"""What a call is called at the desk, followed by when the telephone rang (ms)."""
_CALLS: Final = "ticket-new:call-"


def call_draft(rang_at: int) -> str:
    """The key of the draft of a call taken at the desk: each has its own, for several may be open at once."""
    return f"{_CALLS}{rang_at}"


@dataclass(frozen=True)
class OpenCall:
    """A call that was taken and is not saved yet; ``address`` of the door it is about, "" before that is known."""

    rang_at: int
    address: str

    @property
    def form(self) -> str:
        """What it is called at the desk."""
        return f"{CALL}{self.rang_at}"


def open_calls(session: Session) -> tuple[OpenCall, ...]:
    """The calls that were taken and are not saved yet, the oldest first (A.1)."""
    found = []
    for key in session.drafts():
        rang = key.removeprefix(_CALLS)
        if rang == key or not rang.isdecimal():
            continue
        values = session.draft(key) or {}
        home = session.home(str(values.get("household") or ""))
        found.append(OpenCall(int(rang), home.address if home is not None else str(values.get("place") or "")))
    return tuple(sorted(found, key=lambda call: call.rang_at))


@ft.component
def TicketNewScreen(
    household_id: str = "",
    on_done: Callable[[], object] | None = None,
    on_saved: Callable[[str], object] | None = None,
    rang_at: int | None = None,
    kept: str = "",
) -> ft.Control:
    """The form that opens a ticket; people who dispatch can assign it at once (A.2).

    Beside the desk's table ``on_done`` leads back to what stood there, ``on_saved`` hears which ticket it became.
    ``rang_at``: when the telephone rang, where the desk began with 来电 (ms, corrected time; A.1). ``kept``: the key of
    its draft, where it is one of several calls.
    """
    ui = use_ui()
    rang = use_handed(NEW).get(RANG) if rang_at is None else rang_at
    here = use_read(lambda session: home_of(session, household_id) if household_id else None, household_id)
    channel = "phone" if roles.DESK in ui.session.roles else "door"
    draft = use_draft(
        kept or (f"ticket-new:{household_id}" if household_id else "ticket-new"),
        begin(here, channel) | {"estate": ui.session.estate},
    )
    now = use_now()
    by_key = theme.use_look().desk and on_done is not None
    seeking, seek = ft.use_state(0)
    writing, write = ft.use_state(0)
    pointed, point = ft.use_state("")
    values, update = draft.values, draft.update

    def begin_call() -> None:
        # Saved at once, so that the moment survives closing the app, even before anything is typed.
        if rang is not None and not draft.restored:
            draft.update(**{RANG: rang, "channel": "phone"})
            draft.flush()

    ft.use_effect(begin_call, [draft])
    # Once the form is there: a field that is asked for while it is made does not get the focus.
    ft.use_effect(lambda: seek(1) if by_key and not values["household"] else None, [draft])
    home = use_read(lambda session: home_of(session, str(values["household"])), values["household"])
    # Drafts of an older version have no estate.
    said = values.get("estate", ui.session.estate)
    known = use_read(lambda session: buildings_of(session, said), said)
    where = said if values["where"] == "public" else home.estate if home is not None else None
    workers: list[Staff] = use_read(lambda session: session.staff_list(roles.REPAIR_WORKER, where), where)

    leave = on_done or ui.back

    def discard() -> None:
        draft.discard()
        if rang is not None and not kept:
            begin_call()
        else:
            leave()

    def opened(ticket_id: str) -> None:
        if on_saved is not None:
            on_saved(ticket_id)
        else:
            ui.replace(f"/ticket/{ticket_id}")

    ask_discard = use_discard(discard)

    def take(found: Household) -> None:
        update(**{name: begin(found)[name] for name in ("household", "contact_name", "contact_phone")}, home_query="")
        if by_key:
            write(writing + 1)

    def point_on(by: int) -> None:
        hits = ui.session.doors.find(query)[: fields.FOUND_AT_MOST] if query else []
        ids = [hit.household.id for hit in hits]
        at = ids.index(pointed) + by if pointed in ids else 0 if by > 0 else len(ids) - 1
        if ids:
            point(ids[max(0, min(len(ids) - 1, at))])

    # In a line of text ↑ and ↓ have nothing to do: they go through what it found.
    query = "" if values["household"] or values["where"] == "public" else str(values["home_query"])
    use_keys({DOWN: lambda: point_on(1), UP: lambda: point_on(-1)} if query else {}, by_key, frozenset((UP, DOWN)))
    held = held_in(ui.session, where)
    may_assign = bool(held & DISPATCHERS) and not (values["kind"] == REPAIR and values["item"] == UNLISTED)
    assignee = str(values["assign"]) if may_assign and values["assign"] in {w.id for w in workers} else ""

    async def save() -> None:
        draft.flush()
        await ui.do(
            ui.session.tickets.open(fields.ticket_form(values), assignee or None, once=draft.once, draft=draft.key),
            then=lambda saved: opened(saved.subject_id),
            saved=saved_words(ui.session, bool(assignee), where),
        )

    def to_register() -> None:
        path = f"/matter-new/{values['household']}" if values["household"] else "/matter-new"
        ui.go(path) if on_done is not None else ui.replace(path)

    def send_job() -> None:
        door = "" if values["where"] == "public" else str(values["household"])
        path = f"/job-new/{door}" if door else "/job-new"
        ui.go(path) if on_done is not None else ui.replace(path)

    lacking = fields.missing({**values, "estate": said}, ui.session.several)
    which = estates.ask(
        ui.session, said, lambda key: update(estate=key, building="", assign=""), ANY_BUT_FINANCE, inside=True
    )
    content: list[ft.Control] = []
    content += restored_notice(draft, ask_discard)
    calls = takes_calls(ui)
    content += call_part(ui, values, update, rang) if calls else []
    content += before_saving(ui, str(values["content"]), bool(values.get("urgent")), where)
    content += [
        fields.where_section(values, update, home, ui.session.doors.find, known, take, which, seeking, pointed),
        _here(values),
        fields.kind_section(
            values, update, to_register, send_job=send_job if held_in(ui.session, where) & SENDERS else None
        ),
        fields.content_section(values, update, writing, numbered=by_key),
    ]
    if values["kind"] == REPAIR:
        content.append(_item(ui.session, values, update, where))
    content.append(fields.when_section(values, update, now))
    content.append(fields.contact_section(values, update, home))
    if may_assign:
        content.append(_assign(workers, assignee, update))
    content += [] if calls else call_part(ui, values, update, rang)
    name = next((worker.name for worker in workers if worker.id == assignee), "")
    action = Action(
        t("newticket.save_assign", name=name) if name else t("newticket.save"),
        save,
        icon=ft.Icons.CHECK_ROUNDED,
        enabled=lacking is None,
        hint=lacking,
    )
    cloud = cloud_of(ui)
    return form(ui, t("newticket.heading"), content, id="ticket-new", action=action, on_done=on_done, cloud=cloud)


@ft.component
def VisitTicketScreen(household_id: str) -> ft.Control:
    """The form for a ticket that is raised during a visit: it is added to the visit's form and saved with it (E)."""
    kept, path = f"visit-ticket:{household_id}", f"/visit/new/{household_id}"
    return raised_ticket(draft_key(household_id), kept, path, household_id, t("newticket.add_to_visit"))


def raised_ticket(of: str, kept: str, path: str, household_id: str, add_words: str) -> ft.Control:
    """Hook: return the screen of a ticket that is raised while another form is being filled in.

    ``of`` is the key of that form's draft and ``path`` its path: the ticket is added to its ``tickets`` and saved with
    it. ``kept`` is the key of this screen's own draft.
    """
    ui = use_ui()
    home = use_read(lambda session: home_of(session, household_id), household_id)
    draft = use_draft(kept, begin(home, "door"))
    now = use_now()
    values, update = draft.values, draft.update

    def add() -> None:
        whole = ui.forms.top(of)
        if whole is None:
            return
        whole.update(tickets=[*whole.values["tickets"], dict(values)])
        whole.flush()
        draft.discard()
        ui.back()
        ui.toast(t("newticket.added"))

    # The place comes from the other form, even if that is no household.
    lacking = fields.missing({**values, "household": household_id or of})
    content: list[ft.Control] = []
    if home is not None:
        names = quiet(fields.people_words(home))
        content.append(
            paper([column([*estates.head_of(home), txt(home.address, ft.TextThemeStyle.HEADLINE_SMALL), names], gap=4)])
        )
    where = home.estate if home is not None else None
    content += before_saving(ui, str(values["content"]), bool(values.get("urgent")), where)
    content.append(_here({**values, "household": household_id, "where": "household"}))
    to_register = partial(ui.replace, f"{path}/matter")
    content += [
        fields.kind_section(values, update, to_register, at_door=True),
        fields.content_section(values, update),
    ]
    if values["kind"] == REPAIR:
        content.append(_item(ui.session, values, update, where))
    content += [fields.when_section(values, update, now), fields.contact_section(values, update, home)]
    return Scaffold(
        t("newticket.heading"),
        content,
        id="visit-ticket",
        on_back=ui.back,
        action=Action(add_words, add, icon=ft.Icons.ADD_ROUNDED, enabled=lacking is None, hint=lacking),
    )


def _here(values: Mapping[str, Any]) -> ft.Control:
    public = values["where"] == "public"
    home = "" if public else str(values["household"])
    area = str(values["place"]) if public else ""
    return AtThisDoor(home, area, str(values["content"]), key=f"here-{home}")


def _item(session: Session, values: Mapping[str, Any], update: fields.Update, estate: str | None) -> ft.Control:
    chosen = str(values["item"])
    item = session.tickets.price_item(chosen) if chosen not in (LATER, UNLISTED) else None
    return fields.item_section(values, update, item, lambda text: session.tickets.price_items(text, estate))


def _assign(workers: list[Staff], assignee: str, update: fields.Update) -> ft.Control:
    options = [("", t("newticket.assign_later"))]
    options += [(w.id, t("newticket.load", name=w.name, n=w.load)) for w in workers]
    return section(t("newticket.assign"), [pills(options, assignee, lambda id_: update(assign=id_), id="assign")])
