"""The app killed under its browser, and a page loaded anew while it starts: what was there comes back."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from app.domain.subjects.ticket import state as st
from tests.flows.test_repair import Thumb, at_the_door, item_id
from tests.flows.test_shell import ENTRY_SENT, accept
from tests.support.app_process import AppProcess
from tests.support.driver import NAME_STROKES
from tests.support.field_day import SHOTS, BrowserDay
from tests.support.flet_driver import FletServer, open_app


def test_a_page_loaded_anew_in_the_middle_of_its_start_draws(field_app: FletServer, chromium: Browser) -> None:
    """It comes back to the session the first one began, whose question to the browser nobody answers any more."""
    with open_app(chromium, field_app.url, path=None) as phone:
        with phone.page.expect_websocket(timeout=30_000) as connected:
            phone.page.goto(phone.url, wait_until="commit")
        connected.value.wait_for_event("framereceived", timeout=30_000)
        phone.reload()
        phone.see_id("sign-in-login", timeout_ms=20_000)


def test_killed_app_comes_back_signed_in_with_its_unsent_work_and_no_server(
    browser_day: BrowserDay, chromium: Browser, tmp_path: Path
) -> None:
    ticket = browser_day.open_ticket("3栋1单元302", "客厅插座没有电")
    with (
        AppProcess(tmp_path, browser_day.server.url) as app,
        open_app(chromium, app.url, scale=1.5, shots=SHOTS) as phone,
    ):
        browser_day.sign_in(phone, "worker")
        browser_day.server.stop()
        accept(phone, ticket)
        app.kill()
        app.start()
        phone.reload()
        # The same place: the ticket's own page, with what was saved.
        phone.see("到达现场")
        phone.tap("back")
        phone.see_id("today")
        phone.see("1 条待上传")
        browser_day.server.start()
        phone.see("全部已上传", timeout_ms=ENTRY_SENT)
    card = browser_day.read("desk", lambda s: s.ticket(ticket).card)
    assert card.stage == "accepted"


def test_killed_in_the_material_form_and_in_a_half_drawn_signature_both_come_back(
    browser_day: BrowserDay, chromium: Browser, tmp_path: Path
) -> None:
    ticket = at_the_door(browser_day, "5栋1单元201", "厨房软管漏水", listed=True, item_id=item_id(browser_day, "S04"))
    with (
        AppProcess(tmp_path, browser_day.server.url) as app,
        open_app(chromium, app.url, scale=1.5, shots=SHOTS) as phone,
    ):
        browser_day.sign_in(phone, "worker")
        thumb = Thumb(phone)
        thumb.tap(f"ticket-{ticket}")
        thumb.tap("main-action")
        phone.see("记下，出示价格 ¥20")
        thumb.tap("main-action")
        phone.see("同意维修 ¥20")
        thumb.tap("main-action")
        phone.see("没有自带材料，开始维修")
        thumb.tap("second-action")
        thumb.tap("material-软管")
        thumb.tap("verdict-poor")
        thumb.tap("material-remarks-phrase-0")
        phone.page.wait_for_timeout(600)
        app.kill()
        app.start()
        phone.start(f"/ticket/{ticket}/material")
        phone.see("已恢复上次没保存的内容")
        phone.see("质量怎么不佳")
        phone.shot("ticket-restored")
        thumb.tap("material-warned")
        thumb.tap("decides-use_anyway")
        thumb.tap("main-action")
        phone.see("材料已检查，开始维修")
        thumb.tap("main-action")
        phone.see("填写费用")
        thumb.tap("main-action")
        phone.see("住户同意的价格：¥20")
        thumb.tap("main-action")
        phone.see("住户试用，一切正常")
        thumb.tap("main-action")
        phone.see_id("signing")
        phone.draw("pad", NAME_STROKES[:3])
        phone.page.wait_for_timeout(800)
        app.kill()
        app.start()
        phone.start(f"/ticket/{ticket}/sign")
        phone.see_id("pad-clear")
        phone.shot("ticket-sign-restored")
        phone.draw("pad", NAME_STROKES[3:])
        phone.agree()
        phone.see("签名有效")
        # What was drawn before the kill and after it is one signature.
        view = browser_day.read("desk", lambda s: s.ticket(ticket))
        for _ in range(40):
            if view.state.stage == st.DONE:
                break
            phone.page.wait_for_timeout(500)
            view = browser_day.read("desk", lambda s: s.ticket(ticket))
        assert view.state.stage == st.DONE
        assert view.state.materials[0]["verdict"] == "poor"
