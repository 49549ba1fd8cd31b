"""What is said about a paper in words: asking for it, another's answer, another class, and its destruction (S3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

import flet as ft

from app.actions.archive import AGREE, ASK, DECIDE, MOVE, PROPOSE, PaperView, due_choices
from app.actions.models import Saved
from app.domain.rules.archive import NUMBERS, classes_of
from app.domain.subjects.archive_paper import PAPER
from app.domain.times import at_china, china_day, read_day
from app.ui.context import Draft, Ui, if_here, use_draft, use_now, use_read, use_ui
from app.ui.kit.base import quiet
from app.ui.kit.buttons import Action
from app.ui.kit.choose import Option, big_choice, pills
from app.ui.kit.fields import TextBox
from app.ui.kit.money import facts, section
from app.ui.router import Route
from app.ui.subjects.archive_paper.face import ArchivePaperFace, class_name
from app.ui.subjects.archive_paper.paths import ANSWER, paper_path
from app.ui.subjects.ticket.gate import shut
from app.ui.subjects.ticket.step_form import phrases, step_screen, text_setter
from app.ui.texts import day_text, moment_text, t

_FACE: Final = ArchivePaperFace()
_BACK_BY: Final = 18
"""The hour of the day by which a paper is due back."""
YES, NO = "yes", "no"


def _use_step(paper_id: str, *verbs: str) -> tuple[Ui, PaperView | None]:
    """Hook: return the paper as long as this person may do one of these now, also while it is being saved."""
    ui = use_ui()
    view = use_read(lambda s: if_here(lambda: s.archive.view(paper_id)), PAPER, paper_id)
    return ui, view if view is not None and (view.may & set(verbs) or ui.saving) else None


def _over(ui: Ui, paper_id: str) -> ft.Control:
    return shut(ui, t("repair.nothing_here_more"), (_FACE.opens(), lambda: ui.replace(paper_path(paper_id))))


def _saving(
    ui: Ui, paper_id: str, draft: Draft, verb: Callable[[], Awaitable[Saved]], done: str
) -> Callable[[], object]:
    async def save() -> None:
        draft.flush()
        await ui.do(verb(), then=lambda _: ui.replace(paper_path(paper_id)), saved=t(f"archive_paper.did.{done}"))

    return save


def _words(draft: Draft, name: str, label: str, offered: str = "", lines: int = 1) -> ft.Control:
    return TextBox(
        f"paper-{name}", t(label), str(draft.values[name]), text_setter(draft, name), lines=lines, most=200,
        phrases=phrases(offered) if offered else (), key=f"{name}-{draft.once}",
    )  # fmt: skip


@ft.component
def AskScreen(paper_id: str) -> ft.Control:
    """Asking for a paper: for whom, what for, until when."""
    ui, view = _use_step(paper_id, ASK)
    today = china_day(use_now())
    draft = use_draft(f"paper-ask:{paper_id}", {"name": ui.session.my_name, "purpose": "", "day": ""})
    if view is None:
        return _over(ui, paper_id)
    v, day = draft.values, read_day(draft.values["day"])
    need = None
    if not str(v["purpose"]).strip() or not str(v["name"]).strip():
        need = t("archive_paper.need.purpose" if str(v["name"]).strip() else "archive_paper.need.name")
    elif day is None:
        need = t("archive_paper.need.due")
    due = at_china(day, _BACK_BY) if day is not None else 0

    def ask() -> Awaitable[Saved]:
        return ui.session.archive.ask(
            paper_id, str(v["name"]), str(v["purpose"]), due, once=draft.once, draft=draft.key
        )

    days = [(one.isoformat(), day_text(one, today)) for one in due_choices(today)]
    return step_screen(
        ui, "paper-ask", t(f"archive_paper.do.{ASK}"), view.seen,
        [
            quiet(str(view.state.body["title"])),
            _words(draft, "purpose", "archive_paper.purpose", "archive_paper.phrases.purpose", 2),
            section(t("archive_paper.due"), [pills(days, str(v["day"]), partial(draft.set, "day"), id="due")]),
            _words(draft, "name", "archive_paper.borrower"),
            quiet(t("archive_paper.ask_says")),
        ],
        Action(t("archive_paper.ask_yes"), _saving(ui, paper_id, draft, ask, ASK), enabled=need is None, hint=need,
               icon=ft.Icons.CHECK_ROUNDED),
        draft=draft,
    )  # fmt: skip


@ft.component
def AnswerScreen(paper_id: str) -> ft.Control:
    """Another's answer to what somebody asked for: that a paper is lent, or, as a second name, that it is destroyed."""
    ui, view = _use_step(paper_id, DECIDE, AGREE)
    now = use_now()
    draft = use_draft(f"paper-answer:{paper_id}", {"yes": "", "reason": ""})
    loan = view.state.loan if view is not None else None
    proposed = view.state.proposed if view is not None else None
    if view is None or (loan is None and proposed is None):
        return _over(ui, paper_id)

    def decide(approved: bool, why: str) -> Awaitable[Saved]:
        return ui.session.archive.decide(paper_id, approved, why, once=draft.once, draft=draft.key)

    def agree(approved: bool, why: str) -> Awaitable[Saved]:
        return ui.session.archive.agree(paper_id, approved, why, once=draft.once, draft=draft.key)

    if loan is not None:
        says = [
            (t("archive_paper.borrower"), str(loan.asked.body["name"])),
            (t("archive_paper.asked_by"), view.names.get(loan.asked.author, "")),
            (t("archive_paper.purpose"), str(loan.asked.body["purpose"])),
            (t("archive_paper.due"), moment_text(loan.due_at, now)),
        ]
        return _answer(ui, view, draft, DECIDE, says, decide)
    assert proposed is not None
    says = [
        (t("archive_paper.proposed_by"), view.names.get(proposed.author, "")),
        (t("archive_paper.reason"), str(proposed.body["reason"])),
    ]
    return _answer(ui, view, draft, AGREE, says, agree, warns=True)


