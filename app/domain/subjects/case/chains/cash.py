"""The desk's daily report of receipts 前台交款日报表 as a rule (O5): what was handed in is the sum of the receipts, or
somebody says why not; and finance signs, whatever reason is given for who does not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from app.domain.rules.scopes import FINANCE
from app.domain.subjects.case.chains.rule import Chain, Lack, rows_of, said
from app.domain.subjects.case.state import Body, CaseState
from app.domain.wire.errors import STEP_LACKS
from app.domain.writing.money import decimal_yuan

REPORTED: Final = "reported"
UNSIGNED: Final = "cash_unsigned"
"""The list of reports that finance has not signed yet."""
_FINANCE: Final = "finance"


class Cash(Chain):
    """前台交款日报表. Finance reads it, and nobody else besides overseers and whoever filled it in."""

    name = "cash"
    scopes = frozenset((FINANCE,))

    def misfit(self, s: CaseState, b: Body, day: date) -> str | None:
        """Return that a report lacks the reason of a difference; it is kept and flagged."""
        return STEP_LACKS.name if self.lacks_of(s, b, day) else None

    def lacks_of(self, s: CaseState, b: Body, day: date) -> list[Lack]:
        """Return what a report lacks: why less or more was handed in than its receipts come to. The form asks for it,
        but an office can change its form; the rule stays."""
        off = difference(b)
        if b.get("step") != REPORTED or off == 0 or said(b, "why"):
            return []
        more, yuan = off > 0, decimal_yuan(abs(off))
        return [
            Lack(
                f"实交比合计{'多' if more else '少'} {yuan} 元，没有写原因",
                f"{yuan} yuan {'more' if more else 'less'} handed in than the receipts say, and no reason is given",
            )
        ]

    def must_sign(self, b: Body) -> frozenset[str]:
        """Return finance, which signs in any case."""
        return frozenset((_FINANCE,)) if b.get("step") == REPORTED else frozenset()

    def known(self, s: CaseState) -> dict[str, str]:
        """Return its day, its sum, by how much it differs, and whether finance has still to sign."""
        b = s.last
        off = difference(b)
        found = {
            "day": said(b, "day"),
            "total": decimal_yuan(total(b)),
            "difference": f"{'-' if off < 0 else ''}{decimal_yuan(abs(off))}" if off else "",
            "unsigned": "yes" if any(signer == _FINANCE for _, signer in s.to_sign) else "",
        }
        return {name: value for name, value in found.items() if value}

    def standing(self, known: Mapping[str, str], day: date) -> str:
        """Return that it waits for finance."""
        return UNSIGNED if known.get("unsigned") else ""


def total(b: Body) -> int:
    """Return what the receipts of a report come to, in fen."""
    return sum(_fen(row.get("yuan")) for row in rows_of(b, "line"))


def difference(b: Body) -> int:
    """Return by how many fen what was handed in is more than the receipts; less than 0 if it is less."""
    return _fen(said(b, "handed_in")) - total(b)


def _fen(yuan: object) -> int:
    """Return yuan as a form writes them in fen; 0 for what is no number."""
    try:
        found = Decimal(str(yuan or "0"))
        return round(found * 100) if found.is_finite() and abs(found) < 10**12 else 0
    except InvalidOperation:
        return 0
