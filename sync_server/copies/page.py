"""A resident's copy as HTML: whatever people wrote stands in it as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from app.domain.rules.copies import COPY_PATH
from sync_server.copies.words import say
from sync_server.door.page import dialled, whole

FOLDER: Final = Path(__file__).parent
PATH: Final = COPY_PATH
STYLE: Final = f"{PATH}copy.css"
"""Where the page's own file is."""
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a copy shows. ``drawing``: the handwriting as SVG that this server made, "" while it has not arrived;
    ``standing``: ``intact``, ``changed``, ``again``, ``over`` or ``broken``; ``at`` and ``until``: as they are to be
    read; ``head``: in whose name it is."""

    head: str
    phone: str
    lines: Sequence[str]
    name: str
    capacity: str
    at: str
    drawing: str
    standing: str
    until: str
    code: str


def copy(language: str, seen: Seen) -> str:
    """Return the page."""
    drawing = seen.drawing or f'<p class="quiet">{_t(language, "no_strokes")}</p>'
    capacity = say(language, seen.capacity)
    said = [
        f"<h1>{_t(language, 'title')}</h1>",
        f'<p class="quiet">{_t(language, "says")}</p>',
        '<article class="paper">',
        *(f"<p>{escape(line)}</p>" for line in seen.lines),
        f'<h2>{_t(language, "signed")}</h2><div class="ink">{drawing}</div>',
        f"<p>{_t(language, 'signer', name=seen.name, capacity=capacity)}<br>{_t(language, 'at', at=seen.at)}</p>",
        "</article>",
        f'<section class="standing {seen.standing}"><h2>{_t(language, seen.standing)}</h2>'
        f"<p>{_t(language, f'{seen.standing}_says')}</p></section>",
        f'<p class="save"><a href="{PATH}{escape(seen.code)}/pdf" download>{_t(language, "save")}</a></p>',
        f'<p class="quiet screen">{_t(language, "save_says")}</p>',
        _call(language, seen.phone),
        f'<p class="quiet screen">{_t(language, "keep", until=seen.until)}</p>',
        f'<p class="quiet screen">{_t(language, "for_you")}</p>',
        f'<p class="code">{_t(language, "code", code=seen.code)}</p>',
    ]
    return _page(language, seen.head, "".join(said))


def told(language: str, name: str, phone: str = "") -> str:
    """Return the page for what is not shown, or not yet: ``void`` or ``busy``."""
    again = f'<p class="save"><a href="">{_t(language, "look_again")}</a></p>'
    said = f"<h1>{_t(language, name)}</h1><p>{_t(language, f'{name}_says')}</p>{again}{_call(language, phone)}"
    return _page(language, "", said)


def _call(language: str, phone: str) -> str:
    number = dialled(phone)
    if not number:
        return ""
    return f'<p class="call">{_t(language, "call")}<a href="tel:{escape(number)}">☎ {escape(phone)}</a></p>'


def _t(language: str, name: str, /, **values: object) -> str:
    return escape(say(language, name, **values))


def _page(language: str, head: str, content: str) -> str:
    return whole(language, head, f"{head} {say(language, 'title')}".strip(), STYLE, content)
