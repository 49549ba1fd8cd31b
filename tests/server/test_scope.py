"""Who gets what: role, assignment and building decide, and a change moves whole histories (docs/sync.md 15-18)."""

from __future__ import annotations

from uuid6 import uuid7

from app.domain.subjects.ticket.state import TicketState
from tests.server.conftest import Estate
from tests.support.field_device import new_ticket, now_ms, whole_repair
from tests.support.older import without_kind


def test_a_worker_gets_what_is_assigned_with_its_whole_history_and_nothing_else(estate: Estate) -> None:
    desk, worker, mate = estate.device("desk"), estate.device("worker"), estate.device("mate")
    mine, other = new_ticket(), new_ticket()
    desk.push(desk.open_ticket(mine), desk.open_ticket(other))
    worker.pull()
    assert worker.entries == {}
    desk.do("assigned", mine, {"worker_id": estate.worker_id})
    worker.pull()
    mate.pull()
    assert worker.kinds_of(mine) == ["ticket_opened", "ticket_numbered", "assigned"]
    assert worker.kinds_of(other) == [] and mate.entries == {}


def test_reassigning_drops_it_here_and_brings_it_there_and_back(estate: Estate) -> None:
    desk, worker, mate, ticket = estate.device("desk"), estate.device("worker"), estate.device("mate"), new_ticket()
    desk.push(desk.open_ticket(ticket), desk.make("assigned", ticket, {"worker_id": estate.worker_id}))
    worker.pull()
    mate.pull()
    desk.do("assigned", ticket, {"worker_id": estate.mate_id})
    worker.pull()
    mate.pull()
    assert worker.dropped == [ticket]
    assert mate.kinds_of(ticket) == ["ticket_opened", "ticket_numbered", "assigned", "assigned"]
    desk.do("assigned", ticket, {"worker_id": estate.worker_id})
    worker.dropped.clear()
    worker.entries.clear()
    worker.pull()
    assert len(worker.kinds_of(ticket)) == 5 and worker.dropped == []


def test_late_work_on_a_reassigned_ticket_is_kept_and_flagged(estate: Estate) -> None:
    desk, worker, ticket = estate.device("desk"), estate.device("worker"), new_ticket()
    desk.push(desk.open_ticket(ticket), desk.make("assigned", ticket, {"worker_id": estate.worker_id}))
    offline = worker.make("accepted", ticket)
    desk.do("assigned", ticket, {"worker_id": estate.mate_id})
    answer = worker.push(offline)[0]
    assert (answer.status, answer.flags) == ("flagged", ["reassigned"])
    desk.pull()
    assert offline.id in desk.entries
    desk.do("flag_settled", ticket, {"entry_id": offline.id, "decision": "set_aside"})
    assert estate.store.state(None, ticket).flags == []


def test_work_outside_ones_scope_is_refused_as_if_it_were_not_there(lite: Estate) -> None:
    desk, mate, ticket = lite.device("desk"), lite.device("mate"), new_ticket()
    desk.push(desk.open_ticket(ticket))
    answers = mate.push(
        mate.make("progress_reported", ticket, {"note": "n"}),
        mate.make("progress_reported", new_ticket(), {"note": "n"}),
    )
    assert [a.problem.name for a in answers if a.problem] == ["out_of_scope", "out_of_scope"]


def test_a_role_that_may_not_is_refused(lite: Estate) -> None:
    worker, ticket = lite.device("worker"), new_ticket()
    answers = worker.push(
        worker.open_ticket(ticket),
        worker.make("assigned", ticket, {"worker_id": lite.worker_id}),
        worker.make("ticket_numbered", ticket, {"number": "1"}),
    )
    assert [a.problem.name if a.problem else a.status for a in answers] == ["accepted", "role_may_not", "role_may_not"]


def test_a_correction_is_made_by_the_author_or_an_overseer_only(lite: Estate) -> None:
    desk, worker, ticket = lite.device("desk"), lite.device("worker"), new_ticket()
    opened = desk.open_ticket(ticket)
    desk.push(opened, desk.make("assigned", ticket, {"worker_id": lite.worker_id}))
    words = {"target_id": opened.id, "body": {**opened.body, "content": "其实是马桶"}, "reason": "听错"}
    assert [a.problem.name for a in worker.push(worker.make("amended", ticket, words)) if a.problem] == ["role_may_not"]
    assert desk.push(desk.make("amended", ticket, words))[0].status == "accepted"


