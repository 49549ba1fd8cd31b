"""What hands expect of any phone: Back, by key or by gesture; pulling down; turning it; its keyboard."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import FloatRect

from tests.flows.test_repair import at_the_door, item_id
from tests.support.driver import NAME_STROKES, PHONE
from tests.support.field_day import BrowserDay, choose_look
from tests.support.flet_driver import ANDROID, AppDriver

KEYBOARD: Final = 340
"""How much of the window's height a phone's keyboard takes."""


def android(browser_day: BrowserDay, person: str) -> AppDriver:
    """Somebody's phone, which Flutter takes for a phone."""
    return browser_day.phone(person, agent=ANDROID)


def half_a_visit(browser_day: BrowserDay, phone: AppDriver, address: str, said: str) -> str:
    """A visit with somebody met and something said, not saved; its path."""
    path = f"/visit/new/{browser_day.household_id(address)}"
    phone.go(path.replace("/visit/new", "/household"))
    phone.see_id("household")
    phone.tap("main-action")
    phone.tap("met-0")
    phone.type_into("said", said)
    return path


def stands_at(phone: AppDriver, path: str) -> None:
    """Waits until this is the window's address."""
    phone.page.wait_for_url(lambda url: url.partition("?")[0] == phone.url + path)


def turn_there_and_back(phone: AppDriver) -> None:
    """Turns the phone on its side, and upright again."""
    wide, high = PHONE
    for size in ((high, wide), PHONE):
        phone.resize(*size)


def test_back_closes_a_sheet_asks_at_a_half_filled_form_and_never_returns_to_a_saved_one(
    browser_day: BrowserDay,
) -> None:
    phone = android(browser_day, "steward")
    path = half_a_visit(browser_day, phone, "3栋1单元302", "窗外的树挡光")
    household = path.replace("/visit/new", "/household")
    # Over a sheet: the sheet goes, the form stays, and what was typed in the sheet is there when it opens again.
    phone.tap("no-sign")
    phone.see_id("unsigned-sheet")
    phone.type_into("unsigned-words", "赶时间")
    phone.back()
    phone.gone_id("unsigned-sheet")
    stands_at(phone, path)
    phone.tap("no-sign")
    assert phone.value_of("unsigned-words") == "赶时间"
    phone.back()
    phone.gone_id("unsigned-sheet")
    # At the form: asked, and nothing has gone.
    phone.back()
    phone.see_id("leave")
    phone.shot("visit-leave")
    stands_at(phone, path)
    phone.tap("leave-stay")
    phone.gone_id("leave")
    assert phone.value_of("said") == "窗外的树挡光"
    # Left, it is kept as a draft; nothing half filled, nothing asked.
    phone.back()
    phone.tap("leave-go")
    phone.see("草稿已保留")
    stands_at(phone, household)
    phone.tap("main-action")
    phone.see_id("visit-form")
    assert phone.value_of("said") == "窗外的树挡光"
    # Turning the phone keeps the half-filled form, and half a signature.
    turn_there_and_back(phone)
    assert phone.value_of("said") == "窗外的树挡光"
    phone.tap("main-action")
    phone.see_id("signing")
    phone.draw("pad", NAME_STROKES[:2])
    assert phone.becomes_enabled("sign-agree")
    turn_there_and_back(phone)
    phone.tap("pad-undo")
    phone.see("一个点不算签名")  # the first of two strokes is still there, and is no signature yet
    # Half a signature is asked about, too.
    phone.back()
    phone.tap("leave-stay")
    phone.tap("pad-undo")
    phone.see("请在此签名")
    phone.sign()
    phone.agree()
    phone.see("走访已保存，住户已签名")
    phone.see_id("household")
    # Saved: Back leads to where one came from, past the form and past the signing page.
    for _ in range(2):
        phone.back()
        phone.page.wait_for_timeout(700)
        assert not {"visit-form", "signing", "leave"} & set(phone.ids())
    assert not phone.problems and not phone.outside


def box_of(phone: AppDriver, id: str) -> FloatRect:
    """Where a control stands in the window, in points."""
    box = phone.at(id).first.bounding_box()
    assert box is not None
    return box


def bottom_of(phone: AppDriver, id: str) -> float:
    """Where a control ends."""
    box = box_of(phone, id)
    return box["y"] + box["height"]


