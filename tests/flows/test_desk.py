"""The desk and the supervisors in the real app: tickets go out and come back signed, are judged, confirmed, settled."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable

from openpyxl import load_workbook  # type: ignore[import-untyped]

from app.actions import CardFilter, Session
from app.domain.subjects.ticket import TicketCard
from tests.support import field_work as work
from tests.support import waiting
from tests.support.field_day import FieldDay, choose_look

DESKTOP = (1280, 800)


def eventually(told: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Wait for something that sync brings about."""
    waiting.eventually(told, within=seconds, every=0.2, what=what)


def a_day_at_the_desk(day: FieldDay) -> dict[str, str]:
    """Tickets at every step, with clocks calm, amber and red, long words and rare characters."""
    shop = "店里的下水道堵了，后厨地面返水，货架下面都是水，请带大功率疏通机，门口不好停车，来之前打电话给店员欧阳婷婷"
    wall, floor = "阳台外墙渗水，想请物业看看能不能补", "书房地板鼓起来了"
    ids = {
        "open": day.open_ticket("3栋2单元1501", "厨房水龙头漏水，水槽下方积水", worker=None, minutes_ago=6),
        "shop": day.open_ticket("5栋商铺03", shop, worker=None, urgent=True),
        "judge": day.open_ticket("3栋2单元1602", wall, worker=None, listed=False, minutes_ago=12),
        "ask": day.open_ticket("3栋1单元303", floor, worker=None, listed=False),
        "late": day.open_ticket("3栋1单元302", "卫生间灯不亮", minutes_ago=40),
        "other": day.open_ticket("5栋1单元202", "门锁转不动", worker="worker2"),
        "done": day.open_ticket("3栋2单元1502", "角阀漏水"),
    }
    day.act("supervisor", lambda s: s.tickets.judge(ids["ask"], True, 12000, "撬开两块地板，重做防潮"))
    day.act("worker", lambda s: s.tickets.accept(ids["late"]), minutes_ago=24)
    day.act("worker", lambda s: work.repair(s, ids["done"], "更换角阀", "单丽"))
    return ids


def test_the_desk_from_an_empty_morning_to_a_full_day(field_day: FieldDay) -> None:
    """Each page of the desk says what will appear, shows what there is, and tells what cannot be done."""
    boss = field_day.phone("supervisor")
    if not field_day.read("supervisor", lambda s: s.count(CardFilter(ended=False))):
        for path, name in (("/desk", "desk"), ("/confirm", "confirm"), ("/flags", "flags")):
            boss.go(path)
            boss.see_id("empty")
            boss.shot(f"{name}-empty")
    ids = a_day_at_the_desk(field_day)
    boss.go("/desk")
    boss.see_id(f"card-{ids['shop']}", timeout_ms=30_000)
    boss.see("待派工")
    boss.shot("desk-full")
    boss.tap("section-open")
    boss.gone_id(f"card-{ids['open']}")
    boss.tap("section-to_judge")
    boss.see("王强")
    boss.shot("desk-in-work")
    boss.tap("section-open")
    boss.see_id(f"card-{ids['open']}")
    boss.type_into("desk-find", "没有这样的工单")
    boss.see("没有符合的工单")
    boss.go("/tickets")
    boss.see("已超")
    boss.shot("tickets-full")
    boss.type_into("tickets-find", "疏通机")
    boss.see_id(f"card-{ids['shop']}")
    boss.gone_id(f"card-{ids['open']}")
    boss.tap(f"card-{ids['shop']}")
    boss.see_id("ticket")
    boss.tap("back")
    boss.see_id(f"card-{ids['shop']}")  # the list is as it was left
    boss.tap("tickets-more")
    boss.see("维修工")
    boss.shot("tickets-filter")
    boss.go(f"/ticket/{ids['open']}/assign")
    boss.tap(f"worker-{field_day.staff_id('worker2')}")
    boss.see("派给李军")
    boss.shot("assign-chosen")
    field_day.act("desk", lambda s: s.tickets.void(ids["open"], "重复登记"))
    eventually(
        lambda: field_day.read("supervisor", lambda s: s.tickets.view(ids["open"]).state.stage) == "voided",
        "voided elsewhere",
    )
    boss.go("/desk")
    boss.see_id("desk")
    boss.gone_id(f"card-{ids['open']}", timeout_ms=30_000)
    boss.go("/tickets")
    boss.see_id("tickets")
    boss.go(f"/ticket/{ids['open']}/assign")
    boss.see("这一步现在不用做")
    boss.shot("assign-error")
    choose_look(boss, "theme-dark")
    boss.show("/desk", f"card-{ids['shop']}", "desk-dark")
    boss.show("/confirm", f"confirm-{ids['done']}", "confirm-dark")
    choose_look(boss, "theme-light", "scale-200")
    for path, name, there in (
        ("/desk", "desk", f"card-{ids['shop']}"),
        ("/confirm", "confirm", f"confirm-open-{ids['done']}"),
        (f"/ticket/{ids['shop']}/assign", "assign", "ticket-head"),
        (f"/ticket/{ids['judge']}/judge", "judge", "ticket-head"),
    ):
        boss.show(path, there, f"{name}-large")
    choose_look(boss, "scale-100", "language-en")
    boss.go("/desk")
    boss.see("To assign")
    boss.shot("desk-en")
    assert not boss.outside and not boss.problems


