"""Draws the app's icon (assets/icons/icon.svg: a door ajar with a tick) as the PNG files that phones want.

    python build/icons/make_icons.py

Needs Playwright and a Chromium; the results are tracked. "maskable" has the drawing inside the middle 80 %, because a
phone cuts its own shape out of it.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.browser import chromium  # noqa: E402

ICONS = ROOT / "assets" / "icons"
FILES = {"icon-192.png": (192, False), "icon-512.png": (512, False), "icon-maskable-512.png": (512, True)}
GROUND = "#00696D"


def main() -> None:
    svg = (ICONS / "icon.svg").read_text(encoding="utf-8")
    with chromium() as browser:
        for name, (size, maskable) in FILES.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            inner = size * 0.8 if maskable else size
            edge = (size - inner) / 2
            ground = GROUND if maskable else "transparent"
            page.set_content(
                f'<body style="margin:0;background:{ground}"><div style="position:absolute;left:{edge}px;top:{edge}px;'
                f'width:{inner}px;height:{inner}px">{svg}</div></body>'
            )
            page.screenshot(path=ICONS / name, omit_background=not maskable)
            page.close()
            print(ICONS / name)


if __name__ == "__main__":
    main()
