"""News outside the app: one message for each cause, whatever the robot and the server do (A.1, A.2, B.2, C.2, E, G)."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import anyio
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from typer.testing import CliRunner
from uuid6 import uuid7

from app.domain.times import DAY, HOUR, MINUTE, at_china, to_china
from app.domain.wire.errors import Problem
from sync_server import cli, console
from sync_server.news import Pace, Sending, senders
from sync_server.store import Store, tables
from sync_server.store.news import channels, looking, outbox, rules
from sync_server.store.news.causes import (
    ASSIGNED,
    CAUSES,
    EVENT,
    KEY,
    MAJOR,
    NOT_ACCEPTED,
    NOT_ON_SITE,
    PROMISE,
    SILENT,
    Cause,
)
from sync_server.store.news.channels import Channel
from sync_server.store.news.rules import Rule
from sync_server.store.news.tables import news_channels, news_out
from sync_server.store.subjects.door_requests import Asked, Door, ask, door_requests
from sync_server.store.subjects.ticket.sheet import TicketSheet
from sync_server.store.types import moment
from tests.forms.built_in import begun
from tests.server.conftest import Clock, Estate
from tests.support.field_device import FieldDevice, Subject, new_ticket
from tests.support.openings import openings
from tests.support.robots import Robot, Says
from tests.support.server import LiveServer

MORNING = at_china(date(2026, 11, 20), 10)
SECRET = "key=9a7c-very-secret-robot"
NO = Says(body='{"errcode": 93000, "errmsg": "invalid webhook url, 9a7c-very-secret-robot"}')


@pytest.fixture
def clock() -> Clock:
    return Clock(MORNING)


def _dated(url: str, folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Estate:
    made = Estate(url, folder)
    monkeypatch.setattr(made.store, "now", clock)
    made.add_staff("boss", "manager", "admin")
    return made


@pytest.fixture
def dated(fresh_url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Estate]:
    """The estate one morning, in a store of each kind in turn."""
    made = _dated(fresh_url, tmp_path / "server", clock, monkeypatch)
    yield made
    made.store.close()


@pytest.fixture
def small(sqlite_url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Estate]:
    """The same in SQLite, for what does not depend on the database."""
    made = _dated(sqlite_url, tmp_path / "server", clock, monkeypatch)
    yield made
    made.store.close()


def put(store: Store, robot: Robot | str, kind: str = "wecom", name: str = "group", **more: Any) -> Channel:
    address = robot if isinstance(robot, str) else f"{robot.url}/send?{SECRET}"
    made = Channel(name, kind, address, **more)
    with store.write() as connection:
        channels.put(connection, made, store.now())
    return made


def rows(store: Store) -> list[dict[str, Any]]:
    with store.read() as connection:
        return [dict(row) for row in connection.execute(select(news_out).order_by(news_out.c.created_at)).mappings()]


def states(store: Store) -> list[str]:
    return [row["state"] for row in rows(store)]


def causes(count: int, **more: Any) -> list[Cause]:
    return [
        replace(Cause(ASSIGNED, f"assigned:{n}", ("ticket", f"ticket-{n}"), number=f"20261120-{n:03}"), **more)
        for n in range(count)
    ]


def write(store: Store, some: list[Cause]) -> None:
    with store.write() as connection:
        outbox.put(connection, store.now(), some)


def send(store: Store, **more: Any) -> None:
    sending = Sending(store, "https://ops.example.com", Pace(**more))
    anyio.run(sending.once)


def heard(robot: Robot) -> list[str]:
    return [json.loads(one.body)["text"]["content"] for one in robot.heard]


def assign(estate: Estate, clock: Clock, **more: Any) -> tuple[FieldDevice, Subject]:
    desk = FieldDevice(estate, estate.desk_id, clock)
    ticket = new_ticket()
    (opened,) = desk.push(
        desk.open_ticket(ticket, estate.home, contact_name="单丽", contact_phone="13800001111", **more)
    )
    assert opened.problem is None
    desk.do("assigned", ticket, {"worker_id": estate.worker_id})
    return desk, ticket


# -- what is told, and once ------------------------------------------------------------------


def test_an_assigned_ticket_is_told_once_with_number_building_clock_and_link_and_nothing_personal(
    dated: Estate, clock: Clock
) -> None:
    with Robot() as robot:
        put(dated.store, robot)
        _, ticket = assign(dated, clock)
        send(dated.store)
        send(dated.store)
    (said,) = heard(robot)
    assert "新派单 · 20261120-001 · 1栋" in said and f"https://ops.example.com/ticket/{ticket[1]}" in said
    assert "交接截止 11-20 10:05" in said
    for secret in ("单丽", "13800001111", "漏水", "worker", "101"):
        assert secret not in said.replace(ticket[1], "")
    assert states(dated.store) == ["sent"]


def test_the_same_entries_again_tell_nothing_again(dated: Estate, clock: Clock) -> None:
    put(dated.store, "https://robot.example.com/x")
    desk = FieldDevice(dated, dated.desk_id, clock)
    ticket = new_ticket()
    made = [desk.open_ticket(ticket, dated.home), desk.make("assigned", ticket, {"worker_id": dated.worker_id})]
    for _ in range(3):
        desk.push(*made)
    assert [row["cause"] for row in rows(dated.store)] == [ASSIGNED]


def test_what_was_accepted_in_the_same_breath_or_done_long_ago_offline_is_no_news(small: Estate, clock: Clock) -> None:
    put(small.store, "https://robot.example.com/x")
    desk = FieldDevice(small, small.desk_id, clock)
    ticket, old = new_ticket(), new_ticket()
    own = desk.make("assigned", ticket, {"worker_id": small.desk_id})
    desk.push(desk.open_ticket(ticket, small.home), own)
    clock.now -= 13 * HOUR
    desk = FieldDevice(small, small.desk_id, clock)
    late = [desk.open_ticket(old, small.home), desk.make("assigned", old, {"worker_id": small.worker_id})]
    clock.now += 13 * HOUR
    small.store.push(desk.who, [entry.to_wire() for entry in late], 0)
    assert rows(small.store) == []


@pytest.mark.proves("C3")
def test_a_job_given_to_somebody_and_a_major_complaint_are_told(dated: Estate, clock: Clock) -> None:
    put(dated.store, "https://robot.example.com/x")
    desk = FieldDevice(dated, dated.desk_id, clock)
    job, matter = ("job", str(uuid7())), ("matter", str(uuid7()))
    body = {"job_kind": "plain", "content": "换灯", "requirements": "今天", "due_at": clock.now + HOUR}
    to = {"receiver_id": dated.worker_id, "department": "engineering"}
    desk.do("job_sent", job, body | to | dated.home)
    said = {"class": "complaint", "channel": "phone", "content": "吵", "contact_name": "张伟", "contact_phone": "1"}
    desk.do("matter_opened", matter, said | dated.home)
    classed = {"nature": "service", "weight": "major", "valid": True, "promised_at": clock.now + DAY}
    desk.do("classed", matter, classed)
    desk.do("classed", matter, classed | {"promised_at": clock.now + 2 * DAY})
    found = {row["cause"]: row for row in rows(dated.store)}
    assert sorted(found) == [ASSIGNED, MAJOR] and len(rows(dated.store)) == 2
    assert (found[MAJOR]["post"], found[MAJOR]["urgent"], found[MAJOR]["clock"]) == ("manager", True, "told_up")
    assert (found[ASSIGNED]["staff_id"], found[ASSIGNED]["subject_type"]) == (dated.worker_id, "job")


@pytest.mark.proves("R1")
def test_a_special_event_goes_at_once_to_the_manager_and_the_supervisor(dated: Estate, clock: Clock) -> None:
    put(dated.store, "https://robot.example.com/x")
    who, event, other = FieldDevice(dated, dated.worker_id, clock), ("case", str(uuid7())), ("case", str(uuid7()))
    body = openings()["case"][1]
    who.do("form_filled", event, body | {"form_id": "special_event", "title": "特殊事件记录表"})
    who.do("form_filled", other, body)
    told = rows(dated.store)
    assert {(row["cause"], row["post"], row["subject_id"], row["urgent"]) for row in told} == {
        (EVENT, post, event[1], True) for post in ("manager", "service_supervisor")
    }


@pytest.mark.proves("L5", "X5")
def test_l5_x5_lost_mail_and_first_aid_are_events_of_which_manager_and_supervisor_hear_at_once(
    dated: Estate, clock: Clock
) -> None:
    """The answers of the built-in forms that say so raise a matter, and the message goes out with the form."""
    put(dated.store, "https://robot.example.com/x")
    who, told = FieldDevice(dated, dated.worker_id, clock), []
    for form, filling in (
        ("mail_received", begun("mail_received", damaged="yes")),
        ("mail_returned", begun("mail_returned", lost="yes")),
        ("service_request", begun("service_request", family="health", kind="first_aid")),
    ):
        raised = [
            {"path": place.path, "what": what, "type": "matter", "id": str(uuid7())} for place, what in filling.raised()
        ]
        assert [one["what"] for one in raised] == ["matter/event"], form
        case = ("case", str(uuid7()))
        who.do("form_filled", case, openings()["case"][1] | {"form_id": form, "title": form, "raised": raised})
        told.append(case[1])
    assert [what for _, what in begun("mail_received", damaged="no").raised()] == []
    assert {(row["cause"], row["post"], row["subject_id"], row["urgent"]) for row in rows(dated.store)} == {
        (EVENT, post, one, True) for post in ("manager", "service_supervisor") for one in told
    }


def test_a_fault_of_news_keeps_nobodys_work_from_being_taken(
    small: Estate, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Iterator[Cause]:
        raise RuntimeError("a fault of news")

    put(small.store, "https://robot.example.com/x")
    monkeypatch.setattr(TicketSheet, "news", broken)
    _, ticket = assign(small, clock)
    assert rows(small.store) == [] and small.store.state(None, ticket).stage == "assigned"


def test_without_a_channel_nothing_is_written(dated: Estate, clock: Clock) -> None:
    assign(dated, clock)
    write(dated.store, causes(3))
    assert rows(dated.store) == []
    with dated.store.read() as connection:
        assert looking.ran_out(connection, clock.now + DAY) == []


# -- what runs out with time -----------------------------------------------------------------


def look(store: Store, now: int) -> list[str]:
    with store.read() as connection:
        found = looking.ran_out(connection, now)
    write(store, found)
    return [cause.cause for cause in found]


def test_not_accepted_for_five_minutes_goes_to_the_supervisor_once(dated: Estate, clock: Clock) -> None:
    put(dated.store, "https://robot.example.com/x")
    assign(dated, clock)
    assert look(dated.store, clock.now + 4 * MINUTE) == []
    assert look(dated.store, clock.now + 5 * MINUTE) == [NOT_ACCEPTED]
    assert look(dated.store, clock.now + 6 * MINUTE) == []
    late = next(row for row in rows(dated.store) if row["cause"] == NOT_ACCEPTED)
    assert (late["post"], late["number"], late["building"]) == ("engineering_supervisor", "20261120-001", "1栋")


def test_not_on_site_in_time_and_what_is_met_meanwhile_is_not_told(dated: Estate, clock: Clock) -> None:
    put(dated.store, "https://robot.example.com/x")
    _, ticket = assign(dated, clock)
    worker = FieldDevice(dated, dated.worker_id, clock)
    worker.do("accepted", ticket)
    assert look(dated.store, clock.now + 9 * MINUTE) == []
    assert look(dated.store, clock.now + 11 * MINUTE) == [NOT_ON_SITE]
    _, other = assign(dated, clock)
    worker.do("accepted", other)
    worker.do("arrived", other)
    assert look(dated.store, clock.now + 12 * MINUTE) == []


def test_an_overdue_key_a_broken_promise_and_a_silent_phone_are_told(dated: Estate, clock: Clock) -> None:
    put(dated.store, "https://robot.example.com/x")
    steward = FieldDevice(dated, dated.steward_id, clock)
    key, visit = ("thing", str(uuid7())), ("visit", str(uuid7()))
    kept = {"pieces": 1, "condition": "good", "thing_kind": "key", "name": "门钥匙", "given_by": "张伟", "rack": "A-1"}
    steward.do("entrusted", key, kept | dated.home | {"capacity": "self", "purpose": "看房", "until": "2026-11-20"})
    promise = [{"what": "换灯", "until": "2026-11-20"}]
    steward.do(
        "visited", visit, {**dated.home, "occasion": "monthly", "met": True, "met_name": "张", "promises": promise}
    )
    with dated.store.write() as connection:
        connection.execute(
            tables.devices.update().where(tables.devices.c.id == steward.id).values(seen_at=moment(clock.now))
        )
    assert look(dated.store, clock.now + HOUR) == []
    assert sorted(look(dated.store, clock.now + DAY)) == [KEY, PROMISE]
    assert look(dated.store, clock.now + 3 * DAY + MINUTE) == [SILENT]
    silent = next(row for row in rows(dated.store) if row["cause"] == SILENT)
    assert silent["number"] == steward.id[-4:] and look(dated.store, clock.now + 4 * DAY) == []


def test_what_ran_out_before_there_was_a_channel_is_not_told(small: Estate, clock: Clock) -> None:
    assign(small, clock)
    clock.now += HOUR
    put(small.store, "https://robot.example.com/x")
    assert look(small.store, clock.now + HOUR) == []


# -- robots that misbehave -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (NO, "机器人没有收下：93000"),
        (Says(404, "no such page"), "对方回答 404"),
        (Says(200, "<html>"), "看不懂"),
        (Says(302, headers={"Location": "http://127.0.0.1:9/elsewhere"}), "对方回答 302"),
        (Says(hangs=True), "秒内没有回答"),
    ],
)
def test_what_a_robot_refuses_is_told_without_its_secret_and_sent_later(
    says: Says,
    why: str,
    small: Estate,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    with Robot(says) as robot:
        channel = put(small.store, robot)
        write(small.store, causes(1))
        send(small.store, seconds=0.3)
        (row,) = rows(small.store)
        assert row["state"] == "waiting" and why in row["error"]["zh"] and row["tries"] == 1
        written = capsys.readouterr()
        told = json.dumps(row, default=str) + caplog.text + written.err + written.out + repr(channel) + channel.shown
        assert "9a7c" not in told
        send(small.store)
        assert len(robot.heard) == 1, "the channel pauses"
        clock.now += 2 * MINUTE
        send(small.store)
        assert states(small.store) == ["sent"]


def test_a_robot_that_cannot_be_reached_holds_nobody_up_and_is_given_up_after_a_day(
    small: Estate, clock: Clock
) -> None:
    put(small.store, "http://127.0.0.1:9/nobody?key=9a7c")
    write(small.store, causes(2))
    for _ in range(60):
        send(small.store, seconds=0.5)
        clock.now += HOUR
        if states(small.store) == ["given_up"] * 2:
            break
    assert states(small.store) == ["given_up"] * 2 and 24 <= sum(row["tries"] for row in rows(small.store)) <= 30
    assert "连不上" in rows(small.store)[0]["error"]["zh"]


def test_too_often_waits_as_long_as_the_other_side_says(small: Estate, clock: Clock) -> None:
    with Robot(Says(429, "", {"Retry-After": "600"})) as robot:
        put(small.store, robot)
        write(small.store, causes(1))
        send(small.store)
        clock.now += 9 * MINUTE
        send(small.store)
        assert len(robot.heard) == 1
        clock.now += 2 * MINUTE
        send(small.store)
        assert states(small.store) == ["sent"]


def test_ten_thousand_causes_at_once_are_one_digest_and_lose_nothing(dated: Estate, clock: Clock) -> None:
    with Robot() as robot:
        put(dated.store, robot)
        for _ in range(2):
            write(dated.store, causes(10_000))
        assert len(rows(dated.store)) == 10_000
        write(dated.store, [Cause(MAJOR, "major:1", ("matter", "m"), urgent=True)])
        send(dated.store)
    urgent, digest = heard(robot)
    assert "重大投诉" in urgent and "10000 条消息：新派单 10000" in digest and "另有 99" in digest
    assert len(digest.encode()) <= 2_048 and set(states(dated.store)) == {"sent"}


def test_what_may_not_be_joined_goes_out_twenty_a_minute(small: Estate, clock: Clock) -> None:
    with small.store.write() as connection:
        rules.put(connection, Rule("assigned", ASSIGNED, "assignee", digest=False), clock.now)
    with Robot() as robot:
        put(small.store, robot)
        write(small.store, causes(50))
        for minute, told in enumerate((20, 40, 50)):
            clock.now = MORNING + minute * (MINUTE + 1)
            send(small.store)
            send(small.store)
            assert len(robot.heard) == told


def test_a_server_killed_between_sending_and_noting_repeats_once_and_then_says_it_is_not_sure(
    dated: Estate, clock: Clock
) -> None:
    put(dated.store, "https://robot.example.com/x")
    write(dated.store, causes(1))
    taken = []
    for _ in range(4):
        with dated.store.write() as connection:
            taken.append(outbox.take(connection, "group", clock.now))
        with dated.store.write() as connection:
            assert outbox.take(connection, "group", clock.now + outbox.LEASE - 1) is None
        clock.now += outbox.LEASE
    assert [one is not None for one in taken] == [True, True, False, False]
    assert states(dated.store) == ["unsure"] and "可能已经发出" in rows(dated.store)[0]["error"]["zh"]


def test_of_two_processes_one_sends(dated: Estate, clock: Clock) -> None:
    with Robot() as robot:
        put(dated.store, robot)
        write(dated.store, causes(8))
        other = Store(dated.store.database.url.render_as_string(hide_password=False), dated.store.files, clock)

        async def both() -> None:
            async with anyio.create_task_group() as group:
                group.start_soon(Sending(dated.store).once)
                group.start_soon(Sending(other).once)

        anyio.run(both)
        other.close()
    assert len(heard(robot)) == len(set(heard(robot))) == 8


# -- each kind of channel --------------------------------------------------------------------


def test_a_webhook_is_signed_over_time_and_body_and_names_no_person(small: Estate, clock: Clock) -> None:
    secret = "s" * 32
    with Robot() as robot:
        put(small.store, f"{robot.url}/hook", "webhook", secret=secret)
        assign(small, clock)
        send(small.store)
    (one,) = robot.heard
    at = one.headers["X-Shangmen-Timestamp"]
    assert one.headers["X-Shangmen-Signature"] == senders.signature(secret, at, one.body)
    said = json.loads(one.body)
    assert said["messages"][0]["number"] == "20261120-001" and "staff_id" not in said["messages"][0]
    assert "单丽" not in one.body.decode() and "13800001111" not in one.body.decode()


@pytest.mark.parametrize(
    ("kind", "secret", "text_of", "signed"),
    [
        ("dingtalk", "SEC1234567890", lambda heard: json.loads(heard.body)["text"]["content"], "sign="),
        ("feishu", "SEC1234567890", lambda heard: json.loads(heard.body)["content"]["text"], ""),
    ],
)
def test_robots_of_dingtalk_and_feishu_get_what_they_want(
    kind: str, secret: str, text_of: Callable[[Any], str], signed: str, small: Estate
) -> None:
    with Robot() as robot:
        put(small.store, robot, kind, secret=secret)
        write(small.store, causes(1))
        send(small.store)
    (one,) = robot.heard
    assert text_of(one).startswith("【上门】新派单") and signed in one.path
    assert kind != "feishu" or json.loads(one.body)["sign"]


def test_apprise_sends_to_all_it_knows_and_tells_what_it_cannot(small: Estate, clock: Clock) -> None:
    with Robot(Says(403)) as robot:
        put(small.store, robot.url.replace("http://", "json://me:9a7c-secret@"), "apprise")
        write(small.store, causes(1))
        send(small.store)
        (row,) = rows(small.store)
        assert "403" in row["error"]["zh"] and "9a7c" not in json.dumps(row, default=str)
        clock.now += 2 * MINUTE
        send(small.store)
        assert states(small.store) == ["sent"] and "新派单" in json.loads(robot.heard[-1].body)["message"]


def test_sms_goes_to_phones_of_the_staff_list_and_is_refused_where_there_are_none(small: Estate, clock: Clock) -> None:
    settings = {"method": "POST", "headers": {"X-Key": "k"}, "body": '{"to": "{phone}", "say": "{text}"}'}
    with Robot() as robot:
        with pytest.raises(Problem, match="nobody on the staff list has a phone number"):
            put(small.store, robot, "sms", settings=settings)
        with small.store.write() as connection:
            s = tables.staff
            connection.execute(s.update().where(s.c.id == small.worker_id).values(phone="13900002222"))
        put(small.store, robot, "sms", settings=settings)
        assign(small, clock)
        write(small.store, [Cause(MAJOR, "major:1", ("matter", "m"), urgent=True)])
        send(small.store)
    (one,) = robot.heard
    said = json.loads(one.body)
    assert said["to"] == "13900002222" and "新派单" in said["say"] and one.headers["X-Key"] == "k"
    assert {row["cause"]: row["state"] for row in rows(small.store)} == {ASSIGNED: "sent", MAJOR: "given_up"}


# -- rules ------------------------------------------------------------------------------------


@given(st.integers(0, 23), st.integers(0, 23), st.integers(0, 24 * 60 - 1))
def test_quiet_hours_hold_a_message_until_they_end_and_urgent_ones_pass(begins: int, ends: int, minute: int) -> None:
    rule = Rule("r", ASSIGNED, "assignee", quiet_from=f"{begins:02}:00", quiet_until=f"{ends:02}:00")
    now = at_china(date(2026, 11, 20), 0) + minute * MINUTE
    hour = minute // 60
    quiet = begins <= hour < ends if begins <= ends else hour >= begins or hour < ends
    ready = rule.ready_at(now, urgent=False)
    assert (ready > now) == quiet and rule.ready_at(now, urgent=True) == now and ready - now <= DAY
    if quiet:
        assert to_china(ready).hour == ends and to_china(ready).minute == 0


def test_a_message_of_the_night_waits_for_the_morning(small: Estate, clock: Clock) -> None:
    clock.now = at_china(date(2026, 11, 20), 23)
    with Robot() as robot:
        put(small.store, robot)
        write(small.store, [Cause(KEY, "key:1", ("thing", "t"))])
        send(small.store)
        assert not robot.heard
        clock.now = at_china(date(2026, 11, 21), 8)
        send(small.store)
        assert len(robot.heard) == 1


def quiet_for_all(store: Store) -> None:
    """Have every rule wait for the morning."""
    with store.write() as connection:
        for rule in rules.STANDARD:
            rules.put(connection, replace(rule, quiet_from="20:00", quiet_until="08:00"), 0)


def ended(store: Store) -> dict[str, str]:
    return {row["cause"]: row["state"] for row in rows(store)}


def by_a_door_card(estate: Estate) -> tuple[str, str]:
    """A resident's request (X)."""
    home = estate.home
    door = Door("H00000000", home["unit_id"], home["building_id"], home["address"], "", "", "")
    ask(estate.store, door, Asked(str(uuid7()), "help"), "192.0.2.1")
    with estate.store.read() as connection:
        return "matter", connection.execute(select(door_requests.c.matter_id)).scalar_one()


