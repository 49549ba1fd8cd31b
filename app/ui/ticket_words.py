"""A ticket in words: what each entry says in one line and in full. Nothing is drawn here.

Bodies come from phones and servers of any version, so a value this program does not know shows as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.domain.addresses import building_words
from app.domain.clocks import Clock
from app.domain.entries import Entry
from app.domain.subjects.ticket.state import TicketState
from app.domain.times import china_day
from app.ui.texts import has, moment_text, t, time_text, yuan

Body = Mapping[str, Any]
NameOf = Callable[[str], str]

SEP = " · "


def word(group: str, value: object) -> str:
    """Return the word of ``ticket.<group>.<value>``; a value nobody has a word for shows as it is."""
    key = f"ticket.{group}.{value}"
    return t(key) if has(key) else str(value or "")


def capacity_of(relation: str) -> str:
    """Return the capacity in which somebody with this relation to the household answers and signs."""
    return {"owner": "self", "family": "family", "tenant": "tenant", "staff": "staff"}.get(relation, "self")


def step_name(kind: str, body: Body) -> str:
    """Return what a step is called in the timeline."""
    name = f"signed_{body.get('as')}" if kind == "signed" else kind
    if has(f"ticket.step.{name}"):
        return word("step", name)
    return t(f"keys.step.{name}") if has(f"keys.step.{name}") else t("ticket.update_to_see")


def clock_name(clock: Clock) -> str:
    """Return what an SOP clock is called."""
    return word("clock", clock.id)


def flag_words(reason: str | None) -> str:
    """Return why an entry did not fit, in plain words."""
    return word("flag", reason) if reason and has(f"ticket.flag.{reason}") else t("ticket.flag.other")


def phone_digits(phone: str) -> str:
    """Return a phone number as a ``tel:`` address takes it."""
    return "".join(char for char in phone if char.isdigit() or char == "+")


def items_words(items: Iterable[Body]) -> str:
    """Return items with how much of each: 更换角阀 × 2个."""
    return t("ticket.people_sep").join(
        t("ticket.fee_of", name=i["name"], qty=i["qty"], unit=i.get("unit") or "") for i in items
    )


def _joined(*parts: object) -> str:
    return SEP.join(str(part) for part in parts if part)


def says(kind: str, body: Body, name_of: NameOf, now: int) -> str:
    """Return what an entry says, in a line; empty where the step's name says it all. ``now`` in ms names days."""
    if kind == "progress_reported":
        return _progress(body, now)
    speak = _SAYS.get(kind)
    return speak(body, name_of) if speak is not None else ""


def _person(b: Body) -> dict[str, str]:
    return {"name": str(b.get("name") or ""), "capacity": word("capacity", b.get("capacity"))}


def _judged(b: Body, _: NameOf) -> str:
    if not b["feasible"]:
        return t("ticket.says.infeasible", reason=b.get("reason") or "")
    return _joined(t("ticket.says.feasible", price=yuan(int(b.get("price_fen") or 0))), b.get("work"))


def _asked(b: Body, _: NameOf) -> str:
    if b["agreed"]:
        return _joined(t("ticket.says.asked_yes"), b.get("name"))
    return t("ticket.says.asked_no", reason=b.get("reason") or "")


def _found(b: Body, _: NameOf) -> str:
    if b.get("items"):
        return _joined(items_words(b["items"]), b.get("description"))
    return _joined(t("ticket.says.unlisted"), b.get("description"))


def _consent(b: Body, _: NameOf) -> str:
    if b["agreed"]:
        return t("ticket.says.agreed", **_person(b))
    return t("ticket.says.declined", reason=b.get("reason") or "", **_person(b))


def _material(b: Body, _: NameOf) -> str:
    return _joined(
        b["name"],
        word("verdict", b["verdict"]),
        b.get("remarks"),
        t("ticket.says.warned") if b.get("warned") else "",
        t("ticket.says.choice", choice=word("choice", b["choice"])) if b.get("choice") else "",
    )


def _tried(b: Body, _: NameOf) -> str:
    if not b["ok"]:
        return t("ticket.says.tried_bad", remarks=b.get("remarks") or "")
    how = "inspected_ok" if b.get("how") == "inspected" else "tried_ok"
    return _joined(t(f"ticket.says.{how}"), b.get("remarks"))


def _finished(b: Body, _: NameOf) -> str:
    tidied = b.get("tidied")
    more = "" if tidied is None else t("ticket.says.tidied" if tidied else "ticket.says.not_tidied")
    return _joined(b["result"], more)


def _progress(b: Body, now: int) -> str:
    until = b.get("expected_at")
    return _joined(b["note"], t("ticket.says.expected", when=moment_text(int(until), now)) if until else "")


def _whose(b: Body, side: str, name_of: NameOf) -> str:
    """Whose hands an entry names; a colleague by what tells them from another of the same name."""
    name = str(b[f"{side}_name"])
    known = name_of(str(b.get(f"{side}_id") or ""))
    return known if known.startswith(f"{name} ") else name


