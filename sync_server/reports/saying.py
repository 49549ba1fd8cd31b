"""How figures are written for people: numbers with their measure, shares, periods."""

from __future__ import annotations

from typing import Final

from app.domain.rules.periods import DAY, MONTH, QUARTER, WEEK, Period
from sync_server.store.reports.report import FEN, MINUTES, SCORE, Figure

NOTHING: Final = "—"


def number(figure: Figure) -> str:
    """Return what a figure comes to: 12; 1,203.50 元; 1 小时 35 分; 4.5 分; — of nothing."""
    found = figure.number
    if found is None:
        return NOTHING
    if figure.measure == FEN:
        return f"{found // 100:,}.{found % 100:02} 元"
    if figure.measure == MINUTES:
        hours, minutes = divmod(found, 60)
        return f"{hours} 小时 {minutes} 分" if hours else f"{minutes} 分钟"
    if figure.measure == SCORE:
        return f"{found // 10}.{found % 10} 分"
    return f"{found:,}"


def share(figure: Figure) -> str:
    """Return a figure's share, with what is aimed at: 86 %（目标 100 %）; nothing where it has none."""
    if figure.percent is None:
        return ""
    aim = f"（目标 {figure.target} %）" if figure.target is not None else ""
    return f"{figure.percent} %{aim}"


def period(of: Period) -> str:
    """Return the name of a period in Chinese: 2026年11月, 2026年第48周（11月23日至11月29日）."""
    first, last = of.first, of.last
    if of.length == DAY:
        return f"{first.year}年{first.month}月{first.day}日"
    if of.length == WEEK:
        year, week, _ = first.isocalendar()
        return f"{year}年第{week}周（{first.month}月{first.day}日至{last.month}月{last.day}日）"
    if of.length == MONTH:
        return f"{first.year}年{first.month}月"
    if of.length == QUARTER:
        return f"{first.year}年第{(first.month + 2) // 3}季度"
    return f"{first.year}年"
