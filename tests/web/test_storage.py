"""A browser's private file system under the phone's store: what was settled outlives the browser's death."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page

from tests.support import browser
from tests.web.python_page import Site, run

OPEN = """
    import asyncio
    from pathlib import Path
    from app.device.browser.storage import BrowserStorage
    from app.domain.wire.canonical import sha256_hex
    from app.domain.wire.entries import BlobRef, Entry
    from app.store import PhoneStore
    storage = BrowserStorage(Path("/data"))
    assert await storage.claim()
    store = PhoneStore(Path("/data/one/shangmen.db"), storage.journal)
    if store.chain() is None:
        store.begin_chain("00000000-0000-4000-8000-000000000001")
    def entry(n, *refs):
        body = {"ticket_kind": "job", "address": "3栋", "content": f"第{n}条", "requested_at": 1, "channel": "door"}
        return Entry(f"e{n}", "ticket_opened", "ticket", f"t{n}", body, "w", "", 0, 1, blobs=refs)
    def photo(n):
        return (b"%08d" % n) * 12000
    def check():
        rows = [row.entry.id for row in store.unsent()]
        lost = []
        for n in range(0, len(rows), 5):
            data = photo(n)
            if store.blob(sha256_hex(data)) != data:
                lost.append(n)
        with store.file.read() as connection:
            fine = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
        return {"count": len(rows), "gapless": rows == [f"e{n}" for n in range(len(rows))], "lost": lost, "fine": fine}
"""
SAVE_ON = """
    async def save_on():
        n = store.outbox_counts()[0]
        while True:
            with_photo = n % 5 == 0
            data = photo(n)
            ref = BlobRef(sha256_hex(data), len(data), "image/jpeg")
            store.save([entry(n, ref) if with_photo else entry(n)], {ref.hash: data} if with_photo else None)
            await storage.settle()
            n += 1
            print("saved", n)
            await asyncio.sleep(0)
    saving = asyncio.ensure_future(save_on())
    None
"""


@pytest.fixture(params=["direct", "copied"])
def store(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def opened(context: BrowserContext, site: Site, set_store: str = "") -> Page:
    """A page with Python; with ``set_store`` the store is set before."""
    page = context.new_page()
    if set_store:
        page.goto(site.url + "/nothing")
        page.evaluate(
            """async (kind) => {
                const root = await navigator.storage.getDirectory();
                const stream = await (await root.getFileHandle("shangmen-store", {create: true})).createWritable();
                await stream.write(kind);
                await stream.close();
            }""",
            set_store,
        )
    page.goto(site.url)
    return page


SAVE_BIG = """
    async def save_big(n, size=3_000_000):
        data = bytes([n]) * size
        ref = BlobRef(sha256_hex(data), len(data), "image/jpeg")
        try:
            if not store.saved([f"e{n}"]):
                store.save([entry(n, ref)] if size else [entry(n)], {ref.hash: data} if size else None)
            await storage.settle()
        except Problem as problem:
            return problem.name
        return "saved"
    async def room():
        found = await storage.room()
        return [found.low, found.left]
    from app.domain.wire.errors import Problem
    None
