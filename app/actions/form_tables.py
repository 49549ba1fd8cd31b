"""What a form looks up on the phone, offline (``pulldata``): earlier answers at this door, who lives there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final, cast

from app.actions.form_draft import Where
from app.actions.records import Records
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import CaseState
from app.store.queries import CardFilter

_MOST: Final = 10_000


class FormTables:
    """What was filled in there before: ``pulldata('case', question, 'id', 'this')`` is the last answer of the same form
    at the same door, ``pulldata('household', …)`` who lives there."""

    def __init__(self, core: Records, form_id: str, where: Where) -> None:
        self._core, self._form_id, self._where = core, form_id, where

    def look_up(self, table: str, column: str, by: str, key: str) -> str:
        """Return what a column says; "" for what is not known here."""
        if table == CASE:
            return str(self._last.get(column) or "")
        home = self._core.home(self._where.household_id)
        if table != "household" or home is None:
            return ""
        person = home.people[0] if home.people else None
        known = {"name": home.name, "address": home.address, "status": home.status}
        return known.get(column) or (str(getattr(person, column, "") or "") if column in ("phone", "relation") else "")

    @cached_property
    def _last(self) -> Mapping[str, Any]:
        wanted = CardFilter(type=CASE, kinds=(self._form_id,), order="recent")
        here = self._where
        for card in self._core.store.cards(wanted, 0, _MOST):
            if any(mine and mine == theirs for mine, theirs in (
                (here.household_id, card.household_id), (here.unit_id, card.unit_id), (here.address, card.address),
            )):  # fmt: skip
                answers = cast(CaseState, self._core.store.state(CASE, card.id)).last.get("answers")
                return answers if isinstance(answers, dict) else {}
        return {}
