"""What a resident reads before signing a repair, or that it is not done (A.4, A.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.domain.subjects.ticket.facts import DECLINE
from app.ui.signed_lines import FEE, PLAIN, QUIET, STRONG, TOTAL, WARNING, Line, fee_words
from app.ui.texts import t, yuan


def lines(facts: Mapping[str, Any], purpose: str) -> Iterator[Line]:
    """Yield what was done and what it costs; or why it is not done."""
    yield from _declined(facts) if purpose == DECLINE else _repair(facts)


def _repair(facts: Mapping[str, Any]) -> Iterator[Line]:
    """Yield what matters most first: what was done, what it costs, the warnings, the trial."""
    lines = facts.get("lines") or ()
    yield from _found(facts, lines)
    for line in lines:
        yield Line(fee_words(line), FEE)
    if not lines:
        yield Line(t("shown.no_fees"), FEE)
    yield Line(t("shown.total", total=yuan(int(facts.get("total_fen") or 0))), TOTAL)
    for material in facts.get("materials") or ():
        yield from _material(material)
    tried = facts.get("tried")
    if tried:
        key = "tried_bad" if not tried["ok"] else "inspected" if tried["how"] == "inspected" else "tried"
        yield Line(t(f"shown.{key}"), STRONG)
        if tried.get("remarks"):
            yield Line(t("shown.tried_remarks", remarks=tried["remarks"]))
    if facts.get("fee_remarks"):
        yield Line(t("shown.fee_remarks", remarks=facts["fee_remarks"]))
    yield from _reported(facts)
    yield Line(t("shown.paid_how"), QUIET)


def _declined(facts: Mapping[str, Any]) -> Iterator[Line]:
    name = facts.get("declined_by")
    yield Line(t("shown.declined_by", name=name) if name else t("shown.declined"), STRONG)
    if facts.get("reason"):
        yield Line(t("shown.reason", reason=facts["reason"]), STRONG)
    priced = facts.get("priced") or {}
    lines = priced.get("lines") or ()
    yield from _found(facts, lines)
    for line in lines:
        yield Line(fee_words(line), FEE)
    if priced:
        yield Line(t("shown.priced", total=yuan(priced["total_fen"])), TOTAL)
    yield from _reported(facts)


def _found(facts: Mapping[str, Any], fees: Sequence[Mapping[str, Any]]) -> Iterator[Line]:
    """Yield what was found, except for items that a line of ``fees`` on the same page repeats with the same figures."""
    found = facts.get("found")
    if not found:
        return
    charged = {_counted(line) for line in fees}
    items = [item for item in found.get("items") or () if _counted(item) not in charged]
    if items:
        yield Line(t("shown.found", what=t("shown.and").join(_item(item) for item in items)), STRONG)
    if found.get("description"):
        yield Line(t("shown.found", what=found["description"]), STRONG)


def _reported(facts: Mapping[str, Any]) -> Iterator[Line]:
    yield Line(t("shown.reported", what=facts.get("reported") or ""))
    if facts.get("contact"):
        yield Line(t("shown.contact", name=facts["contact"]), QUIET)


def _counted(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["name"], row["qty"], row.get("unit") or "", row["price_fen"]


def _item(item: Mapping[str, Any]) -> str:
    return t(
        "shown.item", name=item["name"], qty=item["qty"], unit=item.get("unit") or "", price=yuan(item["price_fen"])
    )


def _material(material: Mapping[str, Any]) -> Iterator[Line]:
    role = PLAIN if material["verdict"] == "pass" else WARNING
    verdict = t(f"ticket.verdict.{material['verdict']}")
    yield Line(t("shown.material", name=material["name"], verdict=verdict), role)
    for name in ("brand", "qty", "remarks"):
        if material.get(name):
            yield Line(t(f"shown.material_{name}", **{name: material[name]}), role)
    if material.get("consequences"):
        yield Line(t("shown.warned", what=material["consequences"]), role)
    elif material.get("warned"):
        yield Line(t("shown.warned_plain"), role)
    if material.get("choice"):
        yield Line(t("shown.choice", choice=t(f"ticket.choice.{material['choice']}")), role)
