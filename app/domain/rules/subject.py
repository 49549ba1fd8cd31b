"""The interface through which everything else handles subjects, without knowing which types there are.

Each type has one ``Subject`` in ``app/domain/subjects``; folding, signing, access, cards, clocks, search and sync ask
it, and none of them knows a type by name. ``docs/adding-a-kind.md`` walks through a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, ClassVar, Generic, TypeVar

from app.domain import roles
from app.domain.rules.archive_gaps import Filed
from app.domain.rules.binding import Facts, bound_to
from app.domain.rules.card import Card, Extra, plain_card
from app.domain.rules.clocks import Clock
from app.domain.rules.closing import Closing
from app.domain.rules.deeds import Deed, Worked
from app.domain.rules.duties import Owed
from app.domain.rules.kind import Kind
from app.domain.rules.state import SubjectState
from app.domain.wire.entries import Entry, actor
from app.domain.wire.errors import ALREADY_OVER, NOT_ASSIGNEE

Body = Mapping[str, Any]
S = TypeVar("S", bound=SubjectState)

AT_THE_DOOR = frozenset(
    (roles.REPAIR_WORKER, roles.STEWARD, roles.ENGINEERING_SUPERVISOR, roles.SERVICE_SUPERVISOR, roles.SYSTEM)
)
"""Roles that may take down a signature at a door."""


class Subject(Generic[S]):
    """One type of subject: what it begins with, what its entries do to it, who sees it, who signs what.

    The defaults here suit a type about which nothing is known; each type overrides what differs.
    """

    name: ClassVar[str]
    """Its type as written in entries; never changes once an entry carries it."""
    state_class: type[S]
    """The class of its state; created with the id alone, before the first entry."""
    opens_with: ClassVar[tuple[str, ...]] = ()
    """The kinds of entry it can begin with."""
    meets: ClassVar[frozenset[str]] = frozenset()
    """Those of ``opens_with`` with which people who have not heard of each other may begin the very same one, because
    its id follows from what it is about: what the second says is taken from whoever may begin one, and flagged."""
    kinds: ClassVar[tuple[Kind, ...]] = ()
    """Its own kinds of entry; photos, signatures, corrections and settled flags come with every subject."""
    stage_words: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """What its stages are called in a sentence, in Chinese and English."""
    purposes: ClassVar[tuple[str, ...]] = ()
    """What can be signed for on it."""
    signers: ClassVar[tuple[str, ...]] = ()
    """The parts in which somebody can sign (resident, worker, …)."""
    called_off: ClassVar[frozenset[str]] = frozenset()
    """The stages in which it came to nothing: what was signed before is told so on the resident's copy (A.8)."""
    signature_takers: ClassVar[frozenset[str]] = AT_THE_DOOR
    """The posts whose holders may take its signatures."""
    id_is_door: ClassVar[bool] = False
    """Whether its id may be that of the unit or household it is about."""
    extra: ClassVar[type[Extra]] = Extra
    """The class of the fields that only its cards have."""
    grievances: ClassVar[tuple[str, ...]] = ()
    """Its kinds that mean that a household waits for an answer, the gravest first: while one is open, stewards call at
    that door first (E)."""
    on_today: ClassVar[bool] = False
    """Whether it appears on 今日 (today's page) of those whose move it is (``move``), and, among what they reported, of
    those who opened it."""
    letter_kind: ClassVar[str] = ""
    """The kind of entry (``letter_id``, ``text``) that records that an open letter 公开信 answered one together with
    others (D.5); "" where each is answered by itself."""
    fresh: ClassVar[tuple[str, ...]] = ()
    """The stages in which nobody has begun work on one: 今日 marks it as new 新 for whoever has not opened it yet."""
    rings: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """By post: the stages in which one that nobody is responsible for rings at the holders of that post, like a
    call."""
    rule_owners: ClassVar[frozenset[str]] = frozenset()
    """The posts that a company's rules may name as the owner of one that begins because something was closed (D.2)."""
    dues: ClassVar[frozenset[str]] = frozenset()
    """The ids of its clocks that are somebody's duties (``rules/duties.py``): those due by a day, rather than within
    minutes."""
    moves: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """By post: the stages, of those in which somebody still has something to do, in which it may be the move of a
    holder of that post. What is somebody's move as the card's ``assignee`` need not be listed."""

    def apply(self, state: S, entry: Entry, body: Body, *, forced: bool, seen: S) -> str | None:
        """Apply one entry; or return the name of the reason (errors 11xx) why it does not fit, so that it is kept and
        flagged.

        ``forced``: the desk accepted this flagged entry, so it takes effect all the same. ``seen``: the state on which
        a signature was given.
        """
        return None

    def finish(self, state: S) -> None:
        """Work out what depends on all entries; called once, after the last."""

    def audience(self, state: S) -> set[str]:
        """Return the scopes it belongs to in addition to the overseers', its building's and its opener's."""
        return set()

    def for_overseers(self, state: S) -> bool:
        """Tell whether those who see the whole estate's work see it."""
        return True

    def for_its_building(self, state: S) -> bool:
        """Tell whether those who look after its building see it."""
        return True

    def for_its_opener(self, state: S) -> bool:
        """Tell whether whoever began it sees it, wherever it is."""
        return True

    def facts(self, state: S, purpose: str) -> Facts | None:
        """Return the facts that a signature for ``purpose`` would be bound to now; ``None`` if there is nothing to
        sign."""
        return None

    def fits(self, signed: Entry, state: S) -> bool:
        """Tell whether a signature still fits: whether the facts it is bound to are those of the state now."""
        return bound_to(signed, self.facts(state, str(signed.body.get("purpose"))))

    def may(self, held: Set[str], entry: Entry, before: Sequence[Entry]) -> bool:
        """Tell whether somebody with the posts ``held`` may make this very entry after ``before``; that their posts
        allow its kind is checked already."""
        return True

    def may_begin(self, held: Set[str], buildings: Set[str], kind: str, building: str | None) -> bool:
        """Tell whether somebody with the posts ``held`` may begin one in a building, with an entry of ``kind``.

        ``buildings``: those they look after; ``building``: where it is, ``None`` if unknown. Not asked for overseers,
        who may begin one anywhere.
        """
        return building is None or building in buildings

    def may_sign(self, held: Set[str], signer: str) -> bool:
        """Tell whether somebody with the posts ``held`` may take down a signature in the part ``signer``."""
        return bool(self.signature_takers & held)

    def repeats(self, state: S, entry: Entry) -> bool:
        """Tell whether an entry of one of its own kinds would change nothing, because the state says the same
        already."""
        return False

    def clocks(self, state: S) -> list[Clock]:
        """Return every clock that runs or ran on it, in the order in which they are due."""
        return []

    def owner(self, state: S, clock: Clock) -> str:
        """Return whom one of its clocks binds: a staff id, or the name of a post; "" for nobody."""
        return ""

    def clock(self, state: S) -> Clock | None:
        """Return the clock that runs now and is due first, or ``None``."""
        return next((clock for clock in self.clocks(state) if clock.met_at is None), None)

    def owed(self, card: Card) -> list[Owed]:
        """Return the duties it causes (``dues``), as far as its card tells: at most one, from the clock that runs."""
        clock = card.clock
        if clock is None or clock.met_at is not None or clock.id not in self.dues:
            return []
        return [owed_on(card, clock, self.debtor(card, clock))]

    def debtor(self, card: Card, clock: Clock) -> str:
        """Return who has to do what a card's clock demands: a staff id, a post, or "" for nobody."""
        return card.assignee or ""

    def deeds(self, state: S) -> list[Deed]:
        """Return the pieces of work that were finished on it, and by whom: they count in 我的本月 (my month)."""
        return []

    def worked(self, state: S) -> Worked:
        """Return what it counts for those who worked on it: its deeds, and those of its clocks that bind a person."""
        if state.opened is None:
            return Worked()
        whose = [(self.owner(state, clock), clock) for clock in self.clocks(state)]
        mine = tuple((owner, clock) for owner, clock in whose if owner and owner not in roles.ROLES)
        return Worked(tuple(self.deeds(state)), mine)

    def move(self, card: Card, staff_id: str, held: Set[str]) -> str | None:
        """Return the verb of the main action that ``staff_id`` with the posts ``held`` has on one, as far as its card
        tells; ``None``: it is not their move."""
        return None

    def own_clock(self, card: Card, staff_id: str, held: Set[str]) -> Clock | None:
        """Return the clock that runs if this person is the one who must be quick, else ``None``."""
        clock = card.clock
        return clock if clock is not None and clock.met_at is None and card.assignee == staff_id else None

    def open_to_letter(self, card: Card) -> bool:
        """Tell whether an open letter (``letter_kind``) would answer it now, as far as its card tells."""
        return False

    def holder(self, state: S) -> str | None:
        """Return the staff id of who has it and can hand it to a colleague; ``None``: nobody, or it is over."""
        return None

    def hand_to(self, state: S, staff_id: str, entry: Entry) -> None:
        """Make it ``staff_id``'s from now on; ``entry`` says so (``taken_over``)."""
        raise NotImplementedError(f"a {self.name} has a holder, and nothing that hands it on")

    def taken_over(self, state: S, entry: Entry, body: Body, *, forced: bool) -> str | None:
        """Hand it from whoever has it to who takes over from them (R3), or return why it is not theirs to hand on."""
        holder = self.holder(state)
        if holder is None:
            return ALREADY_OVER.name
        if holder != actor(entry) and not forced:
            return NOT_ASSIGNEE.name
        self.hand_to(state, str(body["to_id"]), entry)
        return None

    def closing(self, state: S) -> Closing | None:
        """Return what a follow-up needs to know, if it is closed and the residents it concerns may be asked about it;
        ``None`` while it is open, and where nobody is asked (D.2)."""
        return None

    def filed(self, card: Card, by_form: Mapping[str, int]) -> Filed | None:
        """Return what one is in its household's archive, as far as its card tells; ``None`` if it is no part of it
        (S1). ``by_form``: the class that each form is filed in, by its id."""
        return None

    def filed_apart(self, state: S, by_form: Mapping[str, int]) -> dict[str, int]:
        """Return the class in which each of its entries is filed that is filed by itself, by the entry's id: the forms
        of a chain. What is not here is filed with the record (S5)."""
        return {}

    def card(self, state: S) -> Card:
        """Return its card, which lists show."""
        return plain_card(state)

    def misfit(self, state: S, entry: Entry, name_of: Callable[[str | None], str]) -> dict[str, Any]:
        """Return the values to fill in the message that says why an entry does not fit; ``name_of`` gives a person's
        name."""
        return {}


def owed_on(card: Card, clock: Clock, owner: str) -> Owed:
    """Return the duty of ``owner`` that follows from one of a record's clocks."""
    return Owed(
        card.type, card.id, clock.id, owner, clock.start, clock.due, clock.met_at,
        card.address, card.content, card.building_id, card.estate,
    )  # fmt: skip
