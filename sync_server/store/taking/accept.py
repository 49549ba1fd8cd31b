"""Accepting entries: one answer for each, and no entry can hold up another.

Everything is checked first (envelope, rights, whether it fits its subject), then written in one transaction under the
counter's lock. Sending the same entries again, in any order or twice at once, gives the same answers and changes
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import structlog

from app.domain import roles
from app.domain.rules import photos
from app.domain.rules.closing import Closing
from app.domain.rules.scopes import FIRST
from app.domain.rules.state import SubjectState
from app.domain.subjects import SUBJECTS, access, kinds, subject_of
from app.domain.subjects.fold import fold
from app.domain.wire import protocol
from app.domain.wire.entries import Entry
from app.domain.wire.errors import (
    AUTHOR_MISMATCH,
    BLOB_TOO_LARGE,
    KINDS,
    MALFORMED,
    OUT_OF_SCOPE,
    ROLE_MAY_NOT,
    SERVER_BROKEN,
    TOO_BIG,
    Problem,
    tell,
)
from sync_server.store.database import Write, to_json
from sync_server.store.estate import estates
from sync_server.store.news import outbox
from sync_server.store.news.causes import Cause
from sync_server.store.people.identity import Identity, system
from sync_server.store.subjects import SHEETS, sheet_of
from sync_server.store.subjects.sheet import Begun
from sync_server.store.tables import subject_estates
from sync_server.store.taking import feed, keeping, projections
from sync_server.store.taking.doors import Doors
from sync_server.store.taking.entry_rows import Subject, of_subjects
from sync_server.store.taking.keeping import Known

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Submitted:
    """One entry as received: parsed, or with the reason why it could not be."""

    raw: Any
    entry: Entry | None = None
    problem: Problem | None = None


@dataclass(slots=True)
class Answer:
    """The server's answer to one entry; ``flags``: names of the reasons why the desk must look at it."""

    id: str | None
    status: str
    entry: Entry | None = None
    problem: Problem | None = None
    flags: list[str] = field(default_factory=list)

    def to_wire(self) -> dict[str, Any]:
        """Return the answer in its wire form."""
        out: dict[str, Any] = {"id": self.id, "status": self.status}
        if self.entry is not None and self.entry.seq is not None:
            out |= {
                "seq": self.entry.seq,
                "received_at": self.entry.received_at,
                "corrected_at": self.entry.corrected_at,
            }
        if self.problem is not None:
            out |= self.problem.to_wire()
        if self.flags:
            kind = KINDS[self.flags[0]]
            out |= {
                "flags": self.flags,
                "code": kind.code,
                "name": kind.name,
                "message": {"zh": tell(kind, "zh", {}), "en": tell(kind, "en", {})},
            }
        return out


def read(raw: Any, *, measure: bool = False) -> Submitted:
    """Read one entry from its wire form, with its envelope, hash and body checked; needs no database.

    ``measure``: also refuse one that is too large by itself (not needed when the whole request is small).
    """
    entry = None
    try:
        if measure and len(to_json(raw)) > protocol.MAX_ENTRY_BYTES:
            raise Problem(TOO_BIG)
        entry = Entry.from_wire(raw)
        _check(entry)
    except Problem as problem:
        return Submitted(raw, entry, problem)
    except RecursionError:
        return Submitted(raw, entry, Problem(MALFORMED, what="depth"))
    except Exception as error:  # whatever an attacker's body does to a check, the entries after it must be checked
        return Submitted(raw, entry, _broken(error, "check"))
    return Submitted(raw, entry)


def _check(entry: Entry) -> None:
    found = kinds.KINDS.get(entry.kind)
    if found is not None and found.subject not in ("", entry.subject_type):
        raise Problem(MALFORMED, what="subject.type")
    if any(char < " " for ref in entry.blobs for char in ref.media_type) or any(c < " " for c in entry.author):
        raise Problem(MALFORMED, what="text")
    sizes = {ref.hash: ref.size for ref in entry.blobs}
    if any(sizes[ref.hash] != ref.size for ref in entry.blobs):
        raise Problem(MALFORMED, what="blobs.size")
    if any(ref.size > protocol.MAX_BLOB_BYTES for ref in entry.blobs):
        raise Problem(BLOB_TOO_LARGE, limit=protocol.MAX_BLOB_BYTES)
    kinds.check_body(entry.kind, entry.body)
    if entry.kind == "signed" and entry.body["strokes"] not in sizes:
        raise Problem(MALFORMED, what="blobs")
    if entry.kind == "photo_taken" and not photos.names_its_blobs(entry):
        raise Problem(MALFORMED, what="blobs")


