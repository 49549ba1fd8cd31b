"""The interface to the scanner of tags, for any screen: `use_scanner`.

The screen at /scan (app.ui.screens.scan) does it: live camera, a picture from the gallery, or nine characters typed.
Opened by itself, or come back to after the app was closed in the middle, it opens what the tag hangs on (/t/CODE).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import flet as ft

from app.domain.writing.tags import Tag
from app.ui.context import use_ui
from app.ui.texts import t

PATH: Final = "/scan"

Scan = Callable[[], object]
"""Opens the scanner; what it saw comes to ``on_text`` of ``use_scanner``."""


@dataclass(frozen=True)
class Wish:
    """What is done with a tag: `take` returns words to be said when scanning goes on, or None when it is over.

    `wanted`: kinds of tags that will do; empty: any.
    """

    take: Callable[[Tag], str | None]
    left: Callable[[], None]
    heading: str = ""
    wanted: tuple[str, ...] = ()


def use_scanner(on_text: Callable[[str], object], *, many: bool = False) -> Scan:
    """Hook: what opens the scanner. ``on_text`` hears the code of a tag of this estate; all else the scanner tells.

    ``many``: tag after tag until one goes back (盘点). On a device without a camera it offers pictures and typing.
    """
    ui = use_ui()
    # Screens under the scanner stay alive and are drawn again: the latest one hears the next tag.
    latest: dict[str, Callable[[str], object]] = ft.use_memo(lambda: {}, [])
    latest["on"] = on_text

    def heard(tag: Tag) -> str | None:
        latest["on"](tag.code)
        return t("scan.seen", code=tag.spoken) if many else None

    return lambda: ui.go(PATH, wish=Wish(heard, lambda: None))
