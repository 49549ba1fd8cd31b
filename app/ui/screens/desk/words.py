"""What the desk's screens need besides drawing: the board's sections, long lists, flags in words, billing months."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, overload

from app.actions import CardFilter
from app.actions.models import Card, StepRow
from app.domain.rules.clocks import RED
from app.domain.rules.state import STEP_DONE
from app.domain.subjects import kinds
from app.domain.subjects.ticket import state as st
from app.ui.texts import has, moment_text, t

IN_WORK: Final = (
    st.ASSIGNED, st.ACCEPTED, st.ON_SITE, st.TO_PRICE, st.TO_AGREE, st.DECLINED, st.AGREED, st.WORKING, st.TO_TRY,
    st.TO_SIGN,
)  # fmt: skip
"""Stages in which a worker has the ticket."""

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "open": (st.OPEN,),
    "to_judge": (st.TO_JUDGE, st.INFEASIBLE),
    "to_ask": (st.TO_ASK,),
    "in_work": IN_WORK,
    "to_confirm": (st.DONE,),
    "to_hand_back": (st.CONFIRMED,),
}
"""The board's sections in the order of the work (A.2-A.8), each with its stages."""


def parse_yuan(text: str) -> int | None:
    """Return an amount typed in yuan as fen, or None when it is none: "80" -> 8000, "12.5" -> 1250."""
    found = re.fullmatch(r"[¥￥]?\s*(\d{1,7})(?:[.。](\d{0,2}))?", text.strip())
    if not found:
        return None
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


class Cards(Sequence[Card]):
    """A sequence of cards of any length that reads a page of them only when one of its cards is asked for."""

    PAGE: Final = 100

    def __init__(self, read: Callable[[CardFilter, int, int], list[Card]], wanted: CardFilter, count: int) -> None:
        self._read = read
        self._wanted = wanted
        self._count = count
        self._pages: dict[int, list[Card]] = {}

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> Card: ...

    @overload
    def __getitem__(self, at: slice) -> list[Card]: ...

    def __getitem__(self, at: int | slice) -> Card | list[Card]:
        if isinstance(at, slice):
            return [card for i in range(*at.indices(self._count)) if (card := self._card(i)) is not None]
        found = self._card(at if at >= 0 else self._count + at)
        if found is None:
            raise IndexError(at)
        return found

    def _card(self, at: int) -> Card | None:
        page, index = divmod(at, self.PAGE)
        if page not in self._pages:
            self._pages[page] = self._read(self._wanted, page * self.PAGE, self.PAGE)
        # A sync between counting and reading may have removed a ticket.
        rows = self._pages[page]
        return rows[index] if 0 <= index < len(rows) else None


# -- flags 待核实 ----------------------------------------------------------------------------------

_OVER_KINDS = ("closed", "voided", "confirmed", "handed_back", "finished", "signed")
_AGAINST: Final[Mapping[str, tuple[str, ...]]] = {
    "not_assignee": ("assigned",),
    "reassigned": ("assigned",),
    "already_over": _OVER_KINDS,
    "price_raised": ("consent", "priced"),
    "signed_other": ("amended", "fees_written", "material_checked", "found"),
    "opened_twice": (*sorted(name for name in kinds.KINDS if kinds.opens(name)), "ticket_numbered"),
}


def against(steps: Sequence[StepRow], entry_id: str) -> StepRow | None:
    """Return the step that a flagged entry contradicts, for the desk to see beside it; None if there is none.

    For a colleague's work after a reassignment it is the reassignment; for work after the end, the end; otherwise the
    last step before it that counts.
    """
    index = next((n for n, step in enumerate(steps) if step.entry.id == entry_id), None)
    if index is None:
        return None
    wanted = _AGAINST.get(steps[index].reason or "")
    before = [step for step in steps[:index] if step.standing == STEP_DONE]
    if wanted is not None:
        named = [step for step in before if step.kind in wanted]
        if named:
            return named[-1]
    return before[-1] if before else None


@dataclass(frozen=True)
class FlagStory:
    """A flag in plain words: what happened, and what it means to accept the entry or to set it aside."""

    what: str
    accept: str
    set_aside: str


def flag_story(reason: str, who: str, did: str, at: int, now: int) -> FlagStory:
    """Describe a flag for whoever settles it; `did` is the step's name, times are in ms.

    An unknown reason (from a newer server) is shown by its bare name.
    """
    key = f"desk.flag.{reason}"
    story = (
        t(key, who=who, did=did, when=moment_text(at, now))
        if has(key)
        else t("desk.flag.other", who=who, did=did, when=moment_text(at, now), reason=reason)
    )
    return FlagStory(story, t("desk.flags.accept_does", did=did), t("desk.flags.aside_does", who=who, did=did))


def is_late(card: Card, now: int) -> bool:
    """Whether a card's running clock is past its deadline; `now` is in ms."""
    return card.clock is not None and card.clock.level(now) == RED
