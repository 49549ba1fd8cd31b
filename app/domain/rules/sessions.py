"""The code of a training session 培训签到码, which whoever is there scans with a phone of their own, and the name of
what they save: phones meet on the server by it, without having met before (V2)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from app.domain.times import DAY, HOUR

_BEGINS: Final = "SMPX1"
_NAMES: Final = uuid.UUID("2e6a4bb1-91a4-4f0e-8d8b-5ff1f0a4c9d3")
_EARLY: Final = HOUR
"""How far the clock of a phone may be behind that of the trainer's."""


@dataclass(frozen=True, slots=True)
class SessionCode:
    """What the code on the trainer's phone says: which session, who trains, on what, and when it began (ms)."""

    session_id: str
    trainer_id: str
    topic: str
    begun_at: int

    def text(self) -> str:
        """Return what the QR code holds: short, so that it is read across a room."""
        return "/".join((_BEGINS, self.session_id, self.trainer_id, self.topic, str(self.begun_at)))

    def open(self, now: int) -> bool:
        """Tell whether somebody can say now that they are there: on the day of the session alone."""
        return self.begun_at - _EARLY <= now < self.begun_at + DAY


def read_session(text: str) -> SessionCode | None:
    """Return what a scanned code says; ``None`` for one that is no session's."""
    parts = text.strip().split("/")
    if len(parts) != 5 or parts[0] != _BEGINS or not parts[4].isdecimal() or len(parts[4]) > 15:
        return None
    try:
        uuid.UUID(parts[1])
    except ValueError:
        return None
    return SessionCode(parts[1], parts[2], parts[3], int(parts[4])) if parts[2] and parts[3] else None


def attendance_id(session_id: str, staff_id: str) -> str:
    """Return the id of one person's attendance at one session: who scans twice, on whatever phone, was there once."""
    return str(uuid.uuid5(_NAMES, f"{session_id}/{staff_id}"))


def manners_id(staff_id: str) -> str:
    """Return the id of the record that somebody passed what one must know before going to doors (V4)."""
    return str(uuid.uuid5(_NAMES, f"manners/{staff_id}"))
