"""The bodies of what is asked and answered about filled forms, with examples for the OpenAPI page."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from sync_server.api.examples import DEVICE, ID, MILLISECONDS
from sync_server.api.models import Asked, EstateCode, Model, Moment, Uuid, _with

_FILLED = {
    "id": ID,
    "case_id": ID,
    "line": 0,
    "seq": 1834,
    "form": "9f" * 32,
    "version": "2026112801",
    "step": "",
    "estate": "LY",
    "address": "3栋2单元1501",
    "household_id": ID,
    "unit_id": ID,
    "building_id": ID,
    "filled_by": {"id": DEVICE, "name": "王建国"},
    "filled_at": MILLISECONDS,
    "state": "done",
    "signature": "intact",
    "corrected": False,
    "open_flags": 0,
    "unsigned_reason": "",
    "answers": {"meter": "water", "reading": "128.5", "defect": [{"#": "5f3a", "area": "kitchen"}]},
    "shown": [{"path": "meter", "label": "哪个表？", "text": "水表"}],
}
_SENT = {
    "key": "crm-2026-000123",
    "estate": "LY",
    "address": "3栋2单元1501",
    "filled_at": MILLISECONDS,
    "answers": {"meter": "water", "reading": 128.5, "defect": [{"area": "kitchen"}]},
}


class FilledBy(Model):
    """Who filled a form in."""

    id: str
    name: str


class Shown(Model):
    """A question and its answer as people read them, in Chinese."""

    path: str
    label: str
    text: str


class FilledForm(Model):
    """A form that was filled in. ``seq``: the number of its case's last change; ``filled_by`` is empty for what another
    system or a table brought; ``answers``: the newest words, identity numbers masked unless the reader's post may."""

    model_config = _with(_FILLED)

    id: str
    case_id: str
    line: int
    seq: int
    form: str
    version: str
    step: str
    estate: str
    address: str
    household_id: str | None
    unit_id: str | None
    building_id: str | None
    filled_by: FilledBy | None
    filled_at: int | None
    state: str
    signature: str
    corrected: bool
    open_flags: int
    unsigned_reason: str
    answers: dict[str, Any]
    shown: list[Shown]


class FilledForms(Model):
    """One page of filled forms, the last changed at the end; ``next`` asks for the next one, empty on the last."""

    model_config = _with({"answers": [_FILLED], "next": "1834.0"})

    answers: list[FilledForm]
    next: str


class FormAnswers(Asked):
    """A form to be filled in. ``key`` is the sender's own: the same one again changes nothing. Answers by the names of
    the questions, groups within one another, rows of repeats as lists; choices by their names."""

    model_config = _with(_SENT)

    key: str = Field(min_length=1, max_length=100)
    answers: dict[str, Any] = Field(max_length=500)
    estate: EstateCode | None = Field(None, description="empty: the household's, else the first")
    household_id: Uuid | None = None
    address: str = Field("", max_length=200)
    filled_at: Moment | None = Field(None, description="ms since 1970 UTC; empty: now")


class CasePaperName(Model):
    """Something that can be printed of a case. ``name`` is what it is asked for by; ``copies``: what is written on each
    copy."""

    name: str
    title_zh: str
    title_en: str
    copies: list[str]


class CasePapers(Model):
    """What can be printed of a case."""

    model_config = _with(
        {
            "papers": [
                {
                    "name": "decoration_permit",
                    "title_zh": "装修许可证",
                    "title_en": "Decoration permit",
                    "copies": ["正本　业主留存", "副本一　办理出入证"],
                }
            ]
        }
    )

    papers: list[CasePaperName]
