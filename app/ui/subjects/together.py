"""What is done to several records at once, after one question; each of them gets an entry of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from app.actions import Session
from app.actions.core import derived
from app.actions.models import Card, Staff
from app.domain import roles
from app.ui.texts import t

People = tuple[tuple[str, str], ...]
"""Whom something can be given to: ids and names."""


@dataclass(frozen=True)
class Said:
    """What somebody says once for all of them: to whom (an id), and in words; "" where neither is asked."""

    whom: str = ""
    words: str = ""


@dataclass(frozen=True)
class Together:
    """Something that can be done to several records: what its button says, and what the question says.

    ``fits``: those of the marked ones that wait for it. ``do`` saves it for one of them, under a tap's id, and raises
    ``Problem`` where that one does not take it. ``whom``: it is given to one of these; ``None``: to nobody. ``asks``:
    what the field for a reason or an opinion is called, "" for none; ``needs``: without it, nothing is done.
    """

    id: str
    words: str
    says: str
    fits: Sequence[Card]
    do: Callable[[Session, Card, Said, str], Awaitable[object]]
    whom: People | None = None
    asks: str = ""
    needs: bool = False
    phrases: tuple[str, ...] = ()

    def lacks(self, said: Said) -> bool:
        """Tell whether something is still to be chosen or written."""
        nobody = self.whom is not None and said.whom not in dict(self.whom)
        return nobody or (self.needs and not said.words)


def phrases(key: str) -> tuple[str, ...]:
    """Return the usual phrases of the text ``key``, where bars (|) stand between them."""
    return tuple(t(key).split("|"))


def for_all(session: Session, cards: Sequence[Card], of: Callable[[Card], Sequence[Staff]]) -> People:
    """Return whom all of ``cards`` can be given to; ``of`` says it of one of them."""
    found: dict[str, str] | None = None
    for card in cards:
        able = {one.id: session.staff_name(one.id) for one in of(card)}
        found = able if found is None else {id_: name for id_, name in found.items() if id_ in able}
    return tuple((found or {}).items())


def by_estate(session: Session, of: Callable[[str], Sequence[Staff]]) -> Callable[[Card], Sequence[Staff]]:
    """Return what says of a card whom it can be given to, where its estate alone decides: ``of`` is asked once each."""
    known: dict[str, Sequence[Staff]] = {}

    def able(card: Card) -> Sequence[Staff]:
        estate = session.estate_of(card)
        if estate not in known:
            known[estate] = of(estate)
        return known[estate]

    return able


def settling(session: Session, cards: Sequence[Card]) -> tuple[Together, ...]:
    """采纳, 不采纳: what is done to records whose entries wait to be checked 待核实, of any type."""
    flagged = [card for card in cards if card.flags and session.roles_on(card) & roles.OVERSEERS]
    if not flagged:
        return ()

    def settles(decision: str) -> Callable[[Session, Card, Said, str], Awaitable[object]]:
        async def settle(session: Session, card: Card, said: Said, once: str) -> None:
            for flag in session.flags_of(card):
                entry = flag.entry.id
                await session.settle_flag(entry, decision, said.words, once=derived(once, entry))

        return settle

    return tuple(
        Together(
            f"flags-{decision}",
            t(f"desk.many.{name}"),
            t(f"desk.many.{name}_says", n=sum(card.flags for card in flagged)),
            flagged,
            settles(decision),
            asks=t("desk.flags.note"),
        )
        for decision, name in (("accept", "accept"), ("set_aside", "aside"))
    )
