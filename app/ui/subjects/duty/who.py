"""The page 谁欠什么 (who owes what): the month's duties by owner and kind, late ones first (D.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import flet as ft

from app.actions import Session
from app.domain import roles
from app.domain.rules.duties import Duty
from app.domain.rules.duty_rules import A_SESSION, OF_SURVEY
from app.domain.rules.form_duties import FORM_RECORD
from app.domain.subjects.duty import PLANNERS
from app.domain.times import china_day
from app.ui import estates, theme
from app.ui.context import Ui, cloud_of, use_now, use_read, use_ui
from app.ui.kit.base import column, flow, pressable, quiet, tag, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.buttons import Action, icon_button, small_button
from app.ui.kit.choose import pill
from app.ui.kit.lists import empty_state, list_row
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip
from app.ui.router import Route
from app.ui.screens.desk.parts import not_for_you
from app.ui.subjects import face_of
from app.ui.subjects.case.begin import begin_duty
from app.ui.subjects.case.paths import duty_path
from app.ui.subjects.duty.words import due_words, owner_name, why_words
from app.ui.subjects.survey_round.paths import SURVEY
from app.ui.subjects.training.lists import PATH as TRAININGS
from app.ui.texts import month_words, t
from app.ui.ticket_words import joined

PATH: Final = "/duties"
NOBODY: Final = "nobody"
FEW: Final = 20
"""Rows of one owner that are drawn at first, and added by each tap."""
TOLD_FROM: Final = 12
"""From this month on, the page says when next year's calendar of workdays is missing."""


@dataclass(frozen=True)
class Owes:
    """The duties of one owner (the id of a person, or a post; "" for nobody): those still owed, and how many are
    done."""

    owner: str
    owed: tuple[Duty, ...]
    done: int
    excused: int

    def late(self, now: int) -> int:
        """Return how many are late."""
        return sum(one.due < now for one in self.owed)


def by_owner(found: Sequence[Duty], why: str, now: int) -> list[Owes]:
    """Return the duties of kind ``why`` (all for "") by owner: first those that nobody owns, then by number of late
    ones."""
    parts: dict[str, list[Duty]] = {}
    for one in found:
        if why in ("", one.why):
            parts.setdefault(one.owner, []).append(one)
    made = [
        Owes(
            owner,
            tuple(sorted((one for one in theirs if one.owed), key=lambda one: one.due)),
            sum(one.done_at is not None for one in theirs),
            sum(bool(one.excused) for one in theirs),
        )
        for owner, theirs in parts.items()
    ]
    return sorted(made, key=lambda one: (bool(one.owner) or not one.owed, -one.late(now), -len(one.owed), one.owner))


def years_lacking(session: Session, now: int) -> list[int]:
    """Return the years whose calendar of workdays is missing: this one, and from December on the next.

    Empty when the server keeps no calendar.
    """
    known, today = session.duties.workdays(), china_day(now)
    wanted = [today.year, *([today.year + 1] if today.month >= TOLD_FROM else [])]
    return [year for year in wanted if known.years and not known.known(year)]


def calendar_notice(session: Session, now: int) -> list[ft.Control]:
    """Return a notice that a year's workdays are missing, how days are counted meanwhile, and what to do; none if none
    is."""
    years = years_lacking(session, now)
    if not years:
        return []
    return [
        notice(t("duty.no_calendar", year=years[-1]), kept=t("duty.no_calendar_says", year=years[-1]), id="calendar")
    ]


@ft.component
def DutiesScreen() -> ft.Control:
    """The page, for overseers."""
    ui = use_ui()
    now = use_now()
    why, set_why = ft.use_state("")
    opened, set_opened = ft.use_state("-")
    shown, show = ft.use_state(FEW)
    allowed = bool(ui.session.roles & roles.OVERSEERS)
    found: list[Duty] = use_read(lambda s: s.duties.of_month() if allowed else [])
    if not allowed:
        return not_for_you(ui, t("duty.heading"), id="duties")

    def open_owner(owner: str) -> None:
        set_opened("-" if owner == opened else owner)
        show(FEW)

    owners = by_owner(found, why, now)
    owed = [one for one in found if one.owed]
    content: list[ft.Control] = calendar_notice(ui.session, now)
    if not found:
        content.append(empty_state(t("duty.none"), t("duty.none_says"), mark=ft.Icons.EVENT_AVAILABLE_ROUNDED))
    else:
        content.append(_kinds(owed, why, set_why))
        content += [
            drawn(
                one.owner or "nobody",
                lambda o=one: _owner(ui, o, now, o.owner == opened, shown, open_owner, lambda: show(shown + FEW)),  # type: ignore[misc]
            )
            for one in owners
        ]
    late = sum(one.due < now for one in owed)
    plan = Action(t("duty.plan.heading"), lambda: ui.go("/visit-plan"), icon=ft.Icons.ADD_ROUNDED)
    return Scaffold(
        t("duty.heading"),
        content,
        id="duties",
        sub=t("duty.count", month=month_words(china_day(now)), owed=len(owed), late=late) if found else None,
        under=estates.switch(ui),
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=plan if ui.session.roles & PLANNERS else None,
    )


