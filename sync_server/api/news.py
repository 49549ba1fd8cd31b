"""News outside the app: what was sent by which channels, for whoever runs the estate, and a test message."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.domain.subjects.access import may_see_news
from app.domain.wire import errors
from app.domain.wire.errors import NOT_FOUND, ROLE_MAY_NOT, Problem
from sync_server.api import models as m
from sync_server.api.context import Here, Who
from sync_server.api.on_time import TOKEN
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside
from sync_server.news import try_out
from sync_server.store.news import channels, outbox, rules
from sync_server.store.news.channels import Channel
from sync_server.store.people.identity import Identity

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["news"])


@router.get("/news", response_model=m.NewsAnswer, responses=documented(*TOKEN, errors.ROLE_MAY_NOT))
def news(here: Here, who: Who) -> Any:
    """Tell by which channels news goes out, by which rules, and what came of the last messages: of one's estates.

    Channels come without their secrets.
    """
    keys = _estates(who)
    now = here.store.now()
    with here.store.read() as connection:
        found = [one for one in channels.every(connection) if _theirs(one, keys)]
        listed = outbox.last(connection, 100, keys)
        ruled = rules.every(connection)
    shown = [
        {
            "name": one.name,
            "kind": one.kind,
            "shown": one.shown,
            "per_minute": one.per_minute,
            "failures": one.failures,
            "paused_until": one.paused_until if one.paused_until is not None and one.paused_until > now else None,
        }
        for one in found
    ]
    return {"channels": shown, "rules": ruled, "messages": listed}


@router.post(
    "/news/test", response_model=m.NewsTested, responses=documented(*TOKEN, errors.ROLE_MAY_NOT, errors.NOT_FOUND)
)
def test(here: Here, who: Who, asked: m.NewsTest) -> Any:
    """Send a test message by a channel at once, and tell whether it was taken; takes up to ten seconds."""
    keys = _estates(who)
    with here.store.read() as connection:
        if not _theirs(channels.called(connection, asked.channel), keys):
            raise Problem(NOT_FOUND)
        phone = outbox.phone_of(connection, who.staff_id)
    failed = try_out(here.store, asked.channel, phone)
    return {"sent": failed is None, "why": {} if failed is None else failed.words}


def _estates(who: Identity) -> list[str]:
    keys = [key for key in who.estates if may_see_news(who.at(key).roles)]
    if not keys:
        raise Problem(ROLE_MAY_NOT, kind="news")
    return keys


def _theirs(channel: Channel, keys: list[str]) -> bool:
    return channel.estate_key is None or channel.estate_key in keys
