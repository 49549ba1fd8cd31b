"""Writing entries: one save in one transaction, and the cards that follow from them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, literal_column, select, union_all

from app.domain.rules.state import SubjectState
from app.domain.subjects.fold import fold
from app.domain.wire.entries import Entry
from app.store import cards, codec, schema, upserts

_TOGETHER = 100
"""How many subjects' entries one query reads."""

WAITING, REFUSED = "waiting", "refused"
"""An entry that waits to be sent; one the server refused (待处理)."""

OLD_EPOCH = "old_epoch"
"""Setting: present while a restored server's data is not yet wholly on the phone."""

CHAIN = "chain"
"""Setting: the end of this device's chain."""

Subject = tuple[str, str]
"""Type and id of a subject."""


_put_cards = upserts.put(
    schema.subjects, *(c.name for c in schema.subjects.c if c.name not in ("type", "id", "dropped"))
)
_put_setting = upserts.put(schema.settings, "value")
_put_draft = upserts.put(schema.drafts, "data", "updated_at")
_link_blobs = upserts.insert_new(schema.entry_blobs)

# Asked many times in every sync: made once, because making a statement takes longer than running it.
_setting = select(schema.settings.c.value).where(schema.settings.c.key == bindparam("of_key"))
_without_effect = union_all(
    select(schema.outbox.c.entry_id).where(schema.outbox.c.state == REFUSED),
    # A literal, as in the index that holds just these.
    select(schema.entries.c.id).where(schema.entries.c.seq < literal_column(str(-schema.FORGOTTEN))),
)


@dataclass(frozen=True, slots=True)
class Chain:
    """The end of this device's chain: the device id, the last counter and the last hash."""

    device: str
    counter: int = 0
    prev: str = ""


def get_setting(connection: Connection, key: str, default: Any = None) -> Any:
    """Return a setting's value, or ``default``."""
    value = connection.execute(_setting, {"of_key": key}).scalar()
    return default if value is None else json.loads(value)


def all_settings(connection: Connection) -> dict[str, str]:
    """Return every setting, its value as JSON."""
    return {row.key: row.value for row in connection.execute(select(schema.settings))}


def put_setting(connection: Connection, key: str, value: Any) -> None:
    """Set a setting; ``None`` removes it."""
    if value is None:
        connection.execute(delete(schema.settings).where(schema.settings.c.key == key))
        return
    connection.execute(_put_setting, {"key": key, "value": codec.dumps(value)})


def get_chain(connection: Connection) -> Chain | None:
    """Return where the device's chain stands, or ``None`` before the first sign-in."""
    return chain_of(get_setting(connection, CHAIN))


def chain_of(value: Any) -> Chain | None:
    """Return the chain that a setting describes."""
    return Chain(**value) if value else None


def put_chain(connection: Connection, chain: Chain) -> None:
    """Set where the device's chain stands."""
    put_setting(connection, CHAIN, {"device": chain.device, "counter": chain.counter, "prev": chain.prev})


def saved(connection: Connection, ids: Sequence[str]) -> list[Entry]:
    """Return those of the entries that are on the phone, in the order of ``ids``."""
    rows = connection.execute(select(schema.entries).where(schema.entries.c.id.in_(ids))).mappings()
    found = {row["id"]: codec.from_row(row) for row in rows}
    return [found[i] for i in ids if i in found]


def seal_and_insert(connection: Connection, new: Sequence[Entry]) -> list[Entry]:
    """Number, chain and hash ``new``, insert them and put them into the outbox."""
    chain = get_chain(connection)
    if chain is None:
        raise ValueError("entries are made by a device; sign in first")
    sealed = []
    for entry in new:
        placed = entry.sealed(device=chain.device, counter=chain.counter + 1, prev=chain.prev)
        chain = Chain(chain.device, placed.counter, placed.hash)
        sealed.append(placed)
    insert_entries(connection, sealed)
    connection.execute(
        insert(schema.outbox), [{"entry_id": entry.id, "state": WAITING, "attempts": 0} for entry in sealed]
    )
    put_chain(connection, chain)
    return sealed


def insert_entries(connection: Connection, new: Sequence[Entry]) -> None:
    """Insert entries and their links to blobs."""
    connection.execute(insert(schema.entries), [codec.to_row(entry) for entry in new])
    links = [{"entry_id": entry.id, "hash": blob.hash} for entry in new for blob in entry.blobs]
    if links:
        connection.execute(_link_blobs, links)


def entries_of(connection: Connection, subject: Subject) -> list[Entry]:
    """Return every entry of a subject that is on the phone, refused ones too."""
    table = schema.entries
    rows = connection.execute(
        select(table).where(table.c.subject_type == subject[0], table.c.subject_id == subject[1])
    ).mappings()
    return [codec.from_row(row) for row in rows]


def ids_without_effect(connection: Connection) -> set[str]:
    """Return the ids of entries the server refused, and of those a restored server has forgotten."""
    return set(connection.execute(_without_effect).scalars())


def counted_entries(connection: Connection, subject: Subject) -> list[Entry]:
    """Return the entries of a subject that have effect here; see ``folded``."""
    idle = ids_without_effect(connection)
    entries = entries_of(connection, subject)
    return [entry for entry in entries if entry.id not in idle] or entries


def folded(connection: Connection, subject: Subject) -> SubjectState:
    """Return the state of a subject: server truth and unsent entries together.

    Entries that the server refused or forgot have no effect. If a subject has no others, these are folded after all, or
    the work could not be seen anywhere.
    """
    return fold(subject[0], counted_entries(connection, subject))


def refold(connection: Connection, subjects: Iterable[Subject]) -> None:
    """Bring the cards of ``subjects`` up to date with their entries."""
    states = all_folded(connection, subjects)
    rows = [cards.row_of(subject[0], state) for subject, state in states.items()]
    if rows:
        connection.execute(_put_cards, rows)


def all_folded(connection: Connection, subjects: Iterable[Subject]) -> dict[Subject, SubjectState]:
    """Return the states of several subjects, as ``folded`` does of one, with a few statements for all of them."""
    subjects = sorted(set(subjects))
    idle = ids_without_effect(connection) if subjects else set()
    found: dict[Subject, SubjectState] = {}
    for at in range(0, len(subjects), _TOGETHER):
        for subject, entries in _entries_of_all(connection, subjects[at : at + _TOGETHER]).items():
            counted = [entry for entry in entries if entry.id not in idle] or entries
            found[subject] = fold(subject[0], counted)
    return found


def _entries_of_all(connection: Connection, subjects: Sequence[Subject]) -> dict[Subject, list[Entry]]:
    table = schema.entries
    found: dict[Subject, list[Entry]] = {subject: [] for subject in subjects}
    for subject_type in {subject[0] for subject in subjects}:
        ids = [subject[1] for subject in subjects if subject[0] == subject_type]
        query = select(table).where(table.c.subject_type == subject_type, table.c.subject_id.in_(ids))
        for row in connection.execute(query).mappings():
            found[subject_type, row["subject_id"]].append(codec.from_row(row))
    return {subject: entries for subject, entries in found.items() if entries}


def put_draft(connection: Connection, key: str, data: Mapping[str, Any], now: int) -> None:
    """Keep a half-filled screen."""
    connection.execute(_put_draft, {"key": key, "data": codec.dumps(data), "updated_at": now})


def drop_draft(connection: Connection, key: str) -> None:
    """Forget a draft."""
    connection.execute(delete(schema.drafts).where(schema.drafts.c.key == key))
