"""A home is handed over offline, signed once, and everybody's phone knows who lives there; a household that ends leaves
nothing to the next one (G, H6, J, Y2)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import insert
from uuid6 import uuid7

from app.actions import Session
from app.actions.form_draft import Where
from app.actions.models import TicketForm
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.times import china_day
from app.domain.wire.entries import Entry
from app.domain.wire.errors import Problem
from app.domain.writing.tags import KEY, Tag
from app.store.queries import CardFilter
from app.ui.shown import shown_lines
from sync_server.store import tables as t
from sync_server.store.estate import refs
from sync_server.store.taking.feed import publish_refs
from sync_server.store.types import moment
from tests.journeys.conftest import Town
from tests.support import field_work as work
from tests.support.filled import built_in, fill, open_form, sign_all
from tests.support.forms import publish

FORMS = ("move_in_facts", "move_in_rooms", "move_in_items", "move_in_papers", "move_in_rest", "vacant_check",
         "change_of_household")  # fmt: skip
ADDRESS = "3栋1单元1601"
ALL = "identity agreement rules account archive decoration"


def vacant_unit(town: Town) -> str:
    """Build a unit in which nobody has lived yet; return its id."""
    unit = str(uuid7())
    row = {"id": unit, "building_id": town.building, "entrance": "1", "floor": 16, "room": "1601", "area": None,
           "address": ADDRESS}  # fmt: skip
    with town.server.store.numbered() as write:
        write.execute(insert(t.units).values(row | {"changed_at": moment(write.now)}))
        publish_refs(write, [("unit", unit, refs.scopes_of("unit", row, ""))])
    return unit


async def start(town: Town) -> tuple[Session, Session, Where]:
    """A steward's phone and the desk's, with the forms and a vacant unit."""
    unit = vacant_unit(town)
    publish(town.server.store, *built_in(*FORMS))
    town.staff["s1"] = town.server.add_staff("s1", "steward", name="S1", buildings=(town.building,))
    steward, desk = await town.phone("s1"), await town.phone("d1")
    return steward, desk, Where(unit_id=unit, building_id=town.building, address=ADDRESS)


async def stocked(desk: Session, where: Where, serial: str = "0001") -> tuple[str, str]:
    """A new unit's three keys in stock, with their tag."""
    tag, key = Tag(KEY, desk.keys.tag_mark or "TST", serial).code, desk.new_id()
    await work.hand(desk, "stocked", key, name="入户门钥匙", pieces=3, rack="N-1", unit_id=where.unit_id, tag=tag)
    return key, tag


async def sent(*sessions: Session) -> None:
    for session in sessions * 2:
        status = await session.sync_now()
        assert (status.waiting, status.refused, status.problem) == (0, 0, None), session.unsent()


def begun(session: Session, case: str) -> Entry | None:
    """What the server made of a case in the register."""
    return cast(CaseState, session.state(CASE, case)).begun_household


async def to_papers(session: Session, where: Where, tag: str, **papers: str) -> str:
    """Fill in the papers of a hand-over, one after the other; a fault in the bathroom is found on the way."""
    case = await fill(session, "move_in_facts", where, who="owner", name="赵新", phone="13900001111", people="2",
                      emergency_name="钱", emergency_phone="13900002222")  # fmt: skip
    await fill(session, "move_in_rooms", where, case, right="living kitchen", accepted="later", water="1.5", power="20",
               repaired_by=china_day(session.now() + 9 * 86_400_000).isoformat(),
               room=[{"which": "bath", "wrong": "leak"}, {"which": "balcony", "wrong": "window"}])  # fmt: skip
    await fill(session, "move_in_items", where, case, complete="yes",
               thing=[{"what": "door_key", "number": "3", "tag": tag}, {"what": "manual", "number": "1"}])  # fmt: skip
    day = china_day(session.now())
    said = {"done": ALL, "moves_in": day.isoformat(), "welcome": "flowers letter"} | papers
    await fill(session, "move_in_papers", where, case, **said)
    return case


