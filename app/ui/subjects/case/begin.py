"""Beginning a form where its place is known: at a vacant unit (H1, H2), at a point of a patrol round (I1)."""

from __future__ import annotations

from app.actions.form_list import Published
from app.actions.units import UnitView
from app.domain.forms.definition import BARCODE
from app.domain.rules.care import CALL_FORM
from app.domain.rules.duties import HOUSEHOLD, UNIT, Duty
from app.domain.rules.meter_rounds import MeterRound, MeterStand
from app.domain.rules.notices import SORTS
from app.domain.rules.patrols import Point, Round
from app.domain.subjects.place import PLACE
from app.ui.context import Ui, if_here
from app.ui.subjects.case.paths import fill_path


def begin_at_unit(ui: Ui, unit: UnitView, tag: str = "", *, over: bool = True) -> None:
    """Open the check of a vacant unit with its place and duty (H1), and with the tag that was scanned (H2); ``over``:
    over this screen, else in its place."""
    if unit.form is None:
        return
    form = ui.session.cases.form(unit.form.hash)
    scans = next((one.name for one in form.root.kids.values() if one.type == BARCODE), "")
    owed = unit.duty is not None and unit.duty.owed
    handed = {
        "form": unit.form.hash, "unit": unit.id, "building": unit.building_id or "", "fixed": unit.address,
        "nowhere": False, "duty": unit.duty.id if unit.duty is not None and owed else "", "scanned": tag,
        "kept": {scans: tag} if scans and tag else None,
    }  # fmt: skip
    (ui.go if over else ui.replace)(fill_path(unit.form.hash, ui.session.new_id()), **handed)


def begin_duty(ui: Ui, duty: Duty) -> bool:
    """Open the form that fulfils a duty, with its place filled in; return whether it can be begun here."""
    about, id_ = duty.about
    if about in SORTS or duty.form == CALL_FORM:
        return False  # the notice says at which of its boards it lacks, and the call's page whom to call
    if about == UNIT:
        view = if_here(lambda: ui.session.units.view(id_))
        if view is None or view.form is None:
            return False
        begin_at_unit(ui, view)
        return True
    form = ui.session.units.form(duty.form, duty.estate)
    if form is None:
        return False
    handed = {
        "form": form.hash, "household": id_ if about == HOUSEHOLD else "", "building": duty.building_id or "",
        "fixed": duty.address, "nowhere": False, "duty": duty.id, "estate": duty.estate, "returns": True,
    }  # fmt: skip
    ui.go(fill_path(form.hash, ui.session.new_id()), **handed)
    return True


def begin_at_point(
    ui: Ui, round_: Round, point: Point, form_id: str = "", tag: str = "", unscanned: str = "", *, over: bool = True
) -> bool:
    """Open the form of a patrol point, or another one (``form_id``) about it; return whether it is published."""
    form = ui.session.units.form(form_id or point.form, round_.route.estate)
    if form is None:
        return False
    handed = {
        "form": form.hash, "about_type": PLACE, "about_id": point.id, "building": point.building_id or "",
        "fixed": point.name, "nowhere": False, "duty": round_.id, "estate": round_.route.estate, "scanned": tag,
        "unscanned": unscanned, "returns": over,
    }  # fmt: skip
    (ui.go if over else ui.replace)(fill_path(form.hash, ui.session.new_id()), **handed)
    return True


def begin_reading(ui: Ui, round_: MeterRound, stand: MeterStand, form: Published) -> None:
    """Open the form of a meter of a round, or the one that says why it was not read: with its door, and with which
    meter it is (M3)."""
    door = stand.door
    handed = {
        "form": form.hash, "household": door.household, "unit": door.id, "building": round_.site.id,
        "fixed": door.address, "nowhere": False, "duty": round_.id, "kept": {"meter": stand.kind}, "returns": True,
    }  # fmt: skip
    ui.go(fill_path(form.hash, ui.session.new_id()), **handed)


def opens_form(ui: Ui, code: str) -> bool:
    """Open the form that a scanned tag asks for, in place of this screen, and return whether there is one: that of a
    point of the round one walks (I1), or the check that a vacant unit is owed (H2)."""
    at_point = ui.session.patrols.at_tag(code)
    if at_point is not None and at_point[1].call is None:
        round_, stand = at_point
        return begin_at_point(ui, round_, stand.point, tag=code, over=False)
    unit = ui.session.units.unit_of_tag(code)
    if not unit:
        return False
    view = ui.session.units.view(unit)
    if view.form is None or view.duty is None or not view.duty.owed:
        return False
    begin_at_unit(ui, view, code, over=False)
    return True
