"""A field device as the server sees it: seals entries, pushes and pulls through the store, keeps its cursors."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from uuid6 import uuid7

from app.domain.subjects.fold import fold
from app.domain.subjects.signing import facts_to_sign, make_content, signature_body
from app.domain.wire.canonical import canonical, sha256_hex
from app.domain.wire.entries import STROKES, BlobRef, Entry
from sync_server.store.people import accounts
from sync_server.store.people.identity import Identity
from sync_server.store.taking.accept import Answer
from tests.support.server import StoreHelper

Subject = tuple[str, str]
_POINTS = [[1000 * n, 2000 + 5000 * (n % 2), 20 * n] for n in range(10)]
STROKES_BYTES = canonical({"v": 1, "width": 300, "height": 100, "strokes": [{"points": _POINTS}]})


def now_ms() -> int:
    """This machine's clock."""
    return time.time_ns() // 1_000_000


def new_ticket() -> Subject:
    """Return a new ticket's subject, unknown to everybody."""
    return "ticket", str(uuid7())


class FieldDevice:
    """One person's device. ``clock`` returns the time that the device believes it is, in ms."""

    def __init__(self, helper: StoreHelper, staff_id: str, clock: Any = now_ms) -> None:
        self.store = helper.store
        self.staff_id = staff_id
        self.clock = clock
        self.token, _, who = self.store.sign_in(staff_id, None, 180)
        self.id = who.device
        self.counter, self.head = 0, ""
        self.cursors: dict[str, int] = {}
        self.entries: dict[str, Entry] = {}
        self.dropped: list[Subject] = []
        self.refs: dict[tuple[str, str], Mapping[str, Any]] = {}

    @property
    def who(self) -> Identity:
        """The person, with the rights they have at this moment."""
        with self.store.read() as connection:
            return accounts.identity(connection, self.staff_id, self.id)

    def make(self, kind: str, subject: Subject, body: Mapping[str, Any] | None = None, **more: Any) -> Entry:
        """Make the next entry of this device's chain."""
        self.counter += 1
        entry = Entry(
            id=more.pop("id", None) or str(uuid7()),
            kind=kind,
            subject_type=subject[0],
            subject_id=subject[1],
            body=body or {},
            author=more.pop("author", self.staff_id),
            device=self.id,
            counter=self.counter,
            made_at=more.pop("made_at", None) or self.clock(),
            **more,
        ).sealed(device=self.id, counter=self.counter, prev=self.head)
        self.head = entry.hash
        return entry

    def open_ticket(self, subject: Subject, place: Mapping[str, Any] | None = None, **more: Any) -> Entry:
        """Make a ``ticket_opened`` entry."""
        where = place or {"address": "南门岗亭"}
        body = {"ticket_kind": "repair", "content": "漏水", "requested_at": self.clock(), "channel": "phone"}
        return self.make("ticket_opened", subject, body | dict(where) | more)

    def sign(self, subject: Subject, entries: list[Entry], purpose: str = "repair") -> Entry:
        """Make a resident's signature for what ``entries`` say."""
        content = make_content(purpose, facts_to_sign(fold(subject[0], entries), purpose), ["合计 30 元"], "2026-11-21")
        body = signature_body(
            purpose=purpose, signer="resident", name="张伟", capacity="self", content=content, strokes=STROKES_BYTES
        )
        return self.make(
            "signed", subject, body, blobs=(BlobRef(sha256_hex(STROKES_BYTES), len(STROKES_BYTES), STROKES),)
        )

    def push(self, *entries: Entry) -> list[Answer]:
        """Send entries; return the server's answers."""
        return self.store.push(self.who, [entry.to_wire() for entry in entries], self.store.now() - self.clock())

    def do(self, kind: str, subject: Subject, body: Mapping[str, Any] | None = None) -> Entry:
        """Make and send one entry that the server must accept; return it with the fields that the server added."""
        (answer,) = self.push(self.make(kind, subject, body))
        assert answer.problem is None and answer.entry is not None, answer
        return answer.entry

    def pull(self, limit: int = 500) -> list[dict[str, Any]]:
        """Read everything new, page by page; return the items in the order in which they came."""
        found: list[dict[str, Any]] = []
        more = True
        while more:
            pages, _, _ = self.store.pull(self.who, self.cursors, limit)
            for page in pages:
                self.cursors[page["scope"]] = page["to"]
                found.extend(page["items"])
            more = any(page["more"] for page in pages)
        for item in found:
            if "entry" in item:
                self.entries[item["entry"]["id"]] = Entry.from_wire(item["entry"])
            elif "drop" in item:
                self.dropped.append((item["drop"]["type"], item["drop"]["id"]))
            elif "ref" in item:
                self.refs[item["ref"]["type"], item["ref"]["id"]] = item["ref"]
        return found

    def kinds_of(self, subject: Subject) -> list[str]:
        """Return the kinds of the entries pulled about a subject (a device never pulls its own)."""
        return [entry.kind for entry in self.entries.values() if entry.subject_id == subject[1]]


REPAIR_LINE = {"item_id": None, "name": "换水龙头", "unit": "个", "qty": "1", "price_fen": 3000, "amount_fen": 3000}
BILL = {"lines": [REPAIR_LINE], "total_fen": 3000}


def whole_repair(
    desk: FieldDevice,
    worker: FieldDevice,
    place: Mapping[str, Any] | None = None,
    begun: Sequence[Entry] = (),
) -> tuple[Subject, list[Entry]]:
    """Take a repair from the request to the resident's signature, all on the server; return its subject and entries.

    ``begun``: the entries of a ticket that the server has already, to go on from.
    """
    subject = (begun[0].subject_type, begun[0].subject_id) if begun else new_ticket()
    made = [] if begun else [desk.open_ticket(subject, place)]
    made += [
        desk.make("assigned", subject, {"worker_id": worker.staff_id}),
        worker.make("accepted", subject),
        worker.make("arrived", subject),
        worker.make("found", subject, {"listed": False, "description": "龙头坏"}),
    ]
    # Not on the price list, so it must be judged; here the desk's device also has the supervisor's rights.
    made.append(desk.make("judged", subject, {"feasible": True, "work": "换", "price_fen": 3000}))
    made += [
        worker.make("priced", subject, BILL),
        worker.make("consent", subject, {"agreed": True, "name": "张伟", "capacity": "self"}),
        worker.make("work_started", subject, {"own_materials": False}),
        worker.make("fees_written", subject, BILL),
        worker.make("tried", subject, {"ok": True, "how": "tried"}),
    ]
    taken = list(begun)
    for entry in made:
        answer = (desk if entry.device == desk.id else worker).push(entry)[0]
        assert answer.status == "accepted" and answer.entry is not None, answer
        taken.append(answer.entry)
    signed = worker.sign(subject, taken)
    answer = worker.push(signed)[0]
    assert answer.status == "accepted" and answer.entry is not None, answer
    return subject, [*taken, answer.entry]
