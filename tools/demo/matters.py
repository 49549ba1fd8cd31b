"""Matters in the demo's past: complaints, requests and praise by residents, and what became of each (C)."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

from app.domain import roles
from app.domain.subjects.matter import kinds
from app.domain.subjects.matter.kinds import MATTER
from app.domain.times import DAY, HOUR, MINUTE, at_china
from sync_server.estate.data import Household, Person, StaffMember
from tools.demo.plot import Plot, Thread, door_of

_COMPLAINTS: Final = (
    ("楼道垃圾两天没收，味道大", "environment", "夜班漏收", "当天清运，这一层加一次巡查"),
    ("楼上装修中午还在打钻", "order", "装修队不守时间", "当面告诫装修队，门口贴出施工时间"),
    ("门岗不给外卖登记就放行", "order", "换班时没有交接", "补交接记录，班前再讲一遍"),
    ("前台接电话口气不好", "service", "人手少，急", "向住户道歉，接听用语再培训"),
    ("修过的水龙头一周又漏", "engineering", "胶圈老化没换", "免费返修，换整套"),
    ("地库灯坏了三盏没人管", "engineering", "巡检漏报", "当天换灯，列入周检"),
    ("电梯里贴满广告", "environment", "外来人员张贴", "清除，加装摄像头"),
)
_OTHERS: Final = (
    (kinds.ENQUIRY, "装修需要办什么手续", "已告知七样材料和押金"),
    (kinds.ENQUIRY, "物业费可以按季交吗", "可以，已告知办理方式"),
    (kinds.HELP, "老人一个人在家，请帮忙看看", "管家已上门，老人安好，已告知家属"),
    (kinds.HELP, "门反锁了打不开", "已联系备案锁匠，管家在场开门"),
    (kinds.SUGGESTION, "儿童乐园多装两盏灯", "已列入本月改造，答复住户"),
    (kinds.PRAISE, "保洁阿姨帮忙把轮椅抬上楼", "已转告本人并致谢住户"),
    (kinds.BREACH, "有人把电动车推进电梯", "已劝离，讲明规定并存档"),
)


class _Story:
    """One matter, from the moment a resident reports it."""

    def __init__(self, plot: Plot, rng: random.Random, ago: float) -> None:
        self.plot, self.rng = plot, rng
        self.home: Household = rng.choice(plot.cast.homes)
        self.person: Person = rng.choice(plot.cast.people[self.home.id])
        self.at = plot.now - round(ago * DAY)
        self.desk = plot.cast.desk_at(self.at)
        self.thread: Thread = plot.thread(MATTER, self.at)

    def opened(self, kind: str, content: str, channel: str = "phone") -> None:
        """Record the matter at the desk."""
        said: dict[str, Any] = {"class": kind, "content": content, "channel": channel, "contact_name": self.person.name}
        self._act("matter_opened", 0, **door_of(self.home), **said, contact_phone=self.person.phone or None)

    def _act(self, kind: str, minutes: float, who: StaffMember | None = None, **body: Any) -> str:
        self.at += round(minutes * MINUTE)
        act = self.thread.act(who or self.desk, kind, self.at, **body)
        self.at = act.at
        return act.id

    def after(self, kind: str, least: float, most: float, who: StaffMember | None = None, **body: Any) -> str:
        """Add a step ``least`` to ``most`` hours later; return its id."""
        return self._act(kind, self.rng.uniform(least, most) * 60, who, **body)

    def agreed(self, cause: str, plan: str, department: str, weight: str = kinds.ORDINARY, **more: Any) -> None:
        """Classify the matter, plan its handling, and let the resident agree."""
        nature = kinds.REPAIR if department == "engineering" else kinds.OF_SERVICE
        self.after("classed", 0.05, 0.5, nature=nature, weight=weight, valid=True, department=department, **more)
        plan_id = self.after("planned", 0.3, 3, cause=cause, plan=plan)
        self.after("plan_agreed", 0.2, 4, plan_id=plan_id, how="phone", name=self.person.name)

    def handled(self, cause: str, done: str, satisfied: bool | None = True) -> None:
        """Tell the resident, handle the matter, close it."""
        self.after("told", 0.5, 5, what="已安排人员处理", how="phone", name=self.person.name)
        self.after("handled", 1, 20, cause=cause, corrective=done, preventive="列入月度检查")
        self.after("matter_closed", 0.5, 5, result=done, satisfied=satisfied)


def play_matters(plot: Plot, seed: int, number: int) -> None:
    """Add ``number`` matters over the days of the plot: among them late, major, reopened, merged, written and invalid
    ones; and a few that are still open. Drawn from a random source of their own: everything else stays as it was."""
    rng = random.Random(f"matters {seed}")
    managers = [m for m in plot.cast.estate.staff if m.active and roles.MANAGER in m.roles]
    told: list[Callable[[float], None]] = [
        lambda ago: _late(plot, rng, ago),
        lambda ago: _reopened(plot, rng, ago),
        lambda ago: _merged(plot, rng, ago),
        lambda ago: _invalid(plot, rng, ago),
        lambda ago: _written(plot, rng, ago, managers[:1]),
        lambda ago: _major(plot, rng, ago, managers[:1]),
    ]
    days = (plot.now - at_china(plot.first_day, 9)) / DAY
    for n in range(number):
        ago = rng.uniform(min(8.0, days / 2), days)
        if n < 2 * len(told):
            told[n % len(told)](ago)
        elif rng.random() < 0.5:
            _plain(plot, rng, ago)
        else:
            _answered(plot, rng, ago)
    for ago in (0.3, 1.2, 2.6, 4.5):
        if ago < days:
            _open(plot, rng, ago)


def _plain(plot: Plot, rng: random.Random, ago: float) -> None:
    what, department, cause, done = rng.choice(_COMPLAINTS)
    one = _Story(plot, rng, ago)
    one.opened(kinds.COMPLAINT, what)
    one.agreed(cause, done, department)
    one.handled(cause, done, rng.choice((True, True, True, None)))


def _answered(plot: Plot, rng: random.Random, ago: float) -> None:
    kind, what, answer = rng.choice(_OTHERS)
    one = _Story(plot, rng, ago)
    one.opened(kind, what, rng.choice(("phone", "visit")))
    one.after("matter_closed", 0.05, 6, result=answer, satisfied=True)


def _late(plot: Plot, rng: random.Random, ago: float) -> None:
    what, department, cause, done = _COMPLAINTS[5]
    one = _Story(plot, rng, ago)
    one.opened(kinds.COMPLAINT, what)
    one.agreed(cause, done, department)
    one.after("postponed", 48, 66, explanation="等配件", appointment_at=one.at + 96 * HOUR)
    one.handled(cause, done)


def _reopened(plot: Plot, rng: random.Random, ago: float) -> None:
    what, department, cause, done = _COMPLAINTS[0]
    one = _Story(plot, rng, ago)
    one.opened(kinds.COMPLAINT, what)
    one.agreed(cause, done, department)
    one.handled(cause, done, None)
    one.after("reopened", 20, 40, plot.cast.callers[0], reason="回访时住户说又堆了")
    plan = one.after("planned", 1, 3, cause="只清了一次", plan="每天两次，主管抽查")
    one.after("plan_agreed", 0.2, 2, plan_id=plan, how="phone", name=one.person.name)
    one.handled("只清了一次", "每天两次，已连续三天没有再堆")


def _merged(plot: Plot, rng: random.Random, ago: float) -> None:
    what, department, cause, done = _COMPLAINTS[1]
    one = _Story(plot, rng, ago)
    one.opened(kinds.COMPLAINT, what)
    again = _Story(plot, rng, ago - 0.1)
    again.opened(kinds.COMPLAINT, "邻居家装修太吵，孩子没法午睡", "visit")
    one.at = again.thread.end
    one.after("absorbed", 0.1, 1, matter_id=again.thread.id)
    again.at = one.thread.end
    again.after("merged", 0, 0.01, one.desk, into=one.thread.id, note="同一家装修")
    one.agreed(cause, done, department)
    one.handled(cause, done)
    again.at = one.thread.end
    again.after("told", 0.2, 2, what="已处理，施工时间贴在门口", how="phone", name=again.person.name)


def _invalid(plot: Plot, rng: random.Random, ago: float) -> None:
    one = _Story(plot, rng, ago)
    one.opened(kinds.COMPLAINT, "小区外马路上的路灯不亮")
    one.after(
        "classed",
        0.1,
        1,
        nature=kinds.OF_SERVICE,
        weight=kinds.ORDINARY,
        valid=False,
        invalid_reason="属市政路灯，已代为转告",
    )
    one.after("matter_closed", 0.2, 3, result="已说明并代报市政热线", told_politely=True, satisfied=True)


def _written(plot: Plot, rng: random.Random, ago: float, managers: list[StaffMember]) -> None:
    what, department, cause, done = _COMPLAINTS[3]
    one = _Story(plot, rng, ago)
    one.opened(kinds.COMPLAINT, f"来信：{what}", kinds.LETTER)
    one.agreed(cause, done, department)
    one.after("told", 0.5, 5, what="来信收到，三天内书面答复", how="phone", name=one.person.name)
    one.after("handled", 1, 9, cause=cause, corrective=done, preventive="每月听录音抽查")
    letter = (
        f"尊敬的{one.person.name}：\n来信收悉。经核实，{cause}，给您带来不便，深表歉意。我们已{done}。\n感谢您的监督！"
    )
    draft = one.after("reply_drafted", 1, 5, text=letter)
    for manager in managers:
        one.after("reply_released", 0.5, 8, manager, draft_id=draft)
        one.after("replied", 0.5, 4, draft_id=draft, how=kinds.LETTER)
        one.after("matter_closed", 0.5, 8, result="书面答复已送达", satisfied=True)


def _major(plot: Plot, rng: random.Random, ago: float, managers: list[StaffMember]) -> None:
    one = _Story(plot, rng, ago)
    one.opened(kinds.COMPLAINT, "电梯困人四十分钟，值班电话没人接")
    one.agreed("值班电话只有一路", "电话改双线，维保驻点", "engineering", kinds.MAJOR, promised_at=one.at + 5 * HOUR)
    for manager in managers:
        one.after("noted", 0.1, 0.9, manager)
    one.after("told", 0.2, 3, what="电话已改双线，维保今晚驻点", how="door", name=one.person.name, answer=True)
    one.handled("值班电话只有一路", "电话改双线，维保驻点一周")


def _open(plot: Plot, rng: random.Random, ago: float) -> None:
    what, department, cause, plan = rng.choice(_COMPLAINTS)
    one = _Story(plot, rng, ago)
    one.opened(kinds.COMPLAINT, what)
    if ago > 1:
        one.agreed(cause, plan, department)


__all__ = ["play_matters"]
