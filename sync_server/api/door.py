"""The page at a door (``/d/CODE``), for residents without an account (X).

Few are served at a time, beside the phones' requests and never before them; who sends too many is told so politely.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl
from uuid import uuid4

import structlog
from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from app.domain.wire.errors import Problem
from sync_server.auth.throttle import network_of
from sync_server.door import events, page, pictures
from sync_server.door.page import Filled, Where
from sync_server.door.services import Service
from sync_server.door.words import language_of, say
from sync_server.store import Store
from sync_server.store.estate.services import services_at
from sync_server.store.subjects import door_events, door_requests
from sync_server.store.subjects.door_requests import Asked, Door, TooMany
from sync_server.store.taking.keeping import is_uuid

log = structlog.get_logger(__name__)
router = APIRouter(include_in_schema=False)

AT_ONCE: Final = 2
"""Most requests that are worked on at a time, in threads of their own."""
WAITING: Final = 20
"""Most that wait for that; whoever comes then is told to come back."""
MOST_BYTES: Final = 400_000
"""Most bytes of a request: the words, and a photo that the page made small."""
SENDER: Final = "door pages"
"""All of them together hold no more bytes at a time than one phone may (``unpack``)."""
_PHONE: Final = re.compile(r"[0-9+ ()-]*")
_UNKEEPABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": page.CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=(), usb=()",
    "Vary": "Accept-Language",
}
T = TypeVar("T")


class Busy(Exception):
    """Too many wait already."""


@dataclass(slots=True)
class DoorPages:
    """What one server process serves of the pages: how many at a time, and how many wait."""

    limiter: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(AT_ONCE))
    here: int = 0

    async def run(self, work: Callable[[], T]) -> T:
        """Do some work in a thread of the pages' own. Raises ``Busy``."""
        if self.here >= AT_ONCE + WAITING:
            raise Busy
        self.here += 1
        try:
            return await to_thread.run_sync(work, limiter=self.limiter)
        finally:
            self.here -= 1


class _Wrong(Exception):
    """Something in the form is wrong; the name of the words that say so, and their values."""

    def __init__(self, name: str, **values: object) -> None:
        self.name, self.values = name, values


def of_door(path: str) -> bool:
    """Tell whether a path is a page's; printed addresses are in capitals."""
    return path[:3] in ("/d/", "/D/")


@router.get(page.STYLE)
async def style() -> Response:
    """Return the page's style sheet."""
    return FileResponse(page.FOLDER / "door.css", media_type="text/css; charset=utf-8", headers=_kept())


@router.get(page.SCRIPT)
async def script() -> Response:
    """Return the page's script."""
    return FileResponse(page.FOLDER / "door.js", media_type="text/javascript; charset=utf-8", headers=_kept())


@router.get("/d/{code}")
@router.get("/D/{code}")
async def opened(request: Request, code: str) -> Response:
    """Return the page of a door: what is wanted?"""
    language = language_of(request.headers.get("accept-language", ""))
    store, pages = parts_of(request)

    def work() -> Response:
        door = door_requests.door_of(store, code)
        if door is None:
            return void(language, store)
        return html(_asking(store, language, code, door, Filled(str(uuid4()))))

    try:
        return await pages.run(work)
    except Busy:
        return busy(language)


@router.post("/d/{code}")
@router.post("/D/{code}")
async def asked(request: Request, code: str) -> Response:
    """Take a request down; a form that cannot be taken comes back as it was filled in, with the reason."""
    language = language_of(request.headers.get("accept-language", ""))
    store, pages = parts_of(request)
    body, network = await request.body(), network_from(request)

    def work() -> Response:
        door = door_requests.door_of(store, code)
        if door is None:
            return void(language, store)
        said = read_form(body, request.headers.get("content-type", ""))
        try:
            wanted = _asked(said, services_of(store, door))
            number = door_requests.ask(store, door, wanted, network)
        except TooMany:
            return html(page.told(language, where_of(door), "many"), 429)
        except Problem as problem:  # nothing of what was sent is kept, and the resident has to know
            log.error("a resident's request was not taken", problem=problem.name, details=problem.details)
            return busy(language)
        except _Wrong as wrong:
            why = say(language, wrong.name, **wrong.values)
            return html(_asking(store, language, code, door, _again(said, why)), 422)
        return html(page.sent(language, where_of(door), number, wanted.service))

    try:
        return await pages.run(work)
    except Busy:
        return busy(language)


