"""Verifying what is stored: signatures against what they were given for, chains against tampering."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from app.domain.rules.state import SubjectState
from app.domain.subjects import signing
from app.domain.subjects.fold import fold
from app.domain.subjects.signing import ChainVerdict, Link, Verdict
from app.domain.wire.entries import Entry
from sync_server.store.database import chunks
from sync_server.store.tables import devices, entries, refusals
from sync_server.store.taking.blobs import BlobFiles
from sync_server.store.taking.entry_rows import Subject, of_device, of_subject

BROKEN_CHAIN = "broken_chain"
UNSIGNED = "unsigned"
_WORST_FIRST = (
    signing.SIGNATURE_BROKEN,
    BROKEN_CHAIN,
    signing.SIGNATURE_CHANGED,
    signing.STROKES_MISSING,
    signing.SIGNATURE_INTACT,
)


@dataclass(frozen=True, slots=True)
class SubjectVerdict:
    """The verification of one subject: its signatures, and the chains of the devices that wrote it.

    ``standing`` is the worst of them: ``broken`` (an entry, content or strokes don't fit their
    hash), ``broken_chain``, ``changed_after_signing``, ``strokes_missing``, ``intact``, or
    ``unsigned`` when nothing is signed and nothing is broken.
    """

    subject: Subject
    signatures: tuple[tuple[Entry, Verdict], ...]
    altered: tuple[str, ...]
    chains: tuple[ChainVerdict, ...]

    @property
    def standing(self) -> str:
        """The worst finding."""
        found = {verdict.standing for _, verdict in self.signatures}
        if self.altered:
            found.add(signing.SIGNATURE_BROKEN)
        if any(not chain.whole for chain in self.chains):
            found.add(BROKEN_CHAIN)
        return next((standing for standing in _WORST_FIRST if standing in found), UNSIGNED)

    @property
    def sound(self) -> bool:
        """Tell whether nothing was tampered with, lost or changed after signing."""
        return self.standing in (signing.SIGNATURE_INTACT, signing.STROKES_MISSING, UNSIGNED)

    def to_wire(self) -> dict[str, Any]:
        """Return the verdict as it travels."""
        return {
            "subject": {"type": self.subject[0], "id": self.subject[1]},
            "standing": self.standing,
            "signatures": [
                {
                    "entry_id": entry.id,
                    "standing": verdict.standing,
                    "detail": verdict.detail,
                    "as": entry.body.get("as"),
                    "name": entry.body.get("name"),
                    "signed_at": entry.at,
                }
                for entry, verdict in self.signatures
            ],
            "altered": list(self.altered),
            "chains": [chain_to_wire(chain) for chain in self.chains],
        }


def chain_to_wire(chain: ChainVerdict) -> dict[str, Any]:
    """Return the verdict on one device's chain as it travels."""
    return {
        "device": chain.device,
        "length": chain.length,
        "whole": chain.whole,
        "missing": list(chain.missing[:100]),
        "altered": list(chain.altered),
        "broken": list(chain.broken),
    }


def verify_chain(connection: Connection, device: str) -> ChainVerdict:
    """Verify the whole chain of a device."""
    refused = connection.execute(select(refusals).where(refusals.c.device == device).order_by(refusals.c.counter))
    return signing.verify_chain(device, of_device(connection, device), [_refused_link(row) for row in refused])


def _refused_link(row: Row[Any]) -> Link:
    return Link(row.counter, row.hash, row.prev or None)


def verify_subject(connection: Connection, files: BlobFiles, subject: Subject) -> SubjectVerdict | None:
    """Verify one subject, or return ``None`` if there is nothing of it.

    A subject's chains are checked only around its own entries: somebody else's missing entry says
    nothing about this ticket. The whole chains are ``verify_chain``'s.
    """
    own = of_subject(connection, subject)
    if not own:
        return None
    signatures = verify_signatures(files, own, fold(subject[0], own))
    altered = tuple(entry.id for entry in own if entry.hash != entry.compute_hash())
    chains = tuple(
        _chain_around(connection, device, [e for e in own if e.device == device])
        for device in sorted({entry.device for entry in own})
    )
    return SubjectVerdict(subject, signatures, altered, chains)


def verify_signatures(files: BlobFiles, own: Sequence[Entry], state: SubjectState) -> tuple[tuple[Entry, Verdict], ...]:
    """Verify the signatures among a subject's entries against its state."""
    return tuple(
        (entry, signing.verify_signature(entry, files.read(str(entry.body.get("strokes"))), state))
        for entry in own
        if entry.kind == "signed"
    )


def _chain_around(connection: Connection, device: str, own: Sequence[Entry]) -> ChainVerdict:
    """Verify a device's chain around the entries ``own``; only their neighbours are read, however long the chain is."""
    counters = {entry.counter for entry in own}
    near = sorted(n for n in {n + step for n in counters for step in (-1, 0, 1)} if n >= 1)
    links: dict[int, Link] = {}
    last = 0
    for table in (refusals, entries):
        last = max(last, connection.scalar(select(func.max(table.c.counter)).where(table.c.device == device)) or 0)
        for some in chunks(near):
            columns = [table.c.counter, table.c.hash, table.c.prev]
            for row in connection.execute(select(*columns).where(table.c.device == device, table.c.counter.in_(some))):
                links[row.counter] = _refused_link(row) if table is refusals else Link(row.counter, row.hash, row.prev)
    missing = tuple(n for n in near if n <= last and n not in links)
    broken = []
    for n in sorted(links):
        prev, before = links[n].prev, "" if n == 1 else links[n - 1].hash if n - 1 in links else None
        if counters & {n, n - 1} and prev is not None and before is not None and prev != before:
            broken.append(n)
    altered = tuple(entry.id for entry in own if entry.hash != entry.compute_hash())
    return ChainVerdict(device, len(own), missing, altered, tuple(broken))


def all_subjects(connection: Connection) -> Iterator[Subject]:
    """Yield every subject there is."""
    query = select(entries.c.subject_type, entries.c.subject_id).distinct().order_by("subject_type", "subject_id")
    for row in connection.execute(query).all():
        yield row.subject_type, row.subject_id


def all_devices(connection: Connection) -> list[str]:
    """Return every device there is, the server's own among them."""
    return list(connection.scalars(select(devices.c.id).order_by(devices.c.created_at, devices.c.id)))
