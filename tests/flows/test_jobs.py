"""Jobs 工作单 in the real app: sent from the desk, escalated and decided, done, signed, confirmed; the review (B)."""

from __future__ import annotations

from app.actions import CardFilter, Session
from app.actions.models import JobForm
from app.domain import roles
from app.domain.subjects.job.kinds import JOB
from app.domain.times import HOUR, MINUTE
from tests.support import waiting
from tests.support.field_day import FieldDay, choose_look
from tests.support.field_work import signature

LONG = "大堂和三部电梯轿厢的不锈钢面都要擦，昨晚装修垃圾拖过去留下两道黑印，业主群里已经有人拍照，请带专用清洁剂，" * 2


def a_cleaning_team(day: FieldDay) -> None:
    """An estate with somebody in the environment department."""
    day.set_roles("worker2", roles.CLEANER)
    day.set_roles("service", roles.CLEANING_LEAD)
    day.set_roles("admin", roles.ENVIRONMENT_SUPERVISOR, roles.MANAGER)


def job(day: FieldDay, sender: str, receiver: str, *, minutes_ago: int = 0, **more: object) -> str:
    """Somebody sends a job."""
    said: dict[str, object] = {"content": "擦大堂玻璃", "requirements": "不留水痕，完成后拍照", "address": "3栋大堂"}
    to = day.staff_id(receiver)

    def send(session: Session) -> object:
        due = int(str(more.get("due_in", 3 * HOUR)))
        form = {**said, **{name: value for name, value in more.items() if name != "due_in"}}
        return session.jobs.send(JobForm(due_at=session.now() + due, receiver_id=to, **form))  # type: ignore[arg-type]

    return day.act(sender, send, minutes_ago=minutes_ago).subject_id  # type: ignore[arg-type]


def finish(day: FieldDay, person: str, job_id: str) -> None:
    """The receiver does it, and it is signed for."""
    day.act(person, lambda s: s.record(JOB, job_id, "job_accepted", {}))
    said = {"process": "擦了两遍，现场已清理", "result": "不锈钢面没有水痕"}
    day.act(person, lambda s: s.record(JOB, job_id, "job_finished", said))
    day.act(person, lambda s: s.sign(signature(s.signing_content(JOB, job_id, "job"), "张伟", "served")))


def test_a_job_is_sent_with_few_taps_and_nothing_blank(field_day: FieldDay) -> None:
    a_cleaning_team(field_day)
    desk = field_day.phone("desk")
    desk.go("/jobs")
    desk.see("没有未结束的工作单")
    desk.shot("jobs-empty")
    desk.tap("main-action")
    desk.see("请选择派给谁")
    desk.shot("job-new")
    desk.tap(f"receiver-{field_day.staff_id('worker2')}")
    desk.tap("kind-cleaning")
    desk.type_into("place", "3栋大堂")
    desk.tap("content-phrase-1")
    desk.see("请写明要求")
    desk.tap("requirements-phrase-0")
    desk.tap("requirements-phrase-1")
    desk.see("派给李军")
    desk.shot("job-new-filled")
    desk.tap("main-action")
    desk.see_id("job")
    desk.see("擦玻璃")
    desk.shot("job-sent")


