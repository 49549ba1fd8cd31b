"""Forms that were filled in, as they are read by others: page by page, only what a person may see."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select

from app.domain.forms import Form
from app.domain.subjects.case.chains import CHAINS
from app.domain.subjects.case.changes import Change, changes
from app.domain.subjects.case.kinds import CASE
from app.domain.times import at_china
from app.domain.wire.entries import Entry
from app.domain.wire.errors import NOT_FOUND, Problem
from sync_server.store.answers.private import mask_answers, masked, may_read, private_paths
from sync_server.store.answers.views import versions
from sync_server.store.database import chunks, one_of
from sync_server.store.people.identity import Identity
from sync_server.store.subjects.case.tables import case_answers, case_forms, cases
from sync_server.store.tables import archive_looks, estate, grants, published_forms, staff
from sync_server.store.taking.entry_rows import of_subjects
from sync_server.store.types import moment, ms_of

MOST: Final = 200
"""Filled forms on one page."""
_ROWS: Final = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which filled forms: ``first`` and ``last`` day in China on which they were filled in; ``estates``: their keys
    (None: all); ``since``: only what changed after this number."""

    form_id: str
    first: date | None = None
    last: date | None = None
    estates: tuple[str, ...] | None = None
    since: int = 0


@dataclass(frozen=True, slots=True)
class Filled:
    """One filled form as it is read. Times in ms. ``seq``: number of the last entry of its case; ``answers``: as saved
    and corrected, private ones masked unless ``whole``."""

    id: str
    case_id: str
    line: int
    seq: int
    form: str
    version: str
    step: str
    estate_key: str
    estate: str
    address: str
    household_id: str | None
    unit_id: str | None
    building_id: str | None
    filled_by: str | None
    filled_by_name: str
    filled_at: int | None
    state: str
    signature: str
    corrected: bool
    open_flags: int
    unsigned_reason: str
    answers: dict[str, Any]
    whole: bool


def page(
    connection: Connection, who: Identity | None, wanted: Wanted, after: str, most: int = MOST
) -> tuple[list[Filled], str]:
    """Return one page of filled forms, those changed last at the end, and where the next one begins ("": none does).

    ``after``: where it begins, "" for the first page. A form that changes meanwhile comes once more, none is left out.
    Raises ``Problem`` ``not_found`` for a form that was not published where the person is.
    """
    seq, line = _place(after)
    c, f = cases.c, case_forms.c
    beyond = or_(c.last_seq > seq, and_(c.last_seq == seq, f.line > line))
    query = _query(who, wanted).where(c.last_seq > wanted.since, beyond)
    if who is None:  # another system: who needs special care is for those who have to care (P3)
        query = query.where(c.chain.not_in(sorted(name for name, one in CHAINS.items() if one.private)))
    rows = connection.execute(query.order_by(c.last_seq, f.line).limit(most + 1)).all()
    private = private_paths(known(connection, who, wanted.form_id).values())
    found = [_filled(row, who, private) for row in rows[:most]]
    return found, f"{found[-1].seq}.{found[-1].line}" if len(rows) > most else ""


def every(connection: Connection, who: Identity | None, wanted: Wanted, *, whole: bool = False) -> Iterator[Filled]:
    """Yield all of them by the time they were filled in. ``whole``: private answers as they are, for whom the server's
    console vouches."""
    private = private_paths(known(connection, who, wanted.form_id).values())
    query = _query(who, wanted).order_by(case_forms.c.filled_at, case_forms.c.entry_id)
    for row in connection.execute(query.execution_options(yield_per=500)):
        yield _filled(row, who, private, whole)


def count(connection: Connection, who: Identity | None, wanted: Wanted, most: int) -> int:
    """Return how many there are, at most ``most + 1``."""
    return len(connection.execute(_query(who, wanted).with_only_columns(case_forms.c.line).limit(most + 1)).all())


def one(connection: Connection, who: Identity | None, case_id: str) -> Filled:
    """Return the first form of a case. Raises ``Problem`` ``not_found``."""
    row = connection.execute(_SELECTED.where(case_forms.c.case_id == case_id, case_forms.c.line == 0)).first()
    if row is None:
        raise Problem(NOT_FOUND)
    return _filled(row, who, private_paths(known(connection, None, row.form_id).values()))


def chain(connection: Connection, form_id: str, keys: Sequence[str] | None) -> list[Form]:
    """Return the newest version of each form of the chain that a form is part of, as the estates ``keys`` (None: all)
    have them; [] where it is a case by itself."""
    mine = versions(connection, form_id, keys)
    name = mine[-1].settings.get("case") if mine else None
    if not name:
        return []
    ids = connection.scalars(select(published_forms.c.form_id).distinct().order_by(published_forms.c.form_id)).all()
    newest = [found[-1] for id_ in ids if (found := versions(connection, id_, keys))]
    return [one for one in newest if one.settings.get("case") == name]


def shown(connection: Connection, filled: Sequence[Filled], private: frozenset[str]) -> dict[str, list[dict[str, str]]]:
    """Return questions and answers as people read them, by the filled form's id; private ones masked."""
    by_place = {(one.case_id, one.line): one for one in filled}
    found: dict[str, list[dict[str, str]]] = {one.id: [] for one in filled}
    a = case_answers.c
    for some in chunks(sorted(by_place)):
        for row in connection.execute(select(case_answers).where(one_of((a.case_id, a.line), some)).order_by(a.number)):
            whose = by_place[row.case_id, row.line]
            hide = not whose.whole and _ROWS.sub("", row.path) in private
            text = masked(row.answer) if hide else row.answer
            found[whose.id].append({"path": row.path, "label": row.label, "text": text})
    return found


