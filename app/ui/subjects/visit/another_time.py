"""换个时间: after several visits at which nobody was met, another time of day is suggested (E.3)."""

from __future__ import annotations

import flet as ft

from app.domain.rules.another_time import AnotherTime, Hours
from app.ui.kit.notices import notice
from app.ui.texts import t


def hours_words(hours: Hours) -> str:
    """Return a time of the week in words: 工作日晚上, 周末上午."""
    return t(f"round.hours.{'weekend' if hours.weekend else 'weekday'}_{hours.part}")


def another_time_words(found: AnotherTime) -> str:
    """Return the suggestion in a few words, for a row: 3 次没见到，换周末上午."""
    return t("round.another", n=found.tries, when=hours_words(found.propose))


def another_time_notice(found: AnotherTime | None) -> list[ft.Control]:
    """Return the notice with the suggestion for the page of a door; nothing if there is none."""
    if found is None:
        return []
    tried = t("round.tried_and").join(hours_words(hours) for hours in found.tried)
    return [
        notice(
            t("round.another_heading", when=hours_words(found.propose)),
            kept=t("round.another_says", n=found.tries, tried=tried),
            id="another-time",
            mark=ft.Icons.MORE_TIME_ROUNDED,
        )
    ]
