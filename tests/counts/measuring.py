"""What each screen takes on the demo estate, in numbers that are the same on every machine.

One person with every role opens each screen over 今日, on a phone that has pulled three weeks of the estate's past; the
evening's round is a steward's, who owes visits, and what was handed over on it.
Counted is what happens until the screen is drawn and the server has answered what it asked: a list's rows out of sight,
what clocks change later and what a sync brings come after that.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import uuid
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgpack
import pytest
from flet.controls import id_counter
from sqlalchemy import event

from app.actions import Phone, Session
from app.actions.models import TicketForm, VisitForm
from app.actions.rounds import MONTHLY
from app.domain.times import DAY, MINUTE, at_china
from app.sync.transport import Request, RequestsTransport, Response
from app.ui import router
from app.ui.context import drafts, ui
from app.ui.kit import lists
from app.ui.screens.today import page as today
from sync_server.estate.workbook import read_workbook
from sync_server.settings import Settings
from sync_server.store.estate.importing import import_estate
from sync_server.store.people import accounts, join_codes
from tests.support import every_screen
from tests.support.archive import papers
from tests.support.screens import Seen, screens
from tests.support.server import LiveServer
from tools.demo.estate import DEMO_PASSWORD, write_demo_workbook
from tools.demo.history import play_history

TODAY: Final = date(2026, 11, 21)
NOW: Final = at_china(TODAY, 10, 30)
DAYS: Final = 20
"""How much of the past is played: all of its 60 days take a quarter of a minute."""
WHO, DESK, WORKER, LEFT, WALKER = "zhengyu", "wuting", "wangqiang", "lijun", "liufang"
ROUND, GIFT = "/round", "/visit/{subject_id}/amend/{entry_id}"
"""What a steward's phone is counted on."""
HOME: Final = "5栋1单元201"
NEVER_S: Final = 3600.0
NOTHING: Final = frozenset(("nothing-here", "needs-network", "went-wrong", "leave", "round-none"))
"""What a screen shows that has nothing to show: then nothing was counted."""


@dataclass(frozen=True)
class Counts:
    """What one screen takes."""

    selects: int
    """SELECT statements on the phone's database."""
    transactions: int
    """Transactions on it, for reading and for writing."""
    controls: int
    """Controls sent to the client."""
    bytes: int
    """Bytes sent to the client."""


NAMES: Final = tuple(field.name for field in fields(Counts))


def measure(folder: Path) -> dict[str, Counts]:
    """Count every screen of the app, by its route; `folder` is empty. Takes a quarter of a minute."""
    workbook = folder / "demo.xlsx"
    write_demo_workbook(workbook, today=TODAY)
    estate = read_workbook(workbook)
    server = LiveServer(
        f"sqlite:///{(folder / 'server.db').as_posix()}",
        folder / "server",
        now=lambda: NOW,
        settings=Settings(public_url="https://liyuan.example"),
    )
    import_estate(server.store, estate)
    play_history(server.store, estate, now=NOW, days=DAYS)
    staff = {person.login: person for person in estate.staff}
    with server.store.numbered() as write:
        for login, held in ((WHO, every_screen.ROLES), (LEFT, ())):
            one = staff[login]
            accounts.put_staff(
                write, staff_id=one.id, number=one.number, name=one.name, login=login, held=held, active=bool(held)
            )
    every_screen.publish_and_withdraw(server.store)
    every_screen.have_a_route(server.store)
    every_screen.have_a_handbook(server.store)
    with server, _at_rest():
        found = asyncio.run(_walk(folder, server.url, staff[WORKER].id))
        # After all else, for it waits on several pages.
        matter = every_screen.ask_at_the_door(server.store)
        return found | asyncio.run(_request(folder / "request", server.url, matter))


LAST_ID: Final = "ffffffff-ffff-4fff-bfff-ffffffffffff"


