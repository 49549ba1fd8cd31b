"""The interface to the central ticket store for the server's other parts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, false, select
from sqlalchemy.exc import OperationalError
from uuid6 import uuid7

from app.domain.rules.scopes import FIRST
from app.domain.rules.state import SubjectState
from app.domain.subjects.fold import fold
from app.domain.subjects.signing import ChainVerdict
from app.domain.times import HOUR, china_day
from app.domain.wire import protocol
from app.domain.wire.entries import Entry
from app.domain.wire.errors import BLOB_MISMATCH, BLOB_TOO_LARGE, NOT_FOUND, Problem
from sync_server.store import duties
from sync_server.store.database import Database, Told, Write
from sync_server.store.estate import calendar, estates
from sync_server.store.people import accounts, join_codes, looks
from sync_server.store.people.identity import Identity, system
from sync_server.store.subjects import archive_paper
from sync_server.store.subjects.case import care, matching
from sync_server.store.subjects.sheet import Begun
from sync_server.store.subjects.survey_round import opening
from sync_server.store.tables import blobs, entries, entry_blobs, grants, meta
from sync_server.store.taking import accept as accepting
from sync_server.store.taking import keeping, pulling
from sync_server.store.taking.accept import Answer, Submitted
from sync_server.store.taking.blobs import BlobFiles, BlobFolder
from sync_server.store.taking.entry_rows import Subject
from sync_server.store.types import moment
from sync_server.store.upkeep import migrate, refolding, verifying

log = structlog.get_logger(__name__)


def device_scope(device: str) -> str:
    """Return what a device waits for beside its owner's scopes: that it is ended."""
    return f"device:{device}"


def ended(device: str) -> Told:
    """Return what is told when a device was ended; it gives no number."""
    return Told(0, 0, {device_scope(device): 1})


def _clock() -> int:
    return time.time_ns() // 1_000_000


