"""A community event from its plan to the follow-ups (U1, U3), and a meeting whose tasks become jobs (R5)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

import pytest
import requests
from sqlalchemy import select

from app.actions import Session
from app.actions.form_draft import FormDraft, Where
from app.domain import roles
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import DONE
from app.domain.subjects.job.kinds import JOB
from app.domain.times import DAY, at_china, china_day
from app.domain.wire.canonical import sha256_hex
from app.store.queries import CardFilter
from app.ui.subjects.case.paths import path_of
from sync_server.labels import DoorCard
from sync_server.store.estate import tagging
from sync_server.store.subjects.follow_up.planning import closings
from tests.forms.built_in import compiled
from tests.journeys.conftest import Town
from tests.support.field_work import signature
from tests.support.forms import publish
from tests.support.pictures import picture
from tests.support.screens import screens

FORMS = ("event_plan", "event_signup", "event_came", "event_result", "meeting_minutes")


@pytest.fixture
def centre(town: Town) -> Town:
    """A town with a culture clerk, a steward and the manager, and the forms of events and meetings."""
    town.staff["c1"] = town.server.add_staff("c1", roles.CULTURE_CLERK)
    town.staff["s1"] = town.server.add_staff("s1", roles.STEWARD, buildings=("building-3",))
    town.staff["m1"] = town.server.add_staff("m1", roles.MANAGER)
    publish(town.server.store, *(data for name in FORMS if (data := compiled(name).definition)))
    return town


def doors_with_cards(town: Town, *rooms: str) -> list[DoorCard]:
    """Another building of the town with these doors, each with a card."""
    if not town.server.store.estates():
        town.server.add_estate("LY", "荔园")
    building = town.server.add_building("5")
    for room in rooms:
        town.server.add_household(building, room, "欧阳", unit_id=str(uuid4()))
    cards = tagging.door_cards(town.server.store, None, building)
    return sorted(cards, key=lambda one: one.address)


async def fill(session: Session, name: str, answers: Mapping[str, str], case_id: str = "", **more: object) -> str:
    """Fill a form in, and return its case."""
    latest = session.cases.latest(name)
    assert latest is not None
    draft = FormDraft(latest.hash, case_id or session.new_id(), session.new_id(), session.now(), **more)  # type: ignore[arg-type]
    filling = session.cases.filling(draft)
    for path, value in answers.items():
        filling.answer(filling.find(path), value)
    await session.cases.record(draft, filling)
    return draft.case_id


async def sign_up(session: Session, event: str, name: str, **more: str) -> str:
    """Sign somebody up to an event, as the event's page does."""
    begins = session.events.sign_up(event)
    assert begins is not None
    said = {"name": name, "phone": "13800001111", "people": "2", "photos": "no"} | begins["kept"] | more
    return await fill(session, "event_signup", said, about=(CASE, event), where=Where(address="3栋"))


