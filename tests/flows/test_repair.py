"""A repair on the screens against the real server, as a worker does it: under a sink, in few taps (A.2-A.7)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final

from app.actions import Session
from app.actions.models import TicketView
from app.domain.rules.state import INTACT
from app.domain.subjects.ticket import state as st
from tests.support.driver import PHONE, Driver
from tests.support.field_day import FieldDay, choose_look
from tests.support.thumb import Thumb
from tests.support.waiting import eventually

TAPS_LISTED: Final = 11
"""Taps of a listed repair from 今日 to 已签名, besides the signature itself; docs/field-fitness.md tells them apart."""
TAPS_MATERIAL: Final = 7
"""Taps that a failing material of the resident adds."""


def calm(phone: Driver, said: str = "已保存") -> None:
    """Waits until a toast has come, and gone when a picture of the screen alone is to be taken."""
    phone.see(said)
    if phone.shots is not None:
        phone.gone(said)


def item_id(field_day: FieldDay, code: str) -> str:
    """The id of a price item."""
    return field_day.read("desk", lambda s: next(item.id for item in s.tickets.price_items(code) if item.code == code))


def at_stage(field_day: FieldDay, ticket: str, stage: str) -> TicketView:
    """The ticket as the desk sees it, once what was done has gone up."""

    def look() -> TicketView | None:
        view = field_day.read("desk", lambda s: s.tickets.view(ticket))
        return view if view.state.stage == stage else None

    view = eventually(look, within=40, every=0.2, what=f"the ticket {stage}")
    assert view is not None
    return view


def at_the_door(field_day: FieldDay, address: str, content: str, **more: Any) -> str:
    """A ticket on which the worker's other self has accepted and arrived already."""
    ticket = field_day.open_ticket(address, content, **more)
    field_day.act("worker", lambda s: s.tickets.accept(ticket))
    field_day.act("worker", lambda s: s.tickets.arrive(ticket))
    return ticket


def test_a_listed_repair_with_a_failing_material_is_signed_and_comes_back_verified(field_day: FieldDay) -> None:
    ticket = field_day.open_ticket(
        "3栋2单元1501", "厨房水龙头漏水，水槽下方积水", listed=True, item_id=item_id(field_day, "S01")
    )
    phone = field_day.phone("worker")
    thumb = Thumb(phone)
    thumb.tap(f"ticket-{ticket}")
    phone.see("接单")
    phone.shot("ticket-open")
    thumb.tap("main-action")
    phone.see_id("clock-on_site")
    phone.shot("ticket-accepted")
    thumb.tap("main-action")
    phone.see("记录实际情况")
    thumb.tap("main-action")
    phone.see("更换水龙头")
    phone.shot("ticket-found")
    thumb.tap("main-action")
    phone.see("请您确认价格")
    calm(phone)
    phone.shot("ticket-consent")
    thumb.tap("main-action")
    phone.see("没有自带材料，开始维修")
    before_materials = thumb.taps

    thumb.tap("second-action")
    thumb.tap("material-角阀")
    thumb.tap("verdict-fail")
    phone.shot("ticket-material")
    thumb.tap("material-remarks-phrase-2")
    thumb.tap("material-warned")
    thumb.tap("decides-use_anyway")
    phone.shot("ticket-material-told")
    thumb.tap("main-action")
    phone.see("材料已检查，开始维修")
    for_materials = thumb.taps - before_materials

    thumb.tap("main-action")
    phone.see("填写费用")
    thumb.tap("main-action")
    phone.see("住户同意的价格：¥30")
    phone.shot("ticket-fees")
    thumb.tap("main-action")
    phone.see("住户试用，一切正常")
    thumb.tap("main-action")
    phone.see_id("signing")
    # A5: signed at once, while 已保存 would still be on the screen.
    phone.sign()
    phone.gone("已保存")
    phone.read_on()
    phone.see("住户决定：坚持使用")
    phone.shot("ticket-sign")
    phone.read_on()
    thumb.tap("sign-agree")
    phone.see("签名有效")
    calm(phone, "已签名，谢谢")
    phone.shot("ticket-done")
    assert (thumb.taps - for_materials, for_materials) == (TAPS_LISTED, TAPS_MATERIAL)
    phone.tap("signature-resident-copy")
    phone.see("请住户用自己的手机扫一扫")
    phone.see_id("copy-only-here")  # the server of a test runs on this machine alone
    phone.shot("ticket-copy")
    phone.back()
    phone.gone_id("copy-qr")

    view = at_stage(field_day, ticket, st.DONE)
    assert view.state.stage == st.DONE and view.state.signature == INTACT
    material = view.state.materials[0]
    assert (material["verdict"], material["warned"], material["choice"]) == ("fail", True, "use_anyway")
    shown = view.state.signatures["resident"].body["content"]["shown"]
    assert "合计：¥30" in shown and "住户决定：坚持使用" in shown and "试用结果：住户试用，一切正常" in shown
    assert not phone.problems and not phone.outside


