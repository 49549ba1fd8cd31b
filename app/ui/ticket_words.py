"""Words shared by tickets and other records. This module draws nothing.

Entries come from phones and servers of any version, so a value this program does not know is shown as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.domain.rules.clocks import Clock
from app.domain.subjects.ticket.state import TicketState
from app.domain.times import china_day
from app.domain.writing.addresses import building_words
from app.ui.texts import has, moment_text, t, time_text

Body = Mapping[str, Any]
NameOf = Callable[[str], str]

SEP = " · "


def word(group: str, value: object) -> str:
    """Return the text ``ticket.<group>.<value>``; a value without one is returned as it is."""
    key = f"ticket.{group}.{value}"
    return t(key) if has(key) else str(value or "")


def capacity_of(relation: str) -> str:
    """Return the capacity in which somebody with this relation to the household answers and signs."""
    return {"owner": "self", "family": "family", "tenant": "tenant", "staff": "staff"}.get(relation, "self")


def clock_name(clock: Clock) -> str:
    """Return the name of a ticket's deadline."""
    return word("clock", clock.id)


def phone_digits(phone: str) -> str:
    """Return a phone number as it is written in a ``tel:`` address."""
    return "".join(char for char in phone if char.isdigit() or char == "+")


def items_words(items: Iterable[Body]) -> str:
    """Return items with their quantities: 更换角阀 × 2个."""
    return t("ticket.people_sep").join(
        t("ticket.fee_of", name=i["name"], qty=i["qty"], unit=i.get("unit") or "") for i in items
    )


def joined(*parts: object) -> str:
    """Join those parts that are not empty with " · "."""
    return SEP.join(str(part) for part in parts if part)


def stamp_time(at: int, now: int) -> str:
    """Return a moment as short as possible: 14:05 for today, otherwise 昨天 09:30."""
    return time_text(at) if china_day(at) == china_day(now) else moment_text(at, now)


def fees_of(lines: Iterable[Body]) -> list[dict[str, Any]]:
    """Return fee lines as forms hold them: item, quantity, unit price."""
    return [
        {
            "item_id": line.get("item_id"),
            "name": line["name"],
            "unit": line.get("unit") or "",
            "qty": line["qty"],
            "price_fen": line["price_fen"],
        }
        for line in lines
    ]


def lines_to_price(state: TicketState) -> list[dict[str, Any]]:
    """Return the lines with which a new price begins: those of the price shown last, so that it is changed.

    If none was shown yet: what was found (A.3), or what the supervisor judged (A.2).
    """
    if state.priced is not None:
        return fees_of(state.priced["lines"])
    items = (state.found or {}).get("items") or ()
    if items:
        return fees_of(items)
    judged = state.judged or {}
    if judged.get("feasible"):
        what = judged.get("work") or (state.found or {}).get("description") or state.content
        return fees_of([{"name": str(what)[:200], "qty": "1", "price_fen": int(judged["price_fen"])}])
    return []


def building_name(code: str) -> str:
    """Return a building's code as people say it: 3栋, 1期3栋; or its name, if it has one."""
    said = building_words(code)
    return t("household.building", code=code) if said == f"{code}栋" else said


def told_of(state: TicketState) -> str:
    """Return all that is known of a ticket's fault as one text: what was reported, found and judged."""
    found, judged = state.found or {}, state.judged or {}
    items = [str(item.get("name") or "") for item in found.get("items") or ()]
    return " ".join((state.content, str(found.get("description") or ""), str(judged.get("work") or ""), *items))
