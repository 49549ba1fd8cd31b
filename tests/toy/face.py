"""A street lamp to people."""

from __future__ import annotations

import flet as ft

from app.ui.subjects.face import Face
from app.ui.texts import t
from tests.toy.lamp import LAMP


class LampFace(Face):
    """路灯."""

    type = LAMP
    path = "/lamp/"
    words = LAMP
    mark = ft.Icons.LIGHTBULB_OUTLINED
    own_page = False
    says_of = {  # noqa: RUF012
        "lamp_named": lambda b, _: str(b["name"]),
        "lamp_checked": lambda b, _: b.get("note") or t("lamp.lit.yes" if b["lit"] else "lamp.lit.no"),
    }
