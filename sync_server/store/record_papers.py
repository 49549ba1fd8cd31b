"""What stands on the paper of a record that is neither ticket nor form: a matter, a visit, a follow-up, a key or lent
thing, a notice (A.8, C, D, E, G, P)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from app.domain.rules.state import SubjectState
from app.domain.subjects.fold import fold
from app.domain.wire.entries import Entry, actor
from app.domain.wire.errors import NOT_FOUND, Problem
from sync_server.store import printing
from sync_server.store.people.identity import Identity
from sync_server.store.printing import Ink, Office, Photo
from sync_server.store.store import Store
from sync_server.store.tables import buildings
from sync_server.store.taking import pulling
from sync_server.store.taking.entry_rows import Subject
from sync_server.store.upkeep import verifying

_PEOPLE = ("owner_id", "about_id", "worker_id")
"""Members of entries' bodies that name somebody on the staff."""


@dataclass(frozen=True, slots=True)
class RecordPaper:
    """A record as it stands, to be printed. ``names``: of members of staff by id; ``buildings``: their names by id;
    ``inks``: its signatures by their part; ``address``: of the page that shows whether what was signed is unchanged."""

    office: Office
    state: Any
    names: Mapping[str, str]
    buildings: Mapping[str, str] = field(default_factory=dict)
    inks: Mapping[str, Ink] = field(default_factory=dict)
    photos: Sequence[Photo] = ()
    address: str = ""

    def who(self, entry: Entry | None) -> str:
        """Return who made an entry; "" for nobody on the staff."""
        return self.names.get(actor(entry), "") if entry is not None else ""


def of_record(
    store: Store, subject: Subject, server: str, who: Identity | None = None, company: str = ""
) -> RecordPaper:
    """Return a record's paper, for somebody who sees it (``None``: the server itself). Raises ``Problem``
    ``not_found``."""
    with store.read() as connection:
        own = pulling.history(connection, who, subject)
        state = fold(subject[0], own)
        if state.opened is None:
            raise Problem(NOT_FOUND)
        verdicts = {one.id: found.standing for one, found in verifying.verify_signatures(store.files, own, state)}
        return RecordPaper(
            printing.office_of(connection, subject, company),
            state,
            printing.names_of(connection, _people(state)),
            _buildings(connection, state),
            {
                part: printing.ink_of(store.files, one, verdicts.get(one.id, ""))
                for part, one in state.signatures.items()
            },
            [*printing.photos_of(store.files, state).values()],
            printing.code_of(server, state.signatures.values()),
        )


def _people(state: SubjectState) -> Iterator[str | None]:
    for step in state.steps:
        yield actor(step.entry)
        yield from (str(step.body[name]) for name in _PEOPLE if step.body.get(name))
        yield from (str(one) for one in step.body.get("joint") or ())


def _buildings(connection: Connection, state: SubjectState) -> dict[str, str]:
    wanted = {str(one) for step in state.steps for one in step.body.get("buildings") or ()}
    if not wanted:
        return {}
    rows = connection.execute(select(buildings.c.id, buildings.c.name).where(buildings.c.id.in_(sorted(wanted))))
    return {row.id: row.name for row in rows}
