"""Mail and other services on screens without a browser (L, X)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.actions.form_draft import Where
from app.ui.subjects.case.paths import path_of
from tests.actions.phones import DESK
from tests.actions.test_session import HOME, Team
from tests.support.filled import built_in, fill
from tests.support.forms import put_on_phone
from tests.support.screens import screens

FLAT = Where(household_id=HOME)
DAY = 24 * 60
PARCEL = {"kind": "parcel", "name": "张伟", "damaged": "no"}


@pytest.mark.proves("L2")
def test_l2_mail_that_was_not_told_or_collected_stands_on_today_and_on_its_page_with_the_step_to_do(
    tmp_path: Path,
) -> None:
    team = Team(tmp_path)
    desk = team[DESK]
    put_on_phone(desk, *built_in("mail_received", "mail_told", "mail_collected"))

    async def play() -> None:
        case = await fill(desk, "mail_received", FLAT, **PARCEL)
        async with screens(desk, "/") as seen:
            assert "要办的" in seen.words() and "通知领邮件" in seen.words()
            (row,) = [one for one in seen.ids() if one.startswith("duty-")]
            await seen.tap(row)
            assert seen.path == path_of(case)
            await seen.tap("main-action")
            assert seen.path.startswith("/form/")
        await fill(desk, "mail_told", FLAT, case, how="nobody")
        assert [one.rule for one in desk.duties.on_cases()] == ["mail_told"]
        await fill(desk, "mail_told", FLAT, case, how="phone")
        assert desk.duties.on_cases() == []
        team.clock.forward(7 * DAY)
        (one,) = desk.duties.on_cases()
        assert (one.rule, one.owner, one.form) == ("mail_uncollected", "desk", "mail_collected")
        async with screens(desk, path_of(case)) as seen:
            assert "邮件满 7 天没领" in seen.words()
        await fill(desk, "mail_collected", FLAT, case, who="family")
        assert desk.duties.on_cases() == []

    asyncio.run(play())
