"""Goods that leave 物品放行 (N): a permit lets them out once, until its day; a code at the gate is matched with its
permit when both are on the server. Visitors 来访 are inside until they leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from app.domain.rules.scopes import GATE
from app.domain.subjects.case.chains.rule import Chain, Lack, day_of, of_step, rows_of, said
from app.domain.subjects.case.state import Body, CaseState
from app.domain.times import read_day
from app.domain.wire.errors import PERMIT_EXPIRED, PERMIT_USED

ISSUED, RELEASED = "issued", "released"
OUT, UNUSED, TO_CHECK, INSIDE = "valid", "unused", "to_check", "inside"
"""Lists: permits that can be used, permits whose day is over, goods let out by a code without a permit yet, visitors
who are inside."""
DIGITS: Final = 8


def is_code(text: str) -> bool:
    """Tell whether a number is one that a permit can have: six digits, and two that check them (their rest by 97)."""
    return len(text) == DIGITS and text.isascii() and text.isdecimal() and int(text[:6]) % 97 == int(text[6:])


def code_of(number: int) -> str:
    """Return the code of a number of six digits."""
    return f"{number:06}{number % 97:02}"


class Goods(Chain):
    """物品放行条."""

    name = "goods"
    scopes = frozenset((GATE,))
    tells_arrears = True

    def misfit(self, s: CaseState, b: Body, day: date) -> str | None:
        """Return why goods are not let out: the permit was used, or its day is over (N2)."""
        if b.get("step") != RELEASED or not s.filled:
            return None
        if is_used(s):
            return PERMIT_USED.name
        until = day_of(s.first, "until")
        return PERMIT_EXPIRED.name if until is not None and until < day else None

    def lacks(self, s: CaseState, step: str, day: date, open_raised: Sequence[str] = ()) -> list[Lack]:
        """Return why the gate does not let goods out on this permit."""
        if step != RELEASED:
            return []
        until = day_of(s.first, "until")
        if is_used(s):
            return [Lack("放行条已经用过，不能再放行", "the permit was used already")]
        if until is not None and until < day:
            return [Lack(f"放行条 {until} 已过期，请补办", f"the permit was valid until {until}; issue a new one")]
        return []

    def is_over(self, s: CaseState) -> bool:
        """Tell whether the goods have left by its code."""
        return s.matched is not None

    def known(self, s: CaseState) -> dict[str, str]:
        """Return its number, its last day, what leaves, and whether it was used."""
        goods = [f"{row.get('what') or ''} {row.get('number') or ''}".strip() for row in rows_of(s.first, "goods")]
        found = {
            "number": said(s.first, "code"),
            "until": said(s.first, "until"),
            "goods": "、".join(goods),
            "plate": said(s.first, "plate"),
            "used": "yes" if is_used(s) else "",
        }
        return {name: value for name, value in found.items() if value}

    def standing(self, known: Mapping[str, str], day: date) -> str:
        """Return whether it can still be used (N5)."""
        if known.get("used"):
            return ""
        until = read_day(known.get("until"))
        return UNUSED if until is not None and until < day else OUT


class GoodsByCode(Chain):
    """物品放行（凭放行码）: the permit is not on the gate's phone yet (N3)."""

    name = "goods_code"
    scopes = frozenset((GATE,))

    def known(self, s: CaseState) -> dict[str, str]:
        """Return the code, and whether its permit was found."""
        return {"number": said(s.first, "code")} | ({"matched": "yes"} if s.matched is not None else {})

    def standing(self, known: Mapping[str, str], day: date) -> str:
        """Return that it is to be checked until its permit is there."""
        return "" if known.get("matched") else TO_CHECK


class Visitor(Chain):
    """来访."""

    name = "visitor"
    scopes = frozenset((GATE,))

    def known(self, s: CaseState) -> dict[str, str]:
        """Return who is inside, with which pass."""
        gone = any(one.body.get("ends") for one in s.filled)
        found = {name: said(s.first, name) for name in ("name", "people", "pass", "plate")}
        return {name: value for name, value in (found | {"left": "yes" if gone else ""}).items() if value}

    def standing(self, known: Mapping[str, str], day: date) -> str:
        """Return that somebody is inside until they have left."""
        return "" if known.get("left") else INSIDE


def is_used(s: CaseState) -> bool:
    """Tell whether goods left on this permit: the gate has let them out, here or by its code."""
    return s.matched is not None or bool(of_step(s, RELEASED))
