"""Stored signatures: the handwriting as a picture, and whether it still fits what the record says."""

from __future__ import annotations

import json
from typing import Final

import flet as ft

from app.actions import Session
from app.domain.subjects.signing import SIGNATURE_BROKEN, SIGNATURE_CHANGED, SIGNATURE_INTACT, Verdict
from app.domain.wire.entries import Entry
from app.domain.wire.strokes import read_drawing
from app.ui.kit.base import flow, quiet
from app.ui.kit.ticket import stamp_badge
from app.ui.signing_pad import signature_picture
from app.ui.texts import t

_BADGES: Final = {SIGNATURE_INTACT: "intact", SIGNATURE_CHANGED: "changed", SIGNATURE_BROKEN: "broken"}


def signature_badge(verdict: Verdict | None) -> list[ft.Control]:
    """Return the stamp of a signature's verdict (签名有效, 签后有更改), or a word that its handwriting is not here
    yet."""
    if verdict is None:
        return []
    badge = _BADGES.get(verdict.standing)
    if badge is None:
        return [quiet(t("ticket.picture_missing"))]
    return [flow([stamp_badge(badge, id=f"stamp-{badge}")])]


def drawn_signature(entry: Entry, session: Session, height: float = 72, id: str | None = None) -> list[ft.Control]:
    """Return the picture of a stored signature; nothing while its strokes are not on this phone."""
    data = session.strokes(entry)
    if data is None:
        return []
    strokes, width, tall = read_drawing(json.loads(data))
    name = str(entry.body.get("name") or "")
    return [signature_picture(strokes, width, tall, name=name, height=height, id=id)]
