"""Forms filled in by another system, or by rows of a table: checked by the same runtime as on a phone, and recorded as
the server's own entries."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import Connection, or_, select

from app.domain.forms import Facts, Filling, Form, read
from app.domain.forms import definition as d
from app.domain.forms.answers import why_wrong
from app.domain.subjects import kinds as all_kinds
from app.domain.subjects.case.kinds import CASE, SIGNERS
from app.domain.wire.errors import FIELD_WRONG, NOT_FOUND, ROLE_MAY_NOT, Problem
from app.domain.writing.addresses import doors_of
from sync_server.store.database import Write
from sync_server.store.estate import estates
from sync_server.store.estate.published_forms import IN_FORCE
from sync_server.store.estate.refs import MOVED_OUT
from sync_server.store.people.identity import system
from sync_server.store.subjects.case.tables import case_forms, cases
from sync_server.store.tables import buildings, entries, households, persons, published_forms
from sync_server.store.taking import accept as accepting
from sync_server.store.taking import keeping
from sync_server.store.taking.accept import Submitted

_NAMES: Final = UUID("6d1f3c0e-5b7a-5c55-9d0e-7a1f0c9b2e41")
ZH: Final = "zh"
ROW: Final = "#"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an answer: the question's path (rows by their ids), and why, in both languages."""

    path: str
    zh: str
    en: str


class AnswersWrong(Exception):
    """Raised for answers that a form does not take, with every fault."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} faults; the first: {self.faults[0].path} {self.faults[0].en}")

    def problem(self) -> Problem:
        """Return it as a problem that names the first, with all of them in its details."""
        first = self.faults[0]
        told = [{"path": one.path, "message": {"zh": one.zh, "en": one.en}} for one in self.faults]
        return Problem(FIELD_WRONG, field=first.path, field_zh=first.path or "answers",
                       field_en=first.path or "answers", why=first.en, why_zh=first.zh, why_en=first.en,
                       faults=told)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """One form to be filled in. ``key``: what its sender knows it by, within the form and ``by``: the same key fills in
    nothing twice; ``at``: when it was filled in (ms; None: now); ``answers``: by question, groups within one another,
    rows of repeats with or without ids."""

    key: str
    answers: Mapping[str, Any]
    at: int | None = None
    household_id: str | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who fills in: a system's name or a table, and why nobody signs it. ``raises``: answers that raise a ticket are
    taken, and raise none (old paper); otherwise they are refused."""

    by: str
    unsigned_zh: str
    raises: bool = False


def in_force(connection: Connection, form_id: str, estate_key: str) -> Form:
    """Return the form in force in an estate: its own, else the company's. Raises ``Problem`` ``not_found``."""
    p = published_forms.c
    here = (p.form_id == form_id, p.ended == IN_FORCE, or_(p.estate_key.is_(None), p.estate_key == estate_key))
    rows = connection.execute(select(p.definition, p.estate_key).where(*here)).all()
    if not rows:
        raise Problem(NOT_FOUND)
    own = [row for row in rows if row.estate_key is not None]
    return read((own or rows)[0].definition.encode())


def check_allowed(form: Form) -> None:
    """Raise ``Problem`` ``role_may_not`` for a form that other systems may not fill in."""
    if not form.api or form.settings.get("after"):
        raise Problem(ROLE_MAY_NOT, kind="forms/answers")


def case_id_of(form_id: str, estate_key: str, by: str, key: str) -> str:
    """Return the id of the case that a sender's key stands for."""
    return str(uuid5(_NAMES, "\n".join((form_id, estate_key, by, key))))


def there(connection: Connection, case_ids: Sequence[str]) -> set[str]:
    """Return which of the cases are there already."""
    subject = entries.c.subject_id
    query = select(subject).where(entries.c.subject_type == CASE, subject.in_(case_ids)).distinct()
    return set(connection.scalars(query))


