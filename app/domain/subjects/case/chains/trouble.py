"""Trouble at doors 上门遇到的问题 as rules (V6): who asks for an answer gets one; all of it is taught."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from app.domain.subjects.case.chains.rule import Chain, of_step, said, shown
from app.domain.subjects.case.state import Body, CaseState

DOOR_TROUBLE: Final = "door_trouble"
"""The chain, and its first form."""
ANSWER_FORM: Final = "door_trouble_answer"
"""The form of its answer."""
REPORTED, ANSWERED = "reported", "answered"
TO_ANSWER: Final = "to_answer"
"""The list of those that wait for an answer."""
YES, NO = "yes", "no"


class DoorTrouble(Chain):
    """上门遇到的问题: reported, and answered where that was asked for."""

    name = DOOR_TROUBLE
    waits_for_next = False
    rests = True  # the supervisor owes the answer as a duty; who reported it has nothing more to do
    hidden = frozenset(("answer", "teach"))

    def is_over(self, s: CaseState) -> bool:
        """Tell whether nobody asked for an answer: it is collected, and taught, all the same."""
        return not is_asked(s)

    def counts(self, b: Body) -> bool:
        """Tell whether it begins a duty: only what asks for an answer does."""
        return b.get("step") != REPORTED or said(b, "answer") == YES

    def known(self, s: CaseState) -> dict[str, str]:
        """Return what happened in words, whether an answer is asked for or was given, and whether to teach it."""
        if not s.filled:
            return {}
        answers = of_step(s, ANSWERED)
        found = {
            "what": "：".join(one for one in (shown(s.first, name) for name in ("trouble", "words")) if one),
            "asked": YES if is_asked(s) and not answers else "",
            "answered": YES if answers else "",
            "teach": said(answers[-1], "teach") if answers else "",
        }
        return {name: value for name, value in found.items() if value}

    def standing(self, known: Mapping[str, str], day: date) -> str:
        """Return that it waits for an answer."""
        return TO_ANSWER if known.get("asked") else ""


def is_asked(s: CaseState) -> bool:
    """Tell whether who reported it asked for an answer."""
    return any(said(one, "answer") == YES for one in of_step(s, REPORTED))
