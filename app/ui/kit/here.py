"""Which screen a component belongs to."""

from __future__ import annotations

from typing import Final

import flet as ft

here: Final = ft.create_context("")


def use_here() -> str:
    """Hook: return the path of the screen that a component belongs to; "" outside of all screens.

    It is remembered from the first drawing: Flet finds a context through weak references to the parent components,
    which may have been replaced by the next drawing (docs/flet-internals.md).
    """
    found = ft.use_context(here)
    return ft.use_memo(lambda: found, [])
