"""A large estate's phone for measuring: 529 households, 1,200 people and 20,000 entries of real repairs and visits."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.actions.models import Profile
from app.actions.session import Session
from app.domain.subjects.fold import fold
from app.domain.subjects.signing import facts_to_sign, make_content, signature_body
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.visit import VISIT
from app.domain.times import DAY, MINUTE
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import STROKES, BlobRef, Entry
from app.domain.wire.exchange import EntryItem, Item, Page, RefItem
from app.domain.writing.money import fee_line
from app.store import PhoneStore
from tests.actions.phones import NOON, Offline, uid

HOUSEHOLDS, PEOPLE, ENTRIES = 529, 1200, 20_000
ME, DESK, DEVICE = "bench-me", "bench-desk", uid("bench", "device")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗单解仇翟曾"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英"
ROLES = ("repair_worker", "steward", "engineering_supervisor")


def households() -> list[tuple[str, str, str]]:
    """Return id, building and address of every household."""
    found = []
    for n in range(HOUSEHOLDS):
        building, rest = n % 4 + 1, n // 4
        entrance, floor, room = rest % 2 + 1, rest // 2 % 17 + 1, rest // 34 + 1
        found.append((uid("bench", "home", n), f"b{building}", f"{building}栋{entrance}单元{floor}{room:02d}"))
    return found


def refs() -> Iterator[Item]:
    """Yield the reference data."""
    chance = random.Random(7)
    for who, name, held in ((ME, "王建国", list(ROLES)), (DESK, "孙丽", ["desk"])):
        body = {"number": who, "name": name, "roles": held, "active": True, "building_ids": ["b1", "b2", "b3", "b4"]}
        yield RefItem(0, "staff", who, body, False)
    homes = households()
    for home, building, address in homes:
        body = {"unit_id": uid("bench", "unit", home), "building_id": building, "code": address, "address": address}
        body |= {"name": address, "moved_in_on": "2020-01-01", "status": "living", "arrears_fen": 0, "notes": ""}
        yield RefItem(0, "household", home, body, False)
    for n in range(PEOPLE):
        name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.randint(1, 2)))
        body = {"household_id": homes[n % len(homes)][0], "building_id": "b1", "name": name, "relation": "owner"}
        letters = "".join(chance.choices("abcdefghjklmnpqrstwxyz", k=len(name)))
        body |= {"phone": f"138{n:08d}", "initials": [letters], "pinyin": ["an".join(letters) + "ang"]}
        yield RefItem(0, "person", uid("bench", "person", n), body, False)
    for n in range(60):
        body = {"code": f"P{n:02d}", "name": f"收费项目{n}", "unit": "次", "price_fen": 1000 + n, "active": True}
        yield RefItem(0, "price_item", f"p{n}", body | {"initials": ["sfxm"], "pinyin": ["shoufeixiangmu"]}, False)


class Writer:
    """Makes sealed entries in the server's order."""

    def __init__(self) -> None:
        self.seq = 0
        self.prev = ""
        self.items: list[EntryItem] = []

    def add(self, subject: tuple[str, str], kind: str, author: str, at: int, body: Mapping[str, Any]) -> Entry:
        """Add one entry."""
        self.seq += 1
        blobs: tuple[BlobRef, ...] = ()
        if kind == "signed":
            blobs = (BlobRef(str(body["strokes"]), 6000, STROKES),)
        entry = Entry(uid("bench", self.seq), kind, *subject, dict(body), author, "", 0, at, blobs=blobs)
        sealed = entry.sealed(device=DEVICE, counter=self.seq, prev=self.prev)
        self.prev = sealed.hash
        done = sealed.confirmed(seq=self.seq, received_at=at, corrected_at=at)
        self.items.append(EntryItem(self.seq, done))
        return done

    def repair(self, number: int, home: tuple[str, str, str], at: int, steps: int) -> None:
        """Add the first ``steps`` entries of a repair."""
        subject = (TICKET, uid("bench", "ticket", number))
        line = fee_line(f"收费项目{number % 60}", "1", 1000 + number % 60, "次", f"p{number % 60}")
        item = {key: line[key] for key in ("item_id", "name", "unit", "qty", "price_fen")}
        priced = {"lines": [line], "total_fen": line["amount_fen"]}
        opened: dict[str, Any] = {
            "ticket_kind": "repair",
            "household_id": home[0],
            "building_id": home[1],
            "address": home[2],
        }
        opened |= {
            "content": f"第{number}号报修:厨房水龙头漏水",
            "requested_at": at,
            "channel": "phone",
            "contact_name": "张伟",
        }
        script: list[tuple[str, str, dict[str, Any]]] = [
            ("ticket_opened", DESK, opened),
            ("ticket_numbered", "system", {"number": f"WX{number:06d}"}),
            ("assigned", DESK, {"worker_id": ME}),
            ("accepted", ME, {}),
            ("arrived", ME, {}),
            ("found", ME, {"listed": True, "items": [item]}),
            ("priced", ME, priced),
            ("consent", ME, {"agreed": True, "name": "张伟", "capacity": "self"}),
            ("work_started", ME, {"own_materials": False}),
            ("fees_written", ME, priced),
            ("tried", ME, {"ok": True, "how": "tried"}),
            ("signed", ME, {}),
            ("confirmed", ME, {}),
            ("handed_back", DESK, {}),
        ]
        made: list[Entry] = []
        for place, (kind, author, body) in enumerate(script[:steps]):
            if kind == "signed":
                body = _signature(TICKET, made, "repair")
            made.append(self.add(subject, kind, author, at + place * MINUTE, body))

    def visit(self, number: int, home: tuple[str, str, str], at: int) -> None:
        """Add a signed visit."""
        subject = (VISIT, uid("bench", "visit", number))
        body = {"household_id": home[0], "building_id": home[1], "address": home[2], "occasion": "monthly", "met": True}
        body |= {"met_name": "张伟", "met_capacity": "self", "said": "楼道灯有时不亮。" * 5}
        body["promises"] = [{"what": "请电工看楼道灯", "until": "2026-12-01"}]
        first = self.add(subject, "visited", ME, at, body)
        self.add(subject, "signed", ME, at + MINUTE, _signature(VISIT, [first], "visit"))
        if number % 20:
            self.add(subject, "promise_settled", ME, at + DAY, {"index": 0, "outcome": "已修好"})


