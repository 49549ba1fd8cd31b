"""Past jobs 工作单 of the demo estate: in time, late, escalated, given to others, voided, still under way (B)."""

from __future__ import annotations

from typing import Any, Final

from app.domain import roles
from app.domain.rules.departments import SUPERVISORS, answers_for, next_level
from app.domain.subjects.job.kinds import CLEANING, JOB, PLAIN
from app.domain.subjects.job.life import JOB_DONE, SERVED
from app.domain.times import DAY, HOUR, at_china, china_day
from sync_server.estate.data import StaffMember
from tools.demo.plot import CAPACITY_OF, Plot, Thread, door_of

_PLAIN: Final = (
    ("张贴停水通知", "每部电梯一张，贴后拍照", "各栋大堂"),
    ("清点消防器材", "逐层登记，缺的写明位置", "3栋楼道"),
    ("送达装修资料", "当面交接并签收", "物业前台"),
    ("协助住户搬家具", "先打电话再上门，注意电梯保护", "1栋大堂"),
    ("布置社区活动场地", "桌椅摆好，横幅挂正", "中心花园"),
    ("整理业主档案柜", "按十二类归档，缺件列清单", "档案室"),
    ("清理楼道杂物", "先贴告知，再清走，前后拍照", "2栋楼道"),
)
_CLEANING: Final = (
    ("入户保洁两小时", "厨房和卫生间为主，自带工具"),
    ("擦阳台玻璃", "内外都擦，不留水痕"),
    ("空置房开荒清洁", "地面、台面无尘，垃圾带走"),
)
_DOING: Final = (
    roles.CLEANER,
    roles.GUARD,
    roles.STEWARD,
    roles.REPAIR_WORKER,
    roles.CULTURE_CLERK,
    roles.ARCHIVIST,
)
"""The posts that most jobs are sent to."""


def play_jobs(plot: Plot, count: int) -> None:
    """Add about ``count`` jobs; none for an estate without a cleaner, which would have nobody for half of them."""
    held = plot.cast.held
    if not held[roles.CLEANER] or not held[roles.CLEANING_LEAD]:
        return
    for _ in range(count):
        _job(plot)


def _job(plot: Plot) -> None:
    held = plot.cast.held
    posts = {member.id: frozenset(member.roles) for members in held.values() for member in members}
    cleaning = plot.chance(0.4)
    at = plot.moment(8, 16, plot.now - HOUR)
    receiver = plot.pick(held[roles.CLEANER] if cleaning else [m for post in _DOING for m in held[post]])
    sender = held[roles.CLEANING_LEAD][0] if cleaning and plot.chance(0.5) else plot.cast.desk_at(at)
    thread = plot.thread(JOB, at)
    home, who = plot.household(), None
    body: dict[str, Any] = {"job_kind": CLEANING if cleaning else PLAIN}
    if cleaning:
        person = plot.person(home)
        who = (person.name, CAPACITY_OF.get(person.relation, "self"))
        content, must = plot.pick(_CLEANING)
        body |= door_of(home) | {"served_name": person.name, "served_phone": person.phone or None}
        if sender in held[roles.CLEANING_LEAD]:
            # The head of the cleaners sees no households: the address in words is all they know.
            body = {key: value for key, value in body.items() if not key.endswith("_id")}
    else:
        content, must, place = plot.pick(_PLAIN)
        body["address"] = place
    due = at_china(china_day(at), 17) if plot.chance(0.6) and at < at_china(china_day(at), 14) else at + DAY
    department = answers_for(receiver.roles, posts)
    to: dict[str, Any] = {"receiver_id": receiver.id, "department": department}
    thread.act(sender, "job_sent", at, content=content, requirements=must, due_at=due, **to, **body)
    if plot.chance(0.05):
        thread.act(sender, "job_voided", thread.end + plot.minutes(1, 9), reason=plot.pick(("重复派单", "派错了人")))
        return
    thread.act(receiver, "job_accepted", thread.end + plot.minutes(2, 30))
    if plot.chance(0.14):
        receiver, department, due = _escalated(plot, thread, receiver, department, due, posts)
        if not due:
            return
    late = plot.chance(0.16)
    if late and plot.chance(0.5):
        thread.act(receiver, "job_progress", due - plot.minutes(10, 50), note="还差一部分，今天加班做完")
    done = due + plot.minutes(20, 400) if late else max(thread.end, due - plot.minutes(15, 200))
    thread.act(receiver, "job_finished", done, process="按要求完成，现场已清理", result="已完成")
    if who is not None and plot.chance(0.85):
        thread.sign(receiver, thread.acts[-1].at + plot.minutes(1, 4), JOB_DONE, SERVED, who[0], who[1], home.id)
    else:
        name = who[0] if who is not None else sender.name
        thread.act(receiver, "job_confirmed_by_phone", thread.acts[-1].at, name=name, reason="公共区域或住户不在家")
    boss = next(member for post in sorted(SUPERVISORS[department]) for member in held[post])
    thread.act(boss, "job_confirmed", thread.end + plot.minutes(20, 300), department=department)
    if plot.chance(0.06):
        return  # nobody phoned back
    satisfied = plot.chance(0.94)
    desk = plot.cast.desk_at(thread.end + DAY // 2)
    note = None if satisfied else plot.pick(("等得有点久", "角落没有擦到"))
    name = who[0] if who is not None else sender.name
    called = thread.end + plot.minutes(60, 900)
    thread.act(desk, "job_called_back", called, satisfied=satisfied, name=name, note=note)
    thread.act(desk, "job_filed", thread.acts[-1].at)


def _escalated(
    plot: Plot, thread: Thread, receiver: StaffMember, department: str, due: int, posts: dict[str, frozenset[str]]
) -> tuple[StaffMember, str, int]:
    """Let the receiver escalate the job and a superior decide; return the receiver and department from then on, and
    when the job is due (0: it has been ended)."""
    held = plot.cast.held
    people = {member.id: member for members in held.values() for member in members}
    boss = people[next_level(receiver.id, posts)[0]]
    why = plot.pick(("要借登高车", "住户不在家，钥匙不在", "人手不够", "要别的部门配合"))
    thread.act(receiver, "job_escalated", thread.end + plot.minutes(10, 60), reason=why, to_id=boss.id)
    at, decision = thread.end + plot.minutes(5, 90), plot.pick(("keep", "extend", "extend", "give", "end"))
    others = [member for member in held[receiver.roles[0]] if member.id != receiver.id]
    if decision == "give" and others:
        receiver = plot.pick(others)
        department = answers_for(receiver.roles, posts)
        to: dict[str, Any] = {"receiver_id": receiver.id, "department": department}
        thread.act(boss, "job_decided", at, decision="give", reason="他更熟悉", **to)
        thread.act(receiver, "job_accepted", thread.end + plot.minutes(5, 30))
        return receiver, department, due
    if decision == "end":
        thread.act(boss, "job_decided", at, decision="end", reason="改由外包单位处理")
        return receiver, department, 0
    if decision == "extend":
        due = max(due, at) + DAY
        thread.act(boss, "job_decided", at, decision="extend", due_at=due, reason="约好明天再做")
        return receiver, department, due
    thread.act(boss, "job_decided", at, decision="keep", reason="已联系配合，接着做")
    return receiver, department, due
