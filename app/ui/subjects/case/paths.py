"""The paths of the screens of forms."""

from __future__ import annotations

from typing import Final

FORMS: Final = "/forms"
"""The list of forms and of what was filled in lately."""


def path_of(case_id: str, step: str = "") -> str:
    """Return the path of a case's page, or of one of its steps."""
    return f"/case/{case_id}" + (f"/{step}" if step else "")


def fill_path(digest: str, case_id: str) -> str:
    """Return the path of the page that fills in a form: by its definition's hash, for a case new or under way."""
    return f"/form/{digest}/{case_id}"


def draft_key(case_id: str, entry_id: str = "") -> str:
    """Return the key of the draft of a form that is filled in, or corrected."""
    return f"form:{case_id}{f'.{entry_id}' if entry_id else ''}"