@pytest.mark.proves("U3")
def test_an_event_is_approved_signed_up_to_attended_and_one_in_ten_who_came_is_asked_within_a_month(
    centre: Town,
) -> None:
    async def play() -> None:
        clerk, steward, manager = [await centre.phone(who) for who in ("c1", "s1", "m1")]
        for session in (clerk, steward, manager):
            await session.sync_now()
        today = china_day(clerk.now())
        plan = {
            "name": "中秋游园", "day": today.isoformat(), "begins": "15:00:00", "place": "中心花园", "people": "30",
            "budget": "1200", "safety": "guard aid",
        }  # fmt: skip
        event = await fill(clerk, "event_plan", plan)
        await clerk.sync_now()
        lacks = [one.zh for found in clerk.cases.view(event).lacks.values() for one in found]
        assert lacks == ["经理还没有签名批准"]
        await manager.sync_now()
        for signer in ("staff", "manager"):
            await manager.sign(signature(manager.signing_content(CASE, event, CASE), "王", signer, "staff"))
        for session in (manager, clerk, steward):
            await session.sync_now()
        assert [card.id for card in steward.cases.watched().get("coming", [])] == [event]
        for number in range(7):
            await sign_up(steward, event, f"住户{number}")
        for number in range(7, 12):
            await sign_up(clerk, event, f"住户{number}")
        for session in (steward, clerk):
            await session.sync_now()
        await clerk.sync_now()
        listed = clerk.events.guests(event)
        assert len(listed) == 12 and sum(one.people for one in listed) == 24
        assert len(steward.events.guests(event)) == 7  # names and phones of others' guests are not theirs to read
        async with screens(clerk, path_of(event)) as seen:
            assert "12 户报名，24 人" in seen.words() and "不拍照" in seen.words()
            await seen.tap(f"came-{listed[0].card.id[-8:]}")  # one tap
            assert "到了 1 户，2 人" in seen.words()
            await seen.tap("sign-up")
            assert seen.path.startswith("/form/") and "中秋游园" in "".join(
                str(getattr(one, "value", "")) for one in seen.controls()
            )
        for guest in listed[1:10]:
            await clerk.events.came(guest, guest.people)
        await clerk.events.came(listed[10], 0)
        after = [one.came for one in clerk.events.guests(event)]
        assert (after.count(None), after.count(0), after.count(2)) == (1, 1, 10)
        assert [card.id for card in clerk.todo.mine()[0] if card.type == CASE] == [event], "the summary is next"
        await clerk.sync_now()

    asyncio.run(play())
    with centre.server.store.read() as connection:
        found = connection.execute(select(closings).where(closings.c.source == "event")).all()
    assert len(found) == 10, "who did not come, and of whom nobody said so, is not asked"
    assert len([one for one in found if one.drawn]) == 1


@pytest.mark.proves("R5")
def test_what_a_meeting_decides_becomes_jobs_of_whom_it_names_until_their_day(centre: Town) -> None:
    async def play() -> None:
        manager = await centre.phone("m1")
        await manager.sync_now()
        latest = manager.cases.latest("meeting_minutes")
        assert latest is not None
        draft = FormDraft(latest.hash, manager.new_id(), manager.new_id(), manager.now())
        filling = manager.cases.filling(draft)
        by = china_day(manager.now()) + timedelta(days=3)
        steward_name = manager.staff_name(centre.staff["s1"])
        tasks = (("清理楼道堆物", steward_name), ("联系电梯厂", "电梯厂老周"), ("通报上周投诉", ""))
        for name, value in {"kind": "friday", "chair": "王经理", "present": "8"}.items():
            filling.answer(filling.find(name), value)
        for what, who in tasks:
            row = filling.add_row(filling.root, "topic")
            said = {"what": what} | ({"task": "yes", "who": who, "by": by.isoformat()} if who else {})
            for name, value in said.items():
                filling.answer(row.kids[name][0], value)
        filling.answer(filling.find("read"), "OK")
        for _ in range(2):  # a second tap sends nobody the same job again
            await manager.cases.record(draft, filling)
        sent = {card.content.partition("，")[0]: card for card in manager.cards(CardFilter(type=JOB))}
        assert {what: card.assignee for what, card in sent.items()} == {
            "清理楼道堆物": centre.staff["s1"], "联系电梯厂": centre.staff["m1"],
        }  # fmt: skip
        assert len(manager.cases.view(draft.case_id).raised) == 2
        status = await manager.sync_now()
        assert (status.waiting, status.refused) == (0, 0)
        steward = await centre.phone("s1")
        await steward.sync_now()
        (mine,) = steward.todo.mine()[0]
        assert mine.content.startswith("清理楼道堆物")
        assert steward.jobs.view(mine.id).state.due_at == at_china(by, 23, 59)

    asyncio.run(play())


