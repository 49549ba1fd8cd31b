"""Papers of archives on several phones (S): filed, moved, lent, checked and destroyed by people who have not heard of
each other, now and then past the app: without anybody's approval, or with one name for two."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from app.actions import Session
from app.actions.archive import PaperForm
from app.domain.rules.state import STEP_DONE
from app.domain.subjects.archive_paper import PAPER, PROPOSED, PaperState
from app.domain.subjects.archive_paper.kinds import FILERS
from app.domain.subjects.fold import fold
from app.domain.times import DAY
from app.domain.wire.entries import Entry
from app.store.queries import CardFilter

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone

_CLASSES = (2, 4, 7, 10)
_STEPS = ("ask", "ask", "decide", "give", "give", "back", "check", "move", "propose", "agree", "agree")


async def go_on(phone: SimPhone, rng: random.Random) -> None:
    """File a paper, or do something with one that this phone knows."""
    session = phone.session
    assert session is not None
    with phone.peeking() as store:
        known = sorted(card.id for card in store.cards(CardFilter(type=PAPER), 0, 50))
        homes = sorted(store.households().by_id)
    if homes and session.roles & FILERS and (not known or (len(known) < 3 and rng.random() < 0.3)):
        form = PaperForm(session.new_id(), rng.choice(homes), rng.choice(_CLASSES), "协议")
        await phone.do(session.archive.file(form))
    elif known:
        await _step(phone, session, rng, rng.choice(known))


async def _step(phone: SimPhone, session: Session, rng: random.Random, paper: str) -> None:
    with phone.peeking() as store:
        state = cast(PaperState, store.state(PAPER, paper))
    what, past = rng.choice(_STEPS), rng.random() < 0.4
    if state.stage == PROPOSED and rng.random() < 0.5:
        what = "agree"
    of = session.archive
    if what == "ask":
        await phone.do(of.ask(paper, "某人", "核对", session.now() + rng.randrange(1, 9) * DAY))
    elif what == "check":
        await phone.do(of.found(paper, rng.choice(("here", "missing", "obsolete"))))
    elif what == "move":
        await phone.do(of.move(paper, rng.choice(_CLASSES), "归错了类"))
    elif what == "propose":
        await phone.do(of.propose(paper, "保管期满"))
    elif what == "back":
        await phone.do(of.take_back(paper))
    elif past:
        _past_the_app(phone, session, state, what)
    elif what == "decide":
        await phone.do(of.decide(paper, rng.random() < 0.8, "现在不行"))
    elif what == "give":
        await phone.do(of.give(paper))
    else:
        await phone.do(of.agree(paper, True))


def _past_the_app(phone: SimPhone, session: Session, state: PaperState, what: str) -> None:
    """Say yes to one's own request, hand out what nobody approved, or agree with oneself: the app makes none of it."""
    body: dict[str, Any]
    if what == "agree":
        kind, about = "destruction_decided", state.proposed
        body = {"proposed_id": about.id if about is not None else "nothing", "approved": True}
    else:
        kind = "loan_decided" if what == "decide" else "loan_given"
        about = state.loans[-1].asked if state.loans else None
        body = {"asked_id": about.id if about is not None else "nothing"}
        body |= {"approved": True} if what == "decide" else {}
    phone.save([session.entry((PAPER, state.id), kind, body, None)], {})


def faults(histories: Mapping[tuple[str, str], Sequence[Entry]]) -> Iterator[str]:
    """Yield each paper that was handed out without another's word, and each that one person destroyed, told from the
    entries one by one. What the desk let count or took out is its own decision."""
    for (type_, paper), history in histories.items():
        if type_ != PAPER or any(entry.kind in ("flag_settled", "amended") for entry in history):
            continue
        stands = [step.entry for step in fold(type_, history).steps if step.standing == STEP_DONE]
        by_id = {entry.id: entry for entry in stands}
        yes = {
            entry.body["asked_id"]: entry.author
            for entry in stands
            if entry.kind == "loan_decided" and entry.body["approved"]
        }
        for entry in stands:
            if entry.kind == "loan_given":
                asked = by_id.get(str(entry.body["asked_id"]))
                word = yes.get(entry.body["asked_id"])
                if asked is None or word is None or word == asked.author:
                    yield f"the paper {paper} was lent, and {word} said yes to {asked and asked.author}"
            elif entry.kind == "destruction_decided" and entry.body["approved"]:
                proposed = by_id.get(str(entry.body["proposed_id"]))
                if proposed is None or proposed.author == entry.author:
                    yield f"the paper {paper} was destroyed by {entry.author} alone"
