"""The phone's store: what the verbs save, what screens read, and what sync sends and takes in.

Every method that writes is one transaction and is durable when it returns; then the change is
announced, so that screens read again. Reading is cheap: lists read cards, not entries.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from app.domain.rules.state import SubjectState
from app.domain.wire.entries import BlobRef, Entry
from app.domain.wire.exchange import Answer, Item, Page
from app.store import blobs, pulling, refolding, saving, schema, wiping
from app.store.codec import from_row
from app.store.database import WAL, PhoneFile
from app.store.news import Change, News
from app.store.queries import Queries
from app.store.saving import Chain, Subject
from app.store.whole_pulls import WholePulls

_STATES_KEPT = 400
_TOGETHER = 100
"""How many blobs one query reads."""


class PhoneStore(Queries):
    """The store of one person on one phone, in the file at ``path`` (made when missing).

    Raises ``Problem`` ``store_newer``, ``store_damaged`` or ``disk_full`` (every method that writes
    may raise it as well; then nothing of that write is kept).
    """

    def __init__(self, path: Path, journal: str = WAL) -> None:
        super().__init__(PhoneFile(path, journal=journal))
        self._news = News()
        self._states: OrderedDict[Subject, SubjectState] = OrderedDict()
        self._drawings: tuple[int, dict[str, bytes | None]] = (0, {})
        self._guard = threading.RLock()
        self.whole = WholePulls(self.file, journal, self.setting, self._came_whole)
        with self.file.write() as connection:
            refolding.after_update(connection)

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def exclusive(self) -> threading.RLock:
        """Return a lock under which to check and then save (``with store.exclusive():``)."""
        return self._guard

    def at_once(self) -> AbstractContextManager[None]:
        """Return a context in which several reads see the same state (``with store.at_once():``); nothing can be
        written meanwhile."""
        return self.file.at_once()

    # -- announcing ------------------------------------------------------------------------

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call ``listener`` after each commit, or once for what several pages brought (``gather_news``).

        Returns a function that ends this. ``listener`` must return quickly.
        """
        return self._news.subscribe(listener)

    def gather_news(self) -> None:
        """From now on announce what pages bring only at ``tell_news``; everything else at once, as before."""
        self._news.gather()

    def untold(self) -> frozenset[Subject]:
        """Return the subjects that pages changed and that are not announced yet."""
        return self._news.gathered

    def tell_news(self, *, go_on: bool = True) -> None:
        """Announce what was gathered, if anything. ``go_on``: gather further pages; else announce each page again."""
        self._news.tell_gathered(go_on=go_on)

    def _announce(self, change: Change, *, pulled: bool = False) -> None:
        for subject in change.subjects:
            self._states.pop(subject, None)
        if change.refs:
            self.forget_refs()
        (self._news.bring if pulled else self._news.tell)(change)

    def _came_whole(self, subjects: set[Subject], pulled: bool) -> None:
        self._announce(Change(frozenset(subjects), refs=pulled, outbox=pulled), pulled=pulled)

    # -- settings and the device's chain ---------------------------------------------------

    def setting(self, key: str, default: Any = None) -> Any:
        """Return a setting, or ``default``."""
        value = self._keep("settings", saving.all_settings).get(key)
        return default if value is None else json.loads(value)

    def put_settings(self, values: Mapping[str, Any]) -> None:
        """Set several settings at once; ``None`` removes one."""
        with self.file.write() as connection:
            for key, value in values.items():
                saving.put_setting(connection, key, value)

    def chain(self) -> Chain | None:
        """Return where this device's chain stands, ``None`` before the first sign-in."""
        return saving.chain_of(self.setting(saving.CHAIN))

    def begin_chain(self, device: str, settings: Mapping[str, Any] | None = None) -> None:
        """Take ``device`` as this store's device id unless it has that one already, together with ``settings``.

        In one transaction: a token is for one device id, so if only one of the two were written, the token could not
        send this chain's entries.
        """
        with self.file.write() as connection:
            for key, value in (settings or {}).items():
                saving.put_setting(connection, key, value)
            chain = saving.get_chain(connection)
            if chain is None:
                saving.put_chain(connection, Chain(device))
            elif chain.device != device:
                pulling.renumber(connection, device)
        self._announce(Change(outbox=True))

    # -- saving ----------------------------------------------------------------------------

    def save(
        self,
        new: Sequence[Entry],
        attachments: Mapping[str, bytes] | None = None,
        clear_draft: str | None = None,
        clear_more: Sequence[str] = (),
    ) -> list[Entry]:
        """Save new entries with their blobs, durably, all or nothing; return them sealed.

        ``new`` come without device, counter, prev and hash. ``attachments`` hold the bytes of
        their blobs by hash. The drafts ``clear_draft`` and ``clear_more`` are deleted. Saving the same entry ids
        again (a double tap) changes nothing and returns what was saved the first time.
        """
        ids = [entry.id for entry in new]
        with self.file.write() as connection:
            earlier = saving.saved(connection, ids)
            if earlier:
                if len(earlier) != len(ids):
                    raise ValueError("some of these entries were saved before, and some were not")
                return earlier
            refs = [ref for entry in new for ref in entry.blobs]
            blobs.put_all(connection, self.file.path, refs, attachments or {})
            sealed = saving.seal_and_insert(connection, new)
            subjects = frozenset((entry.subject_type, entry.subject_id) for entry in new)
            saving.refold(connection, subjects)
            for key in (*([clear_draft] if clear_draft is not None else []), *clear_more):
                saving.drop_draft(connection, key)
        self._announce(Change(subjects, outbox=True, draft=clear_draft))
        return sealed

    def saved(self, ids: Sequence[str]) -> list[Entry]:
        """Return those of the entries that are here, in the order of ``ids``."""
        with self.file.read() as connection:
            return saving.saved(connection, ids)

    def state(self, subject_type: str, subject_id: str) -> SubjectState:
        """Return the folded state of a subject (do not change it). Its ``opened`` is ``None`` if there is no such
        subject."""
        key = (subject_type, subject_id)
        known = self._states.get(key)
        if known is None:
            with self.file.read() as connection:
                known = saving.folded(connection, key)
            self._states[key] = known
            while len(self._states) > _STATES_KEPT:
                self._states.popitem(last=False)
        else:
            self._states.move_to_end(key)
        return known

    def states(self, subjects: Iterable[Subject]) -> dict[Subject, SubjectState]:
        """Return the folded states of several subjects, read together; those that are not here are left out."""
        with self.file.read() as connection:
            return saving.all_folded(connection, subjects)

    def entries(self, subject_type: str, subject_id: str) -> list[Entry]:
        """Return every entry of a subject, in no order; refused ones too."""
        with self.file.read() as connection:
            return saving.entries_of(connection, (subject_type, subject_id))

    def counted_entries(self, subject_type: str, subject_id: str) -> list[Entry]:
        """Return the entries of a subject that have effect: all but those the server refused."""
        with self.file.read() as connection:
            return saving.counted_entries(connection, (subject_type, subject_id))

    # -- drafts ----------------------------------------------------------------------------

    def save_draft(self, key: str, data: Mapping[str, Any], now: int) -> None:
        """Keep a half-filled screen as it is, durably."""
        with self.file.write() as connection:
            saving.put_draft(connection, key, data, now)
        self._announce(Change(draft=key))

    def draft(self, key: str) -> dict[str, Any] | None:
        """Return a kept draft, or ``None``."""
        with self.file.read() as connection:
            text = connection.execute(select(schema.drafts.c.data).where(schema.drafts.c.key == key)).scalar()
        return None if text is None else dict(json.loads(text))

    def drafts(self) -> dict[str, int]:
        """Return the keys of all drafts with when each was kept (ms), the latest first."""
        query = select(schema.drafts.c.key, schema.drafts.c.updated_at).order_by(schema.drafts.c.updated_at.desc())
        with self.file.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def discard_draft(self, key: str) -> None:
        """Forget a draft."""
        with self.file.write() as connection:
            saving.drop_draft(connection, key)
        self._announce(Change(draft=key))

    # -- what sync sends -------------------------------------------------------------------

    def outgoing(self, limit: int, max_bytes: int, skip: Iterable[str] = ()) -> list[Entry]:
        """Return waiting entries in the order in which they were made: up to ``max_bytes``, but at least one."""
        table, box = schema.entries, schema.outbox
        waiting = select(box.c.entry_id).where(box.c.state == saving.WAITING, box.c.entry_id.not_in(list(skip)))
        query = select(table).where(table.c.id.in_(waiting)).order_by(table.c.device, table.c.counter).limit(limit)
        found: list[Entry] = []
        size = 0
        with self.file.read() as connection:
            for row in connection.execute(query).mappings():
                size += len(row["body"].encode()) + 700
                if found and size > max_bytes:
                    break
                found.append(from_row(row))
        return found

    def cursors(self) -> dict[str, int]:
        """Return the position reached in each scope."""
        with self.file.read() as connection:
            return {row.scope: row.pos for row in connection.execute(select(schema.cursors))}

    def wanted(self, limit: int) -> list[str]:
        """Return the ids of own entries that the server named without their content and that are no longer on the
        phone."""
        query = select(schema.wanted.c.entry_id).order_by(schema.wanted.c.seq).limit(limit)
        with self.file.read() as connection:
            return list(connection.execute(query).scalars())

    # -- what sync takes in ----------------------------------------------------------------

    def apply_answers(self, answers: Sequence[Answer], now: int) -> None:
        """Take in the answers to pushed entries, in one transaction."""
        if answers:
            self._take_in(lambda connection: pulling.apply_answers(connection, answers, now), outbox=True, fold=True)

    def note_tried(self, ids: Sequence[str], now: int) -> None:
        """Note that entries were sent without an answer."""
        with self.file.write() as connection:
            pulling.note_tried(connection, ids, now)

    def apply_page(self, page: Page) -> None:
        """Take in one page of a scope and its cursor, in one transaction; nothing is written where nothing is new."""
        if not page.items and self.cursors().get(page.scope) == page.to:
            return
        self._take_in(lambda connection: pulling.apply_page(connection, page), outbox=True, refs=True, pulled=True)

    def take_found(self, items: Sequence[Item]) -> None:
        """Take in entries asked for by id."""
        if items:
            self._take_in(lambda connection: pulling.take_found(connection, items), pulled=True)

    def lose(self, scopes: Sequence[str]) -> None:
        """Leave scopes that are no longer this person's."""

        def work(connection: Connection) -> set[Subject]:
            pulling.lose(connection, scopes)
            return set()

        if scopes:
            self._take_in(work, refs=True)

    def epoch_pulled(self) -> None:
        """Note that everything the restored server has is here: what it lacks has no effect from now on.

        Entries stay on the phone, and count again once their author's phone has sent them to the server; reference data
        leaves (forms published after the backup, people registered since).
        """
        if not self.setting(saving.OLD_EPOCH):
            return

        def work(connection: Connection) -> set[Subject]:
            saving.put_setting(connection, saving.OLD_EPOCH, None)
            return pulling.forget_old_epoch(connection)

        self._take_in(work, outbox=True, refs=True, fold=True)

    def requeue(self, holes: Sequence[tuple[int, int]]) -> int:
        """Queue again the entries of this device's chain that the server lacks; return how many."""
        queued = 0
        if holes:
            with self.file.write() as connection:
                chain = saving.get_chain(connection)
                if chain is not None:
                    queued = pulling.requeue(connection, chain.device, holes)
            if queued:
                self._states.clear()
            self._announce(Change(outbox=True))
        return queued

    def retry(self, entry_id: str) -> None:
        """Queue a refused entry again."""
        self._take_in(lambda connection: pulling.retry(connection, entry_id), outbox=True, fold=True)

    def new_epoch(self, epoch: str, author: str) -> int:
        """Start over with a restored server without deleting anything; return how many own entries will be sent
        again."""
        with self.file.write() as connection:
            queued = self._begin_epoch(connection, epoch, author)
        self._states.clear()
        self._announce(Change(outbox=True))
        return queued

    @staticmethod
    def _begin_epoch(connection: Connection, epoch: str, author: str) -> int:
        queued = pulling.new_epoch(connection, author)
        saving.put_setting(connection, "epoch", epoch)
        saving.put_setting(connection, saving.OLD_EPOCH, True)
        return queued

    def _take_in(
        self,
        work: Callable[[Connection], set[Subject]],
        outbox: bool = False,
        refs: bool = False,
        fold: bool = False,
        pulled: bool = False,
    ) -> None:
        with self.file.write() as connection:
            changed = work(connection)
            if fold:
                saving.refold(connection, changed)
            gone, unlink = pulling.purge(connection)
        blobs.unlink(self.file.path, unlink)
        self._announce(Change(frozenset(changed | gone), refs=refs, outbox=outbox), pulled=pulled)

    def wipe(self, epoch: str | None, author: str) -> None:
        """Remove everything that came from the server and nothing that is unsent, because the desk ended this phone.

        ``epoch``: the server's, if known. If it is not the phone's, the server was restored, perhaps from a backup that
        lacks what ``author`` had sent; so those entries count as unsent again.
        """
        with self.file.write() as connection:
            if epoch is not None and saving.get_setting(connection, "epoch") not in (None, epoch):
                self._begin_epoch(connection, epoch, author)
            changed, unlink = wiping.wipe(connection)
        blobs.unlink(self.file.path, unlink)
        self.file.fold_journal()
        self._states.clear()
        self._announce(Change(frozenset(changed), refs=True, outbox=True))
        self.whole.forget()

    # -- looks at archives (S) -------------------------------------------------------------

    def keep_look(self, look_id: str, household_id: str, at: int, what: str = "") -> None:
        """Note a look at a household's archive, or at its part ``what``, to be told to the server; ``at`` in ms by
        the device's clock."""
        with self.file.write() as connection:
            row = {"id": look_id, "household_id": household_id, "at": at, "what": what}
            connection.execute(insert(schema.looks).values(row))
        self._announce(Change(outbox=True))

    def looks(self, limit: int) -> list[dict[str, Any]]:
        """Return looks the server has not recorded yet, the oldest first; ``what`` where it was a part of one."""
        query = select(schema.looks).order_by(schema.looks.c.at, schema.looks.c.id).limit(limit)
        with self.file.read() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        return [{name: value for name, value in row.items() if name != "what" or value} for row in rows]

    def looks_told(self, ids: Sequence[str]) -> None:
        """Forget looks that the server has recorded."""
        if ids:
            with self.file.write() as connection:
                connection.execute(delete(schema.looks).where(schema.looks.c.id.in_(list(ids))))

    # -- blobs -----------------------------------------------------------------------------

    def blob(self, name: str) -> bytes | None:
        """Return a blob's bytes, or ``None`` when they are not on the phone."""
        return self.blobs_of([name]).get(name)

    def blobs_of(self, names: Sequence[str]) -> dict[str, bytes]:
        """Return the bytes of those blobs, at most a hundred, that are on the phone."""
        with self.file.read() as connection:
            return blobs.read(connection, self.file.path, names)

    def drawings(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return the strokes of those signatures that are on the phone; cached until something is written.

        A page verifies each signature and then draws it.
        """
        written, known = self._drawings
        if written != self.file.written or len(known) > _STATES_KEPT:
            known = {}
            self._drawings = self.file.written, known
        wanted = list(names)
        missing = [name for name in wanted if name not in known]
        for start in range(0, len(missing), _TOGETHER):
            asked = missing[start : start + _TOGETHER]
            known |= dict.fromkeys(asked) | self.blobs_of(asked)
        return {name: data for name in wanted if (data := known[name]) is not None}

    def blobs_to_send(self) -> list[blobs.StoredBlob]:
        """Return blobs that may go up now, small ones first."""
        with self.file.read() as connection:
            return blobs.to_send(connection)

    def absent_blobs(self, subjects: Iterable[Subject], media_type: str) -> list[BlobRef]:
        """Return blobs of a media type that entries of ``subjects`` name and that are not here yet."""
        with self.file.read() as connection:
            return blobs.absent_of(connection, subjects, media_type)

    def note_blob(self, name: str, have: int, complete: bool) -> None:
        """Note how many bytes of a blob the server has; once it has all, the subject may leave the phone."""

        def work(connection: Connection) -> set[Subject]:
            blobs.note_sent(connection, name, have, complete)
            return set()

        self._take_in(work, outbox=True)

    def note_blobs(self, names: Sequence[str]) -> None:
        """Note that the server has all of these blobs, in one transaction."""

        def work(connection: Connection) -> set[Subject]:
            blobs.note_whole(connection, names)
            return set()

        if names:
            self._take_in(work, outbox=True)

    def photo_space(self) -> tuple[int, int, int]:
        """Return how many photos lie here whole, their bytes, and the bytes of those that may be cleared."""
        with self.file.read() as connection:
            return blobs.space(connection)

    def clear_photos(self, wanted: int) -> int:
        """Forget photos that the server has, oldest first, until ``wanted`` bytes are free; return the bytes freed.

        Their thumbnails and entries stay; the pictures are fetched again when somebody wants them. What only this phone
        has is never touched.
        """
        with self.file.write() as connection:
            freed, names = blobs.clear(connection, wanted)
        blobs.unlink(self.file.path, names)
        if names:
            self.file.give_back()
            self._announce(Change(outbox=False))
        return freed

    def keep_blob(self, ref: BlobRef, data: bytes) -> None:
        """Keep a blob fetched from the server."""
        with self.file.write() as connection:
            blobs.put(connection, self.file.path, ref, data, blobs.FETCHED)
            owners = connection.execute(
                select(schema.entries.c.subject_type, schema.entries.c.subject_id)
                .join(schema.entry_blobs, schema.entry_blobs.c.entry_id == schema.entries.c.id)
                .where(schema.entry_blobs.c.hash == ref.hash)
            ).all()
        self._announce(Change(frozenset((row[0], row[1]) for row in owners)))


__all__ = ["Change", "PhoneStore"]
