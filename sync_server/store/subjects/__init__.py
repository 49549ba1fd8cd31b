"""Every type of subject for which the store has tables, in the only list of them.

Everything else asks ``SHEETS`` and knows no type by name. A type that is not listed has signatures, photos and flags,
like all types.
"""

from __future__ import annotations

from typing import Any, Final

from sync_server.store.subjects.analysis import AnalysisSheet
from sync_server.store.subjects.archive_paper import ArchivePaperSheet
from sync_server.store.subjects.case.sheet import CaseSheet
from sync_server.store.subjects.count import CountSheet
from sync_server.store.subjects.duty import DutySheet
from sync_server.store.subjects.follow_up.sheet import FollowUpSheet
from sync_server.store.subjects.job import JobSheet
from sync_server.store.subjects.matter import MatterSheet
from sync_server.store.subjects.notice import NoticeSheet
from sync_server.store.subjects.place import PlaceSheet
from sync_server.store.subjects.reading import ReadingSheet
from sync_server.store.subjects.review import ReviewSheet
from sync_server.store.subjects.sheet import Sheet
from sync_server.store.subjects.shift import ShiftSheet
from sync_server.store.subjects.survey_round.sheet import SurveyRoundSheet
from sync_server.store.subjects.thing.sheet import ThingSheet
from sync_server.store.subjects.ticket.sheet import TicketSheet
from sync_server.store.subjects.training import TrainingSheet
from sync_server.store.subjects.visit import VisitSheet

SHEETS: Final[dict[str, Sheet[Any]]] = {}
"""The ``Sheet`` of each type of subject, by the type's name."""
UNKNOWN: Final = Sheet[Any]()


def keep(sheet: Sheet[Any]) -> None:
    """Add what the store keeps of a type of subject; its tables come from a migration (``migrate.FOLDERS``)."""
    SHEETS[sheet.name] = sheet


def sheet_of(subject_type: str) -> Sheet[Any]:
    """Return the ``Sheet`` of a type of subject; ``UNKNOWN`` for one that only a newer program knows."""
    return SHEETS.get(subject_type, UNKNOWN)


for _one in (
    TicketSheet(),
    VisitSheet(),
    ThingSheet(),
    PlaceSheet(),
    CountSheet(),
    MatterSheet(),
    JobSheet(),
    ReviewSheet(),
    FollowUpSheet(),
    DutySheet(),
    AnalysisSheet(),
    CaseSheet(),
    ShiftSheet(),
    TrainingSheet(),
    SurveyRoundSheet(),
    NoticeSheet(),
    ReadingSheet(),
    ArchivePaperSheet(),
):
    keep(_one)
