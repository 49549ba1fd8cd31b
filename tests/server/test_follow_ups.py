"""Which follow-ups the server owes for what was closed (C.5, D.2), in both kinds of store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import select, update
from uuid6 import uuid7

from app.domain.rules.duty_rules import standard_text
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.domain.times import DAY, HOUR, at_china
from app.domain.wire.entries import Entry
from app.domain.wire.errors import Problem
from sync_server.store.estate import calendar
from sync_server.store.subjects.follow_up import planning
from sync_server.store.subjects.follow_up.planning import closings
from sync_server.store.subjects.follow_up.sheet import follow_ups
from sync_server.store.tables import buildings
from tests.server.conftest import Clock, Estate
from tests.support.field_device import FieldDevice

ITEM = {"item_id": "i", "name": "换阀", "qty": "1", "price_fen": 100}
NOV = at_china(date(2026, 11, 2), 9)


@pytest.fixture
def clock(estate: Estate) -> Clock:
    """The clock of the estate's server and devices."""
    set_by_test = Clock(NOV)
    estate.store.now = set_by_test
    estate.add_staff("boss", "service_supervisor", "engineering_supervisor")
    return set_by_test


def repaired(estate: Estate, clock: Clock, times: int = 1, sent_at: int = 0) -> list[str]:
    """Repairs from the call to the supervisor's confirmation, ten minutes each; their ids. ``sent_at``: their phones
    had no network until then."""
    desk, boss = FieldDevice(estate, "staff-desk", clock), FieldDevice(estate, "staff-boss", clock)
    worker = FieldDevice(estate, "staff-worker", clock)
    bill = {"lines": [{"name": "换阀", "qty": "1", "price_fen": 100, "amount_fen": 100}], "total_fen": 100}
    made = []
    for _ in range(times):
        clock.now += 600_000
        ticket = ("ticket", str(uuid7()))
        taken: list[Entry] = []

        def send(who: FieldDevice, *new: Entry, taken: list[Entry] = taken) -> None:
            made_at, clock.now = clock.now, sent_at or clock.now
            for answer in who.push(*new):
                assert answer.entry is not None and not answer.flags, answer
                taken.append(answer.entry)
            clock.now = made_at

        send(
            desk,
            desk.open_ticket(ticket, estate.home, contact_name="张伟"),
            desk.make("assigned", ticket, {"worker_id": estate.worker_id}),
        )
        send(
            worker,
            worker.make("accepted", ticket),
            worker.make("arrived", ticket),
            worker.make("found", ticket, {"listed": True, "items": [ITEM]}),
            worker.make("priced", ticket, bill),
            worker.make("consent", ticket, {"agreed": True, "name": "张伟", "capacity": "self"}),
            worker.make("work_started", ticket, {"own_materials": False}),
            worker.make("fees_written", ticket, bill),
            worker.make("tried", ticket, {"ok": True, "how": "tried"}),
        )
        send(worker, worker.sign(ticket, taken))
        send(boss, boss.make("confirmed", ticket))
        made.append(ticket[1])
    return made


def owed(estate: Estate, **wanted: Any) -> list[Any]:
    """The follow-ups in the store's table."""
    with estate.store.read() as connection:
        query = select(follow_ups).filter_by(**wanted).order_by(follow_ups.c.round, follow_ups.c.due_at)
        return list(connection.execute(query))


def complaint(desk: FieldDevice, home: dict[str, str], weight: str = "ordinary", **more: Any) -> tuple[str, str]:
    """A complaint that was answered, not valid as it turned out; its subject."""
    matter = ("matter", str(uuid7()))
    said = {"class": "complaint", "channel": "phone", "contact_name": "张伟", "content": "噪声"}
    desk.do("matter_opened", matter, said | home | more)
    classed = {"nature": "service", "weight": weight, "valid": True, "promised_at": desk.clock() + DAY}
    desk.do("classed", matter, classed)
    settle(desk, matter)
    return matter


def settle(desk: FieldDevice, matter: tuple[str, str]) -> None:
    """Plan, agree, handle and close it."""
    plan = desk.do("planned", matter, {"cause": "空调外机", "plan": "加减震垫"})
    desk.do("plan_agreed", matter, {"plan_id": plan.id, "how": "phone", "name": "张伟"})
    desk.do("handled", matter, {"cause": "空调外机", "corrective": "加了减震垫"})
    desk.do("matter_closed", matter, {"result": "已加减震垫"})


@pytest.mark.proves("C5", "D2")
def test_closing_a_complaint_owes_a_follow_up_in_three_days_and_closing_it_again_another(
    estate: Estate, clock: Clock
) -> None:
    desk = FieldDevice(estate, "staff-desk", clock)
    matter = complaint(desk, estate.home)
    (first,) = owed(estate, source_id=matter[1])
    assert (first.source, first.drawn, first.round, first.stage) == ("complaint", "rule", 1, "planned")
    assert first.due_at.timestamp() * 1000 == clock.now + 3 * DAY
    desk.do("reopened", matter, {"reason": "还是响"})
    settle(desk, matter)
    assert [one.round for one in owed(estate, source_id=matter[1])] == [1, 2]


