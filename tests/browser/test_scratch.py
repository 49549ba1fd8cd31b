from __future__ import annotations
import json
from tests.browser.conftest import FieldDay

MODE = "e => ({mode: document.activeElement.inputMode, tag: document.activeElement.tagName, type: document.activeElement.type, ac: document.activeElement.autocomplete, ek: document.activeElement.enterKeyHint})"

def test_facts(field_day: FieldDay) -> None:
    phone = field_day.phone("steward")
    home = field_day.household_id("3栋1单元302")
    phone.go(f"/household/{home}")
    phone.see_id("household")
    phone.tap("main-action")
    phone.see_id("visit-form")
    phone.tap("met-0")
    phone.type_into("said", "窗外的树挡光")
    print("said", phone.page.evaluate(MODE))
    # composition
    cdp = phone.page.context.new_cdp_session(phone.page)
    for text in ("n", "ni", "ni'h", "ni'hao"):
        cdp.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
        phone.page.wait_for_timeout(120)
        print("composing", repr(phone._field("said").input_value()))
    cdp.send("Input.insertText", {"text": "你好"})
    phone.page.wait_for_timeout(600)
    print("committed", repr(phone._field("said").input_value()))
    for text in ("l", "lo"):
        cdp.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
        phone.page.wait_for_timeout(120)
    cdp.send("Input.imeSetComposition", {"text": "", "selectionStart": 0, "selectionEnd": 0})
    phone.page.wait_for_timeout(600)
    print("undone", repr(phone._field("said").input_value()))
    print("url", phone.page.url)
    phone.back()
    phone.page.wait_for_timeout(800)
    print("after back", phone.page.url, phone.ids()[:6], phone.words()[:200])
    phone.tap("main-action")
    phone.see_id("visit-form")
    print("again", phone.value_of("said"))
    # keyboard: shrunken window while in a field
    phone.tap("said")
    box = lambda: phone._field("said").bounding_box()
    print("before kb", box())
    phone.page.set_viewport_size({"width": 390, "height": 500})
    phone.page.wait_for_timeout(1500)
    print("after kb", box(), phone.page.evaluate("[innerHeight, visualViewport.height]"))
    phone.page.screenshot(path="/tmp/habits/kb.png")
    phone.page.set_viewport_size({"width": 390, "height": 844})
    phone.page.wait_for_timeout(700)
    # sheet + back
    phone.tap("no-sign")
    phone.see_id("unsigned-sheet")
    phone.type_into("unsigned-words", "住户赶时间")
    phone.page.screenshot(path="/tmp/habits/sheet.png")
    phone.back()
    phone.page.wait_for_timeout(1200)
    print("back over sheet", phone.page.url, [i for i in phone.ids() if i in ("unsigned-sheet", "visit-form", "household")])
    phone.page.screenshot(path="/tmp/habits/sheet_back.png")
