"""Money: whole fen in entries, yuan where people read it (A.6)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any


def amount_fen(qty: str, price_fen: int) -> int:
    """Return ``qty`` times the unit price in fen, rounded half up (A.6)."""
    return int((Decimal(qty) * price_fen).quantize(Decimal(1), ROUND_HALF_UP))


def fee_line(name: str, qty: str, price_fen: int, unit: str = "", item_id: str | None = None) -> dict[str, Any]:
    """Return one fee line 费用明细 with its amount worked out (A.6)."""
    return {
        "item_id": item_id,
        "name": name,
        "unit": unit,
        "qty": qty,
        "price_fen": price_fen,
        "amount_fen": amount_fen(qty, price_fen),
    }


def decimal_yuan(fen: int) -> str:
    """Return money in fen as plain yuan, as forms write numbers: 12.50."""
    return f"{fen // 100}.{fen % 100:02d}"


def yuan(fen: int) -> str:
    """Return money in fen as yuan for a sentence: ¥12.50."""
    return f"¥{decimal_yuan(fen)}"
