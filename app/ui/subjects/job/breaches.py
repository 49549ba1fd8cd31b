"""The month's breaches of the rules for jobs, person by person (B.7); each line opens its job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import flet as ft

from app.actions import CardFilter, Session
from app.domain import roles
from app.domain.subjects.job.breaches import YUAN, Breach, pay
from app.domain.subjects.job.kinds import JOB
from app.domain.times import china_day
from app.ui import estates
from app.ui.context import Ui, cloud_of, use_now, use_read, use_ui
from app.ui.kit.base import column, quiet
from app.ui.kit.choose import pills
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.months import month_bar
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.screens.desk.parts import not_for_you, use_made
from app.ui.texts import moment_text, t

PATH: Final = "/job-breaches"


@ft.component
def BreachesScreen() -> ft.Control:
    """The page, one month at a time, for overseers."""
    ui = use_ui()
    now = use_now()
    month, set_month = use_made(lambda: china_day(ui.now()).replace(day=1))
    found, numbers, counted = use_read(lambda s: _read(s, month), month.year, month.month)
    if not ui.session.roles & roles.OVERSEERS:
        return not_for_you(ui, t("job.breaches.heading"), id="breaches")

    async def count_it(how: str) -> None:
        await ui.session.jobs.count_yuan(how == "yes")
        ui.refresh()

    yuan: Mapping[str, int] = YUAN if counted else {}
    options = [("no", t("job.breaches.only_count")), ("yes", t("job.breaches.in_yuan"))]
    content: list[ft.Control] = [
        month_bar(month, set_month),
        pills(options, "yes" if counted else "no", count_it, id="count"),
    ]
    for who, theirs in sorted(found.items(), key=lambda one: (-len(one[1]), one[0])):
        name = ui.session.staff_name(who)
        sum_ = t("job.breaches.yuan", n=pay(theirs, yuan)) if counted else ""
        rows = [_line(ui, one, numbers.get(one.job_id, ""), yuan, now) for one in theirs]
        heading = " · ".join(part for part in (name, sum_) if part)
        content.append(group(heading, rows, count=len(theirs), id=f"breaches-{who}"))
    if not found:
        content.append(
            empty_state(t("job.breaches.none"), t("job.breaches.none_says"), mark=ft.Icons.TASK_ALT_ROUNDED, id="none")
        )
    content.append(quiet(t("job.breaches.says")))
    return Scaffold(
        t("job.breaches.heading"),
        [column(content)],
        id="breaches",
        under=estates.switch(ui),
        on_back=ui.back,
        cloud=cloud_of(ui),
    )


def _read(session: Session, month: date) -> tuple[dict[str, list[Breach]], dict[str, str], bool]:
    found = session.jobs.breaches(month.year, month.month)
    ids = {one.job_id for theirs in found.values() for one in theirs}
    cards = session.cards(CardFilter(type=JOB, ids=tuple(sorted(ids))), 0, len(ids)) if ids else []
    numbers = {card.id: " ".join(part for part in (card.number, card.address) if part) for card in cards}
    return found, numbers, session.jobs.counts_yuan


def _line(ui: Ui, one: Breach, name: str, yuan: Mapping[str, int], now: int) -> ft.Control:
    cost = t("job.breaches.yuan", n=yuan[one.kind]) if one.kind in yuan else ""
    sub = " · ".join(part for part in (name, moment_text(one.at, now), cost) if part)
    words = t(f"job.breach.{one.kind}")
    return ft.Container(
        list_row(f"breach-{one.kind}-{one.job_id}", words, lambda: ui.go(f"/job/{one.job_id}"), sub=sub, lines=2),
        padding=ft.Padding.symmetric(horizontal=12),
    )


ROUTES: Final = (Route(PATH, BreachesScreen, parent="/jobs"),)
