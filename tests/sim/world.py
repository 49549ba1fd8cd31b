"""The world of one run: people, phones, server, time; a plan is played in it, then it heals and is checked."""

from __future__ import annotations

import asyncio
import logging
import random
import shutil
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from app.domain.rules.sessions import SessionCode
from app.domain.wire import protocol
from app.domain.wire.entries import Entry
from app.store import blobs as phone_blobs
from app.sync import first_pull
from app.sync.transport import Request, Response
from sync_server.store.tables import entries
from tests.sim import answers, disks, invariants
from tests.sim.chance import Ids, seeded
from tests.sim.disks import Kept
from tests.sim.estate import EVERYBODY, NINE
from tests.sim.ledger import Ledger
from tests.sim.loop import SimLoop
from tests.sim.phones import DAY, SimPhone
from tests.sim.plan import VERBS, Plan, Step
from tests.sim.programs import NEXT
from tests.sim.server import SimServer
from tests.sim.template import Template

logging.getLogger("app.sync.first_pull").setLevel(logging.ERROR)  # that pages come instead of a file is no fault here

ROUNDS = 24
"""How often, half a minute apart, a healed world is looked at before it counts as stuck."""


class Violation(Exception):
    """Something that must hold does not."""


@dataclass
class Result:
    """How a run ended: ``violation`` is empty when all held."""

    seed: int
    violation: str = ""
    trace: list[str] = field(default_factory=list)
    steps: int = 0


