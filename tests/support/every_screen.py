"""Every screen of the app with content: tickets at each stage, keys, one person with every role.

Each function here does its part of the work on a phone. It returns, for each route, a path at which there is something
to see. The order of the paths is such that each form is filled in before it is signed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select

from app.actions import Session
from app.actions.analyses import AnalysisForm
from app.actions.follow_ups import FollowUpForm
from app.actions.form_draft import FormDraft, Where
from app.actions.models import ClassForm, CustodyForm, JobForm, MatterForm, TicketForm, VisitForm
from app.actions.notices import NoticeForm
from app.actions.trainings import MarkForm
from app.domain.forms import read
from app.domain.rules.handbook import READING
from app.domain.subjects.analysis import quarter_of
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.domain.subjects.job.kinds import JOB
from app.domain.subjects.matter.kinds import MATTER
from app.domain.subjects.review import REVIEW
from app.domain.subjects.survey_round import ROUND, round_id
from app.domain.times import DAY, HOUR, china_day
from app.domain.wire.canonical import sha256_hex
from app.domain.writing.tags import POINT, Tag
from sync_server.store import Store, tables
from sync_server.store.estate import handbook as published_pages
from sync_server.store.estate import patrol_file, published_forms
from sync_server.store.subjects import door_requests
from sync_server.store.subjects.door_requests import Asked, Door
from tests.estate.registers import workbook
from tests.support import field_work as work
from tests.support.care import contacts, in_the_register, special_care
from tests.support.forms import publish, vacant_check
from tests.support.pictures import picture
from tools.demo.handbook import built_in_pages

ROLES: Final = (
    "admin", "repair_worker", "steward", "desk", "engineering_supervisor", "service_supervisor", "finance", "manager"
)  # fmt: skip
NAME: Final = "欧阳婷婷"
FORM: Final = vacant_check()
PAGE_NAME: Final = "rules-conduct"
"""The page of the built-in handbook that somebody signs."""
LINE: Final = ("1", "换灯座", 4000)
Step = Callable[[Session, str], Coroutine[Any, Any, Any]]


async def _found_unlisted(s: Session, ticket: str) -> None:
    await s.tickets.find(ticket, description="灯座烧焦", listed=False)


async def _judged(s: Session, ticket: str) -> None:
    await s.tickets.judge(ticket, True, 4000, "换灯座")


async def _not_feasible(s: Session, ticket: str) -> None:
    await s.tickets.judge(ticket, False, reason="线路要大修")


async def _priced(s: Session, ticket: str) -> None:
    await s.tickets.price(ticket, [s.tickets.fee_line(None, *LINE)])


async def _agreed(s: Session, ticket: str) -> None:
    await s.tickets.consent(ticket, True, NAME, "tenant")


async def _declined(s: Session, ticket: str) -> None:
    await s.tickets.consent(ticket, False, NAME, "tenant", "太贵")


async def _worked(s: Session, ticket: str) -> None:
    await s.tickets.check_material(
        ticket, "灯具", "poor", remarks="三无产品", warned=True, consequences="容易再坏", choice="use_anyway"
    )
    await s.tickets.start_work(ticket, True)


async def _billed(s: Session, ticket: str) -> None:
    await s.tickets.write_fees(ticket, [s.tickets.fee_line(None, *LINE)])


async def _tried(s: Session, ticket: str) -> None:
    await s.tickets.try_out(ticket, True)


async def _signed(s: Session, ticket: str) -> None:
    await work.sign(s, ticket, NAME)


async def _confirmed(s: Session, ticket: str) -> None:
    await s.tickets.confirm([ticket])


WAY: Final[dict[str, Step]] = {
    "on_site": work.go_there,
    "to_judge": _found_unlisted,
    "to_price": _judged,
    "to_agree": _priced,
    "agreed": _agreed,
    "working": _worked,
    "to_try": _billed,
    "to_sign": _tried,
    "done": _signed,
    "confirmed": _confirmed,
}
"""The step that brings a repair to each stage, in order."""


async def _at(session: Session, stage: str, home: str) -> str:
    """Return the id of a repair of one's own that has come as far as this stage."""
    form = TicketForm(f"三处灯不亮 {stage}", household_id=home)
    opened = await session.tickets.open(form, assign_to=session.profile.staff_id)
    for name, step in WAY.items():
        if stage == "assigned":
            break
        await step(session, opened.subject_id)
        if name == stage:
            break
    return opened.subject_id


