"""What screens read, and what they pass to the verbs: plain values, cheap to make and compare.

Times are ms since 1970 UTC, money is fen, days are ``datetime.date`` or YYYY-MM-DD text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from app.domain.rules.another_time import AnotherTime
from app.domain.rules.archive_checks import ArchiveCheck
from app.domain.rules.card import Card
from app.domain.rules.care import CareCall
from app.domain.rules.clocks import Clock
from app.domain.rules.duties import Duty
from app.domain.rules.handbook import ToRead
from app.domain.rules.meter_rounds import MeterRound
from app.domain.rules.notices import Hanging
from app.domain.rules.patrols import Round
from app.domain.rules.state import SubjectState
from app.domain.subjects.count import CountState
from app.domain.subjects.job.state import JobState
from app.domain.subjects.signing import Verdict
from app.domain.subjects.thing.state import Link, ThingState
from app.domain.subjects.ticket.state import TicketState
from app.domain.subjects.ticket.steps import NextStep
from app.domain.subjects.visit import VisitState
from app.domain.wire.entries import Entry
from app.domain.wire.errors import Problem
from app.domain.writing.tags import NoTag
from app.store.queries import EstateCounts, Line
from app.store.search import Household, HouseholdHit, Person, PriceItem
from app.sync.account import Device, JoinCode, Look
from app.sync.news import News, NewsChannel, NewsMessage, NewsRule
from app.sync.registers import RegisterLine, RegisterQuestion, RegisterState
from app.sync.verdicts import ServerVerdict

WAITING, REFUSED = "waiting", "refused"
"""The state of an unsent entry: it waits, or the server refused it (待处理)."""

# -- people and profiles -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Profile:
    """One person on this phone. ``signed_in`` says whether the app opens for them without a password.

    ``ended``: the server ended this phone for them (it was lost, or they left); what came from there was removed.
    ``estates`` (key and name) and ``posts`` (roles by key): as the server told them at sign-in; empty for somebody
    whose only estate 小区 is the company's first.
    """

    id: str
    login: str
    staff_id: str
    name: str
    roles: tuple[str, ...]
    estate: str
    server_url: str
    signed_in: bool
    last_used: int
    ended: bool = False
    estates: tuple[tuple[str, str], ...] = ()
    posts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Staff:
    """One member of staff; ``load`` is how much they have in hand: tickets, jobs."""

    id: str
    number: str
    name: str
    roles: tuple[str, ...]
    phone: str
    building_ids: tuple[str, ...]
    active: bool = True
    load: int = 0
    initials: tuple[str, ...] = ()
    pinyin: tuple[str, ...] = ()


# -- what the verbs take -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class JobForm:
    """A job as it is filled in (B.1, B.8): at a household, or in a public place with its ``address``; ``lines`` as in
    entries; ``estate``: of a place outside all buildings."""

    content: str
    requirements: str
    due_at: int | None
    receiver_id: str
    job_kind: str = "plain"
    household_id: str | None = None
    building_id: str | None = None
    address: str = ""
    served_name: str = ""
    served_phone: str = ""
    urgent: bool = False
    lines: tuple[Mapping[str, Any], ...] = ()
    estate: str | None = None


@dataclass(frozen=True, slots=True)
class TicketForm:
    """A ticket as it is opened (A, B.1). With ``household_id``, address and building are filled in."""

    content: str
    ticket_kind: str = "repair"
    household_id: str | None = None
    unit_id: str | None = None
    building_id: str | None = None
    address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    requested_at: int | None = None
    appointment_at: int | None = None
    due_at: int | None = None
    listed: bool | None = None
    item_id: str | None = None
    channel: str = "desk"
    urgent: bool = False
    estate: str | None = None
    """If there is no door: the key of the estate; ``None`` for the estate looked at."""


@dataclass(frozen=True, slots=True)
class PromiseForm:
    """What was promised at a door, and until which day (E)."""

    what: str
    until: str


@dataclass(frozen=True, slots=True)
class ClassForm:
    """How a matter is classed (C.2). ``promised_at`` in ms; ``kind``: another class than it was taken down as."""

    nature: str
    weight: str = "ordinary"
    valid: bool = True
    invalid_reason: str = ""
    promised_at: int | None = None
    department: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmForm:
    """What a call back about a resident's request found out (X): who it is, and whether it needs a repair."""

    name: str = ""
    phone: str = ""
    note: str = ""
    repair: bool = False


