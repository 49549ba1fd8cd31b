"""The whole engine and store under any order of events; a seed reruns. Then: converged, nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from app.actions.session import Session
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import BlobRef, Entry
from tests.actions.phones import DESK, NOON, WORKER, Clock, phone_of, uid
from tests.sync.small_server import Line, SmallServer, lost

PEOPLE = (WORKER, DESK)
WHO = some.sampled_from(PEOPLE)


class TwoPhones(RuleBasedStateMachine):
    """Two phones save, sync, lose requests and answers, are killed and opened again; the server is restored."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.server = SmallServer(page=3)
        self.lines: dict[str, Line] = {}
        self.phones: dict[str, Session] = {}
        self.saved: dict[str, str] = {}
        self.number = 0
        for who in PEOPLE:
            path = Path(self.folder.name)
            self.lines[who] = self.server.line(f"token-{who}", who, uid("device", path, who))
            self.phones[who] = phone_of(path, who, Clock(), self.lines[who])

    def teardown(self) -> None:
        if hasattr(self, "phones"):
            self._check()
            for phone in self.phones.values():
                phone.store.close()
            self.folder.cleanup()

    @rule(who=WHO, signed=some.booleans())
    def save(self, who: str, signed: bool) -> None:
        """Save an entry, perhaps with a blob of its own."""
        self.number += 1
        data = f"strokes {self.number}".encode()
        refs = (BlobRef(sha256_hex(data), len(data), "application/x-test"),) if signed else ()
        body = {"ticket_kind": "job", "address": "3栋", "content": "灯", "requested_at": NOON, "channel": "door"}
        name = uid("ticket", self.number)
        entry = Entry(uid("e", self.number), "ticket_opened", "ticket", name, body, who, "", 0, NOON, blobs=refs)
        (kept,) = self.phones[who].store.save([entry], {ref.hash: data for ref in refs})
        self.saved[kept.id] = kept.hash

    @rule(who=WHO, before=some.lists(some.booleans(), max_size=4), after=some.lists(some.booleans(), max_size=4))
    def sync(self, who: str, before: list[bool], after: list[bool]) -> None:
        """Sync over a network that loses some requests and some answers."""
        self.lines[who].before = [lost if bad else None for bad in before]
        self.lines[who].after = [lost if bad else None for bad in after]
        asyncio.run(self.phones[who].sync_now())
        self.lines[who].before, self.lines[who].after = [], []

    @rule(who=WHO)
    def open_again(self, who: str) -> None:
        """End the app without a word and open it again."""
        self.phones[who].store.close()
        self.phones[who] = phone_of(Path(self.folder.name), who, Clock(), self.lines[who])

    @rule(keep=some.integers(0, 5))
    def restore_server(self, keep: int) -> None:
        """Restore the server from an older backup."""
        self.server.restore(min(keep, len(self.server.feed)))

    def _check(self) -> None:
        for _ in range(3):
            for phone in self.phones.values():
                asyncio.run(phone.sync_now())
        on_server = [item["id"] for item in self.server.feed]
        assert sorted(on_server) == sorted(self.saved), "everything saved is on the server, once"
        assert {item["id"]: item["wire"]["hash"] for item in self.server.feed} == self.saved
        for phone in self.phones.values():
            status = phone.sync_status()
            assert (status.waiting, status.refused, status.blobs_waiting, status.problem) == (0, 0, 0, None)
            here = [e for n in range(1, self.number + 1) for e in phone.store.entries("ticket", uid("ticket", n))]
            assert {e.id: e.hash for e in here} == self.saved
            assert phone.count() == self.number
        blobs = {b["hash"] for item in self.server.feed for b in item["wire"]["blobs"]}
        assert blobs == {name for name, data in self.server.blobs.items() if sha256_hex(data) == name}


TestTwoPhones = TwoPhones.TestCase
TestTwoPhones.settings = settings(max_examples=10, stateful_step_count=14, suppress_health_check=[HealthCheck.too_slow])
