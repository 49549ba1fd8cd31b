"""Phones for tests: a session on a real store with a small estate, and a network that can be played."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.actions.models import Profile
from app.actions.session import Session
from app.domain.times import from_datetime
from app.domain.wire.entries import Entry
from app.domain.wire.errors import NO_NETWORK, Problem
from app.domain.wire.exchange import EntryItem, Page, RefItem
from app.store import PhoneStore
from app.sync.transport import Request, Response, Transport

NOON = from_datetime(datetime(2026, 11, 21, 4, tzinfo=UTC))
"""12:00 in China on a Saturday."""

STEWARD, WORKER, OTHER_WORKER, SUPERVISOR, DESK = "s-li", "w-wang", "w-chen", "e-zhou", "d-sun"
SERVICE = "c-fang"
STAFF = {
    STEWARD: ("李静", ["steward"], ["b3"]),
    WORKER: ("王建国", ["repair_worker"], []),
    OTHER_WORKER: ("陈刚", ["repair_worker"], []),
    SUPERVISOR: ("周明", ["engineering_supervisor"], []),
    DESK: ("孙丽", ["desk"], []),
    SERVICE: ("方敏", ["service_supervisor"], []),
}
SERVER_DEVICE = "00000000-0000-4000-8000-000000000001"


def uid(*parts: object) -> str:
    """Return a lasting id for a name."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "/".join(map(str, parts))))


class Clock:
    """A clock that moves when told."""

    def __init__(self, now: int = NOON) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def forward(self, minutes: float) -> None:
        """Move on."""
        self.now += round(minutes * 60_000)


class Offline:
    """A transport without a network."""

    async def send(self, request: Request) -> Response:
        """Fail as a phone in a lift does."""
        raise Problem(NO_NETWORK, what="offline")


def ref(kind: str, id_: str, **body: Any) -> RefItem:
    """Return a row of reference data as the server sends it."""
    return RefItem(0, kind, id_, body, False)


def estate() -> list[RefItem]:
    """Return a small estate: two buildings, five doors, six people, six staff, three prices."""
    items = [ref("estate", "estate", name="荔园小区"), ref("building", "b3", code="3", name="3栋")]
    items += [
        ref("staff", i, number=i.upper(), name=name, roles=held, phone="", active=True, building_ids=buildings)
        for i, (name, held, buildings) in STAFF.items()
    ]
    doors = [
        ("3栋2单元1501", "b3"),
        ("3栋2单元1502", "b3"),
        ("3栋1单元203", "b3"),
        ("10栋803", "b10"),
        ("5栋商铺03", "b5"),
    ]
    for address, building in doors:
        unit, home = uid("unit", address), uid("home", address)
        items.append(ref("unit", unit, building_id=building, address=address))
        items.append(
            ref(
                "household",
                home,
                unit_id=unit,
                building_id=building,
                code=f"H{address}",
                address=address,
                name=address,
                moved_in_on="2020-03-01",
                status="living",
                arrears_fen=0,
                notes="",
            )
        )
    people = [
        ("3栋2单元1501", "张伟", "13800138001", ["zw"], ["zhangwei"]),
        ("3栋2单元1502", "单雄", "13900139002", ["sx", "dx", "cx"], ["shanxiong", "danxiong", "chanxiong"]),
        ("3栋1单元203", "𠮷野䶮", "13700137003", ["jyy"], ["jiyeyan"]),
        ("10栋803", "欧阳娜", "13600136004", ["oyn"], ["ouyangna"]),
        ("5栋商铺03", "吕燕", "13500135005", ["ly"], ["lvyan", "luyan"]),
    ]
    for address, name, phone, initials, pinyin in people:
        home = uid("home", address)
        items.append(
            ref(
                "person",
                uid("person", name),
                household_id=home,
                building_id="b3",
                name=name,
                relation="owner",
                phone=phone,
                initials=initials,
                pinyin=pinyin,
            )
        )
    prices = [
        ("p1", "W01", "更换水龙头", "水", "个", 3000, ["ghslt"], ["genghuanshuilongtou"]),
        ("p2", "W02", "疏通下水道", "水", "次", 8000, ["stxsd"], ["shutongxiashuidao"]),
        ("p3", "E01", "更换灯具", "电", "盏", 2000, ["ghdj"], ["genghuandengju"]),
    ]
    for id_, code, name, category, unit, fen, initials, pinyin in prices:
        items.append(
            ref(
                "price_item",
                id_,
                code=code,
                name=name,
                category=category,
                unit=unit,
                price_fen=fen,
                initials=initials,
                pinyin=pinyin,
                active=True,
            )
        )
    return items


