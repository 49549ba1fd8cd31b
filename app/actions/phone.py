"""A phone: one installation of the app, with a profile and a database file for each person who uses it."""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, ClassVar

from app.actions.models import Profile
from app.actions.session import Session
from app.device.clock import new_id, now_ms
from app.device.durable import Settle, at_once
from app.device.this_device import device_name, platform_name
from app.domain.rules.clock_bounds import ClockBounds
from app.domain.wire.errors import CODE_UNKNOWN, DEVICE_OF_OTHER, NO_NETWORK, STORE_DAMAGED, WIFI_SIGN_IN, Problem
from app.domain.writing.join_codes import is_code, plain_code
from app.domain.writing.names import plain_login
from app.store import PhoneStore
from app.store.database import WAL
from app.store.listeners import Listeners
from app.sync.account import SignedIn, join, sign_in, sign_out, still_in, told_epoch, wipes
from app.sync.offset import settings_of
from app.sync.transport import Transport, transport_for

APP_VERSION = "0.1.0"

log = logging.getLogger(__name__)


def _about() -> dict[str, str]:
    """Return what the server keeps about an installation, so that people recognise their phone in a list."""
    return {"device_name": device_name(), "platform": platform_name(), "app_version": APP_VERSION}


def _read_profile(row: Mapping[str, Any]) -> Profile:
    """Return a profile as ``_keep`` wrote it; an older app wrote no estates. Raises ``TypeError``, ``KeyError``, ..."""
    return Profile(
        **{
            **row,
            "roles": tuple(row["roles"]),
            "estates": tuple((str(key), str(name)) for key, name in row.get("estates") or ()),
            "posts": {str(key): tuple(held) for key, held in (row.get("posts") or {}).items()},
        }
    )


def _written(profile: Profile) -> dict[str, Any]:
    """Return a profile as it is kept; with a single estate in the form that older apps read, too."""
    return {name: value for name, value in asdict(profile).items() if value or name not in ("estates", "posts")}


