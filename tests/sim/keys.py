"""Keys 钥匙 going through hands: by the app's own verbs, and past them, by who knows no better (G.1-G.4)."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from app.actions import Session
from app.actions.models import CustodyForm, Signature, SigningContent
from app.domain.subjects.fold import fold
from app.domain.subjects.thing.facts import step_facts
from app.domain.subjects.thing.kinds import CUSTODY, THING
from app.domain.subjects.thing.state import OUT, ThingState
from app.domain.wire.errors import Problem
from app.store.queries import CardFilter
from tests.sim.estate import PEOPLE, homes

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone

_ON_RACK = ("lent", "lent", "lent", "lent", "given_back", "issued")
_OUT = ("returned", "returned", "handed_over", "handed_over", "given_back")
_HOUR = 3_600_000


async def change_hands(phone: SimPhone, rng: random.Random) -> None:
    """Do something with a key that this phone knows, or take in a new one."""
    session = phone.session
    assert session is not None
    with phone.peeking() as store:
        known = sorted(card.id for card in store.cards(CardFilter(type=THING), 0, 50))
    if not known or rng.random() < 0.08:
        kind = "entrusted" if "steward" in session.roles else "stocked"
        form = _new(session, rng, kind, phone.world.two)
        await phone.do(_sign(session, rng, form))
        return
    with phone.peeking() as store:
        state = store.state(THING, rng.choice(known))
    assert isinstance(state, ThingState)
    what = rng.random()
    if what < 0.65:
        kinds = _OUT if state.stage == OUT else _ON_RACK
        await phone.do(_sign(session, rng, _form(session, rng, state, rng.choice(kinds))))
    elif what < 0.8:
        _past_the_verbs(phone, rng, _form(session, rng, state, rng.choice(("lent", "lent", *_OUT))))
    elif state.flags and what < 0.95:
        holds = rng.choice((None, rng.choice(state.flags).entry_id))
        await phone.do(session.keys.settle(state.id, holds, note="问过了"))
    else:
        await phone.do(_other(session, rng, state))


def _other(session: Session, rng: random.Random, state: ThingState) -> Any:
    due_at = session.now() + rng.randint(1, 48) * _HOUR
    return rng.choice(
        (
            lambda: session.keys.extend(state.id, due_at, "还没修完"),
            lambda: session.keys.locate(state.id, "rack", rack="A-09"),
            lambda: session.keys.locate(state.id, "staff", to_id="staff-wang", to_name="wang", due_at=due_at),
            lambda: session.keys.write_off(state.id, "丢失"),
        )
    )()


def _new(session: Session, rng: random.Random, kind: str, two: bool) -> CustodyForm:
    home = rng.choice(sorted(home["household_id"] for home in homes(two)))
    return CustodyForm(
        once=session.new_id(), thing_id=session.new_id(), kind=kind, pieces=2, rack=f"B-{rng.randrange(30):02}",
        name="入户门钥匙", household_id=home, given_by="张伟", purpose="漏水时开门", until="2026-12-31",
    )  # fmt: skip


def _form(session: Session, rng: random.Random, state: ThingState, kind: str) -> CustodyForm:
    to = rng.choice([("staff", p.staff_id, p.login) for p in PEOPLE.values()] + [("outside", None, "电梯公司 李师傅")])
    tickets = [card.id for card in session.store.cards(CardFilter(type="ticket"), 0, 5)]
    fewer = rng.random() < 0.1 and state.pieces > 0
    return CustodyForm(
        once=session.new_id(), thing_id=state.id, kind=kind, pieces=state.pieces - fewer,
        note="少一把" if fewer else "", to_kind=to[0], to_id=to[1],
        to_name=to[2] if kind not in ("given_back", "issued") else "张伟", purpose="修水管",
        ticket_id=rng.choice([None, *sorted(tickets)]), due_at=session.now() + rng.randint(1, 48) * _HOUR,
        rack=rng.choice((state.rack, "A-07")),
    )  # fmt: skip


async def _sign(session: Session, rng: random.Random, form: CustodyForm) -> None:
    """Record a step as the screen does: what will be signed is shown, both sides sign, all is saved at once."""
    content = session.keys.content(form)
    await session.keys.step(form, _signature(content, rng, "giver"), _signature(content, rng, "taker"))


def _past_the_verbs(phone: SimPhone, rng: random.Random, form: CustodyForm) -> None:
    """Record a step whether or not it fits, as a phone does that has not heard what happened meanwhile."""
    session = phone.session
    assert session is not None
    with phone.peeking() as store:
        try:
            step = session.keys._entry_of(form)
        except Problem as problem:  # of a thing whose beginning has not come to this phone
            phone.world.tell(f"{phone.name}: not done: {problem.name}")
            return
        state = fold(THING, [*store.counted_entries(THING, form.thing_id), step])
    assert isinstance(state, ThingState)
    new, attachments = [step], {}
    for link in (*state.links, *state.disputed):
        if link.entry.id == step.id:
            content = SigningContent(THING, state.id, CUSTODY, step_facts(state, link), session.day())
            for part, side in enumerate(("giver", "taker"), 1):
                entry, strokes = session.signed(_signature(content, rng, side), step.id, part)
                new.append(entry)
                attachments[entry.blobs[0].hash] = strokes
    phone.save(new, attachments)


def _signature(content: SigningContent, rng: random.Random, side: str) -> Signature:
    points = [[rng.randrange(10_000), rng.randrange(10_000), number * 20] for number in range(12)]
    return Signature(content, side, "某某", "staff", ("钥匙",), ({"points": points},), 300, 120)
