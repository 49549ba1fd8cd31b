"""A server's database and phones with unsent work, kept as a released program left them, packed into one file.

What is in a past store is never made anew: it is what later programs must open. ``python3 dev.py record --past NAME``
keeps a new one, made by the program as it is now.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from app.actions import Phone, Session
from app.actions.models import PromiseForm, TicketForm, VisitForm
from app.sync.transport import RequestsTransport
from sync_server.store.estate.importing import import_estate
from tests.estate import small
from tests.support.field_work import first_key, go_there, hand, repair
from tests.support.pictures import picture
from tests.support.server import LiveServer

FOLDER: Final = Path(__file__).with_name("stores")
STARTS: Final = 1_795_000_000_000
"""When a past begins, by everybody's clock (ms): passwords and tokens of a kept one go on working."""
LOGINS: Final = {"worker": "wangqiang", "steward": "liufang", "desk": "zhengyu", "boss": "zhou"}
PASSWORD: Final = "shangmen2026"


def clock(start: int) -> Callable[[], int]:
    """Return a clock that shows ``start`` now."""
    begun = time.monotonic()
    return lambda: start + int((time.monotonic() - begun) * 1000)


@dataclass
class Facts:
    """What was so when it was kept: to be so still when a later program has opened it."""

    tickets: dict[str, list[str]] = field(default_factory=dict)
    """Number and stage of each ticket, by id."""
    rows: dict[str, int] = field(default_factory=dict)
    """How many rows some tables had."""
    unsent: dict[str, list[str]] = field(default_factory=dict)
    """Ids of the entries that each phone has not sent."""
    visit: str = ""
    """A visit that is on the steward's phone alone, with a photo."""


class Past:
    """A server over SQLite and everybody's phones, in one folder. ``start`` is what all clocks show now."""

    def __init__(self, folder: Path, start: int) -> None:
        self.folder = folder
        self.now = clock(start)
        self.server = LiveServer(f"sqlite:///{(folder / 'store.sqlite').as_posix()}", folder / "server", self.now)
        self.server.start()
        self.phones = {
            who: Phone(folder / "phones" / who, "http://past", lambda _: RequestsTransport(self.server.url), self.now)
            for who in LOGINS
        }

    async def session(self, who: str) -> Session:
        """Somebody's session, signed in if they are not yet."""
        return self.phones[who].current() or await self.phones[who].sign_in(LOGINS[who], PASSWORD)

    def close(self) -> None:
        """Close everything."""
        for phone in self.phones.values():
            phone.close()
        self.server.stop()
        self.server.store.close()


TABLES: Final = ("entries", "tickets", "visits", "things", "signatures", "photos", "flags", "households", "persons",
                 "staff", "price_items", "ticket_numbers", "blobs", "grants")  # fmt: skip


def facts_of(file: Path) -> Facts:
    """Read what a server's database says."""
    with sqlite3.connect(file) as connection:
        tickets = connection.execute("SELECT id, number, stage FROM tickets ORDER BY last_seq").fetchall()
        rows = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES}
    connection.close()
    return Facts({one: [number, stage] for one, number, stage in tickets}, rows)


async def _work(past: Past) -> Facts:
    """A day of work, and what was done afterwards without a network."""
    everybody = {who: await past.session(who) for who in LOGINS}
    desk, worker, steward = everybody["desk"], everybody["worker"], everybody["steward"]
    for session in everybody.values():
        await session.sync_now()
    home = desk.doors.find("张伟")[0].household.id

    async def opened(content: str) -> str:
        form = TicketForm(content, household_id=home, channel="phone")
        return (await desk.tickets.open(form, assign_to=worker.profile.staff_id)).subject_id

    done, other, later = [await opened(words) for words in ("水龙头漏水", "面板坏了", "角阀渗水")]
    await desk.sync_now()
    await worker.sync_now()
    await repair(worker, done, "更换水龙头")
    await worker.photos.add("ticket", done, picture(640, 480), "after")
    await steward.visits.record(
        VisitForm(steward.new_id(), home, met_name="张伟", said="楼道灯暗", unsigned_reason="赶时间",
                  promises=(PromiseForm("换灯", "2026-12-31"),))
    )  # fmt: skip
    key = await first_key(desk, home)
    await hand(desk, "lent", key, to_kind="staff", to_id=worker.profile.staff_id, to_name="王强", purpose="检修",
               due_at=STARTS + 86_400_000, pieces=2)  # fmt: skip
    for session in everybody.values():
        await session.sync_now()
    await desk.tickets.void(later, "重复")
    await desk.sync_now()
    await go_there(worker, later)  # it was voided meanwhile: the server flags it
    for session in (worker, *everybody.values()):
        await session.sync_now()
    await go_there(worker, other)
    visit = steward.new_id()
    await steward.photos.add("ticket", done, picture(320, 240), "record")
    await steward.visits.record(VisitForm(visit, home, met=False, not_met="nobody_home"))
    raised = TicketForm("门禁坏了", ticket_kind="public_repair", address="南门")
    await desk.tickets.open(raised)
    facts = Facts(visit=visit)
    facts.unsent = {who: [row.entry.id for row in session.unsent()] for who, session in everybody.items()}
    return facts


def keep(name: str) -> Path:
    """Make a past by the program as it is now, and keep it. Raises FileExistsError for one that is kept already."""
    target = FOLDER / f"{name}.tar.xz"
    if target.exists():
        raise FileExistsError(target)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        past = Past(folder, STARTS)
        rows = small.good()
        for person in rows["staff"]:
            person["password"] = PASSWORD
        import_estate(past.server.store, small.read(folder, rows))
        (folder / "estate.xlsx").unlink()
        try:
            facts = asyncio.run(_work(past))
        finally:
            past.close()
        server = facts_of(folder / "store.sqlite")
        facts.tickets, facts.rows = server.tickets, server.rows
        (folder / "facts.json").write_text(json.dumps(asdict(facts), ensure_ascii=False, indent=1), "utf-8")
        for file in (folder / "store.sqlite", *folder.rglob("*.db")):
            connection = sqlite3.connect(file)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("VACUUM")
            connection.close()
        with tarfile.open(target, "w:xz") as packed:
            packed.add(folder, arcname=".")
    return target


def unpack(name: str, folder: Path) -> Facts:
    """Put a kept past into a folder and return its facts; ``Past(folder, …)`` opens it."""
    with tarfile.open(FOLDER / f"{name}.tar.xz") as packed:
        packed.extractall(folder, filter="data")
    kept: dict[str, Any] = json.loads((folder / "facts.json").read_text("utf-8"))
    return Facts(**kept)
