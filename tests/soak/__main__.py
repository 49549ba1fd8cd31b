"""``python3 dev.py soak``: the cursor under parallel writers, the server, the sending of news and the web app
killed at work."""

from __future__ import annotations

import argparse
import os
import platform
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.soak import cursor, killing, news, pocket
from tests.soak.estate import DATABASES, fresh_store
from tests.support import browser, postgres, web_app


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for; 1 when something is missing, twice or broken."""
    parser = argparse.ArgumentParser(prog="dev.py soak", description=__doc__)
    parser.add_argument("--only", choices=("cursor", "kills", "pocket", "news"))
    parser.add_argument("--database", choices=DATABASES)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--batches", type=int, default=150, help="batches of each writer")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--pocket-kills", type=int, default=40, help="how often the web app's browser is killed")
    parser.add_argument("--news-kills", type=int, default=100, help="how often the sending of news is killed")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000), help="of those moments")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop killing after this time")
    asked = parser.parse_args(arguments)
    bad = 0
    print(f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}")
    if asked.only in (None, "pocket"):
        with tempfile.TemporaryDirectory(prefix="shangmen-soak-") as place, browser.chromium() as chromium:
            lost = pocket.run(chromium, web_app.made(), Path(place), asked.pocket_kills, asked.seed)
        bad += lost.missing + lost.broken + lost.lost_place
        print(f"web app: {lost}", flush=True)
    if asked.only == "pocket":
        return 1 if bad else 0
    with tempfile.TemporaryDirectory(prefix="shangmen-soak-") as place, postgres.server() as server:
        for kind in [asked.database] if asked.database else DATABASES:
            if asked.only in (None, "cursor"):
                folder = Path(place) / f"cursor-{kind}"
                with fresh_store(kind, folder, server) as url:
                    seen = cursor.run(url, folder, asked.writers, asked.batches)
                bad += seen.skipped
                print(f"cursor, {kind}, {asked.writers} writers: {seen}", flush=True)
            if asked.only in (None, "news"):
                folder = Path(place) / f"news-{kind}"
                with fresh_store(kind, folder, server) as url:
                    told = news.run(url, folder, asked.news_kills, asked.seed)
                bad += told.lost + told.too_often
                print(f"news, {kind}: {told}", flush=True)
            if asked.only in (None, "kills"):
                folder = Path(place) / f"kills-{kind}"
                with fresh_store(kind, folder, server) as url:
                    found = killing.run(url, folder, asked.kills, most_seconds=asked.seconds)
                bad += found.missing + found.twice + found.broken
                print(f"killed, {kind}: {found}", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
