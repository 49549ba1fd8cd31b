"""Forty kills of the web app at work, and what each left on the disk; `python3 dev.py soak --only pocket` goes on.

In four parts, each with a phone and a seed of its own: two browsers run them side by side.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.soak import pocket

KILLS = 10
"""Twice in each activity: typing a form, a photo, the open scanner, a step of the chain, nobody home."""


@pytest.mark.parametrize("seed", [4, 5, 6, 7])
def test_what_the_app_called_saved_is_there_however_its_browser_is_killed(
    chromium: Browser, tmp_path: Path, web_tree: Path, seed: int
) -> None:
    found = pocket.run(chromium, web_tree, tmp_path, KILLS, seed)
    print(found)
    assert (found.kills, found.missing, found.broken, found.lost_place) == (KILLS, 0, 0, 0), found
    assert found.sent > 0