async def tickets(session: Session, home: str) -> dict[str, str]:
    """Make tickets of a household at each stage, with photos and a history."""
    me = session.profile.staff_id
    made = {
        "": "to_sign", "/found": "on_site", "/price": "to_price", "/consent": "to_agree", "/material": "agreed",
        "/fees": "working", "/try": "to_try", "/sign": "to_sign", "/decline-sign": "declined", "/finish": "job",
        "/close": "infeasible", "/escalate": "on_site", "/progress": "job", "/assign": "open",
        "/judge": "to_judge", "/call-back": "confirmed", "/void": "assigned",
    }  # fmt: skip
    at = {stage: await _at(session, stage, home) for stage in ("assigned", *WAY) if stage in {*made.values(), "done"}}
    for name, stage, step in (("declined", "to_agree", _declined), ("infeasible", "to_judge", _not_feasible)):
        at[name] = await _at(session, stage, home)
        await step(session, at[name])
    to_ask = (await session.tickets.open(TicketForm("问一下", household_id=home, listed=False))).subject_id
    await _judged(session, to_ask)
    job = await session.tickets.open(TicketForm("贴通知", ticket_kind="job", address="大门"), assign_to=me)
    at["job"] = job.subject_id
    await work.go_there(session, at["job"])
    at["open"] = (await session.tickets.open(TicketForm("门铃不响", household_id=home))).subject_id
    photo = await session.photos.add("ticket", at["done"], picture(300, 400, seed=1), "before")
    first = session.tickets.view(at["done"]).steps[0].entry.id
    return {f"/ticket/{{ticket_id}}{end}": f"/ticket/{at[stage]}{end}" for end, stage in made.items()} | {
        "/ticket/{subject_id}/verify": f"/ticket/{at['done']}/verify",
        "/ticket/{subject_id}/amend/{entry_id}": f"/ticket/{at['done']}/amend/{first}",
        "/ticket/{ticket_id}/asked": f"/ticket/{to_ask}/asked",
        "/photo/{subject_type}/{subject_id}": f"/photo/ticket/{at['done']}",
        "/photo/{subject_type}/{subject_id}/{entry_id}": f"/photo/ticket/{at['done']}/{photo.entries[0].id}",
    }


WALKS: Final = {path: path for path in ("/round", "/buildings", "/visits-month")}
"""Screens that show a steward's rounds."""


async def visits(session: Session, home: str) -> dict[str, str]:
    """Make a visit that waits for the resident's signature, and give the paths of a new one."""
    form = VisitForm(session.new_id(), home, met_name=NAME, met_capacity="tenant", said="楼道卫生需加强")
    visited = (await session.visits.record(form)).entries[0].id
    paths = {f"/visit/{{visit_id}}{end}": f"/visit/{form.visit_id}{end}" for end in ("", "/sign", "/amend")}
    paths["/visit/{subject_id}/verify"] = f"/visit/{form.visit_id}/verify"
    paths["/visit/{subject_id}/amend/{entry_id}"] = f"/visit/{form.visit_id}/amend/{visited}"
    for path in ("", "/photo", "/sign", "/ticket"):
        paths["/visit/new/{household_id}" + path] = f"/visit/new/{home}{path}"
    return paths


async def _step(session: Session, kind: str, thing: str, **more: Any) -> None:
    form = CustodyForm(session.new_id(), thing, kind, pieces=1, **more)
    content = session.keys.content(form)
    sides = [work.signature(content, name, side, "staff") for name, side in ((NAME, "giver"), ("郑宇", "taker"))]
    await session.keys.step(form, *sides)


async def _lent(session: Session, thing: str, to: str) -> None:
    await _step(session, "lent", thing, to_id=to, purpose="进户关总阀", due_at=session.now() + HOUR)