def test_the_keyboard_does_not_cover_the_field_being_typed_in(browser_day: BrowserDay) -> None:
    phone = android(browser_day, "worker")

    # A field at the bottom: when the keyboard comes, it moves above it, and stays there while one types.
    wide, high = PHONE
    phone.go(f"/ticket-new/{browser_day.household_id('5栋1单元201')}")
    phone.tap("contact-phone")
    phone.settle()
    assert bottom_of(phone, "contact-phone") > high - KEYBOARD, "it is not where the keyboard will be"
    phone.page.set_viewport_size({"width": wide, "height": high - KEYBOARD})
    phone.settle()
    assert 0 < bottom_of(phone, "contact-phone") <= high - KEYBOARD
    phone.shot("ticket-new-keyboard")
    phone.page.keyboard.type("142")
    phone.settle()
    assert 0 < bottom_of(phone, "contact-phone") <= high - KEYBOARD
    assert phone.page.evaluate("() => document.activeElement.value") == "142"
    assert not phone.problems and not phone.outside


def test_what_a_search_finds_is_not_under_the_keyboard_nor_under_the_main_button(browser_day: BrowserDay) -> None:
    phone = android(browser_day, "worker")
    wide, high = PHONE
    phone.go(f"/ticket-new/{browser_day.household_id('5栋1单元201')}")
    phone.tap("item-find")
    phone.page.set_viewport_size({"width": wide, "height": high - KEYBOARD})
    phone.settle()
    phone.type_into("item-find", "角阀")
    phone.see_id("item-S02")
    phone.settle()
    in_sight = box_of(phone, "item-S02")["height"]  # what an edge of the list covers is not in the tree
    phone.page.set_viewport_size({"width": wide, "height": high})
    phone.settle()
    assert in_sight == box_of(phone, "item-S02")["height"]
    assert not phone.problems and not phone.outside


def test_pulling_the_list_down_syncs(browser_day: BrowserDay) -> None:
    phone = browser_day.phone("worker2")
    phone.see_id("today")
    ticket = browser_day.open_ticket("5栋1单元201", "餐厅吊灯掉下来一半", worker="worker2")
    phone.draw("today", [[(0.5, 0.30 + 0.02 * n) for n in range(25)]])
    phone.see("已同步")
    phone.see_id(f"ticket-{ticket}")


def test_what_is_signed_is_read_to_its_end_on_a_small_phone_with_large_letters(browser_day: BrowserDay) -> None:
    """B11: the total stands still, the rest is counted, and nobody can agree before the last line was seen."""
    ticket = at_the_door(browser_day, "3栋2单元1602", "厨房角阀漏水", listed=True, item_id=item_id(browser_day, "S02"))
    browser_day.act("worker", lambda s: s.tickets.find(ticket, [(s.tickets.price_items("S02")[0].id, "1")]))
    browser_day.act(
        "worker", lambda s: s.tickets.price(ticket, [s.tickets.fee_line(s.tickets.price_items("S02")[0].id, "1")])
    )
    browser_day.act("worker", lambda s: s.tickets.consent(ticket, True, "张伟", "self"))
    told = "可能再次漏水，责任自负"
    browser_day.act(
        "worker",
        lambda s: s.tickets.check_material(ticket, "角阀", "fail", "", "", "有裂纹", True, told, choice="use_anyway"),
    )
    browser_day.act("worker", lambda s: s.tickets.start_work(ticket, True))
    browser_day.act(
        "worker", lambda s: s.tickets.write_fees(ticket, [s.tickets.fee_line(s.tickets.price_items("S02")[0].id, "1")])
    )
    browser_day.act("worker", lambda s: s.tickets.try_out(ticket, True))
    phone = browser_day.phone("worker")
    choose_look(phone, "scale-200")
    phone.resize(360, 640)
    phone.go(f"/ticket/{ticket}/sign")
    phone.see_id("signing")
    phone.see_id("sign-more")
    phone.see_id("sign-summary")
    phone.shot("ticket-sign-small")
    assert not phone.has("sign-agree")
    phone.read_on()
    phone.sign()
    phone.shot("ticket-sign-small-pad")
    phone.resize(640, 360)
    phone.see_id("pad")
    phone.shot("ticket-sign-small-landscape")
    phone.resize(360, 640)
    phone.agree()
    phone.see("签名有效")
