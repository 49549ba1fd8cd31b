"""怎么用 (how to use the app): a page for each main screen, and the tour of a first day; pages like those of the
handbook, but the program's own, so they say what this program does."""

from __future__ import annotations

from functools import cache
from typing import Final

import flet as ft

from app.domain.rules.handbook import COMPANY, HELP, Page, digest_of
from app.ui.context import use_ui
from app.ui.kit.base import body, quiet, txt
from app.ui.kit.buttons import Action
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.texts import t, t_in

TOUR: Final = "/tour"
TOPICS: Final = (
    "today", "ticket", "visit", "round", "keys", "forms", "patrol", "matters", "desk", "handbook", "sync",
)  # fmt: skip
STEPS: Final = ("first", "second", "third", "fourth", "fifth")
_LANGUAGES: Final = {"zh": "zh-CN", "en": "en"}


@cache
def help_pages() -> tuple[Page, ...]:
    """Return the program's own pages: version 0, for they come with the program."""
    return tuple(_page(topic, order) for order, topic in enumerate(TOPICS))


def help_page(page_id: str) -> Page | None:
    """Return one of the program's own pages; ``None`` for any other."""
    return next((page for page in help_pages() if page.id == page_id), None)


def _page(topic: str, order: int) -> Page:
    title = {short: t_in(full, f"help.{topic}.title") for short, full in _LANGUAGES.items()}
    text = {short: t_in(full, f"help.{topic}.text").strip() for short, full in _LANGUAGES.items()}
    keys = {0: tuple(t_in("zh-CN", f"help.{topic}.keys").split())}
    name = f"help-{topic}"
    digest = digest_of(name, title, text)
    return Page(name, name, HELP, title, text, version=0, hash=digest, estate=COMPANY, order=order, keys=keys)


@ft.component
def TourScreen() -> ft.Control:
    """Draw the tour: five things that somebody has to know on their first day, one at a time."""
    ui = use_ui()
    step, set_step = ft.use_state(0)
    name, last = STEPS[step], step == len(STEPS) - 1
    paragraphs = [body(part.strip()) for part in t(f"help.tour.{name}_text").strip().split("\n\n")]
    content: list[ft.Control] = [
        quiet(t("help.tour_step", n=step + 1, all=len(STEPS))),
        ft.Semantics(header=True, content=txt(t(f"help.tour.{name}_title"), ft.TextThemeStyle.HEADLINE_MEDIUM)),
        *paragraphs,
    ]

    def on() -> None:
        if last:
            ui.back()
        else:
            set_step(step + 1)

    def back() -> None:
        if step:
            set_step(step - 1)
        else:
            ui.back()

    label, mark = (
        ("help.tour_done", ft.Icons.CHECK_ROUNDED) if last else ("help.tour_next", ft.Icons.ARROW_FORWARD_ROUNDED)
    )
    return Scaffold(
        t("help.heading"), content, id="tour", on_back=back, action=Action(t(label), on, icon=mark), gap=18
    )  # fmt: skip


ROUTES: Final = (Route(TOUR, TourScreen, parent="/me"),)
