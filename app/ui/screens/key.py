"""A key's page: where it is now, since when, until when, and its unbroken chain of hands with both signatures (G.2)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import LinkRow, ThingView
from app.domain import access, tags
from app.domain import state as st
from app.domain.clocks import CALM
from app.domain.subjects.thing import ThingCard
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.thing.state import ON_RACK, OUT
from app.domain.times import read_day
from app.ui import custody_words as words
from app.ui import theme, ticket_words
from app.ui.context import Ui, cloud_of, if_here, use_now, use_read, use_ui
from app.ui.kit.base import column, flow, quiet, row, txt
from app.ui.kit.buttons import Action, icon_button, small_button
from app.ui.kit.lists import empty_state, list_row
from app.ui.kit.money import facts, section
from app.ui.kit.notices import notice, use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper, stamp_badge
from app.ui.kit.timeline import Step, step_of, timeline
from app.ui.photo_steps import PHOTO_TAKEN, grouped, photo_step
from app.ui.screens.key_parts import MARKS
from app.ui.screens.photo_take import photo_path, view_path
from app.ui.screens.ticket_timeline import drawn_signature, signature_badge
from app.ui.screens.today_parts import RunningClock, group
from app.ui.texts import full_day, moment_text, t

_ICONS: Final = {
    "lent": ft.Icons.OUTPUT_ROUNDED,
    "returned": ft.Icons.INPUT_ROUNDED,
    "handed_over": ft.Icons.SWAP_HORIZ_ROUNDED,
    "given_back": ft.Icons.HOME_OUTLINED,
    "settle": ft.Icons.FACT_CHECK_OUTLINED,
    "accounted": ft.Icons.SEARCH_ROUNDED,
}
_QUIET: Final = ("tag_assigned", "tag_lost", "extended", "written_off", "missed", "accounted")
"""Steps in which a thing goes through nobody's hands."""
_SIGNED_STEPS: Final = ("lent", "returned", "handed_over", "given_back")


@ft.component
def KeyScreen(thing_id: str) -> ft.Control:
    """The page. Its main action is the likeliest next step of this person; the others lie behind 更多."""
    ui = use_ui()
    now = use_now()
    view = use_read(lambda s: if_here(lambda: s.thing(thing_id)), thing_id)
    more, set_more = ft.use_state(False)
    large = theme.use_look().scale > 1.3
    ui_moves = view.moves if view is not None else ()
    use_sheet(
        more, t("keys.more"), lambda: _more(ui, thing_id, ui_moves, lambda: set_more(False)), lambda: set_more(False)
    )
    ft.use_effect(lambda: ui.session.in_view([(THING, thing_id)]), [thing_id])
    if view is None:
        gone = empty_state(t("keys.gone"), t("keys.gone_says"), mark=ft.Icons.KEY_OFF_OUTLINED)
        return Scaffold(t("keys.heading"), [gone], id="key", on_back=ui.back)
    rest = [move for move in view.moves if move not in view.moves[:1]]
    tools: list[ft.Control] = []
    if rest:
        # In large letters the words would leave the heading one character a line.
        if large:
            tools.append(icon_button("key-more", ft.Icons.MORE_VERT_ROUNDED, t("keys.more"), lambda: set_more(True)))
        else:
            tools.append(small_button("key-more", t("keys.more"), lambda: set_more(True), tone="text"))
    if access.may(ui.session.roles, PHOTO_TAKEN):
        to_photo = photo_path(THING, thing_id)
        camera = ft.Icons.PHOTO_CAMERA_OUTLINED
        tools.insert(0, icon_button("key-photo", camera, t("photo.heading"), lambda: ui.go(to_photo)))
    content: list[ft.Control] = [key_head(view, now)]
    if view.state.missed is not None:
        content.append(_missed(ui, view, now))
    if view.state.flags:
        content.append(_disputed(ui, view))
    elif view.state.tag is None and view.state.stage in (ON_RACK, OUT):
        act = (t("keys.tag.hang"), lambda: ui.go(f"/key/{thing_id}/tag")) if "tag" in view.moves else None
        content.append(notice(t("keys.no_tag"), tone="amber", act=act, id="no-tag"))
    content.append(_facts(ui, view, now))
    chain: list[ft.Control] = [timeline(_steps(view, ui, now), id="chain")]
    if view.verdicts:
        check = t("ticket.do.verify")
        to_verify = f"/key/{thing_id}/verify"
        chain.append(list_row("verify", check, lambda: ui.go(to_verify), leading=ft.Icons.VERIFIED_OUTLINED))
    content.append(section(t("keys.chain"), chain))
    return Scaffold(
        words.kind_word(view.state.kind),
        content,
        id="key",
        sub=tags.spoken(view.state.tag or "") or None,
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=tools,
        action=_action(ui, thing_id, view.moves[0]) if view.moves else None,
        second=_action(ui, thing_id, view.moves[1], second=True)
        if len(view.moves) > 1 and view.moves[1] in _SIGNED_STEPS
        else None,
    )


