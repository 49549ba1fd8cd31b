"""The facade: what verbs check and save, and what screens read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.actions import CardFilter, Session
from app.actions.models import MatterForm, Profile, PromiseForm, Saved, Signature, TicketForm, VisitForm
from app.domain.subjects.thing.state import Hands
from app.domain.subjects.ticket import TicketCard
from app.domain.times import HOUR
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import Entry
from app.domain.wire.errors import Problem
from app.domain.wire.exchange import Page, RefItem
from app.sync.transport import Request, Response
from app.ui.screens.phone.sign_in import called_apart
from tests.actions.phones import DESK, OTHER_WORKER, STEWARD, STROKES, SUPERVISOR, WORKER, Clock, phone_of, uid
from tests.actions.phones import Desk as Order
from tests.support.book import Book, assigned

HOME = uid("home", "3栋2单元1501")


class Team:
    """Everybody's phone, in step whenever ``share`` is called."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.phones = {
            who: phone_of(folder, who, self.clock) for who in (DESK, WORKER, OTHER_WORKER, SUPERVISOR, STEWARD)
        }
        self.order = Order()

    def __getitem__(self, who: str) -> Session:
        return self.phones[who]

    def share(self, *saved: Saved) -> None:
        entries = [entry for one in saved for entry in one.entries]
        self.order.give(entries, *self.phones.values())

    def do(self, verb: Coroutine[Any, Any, Saved]) -> Saved:
        """Run a verb, give it to everybody, and let a minute pass."""
        saved = asyncio.run(verb)
        self.share(saved)
        self.clock.forward(1)
        return saved

    def ticket(self, **form: Any) -> str:
        made = TicketForm("厨房水龙头漏水", household_id=HOME, channel="phone", **form)
        return self.do(self[DESK].tickets.open(made, assign_to=WORKER)).subject_id

    def until(self, ticket: str, last: str) -> None:
        """Walk a listed repair until the verb ``last`` has been done."""
        worker = self[WORKER]
        line = worker.tickets.fee_line("p1", "1")
        steps: dict[str, Any] = {
            "accept": lambda: worker.tickets.accept(ticket),
            "arrive": lambda: worker.tickets.arrive(ticket),
            "find": lambda: worker.tickets.find(ticket, [("p1", "1")]),
            "price": lambda: worker.tickets.price(ticket, [line]),
            "consent": lambda: worker.tickets.consent(ticket, True, "张伟", "self"),
            "start_work": lambda: worker.tickets.start_work(ticket, False),
            "write_fees": lambda: worker.tickets.write_fees(ticket, [line]),
            "try_out": lambda: worker.tickets.try_out(ticket, True),
            "sign": lambda: worker.sign(sign(worker, ticket)),
        }
        for name, step in steps.items():
            assert worker.tickets.view(ticket).next.verb == name  # type: ignore[union-attr]
            self.do(step())
            if name == last:
                return


def sign(
    phone: Session, ticket: str, purpose: str = "repair", signer: str = "resident", name: str = "张伟"
) -> Signature:
    content = phone.signing_content("ticket", ticket, purpose)
    capacity = "self" if signer == "resident" else "staff"
    return Signature(content, signer, name, capacity, ("更换水龙头 ¥30.00", "合计 ¥30.00"), STROKES, 300, 120)


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


def test_a_listed_repair_from_the_desk_to_the_file(team: Team) -> None:
    """A.2-A.8: each step is the one the ticket's page offers next."""
    ticket = team.ticket()
    team.until(ticket, "sign")
    assert [card.id for card in team[SUPERVISOR].tickets.to_confirm()] == [ticket]
    team.do(team[SUPERVISOR].tickets.confirm([ticket]))
    team.do(team[DESK].tickets.hand_back(ticket))
    team.do(team[DESK].tickets.call_back(ticket, True))
    view = team[DESK].tickets.view(ticket)
    assert (view.state.stage, view.state.flags, view.card.as_(TicketCard).total_fen) == ("filed", [], 3000)
    assert team[WORKER].verify("ticket", ticket).intact


