"""A phone of a run: the real app below its screens, on a store that can be killed, copied, filled and lost."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from app.actions import Phone, Session
from app.domain.wire.entries import Entry
from app.domain.wire.errors import Problem
from app.store import PhoneStore, schema
from tests.sim.estate import PASSWORD, Person
from tests.sim.medium import Killed, Medium
from tests.sim.network import Line
from tests.sim.programs import NOW, running

if TYPE_CHECKING:
    from tests.sim.world import World

DAY = 86_400_000


class SimPhone:
    """One installation in ``folder``, with its process and its person."""

    def __init__(self, world: World, name: str, person: Person, folder: Path) -> None:
        self.world = world
        self.name = name
        self.person = person
        self.folder = folder
        self.version = NOW
        self.rng = random.Random(f"{world.seed}/phone/{name}")
        self.line = Line(self, random.Random(f"{world.seed}/line/{name}"))
        self.clock_off = 0
        """By how many ms its clock is ahead of the truth."""
        self.drift = 0.0
        """By how much its clock runs too fast: 1e-5 is a second a day."""
        self.clock_moved = False
        self.full = False
        self.saves_data = False
        """Whether whole photos wait for Wi-Fi."""
        self.app: Phone | None = None
        """The app's process, while it runs."""
        self.session: Session | None = None
        """Of who is signed in there."""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._unsure: list[Entry] = []

    # -- the process -----------------------------------------------------------------------

    def clock(self) -> int:
        """Return what this phone takes for the time, in ms."""
        now = self.world.now()
        return now + self.clock_off + int((now - self.world.began) * self.drift)

    def open(self) -> None:
        """Start the app's process; it is signed in as it was when it ended."""
        if self.app is not None:
            return
        self.medium = Medium()
        self.medium.full = self.full
        with running(self.version):
            self.app = Phone(
                self.folder, "http://server", lambda _: self.line, self.clock, lambda: str(self.world.ids.uuid7())
            )
            session = self.app.current()
        if session is not None:
            self._enter(session)

    def _enter(self, session: Session) -> None:
        self.session = session
        store = session.store
        self.medium.attach(store.file.engine)
        session.hold_photos_while(lambda: self.saves_data)
        _run_as(store, self)
        _tell_of_saves(store, self)
        for entry in store.saved([entry.id for entry in self._unsure]):
            self.world.saved(self, entry)  # the phone died while saving, but it had it
        self._unsure.clear()

    def kill(self) -> None:
        """End the process where it stands."""
        self.medium.dead = True
        for task in list(self._tasks):
            task.cancel()
        if self.session is not None:
            self.session.store.close()
        self.session = self.app = None

    def died(self) -> None:
        """Notice that the process ended, and start it again soon."""
        if self.session is not None:
            self.world.tell(f"{self.name}: killed")
            self.kill()
            self.world.later(2, self.open)

    def wipe(self) -> None:
        """Lose the app and all its data."""
        self.kill()
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        self._unsure.clear()

    def copy_to(self, folder: Path) -> None:
        """Copy the app's data, as a backup tool of the phone would."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)

    def update(self, version: int) -> None:
        """Install another version of the app over the data."""
        self.kill()
        self.version = version
        self.open()

    def set_full(self, full: bool) -> None:
        """Fill the phone's disk, or make room."""
        self.full = self.medium.full = full

    # -- what its person does --------------------------------------------------------------

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Let something go on in the phone's process until it ends or the process does."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, Killed):
            self.died()
        elif error is not None:
            self.world.broken(f"{self.name}: {type(error).__name__}: {error}", error)

    def sync(self) -> None:
        """Sync once, in the background."""
        if self.session is not None:
            self.start(self.session.engine.sync_now())

    async def sign_in(self) -> None:
        """Sign in with name and password."""
        self.open()
        assert self.app is not None
        try:
            session = await self.app.sign_in(self.person.login, PASSWORD, "http://server")
        except Problem as problem:
            self.world.tell(f"{self.name}: not signed in: {problem.name}")
            return
        self.world.tell(f"{self.name}: signed in")
        if self.session is None:
            self._enter(session)

    async def sign_out_and_in(self) -> None:
        """Sign out, and in again a little later."""
        assert self.app is not None
        told = await self.app.sign_out()
        self.world.tell(f"{self.name}: signed out{'' if told else ', nobody heard'}")
        await asyncio.sleep(self.rng.uniform(0, 5))
        await self.sign_in()

    async def do(self, verb: Coroutine[Any, Any, Any]) -> None:
        """Do something by one of the app's verbs that need no network; a verb may say no."""
        try:
            with running(self.version):
                await verb
        except Problem as problem:
            self.world.tell(f"{self.name}: not done: {problem.name}")

    def save(self, entries: list[Entry], attachments: dict[str, bytes]) -> None:
        """Save entries past the verbs, which would not make some of them."""
        assert self.session is not None
        try:
            self.session.store.save(entries, attachments)
        except Killed:
            self.died()
        except Problem as problem:
            self.world.tell(f"{self.name}: not saved: {problem.name}")

    # -- looking into it -------------------------------------------------------------------

    @contextmanager
    def peeking(self) -> Iterator[PhoneStore]:
        """Look into the store from outside the process: no kill happens meanwhile, and a dead one has its disk yet."""
        assert self.session is not None
        medium = self.medium
        planned, dead = medium.spare(), medium.dead
        medium.dead = False
        try:
            yield self.session.store
        finally:
            medium.resume(planned)
            medium.dead = dead

    def holds(self) -> set[str]:
        """Return the ids of all entries in the store; none when the app is not there."""
        if self.session is None:
            return set()
        with self.peeking() as store, store.file.read() as connection:
            return set(connection.scalars(select(schema.entries.c.id)))

    def has_blob(self, digest: str) -> bool:
        """Tell whether the phone has the bytes of a blob."""
        if self.session is None:
            return False
        with self.peeking() as store:
            return store.blob(digest) is not None


def _run_as(store: PhoneStore, phone: SimPhone) -> None:
    """Let all that a store does be done by the phone's version of the program."""
    write, read = store.file.write, store.file.read

    @contextmanager
    def writing() -> Iterator[Connection]:
        with running(phone.version), write() as connection:
            yield connection

    @contextmanager
    def reading() -> Iterator[Connection]:
        with running(phone.version), read() as connection:
            yield connection

    store.file.write, store.file.read = writing, reading  # type: ignore[method-assign]


def _tell_of_saves(store: PhoneStore, phone: SimPhone) -> None:
    """Have the world know of all that is shown as saved; of what a kill fell into, when the phone runs again."""
    real = store.save

    def save(
        new: Sequence[Entry],
        attachments: Mapping[str, bytes] | None = None,
        clear_draft: str | None = None,
        clear_more: Sequence[str] = (),
    ) -> list[Entry]:
        phone.world.ledger.contents.update(attachments or {})
        try:
            sealed = real(new, attachments, clear_draft, clear_more)
        except Killed:
            phone._unsure.extend(new)
            raise
        for entry in sealed:
            phone.world.saved(phone, entry)
        return sealed

    store.save = save  # type: ignore[method-assign]