async def keys(session: Session, elsewhere: Session, home: str, worker: str) -> dict[str, str]:
    """Make a key on its rack, one that is lent, and one that two phones lent at the same time."""
    things = {}
    for name in ("rack", "out", "twice"):
        things[name] = session.new_id()
        await _step(
            session, "entrusted", things[name], household_id=home, given_by=NAME, phone="14200000000",
            name="入户门和卷帘门的钥匙", purpose="出差期间代收快递", until="2099-12-31", rack="A-03",
        )  # fmt: skip
    await _lent(session, things["out"], worker)
    await session.sync_now()
    await elsewhere.sync_now()
    for phone in (session, elsewhere):
        await _lent(phone, things["twice"], worker)
        await phone.sync_now()
    at = {
        "": "out", "/settle": "twice", "/extended": "out", "/tag": "rack", "/located": "out", "/written_off": "out",
    }  # fmt: skip
    paths = {f"/key/{{thing_id}}{end}": f"/key/{things[stage]}{end}" for end, stage in at.items()}
    begun = session.keys.view(things["out"]).steps[0].entry.id
    paths["/key/{subject_id}/amend/{entry_id}"] = f"/key/{things['out']}/amend/{begun}"
    paths["/key/{subject_id}/verify"] = f"/key/{things['out']}/verify"
    # No tag is scanned: whatever should hang there was not found.
    counted = await session.keys.record_count(session.new_id(), session.keys.count_view("", []))
    for end in ("", "/verify"):
        paths[f"/count/{{subject_id}}{end}"] = f"/count/{counted.subject_id}{end}"
    paths["/key/{thing_id}/accounted"] = f"/key/{things['rack']}/accounted"
    step = "/key/{thing_id}/step/{kind}"
    paths[step] = f"/key/{things['rack']}/step/given_back"
    paths[f"{step}/sign/{{side}}"] = f"{paths[step]}/sign/giver"
    paths["/thing/{thing_id}"] = f"/thing/{things['rack']}"
    paths["/keys/new/{kind}"] = "/keys/new/stocked"
    paths["/keys/new/{kind}/sign/{side}"] = "/keys/new/stocked/sign/giver"
    for path in ("/t/{code}", "/T/{code}"):
        paths[path] = path.format(code="K2345678A" if path[1] == "t" else "K2345678B")
    return paths


async def places(session: Session) -> dict[str, str]:
    """Make a patrol point with a photo, and give the paths for hanging up a tag."""
    mark = session.keys.tag_mark
    hung = await session.keys.name_place("point", "地下室水泵房", Tag(POINT, mark, "2345").code)
    await session.photos.add("place", hung.subject_id, picture(300, 400, seed=2), "record")
    return {
        "/place/{subject_id}": f"/place/{hung.subject_id}",
        "/place/{subject_id}/amend/{entry_id}": f"/place/{hung.subject_id}/amend/{hung.entries[0].id}",
        "/place/{subject_id}/verify": f"/place/{hung.subject_id}/verify",
        "/place/new/{code}": f"/place/new/{Tag(POINT, mark, '2346').code}",
    }


async def matters(session: Session, home: str) -> dict[str, str]:
    """Make matters at each stage, from report to result."""
    clear = ClassForm("service")

    async def said(channel: str = "phone", classed: ClassForm | None = clear) -> str:
        form = MatterForm("complaint", "门口堆了垃圾", channel, home, contact_name=NAME, demand="清走", classed=classed)
        return (await session.matters.open(form)).subject_id

    async def did(matter: str, kind: str, **body: Any) -> str:
        return (await session.record(MATTER, matter, kind, body)).entries[0].id

    new, plain_, agreed, letter = await said(classed=None), await said(), await said(), await said("letter")
    plan = [await did(one, "planned", cause="漏收", plan="清走") for one in (plain_, agreed)]
    await did(agreed, "plan_agreed", plan_id=plan[1], name=NAME, how="phone")
    await did(letter, "reply_drafted", text="您好")
    sent = await said("letter")
    await did(sent, "reply_released", draft_id=await did(sent, "reply_drafted", text="您好"))
    answered = MatterForm("enquiry", "怎么缴费", household_id=home, contact_name=NAME, answer="已答")
    closed = (await session.matters.open(answered)).subject_id
    steps = {
        "class": new, "own": plain_, "plan": plain_, "agree": plain_, "tell": plain_, "postpone": plain_,
        "handle": agreed, "draft": letter, "release": letter, "send": sent, "close": agreed, "reopen": closed,
        "merge": plain_,
    }  # fmt: skip
    opened = session.matters.view(plain_).steps[0].entry.id
    return {
        "/matters": "/matters",
        "/matters/figures": "/matters/figures",
        "/matter-new": "/matter-new",
        "/matter-new/{household_id}": f"/matter-new/{home}",
        "/visit/new/{household_id}/matter": f"/visit/new/{home}/matter",
        "/matter/{matter_id}": f"/matter/{letter}",
        **{f"/matter/{{matter_id}}/{verb}": f"/matter/{matter}/{verb}" for verb, matter in steps.items()},
        "/matter/{subject_id}/amend/{entry_id}": f"/matter/{plain_}/amend/{opened}",
        "/matter/{subject_id}/verify": f"/matter/{plain_}/verify",
    }


