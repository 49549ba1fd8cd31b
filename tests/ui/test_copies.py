"""住户留底 on the phone of who had it signed: the code is there at once, and can be sent on."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from app.actions import Session
from app.actions.form_draft import Where
from app.domain.rules.copies import copy_link
from app.domain.subjects.case.kinds import CASE
from app.domain.times import DAY
from app.domain.wire.entries import Entry
from app.ui.subjects.case.paths import path_of
from tests.actions.phones import STEWARD, WORKER
from tests.actions.test_session import HOME, Team
from tests.support.field_work import signature
from tests.support.filled import fill
from tests.support.screens import screens

SERVER = "https://liyuan.example"


def reached(session: Session) -> Session:
    """A phone that knows under which address its server is."""
    session.profile = replace(session.profile, server_url=SERVER)
    return session


def test_the_code_is_one_tap_away_and_is_sent_on_or_where_nothing_sends_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A.8: what is sent is a link that any program takes for one; a browser that shares nothing is no dead end."""
    team = Team(tmp_path)
    ticket = team.ticket()
    team.until(ticket, "try_out")
    worker = reached(team[WORKER])
    content = worker.signing_content("ticket", ticket, "repair")
    asyncio.run(worker.sign(signature(content, "张伟", "resident", "self")))
    signed = worker.tickets.view(ticket).state.signatures["resident"]
    sent: list[str] = []
    copied: list[str] = []
    able = {"share": True, "copy": True}

    async def share(_: object, words: str, **_more: object) -> None:
        if not able["share"]:
            raise RuntimeError("Navigator.canShare() is unavailable")
        sent.append(words)

    async def copy(_: object, words: str) -> None:
        if not able["copy"]:
            raise RuntimeError("no clipboard")
        copied.append(words)

    monkeypatch.setattr("flet.Share.share_text", share)
    monkeypatch.setattr("flet.Clipboard.set", copy)

    async def play() -> None:
        async with screens(worker, f"/ticket/{ticket}") as seen:
            await seen.tap("signature-resident-copy")
            await seen.tap_over("copy-send")
            assert "还没有上传" in seen.told() and "链接已复制" not in seen.told()
            able["share"] = False
            await seen.tap_over("copy-send")
            assert "链接已复制" in seen.told()
        able["copy"] = False
        async with screens(worker, f"/ticket/{ticket}") as seen:
            await seen.tap("signature-resident-copy")
            await seen.tap_over("copy-send")
            assert "请住户用手机扫上面的二维码" in seen.told()

    asyncio.run(play())
    assert sent == copied and sent[0].endswith(copy_link(SERVER, signed))
    assert SERVER in sent[0], "not in capitals: a messenger makes a link of it"


def test_what_a_resident_just_signed_stands_on_top_of_the_case_with_its_code_and_what_staff_signed_does_not(
    tmp_path: Path,
) -> None:
    """For a day; afterwards it is among the steps, where it always was."""
    team = Team(tmp_path)
    steward = reached(team[STEWARD])
    made: list[Entry] = []

    async def play() -> None:
        case = await fill(steward, "meter_base", Where(household_id=HOME), water="12.5", power="340", present="there")
        for signer, capacity in (("resident", "self"), ("staff", "staff")):
            content = steward.signing_content(CASE, case, CASE)
            saved = await steward.sign(signature(content, "张伟", signer, capacity))
            made.extend(saved.entries)
        async with screens(steward, path_of(case)) as seen:
            ids = seen.ids()
            assert ids.index(f"copy-of-{made[0].id}") < ids.index("past")
            assert f"copy-of-{made[1].id}" not in ids
            await seen.tap(f"copy-of-{made[0].id}")
            assert "请住户用自己的手机扫一扫" in seen.told()
        team.clock.forward(DAY // 60_000)
        async with screens(steward, path_of(case)) as seen:
            assert "copies" not in seen.ids()

    asyncio.run(play())
