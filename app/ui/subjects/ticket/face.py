"""How a ticket 工单 is shown: what its entries say, and what photos of it show (A)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.models import Card, StepRow, TicketView
from app.domain import roles
from app.domain.rules import photos
from app.domain.rules.state import SubjectState
from app.domain.subjects.signing import SIGNATURE_INTACT
from app.domain.subjects.ticket import TicketCard
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.kinds import PUBLIC_REPAIR, REPAIR, TICKET
from app.domain.subjects.ticket.state import TicketState
from app.ui.context import Ui
from app.ui.corrections import Correction
from app.ui.kit.money import Fee, fee_table
from app.ui.kit.ticket import chip
from app.ui.kit.timeline import Step
from app.ui.screens.desk.parts import standing_of, ticket_head
from app.ui.screens.desk.words import GROUPS
from app.ui.signed_lines import Line
from app.ui.subjects.face import AtOnce, Body, Face, NameOf
from app.ui.subjects.ticket import signed
from app.ui.subjects.ticket.corrections import CORRECTIONS
from app.ui.subjects.together import Said, Together, by_estate, for_all
from app.ui.texts import has, moment_text, t, yuan
from app.ui.ticket_words import items_words, joined, word

_AT_WORK: Final = frozenset((st.WORKING, st.TO_TRY, st.TO_SIGN, st.DONE, st.CONFIRMED, st.FILED))


class TicketFace(Face):
    """Shows tickets 工单."""

    type = TICKET
    path = "/ticket/"
    words = "ticket"
    mark = ft.Icons.BUILD_OUTLINED
    hidden = frozenset(("ticket_numbered",))

    def lines(self, facts: Body, purpose: str, named: Mapping[str, str]) -> Iterator[Line]:
        """Yield what was done and what it costs, or why it is not done (A.4, A.7)."""
        yield from signed.lines(facts, purpose)

    def read(self, session: Session, subject_id: str) -> TicketView:
        """Return the view that its pages show."""
        return session.tickets.view(subject_id)

    def head(self, view: Any, now: int) -> ft.Control:
        """Return number, address, what is wrong, whom to call, and its deadline."""
        return ticket_head(view, now)

    def paper(self, card: Card) -> str:
        """Return its type and number."""
        return " ".join(part for part in (word("kind", card.kind), card.number) if part)

    def line(self, card: Card) -> tuple[str, str]:
        """Return its type and number, and its stage and content: 维修单 20261121-003; 已归档 · 厨房水龙头漏水."""
        return self.paper(card), " · ".join(part for part in (word("stage", card.stage), card.content) if part)

    def stage_words(self, card: Card) -> str:
        """Return its stage; a stage of a newer program is returned by its name in the code."""
        return word("stage", card.stage)

    def today_marks(self, card: Card, now: int) -> list[ft.Control]:
        """Return chips: its type unless it is a repair, the appointment, and that it was escalated."""
        extra = card.as_(TicketCard)
        marks: list[ft.Control] = []
        if card.kind != REPAIR:
            marks.append(chip(t(f"ticket.kind.{card.kind}"), "plain", ft.Icons.LABEL_OUTLINE))
        if extra.appointment_at:
            when = t("shell.today.appointment", when=moment_text(extra.appointment_at, now))
            marks.append(chip(when, "plain", ft.Icons.EVENT_OUTLINED))
        if extra.escalated:
            marks.append(chip(t("shell.today.escalated"), "amber", ft.Icons.PRIORITY_HIGH))
        return marks

    def at_once(self, card: Card, held: Set[str]) -> AtOnce | None:
        """Return 签收, for the engineering supervisor, on tickets that engineering has not taken over yet (A.1,
        A.9)."""
        if not card.as_(TicketCard).to_receive or roles.ENGINEERING_SUPERVISOR not in held:
            return None
        return AtOnce("receive", t("ticket.do.receive"), ft.Icons.MOVE_TO_INBOX_OUTLINED, receive)

    def kind_words(self, card: Card) -> str:
        """What kind of ticket it is, as short as a table has room for."""
        key = f"desk.table.kind_{card.kind}"
        return t(key) if has(key) else word("kind", card.kind)

    def follows(self, card: Card, held: Set[str]) -> tuple[str, str] | None:
        """派工, 判定, 询问住户: what the desk and the supervisor do with what nobody works on yet (A.2)."""
        dispatches = bool(held & {roles.DESK, roles.ENGINEERING_SUPERVISOR})
        if card.stage in GROUPS["open"] and dispatches:
            return "assign", t("desk.assign.heading")
        if card.stage == st.TO_JUDGE and roles.ENGINEERING_SUPERVISOR in held:
            return "judge", t("desk.judge.heading")
        if card.stage in GROUPS["to_ask"] and dispatches:
            return "asked", t("desk.asked.heading")
        return None

    def together(self, session: Session, cards: Sequence[Card]) -> tuple[Together, ...]:
        """签收 what waits for it (A.1, A.9); 派给 a worker what nobody has yet (A.2); 确认 what is done, unflagged and
        signed intact (A.8)."""
        held = {card.id: session.roles_on(card) for card in cards}
        mine = [card for card in cards if roles.ENGINEERING_SUPERVISOR in held[card.id]]
        new = [card for card in mine if card.as_(TicketCard).to_receive]
        done = [card for card in mine if _confirmable(session, card)]
        alone = [card for card in cards if (self.follows(card, held[card.id]) or ("",))[0] == "assign"]
        made: list[Together] = []
        if new:
            made.append(Together("receive", t("ticket.do.receive"), t("desk.many.receive_says"), new, _receive))
        if alone:
            workers = by_estate(session, lambda estate: session.staff_list(roles.REPAIR_WORKER, estate))
            whom = for_all(session, alone, workers)
            words = t("desk.assign.heading")
            made.append(Together("assign", words, t("desk.many.assign_says"), alone, _assign, whom=whom))
        if done:
            says = t("desk.many.confirm_says", total=yuan(sum(card.as_(TicketCard).total_fen for card in done)))
            made.append(Together("confirm", t("desk.confirm.button"), says, done, _confirm))
        return (*made, *super().together(session, cards))

    def says(self, kind: str, body: Body, name_of: NameOf, now: int) -> str:
        """Return what an entry says; reported progress names days."""
        return _progress(body, now) if kind == "progress_reported" else super().says(kind, body, name_of, now)

    def correction(self, kind: str) -> Correction:
        """Return how an entry is corrected: for some kinds with a form of its own (`CORRECTIONS`)."""
        return CORRECTIONS.get(kind, Correction)(kind, self.words)

    def in_full(self, kind: str, body: Body) -> list[tuple[str, str]]:
        """Return what the entry's line has no room for, such as the contact or a material's brand."""
        if kind == "ticket_opened":
            return _pairs(body, ("contact", "contact_name"), ("phone", "contact_phone"), ("address", "address"))
        if kind == "material_checked":
            return _pairs(body, ("brand", "brand"), ("qty", "qty"), ("consequences", "consequences"))
        return []

    def dress(self, step: Step, row: StepRow, body: Body, view: Any, session: Session, now: int) -> Step:
        """Return the step with fee lines as a table. On the ticket's own page also with the worker it was assigned to,
        and without what the paper above says already."""
        if body.get("lines"):
            table = fee_table(fee_rows(body["lines"]), id=f"fees-{row.entry.id[-12:]}")
            step = replace(step, details=[table, *step.details])
        if view is None:
            return step
        if row.kind == "assigned":
            to = session.staff_name(str(body.get("worker_id") or ""))
            return replace(step, who=f"{step.who} → {to}", says=str(body.get("note") or ""))
        return replace(step, says="") if row.kind == "ticket_opened" and step.state == "done" else step

    def shows(self, state: SubjectState) -> tuple[str, ...]:
        """Return what photos can show: of a repair, before and after the work, too (A)."""
        repaired = isinstance(state, TicketState) and state.kind in (REPAIR, PUBLIC_REPAIR)
        return photos.SHOWS if repaired else (photos.RECORD,)

    def likely(self, state: SubjectState) -> str:
        """Return before or after for a repair, by its stage."""
        if photos.BEFORE not in self.shows(state):
            return photos.RECORD
        return photos.AFTER if state.stage in _AT_WORK else photos.BEFORE


async def receive(ui: Ui, card: Card) -> None:
    """Take a ticket over 签收 by a tap in a list (A.1, A.9)."""
    await ui.do(ui.session.tickets.receive(card.id), saved=t("desk.received"))


async def _receive(session: Session, card: Card, said: Said, once: str) -> None:
    await session.tickets.receive(card.id, once=once)


async def _assign(session: Session, card: Card, said: Said, once: str) -> None:
    await session.tickets.assign(card.id, said.whom, once=once)


async def _confirm(session: Session, card: Card, said: Said, once: str) -> None:
    await session.tickets.confirm([card.id], once=once)


def _confirmable(session: Session, card: Card) -> bool:
    if card.stage != st.DONE or card.flags:
        return False
    return card.kind != REPAIR or standing_of(session.tickets.view(card.id)) == SIGNATURE_INTACT


def fee_rows(lines: Sequence[Mapping[str, Any]]) -> list[Fee]:
    """Return fee lines in the form that the kit's table takes."""
    return [
        Fee(line["name"], line["qty"], line["price_fen"], line["amount_fen"], line.get("unit") or "") for line in lines
    ]