@pytest.mark.proves("J1", "J2", "J5", "J6", "H6", "G1")
def test_a_home_is_handed_over_offline_and_every_phone_knows_who_lives_there(town: Town) -> None:
    async def play() -> None:
        steward, desk, where = await start(town)
        key, tag = await stocked(desk, where)
        await sent(desk, steward)
        assert [row.address for row in desk.units.rows()] == [ADDRESS]
        _, items = open_form(steward, "move_in_items", where)
        assert "入户门钥匙 3 把（N-1）" in items.label(items.find("stocked"))
        town.server.stop()
        case = await to_papers(steward, where, tag)
        view = steward.cases.view(case)
        papers = view.state.filled
        assert view.state.to_sign == ((papers[-1].entry.id, "resident"), (papers[-1].entry.id, "staff"))
        content = steward.signing_content(CASE, case, CASE)
        lines = "\n".join(shown_lines(content.facts, CASE, content.day))
        for one in papers:
            assert str(one.body["title"]) in lines, "each paper is named, and read before it is signed"
        assert "渗漏、空鼓" in lines and lines.count("维修单") == 2, (
            "what is to be put right is what they sign for (J2)"
        )
        assert steward.keys.view(key).state.stage == "on_rack"
        await steward.sign(work.signature(content, "赵新"))
        assert steward.keys.view(key).state.stage == "on_rack", "both sides sign"
        await sign_all(steward, case)
        state = steward.cases.view(case).state
        assert (state.stage, state.signature, state.to_sign) == ("done", "intact", ())
        assert {(one.entry.id, "resident") for one in papers} <= state.signed, "one signature, four papers"
        issued = steward.keys.view(key).state
        assert (issued.stage, issued.hands.name, issued.case_id) == ("issued", "赵新", case)
        town.server.start()
        await sent(steward, desk)
        assert desk.keys.unit_keys().issued == desk.keys.unit_keys().stocked == 3
        for session in (steward, desk):
            (hit,) = session.doors.find("1601")
            home = hit.household
            assert (home.name, home.status, home.people[0].phone) == ("赵新", "living", "13900001111")
            assert session.units.rows() == [], "nobody checks a home in which somebody lives (H6)"
            assert begun(session, case) is not None and not session.flags()
        due = steward.doors.view(home.id).visit_due
        assert due is not None and due.reason == "move_in", "a visit within a month (J5)"
        tickets = desk.cards(CardFilter(type=TICKET), 0, 9)
        assert sorted(one.content[:2] for one in tickets) == ["卫生", "阳台"], "one ticket a room (J2)"
        readings = desk.card(CASE, case).as_(CaseCard).readings  # type: ignore[union-attr]
        assert readings["water"][0] == "1.5" and readings["power"][0] == "20", "base readings, in the same save (J2)"
        assert town.server.store.verify_everything() is not None

    asyncio.run(play())