def _path(thing_id: str, move: str) -> str:
    return f"/key/{thing_id}/step/{move}" if move in _SIGNED_STEPS else f"/key/{thing_id}/{move}"


def _action(ui: Ui, thing_id: str, move: str, *, second: bool = False) -> Action:
    id = "second-action" if second else "main-action"
    return Action(t(f"keys.do.{move}"), lambda: ui.go(_path(thing_id, move)), id=id, icon=_ICONS.get(move))


def _more(ui: Ui, thing_id: str, moves: tuple[str, ...], close: Callable[[], object]) -> list[ft.Control]:
    def to(move: str) -> Callable[[], object]:
        def go() -> None:
            close()
            ui.go(_path(thing_id, move))

        return go

    rows = [list_row(f"move-{m}", t(f"keys.do.{m}"), to(m), sub=t(f"keys.says.{m}")) for m in moves[1:]]
    return [group(t("keys.more"), rows, id="moves")]


def key_head(view: ThingView, now: int) -> ft.Control:
    """What it is, where it is now, and what is wrong with it."""
    card, state = view.card, view.state
    marks: list[ft.Control] = []
    if card.clock is not None and (card.clock.id == "return" or card.clock.level(now) != CALM):
        marks.append(RunningClock(card.clock, id="key-clock"))  # a key entrusted for years needs no countdown
    if card.as_(ThingCard).short:
        marks.append(chip(t("keys.short", n=card.as_(ThingCard).short), "amber", ft.Icons.REMOVE_CIRCLE_OUTLINE))
    if state.condition != "good":
        marks.append(chip(t(f"keys.condition.{state.condition}"), "amber", ft.Icons.BUILD_OUTLINED))
    if card.unsent:
        marks.append(stamp_badge("unsent"))
    icon = ft.Icon(MARKS.get(state.kind, ft.Icons.KEY_OUTLINED), size=30, color=ft.Colors.PRIMARY)
    name = txt(words.heading_of(card), ft.TextThemeStyle.HEADLINE_MEDIUM, expand=True)
    parts: list[ft.Control] = [row([icon, name], gap=12)]
    if card.address:
        parts.append(quiet(card.content))
    parts.append(txt(words.where_words(card), ft.TextThemeStyle.TITLE_LARGE, color=ft.Colors.PRIMARY))
    if marks:
        parts.append(flow(marks))
    return paper([column(parts, gap=8)], id="key-head")


def _facts(ui: Ui, view: ThingView, now: int) -> ft.Control:
    state, card = view.state, view.card
    pairs = [(t("keys.fact.since"), moment_text(card.as_(ThingCard).since, now))]
    if state.stage == OUT and state.due_at is not None:
        pairs.append((t("keys.fact.due"), moment_text(state.due_at, now)))
    if state.purpose:
        pairs.append((t("keys.fact.purpose"), state.purpose))
    if state.phone:
        pairs.append((t("keys.fact.phone"), state.phone))
    pairs.append(
        (t("keys.fact.pieces"), t("keys.fact.pieces_of", n=state.pieces, c=t(f"keys.condition.{state.condition}")))
    )
    if state.stage == OUT:
        pairs.append((t("keys.fact.rack"), state.rack))
    if state.until:
        pairs.append((t("keys.fact.until"), full_day(read_day(state.until))))
    if state.end_reason:
        pairs.append((t("keys.fact.reason"), state.end_reason))
    made: list[ft.Control] = [facts(pairs)]
    if view.ticket is not None:
        ticket = view.ticket
        made.append(
            list_row(
                "key-ticket",
                ticket.content,
                lambda: ui.go(f"/ticket/{ticket.id}"),
                sub=t("keys.fact.ticket"),
                leading=ft.Icons.RECEIPT_LONG_OUTLINED,
            )
        )
    return paper(made)


def _missed(ui: Ui, view: ThingView, now: int) -> ft.Control:
    """上次盘点未见: when, by whom, and the way to say where it is; the count itself is a tap away on its own page."""
    missed = view.state.missed
    assert missed is not None
    rack = str(missed.body.get("rack") or view.state.rack)
    act = None
    if "accounted" in view.moves[1:]:  # as the first move it is the page's main action
        act = (t("keys.do.accounted"), lambda: ui.go(f"/key/{view.state.id}/accounted"))
    return notice(
        t("keys.missed_by", when=moment_text(missed.at, now), who=view.missed_by, rack=rack),
        kept=t("keys.missed_says"),
        tone="amber",
        act=act,
        id="missed",
        mark=ft.Icons.SEARCH_ROUNDED,
    )