def test_a_second_call_for_the_same_thing_meets_the_open_ticket(field_day: FieldDay) -> None:
    """B16: what is open at the door stands beside the form, one tap away, and the form waits meanwhile."""
    tap = field_day.open_ticket("3栋2单元1501", "厨房水龙头漏水，水槽下方积水", minutes_ago=50)
    field_day.open_ticket("3栋2单元1501", "客厅灯不亮", worker=None, minutes_ago=20)
    desk = field_day.phone("desk")
    path = f"/ticket-new/{field_day.household_id('3栋2单元1501')}"
    desk.go(path)
    desk.see_id("here-fold")
    desk.shot("ticket-new-here")
    desk.type_into("content", "水龙头又漏了")
    desk.see("可能是同一件事")
    desk.tap("urgent-yes")
    desk.shot("ticket-new-same")
    desk.tap(f"here-{tap}")
    desk.see_id("ticket-paper")
    desk.tap("back")
    desk.see_id("ticket-new")
    desk.see("可能是同一件事")
    wide = field_day.phone("desk", size=DESKTOP, scale=1)
    wide.go(path)
    wide.see_id(f"here-{tap}")
    wide.shot("ticket-new-desktop")
    large = field_day.phone("desk", size=(360, 640), dark=True)
    choose_look(large, "scale-200")
    large.go(path)
    large.see_id("here-fold")
    large.shot("ticket-new-large")
    for phone in (desk, wide, large):
        assert not phone.outside and not phone.problems


def test_a_table_and_what_is_chosen_beside_it(field_day: FieldDay) -> None:
    """At a PC: the table left, the ticket right, forms in its place, and the arrow keys go through the table."""
    burst = "厨房水管爆裂，水流到楼下"
    first = field_day.open_ticket("3栋2单元1501", burst, worker=None, urgent=True, minutes_ago=65)
    second = field_day.open_ticket("3栋1单元302", "客厅插座没有电", worker=None, minutes_ago=4)
    desk = field_day.phone("desk", size=DESKTOP, scale=1)
    desk.go("/desk")
    desk.see_id("desk-pick")
    desk.tap(f"row-{first}")
    desk.see_id("ticket-paper")
    desk.press("KeyA")
    desk.see_id("assign")
    desk.see_id(f"row-{first}")
    desk.tap(f"worker-{field_day.staff_id('worker')}")
    desk.press("Escape")
    desk.see_id("ticket-paper")
    desk.press("ArrowDown")
    desk.see("王䶮")  # the next ticket is open: only its paper names who to ring
    desk.type_into("desk-find", "cztou302")
    desk.see("没有符合的工单")
    desk.type_into("desk-find", "3-1-302")
    desk.see_id(f"row-{second}")
    desk.gone_id(f"row-{first}")
    desk.press("Enter")
    desk.press("KeyN")
    desk.see_id("ticket-new")


def test_from_the_ring_to_the_assigned_ticket_without_a_mouse(field_day: FieldDay) -> None:
    """A.1, A.2: one key takes the call, the door is found as it is typed, a digit is a phrase, Ctrl+Enter saves, the
    arrows and Enter assign: 25 keys at most. Another call waits meanwhile, with all that was typed."""
    door = "3-1-302"
    before = field_day.open_ticket("3栋1单元302", "客厅插座没有电", minutes_ago=30)
    desk = field_day.phone("desk", size=DESKTOP, scale=1)
    desk.go("/desk")
    desk.see_id(f"row-{before}")
    pressed: list[str] = []

    def press(*keys: str) -> None:
        for key in keys:
            pressed.extend(key.split("+"))
            desk.press(key)

    press("c")
    desk.see_id("call-time")
    desk.settle()
    press(*"5-1-2")
    press("Escape")
    desk.gone_id("call-time")
    desk.see("来电")
    other = len(pressed)
    press("c")
    desk.see_id("call-time")
    desk.settle()
    press(*door, "Enter")
    desk.see_id("home-change")
    desk.see_id(f"here-{before}")
    desk.settle()
    press("1")
    assert desk.becomes_enabled("main-action")
    press("Control+Enter")
    desk.see_id("assign")
    desk.settle()
    press("ArrowDown", "Enter")
    desk.see("已派给")
    assert len(pressed) - other <= 25, pressed
    made = CardFilter(household_id=field_day.household_id("3栋1单元302"), stages=("assigned",))
    new = [card for card in field_day.read("desk", lambda s: s.cards(made)) if card.id != before]
    assert [card.content for card in new] == ["漏水"]
    press("r")
    desk.see_id("call-time")
    assert desk.value_of("home-find") == "5-1-2"
    desk.tap("where-public")
    press("2")
    assert desk.value_of("content") == "单元门关不上", "no field has the focus: the digit is a phrase all the same"