def test_a4_a_declined_repair_is_signed_by_worker_and_supervisor_on_their_own_phones(field_day: FieldDay) -> None:
    ticket = at_the_door(field_day, "3栋2单元1602", "卫生间角阀漏水", listed=True, item_id=item_id(field_day, "S02"))
    phone = field_day.phone("worker")
    phone.tap(f"ticket-{ticket}")
    phone.tap("main-action")
    phone.see("记下，出示价格 ¥25")
    phone.tap("main-action")
    phone.see("请您确认价格")
    calm(phone)
    phone.tap("second-action")
    phone.see("请您考虑后再报")
    phone.shot("ticket-think-over")
    phone.tap("main-action")
    phone.see("请选一个原因")
    phone.tap("reason-价格太高")
    phone.shot("ticket-declined")
    phone.tap("main-action")
    phone.see("欧阳𠮷䶮决定暂不维修")
    phone.sign()
    phone.shot("ticket-decline-sign")
    phone.agree()
    phone.see("等主管签名")

    boss = field_day.phone("supervisor")
    boss.go(f"/ticket/{ticket}")
    boss.see("主管签名：住户暂不维修")
    boss.tap("main-action")
    boss.see("原因：价格太高")
    boss.sign()
    boss.agree()
    boss.see("已关闭：价格太高")
    calm(boss, "已签名，谢谢")
    boss.shot("ticket-declined-closed")
    view = at_stage(field_day, ticket, st.CLOSED)
    assert view.state.stage == st.CLOSED and view.state.signatures.keys() == {"worker", "supervisor"}
    assert {verdict.standing for verdict in view.verdicts.values()} <= {"intact", "strokes_missing"}


def test_a2_what_is_not_on_the_list_goes_to_the_supervisor_and_back(field_day: FieldDay) -> None:
    ticket = at_the_door(field_day, "3栋1单元302", "客厅墙面渗水")
    phone = field_day.phone("worker")
    phone.tap(f"ticket-{ticket}")
    phone.tap("main-action")
    phone.tap("not-listed")
    phone.type_into("found-description", "墙内暗管漏水，要开墙 😀 𠮷")
    phone.shot("ticket-unlisted")
    phone.tap("main-action")
    phone.see("判定能不能修、多少钱")
    calm(phone)
    phone.shot("ticket-waiting")
    eventually(lambda: field_day.read("supervisor", lambda s: s.tickets.view(ticket)).state.stage == st.TO_JUDGE)
    field_day.act("supervisor", lambda s: s.tickets.judge(ticket, True, 50_000, "开墙更换暗管"))
    phone.see("出示价格", timeout_ms=60_000)
    phone.tap("main-action")
    phone.see("开墙更换暗管")
    phone.see("出示价格 ¥500")
    phone.shot("ticket-price")
    phone.tap("main-action")
    phone.see("同意维修 ¥500")
    phone.tap("main-action")
    phone.see("没有自带材料，开始维修")
    view = at_stage(field_day, ticket, st.AGREED)
    assert view.state.stage == st.AGREED and view.state.total_fen == 50_000
    assert view.state.found is not None and view.state.found["description"] == "墙内暗管漏水，要开墙 😀 𠮷"