def filled_in(connection: Connection, form_id: str, entry_ids: Sequence[str]) -> set[str]:
    """Return which of these entries filled in the form."""
    f = case_forms.c
    return set(connection.scalars(select(f.entry_id).where(f.form_id == form_id, f.entry_id.in_(entry_ids))))


def filling_of(
    connection: Connection, form: Form, estate_key: str, sender: Sender, said: Said, now: int
) -> tuple[Filling, dict[str, Any]]:
    """Return a form filled in with these answers, and where it is. Nothing is recorded.

    Raises ``AnswersWrong`` with every fault, and ``Problem`` ``not_found`` for an unknown household.
    """
    where = _where(connection, estate_key, said)
    facts = Facts(now if said.at is None else said.at, said.key, sender.by, "")
    answers = _with_ids(said.answers)
    for path, value in _from_phone(form, facts):
        answers.setdefault(path, value)
    tables = _Tables(connection, form.id, where)
    try:
        filling = Filling(form, facts, tables, kept=answers, language=ZH)
    except Problem as problem:
        details = problem.details
        raise AnswersWrong([Fault(str(details.get("path") or ""), *_why(problem))]) from problem
    faults = [*_faults(filling, answers, sender)]
    if faults:
        raise AnswersWrong(faults)
    return filling, where


def record(
    write: Write,
    form: Form,
    estate_key: str,
    sender: Sender,
    filled: Sequence[tuple[str, Said, Filling, Mapping[str, Any]]],
) -> None:
    """Record forms that were filled in: each with its case's id, what was said, and what ``filling_of`` gave. Raises
    ``Problem`` of what is not taken; then none is."""
    me = system(keeping.system_device(write.connection))
    known = keeping.Known(me.device)
    made = [
        keeping.system_entry(
            write, known, "form_filled", (CASE, case_id), body_of(form, estate_key, sender, filling, where), said.at
        )
        for case_id, said, filling, where in filled
    ]
    for answer in accepting.accept(write, [Submitted(entry.to_wire(), entry) for entry in made], me):
        if answer.problem is not None:
            raise answer.problem


