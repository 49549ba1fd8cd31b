"""The bodies of requests and answers, with examples for the OpenAPI page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from app.domain.wire import protocol as words
from app.domain.wire.errors import SERVER_OLDER, UPDATE_NEEDED, Problem
from sync_server.api import examples
from sync_server.api.examples import DEVICE, ID, MILLISECONDS


def plain(text: str) -> str:
    """Return a text without characters that databases cannot store: control characters and single surrogates."""
    return "".join(char for char in text if char.isprintable())


def keepable(text: str) -> str:
    """Return the text unchanged. Raises ``ValueError`` if a database cannot store it: for NUL and single surrogates."""
    if _UNKEEPABLE.search(text):
        raise ValueError("it holds characters that can't be kept")
    return text


_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
Short = Annotated[str, StringConstraints(max_length=200)]
Plain = Annotated[str, StringConstraints(max_length=200), AfterValidator(plain)]
PlainWord = Annotated[str, StringConstraints(max_length=64), AfterValidator(plain)]
Uuid = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
SubjectType = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
EstateCode = Annotated[str, Field(max_length=100, description="code or name of an estate", examples=["LY"])]
Moment = Annotated[int, Field(ge=-(1 << 53), le=1 << 53, description="ms since 1970 UTC", examples=[MILLISECONDS])]


class Model(BaseModel):
    """Unknown members are ignored: a newer program may send them."""

    model_config = ConfigDict(extra="ignore")


class Asked(Model):
    """The body of a request. Its texts may contain only characters that both SQLite and PostgreSQL can store.

    Names and passwords are not checked, as they are only compared; nor is a sync, whose entries are read one by one.
    """

    _COMPARED: ClassVar = frozenset(("login", "password", "proof"))

    @field_validator("*", mode="after")
    @classmethod
    def _kept(cls, value: Any, info: ValidationInfo) -> Any:
        if info.field_name not in cls._COMPARED:
            for text in _texts_of(value):
                keepable(text)
        return value


def _texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (text for text in value if isinstance(text, str))


def _with(example: dict[str, Any]) -> ConfigDict:
    """Return a model's settings with a complete example for the OpenAPI page."""
    return ConfigDict(extra="ignore", json_schema_extra={"example": example})


class Words(Model):
    """A text for people, in Chinese and English."""

    zh: str
    en: str


class ErrorBody(Model):
    """An error: its stable number and name, and a text for people."""

    code: int = Field(examples=[1203])
    name: str = Field(examples=["token_expired"])
    message: Words
    details: dict[str, Any] = {}


class ErrorAnswer(Model):
    """The body of every error."""

    error: ErrorBody


class StaffWords(Model):
    """A member of staff."""

    id: str
    name: str = Field(examples=["王建国"])
    login: str = Field(examples=["W001"])
    roles: list[str] = Field(examples=[["repair_worker"]])


class EstateWords(Model):
    """An estate."""

    name: str = Field(examples=["荔园小区"])


class EstateOfOne(EstateWords):
    """One of the estates where this person holds a post."""

    key: str = Field(description="as it stands in scopes and references; empty: the first", examples=["", ID])


class Estates(Model):
    """Only for people who hold a post outside the first estate: their estates and posts. Left out for everybody
    else."""

    estates: list[EstateOfOne] | None = Field(None, description="where they hold a post")
    posts: dict[str, list[str]] | None = Field(
        None, description="their roles by estate", examples=[{"": ["steward"], ID: ["desk"]}]
    )


class SignInRequest(Asked):
    """Sign in on a device."""

    model_config = _with(examples.SIGN_IN)

    login: Short = Field(examples=["W001"])
    password: str = Field(max_length=1000, examples=["correct horse battery"])
    device_id: Uuid | None = Field(None, description="the device's own id; empty: a new device", examples=[DEVICE])
    proof: Annotated[str, StringConstraints(max_length=100)] | None = Field(
        None, description="a token this device was given before, valid or not: others' guesses do not slow it down then"
    )
    device_name: Plain = Field("", examples=["Pixel 9"])
    platform: PlainWord = Field("", examples=["web"])
    app_version: PlainWord = Field("", examples=["0.1.0"])


