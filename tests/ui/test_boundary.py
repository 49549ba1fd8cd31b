"""One card, row or step that cannot be drawn shows as such, with a reference; all the others stay."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flet as ft
import pytest

from app.actions.models import TicketForm
from app.domain.times import DAY
from app.domain.wire.entries import Entry
from app.ui import theme
from app.ui.kit.boundary import guarded
from app.ui.kit.ticket import ticket_paper
from app.ui.screens.desk import board as desk
from app.ui.screens.today import page as today
from app.ui.subjects.ticket import page as screen
from app.ui.subjects.ticket import tickets
from app.ui.subjects.ticket.face import TicketFace
from tests.actions.phones import DESK, OTHER_WORKER, STEWARD, SUPERVISOR, WORKER, uid
from tests.actions.test_session import HOME, Team, form
from tests.support.screens import screens, written_on
from tests.support.window import window

MICROSECONDS = 1_764_276_000_000_000
PATHS = {
    WORKER: ("/", "/tickets"),
    DESK: ("/", "/desk", "/tickets", f"/household/{HOME}"),
    SUPERVISOR: ("/", "/desk", "/flags", "/confirm"),
    STEWARD: ("/", f"/household/{HOME}"),
}
"""Screens that show everybody's work."""


@pytest.fixture
def team(tmp_path: Path) -> Team:
    made = Team(tmp_path)
    for phone in made.phones.values():
        phone.store.put_settings({"first_pull_done": True})
    return made


def seen(team: Team, who: str, path: str) -> tuple[list[str], str]:
    async def look() -> tuple[list[str], str]:
        async with screens(team[who], path) as shown:
            return shown.ids(), shown.words()

    return asyncio.run(look())


def mad_ticket(at: int, **body: Any) -> Entry:
    """A ticket as a store in the field may hold it: taken by a server that bounded no times."""
    said = {
        "ticket_kind": "repair", "household_id": HOME, "address": "3栋2单元1501", "content": "时间乱了",
        "channel": "api", "requested_at": at, **body,
    }  # fmt: skip
    device, id_ = uid("mad"), uid("mad", at, *body)
    return Entry(id_, "ticket_opened", "ticket", uid("t", id_), said, "d-sun", device, 1, at).sealed(
        device=device, counter=1, prev=""
    )


@pytest.mark.parametrize("at", [MICROSECONDS, 1 << 53, 0, -1])
def test_mad_times_of_a_store_in_the_field_are_shown_on_every_screen(team: Team, at: int) -> None:
    """A1: the supervisor's 今日 failed to draw."""
    good = team.ticket()
    mad = mad_ticket(at, appointment_at=abs(at), due_at=abs(at))
    to = {"worker_id": WORKER}
    taken = Entry(uid("take", at), "assigned", "ticket", mad.subject_id, to, "d-sun", mad.device, 2, at)
    team.order.give([mad, taken.sealed(device=mad.device, counter=2, prev=mad.hash)], *team.phones.values())
    for who, paths in PATHS.items():
        for path in (*paths, f"/ticket/{mad.subject_id}"):
            ids, words = seen(team, who, path)
            assert not [one for one in ids if one.startswith("undrawn")], (who, path, words)
            assert "fault" not in ids
            if path in ("/tickets", "/desk", f"/ticket/{mad.subject_id}"):
                assert "时间乱了" in words, (who, path)
    assert good in [card.id for card in team[WORKER].today().tickets]


@pytest.mark.parametrize("at", [MICROSECONDS, -(1 << 53), 0])
def test_a_phone_whose_clock_is_mad_shows_every_screen(team: Team, at: int) -> None:
    """A1: now itself may be any number."""
    team.ticket()
    asyncio.run(team[STEWARD].visits.record(form(team[STEWARD], unsigned_reason="手湿")))
    team.clock.now = at
    for who, paths in PATHS.items():
        for path in paths:
            assert seen(team, who, path)[0], (who, path)


def test_a_visit_from_the_future_does_not_make_a_door_visited(team: Team) -> None:
    """A1: one mad time would take a household off the list for ever."""
    steward, now = team[STEWARD], team.clock.now
    due = {row.household.id for row in steward.visits.due()}
    team.clock.now = now + 4000 * DAY
    asyncio.run(steward.visits.record(form(steward, unsigned_reason="手湿")))
    team.clock.now = now
    assert {row.household.id for row in steward.visits.due()} == due and HOME in due


