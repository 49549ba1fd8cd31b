"""A server with one door that has a card (X), and who stands before it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests
from PIL import Image
from sqlalchemy import select, update

from app.domain.forms import Facts, Filling, read
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.fold import fold
from app.domain.subjects.signing import facts_to_sign, make_content, signature_body
from app.domain.times import to_china
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import STROKES, BlobRef
from sync_server.store import tables
from sync_server.store.answers.creating import Sender, body_of
from sync_server.store.estate import tagging
from sync_server.store.subjects.matter import matters
from tests.support.field_device import STROKES_BYTES, FieldDevice
from tests.support.filled import built_in
from tests.support.forms import publish
from tests.support.server import LiveServer

PHONE = "0755-12345678"


def picture(side: int = 900) -> bytes:
    """A photo as a phone makes it, with the place where it was taken."""
    made = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "a phone's name"
    Image.new("RGB", (side, side // 2), "teal").save(made, "JPEG", exif=exif)
    return made.getvalue()


class Flat:
    """A server with one estate, and the card at the door of 1栋1单元101."""

    def __init__(self, url: str, folder: Path, clock: Callable[[], int] | None = None) -> None:
        self.server = LiveServer(url, folder, clock)
        self.server.add_estate("HY", "海悦花园")
        with self.server.store.write() as connection:
            connection.execute(update(tables.estate).values(phone=PHONE))
        self.building = self.server.add_building("1")
        self.home = self.door("101", "欧阳小明")
        self.server.add_staff("desk", "desk")
        self.code = self.card()

    def door(self, room: str, name: str = "张伟", building: str = "", estate: str = "") -> dict[str, str]:
        """Add a door that may have a tag."""
        return self.server.add_household(building or self.building, room, name, estate, str(uuid4()))

    def card(self) -> str:
        """The code on the card as it would be printed now."""
        return tagging.door_cards(self.server.store, None, self.building)[0].code

    @property
    def url(self) -> str:
        """The address on the card."""
        return f"{self.server.url}/d/{self.code}"

    def open(self, **headers: str) -> requests.Response:
        """Open the page."""
        return requests.get(self.url, headers=headers, timeout=10)

    def send(self, once: str = "", **said: str) -> requests.Response:
        """Send what the page's script would."""
        return requests.post(self.url, json={"once": once or str(uuid4()), "wanted": "repair", **said}, timeout=20)

    def matters(self) -> list[Any]:
        """The register."""
        with self.server.store.read() as connection:
            return list(connection.execute(select(matters)))

    def event(self, begins: int, people: int, name: str = "中秋游园", signup: str = "yes") -> str:
        """Plan a community event that the manager has approved, and publish the form of a sign-up; return its id."""
        publish(self.server.store, *built_in("event_plan", "event_signup"))
        form = read(built_in("event_plan")[0])
        boss = FieldDevice(self.server, self.server.add_staff("boss", "manager"), self.server.store.now)
        filling = Filling(form, Facts(self.server.store.now(), "seed"), language="zh")
        at = to_china(begins)
        answers = {
            "name": name, "day": at.date().isoformat(), "begins": f"{at:%H:%M}", "place": "中心花园",
            "people": str(people), "signup": signup, "budget": "0", "safety": "guard",
        }  # fmt: skip
        for path, value in answers.items():
            filling.answer(filling.find(path), value)
        subject = (CASE, str(uuid4()))
        body = body_of(form, "", Sender("", ""), filling, {"signers": ["staff", "manager"]})
        filled = boss.do("form_filled", subject, body)
        content = make_content(CASE, facts_to_sign(fold(CASE, [filled]), CASE), [name], at.date().isoformat())
        signed = signature_body(
            purpose=CASE, signer="manager", name="王", capacity="staff", content=content, strokes=STROKES_BYTES
        )
        blobs = (BlobRef(sha256_hex(STROKES_BYTES), len(STROKES_BYTES), STROKES),)
        (answer,) = boss.push(boss.make("signed", subject, signed, blobs=blobs))
        assert answer.problem is None, answer
        return subject[1]
