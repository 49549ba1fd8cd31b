"""The way to the server, for what needs the network at once instead of with the next sync."""

from __future__ import annotations

from typing import Any

from app.domain.wire.errors import TOKEN_UNKNOWN, Problem
from app.store import PhoneStore
from app.sync.calls import call
from app.sync.engine import SyncEngine
from app.sync.transport import Transport


class Server:
    """The server of one signed-in person."""

    def __init__(self, engine: SyncEngine, store: PhoneStore) -> None:
        self._engine = engine
        self._store = store

    @property
    def transport(self) -> Transport:
        """The connection that sync uses."""
        return self._engine.transport

    @property
    def token(self) -> str:
        """This person's token at the server. Raises ``Problem`` ``token_unknown`` while nobody is signed in."""
        token = self._store.setting("token")
        if not token:
            raise Problem(TOKEN_UNKNOWN)
        return str(token)

    @property
    def way(self) -> tuple[Transport, str]:
        """The connection and the token, as every call to the server takes them."""
        return self.transport, self.token

    async def get(self, path: str) -> bytes:
        """Return the body of the server's answer. Raises ``Problem`` as ``post`` does."""
        return (await call(self.transport, "GET", path, token=self.token)).body

    async def post(self, path: str, **body: Any) -> bytes:
        """Return the body of the server's answer. Raises ``Problem``: ``no_network``, or what the server says."""
        return (await call(self.transport, "POST", path, token=self.token, body=body)).body
