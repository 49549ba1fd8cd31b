"""What a resident reads before signing: every signed fact as a plain line (A.4, A.7, E).

The screen shows exactly these lines, and the signed content stores them beside the facts. Each line has a role, so that
the page can show the address and the total larger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.times import read_day
from app.ui.signed_lines import HEADING, QUIET, Line
from app.ui.subjects import face_of_purpose
from app.ui.texts import full_day


def shown_lines(facts: Mapping[str, Any], purpose: str, day: str, named: Mapping[str, str] | None = None) -> list[str]:
    """Return the lines that are signed, in the language on the screen.

    ``purpose`` as in app.domain.subjects.signing; ``day`` is YYYY-MM-DD. ``named``: words for facts that are ids
    (tickets raised on a visit), by id; an id without words is shown by its type.
    """
    return [line.text for line in lines_to_sign(facts, purpose, day, named)]


def lines_to_sign(
    facts: Mapping[str, Any], purpose: str, day: str, named: Mapping[str, str] | None = None
) -> list[Line]:
    """Return the same lines as ``shown_lines``, each with its role."""
    return [
        Line(str(facts.get("address") or facts.get("name") or ""), HEADING),
        *face_of_purpose(purpose).lines(facts, purpose, named or {}),
        Line(full_day(read_day(day)), QUIET),
    ]
