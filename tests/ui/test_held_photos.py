"""Photos of a form that is not saved yet (E): each is seen once it is kept, and no more when it is dropped."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.ui.context import ui
from app.ui.subjects.visit.fields import draft_key
from tests.actions.phones import STEWARD, phone_of, uid
from tests.support.pictures import picture
from tests.support.screens import screens

HOME = uid("home", "3栋1单元203")


def test_a_photo_that_is_kept_or_dropped_is_seen_although_nothing_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number stayed as it was until the next sync brought something: a photo that was taken seemed not to be."""
    monkeypatch.setattr(ui, "CALM_S", 0)
    steward = phone_of(tmp_path, STEWARD)
    visit, once = steward.new_id(), steward.new_id()
    steward.save_draft(draft_key(HOME), {"_once": visit, "met": "0"})

    async def play() -> list[str]:
        async with screens(steward, f"/visit/new/{HOME}") as seen:
            said = [seen.words()]
            await steward.photos.hold(visit, picture(640, 480), "record", once=once)
            await seen.rest()
            said.append(seen.words())
            steward.photos.drop(visit, once)
            await seen.rest()
            return [*said, seen.words()]

    before, kept, dropped = asyncio.run(play())
    assert "1 张，随走访一起保存" in kept
    assert "张，随走访一起保存" not in before + dropped
