"""The demo estate is read like any other workbook, without a fault, and is what it promises to be."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from app.domain import roles
from app.domain.times import CHINA, at_china, from_datetime
from sync_server.estate.columns import STATE_CHOICES
from sync_server.estate.data import EstateData
from sync_server.estate.workbook import read_workbook
from tools.demo import names
from tools.demo.estate import DEMO_PASSWORD, STAFF, write_demo_workbook

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> EstateData:
    path = tmp_path_factory.mktemp("demo") / "demo.xlsx"
    write_demo_workbook(path, today=TODAY)
    return read_workbook(path)


def test_it_has_the_size_of_a_real_estate(demo: EstateData) -> None:
    assert (len(demo.buildings), len(demo.households), len(demo.staff)) == (4, 529, 22)
    assert (len(demo.price_items), len(demo.tickets)) == (60, 40)
    assert 1_150 <= len(demo.people) <= 1_250
    assert [notice.kind for notice in demo.notices] == ["same_name"]


def test_every_post_is_held_and_every_building_has_a_steward(demo: EstateData) -> None:
    assert Counter(role for person in demo.staff for role in person.roles) == {
        roles.STEWARD: 4,
        roles.REPAIR_WORKER: 4,
        roles.ENGINEERING_SUPERVISOR: 1,
        roles.SERVICE_SUPERVISOR: 1,
        roles.DESK: 2,
        roles.FINANCE: 1,
        roles.ADMIN: 1,
        roles.MANAGER: 1,
        roles.ENVIRONMENT_SUPERVISOR: 1,
        roles.CLEANING_LEAD: 1,
        roles.CLEANER: 2,
        roles.GUARD: 1,
        roles.ARCHIVIST: 1,
        roles.CULTURE_CLERK: 1,
    }
    assert len({building.steward_id for building in demo.buildings} - {None}) == 4
    assert {(person.login, person.password) for person in demo.staff} == {(who.login, DEMO_PASSWORD) for who in STAFF}


def test_open_tickets_are_in_every_state_and_not_from_the_future(demo: EstateData) -> None:
    assert {ticket.state for ticket in demo.tickets} == {choice.value for choice in STATE_CHOICES}
    assert all(ticket.requested_at < at_china(TODAY, 10, 30) for ticket in demo.tickets)
    assert {ticket.kind for ticket in demo.tickets} == {"repair", "public_repair", "job"}


def test_rare_long_and_polyphonic_names_live_there(demo: EstateData) -> None:
    people = {person.name for person in demo.people}
    assert {*names.RARE, *names.LONGEST, *names.POLYPHONIC, "张伟"} <= people
    assert {"䶮", "㛃", "𠮷"} <= set("".join(people))
    assert all(person.initials for person in demo.people)


def test_nobody_real_can_be_called(demo: EstateData) -> None:
    phones = [person.phone for person in demo.people if person.phone] + [person.phone for person in demo.staff]
    assert all(phone.startswith("142") for phone in phones)
    assert len(set(phones)) == len(phones)


def test_some_units_are_vacant_some_are_shops_and_one_door_has_two_households(demo: EstateData) -> None:
    assert Counter(household.status for household in demo.households)["vacant"] > 15
    assert sum(unit.address.is_shop for unit in demo.units) == 11
    assert Counter(Counter(household.unit_id for household in demo.households).values())[2] == 1


def test_the_same_seed_and_day_give_the_same_file_and_another_seed_other_people(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_demo_workbook(tmp_path / name, today=TODAY, seed=seed)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    first, other = read_workbook(tmp_path / "a"), read_workbook(tmp_path / "c")
    assert [person.name for person in first.people] != [person.name for person in other.people]
    assert len(other.households) == 529


def test_tickets_count_back_from_the_given_moment(tmp_path: Path) -> None:
    now = datetime(2026, 11, 21, 16, 40, 30, tzinfo=CHINA)
    write_demo_workbook(tmp_path / "now.xlsx", today=TODAY, now=now)
    newest = max(ticket.requested_at for ticket in read_workbook(tmp_path / "now.xlsx").tickets)
    assert newest == from_datetime(now.replace(minute=39, second=0))
