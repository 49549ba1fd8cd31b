"""Estates 小区: what somebody with posts in several sees, may do and writes, and that with one nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.actions import CardFilter, Session
from app.actions.models import CustodyForm, TicketForm
from app.domain.wire.errors import Problem
from app.domain.writing.tags import KEY, OTHER_ESTATE, POINT, Tag, estate_mark
from app.store.queries import EstateCounts
from tests.actions.phones import (
    DESK,
    EVERYWHERE,
    MANAGER,
    NOON,
    SECOND,
    WORKER,
    Desk,
    estate,
    phone_in_two,
    phone_of,
    uid,
)  # fmt: skip
from tests.store.test_saving import opened
from tests.support.field_work import signature

pytestmark = pytest.mark.anyio

TAP = uid("tap")
DOOR = "3栋2单元1501"


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Session]:
    session = phone_in_two(tmp_path, MANAGER)
    yield session
    session.store.close()


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Session]:
    session = phone_in_two(tmp_path, EVERYWHERE)
    yield session
    session.store.close()


def public(where: str, estate: str | None = None, building: str | None = None) -> TicketForm:
    return TicketForm("路灯不亮", "public_repair", address=where, estate=estate, building_id=building)


def repair(home: str) -> TicketForm:
    return TicketForm("水管漏水", household_id=home)


async def test_lists_show_the_estate_that_is_looked_at_or_all(manager: Session) -> None:
    here = (await manager.tickets.open(repair(uid("home", DOOR)))).subject_id
    there = (await manager.tickets.open(public("3栋门厅", building="b3"))).subject_id
    Desk().give(_opened_elsewhere("t-k", building_id="k3"), manager)
    assert {card.id for card in manager.cards()} == {here, there, "t-k"} and manager.count() == 3
    manager.choose_estate(SECOND)
    assert [card.id for card in manager.cards()] == ["t-k"] and manager.count() == 1
    manager.choose_estate("")
    assert {card.id for card in manager.cards()} == {here, there}
    assert manager.estate_mark_of(manager.store.card("ticket", "t-k")) == ""  # type: ignore[arg-type]
    manager.choose_estate(None)
    assert manager.estate_mark_of(manager.store.card("ticket", "t-k")) == "翠湖花园"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "author", "where"),
    [
        ({"building_id": "k3", "estate": ""}, WORKER, SECOND),
        ({"building_id": "b3", "estate": SECOND}, WORKER, ""),
        ({"estate": SECOND}, WORKER, SECOND),
        ({}, "w-second", SECOND),
        ({}, EVERYWHERE, ""),
        ({}, "system", ""),
        ({"building_id": "never-heard-of"}, "system", ""),
    ],
)
def test_a_record_is_in_its_buildings_estate_else_in_the_one_it_names_else_in_its_authors(
    manager: Session, body: dict[str, Any], author: str, where: str
) -> None:
    """The list asks in SQL, a page in Python: both say the same."""
    Desk().give(_opened_elsewhere("t", author=author, **body), manager)
    card = manager.store.card("ticket", "t")
    assert card is not None and manager.estate_of(card) == where
    assert manager.estate_of(manager.store.state("ticket", "t")) == where
    found = {key: [c.id for c in manager.store.cards(CardFilter(estates=(key,)))] for key in ("", SECOND)}
    assert found == {"": [], SECOND: []} | {where: ["t"]}
    assert manager.estate_counts(("open",), ("open",), NOON) == {where: EstateCounts(1, 0, 1)}


async def test_what_somebody_may_do_follows_the_posts_where_the_record_is(both: Session) -> None:
    """A worker in one estate who is the desk of another assigns there, and here does not."""
    desk = Desk()
    desk.give(_opened_elsewhere("here", building_id="b3"), both)
    desk.give(_opened_elsewhere("there", building_id="k3"), both)
    with pytest.raises(Problem, match="role_may_not"):
        await both.tickets.assign("here", WORKER)
    await both.tickets.assign("there", EVERYWHERE)
    assert both.tickets.view("there").next is not None and both.tickets.view("here").next is None
    assert [card.id for card in both.todo.mine()[0]] == ["there"]


def test_counts_of_others_work_are_those_of_estates_one_oversees(both: Session) -> None:
    desk = Desk()
    desk.give(_opened_elsewhere("here", building_id="b3"), both)
    desk.give(_opened_elsewhere("there", building_id="k3"), both)
    assert both.today().stages == {"open": 1}
    both.choose_estate("")
    assert both.today().stages == {} and both.roles == {"repair_worker"}
    both.choose_estate(SECOND)
    assert both.today().stages == {"open": 1} and both.roles == {"repair_worker", "desk"}


async def test_what_has_no_door_says_its_estate(manager: Session) -> None:
    with pytest.raises(Problem, match="field_missing"):
        await manager.tickets.open(public("大门口"))
    assert _body(await manager.tickets.open(public("大门口", SECOND)))["estate"] == SECOND
    assert "estate" not in _body(await manager.tickets.open(public("大门口", "")))
    assert "estate" not in _body(await manager.tickets.open(public("3栋门厅", SECOND, "k3")))
    assert "estate" not in _body(await manager.tickets.open(repair(uid("home", DOOR))))
    manager.choose_estate(SECOND)
    assert _body(await manager.tickets.open(public("大门口")))["estate"] == SECOND
    point = await manager.keys.name_place("point", "水泵房", Tag(POINT, estate_mark(SECOND), "0001").code)
    assert _body(point)["estate"] == SECOND
    counted = await manager.keys.record_count(uid("count"), manager.keys.count_view("", []))
    assert _body(counted)["estate"] == SECOND


async def test_with_one_estate_the_bodies_are_what_they_always_were(tmp_path: Path) -> None:
    session = phone_of(tmp_path, DESK)
    code = Tag(KEY, session.keys.tag_mark, "0001").code
    form = CustodyForm(TAP, uid("u"), "stocked", name="雨伞", rack="U-01", thing_kind="umbrella", tag=code)
    content = session.keys.content(form)
    made: list[Callable[[], Any]] = [
        lambda: session.tickets.open(public("大门口")),
        lambda: session.tickets.open(repair(uid("home", DOOR))),
        lambda: session.keys.name_place("point", "水泵房", Tag(POINT, session.keys.tag_mark, "0001").code),
        lambda: session.keys.record_count(uid("count"), session.keys.count_view("", [])),
        lambda: session.keys.step(form, signature(content, "孙丽", "giver"), signature(content, "孙丽", "taker")),
    ]
    for make in made:
        assert all("estate" not in entry.body for entry in (await make()).entries)
    assert not session.several and session.estate == "" and session.estate_name("") == ""
    assert session.here(CardFilter()) == CardFilter() and [part.estates for part in session.parts()] == [()]
    session.store.close()


async def test_somebody_of_another_estate_alone_has_one_too_and_says_it(tmp_path: Path) -> None:
    session = phone_in_two(tmp_path, "w-second")
    assert not session.several and session.estate == SECOND and session.roles == {"repair_worker"}
    assert _body(await session.tickets.open(public("大门口")))["estate"] == SECOND
    session.store.close()


def test_doors_and_prices_are_those_of_the_estate(manager: Session) -> None:
    assert [hit.household.estate for hit in manager.doors.find(DOOR)][:2] == ["", SECOND]
    assert len(manager.doors.find_in(SECOND)) == 2
    assert [item.price_fen for item in manager.tickets.price_items("W01", SECOND)] == [9900]
    assert [item.price_fen for item in manager.tickets.price_items("W01", "")] == [3000]
    manager.choose_estate(SECOND)
    assert [hit.household.address for hit in manager.doors.find("")] == [DOOR, "3栋2单元1601"]
    assert manager.doors.count() == 2 and set(manager.buildings_in(SECOND)) == {"k3"}


def test_people_to_assign_are_those_with_the_post_there(manager: Session) -> None:
    assert {p.id for p in manager.staff_list("repair_worker", "")} == {WORKER, EVERYWHERE}
    assert {p.id for p in manager.staff_list("repair_worker", SECOND)} == {"w-second", EVERYWHERE}
    assert {i for i, _ in manager.keys.people_to_lend_to(SECOND)} == {"w-second", EVERYWHERE}
    assert next(p.roles for p in manager.staff_list(None, "") if p.id == EVERYWHERE) == ("repair_worker",)


def test_a_tag_of_any_of_ones_estates_is_right_and_of_no_other(manager: Session, tmp_path: Path) -> None:
    there = Tag(KEY, estate_mark(SECOND), "0001").code
    assert manager.keys.look_up_tag(there).new and manager.keys.look_up_tag(there).estate == SECOND
    foreign = manager.keys.look_up_tag(Tag(KEY, estate_mark("elsewhere"), "0001").code)
    assert foreign.wrong is not None and foreign.wrong.reason == OTHER_ESTATE
    one = phone_of(tmp_path, DESK)
    found = one.keys.look_up_tag(there)
    assert found.wrong is not None and found.wrong.reason == OTHER_ESTATE
    one.store.close()


def test_the_chosen_estate_is_kept_and_goes_with_the_post(manager: Session, tmp_path: Path) -> None:
    manager.choose_estate(SECOND)
    assert manager.store.setting("estate") == SECOND and manager.roles == {"service_supervisor"}
    one = next(item for item in estate() if item.id == DESK)
    assert one.body.get("posts") is None
    # The post in the second estate ended: what was chosen there says nothing any more.
    body = {**manager.store.refs("staff")[MANAGER], "posts": {"": ["desk"]}, "roles": ["desk"]}
    manager.store.refs("staff")[MANAGER] = body
    assert manager.estate == "" and manager.roles == {"desk"}


def _body(saved: Any) -> dict[str, Any]:
    return dict(saved.entries[0].body)


def _opened_elsewhere(ticket: str, author: str = WORKER, **body: Any) -> list[Any]:
    entry = opened(ticket)
    plain = {k: v for k, v in entry.body.items() if k not in ("building_id", "household_id", "unit_id")}
    new = replace(entry, subject_id=ticket, author=author, body={**plain, **body})
    return [new.sealed(device=uid("far", ticket), counter=1, prev="")]
