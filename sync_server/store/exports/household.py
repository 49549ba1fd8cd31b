"""What is in one household's archive when it is taken out of the house (S5).

Only the classes that were asked for and that who asked reads (``rules/archive.py``): of anything else there is no
trace. Types of record are asked what they are in the archive (``Subject.filed``), so new ones come by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, select

from app.domain.rules.archive import BREACHES, CONTACTS, CUSTOMER
from app.domain.rules.card import Card
from app.domain.rules.state import SubjectState
from app.domain.subjects import subject_of
from app.domain.subjects.fold import fold
from app.domain.wire.entries import actor
from sync_server.store import printing
from sync_server.store.answers import views
from sync_server.store.database import chunks
from sync_server.store.printing import Office
from sync_server.store.reports import words
from sync_server.store.store import Store
from sync_server.store.subjects import SHEETS
from sync_server.store.subjects.case.exports import Allowed
from sync_server.store.subjects.case.tables import case_forms, cases
from sync_server.store.tables import households, persons
from sync_server.store.taking.entry_rows import Subject, of_subjects


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the timeline: when (ms), what, by whom, and a few words about it."""

    at: int
    what: str
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the archive: in which of the allowed ``classes``, what it is called, and its timeline. ``whole``:
    whether all of it may be seen; ``content``: what it is about, as far as it may be; ``parts``: the class of each of
    its entries that is filed by itself and may be seen (the forms of a chain), by the entry's id."""

    subject: Subject
    classes: frozenset[int]
    noun: str
    card: Card
    state: SubjectState
    steps: tuple[Happened, ...]
    content: str = ""
    parts: Mapping[str, int] = field(default_factory=dict)
    whole: bool = True

    @property
    def number(self) -> int:
        """The class whose folder it is put into: a repair that was paid for is a repair."""
        return max(self.classes)

    @property
    def called(self) -> str:
        """Its number, else the end of its id."""
        return self.card.number or self.subject[1].replace("-", "")[-8:].upper()


@dataclass(frozen=True, slots=True)
class Archive:
    """What leaves: the household's facts and people as far as their classes do, and its records, the oldest first.
    ``made_at``: in ms."""

    allowed: Allowed
    office: Office
    address: str
    name: str
    facts: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str, str], ...]
    records: tuple[Record, ...]
    made_at: int


def gather(store: Store, what: Allowed, company: str = "") -> Archive:
    """Return what leaves by a request."""
    with store.read() as connection:
        home = connection.execute(select(households).where(households.c.id == what.grant.household_id)).one()
        return Archive(
            what,
            printing.office(connection, what.estate_key, company),
            home.address,
            home.name,
            tuple(_facts(home, what.classes)),
            tuple(_people(connection, home.id)) if CONTACTS in what.classes else (),
            tuple(_records(connection, what)),
            store.now(),
        )


def _facts(home: Any, classes: frozenset[int]) -> Iterator[tuple[str, str]]:
    """Yield what the register says of the household, as far as its classes leave: who it is (1), what it owes (9)."""
    if CUSTOMER in classes:
        yield from _customer(home)
    if BREACHES in classes and home.arrears_fen:
        yield "欠费", f"{home.arrears_fen / 100:.2f} 元{f'（{home.bills_day}）' if home.bills_day else ''}"


def _customer(home: Any) -> Iterator[tuple[str, str]]:
    yield "户名", home.name
    yield "房号", home.address
    yield "居住状态", {"living": "在住", "vacant": "空置"}.get(home.status, "已迁出")
    yield "入住日期", home.moved_in_on or ""
    yield "迁出日期", home.moved_out_on or ""
    yield "备注", home.notes


def _people(connection: Connection, household_id: str) -> Iterator[tuple[str, str, str]]:
    p = persons.c
    query = select(p.name, p.relation, p.phone).where(p.household_id == household_id).order_by(p.name, p.serial)
    for row in connection.execute(query):
        yield row.name, words.said("household.relation", row.relation)[0], row.phone


def _records(connection: Connection, what: Allowed) -> list[Record]:
    by_form = _classes_of_forms(connection, what.grant.household_id)
    found: list[Record] = []
    for some in chunks(sorted(_subjects(connection, what.grant.household_id)), 100):
        for subject, history in of_subjects(connection, some).items():
            state, rules = fold(subject[0], history), subject_of(subject[0])
            card = rules.card(state)
            filed = rules.filed(card, by_form)
            classes = filed.classes & what.classes if filed is not None else frozenset[int]()
            if filed is None or not classes:
                continue
            apart = rules.filed_apart(state, by_form)
            parts = {id_: number for id_, number in apart.items() if number in what.classes}
            whole = what.classes >= set(apart.values())
            names = printing.names_of(connection, {actor(step.entry) for step in state.steps})
            steps = tuple(one for id_, one in _steps(state, names) if whole or id_ in parts)
            titles = (str(step.body.get("title") or "") for step in state.steps if step.entry.id in parts)
            content = card.content if whole else "、".join(dict.fromkeys(titles))
            noun = words.noun(subject[0])[0]
            found.append(Record(subject, classes, noun, card, state, steps, content, parts, whole))
    return sorted(found, key=lambda one: (one.card.opened_at, one.subject))


def _subjects(connection: Connection, household_id: str) -> Iterator[Subject]:
    """Yield every record of a household, whatever its type: each type's table says whose a record is."""
    for name, sheet in SHEETS.items():
        table: Table | None = sheet.tables[0] if sheet.tables else None
        if table is not None and "household_id" in table.c:
            query = select(table.c.id).where(table.c.household_id == household_id)
            yield from ((name, str(id_)) for id_ in connection.scalars(query))


def _classes_of_forms(connection: Connection, household_id: str) -> dict[str, int]:
    """Return the class that each form which was filled in there is filed in, as it was published last."""
    query = (
        select(case_forms.c.form_id)
        .join(cases, cases.c.id == case_forms.c.case_id)
        .where(cases.c.household_id == household_id)
        .distinct()
    )
    newest = {form_id: views.versions(connection, form_id) for form_id in connection.scalars(query).all()}
    return {form_id: found[-1].archive for form_id, found in newest.items() if found and found[-1].archive}


def _steps(state: SubjectState, names: Mapping[str, str]) -> Iterator[tuple[str, Happened]]:
    for step in state.steps:
        entry, body = step.entry, step.body
        said = next((str(body[name]) for name in ("title", "content", "reason", "note") if body.get(name)), "")
        note = " ".join(filter(None, (said, "已更正" if step.amendments else "")))
        yield entry.id, Happened(entry.at, words.step(state.type, entry.kind)[0], names.get(actor(entry), ""), note)


__all__ = ["Archive", "Happened", "Record", "gather"]
