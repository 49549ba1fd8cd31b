"""People who left: what is theirs is on the desk's list until others have it (A.2, E, G.2)."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app.actions.models import TicketForm
from app.domain.wire.exchange import Page
from app.ui.screens.desk.board import read_board
from tests.actions.phones import DESK, OTHER_WORKER, STAFF, WORKER, phone_of, ref, uid
from tests.support import field_work


def test_what_is_theirs_stays_on_the_desks_list_until_others_have_it(tmp_path: Path) -> None:
    """B5: two tickets and a key of a worker who left: on 今日 and the board, reassigned together, taken back."""
    desk = phone_of(tmp_path, DESK)

    async def play() -> None:
        home = uid("home", "3栋1单元203")
        tickets = []
        for what in ("漏水", "跳闸"):
            saved = await desk.tickets.open(TicketForm(what, household_id=home, channel="phone"), assign_to=WORKER)
            tickets.append(saved.subject_id)
        key = await field_work.first_key(desk, home)
        due = desk.now() + 3_600_000
        await field_work.hand(desk, "lent", key, to_id=WORKER, purpose="检修", due_at=due, pieces=2)
        assert (desk.handover.left(), desk.today().left_behind) == ([], 0)
        name, held, buildings = STAFF[WORKER]
        left = ref("staff", WORKER, number="W", name=name, roles=held, phone="", active=False, building_ids=buildings)
        desk.store.apply_page(Page("estate", 2, False, (left,)))
        (one,) = desk.handover.left()
        assert ({c.id for c in one.tickets}, [c.id for c in one.things]) == (set(tickets), [key])
        assert (desk.today().left_behind, read_board(desk, "").left_behind) == (3, 3)
        assert WORKER not in {person.id for person in desk.staff_list()}
        once = desk.new_id()
        for _ in range(2):  # a double tap reassigns once
            await desk.handover.hand_over(tickets, OTHER_WORKER, once=once)
        assert [desk.tickets.view(t).state.assignee for t in tickets] == [OTHER_WORKER] * 2
        assert [step.kind for step in desk.tickets.view(tickets[0]).steps].count("assigned") == 2
        await desk.keys.locate(key, "rack")
        assert (desk.handover.left(), desk.today().left_behind) == ([], 0)

    asyncio.run(play())


def test_a_worker_is_not_shown_what_others_left(tmp_path: Path) -> None:
    """B5: the list is for those who see everybody's work."""
    assert phone_of(tmp_path, OTHER_WORKER).handover.left() == []
