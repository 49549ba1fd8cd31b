"""A book of entries for tests: who did what, one line each, sealed and numbered as in real life."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from uuid6 import uuid7

from app.domain.subjects import fold, signing
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.thing.state import ThingState
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.ticket.state import TicketState
from app.domain.subjects.visit import VISIT, VisitState
from app.domain.times import MINUTE
from app.domain.wire.entries import STROKES, BlobRef, Entry
from app.domain.writing.money import fee_line

NINE = 1_795_222_800_000
"""2026-11-21 09:00 in China, a Saturday."""
STROKE_BYTES = b'{"v":1,"width":300,"height":150,"strokes":[{"points":[[10,10,0],[90,60,120],[200,20,260]]}]}'

DESK, BOSS, LI, WANG, STEWARD = "desk-1", "boss-1", "worker-li", "worker-wang", "steward-1"


def lines(total_fen: int = 8_000) -> dict[str, Any]:
    """Return priced lines of one item that come to ``total_fen``."""
    return {"lines": [fee_line("更换水龙头", "1", total_fen, "个", "item-1")], "total_fen": total_fen}


class Book:
    """All entries of one subject, in the order in which the server took them."""

    def __init__(self, subject_type: str = TICKET, start: int = NINE) -> None:
        self.subject_type = subject_type
        self.subject_id = str(uuid7())
        self.now = start
        self.entries: list[Entry] = []
        self._devices: dict[str, tuple[str, int, str]] = {}

    def wait(self, minutes: float) -> Book:
        """Let time pass."""
        self.now += round(minutes * MINUTE)
        return self

    def make(self, author: str, kind: str, /, *, unsent: bool = False, **body: Any) -> Entry:
        """Make an entry without adding it."""
        device, count, prev = self._devices.get(author, (str(uuid7()), 0, ""))
        blobs = (BlobRef(body["strokes"], len(STROKE_BYTES), STROKES),) if kind == "signed" else ()
        entry = Entry(
            str(uuid7()), kind, self.subject_type, self.subject_id, body, author, device, 1, self.now, blobs=blobs
        ).sealed(device=device, counter=count + 1, prev=prev)
        self._devices[author] = (device, count + 1, entry.hash)
        if unsent:
            return entry
        return entry.confirmed(seq=len(self.entries) + 1, received_at=self.now, corrected_at=self.now)

    def add(self, author: str, kind: str, /, **body: Any) -> Entry:
        """Add an entry that the server took the moment it was made."""
        entry = self.make(author, kind, **body)
        self.entries.append(entry)
        return entry

    def take(self, entry: Entry) -> Entry:
        """Add an entry that was made before, as the next one in the server's order."""
        taken = replace(entry, seq=len(self.entries) + 1, received_at=self.now, corrected_at=entry.made_at)
        self.entries.append(taken)
        return taken

    @property
    def ticket(self) -> TicketState:
        """Return the ticket as it stands."""
        state = fold.fold(self.subject_type, self.entries)
        assert isinstance(state, TicketState)
        return state

    @property
    def visit(self) -> VisitState:
        """Return the visit as it stands."""
        state = fold.fold(self.subject_type, self.entries)
        assert isinstance(state, VisitState)
        return state

    @property
    def thing(self) -> ThingState:
        """Return the key or lent thing as it stands."""
        state = fold.fold(self.subject_type, self.entries)
        assert isinstance(state, ThingState)
        return state

    def signature(self, purpose: str, signer: str = "resident", name: str = "张伟") -> dict[str, Any]:
        """Return the body of a signature for what the subject says now."""
        state = fold.fold(self.subject_type, self.entries)
        content = signing.make_content(purpose, signing.facts_to_sign(state, purpose), ["…"], "2026-11-21")
        capacity = "self" if signer == "resident" else "staff"
        return signing.signature_body(
            purpose=purpose, signer=signer, name=name, capacity=capacity, content=content, strokes=STROKE_BYTES
        )

    def sign(self, author: str, purpose: str, signer: str = "resident", name: str = "张伟") -> Entry:
        """Add a signature for what the subject says now."""
        return self.add(author, "signed", **self.signature(purpose, signer, name))


