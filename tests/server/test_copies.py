"""The resident's copy 住户留底: how it stands to a record that went on after somebody had signed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete

from app.domain.rules.copies import copy_code
from app.domain.times import at_china
from app.domain.wire.entries import Entry
from sync_server.store import copies
from sync_server.store.copies import AGAIN, CHANGED, INTACT, OVER
from sync_server.store.subjects.sheet import signatures
from sync_server.store.tables import entries, entry_blobs, feed
from tests.server.conftest import Clock, Estate
from tests.support.field_device import FieldDevice, whole_repair
from tests.support.filled_here import body_of, fill, filled, published, sign

NOON = at_china(date(2026, 11, 28), 12)


def standing(estate: Estate, signed: Entry) -> str:
    found = copies.copy_of(estate.store, copy_code(signed), 90)
    assert found is not None
    return found.standing


def test_a_copy_says_whether_its_record_was_changed_signed_once_more_or_ended(lite: Estate) -> None:
    lite.store.now = Clock(NOON)
    desk = FieldDevice(lite, lite.desk_id, lite.store.now)
    published(desk, "meter_base")
    case = fill(desk, "meter_base", lite.home, water="12.5", power="340", present="there")
    first, _ = sign(desk, case, "resident", "staff")
    assert standing(lite, first) == INTACT
    state = lite.store.state(None, case)
    (one,) = state.filled  # type: ignore[attr-defined]
    again = body_of("meter_base", filled("meter_base", water="13.5", power="340", present="there"), lite.home)
    desk.do("amended", case, {"target_id": one.entry.id, "body": {**one.body, **again}, "reason": "看错"})
    assert standing(lite, first) == CHANGED
    (second,) = sign(desk, case, "resident")
    assert (standing(lite, first), standing(lite, second)) == (AGAIN, INTACT)
    desk.do("case_ended", case, {"reason": "住户不买了"})
    assert (standing(lite, first), standing(lite, second)) == (OVER, OVER)


def test_the_code_of_a_signature_that_was_erased_by_hand_opens_nothing(lite: Estate) -> None:
    """Nobody erases by the program; somebody took it out of the database."""
    lite.store.now = Clock(NOON)
    desk, worker = FieldDevice(lite, lite.desk_id, lite.store.now), FieldDevice(lite, lite.worker_id, lite.store.now)
    _, made = whole_repair(desk, worker, lite.home)
    assert standing(lite, made[-1]) == INTACT
    with lite.store.write() as connection:
        for table, column in ((feed, feed.c.entry_id), (signatures, signatures.c.entry_id),
                              (entry_blobs, entry_blobs.c.entry_id), (entries, entries.c.id)):  # fmt: skip
            connection.execute(delete(table).where(column == made[-1].id))
    assert copies.copy_of(lite.store, copy_code(made[-1]), 90) is None
