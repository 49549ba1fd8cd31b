"""Somebody who knows how the app talks asks for what is not theirs: by ids and names that were seen or guessed."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.domain.wire import protocol
from app.sync.transport import Request
from sync_server.store.tables import blobs, entries

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone
    from tests.sim.world import World


def ask_for_anything(world: World, phone: SimPhone, rng: random.Random) -> None:
    """Ask for some entries and blobs by their names; what comes back is looked at like every answer."""
    if phone.session is None or not world.server.up:
        return
    with phone.peeking() as store:
        token, epoch = store.setting("token"), store.setting("epoch")
    if not token:
        return
    ids = world.server.read(lambda c: c.scalars(select(entries.c.id).order_by(entries.c.seq)).all())
    names = world.server.read(lambda c: c.scalars(select(blobs.c.hash).order_by(blobs.c.hash)).all())
    world.tell(f"{phone.name}: asks for what may not be theirs")
    body = {
        "protocol": protocol.PROTOCOL, "epoch": epoch, "sent_at": phone.clock(), "entries": [], "cursors": {},
        "want": rng.sample(ids, min(len(ids), 8)), "limit": 1,
    }  # fmt: skip
    head = {"Authorization": f"Bearer {token}"}
    phone.line.arrive(Request("POST", "/v1/sync", head, json.dumps(body).encode()))
    for name in rng.sample(names, min(len(names), 3)):
        phone.line.arrive(Request("GET", f"/v1/blobs/{name}", head))
