"""Mail and other services on screens without a browser (L, X)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.actions.form_draft import Where
from app.ui.subjects.case.paths import WATCHED, path_of
from tests.actions.phones import DESK
from tests.actions.test_session import HOME, Team
from tests.support.filled import built_in, fill, open_form, sign_all
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


@pytest.mark.proves("L1")
def test_l1_mail_is_received_told_and_collected_in_a_few_taps_each_without_a_network(tmp_path: Path) -> None:
    """Each step asks so little that it fits in 20 seconds: what is answered by itself is not asked again."""
    desk = Team(tmp_path)[DESK]
    put_on_phone(desk, *built_in("mail_received", "mail_told", "mail_collected", "mail_returned"))
    _, received = open_form(desk, "mail_received", FLAT)
    home = desk.home(HOME)
    assert home is not None and received.find("name").value == home.name, "whom it is for is known from the door"
    lacking = [place.path for place, _ in received.troubles() if not place.question.signer]
    assert lacking == ["kind", "photo"], "one tap and a photo of the label"

    async def play() -> None:
        case = await fill(desk, "mail_received", FLAT, **PARCEL)
        async with screens(desk, path_of(case)) as seen:
            for id in ("main-action", "q-how-phone", "main-action"):  # told
                await seen.tap(id)
            assert seen.path == path_of(case)
        assert desk.cases.view(case).state.last["answers"]["how"] == "phone"
        async with screens(desk, WATCHED) as seen:  # they stand at the desk and say their name
            assert "待领邮件" in seen.words() and "张伟" in seen.words()
            for id in (f"watched-{case[-8:]}", "next-mail_collected", "q-who-family", "main-action"):
                await seen.tap(id)
            assert seen.path == path_of(case, "sign"), "and they sign"
        await sign_all(desk, case)
        assert desk.cases.watched() == {} and desk.card("case", case).stage == "done"  # type: ignore[union-attr]

    asyncio.run(play())


@pytest.mark.proves("X4")
def test_x4_a_found_thing_is_listed_claimed_with_a_signature_or_after_ninety_days_dealt_with(tmp_path: Path) -> None:
    team = Team(tmp_path)
    desk = team[DESK]
    put_on_phone(desk, *built_in("lost_found", "lost_claimed", "lost_given_up"))
    where = Where(address="大堂")

    async def play() -> None:
        phone_case = await fill(desk, "lost_found", where, what="手机", place="大堂沙发", kept="safe")
        umbrella = await fill(desk, "lost_found", where, what="雨伞", place="大堂", kept="desk")
        view = desk.cases.view(phone_case)
        assert view.state.first["photos"] and "保险柜" in str(view.state.first["shown"])
        assert {card.id for card in desk.cases.watched()["kept"]} == {phone_case, umbrella}
        await fill(desk, "lost_claimed", where, phone_case, name="李雷", phone="13800138000")
        assert desk.cases.view(phone_case).state.to_sign[0][1] == "resident"
        await sign_all(desk, phone_case)
        team.clock.forward(90 * DAY)
        assert {name: [card.id for card in found] for name, found in desk.cases.watched().items()} == {
            "unclaimed": [umbrella]
        }
        async with screens(desk, WATCHED) as seen:
            assert "失物满 90 天没人认领" in seen.words() and "雨伞" in seen.words() and "手机" not in seen.words()
        assert [one.rule for one in desk.duties.on_cases()] == ["lost_unclaimed"]
        await fill(desk, "lost_given_up", where, umbrella, where="charity")
        assert desk.duties.on_cases() == []

    asyncio.run(play())
