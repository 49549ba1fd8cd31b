"""Visits 走访 (E) and signatures: what is signed, by whom, bound to what was shown (A.4, A.7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.actions.core import Core, derived
from app.actions.models import Saved, Signature, SigningContent, VisitForm
from app.actions.photos import PhotoVerbs
from app.actions.tickets import TicketVerbs
from app.domain.subjects.fold import fold
from app.domain.subjects.signing import facts_to_sign, make_content, signature_body
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.visit import VISIT, VISIT_RECORD
from app.domain.times import china_day
from app.domain.wire.canonical import canonical, canonical_hash, sha256_hex
from app.domain.wire.entries import STROKES, BlobRef, Entry
from app.domain.wire.errors import CHANGED_AFTER_SIGNING, NOT_FOUND, SIGNATURE_TOO_LITTLE, Problem
from app.domain.wire.strokes import is_real_signature, make_drawing


class SigningVerbs(Core):
    """Signing what the screen shows."""

    def signing_content(self, subject_type: str, subject_id: str, purpose: str) -> SigningContent:
        """Return what a signature for ``purpose`` (repair, declined, visit) will be bound to.

        Raises ``Problem`` ``nothing_to_sign``.
        """
        state = self.store.state(subject_type, subject_id)
        return SigningContent(subject_type, subject_id, purpose, facts_to_sign(state, purpose), self._day())

    async def sign(self, signature: Signature, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Save a signature with its strokes.

        Raises ``Problem`` ``signature_too_little`` for a dot, ``changed_after_signing`` when what
        is recorded is no longer what was shown.
        """
        content = signature.content
        state = self.store.state(content.subject_type, content.subject_id)
        now_says = facts_to_sign(state, content.purpose)
        if canonical_hash(now_says) != canonical_hash(dict(content.facts)):
            raise Problem(CHANGED_AFTER_SIGNING)
        entry, strokes = self._signed(signature, once)
        return await self._save([entry], draft, {entry.blobs[0].hash: strokes})

    def _signed(self, signature: Signature, once: str | None, part: int = 0) -> tuple[Entry, bytes]:
        if not is_real_signature(signature.strokes):
            raise Problem(SIGNATURE_TOO_LITTLE)
        strokes = canonical(make_drawing(signature.strokes, signature.width, signature.height))
        content = signature.content
        body = signature_body(
            purpose=content.purpose,
            signer=signature.signer,
            name=signature.name,
            capacity=signature.capacity,
            content=make_content(content.purpose, content.facts, signature.shown, content.day),
            strokes=strokes,
        )
        entry = self._entry((content.subject_type, content.subject_id), "signed", body, once, part)
        return replace(entry, blobs=(BlobRef(sha256_hex(strokes), len(strokes), STROKES),)), strokes

    def strokes(self, entry: Entry) -> bytes | None:
        """Return the drawing of a signature (canonical JSON), or ``None`` while it is not on this phone."""
        name = str(entry.body.get("strokes", ""))
        return self.store.drawings((name,)).get(name)

    def _day(self) -> str:
        return china_day(self.now()).isoformat()


class VisitVerbs(TicketVerbs, SigningVerbs, PhotoVerbs):
    """Recording what happened at a door."""

    def visit_signing_content(self, form: VisitForm) -> SigningContent:
        """Return what a signature under a visit that is being filled in will be bound to (E)."""
        state = fold(VISIT, [self._visited(form)])
        return SigningContent(VISIT, form.visit_id, VISIT_RECORD, facts_to_sign(state, VISIT_RECORD), self._day())

    async def record_visit(
        self, form: VisitForm, signature: Signature | None = None, *, draft: str | None = None
    ) -> Saved:
        """Save a visit, the tickets it raised, its signature and the photos held for it in one transaction (E).

        The same ``form.visit_id`` saves once. Raises ``Problem`` as ``sign`` does, and for fields
        (who was met, or why nobody could be met).
        """
        visited = self._visited(form)
        new, attachments = [visited], {}
        if signature is not None:
            facts = facts_to_sign(fold(VISIT, [visited]), VISIT_RECORD)
            if canonical_hash(facts) != canonical_hash(dict(signature.content.facts)):
                raise Problem(CHANGED_AFTER_SIGNING)
            entry, strokes = self._signed(signature, visited.id, 1)
            new.append(entry)
            attachments[entry.blobs[0].hash] = strokes
        for number, ticket in enumerate(form.tickets):
            body = self._opened_body(ticket) | {"channel": "door", "raised_on_visit": form.visit_id}
            door = {key: visited.body[key] for key in ("household_id", "unit_id", "building_id") if key in visited.body}
            body |= door | {"address": ticket.address or visited.body["address"]}
            subject = (TICKET, _ticket_id(form, number))
            new.append(self._entry(subject, "ticket_opened", body, visited.id, 2 + number))
        photos, pictures, held = self._held_entries((VISIT, form.visit_id))
        return await self._save([*new, *photos], draft, attachments | pictures, held)

    async def settle_promise(
        self, visit_id: str, index: int, outcome: str, *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Write down what became of a promise (E)."""
        new = self._entry((VISIT, visit_id), "promise_settled", {"index": index, "outcome": outcome}, once)
        return await self._save([new], draft)

    def _visited(self, form: VisitForm) -> Entry:
        home = self.store.households().by_id.get(form.household_id)
        if home is None:
            raise Problem(NOT_FOUND)
        body: dict[str, Any] = {
            "household_id": home.id,
            "unit_id": home.unit_id,
            "building_id": home.building_id,
            "address": home.address,
            "occasion": form.occasion,
            "met": form.met,
            "met_name": form.met_name if form.met else None,
            "met_capacity": form.met_capacity if form.met else None,
            "not_met": None if form.met else form.not_met,
            "said": form.said,
            "promises": [{"what": p.what, "until": p.until} for p in form.promises] or None,
            "tickets": [_ticket_id(form, number) for number in range(len(form.tickets))] or None,
            "unsigned_reason": form.unsigned_reason,
            "note": form.note,
        }
        return self._entry((VISIT, form.visit_id), "visited", body, derived(form.visit_id, "visited"))


def _ticket_id(form: VisitForm, number: int) -> str:
    return derived(form.visit_id, f"ticket-{number}")
