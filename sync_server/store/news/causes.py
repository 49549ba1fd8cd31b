"""What people outside the app are told of (A.1, A.2, B.2, C.2, E, G, R), and what one message says.

A message has the number, the building and the clock of a record: never a name, a phone number or what was said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ASSIGNED, NOT_ACCEPTED, NOT_ON_SITE, MAJOR, PROMISE, KEY, SILENT, REQUEST, EVENT = (
    "assigned",
    "not_accepted",
    "not_on_site",
    "major",
    "promise",
    "key",
    "silent",
    "request",
    "event",
)
CAUSES: Final = (ASSIGNED, NOT_ACCEPTED, NOT_ON_SITE, MAJOR, PROMISE, KEY, SILENT, REQUEST, EVENT)
WORDS: Final = {
    ASSIGNED: ("新派单", "assigned"),
    NOT_ACCEPTED: ("派单后无人接单", "assigned, not accepted"),
    NOT_ON_SITE: ("未按时到场", "not on site in time"),
    MAJOR: ("重大投诉", "major complaint"),
    PROMISE: ("答应的事已到期", "promise overdue"),
    KEY: ("钥匙或借用物品逾期未还", "key or lent thing overdue"),
    SILENT: ("手机多日未同步", "phone silent for days"),
    REQUEST: ("住户扫码，待回电", "resident's request, to be called back"),
    EVENT: ("特殊事件", "special event"),
}
"""What each is called, in Chinese and English."""
CLOCKS: Final = {
    NOT_ON_SITE: frozenset({("on_site", "A.2"), ("on_site", "A.9")}),
    PROMISE: frozenset({("promised", "C.2"), ("promise", "E")}),
    KEY: frozenset({("return", "G.2"), ("give_back", "G.1")}),
}
"""The clocks, by name and clause, that run out with time and are told then."""
ASSIGNEE, SUPERVISOR = "assignee", "supervisor"
"""Whom a rule means besides a post: whose the record is, and who leads their department."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that happened and is to be told.

    ``mark`` tells it from everything else that is told, for ever: the same cause has the same mark however often it is
    found. ``supervisor``: the post that leads whoever is to act; ``staff_id``: who is to act, for a text message to
    their phone. Times in ms.
    """

    cause: str
    mark: str
    subject: tuple[str, str]
    estate_key: str = ""
    number: str = ""
    building_id: str | None = None
    clock: str = ""
    clause: str = ""
    due_at: int | None = None
    supervisor: str = ""
    staff_id: str | None = None
    urgent: bool = False


def assigned_mark(entry_id: str) -> str:
    """Return the mark of what was given to somebody by an entry."""
    return f"{ASSIGNED}:{entry_id}"


def unaccepted_mark(subject_id: str, since: int, staff_id: str | None) -> str:
    """Return the mark of what somebody has not accepted who was given it at ``since`` (ms)."""
    return f"{NOT_ACCEPTED}:{subject_id}:{since}:{staff_id}"


def clock_mark(cause: str, subject_id: str, clock: str, due: int) -> str:
    """Return the mark of a clock that ran out at ``due`` (ms)."""
    return f"{cause}:{subject_id}:{clock}:{due}"


def major_mark(subject_id: str, since: int | None) -> str:
    """Return the mark of a complaint that is major since a time (ms)."""
    return f"{MAJOR}:{subject_id}:{since}"


def event_mark(subject_id: str) -> str:
    """Return the mark of a special event (R1)."""
    return f"{EVENT}:{subject_id}"


def silent_mark(device_id: str, seen_at: int) -> str:
    """Return the mark of a phone that was heard of last at a time (ms)."""
    return f"{SILENT}:{device_id}:{seen_at}"