async def jobs(session: Session, home: str) -> dict[str, str]:
    """Make jobs at each stage, a closed review, and a ticket whose delay must be explained."""
    me = session.profile.staff_id

    async def sent(**more: Any) -> str:
        due = session.now() + 3 * HOUR
        form = JobForm("擦大堂玻璃", "不留水痕", due, me, address="大堂", served_name=NAME, estate="", **more)
        return (await session.jobs.send(form)).subject_id

    async def did(job: str, kind: str, **body: Any) -> None:
        await session.record(JOB, job, kind, body)

    new, begun, raised, worked, done, back = [await sent(job_kind="cleaning") for _ in range(6)]
    for job in (begun, raised, worked, done, back):
        await did(job, "job_accepted")
    await did(raised, "job_escalated", reason="要登高车", to_id=me)
    for job in (worked, done, back):
        await did(job, "job_finished", process="擦了", result="干净")
    for job in (done, back):
        await did(job, "job_confirmed_by_phone", name=NAME, reason="不在家")
    await session.jobs.confirm(session.jobs.view(back), once=session.new_id())
    steps = {
        "report": begun, "escalate": begun, "decide": raised, "finish": begun, "by_phone": worked, "sign": worked,
        "send_back": done, "call_back": back, "give": new, "void": new, "fault": new,
    }  # fmt: skip
    opened = session.jobs.view(new).steps[0].entry.id
    said = {"day": "2026-11-20", "items": []}
    review = (await session.record(REVIEW, session.new_id(), "review_closed", said)).subject_id
    return {
        "/jobs": "/jobs",
        "/job-new": "/job-new",
        "/job-new/{household_id}": f"/job-new/{home}",
        "/job-breaches": "/job-breaches",
        "/job/{subject_id}": f"/job/{begun}",
        **{f"/job/{{subject_id}}/{verb}": f"/job/{job}/{verb}" for verb, job in steps.items()},
        "/job/{subject_id}/amend/{entry_id}": f"/job/{new}/amend/{opened}",
        "/job/{subject_id}/verify": f"/job/{done}/verify",
        "/review": "/review",
        "/review/{subject_type}/{subject_id}": f"/review/job/{begun}",
        "/reviewed/{subject_id}": f"/reviewed/{review}",
        "/reviewed/{subject_id}/verify": f"/reviewed/{review}/verify",
        **await _shifts(session),
        **await _trainings(session),
        **await _notices(session),
    }


async def _notices(session: Session) -> dict[str, str]:
    """Release an urgent outage for the whole estate, with a board and letterboxes, and leave a draft."""
    of, now = session.notices, session.now()
    house = next(iter(session.buildings_in(session.estate)))
    board = (await of.name_board("board", "大堂公告栏", house)).subject_id
    await of.name_board("letterbox", "一层信报箱", house)
    until = china_day(now + 7 * DAY)
    words = "因二次供水设备检修，高区停水，请提前储水。"
    form = NoticeForm("outage", "高区停水通知", words, until, (), True, False, now + HOUR, now + 5 * HOUR)
    out = (await of.draft(form)).subject_id
    await of.release(out)
    draft = (await of.draft(NoticeForm("fees", "停车收费标准调整", "自下月起调整。", until, prices=True))).entries[0]
    page = "/notice/{notice_id}"
    return {
        **{path: path for path in ("/notices", "/notices/new", "/boards/new")},
        "/board/{board_id}": f"/board/{board}",
        page: f"/notice/{out}",
        **await in_the_register(session, out),
        f"{page}/withdraw": f"/notice/{out}/withdraw",
        "/notice/{subject_id}/verify": f"/notice/{out}/verify",
        "/notice/{subject_id}/amend/{entry_id}": f"/notice/{draft.subject_id}/amend/{draft.id}",
    }


