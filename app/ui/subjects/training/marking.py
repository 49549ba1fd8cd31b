"""Marks 考核打分, and a newcomer's first two days 新员工入职培训 (V3, V4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import flet as ft

from app.actions.models import Staff
from app.actions.trainings import InductionForm, MarkForm
from app.domain.rules.marks import DISCIPLINE, THEORY
from app.domain.subjects.training.kinds import FIRST_DAY, LAWS, MANNER, OTHER, SECOND_DAY
from app.domain.times import china_day, read_day
from app.ui.context import Draft, cloud_of, use_draft, use_now, use_read, use_ui
from app.ui.kit.base import column, quiet, txt
from app.ui.kit.buttons import Action
from app.ui.kit.choose import pills
from app.ui.kit.fields import TextBox
from app.ui.kit.money import section
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.subjects.job.people import receiver_section
from app.ui.subjects.training.face import TrainingFace
from app.ui.subjects.training.fields import MarkBoxes, marks_of, several, topic_fields
from app.ui.subjects.training.lists import PATH
from app.ui.texts import t

_FACE: Final = TrainingFace()
_WHOM: Final = {"whom": "", "query": ""}


def _whom(draft: Draft, people: Sequence[Staff]) -> ft.Control:
    return receiver_section(
        people, str(draft.values["whom"]), str(draft.values["query"]), lambda id_: draft.update(whom=id_, query=""),
        lambda text: draft.set("query", text), t("training.ask.whom"),
    )  # fmt: skip


@ft.component
def MarkScreen() -> ft.Control:
    """The page for marks: who, in what, of 90 and of 10; what it comes to stands there."""
    ui = use_ui()
    people = use_read(lambda s: s.trainings.trainees())
    draft = use_draft("training-mark", {**_WHOM, "topic": MANNER, "words": "", "theory": "", "discipline": ""})
    v, got = draft.values, marks_of(draft.values)

    async def save() -> None:
        assert got is not None
        draft.flush()
        form = MarkForm(str(v["whom"]), str(v["topic"]), got.theory, got.discipline, str(v["words"]))
        await ui.do(
            ui.session.trainings.mark(form, once=draft.once, draft=draft.key),
            then=lambda saved: ui.replace(_FACE.page(saved.subject_id)),
        )

    need = None
    if not v["whom"]:
        need = t("training.need.whom")
    elif v["topic"] == OTHER and not str(v["words"]).strip():
        need = t("training.need.words")
    elif got is None:
        need = t("training.need.marks", theory=THEORY, discipline=DISCIPLINE)
    return Scaffold(
        t("training.do.mark"),
        [_whom(draft, people), section(t("training.about"), topic_fields(draft)),
         section(t("training.result"), [MarkBoxes(draft, key=draft.once)])],
        id="training-mark",
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=Action(t("training.save_marks"), save, enabled=need is None, hint=need, icon=ft.Icons.CHECK_ROUNDED),
        gap=14,
    )  # fmt: skip


@ft.component
def InductScreen() -> ft.Control:
    """The page for a newcomer: what was taught on the first day and the second, and whether they may go to doors."""
    ui = use_ui()
    today = china_day(use_now()).isoformat()
    people = use_read(lambda s: s.trainings.trainees())
    start = {
        **_WHOM, "began": today, "first_day": list(FIRST_DAY), "second_day": list(SECOND_DAY), "laws": [],
        "manners": "", "note": "",
    }  # fmt: skip
    draft = use_draft("training-induct", start)
    v = draft.values
    began = read_day(str(v["began"]).strip())

    async def save() -> None:
        assert began is not None
        draft.flush()
        form = InductionForm(
            str(v["whom"]), began, tuple(v["first_day"]), tuple(v["second_day"]), v["manners"] == "yes",
            tuple(v["laws"]), str(v["note"]),
        )  # fmt: skip
        await ui.do(
            ui.session.trainings.induct(form, once=draft.once, draft=draft.key),
            then=lambda saved: ui.replace(_FACE.page(saved.subject_id)),
        )

    need = t("training.need.whom") if not v["whom"] else None
    need = need or (t("training.need.began") if began is None else None)
    need = need or (t("training.need.manners") if not v["manners"] else None)
    day = TextBox(
        "induct-began", t("training.ask.began"), str(v["began"]), lambda text: draft.set("began", text),
        keyboard=ft.KeyboardType.DATETIME, key=f"began-{draft.once}",
    )  # fmt: skip
    taught = [
        column(
            [txt(t(f"training.{part}"), ft.TextThemeStyle.TITLE_SMALL),
             several(draft, part, [(one, t(f"training.taught.{one}")) for one in known], part)],
            gap=6,
        )
        for part, known in (("first_day", FIRST_DAY), ("second_day", SECOND_DAY), ("laws", LAWS))
    ]  # fmt: skip
    answers = [(one, t(f"training.manners_{one}")) for one in ("yes", "no")]
    doors = [
        pills(answers, str(v["manners"]), lambda one: draft.set("manners", one), id="manners"),
        quiet(t("training.manners_says")),
    ]
    return Scaffold(
        t("training.do.induct"),
        [_whom(draft, people), section(t("training.taught_heading"), [day, *taught]),
         section(t("training.doors"), doors)],
        id="training-induct",
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=Action(t("training.save_induction"), save, enabled=need is None, hint=need, icon=ft.Icons.CHECK_ROUNDED),
        gap=14,
    )  # fmt: skip


ROUTES: Final = (Route(f"{PATH}/mark", MarkScreen, parent=PATH), Route(f"{PATH}/induct", InductScreen, parent=PATH))
