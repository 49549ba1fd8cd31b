"""Handing a shift over 交接班: the list that the app made, remarks, what is missing, who takes over (R2, R3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.models import Card, Staff
from app.actions.shifts import OpenNow, ShiftForm
from app.domain.rules.shifts import SHIFTS, Gap
from app.domain.subjects.shift import COMPLETE, MISSING, SHIFT, SORTS
from app.ui import estates
from app.ui.context import Draft, Ui, cloud_of, use_draft, use_now, use_read, use_ui
from app.ui.kit.base import column, flow, quiet, row, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import pills
from app.ui.kit.fields import TextBox
from app.ui.kit.lists import group, list_row
from app.ui.kit.money import section
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip
from app.ui.router import Route
from app.ui.subjects import face_of
from app.ui.subjects.job.people import receiver_section
from app.ui.subjects.shift.face import shift_words, sort_words
from app.ui.subjects.ticket.step_form import phrases
from app.ui.texts import moment_text, t, time_text
from app.ui.ticket_words import joined

PATH: Final = "/shift-over"
_FEW: Final = 5
_SHOWN: Final = 8
"""Rows of each sort that are drawn at first."""


@dataclass(frozen=True, slots=True)
class _Now:
    """What the page shows: the form as it begins, what is open, the posts and people to choose from, gaps, and the
    latest hand-overs."""

    form: ShiftForm
    open: list[OpenNow]
    posts: list[str]
    people: list[Staff]
    gaps: list[Gap]
    cards: list[Card]


def _read(session: Session) -> _Now:
    form = session.shifts.begin()
    shifts = session.shifts
    return _Now(
        form, shifts.open_now(form.from_at), shifts.posts(), shifts.successors(), shifts.gaps(), shifts.cards()
    )  # fmt: skip


@ft.component
def HandOverScreen() -> ft.Control:
    """The page: everything that is open stands there by itself; whoever leaves adds what the other must know."""
    ui = use_ui()
    now = use_now()
    found = use_read(_read)
    begin = found.form
    start = {
        "post": begin.post, "shift": begin.shift, "successor": "", "alone": False, "query": "", "remarks": {},
        "things": COMPLETE, "lacking": "", "note": "", "noting": "", "all": "",
    }  # fmt: skip
    draft = use_draft(f"shift:{begin.day.isoformat()}", start)
    v = draft.values
    said = ShiftForm(
        str(v["post"]), begin.day, str(v["shift"]), begin.from_at, "" if v["alone"] else str(v["successor"]),
        dict(v["remarks"]), str(v["things"]), str(v["lacking"]), str(v["note"]),
    )  # fmt: skip
    person = next((one for one in found.people if one.id == said.successor_id), None)
    need = _need(ui.session, said, found.open, bool(v["alone"]))

    async def save() -> None:
        draft.flush()
        after = "/take" if said.successor_id else ""
        await ui.do(
            ui.session.shifts.hand(said, once=draft.once, draft=draft.key),
            then=lambda saved: ui.replace(f"{face_of(SHIFT).page(saved.subject_id)}{after}"),
            saved=None if said.successor_id else t("shift.saved"),
        )

    words = t("shift.hand", name=person.name) if person is not None else t("shift.write_down")
    action = Action(words, save, enabled=need is None, hint=need, icon=ft.Icons.CHECK_ROUNDED)
    return Scaffold(
        t("shift.noun.shift"),
        [
            *[_gap(ui, one, now) for one in found.gaps[:_FEW]],
            _where(draft, found, begin),
            *_list(draft, found.open),
            _things(draft),
            *_who(draft, found.people),
            *_lately(ui, found.cards, now),
        ],
        id="shift-over",
        sub=t("shift.since", at=time_text(begin.from_at)),
        under=estates.switch(ui),
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=action,
        gap=14,
    )


def _need(session: Session, said: ShiftForm, items: list[OpenNow], alone: bool) -> str | None:
    """Return what lacks first, in words."""
    remarks = said.remarks or {}
    if session.several and session.estate is None:
        return t("estates.missing")
    if not said.post.strip():
        return t("shift.need.post")
    if session.shifts.already(said) is not None:
        return t("shift.need.already")
    unsaid = [one for one in items if one.asked and not remarks.get(one.card.id, "").strip()]
    if unsaid:
        return t("shift.need.reason", n=len(unsaid))
    if said.things == MISSING and not said.lacking.strip():
        return t("shift.need.lacking")
    return None if said.successor_id or alone else t("shift.need.who")


def _where(draft: Draft, found: _Now, begin: ShiftForm) -> ft.Control:
    v = draft.values
    known = [(str(number), post) for number, post in enumerate(found.posts[:_FEW])]
    chosen = next((value for value, post in known if post == v["post"]), None)
    parts: list[ft.Control] = []
    if known:
        parts.append(pills(known, chosen, lambda one: draft.set("post", found.posts[int(one)]), id="post"))
    field = TextBox(
        "shift-post", "", str(v["post"]), lambda text: draft.set("post", text), name=t("shift.post"),
        hint=t("shift.post_hint"), most=60, key=f"post-{draft.once}",
    )  # fmt: skip
    kinds = pills(
        [(one, shift_words(one)) for one in SHIFTS], str(v["shift"]), lambda one: draft.set("shift", one), id="kind"
    )
    return section(t("shift.post"), [*parts, field, kinds])


def _list(draft: Draft, items: list[OpenNow]) -> list[ft.Control]:
    found: list[ft.Control] = []
    for sort in SORTS:
        theirs = [one for one in items if one.sort == sort]
        if theirs:
            # What needs a remark first; the rest of a long list is one tap away.
            theirs.sort(key=lambda one: not one.asked)
            least = max(_SHOWN, sum(one.asked for one in theirs))
            shown = theirs if draft.values["all"] == sort else theirs[:least]
            rows = [_item(draft, one) for one in shown]
            if len(shown) < len(theirs):
                words = t("shift.rest", n=len(theirs) - len(shown))
                rows.append(list_row(f"rest-{sort}", words, partial(draft.set, "all", sort)))
            found.append(group(sort_words(sort), rows, count=len(theirs), id=f"open-{sort}"))
    return found or [quiet(t("shift.nothing_open"))]


def _item(draft: Draft, one: OpenNow) -> ft.Control:
    """Return something open; a tap opens the field for its remark."""
    card, face = one.card, face_of(one.card.type)
    remarks: dict[str, Any] = dict(draft.values["remarks"])
    remark = str(remarks.get(card.id) or "")
    noting = draft.values["noting"] == card.id
    line = list_row(
        f"open-{card.id}", card.content or face.heading(card),
        lambda: draft.set("noting", "" if noting else card.id),
        sub=joined(face.heading(card) if card.content else "", face.stage_words(card), remark or one.said), lines=2,
        trailing=ft.Icon(ft.Icons.EDIT_NOTE_ROUNDED, size=24),
    )  # fmt: skip
    parts: list[ft.Control] = [line]
    if one.asked and not remark.strip():
        parts.append(flow([chip(t("review.needs_reason"), "amber", ft.Icons.EDIT_NOTE_ROUNDED)]))
    if noting:
        box = TextBox(
            f"remark-{card.id}", "", remark, lambda text: draft.set("remarks", {**remarks, card.id: text}),
            name=t("shift.remark"), lines=2, most=1000, phrases=phrases("shift.phrases.remark"),
            key=f"remark-{card.id}-{draft.once}",
        )  # fmt: skip
        parts.append(ft.Container(box, padding=ft.Padding.only(left=12, right=12, bottom=10)))
    return column(parts, gap=4)


def _things(draft: Draft) -> ft.Control:
    v = draft.values
    choices = [(one, t(f"shift.state.{one}")) for one in (COMPLETE, MISSING)]
    parts: list[ft.Control] = [pills(choices, str(v["things"]), lambda one: draft.set("things", one), id="things")]
    if v["things"] == MISSING:
        parts.append(
            TextBox("shift-lacking", t("shift.what_lacks"), str(v["lacking"]), lambda text: draft.set("lacking", text),
                    most=1000, key=f"lacking-{draft.once}")
        )  # fmt: skip
    parts.append(
        TextBox("shift-note", t("shift.note"), str(v["note"]), lambda text: draft.set("note", text), lines=2, most=3000,
                key=f"note-{draft.once}")
    )  # fmt: skip
    return section(t("shift.things"), parts)


def _who(draft: Draft, people: list[Staff]) -> list[ft.Control]:
    v = draft.values
    if v["alone"]:
        undo = small_button("shift-somebody", t("shift.somebody"), lambda: draft.set("alone", False), tone="text")
        return [section(t("shift.successor"), [txt(t("shift.to_nobody")), quiet(t("shift.stays"))], tool=undo)]
    choose = receiver_section(
        people, str(v["successor"]), str(v["query"]), lambda id_: draft.update(successor=id_, query=""),
        lambda text: draft.set("query", text), t("shift.successor"),
    )  # fmt: skip
    if v["successor"]:
        return [choose]
    nobody = small_button("shift-nobody", t("shift.nobody"), lambda: draft.set("alone", True), tone="text")
    return [choose, row([nobody])]


def _gap(ui: Ui, gap: Gap, now: int) -> ft.Control:
    until = time_text(gap.end) if gap.end is not None else t("shift.till_now")
    words = t(f"shift.gap.{gap.why}", post=gap.post, start=moment_text(gap.start, now), end=until)
    act = (_opens(), partial(ui.go, face_of(SHIFT).page(gap.after)))
    return notice(words, tone="amber", act=act, id=f"gap-{gap.after}")


def _opens() -> str:
    return t("shift.opens.shift")


def _lately(ui: Ui, cards: list[Card], now: int) -> list[ft.Control]:
    if not cards:
        return []
    face = face_of(SHIFT)
    rows: list[ft.Control] = [
        list_row(
            f"shift-{card.id[-8:]}", face.heading(card), partial(ui.go, face.page(card.id)),
            sub=joined(estates.mark_of(card), face.paper(card)), lines=1,
            trailing=chip(face.stage_words(card), "plain" if card.over else "amber"),
        )
        for card in cards[:_FEW]
    ]  # fmt: skip
    return [group(t("shift.lately"), rows, id="lately")]


ROUTES: Final = (Route(PATH, HandOverScreen, parent="/me"),)