class Phone:
    """The installation in one folder. Take it from ``Phone.at``, so that all windows share it."""

    _open: ClassVar[dict[Path, Phone]] = {}

    def __init__(
        self,
        data_dir: Path,
        server_url: str = "",
        transport: Callable[[str], Transport] = transport_for,
        clock: Callable[[], int] = now_ms,
        make_id: Callable[[], str] = new_id,
        settle: Settle = at_once,
        journal: str = WAL,
    ) -> None:
        self.data_dir = data_dir
        self.server_url = server_url
        self._transport = transport
        self._clock = clock
        self._make_id = make_id
        self._settle = settle
        self._journal = journal
        self._sessions: dict[str, Session] = {}
        self._closed = False
        self._end_listeners: Listeners[Profile] = Listeners()
        self._attempts: dict[str, str] = {}
        """The secret of each one-time code tried since the start, by which only this phone gets a lost answer again."""

    @classmethod
    def at(
        cls,
        data_dir: Path,
        server_url: str = "",
        transport: Callable[[str], Transport] = transport_for,
        clock: Callable[[], int] = now_ms,
        make_id: Callable[[], str] = new_id,
        settle: Settle = at_once,
        journal: str = WAL,
    ) -> Phone:
        """Return the phone of a folder: the same one for every window of this process."""
        key = data_dir.resolve()
        if key not in cls._open:
            cls._open[key] = cls(key, server_url, transport, clock, make_id, settle, journal)
        return cls._open[key]

    # -- profiles --------------------------------------------------------------------------

    def profiles(self) -> list[Profile]:
        """Return everybody who ever signed in on this phone, the last one first."""
        if not self._list.exists():
            return []
        try:
            rows = json.loads(self._list.read_text("utf-8"))
            found = [_read_profile(row) for row in rows]
        except (ValueError, TypeError, KeyError) as error:
            raise Problem(STORE_DAMAGED, what=str(error)) from error
        return sorted(found, key=lambda profile: -profile.last_used)

    def unsent_counts(self) -> dict[str, int]:
        """Return how many entries of each profile have not gone up, other people's too."""
        counts = {}
        for profile in self.profiles():
            waiting, refused = self._session(profile).store.outbox_counts()
            counts[profile.id] = waiting + refused
        return counts

    def current(self) -> Session | None:
        """Return the session of the last user, if they are still signed in; needs no network."""
        profiles = self.profiles()
        return self.open(profiles[0].id) if profiles else None

    def open(self, profile_id: str) -> Session | None:
        """Return the session of a profile, or ``None`` when it takes a password to open."""
        profile = next((p for p in self.profiles() if p.id == profile_id), None)
        if profile is None or not profile.signed_in:
            return None
        session = self._session(profile)
        newest = self.profiles()[0]
        if newest.id != profile.id:
            self._keep(replace(profile, last_used=max(self._clock(), newest.last_used + 1)))
        return session

    # -- signing in and out ----------------------------------------------------------------

    async def sign_in(self, login: str, password: str, server_url: str | None = None) -> Session:
        """Sign in at the server and return the session; earlier unsent work of the same person is still there.

        Raises ``Problem``: ``wrong_password``, ``too_many_tries``, ``no_network``, ...
        """
        url = server_url or self.server_url
        login = login.strip()
        mine = [p for p in self.profiles() if p.server_url == url and plain_login(p.login) == plain_login(login)]
        known = next((p for p in mine if p.login == login), mine[0] if len(mine) == 1 else None)
        own = self._session(known).store if known else None
        chain = own.chain() if own else None
        # An earlier token shows that the server knows this phone: others' wrong guesses don't slow this sign-in down.
        proof = (own.setting("token") or own.setting("left_token")) if own else None
        began = self._clock()
        answer = await self._ask(url, login, password, chain.device if chain else None, proof)
        return await self._enter(answer, url, answer.login or login, began)

    async def join(self, text: str, server_url: str | None = None) -> Session:
        """Sign in by a one-time code, as it was scanned or typed, and return the session, like ``sign_in``.

        Only the server knows whose code it is; unsent work of others stays theirs. If the answer was lost, the code
        works once more. Raises ``Problem``: ``code_unknown``, ``too_many_tries``, ...
        """
        code = plain_code(text)
        if not is_code(code):
            raise Problem(CODE_UNKNOWN)
        url = server_url or self.server_url
        asked = {"code": code, "attempt": self._attempts.setdefault(code, secrets.token_urlsafe(24))} | _about()
        began = self._clock()
        answer = await self._join(self._transport(url), asked, self._devices(url))
        return await self._enter(answer, url, answer.login, began)

    def _devices(self, url: str) -> list[str]:
        """Return the device ids of everybody who used this server on this phone: one of them may be the code's
        owner."""
        chains = [self._session(profile).store.chain() for profile in self.profiles() if profile.server_url == url]
        return [chain.device for chain in chains if chain is not None]

    async def _join(self, transport: Transport, asked: Mapping[str, Any], devices: Sequence[str]) -> SignedIn:
        for device in devices:
            try:
                return await join(transport, {**asked, "device_id": device})
            except Problem as problem:
                if problem.kind is not DEVICE_OF_OTHER:
                    raise
        return await join(transport, {**asked, "device_id": None})

    async def _enter(self, answer: SignedIn, url: str, login: str, began: int) -> Session:
        """Make the person who signed in the phone's user, with their own store. ``began``: when the request was sent,
        device ms."""
        profile = next(
            (p for p in self.profiles() if p.staff_id == answer.staff_id and p.server_url == url),
            None,
        )
        newest = max((p.last_used for p in self.profiles()), default=0)
        profile = Profile(
            id=profile.id if profile else self._make_id(),
            login=login or (profile.login if profile else ""),
            staff_id=answer.staff_id,
            name=answer.name,
            roles=answer.roles,
            estate=answer.estate,
            server_url=url,
            signed_in=True,
            last_used=max(self._clock(), newest + 1),
            estates=answer.estates,
            posts=answer.posts,
        )
        session = self._session(profile)
        session.profile = profile
        bounds = ClockBounds.of(began, answer.server_time, answer.server_time, self._clock())
        session.store.begin_chain(
            answer.device_id,
            {
                "token": answer.token,
                "token_expires_at": answer.expires_at,
                "left_token": None,
                **(settings_of(bounds) if bounds else {}),
            },
        )
        session.engine.signed_in_again()
        self._keep(profile)
        await self._settle()
        return session

    async def _ask(self, url: str, login: str, password: str, device: str | None, proof: str | None) -> SignedIn:
        transport = self._transport(url)
        asked: dict[str, Any] = {"login": login, "password": password} | _about()
        shown = {} if proof is None else {"proof": proof}
        try:
            return await sign_in(transport, asked | {"device_id": device} | shown)
        except Problem as problem:
            if device is None or problem.kind is not DEVICE_OF_OTHER:
                raise
            return await sign_in(transport, asked | {"device_id": None})

    async def sign_out(self) -> bool:
        """Sign out the current person: their token is forgotten; everything else stays, above all unsent work.

        Returns whether the server was told: ``False`` without a network. Then the token is set aside, opens nothing
        here any more, and is ended at the next contact (``call_home``).
        """
        profiles = self.profiles()
        if not profiles or not profiles[0].signed_in:
            return True
        session = self._session(profiles[0])
        await session.stop()
        token = session.store.setting("token")
        self._keep(replace(profiles[0], signed_in=False))
        session.store.put_settings({"token": None, "left_token": token})
        await self._settle()
        if token:
            try:
                await sign_out(session.engine.transport, token)
            except Problem as problem:
                if wipes(problem):
                    await self._wipe(session, profiles[0].id, told_epoch(problem))
                return problem.kind not in (NO_NETWORK, WIFI_SIGN_IN)
        return True

    async def call_home(self) -> None:
        """For everybody on this phone whose own sync does not run: tell the server of a sign-out it has not heard of,
        or ask whether it ended the phone for them. Never raises: without a network it is done at the next contact."""
        for number, profile in enumerate(self.profiles()):
            if self._closed:
                return  # another window has the files now
            if number == 0 and profile.signed_in:
                continue  # theirs is the sync that runs: it hears by itself
            session = self._session(profile)
            kept = session.store.setting("token" if profile.signed_in else "left_token")
            token = kept or session.store.setting("token")
            if not token:
                continue
            try:
                ask = still_in if profile.signed_in else sign_out
                await ask(session.engine.transport, str(token))
            except Problem as problem:
                if self._closed:
                    return
                # Somebody may have signed in again while the question was on its way.
                same = token in (session.store.setting("token"), session.store.setting("left_token"))
                if wipes(problem) and same:
                    await self._wipe(session, profile.id, told_epoch(problem))

    async def _wipe(self, session: Session, profile_id: str, epoch: str | None) -> None:
        try:
            session.store.wipe(epoch, profile_id)
            self._end(profile_id)
            await self._settle()
        except Problem as problem:  # no room even for removing: the token is still there, the next contact asks again
            log.warning("could not wipe: %s", problem)

    def when_ended(self, listener: Callable[[Profile], None]) -> Callable[[], None]:
        """Call ``listener`` when the server ended this phone for somebody. Returns a function that ends this."""
        return self._end_listeners.subscribe(listener)

    def _end(self, profile_id: str) -> None:
        """Lock a profile that the server ended: what it still holds opens only when the same person signs in again."""
        profile = next((p for p in self.profiles() if p.id == profile_id), None)
        if profile is None or profile.ended:
            return
        ended = replace(profile, signed_in=False, ended=True)
        self._keep(ended)
        self._end_listeners.tell(ended)

    async def settled(self) -> None:
        """Return when everything written on this phone so far is durable. Raises ``Problem`` ``disk_full``."""
        await self._settle()

    async def shut(self) -> None:
        """End sync and close every file, keeping everything, because another window takes over this phone's data."""
        for session in self._sessions.values():
            await session.stop()
        self.close()

    def close(self) -> None:
        """Close every file of this phone (the process ends, or a test)."""
        self._closed = True
        for session in self._sessions.values():
            session.store.close()
        self._sessions.clear()
        Phone._open = {key: phone for key, phone in Phone._open.items() if phone is not self}

    # -- parts -----------------------------------------------------------------------------

    @property
    def _list(self) -> Path:
        return self.data_dir / "profiles.json"

    def _session(self, profile: Profile) -> Session:
        if profile.id not in self._sessions:
            store = PhoneStore(self.data_dir / profile.id / "shangmen.db", self._journal)
            self._sessions[profile.id] = Session(
                store,
                profile,
                self._transport(profile.server_url),
                self._clock,
                self._make_id,
                self._settle,
                ended=lambda: self._end(profile.id),
            )
        return self._sessions[profile.id]

    def _keep(self, profile: Profile) -> None:
        """Write the list of profiles atomically: after a crash it is the old list or the new one."""
        others = [p for p in self.profiles() if p.id != profile.id]
        text = json.dumps([_written(p) for p in [profile, *others]], ensure_ascii=False, indent=1)
        self.data_dir.mkdir(parents=True, exist_ok=True)
        part = self._list.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._list)