_SAYS: dict[str, Callable[[Body, NameOf], str]] = {
    "ticket_opened": lambda b, _: str(b["content"]),
    "ticket_numbered": lambda b, _: str(b["number"]),
    "assigned": lambda b, name_of: _joined(name_of(str(b["worker_id"])), b.get("note")),
    "escalated": lambda b, _: str(b["reason"]),
    "urgency_set": lambda b, _: _joined(t("ticket.urgent" if b["urgent"] else "ticket.says.not_urgent"), b.get("note")),
    "judged": _judged,
    "resident_asked": _asked,
    "found": _found,
    "priced": lambda b, _: _joined(t("ticket.total", total=yuan(b["total_fen"])), items_words(b["lines"])),
    "consent": _consent,
    "material_checked": _material,
    "work_started": lambda b, _: _joined(
        t(f"ticket.says.{'own_materials' if b['own_materials'] else 'no_own_materials'}"), b.get("note")
    ),
    "fees_written": lambda b, _: _joined(
        t("ticket.total", total=yuan(b["total_fen"])) if b["lines"] else t("ticket.no_fee"), b.get("remarks")
    ),
    "tried": _tried,
    "signed": lambda b, _: t("ticket.says.signer", **_person(b)),
    "finished": _finished,
    "closed": lambda b, _: str(b["reason"]),
    "confirmed": lambda b, _: str(b.get("note") or ""),
    "handed_back": lambda b, _: str(b.get("note") or ""),
    "finance_received": lambda b, _: str(b.get("note") or ""),
    "called_back": lambda b, _: _joined(
        t("ticket.says.satisfied" if b["satisfied"] else "ticket.says.unsatisfied"), b.get("note")
    ),
    "voided": lambda b, _: str(b["reason"]),
    "entrusted": lambda b, _: _joined(b["given_by"], b["purpose"]),
    "stocked": lambda b, _: str(b["name"]),
    "lent": lambda b, name_of: _joined(_whose(b, "to", name_of), b["purpose"]),
    "handed_over": lambda b, name_of: f"{_whose(b, 'from', name_of)} → {_whose(b, 'to', name_of)}",
    "returned": lambda b, name_of: _joined(_whose(b, "from", name_of), b["rack"], b.get("note")),
    "given_back": lambda b, _: _joined(b["to_name"], b.get("note")),
    "extended": lambda b, _: str(b["reason"]),
    "located": lambda b, _: _joined(b.get("rack") or b.get("to_name"), b.get("note")),
    "written_off": lambda b, _: str(b["reason"]),
    "tag_assigned": lambda b, _: _joined(b["tag"], b.get("reason")),
    "tag_lost": lambda b, _: _joined(b["tag"], b["reason"]),
    "missed": lambda b, _: str(b.get("rack") or ""),
    "accounted": lambda b, _: _joined(t(f"keys.how.{b['how']}"), b.get("note")),
    "place_named": lambda b, _: _joined(b["name"], b.get("tag")),
    "counted": lambda b, _: str(b.get("rack") or ""),
    "flag_settled": lambda b, _: _joined(word("says", f"flag_{b['decision']}"), b.get("note")),
}


def in_full(kind: str, body: Body) -> list[tuple[str, str]]:
    """Return what opens under a step by a tap: the rest of what the entry holds, as (name, words)."""
    if kind == "ticket_opened":
        return _pairs(body, ("contact", "contact_name"), ("phone", "contact_phone"), ("address", "address"))
    if kind == "material_checked":
        return _pairs(body, ("brand", "brand"), ("qty", "qty"), ("consequences", "consequences"))
    return []


def _pairs(body: Body, *names: tuple[str, str]) -> list[tuple[str, str]]:
    return [(t(f"ticket.field.{word_}"), str(body[name])) for word_, name in names if body.get(name)]


def stamp_time(at: int, now: int) -> str:
    """Return when, as short as it can be told: 14:05 today, 昨天 09:30 else."""
    return time_text(at) if china_day(at) == china_day(now) else moment_text(at, now)


def fees_of(lines: Iterable[Body]) -> list[dict[str, Any]]:
    """Return fee lines as forms hold them: what, quantity, unit price."""
    return [
        {
            "item_id": line.get("item_id"),
            "name": line["name"],
            "unit": line.get("unit") or "",
            "qty": line["qty"],
            "price_fen": line["price_fen"],
        }
        for line in lines
    ]


def lines_to_price(state: TicketState) -> list[dict[str, Any]]:
    """Return the lines a price begins with: what was found (A.3), or the supervisor's judgement (A.2).

    A price shown before comes first, for a new price changes it.
    """
    if state.priced is not None:
        return fees_of(state.priced["lines"])
    items = (state.found or {}).get("items") or ()
    if items:
        return fees_of(items)
    judged = state.judged or {}
    if judged.get("feasible"):
        what = judged.get("work") or (state.found or {}).get("description") or state.content
        return fees_of([{"name": str(what)[:200], "qty": "1", "price_fen": int(judged["price_fen"])}])
    return []


def old_words(entry: Entry, amendments: Iterable[Entry]) -> list[Body]:
    """Return every body an entry had before the one that holds now, oldest first."""
    bodies = [entry.body, *(amendment.body["body"] for amendment in amendments)]
    return bodies[:-1]


def building_name(code: str) -> str:
    """A building's code as people say it: 3栋, 1期3栋; one that has a name is called by it."""
    said = building_words(code)
    return t("household.building", code=code) if said == f"{code}栋" else said


def told_of(state: TicketState) -> str:
    """What is known of a ticket's fault, in one text: what was reported, found and judged."""
    found, judged = state.found or {}, state.judged or {}
    items = [str(item.get("name") or "") for item in found.get("items") or ()]
    return " ".join((state.content, str(found.get("description") or ""), str(judged.get("work") or ""), *items))
