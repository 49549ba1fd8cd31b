"""Signing in and out, and devices."""

from __future__ import annotations

from fastapi import APIRouter, Request

from app.domain.subjects import access
from app.domain.wire import errors
from app.domain.wire.errors import Problem
from app.domain.writing.join_codes import join_address
from app.domain.writing.names import plain_login
from sync_server.api import models as m
from sync_server.api import profile
from sync_server.api.context import Here, Token, Who, public_address
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside
from sync_server.auth import passwords
from sync_server.store.people.identity import Identity

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["people"])
_TOKEN = (errors.TOKEN_UNKNOWN, errors.TOKEN_EXPIRED, errors.TOKEN_REVOKED, errors.ACCOUNT_CLOSED)


@router.post(
    "/sign-in",
    response_model=m.SignInAnswer,
    response_model_exclude_none=True,
    responses=documented(
        errors.MALFORMED, errors.WRONG_PASSWORD, errors.ACCOUNT_CLOSED, errors.DEVICE_OF_OTHER, errors.TOO_MANY_TRIES
    ),
)
def sign_in(here: Here, request: Request, asked: m.SignInRequest) -> m.SignInAnswer:
    """Sign in on a device with name and password."""
    now = here.store.now()
    login = asked.login.strip()
    address = request.client.host if request.client else ""
    account = here.store.account(login)
    own = account is not None and asked.device_id is not None and here.store.owns_device(account.id, asked.device_id)
    device = asked.device_id if own else None
    proved = device is not None and asked.proof is not None and here.store.was_token_of(device, asked.proof)
    attempt = here.throttle.begin(plain_login(login), address, now, device, proved)
    if not passwords.verify(asked.password, account.password_hash if account else None) or account is None:
        raise Problem(errors.WRONG_PASSWORD)
    here.throttle.succeeded(attempt)
    if not account.active:
        raise Problem(errors.ACCOUNT_CLOSED)
    return _signed_in(here, account.id, asked.device_id, asked.device_name, asked.platform, asked.app_version)


def _signed_in(
    here: Here, staff_id: str, device: str | None, name: str, platform: str, version: str, born_of: str | None = None
) -> m.SignInAnswer:
    signed_in = here.store.sign_in(
        staff_id,
        device,
        here.settings.token_days,
        name=name,
        platform=platform,
        version=version,
        born_of=born_of,
    )
    return _answer(here, signed_in)


def _answer(here: Here, signed_in: tuple[str, int, Identity]) -> m.SignInAnswer:
    token, expires, who = signed_in
    if here.first_pulls is not None:
        here.first_pulls.prepare(who)
    return m.SignInAnswer(
        **profile.where(here.store, who),
        token=token,
        expires_at=expires,
        device_id=who.device,
        staff=_staff(who),
        server_time=here.store.now(),
        epoch=here.store.epoch(),
    )


def _staff(who: Identity) -> m.StaffWords:
    return m.StaffWords(id=who.staff_id, name=who.name, login=who.login, roles=sorted(who.roles))


@router.post(
    "/join-codes",
    response_model=m.JoinCodeAnswer,
    responses=documented(*_TOKEN, errors.NOT_FOUND, errors.CODE_NOT_YOURS),
)
def make_join_code(here: Here, who: Who, request: Request, asked: m.JoinCodeRequest) -> m.JoinCodeAnswer:
    """Make a one-time code for a member of staff, which ends their earlier one. It is valid for ten minutes and works
    once.

    The administrator may make codes for anybody, the desk for anybody but administrators, supervisors for those they
    lead.
    """
    made = here.store.make_join_code(who, asked.staff_id)
    if here.first_pulls is not None:
        here.first_pulls.prepare(here.store.identity(made.staff_id))
    return m.JoinCodeAnswer(
        code=made.code,
        address=join_address(public_address(here, request), made.code),
        staff={"id": made.staff_id, "name": made.name},
        expires_at=made.expires_at,
        server_time=here.store.now(),
    )