def test_a_ticket_goes_out_and_comes_back_with_its_signature(field_day: FieldDay) -> None:
    """A.1, A.2, A.7, A.8: opened at the desk, assigned by the supervisor, repaired and signed while the server is
    down, confirmed with its signature verified, handed back, and the resident rung up."""
    content = f"阳台水管接头渗水，请带生料带 {secrets.token_hex(3)}"  # its own, also when the test is tried again
    desk = field_day.phone("desk")
    desk.go("/ticket-new")
    desk.type_into("home-find", "3-1-302")
    desk.tap("home-3栋1单元302")
    for _ in range(3):
        desk.settle()
        desk.type_into("content", content)
        if desk.becomes_enabled("main-action", 3):
            break
    desk.tap("main-action")
    desk.see_id("ticket")
    desk.see(content)
    wanted = CardFilter(text=content)
    eventually(lambda: field_day.read("supervisor", lambda s: s.count(wanted)) == 1, "the ticket reaches the server")
    ticket = field_day.read("supervisor", lambda s: s.cards(wanted)[0].id)

    boss = field_day.phone("supervisor")
    boss.go("/desk")
    boss.see_id(f"act-{ticket}", timeout_ms=30_000)
    boss.tap(f"act-{ticket}")
    boss.gone("签收")  # engineering has it; next is what to do with it
    boss.tap(f"act-{ticket}")
    boss.see_id("assign")
    boss.tap(f"worker-{field_day.staff_id('worker')}")
    boss.tap("main-action")
    boss.see("已派给王强")
    boss.see_id("desk")
    assert not field_day.read("desk", lambda s: s.tickets.view(ticket).state.flags)

    worker = field_day.phone("worker")
    worker.go(f"/ticket/{ticket}")
    worker.tap("main-action")
    worker.see("到达现场")
    field_day.server.stop()
    worker.tap("main-action")
    worker.see("记录实际情况")
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
    worker.see("没有自带材料，开始维修")
    worker.tap("main-action")
    worker.see("填写费用")
    worker.tap("main-action")
    worker.see_id("fees")
    worker.tap("main-action")
    worker.see("住户试用，一切正常")
    worker.tap("main-action")
    worker.sign("pad")
    worker.agree()
    worker.see_id("ticket")
    field_day.server.start()
    eventually(
        lambda: field_day.read("desk", lambda s: s.tickets.view(ticket).state.stage) == "done", "the work goes up", 60
    )

    boss.go("/confirm")
    boss.see_id(f"confirm-{ticket}", timeout_ms=30_000)
    boss.see("签名有效", timeout_ms=30_000)
    boss.see_id(f"picture-{ticket}")
    boss.tap(f"verify-{ticket}")
    boss.see_id("verify")
    boss.scroll(2000)
    boss.see("记录都与提交时一致")
    boss.tap("back")
    boss.tap(f"confirm-{ticket}")
    boss.see("已确认")
    boss.gone_id(f"confirm-{ticket}")

    desk.go(f"/ticket/{ticket}")
    desk.see("王强")
    eventually(lambda: field_day.read("desk", lambda s: s.tickets.view(ticket).state.stage) == "confirmed", "confirmed")
    desk.go("/desk")
    desk.tap(f"card-{ticket}")
    desk.tap("main-action")
    desk.see("已归档")
    desk.go(f"/ticket/{ticket}/call-back")
    desk.tap("satisfied-yes")
    desk.tap("main-action")
    eventually(
        lambda: field_day.read("desk", lambda s: s.tickets.view(ticket).card.as_(TicketCard).called_back), "called back"
    )
    state = field_day.read("desk", lambda s: s.tickets.view(ticket).state)
    assert (state.stage, state.flags, state.signature) == ("filed", [], "intact")
    assert not desk.problems and not boss.problems and not worker.problems


