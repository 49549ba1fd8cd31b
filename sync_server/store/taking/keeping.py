"""What accepting entries looks up beforehand, and what it writes: chains, blobs, refusals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, false, func, select
from uuid6 import uuid7

from app.domain import roles
from app.domain.subjects import kinds
from app.domain.times import SOONEST
from app.domain.wire.entries import SCHEMA, BlobRef, Entry, gaps
from app.domain.wire.errors import AUTHOR_MISMATCH, BLOB_MISMATCH, COUNTER_TAKEN, ID_TAKEN, Problem
from sync_server.store.database import Write, chunks, one_of
from sync_server.store.people.identity import Identity
from sync_server.store.tables import blobs, entries, entry_blobs, grants, meta, refusals
from sync_server.store.taking.entry_rows import Subject, of_ids, to_row
from sync_server.store.types import moment

if TYPE_CHECKING:
    from sync_server.store.taking.accept import Submitted


@dataclass(frozen=True, slots=True)
class _Link:
    """The entry at one number of the device's chain. ``prev`` is empty for the first one, and for damaged ones."""

    id: str
    hash: str
    prev: str


class Known:
    """What the server already has of a batch's entries and of their neighbours in the device's chain."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.by_id: dict[str, Entry] = {}
        self.links: dict[int, _Link] = {}
        """Accepted entries by number."""
        self.refused: dict[int, _Link] = {}
        """Refused entries by number: the phone made them, so a copy of it may not use their numbers for something
        else."""
        self.forked: set[str] = set()
        """Hashes of this batch's entries that belong to a copy's chain; so do the entries that follow them."""
        self.earlier: int | None = None
        self.blob_sizes: dict[str, int] = {}
        self.noted: dict[int, tuple[Any, _Link, Problem]] = {}
        """Entries of this batch that were refused but have a place in the chain, with the reason."""
        self._system: tuple[str, int, str] | None = None

    @classmethod
    def load(cls, write: Write, batch: Sequence[Submitted], device: str) -> Known:
        """Look up a batch's ids, its numbers with their neighbours, and its blobs."""
        known = cls(device)
        read = [item.entry for item in batch if item.entry is not None]
        known.by_id = of_ids(write.connection, [entry.id for entry in read])
        there = {entry.counter for entry in known.by_id.values() if entry.device == device}
        numbers = {found[0] for item in batch if (found := _link(item.raw, device)) is not None} - there
        if not numbers:
            return known
        least, most = min(numbers), max(numbers)
        fresh = [entry for entry in read if entry.id not in known.by_id and entry.device == device]
        chain = select(entries.c.id, entries.c.counter, entries.c.hash, entries.c.prev).where(
            entries.c.device == device, entries.c.counter.between(least - 1, most + 1)
        )
        for row in write.execute(chain):
            known.links[row.counter] = _Link(row.id, row.hash, row.prev)
        r = refusals.c
        refused = select(r.entry_id, r.counter, r.hash, r.prev).where(
            r.device == device, r.counter.between(least - 1, most + 1)
        )
        for row in write.execute(refused.order_by(r.refused_at, r.entry_id)):
            known.refused.setdefault(row.counter, _Link(row.entry_id, row.hash, row.prev))
        known.earlier = write.connection.scalar(
            select(entries.c.corrected_at_ms)
            .where(entries.c.device == device, entries.c.counter < min((e.counter for e in fresh), default=least))
            .order_by(entries.c.counter.desc())
            .limit(1)
        )
        hashes = sorted({ref.hash for entry in fresh for ref in entry.blobs})
        for some in chunks(hashes):
            # The size of a blob that is not here yet is unknown: whoever named it first may be wrong, or lie.
            here = blobs.c.hash.in_(some) & blobs.c.complete_at.is_not(None)
            for row in write.execute(select(blobs.c.hash, blobs.c.size).where(here)):
                known.blob_sizes[row.hash] = row.size
        return known

    def same(self, entry: Entry) -> Entry | None:
        """Return the entry that the server has under this id, if its content is the same.

        A phone with a new device number sends its unsent entries again under that number; those that were accepted
        before are the same. Raises ``Problem``: ``id_taken`` if the content differs, ``author_mismatch`` if it is
        somebody else's.
        """
        found = self.by_id.get(entry.id)
        if found is None or found.hash == entry.hash:
            return found
        if found.author != entry.author:
            raise Problem(AUTHOR_MISMATCH)
        if found.hash != entry.hash:
            moved = replace(entry, device=found.device, counter=found.counter, prev=found.prev)
            if moved.compute_hash() != found.hash:
                raise Problem(ID_TAKEN)
        return found

    def note_elsewhere(self, entry: Entry, found: Entry) -> None:
        """Record that a number of this chain holds an entry that the server has in another chain."""
        if entry.device == self.device and found.device != entry.device:
            self.refuse(entry.to_wire(), Problem(ID_TAKEN))

    def check_chain(self, entry: Entry) -> None:
        """Raise ``Problem`` ``counter_taken`` (see ``check_link``), or ``blob_mismatch``."""
        self.check_link(entry)
        for ref in entry.blobs:
            if self.blob_sizes.get(ref.hash, ref.size) != ref.size:
                raise Problem(BLOB_MISMATCH)

    def check_link(self, entry: Entry) -> None:
        """Raise ``Problem`` ``counter_taken`` if the number is used, or another copy of the phone went on from there.

        Also for entries that will be refused: they remain links of their device's chain.
        """
        if not self._fits(entry.counter, entry.id, entry.hash, entry.prev):
            raise Problem(COUNTER_TAKEN)

    def _fits(self, counter: int, entry_id: str, digest: str, prev: str | None) -> bool:
        """Return whether a number is free and its neighbours belong to the same chain; ``prev`` is ``None`` if it is
        damaged."""
        if prev in self.forked or not self._free(counter, entry_id):
            return False
        before, after = self._at(counter - 1), self._at(counter + 1)
        if before is not None and prev is not None and before.hash != prev:
            return False
        return after is None or not after.prev or after.prev == digest

    def _at(self, counter: int) -> _Link | None:
        return self.links.get(counter) or self.refused.get(counter)

    def _free(self, counter: int, entry_id: str) -> bool:
        """Return whether a number is free, or belongs to this very entry, which was refused before."""
        return counter not in self.links and (counter not in self.refused or self.refused[counter].id == entry_id)

    def refuse(self, raw: Any, problem: Problem) -> None:
        """Record the number of an entry that was refused just now, however damaged its body is."""
        if (found := _link(raw, self.device)) is None or problem.kind is AUTHOR_MISMATCH:
            return
        counter, link = found
        if problem.kind is COUNTER_TAKEN or not self._fits(counter, link.id, link.hash, link.prev or None):
            self.forked.add(link.hash)
        else:
            self.refused[counter] = link
            self.noted[counter] = raw, link, problem

    def corrected(self, entry: Entry, offset: int, received_at: int) -> int:
        """Return the best known time of an entry, in ms.

        The device's time plus the clock difference, but not before the device's previous entry and not after it was
        received. The server's own clock needs no correction, and the times of imported entries are taken as they are.
        """
        if entry.author == roles.SYSTEM:
            return entry.made_at
        earliest = SOONEST if self.earlier is None else self.earlier
        return min(max(entry.made_at + offset, earliest), received_at)

    def add(self, entry: Entry) -> None:
        """Record an entry that was accepted just now."""
        self.by_id[entry.id] = entry
        if entry.device == self.device:
            self.links[entry.counter] = _Link(entry.id, entry.hash, entry.prev)
            self.earlier = entry.corrected_at
        for ref in entry.blobs:
            self.blob_sizes.setdefault(ref.hash, ref.size)

    def next_link(self, write: Write) -> tuple[str, int, str]:
        """Return the server's own device, its next number, and the hash before it."""
        if self._system is None:
            self._system = system_head(write.connection)
        device, last, head = self._system
        return device, last + 1, head

    def advance(self, entry: Entry) -> None:
        """Move the head of the server's own chain."""
        self._system = (entry.device, entry.counter, entry.hash)