class SignInAnswer(Estates):
    """The token goes into ``Authorization: Bearer …``."""

    model_config = _with(examples.SIGNED_IN)

    token: str = Field(examples=["Zk3…43 characters"])
    expires_at: Moment
    device_id: str = Field(examples=[DEVICE])
    staff: StaffWords
    estate: EstateWords
    server_time: Moment
    epoch: str = Field(examples=[ID])


class JoinCodeRequest(Asked):
    """Asks for a one-time code for a member of staff."""

    model_config = _with(examples.CODE_WANTED)

    staff_id: Annotated[str, StringConstraints(min_length=1, max_length=100)] = Field(examples=[ID])


class JoinCodeAnswer(Model):
    """A one-time code. It is shown only once; the server keeps only its hash."""

    model_config = _with(examples.CODE)

    code: str = Field(examples=["7KQM3XWP"], description="8 characters, shown in two groups")
    address: str = Field(examples=["https://ops.example.com/join/7KQM3XWP"], description="to be scanned by the phone")
    staff: dict[str, str] = Field(examples=[{"id": ID, "name": "王建国"}])
    expires_at: Moment
    server_time: Moment


class JoinRequest(Asked):
    """Sign in on a device by a one-time code."""

    model_config = _with(examples.JOIN)

    code: Short = Field(examples=["7KQM-3XWP"], description="small letters, spaces and dashes do no harm")
    attempt: Annotated[str, StringConstraints(min_length=16, max_length=64)] | None = Field(
        None, description="a secret of this try: asking again with it, after the answer was lost, is answered again"
    )
    device_id: Uuid | None = Field(None, description="the device's own id; empty: a new device", examples=[DEVICE])
    device_name: Plain = Field("", examples=["Pixel 9"])
    platform: PlainWord = Field("", examples=["web"])
    app_version: PlainWord = Field("", examples=["0.1.0"])


class NewDeviceRequest(Asked):
    """Asks for a new device number for a signed-in phone, after `counter_taken`: another copy of its data uses the old
    one."""

    model_config = _with(examples.NEW_DEVICE)

    device_name: Plain = ""
    platform: PlainWord = ""
    app_version: PlainWord = ""


class MeAnswer(Estates):
    """Who is signed in, and what they may read."""

    model_config = _with(examples.ME)

    staff: StaffWords
    estate: EstateWords
    device_id: str
    scopes: list[str] = Field(examples=[["estate", "staff:01990b7e-…"]])
    server_time: Moment
    epoch: str


class SyncRequest(Model):
    """What a phone sends: its unsent entries, and how far it has read each scope."""

    protocol: int = Field(examples=[1])
    epoch: str | None = Field(None, max_length=100)
    sent_at: Moment
    offset: Moment | None = Field(
        None, description="ms that the server's clock is ahead of the device's, as far as the device has learned it"
    )
    entries: list[Any] = Field([], description=f"wire form of at most {words.MAX_BATCH} entries, packed or not")
    cursors: dict[str, Annotated[int, Field(ge=0, le=1 << 53)]] = Field({}, examples=[{"estate": 0}])
    want: Annotated[list[str], Field(max_length=words.MAX_BATCH)] = []
    limit: int = Field(words.PAGE, ge=1, le=2000, description="items in the answer at most")
    app_version: PlainWord | None = None
    looks: Annotated[list[Any], Field(max_length=words.MAX_BATCH)] = Field(
        [],
        description="looks at household archives to be recorded: `{id, household_id, at}`, and `what` if it was a part",
        examples=[[{"id": ID, "household_id": ID, "at": MILLISECONDS}]],
    )

    packs: bool = Field(False, description="the answer may leave out of an entry what the one before it says or proves")
    count: bool = Field(False, description="say in `left` how many items lie behind the pages of the answer")
    first_pull: PlainWord | None = Field(
        None, description="during a first pull: the shape of the tables that this phone could take as one file"
    )

    model_config = _with(examples.SYNC)

    @model_validator(mode="before")
    @classmethod
    def _spoken_here(cls, data: Any) -> Any:
        """Check the protocol's version first: a request of another version may not even have these members.

        Raises ``Problem``: ``update_needed`` for a phone older than this server understands, ``server_older`` for a
        newer one.
        """
        spoken = data.get("protocol") if isinstance(data, dict) else None
        if isinstance(spoken, int) and spoken < words.OLDEST_PROTOCOL:
            raise Problem(UPDATE_NEEDED, oldest=words.OLDEST_PROTOCOL)
        if isinstance(spoken, int) and spoken > words.PROTOCOL:
            raise Problem(SERVER_OLDER, protocol=words.PROTOCOL)
        return data


