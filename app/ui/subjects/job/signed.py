"""What the person for whom a job was done reads before signing it (B.4, B.8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.ui.signed_lines import FEE, QUIET, STRONG, TOTAL, Line, fee_words
from app.ui.texts import t, yuan


def lines(facts: Mapping[str, Any]) -> Iterator[Line]:
    """Yield what was asked, what was done with which result, and what it costs (B.4, B.8)."""
    yield Line(t("shown.job_asked", what=facts["content"]))
    yield Line(t("shown.job_requirements", what=facts["requirements"]))
    yield Line(t("shown.job_process", what=facts["process"]), STRONG)
    yield Line(t("shown.job_result", what=facts["result"]), STRONG)
    for line in facts.get("lines") or ():
        yield Line(fee_words(line), FEE)
    if facts.get("lines"):
        yield Line(t("shown.total", total=yuan(facts["total_fen"])), TOTAL)
        yield Line(t("shown.job_paid_how"), QUIET)