def _signature(subject_type: str, made: list[Entry], purpose: str) -> dict[str, Any]:
    facts = facts_to_sign(fold(subject_type, made), purpose)
    content = make_content(purpose, facts, ["维修项目", "合计"], "2026-11-20")
    body = signature_body(
        purpose=purpose,
        signer="resident",
        name="张伟",
        capacity="self",
        content=content,
        strokes=b"[]" + made[0].id.encode(),
    )
    assert sha256_hex(b"[]" + made[0].id.encode()) == body["strokes"]
    return body


def entries() -> list[EntryItem]:
    """Return 20,000 entries: finished repairs, 40 open ones in every stage, and signed visits."""
    writer, homes = Writer(), households()
    start = NOON - 200 * DAY
    for number in itertools.count():
        at = start + number * 100 * MINUTE
        if len(writer.items) > ENTRIES - 40 * 8:
            break
        writer.repair(number, homes[number % HOUSEHOLDS], at, 14)
        writer.visit(number, homes[(number * 7) % HOUSEHOLDS], at)
    for number in range(40):
        writer.repair(100_000 + number, homes[number], NOON - number * MINUTE - 15 * MINUTE, 3 + number % 8)
    return writer.items


def fill(store: PhoneStore) -> int:
    """Fill a store as a first pull does, page by page; return how many entries it has."""
    store.apply_page(Page("estate", 1, False, tuple(refs())))
    items = entries()
    for place in range(0, len(items), 500):
        store.apply_page(Page("all", place + 500, False, tuple(items[place : place + 500])))
    return len(items)


def open_phone(folder: Path) -> Session:
    """Return a session over a store in ``folder``, which may be filled before or after."""
    store = PhoneStore(folder / "bench.db")
    profile = Profile(ME, ME, ME, "王建国", ROLES, "荔园小区", "", True, 1)
    numbers = itertools.count(1)
    if store.chain() is None:
        store.begin_chain(uid("bench", "phone"))
    return Session(store, profile, Offline(), lambda: NOON, lambda: uid("bench", "own", next(numbers)))
