"""Correcting an entry: with a form made from the fields of its kind, unless its type of subject has a form of its own.

A correction contains the whole new body. The form holds the body as texts and choices; members it does not show stay
unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.domain.rules.state import SubjectState
from app.domain.subjects import kinds
from app.domain.wire.errors import Problem
from app.domain.wire.fields import SHORT, Choice, Field, Text, Whole, boolean, day
from app.ui.context import Draft
from app.ui.kit.choose import pills
from app.ui.kit.fields import TextBox
from app.ui.kit.money import section
from app.ui.texts import has, language, t

_YES, _NO = "yes", "no"
_FIXED: Final = frozenset(("address", "estate", "external_ref", "place_kind"))
"""Fields that cannot be corrected: where the subject is, its number in another system, whether it is a door or a
point."""


class Correction:
    """How entries of one `kind` are corrected. This class makes the form from the kind's fields; subclasses have their
    own."""

    def __init__(self, kind: str, words: str) -> None:
        self.kind = kind
        self.words = words
        """Name of the text file with the words of its choices: ``<words>.<field>.<value>``."""
        self.estate: str | None = None
        """The key of the estate of the subject, whose price list is offered."""

    def form(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values with which the form of an entry with this body begins."""
        return {field.name: self._shown(field, body.get(field.name)) for field in self._typed()}

    def body(self, values: Mapping[str, Any], session: Session) -> dict[str, Any]:
        """Return the members of the body that the form's values set; None removes a member."""
        return {field.name: self._said(field, values[field.name]) for field in self._typed()}

    def missing(self, values: Mapping[str, Any], whole: Mapping[str, Any], state: SubjectState) -> str | None:
        """Return what is still missing or wrong, in words; None when nothing is. ``whole`` is the complete corrected
        body."""
        try:
            kinds.check_body(self.kind, whole)
        except Problem as problem:
            return problem.message("zh" if language().startswith("zh") else "en")
        return None

    def fields(self, draft: Draft, why: ft.Control) -> list[ft.Control]:
        """Return the form's fields; ``why`` is the field that asks for the reason."""
        return [*(self._field(field, draft) for field in self._typed()), why]

    def _typed(self) -> list[Field]:
        """Return the kind's fields that this form can show."""
        return [
            field
            for field in kinds.KINDS[self.kind].fields
            if not field.name.endswith("_id")
            and field.name not in _FIXED
            and not (isinstance(field.check, Choice) and len(field.check.values) == 1)
            and (isinstance(field.check, Text | Choice | Whole) or field.check in (boolean, day))
        ]

    @staticmethod
    def _shown(field: Field, value: Any) -> str:
        if field.check is boolean:
            return {True: _YES, False: _NO}.get(value, "")
        return "" if value is None else str(value)

    @staticmethod
    def _said(field: Field, value: str) -> Any:
        if value == "":
            return None
        if field.check is boolean:
            return value == _YES
        return int(value) if isinstance(field.check, Whole) and value.isdecimal() else value

    def _field(self, field: Field, draft: Draft) -> ft.Control:
        name = label(field)
        value = str(draft.values[field.name])

        def put(said: str) -> None:
            draft.set(field.name, said)

        choices: list[tuple[str, str]] = []
        if isinstance(field.check, Choice):
            choices = [(one, self._word(field, one)) for one in field.check.values]
        elif field.check is boolean:
            choices = [(_YES, t("common.yes")), (_NO, t("common.no"))]
        if choices:
            return section(name, [pills(choices, value, put, id=f"amend-{field.name}")])
        long = isinstance(field.check, Text) and field.check.limit > SHORT
        keyboard = ft.KeyboardType.NUMBER if isinstance(field.check, Whole) else ft.KeyboardType.TEXT
        hint = date(2027, 1, 31).isoformat() if field.check is day else ""
        return TextBox(
            f"amend-{field.name}", name, value, put, lines=3 if long else 1, keyboard=keyboard, hint=hint,
            key=f"{field.name}-{draft.once}",
        )  # fmt: skip

    def _word(self, field: Field, value: str) -> str:
        short = field.name.rpartition("_")[2]  # the words of thing_kind are looked up under kind
        tables = (f"{self.words}.{field.name}", f"{self.words}.{short}", f"ticket.{field.name}")
        keys = (f"{table}.{value}" for table in tables)
        return next((t(key) for key in keys if has(key)), value)


def label(field: Field) -> str:
    """Return a field's label in the language on the screen."""
    return field.zh if language().startswith("zh") else field.en
