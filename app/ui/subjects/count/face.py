"""How a count 盘点 of a key rack is shown (G.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.models import CountRecord
from app.domain.subjects.count import COUNT
from app.domain.subjects.thing import ThingCard
from app.domain.subjects.thing.life import hook_order
from app.domain.writing import tags
from app.ui import estates
from app.ui.kit.base import column, flow, quiet, txt
from app.ui.kit.lists import group, list_row
from app.ui.kit.ticket import chip, paper
from app.ui.subjects.face import Face
from app.ui.texts import moment_text, t

_MOST: Final = 200
"""Most rows drawn of one list; no rack has as many."""


class CountFace(Face):
    """Shows counts 盘点."""

    type = COUNT
    path = "/count/"
    words = "keys"
    mark = ft.Icons.FACT_CHECK_OUTLINED
    signed = False
    own_page = False
    says_of = {"counted": lambda b, _: str(b.get("rack") or "")}  # noqa: RUF012

    def read(self, session: Session, subject_id: str) -> CountRecord:
        """Return the view that its pages show."""
        return session.keys.count_record(subject_id)

    def head(self, view: Any, now: int) -> ft.Control:
        """Return which part of the rack was counted, by whom, and the result."""
        return count_head(view, now)

    def sub(self, view: Any, now: int) -> str | None:
        """Return when it was."""
        return moment_text(view.state.counted_at, now)

    def more(self, view: Any, go: Callable[[str], object]) -> list[ft.Control]:
        """Return the list of missing keys (a tap opens one), and of those that hung on a wrong hook or did not belong
        there."""
        body, made = view.state.body, list[ft.Control]()
        missing = sorted(body.get("missing") or (), key=lambda row: hook_order(_hook(row, view)))
        if missing:
            rows = [_missing(go, row, view) for row in missing[:_MOST]]
            made.append(group(t("keys.count_missing_saved"), rows, count=len(missing), id="count-missing"))
        odd = [row for row in body.get("found") or () if row["standing"] != "right"]
        if odd:
            wrong = [_odd(row) for row in odd[:_MOST]]
            made.append(group(t("keys.count_odd"), wrong, count=len(odd), id="count-odd"))
        return made

    def gone(self) -> tuple[str, str]:
        """What its pages say when it is not here."""
        return t("keys.counted.gone"), t("keys.counted.gone_says")


def count_head(view: CountRecord, now: int) -> ft.Control:
    """Return which part of the rack was counted, by whom, and the result."""
    body = view.state.body
    odd = sum(1 for row in body.get("found") or () if row["standing"] != "right")
    right = sum(1 for row in body.get("found") or () if row["standing"] == "right")
    marks: list[ft.Control] = [chip(t("keys.tally.right", n=right, total=body["expected"]), "good")]
    if body.get("missing"):
        marks.append(chip(t("keys.tally.missing", n=len(body["missing"])), "red", ft.Icons.SEARCH_ROUNDED))
    if odd:
        marks.append(chip(t("keys.tally.odd", n=odd), "amber", ft.Icons.PRIORITY_HIGH_ROUNDED))
    where = str(body.get("rack") or "")
    parts: list[ft.Control] = [
        *estates.head_of(view.state),
        txt(t("keys.counted.rack", rack=where) if where else t("keys.counted.all"), ft.TextThemeStyle.HEADLINE_SMALL),
        quiet(t("keys.counted.by", who=view.author_name, when=moment_text(view.state.counted_at, now))),
        flow(marks),
    ]
    if body.get("note"):
        parts.append(txt(str(body["note"])))
    return paper([column(parts, gap=8)], id="count-head")


def _hook(row: Mapping[str, Any], view: CountRecord) -> str:
    """Return the hook on which it should have hung then; for a count by an older app, its hook now."""
    card = view.things.get(str(row["thing_id"]))
    return str(row.get("rack") or (card.as_(ThingCard).rack if card is not None else ""))


def _missing(go: Callable[[str], object], row: Mapping[str, Any], view: CountRecord) -> ft.Control:
    thing_id = str(row["thing_id"])
    card = view.things.get(thing_id)
    name = (card.address or card.content) if card is not None else str(row["name"])
    sub = " · ".join(part for part in (card.content if card is not None else "", _hook(row, view)) if part)
    tap = (lambda: go(f"/key/{thing_id}")) if card is not None else None
    return list_row(f"missing-{thing_id}", name, tap, sub=sub, lines=1)


def _odd(row: Mapping[str, Any]) -> ft.Control:
    says = t(f"keys.standing.{row['standing']}", says=str(row.get("says") or ""))
    return list_row(f"odd-{row['tag']}", str(row.get("name") or tags.spoken(str(row["tag"]))), None, sub=says, lines=1)
