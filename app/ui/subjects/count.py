"""A rack count 盘点 to people (G.3)."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.actions import Session
from app.actions.models import CountRecord
from app.domain.subjects.count import COUNT
from app.ui.kit.base import column, flow, quiet, txt
from app.ui.kit.ticket import chip, paper
from app.ui.subjects.face import Face
from app.ui.texts import moment_text, t


class CountFace(Face):
    """盘点."""

    type = COUNT
    path = "/count/"
    words = "keys"
    mark = ft.Icons.FACT_CHECK_OUTLINED
    signed = False
    says_of = {"counted": lambda b, _: str(b.get("rack") or "")}  # noqa: RUF012

    def read(self, session: Session, subject_id: str) -> CountRecord:
        """Return what its pages show."""
        return session.count_record(subject_id)

    def head(self, view: Any, now: int) -> ft.Control:
        """Which part of the rack was counted, by whom, and how it came out."""
        return count_head(view, now)


def count_head(view: CountRecord, now: int) -> ft.Control:
    """Which part of the rack was counted, by whom, and how it came out."""
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
        txt(t("keys.counted.rack", rack=where) if where else t("keys.counted.all"), ft.TextThemeStyle.HEADLINE_SMALL),
        quiet(t("keys.counted.by", who=view.author_name, when=moment_text(view.state.counted_at, now))),
        flow(marks),
    ]
    if body.get("note"):
        parts.append(txt(str(body["note"])))
    return paper([column(parts, gap=8)], id="count-head")