def test_what_was_settled_during_quiet_hours_is_not_sent_and_what_was_not_is(dated: Estate, clock: Clock) -> None:
    clock.now = at_china(date(2026, 11, 20), 23)
    quiet_for_all(dated.store)
    people = (dated.steward_id, dated.worker_id, "staff-boss")
    steward, worker, boss = (FieldDevice(dated, one, clock) for one in people)
    with Robot() as robot:
        put(dated.store, robot)
        _, ticket = assign(dated, clock)
        _, late = assign(dated, clock)
        worker.do("accepted", late)
        _, open_one = assign(dated, clock)
        key, visit, matter = ("thing", str(uuid7())), ("visit", str(uuid7())), ("matter", str(uuid7()))
        kept = {"pieces": 1, "condition": "good"}
        named = kept | {"thing_kind": "key", "name": "门钥匙", "given_by": "张伟", "rack": "A-1", "capacity": "self"}
        steward.do("entrusted", key, named | dated.home | {"purpose": "看房", "until": "2026-11-20"})
        promised = {"promises": [{"what": "换灯", "until": "2026-11-20"}]}
        steward.do("visited", visit, dated.home | promised | {"occasion": "monthly", "met": True, "met_name": "张"})
        with dated.store.write() as connection:
            seen = tables.devices.update().where(tables.devices.c.id == steward.id)
            connection.execute(seen.values(seen_at=moment(clock.now - 3 * DAY + HOUR)))
        clock.now += 90 * MINUTE
        classed = {"nature": "service", "weight": "major", "valid": True, "promised_at": clock.now + DAY}
        said = {"class": "complaint", "channel": "phone", "content": "吵", "contact_name": "张伟", "contact_phone": "1"}
        boss.do("matter_opened", matter, said | dated.home)
        boss.do("classed", matter, classed)
        boss.do("noted", matter)
        request = by_a_door_card(dated)
        event = ("case", str(uuid7()))
        worker.do("form_filled", event, openings()["case"][1] | {"form_id": "special_event"})
        look(dated.store, clock.now)
        assert ended(dated.store) == dict.fromkeys(CAUSES, "waiting")
        boss.do("request_confirmed", request, {"name": "张伟"})
        boss.do("case_ended", event, {"reason": "演练"})
        worker.do("accepted", ticket)
        for one in (ticket, late):
            worker.do("arrived", one)
        steward.do("given_back", key, kept | {"from_name": "A-1", "to_name": "张伟", "capacity": "self"})
        steward.do("promise_settled", visit, {"index": 0, "outcome": "换好了"})
        with dated.store.write() as connection:
            connection.execute(seen.values(seen_at=moment(clock.now)))
        clock.now = at_china(date(2026, 11, 21), 8)
        send(dated.store)
    told = [(row["subject_id"] == open_one[1], row["state"]) for row in rows(dated.store)]
    assert set(told) == {(True, "sent"), (False, "unneeded")} and len(robot.heard) == told.count((True, "sent"))


