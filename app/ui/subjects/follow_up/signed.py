"""What a resident reads before signing a follow-up (D.3, D.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.times import china_day
from app.ui.signed_lines import QUIET, STRONG, Line
from app.ui.texts import full_day, t


def lines(facts: Mapping[str, Any], named: Mapping[str, str]) -> Iterator[Line]:
    """Yield what was asked, said and promised, and what was raised; ``named`` has the words for what was raised, by
    id."""
    yield Line(t("shown.about", what=facts.get("about") or ""), QUIET)
    yield Line(t("shown.asked", name=facts.get("name") or ""))
    yield Line(t("shown.satisfied" if facts.get("satisfied") else "shown.not_satisfied"), STRONG)
    said = facts.get("said")
    yield Line(t("shown.said", what=said) if said else t("shown.said_nothing"), STRONG)
    if facts.get("promise") and facts.get("again_at") is not None:
        until = full_day(china_day(facts["again_at"]))
        yield Line(t("shown.promise", what=facts["promise"], until=until), STRONG)
    for raised in facts.get("raised") or ():
        what = named.get(raised)
        yield Line(t("shown.raised", what=what) if what else t("shown.raised_plain"))
