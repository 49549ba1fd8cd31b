"""The paths of the screens of notices."""

from __future__ import annotations

from typing import Final

NOTICES: Final = "/notices"
"""What should hang at each board now, drafts that wait, and what was released."""
NEW: Final = "/notices/new"
NEW_BOARD: Final = "/boards/new"


def notice_path(notice_id: str, step: str = "") -> str:
    """Return the path of a notice's page, or of one of its steps."""
    return f"/notice/{notice_id}" + (f"/{step}" if step else "")


def board_path(board_id: str) -> str:
    """Return the path of a board's page."""
    return f"/board/{board_id}"
