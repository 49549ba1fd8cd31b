"""The parts of a new ticket's form (A.1, B.1): place, type, fault, price item, time, whom to call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions.models import Household, HouseholdHit, PriceItem, TicketForm
from app.domain.subjects.ticket.kinds import COMPLAINT, JOB, PUBLIC_REPAIR, REPAIR
from app.domain.times import at_china, to_china
from app.domain.writing.addresses import building_words, doors_of
from app.ui import estates, theme
from app.ui.kit.base import column, flow, quiet, row, txt
from app.ui.kit.buttons import small_button
from app.ui.kit.choose import When, pill, pills, when_picker
from app.ui.kit.fields import SearchField, TextBox
from app.ui.kit.keys import use_keys
from app.ui.kit.lists import list_row
from app.ui.kit.money import section
from app.ui.kit.notices import notice
from app.ui.texts import t, yuan
from app.ui.ticket_words import building_name, joined, word

AT_DOOR: Final = (REPAIR, COMPLAINT)
IN_PUBLIC: Final = (PUBLIC_REPAIR, COMPLAINT)
LATER, UNLISTED = "later", "unlisted"
"""Values of ``item`` without a price item: it is decided on site; or the price list has none (A.2: judged first)."""
FOUND_AT_MOST = 6

START: Final[Mapping[str, Any]] = {
    "where": "household",
    "household": "",
    "building": "",
    "place": "",  # A public area in words. The name of the value stays, since drafts on phones have it.
    "kind": REPAIR,
    "content": "",
    "urgent": False,
    "item": LATER,
    "item_query": "",
    "home_query": "",
    "when": "now",
    "day": "",
    "hour": -1,
    "contact_name": "",
    "contact_phone": "",
    "assign": "",
    "channel": "",
    "rang_at": None,
    "estate": None,
}
"""The values of an empty form.

``item`` is a price item's id, ``later`` or ``unlisted``; ``rang_at`` when the telephone rang (A.1), in ms of corrected
time; ``estate`` the key of the estate that a public area is in, ``None`` as long as it is not chosen.
"""

Values = Mapping[str, Any]
Update = Callable[..., object]


def ticket_form(values: Values, channel: str = "door") -> TicketForm:
    """Return the values as the form that is saved. ``channel`` is used where the form has none."""
    public = values["where"] == "public"
    item = str(values["item"]) if values["kind"] == REPAIR else LATER
    return TicketForm(
        content=str(values["content"]).strip(),
        ticket_kind=str(values["kind"]),
        household_id=None if public else str(values["household"]) or None,
        building_id=(str(values["building"]) or None) if public else None,
        address=str(values["place"]).strip() if public else "",
        contact_name=str(values["contact_name"]).strip(),
        contact_phone=str(values["contact_phone"]).strip(),
        appointment_at=appointment(values),
        requested_at=values.get("rang_at"),
        listed={LATER: None, UNLISTED: False}.get(item, True),
        item_id=item if item not in (LATER, UNLISTED) else None,
        channel=str(values["channel"]) or channel,
        urgent=bool(values.get("urgent")),
        estate=values.get("estate") if public else None,
    )


def appointment(values: Values) -> int | None:
    """Return the appointment in ms; None for at once."""
    if values["when"] != "later" or not values["day"] or int(values["hour"]) < 0:
        return None
    return at_china(date.fromisoformat(values["day"]), int(values["hour"]))


def missing(values: Values, several: bool = False) -> str | None:
    """Return what is still missing, in words; None when nothing is. ``several``: this person has several estates."""
    if values["where"] == "public":
        if several and values.get("estate") is None:
            return t("estates.missing")
        if not str(values["place"]).strip():
            return t("newticket.need_where")
    elif not values["household"]:
        return t("newticket.need_where")
    if not str(values["content"]).strip():
        return t("newticket.need_content")
    if values["when"] == "later" and appointment(values) is None:
        return t("newticket.need_when")
    return None


def where_section(
    values: Values,
    update: Update,
    home: Household | None,
    find: Callable[[str], Sequence[HouseholdHit]],
    buildings: Mapping[str, str],
    on_home: Callable[[Household], object],
    which: Sequence[ft.Control] = (),
    seeking: int = 0,
    pointed: str = "",
) -> ft.Control:
    """A household, found as one types, or a public area. ``buildings`` are ids by code; ``which`` asks for the estate
    of a public area. Enter takes the household that the arrows point at (``pointed``, its id), else the only one found;
    the search takes the focus when ``seeking`` grows.
    """
    choices = [("household", t("newticket.household")), ("public", t("newticket.public"))]

    def turn(where: str) -> None:
        kinds = IN_PUBLIC if where == "public" else AT_DOOR
        kind = values["kind"] if values["kind"] in kinds else kinds[0]
        update(where=where, kind=kind)

    parts: list[ft.Control] = [pills(choices, values["where"], turn, id="where")]
    if values["where"] == "public":
        # Which buildings there are is known only once the estate is chosen.
        in_one = not which or values.get("estate") is not None
        parts.extend((*which, *_public_area(values, update, buildings, in_one)))
    elif home is not None:
        change = small_button("home-change", t("newticket.change"), lambda: update(household=""), tone="text")
        parts.append(
            column(
                [
                    *estates.head_of(home),
                    txt(home.address, ft.TextThemeStyle.HEADLINE_SMALL),
                    quiet(people_words(home)),
                    change,
                ],
                gap=4,
            )
        )
    else:
        query = str(values["home_query"])

        def take_only(text: str) -> None:
            hits = find(text)
            there = next((hit.household for hit in hits[:FOUND_AT_MOST] if hit.household.id == pointed), None)
            meant = there if there is not None and text else only_hit(text, hits)
            if meant is not None:
                on_home(meant)
            else:
                update(home_query=text)

        parts.append(
            SearchField(
                "home-find", lambda text: update(home_query=text), hint=t("newticket.which_hint"), initial=query,
                asked_for=seeking, on_submit=take_only,
            )
        )  # fmt: skip
        for hit in find(query)[:FOUND_AT_MOST] if query else ():
            parts.append(_home_row(hit, on_home, hit.household.id == pointed))
        if query and not find(query):
            parts.append(quiet(t("common.none_found", query=query)))
            parts.append(quiet(t("household.not_found")))
    return section(t("newticket.where"), parts)


def only_hit(text: str, hits: Sequence[HouseholdHit]) -> Household | None:
    """The household that a search can only mean: the only one found, or the only one whose door was typed in full."""
    doors = {str(door) for door in doors_of(text)}
    exact = [hit for hit in hits if hit.household.address in doors]
    meant = exact if len(exact) == 1 else hits
    return meant[0].household if len(meant) == 1 and text else None


def _home_row(hit: HouseholdHit, on_home: Callable[[Household], object], pointed: bool) -> ft.Control:
    home = hit.household
    names = people_words(home) if hit.person is None else hit.person.name
    sub = joined(estates.mark_of(home), names)
    return list_row(f"home-{home.address}", home.address, lambda: on_home(home), sub=sub, lines=1, selected=pointed)


def people_words(home: Household) -> str:
    """Return the names of a household's people in one line."""
    return "、".join(person.name for person in home.people) or home.name


