"""What was sent outside the app, and a test message: for administrators and managers; both need the network."""

from __future__ import annotations

from collections.abc import Mapping

from app.actions.server import Server
from app.sync.news import News as Told
from app.sync.news import ask_news, try_channel


class News:
    """News outside the app, as the server tells it."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def told(self) -> Told:
        """Return channels, rules and the last messages. Raises ``Problem``: ``no_network``, ``role_may_not``, ..."""
        return await ask_news(*self._server.way)

    async def try_out(self, channel: str) -> Mapping[str, str]:
        """Send a test message; return why it did not go out, by language, empty if it did.

        Raises ``Problem``: ``no_network``, ``not_found``, ...
        """
        return await try_channel(*self._server.way, channel)
