"""来电 and 签收 in the real app: the desk's two minutes from the ring on, and engineering's one tap (A.1)."""

from __future__ import annotations

from app.domain.subjects.ticket.clocks import clocks
from tests.support import waiting
from tests.support.field_day import FieldDay, choose_look


def test_from_the_telephone_to_engineering(field_day: FieldDay) -> None:
    """A.1: the ring is the request; the form keeps it; the supervisor says by one tap that engineering has it."""
    desk = field_day.phone("desk")
    desk.see_id("call")
    desk.shot("today-call")
    desk.tap("call")
    desk.see_id("call-time")
    desk.see("还剩 1:")
    desk.shot("call-form")
    choose_look(desk, "theme-dark", "scale-200")
    desk.show("/ticket-new", "call-time", "call-form-large")
    choose_look(desk, "theme-light", "scale-100")
    desk.go("/ticket-new")
    desk.tap("where-public")
    desk.type_into("place", "2单元电梯厅")
    desk.type_into("content", "灯管不亮，晚上看不清台阶")
    desk.tap("main-action")
    desk.see_id("ticket")
    ticket = desk.path.removeprefix("/ticket/")
    state = field_day.read("desk", lambda s: s.tickets.view(ticket)).state
    registered = next(one for one in clocks(state) if one.id == "register")
    assert state.channel == "phone" and registered.start == state.requested_at < state.opened_at

    boss = field_day.phone("supervisor")
    boss.see_id(f"receive-{ticket}", timeout_ms=30_000)
    boss.shot("today-receive")
    boss.go("/desk")
    boss.see_id(f"act-{ticket}")
    boss.shot("desk-receive")
    boss.go(f"/ticket/{ticket}")
    boss.see("签收")
    boss.shot("ticket-receive")
    boss.go("/")
    boss.tap(f"receive-{ticket}")
    boss.gone_id(f"receive-{ticket}")
    waiting.eventually(
        lambda: field_day.read("desk", lambda s: s.tickets.view(ticket)).state.taken_over_at is not None,
        within=30,
        every=0.2,
        what="the desk hears that engineering has it",
    )
    assert not boss.outside and not boss.problems and not desk.problems