class World:
    """Everything of one run."""

    def __init__(self, plan: Plan, template: Template, folder: Path, loop: SimLoop, ids: Ids) -> None:
        self.seed = plan.seed
        self.loop = loop
        self.ids = ids
        self.folder = folder
        self.ledger = Ledger()
        self.trace: list[str] = []
        self.violations: list[str] = []
        self.began = NINE + 60_000
        self.late_deliveries = False
        """Whether a request took long: how far a clock is off can't be known better than that."""
        self.slow_lines = False
        """Whether a request's body came long after its head: a clock that may be right meanwhile is believed."""
        disk = disks.fresh(template.postgres, folder / "server", template.server)
        self.server = SimServer(disk, self.now, plan.files)
        self.yesterday = template.server
        self.two = plan.two
        """Whether there are two estates."""
        self.office = False
        """Whether the desk was given the posts of who leads the office."""
        self.form_version = 1
        self.form_withdrawn = False
        """Which version of the form the office wants in force, and whether it has withdrawn it."""
        self.page_version = 1
        """Which version of the document that everybody signs the office wants in force."""
        self.asked: list[tuple[dict[str, str], str, str]] = []
        """What residents asked by the cards at their doors: where, the page's id of it, and what was wanted."""
        self.codes: list[SessionCode] = []
        """The codes of training sessions that stood on some phone, for whoever was there."""
        self.sights = answers.Sights(self.server)
        self.phones: list[SimPhone] = []
        for number, login in enumerate(plan.people):
            self.add_phone(login, template.phones / login if login not in plan.people[:number] else None)

    # -- time and telling ------------------------------------------------------------------

    def now(self) -> int:
        """Return the true time in ms."""
        return self.began + round(self.loop.seconds * 1000)

    def later(self, seconds: float, work: Callable[[], object]) -> None:
        """Do something after a while."""
        self.loop.call_later(seconds, work)

    def tell(self, what: str) -> None:
        """Add a line to the trace."""
        seconds = self.loop.seconds
        day, rest = divmod(seconds, 86_400)
        self.trace.append(f"{f'{day:.0f}d ' if day else ''}{rest:9.2f}s  {what}")

    def broken(self, what: str, error: BaseException | None = None) -> None:
        """Note that something must not have happened."""
        self.tell(f"!! {what}")
        self.violations.append(what + ("" if error is None else "\n" + "".join(traceback.format_exception(error))))

    # -- what happens ----------------------------------------------------------------------

    def add_phone(self, login: str, data: Path | None) -> SimPhone:
        """Give somebody a phone: with a copy of ``data``, or a new one."""
        count = sum(phone.person.login == login for phone in self.phones)
        name = login if not count else f"{login}{count + 1}"
        folder = self.folder / name
        if data is not None:
            shutil.copytree(data, folder)
        else:
            folder.mkdir()
        phone = SimPhone(self, name, EVERYBODY[login], folder)
        phone.clock_off = random.Random(f"{self.seed}/clock/{login}").choice((0, 0, 7_000, -3_600_000, 2 * DAY))
        phone.open()
        self.phones.append(phone)
        return phone

    def saved(self, phone: SimPhone, entry: Entry) -> None:
        """Note that a phone shows an entry as saved."""
        self.ledger.add(entry, phone.name, self.now())
        self.tell(
            f"{phone.name}: saved {entry.kind} {short(entry.id)} no. {entry.counter} on {short(entry.subject_id)}"
        )

    def server_died(self) -> None:
        """The server's process ended in the middle of its work; somebody starts it again."""
        self.tell("server: killed")
        self.server.crash()
        self.later(5, self.server_back)

    def server_back(self) -> None:
        """Start the server unless it is up."""
        if not self.server.up:
            self.server.start()

    def restore_server(self, kept: Kept) -> None:
        """Put a backup in the server's place; what only the lost server had may be missing from now on."""
        self.server.restore(kept)
        self.sights.forget()
        self.excuse("the server was restored")

    def excuse(self, why: str) -> None:
        """Excuse whatever neither the server nor a phone of its author holds any more."""
        there = self.on_server()
        promises = self.ledger.promises
        for person in EVERYBODY.values():
            phones = [phone for phone in self.phones if phone.person is person]
            held = there.union(*(phone.holds() for phone in phones))
            mine = [i for i, promise in promises.items() if promise.entry.author == person.staff_id]
            self.ledger.lost((i for i in mine if i not in held and not promises[i].excuse), why)
        self.excuse_blobs()

    def excuse_blobs(self) -> None:
        """Excuse attachments that neither the server nor a phone of their author holds any more."""
        for person in EVERYBODY.values():
            phones = [phone for phone in self.phones if phone.person is person]
            mine = [p.entry for p in self.ledger.promises.values() if p.entry.author == person.staff_id]
            for digest in {ref.hash for entry in mine for ref in entry.blobs}:
                if not self.server.store.files.complete(digest) and not any(p.has_blob(digest) for p in phones):
                    self.ledger.lost_blobs.add(digest)

    def on_server(self) -> set[str]:
        """Return the ids of all entries the server has."""
        return set(self.server.read(lambda c: c.scalars(select(entries.c.id)).all()))

    def witness(self, phone: SimPhone, request: Request, response: Response) -> None:
        """See what the server gave a phone."""
        if response.status in (200, 206):
            for fault in answers.faults(self, phone, request, response):
                self.broken(fault)

    # -- playing ---------------------------------------------------------------------------

    async def play(self, steps: Sequence[Step]) -> None:
        """Do every step, then heal, and check."""
        for step in steps:
            await asyncio.sleep(step.pause)
            for one in self.phones:
                if one.medium.dead:
                    one.died()  # in the middle of a sync: a step meets it as ended
            verb = VERBS[step.verb]
            phone = self.phones[step.phone % len(self.phones)]
            self.trace.append(f"-- {step.number}: {step.verb}")
            done = verb.do(self, phone, random.Random(f"{self.seed}/step/{step.number}"))
            if done is not None:
                phone.start(done)
            if self.violations:
                raise Violation(self.violations[0])
        self.trace.append("-- everything heals")
        await self.heal()
        self.check()

    async def heal(self) -> None:
        """Let everything work again, and wait until phones and server agree or half an hour has passed."""
        self.server.medium.spare()
        self.server_back()
        self.server.medium.full = False
        if self.server.version != NEXT:
            self.server.crash()
            self.server.version = NEXT
            self.server.start()
        for phone in self.phones:
            phone.line.heal()
            phone.medium.spare()
            phone.set_full(False)
            phone.saves_data = False
            if phone.version != NEXT:
                phone.update(NEXT)
            phone.open()
        await asyncio.sleep(120)
        for phone in self.phones:
            if phone.session is not None:
                phone.session.start_sync()
        for _ in range(ROUNDS):
            for phone in self.phones:
                if phone.session is None or phone.session.engine.status.sign_in_needed:
                    await phone.sign_in()
                    if phone.session is not None:
                        phone.session.start_sync()
            await asyncio.sleep(30)
            if self.violations or not any(invariants.unfinished(self, phone) for phone in self.phones):
                break
        for phone in self.phones:
            if phone.session is not None:
                await phone.session.stop()

    def check(self) -> None:
        """Raise ``Violation`` with the first thing that must hold and does not."""
        for fault in self.server.broken:
            raise Violation(f"the server broke: {fault}")
        for violation in self.violations:
            raise Violation(violation)
        for fault in invariants.faults(self):
            raise Violation(fault)


