"""A ticket's entries as a timeline of stamped steps: corrections keep the old words readable, flags say why."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.models import StepRow, TicketView
from app.domain import state as st
from app.domain.entries import Entry
from app.domain.signing import SIGNATURE_BROKEN, SIGNATURE_CHANGED, SIGNATURE_INTACT, Verdict
from app.domain.strokes import read_drawing
from app.ui import ticket_words as words
from app.ui.kit.base import flow, quiet
from app.ui.kit.buttons import small_button
from app.ui.kit.money import Fee, facts, fee_table
from app.ui.kit.ticket import chip, stamp_badge
from app.ui.kit.timeline import Step, step_of
from app.ui.photo_steps import PHOTO_TAKEN, grouped, photo_step
from app.ui.signing_pad import signature_picture
from app.ui.texts import t

HIDDEN: Final = frozenset(("ticket_numbered",))
"""Kinds a reader sees elsewhere: the number stands at the top right."""

_BADGES: Final = {SIGNATURE_INTACT: "intact", SIGNATURE_CHANGED: "changed", SIGNATURE_BROKEN: "broken"}


def ticket_steps(
    view: TicketView,
    session: Session,
    now: int,
    on_correct: Callable[[str], object] | None = None,
    on_photo: Callable[[str], object] | None = None,
) -> list[Step]:
    """Return the steps of a ticket, oldest first.

    ``on_correct`` opens the correction of an entry by its id, ``on_photo`` a photo.
    """
    by_id = {row.entry.id: row for row in view.steps}
    rows = [row for row in view.steps if row.kind not in HIDDEN or row.standing != st.STEP_DONE]

    def one(group: Sequence[StepRow]) -> Step:
        if group[0].kind == PHOTO_TAKEN and group[0].standing == st.STEP_DONE:
            return photo_step(group, session, words.stamp_time(group[0].at, now), on_photo)
        return _step(group[0], by_id, view, session, now, on_correct)

    return [step_of(group[0].entry.id, partial(one, group)) for group in grouped(rows)]


def _step(
    row: StepRow,
    by_id: Mapping[str, StepRow],
    view: TicketView,
    session: Session,
    now: int,
    on_correct: Callable[[str], object] | None,
) -> Step:
    common: dict[str, Any] = {
        "id": row.entry.id[-12:],
        "when": words.stamp_time(row.at, now),
        "who": row.author_name,
    }
    if row.standing == st.STEP_UNKNOWN:
        return Step(what=t("ticket.update_to_see"), says=t("ticket.update_to_see_more"), marks=_marks(row), **common)
    kind, body, state = row.kind, row.entry.body, "done"
    name = words.step_name(kind, body)
    if kind == "amended":
        target = by_id.get(str(body.get("target_id")))
        kind, body = (target.kind, body["body"]) if target is not None else ("amended", {})
        what = words.step_name(kind, body) if target is not None else name
        name = t("ticket.correction_of", what=what)
        common["who"] = f"{row.author_name}{words.SEP}{row.entry.body.get('reason') or ''}"
        if target is not None and target.amendments and target.amendments[-1].id != row.entry.id:
            state = "corrected"
    elif row.amendments:
        state = "corrected"
    elif kind == "assigned":
        common["who"] = f"{row.author_name} → {session.staff_name(str(body.get('worker_id') or ''))}"
    if row.standing == st.STEP_FLAGGED:
        state = "flagged"
    elif row.standing == st.STEP_SET_ASIDE:
        state = "corrected"
    return Step(
        what=name,
        state=state,
        says=_says(row, kind, body, state, session, now),
        marks=_marks(row),
        below=_signature(row, view.verdicts.get(row.entry.id), session) if kind == "signed" else (),
        details=_details(row, kind, body, on_correct),
        **common,
    )


def _says(row: StepRow, kind: str, body: Mapping[str, Any], state: str, session: Session, now: int) -> str:
    """What the step says, without what stands on the paper above or in the line with who did it."""
    if row.kind == "ticket_opened" and state == "done":
        return ""
    if row.kind == "assigned":
        return str(body.get("note") or "")
    return words.says(kind, body, session.staff_name, now)


def _marks(row: StepRow) -> list[ft.Control]:
    made: list[ft.Control] = []
    if row.standing == st.STEP_FLAGGED:
        made.append(chip(words.flag_words(row.reason), "amber", ft.Icons.FLAG_OUTLINED))
    if row.standing == st.STEP_SET_ASIDE and row.sent != "refused":
        made.append(chip(t("ticket.set_aside")))
    if row.sent == "waiting":
        made.append(stamp_badge("unsent"))
    elif row.sent == "refused":
        made.append(chip(t("ticket.refused"), "red", ft.Icons.SYNC_PROBLEM))
    return made


def signature_badge(verdict: Verdict | None) -> list[ft.Control]:
    """Return the stamp 签名有效 / 签后有更改 of a signature, and a word when its handwriting is not here yet."""
    if verdict is None:
        return []
    badge = _BADGES.get(verdict.standing)
    if badge is None:
        return [quiet(t("ticket.picture_missing"))]
    return [flow([stamp_badge(badge, id=f"stamp-{badge}")])]


def drawn_signature(entry: Entry, session: Session, height: float = 72, id: str | None = None) -> list[ft.Control]:
    """Return the picture of a stored signature; nothing while its strokes are not on this phone."""
    data = session.strokes(entry)
    if data is None:
        return []
    strokes, width, tall = read_drawing(json.loads(data))
    name = str(entry.body.get("name") or "")
    return [signature_picture(strokes, width, tall, name=name, height=height, id=id)]


def _signature(row: StepRow, verdict: Verdict | None, session: Session) -> Sequence[ft.Control]:
    return [*drawn_signature(row.entry, session), *signature_badge(verdict)]


def fee_rows(lines: Sequence[Mapping[str, Any]]) -> list[Fee]:
    """Return fee lines as the kit's table takes them."""
    return [
        Fee(line["name"], line["qty"], line["price_fen"], line["amount_fen"], line.get("unit") or "") for line in lines
    ]


def _details(
    row: StepRow, kind: str, body: Mapping[str, Any], on_correct: Callable[[str], object] | None
) -> list[ft.Control]:
    made: list[ft.Control] = []
    if body.get("lines"):
        made.append(fee_table(fee_rows(body["lines"]), id=f"fees-{row.entry.id[-12:]}"))
    pairs = words.in_full(kind, body)
    if pairs:
        made.append(facts(pairs))
    if row.amendable and on_correct is not None:
        entry_id = row.entry.id
        made.append(
            small_button(
                f"correct-{row.kind}",
                t("ticket.correct"),
                lambda: on_correct(entry_id),
                icon=ft.Icons.EDIT_OUTLINED,
                tone="text",
            )
        )
    return made