def test_a_double_tap_saves_once_and_long_words_survive(field_day: FieldDay) -> None:
    ticket = field_day.open_ticket("3栋1单元303", "入户门锁卡住", listed=True, item_id=item_id(field_day, "M01"))
    phone = field_day.phone("worker")
    phone.tap(f"ticket-{ticket}")
    phone.see("接单")
    phone.double_tap("main-action")
    phone.see("到达现场")
    phone.rest(0.8)
    view = at_stage(field_day, ticket, st.ACCEPTED)
    assert [step.kind for step in view.steps].count("accepted") == 1 and view.state.stage == st.ACCEPTED
    phone.tap("main-action")
    phone.see("记录实际情况")
    phone.tap("ticket-more")
    phone.tap("menu-report_progress")
    long = "锁芯磨损😀䶮㛃𠮷，修" * 300  # 3,000 characters
    phone.type_into("progress-words", long)
    phone.tap("main-action")
    phone.see("报告进展")
    view = field_day.read("desk", lambda s: s.tickets.view(ticket))
    for _ in range(40):
        if view.state.progress:
            break
        phone.rest(0.2)
        view = field_day.read("desk", lambda s: s.tickets.view(ticket))
    assert [entry.body["note"] for entry in view.state.progress] == [long]


def test_a_correction_keeps_the_old_words_and_asks_for_a_new_signature(field_day: FieldDay) -> None:
    ticket = at_the_door(field_day, "5栋商铺03", "店内灯不亮", listed=True, item_id=item_id(field_day, "D02"))
    lamp = item_id(field_day, "D02")
    field_day.act("worker", lambda s: s.tickets.find(ticket, [(lamp, "2")]))
    field_day.act("worker", lambda s: s.tickets.price(ticket, [s.tickets.fee_line(lamp, "2")]))
    field_day.act("worker", lambda s: s.tickets.consent(ticket, True, "欧阳婷婷", "tenant"))
    field_day.act("worker", lambda s: s.tickets.start_work(ticket, False))
    field_day.act("worker", lambda s: s.tickets.write_fees(ticket, [s.tickets.fee_line(lamp, "2")]))
    field_day.act("worker", lambda s: s.tickets.try_out(ticket, True))
    phone = field_day.phone("worker")
    phone.tap(f"ticket-{ticket}")
    phone.tap("main-action")
    phone.see_id("signing")
    phone.sign()
    phone.agree()
    phone.see("签名有效")
    calm(phone, "已签名，谢谢")
    phone.shot("ticket-long-names")
    phone.tap("ticket-more")
    phone.tap("menu-amend")
    phone.tap("amend-fees_written")
    phone.see("需要请住户重新签名")
    phone.tap("line-0-less")
    thumb = Thumb(phone)
    thumb.tap("amend-reason-phrase-2")
    phone.shot("ticket-amend")
    phone.tap("main-action")
    phone.see("签名后有更改，需要住户重新签名")
    phone.see("请住户重新签名")
    calm(phone)
    phone.shot("ticket-changed")
    phone.scroll(2000)
    phone.see("更正：费用")
    phone.shot("ticket-corrected")
    phone.tap("ticket-more")
    phone.tap("menu-verify")
    phone.see("签后已更改：和欧阳婷婷签的内容对不上")
    phone.shot("verify-changed")
    phone.scroll(2000)
    phone.see("服务器已核对")
    phone.tap("back")
    phone.tap("main-action")
    phone.see("合计：¥40")
    phone.sign()
    phone.agree()
    phone.see("签名有效")


def test_a6_fees_above_the_agreed_price_go_back_to_the_resident_first(field_day: FieldDay) -> None:
    hose = item_id(field_day, "S04")
    ticket = at_the_door(field_day, "5栋1单元202", "洗衣机软管漏水", listed=True, item_id=hose)
    field_day.act("worker", lambda s: s.tickets.find(ticket, [(hose, "1")]))
    field_day.act("worker", lambda s: s.tickets.price(ticket, [s.tickets.fee_line(hose, "1")]))
    field_day.act("worker", lambda s: s.tickets.consent(ticket, True, "陈美玲", "self"))
    field_day.act("worker", lambda s: s.tickets.start_work(ticket, False))
    phone = field_day.phone("worker")
    phone.tap(f"ticket-{ticket}")
    phone.tap("main-action")
    phone.see("住户同意的价格：¥20")
    phone.tap("line-0-more")
    phone.see("比住户同意的 ¥20 高")
    phone.shot("ticket-fees-above")
    phone.tap("main-action")
    phone.see("出示价格 ¥40")
    phone.tap("main-action")
    phone.see("同意维修 ¥40")
    phone.tap("main-action")
    phone.see("填写费用")
    phone.tap("main-action")
    # What was filled in before the new price is still there.
    phone.see("住户同意的价格：¥40")
    phone.see("确认费用 ¥40")
    phone.tap("main-action")
    phone.see("住户试用，一切正常")
    phone.tap("second-action")
    phone.tap("trial-bad")
    phone.tap("try-remarks-phrase-0")
    phone.shot("ticket-try")
    phone.tap("main-action")
    phone.see("填写费用")
    phone.see("维修中")


