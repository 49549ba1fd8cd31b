"""A resident's copy as a PDF: what the page shows, to be kept or sent on when the page has ended."""

from __future__ import annotations

import re
from typing import Final

from app.domain.times import to_china
from app.domain.wire.strokes import Strokes
from sync_server.copies.page import Seen
from sync_server.copies.words import say
from sync_server.papers.paper import Paper

_UNNAMEABLE: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
"""What the name of a file cannot hold on some phone or computer."""
_MOST_NAME: Final = 60


def name(language: str, seen: Seen) -> str:
    """Return what the file is called: whose it is, of which day, by whom it was signed."""
    said = f"{seen.head} {say(language, 'file')} {seen.at[:10]} {seen.name}"
    return f"{_UNNAMEABLE.sub(' ', said)[:_MOST_NAME].strip()}.pdf"


def paper(language: str, seen: Seen, ink: tuple[Strokes, int, int] | None, address: str, now: int) -> bytes:
    """Return the PDF. ``ink``: the handwriting, as vectors; ``address``: of the page, as a code; ``now`` in ms."""
    made = Paper(name(language, seen).removesuffix(".pdf"), pages=say(language, "pages", number="{number}", of="{of}"))
    title = say(language, "title")

    def head(again: bool) -> None:
        made.title(say(language, "continued", title=title) if again else title, above=seen.head)

    made.begin(head)
    if seen.standing != "intact":
        made.words(say(language, seen.standing), size=12, heavy=True, worry=True)
    made.words(say(language, "says"), size=8.5)
    made.gap(1)
    for line in seen.lines:
        made.words(line, size=11)
    made.gap(2)
    signer = say(language, "signer", name=seen.name, capacity=say(language, seen.capacity))
    written = "" if ink is not None else f"\n{say(language, 'no_strokes')}"
    made.ink(say(language, "signed"), ink, f"{signer}　{say(language, 'at', at=seen.at)}{written}")
    made.gap(2)
    made.words(say(language, seen.standing), heavy=True)
    made.words(say(language, f"{seen.standing}_says"))
    made.gap(2)
    when = to_china(now).strftime("%Y-%m-%d %H:%M")
    called = f"\n{say(language, 'call')} {seen.phone}" if seen.phone else ""
    made.code(address, f"{say(language, 'checked', now=when, until=seen.until)}{called}")
    return made.bytes()
