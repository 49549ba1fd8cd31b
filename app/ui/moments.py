"""A future moment, chosen in two taps and kept in a draft as ``day`` and ``hour``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import flet as ft

from app.domain.times import at_china, to_china
from app.ui.context import Draft, Ui
from app.ui.kit.choose import When, when_picker

UNCHOSEN: Final[Mapping[str, Any]] = {"day": "", "hour": -1}
"""The values with which such a draft begins."""
DAYS_AHEAD: Final = 7


def chosen_moment(values: Mapping[str, Any]) -> int | None:
    """Return the chosen moment in ms; ``None`` as long as the day or the hour is missing."""
    if not values["day"] or int(values["hour"]) < 0:
        return None
    return at_china(date.fromisoformat(values["day"]), int(values["hour"]))


def moment_field(ui: Ui, draft: Draft, id: str) -> ft.Control:
    """Return the field for a future moment: a day, then an hour."""
    here, values = to_china(ui.now()), draft.values
    hour = int(values["hour"])
    chosen = When(date.fromisoformat(values["day"]), hour if hour >= 0 else None) if values["day"] else None
    return when_picker(
        chosen,
        lambda w: draft.update(day=w.day.isoformat(), hour=w.hour if w.hour is not None else -1),
        today=here.date(),
        id=id,
        days=DAYS_AHEAD,
        from_hour=here.hour + 1,
    )
