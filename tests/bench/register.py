"""The register 来人来电来访 at the desk, which has all of it: its page and one matter, among 200,000 entries (C.0)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from app.actions.session import Session
from app.domain.subjects.matter.kinds import MATTER
from app.domain.wire.entries import Entry
from app.domain.wire.exchange import EntryItem, Page
from app.store import PhoneStore
from app.ui.screens.desk.words import Cards
from app.ui.subjects.matter.register import Wanted
from tests.actions.phones import NOON, uid
from tests.bench.estate import ME, households, open_phone, refs
from tests.bench.measuring import Figure, median, p95, sample
from tests.bench.phone import select_floor

NAMES: Final = ("office",)
MATTERS: Final = 20_000
STEPS: Final = (
    ("classed", {"nature": "service", "weight": "ordinary", "valid": True, "department": "environment"}),
    ("told", {"what": "已安排", "how": "phone"}),
    ("planned", {"cause": "漏收", "plan": "清走"}),
    ("told", {"what": "明早到", "how": "phone"}),
    ("postponed", {"explanation": "等人手", "appointment_at": NOON}),
    ("told", {"what": "今天到", "how": "phone"}),
    ("reply_drafted", {"text": "您好"}),
    ("told", {"what": "做完了", "how": "phone"}),
    ("owned", {"owner_id": ME, "reason": "跟进"}),
)
"""What follows the beginning of each: with it ten entries; one in ten stays open."""
SEARCHES: Final = ("垃圾 7", "张伟", "3栋", "噪声")


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    """Yield the figures asked for."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _fill(open_phone(folder).store)
        session = open_phone(folder)
        floor = select_floor(folder / "bench.db")
        reads = {
            "register_page": lambda n: _page(session, Wanted()),
            "register_search": lambda n: _page(session, Wanted(text=SEARCHES[n % len(SEARCHES)], part="all")),
            "matter": lambda n: session.matters.view(uid("bench", "matter", n * 97 % MATTERS)),
        }
        for key, read in reads.items():
            times = sample(read, 60)
            target = None if key == "register_search" else 100.0
            yield Figure(key, "ms", median(times), p95(times), len(times), "100-row SELECT", floor, target)
        session.store.close()


def _page(session: Session, wanted: Wanted) -> list[Any]:
    """What the screen reads to be drawn: how many there are, and those in sight."""
    chosen = wanted.filter(session, NOON)
    return Cards(session.cards, chosen, session.count(chosen))[0:12]


def _fill(store: PhoneStore) -> None:
    """Fill a desk's store as pulls do; the matters are of one household after the other."""
    store.apply_page(Page("estate", 1, False, tuple(refs())))
    homes, seq, items = households(), 1, list[EntryItem]()
    for number in range(MATTERS):
        for entry in _life(number, homes[number % len(homes)]):
            seq += 1
            taken = entry.confirmed(seq=seq, received_at=entry.made_at, corrected_at=entry.made_at)
            items.append(EntryItem(seq, taken))
        if len(items) >= 2_000:
            store.apply_page(Page("all", seq, False, tuple(items)))
            items = []


def _life(number: int, home: tuple[str, str, str]) -> Iterator[Entry]:
    opened: dict[str, Any] = {
        "class": "complaint", "channel": "phone", "household_id": home[0], "building_id": home[1], "address": home[2],
        "contact_name": "张伟", "content": f"垃圾 {number}" if number % 3 else f"噪声 {number}",
    }  # fmt: skip
    closed = ("matter_closed", {"result": "好了", "told_politely": True})
    steps: list[tuple[str, dict[str, Any]]] = [("matter_opened", opened), *STEPS]
    if number % 10:
        steps[1] = ("classed", dict(STEPS[0][1]) | {"valid": False, "invalid_reason": "不属物业"})
        steps[-1] = closed
    at = NOON - (MATTERS - number) * 200_000
    for step, (kind, body) in enumerate(steps):
        yield Entry(
            uid("bench", "matter", number, step), kind, MATTER, uid("bench", "matter", number), body, ME,
            uid("bench", "desk"), number * 10 + step + 1, at + step * 1_000,
        ).sealed(device=uid("bench", "desk"), counter=number * 10 + step + 1, prev="")  # fmt: skip
