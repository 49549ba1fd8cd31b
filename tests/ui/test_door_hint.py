"""B16: while a ticket is registered, what is open at that door stands beside the form, and never in the way."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.actions.models import TicketForm
from app.ui.router import router_of
from app.ui.subjects.ticket.door_hint import alike, read_here
from tests.actions.phones import DESK, STEWARD, uid
from tests.actions.test_session import HOME, Team
from tests.support.screens import screens

OTHER = uid("home", "3栋2单元1502")
FORM = f"/ticket-new/{HOME}"


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


def opened(team: Team, content: str, home: str = HOME, **more: object) -> str:
    form = TicketForm(content, household_id=home, channel="phone", **more)  # type: ignore[arg-type]
    return team.do(team[DESK].tickets.open(form)).subject_id


@pytest.mark.parametrize(("who", "path"), [(DESK, FORM), (STEWARD, FORM), (STEWARD, f"/visit/new/{HOME}/ticket")])
def test_the_open_one_is_one_tap_away_and_the_form_stays_filled_in(team: Team, who: str, path: str) -> None:
    """B16: a second call for the same tap, at the desk and at the door."""
    first = opened(team, "厨房水龙头漏水")
    opened(team, "阳台玻璃裂", OTHER)

    async def tap() -> tuple[str, str, list[str]]:
        async with screens(team[who], path) as seen:
            words = seen.words()
            await seen.tap(f"here-{first}")
            to = seen.path
            router_of(seen.page).back()
            await seen.rest()
            return words, to, seen.ids()

    words, to, ids = asyncio.run(tap())
    assert "这里有 1 张没办完的工单" in words and "厨房水龙头漏水" in words and "阳台玻璃裂" not in words
    assert to == f"/ticket/{first}" and "main-action" in ids and "content" in ids


def test_several_are_folded_with_their_count_and_the_last_done_ones_below_them(team: Team) -> None:
    """B16: on a phone a strip; nothing pushes the form away."""
    tickets = [opened(team, content) for content in ("灯不亮", "门锁坏")]
    done = opened(team, "马桶堵了")
    team.do(team[DESK].tickets.void(done, "住户自己通了"))

    async def look() -> tuple[list[str], list[str], str]:
        async with screens(team[DESK], FORM) as seen:
            folded = seen.ids()
            await seen.tap("here-fold")
            return folded, seen.ids(), seen.words()

    folded, unfolded, words = asyncio.run(look())
    assert not [one for one in folded if one in {f"here-{ticket}" for ticket in (*tickets, done)}]
    assert [one for one in unfolded if one.startswith("here-") and one != "here-fold"] == [
        *(f"here-{ticket}" for ticket in tickets),
        f"here-{done}",
    ]
    assert "这里有 2 张没办完的工单" in words and words.index("最近办完的") < words.index("马桶堵了")


def test_a_door_where_nothing_is_known_says_nothing(team: Team) -> None:
    """B16: no empty frame."""

    async def look() -> list[str]:
        async with screens(team[DESK], FORM) as seen:
            return seen.ids()

    assert "here" not in asyncio.run(look())


def test_a_public_place_finds_what_was_reported_there(team: Team) -> None:
    """B16: by its words, once there are enough of them."""
    form = TicketForm("路灯不亮", ticket_kind="public_repair", address="3栋地下车库", channel="phone")
    lamp = team.do(team[DESK].tickets.open(form)).subject_id
    opened(team, "地下车库门禁卡")
    assert [card.id for card in read_here(team[DESK], "", "地下车库").open] == [lamp]
    assert not read_here(team[DESK], "", "地下").open


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("厨房水龙头漏水", "水龙头又滴水了", True), ("厨房水龙头漏水", "厨房灯不亮", False), ("灯不亮", "灯不亮", True),
     ("", "灯不亮", False), ("门", "门", False)],
)  # fmt: skip
def test_what_may_be_the_same_thing_is_marked(one: str, other: str, same: bool) -> None:
    """B16: people use other words for the same tap."""
    assert alike(one, other) is same and alike(other, one) is same
