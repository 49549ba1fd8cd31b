"""Draw each built-in form as a phone shows it: ``python -m tests.forms.pictures OUT [NAME…]``.

OUT gets a picture of each at 390×844 in Chinese, and contact sheets of twelve (``sheet-1.jpg`` …). ``--filled``: with
the fewest answers that somebody can give, and a row in each repeat; ``--height``: in a taller window, to see more of it
at once; ``--dark``, ``--scale 2``: as people set their phones. It needs a Chromium (``tests/support/browser.py``).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import flet as ft
from PIL import Image
from playwright.sync_api import sync_playwright

from app.actions import Session
from app.domain.forms import Filling
from app.domain.forms import definition as d
from app.ui import context, faults, theme
from app.ui.router import run_router
from app.ui.routes import ROUTES
from app.ui.subjects.case.fill import START, form_draft
from app.ui.subjects.case.paths import draft_key, fill_path
from tests.actions.phones import STEWARD, phone_of, uid
from tests.forms.built_in import NAMES, compiled, finish, form
from tests.support.browser import launch
from tests.support.driver import PHONE
from tests.support.flet_driver import FletServer, open_app
from tests.support.forms import put_on_phone

HOME: Final = "3栋2单元1501"
ACROSS: Final = 4
A_SHEET: Final = 12


def prepared(folder: Path, names: list[str], filled: bool) -> tuple[Session, dict[str, str]]:
    """Return a phone that has the forms begun at a door, and the page of each."""
    session = phone_of(folder, STEWARD)
    pages = {}
    for name in names:
        data, digest = compiled(name).definition, form(name).hash
        assert data is not None
        put_on_phone(session, data)
        case, once = uid("case", name), uid("once", name)
        values: dict[str, Any] = {**START, "form": digest, "started": session.now(), "household": uid("home", HOME),
                                  "fixed": HOME, "nowhere": False}  # fmt: skip
        if filled:
            filling = session.cases.filling(form_draft(case, digest, values, once))
            _fill(filling)
            values["kept"] = filling.kept()
        session.save_draft(draft_key(case), {**values, "_once": once})
        pages[name] = fill_path(digest, case)
    return session, pages


def _fill(filling: Filling) -> None:
    for name, question in filling.root.question.kids.items():
        if question.type == d.REPEAT and filling.can_add(filling.root, name):
            filling.add_row(filling.root, name)
    try:
        finish(filling)
    except (AssertionError, KeyError):
        return  # what has no honest fewest answers here is drawn as far as it came


def app_of(session: Session, scale: float, dark: bool) -> Any:
    """Return the app's main for windows that show this phone."""

    def main(page: ft.Page) -> None:
        faults.watch(page)
        theme.install(page, scale=scale, theme_mode="dark" if dark else "light")
        nothing: Any = SimpleNamespace(
            read=dict, keep=lambda **_: None, settled=session._settle, current=lambda: session, room=_room,
            unsent_counts=dict, profiles=list, server_url="",
        )  # fmt: skip
        ui = context.install(page, nothing, nothing, nothing)
        ui.begin_with(session)
        ui.follow(run_router(page, ROUTES))

    return main


async def _room() -> Any:
    return SimpleNamespace(low=False, may_evict=False, used=0, left=1_000_000_000)


def sheets(out: Path, names: list[str]) -> None:
    """Put the pictures together on contact sheets."""
    for number, at in enumerate(range(0, len(names), A_SHEET), 1):
        shots = [Image.open(out / f"{name}.png").convert("RGB") for name in names[at : at + A_SHEET]]
        width, height = shots[0].size
        sheet = Image.new("RGB", (ACROSS * (width + 8), -(-len(shots) // ACROSS) * (height + 8)), "#888888")
        for n, shot in enumerate(shots):
            sheet.paste(shot, (n % ACROSS * (width + 8), n // ACROSS * (height + 8)))
        sheet.save(out / f"sheet-{number}.jpg", quality=60, optimize=True)


def main(arguments: list[str]) -> int:
    """Draw them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("out", type=Path)
    asked.add_argument("names", nargs="*")
    asked.add_argument("--filled", action="store_true")
    asked.add_argument("--dark", action="store_true")
    asked.add_argument("--scale", type=float, default=1.0)
    asked.add_argument("--height", type=int, default=PHONE[1])
    said = asked.parse_args(arguments)
    names = said.names or list(NAMES)
    said.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        session, pages = prepared(Path(folder), names, said.filled)
        titles = {name: form(name).said(form(name).title, "zh") for name in names}
        with FletServer(app_of(session, said.scale, said.dark)) as server:
            browser = launch(playwright)
            size = (PHONE[0], said.height)
            with open_app(browser, server.url, path=pages[names[0]], size=size, dark=said.dark) as phone:
                for name in names:
                    if phone.path != pages[name]:
                        phone.go(pages[name])
                        phone.stands_at(pages[name])
                    phone.see(titles[name])
                    phone.see_id("fill", timeout_ms=30_000)
                    phone.settle()
                    phone.page.screenshot(path=said.out / f"{name}.png")
            browser.close()
    sheets(said.out, names)
    print(f"{len(names)} forms drawn in {said.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