def opened(**more: Any) -> Book:
    """Return a book with one repair ticket, told to the desk at nine and written a minute later."""
    book = Book()
    book.now += MINUTE
    body = {
        "ticket_kind": "repair",
        "household_id": "h-1",
        "building_id": "b-3",
        "address": "3栋2单元1501",
        "contact_name": "张伟",
        "contact_phone": "13900000000",
        "content": "厨房水龙头漏水",
        "requested_at": NINE,
        "listed": True,
        "channel": "phone",
    }
    book.add(DESK, "ticket_opened", **(body | more))
    return book


def assigned(**more: Any) -> Book:
    """Return ``opened`` assigned to worker Li."""
    book = opened(**more)
    book.wait(1).add(BOSS, "assigned", worker_id=LI)
    return book


def on_site(**more: Any) -> Book:
    """Return ``assigned`` with Li at the door."""
    book = assigned(**more)
    book.wait(1).add(LI, "accepted")
    book.wait(8).add(LI, "arrived")
    return book


def priced(total_fen: int = 8_000) -> Book:
    """Return ``on_site`` with the item found and its price shown."""
    book = on_site()
    book.wait(2).add(
        LI,
        "found",
        listed=True,
        items=[{"item_id": "item-1", "name": "更换水龙头", "unit": "个", "qty": "1", "price_fen": total_fen}],
    )
    book.wait(1).add(LI, "priced", **lines(total_fen))
    return book


def working() -> Book:
    """Return ``priced``, agreed and begun."""
    book = priced()
    book.wait(1).add(LI, "consent", agreed=True, name="张伟", capacity="self")
    book.wait(1).add(LI, "work_started", own_materials=False)
    return book


def to_sign() -> Book:
    """Return ``working`` with fees written and the trial good."""
    book = working()
    book.wait(20).add(LI, "fees_written", **lines())
    book.wait(1).add(LI, "tried", ok=True, how="tried")
    return book


def done() -> Book:
    """Return ``to_sign`` signed by the resident."""
    book = to_sign()
    book.wait(1).sign(LI, "repair")
    return book


def visited(**more: Any) -> Book:
    """Return a visit at which somebody was met."""
    book = Book(VISIT)
    body = {
        "household_id": "h-1",
        "building_id": "b-3",
        "address": "3栋2单元1501",
        "occasion": "monthly",
        "met": True,
        "met_name": "张伟",
        "said": "楼道灯不亮",
        "promises": [{"what": "换灯", "until": "2026-11-25"}],
    }
    book.add(STEWARD, "visited", **(body | more))
    return book


def entrusted(**more: Any) -> Book:
    """Return two keys that the resident of a flat entrusted, signed by both sides (G.1)."""
    book = Book(THING)
    body = {
        "thing_kind": "key",
        "name": "入户门钥匙",
        "address": "3栋2单元1501",
        "household_id": "h-1",
        "building_id": "b-3",
        "given_by": "张伟",
        "capacity": "self",
        "purpose": "出差期间代收快递",
        "until": "2026-12-31",
        "pieces": 2,
        "condition": "good",
        "rack": "A-03",
        "tag": "K1AB0000B",
    }
    book.add(STEWARD, "entrusted", **(body | more))
    return both_sign(book, STEWARD)


def both_sign(book: Book, author: str) -> Book:
    """Both sides sign the last step of a key (G.2)."""
    for side in ("giver", "taker"):
        book.sign(author, "custody", side, "某人")
    return book


def lend(book: Book, to: str = LI, minutes: int = 120, **more: Any) -> Book:
    """The steward lends the key to somebody, both sign."""
    body = {"to_kind": "staff", "to_id": to, "to_name": to, "purpose": "检修", "pieces": 2, "condition": "good"}
    book.wait(5).add(STEWARD, "lent", **(body | {"due_at": book.now + minutes * MINUTE} | more))
    return both_sign(book, STEWARD)


def bring_back(book: Book, who: str = LI, **more: Any) -> Book:
    """Somebody returns it to the rack, both sign."""
    body = {"from_id": who, "from_name": who, "rack": "A-03", "pieces": 2, "condition": "good"}
    book.wait(30).add(who, "returned", **(body | more))
    return both_sign(book, who)
