"""A session: one signed-in person on this phone, shared by every window they open.

Verbs save and return when the work is durable; read models say what is known now; sync runs
beside them as just another writer.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.actions.analyses import Analyses
from app.actions.archive import Archive
from app.actions.care import Care
from app.actions.cases import Cases
from app.actions.contacts import Contacts
from app.actions.custody import Custody
from app.actions.devices import Devices
from app.actions.doors import Doors
from app.actions.duties import Duties
from app.actions.events import Events
from app.actions.follow_ups import FollowUps
from app.actions.handbook import Handbook
from app.actions.handover import Handover
from app.actions.jobs import Jobs
from app.actions.letters import Letters
from app.actions.matters import Matters
from app.actions.meters import Meters
from app.actions.models import Profile, Saved, Signature, SyncStatus, Today
from app.actions.my_month import Months
from app.actions.news import News
from app.actions.notices import Notices
from app.actions.office_forms import FormOffice
from app.actions.papers import Papers
from app.actions.patrols import Patrols
from app.actions.photos import Photos
from app.actions.records import Records
from app.actions.registers import Registers
from app.actions.reports import Reports
from app.actions.rounds import Rounds
from app.actions.server import Server
from app.actions.shelf import Shelf
from app.actions.shifts import Shifts
from app.actions.surveys import Surveys
from app.actions.tickets import Tickets
from app.actions.todo import Todo, on_today
from app.actions.trainings import Trainings
from app.actions.troubles import Troubles
from app.actions.units import Units
from app.actions.visits import Visits
from app.device.durable import Settle, at_once
from app.domain import roles
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import UNDER_WAY
from app.domain.subjects.thing.kinds import THING
from app.domain.wire.entries import BlobRef
from app.domain.wire.protocol import RESCUE_FORMAT, RESCUE_VERSION
from app.store import PhoneStore
from app.store.listeners import Listeners
from app.store.phone_store import Change
from app.store.queries import CardFilter
from app.sync.engine import SyncEngine
from app.sync.long_pull import Pull
from app.sync.transport import Transport
from app.sync.verdicts import ServerVerdict, ask_verdict


class Session(Records):
    """What screens use for one person.

    What all records have in common is here; what concerns one subject is under its name: ``session.tickets.accept(…)``,
    ``session.visits.record(…)``, ``session.keys.step(…)``, ``session.photos.add(…)``, ``session.doors.view(…)``.
    """

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
        self._server = Server(self.engine, store)
        self.photos = Photos(self, self.engine)
        self.todo = Todo(self, lambda type_, id_: self._changed(Change(frozenset({(type_, id_)}))))
        self.tickets = Tickets(self, self._server)
        self.matters = Matters(self, self.tickets)
        self.jobs = Jobs(self)
        self.follow_ups = FollowUps(self, self.tickets, self.matters)
        self.letters = Letters(self, self.photos)
        self.patrols = Patrols(self)
        self.cases = Cases(self, self.tickets, self.matters, self.jobs, self.photos, self.patrols)
        self._signing = {CASE: self.cases.sign}
        self.events = Events(self, self.cases)
        self.analyses = Analyses(self)
        self.handbook = Handbook(self, self._server, self._sync_changed)
        self.duties = Duties(self, self.handbook.everybody)
        self.units = Units(self, self.duties)
        self.meters = Meters(self, self.duties, self.units)
        self.care = Care(self, self.duties, self.units)
        self.contacts = Contacts(self)
        self.shelf = Shelf(self)
        self.archive = Archive(self, self.photos, self.duties)
        self.notices = Notices(self, self.duties, self.units, self.care)
        self.surveys = Surveys(self, self.duties, self.cases, self._server)
        self.months = Months(self, self.duties)
        self.visits = Visits(self, self.tickets, self.matters, self.photos, self.duties)
        self.rounds = Rounds(self, self.visits, self.duties, self._server, self._sync_changed)
        self.doors = Doors(self, self.visits, self.duties, self._server)
        self.keys = Custody(self, self._server)
        self.handover = Handover(self, self.visits)
        self.shifts = Shifts(self, self.todo, self.jobs)
        self.troubles = Troubles(self, self._sync_changed)
        self.trainings = Trainings(self)
        self.registers = Registers(self._server)
        self.reports = Reports(self, self._server)
        self.devices = Devices(self, self._server)
        self.news = News(self._server)
        self.form_office = FormOffice(self._server)
        self.papers = Papers(self, self._server)

    async def sign(self, signature: Signature, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Save a signature; once a hand-over is signed, its keys are issued with it (G.3). Raises as ``sign_with``."""
        verb = self._signing.get(signature.content.subject_type, super().sign)
        return await verb(signature, once=once, draft=draft)

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
        """Call ``listener`` whenever ``pull`` has changed. Returns a function that ends this."""
        return self._pull_listeners.subscribe(listener)

    @property
    def pull(self) -> Pull | None:
        """How far a pull of several pages is; ``None`` when there is none."""
        return self.engine.pull

    def show_what_came(self) -> None:
        """Announce what a long pull has brought so far, because somebody goes to another screen and wants to see it."""
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

    def out_of_sight(self) -> None:
        """Say that nobody looks at the app any more, until the network "came back": it asks for news less often."""
        self.engine.out_of_sight()

    @property
    def hears_at_once(self) -> bool:
        """Whether the server says by itself when there is something new: nobody needs to ask."""
        return self.engine.waiting.live

    def in_view(self, subjects: Sequence[tuple[str, str]]) -> None:
        """Say what is on the screen, so that its signatures are fetched first."""
        self.engine.in_view(subjects)

    def hold_photos_while(self, held: Callable[[], bool]) -> None:
        """Let whole photos wait as long as ``held`` says so (只用 Wi-Fi); signatures and thumbnails never do."""
        self.engine.blobs.hold_photos = held

    async def retry(self, entry_id: str) -> None:
        """Queue a refused entry again and sync."""
        self.store.retry(entry_id)
        await self.settled()

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

    # -- verifying -------------------------------------------------------------------------

    async def server_verdict(self, subject_type: str, subject_id: str) -> ServerVerdict:
        """Have the server verify a record of any type: it alone has the whole chains; it needs the network.

        Raises ``Problem``: ``no_network``, ``not_found`` (nothing of it was sent yet), ``token_expired``, ...
        """
        return await ask_verdict(*self._server.way, subject_type, subject_id)

    # -- today -----------------------------------------------------------------------------

    def today(self) -> Today:
        """Return what the first screen shows."""
        mine, waiting = self.todo.mine()
        notices, calls = self.notices.to_do()
        shown = {card.id for card in (*mine, *waiting)}
        # A form that waits for nothing but a review is no work of others: a round of meters is a hundred of them.
        stages_of = tuple((name, UNDER_WAY if name == CASE else some) for name, some in on_today())
        opened = self.cards(CardFilter(type=None, any_of=stages_of, opener=self.profile.staff_id), 0, 200)
        stages: Counter[str] = Counter()
        to_confirm = flagged = disputed = 0
        for part in self.parts_of(roles.OVERSEERS):
            here = self.store.counts("stage", CardFilter(ended=False, estates=part.estates))
            stages.update(here)
            to_confirm += here.get("done", 0) if roles.ENGINEERING_SUPERVISOR in part.roles else 0
            flagged += self.store.flag_count(part.estates)
            disputed += self.store.count(CardFilter(type=THING, flagged=True, estates=part.estates))
        return Today(
            now=self.now(),
            staff=self.staff,
            tickets=tuple(mine),
            waiting=tuple(waiting),
            new=self.todo.new(mine),
            opened=tuple(card for card in opened if card.id not in shown),
            visits_due=tuple(self.visits.due()),
            promises=tuple(self.visits.promises()),
            stages=stages,
            to_confirm=to_confirm,
            flagged=flagged,
            sync=self.sync_status(),
            keys_late=tuple(self.keys.late()),
            left_behind=sum(one.count for one in self.handover.left()),
            keys_missed=tuple(self.keys.missed()),
            keys_disputed=disputed,
            review_left=self.jobs.review_left(),
            checks=tuple(self.units.owed()),
            on_cases=tuple(self.duties.on_cases()),
            rounds=tuple(self.patrols.to_walk()),
            meter_rounds=tuple(self.meters.to_walk()),
            notices=tuple(notices),
            answers=tuple(self.troubles.answers()),
            to_sign=tuple(self.handbook.to_sign()),
            calls=tuple(calls),
            archive=tuple(self.archive.owed()),
        )

    # -- drafts ----------------------------------------------------------------------------

    def save_draft(self, key: str, data: Mapping[str, Any]) -> None:
        """Keep a half-filled screen (JSON values); the last one under a key counts.

        Written when this returns, so that leaving a screen at once loses nothing; durable after ``settled``.
        """
        self.store.save_draft(key, data, self.clock())

    def draft(self, key: str) -> dict[str, Any] | None:
        """Return a kept draft, or ``None``."""
        return self.store.draft(key)

    def drafts(self) -> dict[str, int]:
        """Return the keys of all drafts with when each was kept (ms), the latest first."""
        return self.store.drafts()

    def discard(self, key: str) -> None:
        """Forget a draft; for good after ``settled``."""
        self.store.discard_draft(key)

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
            "made_at": self.clock(),
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
