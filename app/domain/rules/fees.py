"""What a household owes 欠费 (O2): by bill, the months, and 3 ‰ a day from the 11th of the month after. Money is in
fen, whole numbers; the app shows it and takes none (O4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.domain import roles
from app.domain.times import add_months, read_day

DUE_DAY: Final = 10
"""The day of the next month up to which a bill can be paid: bills are made at month's end (requirements O, S1 §6)."""
PER_MILLE_A_DAY: Final = 3
OBJECTION_DAYS: Final = 5
"""An objection is raised until so many days before a bill is due."""

SEE_ARREARS: Final = frozenset(
    (roles.STEWARD, roles.DESK, roles.FINANCE, roles.SERVICE_SUPERVISOR, roles.MANAGER, roles.ADMIN)
)
"""Who is shown what a household owes: whoever speaks with it about that, and neither the gate nor a repair worker (N4,
O2)."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What is still owed of one month's bill, in fen. ``month``: YYYY-MM."""

    month: str
    fen: int


@dataclass(frozen=True, slots=True)
class Arrears:
    """What is owed on a day, in fen: the bills that are overdue, how many months they are of, and the charge for being
    late. ``fen`` is without the charge; ``day`` is ``None`` where a register gave a sum and no day."""

    day: date | None
    fen: int = 0
    months: int = 0
    charge_fen: int = 0


def read_bills(said: object) -> tuple[Bill, ...]:
    """Return the bills that a household's reference data says (``2026-09 12300 2026-10 12300``); what is no month or no
    whole number of fen is left out."""
    words = str(said or "").split()
    pairs = zip(words[::2], words[1::2], strict=False)
    return tuple(Bill(month, int(fen)) for month, fen in pairs if due_on(month) is not None and fen.isdecimal())


def bills_text(bills: Iterable[Bill]) -> str:
    """Return bills as ``read_bills`` reads them, the oldest first."""
    return " ".join(f"{bill.month} {bill.fen}" for bill in sorted(bills, key=lambda bill: bill.month))


def due_on(month: str) -> date | None:
    """Return the last day on which a month's bill is paid in time; ``None`` if ``month`` names none."""
    first = read_day(f"{month}-01")
    return None if first is None else add_months(first, 1).replace(day=DUE_DAY)


def objection_until(month: str) -> date | None:
    """Return the last day on which an objection to a month's bill is in time: five days before it is due; ``None`` if
    ``month`` names none."""
    due = due_on(month)
    return None if due is None else due - timedelta(days=OBJECTION_DAYS)


def can_object(month: str, day: date) -> bool:
    """Tell whether an objection to a month's bill is in time."""
    until = objection_until(month)
    return until is not None and day <= until


def charge(bill: Bill, day: date) -> int:
    """Return the charge in fen for a bill not paid by ``day``: 3 ‰ of it for each day from the 11th on, rounded down,
    and never more than the bill itself."""
    due = due_on(bill.month)
    late = max(0, (day - due).days) if due is not None and bill.fen > 0 else 0
    return min(max(0, bill.fen), bill.fen * PER_MILLE_A_DAY * late // 1000)


def arrears(bills: Iterable[Bill], day: date) -> Arrears:
    """Return what is overdue on ``day``; a bill that can still be paid in time is not."""
    late = [bill for bill in bills if bill.fen > 0 and (due := due_on(bill.month)) is not None and due < day]
    months = {bill.month for bill in late}
    return Arrears(day, sum(bill.fen for bill in late), len(months), sum(charge(bill, day) for bill in late))