class Store:
    """A database and a place for blobs. ``now`` gives the server's time in ms since 1970 UTC; ``permit_hours``: see the
    settings."""

    def __init__(
        self, url: str, blob_files: BlobFiles | Path, now: Callable[[], int] = _clock, permit_hours: int = 24
    ) -> None:
        self.database = Database(url)
        self.files: BlobFiles = BlobFolder(blob_files) if isinstance(blob_files, Path) else blob_files
        self.now = now
        self._permit_wait = permit_hours * HOUR
        self._looked_at = 0
        """When ``_look_after_cases`` ran last, in ms."""
        self._made_up: date | None = None
        """The first day of the month in which `_make_up` ran last; None before that."""
        self._looked_on: date | None = None
        """The day on which `_open_rounds` ran last."""

    def migrate(self) -> None:
        """Migrate the database to the newest tables, and fold again what this version understands differently; may be
        repeated."""
        migrate.migrate(self.database, self.now())
        refolding.after_update(self.database, self.now())

    def close(self) -> None:
        """Close every connection."""
        self.database.close()

    # -- transactions for the modules of this package and the command line ------------------

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One reading transaction."""
        with self.database.read() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One reading transaction that sees one state of the store, for what is counted or printed from many
        statements."""
        with self.database.snapshot() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One writing transaction that gives no numbers."""
        with self.database.write() as connection:
            yield connection

    @contextmanager
    def numbered(self) -> Iterator[Write]:
        """One writing transaction that gives numbers."""
        with self.database.numbered(self.now()) as write:
            yield write

    # -- the store's own facts ---------------------------------------------------------------

    def epoch(self) -> str:
        """Return the store's epoch: another one means that the store was restored from a backup."""
        with self.read() as connection:
            return keeping.epoch(connection)

    def new_epoch(self) -> str:
        """Begin a new epoch, after the database was restored from a backup: phones send everything again."""
        epoch = str(uuid7())
        with self.write() as connection:
            connection.execute(meta.update().where(meta.c.key == "epoch").values(value=epoch))
        return epoch

    def estates(self, who: Identity | None = None) -> list[estates.Estate]:
        """Return the estates of the store, or only those of ``who``."""
        with self.read() as connection:
            return estates.every(connection) if who is None else estates.among(connection, who.estates)

    def estate_name(self, key: str = FIRST) -> str:
        """Return an estate's name, "" before one was imported."""
        with self.read() as connection:
            return next((one.name for one in estates.every(connection) if one.key == key), "")

    # -- entries -----------------------------------------------------------------------------

    def push(self, who: Identity, raw: Sequence[Any], offset: int = 0, *, measure: bool = True) -> list[Answer]:
        """Take entries in and answer each. ``offset`` is the server's clock minus the device's, in ms.

        ``measure``: check the size of each entry (a small request need not).
        """
        batch = [accepting.read(item, measure=measure) for item in raw]
        if not batch:
            return []
        try:
            return self._accept(who, batch, offset)
        except (Problem, OperationalError, OSError):
            raise
        except Exception as error:
            if len(batch) == 1:
                return [accepting.refuse_broken(batch[0], error)]
        # One of them breaks what the checks did not foresee: find it, and let the others through.
        order = sorted(range(len(batch)), key=lambda i: accepting.counter_of(batch[i]))
        answers = {i: self._accept_alone(who, batch[i], offset) for i in order}
        return [answers[i] for i in range(len(batch))]

    def fill_calendar(self) -> None:
        """Add the known years to the calendar of workdays, and send it to estates that have not got it yet."""
        with self.numbered() as write:
            calendar.fill(write)

    def _accept(self, who: Identity, batch: Sequence[Submitted], offset: int) -> list[Answer]:
        self._make_up()
        self._look_after_cases()
        self._open_rounds()
        with self.numbered() as write:
            answers = accepting.accept(write, batch, who, offset)
        self._adopt(who, answers)
        return answers

    def _make_up(self) -> None:
        """Close the months that are over, begin the follow-ups they still owe, and send the calendar to new estates
        (D.2, D.1).

        Runs once a month and after each start, in a transaction of its own: an error here must not keep anybody's
        entries from being accepted.
        """
        month = china_day(self.now()).replace(day=1)
        if month == self._made_up:
            return
        self._made_up = month
        try:
            with self.numbered() as write:
                duties.close(write)
                accepting.make_up(write)
                calendar.announce(write)
        except Exception:
            log.exception("what a month that is over owes could not be begun; tried again at the next start")

    def _look_after_cases(self) -> None:
        """Flag goods that were let out by a code and have had no permit for too long (N3), and end what is about
        households that moved out (P3, S6, Y4): at most once an hour, with whatever phone sends then. An error here must
        not keep anybody's entries from being accepted."""
        now = self.now()
        if 0 <= now - self._looked_at < HOUR:
            return
        self._looked_at = now
        try:
            with self.read() as connection:
                found = self._of_cases(connection, now)
            if found:
                with self.numbered() as write:
                    accepting.record(write, self._of_cases(write.connection, now))
        except Exception:
            log.exception("cases that wait for a permit or have ended could not be looked for; tried again in an hour")

    def _of_cases(self, connection: Connection, now: int) -> list[Begun]:
        return [
            *matching.late(connection, now, self._permit_wait),
            *care.left_behind(connection),
            *archive_paper.left_behind(connection),
        ]

    def _open_rounds(self) -> None:
        """Open the rounds of the survey that have begun (F1): looked at once a day, in a transaction of its own, for
        the reason that ``_make_up`` has."""
        today = china_day(self.now())
        if today == self._looked_on:
            return
        self._looked_on = today
        try:
            if opening.is_time(today):
                self.record(lambda write, known, _: opening.entries(write, known, today))
        except Exception:
            log.exception("the rounds of the survey could not be opened; tried again tomorrow and at the next start")

    def _accept_alone(self, who: Identity, item: Submitted, offset: int) -> Answer:
        try:
            return self._accept(who, [item], offset)[0]
        except (Problem, OperationalError, OSError):
            raise
        except Exception as error:
            return accepting.refuse_broken(item, error)

    def pull(
        self,
        who: Identity,
        cursors: Mapping[str, int],
        limit: int,
        want: Sequence[str] = (),
        answers: Sequence[Answer] = (),
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[list[int]]]:
        """Return one page of every scope, the wanted entries, and the ranges missing in the device's chain.

        ``answers`` to the push in the same request have entries that need not be looked up again.
        """
        at_hand = {answer.entry.id: answer.entry for answer in answers if answer.entry is not None}
        with self.read() as connection:
            return (
                pulling.pull(connection, who, cursors, limit, at_hand),
                pulling.wanted(connection, who, want) if want else [],
                keeping.holes(connection, who.device),
            )

    def left(self, pages: Sequence[Mapping[str, Any]]) -> int:
        """Return how many items follow after these pages, which ``pull`` returned."""
        with self.read() as connection:
            return pulling.left(connection, pages)

    def items_behind(self, who: Identity, cursors: Mapping[str, int]) -> int:
        """Return how many items lie behind the cursors in the person's scopes."""
        with self.read() as connection:
            return pulling.behind(connection, who, cursors)

    def dropped(self, cursors: Mapping[str, int]) -> list[Subject]:
        """Return what had left these scopes by these positions."""
        with self.read() as connection:
            return pulling.dropped(connection, cursors)

    def withdrew(self, who: Identity, cursors: Mapping[str, int]) -> bool:
        """Tell whether something that could be read up to the cursors may not be seen by the person now."""
        with self.read() as connection:
            return pulling.withdrew(connection, who, cursors)

    def is_behind(self, who: Identity, epoch: str, cursors: Mapping[str, int]) -> tuple[bool, int]:
        """Tell whether anything lies behind the cursors in the person's scopes, and the last number given before that
        was looked at. Of another epoch everything is news."""
        with self.read() as connection:
            last = pulling.last_number(connection)
            return keeping.epoch(connection) != epoch or pulling.is_behind(connection, who, cursors, last), last

    def newest(self, scopes: Sequence[str], after: int) -> tuple[Mapping[str, int], int]:
        """Return the highest position in each of the scopes that has one above ``after``, and the last number given
        before that was looked at. Raises ``DatabaseUnusable``."""
        with self.database.reached(), self.read() as connection:
            last = pulling.last_number(connection)
            return pulling.newest(connection, scopes, after) if last != after else {}, last

    def keep_looks(self, who: Identity, raw: Sequence[Any], offset: int = 0) -> list[str]:
        """Store looks at household archives; return the ids of those that are stored (S). ``offset``: see ``push``."""
        if not raw:
            return []
        with self.write() as connection:
            return looks.keep(connection, who, raw, offset, self.now())

    def looks_at(self, household_id: str, who: Identity) -> list[dict[str, Any]]:
        """Return who looked at a household's archive, the latest first.

        Raises ``Problem``: ``not_found``, ``role_may_not`` (in that household's estate).
        """
        with self.read() as connection:
            return looks.of_household(connection, household_id, who)

    def record(self, entries_of: Callable[[Write, keeping.Known, Identity], list[Entry]]) -> list[Answer]:
        """Record entries of the server itself; ``entries_of`` makes them in the same transaction."""
        with self.numbered() as write:
            me = system(keeping.system_device(write.connection))
            known = keeping.Known(me.device)
            made = entries_of(write, known, me)
            return accepting.accept(write, [Submitted(e.to_wire(), e) for e in made], me)

    def state(self, who: Identity | None, subject: Subject) -> SubjectState:
        """Return a subject's state. Raises ``Problem`` ``not_found``, also for what ``who`` may not see."""
        with self.read() as connection:
            own = pulling.history(connection, who, subject)
        return fold(subject[0], own)

    # -- verifying ---------------------------------------------------------------------------

    def verify(self, subject: Subject, who: Identity | None = None) -> verifying.SubjectVerdict:
        """Verify a subject. Raises ``Problem`` ``not_found``, also for what ``who`` may not see."""
        with self.read() as connection:
            if who is not None and subject not in pulling.visible(connection, who, {subject}):
                raise Problem(NOT_FOUND)
            found = verifying.verify_subject(connection, self.files, subject)
        if found is None:
            raise Problem(NOT_FOUND)
        return found

    def verify_everything(self) -> Iterator[verifying.SubjectVerdict | ChainVerdict]:
        """Verify every subject and every device's chain, one after another."""
        with self.read() as connection:
            for subject in verifying.all_subjects(connection):
                found = verifying.verify_subject(connection, self.files, subject)
                if found is not None:
                    yield found
            for device in verifying.all_devices(connection):
                yield verifying.verify_chain(connection, device)

    # -- blobs -------------------------------------------------------------------------------

    def blob_size(self, who: Identity, digest: str) -> int:
        """Return the declared size of a blob that the person may see. Raises ``Problem`` ``not_found``.

        Knowing a blob's name gives no access: an entry that names it gives access only once its author has sent the
        content, no matter who else did (``borrowed``).
        """
        mine = (grants.c.subject_type == entries.c.subject_type) & (grants.c.subject_id == entries.c.subject_id)
        query = (
            select(blobs.c.size)
            .join(entry_blobs, entry_blobs.c.hash == blobs.c.hash)
            .join(entries, entries.c.id == entry_blobs.c.entry_id)
            .outerjoin(grants, mine & grants.c.scope.in_(who.scopes))
            .where(blobs.c.hash == digest, entry_blobs.c.borrowed.is_(false()))
            .where((entries.c.author == who.staff_id) | grants.c.active)
            .limit(1)
        )
        with self.read() as connection:
            size = connection.scalar(query)
        if size is None:
            raise Problem(NOT_FOUND)
        return int(size)

    def upload_of(self, who: Identity, digest: str) -> tuple[int, str | None]:
        """Return the size of a blob by the person's own entries, and the name under which they send it.

        The name is ``None`` if they have the blob already, because they sent it or may see it. Otherwise it is uploaded
        separately (``beside``) under their name, so that by naming a blob nobody can read it, spoil its upload or
        change its size. Raises ``Problem`` ``not_found``.
        """
        found = self._uploads_of(who, [digest])
        if digest not in found:
            raise Problem(NOT_FOUND)
        return found[digest]

    def _uploads_of(self, who: Identity, digests: Sequence[str]) -> dict[str, tuple[int, str | None]]:
        query = (
            select(blobs.c.hash, blobs.c.complete_at, entry_blobs.c.borrowed, entries.c.blobs)
            .join(entry_blobs, entry_blobs.c.hash == blobs.c.hash)
            .join(entries, entries.c.id == entry_blobs.c.entry_id)
            .where(blobs.c.hash.in_(digests), entries.c.author == who.staff_id)
            .order_by(entry_blobs.c.borrowed.desc())  # the last row counts: one not borrowed, if any
        )
        with self.read() as connection:
            return {
                row.hash: (
                    next(int(ref["size"]) for ref in row.blobs if ref["hash"] == row.hash),
                    who.staff_id if row.borrowed or row.complete_at is None else None,
                )
                for row in connection.execute(query)
            }

    def blob_known(self, digest: str) -> bool:
        """Return whether any entry here names the blob."""
        with self.read() as connection:
            return connection.scalar(select(blobs.c.hash).where(blobs.c.hash == digest)) is not None

    def put_blob(
        self, digest: str, offset: int, chunk: bytes, total: int, beside: str | None = None
    ) -> tuple[int, bool]:
        """Keep a chunk of a blob; return how many bytes are here and whether it is whole. ``beside``: `upload_of`."""
        if total > protocol.MAX_BLOB_BYTES:
            raise Problem(BLOB_TOO_LARGE, limit=protocol.MAX_BLOB_BYTES)
        have, complete = self.files.write(digest, offset, chunk, total, beside)
        if complete:
            self._completed([(digest, total, beside)])
        return have, complete

    def put_blobs(self, who: Identity, contents: Sequence[tuple[str, bytes]]) -> list[tuple[str, Problem | None]]:
        """Store several whole blobs; return for each ``None``, or the reason why it was not taken.

        ``not_found``: no entry of the person's names it; ``blob_mismatch``: the content is not what its name says.
        """
        uploads = self._uploads_of(who, [digest for digest, _content in contents])
        answers: list[tuple[str, Problem | None]] = []
        for digest, content in contents:
            size, beside = uploads.get(digest, (None, None))
            problem = Problem(NOT_FOUND) if size is None else None
            if size is not None:
                try:
                    if size != len(content):
                        raise Problem(BLOB_MISMATCH, have=self.files.have(digest, beside))
                    self.files.write(digest, 0, content, size, beside)
                except Problem as found:
                    if found.kind is not BLOB_MISMATCH:
                        raise
                    problem = found
            answers.append((digest, problem))
        self._completed([(digest, *uploads[digest]) for digest, problem in answers if problem is None])
        return answers

    def _completed(self, whole: Sequence[tuple[str, int, str | None]]) -> None:
        """Record that blobs (name, size, sender) are complete; the sender is given if they sent it ``beside``.

        From now on that person's entries give access to it. If the blob was not complete before, entries of others do
        not: whoever only named it must send it, too.
        """
        if not whole:
            return
        with self.write() as connection:
            for digest, size, beside in whole:
                first = connection.execute(
                    blobs.update()
                    .where(blobs.c.hash == digest, blobs.c.complete_at.is_(None))
                    .values(complete_at=moment(self.now()), size=size)
                ).rowcount
                if beside is None:
                    continue
                own = entry_blobs.c.entry_id.in_(select(entries.c.id).where(entries.c.author == beside))
                named = entry_blobs.update().where(entry_blobs.c.hash == digest)
                connection.execute(named.where(own).values(borrowed=False))
                if first:
                    connection.execute(named.where(~own).values(borrowed=True))

    def _adopt(self, who: Identity, answers: Sequence[Answer]) -> None:
        """Give blobs on a restored server back to the people whose entries name them again, if nobody else's do.

        After a restore the database may be older than the folder of blobs, and phones have deleted what the server had.
        """
        refs = {
            ref.hash: ref.size
            for answer in answers
            if answer.entry is not None and answer.status in (protocol.ACCEPTED, protocol.FLAGGED)
            for ref in answer.entry.blobs
            if self.files.complete(ref.hash)
        }
        if not refs:
            return
        others = (
            select(entry_blobs.c.hash)
            .join(entries, entries.c.id == entry_blobs.c.entry_id)
            .where(entry_blobs.c.hash == blobs.c.hash, entries.c.author != who.staff_id)
        )
        query = select(blobs.c.hash).where(blobs.c.hash.in_(refs), blobs.c.complete_at.is_(None), ~others.exists())
        with self.read() as connection:
            orphans = list(connection.scalars(query))
        self._completed([(digest, refs[digest], who.staff_id) for digest in orphans])

    # -- people ------------------------------------------------------------------------------

    def account(self, login: str) -> accounts.Account | None:
        """Return the account of a login name."""
        with self.read() as connection:
            return accounts.account(connection, login)

    def identity(self, staff_id: str) -> Identity:
        """Return a person with the rights they have now, on no device."""
        with self.read() as connection:
            return accounts.identity(connection, staff_id, "")

    def owns_device(self, staff_id: str, device: str) -> bool:
        """Return whether this person has signed in on the device before, and it was not revoked since."""
        with self.read() as connection:
            return accounts.owns_device(connection, device, staff_id)

    def was_token_of(self, device: str, token: str) -> bool:
        """Return whether a token was ever given to this device; it may have ended."""
        with self.read() as connection:
            return accounts.was_token_of(connection, device, token)

    def sign_in(
        self,
        staff_id: str,
        device: str | None,
        days: int,
        *,
        name: str = "",
        platform: str = "",
        version: str = "",
        born_of: str | None = None,
    ) -> tuple[str, int, Identity]:
        """Register the device and return a token, when it expires (ms), and who it stands for."""
        now = self.now()
        with self.write() as connection:
            device = accounts.register_device(connection, staff_id, device, now, name, platform, version, born_of)
            token, expires = accounts.issue_token(connection, staff_id, device, now, days)
            return token, expires, accounts.identity(connection, staff_id, device)

    def make_join_code(self, maker: Identity | None, staff_id: str) -> join_codes.JoinCode:
        """Make a one-time code for a person; see ``join_codes.make``. ``None``: the console's administrator."""
        with self.read() as connection:
            join_codes.check(connection, maker, staff_id)  # refused before the slow hashing of a code
        fresh = join_codes.fresh_code(self._code_salt())
        with self.write() as connection:
            return join_codes.make(connection, maker, staff_id, fresh, self.now())

    def join(
        self,
        code: str,
        attempt: str | None,
        device: str | None,
        days: int,
        *,
        name: str = "",
        platform: str = "",
        version: str = "",
    ) -> tuple[str, int, Identity]:
        """Sign a device in by a one-time code; return what ``sign_in`` does. The code counts as used only if all goes
        well.

        Raises ``Problem``: ``code_unknown``, ``device_of_other``.
        """
        now = self.now()
        digest = join_codes.hash_of(code, self._code_salt())
        with self.write() as connection:
            claimed = join_codes.claim(connection, digest, attempt, now)
            device = accounts.register_device(
                connection, claimed.staff_id, claimed.device or device, now, name, platform, version
            )
            join_codes.note_device(connection, claimed, device)
            token, expires = accounts.issue_token(connection, claimed.staff_id, device, now, days)
            return token, expires, accounts.identity(connection, claimed.staff_id, device)

    def _code_salt(self) -> str:
        with self.read() as connection:
            return join_codes.salt(connection)

    def check_token(self, token: str, days: int) -> accounts.TokenState:
        """Return who a token stands for, and extend its life (written at most once a day)."""
        now = self.now()
        with self.read() as connection:
            found = accounts.check_token(connection, token, now)
        if found.expires_at < now + (days - 1) * 86_400_000:
            with self.write() as connection:
                accounts.slide(connection, found.hash, now, days)
        return found

    def sign_out(self, token_hash: str) -> None:
        """End one sign-in."""
        with self.write() as connection:
            accounts.revoke_token(connection, token_hash, self.now())

    def devices(self, staff_id: str, managed: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Return the devices of one person, and those of everybody in the estates ``managed`` (keys)."""
        with self.read() as connection:
            return accounts.list_devices(connection, staff_id, managed)

    def revoke_device(self, device: str, by: str | None = None, managed: Sequence[str] = ()) -> None:
        """End every sign-in of a device. Raises ``Problem`` ``not_found``, also for a device that ``by`` may not end.

        ``by``: who ends it: their own device, or that of a member of staff of the estates ``managed``. ``None``: the
        console.
        """
        with self.write() as connection:
            accounts.revoke_device(connection, device, self.now(), by, managed)
        self.database.tell(ended(device))

    def device_seen(self, token: accounts.TokenState, version: str | None = None) -> None:
        """Note that a device synced (written at most once a minute, so that a pull seldom has to write)."""
        new_version = version is not None and version != token.app_version
        if token.seen_at is None or self.now() - token.seen_at > 60_000 or new_version:
            with self.write() as connection:
                accounts.seen(connection, token.identity.device, self.now(), version)

    def api_key_name(self, key: str) -> str:
        """Return the name of the system a key belongs to. Raises ``Problem`` ``token_unknown`` or ``token_revoked``."""
        with self.read() as connection:
            return accounts.api_key_name(connection, key)
