"""The paths of the screens of households' archives 客户档案 (S)."""

from __future__ import annotations

from typing import Final

ARCHIVES: Final = "/archives"
"""The list of doors to find an archive by."""


def archive_path(household_id: str) -> str:
    """Return the path of a household's archive."""
    return f"/household/{household_id}/archive"


def class_path(household_id: str, number: int | str) -> str:
    """Return the path of one class of it."""
    return f"{archive_path(household_id)}/class/{number}"
