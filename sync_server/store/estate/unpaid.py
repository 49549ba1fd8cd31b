"""Putting unpaid bills beside the households of an estate: what is not in the list is paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from app.domain.rules.fees import Bill, arrears, bills_text
from app.domain.writing.addresses import plain_address
from sync_server.bills.reading import Fault, Row
from sync_server.store import tables as t
from sync_server.store.database import Write
from sync_server.store.estate import refs
from sync_server.store.taking.feed import publish_refs
from sync_server.store.types import moment


@dataclass(frozen=True, slots=True)
class Put:
    """What a list of bills came to: households that owe, those that were changed, and what is overdue, in fen."""

    owing: int
    changed: int
    fen: int


def put(write: Write, key: str, rows: Sequence[Row], day: date) -> tuple[Put, list[Fault]]:
    """Put the bills that are unpaid on ``day`` beside the households of the estate ``key``, and send what changed to
    phones. Rows whose address nobody knows are returned, and then nothing is changed: half a list would say that the
    others have paid."""
    h = t.households.c
    query = select(t.households).join(t.buildings, t.buildings.c.id == h.building_id)
    here = write.execute(query.where(t.buildings.c.estate_key == key, h.status != refs.MOVED_OUT)).all()
    by_address = {plain_address(row.address): row for row in here} | {plain_address(row.code): row for row in here}
    owed: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    faults = []
    for row in rows:
        home = by_address.get(plain_address(row.address))
        if home is None:
            what = row.address
            faults.append(Fault(row.number, f"没有「{what}」这一户", f"there is no household at {what!r}"))
        else:
            owed[home.id][row.month] += row.fen
    if faults:
        return Put(0, 0, 0), faults
    changed, owing, overdue = [], 0, 0
    for home in here:
        bills = [Bill(month, fen) for month, fen in owed[home.id].items() if fen]
        late = arrears(bills, day)
        owing, overdue = owing + bool(late.fen), overdue + late.fen
        said = {"arrears_fen": late.fen, "bills": bills_text(bills) or None, "bills_day": day.isoformat()}
        if not bills and home.bills is None and not home.arrears_fen:
            continue  # it owes nothing and never did: nothing to send
        if any(home._mapping[name] != value for name, value in said.items()):
            write.execute(update(t.households).where(h.id == home.id).values(**said, changed_at=moment(write.now)))
            changed.append(("household", home.id, refs.scopes_of("household", dict(home._mapping), key)))
    publish_refs(write, changed)
    return Put(owing, len(changed), overdue), []
