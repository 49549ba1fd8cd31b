"""A matter's page: what was said, the next step, and how it was handled until its result (C.0-C.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import flet as ft

from app.actions.matters import MatterView
from app.actions.models import Card
from app.domain.subjects import access
from app.domain.subjects.matter import MatterCard, steps
from app.domain.subjects.matter import state as st
from app.domain.subjects.matter.kinds import MATTER
from app.domain.wire.errors import Problem
from app.ui import theme
from app.ui.context import Ui, cloud_of, if_here, new_tap, use_now, use_read, use_ui
from app.ui.kit.base import column, quiet, row, tag, txt
from app.ui.kit.buttons import Action, icon_button, small_button
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.long import long_txt
from app.ui.kit.notices import notice, use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.photo_steps import PHOTO_TAKEN
from app.ui.record_history import record_history
from app.ui.screens.desk.parts import ring, use_made
from app.ui.screens.handbook.paths import book_button
from app.ui.screens.photo.take import photo_path
from app.ui.subjects import page_of
from app.ui.subjects.matter import words
from app.ui.subjects.matter.face import matter_head
from app.ui.texts import moment_text, t
from app.ui.ticket_words import joined

ICONS: Final = {
    steps.CONFIRM: ft.Icons.PHONE_CALLBACK_OUTLINED,
    steps.DISMISS: ft.Icons.DO_NOT_DISTURB_ON_OUTLINED,
    steps.CLASS: ft.Icons.CATEGORY_OUTLINED,
    steps.NOTE: ft.Icons.MARK_CHAT_READ_OUTLINED,
    steps.OWN: ft.Icons.SWAP_HORIZ_ROUNDED,
    steps.PLAN: ft.Icons.EDIT_NOTE_ROUNDED,
    steps.AGREE: ft.Icons.HANDSHAKE_OUTLINED,
    steps.TELL: ft.Icons.CAMPAIGN_OUTLINED,
    steps.POSTPONE: ft.Icons.EVENT_REPEAT_OUTLINED,
    steps.HANDLE: ft.Icons.BUILD_CIRCLE_OUTLINED,
    steps.DRAFT: ft.Icons.DRIVE_FILE_RENAME_OUTLINE,
    steps.RELEASE: ft.Icons.APPROVAL_OUTLINED,
    steps.SEND: ft.Icons.OUTGOING_MAIL,
    steps.CLOSE: ft.Icons.TASK_ALT_ROUNDED,
    steps.REOPEN: ft.Icons.REPLAY_ROUNDED,
    steps.MERGE: ft.Icons.MERGE_ROUNDED,
}


def step_path(matter_id: str, verb: str) -> str:
    """Return the path of one of a matter's steps."""
    return f"/matter/{matter_id}/{verb}"


def verb_words(view: MatterView, verb: str) -> str:
    """Return the words of a step's button; closing a matter that needed no plan is called answering it."""
    if verb == steps.CLOSE and view.state.stage == st.TO_HANDLE:
        return t("matter.do.answer")
    return t(f"matter.do.{verb}")


@ft.component
def MatterScreen(matter_id: str) -> ft.Control:
    """A matter's page. The main action is this person's next step; the others open by 更多."""
    ui = use_ui()
    now = use_now()
    view: MatterView | None = use_read(lambda s: if_here(lambda: s.matters.view(matter_id)), matter_id)
    more, set_more = ft.use_state(False)
    tap, _ = use_made(new_tap)
    also = view.moves.also if view is not None else ()
    use_sheet(more, t("matter.more"), lambda: _more(ui, view, lambda: set_more(False)), lambda: set_more(False))

    ft.use_effect(lambda: ui.session.in_view([(MATTER, matter_id)]), [matter_id])
    rings = view is not None and view.card.stage == st.UNCONFIRMED

    def heard() -> None:
        if rings:  # of others nothing is read
            try:
                ui.session.todo.saw(MATTER, matter_id)
            except Problem as problem:
                ui.tell(problem)

    ft.use_effect(heard, [matter_id, rings])
    if view is None:
        gone = empty_state(t("matter.gone"), t("matter.gone_says"), mark=ft.Icons.SEARCH_OFF)
        return Scaffold(t("matter.noun.matter"), [gone], id="matter", on_back=ui.back)
    tools: list[ft.Control] = []
    if access.may(ui.session.roles_on(view.state), PHOTO_TAKEN):
        camera = ft.Icons.PHOTO_CAMERA_OUTLINED
        tools.append(
            icon_button("matter-photo", camera, t("photo.heading"), lambda: ui.go(photo_path(MATTER, matter_id)))
        )
    large = theme.use_look().scale > 1.3
    if not large:
        tools.append(book_button(ui, MATTER, matter_id))
    if also:
        if large:
            tools.append(
                icon_button("matter-more", ft.Icons.MORE_VERT_ROUNDED, t("matter.more"), lambda: set_more(True))
            )
        else:
            tools.append(small_button("matter-more", t("matter.more"), lambda: set_more(True), tone="text"))
    return Scaffold(
        t("matter.noun.matter"),
        [matter_head(view, now), *_told_on_top(ui, view), *_sections(ui, view, now), record_history(ui, view, now)],
        id="matter",
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=tools,
        action=_main(ui, view, tap),
        second=_call(view),
    )


def _main(ui: Ui, view: MatterView, tap: str) -> Action | None:
    verb = view.moves.main
    if verb is None:
        return None
    if verb == steps.NOTE:
        # A note has no form: it only records that the manager knows of it (C.2).
        async def note() -> None:
            await ui.do(ui.session.record(MATTER, view.card.id, "noted", {}, once=tap))

        return Action(t("matter.do.note"), note, icon=ICONS[verb])
    return Action(verb_words(view, verb), lambda: ui.go(step_path(view.card.id, verb)), icon=ICONS[verb])