class WaitRequest(Model):
    """How far a phone has read that waits for changes."""

    epoch: str = Field(max_length=100, examples=[ID])
    cursors: dict[str, Annotated[int, Field(ge=0, le=1 << 53)]] = Field({}, examples=[{"estate": 0}])
    seconds: int = Field(
        words.WAIT_SECONDS, ge=1, le=words.WAIT_SECONDS, description="how long to wait at most when there is nothing"
    )

    model_config = _with(examples.WAIT)


class WaitAnswer(Model):
    """Whether there is anything new, and nothing of what it says."""

    model_config = _with(examples.WAITED)

    changed: bool = Field(description="a sync brings something: what it is, or why it may not")
    held_ms: int = Field(description="how long the server held the answer back: what is more was the way")
    spread_ms: int = Field(description="others hear of it too: sync at a random moment within this time")
    pause_s: int = Field(description="how long not to wait again, 0 for at once: no room, or the server stops")


class EntryAnswer(Model):
    """The server's answer to one entry."""

    id: str | None
    status: Literal["accepted", "known", "flagged", "refused"]
    seq: int | None = None
    received_at: int | None = None
    corrected_at: int | None = None
    code: int | None = None
    name: str | None = None
    message: Words | None = None
    details: dict[str, Any] | None = None
    flags: list[str] | None = None


class ScopePage(Model):
    """One page of one scope: items ``{pos, entry, seq, …}``, ``{pos, own}``, ``{pos, ref}`` or ``{pos, drop}``."""

    scope: str
    to: int = Field(description="the cursor to go on from")
    more: bool
    items: list[dict[str, Any]]


class FirstPullOffer(Model):
    """A file with all that a phone lacks (`GET /v1/first-pull/{name}`)."""

    name: str = Field(description="its last part is the SHA-256 of the file")
    size: int
    items: int = Field(description="about how many items of pages it stands for")


class SyncAnswer(Estates):
    """The server's answer to a sync."""

    model_config = _with(examples.SYNCED)

    protocol: int
    epoch: str
    heard_at: Moment | None = Field(None, description="when the head of this request was here, by the server's clock")
    server_time: Moment
    answers: list[EntryAnswer] = Field(description="one per entry, in the order in which they came")
    holes: list[list[int]] = Field(description="ranges of this device's numbers the server has not seen")
    scopes: list[ScopePage]
    lost: list[str] = Field(description="scopes of `cursors` that are no longer this person's")
    found: list[dict[str, Any]]
    looks: list[str] = Field([], description="ids of the looks that are recorded now")
    packs: bool = Field(True, description="`entries` may leave out what the one before says or proves")
    chunk: int = Field(words.CHUNK, description="bytes of blobs that one request may carry")
    left: int | None = Field(None, description="items behind these pages; only where `count` asked for it")
    first_pull: FirstPullOffer | None = Field(
        None, description="fetch this file; the pages have no items then. Only for phones that ask by `first_pull`"
    )


class BlobAnswer(Model):
    """How much of a blob the server has."""

    model_config = _with(examples.BLOB)

    have: int = Field(examples=[262144])
    complete: bool


class SentBlob(Model):
    """The result for one of several blobs; ``error`` says why it was not taken, as the endpoint for a single blob
    would."""

    hash: str
    complete: bool
    error: ErrorBody | None = None


class BlobsAnswer(Model):
    """The result for each of several blobs, in the order in which they were sent."""

    model_config = _with(examples.BLOBS)

    blobs: list[SentBlob]


class DeviceWords(Model):
    """A device and the person it belongs to."""

    id: str
    name: str
    platform: str
    app_version: str
    staff: dict[str, str]
    created_at: int
    seen_at: int | None
    revoked_at: int | None


class DevicesAnswer(Model):
    """Devices, newest first."""

    model_config = _with(examples.DEVICES)

    devices: list[DeviceWords]