def test_what_somebody_else_was_given_meanwhile_is_told_to_them_alone(small: Estate, clock: Clock) -> None:
    clock.now = at_china(date(2026, 11, 20), 23)
    quiet_for_all(small.store)
    other = small.add_staff("other", "repair_worker")
    with Robot() as robot:
        put(small.store, robot)
        desk, ticket = assign(small, clock)
        clock.now += MINUTE
        desk.do("assigned", ticket, {"worker_id": other})
        clock.now = at_china(date(2026, 11, 21), 8)
        send(small.store)
    told = {row["staff_id"]: row["state"] for row in rows(small.store) if row["cause"] == ASSIGNED}
    assert told == {small.worker_id: "unneeded", other: "sent"}


def test_the_log_says_within_a_minute_that_a_held_message_is_not_needed(small: Estate, clock: Clock) -> None:
    clock.now = at_china(date(2026, 11, 20), 23)
    quiet_for_all(small.store)
    put(small.store, "https://robot.example.com/x")
    _, ticket = assign(small, clock)
    FieldDevice(small, small.worker_id, clock).do("accepted", ticket)
    send(small.store)
    assert states(small.store) == ["unneeded"]


def test_many_that_were_settled_are_ended_at_once_and_leave_the_minute_to_others(small: Estate, clock: Clock) -> None:
    with Robot() as robot:
        put(small.store, robot, per_minute=1)
        _, ticket = assign(small, clock)
        FieldDevice(small, small.worker_id, clock).do("accepted", ticket)
        settled = [Cause(ASSIGNED, f"assigned:x{n}", ticket, urgent=True) for n in range(250)]
        write(small.store, [*settled, *causes(1)])
        with small.store.write() as connection:
            batch = outbox.take(connection, "group", clock.now)
    assert batch is not None and [row["subject_id"] for row in batch.rows] == ["ticket-0"]
    assert states(small.store).count("unneeded") == 251


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"cause": "nothing"}, "one of assigned"),
        ({"whom": "nobody"}, "one of assignee"),
        ({"minutes": -1}, "0 to"),
        ({"quiet_from": "8:00", "quiet_until": "09:00"}, "write it like 20:00"),
        ({"quiet_from": "20:00"}, "say both"),
    ],
)
def test_a_rule_that_says_nothing_sensible_is_refused(wrong: dict[str, Any], why: str, lite: Estate) -> None:
    with pytest.raises(Problem, match=why), lite.store.write() as connection:
        rules.put(connection, replace(rules.STANDARD[0], **wrong), 0)


