"""Training and assessment 培训考核 (V): sessions with a code, attendance by scan, marks with one re-sit, inductions,
and the file of each member of staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, cast

from app.actions.core import derived
from app.actions.models import Saved, Signature, Staff
from app.actions.records import Records
from app.actions.troubles import words_of
from app.domain.rules.card import Card
from app.domain.rules.marks import Marks
from app.domain.rules.sessions import SessionCode, attendance_id, manners_id
from app.domain.subjects.training import (
    ATTENDANCE,
    EXAM,
    INDUCTION,
    MANNERS,
    SESSION,
    TRAINING,
    TrainingCard,
    TrainingState,
)
from app.domain.subjects.training.kinds import MANNER, SUPERVISORS, TRAINERS
from app.domain.times import at_china, china_day
from app.domain.wire.entries import Entry
from app.domain.wire.errors import SESSION_OVER, Problem
from app.domain.wire.fields import LONG
from app.store.queries import CardFilter

_MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who was at a session: ``confirmed`` by whoever trained, ``scanned`` its code with a phone of their own;
    one of both may lack (a flat battery; somebody who was not there)."""

    staff_id: str
    name: str
    confirmed: bool
    scanned: bool


@dataclass(frozen=True, slots=True)
class MarkForm:
    """What somebody got: of 90 for theory, of 10 for discipline."""

    staff_id: str
    topic: str
    theory: int
    discipline: int
    words: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class InductionForm:
    """What a newcomer was taught, and whether they may go to doors."""

    staff_id: str
    began: date
    first_day: Sequence[str]
    second_day: Sequence[str]
    manners: bool
    laws: Sequence[str] = ()
    note: str = ""