def test_a_repair_is_declined_and_signed_by_worker_and_supervisor(team: Team) -> None:
    """A.4: declined, with the reason, signed by worker and supervisor."""
    ticket = team.ticket()
    team.until(ticket, "price")
    with pytest.raises(Problem, match="field_missing"):
        asyncio.run(team[WORKER].tickets.consent(ticket, False, "张伟", "self"))
    team.do(team[WORKER].tickets.consent(ticket, False, "张伟", "self", "太贵"))
    assert team[WORKER].tickets.view(ticket).next.verb == "sign_decline_worker"  # type: ignore[union-attr]
    team.do(team[WORKER].sign(sign(team[WORKER], ticket, "declined", "worker", "王建国")))
    assert team[SUPERVISOR].tickets.view(ticket).next.verb == "sign_decline_supervisor"  # type: ignore[union-attr]
    team.do(team[SUPERVISOR].sign(sign(team[SUPERVISOR], ticket, "declined", "supervisor", "周明")))
    state = team[DESK].tickets.view(ticket).state
    assert (state.stage, state.end_reason) == ("closed", "太贵")


def test_a_failing_material_needs_the_consequences_told(team: Team) -> None:
    """A.5: both facts are recorded, or nothing is saved."""
    ticket = team.ticket()
    team.until(ticket, "start_work")
    with pytest.raises(Problem, match="consequences_not_told"):
        asyncio.run(team[WORKER].tickets.check_material(ticket, "水龙头", "poor", remarks="没有合格证"))
    assert team[WORKER].tickets.view(ticket).state.materials == []
    verb = team[WORKER].tickets.check_material(
        ticket, "水龙头", "poor", remarks="没有合格证", warned=True, choice="use_anyway"
    )
    team.do(verb)
    assert team[DESK].tickets.view(ticket).state.materials[0]["choice"] == "use_anyway"


def test_an_unlisted_repair_goes_through_the_supervisor(team: Team) -> None:
    """A.2, A.3: found on site, judged, priced."""
    ticket = team.ticket()
    team.until(ticket, "arrive")
    team.do(team[WORKER].tickets.find(ticket, description="墙内水管裂"))
    assert team[WORKER].tickets.view(ticket).next is None
    assert ticket in [card.id for card in team[SUPERVISOR].today().tickets]
    team.do(team[SUPERVISOR].tickets.judge(ticket, True, 20_000, work="换墙内水管"))
    assert team[WORKER].tickets.view(ticket).next.verb == "price"  # type: ignore[union-attr]


def test_fees_above_the_agreed_price_are_told_with_both_sums(team: Team) -> None:
    """A.4, A.6: show the new price first."""
    ticket = team.ticket()
    team.until(ticket, "start_work")
    with pytest.raises(Problem) as told:
        asyncio.run(team[WORKER].tickets.write_fees(ticket, [team[WORKER].tickets.fee_line("p2", "1")]))
    assert told.value.name == "price_raised" and "¥80.00" in told.value.message() and "¥30.00" in told.value.message()


def test_nobody_does_anothers_work_or_anothers_role(team: Team) -> None:
    ticket = team.ticket()
    with pytest.raises(Problem) as told:
        asyncio.run(team[OTHER_WORKER].tickets.accept(ticket))
    assert told.value.name == "not_assignee" and "王建国" in told.value.message()
    with pytest.raises(Problem, match="role_may_not"):
        asyncio.run(team[WORKER].tickets.assign(ticket, OTHER_WORKER))
    assert team[WORKER].unsent() == team[OTHER_WORKER].unsent() == []


def test_a_step_out_of_its_order_is_told_and_not_saved(team: Team) -> None:
    ticket = team.ticket()
    with pytest.raises(Problem) as told:
        asyncio.run(team[WORKER].tickets.arrive(ticket))
    assert told.value.name == "out_of_order" and "待接单" in told.value.message()
    assert team[WORKER].sync_status().waiting == 0


def test_a_double_tap_saves_once(team: Team) -> None:
    ticket = team.ticket()
    tap = team[WORKER].new_id()
    first = asyncio.run(team[WORKER].tickets.accept(ticket, once=tap))
    assert asyncio.run(team[WORKER].tickets.accept(ticket, once=tap)) == first
    tap = team[DESK].new_id()
    opened = [asyncio.run(team[DESK].tickets.open(TicketForm("一", address="大门"), once=tap)) for _ in range(2)]
    assert opened[0] == opened[1] and team[DESK].count() == 2


