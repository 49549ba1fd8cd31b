"""The short form of `python3 dev.py soak --only pocket`: the web app killed at work, and what it left on the disk."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.soak import pocket

KILLS = 5
SEED = 4


def test_what_the_app_called_saved_is_there_however_its_browser_is_killed(
    chromium: Browser, tmp_path: Path, web_tree: Path
) -> None:
    """Once in each activity: typing a form, a photo, the open scanner, a step of the chain, nobody home."""
    found = pocket.run(chromium, web_tree, tmp_path, KILLS, SEED)
    print(found)
    assert (found.kills, found.missing, found.broken, found.lost_place) == (KILLS, 0, 0, 0), found
    assert found.sent > 0
