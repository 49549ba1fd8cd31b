"""The paths of the screens of forms."""

from __future__ import annotations

from typing import Final

FORMS: Final = "/forms"
"""The list of forms and of what was filled in lately."""


def path_of(case_id: str, step: str = "") -> str:
    """Return the path of a case's page, or of one of its steps."""
    return f"/case/{case_id}" + (f"/{step}" if step else "")
