"""Every type of subject there is, in the only list that knows them all.

Folding, signing, access, cards, rights, the feed and the screens ask ``SUBJECTS`` and know no type by name.
"""

from __future__ import annotations

from typing import Any, Final

from app.domain.rules.kind import Kind
from app.domain.rules.state import UnknownState
from app.domain.rules.subject import Subject
from app.domain.subjects.analysis import Analysis
from app.domain.subjects.archive_paper import ArchivePaper
from app.domain.subjects.case import Case
from app.domain.subjects.common import kinds_of_all
from app.domain.subjects.count import Count
from app.domain.subjects.duty import DutySubject
from app.domain.subjects.follow_up import FollowUp
from app.domain.subjects.job import Job
from app.domain.subjects.matter import Matter
from app.domain.subjects.notice import NoticeSubject
from app.domain.subjects.place import Place
from app.domain.subjects.reading import Reading
from app.domain.subjects.review import Review
from app.domain.subjects.shift import Shift
from app.domain.subjects.survey_round import SurveyRound
from app.domain.subjects.tagging import KINDS as TAG_KINDS
from app.domain.subjects.thing import Thing
from app.domain.subjects.ticket import Ticket
from app.domain.subjects.training import Training
from app.domain.subjects.visit import Visit


class Unknown(Subject[UnknownState]):
    """A subject of a type this program does not know: kept, passed on, 更新后可见."""

    name = "unknown"
    state_class = UnknownState

    def finish(self, state: UnknownState) -> None:
        """Show it in its door's timeline (请更新后查看), if its first entry names the door as known types do."""
        if not state.steps:
            return
        first = state.steps[0].entry.body
        for name in ("address", "household_id", "unit_id", "building_id"):
            if isinstance(first.get(name), str):
                setattr(state, name, first[name])


UNKNOWN: Final = Unknown()
SUBJECTS: Final[dict[str, Subject[Any]]] = {}
"""Every type of subject, by its name."""
KINDS: Final[dict[str, Kind]] = {}
"""Every kind of entry this program knows, by name."""


def know(subject: Subject[Any]) -> None:
    """Add a type of subject and its kinds of entry."""
    SUBJECTS[subject.name] = subject
    KINDS.update((kind.name, kind) for kind in subject.kinds)


def subject_of(subject_type: str) -> Subject[Any]:
    """Return the ``Subject`` of a type; ``UNKNOWN`` for one that only a newer program knows."""
    return SUBJECTS.get(subject_type, UNKNOWN)


def _purposes() -> list[str]:
    return [purpose for subject in SUBJECTS.values() for purpose in subject.purposes]


def _signers() -> list[str]:
    return [signer for subject in SUBJECTS.values() for signer in subject.signers]


for _one in (
    Ticket(),
    Visit(),
    Thing(),
    Place(),
    Count(),
    Matter(),
    Job(),
    Review(),
    FollowUp(),
    DutySubject(),
    Analysis(),
    Case(),
    Shift(),
    Training(),
    SurveyRound(),
    NoticeSubject(),
    Reading(),
    ArchivePaper(),
):
    know(_one)
KINDS.update((kind.name, kind) for kind in (*kinds_of_all(_purposes, _signers), *TAG_KINDS))
