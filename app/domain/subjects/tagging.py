"""Tags 标签 on keys and lent things, doors and patrol points (G)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain import roles
from app.domain.rules.kind import Kind
from app.domain.rules.state import SubjectState
from app.domain.subjects.parts import REASON
from app.domain.wire.entries import Entry
from app.domain.wire.errors import FIELD_WRONG, TAG_NOT_HERE, Problem
from app.domain.wire.fields import LONG, Field, text
from app.domain.writing.tags import NoTag, parse_tag

TAG_ACTIVE, TAG_REPLACED, TAG_LOST = "active", "replaced", "lost"
"""How a tag stands."""

KEEPERS = roles.OVERSEERS | {roles.STEWARD, roles.SYSTEM}
"""Who may lend out, take in and give back. Whoever holds a thing may also hand it over and return it."""


def tag_code(value: Any, field: Field) -> None:
    """Check that a value is a tag's code of nine characters, of whichever estate."""
    read = parse_tag(value) if isinstance(value, str) else NoTag("")
    if isinstance(read, NoTag) or read.code != value:
        raise Problem(
            FIELD_WRONG,
            field=field.name,
            field_zh=field.zh,
            field_en=field.en,
            why_zh="应为标签上的 9 位编码",
            why_en="it should be the nine characters of a tag",
        )


TAG = Field("tag", "标签", "tag", tag_code, required=False)

KINDS = (
    Kind(
        "tag_assigned",
        "",
        KEEPERS,
        (
            Field("tag", "标签", "tag", tag_code),
            Field("reason", "原因", "reason", text(LONG), required=False),
        ),
    ),
    Kind("tag_lost", "", KEEPERS, (Field("tag", "标签", "tag", tag_code), REASON)),
)
"""Kinds of entry for everything that bears a tag, whatever its type."""


def assign_tag(s: SubjectState, e: Entry, b: Mapping[str, Any], forced: bool) -> str | None:
    """Hang a new tag on a thing or place; the one that hung there before is replaced."""
    for code, standing in s.tags.items():
        if standing == TAG_ACTIVE and code != b["tag"]:
            s.tags[code] = TAG_REPLACED
    s.tags[b["tag"]] = TAG_ACTIVE
    return None


def lose_tag(s: SubjectState, e: Entry, b: Mapping[str, Any], forced: bool) -> str | None:
    """Note that a tag is lost; whoever finds and scans it is told."""
    if b["tag"] not in s.tags and not forced:
        return TAG_NOT_HERE.name
    s.tags[b["tag"]] = TAG_LOST
    return None


def tag_of(state: SubjectState) -> str | None:
    """Return the code of the tag that hangs there now."""
    return next((code for code, standing in state.tags.items() if standing == TAG_ACTIVE), None)
