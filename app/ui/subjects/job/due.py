"""Choosing until when a job must be answered: one tap for the usual times, three for any other hour (B.1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import flet as ft

from app.domain.times import HOUR, at_china, china_day, to_china
from app.ui.kit.choose import When, pills, when_picker
from app.ui.kit.money import section
from app.ui.texts import moment_text, t

EVENING: Final = 17
"""The hour by which a day's work is to be answered."""
OTHER: Final = "other"


def usual(now: int) -> dict[str, int]:
    """Return the usual times by name, those that are at least an hour ahead."""
    today = china_day(now)
    found = {
        "today": at_china(today, EVENING),
        "noon": at_china(today + timedelta(days=1), 12),
        "tomorrow": at_china(today + timedelta(days=1), EVENING),
        "three": at_china(today + timedelta(days=3), EVENING),
    }
    return {name: at for name, at in found.items() if at >= now + HOUR}


def first_due(now: int) -> int:
    """Return the time with which a new job begins: this evening, otherwise the next of the usual times."""
    return next(iter(usual(now).values()), at_china(china_day(now) + timedelta(days=1), EVENING))


def due_section(
    due_at: int | None, other: bool, now: int, on_due: Callable[[int | None, bool], object], heading: str = ""
) -> ft.Control:
    """Return the choice of a time. ``other``: an unusual time is being chosen, with the picker of days and hours."""
    known = usual(now)
    options = [(name, f"{t(f'job.due.{name}')}") for name in known] + [(OTHER, t("job.due.other"))]
    here = next((name for name, at in known.items() if at == due_at), "") if not other else OTHER
    parts: list[ft.Control] = [
        pills(options, here, lambda name: on_due(known.get(name), name == OTHER), id="due"),
    ]
    if other:
        moment = to_china(due_at) if due_at is not None else None
        chosen = When(moment.date(), moment.hour) if moment is not None else None

        def pick(when: When) -> None:
            hour = when.hour if when.hour is not None else EVENING
            on_due(_at(when.day, hour), True)

        parts.append(
            when_picker(chosen, pick, today=china_day(now), id="due-at", days=7, from_hour=to_china(now).hour + 1)
        )
    head = heading or t("job.due.heading")
    when = t("job.due.at", when=moment_text(due_at, now)) if due_at is not None else ""
    return section(f"{head} {when}".strip(), parts)


def _at(day: date, hour: int) -> int:
    return at_china(day, hour)