def _public_area(values: Values, update: Update, buildings: Mapping[str, str], in_one: bool) -> list[ft.Control]:
    def in_building(code: str) -> None:
        words = str(values["place"])
        for known in buildings:
            words = words.removeprefix(building_words(known))
        update(building=buildings.get(code, ""), place=f"{building_words(code)}{words}" if code else words)

    chosen = next((code for code, id_ in buildings.items() if id_ == values["building"]), "")
    options = [("", t("newticket.whole_estate")), *((code, building_name(code)) for code in buildings)]
    usual = tuple(t(f"newticket.phrases.place_{n}") for n in range(1, 6))

    def add(phrase: str) -> Callable[[], object]:
        return lambda: update(place=str(values["place"]) + phrase)

    return [
        *([pills(options, chosen, in_building, id="building")] if in_one else []),
        TextBox(
            "place",
            t("newticket.place"),
            values["place"],
            lambda text: update(place=text),
            most=100,
            hint=t("newticket.place_hint"),
        ),
        flow([pill(f"place-phrase-{n}", phrase, add(phrase)) for n, phrase in enumerate(usual)]),
    ]


def kind_section(
    values: Values,
    update: Update,
    to_register: Callable[[], object],
    at_door: bool = False,
    send_job: Callable[[], object] | None = None,
) -> ft.Control:
    """Return the choice of a ticket's type: a repair, in public areas a public repair.

    The choice of a complaint calls ``to_register``: complaints, like all that people say to the company, are recorded
    in the register (C.0). The choice of a job 工作单, which has a form of its own (B.1), is offered and calls
    ``send_job`` if that is given.
    """
    kinds = list(IN_PUBLIC if values["where"] == "public" and not at_door else AT_DOOR)
    if send_job is not None or values["kind"] == JOB:
        kinds.append(JOB)
    # A draft of an older version may hold a complaint or a job: it is saved as that.
    options = [(k, t("newticket.to_register") if k == COMPLAINT != values["kind"] else word("kind", k)) for k in kinds]

    def choose(kind: str) -> None:
        if kind == COMPLAINT:
            to_register()
        elif kind == JOB and send_job is not None:
            send_job()
        else:
            update(kind=kind)

    return section(t("newticket.kind"), [pills(options, values["kind"], choose, id="kind")])


