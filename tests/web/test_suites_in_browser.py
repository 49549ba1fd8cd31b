"""The suites of the domain, the phone's store and sync inside the browser's own Python, with the browser's own storage.

What they need of an operating system (other processes, the real server) is marked `needs_system` with its reason, left
out there, and named in this test's output.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page

from tests.web.python_page import ROOT, TEST_PACKAGES, archive, browser_wheels, python_site, run

SUITES: Final = ("domain", "store", "sync")
HELPERS: Final = (
    "__init__.py",
    "actions/__init__.py",
    "actions/phones.py",
    "support/__init__.py",
    "support/book.py",
    "support/definitions.py",
    "support/older.py",
    "support/pages.py",
)
LEFT_OUT: Final = {
    "sync/conftest.py": "gives the real server",
    "sync/test_verdicts.py": "the real server, and one that lacks the path",
    "sync/test_live.py": "the real server; tests/web/test_journey.py does the same through the browser",
    "domain/test_archive_export.py": "strokes of a device of the real server's store",
    "store/test_unreadable.py": "a process of its own",
    "sync/test_portal.py": "the operating system's connections, and what they meet in a hotel's Wi-Fi",
    "sync/test_slow_lines.py": "the real server, and a socket that is slow",
    "sync/test_first_pull.py": "the real server; tests/store/test_first_pull.py has what is taken in there",
    "sync/test_photo_upload.py": "a cut line to the real server; tests/browser/test_kills.py has photos there",
    "sync/test_waiting.py": "simulated time, by an event loop of its own",
    "sync/test_transport.py": "connections of the operating system; in a browser the browser keeps them",
}
RUN: Final = """
    import contextlib, io, json, pytest, sys, time

    class Outcomes:
        def __init__(self):
            self.passed, self.failed, self.skipped = [], {}, {}
        def pytest_runtest_logreport(self, report):
            if report.when == "call" and report.passed:
                self.passed.append(report.nodeid)
            elif report.failed:
                self.failed[report.nodeid] = report.longreprtext[-3000:]
            elif report.skipped:
                self.skipped[report.nodeid] = report.longrepr[2]
        def pytest_collectreport(self, report):
            if report.failed:
                self.failed[report.nodeid] = report.longreprtext[-3000:]

    # A module that broke while it was imported would count as one without tests the next time.
    for name in [name for name in sys.modules if name.startswith("tests.")]:
        del sys.modules[name]
    from pathlib import Path
    from app.device.browser.storage import BrowserStorage
    # The suites' own files lie in the browser's private file system, too.
    assert await BrowserStorage(Path("/data")).claim()
    started = time.perf_counter()
    outcomes = Outcomes()
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = pytest.main(
            ["-q", "-p", "no:cacheprovider", "-p", "no:faulthandler", "--basetemp=/tmp/suite", "tests/SUITE"],
            [outcomes],
        )
    json.dumps({"code": int(code), "said": said.getvalue()[-2000:], "python": sys.version.split()[0],
                "seconds": round(time.perf_counter() - started, 1), **vars(outcomes)})
"""


def files() -> tuple[tuple[str, str], ...]:
    """The test files as they lie in the browser."""
    tests = ROOT / "tests"
    paths = [tests / name for name in HELPERS]
    for suite in SUITES:
        paths += [p for p in sorted((tests / suite).glob("*.py")) if p.relative_to(tests).as_posix() not in LEFT_OUT]
    found = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in paths}
    found["tests/conftest.py"] = Path(__file__).with_name("conftest_in_browser.py").read_text("utf-8")
    found["pyproject.toml"] = (
        '[tool.pytest.ini_options]\npythonpath = ["."]\naddopts = ["--strict-markers", "--import-mode=importlib"]\n'
        'markers = ["needs_system: needs more than a browser\'s Python has", "proves: lines of acceptance", '
        '"long: at length"]\n'
    )
    return tuple(sorted(found.items()))


@pytest.fixture(scope="module")
def python(web_tree: Path, chromium: Browser) -> Iterator[Page]:
    """One Python for all suites: what takes long is its start."""
    with python_site(web_tree, archive(TEST_PACKAGES, browser_wheels(), files())) as site:
        context = chromium.new_context()
        page = context.new_page()
        page.goto(site.url)
        yield page
        context.close()


@pytest.mark.parametrize("suite", SUITES)
def test_the_suite_passes_in_the_browser(suite: str, python: Page) -> None:
    found: dict[str, Any] = json.loads(run(python, RUN.replace("SUITE", suite)))
    print(f"\n{suite} in Python {found['python']}: {len(found['passed'])} passed in {found['seconds']} s")
    left_out = {name: reason for name, reason in LEFT_OUT.items() if name.startswith(suite)}
    for name, reason in (found["skipped"] | left_out).items():
        print(f"  left out {name}: {reason}")
    assert found["failed"] == {}, "\n".join(found["failed"].values()) + found["said"]
    assert found["code"] == 0 and len(found["passed"]) > 10, found
    assert all(reason.startswith("Skipped: not in a browser") for reason in found["skipped"].values()), found["skipped"]
