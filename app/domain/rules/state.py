"""What is known of a subject now: the result of folding its entries.

States are made only by the fold functions and are read everywhere else. A step is one entry
as the timeline shows it; a flag 待核实 marks an entry that was kept but did not fit. Each type of subject
has a state of its own beside its rules (``app/domain/subjects``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.wire.entries import Entry

# How a signature stands.
UNSIGNED = "unsigned"
INTACT = "intact"
CHANGED = "changed"

# How a step stands in the timeline.
STEP_DONE = "done"
STEP_FLAGGED = "flagged"
STEP_SET_ASIDE = "set_aside"
STEP_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Flag:
    """An entry kept although it did not fit, with the name of the reason (errors 11xx)."""

    entry_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """One entry in the timeline: how it stands, and the corrections made to it since."""

    entry: Entry
    standing: str
    body: Mapping[str, Any]
    reason: str | None = None
    amendments: tuple[Entry, ...] = ()


@dataclass(slots=True)
class SubjectState:
    """The fields that every subject's state has."""

    id: str
    type: str = ""
    """Its type, as its entries say; set by the fold."""
    steps: list[Step] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    opened: Entry | None = None
    stage: str = ""
    address: str = ""
    household_id: str | None = None
    unit_id: str | None = None
    building_id: str | None = None
    estate: str = ""
    """The key of the estate that its first entry names; empty if it names none: then it is its building's, or else the
    company's first."""
    authors: set[str] = field(default_factory=set)
    tags: dict[str, str] = field(default_factory=dict)
    """Every tag it ever bore, and how each stands (``subjects/tagging.py``)."""
    signatures: dict[str, Entry] = field(default_factory=dict)
    """The signatures that count, by the part in which somebody signed (resident, worker, …)."""

    @property
    def shows_photos(self) -> bool:
        """Whether its photos are shown, printed and taken out: not those of a paper that was destroyed (S4)."""
        return True


@dataclass(slots=True)
class UnknownState(SubjectState):
    """A subject of a type this program does not know: kept, passed on, 更新后可见."""

    stage: str = "unknown"