RegisterList = Literal[
    "new", "changed", "moved_out", "merged", "unchanged", "absent", "doubtful", "decisions", "notices"
]


class RegisterOption(Model):
    """One of the answers to a question."""

    value: str
    text: Words


class RegisterQuestion(Model):
    """A question that must be answered before a register can be read, such as what a column holds.

    Samples are cells of that column.
    """

    key: str = Field(examples=["E"])
    about: str = Field(description="column, meaning, or text (to be written)", examples=["column"])
    text: Words
    options: list[RegisterOption]
    samples: list[str]
    place: str = Field(examples=["登记表!E3"])


class RegisterAnswer(Model):
    """The state of a register's import."""

    model_config = _with(examples.REGISTER)

    id: str
    stage: Literal["reading", "comparing", "questions", "preview", "bringing_in", "done", "failed"]
    done: int = Field(description="rows read or compared, of so many", ge=0)
    of: int = Field(ge=0)
    version: int = Field(description="of the preview; to be named at confirm")
    changed_meanwhile: bool = Field(description="the store changed before it was confirmed: look again")
    questions: list[RegisterQuestion]
    counts: dict[str, int] = Field(
        description="households by what becomes of them; doubtful cells, decisions, rows left out"
    )
    changes_anything: bool
    message: Words = Field(description="why it failed, and what to do")


class RegisterChange(Model):
    """One field of a household: its value now, and after the import."""

    field: str = Field(examples=["people"])
    old: str
    new: str


class RegisterLine(Model):
    """A household (title: its address, value: its name), an unclear cell (where, value, why) or a decision."""

    title: str
    where: Words = Field(examples=[{"zh": "登记表 C17", "en": "sheet 登记表, C17"}])
    value: str
    text: Words
    changes: list[RegisterChange]
    open: int = Field(description="open tickets and keys of who moves out")
    key: str = Field("", description="of a decision, and of a household that offers one: names it in an answer")
    options: list[RegisterOption] = []
    chosen: str = ""


class RegisterLinesAnswer(Model):
    """Part of a list, and the length of the whole list."""

    model_config = _with(examples.REGISTER_LINES)

    lines: list[RegisterLine]
    total: int


class RegisterAnswers(Model):
    """Answers by the question's key; for a column its heading can be used, too."""

    model_config = _with(examples.REGISTER_ANSWERS)

    answers: Annotated[dict[PlainWord, Plain], Field(max_length=200, examples=[{"E": "phone"}])]


class RegisterConfirmation(Model):
    """The version of the preview that is confirmed."""

    model_config = _with(examples.REGISTER_CONFIRMATION)

    version: int = Field(ge=0, le=1 << 31)


class LookWords(Model):
    """One look at a household's archive."""

    staff: dict[str, str] = Field(examples=[{"id": ID, "name": "王建国"}])
    device: dict[str, str] = Field(examples=[{"id": DEVICE, "name": "Pixel 9"}])
    looked_at: Moment
    received_at: Moment
    what: str | None = Field(
        None,
        description="contacts: emergency contacts; care: special care; archive: the page of all its classes; archive:1 "
        "to archive:12: that class; export: taken out of the house; absent: the household's page",
    )


class LooksAnswer(Model):
    """Looks at one household's archive, the latest first."""

    model_config = _with(examples.LOOKS)

    looks: list[LookWords]


class SignatureVerdict(Model):
    """The result of verifying one signature."""

    entry_id: str
    standing: Literal["intact", "changed_after_signing", "broken", "strokes_missing"]
    detail: str
    as_: str | None = Field(None, alias="as", description="resident, worker, supervisor, giver or taker")
    name: str | None
    signed_at: int


class ChainWords(Model):
    """The result of verifying one device's chain of entries around this record."""

    device: str
    length: int = Field(description="numbers looked at")
    whole: bool
    missing: list[int]
    altered: list[str]
    broken: list[int]


class VerifyAnswer(Model):
    """The result of verifying a record: whether its signatures fit what it says, and nothing is missing or altered."""

    model_config = _with(examples.VERDICT)

    subject: dict[str, str]
    standing: Literal["intact", "changed_after_signing", "broken_chain", "broken", "strokes_missing", "unsigned"]
    signatures: list[SignatureVerdict]
    altered: list[str]
    chains: list[ChainWords]


