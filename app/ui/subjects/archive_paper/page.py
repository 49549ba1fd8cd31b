"""A paper's page: what it is and where, its scans once the look is recorded, who has it, and the one thing to do now
(S2, S3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

import flet as ft

from app.actions.archive import AGREE, ASK, CHECK, DECIDE, GIVE, MOVE, PROPOSE, SCAN, TAKE_BACK, PaperView
from app.domain.rules.archive import look_at
from app.domain.subjects.archive_paper import DESTROYED, HERE, MISSING, OBSOLETE, PAPER, RESULTS
from app.domain.times import china_day, read_day
from app.ui import estates
from app.ui.context import Ui, cloud_of, if_here, new_tap, use_now, use_read, use_ui
from app.ui.kit.base import flow, quiet, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.lists import empty_state
from app.ui.kit.money import facts, section
from app.ui.kit.notices import use_question
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper, stamp_badge
from app.ui.looking import use_noted
from app.ui.photo_steps import small_pictures
from app.ui.record_history import record_history
from app.ui.router import Route
from app.ui.screens.desk.parts import use_made
from app.ui.screens.photo.take import photo_path, view_path
from app.ui.subjects.archive_paper.face import TONES, ArchivePaperFace, class_name, found_chip
from app.ui.subjects.archive_paper.paths import ANSWER, paper_path
from app.ui.texts import full_day, moment_text, t

_FACE: Final = ArchivePaperFace()
_MARKS: Final = {
    DECIDE: ft.Icons.HOW_TO_REG_OUTLINED, AGREE: ft.Icons.HOW_TO_REG_OUTLINED, GIVE: ft.Icons.OUTBOX_OUTLINED,
    TAKE_BACK: ft.Icons.MOVE_TO_INBOX_OUTLINED, ASK: ft.Icons.FRONT_HAND_OUTLINED,
}  # fmt: skip
_MAIN: Final = (DECIDE, AGREE, GIVE, TAKE_BACK, ASK)
"""What somebody does first, of what they may do."""
FOUND_MARKS: Final = {
    HERE: ft.Icons.CHECK_ROUNDED, MISSING: ft.Icons.SEARCH_OFF_ROUNDED, OBSOLETE: ft.Icons.AUTO_DELETE_OUTLINED,
}  # fmt: skip


@ft.component
def PaperScreen(paper_id: str) -> ft.Control:
    """The page. Handing out and taking back are one tap and a question; what needs words has a page of its own."""
    ui = use_ui()
    now = use_now()
    view = use_read(lambda s: if_here(lambda: s.archive.view(paper_id)), PAPER, paper_id)
    shows = view is not None and bool(view.scans)
    noted = use_noted(
        ui,
        view.state.household_id if view is not None and shows else None,
        look_at(view.state.archive_class) if view is not None and shows else "",
    )
    ft.use_effect(lambda: ui.session.in_view([(PAPER, paper_id)]), [paper_id])
    asks, set_asks = ft.use_state("")
    tap, set_tap = use_made(new_tap)

    async def hand() -> None:
        verb, name = (ui.session.archive.give, GIVE) if asks == GIVE else (ui.session.archive.take_back, TAKE_BACK)
        set_asks("")
        await ui.do(verb(paper_id, once=tap), saved=t(f"archive_paper.did.{name}"))
        set_tap(new_tap())

    async def look(result: str) -> None:
        await ui.do(ui.session.archive.found(paper_id, result), saved=t(f"archive_paper.found.{result}"))

    about = asks or GIVE
    use_question(
        bool(asks), t(f"archive_paper.do.{about}"), t(f"archive_paper.asks.{about}"),
        Action(t(f"archive_paper.do.{about}"), hand), lambda: set_asks(""),
    )  # fmt: skip
    if view is None:
        gone = empty_state(*_FACE.gone(), mark=ft.Icons.SEARCH_OFF)
        return Scaffold(_FACE.called(), [gone], id="archive-paper", on_back=ui.back)
    first = next((one for one in _MAIN if one in view.may), "")
    action = None
    if first:
        step = ANSWER if first in (DECIDE, AGREE) else first
        go = partial(set_asks, first) if first in (GIVE, TAKE_BACK) else partial(ui.go, paper_path(paper_id, step))
        action = Action(t(f"archive_paper.do.{first}"), go, icon=_MARKS[first])
    return Scaffold(
        _FACE.called(),
        [
            _head(view, now),
            _scans(ui, view, noted),
            *_loan(view, now),
            *([_check(look)] if CHECK in view.may else []),
            record_history(ui, view.seen, now),
            *_tools(ui, view),
        ],
        id="archive-paper",
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=action,
    )


def _head(view: PaperView, now: int) -> ft.Control:
    state, card = view.state, view.card
    marks: list[ft.Control] = [
        chip(class_name(state.archive_class), "plain", _FACE.mark),
        chip(_FACE.stage_words(card), TONES.get(state.stage, "plain")),
        *found_chip(state.found),
        *([stamp_badge("unsent")] if card.unsent else []),
        *([stamp_badge("flagged")] if state.flags else []),
    ]
    day = read_day(state.body.get("day"))
    said = [(t("archive_paper.door"), state.address)]
    said += [(t("archive_paper.day"), full_day(day))] if day is not None else []
    said += [(t("archive_paper.note"), str(state.body["note"]))] if state.body.get("note") else []
    heading = ft.Semantics(header=True, content=txt(str(state.body.get("title") or ""), _BIG))
    return paper([*estates.head_of(state), flow(marks), heading, facts(said)], id="archive-paper-head", gap=10)


_BIG: Final = ft.TextThemeStyle.HEADLINE_MEDIUM


def _scans(ui: Ui, view: PaperView, noted: bool) -> ft.Control:
    """Return the scans, once the look is recorded; of what was destroyed, that they are shown no more."""
    type_, id_ = view.card.type, view.card.id
    add = None
    if SCAN in view.may:
        add = small_button("scan-add", t("photo.add"), partial(ui.go, photo_path(type_, id_)),
                           icon=ft.Icons.PHOTO_CAMERA_OUTLINED)  # fmt: skip
    inside: list[ft.Control] = []
    if view.state.stage == DESTROYED:
        inside.append(quiet(t("archive_paper.scans_destroyed")))
    elif not view.scans:
        inside.append(quiet(t("archive_paper.no_scans")))
    elif noted:
        inside.append(small_pictures(view.scans, ui.session, lambda entry: ui.go(view_path(type_, id_, entry))))
    if view.scans:
        inside.append(quiet(t("archive_paper.look_recorded")))
    return section(t("archive_paper.scans"), inside, id="scans", tool=add)


def _loan(view: PaperView, now: int) -> list[ft.Control]:
    """Return the loan under way, or the destruction that waits for a second name."""
    state, loan = view.state, view.state.loan
    if loan is not None:
        late = loan.given is not None and loan.due_at < now
        said = [
            (t("archive_paper.borrower"), str(loan.asked.body["name"])),
            (t("archive_paper.asked_by"), view.names.get(loan.asked.author, "")),
            (t("archive_paper.purpose"), str(loan.asked.body["purpose"])),
            (t("archive_paper.due"), moment_text(loan.due_at, now)),
        ]
        days = (china_day(now) - china_day(loan.due_at)).days
        mark = [flow([chip(t("archive_paper.late", n=days) if days else t("archive_paper.late_today"), "red",
                           ft.Icons.ALARM)])] if late else []  # fmt: skip
        return [section(t("archive_paper.loan"), [facts(said), *mark], id="loan")]
    if state.proposed is not None:
        said = [
            (t("archive_paper.proposed_by"), view.names.get(state.proposed.author, "")),
            (t("archive_paper.reason"), str(state.proposed.body["reason"])),
        ]
        if state.agreed is not None:
            said.insert(1, (t("archive_paper.agreed_by"), view.names.get(state.agreed.author, "")))
        return [section(t("archive_paper.destruction"), [facts(said)], id="destruction")]
    return []


def _check(look: Callable[[str], Awaitable[None]]) -> ft.Control:
    """Return the three answers of the quarter's check."""
    buttons = [
        small_button(f"found-{one}", t(f"archive_paper.found.{one}"), partial(look, one), icon=FOUND_MARKS[one])
        for one in RESULTS
    ]
    return section(t("archive_paper.check_one"), [flow(buttons)], id="check-one")


def _tools(ui: Ui, view: PaperView) -> list[ft.Control]:
    """Return what is rarely done: another class, destruction."""
    made: list[ft.Control] = [
        small_button(f"paper-{verb}", t(f"archive_paper.do.{verb}"), partial(ui.go, paper_path(view.card.id, verb)),
                     tone="text")
        for verb in (MOVE, PROPOSE)
        if verb in view.may
    ]  # fmt: skip
    return [flow(made)] if made else []


ROUTES: Final = (Route(paper_path("{paper_id}"), PaperScreen, parent="/"),)
