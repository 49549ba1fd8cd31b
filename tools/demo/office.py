"""The office in the demo's past: suggestions answered by one open letter, follow-ups planned by hand, and the
departments' analyses of a quarter's complaints (C.7, D.1, D.5)."""

from __future__ import annotations

import random
from typing import Any, Final

from app.domain import roles
from app.domain.subjects.analysis import ANALYSIS, analysis_id, quarter_of
from app.domain.subjects.follow_up import kinds as follow_ups
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.domain.subjects.matter import kinds
from app.domain.subjects.matter.kinds import MATTER
from app.domain.times import DAY, HOUR, add_months, at_china, china_day
from sync_server.estate.data import StaffMember
from tools.demo.plot import Plot, door_of

LEAST: Final = 30
"""Days that a past needs to have room for this; to a shorter one nothing is added."""
_LETTER: Final = "各位业主：不少家庭建议东门加装减速带。经与交警部门核实，已定于下月安装，感谢大家的建议。"
_ANALYSES: Final = (
    (
        roles.ENVIRONMENT_SUPERVISOR,
        "environment",
        "夜班漏收、换班没有交接，楼道垃圾过夜",
        "补齐夜班人手，当天清运",
        "每晚拍照交接，主管每周抽查两次",
    ),
    (
        roles.SERVICE_SUPERVISOR,
        "service",
        "前台高峰时人手少，接听用语不统一",
        "逐一致歉，高峰加一名接听员",
        "每月听录音抽查，用语再培训",
    ),
)


def play_office(plot: Plot, seed: int) -> None:
    """Add all of it, some weeks ago. Drawn from a random source of its own: everything else stays as it was."""
    if plot.now - at_china(plot.first_day, 9) < LEAST * DAY:
        return
    rng = random.Random(f"office {seed}")
    supervisor = _with(plot, roles.SERVICE_SUPERVISOR)
    if supervisor is None:
        return
    _letter(plot, rng, supervisor)
    _planned_by_hand(plot, rng, supervisor)
    _analyses(plot, _with(plot, roles.MANAGER))


def _with(plot: Plot, role: str) -> StaffMember | None:
    return next((one for one in plot.cast.estate.staff if one.active and role in one.roles), None)


def _letter(plot: Plot, rng: random.Random, supervisor: StaffMember) -> None:
    """Let three households make the same suggestion within days, and answer them with one letter."""
    sent = plot.now - 24 * DAY
    letter_id = plot.make_id(sent)
    for n, home in enumerate(rng.sample(list(plot.cast.homes), 3)):
        at = sent - (3 - n) * DAY
        person = rng.choice(plot.cast.people[home.id])
        thread = plot.thread(MATTER, at)
        said: dict[str, Any] = {"class": kinds.SUGGESTION, "channel": "phone", "content": "东门出口装减速带，车太快"}
        thread.act(plot.cast.desk_at(at), "matter_opened", at, **door_of(home), **said, contact_name=person.name)
        thread.act(supervisor, "answered_openly", sent, letter_id=letter_id, text=_LETTER)


def _planned_by_hand(plot: Plot, rng: random.Random, supervisor: StaffMember) -> None:
    """Plan calls on two old people: one was phoned and reviewed, one is due next week."""
    for n, home in enumerate(rng.sample(list(plot.cast.homes), 2)):
        at = plot.now - (26 - 23 * n) * DAY
        person = rng.choice(plot.cast.people[home.id])
        thread = plot.thread(FOLLOW_UP, at)
        thread.act(
            supervisor, "follow_up_planned", at, **door_of(home), source=follow_ups.FESTIVAL,
            weight=follow_ups.ORDINARY, about="重阳节看望老人，问问近况", contact_name=person.name,
            contact_phone=person.phone or None, owner_id=supervisor.id, due_at=at + 10 * DAY, drawn=follow_ups.BY_HAND,
        )  # fmt: skip
        if n == 0:
            thread.act(
                supervisor, "followed_up", at + 4 * DAY, way=follow_ups.PHONE, met=True, name=person.name,
                capacity="self", satisfied=True, said="身体都好，谢谢惦记", settled=True,
            )  # fmt: skip
            thread.act(supervisor, "follow_up_reviewed", at + 4 * DAY + 3 * HOUR, opinion="同意")


def _analyses(plot: Plot, manager: StaffMember | None) -> None:
    """Add last quarter's analyses of two departments: one is approved, one waits for the manager."""
    quarter = quarter_of(add_months(china_day(plot.now), -3))
    for n, (role, department, cause, corrective, preventive) in enumerate(_ANALYSES):
        head = _with(plot, role)
        if head is None:
            continue
        at = plot.now - (22 - 2 * n) * DAY
        thread = plot.thread(ANALYSIS, at)
        thread.subject = (ANALYSIS, analysis_id("", department, quarter))
        written = thread.act(
            head, "analysis_written", at, department=department, quarter=quarter, cause=cause, corrective=corrective,
            preventive=preventive,
        )  # fmt: skip
        if n == 0 and manager is not None:
            thread.act(manager, "analysis_approved", at + DAY, written_id=written.id)


__all__ = ["play_office"]
