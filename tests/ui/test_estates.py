"""Somebody with posts in several estates 小区: the switch, the overview, whose buttons, and forms that ask where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.actions import Session
from app.domain.writing.tags import KEY, Tag, estate_mark
from tests.actions.phones import (
    EVERYWHERE,
    MANAGER,
    SECOND,
    WORKER,
    Clock,
    Desk,
    phone_in_two,
    phone_of,
    uid,
)
from tests.store.test_saving import opened
from tests.support.screens import Seen, screens

pytestmark = pytest.mark.anyio

HERE, THERE = "荔园小区", "翠湖花园"
DOOR = "3栋2单元1501"
THERE_HOME = uid(SECOND, "home", DOOR)


def told(session: Session, *tickets: tuple[str, str]) -> None:
    """Tickets of others at the same address in this estate (``b3``) and that (``k3``)."""
    new = []
    for name, building in tickets:
        entry = opened(name)
        body = {k: v for k, v in entry.body.items() if k not in ("household_id", "unit_id")}
        changed = replace(entry, subject_id=name, author="w-second", body={**body, "building_id": building})
        new.append(changed.sealed(device=uid("far", name), counter=1, prev=""))
    Desk().give(new, session)
    session.store.put_settings({"first_pull_done": True})


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Session]:
    """The desk and engineering supervisor of the first estate, and the service supervisor of the second."""
    clock = Clock()
    session = phone_in_two(tmp_path, MANAGER, clock)
    told(session, ("here", "b3"), ("there", "k3"))
    clock.forward(200)
    yield session
    session.store.close()


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Session]:
    """A worker in the first estate, and worker and desk of the second."""
    session = phone_in_two(tmp_path, EVERYWHERE)
    told(session, ("here", "b3"), ("there", "k3"))
    yield session
    session.store.close()


async def test_the_switch_is_one_tap_from_today_and_says_how_each_estate_stands(manager: Session) -> None:
    async with screens(manager, "/") as seen:
        words = seen.words()
        assert "全部小区" in words and f"{HERE} · 待派工" in words and f"{THERE} · 秦岭" in words
        await seen.tap("estate")
        said = seen.told()
        assert HERE in said and THERE in said and "1 件未结 · 1 件超时 · 1 件待派工" in said
        await seen.tap_over("estate-1")
        words = seen.words()
        assert manager.estate == SECOND and words.count(THERE) == 1 and HERE not in words
        assert "ticket-here" not in seen.ids(), "a service supervisor has no tickets to assign"
        assert manager.store.setting("estate") == SECOND, "the choice outlives the window"


async def test_the_desk_of_all_shows_each_estate_and_a_tap_looks_at_it(manager: Session) -> None:
    async with screens(manager, "/desk") as seen:
        words = seen.words()
        assert words.index("各小区") < words.index(DOOR) < words.rindex(THERE)
        assert {"card-here", "card-there", "act-here"} <= set(seen.ids())
        assert "act-there" not in seen.ids(), "who is no dispatcher there gives nothing out there"
        await seen.tap(f"overview-{SECOND}")
        assert "card-there" in seen.ids() and "card-here" not in seen.ids()
        assert "estates-overview" not in seen.ids() and seen.words().count(THERE) == 1, "the switch alone says it"


async def test_buttons_follow_the_posts_where_the_record_is(both: Session) -> None:
    async with screens(both, "/ticket/there") as seen:
        assert "main-action" in seen.ids() and THERE in seen.words()
    async with screens(both, "/ticket/here") as seen:
        assert "main-action" not in seen.ids() and HERE in seen.words()
    async with screens(both, "/ticket/here/assign") as seen:
        assert "nothing-here" in seen.ids(), "no address leads around it"
    async with screens(both, "/ticket/there/assign") as seen:
        assert "马力" in seen.words() and "王建国" not in seen.words(), "who has the post there"


async def test_doors_of_all_estates_are_found_with_the_estates_name(manager: Session) -> None:
    async with screens(manager, "/households") as seen:
        await _find(seen, "household-find", "1501")
        assert HERE in seen.words() and f"{THERE} · 秦岭" in seen.words()
    async with screens(manager, f"/household/{THERE_HOME}") as seen:
        words = seen.words()
        assert words.index(THERE) < words.index(DOOR) and "estate-name" in seen.ids()
        assert "nobody" in seen.ids(), "the service supervisor of that estate visits"
    async with screens(manager, f"/household/{uid('home', DOOR)}") as seen:
        assert "nobody" not in seen.ids(), "the desk of this one does not"


async def test_a_search_that_finds_nothing_here_says_what_other_estates_have(manager: Session) -> None:
    manager.choose_estate("")
    async with screens(manager, "/households") as seen:
        await _find(seen, "household-find", "1601")
        assert "没有找到" in seen.words() and f"{THERE} · 秦岭" not in seen.words()
        await seen.tap("estates-elsewhere")
        assert manager.estate is None and f"{THERE} · 秦岭" in seen.words()


async def test_a_public_place_asks_for_its_estate_while_one_looks_at_all(manager: Session) -> None:
    async with screens(manager, "/ticket-new") as seen:
        assert "in-estate-" not in seen.ids(), "a household says it"
        await seen.tap("where-public")
        await seen.type("place", "大门口")
        await seen.type("content", "路灯不亮")
        assert "请选择小区" in seen.words() and "building-3" not in seen.ids()
        await seen.tap(f"in-estate-{SECOND}")
        assert "building-3" in seen.ids() and "building-10" not in seen.ids() and "请选择小区" not in seen.words()
        await seen.tap("main-action")
    saved = manager.store.unsent()[-1].entry
    assert saved.kind == "ticket_opened" and saved.body["estate"] == SECOND and saved.body["address"] == "大门口"


async def test_a_form_begun_in_one_estate_stays_there_and_says_so(manager: Session) -> None:
    manager.choose_estate("")
    async with screens(manager, "/ticket-new") as seen:
        await seen.tap("where-public")
        assert "in-estate-" not in seen.ids(), "where one looks is where it is"
        await seen.type("place", "大门口")
        seen.ui.forms.flush()
    manager.choose_estate(SECOND)
    async with screens(manager, "/ticket-new") as seen:
        assert "in-estate-" in seen.ids(), "begun in another estate than the one that is looked at now"
        await seen.type("content", "路灯不亮")
        await seen.tap("main-action")
    assert "estate" not in manager.store.unsent()[-1].entry.body


@pytest.mark.parametrize(("path", "asks"), [("/keys/count", True), ("/keys/labels", True), ("/keys/new/stocked", True)])
async def test_what_has_no_door_asks_for_the_estate(manager: Session, path: str, asks: bool) -> None:
    async with screens(manager, path) as seen:
        assert (f"in-estate-{SECOND}" in seen.ids()) is asks and "请选择小区" in seen.words()
    manager.choose_estate(SECOND)
    async with screens(manager, path) as seen:
        assert f"in-estate-{SECOND}" not in seen.ids() and "请选择小区" not in seen.words()


async def test_the_tag_of_an_estate_without_a_post_is_another_estates(both: Session, tmp_path: Path) -> None:
    elsewhere = Tag(KEY, estate_mark("elsewhere"), "0001").code
    async with screens(both, f"/t/{elsewhere}") as seen:
        assert "是别的小区的标签" in seen.words()
    async with screens(both, f"/t/{Tag(KEY, estate_mark(SECOND), '0001').code}") as seen:
        assert "是别的小区的标签" not in seen.words()


@pytest.mark.parametrize("path", ["/", "/tickets", "/keys", "/me", "/ticket-new", "/prices"])
async def test_with_one_estate_nothing_of_estates_is_drawn(tmp_path: Path, path: str) -> None:
    session = phone_of(tmp_path, WORKER)
    async with screens(session, path) as seen:
        named = {id_ for id_ in seen.ids() if id_.startswith(("estate", "in-estate", "overview"))}
        assert named == set() and "小区：" not in seen.words()
    session.store.close()


async def _find(seen: Seen, id: str, text: str) -> None:
    field: Any = await seen.type(id, text)
    if field.on_submit is not None:
        await seen.event(field.on_submit, field)
