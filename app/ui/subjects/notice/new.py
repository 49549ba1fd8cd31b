"""Drafting a notice, and writing a board or letterboxes down (P)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.notices import NoticeForm, first_until
from app.domain.rules.notices import BOARD, FEES, KINDS, OUTAGE, SORTS
from app.domain.times import HOUR, at_china, china_day, read_day, to_china
from app.ui import estates
from app.ui.context import Draft, cloud_of, use_draft, use_now, use_read, use_ui
from app.ui.kit.base import flow, quiet
from app.ui.kit.buttons import Action
from app.ui.kit.choose import When, pill, pills, when_picker
from app.ui.kit.fields import TextBox
from app.ui.kit.money import section
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.subjects.notice.paths import NEW, NEW_BOARD, NOTICES, notice_path
from app.ui.subjects.ticket.step_form import text_setter
from app.ui.texts import moment_text, t

DAYS: Final = (3, 7, 14, 30)
_LONG: Final = (1, 2, 4, 8)
"""How many hours an outage takes, to choose from."""


def _buildings(session: Session) -> list[tuple[str, str]]:
    found = session.buildings_in(session.estate)
    return sorted(((id_, str(body.get("name") or "")) for id_, body in found.items()), key=lambda one: one[1])


@ft.component
def NewNoticeScreen() -> ft.Control:
    """The form of a draft: sort, heading, text, for which buildings, until when."""
    ui = use_ui()
    now = use_now()
    today = china_day(now)
    buildings = use_read(_buildings)
    start: dict[str, Any] = {
        "kind": "", "title": "", "words": "", "urgent": False, "prices": False, "until": first_until(now).isoformat(),
        "buildings": [], "starts_day": "", "starts_hour": None, "hours": 4,
    }  # fmt: skip
    draft = use_draft("notice-new", start)
    v = draft.values
    outage = v["kind"] == OUTAGE
    begins = _starts(draft) if outage else None
    need = _need(ui.session, draft, begins)

    async def save() -> None:
        draft.flush()
        until = read_day(v["until"])
        assert until is not None
        form = NoticeForm(
            str(v["kind"]), str(v["title"]), str(v["words"]), until, tuple(v["buildings"]), bool(v["urgent"]),
            bool(v["prices"]), begins, begins + int(v["hours"]) * HOUR if begins is not None else None,
        )  # fmt: skip
        await ui.do(
            ui.session.notices.draft(form, once=draft.once, draft=draft.key),
            then=lambda saved: ui.replace(notice_path(saved.subject_id)),
            saved=t("notice.drafted"),
        )

    def sort(kind: str) -> None:
        # Outages are told at once, and a new price is the usual reason for a notice about fees.
        draft.update(kind=kind, urgent=v["urgent"] or kind == OUTAGE, prices=kind == FEES)

    days = [(str(today + timedelta(days=n)), t("notice.days", n=n)) for n in DAYS]
    parts: list[ft.Control] = [
        section(t("notice.sort"), [pills([(one, t(f"notice.kind.{one}")) for one in KINDS], v["kind"], sort,
                                         id="kind")]),
        TextBox("notice-title", t("notice.title"), str(v["title"]), text_setter(draft, "title"), most=60,
                key=f"title-{draft.once}"),
        TextBox("notice-words", t("notice.words"), str(v["words"]), text_setter(draft, "words"), lines=4, most=3000,
                key=f"words-{draft.once}"),
    ]  # fmt: skip
    if outage:
        parts.append(_when(draft, now))
    if len(buildings) > 1:
        parts.append(_where(draft, buildings))
    parts.append(section(t("notice.how_long"), [pills(days, str(v["until"]), partial(draft.set, "until"), id="days")]))
    flags = [
        pill(f"notice-{name}", t(f"notice.{name}"), partial(draft.set, name, not v[name]), selected=bool(v[name]))
        for name in ("urgent", "prices")
    ]
    parts.append(section(t("notice.more_of_it"), [flow(flags), quiet(t("notice.flags_say"))]))
    action = Action(t("notice.save"), save, enabled=need is None, hint=need, icon=ft.Icons.CHECK_ROUNDED)
    return Scaffold(t("notice.new"), parts, id="notice-new", under=estates.switch(ui), on_back=ui.back,
                    cloud=cloud_of(ui), action=action, gap=14)  # fmt: skip


def _starts(draft: Draft) -> int | None:
    day, hour = read_day(draft.values["starts_day"]), draft.values["starts_hour"]
    return at_china(day, int(hour)) if day is not None and hour is not None else None


def _when(draft: Draft, now: int) -> ft.Control:
    v = draft.values
    day = read_day(v["starts_day"])
    chosen = When(day, v["starts_hour"]) if day is not None else None

    def pick(when: When) -> None:
        draft.update(starts_day=when.day.isoformat(), starts_hour=when.hour)

    begins = _starts(draft)
    heading = t("notice.when") + (f" {moment_text(begins, now)}" if begins is not None else "")
    takes = [(str(n), t("notice.hours", n=n)) for n in _LONG]
    picker = when_picker(chosen, pick, today=china_day(now), days=7, hours=tuple(range(24)),
                         from_hour=to_china(now).hour)  # fmt: skip
    long = pills(takes, str(v["hours"]), lambda n: draft.set("hours", int(n)), id="takes")
    return section(heading, [picker, quiet(t("notice.takes")), long])


def _where(draft: Draft, buildings: list[tuple[str, str]]) -> ft.Control:
    chosen = list(draft.values["buildings"])

    def turn(id_: str) -> None:
        draft.set("buildings", [one for one in chosen if one != id_] if id_ in chosen else [*chosen, id_])

    every = pill("where-all", t("notice.everywhere"), lambda: draft.set("buildings", []), selected=not chosen)
    each = [pill(f"where-{name}", name, partial(turn, id_), selected=id_ in chosen) for id_, name in buildings]
    return section(t("notice.where"), [flow([every, *each])])


def _need(session: Session, draft: Draft, begins: int | None) -> str | None:
    """Return what lacks first, in words."""
    v = draft.values
    if session.several and session.estate is None:
        return t("estates.missing")
    if not v["kind"]:
        return t("notice.need.kind")
    for name in ("title", "words"):
        if not str(v[name]).strip():
            return t(f"notice.need.{name}")
    return t("notice.need.when") if v["kind"] == OUTAGE and begins is None else None


@ft.component
def NewBoardScreen() -> ft.Control:
    """Writing down a board or a bank of letterboxes: what it is, what people call it, at which building."""
    ui = use_ui()
    own = use_read(_own)
    draft = use_draft("board-new", {"sort": BOARD, "name": "", "building": own[0][0] if len(own) == 1 else None})
    v = draft.values
    name = str(v["name"]).strip()
    need = None
    if ui.session.several and ui.session.estate is None:
        need = t("estates.missing")
    elif v["building"] is None:
        need = t("notice.need.building")
    elif not name:
        need = t("notice.need.name")

    async def save() -> None:
        draft.flush()
        await ui.do(
            ui.session.notices.name_board(str(v["sort"]), name, str(v["building"]) or None, once=draft.once,
                                          draft=draft.key),
            then=lambda _: ui.back(),
            saved=t("notice.board_saved", name=name),
        )  # fmt: skip

    parts = [
        section(t("notice.which_sort"), [pills([(one, t(f"notice.sort_of.{one}")) for one in SORTS], str(v["sort"]),
                                               partial(draft.set, "sort"), id="sort")]),
        section(t("notice.at_building"), [pills(own, v["building"], partial(draft.set, "building"), id="building")]),
        TextBox("board-name", t("notice.board_name"), str(v["name"]), text_setter(draft, "name"), most=60,
                hint=t("notice.board_hint"), key=f"name-{draft.once}"),
    ]  # fmt: skip
    action = Action(t("notice.save_board"), save, enabled=need is None, hint=need, icon=ft.Icons.CHECK_ROUNDED)
    return Scaffold(t("notice.new_board"), parts, id="board-new", under=estates.switch(ui), on_back=ui.back,
                    cloud=cloud_of(ui), action=action)  # fmt: skip


def _own(session: Session) -> list[tuple[str, str]]:
    """Return the buildings at which this person may write one down; for overseers also the estate as a whole."""
    mine = set(session.staff.building_ids)
    found = _buildings(session)
    if mine:
        return [one for one in found if one[0] in mine]
    return [("", t("newticket.whole_estate")), *found]


ROUTES: Final = (
    Route(NEW, NewNoticeScreen, parent=NOTICES),
    Route(NEW_BOARD, NewBoardScreen, parent=NOTICES),
)
