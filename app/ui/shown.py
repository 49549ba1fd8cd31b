"""What a resident reads before signing: every signed fact as a plain line (A.4, A.7, E).

The screen shows exactly these lines, and the signed content stores them beside the facts. Each line has a role, so that
the page can show the address and the total larger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.domain.subjects.job.life import JOB_DONE
from app.domain.subjects.thing.kinds import CUSTODY
from app.domain.subjects.ticket.facts import DECLINE
from app.domain.subjects.visit import VISIT_RECORD
from app.domain.times import china_day, read_day
from app.ui.texts import full_day, has, t, time_text, yuan

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


def shown_lines(
    facts: Mapping[str, Any], purpose: str, day: str, tickets: Mapping[str, str] | None = None
) -> list[str]:
    """Return the lines that are signed, in the language on the screen.

    ``purpose`` as in app.domain.subjects.signing; ``day`` is YYYY-MM-DD. ``tickets`` names tickets raised on a visit
    by their id; one without a name is told as a ticket.
    """
    return [line.text for line in lines_to_sign(facts, purpose, day, tickets)]


def lines_to_sign(
    facts: Mapping[str, Any], purpose: str, day: str, tickets: Mapping[str, str] | None = None
) -> list[Line]:
    """Return the same lines as ``shown_lines``, each with its role."""
    middle = _visit(facts, tickets or {}) if purpose == VISIT_RECORD else _LINES.get(purpose, _repair)(facts)
    return [
        Line(str(facts.get("address") or facts.get("name") or ""), HEADING),
        *middle,
        Line(full_day(read_day(day)), QUIET),
    ]


def _found(facts: Mapping[str, Any], fees: Sequence[Mapping[str, Any]]) -> Iterator[Line]:
    """What was found, without what a line of ``fees`` on the same page says with the same figures."""
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


def _repair(facts: Mapping[str, Any]) -> Iterator[Line]:
    """What weighs most comes first: what was done, what it costs, the warnings, the trial."""
    lines = facts.get("lines") or ()
    yield from _found(facts, lines)
    for line in lines:
        yield Line(_fee(line), FEE)
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


def _fee(line: Mapping[str, Any]) -> str:
    return t(
        "shown.fee",
        name=line["name"],
        price=yuan(line["price_fen"]),
        qty=line["qty"],
        unit=line.get("unit") or "",
        amount=yuan(line["amount_fen"]),
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


def _job(facts: Mapping[str, Any]) -> Iterator[Line]:
    """What was asked, what was done and came of it, and what it costs (B.4, B.8)."""
    yield Line(t("shown.job_asked", what=facts["content"]))
    yield Line(t("shown.job_requirements", what=facts["requirements"]))
    yield Line(t("shown.job_process", what=facts["process"]), STRONG)
    yield Line(t("shown.job_result", what=facts["result"]), STRONG)
    for line in facts.get("lines") or ():
        yield Line(_fee(line), FEE)
    if facts.get("lines"):
        yield Line(t("shown.total", total=yuan(facts["total_fen"])), TOTAL)
        yield Line(t("shown.job_paid_how"), QUIET)


def _declined(facts: Mapping[str, Any]) -> Iterator[Line]:
    name = facts.get("declined_by")
    yield Line(t("shown.declined_by", name=name) if name else t("shown.declined"), STRONG)
    if facts.get("reason"):
        yield Line(t("shown.reason", reason=facts["reason"]), STRONG)
    priced = facts.get("priced") or {}
    lines = priced.get("lines") or ()
    yield from _found(facts, lines)
    for line in lines:
        yield Line(_fee(line), FEE)
    if priced:
        yield Line(t("shown.priced", total=yuan(priced["total_fen"])), TOTAL)
    yield from _reported(facts)


def _custody(facts: Mapping[str, Any]) -> Iterator[Line]:
    """One step of a key or lent thing: what goes from whom to whom, in what condition, until when (G.2)."""
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


def _visit(facts: Mapping[str, Any], tickets: Mapping[str, str]) -> Iterator[Line]:
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
        what = tickets.get(ticket_id)
        yield Line(t("shown.ticket", what=what) if what else t("shown.ticket_plain"))


def _followed_up(facts: Mapping[str, Any]) -> Iterator[Line]:
    yield Line(t("shown.about", what=facts.get("about") or ""), QUIET)
    yield Line(t("shown.asked", name=facts.get("name") or ""))
    yield Line(t("shown.satisfied" if facts.get("satisfied") else "shown.not_satisfied"), STRONG)
    said = facts.get("said")
    yield Line(t("shown.said", what=said) if said else t("shown.said_nothing"), STRONG)
    if facts.get("promise") and facts.get("again_at") is not None:
        until = full_day(china_day(facts["again_at"]))
        yield Line(t("shown.promise", what=facts["promise"], until=until), STRONG)


_LINES: Final[Mapping[str, Callable[[Mapping[str, Any]], Iterator[Line]]]] = {
    DECLINE: _declined,
    CUSTODY: _custody,
    JOB_DONE: _job,
    FOLLOW_UP: _followed_up,
}
"""What is told for each purpose, but for visits and repairs."""