async def _trainings(session: Session) -> dict[str, str]:
    """Hold a session, and mark somebody who fails once and somebody who fails twice."""
    of, now = session.trainings, session.now()
    people = [one.id for one in of.trainees()]
    await of.hold(session.new_id(), "safety", "", 45, now, people)
    failed, twice = [(await of.mark(MarkForm(one, "manner", 40, 5))).entries[0] for one in people[:2]]
    await of.resit(twice.subject_id, 30, 6)
    page = "/training/{subject_id}"
    return {
        **{path: path for path in ("/trainings", "/trainings/session", "/trainings/mark", "/trainings/induct")},
        "/trainings/attend": "/trainings/attend",
        "/trainings/file/{staff_id}": f"/trainings/file/{people[0]}",
        page: f"/training/{failed.subject_id}",
        f"{page}/resit": f"/training/{failed.subject_id}/resit",
        f"{page}/warn": f"/training/{twice.subject_id}/warn",
        f"{page}/amend/{{entry_id}}": f"/training/{failed.subject_id}/amend/{failed.id}",
        f"{page}/verify": f"/training/{twice.subject_id}/verify",
    }


async def _shifts(session: Session) -> dict[str, str]:
    """Hand a shift over: one that nobody has signed for, another that nobody takes over."""
    lacks = {"things": "missing", "lacking": "对讲机一部", "note": "水泵房有人施工"}
    begin = replace(session.shifts.begin(), post="东门岗", **lacks)  # type: ignore[arg-type]
    remarks = {one.card.id: "等配件" for one in session.shifts.open_now(begin.from_at)}
    to = session.shifts.successors()[0].id
    waits = (await session.shifts.hand(replace(begin, remarks=remarks, successor_id=to))).entries[0]
    left = (await session.shifts.hand(replace(begin, post="前台", remarks=remarks))).subject_id
    page = f"/shift/{waits.subject_id}"
    return {
        "/shift-over": "/shift-over",
        "/shift/{subject_id}": page,
        "/shift/{subject_id}/take": f"{page}/take",
        "/shift/{subject_id}/amend/{entry_id}": f"{page}/amend/{waits.id}",
        "/shift/{subject_id}/verify": f"/shift/{left}/verify",
    }


async def follow_ups(session: Session, home: str) -> dict[str, str]:
    """Make follow-ups at each stage: to be asked, to be signed, to be signed again, to be reviewed."""
    # At another door: the page of ``home`` would list what is open there.
    door = next(hit.household for hit in session.doors.find("", 5) if hit.household.id != home)

    async def owed() -> str:
        subject_id = session.new_id()
        body = {
            "source": "complaint", "about": "门口堆了垃圾", "address": door.address, "household_id": door.id,
            "building_id": door.building_id, "unit_id": door.unit_id, "drawn": "by_hand",
            "due_at": session.now() + 20 * DAY,  # last on 今日
            "owner_id": session.profile.staff_id, "contact_name": NAME, "contact_phone": "13800138001",
        }  # fmt: skip
        await session.record(FOLLOW_UP, subject_id, "follow_up_planned", body)
        return subject_id

    def asked(follow_up: str, way: str) -> FollowUpForm:
        return FollowUpForm(
            follow_up, session.new_id(), way, name=NAME, capacity="self", satisfied=True, said="可以", settled=True
        )

    to_ask, again, done = await owed(), await owed(), await owed()
    await session.follow_ups.record(asked(again, "door"))
    said = await session.follow_ups.record(asked(done, "phone"))
    return {
        **{path: path for path in ("/follow-ups", "/follow-ups/plan", "/follow-ups/figures", "/follow-ups/new")},
        "/follow-up/{follow_up_id}": f"/follow-up/{done}",
        "/follow-up/{follow_up_id}/ask": f"/follow-up/{to_ask}/ask",
        "/follow-up/{follow_up_id}/ask/ticket": f"/follow-up/{to_ask}/ask/ticket",
        "/follow-up/{follow_up_id}/ask/matter": f"/follow-up/{to_ask}/ask/matter",
        "/follow-up/{follow_up_id}/ask/sign": f"/follow-up/{to_ask}/ask/sign",
        "/follow-up/{follow_up_id}/sign": f"/follow-up/{again}/sign",
        "/follow-up/{follow_up_id}/review": f"/follow-up/{done}/review",
        "/follow-up/{follow_up_id}/move": f"/follow-up/{to_ask}/move",
        "/follow-up/{follow_up_id}/excuse": f"/follow-up/{to_ask}/excuse",
        "/follow-up/{subject_id}/amend/{entry_id}": f"/follow-up/{done}/amend/{said.entries[0].id}",
        "/follow-up/{subject_id}/verify": f"/follow-up/{done}/verify",
    }


