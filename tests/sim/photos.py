"""Photos 照片: taken, sent in chunks, kept back until there is Wi-Fi, cleared and fetched again (A, E, H)."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from app.domain.rules.photos import CAMERA, Picture, photo_of
from app.domain.wire.errors import Problem
from app.store import schema

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone

Subject = tuple[str, str]


async def take(phone: SimPhone, rng: random.Random) -> None:
    """Take a photo of something on this phone."""
    session, subjects = phone.session, _subjects(phone)
    if session is None or not subjects:
        return
    subject = rng.choice(subjects)
    data = _jpeg(rng, rng.choice((600, 1_100, 1_900)))
    taken = Picture(data, _jpeg(rng, rng.choice((150, 400))), 1_600, 1_200, CAMERA, taken_at=phone.clock())
    await phone.do(session.photos.add(*subject, taken, rng.choice(("before", "after", "record"))))


async def mind_room(phone: SimPhone, rng: random.Random) -> None:
    """Clear photos, let them wait for Wi-Fi or go, or open one, which may have to be fetched."""
    session = phone.session
    assert session is not None
    what = rng.random()
    if what < 0.4:
        phone.saves_data = not phone.saves_data
        phone.world.tell(f"{phone.name}: photos {'wait' if phone.saves_data else 'go'}")
    elif what < 0.75:
        await phone.do(session.photos.clear(10_000_000))
        phone.world.tell(f"{phone.name}: photos cleared")
        phone.world.excuse_blobs()  # of those that a restored server had forgotten
    else:
        with phone.peeking() as store:
            taken = [e for subject in _subjects(phone) for e in store.entries(*subject) if e.kind == "photo_taken"]
        if taken:
            entry = rng.choice(sorted(taken, key=lambda e: e.id))
            ref = photo_of(entry)
            try:
                data = await session.photos.fetch(entry)
            except Problem as problem:
                phone.world.tell(f"{phone.name}: photo not opened: {problem.name}")
            else:
                if ref is None or data != phone.world.ledger.contents[ref.hash]:
                    phone.world.broken(f"{phone.name} shows another picture than was taken")


def _jpeg(rng: random.Random, size: int) -> bytes:
    """Return bytes that begin and end like a picture; what is between nobody here looks at."""
    return b"\xff\xd8\xff" + rng.randbytes(size) + b"\xff\xd9"


def _subjects(phone: SimPhone) -> list[Subject]:
    table = schema.subjects
    with phone.peeking() as store, store.file.read() as connection:
        rows = connection.execute(table.select().where(~table.c.dropped).order_by(table.c.id)).all()
    return [(row.type, row.id) for row in rows]
