"""Matters in the store, on each kind of database (C.3, C.5, C.6)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from uuid6 import uuid7

from app.domain.subjects.matter.kinds import MATTER
from sync_server.store.people import leaving
from sync_server.store.subjects.matter import matter_rounds, matters
from tests.server.conftest import Estate
from tests.support.field_device import FieldDevice, Subject

SAID = {"class": "complaint", "channel": "phone", "contact_name": "张伟", "content": "垃圾没人收"}
CLASSED = {"nature": "service", "weight": "ordinary", "valid": False, "invalid_reason": "不属物业"}


def said(estate: Estate, who: FieldDevice, **more: Any) -> Subject:
    """A complaint of the household of building 1."""
    subject = (MATTER, str(uuid7()))
    who.do("matter_opened", subject, {**SAID, **estate.home, **more})
    return subject


def rows(estate: Estate) -> dict[str, Any]:
    """The register, by id."""
    with estate.store.read() as connection:
        return {row.id: row for row in connection.execute(select(matters))}


@pytest.mark.proves("C6")
def test_c6_the_register_says_each_round_and_that_a_follow_up_is_owed(estate: Estate) -> None:
    desk, steward = estate.device("desk"), estate.device("steward")
    matter = said(estate, desk)
    desk.do("classed", matter, CLASSED)
    desk.do("matter_closed", matter, {"result": "已说明", "told_politely": True, "satisfied": True})
    closed = rows(estate)[matter[1]]
    assert (closed.stage, closed.follow_up_owed, closed.satisfied, closed.rounds) == ("closed", True, True, 1)
    steward.do("reopened", matter, {"reason": "又堆了", "follow_up_id": "f-1"})
    again = rows(estate)[matter[1]]
    assert (again.id, again.follow_up_owed, again.rounds) == (matter[1], False, 2)
    with estate.store.read() as connection:
        found = connection.execute(select(matter_rounds.c.result).order_by(matter_rounds.c.line)).scalars().all()
    assert found == ["已说明", ""]


@pytest.mark.proves("C7")
@pytest.mark.parametrize("split", [False, True])
def test_c7_crosswise_merges_that_arrive_whole_or_interleaved(estate: Estate, split: bool) -> None:
    """Whole: the first holds, the second is flagged. Cut in the middle: both are flagged, and neither is merged."""
    desk, steward = estate.device("desk"), estate.device("steward")
    one, two = said(estate, desk), said(estate, desk)
    here = [desk.make("absorbed", two, {"matter_id": one[1]}), desk.make("merged", one, {"into": two[1]})]
    there = [steward.make("absorbed", one, {"matter_id": two[1]}), steward.make("merged", two, {"into": one[1]})]
    if split:
        answers = [*desk.push(here[0]), *steward.push(there[0]), *desk.push(here[1]), *steward.push(there[1])]
    else:
        answers = [*desk.push(*here), *steward.push(*there)]
    merged = {row.merged_into for row in rows(estate).values()}
    flags = [answer.flags for answer in answers if answer.flags]
    assert merged == ({None} if split else {None, two[1]})
    assert len(flags) == 2


def test_c3_somebody_who_leaves_owning_ten_matters_is_told_of_them_before(estate: Estate) -> None:
    desk, steward = estate.device("desk"), estate.device("steward")
    for _ in range(10):
        matter = said(estate, desk)
        desk.do("owned", matter, {"owner_id": estate.steward_id, "reason": "本楼管家跟进"})
    closed = said(estate, steward)
    steward.do("classed", closed, CLASSED)
    steward.do("matter_closed", closed, {"result": "已说明", "told_politely": True})
    with estate.store.read() as connection:
        (one,) = leaving.open_of(connection, [estate.steward_id])
    assert [item.what for item in one.items].count("matter") == 10


def test_c1_what_is_said_against_the_buildings_steward_does_not_reach_their_phone(estate: Estate) -> None:
    desk, steward = estate.device("desk"), estate.device("steward")
    against = said(estate, desk, about_id=estate.steward_id)
    praise = said(estate, desk, about_id=estate.steward_id, **{"class": "praise"})
    seen = {item["entry"]["subject"]["id"] for item in steward.pull() if "entry" in item}
    assert praise[1] in seen and against[1] not in seen
