"""That somebody signed a document of the handbook as read 已阅 (T4, R): which page, which version of it, and the hash
of what it said.

It is signed by the device's chain, like every entry, with or without a network. Who has read is who made the entry:
nobody signs for anybody else. Which documents are to be read is in ``rules/handbook.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final

from app.domain import roles
from app.domain.rules.card import Card, Extra, plain_card
from app.domain.rules.handbook import READING, Read
from app.domain.rules.kind import Kind
from app.domain.rules.state import SubjectState
from app.domain.rules.subject import Body, Subject
from app.domain.subjects.parts import ESTATE
from app.domain.wire.entries import Entry
from app.domain.wire.errors import OPENED_TWICE
from app.domain.wire.fields import Field, integer, sha256, text

PAGE_READ: Final = "page_read"
SIGNED: Final = "read"
STAGE_WORDS: Final = {SIGNED: ("已阅", "read")}

KINDS = (
    Kind(
        PAGE_READ,
        READING,
        frozenset(roles.ROLES),
        (
            Field("page_id", "文件", "document", text()),
            Field("version", "版本", "version", integer(1, 1_000_000)),
            Field("digest", "校验值", "hash", sha256),
            Field("title", "标题", "title", text()),
            ESTATE,
        ),
    ),
)


@dataclass(slots=True)
class ReadingState(SubjectState):
    """A signature that somebody read a document."""

    stage: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadingCard(Extra):
    """The fields that only these cards have: which version of which page was read."""

    page_id: str = ""
    version: int = 0
    digest: str = ""


class Reading(Subject[ReadingState]):
    """已阅 (T4)."""

    name = READING
    opens_with = (PAGE_READ,)
    kinds = KINDS
    state_class = ReadingState
    stage_words = STAGE_WORDS
    extra: ClassVar[type[Extra]] = ReadingCard

    def apply(self, state: ReadingState, entry: Entry, body: Body, *, forced: bool, seen: ReadingState) -> str | None:
        """Apply one entry. Whoever signs once more on another phone has read it all the same."""
        if entry.kind != PAGE_READ:
            return None
        if state.opened is not None:
            return None if self.repeats(state, entry) else OPENED_TWICE.name
        state.opened, state.body, state.stage = entry, body, SIGNED
        return None

    def repeats(self, state: ReadingState, entry: Entry) -> bool:
        """Tell whether somebody has signed it already."""
        return entry.kind == PAGE_READ and state.opened is not None and state.opened.author == entry.author

    def may_begin(self, held: Set[str], buildings: Set[str], kind: str, building: str | None) -> bool:
        """Return true: everybody reads."""
        return True

    def card(self, state: ReadingState) -> Card:
        """Return its card, which lists show."""
        body = state.body
        extra = ReadingCard(
            str(body.get("page_id") or ""), int(body.get("version") or 0), str(body.get("digest") or "")
        )
        return replace(plain_card(state), kind=SIGNED, content=str(body.get("title") or ""), extra=extra)


def read_of(card: Card) -> Read:
    """Return the signature that a card stands for."""
    one = card.as_(ReadingCard)
    return Read(one.page_id, one.digest, card.opener or "", card.opened_at, card.id, one.version)
