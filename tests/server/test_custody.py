"""Keys on the server: who sees and may do what, typed rows, labels (G.1, G.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, select
from uuid6 import uuid7

from app.domain.subjects.fold import fold
from app.domain.subjects.signing import facts_to_sign, make_content, signature_body
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import STROKES, BlobRef, Entry
from app.domain.wire.errors import Problem
from app.domain.writing.tags import KEY, Tag, estate_mark, parse_tag, tag_address
from sync_server.labels import Label
from sync_server.labels.printing import matrix, payload, sheet, singles
from sync_server.store import tables
from sync_server.store.estate import tagging
from sync_server.store.subjects.place import tagged_places
from sync_server.store.subjects.tagged import tags
from sync_server.store.subjects.thing import reads as things
from sync_server.store.types import moment
from tests.server.conftest import Estate
from tests.support.field_device import STROKES_BYTES, FieldDevice, Subject

KEPT = {"pieces": 2, "condition": "good"}


def entrust(device: FieldDevice, home: dict[str, str], **more: Any) -> Subject:
    subject = ("thing", str(uuid7()))
    body = {"thing_kind": "key", "name": "入户门钥匙", "given_by": "张伟", "capacity": "self", "purpose": "代收快递"}
    device.do("entrusted", subject, KEPT | body | home | {"until": "2099-12-31", "rack": "A-03"} | more)
    return subject


def lent(to: str, **more: Any) -> dict[str, Any]:
    return KEPT | {"to_kind": "staff", "to_id": to, "to_name": to, "purpose": "检修", "due_at": 1} | more


def test_who_sees_a_key_and_who_may_do_what_with_it(estate: Estate) -> None:
    """The steward of its building, the desk, and whoever holds it; a worker returns it and cannot lend it on."""
    steward, desk, worker, mate = (estate.device(name) for name in ("steward", "desk", "worker", "mate"))
    key = entrust(steward, estate.home)
    for device, sees in ((desk, True), (worker, False), (mate, False)):
        device.pull()
        assert bool(device.kinds_of(key)) is sees
    steward.do("lent", key, lent(estate.worker_id))
    worker.pull()
    mate.pull()
    assert worker.kinds_of(key) == ["entrusted", "lent"] and not mate.kinds_of(key)
    (refused,) = worker.push(worker.make("lent", key, lent(estate.mate_id)))
    assert refused.problem is not None and refused.problem.name == "role_may_not"
    back = KEPT | {"from_id": estate.worker_id, "from_name": "w", "rack": "A-03"}
    (stolen,) = mate.push(mate.make("returned", key, back))
    assert stolen.problem is not None and stolen.problem.name in ("role_may_not", "out_of_scope")
    worker.do("returned", key, back)
    worker.pull()
    assert key in worker.dropped
    with pytest.raises(AssertionError, match="out_of_scope"):
        entrust(steward, estate.other_home)


def test_typed_rows_follow_and_what_is_overdue_is_told(estate: Estate) -> None:
    steward, worker = estate.device("steward"), estate.device("worker")
    key = entrust(steward, estate.home, tag=Tag(KEY, "TST", "0001").code)
    steward.do("lent", key, lent(estate.worker_id))
    with estate.store.read() as connection:
        page = things.page(connection, steward.who, key[1])
        late = things.overdue(connection, worker.who, estate.store.now())
        assert things.overdue(connection, estate.device("mate").who, estate.store.now()) == []
        with pytest.raises(Problem, match="not_found"):
            things.page(connection, estate.device("mate").who, key[1])
        hung = connection.execute(select(tags).where(tags.c.code == Tag(KEY, "TST", "0001").code)).all()
    assert (page["stage"], page["holder_id"], page["due_what"]) == ("out", estate.worker_id, "return")
    assert [step["kind"] for step in page["steps"]] == ["entrusted", "lent"]
    assert [row["id"] for row in late] == [key[1]] and [row.subject_id for row in hung] == [key[1]]


def _name_estate(estate: Estate) -> None:
    """What tags are marked with."""
    with estate.store.numbered() as write:
        row = {"id": "estate-1", "code": "LY", "name": "荔园", "address": "", "phone": ""}
        write.execute(insert(tables.estate).values(row | {"changed_at": moment(write.now)}))


def test_fresh_tags_are_the_estates_and_never_given_twice(estate: Estate) -> None:
    with pytest.raises(Problem, match="not_found"):
        tagging.blank_labels(estate.store, None, KEY, 3)
    _name_estate(estate)
    desk = estate.device("desk")
    codes = [label.code for _ in range(2) for label in tagging.blank_labels(estate.store, desk.who, KEY, 40)]
    assert len(set(codes)) == 80
    assert all(isinstance(parse_tag(code, estate_mark("estate-1")), Tag) for code in codes)
    with pytest.raises(Problem, match="role_may_not"):
        tagging.blank_labels(estate.store, estate.device("worker").who, KEY, 1)
    doors = tagging.unit_labels(estate.store, estate.device("steward").who, estate.b1)
    assert [label.title for label in doors] == [estate.home["address"]]
    assert tagging.unit_labels(estate.store, None, estate.b1) == doors, "a door keeps its tag"
    with pytest.raises(Problem, match="out_of_scope"):
        tagging.unit_labels(estate.store, estate.device("steward").who, estate.b2)
    assert tagging.labels_of(estate.store, None, [doors[0].code])[0].title == estate.home["address"]
    with estate.store.read() as connection:
        assert connection.scalar(select(tagged_places.c.tag)) == doors[0].code


def test_labels_of_doors_come_in_the_order_of_a_walk(estate: Estate) -> None:
    """A9: below ground first, 12A after 12, shops last."""
    _name_estate(estate)
    rooms = ("负101", "201", "1205", "12A05", "1501", "商铺01")
    for room in sorted(set(rooms) - {"201"}):
        estate.add_household(estate.b2, room)
    titles = [label.title for label in tagging.unit_labels(estate.store, None, estate.b2)]
    assert titles == [f"2栋1单元{room}" for room in rooms]


def sign(device: FieldDevice, subject: Subject, so_far: list[Entry], side: str, name: str) -> None:
    """One side signs the last step of ``so_far``."""
    content = make_content("custody", facts_to_sign(fold("thing", so_far), "custody"), ["钥匙 2 把"], "2026-11-21")
    body = signature_body(
        purpose="custody", signer=side, name=name, capacity="self", content=content, strokes=STROKES_BYTES
    )
    blobs = (BlobRef(sha256_hex(STROKES_BYTES), len(STROKES_BYTES), STROKES),)
    (answer,) = device.push(device.make("signed", subject, body, blobs=blobs))
    assert answer.problem is None, answer


def test_verifying_a_key_holds_for_every_step_and_for_the_one_the_desk_set_aside(lite: Estate) -> None:
    """G.2: two phones lent the same key; both were signed for, one counts: neither signature was tampered with."""
    steward, desk = lite.device("steward"), lite.device("desk")
    key = entrust(steward, lite.home)
    opened = next(e for e in lite.store.state(None, key).steps).entry
    first = steward.do("lent", key, lent(lite.worker_id))
    second = desk.make("lent", key, lent(lite.mate_id))
    (answer,) = desk.push(second)
    assert answer.flags == ["already_out"]
    for device, step, name in ((steward, first, "worker"), (desk, second, "mate")):
        for side in ("giver", "taker"):
            sign(device, key, [opened, step], side, name)
    lite.store.put_blob(sha256_hex(STROKES_BYTES), 0, STROKES_BYTES, len(STROKES_BYTES))
    assert lite.store.verify(key, steward.who).standing == "intact"
    desk.do("flag_settled", key, {"entry_id": second.id, "decision": "set_aside"})
    found = lite.store.verify(key, lite.device("worker").who)
    assert found.standing == "intact" and len(found.signatures) == 4
    with pytest.raises(Problem, match="not_found"):
        lite.store.verify(key, lite.device("finance").who)
    # A signature for other pieces than the step that was set aside had is told.
    other = replace(second, body={**second.body, "pieces": 1})
    sign(desk, key, [opened, other], "taker", "mate")
    assert lite.store.verify(key).standing == "changed_after_signing"


def test_nobody_names_somebody_elses_door_and_a_tags_code_is_kept_as_it_is_printed(estate: Estate) -> None:
    """A door's tag is recorded under the door's own id: another building's steward cannot begin it first."""
    steward = estate.device("steward")
    mine = {"building_id": estate.home["building_id"], "address": "x"}
    named = {"place_kind": "unit", "name": "x", "tag": Tag("unit", "TST", "0001").code} | mine
    doors = {building: str(uuid7()) for building in (estate.b1, estate.b2)}
    with estate.store.numbered() as write:
        for building, unit_id in doors.items():
            where = {"id": unit_id, "building_id": building, "entrance": "1", "floor": 9, "room": "901", "area": None}
            write.execute(insert(tables.units).values(where | {"address": "x", "changed_at": moment(write.now)}))
    theirs = steward.make("place_named", ("place", doors[estate.b2]), named)
    lower = steward.make(
        "place_named", ("place", str(uuid7())), named | {"tag": "k" + Tag(KEY, "TST", "0001").code[1:]}
    )
    found = [answer.problem and answer.problem.name for answer in steward.push(theirs, lower)]
    assert found == ["out_of_scope", "field_wrong"]
    steward.do("place_named", ("place", doors[estate.b1]), named)


