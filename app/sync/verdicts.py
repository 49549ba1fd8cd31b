"""Verification of a subject by the server: it has whole chains, a phone only the entries it may see (docs/sync.md
4)."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.wire.errors import ANSWER_UNREADABLE, NOT_FOUND, Problem
from app.sync.calls import call, read_json
from app.sync.transport import Response, Transport


@dataclass(frozen=True, slots=True)
class ServerVerdict:
    """The server's verdict on a subject.

    ``standing`` is the worst it found (``intact``, ``changed_after_signing``, ``broken_chain``, ``broken``,
    ``strokes_missing``, ``unsigned``); ``altered`` counts entries that do not match their hash, ``missing`` those
    that their device numbered but nobody has, ``devices`` those whose chains were looked at.
    """

    standing: str
    altered: int
    missing: int
    devices: int

    @property
    def whole(self) -> bool:
        """Tell whether no entry is altered or missing. (A change after signing shows at the signature.)"""
        return self.standing not in ("broken", "broken_chain")


async def ask_verdict(transport: Transport, token: str, subject_type: str, subject_id: str) -> ServerVerdict:
    """Have the server verify a subject. Raises ``Problem``: ``no_network``, ``not_found``, ``token_expired``, ..."""
    data = read_json(await _verdict(transport, token, subject_type, subject_id))
    try:
        chains = list(data["chains"])
        return ServerVerdict(
            standing=str(data["standing"]),
            altered=len(data["altered"]),
            missing=sum(len(chain["missing"]) for chain in chains),
            devices=len(chains),
        )
    except (KeyError, TypeError) as error:
        raise Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}") from error


async def _verdict(transport: Transport, token: str, subject_type: str, subject_id: str) -> Response:
    try:
        return await call(transport, "GET", f"/v1/subjects/{subject_type}/{subject_id}/verify", token=token)
    except Problem as problem:
        if problem.kind is not NOT_FOUND:
            raise
    # Servers from before this path answer as one that has no such record does, in the same words, and verify tickets,
    # visits and things under paths of their own.
    return await call(transport, "GET", f"/v1/{subject_type}s/{subject_id}/verify", token=token)
