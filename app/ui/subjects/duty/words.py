"""The words for duties: what is owed, and until when."""

from __future__ import annotations

from app.actions import Session
from app.domain import roles
from app.domain.rules.duties import Duty
from app.domain.times import china_day
from app.ui.texts import day_text, has, t


def why_words(why: str, waits: str = "") -> str:
    """Return what is owed: 本月走访, 回访, 答复; a name that the company gave its own rule stays as it is written.

    ``waits``: the kind of matter that the household waits for an answer to (``Duty.waits``), if known.
    """
    if waits:
        return t("duty.why_waits", what=waits_words(waits))
    key = f"duty.why.{why}"
    return t(key) if has(key) else why


def waits_words(kind: str) -> str:
    """Return the word for that kind of matter: 投诉, 建议, 求助; 诉求 when it is not known."""
    key = f"duty.waits.{kind}"
    return t(key) if has(key) else t("duty.waits.any")


def due_words(duty: Duty, now: int) -> str:
    """Return until when it is due, or how late it is: 11月30日前, 超 3 天. For an excused one, the reason."""
    if duty.excused:
        return t("duty.excused_because", reason=duty.excused)
    if duty.due < now:
        days = duty.days_late(now)
        return t("duty.late_days", n=days) if days else t("duty.late_today")
    return t("duty.until", day=day_text(china_day(duty.due), china_day(now)))


def owner_name(session: Session, owner: str) -> str:
    """Return the name of an owner: a person, a post, or 无人负责 (nobody)."""
    if not owner:
        return t("duty.nobody")
    return t(f"shell.role.{owner}") if owner in roles.ROLES else session.staff_name(owner)