async def duties(session: Session, home: str) -> dict[str, str]:
    """Make a visit duty that was excused, at another door: the page of ``home`` would list what is owed there."""
    doors = [hit.household for hit in session.doors.find("", 5) if hit.household.id != home]
    owed, other = map(session.duties.at_door, doors[:2])
    assert owed is not None and other is not None
    await session.duties.excuse(owed, "全家外出")
    return {
        "/duties": "/duties",
        "/duties/hand-over/{owner}": f"/duties/hand-over/{other.owner}",
        "/duties/{duty_id}": f"/duties/{other.id}",
        "/visit-plan": "/visit-plan",
        "/visit-plan/{household_id}": f"/visit-plan/{home}",
        "/my-month": "/my-month",
        "/duty/{subject_id}": f"/duty/{owed.id}",
        "/duty/{subject_id}/verify": f"/duty/{owed.id}/verify",
    }


async def analyses(session: Session) -> dict[str, str]:
    """Make an analysis of a quarter's complaints that is approved, so that it is on nobody's page 今日."""
    form = AnalysisForm("service", quarter_of(china_day(session.now())), "巡查少", "加派一人", "每周抽查")
    written = (await session.analyses.write(form)).entries[0]
    await session.analyses.approve(written.subject_id, written.id)
    return {
        "/analysis/{analysis_id}": f"/analysis/{written.subject_id}",
        "/analysis/{subject_id}/verify": f"/analysis/{written.subject_id}/verify",
        "/analysis-write/{department}/{quarter}": f"/analysis-write/{form.department}/{form.quarter}",
    }


def publish_and_withdraw(store: Store) -> None:
    """Have forms published, replaced, and withdrawn: pages that offer forms are as they are in a company without any,
    and what was filled in under their first version is in order."""
    for make in (vacant_check, contacts, special_care):
        publish(store, make("1"), make("2"))
        with store.numbered() as write:
            published_forms.withdraw(write, read(make()).id, None, None)


def have_a_route(store: Store) -> None:
    """Have a patrol route of two points that is walked all day by the guards, so it is on nobody's page 今日."""
    text = """
[[point]]
name = "大堂"
[[point]]
name = "配电房"
walk = 60
[[route]]
name = "公共区域"
rounds = ["00:00-24:00"]
points = ["大堂", "配电房"]
"""
    with store.numbered() as write:
        patrol_file.put(write, text, "")


def have_a_handbook(store: Store) -> None:
    """Have the built-in handbook, of which nobody on whose phone this is has to sign a page, and a second version of
    one."""
    pages = [replace(one, must_read=("archivist",) if one.must_read else ()) for one in built_in_pages()]
    for some in (pages, [replace(one, order=one.order + 1) for one in pages if one.page == PAGE_NAME]):
        with store.numbered() as write:
            published_pages.publish(write, some, None, None)