def accept(write: Write, batch: Sequence[Submitted], author: Identity, offset: int = 0) -> list[Answer]:
    """Accept a batch and answer each entry, in the order in which they came.

    ``offset`` is the server's time minus the device's, in ms.
    """
    return _Accepting(write, author, offset).run(batch)


def make_up(write: Write) -> int:
    """Begin the follow-ups that months which are over still lack (D.2); return how many."""

    def closing_of(subject_type: str, subject_id: str) -> Closing | None:
        subject = (subject_type, subject_id)
        history = of_subjects(write.connection, [subject]).get(subject, [])
        return subject_of(subject_type).closing(fold(subject_type, history)) if history else None

    begun = [one for sheet in SHEETS.values() for one in sheet.owed_when_over(write, closing_of)]
    return record(write, begun)


def record(write: Write, found: Sequence[Begun]) -> int:
    """Record entries of the server; return how many. Raises the ``Problem`` of one that is not taken."""
    me = system(keeping.system_device(write.connection))
    known = Known(me.device)
    made = [keeping.system_entry(write, known, one.kind, one.subject, one.body) for one in found if _can_begin(one)]
    for answer in accept(write, [Submitted(entry.to_wire(), entry) for entry in made], me):
        if answer.problem is not None:
            raise answer.problem
    return len(made)


def _can_begin(begun: Begun) -> bool:
    """Return whether its body is valid. An invalid one is logged and left out: it must prevent neither other follow-ups
    nor the acceptance of entries."""
    try:
        kinds.check_body(begun.kind, begun.body)
    except Problem as problem:
        log.error("what is owed could not begin", begun=begun, problem=str(problem))
        return False
    return True


