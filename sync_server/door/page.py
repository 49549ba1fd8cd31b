"""The page at a door as HTML: whatever people wrote stands in it as text."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from sync_server.door.words import EN, say

FOLDER: Final = Path(__file__).parent
STYLE, SCRIPT = "/d/door.css", "/d/door.js"
"""Where the page's own two files are."""
CHOICES: Final = ("repair", "complaint", "help", "other")
"""What can be wanted, in the order of the buttons."""
MOST_WORDS: Final = 3_000
MOST_PHONE: Final = 30
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src blob:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Where:
    """What of the door's estate the page shows; all of it may be empty."""

    estate: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as it is filled in: ``once`` is the id by which a request that is sent twice is one."""

    once: str
    wanted: str = ""
    words: str = ""
    phone: str = ""
    problem: str = ""
    """Why it was not taken, in words of the page's language."""


def form(language: str, where: Where, filled: Filled) -> str:
    """Return the page that asks what is wanted."""
    asked = "".join(_choice(language, name, name == filled.wanted) for name in CHOICES)
    problem = f'<p class="problem" role="alert">{escape(filled.problem)}</p>' if filled.problem else ""
    said = [
        f"<h1>{_t(language, 'title')}</h1>",
        f'<p class="where">{escape(say(language, "from", address=where.address))}</p>',
        problem,
        f'<form method="post" data-offline="{_t(language, "offline")}" data-missing="{_t(language, "wanted_missing")}" '
        f'data-sending="{_t(language, "sending")}" data-unreadable="{_t(language, "photo_wrong")}">',
        f'<input type="hidden" name="once" value="{escape(filled.once)}">',
        f"<fieldset><legend>{_t(language, 'what')}</legend><div class=choices>{asked}</div></fieldset>",
        f'<label for="words">{_t(language, "words")}</label>',
        f'<textarea id="words" name="words" rows="4" maxlength="{MOST_WORDS}" '
        f'placeholder="{_t(language, "words_hint")}">\n{escape(filled.words)}</textarea>',
        f'<label for="phone">{_t(language, "phone")}</label>',
        f'<input id="phone" name="phone" type="tel" autocomplete="tel" maxlength="{MOST_PHONE}" '
        f'value="{escape(filled.phone)}">',
        # Without scripts a photo cannot be made small enough to be sent, so nobody is asked for one.
        f'<div id="photo-part" hidden><label class="photo" for="photo">{_t(language, "photo")}</label>'
        '<input id="photo" type="file" accept="image/*"><div id="photo-shown" hidden><img id="photo-seen" alt="">'
        f'<button type="button" id="photo-off">{_t(language, "photo_off")}</button></div></div>',
        '<p class="problem" id="problem" role="alert" hidden></p>',
        f'<button class="main" id="send">{_t(language, "send")}</button>',
        "</form>",
        _call(language, where, _t(language, "urgent")),
        f'<p class="quiet">{_t(language, "privacy")}</p>',
    ]
    return _page(language, where, "".join(said))


def sent(language: str, where: Where, number: str) -> str:
    """Return the page that tells the number of a request."""
    said = [
        '<div class="done" aria-hidden="true">✓</div>',
        f"<h1>{_t(language, 'sent')}</h1>",
        f'<p class="number">{escape(say(language, "number", number=number))}</p>',
        f"<p>{_t(language, 'sent_says')}</p>",
        _call(language, where, _t(language, "urgent")),
        f'<p><a class="again" href="">{_t(language, "again")}</a></p>',
    ]
    return _page(language, where, "".join(said))


def told(language: str, where: Where, name: str) -> str:
    """Return the page for what is not taken: ``many``, ``void`` or ``busy``."""
    said = [
        f"<h1>{_t(language, name)}</h1>",
        f"<p>{_t(language, f'{name}_says')}</p>",
        _call(language, where, ""),
    ]
    return _page(language, where, "".join(said))


def _choice(language: str, name: str, chosen: bool) -> str:
    checked = " checked" if chosen else ""
    return (
        f'<label class="choice"><input type="radio" name="wanted" value="{name}" required{checked}>'
        f"<span>{_t(language, name)}</span></label>"
    )


def _call(language: str, where: Where, above: str) -> str:
    if not where.phone:
        return ""
    number = dialled(where.phone)
    return (
        f'<p class="call">{above}<a href="tel:{escape(number)}" aria-label="{escape(where.phone)}">'
        f"☎ {escape(where.phone)}</a></p>"
    )


def dialled(phone: str) -> str:
    """Return the digits of a phone number, as a link that calls it has them."""
    return "".join(char for char in phone if char.isascii() and (char.isdigit() or char in "+-"))


def _t(language: str, name: str, **values: object) -> str:
    return escape(say(language, name, **values))


def _page(language: str, where: Where, content: str) -> str:
    title = f"{where.estate} {say(language, 'title')}".strip()
    return whole(language, where.estate, title, STYLE, content, f'<script src="{SCRIPT}"></script>')


def whole(language: str, estate: str, title: str, style: str, content: str, end: str = "") -> str:
    """Return a page for residents: ``content`` below the estate's name, and ``end`` behind it, both HTML; ``style``:
    the address of its style sheet."""
    tongue = "en" if language == EN else "zh-CN"
    return (
        f'<!doctype html><html lang="{tongue}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f'<meta name="format-detection" content="telephone=no"><title>{escape(title)}</title>'
        f'<link rel="stylesheet" href="{style}"></head><body>'
        f"<header>{escape(estate)}</header><main>{content}</main>{end}</body></html>"
    )