@dataclass(frozen=True, slots=True)
class MatterForm:
    """A matter as it is taken down (C.1). With ``household_id``, address and building are filled in.

    ``answer``: what was answered on the spot, which closes it; ``classed``: how the taker classes it.
    """

    kind: str
    content: str
    channel: str = "phone"
    household_id: str | None = None
    building_id: str | None = None
    address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    anonymous: bool = False
    about_id: str = ""
    about: str = ""
    department: str = ""
    demand: str = ""
    said_at: int | None = None
    raised_on_visit: str | None = None
    answer: str = ""
    classed: ClassForm | None = None
    estate: str | None = None
    """If there is no door: the key of the estate; ``None`` for the estate looked at."""


@dataclass(frozen=True, slots=True)
class WelcomeForm:
    """What a new household was given and asked on its first visit (E)."""

    flowers: bool = False
    letter: bool = False
    helped: bool = False
    impression: str = ""

    @property
    def empty(self) -> bool:
        """Whether none of it was done; nothing is recorded then."""
        return not (self.flowers or self.letter or self.helped or self.impression)


@dataclass(frozen=True, slots=True)
class VisitForm:
    """A visit as it is recorded (E). ``visit_id`` is made when the screen opens (``session.new_id()``)
    and stays with its draft: saving the same one twice saves it once. ``gift``: what was handed
    over, "" for nothing."""

    visit_id: str
    household_id: str
    occasion: str = "monthly"
    met: bool = True
    met_name: str = ""
    met_capacity: str | None = None
    not_met: str | None = None
    said: str = ""
    promises: tuple[PromiseForm, ...] = ()
    tickets: tuple[TicketForm, ...] = ()
    matters: tuple[MatterForm, ...] = ()
    unsigned_reason: str = ""
    note: str = ""
    gift: str = ""
    festival: str = ""
    welcome: WelcomeForm = WelcomeForm()


@dataclass(frozen=True, slots=True)
class SigningContent:
    """What a signature will be bound to: the screen makes its lines from ``facts``, and passes both to the verb."""

    subject_type: str
    subject_id: str
    purpose: str
    facts: Mapping[str, Any]
    day: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed what, and the strokes.

    ``signer`` is resident, worker or supervisor; ``capacity`` as in kinds.CAPACITIES; ``shown``
    the very lines on the screen; ``strokes``, ``width`` and ``height`` as the signing pad gives
    them (app.domain.wire.strokes).
    """

    content: SigningContent
    signer: str
    name: str
    capacity: str
    shown: tuple[str, ...]
    strokes: tuple[Mapping[str, Any], ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Saved:
    """What a verb saved, durably: its entries, sealed."""

    entries: tuple[Entry, ...]

    @property
    def subject_id(self) -> str:
        """The ticket or visit of the first entry."""
        return self.entries[0].subject_id


# -- what screens read -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StepRow:
    """One entry in a timeline. ``body`` is what holds now (after corrections); ``sent`` is ``None`` once it
    is on the server, else ``waiting`` or ``refused``."""

    entry: Entry
    author_name: str
    at: int
    standing: str
    body: Mapping[str, Any]
    reason: str | None = None
    amendments: tuple[Entry, ...] = ()
    sent: str | None = None
    amendable: bool = False

    @property
    def kind(self) -> str:
        """The entry's kind."""
        return self.entry.kind


S = TypeVar("S", bound=SubjectState)


@dataclass(frozen=True, slots=True)
class SubjectView(Generic[S]):
    """What the page of a subject of any type shows: its timeline, and how each signature that counts stands."""

    state: S
    card: Card
    steps: tuple[StepRow, ...]
    verdicts: Mapping[str, Verdict]


@dataclass(frozen=True, slots=True)
class TicketView(SubjectView[TicketState]):
    """Everything a ticket's page shows. ``next`` is this person's main action, or ``None`` if it is not their move;
    ``matter``: the matter 来人来电来访 that led to it."""

    next: NextStep | None
    clock: Clock | None
    clocks: tuple[Clock, ...]
    household: Household | None
    assignee_name: str
    waits_for: str | None
    refused: tuple[UnsentItem, ...] = ()
    matter: Card | None = None


@dataclass(frozen=True, slots=True)
class JobView(SubjectView[JobState]):
    """Everything a job's page shows. ``verbs`` are what this person may do now, the main thing first."""

    verbs: tuple[str, ...]
    clock: Clock | None
    clocks: tuple[Clock, ...]
    household: Household | None
    receiver_name: str
    sender_name: str
    decider_name: str


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A job or ticket of the day that is not finished: why, and what is advised, as said today (B.5)."""

    card: Card
    reason: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class VisitView(SubjectView[VisitState]):
    """Everything a visit's page shows; ``tickets`` and ``matters`` are those raised at the door."""

    household: Household | None
    steward_name: str
    tickets: tuple[Card, ...]
    matters: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitDueRow:
    """A household to visit: why (complaint, move_in, monthly, festival, by_hand), by which day, how many days late (E),
    and the duty it is."""

    household: Household
    reason: str
    due: date
    days_late: int
    last_visit: date | None
    duty: Duty


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise not settled yet, with its visit (E)."""

    visit: Card
    index: int
    what: str
    until: date
    days_late: int


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What somebody who left still has open 未交接: tickets, things in their hands, promises at doors.

    ``estate``: the key of the estate this is in, if this person has several; else ``None``.
    """

    staff: Staff
    tickets: tuple[Card, ...]
    things: tuple[Card, ...]
    promises: tuple[PromiseRow, ...]
    estate: str | None = None
    others: tuple[Card, ...] = ()
    """Other records of any type that were theirs to do: each is given to somebody else on its own page."""

    @property
    def count(self) -> int:
        """How many there are to hand over."""
        return len(self.tickets) + len(self.things) + len(self.promises) + len(self.others)


