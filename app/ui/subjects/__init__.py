"""How every type of subject is shown to people: the list of `Face`s that lists, timelines, flags, photos and pages
ask."""

from __future__ import annotations

from typing import Final

from app.actions.models import Card
from app.domain.subjects import KINDS, SUBJECTS
from app.ui.subjects.analysis.face import AnalysisFace
from app.ui.subjects.archive_paper.face import ArchivePaperFace
from app.ui.subjects.case.face import CaseFace
from app.ui.subjects.count.face import CountFace
from app.ui.subjects.duty.face import DutyFace
from app.ui.subjects.face import Body, Face, NameOf
from app.ui.subjects.follow_up.face import FollowUpFace
from app.ui.subjects.job.face import JobFace
from app.ui.subjects.matter.face import MatterFace
from app.ui.subjects.notice.face import NoticeFace
from app.ui.subjects.place.face import PlaceFace
from app.ui.subjects.reading.face import ReadingFace
from app.ui.subjects.review.face import ReviewFace
from app.ui.subjects.shift.face import ShiftFace
from app.ui.subjects.survey_round.face import SurveyRoundFace
from app.ui.subjects.thing.face import ThingFace
from app.ui.subjects.ticket.face import TicketFace
from app.ui.subjects.training.face import TrainingFace
from app.ui.subjects.visit.face import VisitFace
from app.ui.texts import t

FACES: Final[dict[str, Face]] = {
    face.type: face
    for face in (
        TicketFace(),
        VisitFace(),
        ThingFace(),
        PlaceFace(),
        CountFace(),
        MatterFace(),
        FollowUpFace(),
        JobFace(),
        ReviewFace(),
        DutyFace(),
        AnalysisFace(),
        CaseFace(),
        ShiftFace(),
        TrainingFace(),
        SurveyRoundFace(),
        NoticeFace(),
        ReadingFace(),
        ArchivePaperFace(),
    )
}
"""The `Face` of each type of subject, by the type's name."""


class _Unknown(Face):
    """Shows a subject of a type that only a newer app knows: in lists and timelines, but without a page."""

    type = path = words = "unknown"

    def called(self) -> str:
        """Return that an update is needed: 更新后可见."""
        return t("ticket.update_to_see")

    def heading(self, card: Card) -> str:
        """Return its door, otherwise that an update is needed."""
        return card.address or t("ticket.update_to_see")

    def line(self, card: Card) -> tuple[str, str]:
        """Return that an update is needed: 更新后可见."""
        return t("ticket.update_to_see"), ""


_UNKNOWN: Final = _Unknown()


def face_of(subject_type: str) -> Face:
    """Return the face of a type of subject; types that only a newer program knows have one, too."""
    return FACES.get(subject_type, _UNKNOWN)


def face_of_purpose(purpose: str) -> Face:
    """Return the face of the type of subject whose signatures can have this ``purpose``."""
    return next((face_of(name) for name, subject in SUBJECTS.items() if purpose in subject.purposes), _UNKNOWN)


def page_of(card: Card) -> str | None:
    """Return the path of the page of a card's subject; None for a type that only a newer app knows."""
    face = FACES.get(card.type)
    return face.page(card.id) if face is not None else None


def settle_page_of(card: Card) -> str | None:
    """Return the path of the page where this subject's flags are settled; None when they are settled in the list of
    flags."""
    face = face_of(card.type)
    return f"{face.page(card.id)}{face.settle}" if face.settle else None


def open_words(card: Card) -> str:
    """Return the words of the link to a subject's page: 打开工单, 打开盘点."""
    return face_of(card.type).opens()


def heading_of(card: Card) -> str:
    """Return the heading of a subject in a list of all types: its door, else its name, else its type."""
    return face_of(card.type).heading(card)


def step_name(kind: str, body: Body, subject_type: str = "") -> str:
    """Return the name of an entry of this kind on a subject of this type; without a type, of the one the kind belongs
    to."""
    return _face(kind, subject_type).step_name(kind, body)


def says(kind: str, body: Body, name_of: NameOf, now: int, subject_type: str = "") -> str:
    """Return what an entry says, in one line; empty when its name says it all."""
    return _face(kind, subject_type).says(kind, body, name_of, now)


def _face(kind: str, subject_type: str) -> Face:
    known = KINDS.get(kind)
    return face_of(subject_type or (known.subject if known is not None else ""))


__all__ = [
    "FACES",
    "Face",
    "face_of",
    "face_of_purpose",
    "heading_of",
    "open_words",
    "page_of",
    "says",
    "settle_page_of",
    "step_name",
]
