"""What both sides read before a key or lent thing changes hands (G.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.times import china_day, read_day
from app.ui.signed_lines import PLAIN, STRONG, WARNING, Line
from app.ui.texts import full_day, has, t, time_text


def lines(facts: Mapping[str, Any]) -> Iterator[Line]:
    """Yield one step of a key or lent thing: what is handed over, by whom, to whom, in which condition, until when
    (G.2)."""
    step = str(facts.get("step"))
    name = t(f"keys.step.{step}") if has(f"keys.step.{step}") else step
    yield Line(t("shown.custody", step=name, name=facts.get("name") or ""), STRONG)
    yield Line(t("shown.hands", giver=facts.get("from") or t("keys.where.company"), taker=facts["to"]), STRONG)
    role = PLAIN if facts["condition"] == "good" else WARNING
    yield Line(t("shown.pieces", n=facts["pieces"], condition=t(f"keys.condition.{facts['condition']}")), role)
    if facts.get("note"):
        yield Line(t("shown.note", note=facts["note"]), role)
    if facts.get("purpose"):
        yield Line(t("shown.purpose", purpose=facts["purpose"]))
    if facts.get("due_at"):
        due = int(facts["due_at"])
        yield Line(t("shown.due_back", when=f"{full_day(china_day(due))} {time_text(due)}"), STRONG)
    if facts.get("until"):
        yield Line(t("shown.until", day=full_day(read_day(facts["until"]))), STRONG)