class _EngineFaults(logging.Handler):
    """Hears when the sync engine meets an exception of its own."""

    def __init__(self, world: World) -> None:
        super().__init__(logging.ERROR)
        self._world = world

    def emit(self, record: logging.LogRecord) -> None:
        """Note it."""
        error = record.exc_info[1] if record.exc_info else None
        self._world.broken(f"the engine broke: {error!r}", error)


def short(name: str) -> str:
    """Return the telling end of an id."""
    return name[-6:]


def run(plan: Plan, template: Template, folder: Path, steps: Sequence[Step] | None = None) -> Result:
    """Play a plan (or only ``steps`` of it) and return how it ended. ``folder`` must not exist; it is removed."""
    folder.mkdir(parents=True)
    loop = SimLoop()
    result = Result(plan.seed, steps=len(plan.steps if steps is None else steps))
    log = logging.getLogger("app.sync.engine")
    ids = Ids(random.Random(f"{plan.seed}/work"), lambda: NINE)
    before = protocol.MAX_BATCH, protocol.PAGE, protocol.CHUNK, protocol.SEND_CHUNK, phone_blobs.INLINE
    piece = first_pull.FIRST_PIECE
    protocol.MAX_BATCH, protocol.PAGE, phone_blobs.INLINE = plan.batch, plan.page, 1_000
    protocol.CHUNK = protocol.SEND_CHUNK = first_pull.FIRST_PIECE = plan.chunk
    log.propagate = False
    try:
        with seeded(str(plan.seed), lambda: NINE + round(loop.seconds * 1000)):
            world = World(plan, template, folder / "world", loop, ids)
            handler = _EngineFaults(world)
            log.addHandler(handler)
            try:
                loop.run_until_complete(world.play(plan.steps if steps is None else steps))
            except Violation as violation:
                result.violation = str(violation)
            except Exception as error:
                result.violation = f"{type(error).__name__}: {error}\n{traceback.format_exc()}"
            finally:
                log.removeHandler(handler)
                _close(world, loop)
            result.trace = world.trace
    finally:
        protocol.MAX_BATCH, protocol.PAGE, protocol.CHUNK, protocol.SEND_CHUNK, phone_blobs.INLINE = before
        first_pull.FIRST_PIECE = piece
        log.propagate = True
        shutil.rmtree(folder, ignore_errors=True)
    return result


def _close(world: World, loop: SimLoop) -> None:
    for phone in world.phones:
        phone.kill()
    world.server.close()
    world.server.disk.lose()
    rest = [task for task in asyncio.all_tasks(loop) if not task.done()]
    for task in rest:
        task.cancel()
    if rest:
        loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))
    loop.close()