def test_a_dot_is_no_signature_and_a_changed_record_is_not_signed(team: Team) -> None:
    """A.7: bound to what was shown."""
    ticket = team.ticket()
    team.until(ticket, "try_out")
    shown = sign(team[WORKER], ticket)
    dot = Signature(shown.content, "resident", "张伟", "self", (), ({"points": [[5000, 5000, 0]]},), 300, 120)
    with pytest.raises(Problem, match="signature_too_little"):
        asyncio.run(team[WORKER].sign(dot))
    team.do(team[WORKER].tickets.check_material(ticket, "生料带", "pass"))
    with pytest.raises(Problem, match="changed_after_signing"):
        asyncio.run(team[WORKER].sign(shown))
    team.do(team[WORKER].sign(sign(team[WORKER], ticket)))


def test_a_correction_after_signing_shows_as_not_signed(team: Team) -> None:
    """A mistake is corrected by a new entry; the old one stays readable; the signature no longer fits."""
    ticket = team.ticket()
    team.until(ticket, "sign")
    tried = next(s for s in team[WORKER].tickets.view(ticket).steps if s.kind == "tried")
    team.do(team[WORKER].amend(tried.entry.id, {"ok": True, "how": "inspected"}, "住户只看了看"))
    view = team[WORKER].tickets.view(ticket)
    assert [verdict.standing for verdict in view.verdicts.values()] == ["changed_after_signing"]
    corrected = next(s for s in view.steps if s.kind == "tried")
    assert (corrected.entry.body["how"], corrected.body["how"]) == ("tried", "inspected")
    assert view.next.verb == "sign"  # type: ignore[union-attr]


def test_strokes_are_kept_with_the_signature(team: Team) -> None:
    ticket = team.ticket()
    team.until(ticket, "sign")
    entry = next(s.entry for s in team[WORKER].tickets.view(ticket).steps if s.kind == "signed")
    drawing = team[WORKER].strokes(entry)
    assert drawing is not None and sha256_hex(drawing) == entry.body["strokes"] == entry.blobs[0].hash
    assert entry.body["content"]["shown"] == ["更换水龙头 ¥30.00", "合计 ¥30.00"]


def form(phone: Session, **more: Any) -> VisitForm:
    given: dict[str, Any] = {"met_name": "张伟", "met_capacity": "self", "said": "都好"}
    return VisitForm(phone.new_id(), HOME, **(given | more))


def test_a_visit_with_a_promise_a_ticket_and_a_signature_in_one_save(team: Team) -> None:
    """E: who was met, what was said and promised; what arose became a ticket on the spot."""
    steward = team[STEWARD]
    due_before = {row.household.id for row in steward.today().visits_due}
    visit = form(steward, promises=(PromiseForm("查楼道灯", "2026-11-20"),), tickets=(TicketForm("楼道灯坏"),))
    steward.save_draft("visit", {"said": "都"})
    content = steward.visits.content(visit)
    signed = Signature(content, "resident", "张伟", "self", ("都好",), STROKES, 300, 120)
    saved = asyncio.run(steward.visits.record(visit, signed, draft="visit"))
    assert [e.kind for e in saved.entries] == ["visited", "signed", "ticket_opened"] and steward.draft("visit") is None
    view = steward.visits.view(visit.visit_id)
    assert (view.state.stage, [card.content for card in view.tickets]) == ("signed", ["楼道灯坏"])
    assert view.tickets[0].household_id == HOME and view.tickets[0].opener == STEWARD
    today = steward.today()
    assert due_before - {row.household.id for row in today.visits_due} == {HOME}
    assert [(p.what, p.days_late) for p in today.promises] == [("查楼道灯", 1)]
    asyncio.run(steward.visits.settle_promise(visit.visit_id, 0, "换了灯泡"))
    assert steward.today().promises == ()