SECOND = "estate-2"
"""The key of a company's second estate: its id."""
MANAGER, EVERYWHERE = "v-he", "w-yu"
TWO_POSTS: dict[str, dict[str, list[str]]] = {
    MANAGER: {"": ["desk", "engineering_supervisor"], SECOND: ["service_supervisor"]},
    EVERYWHERE: {"": ["repair_worker"], SECOND: ["repair_worker", "desk"]},
    WORKER: {"": ["repair_worker"]},
    "w-second": {SECOND: ["repair_worker"]},
}
"""Who has posts where, in a company with two estates."""
TWO_NAMES = {MANAGER: "何敏", EVERYWHERE: "余强", WORKER: "王建国", "w-second": "马力"}


def two_estates() -> list[RefItem]:
    """Return the small estate and a second one with the same building, door and price item as it, as the server sends
    them to somebody with posts in both."""
    items = [item for item in estate() if item.type != "staff"]
    items += [
        ref("estate", SECOND, key=SECOND, name="翠湖花园", phone="0771-2222222"),
        ref("building", "k3", code="3", name="3栋", estate_key=SECOND),
        ref("building", "b10", code="10", name="10栋"),
        ref("price_item", "k1", code="W01", name="更换水龙头", category="水", unit="个", price_fen=9900,
            initials=["ghslt"], pinyin=["genghuanshuilongtou"], active=True, estate_key=SECOND),
    ]  # fmt: skip
    for address in ("3栋2单元1501", "3栋2单元1601"):
        unit, home = uid(SECOND, "unit", address), uid(SECOND, "home", address)
        items.append(ref("unit", unit, building_id="k3", address=address))
        items.append(
            ref("household", home, unit_id=unit, building_id="k3", code=f"K{address}", address=address, name="秦岭",
                moved_in_on="2020-03-01", status="living", arrears_fen=0, notes="")
        )  # fmt: skip
    for staff, posts in TWO_POSTS.items():
        held = sorted({role for one in posts.values() for role in one})
        body = {"number": staff.upper(), "name": TWO_NAMES[staff], "phone": "", "active": True, "building_ids": []}
        items.append(ref("staff", staff, roles=held, posts=posts, **body))
    return items


def phone_in_two(folder: Path, staff: str, clock: Callable[[], int] | None = None) -> Session:
    """Return a signed-in session of somebody in a company with two estates, with both pulled as far as they read."""
    posts = {key: tuple(held) for key, held in TWO_POSTS[staff].items()}
    names = {"": "荔园小区", SECOND: "翠湖花园"}
    held = tuple(sorted({role for one in posts.values() for role in one}))
    profile = Profile(
        staff, staff, staff, TWO_NAMES[staff], held, names[min(posts)], "", True, 1,
        estates=tuple((key, names[key]) for key in posts), posts=posts,
    )  # fmt: skip
    numbers = itertools.count(1)
    store = PhoneStore(folder / staff / "shangmen.db")
    session = Session(store, profile, Offline(), clock or Clock(), lambda: uid(folder, staff, next(numbers)))
    store.begin_chain(uid("device", folder, staff))
    store.put_settings({"token": f"token-{staff}"})
    store.apply_page(Page("estate", 1, False, tuple(two_estates())))
    return session


def phone_of(
    folder: Path,
    staff: str,
    clock: Callable[[], int] | None = None,
    transport: Transport | None = None,
    known: bool = True,
) -> Session:
    """Return a signed-in session on its own phone; ``known``: with the estate pulled."""
    name, held, _buildings = STAFF[staff]
    store = PhoneStore(folder / staff / "shangmen.db")
    profile = Profile(staff, staff, staff, name, tuple(held), "荔园小区", "", True, 1)
    numbers = itertools.count(1)
    session = Session(
        store, profile, transport or Offline(), clock or Clock(), lambda: uid(folder, staff, next(numbers))
    )
    if store.chain() is None:
        store.begin_chain(uid("device", folder, staff))
        store.put_settings({"token": f"token-{staff}"})
    if known and not store.refs("estate"):
        store.apply_page(Page("estate", 1, False, tuple(estate())))
    return session


class Desk:
    """A stand-in for the server's order: hands entries of one phone to another with numbers."""

    def __init__(self) -> None:
        self.seq = 0

    def give(self, entries: Sequence[Entry], *phones: Session, scope: str = "all") -> None:
        """Give ``entries`` to ``phones`` as the server's pages would."""
        items = []
        for entry in entries:
            self.seq += 1
            items.append(
                EntryItem(
                    self.seq, entry.confirmed(seq=self.seq, received_at=entry.made_at, corrected_at=entry.made_at)
                )
            )
        for phone in phones:
            phone.store.apply_page(Page(scope, self.seq, False, tuple(items)))


STROKES: tuple[dict[str, Any], ...] = ({"points": [[1000 + 300 * i, 3000 + (i % 3) * 900, 16 * i] for i in range(20)]},)
"""A signature with enough ink."""
