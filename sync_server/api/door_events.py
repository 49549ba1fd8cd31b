"""Signing up to a community event at a door (``/d/CODE/e/EVENT``), for residents without an account (U1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import uuid4

import structlog
from fastapi import APIRouter, Request, Response

from app.domain.forms import Filling, Form
from app.domain.wire.errors import Problem
from sync_server.api.door import (
    Busy,
    busy,
    html,
    network_from,
    once_of,
    parts_of,
    read_form,
    tidied,
    void,
    where_of,
)
from sync_server.door import events, page
from sync_server.door.words import language_of, say
from sync_server.store import Store
from sync_server.store.subjects import door_events, door_requests
from sync_server.store.subjects.door_events import MOST, NoPlace, OpenEvent
from sync_server.store.subjects.door_requests import Door, TooMany

log = structlog.get_logger(__name__)
router = APIRouter(include_in_schema=False)
_MOST_FIELDS: Final = 100


@router.get("/d/{code}/e/{event_id}")
async def opened(request: Request, code: str, event_id: str) -> Response:
    """Return the page that asks who comes."""
    language = language_of(request.headers.get("accept-language", ""))
    store, pages = parts_of(request)

    def work() -> Response:
        door = door_requests.door_of(store, code)
        if door is None:
            return void(language, store)
        form, event = _event(store, door, event_id)
        if form is None or event is None or not event.left:
            return _closed(language, code, door, 404 if event is None else 200)
        filling = door_events.begin(form, event, store.now(), language)
        return html(events.form(language, where_of(door), event, filling, str(uuid4()), {}))

    try:
        return await pages.run(work)
    except Busy:
        return busy(language)


@router.post("/d/{code}/e/{event_id}")
async def joined(request: Request, code: str, event_id: str) -> Response:
    """Sign a door's residents up; what cannot be taken comes back as it was filled in, with what lacks beside it."""
    language = language_of(request.headers.get("accept-language", ""))
    store, pages = parts_of(request)
    body, network = await request.body(), network_from(request)

    def work() -> Response:
        door = door_requests.door_of(store, code)
        if door is None:
            return void(language, store)
        form, event = _event(store, door, event_id)
        if form is None or event is None:
            return _closed(language, code, door, 404)
        read = read_form(body, request.headers.get("content-type", ""), _MOST_FIELDS)
        said = {name: tidied(words)[:MOST] for name, words in read.items()}
        once, filling = once_of(said), door_events.begin(form, event, store.now(), language, said)
        if wrong := _wrong(language, filling):
            return html(events.form(language, where_of(door), event, filling, once, wrong), 422)
        try:
            number = door_events.sign_up(store, door, event, once, filling, network)
        except TooMany:
            return html(page.told(language, where_of(door), "many"), 429)
        except NoPlace as lack:
            if not lack.left:
                return _closed(language, code, door, 409)
            why, fewer = say(language, "no_place", n=lack.left), replace(event, left=lack.left)
            return html(events.form(language, where_of(door), fewer, filling, once, {}, why), 422)
        except Problem as problem:  # nothing of what was sent is kept, and the resident has to know
            log.error("a sign-up was not taken", problem=problem.name, details=problem.details)
            return busy(language)
        people = door_events.people_in(filling)
        return html(events.signed_up(language, where_of(door), event, number, people, f"/d/{code}"))

    try:
        return await pages.run(work)
    except Busy:
        return busy(language)


def _event(store: Store, door: Door, event_id: str) -> tuple[Form | None, OpenEvent | None]:
    """Return the form of a sign-up and the event, as long as the door's residents can sign up to it."""
    found = next((one for one in door_events.events_at(store, door) if one.id == event_id), None)
    return (None if found is None else door_events.form_at(store, door)), found


def _wrong(language: str, filling: Filling) -> dict[str, str]:
    """Return what is wrong with the answers, by path, in the page's language."""
    return {
        place.path: str(problem.details.get(f"why_{language}") or say(language, "required"))
        for place, problem in filling.troubles()
    }


def _closed(language: str, code: str, door: Door, status: int) -> Response:
    return html(events.closed(language, where_of(door), f"/d/{code}"), status)
