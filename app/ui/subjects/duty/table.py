"""Duties 应办的事 as the desk's table shows them: as cards that are worked out; beside it, a visit that is owed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.models import Card
from app.domain.rules.card import Extra
from app.domain.rules.clocks import Clock
from app.domain.rules.duties import HOUSEHOLD, Duty
from app.domain.subjects.duty import DUTY, PLANNERS
from app.domain.writing.folding import sought
from app.domain.writing.names import fits_name
from app.ui import estates
from app.ui.context import use_now, use_ui
from app.ui.kit.base import flow, quiet, tag, title, txt
from app.ui.kit.buttons import Action, MainAction
from app.ui.kit.money import facts
from app.ui.kit.ticket import chip, paper
from app.ui.subjects.case.paths import FORMS, duty_path
from app.ui.subjects.duty.words import due_words, owner_name, why_words
from app.ui.subjects.together import Said, Together, for_all, phrases
from app.ui.texts import moment_text, t
from app.ui.ticket_words import joined

MOST: Final = 10_000
"""Most households that a word may mean: more than an estate has."""


@dataclass(frozen=True, slots=True)
class DutyRow(Extra):
    """The duty that a card in the table stands for."""

    duty: Duty


def duty_of(card: Card) -> Duty:
    """Return the duty that a card in the table stands for."""
    return card.as_(DutyRow).duty


def card_of(duty: Duty) -> Card:
    """Return a duty as a card: its stage is how it stands, its clock the time in which it is owed (D.1)."""
    clock = Clock(duty.rule, "D.1", duty.opens, duty.due, duty.done_at)
    return Card(
        DUTY,
        duty.id,
        kind=duty.why,
        address=duty.address,
        household_id=duty.about[1] if duty.about[0] == HOUSEHOLD else None,
        building_id=duty.building_id,
        assignee=duty.owner or None,
        opened_at=duty.opens,
        content=duty.content,
        due_at=duty.due if duty.owed else None,
        clock=clock if duty.owed else None,
        ended=not duty.owed,
        estate=duty.estate,
        extra=DutyRow(duty),
    )


def listed(session: Session, ended: bool, text: str) -> list[Card]:
    """Return the month's duties, those still owed or those done and excused, the earliest due first, of what ``text``
    finds: a door, a person who lives there, whoever owes it, or what it is."""
    found = sorted((one for one in session.duties.of_month() if one.owed != ended), key=lambda one: one.due)
    for word in text.split():
        found = _found(session, found, word)
    return [card_of(one) for one in found]


def _found(session: Session, among: Sequence[Duty], word: str) -> list[Duty]:
    homes = {hit.household.id for hit in session.doors.find(word, MOST)}
    people = {one.id for one in session.staff_list() if fits_name(one.name, word, one.initials, one.pinyin)}
    plain = sought(word)

    def fits(one: Duty) -> bool:
        if one.about[0] == HOUSEHOLD and one.about[1] in homes:
            return True
        said = (one.address, why_words(one.why, one.waits), one.content, owner_name(session, one.owner))
        return one.owner in people or plain in sought(" ".join(said))

    return [one for one in among if fits(one)]


def stage_words(card: Card, now: int) -> str:
    """Return how a duty stands: 超 3 天, 11月30日到期, 已办, 已免办."""
    duty = duty_of(card)
    if duty.owed or duty.excused:
        return due_words(duty, now)
    return t("duty.done_late" if duty.done_at is not None and duty.done_at > duty.due else "duty.done")


def together(session: Session, cards: Sequence[Card]) -> tuple[Together, ...]:
    """换人去 and 免办 visits that are owed (D.1); what a record owes is changed on the record."""
    owed = [card for card in cards if duty_of(card).owed and duty_of(card).visit]
    mine = [card for card in owed if session.roles_on(card) & PLANNERS]
    if not mine:
        return ()
    whom = for_all(session, mine, lambda card: session.duties.may_visit(duty_of(card).about[1]))
    return (
        Together(
            "hand-over", t("duty.many_hand_over"), t("desk.many.hand_over_says"), mine, _hand_over, whom=whom,
            asks=t("duty.reason"), needs=True, phrases=phrases("duty.phrases.move"),
        ),
        Together(
            "excuse", t("duty.many_excuse"), t("desk.many.excuse_says"), mine, _excuse, asks=t("duty.reason"),
            needs=True, phrases=phrases("duty.phrases.excuse"),
        ),
    )  # fmt: skip


async def _hand_over(session: Session, card: Card, said: Said, once: str) -> None:
    await session.duties.move(duty_of(card), said.words, said.whom, once=once)


async def _excuse(session: Session, card: Card, said: Said, once: str) -> None:
    await session.duties.excuse(duty_of(card), said.words, once=once)


@ft.component
def OwedVisit(card: Card, acts: Sequence[ft.Control], go: Callable[[str], Any], key: str | None = None) -> ft.Control:
    """Draw a visit that is owed beside the table: where, why, by whom, until when, who lives there, and the way to the
    household."""
    ui = use_ui()
    now = use_now()
    duty = duty_of(card)
    home = ui.session.home(duty.about[1]) if duty.about[0] == HOUSEHOLD else None
    late = duty.owed and duty.due < now
    marks = [chip(due_words(duty, now), "red" if late else "calm" if duty.owed else "good", ft.Icons.SCHEDULE)]
    people = [joined(one.name, one.phone) for one in home.people] if home is not None else []
    known = [
        (t("duty.owes"), owner_name(ui.session, duty.owner)),
        (t("duty.owed_before"), ui.session.staff_name(duty.left) if duty.left else ""),
        *(
            [(t("duty.last_met"), moment_text(duty.last_met, now) if duty.last_met else t("duty.never_met"))]
            if duty.visit
            else []
        ),
        (t("duty.done_by"), ui.session.staff_name(duty.done_by) if duty.done_by else ""),
        (t("duty.lives_there"), "\n".join(people)),
    ]
    head = paper(
        [
            *estates.head_of(card),
            ft.Semantics(header=True, content=txt(duty.address, ft.TextThemeStyle.HEADLINE_MEDIUM)),
            quiet(joined(why_words(duty.why, duty.waits), duty.content)),
            flow(marks),
            facts([(name, said) for name, said in known if said]),
        ],
        id="duty-head",
        gap=8,
    )
    body = ft.Column(
        [title(t("duty.noun.duty")), head, *([flow(acts)] if acts else [])],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        spacing=12,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    words = t("duty.open_home" if duty.visit else "duty.open_it")
    opened = Action(words, lambda: go(duty_path(duty) or FORMS), icon=ft.Icons.OPEN_IN_FULL_ROUNDED)
    whole = ft.Column([body, MainAction(opened)], expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return tag("duty", whole, expand=True)
