"""The words of follow-ups, and parts that several of their screens share."""

from __future__ import annotations

import flet as ft

from app.actions.models import Card
from app.domain.rules.clocks import CALM
from app.domain.rules.state import CHANGED
from app.domain.subjects.follow_up import FollowUpCard, kinds
from app.domain.subjects.follow_up import state as st
from app.ui.context import Draft
from app.ui.kit.fields import TextBox
from app.ui.kit.ticket import chip, clock_chip, stamp_badge
from app.ui.subjects.ticket.step_form import phrases, text_setter
from app.ui.texts import has, t


def said(table: str, name: str) -> str:
    """Return the word for a value; empty for one that this program does not know."""
    key = f"follow_up.{table}.{name}"
    return t(key) if name and has(key) else ""


def source_chip(card: Card) -> ft.Control:
    """Return a chip with what is followed up: 投诉回访."""
    return chip(said("source", card.kind), "plain", ft.Icons.FACT_CHECK_OUTLINED)


def marks(card: Card) -> list[ft.Control]:
    """Return chips for what is special: its weight, how it was drawn, satisfied or not, by phone, how often it was
    tried."""
    more, found = card.as_(FollowUpCard), list[ft.Control]()
    if more.weight in (kinds.IMPORTANT, kinds.MAJOR):
        found.append(chip(said("weight", more.weight), "red" if more.weight == kinds.MAJOR else "amber"))
    if more.drawn in (kinds.SAMPLE, kinds.TOP_UP):
        found.append(chip(said("drawn", more.drawn), "plain"))
    if more.satisfied is not None:
        found.append(
            chip(t("follow_up.satisfied.yes" if more.satisfied else "follow_up.satisfied.no"),
                 "good" if more.satisfied else "red")
        )  # fmt: skip
    if more.way == kinds.PHONE and card.stage not in st.OPEN:
        found.append(chip(t("follow_up.by_phone"), "plain", ft.Icons.CALL_OUTLINED))
    if more.tries and card.stage in st.OPEN:
        found.append(chip(t("follow_up.tried", n=more.tries), "amber"))
    return found


def stamps(card: Card, now: int) -> list[ft.Control]:
    """Return the deadline that runs, and stamps for: flagged, to be signed again, not sent yet."""
    found: list[ft.Control] = []
    if card.clock is not None and card.clock.met_at is None and card.clock.level(now) != CALM:
        name = t(f"follow_up.clock.{card.clock.id}")
        found.append(clock_chip(name, level=card.clock.level(now), minutes_left=card.clock.minutes_left(now)))
    known = (("flagged", card.flags), ("changed", card.signature == CHANGED), ("unsent", card.unsent))
    return found + [stamp_badge(kind) for kind, there in known if there]


def asked(draft: Draft, name: str) -> ft.Control:
    """Return the field for a question that is answered in words, with usual phrases to tap."""
    return TextBox(
        f"follow-up-{name}", t(f"follow_up.ask.{name}"), str(draft.values[name]), text_setter(draft, name), lines=3,
        most=4000, phrases=phrases(f"follow_up.phrases.{name}"), key=f"{name}-{draft.once}",
    )  # fmt: skip