class TicketRequest(Asked):
    """A ticket from one of the company's other systems. Sending it again returns the same ticket."""

    model_config = _with(examples.TICKET_WANTED)

    external_ref: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(examples=["CRM-2026-0815"])
    kind: Literal["repair", "public_repair", "job"] = "repair"
    address: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(examples=["3栋2单元1501"])
    content: Annotated[str, StringConstraints(min_length=1, max_length=4000)] = Field(examples=["厨房水龙头漏水"])
    contact_name: Short = Field("", examples=["张伟"])
    contact_phone: Annotated[str, StringConstraints(max_length=40)] = Field("", examples=["13800000000"])
    household_id: Uuid | None = Field(None, description="empty: found by the address where it is unique")
    estate: EstateCode | None = Field(None, description="empty: the household's, or the first")
    requested_at: Moment | None = Field(None, description="empty: now")
    appointment_at: Moment | None = None
    due_at: Moment | None = None
    listed: bool | None = Field(None, description="whether it is on the price list, if known")
    urgent: bool = Field(False, description="it stands first in every list, and is marked 紧急")


class FeeLine(Model):
    """One line of the bill; money in fen."""

    name: str
    unit: str | None = None
    qty: str = Field(examples=["1"])
    price_fen: int
    amount_fen: int


class TicketAnswer(Model):
    """A ticket as it stands; points in time in ms since 1970 UTC, money in fen."""

    model_config = _with(examples.TICKET)

    id: str
    number: str | None = Field(examples=["20261121-001"])
    estate: str = Field(description="code of its estate", examples=["LY"])
    external_ref: str | None
    kind: str
    stage: str = Field(examples=["done"])
    address: str
    content: str
    assignee: dict[str, str] | None
    times: dict[str, int | None]
    total_fen: int
    fee_lines: list[FeeLine]
    materials: list[dict[str, Any]]
    found: dict[str, Any] | None
    end_reason: str | None
    result: str | None
    signature: str = Field(description="the verdict, as in /verify")
    flags: list[str] = Field(description="reasons why the desk must look at it")
    urgent: bool = Field(False, description="whether it is urgent 紧急 now")


class TicketsAnswer(Model):
    """The tickets that were found."""

    model_config = _with(examples.TICKETS)

    tickets: list[TicketAnswer]


class HealthAnswer(Model):
    """The server is up and reaches its database."""

    model_config = _with(examples.HEALTH)

    status: Literal["ok"]
    protocol: int
    oldest_protocol: int = Field(description="the oldest version this server understands")
    version: str
    server_time: Moment
    estate: str


class CustodyStep(Model):
    """One change of hands of a key or lent thing (G.2)."""

    line: int
    kind: str = Field(examples=["lent"])
    at: Any
    giver: str
    taker: str
    due_at: Any = None
    pieces: int
    condition: str = Field(examples=["good"])
    giver_signed: bool
    taker_signed: bool
    jump: bool = Field(description="the hands before are not on record; the desk settled it")


class TagWords(Model):
    """A tag of a thing, now or earlier."""

    code: str = Field(examples=["K7M2QD91X"])
    standing: str = Field(examples=["active"])


class ThingRow(Model):
    """A key or lent thing as it is now."""

    id: str = Field(examples=[ID])
    kind: str = Field(examples=["key"])
    name: str
    stage: str = Field(examples=["out"])
    address: str
    rack: str
    pieces: int
    condition: str
    holder_kind: str = Field(examples=["staff"])
    holder_name: str
    since: Any = None
    due_what: str | None = Field(None, examples=["return"])
    due_at: Any = None
    tag: str | None = None
    missed_at: Any = Field(None, description="when the last rack count did not find it")
    open_flags: int


class ThingAnswer(ThingRow):
    """A key or lent thing: where it is, through whose hands it went, and its tags."""

    model_config = _with(examples.KEY)

    steps: list[CustodyStep]
    tags: list[TagWords]


class OverdueAnswer(Model):
    """Keys and things that should be back by now, the longest overdue first."""

    model_config = _with(examples.KEYS)

    things: list[ThingRow]


