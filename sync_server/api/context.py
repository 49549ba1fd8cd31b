"""What every endpoint needs: the store, the settings, and who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from app.domain.wire.errors import TOKEN_UNKNOWN, Problem
from sync_server.auth.throttle import Throttle
from sync_server.first_pulls import FirstPulls
from sync_server.settings import Settings
from sync_server.store import Store
from sync_server.store.people.accounts import TokenState
from sync_server.store.people.identity import Identity


@dataclass(frozen=True)
class Context:
    """What one server process holds."""

    store: Store
    settings: Settings
    throttle: Throttle
    first_pulls: FirstPulls | None = None
    """First pulls as one file; ``None``: everybody pulls pages."""


TOKEN = "shangmen.token"
"""Key in a request's scope: the state of its token, which was checked before its body was read (``unpack``)."""
HEARD_AT = "shangmen.heard_at"
"""Key in a request's scope: when its head arrived, by the server's clock (ms); its body may take much longer."""


async def get_context(request: Request) -> Context:
    """Return the process's context."""
    found: Context = request.app.state.context
    return found


Here = Annotated[Context, Depends(get_context)]
_bearer = HTTPBearer(auto_error=False, description="the token of POST /v1/sign-in")
_api_key = APIKeyHeader(name="X-API-Key", auto_error=False, description="from `python -m sync_server add-api-key`")


async def get_heard_at(here: Here, request: Request) -> int:
    """Return when the head of the request arrived, by the server's clock (ms)."""
    heard: int | None = request.scope.get(HEARD_AT)
    return here.store.now() if heard is None else heard


HeardAt = Annotated[int, Depends(get_heard_at)]


def get_token(
    here: Here, request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> TokenState:
    """Return the state of the request's token. Raises ``Problem`` ``token_unknown`` without one, and as ``check_token``
    does."""
    if given is None:
        raise Problem(TOKEN_UNKNOWN)
    seen: TokenState | None = request.scope.get(TOKEN)
    if seen is not None:
        return seen
    return here.store.check_token(given.credentials, here.settings.token_days)


Token = Annotated[TokenState, Depends(get_token)]


async def get_seen_token(
    request: Request, _given: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> TokenState:
    """Return whose token came with a request that has a body: ``unpack`` looked at it. Takes no thread.

    Raises ``Problem`` ``token_unknown`` where none came.
    """
    seen: TokenState | None = request.scope.get(TOKEN)
    if seen is None:
        raise Problem(TOKEN_UNKNOWN)
    return seen


SeenToken = Annotated[TokenState, Depends(get_seen_token)]


async def get_identity(token: Token) -> Identity:
    """Return who is asking."""
    return token.identity


Who = Annotated[Identity, Depends(get_identity)]


def get_system(here: Here, key: Annotated[str | None, Security(_api_key)]) -> str:
    """Return the name of the other system that is asking."""
    if key is None:
        raise Problem(TOKEN_UNKNOWN)
    return here.store.api_key_name(key)


OtherSystem = Annotated[str, Depends(get_system)]
_SYSTEM_READER = None


def get_reader(
    here: Here,
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    key: Annotated[str | None, Security(_api_key)],
) -> Identity | None:
    """Return who is reading; ``None`` for one of the company's other systems, which no estate limits."""
    if key is not None:
        here.store.api_key_name(key)
        return _SYSTEM_READER
    return get_token(here, request, given).identity


Reader = Annotated[Identity | None, Depends(get_reader)]


def public_address(here: Context, request: Request) -> str:
    """Return the server's address as phones and papers know it, without a / at its end: what the administrator set,
    else that of this request."""
    return (here.settings.public_url or str(request.base_url)).rstrip("/")
