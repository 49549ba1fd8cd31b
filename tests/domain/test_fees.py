"""What is owed and what being late costs (O2), in whole fen; meter readings (M)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.rules import meters
from app.domain.rules.fees import Bill, arrears, bills_text, can_object, charge, due_on, read_bills
from app.domain.times import DAY

MONTHS = some.dates(date(2020, 1, 1), date(2040, 12, 31)).map(lambda day: f"{day:%Y-%m}")
BILLS = some.lists(some.builds(Bill, MONTHS, some.integers(0, 5_000_000)), max_size=8)


@pytest.mark.proves("O2")
@pytest.mark.parametrize(
    ("day", "fen"),
    [("2026-10-10", 0), ("2026-10-11", 90), ("2026-10-12", 180), ("2026-11-11", 2_880)],
)
def test_three_per_mille_a_day_run_from_the_11th(day: str, fen: int) -> None:
    assert charge(Bill("2026-09", 30_000), date.fromisoformat(day)) == fen


@pytest.mark.proves("O2")
@given(BILLS, some.dates(date(2020, 1, 1), date(2045, 12, 31)))
def test_what_is_owed_is_whole_fen_of_overdue_months_and_the_charge_never_more(bills: list[Bill], day: date) -> None:
    owed = arrears(bills, day)
    late = [bill for bill in bills if bill.fen and day > due_on(bill.month)]  # type: ignore[operator]
    assert owed.fen == sum(bill.fen for bill in late) and owed.months == len({bill.month for bill in late})
    days = [(bill.fen, (day - due).days) for bill in late if (due := due_on(bill.month)) is not None]
    exact = sum((Fraction(fen * 3 * late_by, 1000) for fen, late_by in days), Fraction())
    assert 0 <= owed.charge_fen <= owed.fen and owed.charge_fen <= exact
    assert arrears(bills, day + timedelta(days=1)).charge_fen >= owed.charge_fen
    assert read_bills(bills_text(bills)) == tuple(sorted(bills, key=lambda bill: bill.month))


def test_a_bill_is_due_on_the_10th_of_the_month_after_and_objected_to_until_five_days_before() -> None:
    assert due_on("2026-12") == date(2027, 1, 10) and due_on("2026-13") is None
    assert can_object("2028-01", date(2028, 2, 5)) and not can_object("2028-01", date(2028, 2, 6))


def read(*shown: str | tuple[str, bool], every: int = 30) -> list[meters.Reading]:
    """Readings of one meter, a month apart."""
    rows = [one if isinstance(one, tuple) else (one, False) for one in shown]
    return [meters.Reading(n * every * DAY, Decimal(text), anew) for n, (text, anew) in enumerate(rows)]


@pytest.mark.proves("M2")
def test_the_usual_use_is_the_median_between_readings_of_one_meter() -> None:
    assert meters.last_and_usual(read("10", "15", "21", "90")) == (Decimal(90), Decimal(6))
    new = read("900", "910", ("3", True), "14", "27")
    assert meters.last_and_usual(new) == (Decimal(27), Decimal(11)), "another meter counts anew"
    assert meters.last_and_usual(read("10", "2", "7")) == (Decimal(7), Decimal(5))
    assert meters.last_and_usual(read("10", "10.5", every=1)) == (Decimal("10.5"), None), "twice in a week is no month"
    assert meters.last_and_usual([]) == (None, None)


def test_forms_say_readings_by_the_names_of_their_questions() -> None:
    assert meters.readings_of({"meter": "gas", "reading": "7.50"}) == {"gas": ("7.50", False)}
    base = {"water": "3", "power": "4", "gas": "", "when": "replaced"}
    assert meters.readings_of(base) == {"water": ("3", True), "power": ("4", True)}
    assert meters.readings_of({"water": "yes", "meter": ["x"], "reading": "-1"}) == {}
    assert (meters.plain(Decimal("10.50")), meters.plain(Decimal(100)), meters.plain(None)) == ("10.5", "100", "")
