"""The verbs of a ticket 工单 (A.1-A.9, B): each checks with the domain and saves one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.actions.core import derived
from app.actions.models import Saved, SubjectView, TicketForm, TicketView
from app.actions.reads import members
from app.actions.records import Records
from app.actions.server import Server
from app.domain import roles
from app.domain.rules.card import Card
from app.domain.subjects.matter.kinds import MATTER
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.clocks import clocks, running
from app.domain.subjects.ticket.kinds import REPAIRS, TICKET
from app.domain.subjects.ticket.state import TicketState
from app.domain.subjects.ticket.steps import next_step, to_receive, waits_for
from app.domain.wire.entries import Entry
from app.domain.wire.errors import FIELD_MISSING, NOT_FOUND, Problem
from app.domain.writing.money import fee_line
from app.store.queries import CardFilter
from app.store.search import PriceItem, find_price_items


class Tickets:
    """Tickets of one signed-in person. ``once`` and ``draft``: see ``Core.save`` and the store's drafts."""

    def __init__(self, core: Records, server: Server) -> None:
        self._core, self._server = core, server

    def view(self, ticket_id: str) -> TicketView:
        """Return everything a ticket's page shows. Raises ``Problem`` ``not_found``."""
        seen: SubjectView[TicketState] = self._core.seen_as(TICKET, ticket_id)
        state = seen.state
        said = state.opened.body.get("matter_id") if state.opened is not None else None
        return TicketView(
            **members(seen),
            next=next_step(state, self._core.profile.staff_id, self._core.roles_on(state)),
            clock=running(state),
            clocks=tuple(clocks(state)),
            household=self._core.home(state.household_id),
            assignee_name=self._core.staff_name(state.assignee),
            waits_for=waits_for(state),
            refused=tuple(i for i in self._core.unsent() if i.state == "refused" and i.entry.subject_id == ticket_id),
            matter=self._core.store.card(MATTER, str(said)) if said else None,
        )

    def to_confirm(self) -> list[Card]:
        """Return the tickets that wait for the supervisor's confirmation, the oldest first (A.8)."""
        return [
            card
            for part in self._core.parts_of({roles.ENGINEERING_SUPERVISOR})
            for card in self._core.store.cards(CardFilter(stages=(st.DONE,), estates=part.estates), 0, 1000)
        ]

    def price_items(self, text: str = "", estate: str | None = None) -> list[PriceItem]:
        """Find price items by two letters of pinyin, a part of the name or the code; all for no text.

        ``estate``: on whose list; by default that of the estate looked at.
        """
        key = self._core.estate if estate is None else estate
        known = self._core.store.price_list()
        if self._core.several and key is not None:
            known = [item for item in known if item.estate == key]
        return find_price_items(known, text)

    def price_item(self, item_id: str) -> PriceItem | None:
        """Return a price item, or ``None``."""
        return next((item for item in self._core.store.price_list() if item.id == item_id), None)

    def last_assigned(self) -> list[str]:
        """Return whom this person assigned lately, the last one first, because people often assign the same worker
        again (A.2)."""
        bodies = self._core.store.latest_bodies("assigned", self._core.profile.staff_id, 100)
        return list(dict.fromkeys(str(body.get("worker_id")) for body in bodies))

    async def open(
        self, form: TicketForm, assign_to: str | None = None, *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Open a ticket (A.1, B.1), and assign it at once if ``assign_to`` is given (A.2). A repair that the
        engineering supervisor opens is taken over at once."""
        once = once or self._core.new_id()
        subject = (TICKET, derived(once, "ticket"))
        new = [self._core.entry(subject, "ticket_opened", self.opened_body(form), once)]
        if form.ticket_kind in REPAIRS and roles.ENGINEERING_SUPERVISOR in self._core.roles_for(new[0], ()):
            new.append(self._core.entry(subject, "received", {}, once, 2))
        if assign_to:
            new.append(self._core.entry(subject, "assigned", {"worker_id": assign_to}, once, 1))
        return await self._core.save(new, draft)

    def opened_body(self, form: TicketForm) -> dict[str, Any]:
        body: dict[str, Any] = {
            "ticket_kind": form.ticket_kind,
            "household_id": form.household_id,
            "unit_id": form.unit_id,
            "building_id": form.building_id,
            "address": form.address,
            "contact_name": form.contact_name,
            "contact_phone": form.contact_phone,
            "content": form.content,
            "requested_at": form.requested_at if form.requested_at is not None else self._core.now(),
            "appointment_at": form.appointment_at,
            "due_at": form.due_at,
            "listed": form.listed,
            "item_id": form.item_id,
            "channel": form.channel,
            # Written only if it is: a ticket that is not urgent reads as it always did.
            "urgent": form.urgent or None,
        }
        home = self._core.home(form.household_id)
        if home is not None:
            body |= {"unit_id": home.unit_id, "building_id": home.building_id, "address": form.address or home.address}
            if not form.contact_name and home.people:
                body["contact_name"] = home.people[0].name
                body["contact_phone"] = form.contact_phone or home.people[0].phone
        return body | self._core.says_estate(body, form.estate)

    async def assign(
        self, ticket_id: str, worker_id: str, note: str = "", *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Assign a worker, or another one (A.2). If the engineering supervisor does so, that takes the ticket over, too
        (A.1)."""
        once = once or self._core.new_id()
        body = {"worker_id": worker_id, "note": note}
        new = [self._core.entry((TICKET, ticket_id), "assigned", body, once)]
        return await self._core.save([*self._receipt(ticket_id, once), *new], draft)

    def _receipt(self, ticket_id: str, once: str) -> list[Entry]:
        """Return the entry by which the engineering supervisor takes over a ticket that still waits for it; else none
        (A.1)."""
        state = self._core.seen_as(TICKET, ticket_id).state
        if not to_receive(state) or roles.ENGINEERING_SUPERVISOR not in self._core.roles_on(state):
            return []
        return [self._core.entry((TICKET, ticket_id), "received", {}, once, 1)]

    async def receive(self, ticket_id: str, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Take a ticket over 签收 for engineering (A.1, A.9); a second tap records nothing more."""
        once = once or derived(ticket_id, f"received-{self._core.profile.staff_id}")
        return await self._do(ticket_id, "received", {}, once, draft)

    async def judge(
        self,
        ticket_id: str,
        feasible: bool,
        price_fen: int | None = None,
        work: str = "",
        reason: str = "",
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Judge an unlisted repair: feasible and at what price, or not and why (A.2)."""
        body = {"feasible": feasible, "price_fen": price_fen, "work": work, "reason": reason}
        return await self._do(ticket_id, "judged", body, once, draft)

    async def resident_asked(
        self,
        ticket_id: str,
        agreed: bool,
        name: str = "",
        reason: str = "",
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Write down what the resident said to the judged price (A.2)."""
        return await self._do(
            ticket_id, "resident_asked", {"agreed": agreed, "name": name, "reason": reason}, once, draft
        )

    async def accept(self, ticket_id: str, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Accept, stamped to the minute (A.2, B.2)."""
        return await self._do(ticket_id, "accepted", {}, once, draft)

    async def arrive(self, ticket_id: str, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Be on site (A.2, A.9)."""
        return await self._do(ticket_id, "arrived", {}, once, draft)

    async def find(
        self,
        ticket_id: str,
        items: Sequence[tuple[str, str]] = (),
        description: str = "",
        listed: bool | None = None,
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Write down what is really there (A.3): price items as (id, quantity), or in words when not listed."""
        prices = {item.id: item for item in self._core.store.price_list()}
        rows = []
        for item_id, qty in items:
            if item_id not in prices:
                raise Problem(NOT_FOUND)
            item = prices[item_id]
            row = {"item_id": item.id, "name": item.name, "qty": qty, "price_fen": item.price_fen}
            rows.append(row | ({"unit": item.unit} if item.unit else {}))
        body = {
            "listed": bool(rows) if listed is None else listed,
            "items": rows or None,
            "description": description,
        }
        return await self._do(ticket_id, "found", body, once, draft)

    def fee_line(
        self, item_id: str | None, qty: str, name: str = "", price_fen: int | None = None, unit: str = ""
    ) -> dict[str, Any]:
        """Return one fee line: from the price list, or in own words with a price (A.6).

        Raises ``Problem`` ``not_found`` for an item that is not on the list, ``field_missing``.
        """
        item = next((i for i in self._core.store.price_list() if i.id == item_id), None) if item_id else None
        if item_id and item is None:
            raise Problem(NOT_FOUND)
        if item is not None:
            name, unit = name or item.name, unit or item.unit
            price_fen = item.price_fen if price_fen is None else price_fen
        if price_fen is None:
            raise Problem(FIELD_MISSING, field="unit price", field_zh="单价", field_en="unit price")
        line = fee_line(name, qty, price_fen, unit, item_id)
        return {key: value for key, value in line.items() if value not in (None, "")}

    async def price(
        self,
        ticket_id: str,
        lines: Sequence[Mapping[str, Any]],
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Show the price to the resident before work starts (A.4)."""
        return await self._do(ticket_id, "priced", _summed(lines), once, draft)

    async def consent(
        self,
        ticket_id: str,
        agreed: bool,
        name: str,
        capacity: str,
        reason: str = "",
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Record whether the resident agrees to the price or declines and why; one who declines was asked to think it
        over (A.4)."""
        once = once or self._core.new_id()
        subject = (TICKET, ticket_id)
        body = {"agreed": agreed, "name": name, "capacity": capacity, "reason": reason}
        said = [] if agreed else [self._core.entry(subject, "reminded", {}, once, 1)]
        return await self._core.save([*said, self._core.entry(subject, "consent", body, once)], draft)

    async def check_material(
        self,
        ticket_id: str,
        name: str,
        verdict: str,
        brand: str = "",
        qty: str = "",
        remarks: str = "",
        warned: bool | None = None,
        consequences: str = "",
        choice: str | None = None,
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Check a material the resident supplied; for a failing one, what was told and chosen (A.5)."""
        body = {
            "name": name,
            "verdict": verdict,
            "brand": brand,
            "qty": qty,
            "remarks": remarks,
            "warned": warned,
            "consequences": consequences,
            "choice": choice,
        }
        return await self._do(ticket_id, "material_checked", body, once, draft)

    async def start_work(
        self, ticket_id: str, own_materials: bool, note: str = "", *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Start the work the resident agreed to, with or without materials of their own (A.4, A.5)."""
        return await self._do(ticket_id, "work_started", {"own_materials": own_materials, "note": note}, once, draft)

    async def write_fees(
        self,
        ticket_id: str,
        lines: Sequence[Mapping[str, Any]],
        remarks: str = "",
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Write the fees line by line (A.6); above the agreed total a new price must be shown first (A.4)."""
        return await self._do(ticket_id, "fees_written", _summed(lines) | {"remarks": remarks}, once, draft)

    async def try_out(
        self,
        ticket_id: str,
        ok: bool,
        how: str = "tried",
        remarks: str = "",
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Write down that the resident tried or inspected the repair (A.7)."""
        return await self._do(ticket_id, "tried", {"ok": ok, "how": how, "remarks": remarks}, once, draft)

    async def finish(
        self,
        ticket_id: str,
        result: str,
        tidied: bool | None = None,
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Finish a public repair or a job: result and tidying up, no resident signature (A.9, B.4)."""
        return await self._do(ticket_id, "finished", {"result": result, "tidied": tidied}, once, draft)

    async def close(self, ticket_id: str, reason: str, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Close what can't be repaired, with the reason (A.2)."""
        return await self._do(ticket_id, "closed", {"reason": reason}, once, draft)

    async def confirm(
        self, ticket_ids: Sequence[str], note: str = "", *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Confirm the day's tickets, all in one go (A.8)."""
        return await self._do_all(ticket_ids, "confirmed", {"note": note}, once, draft)

    async def hand_back(
        self, ticket_id: str, note: str = "", *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Hand the resident's copy back and file the ticket (A.8)."""
        return await self._do(ticket_id, "handed_back", {"note": note}, once, draft)

    async def finance_received(
        self, ticket_ids: Sequence[str], note: str = "", *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Receive finance's copies, before the 25th (A.8)."""
        return await self._do_all(ticket_ids, "finance_received", {"note": note}, once, draft)

    async def print_paper(self, ticket_id: str, copies: Sequence[str] = ()) -> bytes:
        """Return the ticket's paper as a PDF, in all four copies or the named ones (A.8); needs the network. Raises
        ``Problem``: ``no_network``, ``not_found``, …"""
        chosen = "&".join(f"copy={one}" for one in copies)
        return await self._server.get(f"/v1/tickets/{ticket_id}/paper{'?' if chosen else ''}{chosen}")

    async def print_bills(self, month: str, form: str) -> bytes:
        """Return a billing month (2026-12), of the estate looked at: ``xlsx`` a row a fee line, ``pdf`` finance's
        copies (A.8); needs the network. Raises ``Problem``: ``no_network``, ``role_may_not``, …"""
        estate = self._core.estate
        where = f"&estate_key={estate}" if self._core.several and estate is not None else ""
        return await self._server.get(f"/v1/bills?month={month}&format={form}{where}")

    async def call_back(
        self, ticket_id: str, satisfied: bool, note: str = "", *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Write down what the resident said on the phone afterwards (A, B.4)."""
        return await self._do(ticket_id, "called_back", {"satisfied": satisfied, "note": note}, once, draft)

    async def void(self, ticket_id: str, reason: str, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Void a spoiled ticket; its number stays taken (B.6)."""
        return await self._do(ticket_id, "voided", {"reason": reason}, once, draft)

    async def escalate(
        self, ticket_id: str, reason: str, *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Send up what cannot be done, with the reason: a ticket cannot be refused (B.2)."""
        return await self._do(ticket_id, "escalated", {"reason": reason}, once, draft)

    async def set_urgent(
        self, ticket_id: str, urgent: bool, note: str = "", *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Mark a ticket as urgent 紧急, or as urgent no more: an urgent one stands first wherever it is listed."""
        return await self._do(ticket_id, "urgency_set", {"urgent": urgent, "note": note}, once, draft)

    async def report_progress(
        self,
        ticket_id: str,
        note: str,
        expected_at: int | None = None,
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Report progress before the answer is due (B.3)."""
        return await self._do(ticket_id, "progress_reported", {"note": note, "expected_at": expected_at}, once, draft)

    async def _do(
        self, ticket_id: str, kind: str, body: Mapping[str, Any], once: str | None, draft: str | None
    ) -> Saved:
        return await self._core.save([self._core.entry((TICKET, ticket_id), kind, body, once)], draft)

    async def _do_all(
        self, ticket_ids: Sequence[str], kind: str, body: Mapping[str, Any], once: str | None, draft: str | None
    ) -> Saved:
        if not ticket_ids:
            raise Problem(FIELD_MISSING, field="tickets", field_zh="工单", field_en="tickets")
        once = once or self._core.new_id()
        return await self._core.save(
            [self._core.entry((TICKET, t), kind, body, once, n) for n, t in enumerate(ticket_ids)], draft
        )


def _summed(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return fee lines with their total (A.6)."""
    return {"lines": [dict(line) for line in lines], "total_fen": sum(int(line["amount_fen"]) for line in lines)}
