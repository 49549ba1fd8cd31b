"""On the page of a request for a household's archive 客户档案导出 (S5): whether it can be had, and taking it."""

from __future__ import annotations

from functools import partial

import flet as ft

from app.actions.cases import CaseView
from app.domain.subjects.case.chains import Lack
from app.domain.subjects.case.chains.archive import DECIDED, ArchiveExport, Grant, grant_of
from app.domain.subjects.case.chains.rule import of_step
from app.domain.times import china_day
from app.ui.context import Ui
from app.ui.kit.buttons import Action
from app.ui.kit.notices import notice
from app.ui.saving import save_from_server
from app.ui.texts import language, t


def export_of(ui: Ui, view: CaseView, now: int) -> list[ft.Control]:
    """Return how it stands once somebody has decided; nothing before, and for all other cases."""
    found = _standing(view, now)
    if found is None:
        return []
    if isinstance(found, Lack):
        why = found.zh if language().startswith("zh") else found.en
        return [notice(t("case.export.no", why=why), id="export-no", mark=ft.Icons.LOCK_OUTLINED)]
    words = t("case.export.ready", left=found.uses - found.used, day=found.until.isoformat())
    mine = found.asker == ui.session.profile.staff_id
    kept = t("case.export.says" if mine else "case.export.not_you")
    return [notice(words, kept=kept, tone="good", id="export-ready", mark=ft.Icons.FOLDER_ZIP_OUTLINED)]


def taking(ui: Ui, view: CaseView, now: int) -> Action | None:
    """Return the main action of whoever asked while it can be had."""
    found = _standing(view, now)
    if not isinstance(found, Grant) or found.asker != ui.session.profile.staff_id:
        return None
    return Action(t("case.export.take"), partial(_take, ui, view), icon=ft.Icons.FOLDER_ZIP_OUTLINED)


def _standing(view: CaseView, now: int) -> Grant | Lack | None:
    state = view.state
    if state.first.get("case") != ArchiveExport.name or not of_step(state, DECIDED):
        return None
    return grant_of(state, china_day(now))


async def _take(ui: Ui, view: CaseView) -> None:
    name = f"{t('case.export.file')} {view.card.address}.zip".replace("/", " ")
    making = ui.session.papers.household(view.state.household_id or "", view.card.id)
    await save_from_server(
        ui, making, heading=t("case.export.take"), name=name, offline=t("case.export.offline"),
    )  # fmt: skip


__all__ = ["export_of", "taking"]