def _person(b: Body) -> dict[str, str]:
    return {"name": str(b.get("name") or ""), "capacity": word("capacity", b.get("capacity"))}


def _judged(b: Body, _: NameOf) -> str:
    if not b["feasible"]:
        return t("ticket.says.infeasible", reason=b.get("reason") or "")
    return joined(t("ticket.says.feasible", price=yuan(int(b.get("price_fen") or 0))), b.get("work"))


def _asked(b: Body, _: NameOf) -> str:
    if b["agreed"]:
        return joined(t("ticket.says.asked_yes"), b.get("name"))
    return t("ticket.says.asked_no", reason=b.get("reason") or "")


def _found(b: Body, _: NameOf) -> str:
    if b.get("items"):
        return joined(items_words(b["items"]), b.get("description"))
    return joined(t("ticket.says.unlisted"), b.get("description"))


def _consent(b: Body, _: NameOf) -> str:
    if b["agreed"]:
        return t("ticket.says.agreed", **_person(b))
    return t("ticket.says.declined", reason=b.get("reason") or "", **_person(b))


def _material(b: Body, _: NameOf) -> str:
    return joined(
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
    return joined(t(f"ticket.says.{how}"), b.get("remarks"))


def _finished(b: Body, _: NameOf) -> str:
    tidied = b.get("tidied")
    more = "" if tidied is None else t("ticket.says.tidied" if tidied else "ticket.says.not_tidied")
    return joined(b["result"], more)


def _progress(b: Body, now: int) -> str:
    until = b.get("expected_at")
    return joined(b["note"], t("ticket.says.expected", when=moment_text(int(until), now)) if until else "")


def _pairs(body: Body, *names: tuple[str, str]) -> list[tuple[str, str]]:
    return [(t(f"ticket.field.{word_}"), str(body[name])) for word_, name in names if body.get(name)]


TicketFace.says_of = {
    "ticket_opened": lambda b, _: str(b["content"]),
    "ticket_numbered": lambda b, _: str(b["number"]),
    "assigned": lambda b, name_of: joined(name_of(str(b["worker_id"])), b.get("note")),
    "escalated": lambda b, _: str(b["reason"]),
    "urgency_set": lambda b, _: joined(t("ticket.urgent" if b["urgent"] else "ticket.says.not_urgent"), b.get("note")),
    "judged": _judged,
    "resident_asked": _asked,
    "found": _found,
    "priced": lambda b, _: joined(t("ticket.total", total=yuan(b["total_fen"])), items_words(b["lines"])),
    "consent": _consent,
    "material_checked": _material,
    "work_started": lambda b, _: joined(
        t(f"ticket.says.{'own_materials' if b['own_materials'] else 'no_own_materials'}"), b.get("note")
    ),
    "fees_written": lambda b, _: joined(
        t("ticket.total", total=yuan(b["total_fen"])) if b["lines"] else t("ticket.no_fee"), b.get("remarks")
    ),
    "tried": _tried,
    "finished": _finished,
    "closed": lambda b, _: str(b["reason"]),
    "confirmed": lambda b, _: str(b.get("note") or ""),
    "handed_back": lambda b, _: str(b.get("note") or ""),
    "finance_received": lambda b, _: str(b.get("note") or ""),
    "called_back": lambda b, _: joined(
        t("ticket.says.satisfied" if b["satisfied"] else "ticket.says.unsatisfied"), b.get("note")
    ),
    "voided": lambda b, _: str(b["reason"]),
}