@pytest.mark.proves("J3")
def test_who_does_not_take_the_home_over_or_does_not_sign_gets_no_keys(town: Town) -> None:
    async def play() -> None:
        steward, desk, where = await start(town)
        key, tag = await stocked(desk, where)
        await sent(desk, steward)
        case = await fill(steward, "move_in_facts", where, name="赵新", phone="13900001111")
        await fill(steward, "move_in_rooms", where, case, right="living", accepted="refused", refused="quality")
        view = steward.cases.view(case)
        assert view.state.to_sign[0][1] == "resident", "that they don't take it over is signed, too"
        assert {one.step for one in view.next} == {"rooms", "items"}
        with pytest.raises(Problem, match="step_lacks") as caught:
            await fill(steward, "move_in_items", where, case, complete="yes",
                       thing=[{"what": "door_key", "number": "3", "tag": tag}])  # fmt: skip
        assert "质量问题" in caught.value.message("zh")
        await steward.cases.not_signed(case, view.state.filled[-1].entry.id, "不愿签名", once=steward.new_id())
        assert "not_taken" in steward.cases.watched()
        await fill(steward, "move_in_rooms", where, case, right="living", accepted="now")
        await fill(steward, "move_in_items", where, case, complete="yes",
                   thing=[{"what": "door_key", "number": "3", "tag": tag}])  # fmt: skip
        await fill(steward, "move_in_papers", where, case, done=ALL)
        papers = steward.cases.view(case).state.filled[-1].entry.id
        await steward.cases.not_signed(case, papers, "费用有争议，不签", once=steward.new_id())
        view = steward.cases.view(case)
        assert view.state.stage == "open" and [one.step for one in view.next] == ["papers"]
        await sent(steward, desk)
        assert desk.keys.view(key).state.stage == "on_rack" and len(desk.units.rows()) == 1
        assert begun(desk, case) is None and not desk.flags()
        await fill(steward, "move_in_papers", where, case, done=ALL)
        await sign_all(steward, case)
        await sent(steward, desk)
        assert desk.keys.view(key).state.stage == "issued" and desk.units.rows() == []
        with pytest.raises(Problem, match="opened_twice"):
            await fill(steward, "move_in_papers", where, case, done=ALL)

    asyncio.run(play())


@pytest.mark.proves("J4")
def test_what_a_hand_over_lacks_shows_until_it_is_there(town: Town) -> None:
    async def play() -> None:
        steward, desk, where = await start(town)
        by = (china_day(steward.now()) + timedelta(days=3)).isoformat()
        case = await to_papers(steward, where, "", done="identity agreement rules", lacking_by=by)
        await sign_all(steward, case)
        await sent(steward, desk)
        (card,) = desk.cases.watched()["lacking"]
        assert card.as_(CaseCard).known["lacking"] == "缴费账户、客户档案、装修须知"
        assert card.clock is not None and card.clock.id == "move_in_rest"
        assert [one.step for one in desk.cases.view(case).next] == ["rest"]
        _, filling = open_form(desk, "move_in_rest", where, case)
        assert filling.find("done").value == "identity agreement rules", "what is done already stands ticked"
        await fill(desk, "move_in_rest", where, case, done="identity agreement rules account", lacking_by=by)
        assert [one.id for one in desk.cases.watched()["lacking"]] == [case]
        await fill(desk, "move_in_rest", where, case, done=ALL)
        await sign_all(desk, case)
        await sent(desk, steward)
        assert "lacking" not in steward.cases.watched() and steward.state(CASE, case).stage == "done"
        assert not desk.flags()

    asyncio.run(play())


def settle(town: Town, home: str, **people: str) -> None:
    """Put people of a household into the register: name and relation."""
    with town.server.store.numbered() as write:
        for name, relation in people.items():
            row = {"id": str(uuid7()), "household_id": home, "building_id": town.building, "name": name, "serial": 1,
                   "relation": relation, "phone": "13500004444", "initials": [], "pinyin": []}  # fmt: skip
            write.execute(insert(t.persons).values(row | {"changed_at": moment(write.now)}))
            publish_refs(write, [("person", str(row["id"]), refs.scopes_of("person", row, ""))])


