"""Photos in a timeline: consecutive ones are shown together as small pictures, which open by a tap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import StepRow
from app.domain.rules import state as st
from app.domain.wire.entries import Entry
from app.ui import theme
from app.ui.kit.base import pressable
from app.ui.kit.ticket import stamp_badge
from app.ui.kit.timeline import Step
from app.ui.texts import t

PHOTO_TAKEN: Final = "photo_taken"
SIDE: Final = 84


def grouped(rows: Sequence[StepRow]) -> list[list[StepRow]]:
    """Group rows in their order: consecutive photos by one person that show the same are one group, other rows stand
    alone."""
    groups: list[list[StepRow]] = []
    for row in rows:
        before = groups[-1][-1] if groups else None
        if before is not None and _same(before, row):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _same(one: StepRow, other: StepRow) -> bool:
    return (
        one.kind == other.kind == PHOTO_TAKEN
        and one.standing == other.standing == st.STEP_DONE
        and one.entry.author == other.entry.author
        and one.body.get("shows") == other.body.get("shows")
    )


def photo_step(
    group: Sequence[StepRow], session: Session, when: str, on_photo: Callable[[str], object] | None = None
) -> Step:
    """Return a group of photos as one step."""
    first = group[0]
    waiting = any(row.sent == "waiting" for row in group)
    return Step(
        id=first.entry.id[-12:],
        what=shows_words(first, len(group)),
        when=when,
        who=first.author_name,
        says="；".join(str(row.body["caption"]) for row in group if row.body.get("caption")),
        marks=[stamp_badge("unsent")] if waiting else (),
        below=[small_pictures([row.entry for row in group], session, on_photo)],
    )


def shows_words(row: StepRow, count: int) -> str:
    """Return what a group of photos shows, and how many there are: 维修前照片 3 张."""
    return t("photo.step", what=t(f"photo.shows.{row.body.get('shows')}"), n=count)


def small_pictures(taken: Sequence[Entry], session: Session, on_photo: Callable[[str], object] | None) -> ft.Control:
    """Return photos as small pictures beside one another; a tap opens one, by its entry's id."""
    made: list[ft.Control] = []
    for number, entry in enumerate(taken, 1):
        data = session.photos.thumbnail(entry)
        inside: ft.Control
        if data is None:
            inside = ft.Container(
                ft.Icon(ft.Icons.IMAGE_OUTLINED, color=ft.Colors.OUTLINE),
                width=SIDE,
                height=SIDE,
                bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
                border_radius=theme.RADIUS_SMALL,
                alignment=ft.Alignment.CENTER,
            )
        else:
            inside = ft.Image(
                src=data,
                width=SIDE,
                height=SIDE,
                fit=ft.BoxFit.COVER,
                border_radius=theme.RADIUS_SMALL,
                gapless_playback=True,
                exclude_from_semantics=True,
            )
        entry_id = entry.id
        tap = (lambda id_=entry_id: on_photo(id_)) if on_photo is not None else None
        made.append(
            ft.Container(
                pressable(f"photo-{entry_id[-12:]}", inside, tap, label=t("photo.open", n=number)),
                width=SIDE,
                height=SIDE,
            )
        )
    return ft.Row(made, wrap=True, spacing=8, run_spacing=8)