def broken(draw: Callable[..., Any], when: Callable[..., bool]) -> Callable[..., Any]:
    """As ``draw``, but for one thing it cannot draw."""

    def fails(*args: Any, **kwargs: Any) -> Any:
        if when(*args, **kwargs):
            raise ZeroDivisionError("of a kind nobody foresaw")
        return draw(*args, **kwargs)

    return fails


def is_bad(*args: Any, **_: Any) -> bool:
    return any(getattr(one, "content", "") == "坏" for one in args)


@pytest.mark.parametrize("path", ["/", "/desk", "/tickets"])
def test_one_card_that_cannot_be_drawn_shows_as_such_beside_all_the_others(
    team: Team, path: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A1: 这一条显示不了, with the reference under which it is logged, once."""
    for module, name in ((today, "today_card"), (desk, "desk_card"), (tickets, "desk_card")):
        monkeypatch.setattr(module, name, broken(getattr(module, name), is_bad))
    for content in ("好一", "坏", "好二"):
        team.do(team[SUPERVISOR].tickets.open(TicketForm(content, household_id=HOME, channel="phone")))
    bad = next(card.id for card in team[SUPERVISOR].cards() if card.content == "坏")

    async def look() -> tuple[list[str], str, str]:
        async with screens(team[SUPERVISOR], path) as shown:
            ids, words = shown.ids(), shown.words()
            await shown.tap(f"undrawn-{bad}")
            return ids, words, shown.told()

    with caplog.at_level(logging.ERROR, "app.ui.kit.boundary"):
        ids, words, told = asyncio.run(look())
    assert f"undrawn-{bad}" in ids and "这一条显示不了" in words and "好一" in words and "好二" in words
    (logged,) = [record for record in caplog.records if record.name == "app.ui.kit.boundary"]
    reference = str(logged.args[1])  # type: ignore[index]
    assert reference in words and reference in told and bad in str(logged.args)


@pytest.mark.parametrize("path", ["/flags", "/confirm"])
def test_one_subject_that_cannot_be_read_takes_no_other_off_a_list(
    team: Team, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A1: the supervisor's evening and what is to be settled read each ticket whole; the bad one is never confirmed."""
    boss, bad, good = team[SUPERVISOR], team.ticket(), team.ticket()
    for ticket in (bad, good):
        team.until(ticket, "sign" if path == "/confirm" else "accept")
        if path == "/flags":
            late = asyncio.run(team[WORKER].tickets.arrive(ticket))
            team.do(boss.tickets.assign(ticket, OTHER_WORKER))
            team.share(late)
    monkeypatch.setattr(boss.store, "state", broken(boss.store.state, lambda _, id: id == bad))
    ids, words = seen(team, SUPERVISOR, path)
    assert f"undrawn-{bad}" in ids and "这一条显示不了" in words
    if path == "/confirm":
        assert f"confirm-{good}" in ids and f"confirm-{bad}" not in ids
    else:
        assert sum(one.startswith("flag-") for one in ids) == 1


def test_one_step_that_cannot_be_shown_leaves_the_paper_and_the_other_steps(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A1: an entry of a body no words were written for."""
    says = broken(TicketFace.says, lambda _face, kind, *_: kind == "found")
    monkeypatch.setattr(TicketFace, "says", says)
    ticket = team.ticket()
    team.until(ticket, "price")
    for who in (WORKER, DESK):
        words = seen(team, who, f"/ticket/{ticket}")[1]
        assert "这一条显示不了" in words and "厨房水龙头漏水" in words and "出示价格" in words and "到达现场" in words


def test_a_paper_that_cannot_be_drawn_leaves_its_steps(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """A1: the head of a ticket is one item as well."""
    monkeypatch.setattr(screen, "ticket_paper", broken(ticket_paper, lambda **_: True))
    words = seen(team, WORKER, f"/ticket/{team.ticket()}")[1]
    assert "这一条显示不了" in words and "接单" in words and "登记" in words


def test_a_component_in_a_card_is_guarded_too() -> None:
    """A1: Flet draws components later: a clock that fails must not end the window's drawing."""

    @ft.component
    @guarded
    def Bad() -> ft.Control:
        raise ZeroDivisionError("late")

    async def go() -> str:
        def main(page: ft.Page) -> None:
            theme.install(page)
            page.render(lambda: ft.Column([ft.Text("before"), Bad(), ft.Text("after")]))

        async with window(main) as shown:
            return written_on(shown.session.page.views[0])

    words = asyncio.run(go())
    assert "before" in words and "after" in words and "这一条显示不了" in words