@pytest.mark.proves("Y2", "G3")
def test_a_change_of_owner_ends_the_old_household_and_the_new_one_sees_nothing_of_it(town: Town) -> None:
    async def play() -> None:
        settle(town, old := town.home, 张伟="owner")
        steward, desk, _ = await start(town)
        publish(town.server.store, *built_in("decoration_filing", "decoration_passes", "decoration_refund"))
        await sent(desk, steward)
        where = Where(household_id=old, building_id=town.building)
        await work.entrust(desk, old, Tag(KEY, desk.keys.tag_mark or "TST", "0007").code, "A-7")
        umbrella = await work.hand(desk, "stocked", desk.new_id(), name="雨伞 3 号", thing_kind="umbrella", rack="B-1")
        await work.hand(desk, "lent", umbrella, to_kind="resident", to_name="张伟", to_phone="13500004444",
                        purpose="下雨", due_at=desk.now() + 9_000_000)  # fmt: skip
        filed = await fill(desk, "decoration_filing", where, papers="licence plans leader workers")
        passes = {"pass": [{"number": "P9", "name": "孙六"}]}
        await fill(desk, "decoration_passes", where, filed, what="issued", agreed="OK", **passes)
        await desk.tickets.open(TicketForm("漏水", household_id=old, channel="phone"))
        _, form = open_form(desk, "change_of_household", where)
        form.answer(form.find("kind"), "sold")
        due = {name: form.label(form.find(f"{name}_due")) for name in ("kept", "with_them", "passes")}
        assert "入户门钥匙" in due["kept"] and "P9 孙六" in due["passes"], "keys and passes due back are shown (G3)"
        assert "雨伞 3 号" in due["with_them"]
        case = await fill(desk, "change_of_household", where, kind="sold", papers="title identity", name="周新",
                          phone="13700003333", done="arrears meters", open_words="钥匙 12 月 3 日")  # fmt: skip
        await sent(desk, steward)
        assert steward.doors.find("张伟"), "not before both have signed"
        await sign_all(desk, case)
        await sent(desk, steward)
        for session in (desk, steward):
            (hit,) = session.doors.find("1501")
            new = hit.household
            assert (new.name, new.status, [one.name for one in new.people]) == ("周新", "living", ["周新"])
            assert new.id != old and new.moved_in_on == china_day(session.now()).isoformat()
            assert session.doors.history(new.id).cards == (), "nothing of the old household's"
            assert session.doors.find("张伟") == []
            made = begun(session, case)
            assert made is not None and (made.body["ended_id"], made.body["household_id"]) == (old, new.id)
        there = Where(household_id=new.id, building_id=town.building)
        _, again = open_form(desk, "decoration_refund", there)
        assert not again.find("passes_issued").value, "no answer of theirs is looked up for the next household"
        assert [one.id for one in desk.cases.watched()["unsettled"]] == [case]
        assert not desk.flags() and town.server.store.verify_everything() is not None

    asyncio.run(play())


@pytest.mark.proves("Y2")
def test_the_owner_stays_known_when_tenants_come_and_go(town: Town) -> None:
    async def play() -> None:
        rooms = {kind: town.server.add_household(town.building, room) for kind, room in
                 {"tenant": "201", "let": "202", "out": "203", "owner_out": "204"}.items()}  # fmt: skip
        for kind, door in rooms.items():
            tenants = {"李租": "tenant"} if kind in ("tenant", "out") else {}
            settle(town, door["household_id"], 张伟="owner", **tenants)
        steward, desk, _ = await start(town)
        await sent(desk, steward)
        for kind, door in rooms.items():
            new = {"name": "周新", "phone": "13700003333", "papers": "lease"} if "out" not in kind else {}
            done = "arrears" if kind == "let" else "arrears keys cards meters contacts"
            where = Where(household_id=door["household_id"], building_id=town.building)
            case = await fill(desk, "change_of_household", where, kind=kind.removeprefix("owner_"), done=done, **new)
            await sign_all(desk, case)
        await sent(desk, steward)
        assert not desk.flags()
        found = {}
        for kind, door in rooms.items():
            (hit,) = steward.doors.find(door["address"].removeprefix("3栋1单元"))
            home = hit.household
            found[kind] = (home.status, home.id == door["household_id"], {one.name for one in home.people})
        assert found == {
            "tenant": ("living", False, {"周新", "张伟"}), "let": ("living", False, {"周新", "张伟"}),
            "out": ("vacant", False, {"张伟"}), "owner_out": ("vacant", True, {"张伟"}),
        }  # fmt: skip
        assert len(steward.units.rows()) == 3, "who moved out leaves a unit that is checked again"

    asyncio.run(play())
