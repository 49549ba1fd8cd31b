"""上门收费 (O6): bills delivered of those owed, what was promised for the period and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, select

from app.domain.rules import fee_months as rules
from app.domain.rules.duties import EXCUSED
from app.domain.rules.fee_months import Delivery, Promise
from app.domain.subjects.case.chains.fees import Fees, outcome_of, promised_by
from app.domain.times import DAY, china_day
from sync_server.store.reports import filled, owed, reading
from sync_server.store.reports.filled import Filled
from sync_server.store.reports.report import Asked, Figure, Line, Said
from sync_server.store.subjects.case.tables import cases
from sync_server.store.types import moment

DELIVERED: Final = "bill_delivered"
_BILLS: Final[Said] = ("账单送达", "Bills")
_PROMISES: Final[Said] = ("答应缴费", "Promises to pay")
_BACK: Final = 400 * DAY
"""How long before a period a payment of it may have been promised."""
_STANDS: Final = (
    ("kept", ("已缴", "paid"), False),
    ("part", ("缴了一部分", "paid in part"), False),
    ("broken", ("没有缴", "not paid"), True),
    ("waiting", ("未到日子", "not due yet"), False),
)


def fees_at_doors(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """上门收费统计: a bill counts in the period in which its delivery is due, a promise in that of its day."""
    lines: dict[str, Line] = {}
    deliveries = []
    rows = [row for row in owed.rows_of(connection, asked) if row["rule"] == DELIVERED and row["standing"] != EXCUSED]
    done = filled.of_cases(connection, asked, [row["record_id"] for row in rows if row["record_id"]])
    for row in rows:
        forms = done.get(row["record_id"] or "", [])
        last = forms[-1] if forms else None
        deliveries.append(Delivery(row["id"], last.said("how") if last is not None else ""))
        lines[row["id"]] = owed.line_of(row)
    promises = []
    for forms in _promised(connection, asked):
        bodies = [one.body for one in forms]
        day = promised_by(bodies)
        if day is not None and asked.period.first <= day <= asked.period.last:
            promises.append(Promise(forms[0].case_id, day, outcome_of(bodies)))
            words = f"{day.isoformat()} {forms[-1].said('words')}".strip()
            lines[forms[0].case_id] = forms[0].in_line(words, late=any(one.late for one in forms))
    found = rules.month_of(deliveries, promises, china_day(asked.now))

    def those(listed: tuple[Delivery, ...] | tuple[Promise, ...]) -> tuple[Line, ...]:
        return tuple(lines[one.id] for one in listed)

    whole = those(found.owed)
    yield Figure("owed", ("应送", "owed"), whole, part=_BILLS)
    yield Figure("delivered", ("已送到", "delivered"), those(found.delivered), whole, _BILLS, target=100)
    yield Figure("failed", ("没送到", "not delivered"), those(found.failed), whole, _BILLS, worry=True)
    yield Figure("undone", ("没有送", "not tried"), those(found.undone), whole, _BILLS, worry=True)
    promised = those(found.promised)
    yield Figure("promised", ("答应缴", "promised"), promised, part=_PROMISES)
    for name, said, worry in _STANDS:
        yield Figure(name, said, those(getattr(found, name)), promised, _PROMISES, worry=worry)


def _promised(connection: Connection, asked: Asked) -> Iterator[list[Filled]]:
    """Yield the forms of each reminder that can have been promised for the period."""
    c = cases.c
    query = select(c.id).where(
        c.chain == Fees.name, c.begun_at >= moment(asked.period.begins - _BACK), c.begun_at < moment(asked.period.ends),
        reading.in_estates(c.estate_key, asked),
    )  # fmt: skip
    yield from filled.of_cases(connection, asked, connection.scalars(query.order_by(c.id))).values()
