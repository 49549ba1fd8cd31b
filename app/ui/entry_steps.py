"""Making a timeline from entries, for every type of subject.

A corrected entry stays readable as it was written, marked 已更正; the correction is a step of its own that says what
holds now and why. Consecutive photos are shown together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.models import Card, StepRow
from app.domain.rules import state as st
from app.domain.subjects.signing import Verdict
from app.ui import ticket_words as words
from app.ui.kit.buttons import small_button
from app.ui.kit.money import facts
from app.ui.kit.timeline import Step, step_of
from app.ui.photo_steps import PHOTO_TAKEN, grouped, photo_step
from app.ui.signatures import drawn_signature, signature_badge
from app.ui.subjects import Face, face_of
from app.ui.subjects.face import Body, standing_marks
from app.ui.texts import t

_STATES: Final = {st.STEP_FLAGGED: "flagged", st.STEP_SET_ASIDE: "corrected"}


def entry_steps(
    rows: Sequence[StepRow],
    card: Card,
    session: Session,
    now: int,
    *,
    view: Any = None,
    verdicts: Mapping[str, Verdict] | None = None,
    on_correct: Callable[[str], object] | None = None,
    on_photo: Callable[[str], object] | None = None,
) -> list[Step]:
    """Return the timeline of a subject as steps, oldest first.

    ``view`` is given on the subject's own page, which hides some kinds and adds to others. ``verdicts``: the result of
    verifying each signature, by entry id. ``on_correct`` opens the correction of an entry and ``on_photo`` a photo,
    both by entry id.
    """
    face, by_id = face_of(card.type), {row.entry.id: row for row in rows}
    hidden = face.hidden | (face.hidden_on_page if view is not None else frozenset())
    shown = [row for row in rows if row.kind not in hidden or row.standing != st.STEP_DONE]

    def one(group: Sequence[StepRow]) -> Step:
        row = group[0]
        if row.kind == PHOTO_TAKEN and row.standing == st.STEP_DONE:
            return photo_step(group, session, words.stamp_time(row.at, now), on_photo)
        step = _told(row, by_id, face, session, now)
        if row.standing == st.STEP_UNKNOWN:
            return step
        if row.kind == "signed":
            drawn = drawn_signature(row.entry, session, id=f"signature-{row.entry.id}")
            step = replace(step, below=[*drawn, *signature_badge((verdicts or {}).get(row.entry.id))])
        kind, body = _holds(row, by_id)
        step = face.dress(step, row, body, view, session, now)
        pairs = face.in_full(kind, body)
        more = [*([facts(pairs)] if pairs else []), *_correct(row, on_correct)]
        return replace(step, details=[*step.details, *more]) if more else step

    return [step_of(group[0].entry.id, partial(one, group)) for group in grouped(shown)]


def _holds(row: StepRow, by_id: Mapping[str, StepRow]) -> tuple[str, Body]:
    """Return the kind and body that a step shows: for a correction, the kind it corrects and the new body."""
    if row.kind != "amended":
        return row.kind, row.entry.body
    target = by_id.get(str(row.entry.body.get("target_id")))
    return (target.kind, row.entry.body["body"]) if target is not None else ("amended", row.entry.body)


def _told(row: StepRow, by_id: Mapping[str, StepRow], face: Face, session: Session, now: int) -> Step:
    """Return the step of an entry of any kind: what, when, who, its state, and what it says."""
    unknown = row.standing == st.STEP_UNKNOWN
    kind, body = _holds(row, by_id)
    what, who, state = face.step_name(kind, body), row.author_name, _STATES.get(row.standing, "done")
    if row.kind == "amended" and kind != "amended":
        what = t("ticket.correction_of", what=what)
        who = words.joined(who, row.entry.body.get("reason"))
        again = by_id[str(row.entry.body["target_id"])].amendments
        if state == "done" and again and again[-1].id != row.entry.id:
            state = "corrected"
    elif row.amendments and state == "done":
        state = "corrected"
    return Step(
        id=row.entry.id[-12:],
        what=t("ticket.update_to_see") if unknown else what,
        when=words.stamp_time(row.at, now),
        who=who,
        state=state,
        says=t("ticket.update_to_see_more") if unknown else face.says(kind, body, session.staff_name, now),
        marks=standing_marks(row),
    )


def _correct(row: StepRow, on_correct: Callable[[str], object] | None) -> list[ft.Control]:
    if not row.amendable or on_correct is None:
        return []
    open_it = partial(on_correct, row.entry.id)
    mark = ft.Icons.EDIT_OUTLINED
    return [small_button(f"correct-{row.kind}", t("ticket.correct"), open_it, icon=mark, tone="text")]