def test_a_complaint_raised_at_the_door_is_one_and_brings_the_steward_back(team: Team) -> None:
    """E: each new request becomes a ticket or complaint on the spot; those with open complaints come first."""
    steward = team[STEWARD]
    raised = (TicketForm("楼上太吵", ticket_kind="complaint"), TicketForm("水龙头漏水"))
    saved = asyncio.run(steward.visits.record(form(steward, tickets=raised, unsigned_reason="手湿")))
    cards = steward.visits.view(saved.subject_id).tickets
    assert {card.kind: card.household_id for card in cards} == {"complaint": HOME, "repair": HOME}
    assert HOME not in {row.household.id for row in steward.today().visits_due}
    team.clock.forward(24 * 60)
    first = steward.today().visits_due[0]
    assert (first.household.id, first.reason) == (HOME, "complaint")


def test_nobody_home_needs_the_reason_and_leaves_the_visit_due(team: Team) -> None:
    """E: why nobody could be met; an attempt is no visit."""
    steward = team[STEWARD]
    with pytest.raises(Problem, match="field_missing"):
        asyncio.run(steward.visits.record(form(steward, met=False)))
    asyncio.run(steward.visits.record(form(steward, met=False, not_met="nobody_home")))
    assert HOME in {row.household.id for row in steward.today().visits_due}
    assert steward.doors.history(HOME).cards[0].stage == "not_met"


def test_visits_due_put_open_complaints_first(team: Team) -> None:
    """E: those with open complaints or suggestions first; only the steward's own buildings."""
    other = uid("home", "3栋2单元1502")
    team.do(team[DESK].tickets.open(TicketForm("吵", ticket_kind="complaint", household_id=other, channel="phone")))
    due = team[STEWARD].today().visits_due
    assert [row.reason for row in due] == ["complaint", "monthly", "monthly"] and due[0].household.id == other
    assert {row.household.building_id for row in due} == {"b3"}


def test_a_door_where_somebody_waits_for_an_answer_says_with_what_the_gravest_first(team: Team) -> None:
    """E: complaints and suggestions come first, and the words must not call a suggestion a complaint."""
    other = uid("home", "3栋2单元1502")
    for kind, said in (("suggestion", "suggestion"), ("complaint", "complaint"), ("help", "complaint")):
        form = MatterForm(kind, "路灯太暗", household_id=other, contact_name="张伟")
        team.do(team[DESK].matters.open(form))
        first = team[STEWARD].today().visits_due[0]
        assert (first.household.id, first.reason, first.duty.waits) == (other, "complaint", said)


def test_a_doors_history_is_a_line_for_each_repair_and_visit_latest_first(team: Team) -> None:
    """B13: newest first, narrowed by kind, windowed, each with its steps, those the phone has not sent among them."""
    steward = team[STEWARD]
    ticket = team.ticket()
    team.until(ticket, "accept")
    team.do(team[DESK].tickets.open(TicketForm("吵", ticket_kind="complaint", household_id=HOME, channel="phone")))
    team.clock.forward(5)
    asyncio.run(steward.visits.record(form(steward, unsigned_reason="手湿")))
    found = steward.doors.history(HOME)
    assert [(card.type, card.kind) for card in found.cards] == [
        ("visit", "monthly"), ("ticket", "complaint"), ("ticket", "repair")
    ]  # fmt: skip
    there = {name: count for name, count in found.parts.items() if count}
    assert (found.total, there) == (3, {"repair": 1, "complaint": 1, "visit": 1})
    assert found.cards[0].unsent == 1
    repairs = steward.doors.history(HOME, "repair")
    assert ([card.id for card in repairs.cards], repairs.total) == ([ticket], 1)
    assert [step.kind for step in steward.steps_of("ticket", ticket)] == ["ticket_opened", "assigned", "accepted"]
    window = steward.doors.history(HOME, "", 1, 1)
    assert ([card.kind for card in window.cards], window.total) == (["complaint"], 3)


def test_today_puts_the_clock_due_first_on_top(team: Team) -> None:
    """A.2: the running clock decides the order."""
    calm, urgent = team.ticket(), team.ticket()
    team.do(team[WORKER].tickets.accept(urgent))
    cards = team[WORKER].today().tickets
    assert [card.id for card in cards] == [urgent, calm]
    assert cards[0].clock is not None and (cards[0].clock.clause, cards[0].clock.level(team.clock.now)) == (
        "A.2",
        "calm",
    )