def system_device(connection: Connection) -> str:
    """Return the server's own device id."""
    return _own(connection, "device")


def epoch(connection: Connection) -> str:
    """Return the store's epoch: another one means that the store was restored from a backup."""
    return _own(connection, "epoch")


def _own(connection: Connection, key: str) -> str:
    return str(connection.scalar(select(meta.c.value).where(meta.c.key == key)))


def system_head(connection: Connection) -> tuple[str, int, str]:
    """Return the server's own device, its last number, and that entry's hash."""
    device = system_device(connection)
    query = (
        select(entries.c.counter, entries.c.hash)
        .where(entries.c.device == device)
        .order_by(entries.c.counter.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return (device, row.counter, row.hash) if row else (device, 0, "")


def system_entry(
    write: Write,
    known: Known,
    kind: str,
    subject: Subject,
    body: Mapping[str, Any],
    made_at: int | None = None,
    blobs: Sequence[BlobRef] = (),
) -> Entry:
    """Return the next entry of the server's own chain; ``made_at`` in ms, now unless given."""
    device, counter, prev = known.next_link(write)
    entry = Entry(
        id=str(uuid7()),
        kind=kind,
        subject_type=subject[0],
        subject_id=subject[1],
        body=body,
        author=roles.SYSTEM,
        device=device,
        counter=counter,
        made_at=write.now if made_at is None else made_at,
        blobs=tuple(blobs),
        # Only the first entry of a record names the program whose rules it follows; the others are as they always were.
        schema=SCHEMA if kinds.opens(kind) else 1,
    ).sealed(device=device, counter=counter, prev=prev)
    known.advance(entry)
    return entry


def ever_visible(write: Write, subjects: Iterable[Subject], scopes: set[str]) -> dict[Subject, bool]:
    """Return which subjects are, or ever were, in one of the scopes.

    Late work on something that was reassigned meanwhile is accepted (and flagged), because it happened.
    """
    found: dict[Subject, bool] = {}
    # As an expression, so that no database reads the whole scope by its index, but only these subjects.
    scope = grants.c.scope.concat("")
    for some in chunks(sorted(set(subjects))):
        query = (
            select(grants.c.subject_type, grants.c.subject_id)
            .where(one_of((grants.c.subject_type, grants.c.subject_id), some), scope.in_(scopes))
            .distinct()
        )
        found.update({(row.subject_type, row.subject_id): True for row in write.execute(query)})
    return found


def insert_entries(write: Write, new: Sequence[Entry], author: Identity) -> None:
    """Write entries of ``author`` and their links to blobs."""
    write.insert(entries, [to_row(entry) for entry in new])
    refs = {(entry.id, ref.hash): (ref.size, ref.media_type) for entry in new for ref in entry.blobs}
    if not refs:
        return
    sizes = {key[1]: size for key, (size, _type) in refs.items()}
    there: set[str] = set()
    for some in chunks(sorted(sizes)):
        there.update(write.connection.scalars(select(blobs.c.hash).where(blobs.c.hash.in_(some))))
    borrowed = set(sizes) - (_open_to(write, author, there) if there else set())
    for digest in there:
        del sizes[digest]
    write.insert(blobs, [{"hash": digest, "size": size, "complete_at": None} for digest, size in sizes.items()])
    write.insert(
        entry_blobs,
        [
            {"entry_id": i, "hash": digest, "media_type": m, "borrowed": digest in borrowed}
            for (i, digest), (_s, m) in refs.items()
        ],
    )


def _open_to(write: Write, author: Identity, digests: Iterable[str]) -> set[str]:
    """Return which of the blobs are complete here and were sent by the author or visible to them before this batch."""
    found: set[str] = set()
    mine = (grants.c.subject_type == entries.c.subject_type) & (grants.c.subject_id == entries.c.subject_id)
    for some in chunks(sorted(digests)):
        query = (
            select(entry_blobs.c.hash)
            .join(entries, entries.c.id == entry_blobs.c.entry_id)
            .join(blobs, (blobs.c.hash == entry_blobs.c.hash) & blobs.c.complete_at.is_not(None))
            .outerjoin(grants, mine & grants.c.scope.in_(author.scopes))
            .where(entry_blobs.c.hash.in_(some), entry_blobs.c.borrowed.is_(false()))
            .where((entries.c.author == author.staff_id) | grants.c.active)
        )
        found.update(write.connection.scalars(query))
    return found


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_uuid(text: str) -> bool:
    """Tell whether ``text`` is a lower-case UUID."""
    return _UUID.fullmatch(text) is not None


_HASH = re.compile(r"[0-9a-f]{64}")


def record_refusals(write: Write, known: Known) -> None:
    """Store the links of refused entries, and delete those of entries that are accepted now."""
    device = known.device
    rows = {
        link.id: _refusal(raw, counter, link, problem, device, write.now)
        for counter, (raw, link, problem) in known.noted.items()
        if counter not in known.links
    }
    old = write.connection.scalars(select(refusals.c.entry_id).where(refusals.c.device == device)).all()
    gone = [i for i in old if i in rows or i in known.by_id]
    for some in chunks(gone):
        write.execute(delete(refusals).where(refusals.c.device == device, refusals.c.entry_id.in_(some)))
    write.insert(refusals, list(rows.values()))


def _link(raw: Any, device: str) -> tuple[int, _Link] | None:
    """Return an entry's number and link in the device's chain; ``None`` if it is too damaged."""
    if not isinstance(raw, dict) or raw.get("device") != device:
        return None
    entry_id, digest, prev, counter = (raw.get(key) for key in ("id", "hash", "prev", "counter"))
    if not (
        isinstance(entry_id, str) and _UUID.fullmatch(entry_id) and isinstance(digest, str) and _HASH.fullmatch(digest)
    ):
        return None
    if not isinstance(counter, int) or isinstance(counter, bool) or not 1 <= counter < 1 << 53:
        return None
    return counter, _Link(entry_id, digest, prev if isinstance(prev, str) and _HASH.fullmatch(prev) else "")


def _refusal(raw: Any, counter: int, link: _Link, problem: Problem, device: str, now: int) -> dict[str, Any]:
    subject = raw.get("subject") if isinstance(raw.get("subject"), dict) else {}
    return {
        "device": device,
        "entry_id": link.id,
        "counter": counter,
        "hash": link.hash,
        "prev": link.prev,
        "kind": _word(raw.get("kind")),
        "subject_type": _word(subject.get("type")),
        "subject_id": _word(subject.get("id")),
        "code": problem.code,
        "name": problem.name,
        "details": problem.details,
        "refused_at": moment(now),
    }


def _word(value: Any) -> str:
    return value if isinstance(value, str) and re.fullmatch(r"[a-z0-9_-]{1,40}", value) else ""


def holes(connection: Connection, device: str, most: int = 100) -> list[list[int]]:
    """Return the ranges ``[first, last]`` of a device's numbers that the server has neither accepted nor refused."""
    query = select(func.count(), func.max(entries.c.counter)).where(entries.c.device == device)
    count, last = connection.execute(query).one()
    refused = set(connection.scalars(select(refusals.c.counter).where(refusals.c.device == device)))
    last = max(last or 0, max(refused, default=0))
    if count == last:
        return []
    have = refused | set(connection.scalars(select(entries.c.counter).where(entries.c.device == device)))
    return [[first, end] for first, end in islice(gaps(have), most)]
