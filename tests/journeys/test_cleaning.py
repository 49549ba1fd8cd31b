"""Cleaning on phones and a real server: signing in, checks that fail and what follows, the week's duties (Q)."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from app.actions import Session, form_duties
from app.actions.form_draft import FormDraft, Where
from app.domain.rules.duties import Duty
from app.domain.rules.patrols import Round
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import DONE, OPEN
from app.domain.subjects.job.kinds import JOB
from app.domain.subjects.place import PLACE
from app.domain.times import DAY, china_day
from app.store.queries import CardFilter
from sync_server.store.estate import patrol_file
from tests.forms.built_in import finish
from tests.journeys.conftest import Clock, MakeTown, Town
from tests.support.filled import built_in, fill
from tests.support.forms import publish

FORMS = ("cleaning_signin", "cleaning_check", "cleaning_recheck")
ROUTES = """
[[point]]
name = "大堂"

[[point]]
name = "车库"

[[point]]
name = "中心花园"
standard = "无枯枝、无杂草"
contractor = "绿源园林"

[[route]]
name = "早班签到"
owner = "cleaner"
form = "cleaning_signin"
own_point = true
rounds = ["00:00-24:00"]
points = ["大堂", "车库"]

[[route]]
name = "每日检查"
owner = "cleaning_lead"
form = "cleaning_check"
rounds = ["00:00-24:00"]
points = ["大堂", "中心花园"]
"""
STAFF = {"c1": "cleaner", "c2": "cleaner", "lead": "cleaning_lead", "env": "environment_supervisor"}


async def cleaners(town: Town) -> list[Session]:
    """Two cleaners, their lead and the environment supervisor, with forms and routes."""
    town.server.add_estate("LY")
    with town.server.store.numbered() as write:
        patrol_file.put(write, ROUTES, "")
    publish(town.server.store, *built_in(*FORMS))
    for login, role in STAFF.items():
        town.staff[login] = town.server.add_staff(login, role, name=login.upper())
    found = [await town.phone(login) for login in STAFF]
    await sync(*found)
    return found


async def sync(*sessions: Session) -> None:
    for session in sessions:
        status = await session.sync_now()
        assert (status.waiting, status.refused) == (0, 0)


async def at_point(session: Session, name: str, **answers: Any) -> str:
    """Fill in the form of a point, as a scan of its tag opens it."""
    round_ = next(one for one in session.patrols.open() if any(each.point.name == name for each in one.points))
    point = next(each.point for each in round_.points if each.point.name == name)
    form = session.units.form(point.form, "")
    assert form is not None
    where = Where(None, None, point.building_id, point.name)
    draft = FormDraft(form.hash, session.new_id(), session.new_id(), session.now(), where=where,
                      about=(PLACE, point.id), duty=round_.id, scanned=point.tag)  # fmt: skip
    filling = session.cases.filling(draft)
    for question, value in answers.items():
        filling.answer(filling.find(question), value)
    finish(filling)
    await session.cases.record(draft, filling)
    return draft.case_id


def day_of(round_: Round) -> date:
    return china_day(round_.opens)


def rechecks(session: Session) -> list[Duty]:
    return [one for one in session.duties.of_month() if one.rule == "cleaning_recheck"]


@pytest.mark.proves("Q1")
def test_q1_each_cleaner_signs_in_at_their_post_by_its_tag_and_the_lead_sees_who_is_missing(town: Town) -> None:
    async def play() -> None:
        one, two, lead, env = await cleaners(town)
        (morning,) = one.patrols.to_walk()
        case = await at_point(one, "大堂")
        assert one.patrols.to_walk() == [], "the other post is not theirs"
        assert [r.route.name for r in two.patrols.to_walk()] == ["早班签到"]
        assert one.patrols.at_tag(morning.points[1].point.tag) is not None, "who stands in there can sign in as well"
        await sync(one, lead, env)
        for boss in (lead, env):
            (seen,) = [r for r in boss.patrols.rounds() if r.route.name == "早班签到"]
            assert [(s.point.name, s.standing) for s in seen.points] == [("大堂", "done"), ("车库", "waiting")]
            card = boss.card(CASE, case)
            assert card is not None and (card.address, card.stage, card.opener) == ("大堂", DONE, town.staff["c1"])
        said = one.state(CASE, case).steps[0].body
        assert (said["scanned"], said["answers"]["place"]) == (morning.points[0].point.tag, "大堂")

    asyncio.run(play())


@pytest.mark.proves("Q2", "Q3")
def test_q2_what_is_poor_is_a_job_for_who_signed_in_there_and_is_looked_at_again_until_it_is_right(
    make_town: MakeTown,
) -> None:
    clock = Clock()
    town = make_town(clock)

    async def play() -> None:
        one, _, lead, env = await cleaners(town)
        await at_point(one, "大堂")
        await sync(one, lead)
        (day,) = lead.patrols.to_walk()
        assert [s.point.form for s in day.points] == ["cleaning_check"] * 2, "one tag, on each route its own form"
        assert [s.standing for s in day.points] == ["waiting"] * 2, "who signs in has checked nothing"
        garden = await at_point(lead, "中心花园", score="5")
        assert lead.state(CASE, garden).stage == DONE and rechecks(lead) == []
        case = await at_point(lead, "大堂", area="lobby", score="2", wrong="dust", photo="a" * 64)
        assert lead.patrols.to_walk() == [], "all areas of the day are done"
        (card,) = lead.cards(CardFilter(type=JOB))
        job = lead.jobs.view(card.id).state
        assert (job.receiver, card.address) == (town.staff["c1"], "大堂")
        assert "2 差" in card.content and job.requirements.startswith("地面无垃圾")
        assert job.due_at is not None and 2.9 < (job.due_at - lead.now()) / 3_600_000 <= 3
        assert lead.state(CASE, case).stage == OPEN and set(lead.cases.watched()) == {"to_recheck"}
        await sync(lead, env, one)
        assert [one.card(JOB, card.id) is not None, env.card(JOB, card.id) is not None] == [True, True]
        (duty,) = rechecks(lead)
        assert (duty.owner, china_day(duty.due)) == (town.staff["lead"], china_day(lead.now()) + timedelta(days=1))
        clock.ahead = town.clocks["lead"].ahead = 2 * DAY
        assert rechecks(lead)[0].standing(lead.now()) == "late"
        await fill(lead, "cleaning_recheck", Where(address="大堂"), case, score="3", wrong="dust", photo="b" * 64)
        assert len(lead.cards(CardFilter(type=JOB))) == 2 and lead.state(CASE, case).stage == OPEN
        await fill(lead, "cleaning_recheck", Where(address="大堂"), case, score="4")
        assert lead.state(CASE, case).stage == DONE and lead.cases.watched() == {}
        assert all(not one.owed for one in rechecks(lead))
        then = form_duties.rounds(lead, lead.patrols.routes(), day_of(day), lead.now())
        yesterday = [r for r in then if r.id == day.id]
        assert [s.standing for s in yesterday[0].points] == ["done"] * 2, "the check that was carried on still counts"
        await sync(lead, env)
        assert town.server.store.verify_everything() is not None

    asyncio.run(play())