class ClockRow(Model):
    """The result of one clock (a deadline 时限): of which record, whose, when it began, was due and was met."""

    subject_type: str = Field(examples=["ticket"])
    subject_id: str = Field(examples=[ID])
    called: str = Field(description="what people call the record: a ticket's number")
    clause: str
    clock: str
    owner_id: str | None = Field(None, description="whose, where it is a person's")
    owner_post: str | None = Field(None, description="the post that answers for it, where it is nobody's own")
    owner_name: str
    start_at: Any
    due_at: Any
    met_at: Any = None
    late_ms: int | None = Field(None, description="met so long after it was due, negative: before")
    standing: Literal["met", "late", "missed", "running"]
    late_entry: bool = Field(description="补录: what changed it came in after its month was over")
    closed: bool = Field(description="with 补录: whether the month closed with it; how, stands in closed_…")
    closed_owner: str | None = None
    closed_due_at: Any = None
    closed_met_at: Any = None
    withdrawn: bool = Field(description="with 补录: the month closed with it, and it counts no more")


class ClockFigure(Model):
    """How many clocks of the list were met, late, missed or still run."""

    clause: str
    clock: str
    met: int
    late: int
    missed: int
    running: int
    late_entries: int


class OwnerFigure(ClockFigure):
    """The same for one owner."""

    owner_id: str | None
    owner_post: str | None
    owner_name: str


class ClocksAnswer(Model):
    """The results of the clocks of a month, and the figures of this list."""

    model_config = _with(examples.CLOCKS)

    month: str
    clocks: list[ClockRow]
    by_clause: list[ClockFigure]
    by_owner: list[OwnerFigure]


class FollowUpFigures(Model):
    """How a month's follow-ups went: the size of each list, and shares in per cent (`null` when there is nothing to
    count)."""

    owed: int = Field(description="all but the excused ones; the month is that in which their source was closed")
    in_days: int = Field(description="asked for the first time within three days")
    in_days_percent: int | None
    in_month: int = Field(description="asked for the first time within a month")
    in_month_percent: int | None
    open: int
    late: int
    asked: int = Field(description="of which it is known whether the resident is satisfied")
    satisfied: int
    satisfied_percent: int | None
    unreviewed: int = Field(description="done more than three days ago, without an opinion")
    excused: int
    raised: int = Field(description="matters and tickets raised at them")
    closed: int = Field(description="of those, how many came to their end")
    closed_percent: int | None


class PersonsFollowUps(FollowUpFigures):
    """The same for one person, or for a post where nobody is named."""

    who: str = Field(description="staff id, or a post", examples=[ID])
    name: str


class FollowUpRatesAnswer(Model):
    """How the follow-ups of a month went, in all and by person (D.5, D.6)."""

    model_config = _with(examples.FOLLOW_UP_RATES)

    month: str
    all: FollowUpFigures
    by_person: list[PersonsFollowUps]


class DutyRow(Model):
    """Something that somebody owes, or owed, in a month."""

    id: str = Field(description="the same on every phone")
    estate_key: str = Field(description="empty: the first estate")
    rule: str = Field(description="name of the rule, or the clock of the record")
    why: str = Field(description="complaint, move_in, monthly, festival, by_hand, or the clock")
    about_type: str
    about_id: str
    period: str
    address: str
    building_id: str | None = None
    owner_id: str | None = Field(None, description="who owes it; with no owner_post empty: nobody does")
    owner_post: str | None = Field(None, description="the post that owes it, where nobody is named")
    owner_name: str
    opens_at: Any = None
    due_at: Any = None
    done_at: Any = None
    record_type: str | None = Field(None, description="of the record that fulfilled it")
    record_id: str | None = None
    standing: Literal["done", "done_late", "late", "open", "excused"]
    excuse: str
    late_entry: bool = Field(description="补录: changed by what came in after its month had closed")
    closed_standing: str = Field(description="with 补录: what the month closed with; empty: it was not there")
    withdrawn: bool = Field(description="with 补录: the month closed with it, and it counts no more")


class _DutyFigure(Model):
    done: int
    done_late: int
    late: int
    open: int
    excused: int
    late_entries: int


class DutyOwnerFigure(_DutyFigure):
    """How many duties of one owner are done, late, open or excused."""

    owner_id: str | None
    owner_post: str | None
    owner_name: str