"""


def test_room_is_told_before_it_runs_out_and_a_save_that_found_none_goes_through_when_there_is_some(
    phone_context: Callable[..., BrowserContext], python_pages: Site, store: str
) -> None:
    """Whatever the browser estimates (Chromium: the same for every site, full or not)."""
    page = opened(phone_context(), python_pages, store)
    run(page, OPEN + SAVE_BIG)
    keys = page.context.new_cdp_session(page)

    assert run(page, "await save_big(0)") == "saved"
    # Before the first trial: for a while, Chromium counts what a trial has given up as used.
    used = keys.send("Storage.getUsageAndQuota", {"origin": python_pages.url})["usage"]

    def allow(more: int | None) -> None:
        quota = {} if more is None else {"quotaSize": used + more}
        keys.send("Storage.overrideQuotaForOrigin", {"origin": python_pages.url, **quota})

    assert run(page, "(await room())[0]") is False
    allow(60_000_000)
    low, left = run(page, "await room()")
    assert low and 20_000_000 <= left <= 60_000_000
    allow(1_000_000)
    low, left = run(page, "await room()")
    assert low and left <= 1_000_000
    for _ in range(2):
        assert run(page, "await save_big(1)") == "disk_full"
    # A step without pictures goes on being saved; copies are carried in one order, and wait for the one before.
    assert run(page, "await save_big(2, 0)") == ("saved" if store == "direct" else "disk_full")
    allow(None)
    assert run(page, "await save_big(1)") == "saved"
    assert run(page, "(await room())[0]") is False
    again = opened(page.context, python_pages)
    page.close()
    found = run(
        again,
        OPEN
        + """
    photos = [store.blob(sha256_hex(bytes([n]) * 3_000_000)) == bytes([n]) * 3_000_000 for n in (0, 1)]
    [sorted(row.entry.id for row in store.unsent()), photos, check()["fine"]]
    """,
    )
    assert found == [["e0", "e1", "e2"], [True, True], "ok"]


MANY = """
    import os
    for n in range(20):
        Path(f"/data/many-{n}").write_bytes(b"%d" % n)
    await storage.settle()
    [Path(f"/data/many-{n}").read_bytes() for n in range(20)] == [b"%d" % n for n in range(20)]
"""
SLOTS = """async ([slots, content]) => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("shangmen-direct");
    for await (const handle of folder.values()) {
        const file = await handle.getFile();
        const text = new TextDecoder().decode(await file.arrayBuffer());
        if (!text.includes(content)) continue;
        const stream = await handle.createWritable({keepExistingData: true});
        const data = new Uint8Array(64);
        for (const slot of slots) await stream.write({type: "write", position: slot * 2048 + 20, data});
        await stream.close();
    }
}"""


def test_many_files_at_once_and_names_that_went_bad(
    phone_context: Callable[..., BrowserContext], python_pages: Site
) -> None:
    """A save may hold many pictures; one bad slot takes no file's name away, two bad ones not its content."""
    context = phone_context()
    page = opened(context, python_pages, "direct")
    run(page, OPEN)
    page.wait_for_timeout(500)
    assert run(page, MANY) is True
    run(
        page,
        "Path('/data/one-slot').write_bytes(b'one-slot-content'); Path('/data/none').write_bytes(b'no-slot-content')",
    )
    run(page, "await storage.settle()\nawait storage.give_up()")
    page.goto(python_pages.url + "/nothing")
    page.evaluate(SLOTS, [[0], "one-slot-content"])
    page.evaluate(SLOTS, [[0, 1], "no-slot-content"])
    page.goto(python_pages.url)
    run(page, OPEN)
    assert run(page, "Path('/data/one-slot').read_bytes() == b'one-slot-content'") is True
    assert run(page, "[path.read_bytes() for path in Path('/data/damaged').iterdir()] == [b'no-slot-content']") is True
    assert run(page, "check()['fine']") == "ok"


@pytest.mark.parametrize("starts", [2, pytest.param(4, marks=pytest.mark.long)])
def test_what_was_settled_outlives_a_killed_browser(
    chromium: Browser, python_pages: Site, tmp_path: Path, store: str, starts: int
) -> None:
    """All but the last start are killed in the middle of saving, and each looks at what the one before left."""
    promised = 0
    for start in range(starts):
        context = browser.with_profile(chromium, tmp_path)
        page = opened(context, python_pages, "" if promised else store)
        saved: list[int] = []

        def heard(message: ConsoleMessage, saved: list[int] = saved) -> None:
            if message.text.startswith("saved"):
                saved.append(int(message.text.split()[1]))

        page.on("console", heard)
        found: dict[str, Any] = run(page, OPEN + "\n    import js\n    check() | {'kind': js.shangmenStorage.kind()}")
        assert found["kind"] == store
        assert (found["fine"], found["gapless"], found["lost"]) == ("ok", True, []), found
        assert found["count"] >= promised, (found, promised)
        if start == starts - 1:
            context.close()
            break
        run(page, SAVE_ON)
        until = time.monotonic() + random.uniform(0.3, 1.2)
        while time.monotonic() < until or not saved:
            page.wait_for_timeout(20)
        browser.kill(tmp_path)
        promised = saved[-1]
        with contextlib.suppress(Error):  # it is dead already
            context.close()
