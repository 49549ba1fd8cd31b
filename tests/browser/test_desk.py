"""The desk and the supervisors in the real app: tickets go out and come back signed, are judged, confirmed, settled."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.actions import CardFilter, Session
from tests.browser.conftest import FieldDay
from tests.support import field_work as work

DESKTOP = (1280, 800)


def eventually(told: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Wait for something that sync brings about."""
    deadline = time.monotonic() + seconds
    while not told():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def test_a_ticket_goes_out_and_comes_back_with_its_signature(field_day: FieldDay) -> None:
    """A.1, A.2, A.7, A.8: opened at the desk, assigned by the supervisor, repaired and signed while the server is
    down, confirmed with its signature verified, handed back, and the resident rung up."""
    content = "阳台水管接头渗水，请带生料带"
    desk = field_day.phone("desk")
    desk.start("/ticket-new")
    desk.type_into("home-find", "3-1-302")
    desk.tap("home-3栋1单元302")
    desk.type_into("content", content)
    desk.tap("main-action")
    desk.see_id("ticket")
    wanted = CardFilter(text=content)
    eventually(lambda: field_day.read("supervisor", lambda s: s.count(wanted)) == 1, "the ticket reaches the server")
    ticket = field_day.read("supervisor", lambda s: s.tickets(wanted)[0].id)

    boss = field_day.phone("supervisor", size=DESKTOP, scale=1)
    boss.start("/desk")
    boss.tap(f"act-{ticket}")
    boss.see_id("assign")
    boss.tap(f"worker-{field_day.staff_id('worker')}")
    boss.tap("main-action")
    boss.see("已派给王强")
    boss.see_id("ticket")
    assert not field_day.read("desk", lambda s: s.ticket(ticket).state.flags)

    worker = field_day.phone("worker")
    worker.start(f"/ticket/{ticket}")
    worker.tap("main-action")
    worker.see("到达现场")
    field_day.server.stop()
    worker.tap("main-action")
    worker.tap("main-action")
    worker.type_into("price-search", "jf")
    worker.see_id("item-S02")
    worker.settle()
    worker.tap("item-S02")
    worker.see_id("line-0")
    assert worker.becomes_enabled("main-action")
    worker.tap("main-action")
    worker.see_id("consent")
    worker.tap("main-action")
    for screen in ("ticket", "ticket", "fees", "ticket"):
        worker.see_id(screen)
        worker.tap("main-action")
    worker.sign("pad")
    worker.tap("sign-agree")
    worker.see_id("ticket")
    field_day.server.start()
    eventually(lambda: field_day.read("desk", lambda s: s.ticket(ticket).state.stage) == "done", "the work goes up", 60)

    boss.start("/confirm")
    boss.see_id(f"confirm-{ticket}", timeout_ms=30_000)
    boss.see("签名有效", timeout_ms=30_000)
    boss.see_id(f"picture-{ticket}")
    boss.tap(f"verify-{ticket}")
    boss.see_id("verify")
    boss.see("每条记录都与提交时一致")
    boss.tap("back")
    boss.tap(f"confirm-{ticket}")
    boss.see("已确认")
    boss.gone_id(f"confirm-{ticket}")

    desk.start(f"/ticket/{ticket}")
    desk.see("王强")
    eventually(lambda: field_day.read("desk", lambda s: s.ticket(ticket).state.stage) == "confirmed", "confirmed")
    desk.start("/desk")
    desk.tap(f"card-{ticket}")
    desk.tap("main-action")
    desk.see("已归档")
    desk.start(f"/ticket/{ticket}/call-back")
    desk.tap("satisfied-yes")
    desk.tap("main-action")
    eventually(lambda: field_day.read("desk", lambda s: s.ticket(ticket).card.called_back), "called back")
    state = field_day.read("desk", lambda s: s.ticket(ticket).state)
    assert (state.stage, state.flags, state.signature) == ("filed", [], "intact")
    assert not desk.problems and not boss.problems and not worker.problems


