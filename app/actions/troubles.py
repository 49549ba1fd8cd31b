"""Trouble at doors 上门遇到的问题 (V6): what was reported and not taught yet, and the answers to what one reported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.actions.form_list import published
from app.actions.reads import Reads
from app.domain.rules.card import Card
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.chains.trouble import ANSWER_FORM, DOOR_TROUBLE, NO
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import ENDED_EARLY
from app.domain.subjects.training import SESSION, TRAINING, TrainingCard
from app.domain.times import DAY
from app.store.queries import CardFilter

_SEEN: Final = "seen_answers"
"""Setting: the answers that this person opened on this phone."""
_NEW: Final = 30 * DAY
"""How long an answer stands on 今日 if nobody opens it."""
_TAUGHT: Final = 400 * DAY
"""How far back trouble is brought up in a training."""
_MOST: Final = 1_000


class Troubles:
    """Trouble at doors, as one signed-in person sees it."""

    def __init__(self, core: Reads, announce: Callable[[], None]) -> None:
        """``announce`` is called when something that screens read has changed."""
        self._core = core
        self._announce = announce

    def to_teach(self) -> list[Card]:
        """Return what was reported and neither taught in a training nor left out by who answered it, the latest first:
        the topics of the next training."""
        core = self._core
        if not self._published(DOOR_TROUBLE):
            return []
        since = core.now() - _TAUGHT
        wanted = CardFilter(type=CASE, kinds=(DOOR_TROUBLE, ANSWER_FORM), opened_from=since, order="recent")
        found = [card for card in core.cards(wanted, 0, _MOST) if card.stage != ENDED_EARLY]
        if not found:
            return []
        held = core.store.cards(CardFilter(type=TRAINING, kinds=(SESSION,), moved_from=since), 0, _MOST)
        taught = {id_ for card in held for id_ in card.as_(TrainingCard).troubles}
        return [card for card in found if card.id not in taught and card.as_(CaseCard).known.get("teach") != NO]

    def answers(self) -> list[Card]:
        """Return what the company answered to this person and they have not opened here, the latest first."""
        core = self._core
        if not self._published(ANSWER_FORM):
            return []
        wanted = CardFilter(
            type=CASE, kinds=(ANSWER_FORM,), opener=core.profile.staff_id, moved_from=core.now() - _NEW, order="recent"
        )
        seen = set(core.store.setting(_SEEN) or ())
        return [card for card in core.store.cards(wanted, 0, 50) if card.id not in seen]

    def saw(self, case_id: str) -> None:
        """Note that this person opened an answer: it is no news any more."""
        new = [card.id for card in self.answers()]
        if case_id not in new:
            return
        core = self._core
        # Only what could come again is kept: an answer is no news after a while.
        wanted = CardFilter(type=CASE, ids=tuple(core.store.setting(_SEEN) or ()), moved_from=core.now() - _NEW)
        kept = [card.id for card in core.store.cards(wanted, 0, _MOST)] if wanted.ids else []
        core.store.put_settings({_SEEN: sorted({*kept, case_id})})
        self._announce()

    def _published(self, form_id: str) -> bool:
        return any(one.id == form_id for one in published(self._core.store))


def words_of(card: Card) -> str:
    """Return what happened at a door in a few words, without the door: it is taught to everybody."""
    one = card.as_(CaseCard)
    return one.known.get("what") or one.said.strip() or card.content


def answer_of(card: Card) -> str:
    """Return what was answered; "" while nothing was."""
    one = card.as_(CaseCard)
    return one.said.strip() if one.known.get("answered") else ""
