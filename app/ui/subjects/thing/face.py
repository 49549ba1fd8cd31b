"""How a key 钥匙 or lent thing is shown: through whose hands it went, each time signed by both sides (G)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.models import Card, LinkRow, StepRow, ThingView
from app.domain.rules.clocks import CALM
from app.domain.subjects.thing import ThingCard
from app.domain.subjects.thing.kinds import THING
from app.domain.writing import tags
from app.ui import custody_words as words
from app.ui import estates
from app.ui.kit.base import column, flow, quiet, row, txt
from app.ui.kit.money import facts
from app.ui.kit.table import Cell, Column
from app.ui.kit.ticket import chip, paper, stamp_badge
from app.ui.kit.timeline import Step
from app.ui.running import RunningClock
from app.ui.signatures import drawn_signature, signature_badge
from app.ui.signed_lines import Line
from app.ui.subjects import columns
from app.ui.subjects.face import Body, Face, NameOf
from app.ui.subjects.thing import signed
from app.ui.subjects.thing.parts import MARKS
from app.ui.texts import has, moment_text, t
from app.ui.ticket_words import joined

_UNSIGNED: Final = ("located", "stocked")
"""Steps that nobody signs: the desk saw where it is, or a thing of the company's own was added."""


class ThingFace(Face):
    """Shows keys and lent things 钥匙和借用."""

    type = THING
    path = "/key/"
    words = "keys"
    prints = True
    mark = ft.Icons.KEY_OUTLINED
    settle = "/settle"
    hidden_on_page = frozenset(("signed",))
    no_filters = frozenset(("urgent", "unaccepted", "alone"))

    def columns(self, session: Session, now: int) -> tuple[Column, ...]:
        """Return its tag, its door, what it is, where it is now, and until when it is lent."""

        def where(card: Card) -> Cell:
            missed = card.as_(ThingCard).missed_at is not None
            return Cell(words.where_words(card), "red" if missed else "plain")

        return (
            columns.number(t("desk.table.tag")),
            columns.door(self.heading),
            columns.what(),
            columns.kind(self.kind_words),
            Column(columns.WHO, t("desk.table.where"), where, 116),
            columns.due(now, _counts_down),
            columns.since(now),
        )

    def lines(self, facts: Body, purpose: str, named: Mapping[str, str]) -> Iterator[Line]:
        """Yield what is handed over, by whom, to whom, and how (G.2)."""
        yield from signed.lines(facts)

    def read(self, session: Session, subject_id: str) -> ThingView:
        """Return the view that its pages show."""
        return session.keys.view(subject_id)

    def head(self, view: Any, now: int) -> ft.Control:
        """Return what it is, where it is now, and what is wrong with it."""
        return key_head(view, now)

    def paper(self, card: Card) -> str:
        """Return its name."""
        return card.content

    def line(self, card: Card) -> tuple[str, str]:
        """Return its name and stage: 入户门钥匙; 借出."""
        return card.content, t(f"keys.stage.{card.stage}") if has(f"keys.stage.{card.stage}") else card.stage

    def dress(self, step: Step, row: StepRow, body: Body, view: Any, session: Session, now: int) -> Step:
        """Return the step with giver and taker, what does not fit, and both signatures below."""
        link = (
            next((one for one in view.links if one.link.entry.id == row.entry.id), None) if view is not None else None
        )
        if link is None:
            return replace(step, says=_quiet(row.kind, body, step.says, now))
        return _hands(step, link, view, session, now)

    def gone(self) -> tuple[str, str]:
        """What its pages say when it is not here."""
        return t("keys.gone"), t("keys.gone_says")

    def unsigned(self) -> str:
        """What its page of signatures says while there are none."""
        return t("desk.verify.none_key_says")


def _counts_down(card: Card, now: int) -> bool:
    """Tell whether its clock is worth showing: a key entrusted for years needs no countdown."""
    return card.clock is not None and (card.clock.id == "return" or card.clock.level(now) != CALM)


def key_head(view: ThingView, now: int) -> ft.Control:
    """Return what it is, where it is now, and what is wrong with it."""
    card, state = view.card, view.state
    marks: list[ft.Control] = []
    if card.clock is not None and _counts_down(card, now):
        marks.append(RunningClock(card.clock, id="key-clock"))
    if card.as_(ThingCard).short:
        marks.append(chip(t("keys.short", n=card.as_(ThingCard).short), "amber", ft.Icons.REMOVE_CIRCLE_OUTLINE))
    if state.condition != "good":
        marks.append(chip(t(f"keys.condition.{state.condition}"), "amber", ft.Icons.BUILD_OUTLINED))
    if card.unsent:
        marks.append(stamp_badge("unsent"))
    icon = ft.Icon(MARKS.get(state.kind, ft.Icons.KEY_OUTLINED), size=30, color=ft.Colors.PRIMARY)
    name = txt(words.heading_of(card), ft.TextThemeStyle.HEADLINE_MEDIUM, expand=True)
    parts: list[ft.Control] = [*estates.head_of(state), row([icon, name], gap=12)]
    if card.address:
        parts.append(quiet(card.content))
    parts.append(txt(words.where_words(card), ft.TextThemeStyle.TITLE_LARGE, color=ft.Colors.PRIMARY))
    if marks:
        parts.append(flow(marks))
    return paper([column(parts, gap=8)], id="key-head")


