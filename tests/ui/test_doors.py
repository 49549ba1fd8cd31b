"""Which doors the list shows and in which order (E), and what a visit's form saves."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app.actions.models import TicketForm, VisitForm
from app.ui.screens.door.households import doors, visits
from app.ui.subjects.visit.fields import START, missing, visit_form
from tests.actions.phones import DESK, STEWARD, phone_of, uid
from tests.actions.test_session import HOME, Team
from tests.support import field_work
from tests.support.screens import screens


def addresses(found: object) -> list[str]:
    return [door.household.address for door in found.rows]  # type: ignore[attr-defined]


def test_doors_are_walked_in_order_complaints_first_those_met_last(tmp_path: Path) -> None:
    """E: open complaints first; then the visits due from door to door; who was met this month is not due."""
    steward = phone_of(tmp_path, STEWARD)
    mine = ["3栋1单元203", "3栋2单元1501", "3栋2单元1502"]
    assert addresses(doors(steward, visits(steward), "", "3")) == mine
    complaint = TicketForm("楼上太吵", ticket_kind="complaint", household_id=uid("home", mine[2]))
    asyncio.run(steward.tickets.open(complaint))
    met = VisitForm(steward.new_id(), uid("home", mine[0]), met_name="𠮷野䶮", unsigned_reason="没空")
    asyncio.run(steward.visits.record(met))
    assert addresses(doors(steward, visits(steward), "", "3")) == [mine[2], mine[1], mine[0]]


def test_nobody_met_saves_nothing_of_somebody_met() -> None:
    """E: what was filled in before 没有见到人 was chosen does not get into the record."""
    values = {
        **START,
        "met": False,
        "not_met": "nobody_home",
        "met_name": "张伟",
        "said": "一切都好",
        "promises": [{"n": 0, "what": "回电", "until": "2026-11-22"}],
    }
    form = visit_form("v", "h", values)
    assert (form.met, form.met_name, form.said, form.promises) == (False, "", "", ())


def test_a_promise_needs_its_day() -> None:
    """E: what was promised, and until when."""
    values = {**START, "met_id": "p", "met_name": "张伟", "promises": [{"n": 0, "what": "回电", "until": ""}]}
    assert missing(values) == "选好什么时候办好"
    assert missing({**values, "promises": [{"n": 0, "what": "回电", "until": "2026-11-22"}]}) is None


def test_a_doors_history_tells_who_signed_for_a_key(tmp_path: Path) -> None:
    """G.2: a key is a line of the door's history; a tap opens its page, where both signatures stand with the step."""
    desk = Team(tmp_path)[DESK]
    key = asyncio.run(field_work.first_key(desk, HOME))

    async def go() -> None:
        async with screens(desk, f"/household/{HOME}") as seen:
            await seen.tap(f"line-{key}")
            await seen.rest()
            assert seen.path == f"/key/{key}" and any(id.startswith("sign-giver-") for id in seen.ids())

    asyncio.run(go())