def _disputed(ui: Ui, view: ThingView) -> ft.Control:
    act = None
    if "settle" in view.moves:
        act = (t("keys.do.settle"), lambda: ui.go(f"/key/{view.state.id}/settle"))
    says = t("keys.misfit")
    if view.state.disputed:
        second = words.hands_words(view.state.disputed[0].taker, ui.session)
        says = t("keys.twice", first=words.hands_words(view.state.hands, ui.session), second=second)
    return notice(
        says,
        kept=t("keys.twice_says"),
        act=act,
        id="disputed",
        mark=ft.Icons.FLAG_OUTLINED,
    )


def _steps(view: ThingView, ui: Ui, now: int) -> list[Step]:
    session, thing_id = ui.session, view.state.id
    rows = sorted(view.links, key=lambda line: line.link.at)
    made = [step_of(line.link.entry.id, partial(_step, line, view, session, now)) for line in rows]
    for step in view.state.steps:
        if step.entry.kind in _QUIET and step.standing == st.STEP_DONE:
            told = (step.entry.id, step.entry.kind, step.body, step.entry.at, step.entry.author, session, now)
            made.append(step_of(step.entry.id, partial(_quiet_step, *told)))
    for group_ in grouped([one for one in view.photos if one.standing == st.STEP_DONE]):
        when = ticket_words.stamp_time(group_[0].at, now)
        made.append(photo_step(group_, session, when, lambda e: ui.go(view_path(THING, thing_id, e))))
    order = {line.link.entry.id[-12:]: line.link.at for line in rows} | {
        step.entry.id[-12:]: step.entry.at for step in view.state.steps
    }
    return sorted(made, key=lambda step: order.get(step.id, 0))


def _quiet_step(entry_id: str, kind: str, body: object, at: int, author: str, session: Session, now: int) -> Step:
    data = dict(body) if isinstance(body, dict) else {}
    says = [tags.spoken(str(data["tag"]))] if data.get("tag") else []
    if data.get("due_at"):
        says.append(t("keys.due", when=moment_text(int(data["due_at"]), now)))
    says.append(str(data.get("reason") or ""))
    if kind in ("missed", "accounted"):
        says.append(ticket_words.says(kind, data, session.staff_name, now))
    return Step(
        id=entry_id[-12:],
        what=words.step_word(kind),
        when=ticket_words.stamp_time(at, now),
        who=session.staff_name(author),
        says=" · ".join(part for part in says if part),
    )


def _step(line: LinkRow, view: ThingView, session: Session, now: int) -> Step:
    link = line.link
    giver, taker = words.hands_words(link.giver, session), words.hands_words(link.taker, session)
    says = [t("keys.hands", giver=giver, taker=taker)]
    if link.body.get("purpose"):
        says.append(str(link.body["purpose"]))
    if link.due_at is not None:
        says.append(t("keys.due", when=moment_text(link.due_at, now)))
    if link.body.get("note"):
        says.append(str(link.body["note"]))
    marks: list[ft.Control] = []
    if line.disputed:
        marks.append(chip(t("keys.flag"), "amber", ft.Icons.FLAG_OUTLINED))
    if line.gap or link.jump:
        marks.append(chip(t("keys.gap"), "amber", ft.Icons.LINK_OFF_ROUNDED))
    if link.short:
        marks.append(chip(t("keys.now_pieces", n=link.pieces), "amber", ft.Icons.REMOVE_CIRCLE_OUTLINE))
    if line.sent == "waiting":
        marks.append(stamp_badge("unsent"))
    elif line.sent == "refused":
        marks.append(chip(t("ticket.refused"), "red", ft.Icons.SYNC_PROBLEM))
    if not link.signed and link.entry.kind not in ("located", "stocked"):
        marks.append(stamp_badge("unsigned"))
    return Step(
        id=link.entry.id[-12:],
        what=words.step_word(link.entry.kind),
        when=ticket_words.stamp_time(link.at, now),
        who=line.author_name,
        state="flagged" if line.disputed else "done",
        says="\n".join(says),
        marks=marks,
        below=[_signatures(line, view, session)] if link.signatures else (),
        details=[
            facts(
                [
                    (
                        t("keys.fact.pieces"),
                        t("keys.fact.pieces_of", n=link.pieces, c=t(f"keys.condition.{link.condition}")),
                    )
                ]
            )
        ],
    )


def _signatures(line: LinkRow, view: ThingView, session: Session) -> ft.Control:
    both: list[ft.Control] = []
    for side in ("giver", "taker"):
        entry = line.link.signatures.get(side)
        if entry is not None:
            picture = drawn_signature(entry, session, height=54, id=f"sign-{side}-{line.link.entry.id[-12:]}")
            badge = signature_badge(view.verdicts.get(entry.id))
            name = quiet(t(f"keys.side.{side}", name=str(entry.body.get("name") or "")), lines=1)
            both.append(ft.Container(column([name, *picture, *badge], gap=3), expand=True))
    return ft.Row(both, spacing=12, vertical_alignment=ft.CrossAxisAlignment.START)