def _quiet(kind: str, body: Body, says: str, now: int) -> str:
    """Return what a step says in which the thing does not change hands."""
    if kind not in ("tag_assigned", "tag_lost", "extended"):
        return says
    parts = [tags.spoken(str(body["tag"]))] if body.get("tag") else []
    if body.get("due_at"):
        parts.append(t("keys.due", when=moment_text(int(body["due_at"]), now)))
    return joined(*parts, body.get("reason"))


def _hands(step: Step, line: LinkRow, view: ThingView, session: Session, now: int) -> Step:
    link = line.link
    giver, taker = words.hands_words(link.giver, session), words.hands_words(link.taker, session)
    says = [t("keys.hands", giver=giver, taker=taker)]
    if link.body.get("purpose"):
        says.append(str(link.body["purpose"]))
    if link.due_at is not None:
        says.append(t("keys.due", when=moment_text(link.due_at, now)))
    if link.body.get("note"):
        says.append(str(link.body["note"]))
    marks: list[ft.Control] = []
    if line.disputed:
        marks.append(chip(t("keys.flag"), "amber", ft.Icons.FLAG_OUTLINED))
    if line.gap or link.jump:
        marks.append(chip(t("keys.gap"), "amber", ft.Icons.LINK_OFF_ROUNDED))
    if link.short:
        marks.append(chip(t("keys.now_pieces", n=link.pieces), "amber", ft.Icons.REMOVE_CIRCLE_OUTLINE))
    if link.entry.kind == "issued" and link.body.get("case_id"):
        says.append(t("keys.by_case"))
    elif not link.signed and link.entry.kind not in _UNSIGNED:
        marks.append(stamp_badge("unsigned"))
    pieces = t("keys.fact.pieces_of", n=link.pieces, c=t(f"keys.condition.{link.condition}"))
    return replace(
        step,
        says="\n".join(says),
        marks=[*marks, *([] if line.disputed else step.marks)],
        below=[_signatures(line, view, session)] if link.signatures else (),
        details=[facts([(t("keys.fact.pieces"), pieces)]), *step.details],
    )


def _signatures(line: LinkRow, view: ThingView, session: Session) -> ft.Control:
    both: list[ft.Control] = []
    for side in ("giver", "taker"):
        entry = line.link.signatures.get(side)
        if entry is not None:
            picture = drawn_signature(entry, session, height=54, id=f"sign-{side}-{line.link.entry.id[-12:]}")
            badge = signature_badge(view.verdicts.get(entry.id))
            name = quiet(t(f"keys.side.{side}", name=str(entry.body.get("name") or "")), lines=1)
            both.append(ft.Container(column([name, *picture, *badge], gap=3), expand=True))
    return ft.Row(both, spacing=12, vertical_alignment=ft.CrossAxisAlignment.START)


def _whose(b: Body, side: str, name_of: NameOf) -> str:
    """Return the name of the giver or taker of an entry; a colleague's with what tells them from another of the same
    name."""
    name = str(b[f"{side}_name"])
    known = name_of(str(b.get(f"{side}_id") or ""))
    return known if known.startswith(f"{name} ") else name


ThingFace.says_of = {
    "entrusted": lambda b, _: joined(b["given_by"], b["purpose"]),
    "stocked": lambda b, _: str(b["name"]),
    "lent": lambda b, name_of: joined(_whose(b, "to", name_of), b["purpose"]),
    "handed_over": lambda b, name_of: f"{_whose(b, 'from', name_of)} → {_whose(b, 'to', name_of)}",
    "returned": lambda b, name_of: joined(_whose(b, "from", name_of), b["rack"], b.get("note")),
    "given_back": lambda b, _: joined(b["to_name"], b.get("note")),
    "issued": lambda b, _: joined(b["to_name"], b.get("note")),
    "extended": lambda b, _: str(b["reason"]),
    "located": lambda b, _: joined(b.get("rack") or b.get("to_name"), b.get("note")),
    "written_off": lambda b, _: str(b["reason"]),
    "missed": lambda b, _: str(b.get("rack") or ""),
    "accounted": lambda b, _: joined(t(f"keys.how.{b['how']}"), b.get("note")),
}