@pytest.mark.proves("U1")
def test_residents_sign_up_at_their_door_until_the_last_place_and_the_event_goes_on_to_its_summary(
    centre: Town,
) -> None:
    """U1 whole: planned, approved, signed up to at a door and by a steward, ticked, photographed, summed up."""
    server = centre.server
    (door,) = doors_with_cards(centre, "1502")
    at_door = f"{server.url}/d/{door.code}"

    async def play() -> None:
        clerk, manager = [await centre.phone(who) for who in ("c1", "m1")]
        day = (china_day(clerk.now()) + timedelta(days=2)).isoformat()
        plan = {
            "name": "中秋<游园>", "day": day, "begins": "15:00:00", "place": "中心花园", "people": "8",
            "budget": "1200", "safety": "guard aid",
        }  # fmt: skip
        event = await fill(clerk, "event_plan", plan)
        await clerk.sync_now()
        page = f"{at_door}/e/{event}"
        assert (
            "中秋" not in requests.get(at_door, timeout=10).text and requests.get(page, timeout=10).status_code == 404
        )
        await manager.sync_now()
        for signer in ("staff", "manager"):
            await manager.sign(signature(manager.signing_content(CASE, event, CASE), "王", signer, "staff"))
        for session in (manager, clerk):
            await session.sync_now()

        shown = requests.get(at_door, timeout=10).text
        assert "中秋&lt;游园&gt;" in shown and "还有 8 个名额" in shown and f"/d/{door.code}/e/{event}" in shown
        form = requests.get(page, timeout=10).text
        once = re.search(r'name="once" value="([^"]+)"', form)
        assert once is not None and 'name="event"' not in form and "欧阳" not in form
        said = {"once": once[1], "name": "<b>李</b>", "phone": "138 0000 1111", "people": "5", "photos": "adults"}
        lacking = requests.post(page, data=said | {"phone": "打给我"}, timeout=10)
        assert lacking.status_code == 422 and "&lt;b&gt;李" in lacking.text and "至少 7 位" in lacking.text
        first, again = [requests.post(page, data=said, timeout=10) for _ in range(2)]
        number = re.search(r"H\d{8}-001", first.text)
        assert first.status_code == again.status_code == 200 and first.text == again.text and number is not None
        over = requests.post(page, data=said | {"once": str(uuid4()), "people": "4"}, timeout=10)
        assert over.status_code == 422 and "还剩 3 个" in over.text

        await clerk.sync_now()
        (guest,) = clerk.events.guests(event)
        assert (guest.name, guest.people, guest.photos, guest.came) == ("<b>李</b>", 5, "adults", None)
        assert (guest.card.number, guest.card.address) == (number[0], "5栋1单元1502")
        assert [card.id for card in clerk.cards(CardFilter(type=CASE, text=number[0]))] == [guest.card.id]
        steps = clerk.steps_of(CASE, guest.card.id)
        assert [step.kind for step in steps] == ["form_filled"], "the server finds nothing wrong with it"
        await sign_up(clerk, event, "管家代报", people="3")
        await clerk.sync_now()
        assert "网上名额已满" in requests.get(at_door, timeout=10).text
        full = requests.post(page, data=said | {"once": str(uuid4()), "people": "1"}, timeout=10)
        assert full.status_code == 409 and "已经不能报名" in full.text

        centre.clocks["c1"].ahead = 2 * DAY
        for one in clerk.events.guests(event):
            await clerk.events.came(one, one.people)
        latest = clerk.cases.latest("event_result")
        assert latest is not None
        draft = FormDraft(latest.hash, event, clerk.new_id(), clerk.now())
        filling = clerk.cases.filling(draft)
        shot = picture(640, 480)
        await clerk.photos.hold(draft.once, shot, "record", once=clerk.new_id())
        for path, value in {"people": "8", "shows": "neither", "photo": sha256_hex(shot.data), "spent": "900"}.items():
            filling.answer(filling.find(path), value)
        await clerk.cases.record(draft, filling)
        view = clerk.cases.view(event)
        assert view.state.stage == DONE and len(view.state.filled) == 2 and not view.state.flags
        assert [one.came for one in clerk.events.guests(event)] == [5, 3]

    asyncio.run(play())
