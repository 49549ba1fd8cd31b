"""What was filled in: to read page by page, as a workbook, and, where a form says so, for other systems to fill in."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Response

from app.domain.times import FIRST_YEAR, LAST_YEAR, can_be_meant
from app.domain.wire import errors
from app.domain.wire.errors import FIELD_WRONG, NOT_FOUND, Problem
from sync_server import media
from sync_server.api import answer_models as m
from sync_server.api.context import Here, OtherSystem, Reader, Who
from sync_server.api.models import EstateCode
from sync_server.api.on_time import TOKEN
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside
from sync_server.store import printing
from sync_server.store.answers import creating, reading
from sync_server.store.answers.creating import AnswersWrong, Said, Sender
from sync_server.store.answers.private import private_paths
from sync_server.store.answers.reading import Filled, Wanted
from sync_server.store.estate import estates
from sync_server.store.people.identity import Identity

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["forms"])
_MOST_ROWS = 20_000
"""Filled forms in one workbook over HTTP; the command line writes more."""
_MOST_PRINTED = 3_000
"""Filled forms on the pages of one register."""
_FormId = Annotated[str, Path(min_length=1, max_length=100, description="its own id", examples=["meter_reading"])]
_From = Annotated[date | None, Query(alias="from", description="first day on which it was filled in, in China")]
_To = Annotated[date | None, Query(description="last day")]
_Since = Annotated[int, Query(ge=0, le=1 << 53, description="only what changed after this `seq`")]
_Page = Annotated[str, Query(pattern=r"^([0-9]{1,15}\.[0-9]{1,6})?$", description="`next` of the page before")]


@router.get(
    "/forms/{form_id}/answers",
    response_model=m.FilledForms,
    responses=documented(*TOKEN, errors.NOT_FOUND, errors.MALFORMED),
)
def listed(
    here: Here, reader: Reader, form_id: _FormId, first: _From = None, to: _To = None,
    estate: EstateCode | None = None, since: _Since = 0, page: _Page = "",
) -> Any:  # fmt: skip
    """List what was filled in, in the order in which it changed, up to 200 a page: what one may see, another system
    everything.

    Keep the highest `seq` and ask with `since`, and only what changed comes. Identity numbers are masked unless one's
    post may read them; whose post may, is recorded as having looked at the household's archive.
    """
    now = here.store.now()
    with here.store.read() as connection:
        wanted = _wanted(connection, reader, form_id, first, to, estate, since)
        found, following = reading.page(connection, reader, wanted, page)
        private = private_paths(reading.known(connection, reader, form_id).values())
        shown = reading.shown(connection, found, private)
    _note(here, reader, found, private, now)
    return {"answers": [_filled(one, shown[one.id]) for one in found], "next": following}


@router.get(
    "/forms/{form_id}/answers.xlsx",
    response_class=Response,
    responses={
        200: {"content": {media.WORKBOOK: {}}, "description": "the register"},
        **documented(*TOKEN, errors.NOT_FOUND, errors.MALFORMED, errors.TOO_BIG),
    },
)
def workbook(
    here: Here, who: Who, form_id: _FormId, first: _From = None, to: _To = None, estate: EstateCode | None = None
) -> Response:
    """Return a register as an Excel workbook: what one may see of it, a sheet for each group that repeats, and one with
    what was corrected."""
    from sync_server.answers import gathering, to_excel  # the library is loaded when somebody asks for a workbook

    file = io.BytesIO()
    with here.store.snapshot() as connection:
        wanted = _wanted(connection, who, form_id, first, to, estate, 0)
        register = gathering.gather(connection, who, wanted, most=_MOST_ROWS)
    to_excel.write(file, register, here.settings.public_url)
    _note(here, who, register.filled, register.private, here.store.now())
    name = quote(f"{form_id}.xlsx")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(file.getvalue(), media_type=media.WORKBOOK, headers=headers)


@router.get(
    "/forms/{form_id}/answers.pdf",
    response_class=Response,
    responses={
        200: {"content": {media.PDF: {}}, "description": "the register as pages of rows"},
        **documented(*TOKEN, errors.NOT_FOUND, errors.MALFORMED, errors.TOO_BIG),
    },
)
def pages(
    here: Here, who: Who, form_id: _FormId, first: _From = None, to: _To = None, estate: EstateCode | None = None
) -> Response:
    """Print a register (Y1): a row for each filled form of these days, mostly of a month, as far as one may see it."""
    from sync_server.answers import gathering
    from sync_server.papers import register_page  # fonts and the PDF library are loaded when somebody prints

    with here.store.snapshot() as connection:
        wanted = _wanted(connection, who, form_id, first, to, estate, 0)
        register = gathering.gather(connection, who, wanted, most=_MOST_PRINTED)
        key = wanted.estates[0] if wanted.estates is not None else who.home
        office = printing.office(connection, key, here.settings.company)
    pdf = register_page.page(office, register.grids[0].zh, register, first, to)
    _note(here, who, register.filled, register.private, here.store.now())
    return Response(pdf, media_type=media.PDF)


@router.post(
    "/forms/{form_id}/answers",
    response_model=m.FilledForm,
    status_code=201,
    responses={
        200: {"model": m.FilledForm, "description": "this key was there already; nothing changed"},
        **documented(
            errors.TOKEN_UNKNOWN, errors.TOKEN_REVOKED, errors.MALFORMED, errors.NOT_FOUND, errors.ROLE_MAY_NOT,
            errors.FIELD_WRONG, errors.FIELD_MISSING, errors.SERVER_FULL,
        ),
    },
)  # fmt: skip
def create(here: Here, system: OtherSystem, form_id: _FormId, asked: m.FormAnswers, response: Response) -> Any:
    """Fill in a form whose settings say `api` `yes`. The same `key` again returns the same (200) and changes nothing.

    The answers are checked as on a phone; `field_wrong` names every fault by its question's path (`details.faults`).
    """
    sender = Sender(system, f"由系统「{system}」填写")
    _plain(form_id)
    with here.store.numbered() as write:
        key = creating.estate_of(write.connection, asked.estate, asked.household_id)
        form = creating.in_force(write.connection, form_id, key)
        creating.check_allowed(form)
        case_id = creating.case_id_of(form_id, key, system, asked.key)
        made = not creating.there(write.connection, [case_id])
        if made:
            said = Said(
                asked.key, asked.answers, _moment(asked.filled_at, write.now), asked.household_id, asked.address
            )
            try:
                found = creating.filling_of(write.connection, form, key, sender, said, write.now)
            except AnswersWrong as wrong:
                raise wrong.problem() from wrong
            creating.record(write, form, key, sender, [(case_id, said, *found)])
    response.status_code = 201 if made else 200
    with here.store.read() as connection:
        one = reading.one(connection, None, case_id)
        private = private_paths(reading.known(connection, None, form_id).values())
        return _filled(one, reading.shown(connection, [one], private)[one.id])


def _wanted(
    connection: Any, who: Identity | None, form_id: str, first: date | None, last: date | None,
    estate: str | None, since: int,
) -> Wanted:  # fmt: skip
    _plain(form_id)
    keys = None
    if estate is not None:
        keys = (estates.called(connection, estate, None if who is None else who.estates).key,)
    # Days beyond any that can be meant limit nothing.
    first = None if first is None or first.year < FIRST_YEAR else first
    last = None if last is None or last.year > LAST_YEAR else max(last, date(FIRST_YEAR, 1, 1))
    return Wanted(form_id, first, last, keys, since)


def _plain(form_id: str) -> None:
    """Raise ``Problem`` ``not_found`` for what no form is called, and no database can be asked for."""
    if not re.fullmatch(r"\w[\w.\-]*", form_id):
        raise Problem(NOT_FOUND)


def _moment(at: int | None, now: int) -> int | None:
    if at is not None and not (can_be_meant(at) and at <= now):
        words = {"field": "filled_at", "field_zh": "填写时间", "field_en": "time"}
        raise Problem(FIELD_WRONG, **words, why_zh="不能晚于现在", why_en="it can't be later than now")
    return at


def _note(here: Here, who: Identity | None, filled: Sequence[Filled], private: frozenset[str], now: int) -> None:
    """Record the look of somebody who read identity numbers as they are."""
    if who is not None and private and any(one.whole and one.household_id for one in filled):
        with here.store.write() as connection:
            reading.note_looks(connection, who, filled, private, now)


def _filled(one: Filled, shown: Sequence[dict[str, str]]) -> dict[str, Any]:
    by = None if one.filled_by is None else {"id": one.filled_by, "name": one.filled_by_name}
    return {**asdict(one), "filled_by": by, "shown": shown}
