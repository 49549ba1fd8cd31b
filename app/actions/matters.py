"""The register 来人来电来访 (C.0): taking down what somebody says to the company, and following it to its result.

Most steps are one entry (``Records.record``); the verbs here are those that write more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from app.actions.core import derived, read_staff
from app.actions.models import ClassForm, ConfirmForm, MatterForm, Saved, SubjectView, TicketForm
from app.actions.reads import members
from app.actions.records import Records
from app.actions.tickets import Tickets
from app.domain import roles
from app.domain.rules.card import Card
from app.domain.rules.clocks import Clock
from app.domain.rules.departments import ENGINEERING
from app.domain.subjects import subject_of
from app.domain.subjects.fold import fold
from app.domain.subjects.matter import MatterCard, clocks, kinds, steps
from app.domain.subjects.matter import state as st
from app.domain.subjects.matter.figures import Figures, figures
from app.domain.subjects.matter.kinds import MATTER
from app.domain.subjects.matter.state import MatterState
from app.domain.subjects.ticket.kinds import PUBLIC_REPAIR, REPAIR, TICKET
from app.domain.wire.entries import Entry
from app.domain.wire.errors import MERGE_TARGET, MERGED_WITH_ITSELF, Problem
from app.store.queries import CardFilter
from app.store.search import Household

PARTS_OF_MATTER: Final = 4
"""Most entries with which one matter begins."""
_MOST: Final = 10_000
_OFFERED: Final = 30
"""Most open matters offered to merge into."""
_TICKET_CHANNEL: Final = {"phone": "phone", "door": "door", "message": "message"}
"""The channel of a ticket by that of the matter it comes from; every other one becomes ``desk``."""


@dataclass(frozen=True, slots=True)
class MatterView(SubjectView[MatterState]):
    """Everything a matter's page shows.

    ``into``: the one it was merged into, whose state it shows; ``absorbed``: those merged into it; ``ticket``: the
    repair it led to.
    """

    moves: steps.Moves
    clocks: tuple[Clock, ...]
    household: Household | None
    owner_name: str
    into: Card | None
    absorbed: tuple[Card, ...]
    ticket: Card | None


class Matters:
    """Matters of one signed-in person. ``once`` and ``draft``: see ``Core.save`` and the store's drafts."""

    def __init__(self, core: Records, tickets: Tickets) -> None:
        self._core = core
        self._tickets = tickets

    # -- reading ---------------------------------------------------------------------------

    def view(self, matter_id: str) -> MatterView:
        """Return everything a matter's page shows. Raises ``Problem`` ``not_found``."""
        seen: SubjectView[MatterState] = self._core.subject(MATTER, matter_id)
        state = seen.state
        ticket = self._core.store.card(TICKET, state.ticket_id) if state.ticket_id else None
        ids = tuple(state.absorbed)
        absorbed = self._core.store.cards(CardFilter(type=MATTER, ids=ids), 0, len(ids)) if ids else []
        return MatterView(
            **members(seen),
            moves=steps.moves(state, seen.card, self._core.profile.staff_id, self._core.roles_on(state)),
            clocks=tuple(clocks.clocks(state)),
            household=self._core.home(state.household_id),
            owner_name=self._core.staff_name(state.owner),
            into=self.end_of(seen.card) if state.merged_into else None,
            absorbed=tuple(card for card in absorbed if card.as_(MatterCard).merged_into == matter_id),
            ticket=ticket,
        )

    def end_of(self, card: Card) -> Card | None:
        """Return the matter in which a merged one goes on; ``None`` where this phone does not have it, and for a record
        that was not merged.

        The matter it was merged into may have been merged itself, by a phone that did not know; so the last of the
        chain is returned.
        """
        been: set[str] = set()
        at: Card | None = card
        while at is not None and (into := _merged_into(at)) is not None and at.id not in been:
            been.add(at.id)
            at = self._core.store.card(MATTER, into)
        return at if at is not card else None

    def to_merge_into(self, matter_id: str, text: str = "") -> list[Card]:
        """Return the open matters it may be merged into: those of the same household first, then of the same building,
        then the others, each the latest first (C.6)."""
        here = self._core.store.card(MATTER, matter_id)
        wanted = self._core.here(CardFilter(type=MATTER, ended=False, text=text, order="recent"))
        found = [card for card in self._core.store.cards(wanted, 0, _MOST) if card.id != matter_id]
        if here is None:
            return found[:_OFFERED]

        def far(card: Card) -> int:
            if card.household_id and card.household_id == here.household_id:
                return 0
            return 1 if card.building_id and card.building_id == here.building_id else 2

        return sorted(found, key=far)[:_OFFERED]

    def figures(self, since: int, until: int) -> Figures:
        """Return the figures of C.7 about the matters taken down from ``since`` on, before ``until`` (ms)."""
        wanted = self._core.here(CardFilter(type=MATTER, opened_from=since, opened_until=until))
        return figures(self._core.store.cards(wanted, 0, _MOST), self._core.now())

    def go_along(self, card: Card, department: str) -> tuple[str, ...]:
        """Return who goes along for an important one: its building's stewards and the department's supervisor (C.8)."""
        heads = kinds.heads_of(department)
        key = self._core.estate_of(card) if self._core.several else None
        people = [read_staff(i, body, estate=key) for i, body in self._core.store.refs("staff").items()]
        return tuple(
            sorted(
                one.id
                for one in people
                if one.active
                and one.id != card.as_(MatterCard).about_id
                and (heads & set(one.roles) or (roles.STEWARD in one.roles and card.building_id in one.building_ids))
            )
        )

    # -- taking down and classing ----------------------------------------------------------

    async def open(self, form: MatterForm, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Take a matter down (C.1); a repair makes its ticket in the same save (C.8). The same ``once`` saves once."""
        once = once or self._core.new_id()
        return await self._core.save(self.opening(form, derived(once, "matter"), once), draft)

    def opening(self, form: MatterForm, matter_id: str, once: str, part: int = 0) -> list[Entry]:
        """Return the entries with which a matter begins; ``part`` is the number of the first among those of a tap."""
        body: dict[str, Any] = {
            "class": form.kind,
            "channel": form.channel,
            "address": form.address,
            "household_id": form.household_id,
            "building_id": form.building_id,
            "said_at": form.said_at,
            "anonymous": form.anonymous or None,
            "contact_name": "" if form.anonymous else form.contact_name,
            "contact_phone": "" if form.anonymous else form.contact_phone,
            "about_id": form.about_id,
            "about": form.about or self._core.staff_name(form.about_id),
            "department": form.department,
            "content": form.content,
            "demand": form.demand,
            "raised_on_visit": form.raised_on_visit,
        }
        home = self._core.home(form.household_id)
        if home is not None:
            body |= {"unit_id": home.unit_id, "building_id": home.building_id, "address": form.address or home.address}
        body |= self._core.says_estate(body, form.estate)
        subject = (MATTER, matter_id)
        new = [self._core.entry(subject, "matter_opened", body, once, part)]
        if form.classed is not None:
            new += self._classing(_card_of(new[0]), form.classed, once, part + 1)
        if form.answer:
            new.append(self._core.entry(subject, "matter_closed", {"result": form.answer}, once, part + 3))
        return new

    async def class_(
        self, matter_id: str, form: ClassForm, *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Class a matter (C.2). A repair makes its ticket in the same save, an important one names who goes along
        (C.8). Raises ``Problem`` ``not_found``."""
        card = self._core.seen_as(MATTER, matter_id).card
        return await self._core.save(self._classing(card, form, once or self._core.new_id(), 0), draft)

    async def confirm(
        self, matter_id: str, form: ConfirmForm, *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Record that a resident's request from a door card is real (X); a repair makes its ticket in the same save.

        Raises ``Problem`` ``not_found``.
        """
        once = once or self._core.new_id()
        card = self._core.seen_as(MATTER, matter_id).card
        body = {"name": form.name, "phone": form.phone, "note": form.note}
        new = [self._core.entry((MATTER, matter_id), "request_confirmed", body, once)]
        if form.repair:
            known = replace(
                card,
                contact_name=form.name or card.contact_name,
                contact_phone=form.phone or card.contact_phone,
            )
            new += self._classing(known, ClassForm(kinds.REPAIR), once, 1)
        return await self._core.save(new, draft)

    def _classing(self, card: Card, form: ClassForm, once: str, part: int) -> list[Entry]:
        said = card.as_(MatterCard)
        department = form.department or said.department or (ENGINEERING if form.nature == kinds.REPAIR else "")
        # By the matter's id: whoever classes it, and however often, makes the same ticket.
        ticket_id = said.ticket_id or derived(card.id, "ticket")
        raises = form.nature == kinds.REPAIR and form.valid
        alone = form.weight == kinds.ORDINARY or not form.valid
        body: dict[str, Any] = {
            "class": form.kind if form.kind != card.kind else "",
            "nature": form.nature,
            "weight": form.weight,
            "valid": form.valid,
            "invalid_reason": "" if form.valid else form.invalid_reason,
            "promised_at": form.promised_at if form.valid else None,
            "department": department,
            "joint": None if alone else list(self.go_along(card, department)) or None,
            "ticket_id": ticket_id if raises else None,
        }
        new = [self._core.entry((MATTER, card.id), "classed", body, once, part)]
        if raises and self._core.store.card(TICKET, ticket_id) is None:
            new.append(self._core.entry((TICKET, ticket_id), "ticket_opened", self._ticket(card), once, part + 1))
        return new

    def _ticket(self, card: Card) -> dict[str, Any]:
        """Return the body of the ticket that a matter about a repair leads to."""
        form = TicketForm(
            content=card.content,
            ticket_kind=REPAIR if card.household_id else PUBLIC_REPAIR,
            household_id=card.household_id,
            building_id=card.building_id,
            address=card.address,
            contact_name=card.contact_name,
            contact_phone=card.contact_phone,
            requested_at=card.opened_at,
            channel=_TICKET_CHANNEL.get(card.as_(MatterCard).channel, "desk"),
            urgent=card.urgent,
            estate=card.estate or None,
        )
        return self._tickets.opened_body(form) | {"matter_id": card.id}

    # -- merging ---------------------------------------------------------------------------

    async def merge(
        self, matter_id: str, into: str, note: str = "", *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Merge a matter into another one that is open, in one transaction: the entry on the one that stays comes first
        (C.6).

        Raises ``Problem``: ``merged_with_itself``, ``merge_target`` (unknown, closed or merged itself),
        ``has_absorbed``, ``merged_already``.
        """
        once = once or self._core.new_id()
        if matter_id == into:
            raise Problem(MERGED_WITH_ITSELF)
        stays = self._core.store.card(MATTER, into)
        if not self._core.store.saved([once]) and (stays is None or stays.stage in st.ENDED):
            raise Problem(MERGE_TARGET)
        return await self._core.save(
            [
                self._core.entry((MATTER, into), "absorbed", {"matter_id": matter_id}, once),
                self._core.entry((MATTER, matter_id), "merged", {"into": into, "note": note}, once, 1),
            ],
            draft,
        )


def _merged_into(card: Card) -> str | None:
    return card.extra.merged_into if isinstance(card.extra, MatterCard) else None


def _card_of(opened: Entry) -> Card:
    """Return the card of a matter that has only its first entry."""
    return subject_of(MATTER).card(fold(MATTER, [opened]))
