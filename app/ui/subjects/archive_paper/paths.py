"""The paths of the screens of papers of households' archives (S)."""

from __future__ import annotations

from typing import Final

from app.ui.screens.door.archive_paths import archive_path

CHECK: Final = "/archive-check"
"""Which papers are still to be looked for this quarter."""
PHOTO: Final = "photo"
ANSWER: Final = "answer"


def paper_path(paper_id: str, step: str = "") -> str:
    """Return the path of a paper's page, or of one of its steps."""
    return f"/archive_paper/{paper_id}" + (f"/{step}" if step else "")


def new_path(household_id: str, step: str = "") -> str:
    """Return the path of the form that files a paper of a household, or of one of its steps; ``number`` may be handed
    to it: the class that is chosen beforehand."""
    return f"{archive_path(household_id)}/new" + (f"/{step}" if step else "")
