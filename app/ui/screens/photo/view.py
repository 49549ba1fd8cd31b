"""One photo, full screen: it can be zoomed and moved with two fingers; below, who took it, when and where (A, E, H)."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.actions import Session
from app.domain.rules.photos import position_of
from app.domain.rules.state import SubjectState
from app.domain.wire.entries import Entry
from app.domain.wire.errors import Problem
from app.ui.context import language_code, use_now, use_read, use_ui
from app.ui.kit.base import icon, tag, txt
from app.ui.kit.buttons import small_button
from app.ui.kit.lists import empty_state
from app.ui.kit.scaffold import Scaffold, top_bar
from app.ui.looking import use_noted
from app.ui.router import Route
from app.ui.screens.photo.take import TakePhotoScreen
from app.ui.subjects import face_of
from app.ui.texts import moment_text, t

_INK: Final = "#E8EEEE"
_GROUND: Final = "#101414"


def _read(
    session: Session, subject_type: str, subject_id: str, entry_id: str
) -> tuple[SubjectState, Entry | None, bytes | None]:
    state = session.state(subject_type, subject_id)
    entry = next((s.entry for s in state.steps if s.entry.id == entry_id and s.entry.kind == "photo_taken"), None)
    if not state.shows_photos:
        entry = None
    return state, entry, None if entry is None else session.photos.whole(entry)


@ft.component
def PhotoScreen(subject_type: str, subject_id: str, entry_id: str) -> ft.Control:
    """Draw the photo. If it is not on this phone it is fetched; until then its thumbnail is shown."""
    ui = use_ui()
    now = use_now()
    state, entry, data = use_read(
        lambda s: _read(s, subject_type, subject_id, entry_id), subject_type, subject_id, entry_id
    )
    home, part = face_of(subject_type).looked_at(state) if entry is not None else ("", "")
    noted = use_noted(ui, home or None, part)
    problem, set_problem = ft.use_state("")
    fetching, set_fetching = ft.use_state(False)

    async def fetch() -> None:
        if entry is None or ui.session.photos.whole(entry) is not None:
            return
        set_problem("")
        set_fetching(True)
        try:
            await ui.session.photos.fetch(entry)
        except Problem as found:
            set_problem(found.message(language_code(ui.page)))
        finally:
            set_fetching(False)

    ft.use_effect(lambda: ui.in_background(fetch()), [entry_id])
    if entry is None:
        gone = empty_state(t("photo.gone"), t("photo.gone_says"), mark=ft.Icons.IMAGE_NOT_SUPPORTED_OUTLINED)
        return Scaffold(t("photo.heading"), [gone], id="photo-view", on_back=ui.back)
    small = ui.session.photos.thumbnail(entry)
    shown = (data or small) if noted else None
    picture: ft.Control = ft.Container(
        icon(ft.Icons.IMAGE_OUTLINED, 56, _INK), alignment=ft.Alignment.CENTER, expand=True
    )
    if shown is not None:
        picture = ft.InteractiveViewer(
            ft.Image(
                src=shown,
                fit=ft.BoxFit.CONTAIN,
                gapless_playback=True,
                expand=True,
                semantics_label=t(f"photo.shows.{entry.body['shows']}"),
            ),
            min_scale=1,
            max_scale=6,
            expand=True,
        )
    words: list[ft.Control] = [
        txt(
            " · ".join(
                part
                for part in (
                    t(f"photo.shows.{entry.body['shows']}"),
                    ui.session.staff_name(entry.author),
                    moment_text(entry.body.get("taken_at") or entry.at, now),
                )
                if part
            ),
            ft.TextThemeStyle.TITLE_SMALL,
            color=_INK,
        )
    ]
    if entry.body.get("caption"):
        words.append(txt(str(entry.body["caption"]), ft.TextThemeStyle.BODY_LARGE, color=_INK))
    words.append(txt(_facts(entry), ft.TextThemeStyle.BODY_MEDIUM, color=_INK))
    if data is None and fetching:
        words.append(ft.ProgressBar(color=_INK, bar_height=4, border_radius=2))
        words.append(txt(t("photo.fetching"), ft.TextThemeStyle.BODY_MEDIUM, color=_INK))
    elif data is None and problem:
        words.append(txt(problem, ft.TextThemeStyle.BODY_LARGE, color=_INK))
        words.append(small_button("photo-again", t("scan.again"), fetch, icon=ft.Icons.REFRESH))
    bar = ft.Container(
        ft.SafeArea(top_bar(t("photo.heading"), on_back=ui.back), avoid_intrusions_bottom=False),
        bgcolor=ft.Colors.SURFACE,
    )
    below = ft.SafeArea(
        ft.Container(ft.Column(words, spacing=6, tight=True), padding=ft.Padding.all(16)),
        avoid_intrusions_top=False,
    )
    frame = ft.Column(
        [bar, ft.Container(picture, expand=True, alignment=ft.Alignment.CENTER), below],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return tag("photo-view", ft.Container(frame, expand=True, bgcolor=_GROUND), expand=True)


def _facts(entry: Entry) -> str:
    """Return a photo's source and location, such as 相机 · 31.230416, 121.473701（±12 米） (camera, ±12 m)."""
    body = entry.body
    parts = [t(f"photo.source.{body['source']}")]
    at = position_of(body)
    if at is not None:
        exact = t("photo.exact", n=at.accuracy_m) if at.accuracy_m is not None else ""
        parts.append(f"{at.latitude}, {at.longitude}{exact}")
    elif body["source"] == "gallery" and not body.get("taken_at"):
        parts.append(t("photo.time_unknown"))
    return " · ".join(parts)


_OF: Final = "/photo/{subject_type}/{subject_id}"
ROUTES: Final = (
    Route(_OF, TakePhotoScreen, parent="/{subject_type}/{subject_id}"),
    Route(f"{_OF}/{{entry_id}}", PhotoScreen, parent="/{subject_type}/{subject_id}"),
)
