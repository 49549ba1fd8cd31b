"""What happened at a door, entry by entry, as one timeline: tickets and visits alike, with their signatures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import flet as ft

from app.actions import Session
from app.actions.models import Card, StepRow
from app.domain import state as st
from app.domain.signing import Verdict
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.visit import VISIT
from app.ui import ticket_words as words
from app.ui.faces import open_words
from app.ui.kit.buttons import small_button
from app.ui.kit.money import facts
from app.ui.kit.ticket import chip, stamp_badge
from app.ui.kit.timeline import Step
from app.ui.screens.ticket_timeline import drawn_signature, signature_badge
from app.ui.texts import day_text, has, moment_text, t

Body = Mapping[str, Any]


def occasion_words(occasion: str) -> str:
    """每月走访, 新入住, 节日慰问, ... (E); a word this program does not know shows as it is."""
    key = f"visit.occasions.{occasion}"
    return t(key) if has(key) else occasion


def not_met_words(why: str) -> str:
    """Why nobody was met, in words."""
    key = f"visit.not_met.{why}"
    return t(key) if has(key) else why


def met_words(body: Body) -> str:
    """Who was met, or why nobody was: the first line of a visit."""
    if not body.get("met"):
        return not_met_words(str(body.get("not_met") or "other"))
    name, capacity = str(body.get("met_name") or ""), words.word("capacity", body.get("met_capacity"))
    return t("visit.met_capacity", name=name, capacity=capacity) if capacity else t("visit.met", name=name)


def by_day(day: str, today: date) -> str:
    """A promise's day in words; what is no date stays as it is."""
    try:
        return day_text(date.fromisoformat(day), today)
    except ValueError:
        return day


def visit_says(kind: str, body: Body, session: Session, now: int) -> str:
    """What an entry of a visit says, in a sentence or two."""
    if kind == "visited":
        said = [met_words(body), *(str(body[name]) for name in ("said", "note") if body.get(name))]
        return "。".join(said)
    if kind == "promise_settled":
        return str(body.get("outcome") or "")
    if kind == "amended":
        return str(body.get("reason") or "")
    return words.says(kind, body, session.staff_name, now)


def visit_step_name(kind: str, body: Body) -> str:
    """What an entry of a visit is called: 走访, 没有见到人, 住户签名."""
    if kind == "visited" and not body.get("met"):
        return t("visit.step.not_met")
    key = f"visit.step.{kind}"
    return t(key) if has(key) else words.step_name(kind, body)


def door_step(
    session: Session,
    row: StepRow,
    card: Card,
    now: int,
    verdict: Verdict | None = None,
    on_open: Callable[[], object] | None = None,
) -> Step:
    """One entry as a step: when, who, what it says, its stamps, and its signature as a picture.

    ``verdict`` is what verifying found for a signature; ``on_open`` opens the ticket or visit it belongs to.
    """
    is_visit = card.type == VISIT
    marks, below, details = list(_marks(row)), list[ft.Control](), list[ft.Control]()
    if row.kind == "signed":
        below.extend(drawn_signature(row.entry, session, 60, id=f"signature-{row.entry.id}"))
        marks.extend(signature_badge(verdict))
    if row.amendments:
        details.extend(corrections(session, row, is_visit, now))
    if on_open is not None:
        details.append(
            small_button(f"open-{row.entry.id}", open_words(card), on_open, icon=ft.Icons.OPEN_IN_NEW, tone="text")
        )
    paper = ""
    if card.type == TICKET:
        paper = " ".join(part for part in (words.word("kind", card.kind), card.number) if part)
    elif card.type == THING:
        paper = card.content
    unknown = row.standing == st.STEP_UNKNOWN
    return Step(
        id=row.entry.id,
        what=t("ticket.update_to_see") if unknown else _name(row, is_visit),
        when=moment_text(row.at, now),
        who=words.SEP.join(part for part in (row.author_name, paper) if part),
        state={st.STEP_FLAGGED: "flagged", st.STEP_SET_ASIDE: "corrected"}.get(row.standing, "done"),
        says="" if unknown else _says(session, row.kind, row.body, is_visit, now),
        marks=marks,
        below=below,
        details=details,
    )


def corrections(session: Session, row: StepRow, is_visit: bool, now: int) -> list[ft.Control]:
    """What an entry said before each correction, and why it was corrected: the old words stay readable."""
    shown: list[tuple[str, str]] = []
    for body in words.old_words(row.entry, row.amendments):
        shown.append((t("visit.before"), _says(session, row.kind, body, is_visit, now)))
    for amendment in row.amendments:
        who = f"{session.staff_name(amendment.author)} {moment_text(amendment.at, now)}"
        shown.append((t("visit.reason"), f"{amendment.body.get('reason') or ''}（{who}）"))
    return [facts(shown)]


def _name(row: StepRow, is_visit: bool) -> str:
    return visit_step_name(row.kind, row.body) if is_visit else words.step_name(row.kind, row.body)


def _says(session: Session, kind: str, body: Body, is_visit: bool, now: int) -> str:
    if is_visit:
        return visit_says(kind, body, session, now)
    if kind == "amended":
        return str(body.get("reason") or "")
    return words.says(kind, body, session.staff_name, now)


def _marks(row: StepRow) -> list[ft.Control]:
    made: list[ft.Control] = []
    if row.standing == st.STEP_FLAGGED:
        made.append(chip(words.flag_words(row.reason), "amber", ft.Icons.FLAG_OUTLINED))
    if row.sent == "refused":
        made.append(chip(t("ticket.refused"), "red", ft.Icons.SYNC_PROBLEM))
    elif row.sent:
        made.append(stamp_badge("unsent"))
    if row.amendments:
        made.append(stamp_badge("corrected"))
    return made