def test_today_puts_what_should_be_done_at_once_before_clocks_with_hours_left(team: Team) -> None:
    """A.2: a ticket nobody accepted yet has no clock, and does not wait behind tomorrow's appointment."""
    later = team.ticket(appointment_at=team.clock.now + 5 * HOUR)
    team.do(team[WORKER].tickets.accept(later))
    new = team.ticket()
    assert [card.id for card in team[WORKER].today().tickets] == [new, later]


def test_a_remark_of_three_thousand_characters_is_kept_whole_and_a_longer_one_told(team: Team) -> None:
    ticket = team.ticket()
    remark = "䶮😀漏水，" * 600
    saved = team.do(team[WORKER].tickets.escalate(ticket, remark[:3_000]))
    assert team[DESK].tickets.view(ticket).state.escalated == remark[:3_000] == saved.entries[0].body["reason"]
    with pytest.raises(Problem) as told:
        asyncio.run(team[WORKER].tickets.escalate(ticket, remark * 2))
    assert told.value.name == "text_too_long" and "4000" in told.value.message()


def test_lists_are_searched_and_windowed(team: Team) -> None:
    tickets = {
        team.do(team[DESK].tickets.open(TicketForm(f"第{n}件 灯", address=f"{n}栋大门"))).subject_id for n in range(7)
    }
    pages = [team[DESK].cards(CardFilter(text="灯 大门"), at, 3) for at in (0, 3, 6)]
    assert {card.id for page in pages for card in page} == tickets and [len(page) for page in pages] == [3, 3, 1]
    assert [card.address for card in team[DESK].cards(CardFilter(text="第4件"))] == ["4栋大门"]
    assert team[DESK].cards(CardFilter(text="100%_")) == []


def test_overlapping_work_is_flagged_and_the_desk_settles_it(team: Team) -> None:
    ticket = team.ticket()
    late = asyncio.run(team[WORKER].tickets.accept(ticket))
    team.do(team[DESK].tickets.assign(ticket, OTHER_WORKER))
    team.share(late)
    (flag,) = team[DESK].flags()
    assert (flag.reason, flag.author_name, flag.card.flags) == ("reassigned", "王建国", 1)
    team.do(team[DESK].settle_flag(flag.entry.id, "set_aside"))
    assert team[DESK].flags() == [] and team[DESK].today().flagged == 0


def test_staff_come_with_their_open_load(team: Team) -> None:
    team.ticket()
    workers = team[DESK].staff_list("repair_worker")
    assert [(w.name, w.load) for w in workers] == [("陈刚", 0), ("王建国", 1)]


def test_the_rescue_file_holds_all_unsent_work(team: Team) -> None:
    ticket = team.ticket()
    team.until(ticket, "try_out")
    signed = asyncio.run(team[WORKER].sign(sign(team[WORKER], ticket))).entries[0]
    rescued = json.loads(team[WORKER].rescue_file())
    assert (rescued["format"], rescued["version"], rescued["staff"]["name"]) == ("shangmen-rescue", 1, "王建国")
    assert [Entry.from_wire(wire).hash for wire in rescued["entries"]] == [signed.hash]
    assert [blob["hash"] for blob in rescued["blobs"]] == [signed.body["strokes"]]


def test_long_remarks_emoji_and_rare_characters_come_through(team: Team) -> None:
    """Bad input: a 3,000-character remark; emoji and rare characters."""
    text = "😀𠮷野䶮㛃" * 600
    ticket = team.ticket()
    team.do(team[WORKER].tickets.report_progress(ticket, text))
    assert team[DESK].tickets.view(ticket).steps[-1].body["note"] == text
    with pytest.raises(Problem, match="text_too_long"):
        asyncio.run(team[WORKER].tickets.report_progress(ticket, text * 2))


def test_nobody_speaks_in_anothers_name(tmp_path: Path) -> None:
    # `on_behalf` is the server's word for what it imports; in an entry of a person it is a lie, and shows as theirs.
    book = assigned()
    book.add(WORKER, "progress_reported", note="主管同意不收费", on_behalf=SUPERVISOR)
    desk = phone_of(tmp_path, DESK)
    Order().give(book.entries, desk)
    step = desk.tickets.view(book.subject_id).steps[-1]
    assert (step.kind, step.author_name) == ("progress_reported", "王建国")


