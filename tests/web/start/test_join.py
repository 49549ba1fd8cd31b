"""One scan in the offline web app, served by the sync server: signed in, synced, nothing against the page's policy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext
from sqlalchemy import select

from sync_server.settings import Settings
from sync_server.store.tables import devices, join_codes
from tests.support.server import LiveServer
from tests.support.web_app import WITHOUT_WASM, AppPage

TODAY = '[flt-semantics-identifier="today"]'
SYNCED = '[flt-semantics-identifier="first-pull"]'


def sees_today(app: AppPage) -> None:
    """The first screen, with the first pull through; the code is no longer in the address."""
    app.page.locator("flt-semantics-placeholder").dispatch_event("click")
    app.page.locator(TODAY).first.wait_for(timeout=60_000)
    app.page.locator(SYNCED).first.wait_for(state="detached", timeout=60_000)
    app.page.wait_for_url(f"{app.url}/")


@pytest.mark.parametrize(
    "script", ["", pytest.param(WITHOUT_WASM, marks=pytest.mark.long)], ids=["by WebAssembly", "by CanvasKit"]
)
def test_one_scan_gives_the_app_the_server_and_the_person_and_a_second_one_the_app(
    web_tree: Path, sqlite_url: str, tmp_path: Path, start_browser: Callable[[], BrowserContext], script: str
) -> None:
    def begin() -> BrowserContext:
        context = start_browser()
        context.add_init_script(script)
        return context

    with LiveServer(sqlite_url, tmp_path / "server", settings=Settings(web=web_tree)) as server:
        worker = server.add_staff("w1", "repair_worker", name="王强")
        code = server.store.make_join_code(None, worker).code
        phone = AppPage(begin(), server.url).open(f"/join/{code}")
        assert phone.draws == ("chromium" if script else "skwasm")
        sees_today(phone)
        phone.clean()
        with server.store.read() as connection:
            used = connection.execute(select(join_codes)).one()
            device = connection.execute(select(devices).where(devices.c.id == used.device_id)).one()
        assert (used.staff_id, device.staff_id) == (worker, worker) and device.seen_at is not None
        phone.wait_for_mark("kept")
        server.stop()
        again = AppPage(begin(), server.url).open(f"/join/{code}")
        sees_today(again)
        again.clean()
