"""Visits on the server: the round list that is printed, gifts and welcomes in tables of their own (E)."""

from __future__ import annotations

import pypdfium2
import pytest
from sqlalchemy import select

from app.domain.times import china_day
from app.domain.wire.errors import Problem
from sync_server.labels import round_list as printing
from sync_server.store.subjects.visit import rounds, visit_gifts, visit_welcomes
from sync_server.store.subjects.visit.rounds import RoundList
from tests.server.conftest import Estate
from tests.support.field_device import FieldDevice, new_ticket


def listed(estate: Estate, who: FieldDevice | None, building: str) -> RoundList:
    with estate.store.read() as connection:
        today = china_day(estate.store.now())
        return rounds.round_list(connection, who.who if who else None, building, today)


def visit(estate: Estate, **more: object) -> tuple[FieldDevice, tuple[str, str]]:
    steward, subject = estate.device("steward"), ("visit", new_ticket()[1])
    steward.do("visited", subject, {**estate.home, "occasion": "monthly", "met": True, "met_name": "张伟", **more})
    return steward, subject


@pytest.mark.proves("E1")
def test_a_building_s_doors_are_listed_in_walking_order_with_who_was_met_this_month(estate: Estate) -> None:
    for room in ("负101", "1501", "商铺01", "201"):
        estate.add_household(estate.b1, room)
    steward, _ = visit(estate)
    found = listed(estate, steward, estate.b1)
    assert [door.address.split("单元")[1] for door in found.doors] == ["负101", "101", "201", "1501", "商铺01"]
    assert [door.address for door in found.doors if door.done] == [estate.home["address"]]
    pages = pypdfium2.PdfDocument(printing.round_list(found))
    words = pages[0].get_textpage().get_text_bounded()
    assert len(pages) == 1 and "本月已走访 1/5 户" in words and "1501" in words
    # Who was met this month is said in words: the faces have no tick, and print 〓 for what they lack.
    assert f"已见 {found.day:%m-%d}" in words and "〓" not in words


def test_a_long_building_is_printed_on_several_pages(estate: Estate) -> None:
    for n in range(printing.ON_A_PAGE):
        estate.add_household(estate.b1, f"{n + 2}01")
    assert len(pypdfium2.PdfDocument(printing.round_list(listed(estate, None, estate.b1)))) == 2


@pytest.mark.parametrize("building", ["building-2", "building-9"])
def test_somebody_else_s_building_is_not_there(estate: Estate, building: str) -> None:
    with pytest.raises(Problem, match="not_found"):
        listed(estate, estate.device("steward"), building)


@pytest.mark.proves("E2")
def test_gifts_and_welcomes_stand_in_tables_and_whether_they_are_signed_for(estate: Estate) -> None:
    steward, subject = visit(estate, occasion="festival")
    steward.do("gift_handed", subject, {"gift": "月饼一盒", "festival": "中秋"})
    steward.do("newcomer_welcomed", subject, {"flowers": True, "letter": False, "helped": True, "impression": "好"})
    with estate.store.read() as connection:
        assert connection.execute(select(visit_gifts)).one()[1:] == ("月饼一盒", "中秋", False)
        assert connection.execute(select(visit_welcomes)).one()[1:] == (True, False, True, "好")
