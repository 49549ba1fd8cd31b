"""The bell of the web app: its page makes the tone and vibrates (``bell.js``)."""

from __future__ import annotations

import logging

log = logging.getLogger(__name__)


class PageBell:
    """See ``app.device.bell.Bell``."""

    async def ring(self, *, urgent: bool, sound: bool) -> None:
        """See ``Bell``. Without a touch since the page was opened, browsers neither sound nor vibrate."""
        await _ask("ring", urgent, sound)

    async def badge(self, count: int) -> None:
        """See ``Bell``."""
        await _ask("badge", count)


async def _ask(what: str, *arguments: bool | int) -> None:
    import shangmen_page
    from pyodide.ffi import JsException

    try:
        await shangmen_page.ask(what, *arguments)
    except JsException as error:
        log.info("the page does not %s: %s", what, error)
