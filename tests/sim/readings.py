"""A document that everybody signs as read, on several phones (T4): signed with and without a network, on phones put
back, under versions that are replaced meanwhile. Who has signed is told a second time from the entries."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from app.domain import roles
from app.domain.rules.handbook import READING
from app.domain.wire.entries import Entry
from sync_server.handbook import Draft
from sync_server.store.estate import handbook
from tests.support.handbook import publish

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone
    from tests.sim.world import World


def draft(version: int) -> Draft:
    """Return the document as the office wants it in force."""
    return Draft("conduct", "rules", {"zh": "服务规范"}, {"zh": f"第 {version} 次修订"}, must_read=roles.ROLES)


def as_the_office_wants(world: World) -> None:
    """Have the server publish it: once more changes nothing, and a server put back from a backup may lack it."""
    publish(world.server.store, [draft(world.page_version)])


async def go_on(phone: SimPhone, rng: random.Random) -> None:
    """Sign what this phone knows that its owner owes."""
    session = phone.session
    assert session is not None
    with phone.peeking():
        owed = session.handbook.to_sign()
    if owed:
        await phone.do(session.handbook.sign(rng.choice(owed).page, once=session.new_id()))


def faults(
    world: World, histories: Mapping[tuple[str, str], Sequence[Entry]], rows: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """Yield whom the server takes to have signed, or not, otherwise than the entries say. A server that was put back
    from a backup may have an earlier version in force."""
    pages = world.server.read(lambda connection: handbook.pages_at(connection, world.now()))
    digest = pages[0].hash if pages else ""
    signed = {
        entry.author
        for (type_, _), history in histories.items()
        for entry in history
        if type_ == READING and entry.kind == "page_read" and entry.body["digest"] == digest
    }
    for row in rows:
        if row["rule"] == READING and (row["owner_id"] in signed) != (row["done_at"] is not None):
            yield f"{row['owner_id']} signed: {row['owner_id'] in signed}, the server says {row['standing']}"
