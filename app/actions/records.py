"""What can be done with a record of any type: signing what is shown (A.4, A.7), correcting, settling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from app.actions.models import Saved, Signature, SigningContent
from app.actions.reads import Reads
from app.domain.subjects.signing import facts_to_sign, make_content, signature_body
from app.domain.times import china_day
from app.domain.wire.canonical import canonical, canonical_hash, sha256_hex
from app.domain.wire.entries import STROKES, BlobRef, Entry
from app.domain.wire.errors import CHANGED_AFTER_SIGNING, SIGNATURE_TOO_LITTLE, TARGET_MISSING, Problem
from app.domain.wire.strokes import is_real_signature, make_drawing


class Records(Reads):
    """The verbs that every type of record shares. ``once`` and ``draft``: see ``Core.save`` and the store's drafts."""

    # -- signing ---------------------------------------------------------------------------

    def signing_content(self, subject_type: str, subject_id: str, purpose: str) -> SigningContent:
        """Return what a signature for ``purpose`` (repair, declined, visit) will be bound to.

        Raises ``Problem`` ``nothing_to_sign``.
        """
        state = self.store.state(subject_type, subject_id)
        return SigningContent(subject_type, subject_id, purpose, facts_to_sign(state, purpose), self.day())

    async def sign(self, signature: Signature, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Save a signature with its strokes."""
        return await self.sign_with(signature, lambda _: (), once=once, draft=draft)

    async def sign_with(
        self,
        signature: Signature,
        follows: Callable[[Entry], Iterable[Entry]],
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Save a signature with its strokes, and the entries that follow from it in the same transaction.

        Raises ``Problem`` ``signature_too_little`` for a dot, ``changed_after_signing`` when what
        is recorded is no longer what was shown.
        """
        content = signature.content
        state = self.store.state(content.subject_type, content.subject_id)
        now_says = facts_to_sign(state, content.purpose)
        if canonical_hash(now_says) != canonical_hash(dict(content.facts)):
            raise Problem(CHANGED_AFTER_SIGNING)
        entry, strokes = self.signed(signature, once)
        return await self.save([entry, *follows(entry)], draft, {entry.blobs[0].hash: strokes})

    def signed(self, signature: Signature, once: str | None, part: int = 0) -> tuple[Entry, bytes]:
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
        entry = self.entry((content.subject_type, content.subject_id), "signed", body, once, part)
        return replace(entry, blobs=(BlobRef(sha256_hex(strokes), len(strokes), STROKES),)), strokes

    def strokes(self, entry: Entry) -> bytes | None:
        """Return the drawing of a signature (canonical JSON), or ``None`` while it is not on this phone."""
        name = str(entry.body.get("strokes", ""))
        return self.store.drawings((name,)).get(name)

    def day(self) -> str:
        return china_day(self.now()).isoformat()

    # -- correcting and settling -----------------------------------------------------------

    async def amend(
        self,
        entry_id: str,
        body: Mapping[str, Any],
        reason: str,
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Correct an earlier entry: ``body`` is all of what it should say; the old one stays readable."""
        target = self._entry_called(entry_id)
        subject = (target.subject_type, target.subject_id)
        plain = {key: value for key, value in body.items() if value is not None and value != ""}
        new = self.entry(subject, "amended", {"target_id": entry_id, "body": plain, "reason": reason}, once)
        return await self.save([new], draft)

    async def settle_flag(
        self, entry_id: str, decision: str, note: str = "", *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Settle an entry that did not fit 待核实: ``accept`` lets it count, with ``set_aside`` it does not."""
        target = self._entry_called(entry_id)
        subject = (target.subject_type, target.subject_id)
        new = self.entry(subject, "flag_settled", {"entry_id": entry_id, "decision": decision, "note": note}, once)
        return await self.save([new], draft)

    def _entry_called(self, entry_id: str) -> Entry:
        found = self.store.saved([entry_id])
        if not found:
            raise Problem(TARGET_MISSING)
        return found[0]
