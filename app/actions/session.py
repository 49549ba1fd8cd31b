"""A session: one signed-in person on this phone, shared by every window they open.

Verbs save and return when the work is durable; read models say what is known now; sync runs
beside them as just another writer.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from app.actions.custody import CustodyVerbs
from app.actions.handover import Handover
from app.actions.models import Profile, SyncStatus, Today
from app.actions.photos import PhotoVerbs
from app.actions.registers import RegisterVerbs
from app.actions.todo import FRESH
from app.actions.visits import VisitVerbs
from app.device.durable import Settle, at_once
from app.domain import roles
from app.domain.rules.photos import photo_of
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.wire.entries import BlobRef, Entry
from app.domain.wire.errors import NOT_FOUND, PICTURE_ELSEWHERE, PICTURE_UNREADABLE, TOKEN_UNKNOWN, Problem
from app.domain.wire.protocol import RESCUE_FORMAT, RESCUE_VERSION
from app.store import PhoneStore
from app.store.listeners import Listeners
from app.store.phone_store import Change
from app.store.queries import CardFilter
from app.sync.account import Device, JoinCode, Look, list_devices, list_looks, make_join_code, revoke_device
from app.sync.calls import call
from app.sync.engine import SyncEngine
from app.sync.long_pull import Pull
from app.sync.transport import Transport
from app.sync.verdicts import ServerVerdict, ask_verdict

SAME_LOOK_MS = 300_000
"""Coming back to an archive within this is one look."""
_SEEN: Final = "seen_tickets"
"""Setting: tickets that this person opened on this phone before anybody began with them."""


class Session(VisitVerbs, CustodyVerbs, PhotoVerbs, Handover, RegisterVerbs):
    """The facade screens use for one person."""

    def __init__(
        self,
        store: PhoneStore,
        profile: Profile,
        transport: Transport,
        clock: Callable[[], int],
        make_id: Callable[[], str],
        settle: Settle = at_once,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(store, profile, clock, make_id, settle)
        self._looked: dict[str, int] = {}
        self._listeners: Listeners[Change] = Listeners()
        self._pull_listeners: Listeners[()] = Listeners()
        store.subscribe(self._changed)
        self.engine = SyncEngine(
            store,
            transport,
            staff_id=profile.staff_id,
            clock=clock,
            changed=self._sync_changed,
            settle=settle,
            ended=ended,
            pulled=self._pull_listeners.tell,
        )

    def choose_estate(self, key: str | None) -> None:
        """Look at one estate from now on, or at all (``None``), in every window; durable after ``settled``."""
        super().choose_estate(key)
        self._sync_changed()

    # -- changes ---------------------------------------------------------------------------

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call ``listener`` after each save, each page taken in, and when sync starts or stops."""
        return self._listeners.subscribe(listener)

    def _changed(self, change: Change) -> None:
        if change.outbox:
            self.engine.something_to_send()
        self._listeners.tell(change)

    def _sync_changed(self) -> None:
        self._listeners.tell(Change())

    def subscribe_pull(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` whenever ``pull`` has changed; returns what ends that."""
        return self._pull_listeners.subscribe(listener)

    @property
    def pull(self) -> Pull | None:
        """How far a pull of several pages is; ``None`` when there is none."""
        return self.engine.pull

    def show_what_came(self) -> None:
        """Announce what a long pull brought so far: somebody goes to another screen, and wants to see it."""
        self.store.tell_news()

    # -- sync ------------------------------------------------------------------------------

    def start_sync(self) -> None:
        """Keep this person's phone in step from now on, in the running event loop; safe to call again."""
        self.engine.start()

    async def stop(self) -> None:
        """End sync; everything is kept."""
        await self.engine.stop()

    async def sync_now(self) -> SyncStatus:
        """Sync at once, and return how it stands then. Never raises for a missing network."""
        await self.engine.sync_now()
        return self.sync_status()

    def network_came_back(self) -> None:
        """Say that there may be a network again: waiting work goes up without a new save."""
        self.engine.network_came_back()

    def in_view(self, subjects: Sequence[tuple[str, str]]) -> None:
        """Say what is on the screen, so that its signatures are fetched first."""
        self.engine.in_view(subjects)

    def hold_photos_while(self, held: Callable[[], bool]) -> None:
        """Let whole photos wait as long as ``held`` says so (只用 Wi-Fi); signatures and thumbnails never do."""
        self.engine.blobs.hold_photos = held

    async def fetch_photo(self, entry: Entry) -> bytes:
        """Return the whole picture of a ``photo_taken`` entry, from the server when it is not here.

        Raises ``Problem``: ``picture_elsewhere`` while only the phone that took it has it, ``no_network``.
        """
        here = self.photo(entry)
        if here is not None:
            return here
        ref = photo_of(entry)
        if ref is None:
            raise Problem(PICTURE_UNREADABLE)
        try:
            data = await self.engine.blobs.fetch_one(ref)
        except Problem as problem:
            if problem.kind is NOT_FOUND:
                raise Problem(PICTURE_ELSEWHERE) from problem
            raise
        await self._settle()
        return data

    async def retry(self, entry_id: str) -> None:
        """Queue a refused entry again and sync."""
        self.store.retry(entry_id)
        await self._settle()

    def sync_status(self) -> SyncStatus:
        """Return how sync stands."""
        engine = self.engine.status
        with self.store.at_once():
            waiting, refused = self.store.outbox_counts()
            blobs, blob_bytes = self.store.blobs_waiting()
            return SyncStatus(
                last_synced_at=self.store.setting("last_synced_at"),
                waiting=waiting,
                refused=refused,
                blobs_waiting=blobs,
                blob_bytes_waiting=blob_bytes,
                running=engine.running,
                problem=engine.problem,
                sign_in_needed=engine.sign_in_needed,
                first_pull_done=bool(self.store.setting("first_pull_done", False)),
                unreadable=self.store.unreadable_count(),
                next_try_at=engine.next_try_at,
            )

    # -- other people's phones -------------------------------------------------------------

    async def make_join_code(self, staff_id: str) -> JoinCode:
        """Make a one-time code that signs a phone in as this person; it needs the network.

        Raises ``Problem``: ``no_network``, ``code_not_yours``, ``account_closed``, ``token_expired``, ...
        """
        return await make_join_code(self.engine.transport, self._token(), staff_id)

    async def server_verdict(self, subject_type: str, subject_id: str) -> ServerVerdict:
        """Have the server verify a record of any type: it alone has the whole chains; it needs the network.

        Raises ``Problem``: ``no_network``, ``not_found`` (nothing of it was sent yet), ``token_expired``, ...
        """
        return await ask_verdict(self.engine.transport, self._token(), subject_type, subject_id)

    async def devices(self) -> list[Device]:
        """Return the devices this person may end: everybody's for the desk and the administrator. Needs the network.

        Raises ``Problem``: ``no_network``, ``token_expired``, ...
        """
        found = await list_devices(self.engine.transport, self._token())
        names = self.store.staff_names()
        return [replace(device, staff_name=names.get(device.staff_id, device.staff_name)) for device in found]

    async def revoke_device(self, device_id: str) -> None:
        """End a device: at its next contact it removes what it got from the server, its unsent work stays there.

        Raises ``Problem``: ``no_network``, ``not_found``, ...
        """
        await revoke_device(self.engine.transport, self._token(), device_id)

    def _server(self) -> tuple[Transport, str]:
        return self.engine.transport, self._token()

    def _token(self) -> str:
        token = self.store.setting("token")
        if not token:
            raise Problem(TOKEN_UNKNOWN)
        return str(token)

    # -- household archives (S) ------------------------------------------------------------

    async def looked(self, household_id: str) -> None:
        """Note that this person opened a household's archive; the server records it with the next sync.

        Coming back to it within five minutes is the same look.
        """
        now = self._clock()
        before = self._looked.get(household_id)
        if before is not None and 0 <= now - before < SAME_LOOK_MS:
            return
        self._looked[household_id] = now
        self.store.keep_look(self._make_id(), household_id, now)
        await self._settle()

    async def looks(self, household_id: str) -> list[Look]:
        """Return who looked at a household's archive, the latest first; needs the network.

        Raises ``Problem``: ``role_may_not``, ``no_network``, ...
        """
        found = await list_looks(self.engine.transport, self._token(), household_id)
        names = self.store.staff_names()
        return [replace(look, name=names.get(look.staff_id, look.name)) for look in found]

    async def print_labels(self, **asked: Any) -> bytes:
        """Return a PDF of labels (``LabelsRequest`` of the server's API says what can be asked); needs the network.

        Raises ``Problem``: ``no_network``, ``role_may_not``, ``out_of_scope``, ``not_found``, ...
        """
        return (await call(self.engine.transport, "POST", "/v1/labels", token=self._token(), body=asked)).body

    # -- today -----------------------------------------------------------------------------

    def today(self) -> Today:
        """Return what the first screen shows."""
        mine, waiting = self.my_tickets()
        shown = {card.id for card in (*mine, *waiting)}
        opened = self.tickets(CardFilter(opener=self.profile.staff_id, ended=False), 0, 200)
        stages: Counter[str] = Counter()
        to_confirm = flagged = disputed = 0
        for part in self.parts_of(roles.OVERSEERS):
            here = self.store.counts("stage", CardFilter(ended=False, estates=part.estates))
            stages.update(here)
            to_confirm += here.get("done", 0) if roles.ENGINEERING_SUPERVISOR in part.roles else 0
            flagged += self.store.flag_count(part.estates)
            disputed += self.store.count(CardFilter(type=THING, flagged=True, estates=part.estates))
        seen = self._seen()
        return Today(
            now=self.now(),
            staff=self.staff,
            tickets=tuple(mine),
            waiting=tuple(waiting),
            new=frozenset(card.id for card in mine if card.stage in FRESH and card.id not in seen),
            opened=tuple(card for card in opened if card.id not in shown),
            visits_due=tuple(self.visits_due()),
            promises=tuple(self.promises()),
            stages=stages,
            to_confirm=to_confirm,
            flagged=flagged,
            sync=self.sync_status(),
            keys_late=tuple(self.things_late()),
            left_behind=sum(one.count for one in self.left_behind()),
            keys_missed=tuple(self.things_missed()),
            keys_disputed=disputed,
        )

    def saw(self, ticket_id: str) -> None:
        """Note that this person opened a ticket here: it is not new 新 any more."""
        seen, card = self._seen(), self.store.card(TICKET, ticket_id)
        if card is None or card.stage not in FRESH or ticket_id in seen:
            return
        # What went on or left this phone meanwhile needs no note.
        wanted = CardFilter(stages=FRESH, ids=(ticket_id, *seen))
        fresh = [one.id for one in self.store.cards(wanted, 0, len(seen) + 1)]
        self.store.put_settings({_SEEN: sorted(fresh)})
        self._sync_changed()

    def _seen(self) -> frozenset[str]:
        return frozenset(self.store.setting(_SEEN) or ())

    # -- drafts ----------------------------------------------------------------------------

    def save_draft(self, key: str, data: Mapping[str, Any]) -> None:
        """Keep a half-filled screen (JSON values); the last one under a key counts.

        Written when this returns, so that leaving a screen at once loses nothing; durable after ``settled``.
        """
        self.store.save_draft(key, data, self._clock())

    def draft(self, key: str) -> dict[str, Any] | None:
        """Return a kept draft, or ``None``."""
        return self.store.draft(key)

    def drafts(self) -> dict[str, int]:
        """Return the keys of all drafts with when each was kept (ms), the latest first."""
        return self.store.drafts()

    def discard(self, key: str) -> None:
        """Forget a draft; for good after ``settled``."""
        self.store.discard_draft(key)

    async def settled(self) -> None:
        """Return when everything written so far is durable. Raises ``Problem`` ``disk_full``."""
        await self._settle()

    # -- rescue ----------------------------------------------------------------------------

    def rescue_file(self) -> bytes:
        """Return all unsent work, refused entries too, with its blobs, as a rescue file 救援文件 (JSON)."""
        rows = self.store.unsent()
        refs = {ref.hash: ref for row in rows for ref in row.entry.blobs}
        refs |= {
            blob.hash: BlobRef(blob.hash, blob.size, blob.media_type)
            for blob in self.store.blobs_to_send()
            if blob.hash not in refs
        }
        blobs = []
        for ref in refs.values():
            data = self.store.blob(ref.hash)
            if data is not None:
                text = base64.b64encode(data).decode("ascii")
                blobs.append({"hash": ref.hash, "size": ref.size, "type": ref.media_type, "data": text})
        chain = self.store.chain()
        content = {
            "format": RESCUE_FORMAT,
            "version": RESCUE_VERSION,
            "made_at": self._clock(),
            "staff": {"id": self.profile.staff_id, "name": self.profile.name},
            "estate": self.profile.estate,
            "device": chain.device if chain else None,
            "entries": [row.entry.to_wire() for row in rows],
            "refused": [
                {
                    "id": row.entry.id,
                    "code": row.code,
                    "name": row.name,
                    "message": {"zh": row.message_zh, "en": row.message_en},
                }
                for row in rows
                if row.state == "refused"
            ],
            "blobs": blobs,
        }
        return json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8")
