"""Buildings are called what people call them, wherever one is chosen."""

from __future__ import annotations

import asyncio
from pathlib import Path

import flet as ft

from app.actions import Session
from app.domain.wire.exchange import Page
from tests.actions.phones import DESK, phone_of, ref
from tests.support.screens import screens, written_on

CODES = ("3", "1期3", "12弄3", "锦绣阁", "车库")


def of_many_kinds(folder: Path) -> Session:
    """The desk's phone in an estate whose buildings have numbers, phases, lanes and names."""
    desk = phone_of(folder, DESK)
    rows = [ref("building", f"b-{code}", code=code, name=code) for code in CODES]
    doors = zip(CODES, ("3栋101", "1期3栋101", "12弄3号101", "锦绣阁101", "车位B1-023"), strict=True)
    rows += [
        ref("household", f"h-{code}", unit_id=f"u-{code}", building_id=f"b-{code}", address=address, name=address)
        for code, address in doors
    ]
    desk.store.apply_page(Page("estate", 2, False, tuple(rows)))
    return desk


def test_a_building_is_chosen_by_what_people_call_it(tmp_path: Path) -> None:
    """A9: 12弄3号 and 锦绣阁, no 12弄3栋 and no 锦绣阁栋."""
    desk = of_many_kinds(tmp_path)

    async def look() -> list[str]:
        async with screens(desk, "/households") as seen:
            return [written_on(*seen.below(f"household-building-{code}")[:1]) for code in CODES]

    assert asyncio.run(look()) == ["3栋", "1期3栋", "12弄3号", "锦绣阁", "车库"]


def test_a_public_place_begins_with_its_building_as_people_call_it(tmp_path: Path) -> None:
    """A9: another building takes the one's place."""
    desk = of_many_kinds(tmp_path)

    async def go() -> list[str]:
        async with screens(desk, "/ticket-new") as seen:

            def place() -> str:
                return str(next(c for c in seen.below("place") if isinstance(c, ft.TextField)).value)

            await seen.tap("where-public")
            await seen.type("place", "大堂")
            found = []
            for code in ("12弄3", "锦绣阁", "3", ""):
                await seen.tap(f"building-{code}")
                found.append(place())
            return found

    assert asyncio.run(go()) == ["12弄3号大堂", "锦绣阁大堂", "3栋大堂", "大堂"]