def _call(view: MatterView) -> Action | None:
    phone = phone_of(view)
    if not phone:
        return None
    return Action(t("ticket.call", phone=phone), lambda: ring(phone), id="second-action", icon=ft.Icons.CALL_OUTLINED)


def phone_of(view: MatterView) -> str:
    """Return whom to call: the number that was left; for a request without one, that of the household behind the
    door."""
    if view.card.contact_phone or view.card.stage != st.UNCONFIRMED or view.household is None:
        return view.card.contact_phone
    return next((person.phone for person in view.household.people if person.phone), "")


def _more(ui: Ui, view: MatterView | None, close: Callable[[], object]) -> list[ft.Control]:
    if view is None:
        return []
    matter_id = view.card.id

    def to(verb: str) -> Callable[[], object]:
        def go() -> None:
            close()
            ui.go(step_path(matter_id, verb))

        return go

    rows = [list_row(f"move-{v}", verb_words(view, v), to(v), leading=ICONS[v]) for v in view.moves.also]
    return [tag("moves", column(rows, gap=0))]


def _told_on_top(ui: Ui, view: MatterView) -> list[ft.Control]:
    """Return what must be noticed first: that it was merged into another matter, or that it is major and the manager
    has not noted it yet."""
    state, found = view.state, list[ft.Control]()
    if state.merged_into is not None:
        into = view.into
        act = (t("matter.to_target"), lambda: ui.go(f"/matter/{into.id}")) if into is not None else None
        what = joined(words.place_of(into), words.said("stage", into.stage)) if into is not None else ""
        found.append(
            notice(
                t("matter.merged_notice"), kept=what or t("matter.merged_elsewhere"), tone="calm", act=act, id="merged"
            )
        )
    elif state.stage == st.UNCONFIRMED:
        found.append(notice(t("matter.request_notice"), kept=t("matter.request_kept"), tone="amber", id="request"))
    elif state.major_since is not None and state.noted_at is None and view.moves.main != steps.NOTE:
        found.append(notice(t("matter.major_notice"), kept=t("matter.major_kept"), tone="red", id="major"))
    return found


def _sections(ui: Ui, view: MatterView, now: int) -> list[ft.Control]:
    state, found = view.state, list[ft.Control]()
    if state.plan_says is not None:
        found.append(_plan(view))
    if state.draft is not None:
        found.append(_reply(view))
    if view.absorbed:
        rows = [_absorbed(ui, card, state.closed_at) for card in view.absorbed]
        found.append(group(t("matter.absorbed"), rows, count=len(rows), id="absorbed"))
    if view.ticket is not None:
        ticket = view.ticket
        stage = joined(ticket.number or "", t(f"ticket.stage.{ticket.stage}"))
        found.append(
            paper(
                [
                    list_row(
                        "matter-ticket", ticket.content, lambda: ui.go(f"/ticket/{ticket.id}"), sub=stage,
                        leading=ft.Icons.RECEIPT_LONG_OUTLINED, lines=2,
                    )
                ],
                padding=4,
            )
        )  # fmt: skip
    if state.joint:
        who = "、".join(ui.session.staff_name(one) for one in state.joint)
        found.append(quiet(t("matter.joint", who=who)))
    if state.postponed and not view.card.ended:
        last = state.postponed[-1][1].body
        found.append(quiet(t("matter.new_date", when=moment_text(last["appointment_at"], now))))
    return found


def _plan(view: MatterView) -> ft.Control:
    says = view.state.plan_says or {}
    agreed = view.state.agreed
    mark = (
        chip(t("matter.agreed_by", name=agreed["name"]), "good", ft.Icons.HANDSHAKE_OUTLINED)
        if agreed is not None
        else chip(t("matter.not_agreed"), "amber", ft.Icons.HOURGLASS_EMPTY_ROUNDED)
    )
    parts: list[ft.Control] = [
        txt(t("matter.plan"), ft.TextThemeStyle.TITLE_MEDIUM),
        long_txt(str(says.get("plan") or "")),
        quiet(t("matter.says.cause", words=says.get("cause") or "")),
        row([mark], wrap=True) if view.state.needs_plan else column([]),
    ]
    return paper(parts, id="matter-plan", gap=8)


def _reply(view: MatterView) -> ft.Control:
    state = view.state
    assert state.draft is not None
    if state.replied is not None:
        mark = chip(words.said("sent", state.replied.body["how"]), "good", ft.Icons.MARK_EMAIL_READ_OUTLINED)
    elif state.released is not None:
        mark = chip(t("matter.released"), "good", ft.Icons.APPROVAL_OUTLINED)
    else:
        mark = chip(t("matter.to_release"), "amber", ft.Icons.MARK_EMAIL_UNREAD_OUTLINED)
    parts = [
        txt(t("matter.reply"), ft.TextThemeStyle.TITLE_MEDIUM),
        long_txt(str(state.draft.body["text"])),
        row([mark], wrap=True),
    ]
    return paper(parts, id="matter-reply", gap=8)


def _absorbed(ui: Ui, card: Card, closed_at: int | None) -> ft.Control:
    """Return a matter that was merged into this one; after closing, with whether that person was told, too (C.6)."""
    sub = joined(words.who_said(card), card.contact_phone, card.content)
    mark = None
    if closed_at is not None and not card.as_(MatterCard).anonymous:
        told = card.last_at >= closed_at
        mark = chip(t("matter.told_too") if told else t("matter.tell_too"), "good" if told else "amber")
    page = page_of(card) or ""
    return list_row(f"absorbed-{card.id}", words.place_of(card), lambda: ui.go(page), sub=sub, lines=2, trailing=mark)
