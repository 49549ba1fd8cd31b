"""Opening the rounds of the satisfaction survey 满意度调查 from the 15th of June and December (F1).

The server does it by itself: the office need not remember it, and a round's id follows from its estate and half-year,
so two servers over one database open one.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.domain.rules import surveys
from app.domain.rules.scopes import FIRST
from app.domain.subjects.survey_round import ROUND
from app.domain.wire.entries import Entry
from sync_server.store.database import Write
from sync_server.store.estate import calendar
from sync_server.store.subjects.survey_round.sheet import survey_rounds
from sync_server.store.tables import buildings, households
from sync_server.store.taking import keeping
from sync_server.store.taking.keeping import Known

LONGEST = 45
"""Days after a round's beginning within which it is opened, if the server did not run then; most stay open for two
weeks, and longer where the company's rules say so."""


def is_time(today: date) -> bool:
    """Tell whether a round may have to be opened."""
    return (today - surveys.first_day(surveys.period_of(today))).days <= LONGEST


def entries(write: Write, known: Known, today: date) -> list[Entry]:
    """Return the first entry of each estate's round that runs today and has none yet."""
    found = surveys.dates(
        surveys.period_of(today), calendar.workdays(write.connection), calendar.rules(write.connection)
    )
    if today > found.back_by:
        return []
    query = select(buildings.c.estate_key).join(households, households.c.building_id == buildings.c.id).distinct()
    made = []
    for key in sorted(write.connection.scalars(query)):
        id_ = surveys.round_id(key, found.period)
        if write.connection.scalar(select(survey_rounds.c.id).where(survey_rounds.c.id == id_)) is not None:
            continue
        body = {
            "period": found.period,
            **{name: getattr(found, name).isoformat() for name in ("back_by", "count_by", "report_by")},
            **({"estate": key} if key != FIRST else {}),
        }
        made.append(keeping.system_entry(write, known, "round_opened", (ROUND, id_), body))
    return made
