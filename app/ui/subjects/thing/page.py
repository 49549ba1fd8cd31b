"""A key's page: where it is now, since when, until when, and all its changes of hands with both signatures (G.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import flet as ft

from app.actions.models import ThingView
from app.domain.subjects import access
from app.domain.subjects.thing import ThingCard
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.thing.state import ON_RACK, OUT
from app.domain.times import read_day
from app.domain.writing import tags
from app.ui import custody_words as words
from app.ui import theme
from app.ui.context import Ui, cloud_of, if_here, use_now, use_read, use_ui
from app.ui.entry_steps import entry_steps
from app.ui.kit.buttons import Action, icon_button, small_button
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.money import facts, section
from app.ui.kit.notices import notice, use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import paper
from app.ui.kit.timeline import timeline
from app.ui.photo_steps import PHOTO_TAKEN
from app.ui.screens.photo.take import photo_path, view_path
from app.ui.subjects.thing.face import key_head
from app.ui.texts import full_day, moment_text, t

_ICONS: Final = {
    "lent": ft.Icons.OUTPUT_ROUNDED,
    "returned": ft.Icons.INPUT_ROUNDED,
    "handed_over": ft.Icons.SWAP_HORIZ_ROUNDED,
    "given_back": ft.Icons.HOME_OUTLINED,
    "issued": ft.Icons.KEY_OUTLINED,
    "settle": ft.Icons.FACT_CHECK_OUTLINED,
    "accounted": ft.Icons.SEARCH_ROUNDED,
}
_SIGNED_STEPS: Final = ("lent", "returned", "handed_over", "given_back", "issued")


@ft.component
def KeyScreen(thing_id: str) -> ft.Control:
    """A key's page. The main action is the likeliest next step of this person; the others open by 更多."""
    ui = use_ui()
    now = use_now()
    view = use_read(lambda s: if_here(lambda: s.keys.view(thing_id)), thing_id)
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
        # With large text, a button with words would leave room for one character per line of the heading.
        if large:
            tools.append(icon_button("key-more", ft.Icons.MORE_VERT_ROUNDED, t("keys.more"), lambda: set_more(True)))
        else:
            tools.append(small_button("key-more", t("keys.more"), lambda: set_more(True), tone="text"))
    if access.may(ui.session.roles_on(view.state), PHOTO_TAKEN):
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
    steps = entry_steps(
        sorted(view.steps, key=lambda step: step.at),
        view.card,
        ui.session,
        now,
        view=view,
        verdicts=view.verdicts,
        on_correct=lambda entry_id: ui.go(f"/key/{thing_id}/amend/{entry_id}"),
        on_photo=lambda entry_id: ui.go(view_path(THING, thing_id, entry_id)),
    )
    chain: list[ft.Control] = [timeline(steps, id="chain")]
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
    """Return the notice 上次盘点未见: which count did not find it, by whom, and a link to settle it."""
    missed = view.state.missed
    assert missed is not None
    rack = str(missed.body.get("rack") or view.state.rack)
    act = None
    if "accounted" in view.moves[1:]:  # if it comes first, it is the page's main action
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
