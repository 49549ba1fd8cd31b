"""The register of households that need special care 特殊关照, the calls to them (P3), and emergency contacts (Y4): who
reads what stands there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from app.domain import roles
from app.domain.rules.care import CALLS, KEEPERS, REGISTER
from app.domain.rules.scopes import CARE
from app.domain.subjects.case.chains.rule import Chain, day_of, of_step, said, shown
from app.domain.subjects.case.state import Body, CaseState
from app.domain.times import read_day

ENTERED, CHECKED = "entered", "checked"
CARE_VALID, CARE_EXPIRING, CARE_EXPIRED = "care_valid", "care_expiring", "care_expired"
"""Lists: entries that are in force, that end within a month, and that have ended and nobody checked."""
SOON: Final = timedelta(days=30)
CONTACTS_FORM: Final = "emergency_contacts"
"""The form of a household's emergency contacts (Y 2, qms-pm-31302)."""
_MAY: Final = KEEPERS | {roles.SYSTEM}


class _Private(Chain):
    """A chain about a household that only those read who have to care for it."""

    scopes = frozenset((CARE,))
    private = True
    at_home = True

    def may(self, held: Set[str], b: Body) -> bool:
        """Tell whether somebody may fill in its forms: who would not read them afterwards does not."""
        return bool(held & _MAY)


class Care(_Private):
    """特殊关照登记: from when the household agreed to it until a check says that it is over."""

    name = REGISTER
    rests = True
    waits_for_next = False
    hidden = frozenset(("words", "call_phone", "other_phone"))

    def is_over(self, s: CaseState) -> bool:
        """Tell whether the household does not belong there any more."""
        checked = of_step(s, CHECKED)
        return bool(checked) and said(checked[-1], "still") == "no"

    def known(self, s: CaseState) -> dict[str, str]:
        """Return its last day, and what they need, in words."""
        first = next(iter(of_step(s, ENTERED)), {})
        found = {
            "until": "" if self.is_over(s) else _until(s),
            "needs": shown(first, "needs"),
            "over": "yes" if self.is_over(s) else "",
        }
        return {name: value for name, value in found.items() if value}

    def standing(self, known: Mapping[str, str], day: date) -> str:
        """Return whether it is in force, and for how long still."""
        until = read_day(known.get("until"))
        if until is None:
            return ""
        return CARE_EXPIRED if until < day else CARE_EXPIRING if until - SOON <= day else CARE_VALID


class CareCalls(_Private):
    """特殊关照通知: one call each, so what two phones recorded without a network is both kept."""

    name = CALLS

    def counts(self, b: Body) -> bool:
        """Tell whether somebody was told."""
        return is_reached(b.get("answers"))

    def known(self, s: CaseState) -> dict[str, str]:
        """Return whom it reached, in words."""
        reached = shown(s.first, "reached")
        return {"reached": reached} if reached else {}


def is_reached(answers: object) -> bool:
    """Tell whether a call told somebody, by its answers."""
    return isinstance(answers, Mapping) and answers.get("reached") not in (None, "", "nobody")


def _until(s: CaseState) -> str:
    """Return the last day of an entry: as its last check says, else as it was made."""
    days = [day_of(b, "until") for b in (*of_step(s, ENTERED), *of_step(s, CHECKED))]
    last = next((day for day in reversed(days) if day is not None), None)
    return last.isoformat() if last is not None else ""


# -- emergency contacts ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to be called in an emergency: name, who they are to the household in words, telephone."""

    name: str
    relation: str
    phone: str


def is_contacts(b: Body) -> bool:
    """Tell whether a form is that of emergency contacts: known by its id, for it is a form alone."""
    return b.get("form_id") == CONTACTS_FORM


def contacts_of(b: Body) -> list[Contact]:
    """Return the contacts that a form names, in its order."""
    return [
        Contact(said_of(row, "name"), texts.get("relation", ""), said_of(row, "phone"))
        for row, texts in _rows(b, "contact")
        if said_of(row, "phone")
    ]


def beside_contacts(b: Body) -> list[tuple[str, str]]:
    """Return what else such a form says, as question and answer: whether one may go in, what to know."""
    return [
        (str(row.get("label") or ""), str(row["text"]))
        for row in b.get("shown") or ()
        if row.get("text") and not str(row.get("path") or "").startswith("contact[")
    ]


def said_of(row: Mapping[str, Any], name: str) -> str:
    """Return an answer of a row, "" where it has none."""
    found = row.get(name)
    return found if isinstance(found, str) else ""


def _rows(b: Body, repeat: str) -> Iterator[tuple[Mapping[str, Any], Mapping[str, str]]]:
    """Yield the rows of a repeat, each with its answers as people read them, by question."""
    answers = b.get("answers")
    rows: Sequence[Any] = answers.get(repeat) or () if isinstance(answers, Mapping) else ()
    for row in rows:
        if not isinstance(row, Mapping):
            continue
        above = f"{repeat}[{row.get('#')}]/"
        texts = {
            str(one["path"]).removeprefix(above): str(one.get("text") or "")
            for one in b.get("shown") or ()
            if str(one.get("path") or "").startswith(above)
        }
        yield row, texts


__all__ = ["Care", "CareCalls", "Contact", "beside_contacts", "contacts_of", "is_contacts", "is_reached"]
