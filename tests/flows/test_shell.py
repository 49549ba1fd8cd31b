"""The app's shell in a real browser against the real server: signing in, coming back, what is unsent, how it looks."""

from __future__ import annotations

from tests.support.driver import PHONE, Driver
from tests.support.field_day import FieldDay, choose_look
from tests.support.portal import portal

ENTRY_SENT = 25_000
"""Milliseconds in which something goes up once the server is there again (the phone tries again every few seconds)."""


def accept(phone: Driver, ticket: str) -> None:
    """Opens a ticket from 今日 and accepts it."""
    phone.tap(f"ticket-{ticket}")
    phone.tap("main-action")
    phone.see("到达现场")


def test_wrong_password_is_told_and_the_right_one_opens_today(field_day: FieldDay) -> None:
    phone = field_day.phone(None)
    phone.shot("sign-in")
    phone.type_into("sign-in-login", field_day.people["worker"].login)
    phone.type_into("sign-in-password", "not-the-password")
    phone.tap("sign-in-password-eye")
    phone.see("隐藏密码")
    phone.tap("main-action")
    phone.see_id("sign-in-wrong")
    phone.see("登录名或密码不对")
    phone.shot("sign-in-wrong")
    field_day.sign_in(phone, "worker")
    phone.see("今日")
    assert not phone.problems and not phone.outside


def test_first_sign_in_without_a_network_says_what_it_needs(field_day: FieldDay) -> None:
    phone = field_day.phone(None)
    field_day.server.stop()
    phone.type_into("sign-in-login", field_day.people["worker"].login)
    phone.type_into("sign-in-password", field_day.password)
    phone.tap("main-action")
    phone.see("第一次登录需要网络")


def test_refused_entry_stands_on_the_sync_page_with_its_reason_and_goes_up_when_tried_again(
    field_day: FieldDay,
) -> None:
    ticket = field_day.open_ticket("5栋1单元201", "入户门锁打不开", worker="worker2")
    phone = field_day.phone("worker2")
    field_day.staff_id("worker2")
    field_day.server.stop()
    accept(phone, ticket)
    phone.back()
    phone.see_id("today")
    phone.tap("cloud")
    phone.see("接单")
    phone.see("现在连不上服务器")
    phone.gone_id("toast")
    phone.shot("sync-unsent")
    # A Wi-Fi that wants to be signed in to answers in the server's place (B20).
    with portal(field_day.server.port):
        phone.tap("main-action")
        phone.see("这个 Wi-Fi 要先登录", timeout_ms=20_000)
        phone.shot("sync-wifi")
    # Before the phone can send anything again: its own next try may come any moment.
    field_day.set_roles("worker2", "finance")
    field_day.server.start()
    phone.tap("main-action")
    phone.see("岗位不能做这一步", timeout_ms=ENTRY_SENT)
    phone.shot("sync-refused")
    field_day.set_roles("worker2", "repair_worker")
    retry = next(id for id in phone.ids() if id.startswith("retry-"))
    phone.tap(retry)
    phone.see_id("sync-empty", timeout_ms=ENTRY_SENT)
    phone.gone_id("toast")
    phone.shot("sync-empty")
    card = field_day.read("desk", lambda s: s.tickets.view(ticket).card)
    assert card.stage == "accepted"


def test_another_person_on_the_phone_neither_sees_nor_sends_the_first_ones_work(field_day: FieldDay) -> None:
    ticket = field_day.open_ticket("5栋1单元202", "热水器不出热水")
    phone = field_day.phone("worker")
    field_day.server.stop()
    accept(phone, ticket)
    phone.back()
    phone.see_id("today")
    phone.tap("tab-me")
    phone.see_id("me")
    phone.tap("me-leave")
    phone.see("还有 1 条记录没有上传")
    phone.settle()
    phone.tap("question-yes")
    phone.see("谁在用这台手机")
    phone.see("1 条待上传")
    phone.shot("sign-in-people")
    field_day.server.start()
    phone.tap("other-person")
    field_day.sign_in(phone, "steward")
    phone.tap("cloud")
    phone.see("这台手机上其他人的记录")
    phone.tap("main-action")
    phone.see("已同步")
    assert field_day.read("desk", lambda s: s.tickets.view(ticket).card.stage) == "assigned"
    # The first one comes back, and the work goes up in their own name.
    phone.tap("back")
    phone.tap("tab-me")
    phone.tap("me-switch")
    phone.tap(f"person-{field_day.people['worker'].login}")
    phone.type_into("sign-in-password", field_day.password)
    phone.tap("main-action")
    phone.see_id("today")
    phone.see("全部已上传", timeout_ms=ENTRY_SENT)
    steps = field_day.read("desk", lambda s: s.tickets.view(ticket).steps)
    assert [step.author_name for step in steps if step.kind == "accepted"] == [field_day.people["worker"].name]


