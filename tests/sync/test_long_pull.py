"""A pull of many pages is quiet: how often screens are told to read anew, and what they are told at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from app.actions.session import Session
from app.domain.wire.entries import Entry
from app.store.news import Change
from app.sync.long_pull import Pull
from app.sync.transport import Request
from tests.actions.phones import DESK, NOON, WORKER, Clock, phone_of, uid
from tests.sync.small_server import Line, SmallServer, lost

PAGES = 40
Made = tuple[Session, Line]


def ticket(name: str, n: int) -> Entry:
    body = {"ticket_kind": "job", "address": "3栋", "content": name, "requested_at": NOON, "channel": "door"}
    return Entry(uid(name, n), "ticket_opened", "ticket", uid("t", name, n), body, WORKER, "", 0, NOON)


@pytest.fixture
def phone(tmp_path: Path) -> Callable[[], Made]:
    """A phone that has pulled nothing, and its line to a server with `PAGES` pages for it."""
    server = SmallServer(page=5)

    def line(who: str) -> Line:
        return server.line(f"token-{who}", who, uid("device", tmp_path, who))

    def make() -> Made:
        office = phone_of(tmp_path, DESK, Clock(), line(DESK))
        office.store.save([ticket("n", n) for n in range(server.page * PAGES)])
        asyncio.run(office.sync_now())
        mine = line(WORKER)
        return phone_of(tmp_path, WORKER, Clock(), mine, known=False), mine

    return make


def hears(session: Session) -> list[Change]:
    """What is told of the store from now on; sync's own starting and ending is not in it."""
    told: list[Change] = []
    session.store.subscribe(told.append)
    return told


def count(session: Session) -> int:
    return sum(bool(session.store.entries("ticket", uid("t", "n", n))) for n in range(PAGES * 5))


def test_a_pull_of_many_pages_is_told_few_times_and_all_of_it_in_the_end(phone: Callable[[], Made]) -> None:
    session, line = phone()
    told = hears(session)
    asyncio.run(session.sync_now())
    assert len(line.server.requests) > PAGES
    assert len(told) == 4, "after 1, 4 and 16 pages, and at the end"
    assert len(frozenset().union(*(change.subjects for change in told))) == PAGES * 5 == count(session)


def test_how_far_it_is_is_known_page_by_page_and_asked_of_the_server_once(phone: Callable[[], Made]) -> None:
    session, line = phone()
    asked: list[bool] = []
    line.server.handle = _noting(line.server, asked)  # type: ignore[method-assign, assignment]
    seen: list[Pull | None] = []
    session.subscribe_pull(lambda: seen.append(session.pull))
    asyncio.run(session.sync_now())
    assert asked.count(True) == 1
    assert seen[:2] == [Pull(5, None), Pull(10, PAGES * 5)] and seen[-2:] == [Pull(PAGES * 5, PAGES * 5), None]


def _noting(server: SmallServer, asked: list[bool]) -> Callable[[Request], object]:
    handle = server.handle

    def noting(request: Request) -> object:
        asked.append(b'"count": true' in (request.body or b"") or b'"count":true' in (request.body or b""))
        return handle(request)

    return noting


def test_an_older_server_says_nothing_of_a_whole(phone: Callable[[], Made]) -> None:
    session, line = phone()
    line.server.counts = False
    seen: list[Pull | None] = []
    session.subscribe_pull(lambda: seen.append(session.pull))
    asyncio.run(session.sync_now())
    assert seen[-2] == Pull(PAGES * 5, None)


def test_what_is_saved_meanwhile_is_told_at_once(phone: Callable[[], Made]) -> None:
    session, line = phone()
    told = hears(session)
    mine: list[Change] = []

    def save(_request: Request) -> None:
        before = len(told)
        session.store.save([ticket("mine", 0)])
        mine.extend(told[before:])

    line.before = [None] * 20 + [save]
    asyncio.run(session.sync_now())
    assert [change.subjects for change in mine] == [{("ticket", uid("t", "mine", 0))}]
    assert not session.unsent() and len(told) <= 7


def test_what_somebody_looks_at_is_told_when_it_comes(phone: Callable[[], Made]) -> None:
    session, line = phone()
    last = ("ticket", uid("t", "n", 29 * 5))  # on the 30th page, between two tellings
    session.in_view([last])
    seen_after: list[int] = []

    def note(change: Change) -> None:
        if last in change.subjects:
            seen_after.append(len(line.server.requests))

    session.store.subscribe(note)
    asyncio.run(session.sync_now())
    asked_office = len(line.server.requests) - PAGES
    assert seen_after and seen_after[0] - asked_office <= 32


def test_who_goes_to_another_screen_sees_what_has_come(phone: Callable[[], Made]) -> None:
    session, line = phone()
    told = hears(session)

    def go(_request: Request) -> None:
        before = len(told)
        session.show_what_came()
        assert len(told) == before + 1 and told[-1].subjects

    line.before = [None] * 20 + [go]
    asyncio.run(session.sync_now())
    assert session.sync_status().problem is None and len(told) == 5


def test_a_pull_that_breaks_off_shows_what_is_there_and_goes_on(phone: Callable[[], Made]) -> None:
    session, line = phone()
    told = hears(session)
    line.before = [None] * 10 + [lost]
    asyncio.run(session.sync_now())
    came = frozenset().union(*(change.subjects for change in told))
    assert session.pull is None and 0 < len(came) == count(session) < PAGES * 5
    seen: list[Pull | None] = []
    session.subscribe_pull(lambda: seen.append(session.pull))
    asyncio.run(session.sync_now())
    assert count(session) == PAGES * 5
    assert seen[-2] == Pull(PAGES * 5 - len(came), PAGES * 5 - len(came)), "what was there is not counted again"


def test_a_sync_of_one_page_is_told_as_ever(phone: Callable[[], Made]) -> None:
    session, line = phone()
    line.server.page = 1000
    told, seen = hears(session), list[Pull | None]()
    session.subscribe_pull(lambda: seen.append(session.pull))
    asyncio.run(session.sync_now())
    assert len(told) == 1 and seen == []
