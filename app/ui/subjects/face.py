"""`Face`: how a type of subject is shown to people: its page, its words, and its entries in a timeline."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence, Set
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
from app.ui.kit.table import Column
from app.ui.kit.ticket import chip, paper, stamp_badge
from app.ui.kit.timeline import Step
from app.ui.signed_lines import Line
from app.ui.subjects import columns
from app.ui.subjects.together import Together, settling
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
    "taken_over": lambda b, name_of: joined(t("shift.to", name=name_of(str(b["to_id"]))), b.get("note")),
    "tag_assigned": lambda b, _: joined(b["tag"], b.get("reason")),
    "tag_lost": lambda b, _: joined(b["tag"], b["reason"]),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper that can be printed: its id, its name, the file's name, and what has the server make it."""

    id: str
    words: str
    file: str
    make: Callable[[], Awaitable[bytes]]


@dataclass(frozen=True)
class AtOnce:
    """A step that a tap in a list does without opening the record: its id, the button's words and icon, and the
    action."""

    id: str
    words: str
    mark: ft.IconData
    run: Callable[[Ui, Card], Awaitable[None]]


class Face:
    """How one type of subject is shown to people. What a type does not override holds for any type."""

    type: ClassVar[str]
    path: ClassVar[str]
    """The beginning of its pages' paths; the id follows."""
    words: ClassVar[str]
    """The text file with its words: ``<words>.step.<kind>`` is the name of a kind of entry."""
    mark: ClassVar[ft.IconData] = ft.Icons.NOTES_ROUNDED
    settle: ClassVar[str] = ""
    """Path, below its own page, of the page where its flags are settled with the thing at hand; empty: they are settled
    in the list of flags."""
    own_page: ClassVar[bool] = True
    """Whether it has a page of its own; otherwise it has the one for every type (``screens/subject.py``)."""
    own_corrections: ClassVar[bool] = False
    """Whether its entries are corrected on a page of its own; otherwise by a form made of the fields of their kind."""
    hidden: ClassVar[frozenset[str]] = frozenset()
    """Kinds of entry that its timelines leave out, because their content is shown elsewhere."""
    hidden_on_page: ClassVar[frozenset[str]] = frozenset()
    """Kinds of entry that the timeline on its own page shows within another step (``dress``)."""
    numbered: ClassVar[bool] = True
    """Whether each one has a number that people call it by."""
    signed: ClassVar[bool] = True
    """Whether anything about it is ever signed."""
    prints: ClassVar[bool] = False
    """Whether its page has 打印: the server sets a paper of it."""
    worked_out: ClassVar[bool] = False
    """Whether there is no record of each: they are worked out when somebody looks (``listed``)."""
    no_filters: ClassVar[frozenset[str]] = frozenset()
    """Filters of the desk's table (``desk.table.is_…``) that say nothing about it."""
    says_of: ClassVar[Mapping[str, Says]] = {}
    """For each of its own kinds of entry, the function that returns what the entry says; none when its name says it
    all."""

    def read(self, session: Session, subject_id: str) -> SubjectView[Any]:
        """Return the view that its pages show. Raises ``Problem`` ``not_found``."""
        return session.subject(self.type, subject_id)

    def head(self, view: Any, now: int) -> ft.Control:
        """Return the top of its pages: what it is, in a few lines."""
        card: Card = view.card
        marks: list[ft.Control] = [stamp_badge("unsent")] if card.unsent else []
        name = txt(self.heading(card), ft.TextThemeStyle.HEADLINE_MEDIUM)
        below = [quiet(card.content)] if card.address and card.content else []
        return paper([column([*estates.head_of(card), name, *below, *marks], gap=8)], id=f"{self.type}-head")

    def called(self) -> str:
        """Return the name of the type: 工单, 盘点."""
        return t(f"{self.words}.noun.{self.type}")

    def opens(self) -> str:
        """Return the words of the link to its page: 打开工单."""
        return t(f"{self.words}.opens.{self.type}")

    def heading(self, card: Card) -> str:
        """Return its heading in a list of all types: its door, else its name, else its type."""
        return card.address or card.content or self.called()

    async def sheets(self, session: Session, card: Card) -> list[Sheet]:
        """Return the papers of a record that can be printed. Raises ``Problem`` ``no_network`` and the like."""
        name = f"{card.content or card.address or self.called()}.pdf".replace("/", " ")
        return [Sheet("record", t("common.page.print"), name, lambda: session.papers.record(card.type, card.id))]

    def page(self, subject_id: str) -> str:
        """Return the path of its page."""
        return f"{self.path}{subject_id}"

    def line(self, card: Card) -> tuple[str, str]:
        """Return its line in a door's history: its name, and what it says."""
        return self.called(), card.content

    def stage_words(self, card: Card) -> str:
        """Return its stage in a word or two; empty when there are no words for the stage."""
        key = f"{self.words}.stage.{card.stage}"
        return t(key) if has(key) else ""

    def kind_words(self, card: Card) -> str:
        """Of which kind it is, in a word or two; empty where its texts have none."""
        key = f"{self.words}.kind.{card.kind}"
        return t(key) if has(key) else ""

    def columns(self, session: Session, now: int) -> tuple[Column, ...]:
        """The columns of the desk's table of all of its type; ``now`` in ms."""
        return (
            *((columns.number(),) if self.numbered else ()),
            columns.door(self.heading),
            columns.what(),
            columns.kind(self.kind_words),
            columns.stage(self.stage_words),
            columns.who(lambda who: self.who_words(session, who)),
            columns.due(now),
            columns.since(now),
        )

    def follows(self, card: Card, held: Set[str]) -> tuple[str, str] | None:
        """The form that somebody with the posts ``held`` fills in next, from a list: the last part of its path under
        the record's page, and its words; None where there is none."""
        return None

    def listed(self, session: Session, ended: bool, text: str) -> list[Card] | None:
        """What the desk's table shows of a type that is worked out (``worked_out``): what is open, or over, of what
        ``text`` finds; ``None``: what the store lists."""
        return None

    def who_words(self, session: Session, who: str) -> str:
        """What somebody is called who has one of them: a member of staff."""
        return session.staff_name(who)

    def together(self, session: Session, cards: Sequence[Card]) -> tuple[Together, ...]:
        """What this person can do now to several at once, the likeliest first; each says to which of ``cards``."""
        return () if self.settle else settling(session, cards)

    def stands_for(self, card: Card) -> tuple[str, str]:
        """Type and id of the record that the desk shows beside its table for ``card``."""
        return card.type, card.id

    def beside(self, card: Card, acts: Sequence[ft.Control], go: Callable[[str], object]) -> ft.Control | None:
        """What stands beside the desk's table for what has no page; ``None``: its head and its history. ``acts`` are
        buttons for what can be done to it now, ``go`` opens a path."""
        return None

    def clock_name(self, clock: str) -> str:
        """Return the name of one of its deadlines."""
        return t(f"{self.words}.clock.{clock}")

    def next_words(self, verb: str) -> str:
        """Return the words of the next step ``verb`` on its card on the page 今日."""
        keys = (f"{self.words}.next.{verb}", f"shell.next.{verb}")
        return next((t(key) for key in keys if has(key)), verb)

    def today_marks(self, card: Card, now: int) -> list[ft.Control]:
        """Return chips for its card on 今日, in addition to the deadline and the stamps of every type."""
        return []

    def at_once(self, card: Card, held: Set[str]) -> AtOnce | None:
        """Return the step that somebody with the posts ``held`` can do by one tap on its card on 今日; None if there is
        none."""
        return None

    def step_name(self, kind: str, body: Body) -> str:
        """Return the name of an entry in a timeline; for a kind of a newer program, that an update is needed."""
        name = f"signed_{body.get('as')}" if kind == "signed" else kind
        keys = (f"{group}.{of}" for group in (f"{self.words}.step", "common.entry") for of in (name, kind))
        return next((t(key) for key in keys if has(key)), t("ticket.update_to_see"))

    def says(self, kind: str, body: Body, name_of: NameOf, now: int) -> str:
        """Return what an entry says, in one line; empty when its name says it all. ``now`` is in ms, for naming
        days."""
        speak = self.says_of.get(kind) or _COMMON.get(kind)
        return speak(body, name_of) if speak is not None else ""

    def lines(self, facts: Body, purpose: str, named: Mapping[str, str]) -> Iterator[Line]:
        """Yield the lines that somebody reads before signing for ``purpose``: the signed ``facts`` in plain words.

        ``named`` has the words for facts that are ids.
        """
        yield from ()

    def correction(self, kind: str) -> Correction:
        """Return how an entry of this kind is corrected."""
        return Correction(kind, self.words)

    def amend_page(self, subject_id: str, entry_id: str) -> str:
        """Return the path of the page that corrects one of its entries."""
        return f"{self.page(subject_id)}/amend/{entry_id}"

    def in_full(self, kind: str, body: Body) -> list[tuple[str, str]]:
        """Return what a tap on a step shows: the rest of the entry's content as (name, words)."""
        return []

    def dress(self, step: Step, row: StepRow, body: Body, view: Any, session: Session, now: int) -> Step:
        """Return the step with what only this type's own page adds to it."""
        return step

    def paper(self, card: Card) -> str:
        """Return what tells it from other records of its door, shown next to the person's name: its type and number."""
        return ""

    def shows(self, state: SubjectState) -> tuple[str, ...]:
        """Return what photos of it can show, for choosing one."""
        return (photos.RECORD,)

    def likely(self, state: SubjectState) -> str:
        """Return what the next photo most likely shows."""
        return photos.RECORD

    def looked_at(self, state: SubjectState) -> tuple[str, str]:
        """Return whose archive somebody looks at who opens a photo of it, and which part: that is recorded before the
        photo is drawn (S2). "" for whose photos no look is recorded."""
        return "", ""

    def title(self, view: Any) -> str:
        """Return the title of its page."""
        return self.called()

    def sub(self, view: Any, now: int) -> str | None:
        """Return the small line under the title."""
        return None

    def more(self, view: Any, go: Callable[[str], object]) -> list[ft.Control]:
        """Return what its page shows between its head and its history; ``go`` opens a path."""
        return []

    def gone(self) -> tuple[str, str]:
        """Return what its pages say when it is not on this phone: a heading, and why that may be."""
        return t("common.page.gone"), t("common.page.gone_says")

    def unsigned(self) -> str:
        """Return what its page of signatures says while there are none."""
        return t("desk.verify.none_says")


def standing_marks(row: StepRow) -> list[ft.Control]:
    """Return the stamps of an entry: flagged because it does not fit, set aside, not sent yet, refused."""
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