def test_an_expired_sign_in_keeps_the_work_and_sends_it_after_signing_in_again(field_day: FieldDay) -> None:
    ticket = field_day.open_ticket("3栋1单元303", "厨房灯闪")
    phone = field_day.phone("worker")
    field_day.server.stop()
    accept(phone, ticket)
    phone.back()
    field_day.expire("worker")
    field_day.server.start()
    phone.see_id("expired", timeout_ms=ENTRY_SENT)
    phone.shot("today-expired")
    phone.tap("expired-act")
    phone.type_into("sign-in-password", field_day.password)
    phone.tap("main-action")
    phone.gone_id("sign-in")
    phone.see("全部已上传", timeout_ms=ENTRY_SENT)
    assert field_day.read("desk", lambda s: s.tickets.view(ticket).card.stage) == "accepted"


def test_large_text_dark_and_english_are_chosen_in_me_and_stay_after_a_reload(field_day: FieldDay) -> None:
    phone = field_day.phone("finance")
    phone.shot("today-empty")
    phone.tap("tab-me")
    phone.see_id("me")
    phone.shot("me")
    phone.tap("scale-200")
    phone.settle()
    phone.tap("theme-dark")
    phone.tap("language-en")
    phone.see("Text size")
    phone.reload()
    phone.see("Text size")
    phone.shot("me-large-dark-en")
    phone.tap("language-zh-CN")
    phone.see("文字大小")


def test_rescue_file_of_unsent_work_is_handed_over_as_a_download(field_day: FieldDay) -> None:
    ticket = field_day.open_ticket("3栋2单元1502", "马桶堵塞", worker="worker2")
    phone = field_day.phone("worker2")
    field_day.server.stop()
    accept(phone, ticket)
    phone.back()
    phone.see_id("today")
    phone.tap("cloud")
    phone.see_id("rescue")
    name, content = phone.saved_file("rescue")
    text = content.decode("utf-8")
    assert ticket in text and '"kind": "accepted"' in text
    assert name.startswith("shangmen-rescue-李军")


def test_today_as_each_role_sees_it(field_day: FieldDay) -> None:
    """Pictures of 今日 with clocks calm, amber and red, and what each role finds there."""
    late = field_day.open_ticket("3栋2单元1501", "厨房水龙头漏水，水槽下方积水，住户说昨晚开始的", minutes_ago=45)
    field_day.act("worker", lambda s: s.tickets.accept(late), minutes_ago=24)
    soon = field_day.open_ticket("5栋商铺03", "卷帘门拉不下来，晚上关不了店，请尽快", minutes_ago=40)
    field_day.act("worker", lambda s: s.tickets.accept(soon), minutes_ago=8)
    waiting = field_day.open_ticket("3栋2单元1602", "卫生间灯不亮")
    field_day.open_ticket("3栋2单元1502", "阳台推拉门轮子坏", worker=None, minutes_ago=50)
    field_day.open_ticket("3栋1单元302", "厨房水管爆裂，水流到楼下", urgent=True)
    theirs = field_day.open_ticket("5栋1单元201", "定做的橱柜门掉了", minutes_ago=60)
    field_day.act("worker", lambda s: s.tickets.accept(theirs), minutes_ago=58)
    field_day.act("worker", lambda s: s.tickets.arrive(theirs), minutes_ago=54)
    field_day.act("worker", lambda s: s.tickets.find(theirs, description="合页断了", listed=False), minutes_ago=50)
    field_day.open_ticket("5栋1单元202", "客厅墙面渗水，想请物业看看", worker=None, listed=False, minutes_ago=12)
    worker = field_day.phone("worker")
    worker.see("已超")
    worker.see("还剩 2 分钟")
    worker.shot("today-worker")
    worker.resize(360, 640)
    worker.shot("today-small")
    worker.resize(*PHONE)
    for person in ("steward", "supervisor"):
        field_day.phone(person).shot(f"today-{person}")
    choose_look(worker, "theme-dark")
    worker.show("/", "today", "today-dark")
    choose_look(worker, "theme-light", "scale-200")
    worker.show("/", "today", "today-large")
    choose_look(worker, "scale-100", "language-en")
    worker.show("/", "today", "today-en")
    choose_look(worker, "language-zh-CN")
    worker.go("/")
    worker.see_id("today")
    field_day.server.stop()
    accept(worker, waiting)
    worker.back()
    worker.see_id("today")
    worker.see("没有网络", timeout_ms=60_000)
    worker.gone_id("toast")
    worker.shot("today-offline")
    assert not worker.problems and not worker.outside