def _kinds(owed: Sequence[Duty], why: str, choose: Callable[[str], None]) -> ft.Control:
    """Return the filter by kind, with the number of duties that are still owed of each."""
    counts = Counter(one.why for one in owed)
    line = [pill("why-all", t("duty.all", n=len(owed)), lambda: choose(""), selected=not why)]
    line += [
        pill(f"why-{one}", t("duty.kind", what=why_words(one), n=n), lambda o=one: choose(o), selected=why == one)  # type: ignore[misc]
        for one, n in counts.most_common()
    ]
    return tag("why", ft.Row(line, spacing=8, scroll=ft.ScrollMode.HIDDEN))


def _owner(
    ui: Ui, one: Owes, now: int, here: bool, shown: int, opens: Callable[[str], None], more: Callable[[], object]
) -> ft.Control:
    late, all_ = one.late(now), len(one.owed) + one.done
    marks: list[ft.Control] = []
    if late:
        marks.append(chip(t("duty.late", n=late), "red", ft.Icons.ALARM))
    if len(one.owed) > late:
        marks.append(chip(t("duty.open", n=len(one.owed) - late), "calm", ft.Icons.SCHEDULE))
    if not one.owed:
        marks.append(chip(t("duty.all_done"), "good", ft.Icons.CHECK_ROUNDED))
    said = joined(t("duty.done_of", n=one.done, all=all_), t("duty.excused_n", n=one.excused) if one.excused else "")
    head = column(
        [
            txt(owner_name(ui.session, one.owner), ft.TextThemeStyle.TITLE_LARGE,
                color=None if one.owner else ft.Colors.ERROR),
            flow(marks),
            ft.ProgressBar(value=one.done / all_ if all_ else 0, bar_height=6, border_radius=3),
            quiet(said),
        ],
        gap=8,
    )  # fmt: skip
    key = one.owner or NOBODY
    id = f"owner-{key}"
    opener = pressable(
        id, head, lambda: opens(one.owner), padding=ft.Padding.all(16), radius=theme.RADIUS, bgcolor=theme.PAPER,
        selected=here,
    )  # fmt: skip
    if not here:
        return opener
    parts: list[ft.Control] = [opener]
    at_doors = [duty for duty in one.owed if duty.visit]
    if at_doors and ui.session.roles & PLANNERS:
        parts.append(
            ft.Container(
                small_button(
                    "hand-over", t("duty.hand_over", n=len(at_doors)), lambda: ui.go(f"{PATH}/hand-over/{key}"),
                    icon=ft.Icons.PERSON_ADD_ALT_ROUNDED,
                ),
                padding=ft.Padding.symmetric(horizontal=16),
            )
        )  # fmt: skip
    parts += [_line(ui, duty, now) for duty in one.owed[:shown]]
    if len(one.owed) > shown:
        parts.append(small_button("duties-more", t("duty.more", n=len(one.owed) - shown), more, tone="text"))
    if not one.owed:
        parts.append(ft.Container(quiet(t("duty.all_done_says")), padding=ft.Padding.all(16)))
    return ft.Container(column(parts, gap=2), bgcolor=theme.PAPER, border_radius=theme.RADIUS)


def page_of(duty: Duty) -> str:
    """Return the path of the page where a duty is done: the household's, the unit's, the round's, or the record's."""
    if duty.why in OF_SURVEY:
        return SURVEY
    if duty.record is None and duty.rule == A_SESSION:
        return TRAININGS
    return duty_path(duty) or face_of(duty.about[0]).page(duty.about[1])


def open_duty(ui: Ui, duty: Duty) -> None:
    """Open what fulfils a duty: one's own form that is owed at once, with its place filled in; else its page. What an
    open case owes begins on its page: who fetches mail, or whom to call, stands there."""
    mine = duty.owner == ui.session.profile.staff_id or duty.owner in ui.session.roles
    if not (duty.owed and duty.form and duty.about[0] != FORM_RECORD and mine and begin_duty(ui, duty)):
        ui.go(page_of(duty))


def line_of(ui: Ui, duty: Duty, now: int, *, trailing: ft.Control | None = None) -> ft.Control:
    """Return a duty as a row of a list: where, what, until when."""
    place = ui.session.estate_name(duty.estate) if ui.session.estate is None else ""
    gone = t("duty.left", name=ui.session.staff_name(duty.left)) if duty.left else ""
    # The colleague who left comes before the content: a long line is cut off at its end.
    sub = joined(why_words(duty.why, duty.waits), due_words(duty, now), gone, duty.content, place)
    name = duty.address or duty.content or why_words(duty.why, duty.waits)
    return list_row(f"duty-{duty.id}", name, lambda: open_duty(ui, duty), sub=sub, lines=2, trailing=trailing)


def _line(ui: Ui, duty: Duty, now: int) -> ft.Control:
    change = None
    if duty.visit and ui.session.roles & PLANNERS:
        words = t("duty.change", where=duty.address)
        change = icon_button(
            f"change-{duty.id}", ft.Icons.EDIT_CALENDAR_OUTLINED, words, lambda: ui.go(f"{PATH}/{duty.id}")
        )
    return line_of(ui, duty, now, trailing=change)


ROUTES: Final = (Route(PATH, DutiesScreen, parent="/me"),)