class _Accepting:
    def __init__(self, write: Write, author: Identity, offset: int) -> None:
        self.write = write
        self.author = author
        self.offset = offset
        self.scopes = set(author.scopes)
        self.new: list[Entry] = []
        self.histories: dict[Subject, list[Entry]] = {}
        self.begun: set[Subject] = set()
        """Subjects that had entries before this batch; for others nothing needs to be looked up or replaced."""
        self.visible: dict[Subject, bool] = {}
        self.estates: dict[Subject, str] = {}
        """The estate of each subject, those of the first left out."""
        self.settled: list[dict[str, str]] = []
        """Rows of this batch's new subjects that are in another estate than the first."""

    def run(self, batch: Sequence[Submitted]) -> list[Answer]:
        entries = [item.entry for item in batch if item.entry is not None]
        self.known = Known.load(self.write, batch, self.author.device)
        if self.author.staff_id == roles.SYSTEM:
            # Numbers that the server gives meanwhile come after the entries that it is recording.
            for entry in sorted(entries, key=lambda e: e.counter):
                self.known.advance(entry)
        fresh = [e for e in entries if e.id not in self.known.by_id]
        subjects = {(e.subject_type, e.subject_id) for e in fresh}
        self.histories = of_subjects(self.write.connection, subjects)
        self.begun = set(self.histories)
        self.visible = keeping.ever_visible(self.write, self.begun, self.scopes)
        self.estates = self._estates()
        # Nothing is looked up for entries with an invalid body: its values may be nothing that a database can be asked
        # for.
        bad = {item.entry.id for item in batch if item.entry is not None and item.problem is not None}
        self.doors = Doors.load(self.write, [e for e in fresh if e.id not in bad])
        # Numbers are given in the order in which the device made its entries, whatever order they came in.
        order = sorted(range(len(batch)), key=lambda i: counter_of(batch[i]))
        answers: dict[int, Answer] = {i: self._answer(batch[i]) for i in order}
        states = self._fold(answers)
        self._meet(states)
        self._follow_up(states)
        self._keep(states)
        return [answers[i] for i in range(len(batch))]

    def _estates(self) -> dict[Subject, str]:
        """Return the estate of each subject that had entries before this batch."""
        author = self.author
        if author.is_system or len(author.posts) > 1:
            return estates.of_subjects(self.write.connection, self.begun) if self.begun else {}
        # Everything that people in only one estate may see is there.
        return {} if author.home == FIRST else dict.fromkeys(self.begun, author.home)

    def _answer(self, item: Submitted) -> Answer:
        entry = item.entry
        try:
            if entry is not None and (known := self.known.same(entry)) is not None:
                self.known.note_elsewhere(entry, known)
                return Answer(entry.id, protocol.KNOWN, known)
            if item.problem is not None:
                if entry is not None and entry.device == self.author.device:
                    self.known.check_link(entry)
                raise item.problem
            assert entry is not None
            estate = self._allowed(entry)
        except Problem as problem:
            self.known.refuse(item.raw, problem)
            return Answer(_id(item.raw), protocol.REFUSED, problem=problem)
        taken = self._take(entry)
        subject = (taken.subject_type, taken.subject_id)
        self._settle(subject, estate)
        follows = sheet_of(taken.subject_type).follows(self.write, taken, self.histories[subject], estate)
        for kind, body in follows:
            self._take(keeping.system_entry(self.write, self.known, kind, subject, body))
        return Answer(entry.id, protocol.ACCEPTED, taken)

    def _settle(self, subject: Subject, estate: str) -> None:
        """Record the estate of a subject that begins now."""
        if estate != FIRST and subject not in self.estates:
            self.estates[subject] = estate
            self.settled.append({"subject_type": subject[0], "subject_id": subject[1], "estate_key": estate})

    def _allowed(self, entry: Entry) -> str:
        """Return the estate of an entry. Raises the ``Problem`` of an entry that its author may not make, or not
        there."""
        author = self.author
        if entry.author != author.staff_id or entry.device != author.device:
            raise Problem(AUTHOR_MISMATCH)
        self.known.check_chain(entry)
        subject = (entry.subject_type, entry.subject_id)
        before = self.histories.get(subject, [])
        if not access.may(author.roles, entry.kind):
            raise Problem(ROLE_MAY_NOT, kind=entry.kind)
        # The scope is checked before the record's content: what somebody may not see must look like what does not
        # exist.
        if not before:
            if entry.subject_type in SUBJECTS and entry.kind not in SUBJECTS[entry.subject_type].opens_with:
                raise Problem(OUT_OF_SCOPE)
            estate = self.doors.where(author, entry, entry.body, author.home)
        elif not (author.is_system or self.visible.get(subject)):
            # What they don't see may be in any estate, whatever ``_estates`` takes for granted of what they do.
            meets = entry.kind in subject_of(entry.subject_type).meets
            estate = estates.of_subjects(self.write.connection, {subject}).get(subject, FIRST) if meets else FIRST
            if not meets or self.doors.where(author, entry, entry.body, author.home) != estate:
                raise Problem(OUT_OF_SCOPE)
            self.visible[subject] = True  # from now on it is theirs, too, and so is what they made after it
        else:
            estate = self.estates.get(subject, FIRST)
        if not access.may_make(author.at(estate).roles, entry, before):
            raise Problem(ROLE_MAY_NOT, kind=entry.kind)
        if entry.kind == "amended":
            self.doors.check_amendment(author, entry, before, estate)
        return estate

    def _take(self, entry: Entry) -> Entry:
        taken = entry.confirmed(
            seq=self.write.take(),
            received_at=self.write.now,
            corrected_at=self.known.corrected(entry, self.offset, self.write.now),
        )
        subject = (taken.subject_type, taken.subject_id)
        self.histories.setdefault(subject, []).append(taken)
        self.visible.setdefault(subject, True)
        self.known.add(taken)
        self.new.append(taken)
        return taken

    def _fold(self, answers: dict[int, Answer]) -> dict[Subject, SubjectState]:
        """Fold each affected subject once, and add the flags to the answers."""
        # In the order of the entries, which is the order in which closed ones are drawn for follow-ups (D.2).
        touched = dict.fromkeys((e.subject_type, e.subject_id) for e in self.new)
        states = {}
        reasons: dict[str, str] = {}
        for subject in touched:
            state = fold(subject[0], self.histories[subject])
            states[subject] = state
            reasons.update((flag.entry_id, flag.reason) for flag in state.flags)
        for answer in answers.values():
            if answer.entry is not None and answer.entry.id in reasons:
                answer.flags = [reasons[answer.entry.id]]
                if answer.status == protocol.ACCEPTED:
                    answer.status = protocol.FLAGGED
        return states

    def _meet(self, states: dict[Subject, SubjectState]) -> None:
        """Record on other records that an entry belongs together with them (N3).

        What can't be worked out is logged: it must not keep from being taken what somebody did.
        """
        for entry in list(self.new):
            subject = (entry.subject_type, entry.subject_id)
            try:
                met = list(sheet_of(subject[0]).meets(self.write, entry, self.estates.get(subject, FIRST)))
            except Exception:
                log.exception("what belongs together could not be found", entry=entry.id)
                continue
            self._add(states, met)

    def _add(self, states: dict[Subject, SubjectState], more: Sequence[Begun]) -> None:
        """Add entries of the server to records, those of this batch or others."""
        others = {one.subject for one in more} - set(self.histories)
        if others:
            there = of_subjects(self.write.connection, others)
            self.histories |= there
            self.begun |= set(there)
            self.estates |= estates.of_subjects(self.write.connection, there)
        for one in more:
            self._take(keeping.system_entry(self.write, self.known, one.kind, one.subject, one.body))
            states[one.subject] = fold(one.subject[0], self.histories[one.subject])

    def _follow_up(self, states: dict[Subject, SubjectState]) -> None:
        """Begin the follow-ups that are owed for what was closed, in the same transaction (D.2)."""
        for subject, state in list(states.items()):
            closing = subject_of(subject[0]).closing(state)
            if closing is None:
                continue
            estate = self.estates.get(subject, FIRST)
            for begun in (one for sheet in SHEETS.values() for one in sheet.owed_for(self.write, closing, estate)):
                if not _can_begin(begun):
                    continue
                self._take(keeping.system_entry(self.write, self.known, begun.kind, begun.subject, begun.body))
                self._settle(begun.subject, estate)
                states[begun.subject] = fold(begun.subject[0], self.histories[begun.subject])

    def _keep(self, states: dict[Subject, SubjectState]) -> None:
        keeping.insert_entries(self.write, self.new, self.author)
        self.write.insert(subject_estates, self.settled)
        projections.rewrite(self.write.connection, list(states.values()), self.estates, begun=self.begun)
        touched = {subject: self.histories[subject] for subject in states}
        feed.publish(self.write, touched, states, {e.id for e in self.new}, self.estates)
        outbox.put(self.write.connection, self.write.now, self._news(states))
        keeping.record_refusals(self.write, self.known)

    def _news(self, states: Mapping[Subject, SubjectState]) -> list[Cause]:
        """Return what people outside the app are to hear of; what was done offline long ago is no news.

        What can't be worked out is logged: it must not keep from being taken what somebody did.
        """
        found: list[Cause] = []
        for entry in self.new:
            subject = (entry.subject_type, entry.subject_id)
            sheet, state = sheet_of(subject[0]), states[subject]
            if entry.kind in sheet.tells and state.opened is not None and self.write.now - entry.at < outbox.STALE:
                try:
                    found.extend(sheet.news(entry, state, self.estates.get(subject, FIRST)))
                except Exception:
                    log.exception("what is to be told could not be worked out", kind=entry.kind, id=entry.id)
        return found


def refuse_broken(item: Submitted, error: Exception) -> Answer:
    """Return the answer to an entry that makes the server's own code fail: refused, with a reference to the log."""
    return Answer(_id(item.raw), protocol.REFUSED, problem=_broken(error, "accept"))


def _broken(error: Exception, where: str) -> Problem:
    reference = uuid4().hex[:8]
    log.error("entry_broke_the_server", reference=reference, where=where, exc_info=error)
    return Problem(SERVER_BROKEN, reference=reference)


def counter_of(item: Submitted) -> int:
    """Return an entry's number on its device; 0 if it could not be read."""
    return item.entry.counter if item.entry is not None else 0


def _id(raw: Any) -> str | None:
    found = raw.get("id") if isinstance(raw, dict) else None
    return found if isinstance(found, str) and found.isascii() and found.isprintable() and len(found) <= 100 else None