def body_of(form: Form, estate_key: str, sender: Sender, filling: Filling, where: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of the entry that fills a form in; ``where``: the door, and what else the entry says."""
    signers = dict.fromkeys(one.question.signer for one in filling.root.everything() if one.relevant)
    body: dict[str, Any] = {
        "form": form.hash, "form_id": form.id, "version": form.version, "title": form.said(form.title, ZH) or form.id,
        **{name: form.settings.get(name) for name in ("case", "step", "after", "ends")},
        **where, "estate": estate_key or None, "facts": filling.facts.body(), "answers": filling.answers(),
        "shown": filling.shown(ZH), "looked_up": filling.looked_up() or None,
        "unsigned_reason": sender.unsigned_zh if any(one in SIGNERS for one in signers) else None,
    }  # fmt: skip
    body = {name: value for name, value in body.items() if value not in (None, "")}
    all_kinds.check_body("form_filled", body)
    return body


def _faults(filling: Filling, answers: Mapping[str, Any], sender: Sender) -> Iterator[Fault]:
    """Yield what is wrong, in the form's order."""
    wrong = {place.path: problem for place, problem in filling.troubles() if not place.question.signer}
    for place in filling.root.everything():
        question = place.question
        if question.type in d.HOLDERS:
            continue
        if place.path in wrong:
            yield Fault(place.path, *_why(wrong[place.path]))
        elif place.value and not place.relevant and question.type not in d.UNSEEN:
            yield Fault(place.path, "按其他答案，这道题不用回答", "by the other answers this question is not asked")
        elif place.value and question.type == d.IMAGE:
            yield Fault(place.path, "照片和签名请在应用里拍、签", "photos and signatures are taken in the app")
        elif (
            place.value
            and question.type in d.UNSEEN - {d.CALCULATE}
            and (problem := why_wrong(question, place.value, ()))
        ):
            yield Fault(place.path, *problem)
    if not sender.raises:
        for place, _what in filling.raised():
            yield Fault(place.path, "这个答案要开工单或事项，请在应用里填写",
                        "this answer opens a ticket or a matter: please fill it in in the app")  # fmt: skip


def _why(problem: Problem) -> tuple[str, str]:
    details = problem.details
    if "why_zh" in details:
        return str(details["why_zh"]), str(details.get("why_en") or details["why_zh"])
    return "必须回答", "it must be answered"


def _with_ids(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers in which every row of a repeat has an id: its place, where it was given none."""
    found: dict[str, Any] = {}
    for name, value in answers.items():
        if isinstance(value, Mapping):
            found[name] = _with_ids(value)
        elif isinstance(value, list) and all(isinstance(row, Mapping) for row in value):
            found[name] = [{ROW: str(at), **_with_ids(row)} for at, row in enumerate(value, 1)]
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found[name] = format(Decimal(str(value)), "f")
        elif value not in (None, ""):
            found[name] = value
    return found


def _from_phone(form: Form, facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield what a phone answers by itself (today, start), of the form's outermost questions."""
    for name, places in Filling(form, facts).root.kids.items():
        if places and places[0].question.type in d.FROM_PHONE and places[0].value:
            yield name, places[0].value


def _where(connection: Connection, estate_key: str, said: Said) -> dict[str, Any]:
    """Return the fields that say where: of the household by its id, or by an address at which only one lives."""
    h = households.c
    query = (
        select(h.id, h.unit_id, h.building_id, h.address)
        .join(buildings, buildings.c.id == h.building_id)
        .where(buildings.c.estate_key == estate_key)
    )
    address = said.address.strip()
    if said.household_id is not None:
        rows = connection.execute(query.where(h.id == said.household_id)).all()
        if not rows:
            raise Problem(NOT_FOUND)
    elif address and address.isprintable():
        written = {address, *map(str, doors_of(address, one_door=True))}
        rows = connection.execute(query.where(h.address.in_(written), h.status != MOVED_OUT).limit(2)).all()
    else:
        rows = []
    if len(rows) != 1:
        return {"address": address}
    row = rows[0]
    return {"household_id": row.id, "unit_id": row.unit_id, "building_id": row.building_id, "address": row.address}


class _Tables:
    """What is known on the server of where a form is filled in; the same names as on a phone."""

    def __init__(self, connection: Connection, form_id: str, where: Mapping[str, Any]) -> None:
        self._connection, self._form_id, self._where = connection, form_id, where

    def look_up(self, table: str, column: str, by: str, key: str) -> str:
        """Return what a column says; "" for what is not known."""
        if table == CASE:
            return str(self._last.get(column) or "")
        return str(self._home.get(column) or "") if table == "household" else ""

    @cached_property
    def _home(self) -> Mapping[str, Any]:
        id_ = self._where.get("household_id")
        if id_ is None:
            return {}
        h, p = households.c, persons.c
        home = self._connection.execute(select(h.name, h.address, h.status).where(h.id == id_)).mappings().first()
        query = select(p.phone, p.relation).where(p.household_id == id_).order_by(p.serial, p.id).limit(1)
        person = self._connection.execute(query).mappings().first()
        return {**(person or {}), **(home or {})}

    @cached_property
    def _last(self) -> Mapping[str, Any]:
        c, f = cases.c, case_forms.c
        here = [c[name] == self._where[name] for name in ("household_id", "address") if self._where.get(name)]
        if not here:
            return {}
        query = (
            select(f.answers).join(cases, c.id == f.case_id).where(f.form_id == self._form_id, or_(*here))
            .order_by(f.filled_at.desc(), f.entry_id.desc()).limit(1)
        )  # fmt: skip
        found = self._connection.scalar(query)
        return dict(json.loads(found)) if found else {}


def estate_of(connection: Connection, code: str | None, household_id: str | None) -> str:
    """Return the key of the estate: the one named, else the household's, else the first. Raises ``Problem``
    ``not_found``."""
    if code is not None:
        return estates.called(connection, code).key
    return (household_id and estates.of_household(connection, household_id)) or ""