def content_section(values: Values, update: Update, writing: int = 0, *, numbered: bool = False) -> ft.Control:
    """Hook: what is wrong, by phrases of its kind (``numbered``: also by a digit) or in words; the field takes the
    focus when ``writing`` grows."""
    prefix, count = {REPAIR: ("repair", 5), PUBLIC_REPAIR: ("public", 4), JOB: ("job", 3)}.get(
        str(values["kind"]), ("complaint", 4)
    )
    phrases = tuple(t(f"newticket.phrases.{prefix}_{n}") for n in range(1, count + 1))

    def say(phrase: str) -> None:
        if not values["content"]:
            update(content=phrase)

    # A digit is a phrase in the empty field; who is quicker than the focus that comes there means the same.
    use_keys({str(n): partial(say, phrase) for n, phrase in enumerate(phrases, 1)}, numbered)
    box = TextBox(
        "content",
        "",
        values["content"],
        lambda text: update(content=text),
        lines=2,
        most=3000,
        name=t("newticket.content"),
        hint=t("newticket.content_hint"),
        phrases=phrases,
        asked_for=writing,
        numbered=numbered,
    )
    # Drafts of an older version have no urgency.
    urgent = bool(values.get("urgent"))
    how = [("no", t("newticket.not_urgent")), ("yes", t("newticket.urgent"))]
    choice = pills(how, "yes" if urgent else "no", lambda chosen: update(urgent=chosen == "yes"), id="urgent")
    says = [quiet(t("newticket.urgent_says"))] if urgent else []
    # Without a heading of its own it would look like one more of the phrases above.
    heading = txt(t("newticket.urgency"), ft.TextThemeStyle.TITLE_SMALL)
    return section(t("newticket.content"), [box, heading, choice, *says])


def item_section(
    values: Values, update: Update, chosen: PriceItem | None, find: Callable[[str], Sequence[PriceItem]]
) -> ft.Control:
    """Return the choice of a price item, found by two letters; or to be decided on site, or not on the list (A.2)."""
    if chosen is not None:
        price = t("newticket.price", money=yuan(chosen.price_fen), unit=chosen.unit)
        change = small_button("item-change", t("newticket.change_item"), lambda: update(item=LATER), tone="text")
        return section(
            t("newticket.item"),
            [row([txt(chosen.name, expand=True), txt(price, ft.TextThemeStyle.TITLE_MEDIUM)])],
            tool=change,
        )
    options = [(LATER, t("newticket.item_later")), (UNLISTED, t("newticket.item_unlisted"))]
    parts: list[ft.Control] = [pills(options, values["item"], lambda item: update(item=item), id="item")]
    if values["item"] == UNLISTED:
        parts.append(notice(t("newticket.unlisted_says"), tone="calm", id="unlisted"))
    else:
        query = str(values["item_query"])
        parts.append(
            SearchField("item-find", lambda text: update(item_query=text), hint=t("newticket.item_hint"), initial=query)
        )
        for item in find(query)[:FOUND_AT_MOST] if query else ():
            price = t("newticket.price", money=yuan(item.price_fen), unit=item.unit)
            parts.append(
                list_row(f"item-{item.code}", item.name, lambda i=item: update(item=i.id, item_query=""), sub=price)
            )
        if query and not find(query):
            parts.append(quiet(t("newticket.item_none", query=query)))
    return section(t("newticket.item"), parts)


def when_section(values: Values, update: Update, now: int) -> ft.Control:
    """Return the choice of when: now, or an appointment in two taps."""
    options = [("now", t("newticket.when_now")), ("later", t("newticket.when_later"))]
    parts: list[ft.Control] = [pills(options, values["when"], lambda when: update(when=when), id="time")]
    if values["when"] == "later":
        here = to_china(now)
        hour = int(values["hour"])
        chosen = When(date.fromisoformat(values["day"]), hour if hour >= 0 else None) if values["day"] else None
        parts.append(
            when_picker(
                chosen,
                lambda w: update(day=w.day.isoformat(), hour=w.hour if w.hour is not None else -1),
                today=here.date(),
                from_hour=here.hour + 1,
            )
        )
    return section(t("newticket.when"), parts)


def contact_section(values: Values, update: Update, home: Household | None) -> ft.Control:
    """Return the fields for whom to call; the household's people are chips that fill in their phone, too."""
    parts: list[ft.Control] = []
    if home is not None and home.people:

        def take(name: str, phone: str) -> Callable[[], object]:
            return lambda: update(contact_name=name, contact_phone=phone)

        parts.append(
            flow(
                [
                    pill(f"contact-{n}", p.name, take(p.name, p.phone), selected=p.name == values["contact_name"])
                    for n, p in enumerate(home.people)
                ],
                gap=theme.GAP_SMALL,
            )
        )
    parts.append(
        TextBox(
            "contact-name",
            t("newticket.contact_name"),
            values["contact_name"],
            lambda text: update(contact_name=text),
            most=60,
        )
    )
    parts.append(
        TextBox(
            "contact-phone",
            t("newticket.contact_phone"),
            values["contact_phone"],
            lambda text: update(contact_phone=text),
            most=40,
            keyboard=ft.KeyboardType.PHONE,
        )
    )
    return section(t("newticket.contact"), parts)
