"""A notice's page: its text, whom it has somebody call, where it hangs and where it is missing (P)."""

from __future__ import annotations

from functools import partial
from typing import Final

import flet as ft

from app.actions.notices import NoticeView
from app.domain.rules.notices import BOARD, Hanging
from app.domain.subjects.notice import RELEASED, NoticeState
from app.domain.times import china_day, read_day
from app.ui import estates
from app.ui.context import Draft, Ui, cloud_of, if_here, new_tap, use_draft, use_now, use_read, use_ui
from app.ui.kit.base import flow, quiet, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.fields import TextBox
from app.ui.kit.lists import empty_state, group
from app.ui.kit.long import long_txt
from app.ui.kit.notices import use_question
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper, stamp_badge, urgent_chip
from app.ui.record_history import record_history
from app.ui.router import Route
from app.ui.screens.desk.parts import use_made
from app.ui.subjects.notice.boards import row_of
from app.ui.subjects.notice.calls import calls_group
from app.ui.subjects.notice.face import NoticeFace
from app.ui.subjects.notice.paths import NOTICES, notice_path
from app.ui.subjects.ticket.gate import shut
from app.ui.subjects.ticket.step_form import phrases, text_setter
from app.ui.texts import day_text, moment_text, t

_FACE: Final = NoticeFace()
WITHDRAW: Final = "withdraw"


def _use_notice(notice_id: str) -> tuple[Ui, NoticeView | None]:
    ui = use_ui()
    now = use_now()
    return ui, use_read(lambda s: if_here(lambda: s.notices.view(notice_id)), notice_id, now // 600_000)


@ft.component
def NoticeScreen(notice_id: str) -> ft.Control:
    """The page of a notice; who may releases it here."""
    ui, view = _use_notice(notice_id)
    now = use_now()
    asks, set_asks = ft.use_state(False)
    tap, set_tap = use_made(new_tap)

    async def release() -> None:
        set_asks(False)
        await ui.do(ui.session.notices.release(notice_id, once=tap), saved=t("notice.released"))
        set_tap(new_tap())

    use_question(asks, t("notice.release"), t("notice.release_says"), Action(t("notice.release_yes"), release),
                 lambda: set_asks(False))  # fmt: skip
    if view is None:
        gone = empty_state(*_FACE.gone(), mark=ft.Icons.SEARCH_OFF)
        return Scaffold(_FACE.called(), [gone], id="notice", on_back=ui.back)
    action = None
    if view.releases:
        action = Action(t("notice.release"), lambda: set_asks(True), icon=ft.Icons.CAMPAIGN_OUTLINED)
    tools: list[ft.Control] = []
    if view.withdraws:
        go = partial(ui.go, notice_path(notice_id, WITHDRAW))
        tools.append(small_button("notice-withdraw", t("notice.withdraw"), go, tone="text"))
    return Scaffold(
        _FACE.called(),
        [
            _head(ui, view, now),
            *calls_group(ui, view.calls, now),
            *_places(ui, view, now),
            record_history(ui, view.seen, now),
            *([flow(tools)] if tools else []),
        ],
        id="notice",
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=action,
    )


def _head(ui: Ui, view: NoticeView, now: int) -> ft.Control:
    state: NoticeState = view.seen.state
    body, today = state.body, china_day(now)
    tone = "good" if state.stage == RELEASED else "amber"
    marks: list[ft.Control] = [
        chip(t(f"notice.kind.{body['notice_kind']}")), chip(t(f"notice.stage.{state.stage}"), tone),
        *([urgent_chip()] if body.get("urgent") else []),
        *([chip(t("notice.prices"), "amber")] if state.prices else []),
        *([stamp_badge("flagged")] if state.flags else []),
    ]  # fmt: skip
    names = ui.session.buildings_in(None)
    buildings = "、".join(str((names.get(one) or {}).get("name") or one) for one in body.get("buildings") or ())
    lines = [t("notice.until", day=day_text(read_day(body["until"]), today)), buildings or t("notice.everywhere")]
    if body.get("starts_at") is not None:
        end = moment_text(body["ends_at"], now) if body.get("ends_at") is not None else t("notice.open_end")
        lines.insert(0, t("notice.from_to", start=moment_text(body["starts_at"], now), end=end))
    heading = ft.Semantics(header=True, content=txt(str(body["title"]), ft.TextThemeStyle.HEADLINE_MEDIUM))
    need = t("notice.manager_alone") if state.prices and state.stage == "draft" and not view.releases else ""
    return paper(
        [
            *estates.head_of(state), flow(marks), heading, long_txt(str(body["words"])),
            quiet("\n".join(lines)), *([quiet(need)] if need else []),
        ],
        id="notice-head",
        gap=10,
    )  # fmt: skip


def _places(ui: Ui, view: NoticeView, now: int) -> list[ft.Control]:
    made: list[ft.Control] = []
    for sort, heading in ((BOARD, "notice.at_boards"), ("letterbox", "notice.at_letterboxes")):
        listed: list[Hanging] = [one for one in view.places if one.board.sort == sort]
        listed.sort(key=lambda one: (one.hung is not None, one.board.name))
        done = sum(one.hung is not None for one in listed)
        rows = [row_of(ui, one, now, one.board.name, view.names) for one in listed]
        if rows:
            made.append(group(f"{t(heading)} {t('notice.done_of', n=done, all=len(rows))}", rows, id=f"places-{sort}"))
    return made


@ft.component
def WithdrawScreen(notice_id: str) -> ft.Control:
    """The page on which a notice is withdrawn, with the reason."""
    ui, view = _use_notice(notice_id)
    draft: Draft = use_draft(f"notice-withdraw:{notice_id}", {"reason": ""})
    if view is None or (not view.withdraws and not ui.saving):
        return shut(ui, t("repair.nothing_here_more"), (_FACE.opens(), lambda: ui.replace(notice_path(notice_id))))
    reason = str(draft.values["reason"]).strip()

    async def save() -> None:
        draft.flush()
        await ui.do(
            ui.session.notices.withdraw(notice_id, reason, once=draft.once, draft=draft.key),
            then=lambda _: ui.replace(notice_path(notice_id)),
            saved=t("notice.withdrawn"),
        )

    box = TextBox(
        "notice-reason", t("notice.reason"), str(draft.values["reason"]), text_setter(draft, "reason"), lines=2,
        most=1000, phrases=phrases("notice.phrases.reason"), key=f"reason-{draft.once}",
    )  # fmt: skip
    action = Action(t("notice.withdraw_yes"), save, enabled=bool(reason), hint=None if reason else t("notice.reason"),
                    icon=ft.Icons.UNDO_ROUNDED)  # fmt: skip
    says = quiet(t("notice.withdraw_says"))
    return Scaffold(t("notice.withdraw"), [txt(str(view.seen.state.body["title"])), says, box], id="notice-withdraw",
                    on_back=ui.back, cloud=cloud_of(ui), action=action)  # fmt: skip


_PAGE: Final = "/notice/{notice_id}"
ROUTES: Final = (
    Route(_PAGE, NoticeScreen, parent=NOTICES),
    Route(f"{_PAGE}/{WITHDRAW}", WithdrawScreen, parent=_PAGE),
)