def test_what_a_newer_app_wrote_stands_in_the_timeline_and_goes_on_as_it_is(tmp_path: Path) -> None:
    steward = phone_of(tmp_path, STEWARD)
    lift = Book("lift")
    lift.add(DESK, "lift_checked", household_id=HOME, address="3栋2单元1501", ok=True)
    known = assigned(household_id=HOME)
    known.add(WORKER, "thermal_scanned", warmest="41.5")
    Order().give([*lift.entries, *known.entries], steward)
    cards = steward.doors.history(HOME).cards
    assert {card.type for card in cards} == {"lift", "ticket"}
    rows = {row.kind: row for card in cards for row in steward.steps_of(card.type, card.id)}
    assert rows["lift_checked"].standing == rows["thermal_scanned"].standing == "unknown"
    assert steward.tickets.view(known.subject_id).state.stage == "assigned"  # and has no effect
    kept = steward.store.entries("lift", lift.subject_id)[0]
    assert kept.to_wire() == lift.entries[0].to_wire()


def test_two_workers_of_one_name_are_told_apart_wherever_they_are_named(tmp_path: Path) -> None:
    """B3: assigning, timeline, lists, keys, codes, waiting words: the number stands behind a name that two have."""
    team = Team(tmp_path)
    twin = {"name": "王 建国", "number": "W77", "roles": ["repair_worker"], "active": True, "building_ids": []}
    for phone in team.phones.values():
        phone.store.apply_page(Page("estate", 2, False, (RefItem(2, "staff", "w-twin", twin, False),)))
    desk = team[DESK]
    both = {"王建国 W-WANG", "王 建国 W77"}
    assert both <= {person.name for person in desk.staff_list("repair_worker")}
    assert both <= {name for _, name in team[SUPERVISOR].keys.people_to_lend_to()}
    assert both <= {person.name for person in desk.devices.people()}
    ticket = team.ticket()
    team.do(team[WORKER].tickets.accept(ticket))
    view = desk.tickets.view(ticket)
    assert view.assignee_name == "王建国 W-WANG"
    assert "王建国 W-WANG" in {step.author_name for step in view.steps}
    assert team[WORKER].my_name == "王建国 W-WANG"
    assert desk.staff_name(OTHER_WORKER) == "陈刚", "nobody else carries a number"
    assert desk.keys.holder_name(Hands("staff", "王建国", WORKER)) == "王建国 W-WANG", (
        "an entry of before says the name"
    )
    assert desk.keys.holder_name(Hands("resident", "王建国", HOME)) == "王建国"


def test_phones_of_two_who_share_a_name_and_their_cards_at_sign_in_are_told_apart(tmp_path: Path) -> None:
    """B3: the list of phones, whatever the server calls their owners; and two of one name on one phone."""

    class Devices:
        async def send(self, request: Request) -> Response:
            about = {
                "name": "",
                "platform": "",
                "app_version": "",
                "created_at": 1,
                "seen_at": None,
                "revoked_at": None,
            }
            rows = [
                about | {"id": id_, "staff": {"id": id_, "name": "王建国"}} for id_ in (WORKER, "w-twin", "unknown")
            ]
            return Response(200, {}, json.dumps({"devices": rows}).encode())

    desk = phone_of(tmp_path, DESK, transport=Devices())
    twin = {"name": "王建国", "number": "W77", "roles": ["repair_worker"], "active": True, "building_ids": []}
    desk.store.apply_page(Page("estate", 2, False, (RefItem(2, "staff", "w-twin", twin, False),)))
    names = [device.staff_name for device in asyncio.run(desk.devices.list())]
    assert names == ["王建国 W-WANG", "王建国 W77", "王建国"]
    one = Profile("p1", "wang1", WORKER, "王建国", (), "荔园", "", True, 1)
    two = replace(one, id="p2", login="wang2", staff_id="w-twin")
    assert called_apart([one, two]) == {"p1": "王建国 wang1", "p2": "王建国 wang2"}
    assert called_apart([one]) == {"p1": "王建国"}
