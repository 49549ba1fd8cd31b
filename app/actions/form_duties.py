"""What decides which forms and patrol rounds are owed, as this phone knows it (H1, I1), with or without a network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date, timedelta
from typing import Final

from app.actions.form_list import published
from app.actions.reads import Reads
from app.domain.rules.card import Card
from app.domain.rules.case_duties import OpenCase
from app.domain.rules.duty_rules import BUILDING, ESTATE, HOUSEHOLD, SESSION, TRAINING_PLAN, VACANT_UNIT, Rule
from app.domain.rules.estates import key_of
from app.domain.rules.form_duties import Filled, Spot, is_checked, reaches_back
from app.domain.rules.patrols import ROUTE, SKIPPED_FORM, Call, Round, Route, read_route
from app.domain.rules.patrols import rounds as rounds_of
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import ENDED_EARLY, TO_SIGN
from app.domain.subjects.place import PLACE
from app.domain.subjects.training import SESSION as SESSION_HELD
from app.domain.subjects.training import TRAINING, TrainingCard
from app.domain.times import at_china
from app.domain.writing.addresses import Address, address_order, parse_address
from app.store.queries import CardFilter

MOST: Final = 10_000
_LAST: Final = (1 << 31,)
Place = tuple[str, str]
"""What a rule is ``for``, and the id of the place."""


def forms(core: Reads) -> frozenset[tuple[str, str]]:
    """Return the forms in force: form id and estate, "" for all."""
    return frozenset((one.id, one.estate) for one in published(core.store))


def filled_since(core: Reads, form_ids: Sequence[str], since: date) -> list[Card]:
    """Return the cards of the cases whose last form is one of ``form_ids``, filled in since a day, in order."""
    if not form_ids:
        return []
    begins = at_china(since, 0)
    wanted = CardFilter(type=CASE, kinds=tuple(form_ids), moved_from=begins, order="recent")
    found = [card for card in core.store.cards(wanted, 0, MOST) if card.stage != ENDED_EARLY]
    return sorted((c for c in found if c.as_(CaseCard).filled_at >= begins), key=lambda c: c.as_(CaseCard).filled_at)


def spots(
    core: Reads, rules: Sequence[Rule], owners: Mapping[str, str], estates: Sequence[str], first: date
) -> dict[str, list[Spot]]:
    """Return the places at which forms are owed, by what a rule is for, with what was filled in there. ``owners``: the
    stewards of buildings; ``estates``: the keys of those that count."""
    known = {form for form, _ in forms(core)}
    rules = [rule for rule in rules if (TRAINING_PLAN if rule.form == SESSION else rule.form) in known]
    if not rules:
        return {}
    filled: dict[Place, dict[str, list[Filled]]] = {}
    for since, wanted_forms in reaches_back(rules, first).items():
        for card in filled_since(core, sorted(wanted_forms - {SESSION}), since):
            one = card.as_(CaseCard)
            done = Filled(one.filled_at, card.id, one.filled_by, one.duty, card.stage != TO_SIGN)
            for place in _places(card, core.estate_of(card)):
                filled.setdefault(place, {}).setdefault(one.form_id, []).append(done)
        for card in _sessions(core, since) if SESSION in wanted_forms else ():
            held = card.as_(TrainingCard)
            place = (ESTATE, core.estate_of(card) or ESTATE)
            filled.setdefault(place, {}).setdefault(SESSION, []).append(Filled(held.begun_at, card.id, held.staff_id))

    def spot(for_: str, type_: str, id_: str, address: str, building: str | None, estate: str) -> Spot:
        mine = filled.get((for_, id_), {})
        return Spot(type_, id_, address, building, estate, owners.get(building or "", ""), mine)

    found: dict[str, list[Spot]] = {}
    wanted = {rule.for_ for rule in rules}
    if VACANT_UNIT in wanted:
        found[VACANT_UNIT] = [
            spot(VACANT_UNIT, "unit", id_, str(body.get("address") or ""), building, estate)
            for id_, body, building, estate in vacant(core)
            if estate in estates
        ]
    homes = core.store.households()
    if HOUSEHOLD in wanted:
        found[HOUSEHOLD] = [
            spot(HOUSEHOLD, HOUSEHOLD, home.id, home.address, home.building_id, home.estate)
            for home in homes.all
            if home.status == "living" and home.estate in estates
        ]
    keys = core.store.whereabouts().buildings
    if BUILDING in wanted:
        found[BUILDING] = [
            spot(BUILDING, BUILDING, id_, str(body.get("name") or ""), id_, keys.get(id_, ""))
            for id_, body in sorted(core.store.refs("building").items())
            if keys.get(id_, "") in estates
        ]
    if ESTATE in wanted:
        found[ESTATE] = [
            spot(ESTATE, ESTATE, one.key or ESTATE, one.name, None, one.key)
            for one in core.estates
            if one.key in estates
        ]
    return found


def _sessions(core: Reads, since: date) -> list[Card]:
    """Return the cards of the training sessions that began since a day, in order (V1)."""
    begins = at_china(since, 0)
    wanted = CardFilter(type=TRAINING, kinds=(SESSION_HELD,), moved_from=begins, order="recent")
    found = [card for card in core.store.cards(wanted, 0, MOST) if card.as_(TrainingCard).begun_at >= begins]
    return sorted(found, key=lambda card: card.as_(TrainingCard).begun_at)


def _places(card: Card, estate: str) -> Iterator[Place]:
    yield ESTATE, estate or ESTATE
    if card.unit_id:
        yield VACANT_UNIT, card.unit_id
    if card.household_id:
        yield HOUSEHOLD, card.household_id
    if card.building_id and not card.unit_id and not card.household_id:
        yield BUILDING, card.building_id


def vacant(core: Reads) -> list[tuple[str, Mapping[str, str], str | None, str]]:
    """Return the units in which nobody lives, in the order of the doors: id, what the register says, building,
    estate. Parking spaces and cellars are none."""
    lived_in = {home.unit_id for home in core.store.households().all if home.status == "living"}
    keys = core.store.whereabouts().buildings
    found = []
    for id_, body in core.store.refs("unit").items():
        address = str(body.get("address") or "")
        door = door_of(address)
        room = str(body.get("room") or (door.room if door is not None else ""))
        if id_ not in lived_in and is_checked(room):
            building = body.get("building_id")
            estate = keys.get(str(building), "")
            order = address_order(door) if door is not None else _LAST
            found.append(((estate, order, address, id_), (id_, body, building, estate)))
    return [one for _, one in sorted(found, key=lambda each: each[0])]


def door_of(address: str) -> Address | None:
    """Return an address as it is read; ``None`` for one in words."""
    try:
        return parse_address(address)
    except ValueError:
        return None


def open_cases(
    core: Reads, rules: Sequence[Rule], owners: Mapping[str, str], estates: Sequence[str], first: date
) -> list[OpenCase]:
    """Return the cases of the chains that rules name which go on, or went on since ``first``, as far as this phone
    knows them. ``owners``: the stewards of buildings; ``estates``: the keys of those that count."""
    chains = {rule.chain for rule in rules if rule.chain}
    kinds = tuple(sorted({one.id for one in published(core.store) if one.case in chains})) if chains else ()
    if not kinds:
        return []
    found = core.store.cards(CardFilter(type=CASE, kinds=kinds, over=False), 0, MOST)
    found += core.store.cards(CardFilter(type=CASE, kinds=kinds, over=True, moved_from=at_china(first, 0)), 0, MOST)
    return [
        open_case(card, one, estate, owners)
        for card in found
        if (one := card.as_(CaseCard)).chain in chains
        and card.stage != ENDED_EARLY
        and (estate := core.estate_of(card)) in estates
    ]


def open_case(card: Card, one: CaseCard, estate: str, owners: Mapping[str, str]) -> OpenCase:
    """Return a case as its duties see it."""
    return OpenCase(
        card.id, one.chain, one.steps, one.filled_at if card.over else None,
        address=card.address, building_id=card.building_id, estate=estate,
        steward=owners.get(card.building_id or "", ""), holder=card.assignee or one.filled_by, days=one.known,
    )  # fmt: skip


# -- patrols -----------------------------------------------------------------------------------


def routes(core: Reads) -> list[Route]:
    """Return the routes that are walked in the estates looked at, by name."""
    found = [read_route(id_, body, key_of(body)) for id_, body in core.store.refs(ROUTE).items()]
    looked_at = set(core.posts) if core.estate is None else {core.estate}
    return sorted((one for one in found if one is not None and one.estate in looked_at), key=lambda one: one.name)


def calls(core: Reads, walked: Sequence[Route], first: date) -> list[Call]:
    """Return what was done about the points of these routes since the day before ``first``."""
    wanted = {SKIPPED_FORM, *(point.form for route in walked for point in route.points)} if walked else set()
    found = []
    for card in filled_since(core, sorted(_with_following(core, wanted)), first - timedelta(days=1)):
        one = card.as_(CaseCard)
        if one.about_type != PLACE or not (one.form_id in wanted or one.steps):
            continue
        if one.form_id in wanted:
            call = Call(one.about_id, one.filled_at, card.id, one.filled_by, one.form_id == SKIPPED_FORM, one.duty,
                        one.form_id)  # fmt: skip
        else:  # a later form of its chain was filled in: what counts at the point is the first one
            begun = one.steps[0]
            call = Call(one.about_id, begun.at, card.id, begun.by, False, begun.duty, begun.form)
        found.append(call)
    return found


def _with_following(core: Reads, wanted: Set[str]) -> set[str]:
    """Return forms with those that carry on the chains which they begin."""
    listed = published(core.store)
    chains = {one.case for one in listed if one.id in wanted and one.case}
    return set(wanted) | {one.id for one in listed if one.case in chains and one.after}


def rounds(core: Reads, walked: Sequence[Route], first: date, now: int) -> list[Round]:
    """Return the rounds of these routes that are due from ``first`` on or open now, the earliest first."""
    done = calls(core, walked, first)
    found = [one for route in walked for one in rounds_of(route, done, first, now)]
    return sorted(found, key=lambda one: (one.opens, one.route.name))
