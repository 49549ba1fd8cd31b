"""Cases of one kind in a period, step by step (J, K, L, N): what was begun, done, is still open, ran out."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import ENDED_EARLY, TO_SIGN, UNDER_WAY
from app.domain.times import china_day
from sync_server.store.reports import reading
from sync_server.store.reports.report import Asked, Figure, Gather, Line, Said
from sync_server.store.subjects.case.tables import case_forms, cases
from sync_server.store.tables import published_forms

_CASES: Final[Said] = ("本期开始的", "Begun in this period")
_STEPS: Final[Said] = ("本期填写", "Filled in in this period")
_NOW: Final[Said] = ("现在", "Now")


def of_chains(*chains: str) -> Gather:
    """Return the report of the cases of these chains: those begun in the period and how they stand, each form that was
    filled in, and what is open now, ran out, or can be paid back."""

    def gather(connection: Connection, asked: Asked) -> Iterator[Figure]:
        yield from _begun(connection, asked, chains)
        yield from _steps(connection, asked, chains)
        yield from _open(connection, asked, chains)

    return gather


def _begun(connection: Connection, asked: Asked, chains: Sequence[str]) -> Iterator[Figure]:
    c = cases.c
    query = select(cases).where(
        c.chain.in_(chains), reading.in_period(c.begun_at, asked), reading.in_estates(c.estate_key, asked)
    )
    mine = [(_case(row, "begun_at"), row) for row in reading.rows(connection, query.order_by(c.begun_at, c.id))]
    whole = tuple(line for line, _ in mine)
    yield Figure("begun", ("合计", "all"), whole, part=_CASES)
    running = tuple(line for line, row in mine if row["stage"] in UNDER_WAY)
    early = tuple(line for line, row in mine if row["stage"] == ENDED_EARLY)
    done = tuple(line for line, row in mine if row["stage"] not in (*UNDER_WAY, ENDED_EARLY))
    yield Figure("done", ("已办完", "done"), done, whole, _CASES)
    yield Figure("running", ("在办", "under way"), running, whole, _CASES)
    yield Figure("ended", ("提前结束", "ended early"), early, whole, _CASES)
    flagged = tuple(line for line, row in mine if row["open_flags"])
    yield Figure("flagged", ("待核实", "to be looked at"), flagged, whole, _CASES, worry=True)


def _steps(connection: Connection, asked: Asked, chains: Sequence[str]) -> Iterator[Figure]:
    c, f = cases.c, case_forms.c
    query = (
        select(cases, f.form_id.label("filled_form"), f.filled_at, f.filled_by, f.entry_id, f.corrected)
        .join(case_forms, f.case_id == c.id)
        .where(c.chain.in_(chains), reading.in_period(f.filled_at, asked), reading.in_estates(c.estate_key, asked))
    )
    by_form: dict[str, list[Line]] = defaultdict(list)
    corrected: list[Line] = []
    for row in reading.rows(connection, query.order_by(f.filled_at, f.entry_id)):
        line = _case(row, "filled_at", person=row["filled_by"] or "", entry=row["entry_id"])
        by_form[row["filled_form"]].append(line)
        if row["corrected"]:
            corrected.append(line)
    titles = _titles(connection, by_form)
    for form, lines in sorted(by_form.items(), key=lambda one: titles[one[0]]):
        yield Figure(f"form-{form}", titles[form], tuple(lines), part=_STEPS)
    if corrected:
        yield Figure("corrected", ("更正过", "corrected"), tuple(corrected), part=_STEPS, worry=True)


def _open(connection: Connection, asked: Asked, chains: Sequence[str]) -> Iterator[Figure]:
    c = cases.c
    query = select(cases).where(c.chain.in_(chains), c.stage.in_(UNDER_WAY), reading.in_estates(c.estate_key, asked))
    mine = [(_case(row, "begun_at"), row) for row in reading.rows(connection, query.order_by(c.begun_at, c.id))]
    today = china_day(asked.now).isoformat()
    whole = tuple(line for line, _ in mine)
    yield Figure("open", ("在办", "open"), whole, part=_NOW)
    to_sign = tuple(line for line, row in mine if row["stage"] == TO_SIGN)
    yield Figure("to-sign", ("待签名", "to be signed"), to_sign, whole, _NOW)
    past = tuple(line for line, row in mine if row["until"] and row["until"] < today)
    yield Figure("past", ("已过期限", "past their last day"), past, whole, _NOW, worry=True)
    back = tuple(line for line, row in mine if row["refund_from"] and row["refund_from"] <= today)
    if any(row["refund_from"] for _, row in mine):
        yield Figure("refund", ("可退押金未退", "deposits that can go back"), back, whole, _NOW, worry=True)


def _case(row: RowMapping, at: str, **more: str) -> Line:
    person = more.pop("person", row["assignee_id"] or "")
    return reading.line(CASE, row, at, called=row["number"] or row["title"], words=row["title"], person=person, **more)


def _titles(connection: Connection, forms: dict[str, list[Line]]) -> dict[str, Said]:
    """Return what forms are called, as they were published last."""
    found: dict[str, Said] = {form: (form, form) for form in forms}
    p = published_forms.c
    query = select(p.form_id, p.title).where(p.form_id.in_(sorted(forms))).order_by(p.published_at)
    for row in connection.execute(query):
        title = json.loads(row.title) if isinstance(row.title, str) else row.title
        zh = str(title.get("zh") or row.form_id)
        found[row.form_id] = (zh, str(title.get("en") or zh))
    return found
