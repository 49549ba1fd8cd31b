"""What a resident reads before signing a visit (E)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.times import read_day
from app.ui.signed_lines import STRONG, Line
from app.ui.texts import full_day, t


def lines(facts: Mapping[str, Any], named: Mapping[str, str]) -> Iterator[Line]:
    """Yield who was met, what was said and promised, and what was raised; ``named`` has the words for what was raised,
    by id."""
    if facts.get("met_name"):
        yield Line(t("shown.met", name=facts["met_name"]))
    said = facts.get("said")
    yield Line(t("shown.said", what=said) if said else t("shown.said_nothing"), STRONG)
    gift = facts.get("gift")
    if gift:
        key = "gift_of" if gift.get("festival") else "gift"
        yield Line(t(f"shown.{key}", gift=gift["gift"], festival=gift.get("festival") or ""), STRONG)
    welcome = facts.get("welcome") or {}
    given = [t(f"visit.welcome_{name}") for name in ("flowers", "letter", "helped") if welcome.get(name)]
    if given:
        yield Line(t("shown.welcome", what=t("shown.and").join(given)), STRONG)
    if welcome.get("impression"):
        yield Line(t("shown.impression", what=welcome["impression"]))
    for promise in facts.get("promises") or ():
        until = full_day(read_day(promise["until"]))
        yield Line(t("shown.promise", what=promise["what"], until=until), STRONG)
    for ticket_id in facts.get("tickets") or ():
        what = named.get(ticket_id)
        yield Line(t("shown.ticket", what=what) if what else t("shown.ticket_plain"))