class DutyWhyFigure(_DutyFigure):
    """How many duties of one kind are done, late, open or excused."""

    why: str


class DutiesAnswer(Model):
    """What is owed in a month, and the figures of this list."""

    model_config = _with(examples.DUTIES)

    month: str
    duties: list[DutyRow]
    by_owner: list[DutyOwnerFigure]
    by_why: list[DutyWhyFigure]
    years_without_calendar: list[int] = Field(description="for these years Monday to Friday are taken as workdays")


class NewsChannel(Model):
    """A channel without its secrets."""

    name: str
    kind: str
    shown: str = Field(description="its address as far as it is no secret: the host")
    per_minute: int
    estate_key: str | None = Field(default=None, description="news of this estate alone; empty: of all")
    failures: int = Field(description="tries that failed since the last message that went out")
    paused_until: int | None = Field(description="nothing is tried before; empty: it is not paused")


class NewsRule(Model):
    """A rule in force."""

    name: str
    cause: str
    whom: str
    channel: str = Field(description="empty: every channel")
    active: bool
    minutes: int
    quiet_from: str
    quiet_until: str
    digest: bool


NewsState = Literal["waiting", "sending", "sent", "given_up", "unsure", "unneeded"]


class NewsMessage(Model):
    """A message, and what came of it."""

    id: str
    rule: str
    channel: str
    cause: str
    subject_type: str
    subject_id: str
    estate_key: str
    number: str
    building: str
    clock: str
    due_at: Any = None
    created_at: Any
    next_at: Any
    ended_at: Any = None
    state: NewsState
    tries: int
    error: dict[str, str] = Field(description="why the last try failed, in both languages; empty: it did not")


class NewsAnswer(Model):
    """Channels, rules, and the last hundred messages, the newest first."""

    model_config = _with(examples.NEWS)

    channels: list[NewsChannel]
    rules: list[NewsRule]
    messages: list[NewsMessage]
    may_change: bool = Field(description="whether one may add and change channels")
    everywhere: bool = Field(description="whether one may change rules, and channels of all estates")


class NewsTest(Asked):
    """By which channel a test message is to go out."""

    model_config = _with(examples.NEWS_TEST)

    channel: str = Field(min_length=1, max_length=40)


class NewsChannelTyped(Asked):
    """A channel as it is typed. What is left empty of one that is changed stays as it is: secrets are never told."""

    model_config = _with(examples.NEWS_CHANNEL)

    add: bool = Field(default=False, description="it is new: one of that name must not be there")
    name: str = Field(max_length=100)
    kind: str = Field(max_length=20, description="wecom, dingtalk, feishu, mail, sms, webhook, apprise")
    address: str = Field(default="", max_length=2_000, description="as the group shows it; of all but mail")
    secret: str = Field(default="", max_length=500, description="signing secret, or a mailbox's password")
    host: str = Field(default="", max_length=200, description="mail")
    port: int | None = Field(default=None, description="mail")
    user: str = Field(default="", max_length=200, description="mail")
    sender: str = Field(default="", max_length=200, description="mail; empty: the user")
    to: str = Field(default="", max_length=2_000, description="mail; several with commas")
    method: str = Field(default="", max_length=10, description="SMS")
    headers: list[str] = Field(default=[], max_length=20, description="SMS; each “Name: value”")
    body: str = Field(default="", max_length=4_000, description="SMS; names {phone} and {text}")
    per_minute: int | None = Field(default=None, description="most messages a minute; empty: the kind's own")
    estate_key: str | None = Field(default=None, max_length=100, description="news of this estate alone")


class NewsChannelKept(Model):
    """A channel that was set up; ``secret``: the one made for a webhook, told this once."""

    model_config = _with(examples.NEWS_CHANNEL_KEPT)

    name: str
    shown: str
    secret: str


class NewsChannelNamed(Asked):
    """Which channel is to be removed."""

    model_config = _with(examples.NEWS_TEST)

    channel: str = Field(min_length=1, max_length=40)


class NewsChannelRemoved(Model):
    """How many messages waited for it and are not sent any more."""

    model_config = _with(examples.NEWS_CHANNEL_REMOVED)

    waiting: int


