"""拍照 (take photos): photos of a ticket or visit, one tap each, saved at once (A: before and after; E, H).

Each photo is saved as soon as it is taken; there is nothing to confirm and nothing to lose. While it is being shrunk, a
draft notes that: if the app is closed at that moment, it says when it comes back that this photo was not saved.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.actions import Session
from app.actions.photos import HeldPhoto
from app.device.pictures import from_gallery
from app.domain.rules import photos
from app.domain.rules.photos import Picture, Position
from app.domain.rules.state import STEP_DONE, SubjectState
from app.domain.wire.entries import Entry
from app.domain.wire.errors import Problem
from app.ui import theme
from app.ui.camera_view import OPEN, camera_frame, use_view
from app.ui.context import Ui, language_code, use_read, use_ui
from app.ui.kit.base import pressable, row, run_tap, tag, txt
from app.ui.kit.buttons import icon_button
from app.ui.kit.choose import pills
from app.ui.kit.notices import notice
from app.ui.subjects import face_of
from app.ui.texts import t, time_text


def photo_path(subject_type: str, subject_id: str) -> str:
    """Return the path of the screen that takes photos of a record."""
    return f"/photo/{subject_type}/{subject_id}"


@dataclass(frozen=True)
class Album:
    """What a photo screen photographs, and how photos are saved.

    ``keep`` saves a picture, given what it shows and the key of ``draft``, and then deletes that draft. ``choices`` are
    the things it may show, ``likely`` the one preselected; ``count`` the photos taken, ``small`` the last thumbnail.
    """

    draft: str
    address: str
    choices: tuple[str, ...]
    likely: str
    count: int
    small: bytes | None
    keep: Callable[[Picture, str, str], Awaitable[object]]
    open_last: Callable[[], object]
    saved_words: str = "photo.saved"


def held_album(ui: Ui, held_of: str, held: Sequence[HeldPhoto], draft: str, address: str) -> Album:
    """Return the album of a form that is still being filled in: photos are held under ``held_of`` until it is saved.

    ``draft``: under which a photo that is being taken is kept; ``address``: what the photos are of, in words.
    """

    async def keep(picture: Picture, shows: str, taking: str) -> None:
        await ui.session.photos.hold(held_of, picture, shows, once=ui.session.new_id(), draft=taking)

    return Album(
        draft=draft,
        address=address,
        choices=(photos.RECORD,),
        likely=photos.RECORD,
        count=len(held),
        small=held[-1].picture.thumbnail if held else None,
        keep=keep,
        open_last=ui.back,
        saved_words="photo.held",
    )


def _read(session: Session, subject_type: str, subject_id: str) -> tuple[SubjectState, list[Entry]]:
    state = session.state(subject_type, subject_id)
    taken = [s.entry for s in state.steps if s.entry.kind == "photo_taken" and s.standing == STEP_DONE]
    return state, taken


@ft.component
def TakePhotoScreen(subject_type: str, subject_id: str) -> ft.Control:
    """Draw the screen that takes photos of a saved record: a ticket, a visit, a key, a patrol point."""
    ui = use_ui()
    state, taken = use_read(lambda s: _read(s, subject_type, subject_id), subject_type, subject_id)
    ft.use_effect(lambda: ui.session.in_view([(subject_type, subject_id)]), [])

    async def keep(picture: Picture, shows: str, draft: str) -> None:
        await ui.session.photos.add(subject_type, subject_id, picture, shows, once=ui.session.new_id(), draft=draft)

    face = face_of(subject_type)
    album = Album(
        draft=f"photo:{subject_type}:{subject_id}",
        address=state.address or str(getattr(state, "name", "")),
        choices=face.shows(state),
        likely=face.likely(state),
        count=len(taken),
        small=ui.session.photos.thumbnail(taken[-1]) if taken else None,
        keep=keep,
        open_last=lambda: ui.go(view_path(subject_type, subject_id, taken[-1].id)),
    )
    return PhotoTaker(album)


@ft.component
def PhotoTaker(album: Album) -> ft.Control:
    """Draw the photo screen of an album: live picture, shutter, gallery, and the last photo."""
    ui = use_ui()
    shows, set_shows = ft.use_state(album.likely)
    said, set_said = ft.use_state(("", ""))
    busy, set_busy = ft.use_state(False)
    draft = album.draft
    lost = ft.use_memo(lambda: ui.session.draft(draft), [draft])
    told, set_told = ft.use_state(False)
    where: dict[str, Position | None] = ft.use_memo(lambda: {"at": None}, [])
    view, open_ = use_view(ui, scan=False)

    async def locate() -> None:
        where["at"] = await ui.hardware.location.find()

    def begin() -> None:
        if ui.preferences.read().get("photos_place", True):
            ui.in_background(locate())

    ft.use_effect(begin, [])

    async def keep(make: Callable[[], Awaitable[Picture]]) -> None:
        if busy:
            return
        set_busy(True)
        set_said(("", ""))
        set_told(True)
        ui.session.save_draft(draft, {"since": ui.now()})
        ui.settle_soon()
        try:
            await album.keep(await make(), shows, draft)
        except Problem as problem:
            ui.session.discard(draft)
            set_said(("red", problem.message(language_code(ui.page))))
            return
        finally:
            set_busy(False)
        ui.tick()
        set_said(("good", t(album.saved_words, what=t(f"photo.shows.{shows}"))))

    async def shoot() -> None:
        async def make() -> Picture:
            shrunk = await ui.hardware.camera.take()
            return shrunk.picture(photos.CAMERA, ui.now(), where["at"])

        await keep(make)

    async def choose() -> None:
        try:
            data = await ui.hardware.gallery.pick()
        except Problem as problem:
            set_said(("red", problem.message(language_code(ui.page))))
            return
        if data is not None:
            located = bool(ui.preferences.read().get("photos_place", True))
            await keep(lambda: from_gallery(data, ui.hardware.shrinker, located=located))

    panel: list[ft.Control] = []
    if lost and not told:
        since = int(lost.get("since") or 0)
        # This screen's path is the window's address, so an app that was closed here reopens here.
        panel.append(
            notice(
                t("photo.lost", time=time_text(since)),
                kept=t("photo.lost_do"),
                id="photo-lost",
                act=(t("shell.understood"), lambda: _understood(ui, draft, set_told)),
            )
        )
    if said[1]:
        tone, words = said
        line = notice(words, tone="red", id="photo-problem") if tone == "red" else _saved(words)
        panel.append(tag("photo-said", line, live_region=True))
    if len(album.choices) > 1:
        choices = [(one, t(f"photo.shows.{one}")) for one in album.choices]
        panel.append(pills(choices, shows, set_shows, id="photo-shows"))
    panel.append(_controls(album, shoot if view.state == OPEN else None, choose, busy))
    return camera_frame(ui, view, open_, t("photo.heading"), panel, id="photo", sub=album.address)


def _understood(ui: Ui, draft: str, set_told: Callable[[bool], None]) -> None:
    ui.session.discard(draft)
    set_told(True)


def _saved(words: str) -> ft.Control:
    return row(
        [
            ft.Icon(ft.Icons.CHECK_CIRCLE, color=ft.Colors.PRIMARY, size=theme.scaled(22)),
            txt(words, ft.TextThemeStyle.TITLE_SMALL, expand=True),
        ],
        gap=8,
    )


def _controls(album: Album, shoot: Callable[[], Any] | None, choose: Callable[[], Any], busy: bool) -> ft.Control:
    """Draw the gallery button, the shutter, and the last photo with the number of photos, from left to right."""
    side = 64.0
    last: ft.Control = ft.Container(width=side, height=side)
    if album.small is not None:
        inside = ft.Stack(
            [
                ft.Image(
                    src=album.small,
                    width=side,
                    height=side,
                    fit=ft.BoxFit.COVER,
                    border_radius=theme.RADIUS_SMALL,
                    gapless_playback=True,
                    exclude_from_semantics=True,
                ),
                ft.Container(
                    txt(str(album.count), ft.TextThemeStyle.LABEL_MEDIUM, color=ft.Colors.ON_PRIMARY),
                    bgcolor=ft.Colors.PRIMARY,
                    border_radius=10,
                    padding=ft.Padding.symmetric(horizontal=7, vertical=1),
                    right=2,
                    bottom=2,
                ),
            ],
            width=side,
            height=side,
        )
        last = ft.Container(
            pressable("photo-last", inside, album.open_last, label=t("photo.count", n=album.count)),
            width=side,
            height=side,
        )
    gallery = ft.Container(
        icon_button("photo-gallery", ft.Icons.PHOTO_LIBRARY_OUTLINED, t("scan.gallery"), choose, enabled=not busy),
        width=side,
        height=side,
        alignment=ft.Alignment.CENTER,
    )
    return ft.Row(
        [gallery, _Shutter(shoot, busy), last],
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


@ft.component
def _Shutter(shoot: Callable[[], Any] | None, busy: bool) -> ft.Control:
    """Draw the shutter, a big round button like a camera's; disabled if `shoot` is None or `busy`."""
    able = shoot is not None and not busy
    ink = ft.Colors.PRIMARY if able else ft.Colors.OUTLINE_VARIANT
    inner: ft.Control = ft.Container(width=60, height=60, border_radius=30, bgcolor=ink)
    if busy:
        inner = ft.ProgressRing(width=48, height=48, stroke_width=5, color=ft.Colors.PRIMARY)

    async def pressed(_: ft.Event[Any]) -> None:
        if shoot is not None and not busy:
            await run_tap(shoot)

    ring = ft.Container(
        ft.Container(inner, width=64, height=64, alignment=ft.Alignment.CENTER),
        width=80,
        height=80,
        border_radius=40,
        border=ft.Border.all(4, ink),
        alignment=ft.Alignment.CENTER,
        on_click=pressed if able else None,
    )
    return tag("shutter", ring, label=t("photo.shoot"), button=True, disabled=not able)


def view_path(subject_type: str, subject_id: str, entry_id: str) -> str:
    """Return the path of the screen that shows one photo."""
    return f"/photo/{subject_type}/{subject_id}/{entry_id}"
