"""Taking entries in: once, answered each apart, whatever comes (docs/sync.md 7-12; B.6)."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from uuid6 import uuid7

from app.domain.subjects.fold import fold
from app.domain.subjects.job.kinds import JOB
from app.domain.wire.entries import Entry
from sync_server.store import Store
from sync_server.store.subjects.job import NUMBERS, jobs
from sync_server.store.subjects.ticket.sheet import tickets
from sync_server.store.tables import entries
from sync_server.store.taking import keeping
from sync_server.store.taking.entry_rows import of_subject
from sync_server.store.upkeep.verifying import verify_chain
from tests.server.conftest import Estate
from tests.support.field_device import FieldDevice, new_ticket, now_ms


def _count(estate: Estate) -> int:
    with estate.store.read() as connection:
        return int(
            connection.scalar(select(func.count()).select_from(entries).where(entries.c.author != "system")) or 0
        )


def test_a_push_sent_again_is_known_and_changes_nothing(estate: Estate) -> None:
    desk = estate.device("desk")
    entry = desk.open_ticket(new_ticket())
    first = desk.push(entry)[0]
    again = desk.push(entry)[0]
    assert (first.status, again.status) == ("accepted", "known")
    assert again.entry is not None and first.entry is not None and again.entry.seq == first.entry.seq
    assert _count(estate) == 1


def test_a_shuffled_and_doubled_batch_is_taken_in_the_devices_order(lite: Estate) -> None:
    desk, ticket = lite.device("desk"), new_ticket()
    made = [desk.open_ticket(ticket)]
    made += [desk.make("progress_reported", ticket, {"note": str(n)}) for n in range(20)]
    batch = made * 2
    random.Random(7).shuffle(batch)
    assert {answer.status for answer in desk.push(*batch)} == {"accepted", "known"}
    with lite.store.read() as connection:
        kept = [e for e in of_subject(connection, ticket) if e.device == desk.id]
    assert [e.counter for e in kept] == list(range(1, 22))


def test_the_same_batch_pushed_by_eight_at_once_is_taken_once(estate: Estate) -> None:
    desk, ticket = estate.device("desk"), new_ticket()
    batch = [desk.open_ticket(ticket)] + [desk.make("progress_reported", ticket, {"note": "n"}) for _ in range(10)]
    with ThreadPoolExecutor(8) as pool:
        answers = [a for one in pool.map(lambda _: desk.push(*batch), range(8)) for a in one]
    assert sorted(a.status for a in answers) == ["accepted"] * 11 + ["known"] * 77
    assert _count(estate) == 11


def test_a_poisoned_entry_is_refused_and_the_rest_goes_through(estate: Estate) -> None:
    desk, ticket = estate.device("desk"), new_ticket()
    good, bad = desk.open_ticket(ticket), desk.make("assigned", ticket, {"worker_id": 5})
    after = desk.make("assigned", ticket, {"worker_id": estate.worker_id})
    wire: list[Any] = [
        good.to_wire(),
        bad.to_wire(),
        after.to_wire(),
        None,
        {"id": "x"},
        after.to_wire() | {"body": []},
    ]
    answers = estate.store.push(desk.who, wire)
    assert [a.status for a in answers] == ["accepted", "refused", "accepted", "refused", "refused", "refused"]
    assert answers[1].problem is not None and answers[1].problem.name == "field_wrong"
    # The refused number keeps its place: nothing is missing, and the chain is whole.
    with estate.store.read() as connection:
        assert keeping.holes(connection, desk.id) == []
    assert all(getattr(v, "whole", True) for v in estate.store.verify_everything())


def test_a_door_no_database_can_be_asked_for_is_refused_with_a_sentence(estate: Estate) -> None:
    """PostgreSQL takes no NUL: the entry behind it was answered as if the server were broken."""
    desk = estate.device("desk")
    odd = desk.make(
        "place_named", ("place", str(uuid7())), {"place_kind": "point", "name": "泵房", "household_id": "\0"}
    )
    refused, taken = desk.push(odd, desk.open_ticket(new_ticket()))
    assert refused.problem is not None and refused.problem.name == "field_wrong"
    assert taken.problem is None


def test_holes_in_a_devices_numbers_are_told(lite: Estate) -> None:
    desk, ticket = lite.device("desk"), new_ticket()
    made = [desk.open_ticket(ticket)] + [desk.make("progress_reported", ticket, {"note": "n"}) for _ in range(5)]
    desk.push(made[0], made[3], made[5])
    assert lite.store.pull(desk.who, {}, 1)[2] == [[2, 3], [5, 5]]
    desk.push(*made)
    assert lite.store.pull(desk.who, {}, 1)[2] == []


def test_an_altered_entry_and_a_taken_id_are_refused(lite: Estate) -> None:
    desk, ticket = lite.device("desk"), new_ticket()
    entry = desk.open_ticket(ticket)
    desk.push(entry)
    altered = entry.to_wire() | {"made_at": entry.made_at + 1}
    other = replace(entry, body={**entry.body, "content": "别的"}).sealed(device=desk.id, counter=2, prev=entry.hash)
    names = [a.problem.name for a in lite.store.push(desk.who, [altered, other.to_wire()]) if a.problem]
    assert names == ["hash_wrong", "id_taken"]


def test_a_cloned_phone_is_told_its_number_is_taken_and_goes_on_under_a_new_one(lite: Estate) -> None:
    desk, ticket = lite.device("desk"), new_ticket()
    desk.push(desk.open_ticket(ticket))
    counter, head = desk.counter, desk.head
    taken = desk.make("progress_reported", ticket, {"note": "原机"})
    desk.push(taken)
    desk.counter, desk.head = counter, head
    clones = [desk.make("progress_reported", ticket, {"note": f"克隆{n}"}) for n in range(4)]
    assert [a.problem.name for a in desk.push(*clones) if a.problem] == ["counter_taken"] * 4
    fresh = FieldDevice(lite, lite.desk_id)
    first = clones[0].sealed(device=fresh.id, counter=1, prev="")
    # What was taken already under the old number is known under the new one too.
    second = taken.sealed(device=fresh.id, counter=2, prev=first.hash)
    third = clones[1].sealed(device=fresh.id, counter=3, prev=second.hash)
    assert [a.status for a in fresh.push(first, second, third)] == ["accepted", "known", "accepted"]
    assert lite.store.pull(fresh.who, {}, 1)[2] == []
    assert all(getattr(v, "whole", True) for v in lite.store.verify_everything())


def test_work_of_somebody_else_or_another_device_is_refused(lite: Estate) -> None:
    desk, worker, ticket = lite.device("desk"), lite.device("worker"), new_ticket()
    entry = desk.open_ticket(ticket)
    assert [a.problem.name for a in lite.store.push(worker.who, [entry.to_wire()]) if a.problem] == ["author_mismatch"]
    assert desk.push(entry)[0].status == "accepted"


def test_kinds_and_members_not_yet_known_are_kept_and_passed_on(estate: Estate) -> None:
    desk, reader, ticket = estate.device("desk"), estate.device("desk"), new_ticket()
    desk.push(desk.open_ticket(ticket))
    new = desk.make("sketch_drawn", ticket, {"what": {"深": ["🐉", 1]}}, extra={"place": {"lat": "22.5"}})
    key = ("key", str(uuid7()))
    lent = desk.make("key_lent", key, {"building_id": estate.b1})
    assert [a.status for a in desk.push(new, lent)] == ["accepted", "accepted"]
    reader.pull()
    assert reader.entries[new.id] == new and reader.entries[lent.id] == lent


def test_ticket_numbers_have_no_gaps_and_no_duplicates_under_concurrency(estate: Estate) -> None:
    """B.6, with four desks at once and refused tickets in between."""

    def open_some(desk: FieldDevice) -> None:
        for n in range(6):
            ticket = new_ticket()
            bad = desk.make("ticket_opened", new_ticket(), {"ticket_kind": "repair"})
            assert [a.status for a in desk.push(bad, desk.open_ticket(ticket))] == ["refused", "accepted"], n

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(open_some, [estate.device("desk") for _ in range(4)]))
    with estate.store.read() as connection:
        numbers = sorted(connection.scalars(select(tickets.c.number)))
    days = {str(number).split("-")[0] for number in numbers}
    assert numbers == [
        f"{day}-{n:03d}" for day in sorted(days) for n in range(1, 1 + sum(day in str(x) for x in numbers))
    ]
    assert len(numbers) == 24


@pytest.mark.proves("B6")
def test_job_numbers_have_no_gaps_and_no_duplicates_over_two_servers(estate: Estate) -> None:
    """B.6: two servers on one database, four desks at once, tickets and refused jobs in between."""
    body = {"job_kind": "plain", "address": "大堂", "content": "擦", "requirements": "净", "due_at": now_ms() + 10**7,
            "receiver_id": estate.worker_id, "department": "engineering"}  # fmt: skip
    url = estate.store.database.url.render_as_string(hide_password=False)
    other = Store(url, Path(estate.store.files.folder))  # type: ignore[attr-defined]
    stores = [estate.store, other]

    def send_some(number: int) -> None:
        desk = FieldDevice(estate, estate.desk_id)
        store = stores[number % 2]
        for _ in range(6):
            ticket, job = new_ticket(), (JOB, str(uuid7()))
            entries = [
                desk.make("job_sent", (JOB, str(uuid7())), body | {"requirements": ""}),
                desk.open_ticket(ticket),
                desk.make("job_sent", job, body),
            ]
            said = [answer.status for answer in store.push(desk.who, [entry.to_wire() for entry in entries], 0)]
            assert said == ["refused", "accepted", "accepted"]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send_some, range(4)))
    other.close()
    with estate.store.read() as connection:
        numbers = sorted(str(number) for number in connection.scalars(select(jobs.c.number)))
        registered = connection.execute(select(NUMBERS.table.c.day, NUMBERS.table.c.serial)).all()
    assert numbers == sorted(f"G{row.day}-{row.serial:03d}" for row in registered) and len(set(numbers)) == 24
    for day in {row.day for row in registered}:
        serials = sorted(row.serial for row in registered if row.day == day)
        assert serials == list(range(1, len(serials) + 1))


def test_an_entry_that_breaks_the_servers_own_code_is_refused_alone(lite: Estate, monkeypatch: Any) -> None:
    desk, ticket, cursed = lite.device("desk"), new_ticket(), new_ticket()

    def breaking(kind: str, some: list[Entry]) -> Any:
        if any(entry.subject_id == cursed[1] for entry in some):
            raise ZeroDivisionError
        return fold(kind, some)

    monkeypatch.setattr("sync_server.store.taking.accept.fold", breaking)
    answers = desk.push(desk.open_ticket(cursed), desk.open_ticket(ticket))
    assert [a.status for a in answers] == ["refused", "accepted"]
    assert answers[0].problem is not None and answers[0].problem.name == "server_broken"


def test_a_clock_a_year_off_works_and_time_is_corrected(lite: Estate) -> None:
    year = 365 * 86_400_000
    slow = FieldDevice(lite, lite.desk_id, clock=lambda: now_ms() - year)
    ticket = new_ticket()
    entry = slow.open_ticket(ticket)
    first = slow.push(entry)[0].entry
    assert first is not None and abs((first.corrected_at or 0) - now_ms()) < 60_000 and first.made_at == entry.made_at
    # The clock jumps back and forth: never before the device's entry before, never after the receipt.
    back = slow.push(slow.make("progress_reported", ticket, {"note": "n"}, made_at=1))[0].entry
    ahead = slow.push(slow.make("progress_reported", ticket, {"note": "n"}, made_at=now_ms() + year))[0].entry
    assert back is not None and ahead is not None
    assert back.corrected_at == first.corrected_at and ahead.corrected_at == ahead.received_at


def test_remarks_of_4000_characters_and_rare_ones_are_kept_as_they_are(estate: Estate) -> None:
    desk, reader, ticket = estate.device("desk"), estate.device("desk"), new_ticket()
    words = "䶮㛃𠮷🐉👨‍👩‍👧\n" * 400
    entry = desk.open_ticket(ticket, content=words[:3_990])
    assert desk.push(entry)[0].status == "accepted"
    reader.pull()
    assert reader.entries[entry.id].body["content"] == words[:3_990]
    too_long = desk.push(desk.open_ticket(new_ticket(), content="长" * 4_001))[0]
    assert too_long.problem is not None and too_long.problem.name == "text_too_long"


def test_what_a_newer_app_wrote_is_kept_and_passed_on_as_it_is(estate: Estate) -> None:
    desk, worker, boss = estate.device("desk"), estate.device("worker"), estate.device("desk")
    subject = new_ticket()
    desk.push(desk.open_ticket(subject))
    desk.do("assigned", subject, {"worker_id": worker.staff_id})
    newer = [
        worker.make("thermal_scanned", subject, {"warmest": "41.5", "深": [{}]}, schema=9, extra={"mood": "好"}),
        worker.make("lift_checked", ("lift", str(uuid7())), {"ok": True}),
    ]
    assert [answer.status for answer in worker.push(*newer)] == ["accepted", "accepted"]
    boss.pull()
    assert [boss.entries[entry.id].to_wire() for entry in newer] == [entry.to_wire() for entry in newer]


def test_a_copy_may_not_use_the_number_of_an_entry_that_was_refused(estate: Estate) -> None:
    """It would stand in the chain twice: once as what the first phone made, once as what follows it (seed 54)."""
    desk, ticket = estate.device("desk"), new_ticket()
    desk.push(desk.open_ticket(ticket))
    counter, head = desk.counter, desk.head
    refused = desk.make("progress_reported", ticket, {})
    behind = desk.make("progress_reported", ticket, {"note": "原机"})
    assert [a.status for a in desk.push(refused, behind)] == ["refused", "accepted"]
    desk.counter, desk.head = counter, head
    copied = desk.make("progress_reported", ticket, {"note": "克隆"})
    assert [a.problem.name for a in desk.push(copied) if a.problem] == ["counter_taken"]
    assert [a.problem.name for a in desk.push(refused) if a.problem] == ["field_missing"]
    with estate.store.read() as connection:
        assert verify_chain(connection, desk.id).whole


def test_what_would_be_refused_anyway_is_noted_in_its_own_chain_only(estate: Estate) -> None:
    """A restored server hears of the first phone's no. 3, and then of the copy's no. 2 (seed 3417)."""
    desk, ticket = estate.device("desk"), new_ticket()
    desk.push(desk.open_ticket(ticket))
    counter, head = desk.counter, desk.head
    lost, malformed = desk.make("progress_reported", ticket, {"note": "丢"}), desk.make("progress_reported", ticket, {})
    assert [a.problem.name for a in desk.push(malformed) if a.problem] == ["field_missing"]
    desk.counter, desk.head = counter, head
    copied = desk.make("progress_reported", ticket, {})
    assert [a.problem.name for a in desk.push(copied) if a.problem] == ["counter_taken"]
    assert [a.status for a in desk.push(lost)] == ["accepted"]
    with estate.store.read() as connection:
        assert verify_chain(connection, desk.id).whole


def test_what_a_copy_made_after_a_refused_entry_gets_a_new_number(estate: Estate) -> None:
    desk, ticket = estate.device("desk"), new_ticket()
    desk.push(desk.open_ticket(ticket))
    counter, head = desk.counter, desk.head
    desk.push(desk.make("progress_reported", ticket, {}))
    desk.counter, desk.head = counter, head
    copied = [desk.make("progress_reported", ticket, body) for body in ({}, {"note": "好"})]
    assert [a.problem.name for a in desk.push(*copied) if a.problem] == ["counter_taken"] * 2
    with estate.store.read() as connection:
        assert verify_chain(connection, desk.id).whole
