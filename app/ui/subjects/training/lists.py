"""培训考核: the page of training, and the file of a member of staff (V1, V5)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import Card, Staff
from app.actions.troubles import words_of
from app.domain.subjects.case import CaseCard
from app.ui import estates
from app.ui.context import Ui, cloud_of, use_now, use_read, use_ui
from app.ui.kit.base import quiet
from app.ui.kit.buttons import Action
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip
from app.ui.router import Route
from app.ui.scanning import PATH as SCAN
from app.ui.screens.phone.sign_in import role_words
from app.ui.subjects.case.paths import path_of
from app.ui.subjects.training.face import TrainingFace, marks_words
from app.ui.texts import moment_text, t
from app.ui.ticket_words import joined

PATH: Final = "/trainings"
FEW: Final = 10
"""Reports of trouble at doors that are listed here."""
_FACE: Final = TrainingFace()


@dataclass(frozen=True, slots=True)
class _Found:
    week: list[Card]
    mine: list[Card]
    people: list[Staff]
    trains: bool
    troubles: list[Card]


def _read(session: Session) -> _Found:
    trainings, me = session.trainings, session.profile.staff_id
    return _Found(trainings.of_this_week(), trainings.file(me), trainings.people(), trainings.trains,
                  session.troubles.to_teach() if trainings.trains else [])  # fmt: skip


@ft.component
def TrainingsScreen() -> ft.Control:
    """The page of training: signing in by scan, one's own file; for who trains, a session, marks, newcomers, files."""
    ui = use_ui()
    now = use_now()
    found = use_read(_read)
    parts: list[ft.Control] = []
    if found.trains and not found.week:
        parts.append(notice(t("training.owed"), tone="amber", id="week-owed"))
    elif found.trains:
        parts.append(quiet(t("training.this_week", n=len(found.week))))
    ways = [list_row("scan", t("training.scan"), partial(ui.go, SCAN), leading=ft.Icons.QR_CODE_SCANNER_ROUNDED)]
    if found.trains:
        ways += [
            list_row("mark", t("training.do.mark"), partial(ui.go, f"{PATH}/mark"), leading=ft.Icons.GRADING_ROUNDED),
            list_row("induct", t("training.do.induct"), partial(ui.go, f"{PATH}/induct"),
                     leading=ft.Icons.PERSON_ADD_ALT_ROUNDED),
        ]  # fmt: skip
    parts.append(group(t("training.ways"), ways, id="ways"))
    if found.troubles:
        parts.append(_troubles(ui, found.troubles, now))
    parts += _file(ui, found.mine, now, t("training.mine"))
    if found.people:
        rows: list[ft.Control] = [
            list_row(f"file-{one.id}", one.name, partial(ui.go, f"{PATH}/file/{one.id}"),
                     sub=joined(one.number, role_words(one.roles)))
            for one in found.people
        ]  # fmt: skip
        parts.append(group(t("training.files"), rows, count=len(rows), id="files"))
    begin = Action(t("training.do.session"), partial(ui.go, f"{PATH}/session"), icon=ft.Icons.QR_CODE_2_ROUNDED)
    return Scaffold(
        t("training.heading"),
        parts,
        id="trainings",
        under=estates.switch(ui),
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=begin if found.trains else None,
        gap=16,
    )


def _troubles(ui: Ui, troubles: list[Card], now: int) -> ft.Control:
    """Draw what was met at doors and not taught yet: the topics of the next training (V6)."""
    rows: list[ft.Control] = [
        list_row(
            f"trouble-{card.id[-8:]}", words_of(card), partial(ui.go, path_of(card.id)), lines=2,
            sub=joined(card.address, moment_text(card.opened_at, now)),
            trailing=chip(t("training.to_answer"), "amber") if card.as_(CaseCard).known.get("asked") else None,
        )
        for card in troubles[:FEW]
    ]  # fmt: skip
    return group(t("training.troubles"), rows, count=len(troubles), id="troubles")


@ft.component
def FileScreen(staff_id: str) -> ft.Control:
    """The file of one member of staff: only they, supervisors and administrators read it (V5)."""
    ui = use_ui()
    now = use_now()
    cards = use_read(lambda s: s.trainings.file(staff_id), staff_id)
    rows = _file(ui, cards, now, t("training.file"))
    none = empty_state(t("training.no_file"), t("training.no_file_says"), mark=ft.Icons.FOLDER_OFF_OUTLINED)
    return Scaffold(
        t("training.file"),
        rows or [none],
        id="training-file",
        sub=ui.session.staff_name(staff_id),
        on_back=ui.back,
        cloud=cloud_of(ui),
    )


def _file(ui: Ui, cards: list[Card], now: int, heading: str) -> list[ft.Control]:
    if not cards:
        return []
    rows: list[ft.Control] = [
        list_row(
            f"training-{card.id[-8:]}", _FACE.what(card), partial(ui.go, _FACE.page(card.id)),
            sub=joined(marks_words(card), moment_text(card.opened_at, now)), lines=1,
            trailing=chip(_FACE.stage_words(card), "plain" if card.over else "amber"),
        )
        for card in cards
    ]  # fmt: skip
    return [group(heading, rows, count=len(rows), id="file")]


ROUTES: Final = (
    Route(PATH, TrainingsScreen, parent="/me"),
    Route(f"{PATH}/file/{{staff_id}}", FileScreen, parent=PATH),
)
