"""What decides which meters are to be read, as this phone knows it (M3): the doors of buildings, and what was said of
their meters by whichever form."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from app.actions import form_list
from app.actions.form_duties import MOST, forms
from app.actions.reads import Reads
from app.domain.rules import meter_rounds as rules
from app.domain.rules.card import Card
from app.domain.rules.duty_rules import Rule
from app.domain.rules.form_duties import periods
from app.domain.rules.meter_rounds import FORGOTTEN, MISSED_FORM, NO_METER, MeterDoor, MeterRound, Seen, Site
from app.domain.rules.meters import asks_meters, reading
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import ENDED_EARLY
from app.domain.times import at_china, china_day
from app.store.queries import CardFilter


def rounds(
    core: Reads,
    held: Sequence[Rule],
    owners: Mapping[str, str],
    estates: Collection[str],
    wanted: Callable[[str], bool] = lambda _: True,
) -> list[MeterRound]:
    """Return the meter rounds of this month: which meters are settled, without what was used before. ``owners``: the
    stewards of buildings; ``wanted``: tells of a building's id whether it counts."""
    today = china_day(core.now())
    begun = [rule for rule in held if any(periods(rule, today))]
    here = sites(core, owners, estates, wanted) if begun and _published(core) else []
    if not here:
        return []
    return rules.rounds(begun, here, _lately(core, here, at_china(today.replace(day=1), 0)), forms(core), today)


def round_of(core: Reads, held: Sequence[Rule], owners: Mapping[str, str], site: Site) -> list[MeterRound]:
    """Return the rounds of one building with all that is known of its meters."""
    wanted = CardFilter(
        type=CASE, kinds=_forms(core), building_id=site.id, moved_from=core.now() - FORGOTTEN, order="recent"
    )
    seen = seen_in(core.store.cards(wanted, 0, MOST), _units(core))
    return rules.rounds(held, [site], seen, forms(core), china_day(core.now()))


def sites(
    core: Reads, owners: Mapping[str, str], estates: Collection[str], wanted: Callable[[str], bool]
) -> list[Site]:
    """Return the buildings of these estates with the doors whose meters are read, by name."""
    keys = core.store.whereabouts().buildings
    lives = {str(home.unit_id): home.id for home in core.store.households().all if home.status == "living"}
    doors: dict[str, list[MeterDoor]] = {}
    for id_, body in core.store.refs("unit").items():
        building = str(body.get("building_id") or "")
        if not wanted(building):
            continue
        floor = body.get("floor")
        one = rules.door_of_unit(
            id_, str(body.get("address") or ""), str(body.get("room") or ""), floor if isinstance(floor, int) else None,
            lives.get(id_, ""),
        )  # fmt: skip
        if one is not None:
            doors.setdefault(building, []).append(one)
    found = [
        Site(id_, str(body.get("name") or ""), keys.get(id_, ""), owners.get(id_, ""), doors[id_])
        for id_, body in core.store.refs("building").items()
        if id_ in doors and keys.get(id_, "") in estates
    ]
    return sorted(found, key=lambda one: (one.estate, one.name, one.id))


def seen_in(cards: Iterable[Card], units: Mapping[str, str]) -> Iterator[Seen]:
    """Yield what cases say of meters. ``units``: by household, the unit it lives in."""
    for card in cards:
        one = card.as_(CaseCard)
        door = card.unit_id or units.get(card.household_id or "", "")
        if card.stage == ENDED_EARLY or not door:
            continue
        for kind, (shown, anew) in one.readings.items():
            read = reading(one.filled_at, shown, anew)
            if read is not None:
                yield Seen(door, kind, one.filled_at, card.id, one.filled_by, read, duty=one.duty)
        if one.form_id == MISSED_FORM and one.known.get("missed"):
            yield Seen(
                door, one.known.get("meter", ""), one.filled_at, card.id, one.filled_by,
                missed=one.known["missed"], duty=one.duty,
            )  # fmt: skip


def _lately(core: Reads, here: Sequence[Site], since: int) -> list[Seen]:
    """Return what was said since a moment, and of doors that were said to have no meter, all that was said there."""
    units = _units(core)
    store = core.store
    found = list(seen_in(store.cards(CardFilter(type=CASE, kinds=_forms(core), moved_from=since), 0, MOST), units))
    earlier = CardFilter(type=CASE, kinds=(MISSED_FORM,), moved_from=core.now() - FORGOTTEN)
    none = {one.door for one in seen_in(store.cards(earlier, 0, MOST), units) if one.missed == NO_METER}
    for door in (door for site in here for door in site.doors if door.id in none):
        found += seen_in(store.cards_at(CASE, door.household or None, door.id, door.address), units)
    return list(dict.fromkeys(found))


def _published(core: Reads) -> bool:
    return any(form == rules.READING_FORM for form, _ in forms(core))


def _forms(core: Reads) -> tuple[str, ...]:
    """Return the forms that say something of meters, and those that carry on what they began."""
    listed = list(form_list.every(core.store))
    asking = [one for one in listed if asks_meters(set(one.root.kids))]
    chains = {str(one.settings["case"]) for one in asking if one.settings.get("case")}
    mine = {one.id for one in asking} | {one.id for one in listed if one.settings.get("case") in chains}
    return tuple(sorted(mine | {MISSED_FORM}))


def _units(core: Reads) -> dict[str, str]:
    return {home.id: str(home.unit_id or "") for home in core.store.households().all}
