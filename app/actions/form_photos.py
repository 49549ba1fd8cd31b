"""The photos of a form: those that are answers, on its case and on what the rows they stand in raise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.actions.core import derived
from app.actions.form_draft import ZH
from app.actions.photos import HeldPhoto
from app.actions.records import Records
from app.domain.forms import Filling, Place
from app.domain.forms.definition import IMAGE
from app.domain.rules.photos import RECORD, photo_blobs, photo_body
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import Entry
from app.store.saving import Subject

if TYPE_CHECKING:
    from app.actions.raising import Raised


def photo_entries(
    core: Records, filling: Filling, held: Sequence[HeldPhoto], raising: Sequence[Raised], subject: Subject
) -> tuple[list[Entry], dict[str, bytes]]:
    """Return the entries of the photos that are answers, on the case and on what their rows raise; those that were
    taken and replaced are left out, and go with the draft."""
    by_hash = {sha256_hex(one.picture.data): one for one in held}
    new: list[Entry] = []
    data: dict[str, bytes] = {}
    for place in images(filling):
        photo = by_hash.get(place.value)
        if photo is None:
            continue
        row = row_of(place)
        also = [(one.type, one.id) for one in raising if row is not None and row_of(one.place) is row]
        refs, found = photo_blobs(photo.picture)
        body = photo_body(photo.picture, RECORD, filling.label(place, ZH)[:200])
        for to in (subject, *also):
            once = derived(photo.once, f"{to[0]}/{to[1]}")
            new.append(replace(core.entry(to, "photo_taken", body, once), blobs=refs))
        data |= found
    return new, data


def images(filling: Filling) -> Iterator[Place]:
    """Return the photos that are answers, in the form's order."""
    return (place for place in filling.root.asked() if place.question.type == IMAGE and place.value)


def row_of(place: Place) -> Place | None:
    """Return the row of a repeat that a place stands in."""
    at: Place | None = place
    while at is not None and not at.row:
        at = at.above
    return at
