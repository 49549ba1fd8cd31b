"""Papers of archives in a window without a browser: scans only once the look is recorded, none of what was destroyed
(S2, S4)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import flet as ft
import pytest

from app.domain.subjects.archive_paper import PAPER
from app.ui.screens.photo.take import view_path
from app.ui.subjects.archive_paper.paths import CHECK, new_path, paper_path
from tests.actions.phones import SERVICE, STEWARD, phone_of, uid
from tests.actions.test_session import HOME, Team
from tests.support.archive import file
from tests.support.screens import Seen, screens


def drawn(seen: Seen, scan: str) -> bool:
    """Whether a scan is on the screen, small or whole."""
    return f"photo-{scan[-12:]}" in seen.ids() or any(isinstance(c, ft.InteractiveViewer) for c in seen.controls())


@pytest.mark.proves("S2")
def test_no_scan_is_drawn_before_the_look_at_its_class_is_recorded(tmp_path: Path) -> None:
    steward = Team(tmp_path)[STEWARD]
    noted, looked = asyncio.Event(), steward.doors.looked

    async def slowly(household_id: str, what: str = "") -> None:
        await noted.wait()
        await looked(household_id, what)

    async def play() -> None:
        paper = await file(steward, HOME, 4)
        (scan,) = [one.id for one in steward.archive.view(paper).scans]
        steward.doors.looked = slowly  # type: ignore[method-assign]
        for path in (paper_path(paper), view_path(PAPER, paper, scan)):
            noted.clear()
            async with screens(steward, path) as seen:
                assert not drawn(seen, scan), path
                noted.set()
                await seen.rest()
                assert drawn(seen, scan), path
        looks = [(one["household_id"], one["what"]) for one in steward.store.looks(9)]
        assert looks == [(HOME, "archive:4")], "again within five minutes: one look"

    asyncio.run(play())


@pytest.mark.proves("S4")
def test_what_two_people_destroyed_shows_who_they_were_and_no_scan(tmp_path: Path) -> None:
    team = Team(tmp_path)
    steward, boss = team[STEWARD], phone_of(tmp_path, SERVICE, team.clock)

    async def play() -> None:
        paper = await file(boss, HOME, 4)
        (scan,) = [one.id for one in boss.archive.view(paper).scans]
        await boss.archive.propose(paper, "保管期满")
        async with screens(boss, paper_path(paper, "answer")) as seen:
            assert "nothing-here" in seen.ids(), "nobody answers their own request, whatever the address says"
        proposed = boss.archive.view(paper).state.proposed
        assert proposed is not None
        said = {"proposed_id": proposed.id, "approved": True}
        made = boss.entry((PAPER, paper), "destruction_decided", said, None)
        agreed = replace(made, author="m-zhao", device=uid("m-zhao"), counter=1)
        team.order.give(boss.store.entries(PAPER, paper), boss, steward)
        team.order.give([replace(agreed, hash=agreed.compute_hash())], boss, steward)
        for path in (paper_path(paper), view_path(PAPER, paper, scan)):
            async with screens(steward, path) as seen:
                assert not drawn(seen, scan), path
                if path == paper_path(paper):
                    assert "已销毁" in seen.words() and "保管期满" in seen.words() and "方敏" in seen.words()

    asyncio.run(play())


@pytest.mark.proves("S1", "S4")
def test_a_paper_is_filed_by_three_answers_and_checked_by_one_tap(tmp_path: Path) -> None:
    team = Team(tmp_path)
    boss = phone_of(tmp_path, SERVICE, team.clock)

    async def play() -> None:
        async with screens(boss, "/") as seen:
            seen.ui.go(new_path(HOME), number=3)
            await seen.rest()
            await seen.type("paper-title", "装修图纸")
            await seen.tap("main-action")
            await seen.shows("在档", "3 装修工程文件", "装修图纸")
            (card,) = boss.archive.of_home(HOME)
            await seen.go(CHECK)
            assert "已清点 0 / 1" in seen.words()
            await seen.tap(f"missing-{card.id[-12:]}")
            await seen.shows("已清点 1 / 1", "没找到 1 份")
            await seen.tap(f"here-{card.id[-12:]}")
            await seen.shows("都清点过了")
        assert [how for _, how in boss.archive.view(card.id).state.turns()] == ["missing", "here"]

    asyncio.run(play())
