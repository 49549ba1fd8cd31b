"""The resident's copy 住户留底 (``/p/CODE``), without an account (A.8, E, S).

Served beside the pages at doors, few at a time. Nobody can guess an address: 80 bits of it are the signature's own.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from app.domain.times import china_day, to_china
from sync_server.api.door import Busy
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
    language = language_of(request.headers.get("accept-language", ""))
    here, pages = request.app.state.context, request.app.state.door_pages

    def work() -> Response:
        found = copy_of(here.store, code, here.settings.copy_days)
        if found is None:
            return _html(page.told(language, "void", door_requests.the_only_phone(here.store)), 404)
        return _html(page.copy(language, _seen(found, code.upper())))

    try:
        answer: Response = await pages.run(work)
        return answer
    except Busy:
        return _html(page.told(language, "busy"), 503, {"Retry-After": "60"})


def _seen(found: Copy, code: str) -> Seen:
    last = china_day(found.until) - timedelta(days=1)
    return Seen(
        found.estate_name, found.phone, found.lines, found.name, found.capacity,
        to_china(found.signed_at).strftime("%Y-%m-%d %H:%M"), found.drawing, found.standing, last.isoformat(), code,
    )  # fmt: skip


def _html(text: str, status: int = 200, more: dict[str, str] | None = None) -> Response:
    return HTMLResponse(text, status, {**_HEADERS, **(more or {})})
