"""Built-in forms filled in and signed straight on a server's store, as phones send them."""

from __future__ import annotations

from typing import Any

from uuid6 import uuid7

from app.domain.forms import Filling
from app.domain.forms.definition import IMAGE
from app.domain.rules.photos import RECORD, photo_blobs, photo_body
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.signing import facts_to_sign, make_content, signature_body
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import STROKES, BlobRef, Entry
from tests.forms.built_in import begun, finish, form
from tests.support.field_device import STROKES_BYTES, FieldDevice, Subject
from tests.support.forms import publish
from tests.support.pictures import picture

PHOTO = picture(800, 600)


def filled(name: str, /, **answers: Any) -> Filling:
    """Return a built-in form filled in: these answers by path (``__`` for a slash), rows of repeats as lists, photos
    all the same one, the rest as the least that can be said."""
    filling = begun(name)
    for path, value in answers.items():
        if isinstance(value, list):
            for said in value:
                row = filling.add_row(filling.root, path)
                for kid, text in said.items():
                    filling.answer(row.kids[kid][0], text)
        else:
            filling.answer(filling.find(path.replace("__", "/")), value)
    finish(filling)
    for place in filling.root.asked():
        if place.question.type == IMAGE and place.value:
            filling.answer(place, sha256_hex(PHOTO.data))
    return filling


def body_of(name: str, filling: Filling, where: Any = None) -> dict[str, Any]:
    """Return what the entry says of a filled form."""
    said = form(name)
    signers = [place.question.signer for place in filling.root.asked() if place.question.signer]
    settings = {key: said.settings[key] for key in ("case", "step", "after", "ends") if key in said.settings}
    return {
        "form": said.hash, "form_id": said.id, "version": said.version, "title": said.said(said.title, "zh"),
        **settings, "facts": filling.facts.body(), "answers": filling.answers(), "shown": filling.shown("zh"),
        "signers": signers, **(where or {"address": "南门"}),
    }  # fmt: skip


def fill(device: FieldDevice, name: str, where: Any = None, case: Subject | None = None, /, **answers: Any) -> Subject:
    """Fill a built-in form in, and send it with its photos."""
    subject = case or (CASE, str(uuid7()))
    filling = filled(name, **answers)
    device.do("form_filled", subject, body_of(name, filling, where))
    if any(place.question.type == IMAGE and place.value for place in filling.root.asked()):
        refs, data = photo_blobs(PHOTO)
        (answer,) = device.push(device.make("photo_taken", subject, photo_body(PHOTO, RECORD, "照片"), blobs=refs))
        assert answer.problem is None
        for digest, content in data.items():
            device.store.put_blob(digest, 0, content, len(content), device.staff_id)
    return subject


def sign(device: FieldDevice, subject: Subject, *signers: str, name: str = "张伟") -> list[Entry]:
    """Have what lacks a signature signed in these parts, one after the other, with its handwriting."""
    made = []
    for signer in signers:
        facts = facts_to_sign(device.store.state(None, subject), CASE)
        content = make_content(CASE, facts, ["已阅"], "2026-11-28")
        capacity = "staff" if signer in ("staff", "manager", "finance") else "self"
        body = signature_body(
            purpose=CASE, signer=signer, name=name, capacity=capacity, content=content, strokes=STROKES_BYTES
        )
        ref = BlobRef(sha256_hex(STROKES_BYTES), len(STROKES_BYTES), STROKES)
        (answer,) = device.push(device.make("signed", subject, body, blobs=(ref,)))
        assert answer.problem is None and answer.entry is not None, answer
        made.append(answer.entry)
    device.store.put_blob(sha256_hex(STROKES_BYTES), 0, STROKES_BYTES, len(STROKES_BYTES), device.staff_id)
    return made


def published(device: FieldDevice, *names: str) -> None:
    """Publish built-in forms for the whole company."""
    from tests.support.filled import built_in

    publish(device.store, *built_in(*names))
