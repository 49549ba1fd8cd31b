"""Street lamps in the simulator: named on several phones at once, looked at, signed for, photographed with the rest."""

from __future__ import annotations

import random
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from app.store.queries import CardFilter
from tests.sim import plan
from tests.sim.estate import HOMES
from tests.sim.phones import SimPhone
from tests.sim.world import World
from tests.support.field_work import signature
from tests.toy import installed
from tests.toy.lamp import LAMP, REPAIRED

_SAME = [f"00000000-0000-4000-8000-0000000000{n:02}" for n in range(1, 5)]
"""Ids of lamps that several people may name without knowing of each other."""


def lamp(world: World, phone: SimPhone, rng: random.Random) -> Coroutine[Any, Any, Any] | None:
    """Do something with a lamp that this phone knows, or name one."""
    session = phone.session
    if session is None:
        return None
    with phone.peeking() as store:
        known = sorted(card.id for card in store.cards(CardFilter(type=LAMP), 0, 50))
    what = rng.random()
    if not known or what < 0.3:
        named: dict[str, Any] = {
            "name": f"{rng.randrange(99)} 号灯",
            "light": "led",
            **rng.choice(list(HOMES.values())),
        }
        return phone.do(session.record(LAMP, rng.choice(_SAME), "lamp_named", named))
    subject_id = rng.choice(known)
    if what < 0.8:
        body: dict[str, Any] = {"lit": False, "note": "闪"} if rng.random() < 0.5 else {"lit": True}
        return phone.do(session.record(LAMP, subject_id, "lamp_checked", body))
    with phone.peeking() as store:
        flags = store.state(LAMP, subject_id).flags
    if flags:
        return phone.do(session.settle_flag(flags[0].entry_id, rng.choice(("accept", "set_aside"))))
    content = session.signing_content(LAMP, subject_id, REPAIRED)
    return phone.do(session.sign(signature(content, "李电工", "electrician", "staff")))


@contextmanager
def played() -> Iterator[None]:
    """Have the simulator know street lamps and play with them."""
    plan.VERBS["lamp"] = plan.Verb(lamp, 25, False)
    try:
        with installed():
            yield
    finally:
        del plan.VERBS["lamp"]
