"""What the server finds verifying a subject: it has whole chains, a phone only what it may see (§4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.domain.errors import ANSWER_UNREADABLE, Problem
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.visit import VISIT
from app.sync.calls import call, read_json
from app.sync.transport import Transport

_PATHS: Final = {TICKET: "tickets", VISIT: "visits", THING: "things"}
"""Paths that every server has; of other subjects newer ones verify under ``/v1/subjects``."""


@dataclass(frozen=True, slots=True)
class ServerVerdict:
    """The server's word on a subject.

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
        """Tell whether no entry is altered or missing; a change after signing is told by the signature itself."""
        return self.standing not in ("broken", "broken_chain")


async def ask_verdict(transport: Transport, token: str, subject_type: str, subject_id: str) -> ServerVerdict:
    """Have the server verify a subject. Raises ``Problem``: ``no_network``, ``not_found``, ``token_expired``, ..."""
    path = _PATHS.get(subject_type, f"subjects/{subject_type}")
    data = read_json(await call(transport, "GET", f"/v1/{path}/{subject_id}/verify", token=token))
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
