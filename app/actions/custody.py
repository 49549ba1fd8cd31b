"""Keys and lent things: each step with both signatures, tags, counts, and settling what does not fit (G.1-G.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.actions.custody_reads import CustodyReads
from app.actions.models import CountView, CustodyForm, Saved, Signature, SigningContent
from app.actions.records import Records
from app.actions.server import Server
from app.domain.subjects.count import COUNT
from app.domain.subjects.fold import fold
from app.domain.subjects.place import PLACE
from app.domain.subjects.signing import facts_to_sign
from app.domain.subjects.thing import ThingCard
from app.domain.subjects.thing.kinds import CUSTODY, FOUND, OTHER, RACK, STAFF, THING
from app.domain.subjects.thing.state import ThingState
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.wire.canonical import canonical_hash
from app.domain.wire.entries import Entry
from app.domain.wire.errors import CHANGED_AFTER_SIGNING, FIELD_MISSING, FIELD_WRONG, NOT_FOUND, TAG_OF_OTHER, Problem
from app.domain.writing.tags import spoken

_OPENING = ("entrusted", "stocked")


class Custody(CustodyReads):
    """What can be done with a key or lent thing."""

    def __init__(self, core: Records, server: Server) -> None:
        super().__init__(core)
        self._server = server

    async def print_labels(self, **asked: Any) -> bytes:
        """Return a PDF of labels (``LabelsRequest`` of the server's API says what can be asked); needs the network.

        Raises ``Problem``: ``no_network``, ``role_may_not``, ``out_of_scope``, ``not_found``, ...
        """
        return await self._server.post("/v1/labels", **asked)

    def content(self, form: CustodyForm) -> SigningContent:
        """Return what both sides will sign for a step that is filled in, after checking that it can be done.

        Raises ``Problem``: a field, ``role_may_not``, or why it does not fit (``already_out``, ``held_by_other``, ...).
        """
        step = self._entry_of(form)
        self._core.check([step])
        return SigningContent(THING, form.thing_id, CUSTODY, self._facts(step), self._core.day())

    async def step(self, form: CustodyForm, giver: Signature, taker: Signature, *, draft: str | None = None) -> Saved:
        """Save a step with both signatures in one transaction (G.2). The same ``form.once`` saves once.

        Raises ``Problem`` as ``content`` does, ``signature_too_little``, and ``changed_after_signing`` when
        something else was signed than what is saved.
        """
        step = self._entry_of(form)
        new, attachments = [step], {}
        if not self._core.store.saved([step.id]):
            facts = canonical_hash(self._facts(step))
            if any(canonical_hash(dict(one.content.facts)) != facts for one in (giver, taker)):
                raise Problem(CHANGED_AFTER_SIGNING)
        for part, signature in ((1, replace(giver, signer="giver")), (2, replace(taker, signer="taker"))):
            entry, strokes = self._core.signed(signature, step.id, part)
            new.append(entry)
            attachments[entry.blobs[0].hash] = strokes
        return await self._core.save(new, draft, attachments)

    async def extend(
        self, thing_id: str, due_at: int, reason: str, *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Move the time at which a lent thing is due back (G.2)."""
        return await self._about(thing_id, "extended", {"due_at": due_at, "reason": reason}, once, draft)

    async def locate(
        self,
        thing_id: str,
        where: str,
        *,
        rack: str = "",
        to_id: str | None = None,
        to_name: str = "",
        due_at: int | None = None,
        scanned: str | None = None,
        note: str = "",
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Record where a thing really is, as the desk saw or scanned it; that counts from now on (G.2)."""
        state = self._thing(thing_id)
        body = {
            "where": where,
            "rack": (rack or state.rack) if where == RACK else None,
            "to_id": to_id,
            "to_name": to_name,
            "due_at": due_at,
            "scanned": scanned,
            "pieces": state.pieces,
            "condition": state.condition,
            "note": note or ("按现有状况" if state.condition == "damaged" else ""),
        }
        return await self._about(thing_id, "located", body, once, draft)

    async def write_off(
        self, thing_id: str, reason: str, *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Take a thing that is lost or broken for good out of the register; its history stays readable."""
        return await self._about(thing_id, "written_off", {"reason": reason}, once, draft)

    async def settle(
        self, thing_id: str, holds: str | None, scanned: str = "", note: str = "", *, once: str | None = None
    ) -> Saved:
        """Settle steps that did not fit: the one with the entry id ``holds`` counts, and what follows from it.

        Whatever still does not fit is set aside. ``None``: none of them counts. ``scanned`` is the tag that the desk
        saw with the holder.
        """
        state = self._thing(thing_id)
        if not state.flags:
            raise Problem(NOT_FOUND)
        once = once or self._core.new_id()
        new: list[Entry] = []

        def decide(entry_id: str, decision: str) -> None:
            body = {"entry_id": entry_id, "decision": decision, "note": note, "scanned": scanned}
            new.append(self._core.entry((THING, thing_id), "flag_settled", body, once, len(new)))

        if holds is not None:
            decide(holds, "accept")
        then = fold(THING, [*self._core.store.counted_entries(THING, thing_id), *new])
        for flag in then.flags:
            decide(flag.entry_id, "set_aside")
        return await self._core.save(new)

    async def assign_tag(
        self, thing_id: str, code: str, reason: str = "", *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Hang a tag on a thing; the one before is replaced. Raises ``Problem`` ``tag_of_other``."""
        self._free_tag(code, thing_id)
        return await self._about(thing_id, "tag_assigned", {"tag": code, "reason": reason}, once, draft)

    async def lose_tag(
        self, thing_id: str, code: str, reason: str, *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Note that a tag is lost: whoever scans it is told, and it should be replaced."""
        return await self._about(thing_id, "tag_lost", {"tag": code, "reason": reason}, once, draft)

    async def name_place(
        self,
        place_kind: str,
        name: str,
        code: str,
        *,
        unit_id: str | None = None,
        household_id: str | None = None,
        building_id: str | None = None,
        estate: str | None = None,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Hang a tag at a door (``unit``) or patrol point (``point``). Raises ``Problem`` ``tag_of_other``.

        A door is in its own building. A point is in ``building_id``, or serves the whole ``estate`` (by default the one
        that is looked at): that is for overseers.
        """
        self._free_tag(code, unit_id or "")
        unit = self._core.store.refs("unit").get(unit_id or "", {})
        subject = (PLACE, unit_id or self._core.new_id())
        if unit_id and self._core.store.card(*subject) is not None:
            return await self._core.save([self._core.entry(subject, "tag_assigned", {"tag": code}, once)], draft)
        body = {
            "place_kind": place_kind,
            "name": name,
            "address": str(unit.get("address") or ""),
            "unit_id": unit_id,
            "household_id": household_id,
            "building_id": unit.get("building_id") or building_id,
            "tag": code,
        }
        body |= self._core.says_estate(body, estate)
        return await self._core.save([self._core.entry(subject, "place_named", body, once)], draft)

    def _free_tag(self, code: str, subject_id: str) -> None:
        for card in self._core.bearers(code):
            if card.id != subject_id:
                raise Problem(TAG_OF_OTHER, tag=spoken(code), name=card.content)

    async def record_count(self, count_id: str, view: CountView, note: str = "", *, draft: str | None = None) -> Saved:
        """Save a rack count as it was found (G.3). The same ``count_id`` saves once.

        Each missing thing gets an entry that says so; one that an earlier count missed and this one saw counts as
        found.
        """
        body = {
            "rack": view.rack,
            "found": [
                {"tag": row.code, "standing": row.standing, "says": row.says}
                | ({"thing_id": row.card.id, "name": row.card.content} if row.card else {})
                for row in view.rows
            ],
            "missing": [
                {"thing_id": card.id, "name": card.content, "rack": card.as_(ThingCard).rack} for card in view.missing
            ],
            "expected": view.expected,
            "note": note,
        }
        body |= self._core.says_estate(body, view.estate)
        new = [self._core.entry((COUNT, count_id), "counted", body, count_id)]
        for card in view.missing:
            told = {"count_id": count_id, "rack": card.as_(ThingCard).rack}
            new.append(self._core.entry((THING, card.id), "missed", told, count_id, len(new)))
        there = {
            row.card.id for row in view.rows if row.card is not None and row.card.as_(ThingCard).missed_at is not None
        }
        for thing_id in sorted(there):
            seen = {"how": FOUND, "count_id": count_id}
            new.append(self._core.entry((THING, thing_id), "accounted", seen, count_id, len(new)))
        return await self._core.save(new, draft)

    async def account_for(
        self, thing_id: str, how: str, note: str = "", *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Record that a thing missed by a count is there (``found``), or where it went (``explained``, in words;
        G.3)."""
        return await self._about(thing_id, "accounted", {"how": how, "note": note}, once, draft)

    def _thing(self, thing_id: str) -> ThingState:
        state: ThingState = self._core.store.state(THING, thing_id)  # type: ignore[assignment]
        if state.opened is None:
            raise Problem(NOT_FOUND)
        return state

    async def _about(
        self, thing_id: str, kind: str, body: Mapping[str, Any], once: str | None, draft: str | None
    ) -> Saved:
        return await self._core.record(THING, thing_id, kind, body, once=once, draft=draft)

    def _facts(self, step: Entry) -> dict[str, Any]:
        before: Sequence[Entry] = self._core.store.counted_entries(THING, step.subject_id)
        return facts_to_sign(fold(THING, [*before, step]), CUSTODY)

    def _entry_of(self, form: CustodyForm) -> Entry:
        kept = {"pieces": form.pieces, "condition": form.condition, "note": form.note}
        if form.kind in _OPENING:
            body = kept | self._opening(form)
        else:
            state = self._thing(form.thing_id)
            if form.pieces < state.pieces and not form.note.strip():  # G.2: what is missing is told in words
                raise Problem(FIELD_MISSING, field="remarks", field_zh="备注", field_en="remarks")
            body = kept | self._hands(form, state)
        entry = self._core.entry((THING, form.thing_id), form.kind, body, form.once)
        chain = self._core.store.chain()
        # Placed behind this phone's unsent entries, as when it is saved, or the facts would be folded in another order.
        return entry if chain is None else replace(entry, device=chain.device, counter=chain.counter + 1)

    def _opening(self, form: CustodyForm) -> dict[str, Any]:
        body: dict[str, Any] = {"thing_kind": form.thing_kind, "name": form.name, "rack": form.rack, "tag": form.tag}
        if form.tag:
            self._free_tag(form.tag, form.thing_id)
        home = self._core.home(form.household_id)
        if home is not None:
            body |= {
                "household_id": home.id,
                "unit_id": home.unit_id,
                "building_id": home.building_id,
                "address": home.address,
            }
        elif form.unit_id and (unit := self._core.store.refs("unit").get(form.unit_id)) is not None:
            address = str(unit.get("address") or "")
            body |= {"unit_id": form.unit_id, "building_id": unit.get("building_id"), "address": address}
        body |= self._core.says_estate(body, form.estate)
        if form.thing_kind == OTHER:
            body["kind_name"] = form.kind_name.strip()
        if form.kind == "entrusted":
            body |= {
                "given_by": form.given_by,
                "capacity": form.capacity,
                "phone": form.phone,
                "purpose": form.purpose,
                "until": form.until,
            }
        return body

    def _hands(self, form: CustodyForm, state: ThingState) -> dict[str, Any]:
        held = {"from_id": state.hands.id, "from_name": state.hands.name}
        if form.kind == "returned":
            return held | {"rack": form.rack or state.rack}
        if form.kind == "issued":
            home = form.household_id or state.household_id
            return held | {"to_name": form.to_name, "capacity": form.capacity, "household_id": home}
        if form.kind == "given_back":
            return held | {"to_name": form.to_name, "capacity": form.capacity}
        to = {"to_kind": form.to_kind, "to_id": form.to_id, "to_name": form.to_name, "to_phone": form.to_phone}
        if form.to_kind == STAFF and form.to_id:
            to["to_name"] = self._core.staff_name(form.to_id)
        if form.kind == "handed_over":
            return held | to | {"due_at": form.due_at}
        ticket = self._core.store.card(TICKET, form.ticket_id) if form.ticket_id else None
        if ticket is not None and state.unit_id and ticket.unit_id and ticket.unit_id != state.unit_id:
            other = {"why_zh": f"{ticket.address}的工单不在这扇门", "why_en": f"{ticket.address} is another door"}
            raise Problem(FIELD_WRONG, field="ticket", field_zh="用途", field_en="purpose", why="door", **other)
        worker = ticket.assignee if ticket else None
        return to | {
            "purpose": form.purpose, "ticket_id": form.ticket_id, "worker_id": worker, "due_at": form.due_at
        }  # fmt: skip
