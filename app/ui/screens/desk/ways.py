"""Where the desk leads besides its own list, what waits there, and the step that is taken right on a listed ticket."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import flet as ft

from app.actions import CardFilter, Session
from app.actions.models import Card
from app.domain import roles
from app.domain.rules.state import CHANGED
from app.domain.subjects.ticket import state as st
from app.ui.context import Ui
from app.ui.kit.scaffold import Nav, Way
from app.ui.screens.desk import handover, office_forms, put_on_phone, reports, wall
from app.ui.screens.door.archive_paths import ARCHIVES
from app.ui.screens.handbook.paths import OFFICE
from app.ui.subjects import face_of
from app.ui.subjects.survey_round.paths import report_path
from app.ui.texts import t

READ: Final = 200
"""Most tickets looked through for a signature that no longer fits."""


@dataclass(frozen=True)
class Waiting:
    """How much there is to do elsewhere: flags to settle, what people left behind, tickets to confirm, and those that
    changed after they were signed."""

    flags: int = 0
    left_behind: int = 0
    to_confirm: int = 0
    changed: int = 0


def read_ways(session: Session) -> Waiting:
    """Read what waits elsewhere."""
    again = session.cards(session.overseen(CardFilter(stages=(st.TO_SIGN,))), 0, READ)
    return Waiting(
        session.flag_count(),
        sum(one.count for one in session.handover.left()),
        session.count(session.overseen(CardFilter(stages=(st.DONE,)))),
        sum(1 for card in again if card.signature == CHANGED),
    )


def ways_of(ui: Ui, nav: Nav, waiting: Waiting) -> Nav:
    """Return the tabs with the ways of this person's desk below them; what nobody has to do there is left out."""
    ways = [Way("desk-matters", t("matter.register"), ft.Icons.RECORD_VOICE_OVER_OUTLINED, lambda: ui.go("/matters"))]
    if waiting.flags:
        flags = t("desk.tools_flags")
        ways.append(Way("desk-flags", flags, ft.Icons.FLAG_OUTLINED, lambda: ui.go("/flags"), waiting.flags, True))
    if waiting.left_behind:
        mark, words = ft.Icons.PERSON_OFF_OUTLINED, t("desk.handover.heading")
        ways.append(Way("desk-handover", words, mark, lambda: ui.go(handover.PATH), waiting.left_behind, True))
    if roles.ENGINEERING_SUPERVISOR in ui.session.roles and (waiting.to_confirm or waiting.changed):
        mark, count = ft.Icons.FACT_CHECK_OUTLINED, waiting.to_confirm or waiting.changed
        words = t("desk.tools_confirm" if waiting.to_confirm else "desk.tools_changed")
        ways.append(Way("desk-confirm", words, mark, lambda: ui.go("/confirm"), count, not waiting.to_confirm))
    if ui.session.roles & {roles.SERVICE_SUPERVISOR, roles.ADMIN, roles.FINANCE}:
        mark = ft.Icons.ACCOUNT_BALANCE_WALLET_OUTLINED
        ways.append(Way("desk-finance", t("desk.tools_finance"), mark, lambda: ui.go("/finance")))
    if ui.session.roles & reports.READERS:
        mark = ft.Icons.BAR_CHART_ROUNDED
        ways.append(Way("desk-reports", t("report.heading"), mark, lambda: ui.go(reports.PATH)))
    if ui.session.shelf.any():
        folder = ft.Icons.FOLDER_SHARED_OUTLINED
        ways.append(Way("desk-archives", t("shelf.heading"), folder, lambda: ui.go(ARCHIVES)))
    if office_forms.may_publish(ui.session):
        mark = ft.Icons.EDIT_DOCUMENT
        ways.append(Way("desk-forms", t("office_forms.heading"), mark, lambda: ui.go(office_forms.PATH)))
    if ui.session.handbook.publishes:
        book = ft.Icons.MENU_BOOK_OUTLINED
        ways.append(Way("desk-handbook", t("handbook.heading"), book, lambda: ui.go(OFFICE)))
    if ui.session.surveys.in_season():
        mark, period = ft.Icons.POLL_OUTLINED, ui.session.surveys.period()
        ways.append(Way("desk-survey", t("survey.heading"), mark, lambda: ui.go(report_path(period))))
    ways.append(Way("desk-wall", t("desk.wall.heading"), ft.Icons.TV_ROUNDED, lambda: ui.go(wall.PATH)))
    phones = ft.Icons.ADD_TO_HOME_SCREEN_ROUNDED
    ways.append(Way("desk-phones", t("join.desk.heading"), phones, lambda: ui.go(put_on_phone.PATH)))
    return replace(nav, ways=tuple(ways))


def step_of(ui: Ui, card: Card) -> tuple[str, str] | None:
    """Return the last part of the path of what this person does next to a listed record, and its words; else None."""
    return face_of(card.type).follows(card, ui.session.roles_on(card))