class NewsRuleTyped(Asked):
    """A rule as it is to be."""

    model_config = _with(examples.NEWS["rules"][0])

    name: str = Field(max_length=100)
    cause: str = Field(max_length=20)
    whom: str = Field(max_length=40, description="a post, or assignee, supervisor")
    channel: str = Field(default="", max_length=40, description="empty: every channel")
    active: bool = True
    minutes: int = 0
    quiet_from: str = Field(default="", max_length=10)
    quiet_until: str = Field(default="", max_length=10)
    digest: bool = True


class NewsRuleNamed(Asked):
    """Which rule is meant."""

    model_config = _with(examples.NEWS_RULE_NAMED)

    name: str = Field(max_length=100)


class NewsRulesAnswer(Model):
    """The rules in force."""

    model_config = _with(examples.NEWS_RULES)

    rules: list[NewsRule]


class NewsTested(Model):
    """Whether a test message was taken, and why not, in both languages."""

    model_config = _with(examples.NEWS_TESTED)

    sent: bool
    why: dict[str, str]


class FormFile(Asked):
    """A form as the office wrote it: the file's name and content, and tables (CSV) it names, both in base64.

    ``estate``: for that one; without it, for the whole company."""

    model_config = _with(examples.FORM_FILE)

    name: str = Field(min_length=1, max_length=200)
    content: str = Field(max_length=6_000_000)
    beside: dict[str, str] = Field({}, max_length=20)
    estate: EstateCode | None = None


class FormFault(Model):
    """What is wrong with a form, or left out of it, and where: ``row`` as Excel counts (0: none)."""

    sheet: str
    row: int
    column: str
    zh: str
    en: str
    refused: bool


class FormPublished(Model):
    """One publishing of a form. ``estate_key`` is empty for the company; ``ended``: replaced, withdrawn, or empty;
    ``posts``: who finds it on their phone (none: everybody); ``group``: what it belongs to, by language; ``filled``:
    how often, told in the list to who publishes."""

    model_config = _with(examples.FORM_PUBLISHED)

    id: str
    estate_key: str | None
    form_id: str
    version: str
    hash: str
    title: dict[str, str]
    published_at: int
    published_by: str | None
    ended: str
    ended_at: int | None
    posts: list[str] = []
    group: dict[str, str] = {}
    filled: int = 0


class FormChecked(Model):
    """What came of a form's file: every fault; the definition if nothing is refused; what was published."""

    model_config = _with(examples.FORM_CHECKED)

    published: FormPublished | None
    definition: dict[str, Any] | None
    faults: list[FormFault]


class FormWithdrawn(Asked):
    """Which form is to be withdrawn, of an estate or of the whole company."""

    model_config = _with(examples.FORM_WITHDRAWN)

    form_id: str = Field(min_length=1, max_length=100)
    estate: EstateCode | None = None


class FormDefinition(Model):
    """A form's definition."""

    model_config = _with(examples.FORM_DEFINITION)

    definition: dict[str, Any]


class FormPlace(Model):
    """For whom somebody may publish: an estate by its key, code and name, or the company (all empty)."""

    estate_key: str | None
    estate: str | None
    name: str


class FormsAnswer(Model):
    """What was published, the newest first, and for whom one may publish."""

    model_config = _with(examples.FORMS)

    forms: list[FormPublished]
    places: list[FormPlace]


class LabelsRequest(Asked):
    """What to print: new codes (``kind`` and ``count``), tags that are in use (``codes``), or a label for every door of
    a building (``building_id``)."""

    model_config = _with(examples.LABELS)

    kind: Literal["key", "thing", "unit", "point"] = "key"
    count: int = Field(21, ge=1, le=2_100)
    codes: list[Annotated[str, StringConstraints(min_length=9, max_length=9)]] = Field([], max_length=2_100)
    building_id: Uuid | None = None
    estate: EstateCode | None = Field(None, description="whose fresh codes; empty: one's only, or first, estate's")
    layout: Literal["sheet", "single", "door_card"] = Field(
        "sheet", description="door_card: cards that residents scan, for every door of ``building_id``"
    )
    skip: int = Field(0, ge=0, le=20, description="labels already used on the first sheet")
    address: bool = Field(True, description="a web address that any phone opens; false: the code alone")