def test_a_steward_sees_and_opens_in_their_own_buildings_only(estate: Estate) -> None:
    desk, steward = estate.device("desk"), estate.device("steward")
    here, there = new_ticket(), new_ticket()
    desk.push(desk.open_ticket(here, estate.home), desk.open_ticket(there, estate.other_home))
    steward.pull()
    assert steward.kinds_of(here) and not steward.kinds_of(there)
    assert ("household", estate.home["household_id"]) in steward.refs
    assert ("household", estate.other_home["household_id"]) not in steward.refs
    visit = {"occasion": "monthly", "met": False, "not_met": "nobody_home"}
    lied = {**estate.other_home, "building_id": estate.b1}
    answers = steward.push(
        steward.make("visited", ("visit", str(uuid7())), {**visit, **estate.home}),
        steward.make("visited", ("visit", str(uuid7())), {**visit, **estate.other_home}),
        steward.make("visited", ("visit", str(uuid7())), {**visit, **lied}),
    )
    assert [a.status for a in answers] == ["accepted", "refused", "refused"]


def test_changed_roles_and_buildings_count_from_the_next_sync(estate: Estate) -> None:
    desk, steward, ticket = estate.device("desk"), estate.device("steward"), new_ticket()
    desk.push(desk.open_ticket(ticket, estate.other_home))
    steward.pull()
    assert steward.entries == {}
    estate.add_staff("steward", "steward", buildings=(estate.b2,))
    assert steward.who.scopes == ["estate", "staff:staff-steward", f"building:{estate.b2}"]
    steward.pull()
    assert steward.kinds_of(ticket) == ["ticket_opened", "ticket_numbered"]


def test_finance_gets_a_ticket_from_done_on(estate: Estate) -> None:
    """A.8: the third copy."""
    desk, worker, finance = estate.device("desk"), estate.device("worker"), estate.device("finance")
    unfinished = new_ticket()
    desk.push(desk.open_ticket(unfinished))
    subject, made = whole_repair(desk, worker)
    finance.pull()
    assert finance.kinds_of(unfinished) == []
    assert set(finance.kinds_of(subject)) == {e.kind for e in made} | {"ticket_numbered"}


def test_a_pull_pages_resumes_and_never_echoes_own_entries(estate: Estate) -> None:
    desk, reader = estate.device("desk"), estate.device("desk")
    made = [desk.open_ticket(new_ticket()) for _ in range(30)]
    desk.push(*made)
    items = []
    for _ in range(200):
        before = dict(reader.cursors)
        pages, _, _ = estate.store.pull(reader.who, before, 7)
        assert sum(len(page["items"]) for page in pages) <= 7
        items += [item for page in pages for item in page["items"]]
        reader.cursors = {page["scope"]: page["to"] for page in pages}
        if not any(page["more"] for page in pages):
            break
    found = [item["entry"]["id"] for item in items if "entry" in item and item["entry"]["kind"] == "ticket_opened"]
    assert found == [entry.id for entry in made]
    own = [item["own"]["id"] for item in desk.pull() if "own" in item]
    assert own == found
    wanted = estate.store.pull(desk.who, desk.cursors, 1, [made[3].id])[1]
    assert [item["entry"]["id"] for item in wanted] == [made[3].id]


def test_a_pull_with_nothing_new_is_empty_however_much_is_stored(lite: Estate) -> None:
    desk = lite.device("desk")
    desk.push(*[desk.open_ticket(new_ticket()) for _ in range(50)])
    desk.pull()
    assert desk.pull() == []


def test_somebody_elses_ticket_can_not_be_wanted_read_or_verified(lite: Estate) -> None:
    desk, mate, ticket = lite.device("desk"), lite.device("mate"), new_ticket()
    entry = desk.open_ticket(ticket)
    desk.push(entry)
    assert lite.store.pull(mate.who, {}, 500, [entry.id])[1] == []
    refused = mate.push(mate.make("ticket_opened", ticket, {**entry.body, "requested_at": now_ms()}))[0]
    assert refused.problem is not None and refused.problem.name == "out_of_scope"


def test_an_updated_server_gives_the_work_to_whom_the_old_one_could_not_read(estate: Estate) -> None:
    """4: a kind the old server did not know takes effect when the new one starts: tables and scopes."""
    desk, worker, ticket = estate.device("desk"), estate.device("worker"), new_ticket()
    with without_kind("assigned"):
        estate.store.migrate()
        desk.push(desk.open_ticket(ticket), desk.make("assigned", ticket, {"worker_id": worker.staff_id}))
        worker.pull()
        assert worker.kinds_of(ticket) == []
    estate.store.migrate()
    worker.pull()
    assert worker.kinds_of(ticket) == ["ticket_opened", "ticket_numbered", "assigned"]
    state = estate.store.state(worker.who, ticket)
    assert isinstance(state, TicketState) and state.assignee == worker.staff_id
    position = dict(worker.cursors)
    estate.store.migrate()
    worker.pull()
    assert worker.cursors == position, "once is enough"
