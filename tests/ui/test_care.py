"""Emergency contacts and special care in a window without a browser: nothing is shown before the look is recorded (Y4,
P3)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.actions.form_draft import Where
from app.domain.subjects.case.kinds import CASE
from app.ui.subjects.case.paths import WATCHED, contacts_path, path_of
from tests.actions.phones import STEWARD
from tests.actions.test_session import HOME, Team
from tests.support.filled import built_in, fill
from tests.support.forms import put_on_phone
from tests.support.screens import screens

FLAT = Where(household_id=HOME)
DAY = 24 * 60
CONTACTS = [{"name": "张晓敏", "relation": "child", "phone": "13600136001"}]


@pytest.mark.proves("Y4")
def test_no_name_is_drawn_before_the_look_is_recorded_on_whichever_page(tmp_path: Path) -> None:
    steward = Team(tmp_path)[STEWARD]
    noted, looked = asyncio.Event(), steward.doors.looked

    async def slowly(household_id: str, what: str = "") -> None:
        await noted.wait()
        await looked(household_id, what)

    async def play() -> None:
        case = await fill(steward, "emergency_contacts", FLAT, contact=CONTACTS, key="call", words="有一只猫")
        care = await fill(steward, "special_care", FLAT, call_name="张伟", call_phone="13800138000")
        steward.doors.looked = slowly  # type: ignore[method-assign]
        pages = {contacts_path(HOME): "张晓敏", path_of(case): "有一只猫", path_of(care): "独居老人"}
        for path, secret in pages.items():
            noted.clear()
            async with screens(steward, path) as seen:
                assert secret not in seen.words() and "1360" not in seen.words(), path
                noted.set()
                await seen.rest()
                assert secret in seen.words(), path
        looks = [(one["household_id"], one["what"]) for one in steward.store.looks(9)]
        assert sorted(looks) == [(HOME, "care"), (HOME, "contacts")], "again within five minutes: one look"

    asyncio.run(play())


@pytest.mark.proves("P3")
def test_an_entry_that_ends_is_listed_before_and_owed_a_check_by_its_steward_after(tmp_path: Path) -> None:
    team = Team(tmp_path)
    steward = team[STEWARD]
    put_on_phone(steward, *built_in("special_care", "special_care_check"))

    async def play() -> None:
        case = await fill(steward, "special_care", FLAT, needs="infant", until="2026-12-31")
        assert steward.cases.watched() == {}, "what is in force for long asks for nothing"
        team.clock.forward(20 * DAY)
        async with screens(steward, WATCHED) as seen:
            assert "特殊关照快到期" in seen.words() and "婴幼儿" in seen.words()
        assert steward.duties.on_cases() == []
        for _ in range(2):
            team.clock.forward(366 * DAY)
            (one,) = steward.duties.on_cases()
            assert (one.rule, one.owner, one.record or one.about) == ("care_check", STEWARD, (CASE, case))
            await fill(steward, "special_care_check", FLAT, case, still="yes")
            assert steward.duties.on_cases() == [], "until next year"
        await fill(steward, "special_care_check", FLAT, case, still="no", why="moved")
        team.clock.forward(400 * DAY)
        assert steward.duties.on_cases() == [] and steward.cases.watched() == {}

    asyncio.run(play())
