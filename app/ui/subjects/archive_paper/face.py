"""How a paper 档案文件 of a household's archive is shown: its class, its title, who has it (S)."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.actions.models import Card
from app.domain.rules.archive import class_words, look_at
from app.domain.rules.state import SubjectState
from app.domain.subjects.archive_paper import (
    APPROVED,
    ASKED,
    CLOSED,
    DESTROYED,
    FILED,
    MISSING,
    OBSOLETE,
    OUT,
    PAPER,
    PROPOSED,
    PaperCard,
    PaperState,
)
from app.domain.wire.fields import Field
from app.ui.corrections import Correction
from app.ui.kit.ticket import chip
from app.ui.photo_steps import PHOTO_TAKEN
from app.ui.subjects.face import Face
from app.ui.texts import language, t
from app.ui.ticket_words import joined

TONES: Final = {
    FILED: "good", ASKED: "amber", APPROVED: "amber", OUT: "calm", PROPOSED: "amber", DESTROYED: "plain",
    CLOSED: "plain",
}  # fmt: skip
_FOUND: Final = {MISSING: ("red", ft.Icons.SEARCH_OFF_ROUNDED), OBSOLETE: ("amber", ft.Icons.AUTO_DELETE_OUTLINED)}


def class_name(number: int) -> str:
    """Return a class as it is called: 4 迁入时填具之资料."""
    return f"{number} {class_words(number, language().partition('-')[0])}".strip()


def found_chip(found: str) -> list[ft.Control]:
    """Return what the last check found, where that is not that it is there."""
    if found not in _FOUND:
        return []
    tone, mark = _FOUND[found]
    return [chip(t(f"archive_paper.found.{found}"), tone, mark)]


class _Correction(Correction):
    """Corrects what a paper is called: its class is no writing error, and changes by a step of its own."""

    def _typed(self) -> list[Field]:
        return [field for field in super()._typed() if field.name != "archive"]


class ArchivePaperFace(Face):
    """Shows papers of households' archives."""

    type = PAPER
    path = "/archive_paper/"
    words = "archive_paper"
    mark = ft.Icons.FOLDER_OUTLINED
    numbered = False
    signed = False
    hidden = frozenset((PHOTO_TAKEN,))
    """Scans stand on the paper's own page alone, where each look is recorded (S2)."""
    says_of = {  # noqa: RUF012
        "paper_filed": lambda b, _: joined(class_name(int(b["archive"])), b["title"]),
        "paper_moved": lambda b, _: joined(class_name(int(b["archive"])), b["reason"]),
        "loan_asked": lambda b, _: joined(b["name"], b["purpose"]),
        "loan_decided": lambda b, _: joined(_decided(b["approved"]), b.get("reason")),
        "loan_given": lambda b, _: str(b.get("note") or ""),
        "loan_returned": lambda b, _: str(b.get("note") or ""),
        "paper_checked": lambda b, _: joined(t(f"archive_paper.found.{b['found']}"), b.get("note")),
        "destruction_proposed": lambda b, _: str(b["reason"]),
        "destruction_decided": lambda b, _: joined(_decided(b["approved"]), b.get("reason")),
        "paper_closed": lambda b, _: str(b["reason"]),
    }

    def kind_words(self, card: Card) -> str:
        """Return its class."""
        return class_name(card.as_(PaperCard).archive_class)

    def line(self, card: Card) -> tuple[str, str]:
        """Return its title, and its class."""
        return card.content, self.kind_words(card)

    def paper(self, card: Card) -> str:
        """Return its class."""
        return self.kind_words(card)

    def today_marks(self, card: Card, now: int) -> list[ft.Control]:
        """Return its class, who borrows it, and that the last check did not find it."""
        said = card.as_(PaperCard)
        marks: list[ft.Control] = [chip(self.kind_words(card), "plain", self.mark)]
        if said.borrower:
            marks.append(chip(said.borrower, "calm", ft.Icons.PERSON_OUTLINE))
        return marks + found_chip(said.found)

    def correction(self, kind: str) -> Correction:
        """Return how its first entry is corrected."""
        return _Correction(kind, self.words)

    def looked_at(self, state: SubjectState) -> tuple[str, str]:
        """Return whose archive somebody looks at who sees its scans, and which class."""
        assert isinstance(state, PaperState)
        return state.household_id or "", look_at(state.archive_class)

    def gone(self) -> tuple[str, str]:
        """What its page says when it is not here."""
        return t("archive_paper.gone"), t("archive_paper.gone_says")


def _decided(approved: bool) -> str:
    return t(f"archive_paper.decided.{'yes' if approved else 'no'}")
