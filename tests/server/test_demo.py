"""The demo on one port: what its first and second start do, who gets the offline web app, who the drawn screens."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
import requests
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from tests.support.project import ROOT
from tools.demo.estate import DEMO_PASSWORD
from tools.demo.run import _both

RUN = """
import sys
from pathlib import Path
from tools.demo import run as demo_run
demo_run.FOLDER, demo_run.DAYS = Path(sys.argv[1]), 3
sys.exit(demo_run.main(["--no-browser", "--no-web", "--host", "127.0.0.1", "--port", "0"]))
"""
"""`dev.py run` with a folder of its own and a short past."""


@contextmanager
def started(folder: Path) -> Iterator[str]:
    """Start the demo as a process; what it has printed when it says how to stop it. Ends it as Ctrl+C does."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("SHANGMEN_")}
    demo = subprocess.Popen(
        [sys.executable, "-c", RUN, folder],
        cwd=ROOT,
        env={**settings, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert demo.stdout is not None
    at_last = threading.Timer(300, demo.kill)
    at_last.start()
    try:
        said = ""
        for line in demo.stdout:
            said += line
            if "Ctrl+C" in line:
                break
        yield said
    finally:
        demo.send_signal(signal.SIGINT)
        demo.communicate()
        at_last.cancel()


def _kept(folder: Path) -> tuple[int, int, str]:
    with closing(sqlite3.connect(folder / "shangmen.sqlite")) as store:
        first = "building_id IN (SELECT id FROM buildings WHERE estate_key = '')"
        (households,) = store.execute(f"SELECT count(*) FROM households WHERE {first}").fetchone()
        (entries,) = store.execute("SELECT count(*) FROM entries").fetchone()
        return households, entries, str(store.execute("SELECT * FROM estate ORDER BY key").fetchall())


def test_the_first_start_makes_the_estate_and_tells_how_to_get_in_and_the_second_keeps_it(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with started(folder) as said:
        assert "生成演示小区" in said and "██" in said, said
        (here,) = re.findall(r"^上门 Shangmen  (http://127\.0\.0\.1:\d+)", said, re.MULTILINE)
        people = dict(re.findall(r"^  (管家|维修工|工程部主管|前台)  (\w+) ", said, re.MULTILINE))
        assert len(people) == 4
        tokens = []
        for login in people.values():
            asked = {"login": login, "password": DEMO_PASSWORD}
            tokens.append(requests.post(f"{here}/v1/sign-in", json=asked, timeout=60).json()["token"])
        assert "上门" in requests.get(f"{here}/", timeout=60).content.decode("utf-8")
    first = _kept(folder)
    assert first[0] == 529 and first[1] > 40 and "荷园" in first[2]
    with started(folder) as said:
        assert "生成" not in said and all(login in said for login in people.values())
        (here,) = re.findall(r"^上门 Shangmen  (http://127\.0\.0\.1:\d+)", said, re.MULTILINE)
        me = requests.get(f"{here}/v1/me", headers={"Authorization": f"Bearer {tokens[0]}"}, timeout=60)
        assert me.status_code == 200 and "estates" not in me.json()
        (both,) = re.findall(r"^  两个小区的前台  (\w+) ", said, re.MULTILINE)
        asked = {"login": both, "password": DEMO_PASSWORD}
        answer = requests.post(f"{here}/v1/sign-in", json=asked, timeout=60).json()
        assert [one["name"] for one in answer["estates"]] == ["荔园", "荷园"]
    assert _kept(folder) == first


async def _get(app: ASGIApp, base: str, path: str) -> str:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base) as client:
        return (await client.get(path)).text


@pytest.mark.parametrize(
    ("address", "has_web", "gets"),
    [
        ("http://127.0.0.1:8560/", True, "server"),
        ("http://localhost:8560/join/ABCD2345", True, "server"),
        ("https://192.168.1.5/", True, "server"),
        ("http://192.168.1.5:8560/", True, "screens"),
        ("http://192.168.1.5:8560/join/ABCD2345", True, "screens"),
        ("http://192.168.1.5:8560/v1/health", True, "server"),
        ("http://127.0.0.1:8560/", False, "screens"),
        ("http://127.0.0.1:8560/docs", False, "server"),
    ],
)
def test_the_web_app_goes_to_browsers_that_can_keep_it(address: str, has_web: bool, gets: str) -> None:
    app = _both(PlainTextResponse("server"), PlainTextResponse("screens"), lambda: has_web)
    scheme, _, rest = address.partition("://")
    host, _, path = rest.partition("/")
    asked = asyncio.run(_get(app, f"{scheme}://{host}", f"/{path}"))
    assert asked == gets
