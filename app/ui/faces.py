"""What every type of subject has in the app: its page, and what opens it is called. One list, so none is forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.actions.models import Card
from app.domain.subjects.count import COUNT
from app.domain.subjects.place import PLACE
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.visit import VISIT
from app.ui.texts import t


@dataclass(frozen=True)
class Face:
    """One type of subject to people: ``path`` its page begins with; ``settle`` under it, where its flags are settled
    by looking at the thing itself rather than by letting an entry count or not."""

    path: str
    settle: str = ""


FACES: Final[dict[str, Face]] = {
    TICKET: Face("/ticket/"),
    VISIT: Face("/visit/"),
    THING: Face("/key/", settle="/settle"),
    PLACE: Face("/place/"),
    COUNT: Face("/count/"),
}


def page_of(card: Card) -> str | None:
    """Return the page of what a card is about; None for a subject of a newer app."""
    face = FACES.get(card.type)
    return f"{face.path}{card.id}" if face is not None else None


def settle_page_of(card: Card) -> str | None:
    """Return the page on which the flags of this subject are settled; None where they are settled in the list."""
    face = FACES.get(card.type)
    return f"{face.path}{card.id}{face.settle}" if face is not None and face.settle else None


def open_words(card: Card) -> str:
    """Return what the way to a subject's page is called: 打开工单, 打开盘点."""
    return t(f"common.open.{card.type}")


def heading_of(card: Card) -> str:
    """Return what a subject is called in a list of all kinds: its door, else its name, else what it is."""
    return card.address or card.content or t(f"common.subject.{card.type}")
