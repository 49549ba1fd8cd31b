"""The page at a door as HTML: whatever people wrote stands in it as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from sync_server.door.services import Service
from sync_server.door.words import EN, say

FOLDER: Final = Path(__file__).parent
STYLE, SCRIPT = "/d/door.css", "/d/door.js"
"""Where the page's own two files are."""
CHOICES: Final = ("repair", "complaint", "help", "other")
"""What can be wanted, in the order of the buttons."""
OF_HELP: Final = "help/"
"""What the value of a service's button begins with, before its id: it is help of that kind (X3)."""
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


def form(language: str, where: Where, filled: Filled, services: Sequence[Service] = (), below: str = "") -> str:
    """Return the page that asks what is wanted; ``services``: what the estate offers besides, each one tap; ``below``:
    what else stands on it, as HTML."""
    asked = "".join(_choice(name, text(language, name), filled.wanted) for name in CHOICES)
    problem = f'<p class="problem" role="alert">{escape(filled.problem)}</p>' if filled.problem else ""
    said = [
        f"<h1>{text(language, 'title')}</h1>",
        f'<p class="where">{escape(say(language, "from", address=where.address))}</p>',
        problem,
        f'<form method="post" data-offline="{text(language, "offline")}" '
        f'data-missing="{text(language, "wanted_missing")}" data-sending="{text(language, "sending")}" '
        f'data-unreadable="{text(language, "photo_wrong")}">',
        f'<input type="hidden" name="once" value="{escape(filled.once)}">',
        f"<fieldset><legend>{text(language, 'what')}</legend><div class=choices>{asked}</div>",
        _services(language, filled.wanted, services),
        "</fieldset>",
        f'<label for="words">{text(language, "words")}</label>',
        f'<textarea id="words" name="words" rows="4" maxlength="{MOST_WORDS}" '
        f'placeholder="{text(language, "words_hint")}">\n{escape(filled.words)}</textarea>',
        f'<label for="phone">{text(language, "phone")}</label>',
        f'<input id="phone" name="phone" type="tel" autocomplete="tel" maxlength="{MOST_PHONE}" '
        f'value="{escape(filled.phone)}">',
        # Without scripts a photo cannot be made small enough to be sent, so nobody is asked for one.
        f'<div id="photo-part" hidden><label class="photo" for="photo">{text(language, "photo")}</label>'
        '<input id="photo" type="file" accept="image/*"><div id="photo-shown" hidden><img id="photo-seen" alt="">'
        f'<button type="button" id="photo-off">{text(language, "photo_off")}</button></div></div>',
        '<p class="problem" id="problem" role="alert" hidden></p>',
        f'<button class="main" id="send">{text(language, "send")}</button>',
        "</form>",
        below,
        calling(language, where, text(language, "urgent")),
        f'<p class="quiet">{text(language, "privacy")}</p>',
    ]
    return framed(language, where, "".join(said))


def sent(language: str, where: Where, number: str, service: Service | None = None) -> str:
    """Return the page that tells the number of a request, and for which ``service`` it is."""
    said = [
        '<div class="done" aria-hidden="true">✓</div>',
        f"<h1>{text(language, 'sent')}</h1>",
        f'<p class="where">{escape(service.name(language == EN))}</p>' if service is not None else "",
        f'<p class="number">{escape(say(language, "number", number=number))}</p>',
        f"<p>{text(language, 'sent_says')}</p>",
        _call_too(language, service) if service is not None else "",
        calling(language, where, text(language, "urgent")),
        f'<p><a class="again" href="">{text(language, "again")}</a></p>',
    ]
    return framed(language, where, "".join(said))


def told(language: str, where: Where, name: str) -> str:
    """Return the page for what is not taken: ``many``, ``void`` or ``busy``."""
    said = [
        f"<h1>{text(language, name)}</h1>",
        f"<p>{text(language, f'{name}_says')}</p>",
        calling(language, where, ""),
    ]
    return framed(language, where, "".join(said))


def _choice(name: str, words: str, chosen: str) -> str:
    checked = " checked" if name == chosen else ""
    return (
        f'<label class="choice"><input type="radio" name="wanted" value="{escape(name)}" required{checked}>'
        f"<span>{words}</span></label>"
    )


def _services(language: str, chosen: str, services: Sequence[Service]) -> str:
    """Return the services beside the four kinds: one choice among all, so that two taps send it."""
    if not services:
        return ""
    english = language == EN
    listed = "".join(_choice(OF_HELP + one.id, escape(one.name(english)), chosen) for one in services)
    also = "".join(_call_too(language, one) for one in services)
    return f'<p class="also">{text(language, "services")}</p><div class="choices services">{listed}</div>{also}'


def _call_too(language: str, service: Service) -> str:
    if not service.call:
        return ""
    name, number = escape(service.name(language == EN)), escape(service.call)
    return f'<p class="too">{text(language, "call_too")}<a href="tel:{number}">{name} ☎ {number}</a></p>'


def calling(language: str, where: Where, above: str) -> str:
    """Return the button that calls the office, below a few words; nothing where its phone is not known."""
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


def text(language: str, name: str, **values: object) -> str:
    """Return one of the page's texts as HTML."""
    return escape(say(language, name, **values))


def framed(language: str, where: Where, content: str, *, script: bool = True) -> str:
    """Return a whole page at a door, with the script that the form of a request has."""
    title = f"{where.estate} {say(language, 'title')}".strip()
    end = f'<script src="{SCRIPT}"></script>' if script else ""
    return whole(language, where.estate, title, STYLE, content, end)


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