@dataclass(frozen=True, slots=True)
class Corrected:
    """What one correction of a filled form changed. ``at`` in ms."""

    entry_id: str
    change: Change
    by: str
    at: int
    reason: str


def corrections(connection: Connection, filled: Sequence[Filled], private: frozenset[str]) -> Iterator[Corrected]:
    """Yield each answer that was corrected, with the words before and after (M4): both are kept."""
    mine = {one.id: one for one in filled if one.corrected}
    names: dict[str, str] = {}
    for some in chunks(sorted({(CASE, one.case_id) for one in mine.values()})):
        for history in of_subjects(connection, some).values():
            said: dict[str, Mapping[str, Any]] = {e.id: e.body for e in history if e.kind == "form_filled"}
            for entry in history:
                target = str(entry.body.get("target_id"))
                if entry.kind != "amended" or target not in mine:
                    continue
                before, said[target] = said[target], entry.body["body"]
                if entry.author not in names:
                    named = connection.scalar(select(staff.c.name).where(staff.c.id == entry.author))
                    names[entry.author] = str(named or entry.author)
                yield from _corrected(entry, mine[target], before, names[entry.author], private)


def _corrected(
    entry: Entry, filled: Filled, before: Mapping[str, Any], by: str, private: frozenset[str]
) -> Iterator[Corrected]:
    for one_ in changes(before, entry.body["body"]):
        hide = not filled.whole and _ROWS.sub("", one_.path) in private
        told = Change(one_.path, one_.label, masked(one_.before), masked(one_.after)) if hide else one_
        yield Corrected(filled.id, told, by, entry.at, str(entry.body.get("reason") or ""))


def note_looks(
    connection: Connection, who: Identity, filled: Sequence[Filled], private: frozenset[str], now: int
) -> None:
    """Record that somebody read private answers as they are, once for each household (S): as a look at its archive."""
    homes = {one.household_id for one in filled if private and one.whole and one.household_id}
    note_homes(connection, who, homes, now)


def note_homes(connection: Connection, who: Identity, homes: Collection[str], now: int) -> None:
    """Record that somebody looked at the archives of these households (S)."""
    rows = [
        {
            "id": str(uuid4()), "staff_id": who.staff_id, "device_id": who.device, "household_id": home,
            "looked_at": moment(now), "received_at": moment(now),
        }
        for home in sorted(homes)
    ]  # fmt: skip
    if rows:
        connection.execute(insert(archive_looks), rows)


def known(connection: Connection, who: Identity | None, form_id: str) -> dict[str, Form]:
    """Return the versions of a form by their hashes. Raises ``Problem`` ``not_found`` for a form that was not published
    where the person is (None: anywhere)."""
    found = {form.hash: form for form in versions(connection, form_id)}
    if not found or (who is not None and not who.is_system and not versions(connection, form_id, who.estates)):
        raise Problem(NOT_FOUND)
    return found


_SELECTED: Final = (
    select(
        case_forms,
        cases.c.last_seq, cases.c.estate_key, cases.c.address, cases.c.household_id, cases.c.unit_id,
        cases.c.building_id, cases.c.stage, cases.c.signature, cases.c.open_flags,
        estate.c.code.label("estate_code"), staff.c.name.label("staff_name"),
    )
    .join(cases, cases.c.id == case_forms.c.case_id)
    .outerjoin(estate, estate.c.key == cases.c.estate_key)
    .outerjoin(staff, staff.c.id == case_forms.c.filled_by)
)  # fmt: skip


def _query(who: Identity | None, wanted: Wanted) -> Any:
    f, c = case_forms.c, cases.c
    where: list[ColumnElement[bool]] = [f.form_id == wanted.form_id]
    if wanted.first is not None:
        where.append(f.filled_at >= moment(at_china(wanted.first, 0)))
    if wanted.last is not None:
        where.append(f.filled_at < moment(at_china(wanted.last + timedelta(days=1), 0)))
    if wanted.estates is not None:
        where.append(c.estate_key.in_(wanted.estates))
    if who is not None:
        # As they see the case itself: by scope, now. As an expression, so that the index by subject is used.
        mine = (grants.c.subject_type == CASE) & (grants.c.subject_id == c.id) & grants.c.active
        where.append(select(grants.c.scope).where(mine, grants.c.scope.concat("").in_(who.scopes)).exists())
    return _SELECTED.where(*where)


def _place(after: str) -> tuple[int, int]:
    seq, _, line = after.partition(".")
    return (int(seq), int(line)) if after else (0, -1)


def _filled(row: Any, who: Identity | None, private: frozenset[str], whole: bool = False) -> Filled:
    sees = whole or may_read(who, row.estate_key)
    answers = json.loads(row.answers)
    return Filled(
        id=row.entry_id, case_id=row.case_id, line=row.line, seq=row.last_seq, form=row.form, version=row.version,
        step=row.step, estate_key=row.estate_key, estate=row.estate_code or "", address=row.address,
        household_id=row.household_id, unit_id=row.unit_id, building_id=row.building_id, filled_by=row.filled_by,
        filled_by_name=row.staff_name or "", filled_at=ms_of(row.filled_at), state=row.stage,
        signature=row.signature, corrected=row.corrected, open_flags=row.open_flags,
        unsigned_reason=row.unsigned_reason,
        answers=answers if sees else mask_answers(answers, private), whole=sees,
    )  # fmt: skip
