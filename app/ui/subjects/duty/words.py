"""What duties are called."""

from __future__ import annotations

from app.ui.texts import has, t


def why_words(why: str) -> str:
    """What is owed: 本月走访, 回访, 答复; what a company named itself stays as it is written."""
    key = f"duty.why.{why}"
    return t(key) if has(key) else why
