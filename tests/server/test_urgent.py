"""紧急 on the server: the typed column, other systems, and phones and servers of different age."""

from __future__ import annotations

import requests
from sqlalchemy import select

from app.domain.subjects.ticket.state import TicketState
from sync_server.store.people import admin
from sync_server.store.subjects.ticket.sheet import tickets
from tests.server.conftest import Estate
from tests.support.field_device import new_ticket
from tests.support.older import without_kind
from tests.support.server import LiveServer


def column(estate: Estate, ticket: tuple[str, str]) -> bool:
    with estate.store.read() as connection:
        query = select(tickets.c.urgent).where(tickets.c.id == ticket[1])
        return bool(connection.scalar(query))


def test_the_table_says_what_the_entries_say(estate: Estate) -> None:
    """B6: for readers by SQL, on both stores."""
    desk, plain, urgent = estate.device("desk"), new_ticket(), new_ticket()
    desk.push(desk.open_ticket(plain), desk.open_ticket(urgent, urgent=True))
    assert (column(estate, plain), column(estate, urgent)) == (False, True)
    desk.do("urgency_set", plain, {"urgent": True})
    desk.do("urgency_set", urgent, {"urgent": False})
    assert (column(estate, plain), column(estate, urgent)) == (True, False)


def test_a_worker_may_not_set_it(estate: Estate) -> None:
    """B6: who does the work does not say what comes first."""
    desk, worker, ticket = estate.device("desk"), estate.device("worker"), new_ticket()
    desk.push(desk.open_ticket(ticket), desk.make("assigned", ticket, {"worker_id": worker.staff_id}))
    (answer,) = worker.push(worker.make("urgency_set", ticket, {"urgent": True}))
    assert answer.problem is not None and answer.problem.name == "role_may_not"


def test_a_server_that_knows_no_urgency_takes_it_and_reads_it_once_it_is_updated(estate: Estate) -> None:
    """B6: servers first is not needed here: the older one keeps kind and field, and nothing is refused."""
    desk, ticket = estate.device("desk"), new_ticket()
    with without_kind("urgency_set"):
        estate.store.migrate()
        answers = desk.push(desk.open_ticket(ticket), desk.make("urgency_set", ticket, {"urgent": True}))
        assert [answer.status for answer in answers] == ["accepted", "accepted"] and not column(estate, ticket)
    estate.store.migrate()
    state = estate.store.state(None, ticket)
    assert isinstance(state, TicketState) and state.urgent and column(estate, ticket)


def test_another_system_orders_something_urgent(live: LiveServer) -> None:
    """B6: `urgent` in POST /v1/tickets, and in the answer."""
    headers = {"X-API-Key": admin.add_api_key(live.store, "CRM")}
    asked = {"external_ref": "CRM-1", "address": "南门岗亭", "content": "水管爆裂"}
    url = f"{live.url}/v1/tickets"
    first = requests.post(url, json=asked | {"urgent": True}, headers=headers, timeout=20).json()
    other = requests.post(url, json=asked | {"external_ref": "CRM-2"}, headers=headers, timeout=20).json()
    assert (first["urgent"], other["urgent"]) == (True, False)
    wrong = requests.post(url, json=asked | {"external_ref": "3", "urgent": "sehr"}, headers=headers, timeout=20)
    assert wrong.status_code in (400, 422) and wrong.json()["error"]["name"] == "malformed"