def _answer(
    ui: Ui, view: PaperView, draft: Draft, name: str, says: Sequence[tuple[str, str]],
    decide: Callable[[bool, str], Awaitable[Saved]], *, warns: bool = False,
) -> ft.Control:  # fmt: skip
    v = draft.values
    said, why = str(v["yes"]), str(v["reason"]).strip()
    need = None if said else t("archive_paper.need.answer")
    if said == NO and not why:
        need = t("archive_paper.need.reason")
    parts: list[ft.Control] = [
        section(str(view.state.body["title"]), [facts(list(says))], id="asked"),
        big_choice(
            [
                Option(YES, t(f"archive_paper.{name}_yes"), ft.Icons.CHECK_ROUNDED, "red" if warns else "good",
                       t("archive_paper.agree_says") if warns else ""),
                Option(NO, t(f"archive_paper.{name}_no"), ft.Icons.CLOSE_ROUNDED, "amber"),
            ],
            said, partial(draft.set, "yes"), id="answer",
        ),
    ]  # fmt: skip
    if said == NO:
        parts.append(_words(draft, "reason", "archive_paper.reason", f"archive_paper.phrases.{name}_no", 2))
    return step_screen(
        ui, f"paper-{name}", t(f"archive_paper.do.{name}"), view.seen, parts,
        Action(
            t(f"archive_paper.{name}_{said or YES}"),
            _saving(ui, view.card.id, draft, lambda: decide(said == YES, why if said == NO else ""), name),
            enabled=need is None, hint=need, icon=ft.Icons.CHECK_ROUNDED, danger=warns and said == YES,
        ),
        draft=draft,
    )  # fmt: skip


@ft.component
def MoveScreen(paper_id: str) -> ft.Control:
    """Moving a paper to the class where it belonged, of those that this person reads."""
    ui, view = _use_step(paper_id, MOVE)
    draft = use_draft(f"paper-move:{paper_id}", {"number": "", "reason": ""})
    if view is None:
        return _over(ui, paper_id)
    v, here = draft.values, view.state.archive_class
    mine = classes_of(ui.session.roles_on(view.state))
    classes = [(str(one), class_name(one)) for one in NUMBERS if one in mine and one != here]
    need = None
    if not v["number"] or not str(v["reason"]).strip():
        need = t("archive_paper.need.number" if not v["number"] else "archive_paper.need.reason")

    def move() -> Awaitable[Saved]:
        return ui.session.archive.move(paper_id, int(v["number"]), str(v["reason"]), once=draft.once, draft=draft.key)

    return step_screen(
        ui, "paper-move", t(f"archive_paper.do.{MOVE}"), view.seen,
        [
            quiet(f"{view.state.body['title']} · {class_name(here)}"),
            section(t("archive_paper.to_class"), [pills(classes, str(v["number"]), partial(draft.set, "number"),
                                                        id="class")]),
            _words(draft, "reason", "archive_paper.reason", "archive_paper.phrases.move", 2),
            quiet(t("archive_paper.move_says")),
        ],
        Action(t("archive_paper.move_yes"), _saving(ui, paper_id, draft, move, MOVE), enabled=need is None, hint=need,
               icon=ft.Icons.CHECK_ROUNDED),
        draft=draft,
    )  # fmt: skip


@ft.component
def ProposeScreen(paper_id: str) -> ft.Control:
    """Proposing to destroy a paper; nothing is destroyed before another person agrees."""
    ui, view = _use_step(paper_id, PROPOSE)
    draft = use_draft(f"paper-propose:{paper_id}", {"reason": ""})
    if view is None:
        return _over(ui, paper_id)
    reason = str(draft.values["reason"]).strip()
    need = None if reason else t("archive_paper.need.reason")

    def propose() -> Awaitable[Saved]:
        return ui.session.archive.propose(paper_id, reason, once=draft.once, draft=draft.key)

    return step_screen(
        ui, "paper-propose", t(f"archive_paper.do.{PROPOSE}"), view.seen,
        [
            quiet(str(view.state.body["title"])),
            _words(draft, "reason", "archive_paper.reason", "archive_paper.phrases.propose", 2),
            quiet(t("archive_paper.propose_says")),
        ],
        Action(t("archive_paper.propose_yes"), _saving(ui, paper_id, draft, propose, PROPOSE), enabled=need is None,
               hint=need, icon=ft.Icons.CHECK_ROUNDED),
        draft=draft,
    )  # fmt: skip


_PAGE: Final = paper_path("{paper_id}")
ROUTES: Final = (
    Route(f"{_PAGE}/{ASK}", AskScreen, parent=_PAGE),
    Route(f"{_PAGE}/{ANSWER}", AnswerScreen, parent=_PAGE),
    Route(f"{_PAGE}/{MOVE}", MoveScreen, parent=_PAGE),
    Route(f"{_PAGE}/{PROPOSE}", ProposeScreen, parent=_PAGE),
)