async def handbook(session: Session) -> dict[str, str]:
    """Sign a page as read, and give the paths of the handbook."""
    pages = {page.page: page for page in session.handbook.pages()}
    page = pages[PAGE_NAME]
    said = {"page_id": page.id, "version": page.version, "digest": page.hash, "title": page.said("zh")}
    read = (await session.record(READING, session.new_id(), "page_read", said)).subject_id
    of, route = f"/handbook/page/{page.id}", "/handbook/page/{page_id}"
    return {
        **{path: path for path in ("/handbook", "/handbook-office", "/handbook-office/publish", "/tour")},
        "/handbook/about/{subject_type}/{subject_id}": "/handbook/about/visit/new",
        route: of,
        f"{route}/readers": f"{of}/readers",
        f"{route}/versions": f"{of}/versions",
        f"{route}/version/{{version}}": f"{of}/version/1",
        "/handbook-office/page/{page_id}": f"/handbook-office/page/{page.id}",
        "/reading/{subject_id}": f"/reading/{read}",
        "/reading/{subject_id}/verify": f"/reading/{read}/verify",
    }


async def owed(session: Session, home: str) -> dict[str, str]:
    """Give the paths of vacant units, of the round of ``have_a_route``, and of meter rounds, of which there are
    none: no form is in force (``publish_and_withdraw``)."""
    unit = session.units.rows()[0].id if session.units.rows() else getattr(session.home(home), "unit_id", "")
    (one,) = session.patrols.rounds()[-1:]
    return {
        "/units": "/units",
        "/unit/{unit_id}": f"/unit/{unit}",
        "/patrols": "/patrols",
        "/meters": "/meters",
        "/meters/{round_id}": f"/meters/{one.id}",
        "/patrol/{route_id}/{period}": f"/patrol/{one.route.id}/{one.period}",
    }


def ask_at_the_door(store: Store) -> str:
    """Have a resident ask by the card at their door; the id of the matter."""
    with store.read() as connection:
        unit = connection.execute(select(tables.units).order_by(tables.units.c.id)).first()
        assert unit is not None
    door = Door("H00000000", unit.id, unit.building_id, unit.address, "", "荔园", "")
    asked = Asked("11111111-1111-4111-8111-111111111111", "repair", "厨房水管漏水", "13800138001", None)
    number = door_requests.ask(store, door, asked, "192.0.2.1")
    with store.read() as connection:
        found = door_requests.door_requests.c
        return str(connection.scalar(select(found.matter_id).where(found.number == number)))


async def forms(session: Session, elsewhere: Session) -> dict[str, str]:
    """Have somebody else fill in two forms: one was ended before it was signed, one waits for an opinion. Both are on
    nobody's page 今日. The form is that of ``publish_and_withdraw``."""
    digest = sha256_hex(FORM)
    filled = []
    for unsigned in ("", "没有人"):
        draft = FormDraft(digest, session.new_id(), session.new_id(), session.now(), where=Where(address="水泵房"))
        filling = elsewhere.cases.filling(draft)
        for name, value in {"cold": "12", "hot": "30", "windows": "yes"}.items():
            filling.answer(filling.find(name), value)
        saved = await elsewhere.cases.record(replace(draft, unsigned_reason=unsigned), filling)
        filled.append((draft.case_id, saved.entries[0].id))
    await elsewhere.sync_now()
    await session.sync_now()
    await session.record(CASE, filled[0][0], "case_ended", {"reason": "已经不需要"})
    (to_sign, entry), (done, _) = filled
    begun = session.new_id()
    session.save_draft(f"form:{begun}", {"form": digest, "title": "空置房检查", "photo_for": "cold", "_once": begun})
    office = f"/office-forms/{(await session.form_office.told()).forms[0].id}"
    return {
        **{path: path for path in ("/office-forms", "/office-forms/new", "/office-forms/new/try")},
        "/office-forms/{published_id}": office,
        "/office-forms/{published_id}/try": f"{office}/try",
        "/forms": "/forms",
        "/forms/watched": "/forms/watched",
        "/forms/print": "/forms/print",
        "/form/{digest}/{case_id}": f"/form/{digest}/{session.new_id()}",
        "/case/{case_id}": f"/case/{to_sign}",
        "/case/{case_id}/sign": f"/case/{to_sign}/sign",
        "/case/{case_id}/not-signed": f"/case/{to_sign}/not-signed",
        "/case/{case_id}/review": f"/case/{done}/review",
        "/case/{case_id}/end": f"/case/{done}/end",
        "/case/{case_id}/photo/{of}": f"/case/{begun}/photo/{begun}",
        "/case/{subject_id}/amend/{entry_id}": f"/case/{to_sign}/amend/{entry}",
        "/case/{subject_id}/verify": f"/case/{to_sign}/verify",
    }