def test_a_complaint_that_says_no_place_is_followed_up_by_phone(estate: Estate, clock: Clock) -> None:
    """The simulator found it: without an address the whole push was answered as if the server were broken."""
    desk = FieldDevice(estate, "staff-desk", clock)
    matter = complaint(desk, {}, contact_phone="13800138001")
    (one,) = owed(estate, source_id=matter[1])
    assert (one.address, one.post, one.stage) == ("", "service_supervisor", "planned")


@pytest.mark.proves("C6")
def test_nobody_is_asked_about_an_anonymous_complaint(estate: Estate, clock: Clock) -> None:
    desk = FieldDevice(estate, "staff-desk", clock)
    matter = ("matter", str(uuid7()))
    said = {"class": "complaint", "channel": "letter", "anonymous": True, "content": "噪声"}
    desk.do("matter_opened", matter, said | {"address": "3栋"})
    desk.do("classed", matter, {"nature": "service", "weight": "ordinary", "valid": True})
    desk.do("handled", matter, {"cause": "空调外机", "corrective": "加了减震垫"})
    desk.do("matter_closed", matter, {"result": "已加减震垫"})
    assert owed(estate, source_id=matter[1]) == []


@pytest.mark.proves("D2")
def test_of_repairs_three_in_each_ten_are_drawn_and_its_steward_owes_them(estate: Estate, clock: Clock) -> None:
    with estate.store.numbered() as write:
        write.execute(update(buildings).where(buildings.c.id == estate.b1).values(steward_id=estate.steward_id))
    repaired(estate, clock, 20)
    drawn = owed(estate, source="repair")
    with estate.store.read() as connection:
        places = list(connection.scalars(select(closings.c.place).where(closings.c.drawn == "sample")))
    assert len(drawn) == 6 and len([place for place in places if place <= 10]) == 3
    assert {(one.owner_id, one.post, one.drawn) for one in drawn} == {(estate.steward_id, "steward", "sample")}
    # Confirmed again, archived, corrected: what is closed is closed once.
    desk = FieldDevice(estate, "staff-desk", clock)
    desk.do("handed_back", ("ticket", str(drawn[0].source_id)))
    assert len(owed(estate, source="repair")) == 6


@pytest.mark.proves("D2")
def test_what_a_month_lacks_is_drawn_when_it_is_over_once(estate: Estate, clock: Clock) -> None:
    repaired(estate, clock, 7)
    before = len(owed(estate, source="repair"))
    clock.now = at_china(date(2026, 12, 1), 0) + HOUR
    desk = FieldDevice(estate, "staff-desk", clock)
    for _ in range(2):
        desk.push(desk.open_ticket(("ticket", str(uuid7()))))
    after = owed(estate, source="repair")
    assert len(after) == max(before, 3)
    assert all(one.due_at.timestamp() * 1000 >= clock.now + 7 * DAY for one in after if one.drawn == "top_up")


@pytest.mark.proves("D2")
def test_what_comes_in_late_does_not_leave_a_month_short(estate: Estate, clock: Clock) -> None:
    """Of seven closed in November three were drawn in the end; the other three come in when December has begun."""
    repaired(estate, clock, 7)
    late = repaired(estate, clock, 4, sent_at=at_china(date(2026, 12, 2), 9))
    with estate.store.read() as connection:
        rows = list(connection.execute(select(closings.c.month, closings.c.late, closings.c.subject_id)))
    assert {row.month for row in rows} == {"2026-11"}
    assert {row.subject_id for row in rows if row.late} == set(late)
    assert len(owed(estate, source="repair")) >= 4


