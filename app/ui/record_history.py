"""The history of a record on its own page: its timeline, and the link to verifying it."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.actions.models import SubjectView
from app.ui.context import Ui
from app.ui.entry_steps import entry_steps
from app.ui.kit.lists import list_row
from app.ui.kit.money import section
from app.ui.kit.timeline import timeline
from app.ui.printing import PrintRow
from app.ui.screens.photo.take import view_path
from app.ui.subjects import face_of
from app.ui.texts import t


def record_history(ui: Ui, view: SubjectView[Any], now: int) -> ft.Control:
    """Return the history section of a record's page; corrections and photos open from it."""
    card = view.card
    face = face_of(card.type)
    steps = entry_steps(
        view.steps,
        card,
        ui.session,
        now,
        view=view,
        verdicts=view.verdicts,
        on_correct=lambda entry_id: ui.go(face.amend_page(card.id, entry_id)),
        on_photo=lambda entry_id: ui.go(view_path(card.type, card.id, entry_id)),
    )
    to_verify = f"{face.page(card.id)}/verify"
    check = list_row("verify", t("common.page.verify"), lambda: ui.go(to_verify), leading=ft.Icons.VERIFIED_OUTLINED)
    print_ = [PrintRow(view)] if face.prints else []
    return section(t("common.page.history"), [timeline(steps, id="past"), check, *print_])
