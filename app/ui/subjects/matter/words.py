"""The words for matters, and their chips."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.models import Card
from app.domain.subjects.matter import MatterCard, kinds
from app.domain.subjects.matter import state as st
from app.domain.subjects.matter.card import DRAFTED
from app.ui.kit.ticket import chip, stamp_badge
from app.ui.running import RunningClock
from app.ui.texts import has, language, t
from app.ui.ticket_words import joined

ICONS: Final[Mapping[str, ft.IconData]] = {
    kinds.ENQUIRY: ft.Icons.HELP_OUTLINE_ROUNDED,
    kinds.HELP: ft.Icons.SUPPORT_OUTLINED,
    kinds.SUGGESTION: ft.Icons.LIGHTBULB_OUTLINED,
    kinds.PRAISE: ft.Icons.THUMB_UP_ALT_OUTLINED,
    kinds.COMPLAINT: ft.Icons.RECORD_VOICE_OVER_OUTLINED,
    kinds.BREACH: ft.Icons.GAVEL_OUTLINED,
    kinds.SURVEY_REMARK: ft.Icons.POLL_OUTLINED,
    kinds.FOUND_THING: ft.Icons.LUGGAGE_OUTLINED,
    kinds.ADDED_SERVICE: ft.Icons.ADD_BUSINESS_OUTLINED,
}
_TONES: Final = {kinds.COMPLAINT: "amber", kinds.BREACH: "amber", kinds.PRAISE: "good"}


def said(group: str, value: object) -> str:
    """Return the text ``matter.<group>.<value>``; a value without one is returned as it is."""
    key = f"matter.{group}.{value}"
    return t(key) if has(key) else str(value or "")


def wanted_of(body: Mapping[str, Any]) -> str:
    """Return what a resident asked for by the card at their door: the service by its name in the language in use, else
    the kind."""
    zh, en = str(body.get("service_zh") or ""), str(body.get("service_en") or "")
    name = (en or zh) if language() == "en" else (zh or en)
    return name or said("wanted", body.get("wanted"))


def wanted(more: MatterCard) -> str:
    """Return what a resident asked for by the card at their door, from its card."""
    return wanted_of({name: getattr(more, name) for name in ("wanted", "service_zh", "service_en")})


def class_word(kind: str) -> str:
    """Return the name of a class: 咨询, 求助, 投诉, …"""
    return said("class", kind)


def class_chip(card: Card) -> ft.Control:
    """Return the chip of a matter's class, with its icon."""
    return chip(class_word(card.kind), _TONES.get(card.kind, "calm"), ICONS.get(card.kind, ft.Icons.NOTES_ROUNDED))


def place_of(card: Card) -> str:
    """Return the place it is about, otherwise who said it, or that they are anonymous."""
    if card.address or card.contact_name:
        return card.address or card.contact_name
    return t("matter.anonymous") if card.as_(MatterCard).anonymous else class_word(card.kind)


def who_said(card: Card) -> str:
    """Return who said it, or that they are anonymous."""
    return t("matter.anonymous") if card.as_(MatterCard).anonymous else card.contact_name


def request_marks(card: Card) -> list[ft.Control]:
    """Return the chip of a resident's request that nobody has called back about."""
    if card.stage != st.UNCONFIRMED:
        return []
    return [chip(said("stage", card.stage), "amber", ft.Icons.PHONE_CALLBACK_OUTLINED)]


def weight_marks(card: Card) -> list[ft.Control]:
    """Return the chip of its weight, unless it is ordinary."""
    weight = card.as_(MatterCard).weight
    if weight == kinds.MAJOR:
        return [chip(said("weight", weight), "red", ft.Icons.PRIORITY_HIGH_ROUNDED)]
    return (
        [chip(said("weight", weight), "amber", ft.Icons.LABEL_IMPORTANT_OUTLINE)] if weight == kinds.IMPORTANT else []
    )


def marks(card: Card) -> list[ft.Control]:
    """Return its weight, its running deadline, and whatever else is special about it, as chips."""
    more, found = card.as_(MatterCard), [*request_marks(card), *weight_marks(card)]
    if card.clock is not None and card.clock.met_at is None:
        found.append(RunningClock(card.clock, name=t(f"matter.clock.{card.clock.id}")))
    if more.valid is False:
        found.append(chip(t("matter.invalid"), "plain", ft.Icons.DO_NOT_DISTURB_ON_OUTLINED))
    if more.letter == DRAFTED:
        found.append(chip(t("matter.to_release"), "amber", ft.Icons.MARK_EMAIL_UNREAD_OUTLINED))
    if more.rounds > 1:
        found.append(chip(t("matter.round", n=more.rounds), "amber", ft.Icons.REPLAY_ROUNDED))
    if more.absorbed:
        found.append(chip(t("matter.repeats", n=len(more.absorbed)), "plain", ft.Icons.MERGE_ROUNDED))
    if card.flags:
        found.append(stamp_badge("flagged"))
    if card.unsent:
        found.append(stamp_badge("unsent"))
    return found


def stands(card: Card, session: Session) -> str:
    """Return its stage and who is responsible."""
    owner = session.staff_name(card.assignee) if not card.ended else ""
    return joined(said("stage", card.stage), owner)