@router.post(
    "/join",
    response_model=m.SignInAnswer,
    response_model_exclude_none=True,
    responses=documented(errors.MALFORMED, errors.CODE_UNKNOWN, errors.DEVICE_OF_OTHER, errors.TOO_MANY_TRIES),
)
def join(here: Here, request: Request, asked: m.JoinRequest) -> m.SignInAnswer:
    """Sign in on a device by a one-time code. Wrong, used and expired codes look alike; guessing is slowed."""
    now = here.store.now()
    address = request.client.host if request.client else ""
    attempt = here.throttle.begin(None, address, now)
    try:
        signed_in = here.store.join(
            asked.code,
            asked.attempt,
            asked.device_id,
            here.settings.token_days,
            name=asked.device_name,
            platform=asked.platform,
            version=asked.app_version,
        )
    except Problem as problem:
        if problem.kind is not errors.CODE_UNKNOWN:
            here.throttle.succeeded(attempt)
        raise
    here.throttle.succeeded(attempt)
    return _answer(here, signed_in)


@router.post("/sign-out", responses=documented(*_TOKEN))
def sign_out(here: Here, token: Token) -> dict[str, bool]:
    """End this sign-in; nothing on the phone is touched."""
    here.store.sign_out(token.hash)
    return {"signed_out": True}


@router.get("/me", response_model=m.MeAnswer, response_model_exclude_none=True, responses=documented(*_TOKEN))
def me(here: Here, who: Who) -> m.MeAnswer:
    """Return who is signed in, and what they may see now."""
    return m.MeAnswer(
        **profile.where(here.store, who),
        staff=_staff(who),
        device_id=who.device,
        scopes=who.scopes,
        server_time=here.store.now(),
        epoch=here.store.epoch(),
    )


@router.get("/devices", response_model=m.DevicesAnswer, responses=documented(*_TOKEN))
def devices(here: Here, who: Who) -> dict[str, object]:
    """List one's own devices; for the desk and the administrator, those of everybody in their estates."""
    return {"devices": here.store.devices(who.staff_id, _managed(who))}


def _managed(who: Identity) -> list[str]:
    """Return the estates whose staff's devices this person may list and end."""
    return [key for key in who.estates if access.may_manage_devices(who.at(key).roles)]


@router.post("/devices", response_model=m.SignInAnswer, response_model_exclude_none=True, responses=documented(*_TOKEN))
def new_device(here: Here, who: Who, asked: m.NewDeviceRequest) -> m.SignInAnswer:
    """Give a phone a new device number after ``counter_taken``: a copy of its data uses the old one."""
    return _signed_in(
        here, who.staff_id, None, asked.device_name, asked.platform, asked.app_version, born_of=who.device
    )


@router.post("/devices/{device_id}/revoke", responses=documented(*_TOKEN, errors.NOT_FOUND))
def revoke(here: Here, who: Who, device_id: str) -> dict[str, bool]:
    """End a device's sign-ins: of one's own device, or, for the desk and the administrator, of anybody's in their
    estates.

    All device numbers of the same phone end. At its next contact the app is told so (`token_revoked` with `wipe`), and
    removes what it got from the server.
    """
    here.store.revoke_device(device_id, who.staff_id, _managed(who))
    return {"revoked": True}


@router.get(
    "/households/{household_id}/looks",
    response_model=m.LooksAnswer,
    response_model_exclude_none=True,
    responses=documented(*_TOKEN, errors.ROLE_MAY_NOT, errors.NOT_FOUND),
)
def looks(here: Here, who: Who, household_id: str) -> dict[str, object]:
    """List who looked at a household's archive and when, the latest first. For the service supervisor (S)."""
    if not access.may_see_looks(who.roles):
        raise Problem(errors.ROLE_MAY_NOT)
    return {"looks": here.store.looks_at(household_id, who)}
