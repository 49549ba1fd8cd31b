"""`python3 dev.py browsers`: the real web app in WebKit and Firefox, used as people use it."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser

from tests.browser.web_day import WebDay
from tests.engines import day, keyboard, obtain
from tests.engines.chromium import Chromium
from tests.engines.engine import Engine
from tests.engines.firefox import Firefox
from tests.engines.webkit import WebKit
from tests.support import browser, web_app
from tests.support.driver import PHONE
from tests.support.project import ROOT
from tools.console import Stop, prepare, say

ENGINES: Final[dict[str, type[WebKit] | type[Firefox]]] = {"webkit": WebKit, "firefox": Firefox}
CHROMIUM: Final = "chromium"
"""Goes through the same day when it is asked for: what the others do otherwise shows by comparison."""
PICTURES: Final = ROOT / "var" / "browsers"


def main(arguments: list[str]) -> int:
    """Run it; the exit code."""
    prepare()
    parser = argparse.ArgumentParser(
        prog="dev.py browsers", description="WebKit、Firefox 里走一天 a day in other browsers"
    )
    parser.add_argument("engines", nargs="*", metavar="webkit|firefox|chromium", help="默认都走 both")
    parser.add_argument("--short", action="store_true", help="只走短的一遍 the short form alone")
    parser.add_argument("--times", type=int, default=1, metavar="N", help="走几遍 how often, one after the other")
    asked = parser.parse_args(arguments)
    names = asked.engines or list(ENGINES)
    if unknown := set(names) - {*ENGINES, CHROMIUM}:
        parser.error(f"{'、'.join(unknown)}? {' | '.join([*ENGINES, CHROMIUM])}")
    try:
        for name in set(names) & set(ENGINES):
            obtain.ensure(name)
        tree = web_app.made()
    except Stop as stop:
        say(str(stop))
        return 1
    failed = 0
    with browser.chromium() as guide:
        for number in range(1, asked.times + 1):
            for name in names:
                failed += not _one(name, guide, tree, asked.short, number)
    total = asked.times * len(names)
    say(f"{'✗' if failed else '✓'} {total - failed}/{total}", f"passed; pictures: {PICTURES.relative_to(ROOT)}")
    return 1 if failed else 0


def _one(name: str, guide: Browser, tree: Path, is_short: bool, number: int) -> bool:
    """Go through one day in one browser, and say what it was like."""
    begun = time.monotonic()
    pictures = PICTURES / f"{name}-{'short' if is_short else 'day'}"
    shutil.rmtree(pictures, ignore_errors=True)

    def make(mine: WebDay, folder: Path) -> Engine:
        if name == CHROMIUM:
            return Chromium(mine.pocket)
        return ENGINES[name](folder / "profile", PHONE, pictures / "logs")

    with (
        tempfile.TemporaryDirectory(prefix="shangmen-") as folder,
        day.day_with(make, guide, Path(folder), tree, pictures) as running,
    ):
        try:
            (day.short if is_short else day.whole)(running)
            if name == CHROMIUM and not is_short:
                keyboard.composed(running)
        except (AssertionError, TimeoutError, RuntimeError) as error:
            say(f"✗ {name} #{number}: {error}", f"({time.monotonic() - begun:.0f} s)")
            return False
        starts = "、".join(
            f"{how} {seconds:.1f} s{'' if quick else '（无快照 plain）'}" for how, seconds, quick in running.starts
        )
        say(
            f"✓ {name} #{number} {running.engine.version()}: {starts}; {running.memory / 1e9:.2f} GB",
            f"{running.engine.touches}, pressed again {running.twin.pressed_again}× ({time.monotonic() - begun:.0f} s)",
        )
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
