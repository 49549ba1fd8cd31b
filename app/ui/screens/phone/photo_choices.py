"""The part of 我的 (me) about photos: by which network they are sent, whether they keep the location, their storage."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.actions.photos import PhotoSpace
from app.ui.context import Ui
from app.ui.kit.base import tag, txt
from app.ui.kit.buttons import small_button
from app.ui.kit.choose import pills
from app.ui.kit.money import facts
from app.ui.kit.ticket import paper
from app.ui.screens.phone.room import size_text
from app.ui.texts import t


def photo_paper(ui: Ui, space: PhotoSpace, on_clear: Callable[[], object]) -> list[ft.Control]:
    """Draw the card about photos. ``on_clear`` must ask whether to delete those that were sent."""
    chosen = ui.preferences.read()

    def choose(**choices: bool) -> None:
        ui.choose(**choices)
        ui.refresh()
        if ui.signed_in:
            ui.session.network_came_back()

    lines = [(t("photo.me.space"), t("photo.me.space_says", n=space.count, size=size_text(space.bytes)))]
    if space.clearable:
        lines.append((t("photo.me.clearable"), size_text(space.clearable)))
    inside: list[ft.Control] = [
        txt(t("photo.me.wifi"), ft.TextThemeStyle.TITLE_SMALL),
        pills(
            [("any", t("photo.me.wifi_any")), ("only", t("photo.me.wifi_only"))],
            "only" if chosen.get("photos_wifi_only") else "any",
            lambda value: choose(photos_wifi_only=value == "only"),
            id="photos-wifi",
        ),
        txt(t("photo.me.place"), ft.TextThemeStyle.TITLE_SMALL),
        pills(
            [("yes", t("photo.me.place_yes")), ("no", t("photo.me.place_no"))],
            "yes" if chosen.get("photos_place", True) else "no",
            lambda value: choose(photos_place=value == "yes"),
            id="photos-place",
        ),
        facts(lines),
    ]
    if space.clearable:
        inside.append(
            small_button("photos-clear", t("photo.me.clear"), on_clear, icon=ft.Icons.CLEANING_SERVICES_OUTLINED)
        )
    return [tag("photos", paper(inside))]
