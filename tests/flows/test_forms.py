"""A form from the list to the supervisor's opinion, in the windows of those who work on it (H.3, F)."""

from __future__ import annotations

from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.ticket.kinds import TICKET
from app.store.queries import CardFilter
from tests.support.field_day import FieldDay, choose_look
from tests.support.forms import publish, vacant_check
from tests.support.waiting import eventually

FORM = vacant_check()


def test_a_check_of_a_vacant_unit_makes_its_ticket_is_signed_and_reviewed(field_day: FieldDay) -> None:
    publish(field_day.server.store, FORM)
    phone = field_day.phone("steward")
    phone.go("/forms")
    phone.see("空置房检查")
    phone.shot("forms")
    phone.tap("form-vacant_check")
    phone.see("去填：冷水表读数")
    phone.shot("form-empty")
    phone.type_into("matter-place", "3栋1单元1502")
    phone.type_into("q-cold", "12x")
    phone.see("应为整数")
    phone.shot("form-wrong")
    phone.type_into("q-cold", "128")
    phone.type_into("q-hot", "64")
    phone.tap("q-windows-yes")
    phone.tap("add-defect")
    phone.see_id("row-defect-1")
    phone.tap("main-action")
    phone.see("这道题要填")
    row = next(one for one in phone.ids() if one.endswith("-area-kitchen")).removesuffix("-area-kitchen")
    phone.tap(f"{row}-area-kitchen")
    phone.type_into(f"{row}-what", "水槽下面的弯头漏水，柜板已经泡胀，地面也湿了一片")
    phone.tap(f"{row}-fix-yes")
    phone.see("保存，请人签名")
    phone.shot("form-filled")
    phone.rest(0.7)
    phone = phone.again()  # killed in the middle of a form
    phone.see("上次填到一半的内容已恢复")
    phone.see("保存，请人签名")
    phone.tap("main-action")
    phone.see_id("pad")
    phone.shot("form-sign")
    phone.read_on()
    phone.sign()
    phone.tap("sign-agree")
    phone.see("待审阅")
    phone.shot("case")

    def there() -> bool:
        cards = field_day.read("desk", lambda s: s.cards(CardFilter(type=TICKET, text="弯头漏水"), 0, 5))
        return len(cards) == 1

    eventually(there, within=40, every=0.5, what="one ticket at the desk")
    boss = field_day.phone("service")
    boss.go("/forms")
    boss.see("待审阅")
    case = field_day.read("service", lambda s: s.cards(CardFilter(type=CASE), 0, 5))[0].id
    boss.go(f"/case/{case}/review")
    boss.type_into("case-opinion", "已安排维修，下周复查")
    boss.shot("form-review")
    boss.tap("main-action")
    boss.see("已审阅")


def test_a_form_at_200_percent_in_the_dark_runs_out_nowhere(field_day: FieldDay) -> None:
    publish(field_day.server.store, FORM)
    phone = field_day.phone("steward")
    choose_look(phone, "theme-dark", "scale-200")
    phone.go("/forms")
    phone.tap("form-vacant_check")
    phone.see("冷水表读数")
    phone.shot("form-dark-200")
