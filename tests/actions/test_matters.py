"""What is said to the company, on the phones of those who work on it (C)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.actions.models import ClassForm, ConfirmForm, MatterForm, Saved, VisitForm
from app.actions.session import Session
from app.domain import roles
from app.domain.subjects.matter import MatterCard
from app.domain.subjects.matter import state as st
from app.domain.subjects.matter.kinds import MATTER
from app.domain.times import DAY
from app.domain.wire.errors import Problem
from app.domain.wire.exchange import Page
from app.store.queries import CardFilter
from tests.actions.phones import DESK, STEWARD, SUPERVISOR, WORKER, Clock, Desk, phone_of, ref, uid
from tests.support.book import Book

HOME = uid("home", "3栋2单元1501")


def said(session: Session, content: str = "垃圾没人收", **more: object) -> str:
    """A complaint of a household, taken down by this phone."""
    kind = str(more.pop("kind", "complaint"))
    form = MatterForm(kind, content, **{"household_id": HOME, "contact_name": "张伟", **more})  # type: ignore[arg-type]
    return asyncio.run(session.matters.open(form)).subject_id


def did(session: Session, matter: str, kind: str, **body: object) -> Saved:
    """One step on it."""
    return asyncio.run(session.record(MATTER, matter, kind, body))


@pytest.mark.proves("C9")
def test_c9_a_repair_complaint_makes_its_ticket_in_the_same_save_and_a_retry_makes_no_second(tmp_path: Path) -> None:
    desk = phone_of(tmp_path, DESK)
    matter = said(desk, "修过的水管又漏")
    once = desk.new_id()
    form = ClassForm("repair", "important")
    entries = asyncio.run(desk.matters.class_(matter, form, once=once)).entries
    assert [entry.kind for entry in entries] == ["classed", "ticket_opened"]
    assert asyncio.run(desk.matters.class_(matter, form, once=once)).entries[0] == entries[0]
    asyncio.run(desk.matters.class_(matter, ClassForm("repair", "ordinary")))
    (ticket,) = desk.cards()
    assert (ticket.kind, ticket.household_id) == ("repair", HOME)
    assert desk.matters.view(matter).ticket == ticket
    linked = desk.tickets.view(ticket.id).matter
    assert linked is not None and linked.id == matter


@pytest.mark.proves("C9")
def test_c9_the_steward_and_the_departments_supervisor_go_along_and_have_it_on_today(tmp_path: Path) -> None:
    desk, steward, boss = (phone_of(tmp_path, one) for one in (DESK, STEWARD, SUPERVISOR))
    matter = said(desk)
    entries = desk.store.entries(MATTER, matter)
    classed = asyncio.run(desk.matters.class_(matter, ClassForm("repair", "important"))).entries
    assert set(desk.matters.view(matter).state.joint) == {STEWARD, SUPERVISOR}
    Desk().give([*entries, *classed], steward, boss)
    for session in (steward, boss):
        assert matter in {card.id for card in session.today().tickets}, session.profile.name
    assert {MATTER: matter}.items() <= {card.type: card.id for card in steward.today().tickets}.items()


@pytest.mark.proves("C7")
def test_c7_merges_of_two_phones_that_did_not_hear_of_each_other(tmp_path: Path) -> None:
    """Crosswise: the act that comes first holds, the other is flagged; counted once either way."""
    desk, steward = phone_of(tmp_path, DESK), phone_of(tmp_path, STEWARD)
    one, two = said(desk), said(desk, "垃圾还堆着")
    server = Desk()
    server.give([*desk.store.entries(MATTER, one), *desk.store.entries(MATTER, two)], desk, steward)
    here = asyncio.run(desk.matters.merge(one, two)).entries
    there = asyncio.run(steward.matters.merge(two, one)).entries
    assert [(entry.kind, entry.subject_id) for entry in here] == [("absorbed", two), ("merged", one)]
    server.give([*here, *there], desk, steward)
    for session in (desk, steward):
        assert session.matters.view(one).state.merged_into == two
        assert session.matters.view(two).state.merged_into is None
        into = session.matters.view(one).into
        assert into is not None and into.id == two
        figures = session.matters.figures(0, 1 << 50)
        assert ([c.id for c in figures.all], [c.id for c in figures.repeats]) == ([two], [one])


def test_c6_a_matter_merges_into_no_unknown_closed_or_merged_one_nor_itself(tmp_path: Path) -> None:
    desk = phone_of(tmp_path, DESK)
    one, two = said(desk), said(desk, "停车月卡怎么办", kind="enquiry", answer="已告知")
    three = said(desk, "还是垃圾")
    for into, wrong in ((one, "merged_with_itself"), (two, "merge_target"), (desk.new_id(), "merge_target")):
        with pytest.raises(Problem, match=wrong):
            asyncio.run(desk.matters.merge(one, into))
    asyncio.run(desk.matters.merge(one, three))
    four = said(desk, "又是垃圾")
    with pytest.raises(Problem, match="merge_target"):
        asyncio.run(desk.matters.merge(four, one))
    with pytest.raises(Problem, match="has_absorbed"):
        asyncio.run(desk.matters.merge(three, four))


def test_c6_what_may_be_merged_into_stands_by_nearness(tmp_path: Path) -> None:
    desk = phone_of(tmp_path, DESK)
    far = said(desk, "别处", household_id=uid("home", "10栋803"), contact_name="欧阳娜")
    near = said(desk, "同楼", household_id=uid("home", "3栋2单元1502"), contact_name="单雄")
    same, this = said(desk), said(desk, "还是垃圾")
    assert [card.id for card in desk.matters.to_merge_into(this)] == [same, near, far]


@pytest.mark.proves("C1")
def test_c1_a_matter_raised_on_a_visit_is_saved_with_it(tmp_path: Path) -> None:
    steward = phone_of(tmp_path, STEWARD)
    form = VisitForm(
        steward.new_id(), HOME, met_name="张伟", unsigned_reason="忙",
        matters=(MatterForm("suggestion", "多装灯", contact_name="张伟"),),
    )  # fmt: skip
    asyncio.run(steward.visits.record(form))
    assert asyncio.run(steward.visits.record(form)).entries
    view = steward.visits.view(form.visit_id)
    (card,) = view.matters
    assert (card.kind, card.household_id, card.as_(MatterCard).channel) == ("suggestion", HOME, "door")


def test_c8_each_figure_is_the_list_it_counts_by_hand(tmp_path: Path) -> None:
    clock = Clock()
    desk = phone_of(tmp_path, DESK, clock)
    begun = clock.now
    late, closed, invalid, repeat = (said(desk, text) for text in ("晚了", "办好了", "无效的", "再说一次"))
    praise = said(desk, "服务好", kind="praise", answer="已转告")
    for one in (late, closed):
        asyncio.run(desk.matters.class_(one, ClassForm("service", department="environment")))
    asyncio.run(desk.matters.class_(invalid, ClassForm("service", valid=False, invalid_reason="不属物业")))
    did(desk, invalid, "matter_closed", result="已说明", told_politely=True)
    plan = did(desk, closed, "planned", cause="a", plan="b").entries[0].id
    did(desk, closed, "plan_agreed", plan_id=plan, name="张伟", how="phone")
    did(desk, closed, "handled", cause="a", corrective="b")
    did(desk, closed, "matter_closed", result="好了", satisfied=True)
    did(desk, closed, "reopened", reason="又来了")
    asyncio.run(desk.matters.merge(repeat, late))
    clock.forward(4 * 24 * 60)
    said(desk, "以后的")
    found = desk.matters.figures(begun - DAY, begun + DAY)
    ids = {name: {card.id for card in getattr(found, name)} for name in ("all", "open", "overdue", "valid", "invalid")}
    assert ids == {
        "all": {late, closed, invalid, praise},
        "open": {late, closed},
        "overdue": {late, closed},
        "valid": {late, closed},
        "invalid": {invalid},
    }
    assert {name: len(cards) for name, cards in found.by_class.items()} == {"complaint": 3, "praise": 1}
    assert {name: len(cards) for name, cards in found.by_department.items()} == {"environment": 2}
    assert ([c.id for c in found.reopened], [c.id for c in found.repeats]) == ([closed], [repeat])
    assert ([c.id for c in found.asked], found.satisfied) == ([closed], ())


def test_c6_the_search_finds_a_matter_by_whom_it_is_about(tmp_path: Path) -> None:
    desk = phone_of(tmp_path, DESK)
    matter = said(desk, "说话难听", about_id=WORKER)
    wanted = CardFilter(type=MATTER, text="王建国")
    assert [card.id for card in desk.cards(wanted)] == [matter]
    assert desk.matters.view(matter).state.stage == st.TO_CLASS


def test_c3_ten_matters_of_somebody_who_left_are_on_the_desks_list(tmp_path: Path) -> None:
    """As tickets are: each opens its page, where it is handed over."""
    desk = phone_of(tmp_path, DESK)
    for number in range(10):
        matter = said(desk, f"第 {number} 件")
        did(desk, matter, "owned", owner_id=STEWARD, reason="本楼管家跟进")
    gone = ref("staff", STEWARD, number="G01", name="李静", roles=["steward"], active=False, building_ids=["b3"])
    desk.store.apply_page(Page("estate", 2, False, (gone,)))
    (left,) = desk.handover.left()
    assert (left.staff.id, len(left.others), left.count) == (STEWARD, 10, 10)


@pytest.mark.proves("E2")
def test_e2_a_household_with_an_open_complaint_or_suggestion_is_called_on_first(tmp_path: Path) -> None:
    steward = phone_of(tmp_path, STEWARD)
    matter = said(steward, "多装灯", kind="suggestion")
    assert (steward.visits.due()[0].household.id, steward.visits.due()[0].reason) == (HOME, "complaint")
    assert steward.doors.history(HOME, "complaint").cards[0].id == matter
    did(steward, matter, "matter_closed", result="已答复")
    assert all(row.reason != "complaint" for row in steward.visits.due())


def requested(wanted: str = "repair") -> Book:
    """What the card at a door brought in (X)."""
    book = Book(MATTER)
    said = {"class": "help", "channel": "link", "household_id": HOME, "address": "3栋2单元1501", "anonymous": True}
    book.add(roles.SYSTEM, "matter_opened", content="水管漏水", **said)
    book.add(roles.SYSTEM, "request_received", number="H20261121-001", wanted=wanted, tag="H00000000")
    return book


def test_x_a_call_back_opens_the_ticket_in_the_same_save_and_a_retry_none(tmp_path: Path) -> None:
    desk, book = phone_of(tmp_path, DESK), requested()
    Desk().give(book.entries, desk)
    assert [card.id for card in desk.todo.calls()] == [book.subject_id], "it rings at the desk"
    once, form = desk.new_id(), ConfirmForm("张伟", "139", repair=True)
    saved = asyncio.run(desk.matters.confirm(book.subject_id, form, once=once))
    assert [entry.kind for entry in saved.entries] == ["request_confirmed", "classed", "ticket_opened"]
    assert asyncio.run(desk.matters.confirm(book.subject_id, form, once=once)).entries[0] == saved.entries[0]
    (ticket,) = desk.cards()
    assert (ticket.content, ticket.contact_name, ticket.contact_phone) == ("水管漏水", "张伟", "139")
    assert desk.todo.calls() == [] and desk.matters.view(book.subject_id).owner_name


def test_x_a_request_is_found_by_the_number_that_the_resident_was_told(tmp_path: Path) -> None:
    desk, book = phone_of(tmp_path, DESK), requested("other")
    Desk().give(book.entries, desk)
    found = desk.store.cards(CardFilter(type=MATTER, text="H20261121-001"), 0, 5)
    assert [card.stage for card in found] == [st.UNCONFIRMED]


def test_x_it_rings_at_the_desk_alone_and_until_it_is_opened(tmp_path: Path) -> None:
    desk, steward, worker = (phone_of(tmp_path, one) for one in (DESK, STEWARD, WORKER))
    book = requested()
    Desk().give(book.entries, desk, steward)
    assert steward.todo.calls() == worker.todo.calls() == []
    assert book.subject_id in {card.id for card in steward.todo.mine()[0]}, "the building's steward may call back, too"
    desk.todo.saw(MATTER, book.subject_id)
    assert desk.todo.calls() == []
