"""The community events 社区活动 on the page at a door, and the page on which residents sign up to one (U1). Both work
without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from app.domain.forms import Filling
from app.domain.times import to_china
from sync_server.door.page import Where, calling, framed, text
from sync_server.door.questions import Asking
from sync_server.door.words import EN, say
from sync_server.store.subjects.door_events import EVENT, MOST, PEOPLE, OpenEvent

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def path(code: str, event_id: str) -> str:
    """Return the address at which a door's residents sign up to an event."""
    return f"/d/{code}/e/{event_id}"


def listed(language: str, code: str, events: Sequence[OpenEvent]) -> str:
    """Return the events that a door can sign up to, as part of its page; nothing where there are none."""
    if not events:
        return ""
    rows = "".join(_row(language, code, one) for one in events)
    return f'<section class="events"><h2>{text(language, "events")}</h2>{rows}</section>'


def _row(language: str, code: str, event: OpenEvent) -> str:
    name, facts = escape(event.name), escape(_facts(language, event))
    said = f'<b>{name}</b><span class="when">{facts}</span><span class="left">{_left(language, event)}</span>'
    if not event.left:
        return f'<div class="event">{said}</div>'
    return f'<a class="event" href="{escape(path(code, event.id))}">{said}</a>'


def form(
    language: str, where: Where, event: OpenEvent, filling: Filling, once: str,
    wrong: Mapping[str, str], problem: str = "",
) -> str:  # fmt: skip
    """Return the page that asks who comes. ``wrong``: what is wrong with an answer, by its question's path;
    ``problem``: why it was not taken."""
    asking = Asking(language, filling, wrong, frozenset((EVENT,)), {PEOPLE: event.left}, longest=MOST)
    why = problem or (say(language, "missing") if wrong else "")
    said = [
        f"<h1>{escape(event.name)}</h1>",
        f'<p class="where">{escape(_facts(language, event))}<br>{_left(language, event)}</p>',
        f'<p class="problem" role="alert">{escape(why)}</p>' if why else "",
        f'<form method="post" data-offline="{text(language, "offline_event")}" '
        f'data-sending="{text(language, "sending")}">',
        f'<input type="hidden" name="once" value="{escape(once)}">',
        *asking.below(filling.root),
        '<p class="problem" id="problem" role="alert" hidden></p>',
        f'<button class="main" id="send">{text(language, "sign_up")}</button></form>',
        f'<p class="quiet">{text(language, "privacy")}</p>',
    ]
    return framed(language, where, "".join(said))


def signed_up(language: str, where: Where, event: OpenEvent, number: str, people: int, back: str) -> str:
    """Return the page that tells the number of a sign-up; ``back``: the address of the door's page."""
    come = text(language, "come", event=event.name, people=people)
    said = [
        '<div class="done" aria-hidden="true">✓</div>',
        f"<h1>{text(language, 'signed_up')}</h1>",
        f'<p class="number">{text(language, "number", number=number)}</p>',
        f"<p>{come}</p>",
        f'<p class="where">{escape(_facts(language, event))}</p>',
        calling(language, where, text(language, "change")),
        f'<p><a class="again" href="{escape(back)}">{text(language, "back")}</a></p>',
    ]
    return framed(language, where, "".join(said), script=False)


def closed(language: str, where: Where, back: str) -> str:
    """Return the page of an event that takes nobody any more."""
    said = [
        f"<h1>{text(language, 'closed')}</h1>",
        f"<p>{text(language, 'closed_says')}</p>",
        calling(language, where, ""),
        f'<p><a class="again" href="{escape(back)}">{text(language, "back")}</a></p>',
    ]
    return framed(language, where, "".join(said), script=False)


def _facts(language: str, event: OpenEvent) -> str:
    at = to_china(event.begins_at)
    day = f"{at.day} {_MONTHS[at.month - 1]}" if language == EN else f"{at.month}月{at.day}日"
    return f"{day} {at:%H:%M} · {event.place}"


def _left(language: str, event: OpenEvent) -> str:
    return text(language, "left", n=event.left) if event.left else text(language, "full")
