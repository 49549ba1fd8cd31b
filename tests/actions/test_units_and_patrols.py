"""Vacant units and patrol rounds on a phone without a network (H, I): what is owed, its form, its tickets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.actions.form_draft import FormDraft, Where
from app.actions.models import JobForm
from app.actions.session import Session
from app.domain.forms import Filling
from app.domain.rules.duties import Duty
from app.domain.rules.scopes import ESTATE
from app.domain.subjects.job.kinds import JOB
from app.domain.subjects.place import PLACE
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.times import HOUR, at_china
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.errors import Problem
from app.domain.wire.exchange import Page, RefItem
from app.domain.writing.tags import POINT, UNIT, Tag
from app.store.queries import CardFilter
from tests.actions.phones import DESK, SERVICE, STEWARD, WORKER, Clock, phone_of, ref, uid
from tests.forms.built_in import compiled
from tests.support.forms import put_on_phone
from tests.support.pictures import picture

EMPTY, OTHER, PARKING = "3栋2单元1601", "3栋1单元201", "地下车位B1-023"
ROUTE = "route-1"


def learn(session: Session, *rows: RefItem) -> None:
    pos = session.store.cursors().get(ESTATE, 0)
    session.store.apply_page(Page(ESTATE, pos, False, rows))


def unit(address: str, building: str = "b3") -> RefItem:
    return ref("unit", uid("unit", address), building_id=building, address=address)


def with_units(folder: Path, who: str = STEWARD, clock: Clock | None = None) -> Session:
    session = phone_of(folder, who, clock or Clock())
    learn(session, unit(EMPTY), unit(OTHER), unit("10栋901", "b10"), unit(f"3栋{PARKING}"))
    put_on_phone(session, definition("vacant_check"))
    return session


def definition(name: str) -> bytes:
    data = compiled(name).definition
    assert data is not None
    return data


def checked(session: Session, address: str = EMPTY, **more: Any) -> tuple[FormDraft, Filling]:
    view = session.units.view(uid("unit", address))
    assert view.form is not None
    duty = view.duty.id if view.duty is not None and view.duty.owed else ""
    where = Where(None, view.id, view.building_id, view.address)
    draft = FormDraft(view.form.hash, session.new_id(), session.new_id(), session.now(), where=where, duty=duty)
    draft = replace(draft, **more)
    filling = session.cases.filling(draft)
    for name, value in {"tag": draft.scanned or "U00000000", "water": "128", "power": "3051", "found": "no"}.items():
        filling.answer(filling.find(name), value)
    return draft, filling


def save(session: Session, draft: FormDraft, filling: Filling) -> None:
    asyncio.run(session.cases.record(draft, filling))


def owed(session: Session) -> list[str]:
    return [one.address for one in session.units.owed()]


def named(session: Session, kind: str, name: str, serial: str) -> str:
    code = Tag(kind, session.keys.tag_mark, serial).code
    body = {"place_kind": kind, "name": name, "address": name, "unit_id": uid("unit", name), "tag": code}
    asyncio.run(session.record(PLACE, uid("unit", name), "place_named", {**body, "building_id": "b3"}))
    return code


@pytest.mark.proves("H1")
def test_h1_a_steward_owes_a_check_of_each_vacant_unit_in_order_of_floors_and_one_check_fulfils_it(
    tmp_path: Path,
) -> None:
    session = with_units(tmp_path)
    rows = session.units.rows()
    assert [(row.address, row.floor) for row in rows] == [(OTHER, 2), (EMPTY, 16)]
    assert owed(session) == [OTHER, EMPTY]
    for _ in range(2):  # twice, as by two phones: each a record, one duty
        save(session, *checked(session))
    assert owed(session) == [OTHER]
    (done,) = [one for one in session.duties.by_forms() if one.about[1] == uid("unit", EMPTY)]
    assert (done.owed, done.done_by, done.building_id) == (False, STEWARD, "b3")
    boss = with_units(tmp_path, SERVICE)
    found = [one for one in boss.duties.of_month() if one.form]
    assert len(found) == 3 and {one.owner for one in found} == {STEWARD, ""}
    assert owed(boss) == []


def test_a_unit_without_a_household_is_found_by_its_door(tmp_path: Path) -> None:
    session = with_units(tmp_path)
    hits = [hit.household for hit in session.units.find("3-2-1601")]
    assert [(home.address, home.unit_id) for home in hits] == [(EMPTY, uid("unit", EMPTY))]
    assert session.units.find("") == [] and session.units.find("1501") == []


@pytest.mark.proves("H2")
def test_h2_the_tag_of_another_unit_is_refused_and_says_whose_it_is(tmp_path: Path) -> None:
    session = with_units(tmp_path)
    mine, other = named(session, UNIT, EMPTY, "2345"), named(session, UNIT, OTHER, "2346")
    assert session.units.unit_of_tag(mine) == uid("unit", EMPTY)
    draft, filling = checked(session)
    filling.answer(filling.find("tag"), other)
    with pytest.raises(Problem) as told:
        save(session, draft, filling)
    assert OTHER in told.value.message("zh") and OTHER in told.value.message("en")
    with pytest.raises(Problem):
        save(session, *checked(session, scanned=other))
    assert owed(session) == [OTHER, EMPTY]
    draft, filling = checked(session, kept={"tag": mine}, scanned=mine)
    assert filling.find("tag").value == mine
    save(session, draft, filling)
    assert owed(session) == [OTHER]


@pytest.mark.proves("H2")
def test_h2_without_a_tag_a_photo_and_a_reason_are_wanted(tmp_path: Path) -> None:
    session = with_units(tmp_path)
    draft, filling = checked(session)
    filling.answer(filling.find("tag"), "")
    filling.answer(filling.find("no_tag"), "gone")
    with pytest.raises(Problem):
        save(session, draft, filling)
    filling.answer(filling.find("no_tag_photo"), "a" * 64)
    save(session, draft, filling)


@pytest.mark.proves("H3", "H4")
def test_h3_each_defect_makes_one_ticket_with_place_and_photo_also_after_a_kill_and_again(tmp_path: Path) -> None:
    session = with_units(tmp_path)
    draft, filling = checked(session)
    shots = [picture(300, 400, seed=n) for n in (1, 2)]
    for shot in shots:
        asyncio.run(session.photos.hold(draft.once, shot, "record", once=session.new_id(), draft=f"photo:{shot}"[:40]))
    filling.answer(filling.find("found"), "yes")
    for area, shot in zip(("kitchen", "bath"), shots, strict=True):
        row = filling.add_row(filling.root, "defect")
        answers = {"area": area, "item": "leak", "photo": sha256_hex(shot.data), "repair": "yes"}
        for name, value in answers.items():
            filling.answer(row.kids[name][0], value)
    save(session, draft, filling)
    save(session, draft, session.cases.filling(replace(draft, kept=filling.kept())))
    tickets = session.store.cards(CardFilter(type=TICKET), 0, 10)
    assert [(card.address, card.unit_id, card.kind) for card in tickets] == [(EMPTY, uid("unit", EMPTY), "repair")] * 2
    assert {card.content[:5] for card in tickets} == {"厨房，渗漏", "卫生间，渗"}
    for card in tickets:
        kinds = [entry.kind for entry in session.store.counted_entries(TICKET, card.id)]
        assert kinds == ["ticket_opened", "photo_taken"]
    view = session.units.view(uid("unit", EMPTY))
    assert {card.id for card in view.defects} == {card.id for card in tickets}
    assert ("水表读数（吨）", "128") in view.answers and view.by == "李静"
    assert view.duty is not None and not view.duty.owed


@pytest.mark.proves("H3")
def test_h3_a_reading_below_the_last_one_there_must_be_explained(tmp_path: Path) -> None:
    session = with_units(tmp_path)
    save(session, *checked(session))
    draft, filling = checked(session)
    filling.answer(filling.find("water"), "127")
    with pytest.raises(Problem):
        save(session, draft, filling)
    filling.answer(filling.find("water_less"), "replaced")
    save(session, draft, filling)
    _, elsewhere = checked(session, OTHER)
    assert elsewhere.find("water_last").value == ""


@pytest.mark.proves("H4")
def test_h4_the_units_page_says_when_it_was_cleaned(tmp_path: Path) -> None:
    desk = with_units(tmp_path, DESK)
    assert desk.units.view(uid("unit", EMPTY)).cleaned is None
    form = JobForm("开荒保洁", "不留灰", desk.now() + HOUR, DESK, address=EMPTY, job_kind="cleaning",
                   served_name="李静", estate="")  # fmt: skip
    job = asyncio.run(desk.jobs.send(form)).subject_id
    asyncio.run(desk.record(JOB, job, "job_accepted", {}))
    asyncio.run(desk.record(JOB, job, "job_finished", {"process": "擦了", "result": "干净"}))
    asyncio.run(desk.record(JOB, job, "job_confirmed_by_phone", {"name": "李静", "reason": "不在"}))
    cleaned = desk.units.view(uid("unit", EMPTY)).cleaned
    assert cleaned is not None and cleaned.id == job and desk.units.view(uid("unit", OTHER)).cleaned is None


def test_h6_once_somebody_lives_there_nothing_is_owed(tmp_path: Path) -> None:
    session = with_units(tmp_path)
    learn(
        session,
        ref("household", uid("home", EMPTY), unit_id=uid("unit", EMPTY), building_id="b3", code="H", address=EMPTY,
            name="新住户", moved_in_on="2026-11-20", status="living", arrears_fen=0, notes=""),
    )  # fmt: skip
    assert owed(session) == [OTHER]
    assert session.units.view(uid("unit", EMPTY)).household is not None


# -- patrols -----------------------------------------------------------------------------------


def route(points: Iterable[str], **more: Any) -> RefItem:
    listed = [
        {"id": uid("place", name), "name": name, "form": "patrol_point", "walk": 60, "sop": f"{name}的做法",
         "standard": "", "building_id": "b3", "tag": Tag(POINT, "7", f"234{n}").code}
        for n, name in enumerate(points, 5)
    ]  # fmt: skip
    body = {
        "name": "日间", "points": listed, "windows": [[660, 780], [1200, 1320]], "days": list(range(1, 8)),
        "owner": "guard", "staff": [WORKER], "since": at_china(date(2026, 11, 1), 0), "active": True,
    }  # fmt: skip
    return ref("route", ROUTE, **body | more)


def walker(folder: Path, who: str = WORKER, clock: Clock | None = None, **more: Any) -> Session:
    session = phone_of(folder, who, clock or Clock())
    learn(session, route(("大堂", "水泵房"), **more))
    put_on_phone(session, definition("patrol_point"), definition("patrol_skipped"))
    return session


def at_point(session: Session, index: int, answers: dict[str, str], form: str = "patrol_point") -> FormDraft:
    round_ = session.patrols.rounds()[-1]
    point = round_.route.points[index]
    found = session.units.form(form, "")
    assert found is not None
    draft = FormDraft(
        found.hash, session.new_id(), session.new_id(), session.now(), None,
        Where(None, None, point.building_id, point.name), (PLACE, point.id), round_.id,
    )  # fmt: skip
    filling = session.cases.filling(draft)
    for name, value in answers.items():
        filling.answer(filling.find(name), value)
    save(session, draft, filling)
    return draft


@pytest.mark.proves("I1", "I4", "I5", "I6")
def test_i_a_round_is_walked_point_by_point_without_a_network(tmp_path: Path) -> None:
    clock = Clock()
    session = walker(tmp_path, clock=clock)
    (running,) = session.patrols.open()
    assert running.period == "2026-11-21T11:00" and [one.standing for one in running.points] == ["waiting"] * 2
    found = session.patrols.at_tag(running.route.points[1].tag)
    assert found is not None and found[1].point.name == "水泵房"
    at_point(session, 0, {"found": "no"})
    clock.forward(0.5)
    at_point(session, 1, {"found": "no"})
    view = session.patrols.view(ROUTE, running.period)
    assert [(one.standing, one.hurried) for one in view.round.points] == [("done", False), ("done", True)]
    assert session.patrols.open() == [] and not view.may_walk and view.names == {WORKER: "王建国"}
    assert walker(tmp_path / "b", SERVICE).patrols.routes()[0].id == ROUTE
    assert walker(tmp_path / "c", STEWARD).patrols.routes() == []


@pytest.mark.proves("I1", "I5")
def test_i1_a_point_that_was_not_reached_needs_a_reason_and_one_forgotten_is_red_for_the_supervisor(
    tmp_path: Path,
) -> None:
    clock = Clock()
    boss = walker(tmp_path, SERVICE, clock, staff=[SERVICE])
    with pytest.raises(Problem):
        at_point(boss, 0, {}, "patrol_skipped")
    at_point(boss, 0, {"reason": "locked"}, "patrol_skipped")
    clock.forward(90)  # 13:30: the round is over
    over = next(one for one in boss.patrols.rounds() if one.period == "2026-11-21T11:00")
    assert [one.standing for one in over.points] == ["skipped", "missed"] and over.wrong
    (counted,) = boss.patrols.figures()
    assert counted.figures.skipped == 1 and counted.figures.missed >= 1
    late: list[Duty] = [one for one in boss.duties.of_month() if one.about == ("route", ROUTE)]
    assert next(one for one in late if one.period == over.period).standing(boss.now()) == "late"


@pytest.mark.proves("I2", "I3")
def test_i3_a_defect_is_a_public_repair_named_by_its_point_which_shows_it_and_asks_no_second(tmp_path: Path) -> None:
    session = walker(tmp_path)
    round_ = session.patrols.rounds()[-1]
    point = round_.route.points[0]
    found = session.units.form("patrol_point", "")
    assert found is not None
    draft = FormDraft(found.hash, session.new_id(), session.new_id(), session.now(), None,
                      Where(None, None, "b3", point.name), (PLACE, point.id), round_.id)  # fmt: skip
    filling = session.cases.filling(draft)
    assert filling.find("sop").value == "大堂的做法" and filling.find("open_ticket").value == ""
    filling.answer(filling.find("found"), "yes")
    row = filling.add_row(filling.root, "defect")
    for name, value in {"item": "light", "photo": "a" * 64}.items():
        filling.answer(row.kids[name][0], value)
    assert row.kids["repair"][0].value == "yes"
    save(session, draft, filling)
    (ticket,) = session.store.cards(CardFilter(type=TICKET), 0, 5)
    assert (ticket.kind, ticket.address) == ("public_repair", "大堂")
    again = session.cases.filling(replace(draft, case_id=session.new_id(), once=session.new_id()))
    assert again.find("open_ticket").value
    again.answer(again.find("found"), "yes")
    assert again.add_row(again.root, "defect").kids["repair"][0].value == "no"
    assert [card.id for card in session.patrols.view(ROUTE, round_.period).tickets[point.id]] == [ticket.id]
