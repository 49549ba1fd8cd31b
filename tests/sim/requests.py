"""Residents who ask by the card at their door (X): now and then the same request comes twice, as from a double tap or a
page that heard no answer; it is one matter all the same."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from app.domain.rules.scopes import FIRST
from app.domain.rules.state import STEP_DONE
from app.domain.subjects.fold import fold
from app.domain.subjects.matter import state as st
from app.domain.subjects.matter.kinds import MATTER, WANTED
from app.domain.subjects.matter.state import MatterState
from app.domain.wire.entries import Entry
from sync_server.door.services import Service, standard
from sync_server.store.subjects import door_requests
from sync_server.store.subjects.door_requests import Asked, Door, TooMany
from tests.sim.estate import OTHER, OTHER_HOME, homes
from tests.sim.programs import running

if TYPE_CHECKING:
    from tests.sim.world import World

SAID: Final = "扫码说的话"
"""What is asked begins so, and goes on with the page's id of it: so a reader of the entries knows which it was."""


def ask(world: World, rng: random.Random) -> None:
    """Send a new request, or one of this run's again."""
    again = world.asked and rng.random() < 0.5
    door, once, wanted = rng.choice(world.asked) if again else (rng.choice(homes(world.two)), "", "")
    if not again:
        once, wanted = str(world.ids.uuid7()), rng.choice(WANTED)
        world.asked.append((door, once, wanted))
    where = Door(
        "H00000000", door["unit_id"], door["building_id"], door["address"],
        OTHER if door == OTHER_HOME else FIRST, "", "",
    )  # fmt: skip
    asked = Asked(once, wanted, f"{SAID} {once}", service=_service(once) if wanted == "help" else None)
    with running(world.server.version):
        try:
            number = door_requests.ask(world.server.store, where, asked, "192.0.2.1")
        except TooMany:
            world.tell("a resident asks too often")
        else:
            world.tell(f"a resident asks{' again' if again else ''}: {number}")


def _service(once: str) -> Service | None:
    """Return the service that a request for help names, told by the page's id of it: sent again, it is the same one."""
    listed = (None, *standard())
    return listed[int(once[-4:], 16) % len(listed)]


def faults(histories: Mapping[tuple[str, str], list[Entry]]) -> Iterator[str]:
    """Yield what does not hold of requests, told from their entries one by one."""
    said: Counter[str] = Counter()
    for (type_, matter_id), history in histories.items():
        if type_ != MATTER or not any(entry.kind == "request_received" for entry in history):
            continue
        said.update(str(entry.body["content"]) for entry in history if entry.kind == "matter_opened")
        state = fold(MATTER, history)
        assert isinstance(state, MatterState)
        took = [step.entry.kind for step in state.steps if step.standing == STEP_DONE]
        if state.stage == st.UNCONFIRMED and "request_confirmed" in took:
            yield f"request {matter_id} waits for a call that was made"
        if (state.called_at is None) == bool({"request_confirmed", "request_dismissed"} & set(took)):
            yield f"request {matter_id} does not say when somebody called back"
        if took.count("request_confirmed") > 1:
            yield f"request {matter_id} was confirmed twice"
    for words, count in said.items():
        if count > 1:
            yield f"one request became {count} matters: {words}"