def test_an_unlisted_repair_is_judged_and_the_resident_asked(field_day: FieldDay) -> None:
    """A.2: the supervisor says whether and for how much, the desk asks the resident, then a worker is assigned."""
    ticket = field_day.open_ticket("3栋1单元303", "书房地板鼓起来一块", worker=None, listed=False)
    boss = field_day.phone("supervisor")
    boss.go("/desk")
    boss.tap(f"act-{ticket}")
    boss.gone("签收")  # engineering has it; next is what to do with it
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
    desk.go("/desk")
    desk.tap(f"act-{ticket}")
    desk.see("¥120.50")
    desk.tap("agreed-yes")
    desk.shot("judge-asked")
    desk.tap("main-action")
    desk.see_id("desk")
    asked = CardFilter(ids=(ticket,))
    eventually(lambda: field_day.read("desk", lambda s: s.cards(asked)[0].stage) == "open", "agreed")
    judged = field_day.read("desk", lambda s: s.tickets.view(ticket).state)
    assert judged.judged is not None and judged.judged["price_fen"] == 12050
    assert judged.asked is not None and judged.asked["agreed"]


def test_a_flag_is_told_in_plain_words_and_settled(field_day: FieldDay) -> None:
    """A.2: a worker goes on while the ticket is already another's: kept, shown with the reassignment, decided."""
    ticket = field_day.open_ticket("5栋1单元202", "门锁转不动")
    field_day.act("worker", lambda s: s.tickets.accept(ticket))
    other = field_day.staff_id("worker2")

    async def late_arrival(worker: Session) -> None:
        await worker.tickets.arrive(ticket)
        desk = await field_day._colleagues.session("desk")
        await desk.tickets.assign(ticket, other)
        await desk.sync_now()

    field_day.act("worker", late_arrival)
    entry = field_day.read("desk", lambda s: s.tickets.view(ticket).state.flags[0].entry_id)
    desk = field_day.phone("desk")
    desk.go("/flags")
    desk.see_id(f"flag-{entry}")
    desk.see("当时工单已经改派给别人")
    desk.see("与它冲突的")
    desk.shot("flags-reassigned")
    desk.tap(f"aside-{entry}")
    desk.type_into("flag-note", "已改派李军，王强不用再去")
    desk.shot("flags-question")
    desk.tap("question-yes")
    desk.gone_id(f"flag-{entry}")
    eventually(lambda: not field_day.read("supervisor", lambda s: s.tickets.view(ticket).state.flags), "settled")
    steps = field_day.read("supervisor", lambda s: s.tickets.view(ticket).steps)
    assert [s.standing for s in steps if s.entry.id == entry] == ["set_aside"]


def test_the_days_tickets_are_confirmed_and_reach_finance(field_day: FieldDay) -> None:
    """A.8: all that are intact at once, changed ones apart; finance receives its copies before the 25th."""
    good = [field_day.open_ticket("3栋2单元1502", "角阀漏水"), field_day.open_ticket("5栋1单元201", "下水道堵")]
    for ticket in good:
        field_day.act("worker", lambda s, t=ticket: work.repair(s, t, "疏通下水道", "单丽"))  # type: ignore[misc]
    changed = field_day.open_ticket("3栋2单元1501", "软管爆了")
    field_day.act("worker", lambda s: work.repair(s, changed, "更换软管"))

    async def correct(worker: Session) -> None:
        fees = next(step for step in worker.tickets.view(changed).steps if step.kind == "fees_written")
        await worker.amend(fees.entry.id, {**fees.body, "remarks": "住户要求改日再换"}, "漏写备注")

    field_day.act("worker", correct)
    boss = field_day.phone("supervisor")
    boss.go("/confirm")
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
    assert field_day.read("desk", lambda s: s.tickets.view(changed).state.stage) == "to_sign"

    finance = field_day.phone("finance")
    finance.go("/finance")
    finance.see_id(f"finance-{good[0]}", timeout_ms=20_000)
    finance.shot("finance-full")
    name, book = finance.saved_file("finance-xlsx")
    lines = list(load_workbook(io.BytesIO(book)).active.iter_rows(min_row=2, values_only=True))
    assert name.endswith(".xlsx") and len(lines) == 3, "a line for each fee, and the sum"
    finance.tap(f"finance-{good[1]}")
    finance.tap("main-action")
    finance.tap("question-yes")
    received = CardFilter(ids=tuple(good))

    def at_finance() -> list[bool]:
        cards = {c.id: c for c in field_day.read("supervisor", lambda s: s.cards(received))}
        return [cards[ticket].as_(TicketCard).finance_at is not None for ticket in good]

    eventually(lambda: at_finance() == [True, False], "only the marked one")
    finance.shot("finance-received")
