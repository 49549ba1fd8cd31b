"""One line of what a resident reads and signs, and lines that several types of record share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.ui.texts import t, yuan

HEADING: Final = "heading"
PLAIN: Final = "plain"
STRONG: Final = "strong"
WARNING: Final = "warning"
FEE: Final = "fee"
TOTAL: Final = "total"
QUIET: Final = "quiet"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what is signed, and how prominent it is on the page."""

    text: str
    role: str = PLAIN


def fee_words(line: Mapping[str, Any]) -> str:
    """Return a fee line in words: what, unit price, quantity, amount."""
    return t(
        "shown.fee",
        name=line["name"],
        price=yuan(line["price_fen"]),
        qty=line["qty"],
        unit=line.get("unit") or "",
        amount=yuan(line["amount_fen"]),
    )
