"""What a type of subject looks like to people: its page, its words, how its entries are told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any, ClassVar

import flet as ft

from app.actions import Session
from app.actions.models import Card, StepRow, SubjectView
from app.domain.rules import photos
from app.domain.rules.state import SubjectState
from app.ui import estates
from app.ui.context import Ui
from app.ui.corrections import Correction
from app.ui.kit.base import column, quiet, txt
from app.ui.kit.ticket import chip, paper, stamp_badge
from app.ui.kit.timeline import Step
from app.ui.signed_lines import Line
from app.ui.texts import has, t
from app.ui.ticket_words import joined, word

Body = Mapping[str, Any]
NameOf = Callable[[str], str]
Says = Callable[[Body, NameOf], str]

_COMMON: dict[str, Says] = {
    "signed": lambda b, _: t("ticket.says.signer", name=b.get("name") or "", capacity=word("capacity", b["capacity"])),
    "amended": lambda b, _: str(b.get("reason") or ""),
    "flag_settled": lambda b, _: joined(word("says", f"flag_{b['decision']}"), b.get("note")),
    "unfinished_explained": lambda b, _: t("review.because", reason=b["reason"], advice=b["advice"]),
    "tag_assigned": lambda b, _: joined(b["tag"], b.get("reason")),
    "tag_lost": lambda b, _: joined(b["tag"], b["reason"]),
}


@dataclass(frozen=True)
class AtOnce:
    """A step that somebody does from a list by one tap: its id, what its button says, and what it does."""

    id: str
    words: str
    mark: ft.IconData
    run: Callable[[Ui, Card], Awaitable[None]]


class Face:
    """One type of subject to people. What a type leaves as it is here holds for any."""

    type: ClassVar[str]
    path: ClassVar[str]
    """What its page's address begins with."""
    words: ClassVar[str]
    """The file of texts with its words: ``<words>.step.<kind>`` is what an entry is called."""
    mark: ClassVar[ft.IconData] = ft.Icons.NOTES_ROUNDED
    settle: ClassVar[str] = ""
    """Under its page, where its flags are settled by looking at the thing itself; empty: in the list of flags."""
    own_page: ClassVar[bool] = True
    """Whether it has a page of its own, or the one every subject can have (``screens/subject.py``)."""
    hidden: ClassVar[frozenset[str]] = frozenset()
    """Kinds of entry that a reader of its timeline sees elsewhere."""
    hidden_on_page: ClassVar[frozenset[str]] = frozenset()
    """Kinds of entry that its own page tells with another one (``dress``)."""
    numbered: ClassVar[bool] = True
    """Whether each has a number by which people call it."""
    signed: ClassVar[bool] = True
    """Whether anything about it is ever signed."""
    says_of: ClassVar[Mapping[str, Says]] = {}
    """What its own kinds of entry say, in a line; empty where an entry's name says it all."""

    def read(self, session: Session, subject_id: str) -> SubjectView[Any]:
        """Return what its pages show. Raises ``Problem`` ``not_found``."""
        return session.subject(self.type, subject_id)

    def head(self, view: Any, now: int) -> ft.Control:
        """What it is, in a few lines: on top of its pages."""
        card: Card = view.card
        marks: list[ft.Control] = [stamp_badge("unsent")] if card.unsent else []
        name = txt(self.heading(card), ft.TextThemeStyle.HEADLINE_MEDIUM)
        below = [quiet(card.content)] if card.address and card.content else []
        return paper([column([*estates.head_of(card), name, *below, *marks], gap=8)], id=f"{self.type}-head")

    def called(self) -> str:
        """What one of this type is called: 工单, 盘点."""
        return t(f"{self.words}.noun.{self.type}")

    def opens(self) -> str:
        """What the way to its page is called: 打开工单."""
        return t(f"{self.words}.opens.{self.type}")

    def heading(self, card: Card) -> str:
        """What it is called in a list of all kinds: its door, else its name, else what it is."""
        return card.address or card.content or self.called()

    def page(self, subject_id: str) -> str:
        """The address of its page."""
        return f"{self.path}{subject_id}"

    def line(self, card: Card) -> tuple[str, str]:
        """What it is called in a door's history, and what that line says."""
        return self.called(), card.content

    def stage_words(self, card: Card) -> str:
        """How it stands, in a word or two; empty where its texts have none."""
        key = f"{self.words}.stage.{card.stage}"
        return t(key) if has(key) else ""

    def clock_name(self, clock: str) -> str:
        """What one of its clocks is called."""
        return t(f"{self.words}.clock.{clock}")

    def next_words(self, verb: str) -> str:
        """What the main action is called on its card on 今日: what to do next."""
        keys = (f"{self.words}.next.{verb}", f"shell.next.{verb}")
        return next((t(key) for key in keys if has(key)), verb)

    def today_marks(self, card: Card, now: int) -> list[ft.Control]:
        """What its card on 今日 shows besides the clock and the stamps of every type, as chips."""
        return []

    def at_once(self, card: Card, held: Set[str]) -> AtOnce | None:
        """The step that somebody with the posts ``held`` does from 今日 by one tap, without opening the record."""
        return None

    def step_name(self, kind: str, body: Body) -> str:
        """What an entry is called in a timeline; one of a newer program says that an update is needed."""
        name = f"signed_{body.get('as')}" if kind == "signed" else kind
        keys = (f"{group}.{of}" for group in (f"{self.words}.step", "common.entry") for of in (name, kind))
        return next((t(key) for key in keys if has(key)), t("ticket.update_to_see"))

    def says(self, kind: str, body: Body, name_of: NameOf, now: int) -> str:
        """What an entry says, in a line; empty where its name says it all. ``now`` in ms names days."""
        speak = self.says_of.get(kind) or _COMMON.get(kind)
        return speak(body, name_of) if speak is not None else ""

    def lines(self, facts: Body, purpose: str, named: Mapping[str, str]) -> Iterator[Line]:
        """What somebody reads before signing for ``purpose``: the signed ``facts`` as plain lines; ``named``: what is
        called by its id among them, in words."""
        yield from ()

    def correction(self, kind: str) -> Correction:
        """How an entry of a kind is corrected."""
        return Correction(kind, self.words)

    def amend_page(self, subject_id: str, entry_id: str) -> str:
        """The address at which one of its entries is corrected."""
        return f"{self.page(subject_id)}/amend/{entry_id}"

    def in_full(self, kind: str, body: Body) -> list[tuple[str, str]]:
        """What opens under a step by a tap: the rest of what the entry holds, as (name, words)."""
        return []

    def dress(self, step: Step, row: StepRow, body: Body, view: Any, session: Session, now: int) -> Step:
        """Add to a step what only this type's page tells of it."""
        return step

    def paper(self, card: Card) -> str:
        """What tells it from others of its door, beside who did something: its kind and number."""
        return ""

    def shows(self, state: SubjectState) -> tuple[str, ...]:
        """What photos of it can show."""
        return (photos.RECORD,)

    def likely(self, state: SubjectState) -> str:
        """What the next photo most likely shows."""
        return photos.RECORD

    def title(self, view: Any) -> str:
        """What its page is called."""
        return self.called()

    def sub(self, view: Any, now: int) -> str | None:
        """What stands small under its page's title."""
        return None

    def more(self, view: Any, go: Callable[[str], object]) -> list[ft.Control]:
        """What its page shows between its head and its history; ``go`` opens an address."""
        return []

    def gone(self) -> tuple[str, str]:
        """What its pages say when it is not here, and why it may not be."""
        return t("common.page.gone"), t("common.page.gone_says")

    def unsigned(self) -> str:
        """What its page of signatures says while there are none."""
        return t("desk.verify.none_says")


def standing_marks(row: StepRow) -> list[ft.Control]:
    """The stamps of an entry: kept but not fitting, set aside, not sent yet, refused."""
    made: list[ft.Control] = []
    if row.standing == "flagged":
        reason = f"ticket.flag.{row.reason}"
        made.append(chip(t(reason if has(reason) else "ticket.flag.other"), "amber", ft.Icons.FLAG_OUTLINED))
    if row.standing == "set_aside" and row.sent != "refused":
        made.append(chip(t("ticket.set_aside")))
    if row.sent == "waiting":
        made.append(stamp_badge("unsent"))
    elif row.sent == "refused":
        made.append(chip(t("ticket.refused"), "red", ft.Icons.SYNC_PROBLEM))
    return made


__all__ = ["Body", "Face", "NameOf", "Says", "standing_marks"]
