"""What duties are called, and how they stand."""

from __future__ import annotations

from app.domain.rules.duties import Duty
from app.domain.times import china_day
from app.ui.texts import day_text, has, t


def why_words(why: str) -> str:
    """What is owed: 本月走访, 回访, 答复; what a company named itself stays as it is written."""
    key = f"duty.why.{why}"
    return t(key) if has(key) else why


def due_words(duty: Duty, now: int) -> str:
    """Until when: 11月30日前, 超 3 天; the reason of one that was excused."""
    if duty.excused:
        return t("duty.excused_because", reason=duty.excused)
    if duty.due < now:
        days = duty.days_late(now)
        return t("duty.late_days", n=days) if days else t("duty.late_today")
    return t("duty.until", day=day_text(china_day(duty.due), china_day(now)))