@contextmanager
def _at_rest() -> Iterator[None]:
    """What the app does some time after a screen was drawn is not done; what it draws in bursts is drawn each time.

    Every control's number is as long as any other's, whatever this process drew before, and one-time codes the same.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lists, "FILL_S", NEVER_S)
        patch.setattr(today, "FOLLOW_S", NEVER_S)
        patch.setattr(drafts, "REST_S", NEVER_S)
        patch.setattr(ui, "CALM_S", 0)
        patch.setattr(join_codes, "secrets", random.Random(1))
        patch.setattr(id_counter.ControlId, "_counter", itertools.count(1_000_000))
        # A page's number is part of its key: never a digit longer because more screens were looked at before it.
        patch.setattr(router, "_serial", itertools.cycle(range(1, 100)))
        yield


class _Line:
    """HTTP that says whether an answer is on its way."""

    def __init__(self, url: str) -> None:
        self._real = RequestsTransport(url)
        self.waiting = 0
        self.slow = False
        """Whether a sync never ends, as far as anybody waits for it."""

    async def send(self, request: Request) -> Response:
        """Send as a phone does."""
        if self.slow and request.path == "/v1/sync":
            await asyncio.sleep(NEVER_S)
        self.waiting += 1
        try:
            return await self._real.send(request)
        finally:
            self.waiting -= 1


def _ids(whose: str) -> Callable[[], str]:
    """What makes ids: the same each time, for what stands in their order where all else is the same."""
    return (str(uuid.uuid5(uuid.NAMESPACE_OID, f"{whose} {n}")) for n in itertools.count()).__next__


def _phone(folder: Path, url: str, login: str, lines: list[_Line]) -> Phone:
    def line(url: str) -> _Line:
        lines.append(_Line(url))
        return lines[-1]

    return Phone(folder / login, url, line, lambda: NOW, _ids(login))


async def _walk(folder: Path, url: str, worker: str) -> dict[str, Counts]:
    lines: list[_Line] = []
    phone, other = (_phone(folder, url, login, lines) for login in (WHO, DESK))
    try:
        session = await phone.sign_in(WHO, DEMO_PASSWORD)
        elsewhere = await other.sign_in(DESK, DEMO_PASSWORD)
        paths = await _prepare(session, elsewhere, worker)
        for one in lines:
            one.slow = True
        looker = _Looker(session, lines)
        found = {"/": await looker.first()}
        async with screens(session, "/") as seen:
            await looker.rest(seen)
            for route, path in paths.items():
                if route not in ("/", ROUND, GIFT):
                    found[route] = await looker.at(seen, path)
                    await _fill_in(seen, route)
                    await _home(seen, looker)
            found |= await _savings(seen, looker, session, paths)
    finally:
        phone.close()
        other.close()
    return found | await _round(folder, url)


async def _round(folder: Path, url: str) -> dict[str, Counts]:
    """A steward's round, before it begins and under way, and a gift that is corrected.

    Last of all, for one more phone is one more on the list of phones.
    """
    lines: list[_Line] = []
    phone = _phone(folder, url, WALKER, lines)
    try:
        session = await phone.sign_in(WALKER, DEMO_PASSWORD)
        await session.sync_now()
        lines[0].slow = True
        looker = _Looker(session, lines)
        async with screens(session, "/") as seen:
            await looker.rest(seen)
            found = {ROUND: await looker.at(seen, ROUND)}
            await _home(seen, looker)
            begun = await session.rounds.begin(MONTHLY, "")
            assert begun is not None
            found["a round under way"] = await looker.at(seen, ROUND)
            await _home(seen, looker)
            given = VisitForm(session.new_id(), begun.order[0], "festival", met_name="张伟", gift="月饼一盒")
            gift = (await session.visits.record(given)).entries[1].id
            await looker.rest(seen)
            found[GIFT] = await looker.at(seen, f"/visit/{given.visit_id}/amend/{gift}")
            return found
    finally:
        phone.close()


async def _request(folder: Path, url: str, matter: str) -> dict[str, Counts]:
    """What a resident asked by the card at their door, called back about or found to be nothing."""
    lines: list[_Line] = []
    phone = _phone(folder, url, WHO, lines)
    try:
        session = await phone.sign_in(WHO, DEMO_PASSWORD)
        await session.sync_now()
        lines[0].slow = True
        looker = _Looker(session, lines)
        found = {}
        async with screens(session, "/") as seen:
            await looker.rest(seen)
            for page in ("confirm", "dismiss"):
                found[f"/matter/{{matter_id}}/{page}"] = await looker.at(seen, f"/matter/{matter}/{page}")
                await _home(seen, looker)
        return found
    finally:
        phone.close()


async def _home(seen: Seen, looker: _Looker) -> None:
    """Back to 今日."""
    while seen.router.can_go_back:
        seen.router.back()
    await looker.rest(seen)


async def _savings(seen: Seen, looker: _Looker, session: Session, paths: dict[str, str]) -> dict[str, Counts]:
    """What saving takes, with all that is drawn anew for it."""
    door = paths["/household/{household_id}"]
    home = door.rpartition("/")[2]
    # Tomorrow, so that it does not stand on 今日 under its page among what is urgent.
    form = TicketForm("门铃不响", household_id=home, appointment_at=NOW + DAY + 5 * MINUTE)
    ticket = (await session.tickets.open(form, assign_to=session.profile.staff_id)).subject_id
    await seen.go(f"/ticket/{ticket}")
    await looker.rest(seen)
    found = {"accepting a repair": await looker.of(seen, seen.tap("main-action"))}
    assert session.tickets.view(ticket).state.accepted_at == NOW
    await _home(seen, looker)
    await seen.go(door)
    await looker.rest(seen)
    # All here is of one moment and stands in the order of ids: this one last, however many were given out before.
    visit = VisitForm(LAST_ID, home, met_name="张伟", met_capacity="self")
    return found | {"writing a visit down": await looker.of(seen, session.visits.record(visit))}


async def _prepare(session: Session, elsewhere: Session, worker: str) -> dict[str, str]:
    """Something for each screen: the path of each route."""
    await session.sync_now()
    await elsewhere.sync_now()
    home = session.doors.find(HOME)[0].household.id
    paths = {
        **await every_screen.plain(session, home),
        **await every_screen.tickets(session, home),
        **await every_screen.visits(session, home),
        **await every_screen.keys(session, elsewhere, home, worker),
        **await every_screen.places(session),
        **await every_screen.register(session),
        **await every_screen.news(session),
        **await every_screen.matters(session, home),
        **await every_screen.jobs(session, home),
        **await every_screen.follow_ups(session, home),
        **await every_screen.duties(session, home),
        **await every_screen.owed(session, home),
        **every_screen.WALKS,
        **await papers(session, elsewhere),
        **await every_screen.analyses(session),
        **await every_screen.handbook(session),
        **await every_screen.forms(session, elsewhere),
        **every_screen.letters(),
        **await every_screen.survey(session, home),
        **every_screen.archives(home),
    }
    status = await session.sync_now()
    assert not (status.waiting or status.refused or status.problem), session.unsent()
    return paths


async def _fill_in(seen: Seen, route: str) -> None:
    """What the signing page after a form needs."""
    if route == "/visit/new/{household_id}":
        await seen.tap("met-0")
    elif route == "/follow-up/{follow_up_id}/ask":
        for choice in ("way-door", "who-0", "satisfied-yes", "settled-yes"):
            await seen.tap(choice)
    elif route == "/follow-ups/letter":
        await seen.type("letter-text", "统一答复")
    elif route == "/key/{thing_id}/step/{kind}":
        await seen.tap("main-action")
    elif route == "/keys/new/{kind}":
        await seen.type("name", "雨伞")
        await seen.type("rack", "A-01")
        await seen.tap("main-action")


_AWAITED: Final = {"waiting", "verify-asking"}
"""What says on a screen that an answer is awaited."""


class _Looker:
    """Counts what opening a screen takes."""

    def __init__(self, session: Session, lines: list[_Line]) -> None:
        self._session = session
        self._lines = lines
        self._selects = self._transactions = 0
        event.listen(session.store.file.engine, "before_cursor_execute", self._heard)

    def _heard(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self._selects += statement.lstrip("( \n").startswith(("SELECT", "WITH"))
        self._transactions += statement.startswith("BEGIN")

    async def first(self) -> Counts:
        """今日, as the first screen of a window."""
        self._begin()
        async with screens(self._session, "/") as seen:
            await self.rest(seen)
            return self._counts(seen.packed)

    async def at(self, seen: Seen, path: str) -> Counts:
        """A screen opened over the one that is shown, on a phone that did not read its records since it started."""
        found = await self.of(seen, seen.go(path))
        assert seen.path == path, f"{path} led to {seen.path}"
        return found

    async def of(self, seen: Seen, act: Coroutine[Any, Any, object]) -> Counts:
        """What somebody does, with all that is drawn for it."""
        self._begin()
        before = len(seen.packed)
        await act
        await self.rest(seen)
        return self._counts(seen.packed[before:])

    async def rest(self, seen: Seen) -> None:
        """Wait until all is drawn, no answer is on its way, and nothing on the screen says that one is awaited.

        On a busy machine a screen asks only after it has come to rest once.
        """
        await seen.rest()
        while any(line.waiting for line in self._lines) or _AWAITED & set(seen.ids()):
            await asyncio.sleep(0.005)
            await seen.rest()

    def _begin(self) -> None:
        self._session.store._states.clear()
        self._session.store._drawings = -1, {}
        self._selects = self._transactions = 0

    def _counts(self, messages: list[bytes]) -> Counts:
        said = [msgpack.unpackb(message, strict_map_key=False) for message in messages]
        controls = list(_controls(said))
        nothing = NOTHING & {control.get("identifier") for control in controls}
        assert not nothing, f"a screen with nothing on it: {nothing}"
        return Counts(self._selects, self._transactions, len(controls), sum(map(len, messages)))


def _controls(said: Any) -> Iterator[dict[str, Any]]:
    """The controls in messages or parts of them: objects with a number and a type."""
    if isinstance(said, dict):
        if "_i" in said and "_c" in said:
            yield said
        said = list(said.values())
    if isinstance(said, list):
        for part in said:
            yield from _controls(part)