@settings(max_examples=30)
@given(closed=some.integers(1, 60), share=some.integers(0, 99), secret=some.text(min_size=1))
def test_the_share_is_right_whatever_the_secret(closed: int, share: int, secret: str) -> None:
    """Of each whole ten as many as the share demands (30: three); of what is left no more than so many."""

    class Drawing:
        def scalar(self, _query: object) -> str:
            return secret

    class Write:
        connection = Drawing()

    few, write = -(-share // 10), Write()
    drawn = [bool(planning._drawn(write, share, "repair", "", "2026-11", place)) for place in range(1, closed + 1)]  # type: ignore[arg-type]
    assert all(sum(drawn[at : at + 10]) == few for at in range(0, closed - 9, 10))
    assert sum(drawn) <= few * -(-closed // 10)


@pytest.mark.proves("D2")
def test_a_company_s_own_rules_say_how_many_are_drawn(estate: Estate, clock: Clock) -> None:
    """Sixty in a hundred repairs and no complaints; with the program's rules again three in ten of what comes next."""
    ours = standard_text().replace("share = 30", "share = 60").split('[[rule]]\nname = "after_complaint"')
    complaints = ours[1].index("[[rule]]")
    with estate.store.numbered() as write:
        calendar.put_rules(write, ours[0] + ours[1][complaints:])
    desk = FieldDevice(estate, "staff-desk", clock)
    matter = complaint(desk, estate.home)
    repaired(estate, clock, 10)
    assert (len(owed(estate, source="repair")), owed(estate, source_id=matter[1])) == (6, [])
    with estate.store.numbered() as write:
        calendar.put_rules(write, None)
    repaired(estate, clock, 10)
    assert len(owed(estate, source="repair")) == 9


@pytest.mark.proves("D2")
def test_a_company_s_own_rules_say_how_soon_and_by_whom(estate: Estate, clock: Clock) -> None:
    """Complaints within two workdays by the service supervisor, however grave; closed on a Friday: by Tuesday night."""
    ours = standard_text().replace(
        'within = "3 days"\nowner = "weight"', 'within = "2 workdays"\nowner = "service_supervisor"'
    )
    with estate.store.numbered() as write:
        calendar.put_rules(write, ours)
    clock.now = at_china(date(2026, 11, 6), 9)
    matter = complaint(FieldDevice(estate, "staff-desk", clock), estate.home)
    (one,) = owed(estate, source_id=matter[1])
    assert (one.post, one.owner_id) == ("service_supervisor", None)
    assert one.due_at.timestamp() * 1000 == at_china(date(2026, 11, 10), 23, 59)


def test_a_follow_up_is_owned_by_who_finds_it_on_their_phone(estate: Estate) -> None:
    ours = standard_text().replace('owner = "weight"', 'owner = "finance"')
    with estate.store.numbered() as write, pytest.raises(Problem, match="rules_wrong") as told:
        calendar.put_rules(write, ours)
    assert "the owner of a follow-up is one of" in told.value.message("en")


@pytest.mark.proves("D2")
@pytest.mark.parametrize(("share", "after"), [(10, 3), (50, 5)])
def test_a_share_that_was_lowered_takes_nothing_back_and_one_that_was_raised_is_made_up(
    estate: Estate, clock: Clock, share: int, after: int
) -> None:
    repaired(estate, clock, 10)
    with estate.store.numbered() as write:
        calendar.put_rules(write, standard_text().replace("share = 30", f"share = {share}"))
    clock.now = at_china(date(2026, 12, 1), 0) + HOUR
    desk = FieldDevice(estate, "staff-desk", clock)
    desk.push(desk.open_ticket(("ticket", str(uuid7()))))
    assert len(owed(estate, source="repair")) == after


@pytest.mark.proves("D2")
def test_nobody_can_work_out_which_are_drawn(sqlite_url: str, tmp_path: Path) -> None:
    """Two stores draw differently: it depends on a secret that neither entries nor phones hold."""
    found = []
    for name in ("a", "b"):
        clock = Clock(NOV)
        one = Estate(f"sqlite:///{tmp_path / name}.sqlite", tmp_path / name)
        one.store.now = clock
        one.add_staff("boss", "service_supervisor", "engineering_supervisor")
        repaired(one, clock, 30)
        with one.store.read() as connection:
            found.append(list(connection.scalars(select(closings.c.place).where(closings.c.drawn == "sample"))))
        one.store.close()
    assert found[0] != found[1]


def test_a_phone_may_not_say_that_the_server_drew_one(estate: Estate, clock: Clock) -> None:
    """What a supervisor plans is planned by hand, whatever the phone says (a sample chosen by the desk)."""
    boss = FieldDevice(estate, "staff-boss", clock)
    said = {"source": "repair", "about": "漏水", "due_at": clock.now + DAY, "drawn": "sample", **estate.home}
    (answer,) = boss.push(boss.make("follow_up_planned", (FOLLOW_UP, str(uuid7())), said))
    assert answer.problem is not None and answer.problem.name == "role_may_not"


def test_what_is_owed_and_cannot_begin_stops_nothing_else(estate: Estate, clock: Clock, monkeypatch: Any) -> None:
    """A body that is none is logged: the closing is taken, and so is what a month that is over owes."""
    real = planning._planned
    monkeypatch.setattr(planning, "_planned", lambda *said: replace(real(*said), body={"about": ""}))
    desk = FieldDevice(estate, "staff-desk", clock)
    matter = complaint(desk, estate.home)
    assert owed(estate, source_id=matter[1]) == []
    repaired(estate, clock, 1)
    clock.now = at_china(date(2026, 12, 1), 9)
    (answer,) = desk.push(desk.open_ticket(("ticket", str(uuid7()))))
    assert answer.problem is None and owed(estate) == []