def test_a9_a_public_repair_ends_with_result_and_tidying_up_and_without_a_signature(field_day: FieldDay) -> None:
    ticket = field_day.open_ticket("3栋1单元302", "三层楼道灯不亮", ticket_kind="public_repair")
    phone = field_day.phone("worker")
    phone.tap(f"ticket-{ticket}")
    phone.see("公共维修单")
    phone.tap("main-action")
    phone.see("到达现场")
    phone.tap("main-action")
    phone.see("处理完成")
    phone.tap("main-action")
    phone.tap("finish-words-phrase-1")
    phone.tap("tidied-yes")
    phone.shot("ticket-finish")
    phone.tap("main-action")
    phone.see("已更换零件 · 现场已清理")
    phone.see("已交单，等主管确认")


def test_every_look_of_a_ticket_is_drawn_without_a_fault(field_day: FieldDay) -> None:
    lamp = item_id(field_day, "D02")
    ticket = at_the_door(
        field_day,
        "5栋商铺03",
        "店内三处灯不亮，收银台上方的灯一闪一闪，开关按下去有焦味，希望今天营业前修好",
        listed=True,
        item_id=lamp,
        contact_name="荔园新鲜水果蔬菜批发零售店（欧阳婷婷）",
        contact_phone="14200000007",
    )
    poor: dict[str, Any] = {"warned": True, "consequences": "容易再坏，再修要收费", "choice": "use_anyway"}
    steps: tuple[Callable[[Session], Coroutine[Any, Any, Any]], ...] = (
        lambda s: s.tickets.find(ticket, [(lamp, "3")], "灯座烧焦"),
        lambda s: s.tickets.price(ticket, [s.tickets.fee_line(lamp, "3")]),
        lambda s: s.tickets.consent(ticket, True, "欧阳婷婷", "tenant"),
        lambda s: s.tickets.check_material(ticket, "灯具", "poor", remarks="三无产品", **poor),
        lambda s: s.tickets.start_work(ticket, True),
        lambda s: s.tickets.write_fees(ticket, [s.tickets.fee_line(lamp, "3")]),
        lambda s: s.tickets.try_out(ticket, True),
    )  # fmt: skip
    for step in steps:
        field_day.act("worker", step)
    phone = field_day.phone("worker")

    def show(path: str, id: str, name: str, again: bool = False) -> None:
        phone.go(f"/ticket/{ticket}{path}")
        if again:
            phone.tap("step-again")  # it was done before: an address alone does not open it
        phone.see_id(id)
        phone.shot(f"ticket-{name}")

    show("", "ticket", "to-sign")
    phone.go(f"/ticket/{ticket}/sign")
    phone.see_id("signing")
    phone.sign()
    phone.resize(844, 390)
    phone.see("合计：¥120")
    phone.read_on()
    assert phone.enabled("sign-agree")
    phone.shot("ticket-sign-landscape")
    phone.tap("pad-clear")
    phone.resize(*PHONE)
    choose_look(phone, "theme-dark")
    show("", "ticket", "page-dark")
    show("/fees", "fees", "fees-dark", again=True)
    choose_look(phone, "theme-light", "scale-200")
    show("", "ticket", "page-large")
    show("/sign", "signing", "sign-large")
    show("/material", "material", "material-large", again=True)
    choose_look(phone, "scale-100", "language-en")
    show("", "ticket", "page-en")
    phone.see("Resident signs")
    show("/sign", "signing", "sign-en")
    choose_look(phone, "language-zh-CN")
    assert not phone.problems and not phone.outside
