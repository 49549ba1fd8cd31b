"""The app killed under its browser, and a page loaded anew while it starts: what was there comes back."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Browser

from app.actions import Session
from app.domain.subjects.ticket import state as st
from app.domain.wire.strokes import read_drawing
from tests.flows.test_repair import at_the_door, item_id
from tests.flows.test_shell import ENTRY_SENT, accept
from tests.support.app_process import AppProcess
from tests.support.driver import NAME_STROKES
from tests.support.field_day import SHOTS, BrowserDay
from tests.support.flet_driver import FletServer, open_app
from tests.support.kept import drafts
from tests.support.waiting import eventually


def test_a_page_loaded_anew_in_the_middle_of_its_start_draws(
    field_app: FletServer, field_settings: None, chromium: Browser
) -> None:
    """It comes back to the session the first one began, whose question to the browser nobody answers any more."""
    with open_app(chromium, field_app.url, path=None) as phone:
        with phone.page.expect_websocket(timeout=30_000) as connected:
            phone.page.goto(phone.url, wait_until="commit")
        connected.value.wait_for_event("framereceived", timeout=30_000)
        phone.reload()
        phone.see_id("sign-in-login", timeout_ms=20_000)


def test_a_killed_app_comes_back_where_it_was_with_unsent_work_a_half_filled_form_and_half_a_signature(
    browser_day: BrowserDay, chromium: Browser, tmp_path: Path
) -> None:
    """Saved means saved, also of what is not done yet; all of it without a server, and then it goes up."""
    fresh = browser_day.open_ticket("3栋1单元302", "客厅插座没有电")
    hose = item_id(browser_day, "S04")
    formed, signed = (
        at_the_door(browser_day, address, "厨房软管漏水", listed=True, item_id=hose)
        for address in ("5栋1单元201", "5栋1单元202")
    )

    async def so_far(worker: Session) -> None:
        for ticket in (formed, signed):
            await worker.tickets.find(ticket, [(hose, "1")])
            await worker.tickets.price(ticket, [worker.tickets.fee_line(hose, "1")])
            await worker.tickets.consent(ticket, True, "曾志强", "self")
        await worker.tickets.start_work(signed, False)
        await worker.tickets.write_fees(signed, [worker.tickets.fee_line(hose, "1")])
        await worker.tickets.try_out(signed, True)

    browser_day.act("worker", so_far)
    code = browser_day.code_for("worker")
    with (
        AppProcess(tmp_path, browser_day.server.url) as app,
        open_app(chromium, app.url, path=f"/join/{code}", scale=1.5, shots=SHOTS) as phone,
    ):
        phone.see_id(f"ticket-{signed}", timeout_ms=ENTRY_SENT)
        phone.gone_id("first-pull", timeout_ms=ENTRY_SENT)
        browser_day.server.stop()
        accept(phone, fresh)
        phone.go(f"/ticket/{formed}/material")
        phone.tap("material-软管")
        phone.tap("verdict-poor")
        phone.tap("material-remarks-phrase-0")
        eventually(
            lambda: any("材质太薄" in draft for draft in drafts(tmp_path)), what="the half-filled form on the disk"
        )
        app.kill()
        app.start()
        phone.reload()
        phone.see("已恢复上次没保存的内容")
        phone.see("质量怎么不佳")
        phone.shot("ticket-restored")
        phone.settle()  # a restored form grows while it is drawn: what one touches must stand still
        phone.tap("material-warned")
        phone.tap("decides-use_anyway")
        phone.tap("main-action")
        phone.see("材料已检查，开始维修")
        phone.go(f"/ticket/{signed}/sign")
        phone.draw("pad", NAME_STROKES[:3])
        eventually(
            lambda: any(draft.count('"points"') == 3 for draft in drafts(tmp_path)), what="three strokes on the disk"
        )
        app.kill()
        app.start()
        phone.reload()
        phone.see_id("pad-clear")
        phone.shot("ticket-sign-restored")
        phone.draw("pad", NAME_STROKES[3:])
        phone.agree()
        phone.see("签名有效")
        phone.go("/")
        phone.see("条待上传")
        browser_day.server.start()
        phone.see("全部已上传", timeout_ms=ENTRY_SENT)
    assert browser_day.read("desk", lambda s: s.tickets.view(fresh).card.stage) == "accepted"
    assert browser_day.read("desk", lambda s: s.tickets.view(formed).state.materials[0]["verdict"]) == "poor"
    # What was drawn before the kill and after it is one signature.
    done = browser_day.read("desk", lambda s: s.tickets.view(signed).state)
    assert done.stage == st.DONE
    drawn = str(done.signatures["resident"].body["strokes"])
    content = eventually(lambda: browser_day.server.store.files.read(drawn), within=30, every=0.2, what="its drawing")
    strokes, _, _ = read_drawing(json.loads(content or b""))
    assert len(strokes) == len(NAME_STROKES)