def test_qr_codes_are_small_and_pdfs_have_a_page_for_21_labels() -> None:
    code = Tag(KEY, "TST", "0001").code
    assert len(matrix(payload(code))) == 21, "the smallest size there is, at level Q"
    assert len(matrix(payload(code, "https://sq.example.cn"))) <= 29
    assert payload(code, "https://sq.example.cn") == tag_address("https://sq.example.cn", code)
    labels = [Label(Tag(KEY, "TST", f"{n:04d}").code, "3栋2单元1501", "入户门钥匙") for n in range(22)]
    whole = sheet(labels, server="https://sq.example.cn")
    assert whole.startswith(b"%PDF") and whole.count(b"/Type /Page\n") == 2
    assert singles(labels[:3]).count(b"/Type /Page\n") == 3
    assert sheet(labels[:2], skip=20).count(b"/Type /Page\n") == 2


@pytest.mark.parametrize(
    "name", ["(a) Tj ET", ")\\", '=HYPERLINK("x")', "第一行\n第二行\t", "\u202e锁", "🔑𠀀", "锁" * 300]
)
def test_a_name_in_a_pdf_is_nothing_but_text(name: str) -> None:
    label = Label(Tag(KEY, "TST", "0001").code, name, name, name)
    for pdf in (sheet([label]), singles([label])):
        assert pdf.startswith(b"%PDF") and pdf.count(b"/Type /Page\n") == 1 and b"/Annot" not in pdf
