"""Work done through the facade as people do it in the app: a whole repair, a signature, an unlisted fault."""

from __future__ import annotations

from typing import Any, Final

from app.actions import Session
from app.actions.models import CustodyForm, Saved, Signature, SigningContent
from app.domain.writing.tags import KEY, Tag
from app.ui.texts import yuan
from tests.support.driver import NAME_STROKES

PAD: Final = (360.0, 200.0)
STROKES: Final[tuple[dict[str, Any], ...]] = tuple(
    {"points": [[int(x * 1e4), int(y * 1e4), 400 * n + 16 * k] for k, (x, y) in enumerate(stroke)]}
    for n, stroke in enumerate(NAME_STROKES)
)


def signature(content: SigningContent, name: str, signer: str = "resident", capacity: str = "self") -> Signature:
    """A signature with real strokes under two shown lines."""
    shown = (str(content.facts.get("address", "")), yuan(int(content.facts.get("total_fen") or 0)))
    return Signature(content, signer, name, capacity, shown, STROKES, *PAD)


async def go_there(session: Session, ticket_id: str) -> None:
    """Accept and arrive (A.2)."""
    await session.tickets.accept(ticket_id)
    await session.tickets.arrive(ticket_id)


async def agree_and_work(session: Session, ticket_id: str, lines: list[dict[str, Any]], name: str) -> None:
    """Go from showing the price to a trial that succeeds (A.4-A.7); the resident has no materials of their own."""
    await session.tickets.price(ticket_id, lines)
    await session.tickets.consent(ticket_id, True, name, "self")
    await session.tickets.start_work(ticket_id, False)
    await session.tickets.write_fees(ticket_id, lines)
    await session.tickets.try_out(ticket_id, True)


async def sign(session: Session, ticket_id: str, name: str) -> Saved:
    """Let the resident sign for the repair (A.7)."""
    return await session.sign(signature(session.signing_content("ticket", ticket_id, "repair"), name))


async def repair(session: Session, ticket_id: str, item: str = "更换角阀", name: str = "张伟", qty: str = "1") -> None:
    """Do a whole repair from the price list, from accepting to the resident's signature (A.2-A.7)."""
    await go_there(session, ticket_id)
    found = session.tickets.price_items(item)[0]
    await session.tickets.find(ticket_id, [(found.id, qty)])
    await agree_and_work(session, ticket_id, [session.tickets.fee_line(found.id, qty)], name)
    await sign(session, ticket_id, name)


async def find_unlisted(session: Session, ticket_id: str, what: str) -> None:
    """Record that the fault on site is not on the price list, so that the supervisor must judge (A.2, A.3)."""
    await go_there(session, ticket_id)
    await session.tickets.find(ticket_id, description=what)


async def hand(session: Session, kind: str, thing: str, **more: Any) -> str:
    """Record one step of a key with both signatures, as a colleague without a screen (G.2); return the thing's id."""
    form = CustodyForm(session.new_id(), thing, kind, **more)
    content = session.keys.content(form)
    sides = [signature(content, name, side, "staff") for name, side in (("张伟", "giver"), ("刘芳", "taker"))]
    return (await session.keys.step(form, *sides)).subject_id


async def first_key(session: Session, household_id: str, rack: str = "A-01") -> str:
    """Take a door's key into keeping with the estate's first tag; return its id."""
    return await entrust(session, household_id, Tag(KEY, session.keys.tag_mark or "TST", "0001").code, rack)


async def entrust(session: Session, household_id: str, code: str, rack: str) -> str:
    """Take a resident's key into keeping (G.1); return its id."""
    return await hand(
        session, "entrusted", session.new_id(), household_id=household_id, given_by="张伟", phone="14200000000",
        name="入户门钥匙", purpose="出差期间代收快递", until="2099-12-31", pieces=2, rack=rack, tag=code,
    )  # fmt: skip
