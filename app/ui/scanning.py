"""The interface to the scanner of tags, for any screen: `use_scanner`.

The screen at /scan (app.ui.screens.scan) does the scanning: live camera, a picture from the gallery, or nine typed
characters. When it was not opened by another screen, or the app was closed meanwhile, it opens the page of whatever the
tag hangs on (/t/CODE).
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
"""Opens the scanner; the code it reads goes to ``on_text`` of ``use_scanner``."""


@dataclass(frozen=True)
class Wish:
    """What the scanner is to do with a tag.

    `take` gets the tag. It returns words to show when scanning goes on, or None when it is over. `wanted`: the kinds of
    tag to accept; empty: any.
    """

    take: Callable[[Tag], str | None]
    left: Callable[[], None]
    heading: str = ""
    wanted: tuple[str, ...] = ()


def use_scanner(on_text: Callable[[str], object], *, many: bool = False) -> Scan:
    """Hook: return a function that opens the scanner.

    ``on_text`` gets the code of a tag of this estate; the scanner itself explains any other. ``many``: go on with tag
    after tag until the person goes back (盘点). On a device without a camera the scanner offers pictures and typing.
    """
    ui = use_ui()
    # Screens under the scanner stay alive and may be redrawn: the newest `on_text` gets the next tag.
    latest: dict[str, Callable[[str], object]] = ft.use_memo(lambda: {}, [])
    latest["on"] = on_text

    def heard(tag: Tag) -> str | None:
        latest["on"](tag.code)
        return t("scan.seen", code=tag.spoken) if many else None

    return lambda: ui.go(PATH, wish=Wish(heard, lambda: None))