def test_a_job_goes_up_the_line_and_down_again_until_it_is_filed(field_day: FieldDay) -> None:
    """From the cleaner's 今日 to the callback: accept, escalate, decide, finish, confirm, call back (B.2, B.4, B.8)."""
    a_cleaning_team(field_day)
    ours = job(field_day, "service", "worker2", content=LONG, job_kind="cleaning", address="3栋2单元1502")
    other = job(field_day, "desk", "worker2", content="张贴停水通知", urgent=True)
    cleaner = field_day.phone("worker2")
    cleaner.see_id(f"job-{other}", timeout_ms=30_000)
    cleaner.shot("today-cleaner")
    cleaner.tap("tab-tickets")
    cleaner.see_id("jobs")
    cleaner.shot("jobs-cleaner")
    cleaner.go(f"/job/{ours}")
    cleaner.see("签收工作单")
    cleaner.shot("job-to-accept")
    cleaner.tap("main-action")
    cleaner.see("办完了，填结果")
    cleaner.tap("job-escalate")
    cleaner.see("林晓燕")
    cleaner.tap("reason-phrase-0")
    cleaner.shot("job-escalate")
    cleaner.tap("main-action")
    cleaner.see("已上报林晓燕")
    cleaner.shot("job-escalated")
    lead = field_day.phone("service")
    lead.see_id(f"job-{ours}", timeout_ms=30_000)
    lead.go(f"/job/{ours}/decide")
    lead.see("延长时限")
    lead.tap("decision-extend")
    lead.tap("due-tomorrow")
    lead.shot("job-decide")
    lead.tap("main-action")
    lead.see_id("job")
    waiting.eventually(
        lambda: field_day.read("worker2", lambda s: s.jobs.view(ours).state.stage) == "accepted",
        within=30,
        every=0.3,
        what="the decision has come down",
    )
    cleaner.go(f"/job/{ours}/finish")
    cleaner.see("怎么做的")
    cleaner.tap("process-phrase-0")
    cleaner.tap("result-phrase-1")
    cleaner.shot("job-finish")
    cleaner.tap("main-action")
    cleaner.see("请核对后签名")
    cleaner.shot("job-sign")
    content = field_day.read("worker2", lambda s: s.signing_content(JOB, ours, "job"))
    field_day.act("worker2", lambda s: s.sign(signature(content, "单丽", "served")))
    boss = field_day.phone("admin")
    boss.see_id(f"job-{ours}", timeout_ms=30_000)
    boss.go(f"/job/{ours}")
    boss.see("确认完成")
    boss.tap("main-action")
    boss.see("待回访")
    desk = field_day.phone("desk")
    desk.see_id(f"job-{ours}", timeout_ms=30_000)
    desk.go(f"/job/{ours}/call_back")
    desk.tap("satisfied-yes")
    desk.tap("name-phrase-0")
    desk.shot("job-call-back")
    desk.tap("main-action")
    desk.see("已归档")
    desk.shot("job-filed")
    assert field_day.read("desk", lambda s: s.jobs.view(ours).state.flags) == []


def test_the_review_the_late_ones_and_the_breaches(field_day: FieldDay) -> None:
    """What the desk goes through before the shift ends, and what the month says (B.5, B.7)."""
    a_cleaning_team(field_day)
    job(field_day, "desk", "worker2", minutes_ago=50, due_in=20 * MINUTE, content="擦大堂玻璃")
    mine = job(field_day, "desk", "worker", content="送达装修资料", address="物业前台")
    field_day.open_ticket("3栋2单元1602", "阳台外墙渗水，想请物业看看能不能补", worker=None)
    voided = job(field_day, "desk", "steward", content="派错了")
    field_day.act("desk", lambda s: s.record(JOB, voided, "job_voided", {"reason": "重复派单"}))
    desk = field_day.phone("desk")
    waiting.eventually(
        lambda: field_day.read("desk", lambda s: s.count(CardFilter(type=JOB))) == 3, within=30, every=0.3, what="all"
    )
    desk.go("/jobs")
    desk.see("送达装修资料")
    desk.shot("jobs")
    desk.tap("jobs-late")
    desk.see("擦大堂玻璃")
    desk.gone_id(f"job-{mine}")
    desk.go("/review")
    desk.see("还有 3 件没有写原因")
    desk.shot("review")
    desk.tap(f"unfinished-{mine}")
    desk.tap("reason-phrase-0")
    desk.tap("advice-phrase-0")
    desk.shot("review-explain")
    desk.tap("main-action")
    desk.see("还有 2 件没有写原因")
    desk.go("/job-breaches")
    desk.see("逾期没有报告")
    desk.tap("count-yes")
    desk.see("30 元")
    desk.shot("job-breaches")
    choose_look(desk, "theme-dark", "scale-200")
    looks = ((f"/job/{mine}", "job-200-dark"), ("/review", "review-200-dark"), ("/job-new", "job-new-200-dark"))
    for path, name in looks:
        desk.go(path)
        desk.see("送达装修资料" if path != "/job-new" else "派给谁")
        desk.shot(name)
