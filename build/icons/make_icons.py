"""Draws the app's icon (assets/icons/icon.svg: a door ajar with a tick) as the PNG files that phones want.

    python build/icons/make_icons.py

Needs Playwright and a Chromium; the results are tracked. "maskable" has the drawing inside the middle 80 %, because a
phone cuts its own shape out of it. Those of the packaged apps lie in build/native/icons, for only packaging needs them:
iOS cuts the corners of a whole square itself; Android shows the middle two thirds for certain; the splash is a tile on
the colour of pyproject.toml.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.browser import chromium  # noqa: E402

ICONS = ROOT / "assets" / "icons"
NATIVE = ROOT / "build" / "native" / "icons"
GROUND = "#00696D"
FILES: dict[Path, tuple[int, float, bool]] = {
    ICONS / "icon-192.png": (192, 1, False),
    ICONS / "icon-512.png": (512, 1, False),
    ICONS / "icon-maskable-512.png": (512, 0.8, True),
    NATIVE / "icon_ios.png": (1024, 1, True),
    NATIVE / "icon_android.png": (1024, 0.66, True),
    NATIVE / "splash.png": (1024, 0.6, False),
}
"""File: its side in pixels, the share of it that the drawing takes, and whether it stands on the ground colour."""


def main() -> None:
    svg = (ICONS / "icon.svg").read_text(encoding="utf-8")
    with chromium() as browser:
        for path, (size, share, on_ground) in FILES.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            inner = size * share
            edge = (size - inner) / 2
            ground = GROUND if on_ground else "transparent"
            page.set_content(
                f'<body style="margin:0;background:{ground}"><div style="position:absolute;left:{edge}px;top:{edge}px;'
                f'width:{inner}px;height:{inner}px">{svg}</div></body>'
            )
            page.screenshot(path=path, omit_background=not on_ground)
            page.close()
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
