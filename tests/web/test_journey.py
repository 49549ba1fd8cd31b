"""A steward's day through the browser: its fetch, storage and Python; the real server on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

from sync_server.first_pulls import FirstPulls
from sync_server.store.people import accounts
from sync_server.store.upkeep import verifying
from tests.support.field_device import FieldDevice
from tests.support.server import LiveServer
from tests.web.python_page import python_site, run

PHONE = """
    import js
    from pathlib import Path
    from app.actions import Phone
    from app.actions.models import Signature, VisitForm
    from app.device.browser.storage import BrowserStorage
    from app.sync.fetching import PyfetchTransport
    storage = BrowserStorage(Path("/data"))
    assert await storage.claim()
    phone = Phone(storage.folder, js.location.origin, settle=storage.settle, journal=storage.journal)
    strokes = tuple(
        {"points": [[1000 + 300 * i, 3000 + (i % 3) * 900, 16 * i] for i in range(20)]} for _ in range(2)
    )

    async def visit(said, signed=True):
        form = VisitForm(session.new_id(), HOME, met_name="张伟", met_capacity="self", said=said,
                         unsigned_reason="" if signed else "赶时间")
        signature = None
        if signed:
            content = session.visits.content(form)
            signature = Signature(content, "resident", "张伟", "self", (said,), strokes, 300, 120)
        await session.visits.record(form, signature)
        return form.visit_id

    async def state():
        status = await session.sync_now()
        problem = status.problem.name if status.problem else ""
        return [status.waiting, status.refused, status.blobs_waiting, problem, status.sign_in_needed]
"""
IN_STEP = [0, 0, 0, "", False]


def test_a_day_in_the_browser(
    live_server: LiveServer, web_tree: Path, phone_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    building = live_server.add_building("3")
    home = live_server.add_household(building, "1501")
    live_server.add_staff("li", "steward", name="李静", buildings=(building,))
    desk = FieldDevice(live_server, live_server.add_staff("d1", "desk"))
    opened = ("ticket", "00000000-0000-7000-8000-000000000001")
    (answer,) = desk.push(desk.open_ticket(opened, home))
    assert answer.status == "accepted", answer
    files = FirstPulls(live_server.store, tmp_path / "files", 1 << 20, small=1, start=lambda work: work())
    live_server.app.state.context = replace(live_server.app.state.context, first_pulls=files)
    with python_site(web_tree) as site:
        page: Page = phone_context().new_page()
        site.upstream = ("127.0.0.1", live_server.port)
        page.goto(site.url)

        def here(code: str) -> Any:
            return run(page, code)

        # Signing in, and the first pull, which comes as one file: the door and the desk's ticket are there.
        here(PHONE.replace("HOME", repr(home["household_id"])))
        here("session = await phone.sign_in('li', 'correct-horse')\nNone")
        assert here("await state()") == IN_STEP
        assert here(f"session.tickets.view({opened[1]!r}).card.content") == "漏水"
        assert here("type(session.engine.transport).__name__") == "PyfetchTransport"
        assert here("session.store.setting('unproved')") == ""

        # A visit with a signature goes up whole, and is valid there.
        first = here("await visit('都好')")
        assert here("await state()") == IN_STEP
        with live_server.store.read() as connection:
            verdict = verifying.verify_subject(connection, live_server.store.files, ("visit", first))
        assert verdict is not None and verdict.sound, verdict

        # No network: saved all the same, told, and sent by itself when it is back.
        site.upstream = None
        here("second = await visit('再来', signed=False)\nNone")
        assert here("await state()") == [1, 0, 0, "no_network", False]
        site.upstream = ("127.0.0.1", live_server.port)
        assert here("await state()") == IN_STEP

        # The desk ends the phone: nothing more goes up, what came from the server goes, and nothing unsent is lost.
        device = here("session.device")
        with live_server.store.numbered() as write:
            accounts.revoke_device(write.connection, device, write.now)
        here("await visit('最后', signed=False)")
        assert here("await state()") == [1, 0, 0, "token_revoked", True]

        # All of it is there after the page starts anew without the server.
        site.upstream = None
        page.reload()
        here(PHONE.replace("HOME", repr(home["household_id"])))
        assert here("phone.current() is None and phone.profiles()[0].ended")
        here("session = phone._session(phone.profiles()[0])\nNone")
        assert here("[row.entry.body['said'] for row in session.unsent()]") == ["最后"]
        assert here("session.doors.count()") == 0

        # Signed in again, everything is back, and the last visit goes up.
        site.upstream = ("127.0.0.1", live_server.port)
        here("session = await phone.sign_in('li', 'correct-horse')\nNone")
        assert here("await state()") == IN_STEP
        assert here("session.store.setting('unproved')") == ""
        assert here(f"session.visits.view({first!r}).state.stage") == "signed"
