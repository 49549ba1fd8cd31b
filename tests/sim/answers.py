"""What must be true of every answer while a run goes on: nobody is given what is not theirs, refusals are deserved.

Who may see what is worked out here anew, on purpose: the rule of docs/sync.md, written a second time.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from app.domain.rules.state import SubjectState
from app.domain.subjects import fold
from app.domain.subjects.archive_paper import PaperState
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.duty import DutyState
from app.domain.subjects.job.state import JobState
from app.domain.subjects.notice import NoticeState
from app.domain.subjects.shift import ShiftState
from app.domain.subjects.thing.state import OUT, ThingState
from app.domain.subjects.ticket.state import TicketState
from app.domain.subjects.training import TrainingState
from app.domain.wire import protocol
from app.domain.wire.entries import Entry
from app.domain.wire.errors import COUNTER_TAKEN
from app.domain.wire.packing import unpack
from app.sync.calls import read_json
from app.sync.transport import Request, Response
from sync_server.store.people import accounts
from sync_server.store.people.identity import Identity
from sync_server.store.tables import counter, entries, entry_blobs
from sync_server.store.taking import entry_rows
from tests.sim.estate import OTHER, OTHER_BUILDING, OTHER_HOME, THEIRS
from tests.sim.programs import running

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone
    from tests.sim.server import SimServer
    from tests.sim.world import World

Subject = tuple[str, str]
_OVERSEERS = frozenset(("desk", "engineering_supervisor", "service_supervisor", "manager", "admin"))
_FILES = frozenset((*_OVERSEERS - {"desk"}, "environment_supervisor"))
"""Who reads the files of the staff (V5)."""
_ENVIRONMENT = frozenset(("environment_supervisor", "cleaning_lead"))
_OF_CHAINS = {"decoration": frozenset(("guard",)), "cleaning": _ENVIRONMENT, "cleaning_signin": _ENVIRONMENT}
"""Who else reads the cases of a chain; the plan of an event everybody of the estate does."""
_THEIRS = frozenset(person.staff_id for person in THEIRS.values())
_CARE = frozenset(("desk", "service_supervisor", "manager"))
_PAPERS: Mapping[str, Sequence[int]] = {
    "archivist": range(1, 13), "manager": range(1, 13), "service_supervisor": range(1, 13), "guard": (7,),
    "desk": (1, *range(3, 13)), "finance": (2, 9), "engineering_supervisor": (3, 10, 12), "repair_worker": (10, 12),
}  # fmt: skip
"""Which classes of archives a post reads in every building; a steward all but money, in their own (S2)."""
_OVER = frozenset(("done", "confirmed", "filed"))


class Sights:
    """Who may see what as the server stands now; worked out once for each state of the server."""

    def __init__(self, server: SimServer) -> None:
        self._server = server
        self._at: tuple[str, int, int] = "", -1, -1
        self._seen: dict[tuple[str, Subject], bool] = {}

    def may_see(self, staff_id: str, subject: Subject) -> bool:
        """Tell whether a person may see a subject."""
        key = staff_id, subject
        if key not in self._seen:

            def work(connection: Connection) -> bool:
                own = entry_rows.of_subject(connection, subject)
                who = accounts.identity(connection, staff_id, "")
                return sees(who, own, fold.fold(subject[0], own))

            with running(self._server.version):
                self._seen[key] = self._server.read(work)
        return self._seen[key]

    def refresh(self) -> None:
        """Forget what was worked out, if anything was written since."""
        last = int(self._server.read(lambda c: c.scalar(select(counter.c.value))) or 0)
        at = self._server.disk.url, self._server.version, last
        if at != self._at:
            self._at = at
            self._seen.clear()

    def forget(self) -> None:
        """Forget what was worked out: the disk is another one now."""
        self._at = "", -1, -1


def faults(world: World, phone: SimPhone, request: Request, response: Response) -> Iterator[str]:
    """Yield what an answer gives to somebody who may not see it, and what it refuses without a reason."""
    if request.method == "GET" and request.path.startswith("/v1/blobs/"):
        world.sights.refresh()
        yield from _blob(world, phone, request.path.removeprefix("/v1/blobs/"))
    elif request.path.startswith("/v1/first-pull/"):
        world.sights.refresh()
        yield from _file(world, phone, request.path.removeprefix("/v1/first-pull/"))
    elif request.path == "/v1/sync":
        answer = read_json(response)
        world.sights.refresh()
        yield from _scopes(world, phone, answer)
        yield from _refusals(world, phone, request, answer)


def _blob(world: World, phone: SimPhone, digest: str) -> Iterator[str]:
    query = (
        select(entries.c.subject_type, entries.c.subject_id, entries.c.author)
        .join(entry_blobs, entry_blobs.c.entry_id == entries.c.id)
        .where(entry_blobs.c.hash == digest)
    )
    me = phone.person.staff_id
    named = world.server.read(lambda c: c.execute(query).all())
    if not any(row.author == me or world.sights.may_see(me, (row.subject_type, row.subject_id)) for row in named):
        yield f"{phone.name} was given a blob that is not for {phone.person.login}"


def _file(world: World, phone: SimPhone, name: str) -> Iterator[str]:
    """Whoever is given one piece is given the file."""
    files = world.server.context.first_pulls
    kept = files.folder.named(name) if files is not None else None
    packed = files.folder.piece(kept, 0, kept.size) if files is not None and kept is not None else None
    if packed is None:
        return  # it went meanwhile
    with closing(sqlite3.connect(":memory:")) as file:
        file.deserialize(gzip.decompress(packed))
        subjects = file.execute("SELECT DISTINCT subject_type, subject_id FROM entries").fetchall()
        homes = [json.loads(row[0]) for row in file.execute("SELECT body FROM refs WHERE type = 'household'")]
    for subject in subjects:
        if not world.sights.may_see(phone.person.staff_id, subject):
            yield f"{phone.name} was given a file with {subject}, which is not for {phone.person.login}"
    who = world.server.read(lambda c: accounts.identity(c, phone.person.staff_id, ""))
    for home in homes:
        if not sees_homes(who, home["building_id"]):
            yield f"{phone.name} was given a file with a household that is not for {phone.person.login}"


def _scopes(world: World, phone: SimPhone, answer: Any) -> Iterator[str]:
    pulled = [item["entry"] for page in answer["scopes"] for item in page["items"] if "entry" in item]
    found, _ = unpack([item["entry"] for item in answer["found"]])
    for entry, asked in [(e, False) for e in pulled] + [(e, True) for e in found]:
        subject = (entry["subject"]["type"], entry["subject"]["id"])
        own = asked and entry["author"] == phone.person.staff_id
        if not own and not world.sights.may_see(phone.person.staff_id, subject):
            yield f"{phone.name} was given {entry['kind']} {entry['id']}, which is not for {phone.person.login}"


def _refusals(world: World, phone: SimPhone, request: Request, answer: Any) -> Iterator[str]:
    """Nothing refused takes others with it: what was refused in a batch is refused by itself as well.

    But for a copy's chain: what follows an entry whose number is taken gets a new one with it.
    """
    names = {a["id"]: a["name"] for a in answer["answers"] if a["status"] == protocol.REFUSED}
    if not names or len(answer["answers"]) == 1:
        return
    asked = json.loads(_plain(request))
    sent, _ = unpack(asked["entries"])
    who = world.server.who(request)
    copies = {raw["hash"] for raw in sent if names.get(raw["id"]) == COUNTER_TAKEN.name}
    for raw in sent:
        behind = any(e["subject"] == raw["subject"] and e["counter"] > raw["counter"] for e in sent)
        # What came behind it may have made room for it since.
        if raw["id"] in names and raw["prev"] not in copies and not behind:
            alone = world.server.answer_alone(who, raw, asked["sent_at"])
            if alone.status != protocol.REFUSED:
                yield f"{phone.name}'s {raw['kind']} {raw['id']} was refused ({names[raw['id']]}) for another's sake"


def _plain(request: Request) -> bytes:
    body = request.body or b""
    return gzip.decompress(body) if request.headers.get("Content-Encoding") == "gzip" else body


def estate_of(own: list[Entry]) -> str:
    """Return the key of the estate a subject is in: the one its first entry names, or its door's, or its author's."""
    first = min(own, key=lambda entry: entry.seq or 0)
    if first.body.get("estate"):
        return str(first.body["estate"])
    if first.body.get("building_id") is not None:
        return OTHER if first.body["building_id"] == OTHER_BUILDING else ""
    if first.body.get("household_id") is not None:  # of a door that its phone knows by its id alone
        return OTHER if first.body["household_id"] == OTHER_HOME["household_id"] else ""
    return OTHER if first.author in _THEIRS else ""


def sees(who: Identity, own: list[Entry], state: SubjectState) -> bool:
    """Tell whether a person may see a subject."""
    estate = estate_of(own)
    if estate not in who.posts:
        return False
    held = who.posts[estate]
    steward_of = who.looks_after.get(estate, frozenset()) if "steward" in held else frozenset()
    if isinstance(state, CaseState) and state.first.get("case") in ("special_care", "care_call"):
        # Who needs special care: not all who oversee, nor whoever wrote it down and has another post now (P3).
        return bool(held & _CARE) or state.building_id in steward_of
    if isinstance(state, PaperState) and state.opened is not None:
        return _sees_paper(held, bool(state.building_id in steward_of), state)
    if isinstance(state, TrainingState):
        return _sees_file(who, held, own, state)
    if held & _OVERSEERS:
        return True
    if state.opened is None:
        first = own[0] if own else None
        return first is not None and (first.author == who.staff_id or first.body.get("building_id") in steward_of)
    if state.building_id in steward_of or state.opened.author == who.staff_id:
        return True
    if isinstance(state, CaseState) and state.first.get("form_id") == "emergency_contacts":
        return "guard" in held and state.ended is None
    if isinstance(state, TicketState):
        return state.assignee == who.staff_id or ("finance" in held and state.stage in _OVER)
    if isinstance(state, NoticeState):
        return state.released is not None
    if isinstance(state, CaseState):
        chain, filled = str(state.first.get("case")), {one.entry.author for one in state.filled}
        return chain == "event" or bool(held & _OF_CHAINS.get(chain, frozenset())) or who.staff_id in filled
    if isinstance(state, DutyState):
        return state.owner == who.staff_id
    if isinstance(state, JobState):
        return who.staff_id in (state.receiver, (state.escalated or {}).get("to_id"))
    if isinstance(state, ShiftState):
        handed = {entry.author for entry in own if entry.kind == "shift_handed"}
        return who.staff_id in handed or state.body.get("successor_id") == who.staff_id
    if isinstance(state, ThingState) and state.stage == OUT:
        hands = [state.hands, *(link.taker for link in state.disputed)]
        return state.worker_id == who.staff_id or any(h.where == "staff" and h.id == who.staff_id for h in hands)
    return False


def _sees_file(who: Identity, held: frozenset[str], own: list[Entry], state: TrainingState) -> bool:
    """The file of a member of staff is read by them, who trained them, and the supervisors (V5); that somebody passed
    for doors, by all who oversee."""
    if held & _FILES or who.staff_id in (state.staff_id, state.body.get("trainer_id")):
        return True
    if held & _OVERSEERS:
        return state.kind == "manners"
    return (state.opened.author if state.opened is not None else own[0].author) == who.staff_id


def _sees_paper(held: frozenset[str], own: bool, state: PaperState) -> bool:
    """Who reads a paper's class has it, and nobody else: neither who filed it nor all who oversee (S2); of a household
    that moved out nobody has any (S6)."""
    if state.closed is not None:
        return False
    number = state.archive_class
    for post, read in _PAPERS.items():
        if post in held and number in read:
            return True
    return own and number not in (2, 9)


def sees_homes(who: Identity, building_id: str) -> bool:
    """Tell whether somebody may know the households of a building (S)."""
    estate = OTHER if building_id == OTHER_BUILDING else ""
    held = who.posts.get(estate, frozenset())
    return bool(held & _OVERSEERS) or ("steward" in held and building_id in who.looks_after.get(estate, ()))
