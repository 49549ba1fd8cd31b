"""Mail, parking permits and other services on two phones and the server, on both databases (L, X, Y3)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from app.actions.form_draft import Where
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.kinds import CASE
from app.domain.times import china_day, month_name
from app.domain.wire.errors import Problem
from app.store.queries import CardFilter
from sync_server.store.reports.working import work_out
from tests.journeys.conftest import Town
from tests.journeys.test_chains import at_home, reasons, sent
from tests.support.filled import built_in, fill, sign_all
from tests.support.forms import publish
from tests.support.reports import counted

CAR = {"until": "2099-01-31", "plate": "粤B12345"}


@pytest.mark.proves("Y3")
def test_y3_a_permits_number_is_given_once_on_the_phone_and_what_two_gave_offline_is_told(town: Town) -> None:
    publish(town.server.store, *built_in("parking_permit", "parking_back"))
    other_home = town.server.add_household(town.building, "1502")["household_id"]
    other_door = Where(household_id=other_home, building_id=town.building, address="3栋1单元1502")

    async def play() -> None:
        desk, other = await town.phone("d1"), await town.phone("d2")
        await sent(desk, other)
        first = await fill(desk, "parking_permit", at_home(town), permit="A 017", space="B1-023", **CAR)
        with pytest.raises(Problem) as told:
            await fill(desk, "parking_permit", other_door, permit="a017", **CAR)
        assert "A017 已经发给 3栋1单元1501" in told.value.message("zh")
        second = await fill(other, "parking_permit", other_door, permit="A017", **CAR)  # has not heard of it
        await sent(desk, other, desk)
        assert reasons(desk, first) == [] and reasons(desk, second) == ["step_lacks"]
        (checked,) = [step.entry.body for step in desk.steps_of(CASE, second) if step.kind == "form_checked"]
        assert checked["why_zh"] == "号码 A017 已经发给 3栋1单元1501"
        await fill(desk, "parking_back", at_home(town), first, why="sold")
        await fill(desk, "parking_back", other_door, second, why="lost")
        await sign_all(desk, first)
        await fill(desk, "parking_permit", at_home(town), permit="A017", **CAR)  # free again

    asyncio.run(play())


@pytest.mark.proves("Y3")
def test_y3_permits_that_expire_are_listed_and_a_permit_is_nobodys_task(town: Town) -> None:
    publish(town.server.store, *built_in("parking_permit", "parking_back"))

    async def play() -> None:
        desk = await town.phone("d1")
        for number, days in (("A1", 10), ("A2", 200)):
            until = (china_day(desk.now()) + timedelta(days)).isoformat()
            case = await fill(desk, "parking_permit", at_home(town), permit=number, plate="粤B12345", until=until)
            await sign_all(desk, case)
        await sent(desk)
        assert {name: [c.number for c in found] for name, found in desk.cases.watched().items()} == {
            "permit_expiring": ["A1"]
        }
        assert set(desk.cases.watched("粤B12345")) == {"permit_expiring", "permit_valid"}
        town.clocks["d1"].ahead = 11 * 24 * 3_600_000
        assert list(desk.cases.watched()) == ["permit_expired"]
        today = desk.today()
        assert [one for one in (*today.tickets, *today.waiting) if one.type == CASE] == []

    asyncio.run(play())


@pytest.mark.proves("L3")
def test_l3_a_steward_sees_the_mail_of_their_own_households_and_no_list_knows_who_sent_it(town: Town) -> None:
    publish(town.server.store, *built_in("mail_received", "mail_told", "mail_collected"))
    far = town.server.add_building("9")
    town.staff |= {
        "s1": town.server.add_staff("s1", "steward", name="S1", buildings=(town.building,)),
        "s2": town.server.add_staff("s2", "steward", name="S2", buildings=(far,)),
    }

    async def play() -> None:
        desk, mine, others = [await town.phone(login) for login in ("d1", "s1", "s2")]
        await sent(desk)
        case = await fill(desk, "mail_received", at_home(town), kind="registered", damaged="no", name="张伟",
                          **{"from": "某某医院"})  # fmt: skip
        await sent(desk, mine, others)
        wanted = CardFilter(type=CASE)
        assert [c.id for c in mine.cards(wanted)] == [case] and others.cards(wanted) == []
        (card,) = mine.cards(CardFilter(type=CASE, text="张伟"))
        assert card.as_(CaseCard).known == {"name": "张伟"}
        assert "某某医院" not in repr(card) and "某某医院" not in card.words()
        assert mine.cards(CardFilter(type=CASE, text="某某医院")) == []
        assert "某某医院" in str(mine.cases.view(case).state.last["shown"]), "on its own page it stands"

    asyncio.run(play())
    store = town.server.store
    month = counted(store, "mail", month_name(china_day(store.now())))
    assert {name: month[name] for name in ("begun", "running", "open", "form-mail_received")} == {
        "begun": 1, "running": 1, "open": 1, "form-mail_received": 1,
    }  # fmt: skip
    with store.read() as connection:
        listed = work_out(connection, None, "mail", month_name(china_day(store.now())), store.now()).figures
    assert "某某医院" not in repr(listed), "nor the report"
