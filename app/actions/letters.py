"""Open letters 公开信: one answer to many, filed with each of them (D.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.actions.core import derived
from app.actions.models import Saved
from app.actions.photos import Photos
from app.actions.records import Records
from app.domain.rules.card import Card
from app.domain.subjects import SUBJECTS, subject_of
from app.domain.subjects.matter.kinds import LETTER_WRITERS
from app.domain.wire.errors import FIELD_MISSING, Problem
from app.store.queries import CardFilter

MOST: Final = 500
"""How many records one letter answers at most."""


@dataclass(frozen=True, slots=True)
class LetterForm:
    """An open letter. ``letter_id``: made when the screen opens, so that it is sent once; ``chosen``: type and id of
    each record that it answers."""

    letter_id: str
    text: str
    chosen: tuple[tuple[str, str], ...]


class Letters:
    """Open letters of one signed-in person."""

    def __init__(self, core: Records, photos: Photos) -> None:
        self._core = core
        self._photos = photos

    @property
    def writes(self) -> bool:
        """Whether this person may answer many by one letter in the estate looked at."""
        return bool(self._core.roles & LETTER_WRITERS)

    def to_answer(self) -> list[Card]:
        """Return the records of every type that an open letter would answer now, those due first at the top."""
        types = tuple((name, ()) for name, subject in SUBJECTS.items() if subject.letter_kind)
        wanted = self._core.overseen(CardFilter(type=None, any_of=types, over=False), LETTER_WRITERS)
        return [card for card in self._core.store.cards(wanted, 0, MOST) if subject_of(card.type).open_to_letter(card)]

    async def send(self, form: LetterForm, *, draft: str | None = None) -> Saved:
        """Answer the chosen records by one letter, and file it and its photos with each, in one transaction (D.5).

        The same ``letter_id`` saves once. Raises ``Problem``: ``field_missing`` where nothing is chosen,
        ``not_by_letter`` for a remark of a survey, or why one of them can't be answered now; nothing is saved then.
        """
        if not form.chosen:
            raise Problem(FIELD_MISSING, field="records", field_zh="要答复的事", field_en="what it answers")
        new = [
            self._core.entry(
                subject,
                subject_of(subject[0]).letter_kind,
                {"letter_id": form.letter_id, "text": form.text},
                derived(form.letter_id, f"{subject[0]}/{subject[1]}"),
            )
            for subject in form.chosen
        ]
        photos, pictures, held = self._photos.filed_with(form.letter_id, form.chosen)
        return await self._core.save([*new, *photos], draft, pictures, held)
