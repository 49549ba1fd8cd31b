"""Counts of the key rack 盘点: which things hung there and which were missing (G.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.domain.rules.card import Card, plain_card
from app.domain.rules.kind import Kind
from app.domain.rules.state import SubjectState
from app.domain.rules.subject import Body, Subject
from app.domain.subjects.parts import ESTATE, NOTE
from app.domain.subjects.tagging import KEEPERS, tag_code
from app.domain.wire.entries import Entry
from app.domain.wire.errors import OPENED_TWICE
from app.domain.wire.fields import Check, Field, choice, integer, rows, text

COUNT = "count"


def _thing_rows(*fields: Field) -> Check:
    """Return a check for a list of rows about things, each with the given fields."""
    return rows(*fields, most=2_000)


KINDS = (
    Kind(
        "counted",
        COUNT,
        KEEPERS,
        (
            Field("rack", "范围", "part of the rack", text(40), required=False),
            Field(
                "found",
                "扫到的",
                "found",
                _thing_rows(
                    Field("tag", "标签", "tag", tag_code),
                    Field("thing_id", "物品", "thing", text(), required=False),
                    Field("name", "名称", "name", text(), required=False),
                    Field("standing", "结果", "result", choice("right", "extra", "misplaced", "unknown", "old_tag")),
                    Field("says", "登记为", "the register says", text(), required=False),
                ),
            ),
            Field(
                "missing",
                "缺少的",
                "missing",
                _thing_rows(
                    Field("thing_id", "物品", "thing", text()),
                    Field("name", "名称", "name", text()),
                    Field("rack", "挂位", "hook", text(40), required=False),
                ),
            ),
            Field("expected", "应有", "expected", integer(0, 100_000)),
            ESTATE,
            NOTE,
        ),
    ),
)


@dataclass(slots=True)
class CountState(SubjectState):
    """A rack count 盘点 as it was found (G.3)."""

    stage: str = "counted"
    body: Mapping[str, Any] = field(default_factory=dict)
    counted_at: int = 0


class Count(Subject[CountState]):
    """盘点 (G.3)."""

    name = COUNT
    opens_with = ("counted",)
    kinds = KINDS
    state_class = CountState

    def apply(self, state: CountState, entry: Entry, body: Body, *, forced: bool, seen: CountState) -> str | None:
        """Apply one entry."""
        if entry.kind == "counted":
            if state.opened is not None and not forced:
                return OPENED_TWICE.name
            state.opened = state.opened or entry
            state.body, state.counted_at = body, entry.at
            state.address = body.get("rack") or ""
        return None

    def card(self, state: CountState) -> Card:
        """Return the card of a count: which part of the rack was counted."""
        return replace(plain_card(state), kind="count", content=state.address)