async def survey(session: Session, home: str) -> dict[str, str]:
    """Hand a sheet of the last round out at one door, and open, count and end the round."""
    period = session.surveys.period()
    door = session.surveys.door(period, home)
    assert door is not None
    await session.surveys.issue([door])
    said = {"period": period, "back_by": f"{period}-29", "count_by": f"{period}-30", "report_by": f"{period}-30"}
    round_ = round_id(session.estate or "", period)
    await session.record(ROUND, round_, "round_opened", said)
    await session.record(ROUND, round_, "round_counted", {"doors": 9, "issued": 9, "valid": 9})
    await session.record(ROUND, round_, "opinion_released", {"opinion": "加强夜间巡查"})
    return {
        "/survey": "/survey",
        "/survey/report/{period}": f"/survey/report/{period}",
        "/survey/link/{household_id}": f"/survey/link/{home}",
        "/survey-round/{subject_id}": f"/survey-round/{round_}",
        "/survey-round/{subject_id}/verify": f"/survey-round/{round_}/verify",
    }


def letters() -> dict[str, str]:
    """Give the path of an open letter that is being written."""
    return {path: path for path in ("/follow-ups/letter", "/follow-ups/letter/photo")}


def archives(home: str) -> dict[str, str]:
    """Give the paths of a household's archive, and of the list of doors to find one by."""
    archive = f"/household/{home}/archive"
    return {
        "/archives": "/archives",
        "/household/{household_id}/archive": archive,
        "/household/{household_id}/archive/class/{number}": f"{archive}/class/10",
    }


async def plain(session: Session, home: str) -> dict[str, str]:
    """Give the paths that need no preparation."""
    device = next(device.id for device in await session.devices.list())
    paths = {
        path: path
        for path in (
            "/", "/me", "/sync", "/households", "/prices", "/tickets", "/desk", "/confirm", "/flags", "/finance",
            "/ticket-new", "/put-on-phone", "/devices", "/news", "/join", "/scan", "/tag", "/keys", "/keys/disputed",
            "/keys/count", "/keys/labels", "/handover", "/registers", "/wall", "/reports",
        )
    }  # fmt: skip
    for path in ("/household/{household_id}", "/household/{household_id}/looks", "/ticket-new/{household_id}"):
        paths[path] = path.format(household_id=home)
    paths["/put-on-phone/{staff_id}"] = f"/put-on-phone/{session.profile.staff_id}"
    paths["/devices/{device_id}"] = f"/devices/{device}"
    paths["/reports/{name}"] = "/reports/month-end"
    paths["/join/{code}"] = "/join/7K3F-9QXM"
    return paths


async def news(session: Session) -> dict[str, str]:
    """Set up a channel of news, at an address where nobody answers; give the forms."""
    await session.news.put_channel(
        {"add": True, "name": "group", "kind": "wecom", "address": "http://127.0.0.1:9/send", "estate_key": None}
    )
    forms = {path: path for path in ("/news/channel-new", "/news/rule-new")}
    return forms | {"/news/channel/{name}": "/news/channel/group", "/news/rule/{name}": "/news/rule/not-accepted"}


async def register(session: Session) -> dict[str, str]:
    """Import an office's register as far as its preview."""
    content = workbook({"登记表": [["房号", "业主姓名", "联系电话"], ["3栋2单元1501", NAME, "14200000000"]]})
    state = await session.registers.begin(content)
    while state.stage != "preview":
        await asyncio.sleep(0.05)
        state = await session.registers.state(state.id)
        assert state.stage != "failed", state.message
    register = f"/registers/{state.id}"
    return {"/registers/{register_id}": register, "/registers/{register_id}/{kind}": f"{register}/notices"}