def test_an_unlisted_repair_is_judged_and_the_resident_asked(field_day: FieldDay) -> None:
    """A.2: the supervisor says whether and for how much, the desk asks the resident, then a worker is assigned."""
    ticket = field_day.open_ticket("3栋1单元303", "书房地板鼓起来一块", worker=None, listed=False)
    boss = field_day.phone("supervisor")
    boss.start("/desk")
    boss.tap(f"act-{ticket}")
    boss.see_id("judge")
    assert not boss.enabled("main-action"), "nothing is judged yet"
    boss.tap("can-yes")
    boss.type_into("price", "12块")
    boss.see("请填金额")
    boss.type_into("price", "120.5")
    boss.type_into("work", "撬开两块地板，重做防潮")
    boss.shot("judge-price")
    boss.reload()
    boss.see("¥120.50")  # the half-filled form came back
    boss.tap("main-action")
    boss.see_id("desk")
    desk = field_day.phone("desk")
    desk.start("/desk")
    desk.tap(f"act-{ticket}")
    desk.see("¥120.50")
    desk.tap("agreed-yes")
    desk.shot("judge-asked")
    desk.tap("main-action")
    desk.see_id("desk")
    asked = CardFilter(ids=(ticket,))
    eventually(lambda: field_day.read("desk", lambda s: s.tickets(asked)[0].stage) == "open", "agreed")
    judged = field_day.read("desk", lambda s: s.ticket(ticket).state)
    assert judged.judged is not None and judged.judged["price_fen"] == 12050
    assert judged.asked is not None and judged.asked["agreed"]


def test_a_flag_is_told_in_plain_words_and_settled(field_day: FieldDay) -> None:
    """A.2: a worker goes on while the ticket is already another's: kept, shown with the reassignment, decided."""
    ticket = field_day.open_ticket("5栋1单元202", "门锁转不动")
    field_day.act("worker", lambda s: s.accept(ticket))
    other = field_day.staff_id("worker2")

    async def late_arrival(worker: Session) -> None:
        await worker.arrive(ticket)
        desk = await field_day._colleagues.session("desk")
        await desk.assign(ticket, other)
        await desk.sync_now()

    field_day.act("worker", late_arrival)
    entry = field_day.read("desk", lambda s: s.ticket(ticket).state.flags[0].entry_id)
    desk = field_day.phone("desk")
    desk.start("/flags")
    desk.see_id(f"flag-{entry}")
    desk.see("当时工单已经改派给别人")
    desk.see("与它冲突的")
    desk.shot("flags-reassigned")
    desk.tap(f"aside-{entry}")
    desk.type_into("flag-note", "已改派李军，王强不用再去")
    desk.shot("flags-question")
    desk.tap("question-yes")
    desk.gone_id(f"flag-{entry}")
    eventually(lambda: not field_day.read("supervisor", lambda s: s.ticket(ticket).state.flags), "settled")
    steps = field_day.read("supervisor", lambda s: s.ticket(ticket).steps)
    assert [s.standing for s in steps if s.entry.id == entry] == ["set_aside"]


def test_the_days_tickets_are_confirmed_and_reach_finance(field_day: FieldDay) -> None:
    """A.8: all that are intact at once, changed ones apart; finance receives its copies before the 25th."""
    good = [field_day.open_ticket("3栋2单元1502", "角阀漏水"), field_day.open_ticket("5栋1单元201", "下水道堵")]
    for ticket in good:
        field_day.act("worker", lambda s, t=ticket: work.repair(s, t, "疏通下水道", "单丽"))  # type: ignore[misc]
    changed = field_day.open_ticket("3栋2单元1501", "软管爆了")
    field_day.act("worker", lambda s: work.repair(s, changed, "更换软管"))

    async def correct(worker: Session) -> None:
        fees = next(step for step in worker.ticket(changed).steps if step.kind == "fees_written")
        await worker.amend(fees.entry.id, {**fees.body, "remarks": "住户要求改日再换"}, "漏写备注")

    field_day.act("worker", correct)
    boss = field_day.phone("supervisor")
    boss.start("/confirm")
    boss.see_id(f"changed-{changed}")
    for ticket in good:
        boss.see_id(f"confirm-{ticket}", timeout_ms=20_000)
    boss.shot("confirm-full")
    boss.tap("main-action")
    boss.see("记入住户的物业账单")
    boss.tap("question-yes")
    boss.gone_id(f"confirm-{good[0]}")
    boss.shot("confirm-changed")
    confirmed = CardFilter(ids=tuple(good), stages=("confirmed",))
    eventually(lambda: field_day.read("desk", lambda s: s.count(confirmed)) == 2, "confirmed")
    assert field_day.read("desk", lambda s: s.ticket(changed).state.stage) == "to_sign"

    finance = field_day.phone("finance")
    finance.start("/finance")
    finance.see_id(f"finance-{good[0]}", timeout_ms=20_000)
    finance.shot("finance-full")
    finance.tap(f"finance-{good[1]}")
    finance.tap("main-action")
    finance.tap("question-yes")
    received = CardFilter(ids=tuple(good))

    def at_finance() -> list[bool]:
        cards = {c.id: c for c in field_day.read("supervisor", lambda s: s.tickets(received))}
        return [cards[ticket].finance_at is not None for ticket in good]

    eventually(lambda: at_finance() == [True, False], "only the marked one")
    finance.shot("finance-received")
