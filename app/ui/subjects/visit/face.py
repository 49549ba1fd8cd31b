"""How a visit 走访 is shown (E)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.models import Card, VisitView
from app.domain.subjects.visit import VISIT, VisitCard
from app.ui import estates
from app.ui.kit.base import flow, quiet, txt
from app.ui.kit.ticket import paper, stamp_badge
from app.ui.signed_lines import Line
from app.ui.subjects.face import Body, Face, NameOf
from app.ui.subjects.visit import signed
from app.ui.texts import day_text, has, moment_text, t
from app.ui.ticket_words import word

ROUND_PATH: Final = "/round"
"""Path of the evening round, and of its plan before it begins."""


class VisitFace(Face):
    """Shows visits 走访."""

    type = VISIT
    path = "/visit/"
    words = "visit"
    prints = True
    mark = ft.Icons.DOOR_FRONT_DOOR_OUTLINED

    def lines(self, facts: Body, purpose: str, named: Mapping[str, str]) -> Iterator[Line]:
        """Yield who was met, what was said and promised (E)."""
        yield from signed.lines(facts, named)

    def read(self, session: Session, subject_id: str) -> VisitView:
        """Return the view that its pages show."""
        return session.visits.view(subject_id)

    def head(self, view: Any, now: int) -> ft.Control:
        """Return where, when, by whom, and who was met."""
        return visit_head(view, now)

    def line(self, card: Card) -> tuple[str, str]:
        """Return its occasion and content, such as 走访 · 每月走访; or that nobody was met."""
        seen = card.as_(VisitCard)
        if not seen.met:
            return t("visit.step.not_met"), card.content
        name = t("household.line.visit", occasion=occasion_words(card.kind))
        return name, " · ".join(part for part in (card.contact_name, seen.gift, card.content) if part)

    def step_name(self, kind: str, body: Body) -> str:
        """Return the name of an entry: 走访, 没有见到人, 住户签名."""
        return super().step_name("not_met" if kind == "visited" and not body.get("met") else kind, body)

    def says(self, kind: str, body: Body, name_of: NameOf, now: int) -> str:
        """Return what an entry says, in a sentence or two."""
        if kind == "visited":
            return "。".join([met_words(body), *(str(body[name]) for name in ("said", "note") if body.get(name))])
        if kind == "promise_settled":
            return str(body.get("outcome") or "")
        if kind == "gift_handed":
            return gift_words(body)
        if kind == "newcomer_welcomed":
            return "。".join(part for part in (welcome_words(body), str(body.get("impression") or "")) if part)
        return super().says(kind, body, name_of, now)


def occasion_words(occasion: str) -> str:
    """Return the word for an occasion: 每月走访, 新入住, 节日慰问, ... (E); an unknown one is returned as it is."""
    key = f"visit.occasions.{occasion}"
    return t(key) if has(key) else occasion


def not_met_words(why: str) -> str:
    """Return why nobody was met, in words."""
    key = f"visit.not_met.{why}"
    return t(key) if has(key) else why


def met_words(body: Body) -> str:
    """Return who was met, or why nobody was: the first line of a visit."""
    if not body.get("met"):
        return not_met_words(str(body.get("not_met") or "other"))
    name, capacity = str(body.get("met_name") or ""), word("capacity", body.get("met_capacity"))
    return t("visit.met_capacity", name=name, capacity=capacity) if capacity else t("visit.met", name=name)


def gift_words(gift: Body) -> str:
    """Return what was given, and for which festival: 月饼一盒（中秋）."""
    if not gift.get("festival"):
        return str(gift.get("gift") or "")
    return t("visit.gift_of", gift=gift.get("gift") or "", festival=gift["festival"])


def welcome_words(welcome: Body) -> str:
    """Return how a new household was welcomed: 鲜花、欢迎信; empty when nothing was given."""
    given = [t(f"visit.welcome_{name}") for name in ("flowers", "letter", "helped") if welcome.get(name)]
    return t("shown.and").join(given)


def by_day(day: str, today: date) -> str:
    """Return a promise's day in words; a text that is no date is returned as it is."""
    try:
        return day_text(date.fromisoformat(day), today)
    except ValueError:
        return day


def visit_head(view: VisitView, now: int) -> ft.Control:
    """Return the top of a visit's pages: where, when, by whom, and who was met."""
    state = view.state
    marks: list[ft.Control] = []
    if view.card.unsent:
        marks.append(stamp_badge("unsent"))
    if state.flags:
        marks.append(stamp_badge("flagged"))
    when = " · ".join(
        (moment_text(state.visited_at, now), occasion_words(state.occasion), t("visit.steward", name=view.steward_name))
    )
    parts: list[ft.Control] = [
        *estates.head_of(state),
        ft.Semantics(header=True, content=txt(state.address, ft.TextThemeStyle.DISPLAY_SMALL)),
        quiet(when),
        txt(met_words(state.body), ft.TextThemeStyle.TITLE_LARGE),
    ]
    if marks:
        parts.append(flow(marks))
    return paper(parts, id="visit-paper", gap=10)