def test_every_cause_has_a_standard_rule() -> None:
    assert {rule.cause for rule in rules.STANDARD} == set(CAUSES)


# -- the command line and the desk ------------------------------------------------------------


def test_the_command_line_sets_up_shows_and_tests_without_secrets(
    small: Estate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(console, "open_store", lambda settings: small.store)
    monkeypatch.setattr(small.store, "close", lambda: None)

    def run(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(cli.app, ["news", *words])
        assert done.exit_code == code, done.output
        return done.output

    with Robot(Says(), NO) as robot:
        run("channel", "add", "值班群", "wecom", "--address", f"{robot.url}/send?{SECRET}")
        shown = run("channel", "list")
        assert "值班群" in shown and "9a7c" not in shown
        assert "已发出" in run("channel", "test", "值班群")
        assert "93000" in run("channel", "test", "值班群", code=1)
        run("rules", "set", "not-accepted", "--minutes", "8", "--quiet", "22:00-07:00", "--channel", "值班群")
        assert "8 min" in run("rules", "show") and "22:00–07:00" in run("rules", "show")
        run("rules", "set", "not-accepted", "--standard")
        assert "5 min" in run("rules", "show")
        run("rules", "set", "x", "--channel", "没有", code=1)
        write(small.store, causes(1))
        assert "等待发送 waiting" in run("log")
        assert "1 条没发的消息" in run("channel", "remove", "值班群")
        assert "没有渠道" in run("channel", "test", "值班群", code=1)
    kept = tmp_path / "address"
    kept.write_text("https://erp.example.com/hook\n", "utf-8")
    run("channel", "add", "erp", "webhook", "--address", f"@{kept}-none", code=2)
    made = run("channel", "add", "erp", "webhook", "--address", f"@{kept}")
    secret = made.split("：")[1].split()[0]
    assert len(secret) >= 32 and secret not in run("channel", "list")
    mail = ["--host", "smtp.example.com", "--user", "news@example.com", "--secret", f"@{kept}"]
    run("channel", "add", "邮箱", "mail", *mail, "--to", "王工", code=1)
    assert "smtp.example.com:465" in run("channel", "add", "邮箱", "mail", *mail, "--to", "a@example.com")


def test_who_runs_the_estate_sees_what_was_sent_without_secrets_and_tests_a_channel(live: LiveServer) -> None:
    live.add_staff("boss", "admin")
    live.add_staff("desk", "desk")
    boss, desk = (FieldDevice(live, f"staff-{name}").token for name in ("boss", "desk"))

    def ask(token: str, method: str, path: str, **more: Any) -> requests.Response:
        head = {"Authorization": f"Bearer {token}"}
        return requests.request(method, f"{live.url}{path}", headers=head, timeout=30, **more)

    with Robot(Says(404), Says()) as robot:
        put(live.store, robot)
        write(live.store, causes(1))
        seen = ask(boss, "GET", "/v1/news")
        assert seen.status_code == 200 and "9a7c" not in seen.text
        assert seen.json()["channels"][0]["shown"] == "http://127.0.0.1/…"
        assert seen.json()["messages"][0]["state"] == "waiting" and len(seen.json()["rules"]) == 10
        tried = [ask(boss, "POST", "/v1/news/test", json={"channel": "group"}).json() for _ in range(2)]
        assert tried[0]["why"]["zh"] == "对方回答 404" and tried[1] == {"sent": True, "why": {}}
    assert ask(desk, "GET", "/v1/news").status_code == 403
    assert ask(desk, "POST", "/v1/news/test", json={"channel": "group"}).status_code == 403
    assert ask(boss, "POST", "/v1/news/test", json={"channel": "none"}).status_code == 404


def test_the_task_runs_with_the_server_and_ends_with_it(small: Estate) -> None:
    with Robot() as robot:
        put(small.store, robot)
        write(small.store, causes(1))

        async def a_while() -> None:
            with suppress(TimeoutError), anyio.fail_after(10):
                async with anyio.create_task_group() as group:
                    group.start_soon(Sending(small.store, pace=Pace(waiting=0.01)).run)
                    while states(small.store) != ["sent"]:
                        await anyio.sleep(0.01)
                    group.cancel_scope.cancel()

        anyio.run(a_while)
    assert states(small.store) == ["sent"]
    with small.store.read() as connection:
        assert connection.scalar(select(news_channels.c.failures)) == 0
