"""Answering the survey by a link (F2): the address of one household in one round, and the sheet that comes of it.

Nobody signs in: the address itself proves that this store made it for this household and this round. It opens a page
that says where the door is and nothing of who lives there, takes one answer, and ends with the round. The answers are
checked by the runtime that phones use.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Connection, insert, or_, select

from app.domain import roles
from app.domain.forms import Facts, Filling, Form, read
from app.domain.forms.definition import IMAGE
from app.domain.rules.scopes import FIRST
from app.domain.rules.surveys import FORM_ID, ROUND, round_id, sheet_id
from app.domain.rules.visiting import stewards
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.raising import raised_id, remark, words_of
from app.domain.subjects.matter.kinds import MATTER, SURVEY_REMARK
from app.domain.times import china_day
from app.domain.wire.entries import Entry
from app.domain.wire.errors import NOT_FOUND, Problem
from sync_server.store.database import Write
from sync_server.store.people.identity import Identity
from sync_server.store.store import Store
from sync_server.store.subjects.case.tables import case_forms
from sync_server.store.subjects.survey_round.sheet import survey_rounds
from sync_server.store.tables import buildings, estate, households, meta, published_forms, staff, staff_buildings
from sync_server.store.taking import keeping
from sync_server.store.taking.keeping import Known

PATH: Final = "/d/s/"
"""Below the pages at doors: the same few at a time, the same most bytes."""
SOURCE, BY_ITSELF = "source", "self"
"""The question how it is filled, and its answer here."""
ZH: Final = "zh"
_ID: Final = re.compile(r"[0-9A-Za-z-]{1,64}")
_SECRET: Final = "survey_links"
_PROOF: Final = 10
"""Bytes that prove an address: 80 bits, as on the cards at doors."""


@dataclass(frozen=True, slots=True)
class Home:
    """The household an address was made for, as far as its page may know it, in a round that runs."""

    id: str
    unit_id: str
    building_id: str
    address: str
    estate_key: str
    estate_name: str
    phone: str
    steward_id: str
    round_id: str

    @property
    def sheet_id(self) -> str:
        """The id of its sheet."""
        return sheet_id(self.round_id, self.id)


def code_of(store: Store, household_id: str, who: Identity) -> str:
    """Return the code of a household's address in the round that runs, for whoever oversees there or looks after the
    building.

    Raises ``Problem`` ``not_found``: no such household, no round that runs, or it is not theirs.
    """
    with store.numbered() as write:
        home = _home(write.connection, household_id, store.now())
        if home is None or not who.holds(home.estate_key):
            raise Problem(NOT_FOUND)
        here = who.at(home.estate_key)
        if not here.overseer and (roles.STEWARD not in here.roles or home.building_id not in here.buildings):
            raise Problem(NOT_FOUND)
        key = _kept(write.connection)
        if key is None:
            key = secrets.token_urlsafe(32).encode()
            write.execute(insert(meta).values(key=_SECRET, value=key.decode()))
        return f"{home.id}.{_proof(key, home)}"


def home_of(store: Store, code: str) -> Home | None:
    """Return whose address it is; ``None`` where it was made up, or its round does not run."""
    household_id, _, proof = code.partition(".")
    if not _ID.fullmatch(household_id) or not proof.isascii():
        return None
    with store.read() as connection:
        key, home = _kept(connection), _home(connection, household_id, store.now())
    if key is None or home is None or not hmac.compare_digest(_proof(key, home), proof):
        return None
    return home


def is_answered(store: Store, home: Home) -> bool:
    """Tell whether a sheet of this household came back already, whoever brought it."""
    with store.read() as connection:
        return _answered(connection, home)


def form_of(store: Store, home: Home) -> Form | None:
    """Return the survey's form in force in the household's estate; ``None`` while none is published."""
    p = published_forms.c
    query = (
        select(p.definition)
        .where(p.form_id == FORM_ID, p.ended == "", or_(p.estate_key.is_(None), p.estate_key == home.estate_key))
        .order_by(p.estate_key.is_(None))
    )
    with store.read() as connection:
        found = connection.scalar(query.limit(1))
    return None if found is None else _read(str(found))


def begin(form: Form, now: int, language: str, said: Mapping[str, str] | None = None) -> Filling:
    """Return the form as a resident begins it, with what was answered so far. Of what nobody here can answer (a photo
    of a paper sheet) nothing is asked."""
    filling = Filling(form, Facts(now, str(uuid4())), language=language)
    for place in list(filling.root.asked()):
        if place.path == SOURCE:
            filling.answer(place, BY_ITSELF)
        elif place.question.type != IMAGE and said is not None and said.get(place.path):
            filling.answer(place, said[place.path])
    return filling


def keep(store: Store, home: Home, filling: Filling) -> bool:
    """Keep a household's answers, once; return false where a sheet came back already. The remarks become matters of the
    building's steward, in the same transaction (F5). Raises ``Problem`` for what cannot be kept."""
    kept = True

    def entries_of(write: Write, known: Known, me: Identity) -> list[Entry]:
        nonlocal kept
        if _answered(write.connection, home):
            kept = False
            return []
        return list(_entries(write, known, home, filling))

    for answer in store.record(entries_of):
        if answer.problem is not None:
            raise answer.problem
    return kept


