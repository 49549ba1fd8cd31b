"""The resident's copy 住户留底 (``/p/CODE``), without an account (A.8, E, S).

Served beside the pages at doors, few at a time. Nobody can guess an address: 80 bits of it are the signature's own;
and whoever tries has to wait, as who guesses one-time codes (``auth/throttle.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from app.domain.times import china_day, to_china
from app.domain.wire.errors import Problem
from sync_server import media
from sync_server.api.context import public_address
from sync_server.api.door import Busy, network_from
from sync_server.copies import page
from sync_server.copies.page import Seen
from sync_server.door.words import language_of
from sync_server.store.copies import Copy, copy_of
from sync_server.store.subjects import door_requests

router = APIRouter(include_in_schema=False)
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": page.CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Vary": "Accept-Language",
}


@router.get(page.STYLE)
async def style() -> Response:
    """Return the page's style sheet."""
    kept = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return FileResponse(page.FOLDER / "copy.css", media_type="text/css; charset=utf-8", headers=kept)


@router.get("/p/{code}")
@router.get("/P/{code}")
async def opened(request: Request, code: str) -> Response:
    """Return what somebody signed."""
    return await _answered(request, code, lambda language, found: _html(page.copy(language, _seen(found, code))))


@router.get("/p/{code}/pdf")
@router.get("/P/{code}/pdf")
async def as_file(request: Request, code: str) -> Response:
    """Return what somebody signed as a PDF, to be kept or sent on."""

    def made(language: str, found: Copy) -> Response:
        from sync_server.copies import file  # fonts and the PDF library are loaded when somebody wants one

        here = request.app.state.context
        address = f"{public_address(here, request)}{page.PATH}{code}".upper()
        data = file.paper(language, _seen(found, code), found.ink, address, here.store.now())
        # "attachment": the browsers inside messengers cannot show it, and would stay on a white page.
        name = quote(file.name(language, _seen(found, code)))
        return Response(
            data, media_type=media.PDF,
            headers={**_HEADERS, "Content-Disposition": f"attachment; filename=copy.pdf; filename*=UTF-8''{name}"},
        )  # fmt: skip

    return await _answered(request, code, made)


async def _answered(request: Request, code: str, made: Callable[[str, Copy], Response]) -> Response:
    """Return what ``made`` makes of the copy behind a code, for somebody with this language; or that there is none."""
    language = language_of(request.headers.get("accept-language", ""))
    here, pages, guesses = (getattr(request.app.state, name) for name in ("context", "door_pages", "copy_guesses"))
    network = network_from(request)

    def work() -> Response:
        try:
            attempt = guesses.begin(None, network, here.store.now())
        except Problem as problem:
            return _html(page.told(language, "busy"), 429, {"Retry-After": str(problem.details["seconds"])})
        found = copy_of(here.store, code, here.settings.copy_days, here.settings.company)
        if found is None:
            return _html(page.told(language, "void", door_requests.the_only_phone(here.store)), 404)
        guesses.succeeded(attempt)
        return made(language, found)

    try:
        answer: Response = await pages.run(work)
        return answer
    except Busy:
        return _html(page.told(language, "busy"), 503, {"Retry-After": "60"})


def _seen(found: Copy, code: str) -> Seen:
    last = china_day(found.until) - timedelta(days=1)
    return Seen(
        found.office.head, found.office.phone, found.lines, found.name, found.capacity,
        to_china(found.signed_at).strftime("%Y-%m-%d %H:%M"), found.drawing, found.standing, last.isoformat(),
        code.upper(),
    )  # fmt: skip


def _html(text: str, status: int = 200, more: dict[str, str] | None = None) -> Response:
    return HTMLResponse(text, status, {**_HEADERS, **(more or {})})