def _asking(store: Store, language: str, code: str, door: Door, filled: Filled) -> str:
    """Return the page that asks what is wanted, with what the door's estate offers."""
    below = events.listed(language, code, door_events.events_at(store, door))
    return page.form(language, where_of(door), filled, services_of(store, door), below)


def services_of(store: Store, door: Door) -> tuple[Service, ...]:
    """Return the services that a door's estate offers."""
    with store.read() as connection:
        return services_at(connection, door.estate_key)


def network_from(request: Request) -> str:
    """Return the network from which a request came."""
    return network_of(request.client.host if request.client else "")


def parts_of(request: Request) -> tuple[Store, DoorPages]:
    """Return the store, and what serves the pages."""
    return request.app.state.context.store, request.app.state.door_pages


def read_form(body: bytes, content_type: str, most: int = 10) -> Mapping[str, str]:
    """Return what a form of at most ``most`` fields says; a member that is no text, or a body that is no form, says
    nothing."""
    if content_type.startswith("application/json"):
        try:
            found: Any = json.loads(body)
        except (ValueError, RecursionError):
            return {}
        return {name: said for name, said in found.items() if isinstance(said, str)} if isinstance(found, dict) else {}
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=most))
    except ValueError:
        return {}


def _asked(said: Mapping[str, str], services: Sequence[Service]) -> Asked:
    """Return what a resident asked. Raises ``_Wrong``."""
    chosen, words, phone = said.get("wanted", ""), _words(said), _phone(said)
    service = next((one for one in services if chosen == page.OF_HELP + one.id), None)
    wanted = chosen if service is None else "help"
    if wanted not in page.CHOICES:
        raise _Wrong("wanted_missing")
    if len(words) > page.MOST_WORDS:
        raise _Wrong("too_long", most=page.MOST_WORDS)
    if len(phone) > page.MOST_PHONE or not _PHONE.fullmatch(phone):
        raise _Wrong("phone_wrong")
    try:
        sent = base64.b64decode(said.get("photo", ""), validate=True)
        picture = pictures.made_anew(sent) if sent else None
    except (Problem, binascii.Error, ValueError) as error:
        raise _Wrong("photo_wrong") from error
    return Asked(once_of(said), wanted, words, phone, picture, service)


def _again(said: Mapping[str, str], problem: str) -> Filled:
    wanted = said.get("wanted", "")
    # A phone number too long for the field is cut there as a browser would: it is wrong anyway, and still to be seen.
    known = wanted in page.CHOICES or wanted.startswith(page.OF_HELP)
    return Filled(once_of(said), wanted if known else "", _words(said), _phone(said), problem)


def once_of(said: Mapping[str, str]) -> str:
    """Return the page's id of a request; a new one for what no page of ours sent."""
    once = said.get("once", "")
    return once if is_uuid(once) else str(uuid4())


def _words(said: Mapping[str, str]) -> str:
    return tidied(said.get("words", ""))


def tidied(words: str) -> str:
    """Return what somebody wrote without what no database keeps."""
    return _UNKEEPABLE.sub("", words.replace("\r\n", "\n")).strip()


def _phone(said: Mapping[str, str]) -> str:
    return _UNKEEPABLE.sub("", said.get("phone", "")).strip()


def where_of(door: Door) -> Where:
    """Return what a door's pages show of it."""
    return Where(door.estate_name, door.address, door.phone)


def void(language: str, store: Store) -> Response:
    """Return the page of a card that opens nothing."""
    return html(page.told(language, Where(phone=door_requests.the_only_phone(store)), "void"), 404)


def busy(language: str) -> Response:
    """Return the page that asks to come back in a minute."""
    return html(page.told(language, Where(), "busy"), 503, {"Retry-After": "60"})


def html(text: str, status: int = 200, more: Mapping[str, str] | None = None) -> Response:
    """Return a page as an answer."""
    return HTMLResponse(text, status, {**HEADERS, **(more or {})})


def _kept() -> dict[str, str]:
    return {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