def _entries(write: Write, known: Known, home: Home, filling: Filling) -> list[Entry]:
    form, door = filling.form, {
        "household_id": home.id, "unit_id": home.unit_id, "building_id": home.building_id, "address": home.address,
    }  # fmt: skip
    raising = [
        (
            place,
            {
                "path": place.path,
                "what": what,
                "type": MATTER,
                "id": raised_id(home.sheet_id, place.path, words_of(place)),
            },
        )
        for place, what in filling.raised()
        if what.endswith(SURVEY_REMARK)
    ]
    body: dict[str, Any] = {
        "form": form.hash, "form_id": form.id, "version": form.version, "title": form.said(form.title, ZH) or form.id,
        **door, "about_type": ROUND, "about_id": home.round_id, "facts": filling.facts.body(),
        "answers": filling.answers(), "shown": filling.shown(ZH), "looked_up": filling.looked_up(),
        "raised": [row for _, row in raising],
    }  # fmt: skip
    body = {name: value for name, value in body.items() if value not in ("", [], None)}
    made = [keeping.system_entry(write, known, "form_filled", (CASE, home.sheet_id), body)]
    for place, row in raising:
        opened = {**door, **remark(filling, place, ZH), "case_id": home.sheet_id, "case_path": place.path}
        made.append(keeping.system_entry(write, known, "matter_opened", (MATTER, row["id"]), opened))
        if home.steward_id:
            made.append(keeping.system_entry(write, known, "owned", (MATTER, row["id"]), {"owner_id": home.steward_id}))
    return made


def _home(connection: Connection, household_id: str, now: int) -> Home | None:
    h, b = households.c, buildings.c
    query = (
        select(h.id, h.unit_id, h.building_id, h.address, b.estate_key, estate.c.name, estate.c.phone, b.steward_id)
        .join(buildings, b.id == h.building_id)
        .outerjoin(estate, estate.c.key == b.estate_key)
        .where(h.id == household_id, h.status == "living", h.moved_out_on.is_(None))
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    today, r = china_day(now), survey_rounds.c
    latest = select(r.id, r.period, r.back_by).where(r.estate_key == row.estate_key).order_by(r.period.desc()).limit(1)
    found = connection.execute(latest).first()
    if found is None or today.isoformat() > found.back_by or found.id != round_id(row.estate_key, found.period):
        return None
    steward = _steward(connection, row.building_id, row.steward_id or "")
    return Home(*row[:4], row.estate_key or FIRST, row.name or "", row.phone or "", steward, found.id)


def _steward(connection: Connection, building_id: str, named: str) -> str:
    """Return who owes what is to be done at a building's doors; "" where nobody does."""
    there = frozenset(connection.scalars(select(staff.c.id).where(staff.c.active)))
    s = staff_buildings.c
    looks_after = connection.execute(select(s.building_id, s.staff_id).where(s.building_id == building_id)).all()
    return stewards({building_id: named}, [(row[0], row[1]) for row in looks_after], there).get(building_id, "")


def _answered(connection: Connection, home: Home) -> bool:
    query = select(case_forms.c.case_id).where(case_forms.c.case_id == home.sheet_id).limit(1)
    return connection.scalar(query) is not None


def _proof(key: bytes, home: Home) -> str:
    digest = hmac.new(key, f"survey\n{home.round_id}\n{home.id}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:_PROOF]).decode().lower()


def _kept(connection: Connection) -> bytes | None:
    found = connection.scalar(select(meta.c.value).where(meta.c.key == _SECRET))
    return None if found is None else str(found).encode()


@lru_cache(maxsize=8)
def _read(definition: str) -> Form:
    return read(definition.encode())
