"""The one seam to a scanner of tags: screens ask for it here, and offer typing where there is none."""

from __future__ import annotations

from collections.abc import Callable

Scan = Callable[[], object]
"""Opens the scanner; what it saw comes to ``on_text`` of ``use_scanner``."""


def use_scanner(on_text: Callable[[str], object]) -> Scan | None:
    """Hook: what opens the scanner, None on a device without one. ``on_text`` hears each text that was seen, as it is.

    The text may be anything: ``session.look_up_tag`` says what it is. Screens that count keep listening.
    """
    return None
