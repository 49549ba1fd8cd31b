"""《客户回访记录》 of a month, which goes to the company (D.6): a row each time somebody was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from app.domain.times import add_months
from sync_server.papers import register_page, saying
from sync_server.papers.of_follow_up import SOURCES
from sync_server.store.printing import Office
from sync_server.store.types import ms_of

TITLE: Final = "客户回访记录"
_HEADS: Final = (
    "回访时间", "地址", "来源", "回访内容", "方式", "受访人", "评价", "住户反映", "答复", "答应的事", "回访人", "签名",
    "审阅意见",
)  # fmt: skip
_SIGNED: Final = {"intact": "已签", "changed": "已更正，未签名有效"}


def page(office: Office, first: date, rows: Sequence[Mapping[str, Any]], names: Mapping[str, str], rates: str) -> bytes:
    """Return the month that begins on ``first`` as a PDF. ``rows``: as ``follow_up.rates.asked_in`` returns them;
    ``rates``: its figures in words."""
    said = [
        (
            saying.at(ms_of(row["asked_at"])), row["address"], SOURCES.get(row["source"], row["source"]), row["about"],
            "电话回访" if row["way"] == "phone" else "上门", row["name"], "满意" if row["satisfied"] else "不满意",
            row["said"], "已答复清楚" if row["settled"] else "未答复清楚", row["promise"],
            names.get(row["asked_by"] or "", ""),
            "" if row["way"] == "phone" else _SIGNED.get(row["signature"], "未签"), row["opinion"],
        )
        for row in rows
    ]  # fmt: skip
    last = add_months(first, 1) - timedelta(days=1)
    return register_page.listed(office, TITLE, _HEADS, said, first, last, rates)


def rates_words(figures: Mapping[str, Any]) -> str:
    """Return a month's figures (``rates.MonthOf.figures``) in a line."""
    said = (
        ("应回访", "owed", ""), ("三天内", "in_days", "in_days_percent"), ("一个月内", "in_month", "in_month_percent"),
        ("满意", "satisfied", "satisfied_percent"), ("提出事项", "raised", ""), ("已处理", "closed", "closed_percent"),
    )  # fmt: skip
    return "　".join(
        f"{name} {figures[count]}" + (f"（{figures[share]}%）" if share and figures[share] is not None else "")
        for name, count, share in said
    )