class Trainings:
    """Training of one signed-in person. ``once`` and ``draft``: see ``Core.save`` and the store's drafts."""

    def __init__(self, core: Records) -> None:
        self._core = core

    @property
    def trains(self) -> bool:
        """Whether this person holds sessions and marks."""
        return bool(self._core.roles & TRAINERS)

    # -- sessions and attendance -----------------------------------------------------------

    def code(self, session_id: str, topic: str, begun_at: int) -> SessionCode:
        """Return the code that stands on the trainer's phone during a session."""
        return SessionCode(session_id, self._core.profile.staff_id, topic, begun_at)

    async def attend(self, code: SessionCode, *, once: str | None = None) -> Saved:
        """Say that one is at the session whose code one scanned: without a network, and before the session itself is
        anywhere but on the trainer's phone (V2).

        Raises ``Problem``: ``session_over`` on another day than the session's, ``already_noted`` the second time.
        """
        core = self._core
        if not code.open(core.now()):
            raise Problem(SESSION_OVER)
        subject = (TRAINING, attendance_id(code.session_id, core.profile.staff_id))
        said = {
            "session_id": code.session_id, "trainer_id": code.trainer_id, "topic": code.topic,
            "begun_at": code.begun_at, **self._estate(),
        }  # fmt: skip
        return await core.save([core.entry(subject, "attended", said, once)])

    async def hold(
        self,
        session_id: str,
        topic: str,
        words: str,
        minutes: int,
        begun_at: int,
        present: Sequence[str],
        note: str = "",
        troubles: Sequence[Card] = (),
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """End a session: who was there, as whoever trained confirms (V1, V2). ``present``: staff ids; ``troubles``: the
        cases of trouble at doors that were taught (V6)."""
        core = self._core
        people = [{"staff_id": one, "name": core.staff_name(one)} for one in present]
        said: dict[str, Any] = {
            "topic": topic, "words": words.strip(), "minutes": minutes, "begun_at": begun_at, "present": people,
            "note": note.strip(), **self._estate(),
        }  # fmt: skip
        if troubles:
            said["troubles"] = [{"case_id": one.id, "words": words_of(one)[:LONG]} for one in troubles]
        return await core.save([core.entry((TRAINING, session_id), "session_held", said, once)], draft)

    def scanned(self, session_id: str) -> frozenset[str]:
        """Return who scanned the code of a session, as far as this phone has heard."""
        found = self._core.store.cards(CardFilter(type=TRAINING, kinds=(ATTENDANCE,)), 0, _MOST)
        return frozenset(_of(card).staff_id for card in found if _of(card).session_id == session_id)

    def attendance(self, state: TrainingState) -> list[Attendee]:
        """Return who was at a session: the trainer's word and the scans together, what does not agree first."""
        scanned = self.scanned(state.id)
        named = {str(one["staff_id"]): str(one["name"]) for one in state.body.get("present") or ()}
        names = {one: self._core.staff_name(one) for one in scanned - named.keys()}
        found = [Attendee(id_, name, id_ in named, id_ in scanned) for id_, name in (named | names).items()]
        return sorted(found, key=lambda one: (one.confirmed and one.scanned, one.name))

    def of_this_week(self) -> list[Card]:
        """Return the sessions of this week, as far as this person reads them (V1: one is owed each week)."""
        today = china_day(self._core.now())
        monday = at_china(today - timedelta(days=today.weekday()), 0)
        wanted = CardFilter(type=TRAINING, kinds=(SESSION,), order="recent")
        return [card for card in self._core.cards(wanted, 0, 100) if _of(card).begun_at >= monday]

    # -- marks -----------------------------------------------------------------------------

    async def mark(self, form: MarkForm, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Write down what somebody got (V3); who passes in what one must know at doors may go to them (V4).

        Raises ``Problem`` ``role_may_not`` for one's own marks.
        """
        core, marks = self._core, Marks(form.theory, form.discipline)
        once = once or core.new_id()
        exam = derived(once, "exam")
        said = {
            **self._whom(form.staff_id), "topic": form.topic, "words": form.words.strip(), "theory": form.theory,
            "discipline": form.discipline, "note": form.note.strip(), **self._estate(),
        }  # fmt: skip
        new = [core.entry((TRAINING, exam), "marked", said, once)]
        if form.topic == MANNER and marks.passed:
            new += self._passed(form.staff_id, EXAM, exam, once)
        return await core.save(new, draft)

    async def resit(
        self, exam: str, theory: int, discipline: int, *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Write down the second sitting. Raises ``Problem`` ``already_over``: there is exactly one, for who failed."""
        core = self._core
        once = once or core.new_id()
        state = cast(TrainingState, core.state(TRAINING, exam))
        new = [core.entry((TRAINING, exam), "resat", {"theory": theory, "discipline": discipline}, once)]
        if state.body.get("topic") == MANNER and Marks(theory, discipline).passed:
            new += self._passed(state.staff_id, EXAM, exam, once)
        return await core.save(new, draft)

    async def warn(self, signature: Signature, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Save the supervisor's signature under the warning of somebody who failed twice (V3)."""
        return await self._core.sign(signature, once=once, draft=draft)

    # -- newcomers and doors ---------------------------------------------------------------

    async def induct(self, form: InductionForm, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Write down a newcomer's first and second day (V4)."""
        core = self._core
        once = once or core.new_id()
        record = derived(once, "induction")
        said = {
            **self._whom(form.staff_id), "began": form.began.isoformat(), "first_day": list(form.first_day),
            "second_day": list(form.second_day), "laws": list(form.laws), "manners": form.manners,
            "note": form.note.strip(), **self._estate(),
        }  # fmt: skip
        new = [core.entry((TRAINING, record), "inducted", said, once)]
        if form.manners:
            new += self._passed(form.staff_id, INDUCTION, record, once)
        return await core.save(new, draft)

    def _passed(self, staff_id: str, by: str, of_id: str, once: str) -> list[Entry]:
        """Return the entry that somebody may go to doors; none where that is known already."""
        subject = (TRAINING, manners_id(staff_id))
        if self._core.card(*subject) is not None:
            return []
        said = {**self._whom(staff_id), "by": by, "of_id": of_id, **self._estate()}
        return [self._core.entry(subject, "manners_passed", said, once, 1)]

    def untrained(self, staff_ids: Sequence[str]) -> frozenset[str]:
        """Return who of these has not passed what one must know at doors (V4); nobody in an estate where nobody ever
        did: it keeps no such records here."""
        found = self._core.store.cards(CardFilter(type=TRAINING, kinds=(MANNERS,)), 0, _MOST)
        passed = {_of(card).staff_id for card in found}
        return frozenset(staff_ids) - passed if passed else frozenset()

    # -- files -----------------------------------------------------------------------------

    def file(self, staff_id: str) -> list[Card]:
        """Return the file of a member of staff: what they trained in, their marks, inductions and warnings, the latest
        first (V5). Empty for those who may not read it: nothing of it is on their phones."""
        me = self._core.profile.staff_id
        if staff_id != me and not self._core.roles & SUPERVISORS:
            return []
        found = self._core.store.cards(CardFilter(type=TRAINING, order="recent"), 0, _MOST)
        mine = [card for card in found if _of(card).staff_id == staff_id]
        there = {_of(card).session_id for card in mine if card.kind == ATTENDANCE}
        return [card for card in mine if card.kind != MANNERS and not (card.kind == SESSION and card.id in there)]

    def people(self) -> list[Staff]:
        """Return the staff whose files this person reads, by number."""
        return sorted(self._core.staff_list(), key=lambda one: one.number) if self._core.roles & SUPERVISORS else []

    def trainees(self) -> list[Staff]:
        """Return whom this person may mark: everybody but themselves."""
        me = self._core.profile.staff_id
        return sorted((one for one in self._core.staff_list() if one.id != me), key=lambda one: one.number)

    def _whom(self, staff_id: str) -> dict[str, str]:
        return {"staff_id": staff_id, "name": self._core.staff_name(staff_id)}

    def _estate(self) -> dict[str, str]:
        return self._core.says_estate({}, None)


def _of(card: Card) -> TrainingCard:
    return card.as_(TrainingCard)