@dataclass(frozen=True, slots=True)
class Today:
    """Everything on 今日 (today's page): ``tickets`` are those this person must act on now, the most urgent first;
    ``waiting`` those of theirs that are somebody else's move now; ``new`` the ids of those not opened on this phone
    yet; ``opened`` those they opened that others still work on; ``stages`` counts open tickets by stage (overseers and
    desk); ``left_behind`` counts what people who left still have open; ``review_left`` counts those of the day that
    lack a reason, once the review is due at the desk (B.5); ``checks`` are the vacant units that this person owes a
    check (H1), ``rounds`` the patrol rounds to be walked now (I1), ``on_cases`` what open cases demand of them (L2),
    ``notices`` what they have to post or take down (P1), ``calls`` whom an outage has them call (P3), ``meter_rounds``
    the buildings whose meters they have to read (M3), ``answers`` what the company answered to trouble at doors that
    they reported, and they have not read (V6), ``to_sign`` the documents they have to sign as read (T4),
    ``archive`` the quarterly checks of archives that they owe (S4)."""

    now: int
    staff: Staff
    tickets: tuple[Card, ...]
    opened: tuple[Card, ...]
    visits_due: tuple[VisitDueRow, ...]
    promises: tuple[PromiseRow, ...]
    stages: Mapping[str, int]
    to_confirm: int
    flagged: int
    sync: SyncStatus
    keys_late: tuple[Card, ...] = ()
    keys_disputed: int = 0
    waiting: tuple[Card, ...] = ()
    new: frozenset[str] = frozenset()
    keys_missed: tuple[Card, ...] = ()
    left_behind: int = 0
    review_left: int | None = None
    checks: tuple[Duty, ...] = ()
    on_cases: tuple[Duty, ...] = ()
    rounds: tuple[Round, ...] = ()
    notices: tuple[Hanging, ...] = ()
    meter_rounds: tuple[MeterRound, ...] = ()
    answers: tuple[Card, ...] = ()
    to_sign: tuple[ToRead, ...] = ()
    calls: tuple[CareCall, ...] = ()
    archive: tuple[ArchiveCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class CustodyForm:
    """One step of a key or lent thing as it is filled in (G). ``once`` names the tap and stays with the draft: the
    step's id comes from it, so that both signatures can be bound to it before anything is saved.

    ``kind``: entrusted, stocked, lent, handed_over, returned, given_back or issued; the rest as the kind's fields.
    """

    once: str
    thing_id: str
    kind: str
    pieces: int = 1
    condition: str = "good"
    note: str = ""
    to_kind: str = "staff"
    to_id: str | None = None
    to_name: str = ""
    to_phone: str = ""
    purpose: str = ""
    ticket_id: str | None = None
    due_at: int | None = None
    rack: str = ""
    capacity: str = "self"
    thing_kind: str = "key"
    kind_name: str = ""
    name: str = ""
    household_id: str | None = None
    unit_id: str | None = None
    given_by: str = ""
    phone: str = ""
    until: str | None = None
    tag: str | None = None
    estate: str | None = None
    """If there is no door: the key of the estate; ``None`` for the estate looked at."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link in a key's chain of hands, as its page shows it.

    ``gap``: a step before it is not on record; ``disputed``: it did not fit, and waits for the desk.
    """

    link: Link
    gap: bool = False
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class ThingView(SubjectView[ThingState]):
    """Everything a key's page shows; ``moves`` are the steps this person may take now, the likeliest first;
    ``missed_by`` who counted the rack without finding it."""

    links: tuple[LinkRow, ...]
    moves: tuple[str, ...]
    household: Household | None
    ticket: Card | None
    missed_by: str = ""


@dataclass(frozen=True, slots=True)
class CountRecord(SubjectView[CountState]):
    """A rack count that was saved, as its page shows it (G.3); ``things``: what was missing, as it stands now."""

    author_name: str
    things: Mapping[str, Card]


@dataclass(frozen=True, slots=True)
class TagFound:
    """What a scanned or typed text leads to: a thing or place with the tag, or why not (``tags.NoTag``).

    ``standing``: active, replaced or lost; ``new``: right in itself, but it hangs on nothing this phone knows of;
    ``estate``: the key of the estate that printed it.
    """

    code: str = ""
    wrong: NoTag | None = None
    card: Card | None = None
    standing: str = ""
    estate: str = ""

    @property
    def new(self) -> bool:
        """Tell whether the tag is the estate's but hangs on nothing known here."""
        return self.wrong is None and self.card is None


@dataclass(frozen=True, slots=True)
class CountRow:
    """One tag scanned at a count: ``right``, ``extra`` (on record elsewhere: ``says``), ``misplaced`` (another hook),
    ``old_tag`` (replaced or lost) or ``unknown``."""

    code: str
    standing: str
    card: Card | None = None
    says: str = ""


@dataclass(frozen=True, slots=True)
class CountView:
    """A rack count as it stands: what was scanned, what is missing in the order of the hooks, how many there should
    be, and the key of the estate whose rack it is (G.3)."""

    rack: str
    rows: tuple[CountRow, ...]
    missing: tuple[Card, ...]
    expected: int
    estate: str | None = None


@dataclass(frozen=True, slots=True)
class HouseholdView:
    """A door: household, people, what is open there, when somebody was last met, and another time to call, where nobody
    is met at the usual one (E.3)."""

    household: Household
    open_tickets: tuple[Card, ...]
    promises: tuple[PromiseRow, ...]
    last_visit: int | None
    visit_due: VisitDueRow | None
    another_time: AnotherTime | None = None


@dataclass(frozen=True, slots=True)
class DoorHistory:
    """A window of what happened at a door: a card for each repair, visit, key; ``total``: how many there are of what
    was asked for; ``parts``: how many of each part (``DOOR_PARTS``) in the time asked for; ``ever``: how many there are
    in all."""

    cards: tuple[Card, ...]
    total: int
    parts: Mapping[str, int]
    ever: int = 0


@dataclass(frozen=True, slots=True)
class UnsentItem:
    """One unsent entry. ``card`` is its ticket or visit (``None`` if not on this phone);
    ``message_zh``/``message_en`` and ``code`` say why the server refused it."""

    entry: Entry
    card: Card | None
    state: str
    code: int | None
    name: str | None
    message_zh: str
    message_en: str
    attempts: int
    last_tried: int | None


@dataclass(frozen=True, slots=True)
class FlagRow:
    """An entry kept although it did not fit (待核实), for the desk to settle. ``reason`` names the problem."""

    entry: Entry
    card: Card
    reason: str
    author_name: str


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """The state of sync. ``problem`` is why the last try failed, ``None`` if it did not; ``sign_in_needed``: the
    token is expired or revoked, everything is kept; ``unreadable``: items of a newer program set aside."""

    last_synced_at: int | None = None
    waiting: int = 0
    refused: int = 0
    blobs_waiting: int = 0
    blob_bytes_waiting: int = 0
    running: bool = False
    problem: Problem | None = None
    sign_in_needed: bool = False
    first_pull_done: bool = True
    unreadable: int = 0
    next_try_at: int | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of ``verify`` on this phone: each signature, and entries with a wrong hash."""

    signatures: tuple[Verdict, ...]
    altered: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def intact(self) -> bool:
        """Tell whether every entry and every signature is as it was made."""
        return not self.altered and all(verdict.standing == "intact" for verdict in self.signatures)


__all__ = [
    "REFUSED",
    "WAITING",
    "Card",
    "Clock",
    "CountRecord",
    "CountRow",
    "CountView",
    "CustodyForm",
    "Device",
    "DoorHistory",
    "EstateCounts",
    "FlagRow",
    "Household",
    "HouseholdHit",
    "HouseholdView",
    "JoinCode",
    "LeftBehind",
    "Line",
    "LinkRow",
    "Look",
    "News",
    "NewsChannel",
    "NewsMessage",
    "NewsRule",
    "NextStep",
    "NoTag",
    "Person",
    "PriceItem",
    "Profile",
    "PromiseForm",
    "PromiseRow",
    "RegisterLine",
    "RegisterQuestion",
    "RegisterState",
    "Saved",
    "ServerVerdict",
    "Signature",
    "SigningContent",
    "Staff",
    "StepRow",
    "SubjectState",
    "SyncStatus",
    "TagFound",
    "ThingState",
    "ThingView",
    "TicketForm",
    "TicketState",
    "TicketView",
    "Today",
    "UnsentItem",
    "Verdict",
    "Verification",
    "VisitDueRow",
    "VisitForm",
    "VisitState",
    "VisitView",
]
