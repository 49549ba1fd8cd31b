"""Kinds of entry that every type of subject can have: photos, signatures, corrections, why it was not finished today,
who takes it over, settled flags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from app.domain import roles
from app.domain.rules import photos
from app.domain.rules.kind import Kind
from app.domain.subjects.parts import ANY_BUT_FINANCE, CAPACITY, EVERYBODY, NAME, NOTE, REASON
from app.domain.wire.errors import MALFORMED, Problem
from app.domain.wire.fields import LONG, Check, Field, choice, integer, mapping, moment, sha256, text

TAKEN_OVER: Final = "taken_over"
"""The kind by which what somebody has becomes a colleague's who takes over from them (R3): whoever has it gives it,
whatever their post (``Subject.holder``)."""


def _amended(body: Mapping[str, Any]) -> None:
    if body["body"].get("target_id"):
        raise Problem(MALFORMED, what="amended")


def _one_of(known: Callable[[], Iterable[str]]) -> Check:
    """Return a check that a value is one of the words that the known types of subject use."""

    def check(value: Any, field: Field) -> None:
        choice(*known())(value, field)

    return check


def kinds_of_all(purposes: Callable[[], Iterable[str]], signers: Callable[[], Iterable[str]]) -> tuple[Kind, ...]:
    """Return the kinds; ``purposes`` and ``signers`` are those of all types of subject together."""
    return (
        Kind(
            "photo_taken",
            "",
            ANY_BUT_FINANCE,
            (
                Field("shows", "照片内容", "what it shows", choice(*photos.SHOWS)),
                Field("photo", "照片", "photo", sha256),
                Field("thumbnail", "缩略图", "thumbnail", sha256),
                Field("width", "宽度", "width", integer(1, photos.LONG_SIDE)),
                Field("height", "高度", "height", integer(1, photos.LONG_SIDE)),
                Field("source", "来源", "source", choice(photos.CAMERA, photos.GALLERY)),
                Field("taken_at", "拍摄时间", "taken at", moment, required=False),
                Field("latitude", "纬度", "latitude", photos.degrees, required=False),
                Field("longitude", "经度", "longitude", photos.degrees, required=False),
                Field("accuracy_m", "定位精度", "accuracy", integer(0, 1_000_000), required=False),
                Field("caption", "说明", "caption", text(LONG), required=False),
            ),
        ),
        Kind(
            "signed",
            "",
            EVERYBODY,
            (
                Field("purpose", "签名事项", "purpose", _one_of(purposes)),
                Field("as", "签名人", "signer", _one_of(signers)),
                NAME,
                CAPACITY,
                Field("content", "签名内容", "what is signed", mapping),
                Field("content_hash", "内容校验值", "content hash", sha256),
                Field("strokes", "笔迹", "strokes", sha256),
            ),
        ),
        Kind(
            "amended",
            "",
            EVERYBODY,
            (
                Field("target_id", "被更正的记录", "corrected entry", text()),
                Field("body", "更正内容", "correction", mapping),
                REASON,
            ),
            rule=_amended,
        ),
        Kind(
            "unfinished_explained",
            "",
            roles.OVERSEERS,
            (REASON, Field("advice", "建议", "advice", text(LONG))),
        ),
        Kind(
            TAKEN_OVER,
            "",
            EVERYBODY,
            (
                Field("to_id", "接手人", "who takes it over", text()),
                Field("shift_id", "交接班", "hand-over", text(), required=False),
                NOTE,
            ),
        ),
        Kind(
            "flag_settled",
            "",
            roles.OVERSEERS,
            (
                Field("entry_id", "待核实的记录", "flagged entry", text()),
                Field("decision", "处理", "decision", choice("accept", "set_aside")),
                NOTE,
            ),
        ),
    )
