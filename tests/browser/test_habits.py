"""What hands expect of any phone: Back, the keyboard, Chinese input, number pads, turning the phone."""

from __future__ import annotations

from typing import Any, Final

from playwright.sync_api import CDPSession

from tests.browser.conftest import FieldDay
from tests.support.flet_driver import ANDROID, NAME_STROKES, PHONE, AppDriver

TURNED: Final = (PHONE[1], PHONE[0])
KEYBOARD: Final = 340
"""How much of the window's height a phone's keyboard takes."""


def android(field_day: FieldDay, person: str) -> AppDriver:
    """Somebody's phone, which Flutter takes for a phone."""
    return field_day.phone(person, agent=ANDROID)


def half_a_visit(field_day: FieldDay, phone: AppDriver, address: str, said: str) -> str:
    """A visit with somebody met and something said, not saved; its path."""
    path = f"/visit/new/{field_day.household_id(address)}"
    phone.go(path.replace("/visit/new", "/household"))
    phone.see_id("household")
    phone.tap("main-action")
    phone.tap("met-0")
    phone.type_into("said", said)
    return path


def stands_at(phone: AppDriver, path: str) -> None:
    """Waits until this is the window's address."""
    phone.page.wait_for_url(phone.url + path)


class Composer:
    """A Chinese keyboard: letters are composed in the field, then a candidate takes their place."""

    def __init__(self, phone: AppDriver) -> None:
        self._page = phone.page
        self._keys: CDPSession = phone.page.context.new_cdp_session(phone.page)

    def compose(self, *steps: str) -> None:
        """Shows each step in turn, as fast as a thumb types."""
        for step in steps:
            self._send("Input.imeSetComposition", text=step, selectionStart=len(step), selectionEnd=len(step))
            self._page.wait_for_timeout(90)

    def choose(self, words: str) -> None:
        """Commits a candidate."""
        self._send("Input.insertText", text=words)

    def _send(self, method: str, **what: Any) -> None:
        self._keys.send(method, what)


def test_back_closes_a_sheet_asks_at_a_half_filled_form_and_never_returns_to_a_saved_one(field_day: FieldDay) -> None:
    phone = android(field_day, "steward")
    path = half_a_visit(field_day, phone, "3栋1单元302", "窗外的树挡光")
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
    # Half a signature is asked about, too.
    phone.tap("main-action")
    phone.see_id("signing")
    phone.draw("pad", NAME_STROKES[:1])
    phone.back()
    phone.tap("leave-stay")
    phone.sign()
    phone.tap("sign-agree")
    phone.see("走访已保存，住户已签名")
    phone.see_id("household")
    # Saved: Back leads to where one came from, past the form and past the signing page.
    for _ in range(2):
        phone.back()
        phone.page.wait_for_timeout(700)
        assert not {"visit-form", "signing", "leave"} & set(phone.ids())
    assert not phone.problems and not phone.outside


def test_chinese_is_composed_in_the_field_and_arrives_once_and_whole(field_day: FieldDay) -> None:
    phone = android(field_day, "steward")
    keys = Composer(phone)
    phone.tap("tab-households")
    phone.see_id("household-list")
    phone.tap("household-find")
    before = {id for id in phone.ids() if id.startswith("door-")}
    keys.compose("o", "ou", "ou'y", "ou'yang")
    assert {id for id in phone.ids() if id.startswith("door-")} == before, "half-typed letters are not searched for"
    keys.choose("欧阳")
    phone.gone_id("door-3栋2单元1501")
    phone.see_id("door-3栋2单元1602")
    phone.holds("household-find", "欧阳")

    half_a_visit(field_day, phone, "3栋1单元303", "楼道：")
    phone.tap("said")
    phone.page.keyboard.press("End")
    keys.compose("d", "de", "deng")
    keys.choose("灯")
    keys.compose("b", "bu", "bu'l", "bu'liang")
    keys.choose("不亮")
    # Begun and given up: nothing of it stays.
    keys.compose("z", "zh", "")
    phone.page.keyboard.press("Enter")
    keys.compose("sh", "shui")
    keys.choose("水")
    phone.holds("said", "楼道：灯不亮\n水")
    phone.page.wait_for_timeout(600)
    # So it stands in the draft, too.
    phone.reload()
    phone.see_id("visit-form")
    phone.holds("said", "楼道：灯不亮\n水")


def keyboard_of(phone: AppDriver, id: str) -> str:
    """Which keyboard a phone shows for a field, after tapping into it."""
    phone.value_of(id)
    return str(phone.page.evaluate("() => document.activeElement.inputMode"))


def test_the_keyboard_fits_the_field_and_does_not_cover_it(field_day: FieldDay) -> None:
    item = field_day.read("desk", lambda s: next(item.id for item in s.price_items("S01")))
    ticket = field_day.open_ticket("5栋1单元201", "水龙头漏水", listed=True, item_id=item)
    field_day.act("worker", lambda s: s.accept(ticket))
    field_day.act("worker", lambda s: s.arrive(ticket))
    phone = android(field_day, "worker")
    wide, high = PHONE
    phone.go(f"/ticket/{ticket}/found")
    phone.see_id("found")
    # The last field of the form, at the bottom of the window: the keyboard comes, and the field stands above it.
    phone.tap("found-description")
    box = phone.at("found-description").bounding_box()
    assert box is not None and box["y"] + box["height"] > high - KEYBOARD, "it is where the keyboard will be"
    phone.page.set_viewport_size({"width": wide, "height": high - KEYBOARD})
    phone.page.wait_for_timeout(900)
    phone.shot("ticket-found-keyboard")
    box = phone.at("found-description").bounding_box()
    assert box is not None and box["y"] > 0 and box["y"] + box["height"] <= high - KEYBOARD
    phone.page.set_viewport_size({"width": wide, "height": high})
    # Words, numbers, numbers of telephones.
    assert keyboard_of(phone, "found-description") in ("", "text")
    phone.tap("line-0-qty")
    assert keyboard_of(phone, "line-0-typed") in ("decimal", "numeric")
    phone.go(f"/ticket-new/{field_day.household_id('5栋1单元201')}")
    assert keyboard_of(phone, "contact-phone") == "tel"


def test_turning_the_phone_keeps_the_form_the_signature_and_the_place(field_day: FieldDay) -> None:
    phone = android(field_day, "steward")

    def turn(size: tuple[int, int]) -> None:
        phone.page.set_viewport_size({"width": size[0], "height": size[1]})
        phone.page.wait_for_timeout(700)

    half_a_visit(field_day, phone, "5栋1单元202", "阳台漏水")
    turn(TURNED)
    phone.holds("said", "阳台漏水")
    turn(PHONE)
    phone.holds("said", "阳台漏水")
    phone.tap("main-action")
    phone.see_id("signing")
    phone.draw("pad", NAME_STROKES[:2])
    for size in (TURNED, PHONE):
        turn(size)
        phone.see("确认签名（2 笔）")
