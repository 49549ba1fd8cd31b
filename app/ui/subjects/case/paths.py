"""The paths of the screens of forms."""

from __future__ import annotations

from typing import Final

from app.domain.rules.archive_checks import ARCHIVE_CHECK
from app.domain.rules.care import CALL_FORM
from app.domain.rules.duties import HOUSEHOLD, UNIT, Duty
from app.domain.rules.form_duties import FORM_RECORD
from app.domain.rules.handbook import PAGE
from app.domain.rules.meter_rounds import METER_ROUND
from app.domain.rules.notices import SORTS
from app.domain.rules.patrols import ROUTE, Round
from app.ui.subjects.archive_paper.paths import CHECK

FORMS: Final = "/forms"
"""The list of forms and of what was filled in lately."""

CONTACTS: Final = "/contacts"
"""Emergency contacts 紧急联系人, by door (Y4)."""
WATCHED: Final = "/forms/watched"
"""What is still to come of cases, and finding one by its number."""

REGISTERS: Final = "/forms/print"
"""Registers of forms to print, by month."""


UNITS: Final = "/units"
"""The list of vacant units."""
PATROLS: Final = "/patrols"
"""The list of patrol rounds."""
METERS: Final = "/meters"
"""The list of meter rounds."""


def contacts_path(household_id: str) -> str:
    """Return the path of the emergency contacts of a household."""
    return f"{CONTACTS}/{household_id}"


def care_call_path(notice_id: str, household_id: str) -> str:
    """Return the path of the page of the call that an outage owes a household (P3)."""
    return f"/notice/{notice_id}/call/{household_id}"


def unit_path(unit_id: str) -> str:
    """Return the path of a unit's page."""
    return f"/unit/{unit_id}"


def patrol_path(round_: Round) -> str:
    """Return the path of a round's page."""
    return round_path(round_.route.id, round_.period)


def round_path(route_id: str, period: str) -> str:
    """Return the path of the page of a route's round in a period."""
    return f"/patrol/{route_id}/{period}"


def meter_path(round_id: str) -> str:
    """Return the path of the page of a meter round."""
    return f"{METERS}/{round_id}"


def path_of(case_id: str, step: str = "") -> str:
    """Return the path of a case's page, or of one of its steps."""
    return f"/case/{case_id}" + (f"/{step}" if step else "")


def fill_path(digest: str, case_id: str) -> str:
    """Return the path of the page that fills in a form: by its definition's hash, for a case new or under way."""
    return f"/form/{digest}/{case_id}"


def draft_key(case_id: str, entry_id: str = "") -> str:
    """Return the key of the draft of a form that is filled in, or corrected."""
    return f"form:{case_id}{f'.{entry_id}' if entry_id else ''}"


def duty_path(duty: Duty) -> str | None:
    """Return the path of the page where a duty is done: the household's, the unit's, the round's, the open case's, or
    of the form that fulfilled it; ``None`` for what a record owes."""
    about, id_ = duty.about
    if about == FORM_RECORD:
        return path_of(id_)
    if about == UNIT:
        return unit_path(id_)
    if about == ROUTE:
        return round_path(id_, duty.period)
    if about == ARCHIVE_CHECK:
        return CHECK
    if about == METER_ROUND:
        return meter_path(duty.id)
    if about in SORTS:
        return f"/notice/{duty.period}"
    if about == PAGE:
        return f"/handbook/page/{id_}"
    if duty.form == CALL_FORM:
        return care_call_path(duty.period, id_)
    if duty.form and duty.record is not None:
        return path_of(duty.record[1])
    if about == HOUSEHOLD:
        return f"/household/{id_}"
    return FORMS if duty.form else None
