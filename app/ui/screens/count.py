"""A rack count that was saved: what hung there, what was missing or wrong, photos of it (G.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import flet as ft

from app.actions.models import CountRecord
from app.domain import access, tags
from app.domain.subjects.count import COUNT
from app.domain.subjects.thing import ThingCard
from app.domain.subjects.thing.life import hook_order
from app.ui.context import Ui, cloud_of, if_here, use_now, use_read, use_ui
from app.ui.entry_steps import entry_steps
from app.ui.kit.buttons import Action
from app.ui.kit.lists import empty_state, list_row
from app.ui.kit.money import section
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.timeline import timeline
from app.ui.photo_steps import PHOTO_TAKEN
from app.ui.router import Route
from app.ui.screens.photo_take import photo_path, view_path
from app.ui.screens.today_parts import group
from app.ui.subjects.count import count_head
from app.ui.texts import moment_text, t

_MOST: Final = 200
"""Rows of one list drawn; a rack has fewer."""


@ft.component
def CountRecordScreen(count_id: str) -> ft.Control:
    """The page: how it came out, each missing key (a tap opens it), what hung wrong, and what was recorded besides."""
    ui = use_ui()
    now = use_now()
    view = use_read(lambda s: if_here(lambda: s.count_record(count_id)), count_id)
    ft.use_effect(lambda: ui.session.in_view([(COUNT, count_id)]), [count_id])
    if view is None:
        gone = empty_state(t("keys.counted.gone"), t("keys.counted.gone_says"), mark=ft.Icons.SEARCH_OFF)
        return Scaffold(t("common.subject.count"), [gone], id="count", on_back=ui.back)
    body = view.state.body
    odd = [row for row in body.get("found") or () if row["standing"] != "right"]
    content: list[ft.Control] = [count_head(view, now)]
    missing = sorted(body.get("missing") or (), key=lambda row: hook_order(_hook(row, view)))
    if missing:
        rows = [_missing(ui, row, view) for row in missing[:_MOST]]
        content.append(group(t("keys.count_missing_saved"), rows, count=len(missing), id="count-missing"))
    if odd:
        wrong = [_odd(row) for row in odd[:_MOST]]
        content.append(group(t("keys.count_odd"), wrong, count=len(odd), id="count-odd"))
    check = list_row(
        "verify",
        t("keys.place.verify"),
        lambda: ui.go(f"/count/{count_id}/verify"),
        leading=ft.Icons.VERIFIED_OUTLINED,
    )
    past = entry_steps(
        view.steps,
        view.card,
        ui.session,
        now,
        view=view,
        on_photo=lambda entry_id: ui.go(view_path(COUNT, count_id, entry_id)),
    )
    content.append(section(t("keys.counted.history"), [timeline(past, id="past"), check]))
    photo = Action(
        t("keys.place.record"), lambda: ui.go(photo_path(COUNT, count_id)), icon=ft.Icons.PHOTO_CAMERA_OUTLINED
    )
    return Scaffold(
        t("common.subject.count"),
        content,
        id="count",
        sub=moment_text(view.state.counted_at, now),
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=photo if access.may(ui.session.roles, PHOTO_TAKEN) else None,
    )


def _hook(row: Mapping[str, Any], view: CountRecord) -> str:
    """The hook it hung on then; of a count by an older app the one it has now."""
    card = view.things.get(str(row["thing_id"]))
    return str(row.get("rack") or (card.as_(ThingCard).rack if card is not None else ""))


def _missing(ui: Ui, row: Mapping[str, Any], view: CountRecord) -> ft.Control:
    thing_id = str(row["thing_id"])
    card = view.things.get(thing_id)
    name = (card.address or card.content) if card is not None else str(row["name"])
    sub = " · ".join(part for part in (card.content if card is not None else "", _hook(row, view)) if part)
    tap = (lambda: ui.go(f"/key/{thing_id}")) if card is not None else None
    return list_row(f"missing-{thing_id}", name, tap, sub=sub, lines=1)


def _odd(row: Mapping[str, Any]) -> ft.Control:
    says = t(f"keys.standing.{row['standing']}", says=str(row.get("says") or ""))
    return list_row(f"odd-{row['tag']}", str(row.get("name") or tags.spoken(str(row["tag"]))), None, sub=says, lines=1)


ROUTES: Final = (Route("/count/{count_id}", CountRecordScreen, parent="/keys"),)
