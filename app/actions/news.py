"""News outside the app: what was sent, test messages, channels and rules: for administrators and managers.

All of it needs the network. What is typed of a channel is a secret: it goes to the server and stays on no phone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.actions.server import Server
from app.sync import news
from app.sync.news import News as Told
from app.sync.news import NewsRule


class News:
    """News outside the app, as the server tells it and is told."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def told(self, state: str = "") -> Told:
        """Return channels, rules and the last messages, of all or of one ``state``.

        Raises ``Problem``: ``no_network``, ``role_may_not``, ...
        """
        return await news.ask_news(*self._server.way, state)

    async def try_out(self, channel: str) -> Mapping[str, str]:
        """Send a test message; return why it did not go out, by language, empty if it did.

        Raises ``Problem``: ``no_network``, ``not_found``, ...
        """
        return await news.try_channel(*self._server.way, channel)

    async def put_channel(self, typed: Mapping[str, Any]) -> str:
        """Add a channel or change one; return the secret that was made for it, to be shown once, or "".

        Raises ``Problem``: ``field_wrong``, whose ``field`` says which, ``no_network``, ``role_may_not``, ...
        """
        return await news.put_channel(*self._server.way, typed)

    async def remove_channel(self, name: str) -> int:
        """Remove a channel; return how many messages that waited for it are not sent any more.

        Raises ``Problem``: ``field_wrong`` while a rule is for it alone, ``no_network``, ...
        """
        return await news.remove_channel(*self._server.way, name)

    async def put_rule(self, rule: NewsRule) -> None:
        """Change a rule, or add one by a new name. Raises ``Problem``: ``field_wrong``, ``no_network``, ..."""
        await news.put_rule(*self._server.way, rule)

    async def reset_rule(self, name: str) -> None:
        """Go back to the program's own rule; one that was added is gone. Raises ``Problem``: ``no_network``, ..."""
        await news.reset_rule(*self._server.way, name)
