"""News outside the app, for whoever runs the estate: what was sent by which channels, test messages, channels and
rules."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import structlog
from fastapi import APIRouter

from app.domain.subjects.access import may_change_news, may_see_news
from app.domain.wire import errors
from app.domain.wire.errors import NOT_FOUND, ROLE_MAY_NOT, Problem
from sync_server.api import models as m
from sync_server.api.context import Context, Here, Who
from sync_server.api.on_time import TOKEN
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside
from sync_server.news import try_out
from sync_server.news.setting_up import Typed, channel_of
from sync_server.store.news import channels, outbox, rules
from sync_server.store.news.channels import Channel
from sync_server.store.news.rules import Rule, wrong
from sync_server.store.people.identity import Identity

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["news"])
log = structlog.get_logger(__name__)
_CHANGES = documented(*TOKEN, errors.ROLE_MAY_NOT, errors.FIELD_WRONG, errors.NOT_FOUND)


@router.get("/news", response_model=m.NewsAnswer, responses=documented(*TOKEN, errors.ROLE_MAY_NOT))
def news(here: Here, who: Who, state: m.NewsState | None = None) -> Any:
    """Tell by which channels news goes out, by which rules, and what came of the last messages (of those in a `state`):
    of one's estates.

    Channels come without their secrets.
    """
    keys = _estates(who)
    now = here.store.now()
    with here.store.read() as connection:
        found = [one for one in channels.every(connection) if _theirs(one, keys)]
        listed = outbox.last(connection, 100, keys, state or "")
        ruled = rules.every(connection)
    shown = [
        {
            "name": one.name,
            "kind": one.kind,
            "shown": one.shown,
            "per_minute": one.per_minute,
            "estate_key": one.estate_key,
            "failures": one.failures,
            "paused_until": one.paused_until if one.paused_until is not None and one.paused_until > now else None,
        }
        for one in found
    ]
    return {
        "channels": shown,
        "rules": ruled,
        "messages": listed,
        "may_change": may_change_news(who.roles),
        "everywhere": _everywhere(here, who),
    }


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


@router.post("/news/channels", response_model=m.NewsChannelKept, responses=_CHANGES)
def put_channel(here: Here, who: Who, asked: m.NewsChannelTyped) -> Any:
    """Add a channel or change one, from what somebody typed; what is left empty of one that is there stays.

    An administrator does it for their estates; for all estates one who is administrator in each.
    """
    typed = Typed(**asked.model_dump(exclude={"add"}))
    everywhere = _everywhere(here, who)
    _must_change(who, everywhere, asked.estate_key)
    with here.store.write() as connection:
        there = next((one for one in channels.every(connection) if one.name == typed.name.strip()), None)
        if there is not None and asked.add:
            raise wrong(
                "name",
                "名称",
                "name",
                "已经有这个渠道，请换一个名称",
                "it is taken: choose another",
            )
        if there is None and not asked.add:
            raise Problem(NOT_FOUND)
        if there is not None:
            _must_change(who, everywhere, there.estate_key)
        channel, made = channel_of(typed, there)
        channels.put(connection, channel, here.store.now())
    log.info("channel of news set up", channel=channel.name, kind=channel.kind, by=who.staff_id)
    return {"name": channel.name, "shown": channel.shown, "secret": made}


@router.post("/news/channels/remove", response_model=m.NewsChannelRemoved, responses=_CHANGES)
def remove_channel(here: Here, who: Who, asked: m.NewsChannelNamed) -> Any:
    """Remove a channel and what waits for it; refused while a rule is for it alone."""
    if not may_change_news(who.roles):
        raise Problem(ROLE_MAY_NOT, kind="news")
    everywhere = _everywhere(here, who)
    with here.store.write() as connection:
        _must_change(who, everywhere, channels.called(connection, asked.channel).estate_key)
        waiting = channels.remove(connection, asked.channel)
    log.info("channel of news removed", channel=asked.channel, by=who.staff_id)
    return {"waiting": waiting}


@router.post("/news/rules", response_model=m.NewsRulesAnswer, responses=_CHANGES)
def put_rule(here: Here, who: Who, asked: m.NewsRuleTyped) -> Any:
    """Change a rule, or add one by a new name; it holds for what happens from now on, in all estates."""
    _must_change(who, _everywhere(here, who), None)
    with here.store.write() as connection:
        rules.put(connection, Rule(**asked.model_dump()), here.store.now())
        return {"rules": [asdict(rule) for rule in rules.every(connection)]}


@router.post("/news/rules/reset", response_model=m.NewsRulesAnswer, responses=_CHANGES)
def reset_rule(here: Here, who: Who, asked: m.NewsRuleNamed) -> Any:
    """Go back to the program's own rule; one that was added is gone."""
    _must_change(who, _everywhere(here, who), None)
    with here.store.write() as connection:
        rules.reset(connection, asked.name)
        return {"rules": [asdict(rule) for rule in rules.every(connection)]}


def _estates(who: Identity) -> list[str]:
    keys = [key for key in who.estates if may_see_news(who.at(key).roles)]
    if not keys:
        raise Problem(ROLE_MAY_NOT, kind="news")
    return keys


def _everywhere(here: Context, who: Identity) -> bool:
    """Tell whether somebody is administrator of every estate: rules hold for all of them."""
    every = here.store.estates()
    return may_change_news(who.roles) and all(may_change_news(who.at(one.key).roles) for one in every)


def _must_change(who: Identity, everywhere: bool, estate_key: str | None) -> None:
    """Refuse whoever may not change what is of an estate, or, with ``None``, of all."""
    if not (everywhere if estate_key is None else may_change_news(who.at(estate_key).roles)):
        raise Problem(ROLE_MAY_NOT, kind="news")


def _theirs(channel: Channel, keys: list[str]) -> bool:
    return channel.estate_key is None or channel.estate_key in keys
