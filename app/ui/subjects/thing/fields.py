"""The fields for each step of a key or lent thing: to whom, why, until when, in which condition (G.1, G.2, G.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

import flet as ft

from app.actions import CardFilter
from app.actions.models import Card, ThingView
from app.actions.units import UNIT_HIT
from app.domain.subjects.tagging import KEEPERS
from app.domain.subjects.thing.kinds import KEY, OTHER, OUTSIDE, RESIDENT, STAFF, THING_KINDS
from app.domain.times import HOUR, add_months, at_china, china_day, read_day
from app.ui import custody_words as words
from app.ui import estates
from app.ui.context import Ui
from app.ui.kit.base import column, flow, quiet
from app.ui.kit.buttons import small_button
from app.ui.kit.choose import pill, pills
from app.ui.kit.fields import SearchField, TextBox
from app.ui.kit.lists import list_row
from app.ui.kit.money import section
from app.ui.subjects.thing.parts import TagField, state_section
from app.ui.subjects.ticket.step_form import CAPACITIES, phrases
from app.ui.texts import day_text, moment_text, t
from app.ui.ticket_words import capacity_of, joined, word

START: Final[Mapping[str, Any]] = {
    "to_kind": STAFF, "to_id": None, "to_name": "", "to_phone": "", "purpose": "", "ticket_id": None, "due_at": None,
    "pieces": 1, "condition": "good", "note": "", "rack": "", "capacity": "self", "thing_kind": "key", "name": "",
    "household_id": None, "given_by": "", "phone": "", "until": None, "tag": None, "tag_text": "", "find": "",
    "everybody": False, "estate": None, "kind_name": "", "unit_id": None,
}  # fmt: skip
"""The values of an empty form."""

CLOSING: Final = 18
"""The hour at which things lent for the day are due."""
_FEW: Final = 8

Update = Callable[..., object]
Values = Mapping[str, Any]


def due_default(now: int) -> int:
    """Return when something lent now is due by default: tonight, or tomorrow night if tonight is less than an hour
    away."""
    tonight = at_china(china_day(now), CLOSING)
    return tonight if tonight - now > HOUR else at_china(china_day(now) + timedelta(days=1), CLOSING)


def _first(*needs: tuple[object, str]) -> str | None:
    return next((t(f"keys.missing.{key}") for there, key in needs if not there), None)


def _taker(v: Values) -> tuple[object, str]:
    return (v["to_id"] if v["to_kind"] == STAFF else str(v["to_name"]).strip()), "taker"


def _told(v: Values) -> tuple[object, str]:
    return (v["condition"] != "damaged" or str(v["note"]).strip()), "note"


MISSING: Final[Mapping[str, Callable[[Values], str | None]]] = {
    "lent": lambda v: _first(_taker(v), (str(v["purpose"]).strip(), "purpose"), (v["due_at"], "due"), _told(v)),
    "handed_over": lambda v: _first(_taker(v), _told(v)),
    "returned": lambda v: _first((str(v["rack"]).strip(), "rack"), _told(v)),
    "given_back": lambda v: _first((str(v["to_name"]).strip(), "receiver"), _told(v)),
    "issued": lambda v: _first((str(v["to_name"]).strip(), "receiver"), _told(v)),
    "entrusted": lambda v: _first(
        (v["household_id"], "door"),
        (str(v["given_by"]).strip(), "given_by"),
        (str(v["purpose"]).strip(), "purpose"),
        (v["until"], "until"),
        (str(v["rack"]).strip(), "rack"),
        _told(v),
    ),
    "stocked": lambda v: _first(
        (v["thing_kind"] != OTHER or str(v["kind_name"]).strip(), "kind"),
        (str(v["name"]).strip(), "name"),
        (str(v["rack"]).strip(), "rack"),
        _told(v),
    ),
}
"""For each step, the function that returns what is still missing, in words; None when both sides can sign."""


def content_of(ui: Ui, kind: str, v: Values, update: Update, view: ThingView | None) -> list[ft.Control]:
    """Return the fields of a step of this ``kind``; the pieces and the condition come last."""
    before = view.state.pieces if view is not None else None
    state = state_section(v, update, before)
    if kind == "lent":
        return [_to_whom(ui, v, update, view), _why(ui, v, update, view), _due(ui, v, update), state]
    if kind == "handed_over":
        return [_to_whom(ui, v, update, view), state]
    if kind == "returned":
        return [_where(v, update), state]
    if kind in ("given_back", "issued"):
        return [_receiver(v, update, view), state]
    if kind == "entrusted":
        return [_door(ui, v, update), *_entrusting(ui, v, update), _tag(v, update), state]
    which = estates.ask(ui.session, v["estate"], lambda key: update(estate=key), KEEPERS)
    # A unit's key is stocked for its door, so that it is known whose it will be (G.3).
    door = [_door(ui, v, update, units=True)] if v["thing_kind"] == KEY else []
    return [*which, _what(v, update), *door, _where(v, update), _tag(v, update), state]


def _to_whom(ui: Ui, v: Values, update: Update, view: ThingView | None) -> ft.Control:
    kinds = [(kind, t(f"keys.to.{kind}")) for kind in (STAFF, RESIDENT, OUTSIDE)]
    parts: list[ft.Control] = [
        pills(kinds, v["to_kind"], lambda kind: update(to_kind=kind, to_id=None, to_name="", to_phone=""), id="to")
    ]
    if v["to_kind"] == STAFF:
        held = view.state.hands.id if view is not None else None
        where = ui.session.estate_of(view.state) if view is not None else None
        people = [(i, name) for i, name in ui.session.keys.people_to_lend_to(where) if i != held]
        shown = people if v["everybody"] else people[:_FEW]
        if v["to_id"] and v["to_id"] not in {i for i, _ in shown}:
            shown = [*shown, *[(i, name) for i, name in people if i == v["to_id"]]]
        parts.append(pills(shown, v["to_id"], lambda i: update(to_id=i), id="staff"))
        if len(people) > len(shown):
            more = t("keys.everybody", n=len(people) - len(shown))
            parts.append(small_button("everybody", more, lambda: update(everybody=True), tone="text"))
        return section(t("keys.to_whom"), parts, id="to-whom")
    home = view.household if view is not None else None
    if v["to_kind"] == RESIDENT and home is not None and home.people:
        names = [(person.name, person.name) for person in home.people[:6]]
        by_name = {person.name: person for person in home.people}

        def pick(name: str) -> None:
            update(to_name=name, to_id=home.id if home else None, to_phone=by_name[name].phone)

        parts.append(pills(names, v["to_name"], pick, id="person"))
    parts.append(TextBox("to-name", t("keys.name_of"), v["to_name"], lambda x: update(to_name=x)))
    parts.append(
        TextBox(
            "to-phone", t("keys.phone"), v["to_phone"], lambda x: update(to_phone=x), keyboard=ft.KeyboardType.PHONE
        )
    )
    return section(t("keys.to_whom"), parts, id="to-whom")


def _why(ui: Ui, v: Values, update: Update, view: ThingView | None) -> ft.Control:
    parts: list[ft.Control] = []
    for card in _tickets(ui, v, view):
        chosen = card.id == v["ticket_id"]

        def pick(card: Card = card, chosen: bool = chosen) -> None:
            update(ticket_id=None if chosen else card.id, purpose="" if chosen else card.content)

        parts.append(
            list_row(f"for-{card.id}", card.content, pick, sub=card.address, lines=1, selected=chosen,
                     leading=ft.Icons.RECEIPT_LONG_OUTLINED)
        )  # fmt: skip
    parts.append(
        TextBox(
            "purpose", "", v["purpose"], lambda x: update(purpose=x), hint=t("keys.purpose_hint"),
            phrases=phrases("keys.purposes"),
        )
    )  # fmt: skip
    return section(t("keys.why"), parts)


def _tickets(ui: Ui, v: Values, view: ThingView | None) -> list[Card]:
    """Return the open tickets that it may be lent for: those at its own door, and the one that is chosen already."""
    found = ui.session.keys.tickets_at(view.state) if view is not None else []
    if v["ticket_id"] and v["ticket_id"] not in {card.id for card in found}:
        found += ui.session.cards(CardFilter(ids=(v["ticket_id"],)), 0, 1)
    return found


def _due(ui: Ui, v: Values, update: Update) -> ft.Control:
    now = ui.now()
    today = china_day(now)
    soon = (now + HOUR) // 60_000 * 60_000
    choices = [(soon, t("keys.due_hour"))] if v["due_at"] is None or abs(int(v["due_at"]) - soon) > HOUR else []
    choices += [(int(v["due_at"]), moment_text(int(v["due_at"]), now))] if v["due_at"] else []
    for days in (0, 1, 3):
        at = at_china(today + timedelta(days=days), CLOSING)
        if at > now and all(at != known for known, _ in choices):
            choices.append((at, moment_text(at, now)))
    made = [
        pill(f"due-{n}", label, lambda at=at: update(due_at=at), selected=at == v["due_at"])  # type: ignore[misc]
        for n, (at, label) in enumerate(sorted(choices))
    ]
    return section(t("keys.due_back"), [flow(made)], id="due")


def _where(v: Values, update: Update) -> ft.Control:
    return section(t("keys.rack"), [TextBox("rack", "", v["rack"], lambda x: update(rack=x), hint="A-03")])


def _receiver(v: Values, update: Update, view: ThingView | None) -> ft.Control:
    people = view.household.people if view is not None and view.household is not None else []
    relation = {person.name: person.relation for person in people}
    parts: list[ft.Control] = []
    if people:
        names = [(person.name, person.name) for person in people[:6]]
        parts.append(
            pills(names, v["to_name"], lambda n: update(to_name=n, capacity=capacity_of(relation[n])), id="person")
        )
    parts.append(TextBox("to-name", t("keys.name_of"), v["to_name"], lambda x: update(to_name=x)))
    parts.append(_capacity(v, update))
    return section(t("keys.receiver"), parts)


def _capacity(v: Values, update: Update) -> ft.Control:
    known = [(c, word("capacity", c)) for c in CAPACITIES]
    return pills(known, v["capacity"], lambda c: update(capacity=c), id="capacity")


def _door(ui: Ui, v: Values, update: Update, units: bool = False) -> ft.Control:
    """The door a key opens; ``units``: also one where no household is known yet (G.3)."""
    home = ui.session.home(v["household_id"])
    unit = ui.session.units.known(str(v["unit_id"])) if v["unit_id"] else None
    if home is None and unit is not None:
        again = small_button("door-again", t("keys.other_door"), lambda: update(unit_id=None), tone="text")
        mark = ft.Icons.DOOR_FRONT_DOOR_OUTLINED
        row = list_row("door", str(unit.get("address") or ""), None, sub=t("household.vacant"), leading=mark,
                       trailing=again)  # fmt: skip
        return section(t("keys.door"), [row])
    if home is not None:
        again = small_button(
            "door-again", t("keys.other_door"), lambda: update(household_id=None, given_by=""), tone="text"
        )
        row = list_row(
            "door",
            home.address,
            None,
            sub=joined(estates.mark_of(home), home.name),
            leading=ft.Icons.DOOR_FRONT_DOOR_OUTLINED,
            trailing=again,
        )
        return section(t("keys.door"), [row])
    parts: list[ft.Control] = [
        SearchField("door-find", lambda text: update(find=text), hint=t("keys.find_door"), initial=v["find"])
    ]
    hits = ui.session.doors.find(v["find"], 6) if v["find"] else []
    if v["find"] and units:
        hits = [*hits, *ui.session.units.find(v["find"], 6)][:6]
    for hit in hits:
        found = hit.household
        who = hit.person or (found.people[0] if found.people else None)

        def pick(found: Any = found, who: Any = who) -> None:
            is_unit = found.id.startswith(UNIT_HIT)  # nobody is known there yet
            update(
                household_id=None if is_unit else found.id,
                unit_id=found.unit_id if is_unit else None,
                given_by=who.name if who else found.name,
                capacity=capacity_of(who.relation) if who else "self",
                phone=who.phone if who else "",
                find="",
            )

        sub = joined(estates.mark_of(found), found.name)
        parts.append(list_row(f"door-{found.id}", found.address, pick, sub=sub, lines=1))
    if v["find"] and len(parts) == 1:
        parts.append(quiet(t("common.none_found", query=v["find"])))
    return section(t("keys.door"), parts)


def _entrusting(ui: Ui, v: Values, update: Update) -> list[ft.Control]:
    home = ui.session.home(v["household_id"])
    if home is None:
        return []
    people = {person.name: person for person in home.people}

    def pick(name: str) -> None:
        update(given_by=name, capacity=capacity_of(people[name].relation), phone=people[name].phone)

    who: list[ft.Control] = []
    if people:
        who.append(pills([(name, name) for name in list(people)[:6]], v["given_by"], pick, id="given"))
    who += [TextBox("given-by", t("keys.name_of"), v["given_by"], lambda x: update(given_by=x)), _capacity(v, update)]
    today = china_day(ui.now())
    days = [(add_months(today, months).isoformat(), t(f"keys.months.{months}")) for months in (1, 3, 6, 12)]
    until: list[ft.Control] = [pills(days, v["until"], lambda day: update(until=day), id="until")]
    if v["until"]:
        until.append(quiet(t("keys.until_day", day=day_text(read_day(v["until"]), today))))
    return [
        section(t("keys.given_by"), who),
        section(
            t("keys.purpose"),
            [
                TextBox(
                    "purpose", "", v["purpose"], lambda x: update(purpose=x), hint=t("keys.entrust_hint"),
                    phrases=phrases("keys.entrust_purposes"),
                )
            ],
        ),
        section(t("keys.until"), until),
        section(
            t("keys.what"),
            [
                TextBox("name", "", v["name"], lambda x: update(name=x)),
                TextBox("rack", t("keys.rack"), v["rack"], lambda x: update(rack=x), hint="A-03"),
            ],
        ),
    ]  # fmt: skip


def _what(v: Values, update: Update) -> ft.Control:
    kinds = [(kind, words.kind_word(kind)) for kind in THING_KINDS]
    which = TextBox("kind-name", t("keys.kind_name"), v["kind_name"], lambda x: update(kind_name=x),
                    phrases=phrases("keys.other_kinds"))  # fmt: skip
    return section(
        t("keys.what"),
        [
            pills(
                kinds, v["thing_kind"], lambda kind: update(thing_kind=kind, household_id=None, unit_id=None), id="kind"
            ),
            *([which] if v["thing_kind"] == OTHER else []),
            TextBox("name", t("keys.called"), v["name"], lambda x: update(name=x), hint=t("keys.called_hint")),
        ],
    )


def _tag(v: Values, update: Update) -> ft.Control:
    field = TagField(
        "tag", v["tag_text"], lambda text: update(tag_text=text, tag=None), lambda code: update(tag=code), free=True
    )
    return section(t("keys.tag.heading"), [column([field, quiet(t("keys.tag.later"))], gap=6)])
