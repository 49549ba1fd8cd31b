"""Photos of a form that is still being filled in: stored at once, and saved in one transaction with the form (D.5,
E)."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.actions.photos import HeldPhoto
from app.ui import theme
from app.ui.context import Ui, use_read
from app.ui.kit.base import pressable, quiet
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.money import section
from app.ui.kit.notices import use_question
from app.ui.photo_steps import SIDE
from app.ui.texts import t


def use_held_photos(
    ui: Ui, held_of: str, take: Callable[[], object], id: str, none_says: str
) -> Callable[[], ft.Control]:
    """Hook: return a function that draws a form's section of held photos; a tap on a photo asks whether to drop it.

    `held_of` is the id under which the photos are held; `take` opens the camera.
    """
    held = use_read(lambda s: s.photos.held(held_of), held_of)
    asked, set_asked = ft.use_state("")

    def drop() -> None:
        ui.session.photos.drop(held_of, asked)
        ui.settle_soon()

    use_question(
        bool(asked),
        t("photo.drop_heading"),
        t("photo.drop_says"),
        Action(t("photo.drop"), drop, danger=True),
        lambda: set_asked(""),
        no=t("photo.drop_not"),
        id="photo-drop",
    )
    return lambda: _section(held, set_asked, take, id, none_says)


def _section(
    held: list[HeldPhoto], ask: Callable[[str], None], take: Callable[[], object], id: str, none_says: str
) -> ft.Control:
    add = small_button(id.removesuffix("s"), t("photo.add"), take, icon=ft.Icons.PHOTO_CAMERA_OUTLINED)
    if not held:
        return section(t("photo.heading"), [quiet(none_says)], id=id, tool=add)
    made = [
        ft.Container(
            pressable(
                f"held-{photo.once[-12:]}",
                ft.Image(
                    src=photo.picture.thumbnail,
                    width=SIDE,
                    height=SIDE,
                    fit=ft.BoxFit.COVER,
                    border_radius=theme.RADIUS_SMALL,
                    gapless_playback=True,
                    exclude_from_semantics=True,
                ),
                lambda once=photo.once: ask(once),
                label=t("photo.held_one", n=number),
            ),
            width=SIDE,
            height=SIDE,
        )
        for number, photo in enumerate(held, 1)
    ]
    content = [ft.Row(list(made), wrap=True, spacing=8, run_spacing=8), quiet(t("photo.held_says", n=len(held)))]
    return section(t("photo.heading"), content, id=id, tool=add)
