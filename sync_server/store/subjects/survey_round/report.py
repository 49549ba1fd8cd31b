"""What a round of the survey comes to, from the store (F4): the figures of ``rules/surveys.py`` over its sheets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.domain.forms import read
from app.domain.rules import surveys
from app.domain.rules.surveys import ROUND, Figures, Meter, Sheet
from app.domain.subjects.case.items import Item, items_of
from app.domain.subjects.matter.kinds import SURVEY_REMARK
from app.domain.writing.addresses import building_words
from sync_server.store.subjects.case.tables import case_forms, case_raised, cases
from sync_server.store.subjects.matter import matters
from sync_server.store.subjects.survey_round.sheet import survey_rounds
from sync_server.store.tables import buildings, estate, households, published_forms


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark on a sheet: where, the question it answers, the words, and the stage of its matter."""

    address: str
    question: str
    words: str
    stage: str


@dataclass(frozen=True, slots=True)
class Report:
    """A round's report. ``buildings``: their names by id; ``items``: those that were scored, in the form's order."""

    period: str
    estate: str
    meters: Sequence[Meter]
    figures: Figures
    last: Figures
    items: Sequence[Item]
    buildings: Mapping[str, str]
    remarks: Sequence[Remark]
    opinion: str


def of_round(connection: Connection, period: str, keys: Sequence[str]) -> Report:
    """Return the report of a round in the estates with these keys. Raises ``ValueError`` for what names no round."""
    surveys.first_day(period)
    h, b = households.c, buildings.c
    query = (
        select(h.id, h.building_id, b.code, estate.c.name)
        .join(buildings, b.id == h.building_id)
        .outerjoin(estate, estate.c.key == b.estate_key)
        .where(b.estate_key.in_(keys), h.status == "living", h.moved_out_on.is_(None))
        .order_by(b.code, h.address)
    )
    rows = connection.execute(query).all()
    now, last = ([surveys.round_id(key, one) for key in keys] for one in (period, surveys.before(period)))
    sheets = list(_sheets(connection, now))
    found = surveys.figures(sheets)
    r = survey_rounds.c
    opinions = [text for text in connection.scalars(select(r.opinion).where(r.id.in_(now))) if text]
    return Report(
        period,
        "、".join(dict.fromkeys(row.name for row in rows if row.name)),
        surveys.meters({row.id: row.building_id for row in rows}, sheets),
        found,
        surveys.figures(_sheets(connection, last)),
        [one for one in _items(connection, now) if one.key in found.items],
        {row.building_id: building_words(row.code) for row in rows},
        list(_remarks(connection, now)),
        "\n".join(opinions),
    )


def _sheets(connection: Connection, rounds: Sequence[str]) -> Iterator[Sheet]:
    c, f = cases.c, case_forms.c
    query = (
        select(c.id, c.household_id, c.building_id, c.valid, f.answers)
        .outerjoin(case_forms, (f.case_id == c.id) & (f.line == 0))
        .where(c.about_type == ROUND, c.about_id.in_(rounds))
        .order_by(c.id)
    )
    for row in connection.execute(query):
        said = surveys.scores(json.loads(row.answers)) if row.answers else {}
        yield Sheet(row.id, row.household_id or "", row.building_id or "", True, bool(row.valid), said)


def _items(connection: Connection, rounds: Sequence[str]) -> Iterator[Item]:
    """Yield the items of the forms that were filled in, the latest version's first."""
    p, f, c = published_forms.c, case_forms.c, cases.c
    used = select(f.form).join(cases, c.id == f.case_id).where(c.about_type == ROUND, c.about_id.in_(rounds)).distinct()
    seen: set[str] = set()
    for row in connection.execute(select(p.definition).where(p.hash.in_(used)).order_by(p.published_at.desc())):
        for item in items_of(read(str(row.definition).encode())):
            if item.key not in seen:
                seen.add(item.key)
                yield item


def _remarks(connection: Connection, rounds: Sequence[str]) -> Iterator[Remark]:
    m, c = matters.c, cases.c
    query = (
        select(m.address, m.about, m.content, m.stage)
        .join(case_raised, case_raised.c.raised_id == m.id)
        .join(cases, c.id == case_raised.c.case_id)
        .where(c.about_type == ROUND, c.about_id.in_(rounds), m["class"] == SURVEY_REMARK)
        .order_by(m.address, m.about)
    )
    for row in connection.execute(query):
        yield Remark(row.address, row.about, row.content, row.stage)
