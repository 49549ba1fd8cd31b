"""The desk's table at a PC: what it shows, in which order, with which counts, and what is done with it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions import CardFilter
from app.actions.models import Line, MatterForm, Staff, TicketForm
from app.domain.subjects.ticket.kinds import TICKET
from app.ui.kit.fields import phrase_of
from app.ui.kit.lists import scrolled_to
from app.ui.kit.table import Cell, Column, Sorting, fitting
from app.ui.screens.desk.forms import free_and_near
from app.ui.screens.desk.wide import narrowing
from app.ui.screens.desk.wide.narrowing import MARKS, Eye, Narrowed, find, has_mark, keys_of, natural
from app.ui.subjects import columns as by
from app.ui.subjects.columns import left_words
from tests.actions.phones import DESK, OTHER_WORKER, SUPERVISOR, WORKER
from tests.actions.test_session import HOME, Team
from tests.support.screens import screens

EYE = Eye("me", 1000)
STAFF = {"w1": "李军", "w2": "王强"}
KEYS = keys_of(STAFF, ("open", "assigned"))


def line(id_: str, **of: object) -> Line:
    plain: dict[str, object] = {
        "kind": "repair", "stage": "open", "number": None, "address": "", "building_id": None, "assignee": None,
        "opener": None, "opened_at": 0, "due_at": None, "urgent": False,
    }  # fmt: skip
    return Line(id=id_, **(plain | of))  # type: ignore[arg-type]


lines = st.lists(
    st.builds(
        line,
        st.uuids().map(str),
        stage=st.sampled_from(["open", "assigned", "working"]),
        kind=st.sampled_from(["repair", "complaint"]),
        address=st.sampled_from(["", "3栋2单元1501", "10栋803", "5栋商铺03"]),
        building_id=st.sampled_from([None, "b3", "b10"]),
        assignee=st.sampled_from([None, "w1", "w2", "me"]),
        opener=st.sampled_from([None, "me"]),
        opened_at=st.integers(0, 9),
        due_at=st.sampled_from([None, 500, 1500]),
        urgent=st.booleans(),
    ),
    unique_by=lambda one: one.id,
)
tables = st.builds(
    Narrowed,
    st.just(TICKET),
    marks=st.sets(st.sampled_from(MARKS)).map(lambda some: tuple(mark for mark in MARKS if mark in some)),
    building=st.sampled_from(["", "b3"]),
    worker=st.sampled_from(["", "w1"]),
    kind=st.sampled_from(["", "repair"]),
    sort=st.sampled_from(["", *KEYS]),
    down=st.booleans(),
)


@given(lines, tables)
def test_the_number_on_a_filter_is_what_it_leaves(all_: list[Line], table: Narrowed) -> None:
    found = find(all_, table, EYE, KEYS)
    for mark in MARKS:
        chosen = table if mark in table.marks else table.turned(mark)
        assert found.marks[mark] == len(find(all_, chosen, EYE, KEYS).ids)
    for dimension in narrowing.DIMENSIONS:
        for value, count in found.values[dimension].items():
            chosen = narrowing.with_value(table, dimension, value)
            assert count == len(find(all_, chosen, EYE, KEYS).ids)


@given(lines, tables)
def test_what_is_shown_is_all_that_every_filter_lets_through(all_: list[Line], table: Narrowed) -> None:
    shown = set(find(all_, table, EYE, KEYS).ids)
    for one in all_:
        fits = all(has_mark(mark, one, TICKET, EYE) for mark in table.marks)
        fits = fits and table.building in ("", one.building_id) and table.worker in ("", one.assignee)
        assert (one.id in shown) == (fits and table.kind in ("", one.kind))


@given(tables)
def test_what_is_kept_of_a_table_comes_back_as_it_was(table: Narrowed) -> None:
    assert Narrowed.of_json(table.to_json(), TICKET) == table


@pytest.mark.parametrize("kept", [None, 3, [], {"marks": "late"}, {"marks": ["later"], "sort": 7, "down": "yes"}])
def test_what_another_version_kept_spoils_no_table(kept: object) -> None:
    assert Narrowed.of_json(kept, TICKET) == Narrowed(TICKET)


def _sorted(ids: Sequence[Line], column: str, down: bool = False) -> list[str]:
    return list(find(ids, Narrowed(TICKET, sort=column, down=down), EYE, KEYS).ids)


def test_doors_are_sorted_as_people_count_them() -> None:
    """3栋 comes before 10栋, and what has no door last."""
    doors = [line(door, address=door) for door in ("", "10栋803", "3栋2单元1501", "3栋2单元203")]
    assert _sorted(doors, by.DOOR) == ["3栋2单元203", "3栋2单元1501", "10栋803", ""]
    assert natural("20261121-003") < natural("20261121-010")


def test_a_tap_on_a_head_sorts_and_the_third_one_goes_back() -> None:
    ways = [Sorting()]
    for _ in range(3):
        ways.append(ways[-1].turned("door"))
    assert ways[1:] == [Sorting("door"), Sorting("door", True), Sorting()]


def test_a_clock_says_what_is_left_or_how_late_it_is() -> None:
    assert [left_words(n) for n in (8, 130, -35, 2 * 24 * 60, -3 * 24 * 60)] == [
        "0:08",
        "2:10",
        "超 0:35",
        "2 天",
        "超 3 天",
    ]


@given(st.integers(300, 2000), st.sampled_from([1.0, 1.3, 2.0]))
def test_columns_never_need_more_room_than_there_is(room: int, scale: float) -> None:
    """What can be spared goes, the door and what it is about stay."""
    columns = [
        Column("number", "", lambda _: Cell(""), 92, spare=2),
        Column("door", "", lambda _: Cell(""), 124),
        Column("what", "", lambda _: Cell("")),
        Column("since", "", lambda _: Cell(""), 84, spare=3),
    ]
    kept = fitting(columns, room, scale)
    assert {"door", "what"} <= {column.id for column in kept}
    spared = [column for column in kept if column.spare]
    assert not spared or sum((column.width or 110) * scale + 10 for column in kept) + 24 <= room


@given(st.integers(0, 500), st.floats(0, 9000), st.floats(100, 900))
def test_a_chosen_row_is_brought_wholly_into_sight(row: int, pixels: float, viewport: float) -> None:
    at = scrolled_to(row, pixels, viewport, 34)
    assert at - 0.01 <= row * 34 and row * 34 + 34 <= at + viewport + 0.01
    assert at == pixels or pixels > row * 34 or pixels + viewport < row * 34 + 34


@pytest.mark.parametrize(
    ("text", "before", "meant"),
    [
        ("1", "", "漏水"),
        ("2", "", "堵了"),
        ("3", "", "3"),
        ("0", "", "0"),
        (" ", "", " "),
        ("1", "漏", "1"),
        ("12", "", "12"),
    ],
)
def test_a_digit_is_a_phrase_only_in_an_empty_field(text: str, before: str, meant: str) -> None:
    assert phrase_of(text, before, ("漏水", "堵了")) == meant


def test_who_is_free_and_near_is_sent_first() -> None:
    """A.2: who is in the building is as near as somebody with one ticket less."""
    people = [
        Staff(name, "", name, (), "", (), load=load)
        for name, load in (("busy", 3), ("there", 1), ("idle", 0), ("one", 1))
    ]
    assert [one.id for one in free_and_near(people, {"there"})] == ["there", "idle", "one", "busy"]


def _team(tmp_path: Path) -> Team:
    team = Team(tmp_path)
    team.do(team[DESK].tickets.open(TicketForm("灯不亮", household_id=HOME, channel="phone", urgent=True)))
    team.do(team[DESK].tickets.open(TicketForm("水管漏水", household_id=HOME, channel="phone"), assign_to=WORKER))
    team.do(team[DESK].tickets.open(TicketForm("门锁坏了", household_id=HOME, channel="phone"), assign_to=OTHER_WORKER))
    return team


def test_filters_stand_with_their_counts_and_come_back_when_the_desk_does(tmp_path: Path) -> None:
    team = _team(tmp_path)

    async def go() -> None:
        async with screens(team[DESK], "/desk", width=1366) as seen:
            kept: dict[str, object] = {}
            seen.ui.preferences.read = lambda: kept  # type: ignore[method-assign]
            seen.ui.preferences.keep = kept.update  # type: ignore[method-assign]
            assert "紧急 1" in seen.words() and "未派 1" in seen.words() and "未接 2" in seen.words()
            await seen.tap("filter-unaccepted")
            assert "灯不亮" not in seen.words() and "门锁坏了" in seen.words()
            await seen.tap("by-worker")
            await seen.tap_over(f"value-{WORKER}")
            assert "水管漏水" in seen.words() and "门锁坏了" not in seen.words()
            seen.router.reset("/me")
            await seen.rest()
            seen.router.reset("/desk")
            await seen.rest()
            assert "水管漏水" in seen.words() and "门锁坏了" not in seen.words()
            await seen.tap("filter-none")
            assert "灯不亮" in seen.words()

    asyncio.run(go())


def test_a_supervisor_takes_over_what_is_marked_with_one_question(tmp_path: Path) -> None:
    """A.1: one question, and of those marked only what waits for it."""
    team = _team(tmp_path)

    async def go() -> None:
        async with screens(team[SUPERVISOR], "/desk", width=1366) as seen:
            marks = [id_ for id_ in seen.ids() if id_.startswith("mark-") and id_ != "mark-all"]
            assert len(marks) == 3
            for mark in marks[:2]:
                await seen.tap(mark)
            assert "已选 2 条" in seen.words()
            await seen.tap("many-receive")
            await seen.tap_over("desk-many-yes")
            await seen.rest()
            taken = [team[SUPERVISOR].tickets.view(mark.removeprefix("mark-")).state for mark in marks]
            assert sorted(any(step.entry.kind == "received" for step in state.steps) for state in taken) == [
                False,
                True,
                True,
            ]

    asyncio.run(go())


@pytest.mark.parametrize("text", ["1501", "3-2-1501", "张伟", "zw", "8001", "陈刚", "门锁"])
def test_a_ticket_is_found_by_door_person_initials_phone_worker_and_content(tmp_path: Path, text: str) -> None:
    team = _team(tmp_path)
    wanted = team[DESK].overseen(CardFilter(text=text))
    assert "门锁坏了" in {card.content for card in team[DESK].cards(wanted)}


def test_what_is_urgent_says_so_where_no_column_is_left_out(tmp_path: Path) -> None:
    """At 200 % the kind goes, and with it 紧急 went."""
    team = _team(tmp_path)

    async def go() -> None:
        async with screens(team[DESK], "/desk", width=1024) as seen:
            assert "紧急 · 灯不亮" in seen.words()

    asyncio.run(go())


def test_other_types_of_record_come_in_by_their_faces(tmp_path: Path) -> None:
    """Whatever has something open has a tab, a table, and its page beside it."""
    team = _team(tmp_path)
    team.do(
        team[DESK].matters.open(MatterForm("help", "想借推车", channel="phone", household_id=HOME, contact_name="张伟"))
    )

    async def go() -> None:
        async with screens(team[DESK], "/desk", width=1366) as seen:
            await seen.tap("type-matter")
            row = next(id_ for id_ in seen.ids() if id_.startswith("row-"))
            await seen.tap(row)
            assert seen.words().count("想借推车") > 1 and "verify" in seen.ids()

    asyncio.run(go())


def test_the_wall_says_doors_and_colleagues_and_no_resident(tmp_path: Path) -> None:
    """What hangs in an office is seen by visitors, and goes with what happens."""
    team = _team(tmp_path)
    team.clock.forward(120)

    async def go() -> None:
        async with screens(team[SUPERVISOR], "/wall", width=1920) as seen:
            assert "3栋2单元1501" in seen.words() and "王建国" in seen.words()
            assert "张伟" not in seen.words() and "13800138001" not in seen.words()
            before = seen.below("wall-open")
            assert any(getattr(one, "value", "") == "3" for one in before)
            await team[SUPERVISOR].tickets.void(team[SUPERVISOR].cards()[0].id, "重复登记")
            seen.ui.refresh()
            await seen.rest()
            assert any(getattr(one, "value", "") == "2" for one in seen.below("wall-open"))

    asyncio.run(go())


def test_what_else_happened_at_the_door_stands_beside_a_call(tmp_path: Path) -> None:
    """A desk that answers the telephone sees the last visits, too; a phone's form stays as short as it was."""
    team = _team(tmp_path)
    team.do(
        team[DESK].matters.open(MatterForm("help", "想借推车", channel="phone", household_id=HOME, contact_name="张伟"))
    )

    async def said(width: float) -> str:
        async with screens(team[DESK], f"/ticket-new/{HOME}", width=width) as seen:
            return seen.words()

    assert "想借推车" in asyncio.run(said(1366))
    assert "想借推车" not in asyncio.run(said(390))
