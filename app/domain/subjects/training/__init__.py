"""Training and assessment 培训考核 (V): a session, one person's attendance at it, an assessment with its one re-sit and
the warning, a newcomer's induction, and that somebody passed what one must know before going to doors.

Attendance is a record of its own, made on the phone of whoever is there, without a network: it meets the session on the
server by the session's id. The file of a member of staff is what is theirs of all this: only they, the supervisors and
administrators read it (V5). That somebody passed for doors is no secret: whoever assigns work sees it (V4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final, Self

from app.domain.rules.binding import Facts, bound_to
from app.domain.rules.card import Card, Extra, names_of, plain_card
from app.domain.rules.marks import PASSED, TO_RESIT, TO_WARN, Marks, may_resit, standing
from app.domain.rules.scopes import STAFF_FILES, file_scope, staff_scope
from app.domain.rules.state import CHANGED, INTACT, UNSIGNED, SubjectState
from app.domain.rules.subject import Body, Subject
from app.domain.subjects.parts import keeps
from app.domain.subjects.training.kinds import BY_KIND, EXAM, KINDS, SUPERVISORS, TRAINING
from app.domain.wire.entries import Entry
from app.domain.wire.errors import ALREADY_OVER, OPENED_TWICE, OUT_OF_ORDER, SIGNED_OTHER

SESSION, ATTENDANCE, INDUCTION, MANNERS = "session", "attendance", "induction", "manners"
HELD, THERE, TAUGHT, WARNED = "held", "there", "taught", "warned"
STAGE_WORDS: Final = {
    HELD: ("已办", "held"),
    THERE: ("已签到", "there"),
    TAUGHT: ("已培训", "taught"),
    PASSED: ("合格", "passed"),
    TO_RESIT: ("待补考", "to sit again"),
    TO_WARN: ("待签警告", "warning to be signed"),
    WARNED: ("已警告", "warned"),
}
_FIRST: Final = {"session_held": HELD, "attended": THERE, "inducted": TAUGHT, "manners_passed": PASSED}
RESIT, WARN = "resit", "warn"
"""Verbs: have somebody sit again; sign the warning."""
SUPERVISOR: Final = "supervisor"


@dataclass(slots=True)
class TrainingState(SubjectState):
    """A record of training as its entries leave it."""

    stage: str = ""
    kind: str = ""
    """session, attendance, exam, induction or manners."""
    body: Mapping[str, Any] = field(default_factory=dict)
    second: Mapping[str, Any] | None = None
    """What was marked at the second sitting."""
    signature: str = UNSIGNED

    @property
    def staff_id(self) -> str:
        """Whose file it belongs to: the trainee's; a session is its trainer's."""
        if self.kind in (SESSION, ATTENDANCE):
            return self.opened.author if self.opened is not None else ""
        return str(self.body.get("staff_id") or "")


@dataclass(frozen=True, slots=True)
class TrainingCard(Extra):
    """The fields that only cards of training have: whose it is, of which session, on what, the marks of both sittings
    (-1: none), how many were confirmed, and when the session began (ms)."""

    staff_id: str = ""
    name: str = ""
    session_id: str = ""
    topic: str = ""
    total: int = -1
    second: int = -1
    present: int = 0
    minutes: int = 0
    begun_at: int = 0
    manners: bool = False
    troubles: tuple[str, ...] = ()
    """Of a session: the ids of the trouble at doors that was taught in it (V6)."""

    def words(self) -> tuple[str, ...]:
        """Return whose it is, so that a search finds it by that."""
        return (self.name,)

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the object that ``to_json`` wrote."""
        known = {name: data[name] for name in names_of(cls) if name in data}
        return cls(**known | {"troubles": tuple(known.get("troubles") or ())})


class Training(Subject[TrainingState]):
    """培训考核."""

    name = TRAINING
    opens_with = tuple(BY_KIND)
    meets = frozenset(("manners_passed",))
    kinds = KINDS
    state_class = TrainingState
    stage_words = STAGE_WORDS
    purposes = (TRAINING,)
    signers = (SUPERVISOR,)
    signature_takers = SUPERVISORS
    extra: ClassVar[type[Extra]] = TrainingCard
    on_today = True

    def apply(self, state: TrainingState, entry: Entry, body: Body, *, forced: bool, seen: TrainingState) -> str | None:
        """Apply one entry."""
        if entry.kind in BY_KIND:
            if state.opened is not None:
                # Whoever scans twice, or passes for doors twice, is there, or passed, all the same.
                return None if self._again(state, entry) else OPENED_TWICE.name
            state.opened, state.kind, state.body = entry, BY_KIND[entry.kind], body
            state.address = str(body.get("name") or "")
        elif entry.kind == "resat":
            if state.kind != EXAM:
                return OUT_OF_ORDER.name
            first = marks(state.body)
            if first is None or not may_resit(first, marks(state.second)):  # exactly one, for who failed (V3)
                return ALREADY_OVER.name
            state.second = body
        elif entry.kind == "signed":
            return self._signed(state, entry, body, forced, seen)
        self.finish(state)
        return None

    def _again(self, state: TrainingState, entry: Entry) -> bool:
        kind = BY_KIND.get(entry.kind)
        if state.opened is None or kind != state.kind:
            return False
        return kind == MANNERS or (kind == ATTENDANCE and state.opened.author == entry.author)

    def _signed(self, state: TrainingState, entry: Entry, body: Body, forced: bool, seen: TrainingState) -> str | None:
        facts = self.facts(seen, TRAINING)
        if body["purpose"] != TRAINING or body["as"] != SUPERVISOR or facts is None:
            return OUT_OF_ORDER.name
        if not bound_to(entry, facts) and not forced:
            return SIGNED_OTHER.name
        state.signatures[SUPERVISOR] = entry
        self.finish(state)
        return None

    def finish(self, state: TrainingState) -> None:
        """Work out the stage from the marks as corrected; a warning that was signed stands while its marks do."""
        if state.opened is None:
            return
        if state.kind != EXAM:
            state.stage = _FIRST[state.opened.kind]
            return
        stage = standing(marks(state.body) or Marks(0, 0), marks(state.second))
        signed = state.signatures.get(SUPERVISOR)
        if signed is not None:
            state.signature = INTACT if bound_to(signed, self.facts(state, TRAINING)) else CHANGED
        state.stage = WARNED if stage == TO_WARN and state.signature == INTACT else stage

    def may(self, held: Set[str], entry: Entry, before: Sequence[Entry]) -> bool:
        """Tell whether somebody may make it: nobody marks, inducts or passes themselves, and a correction leaves whose
        it is as it was."""
        about = before[0] if before else entry
        if entry.kind in ("marked", "resat", "inducted", "manners_passed") and entry.author == about.body.get(
            "staff_id"
        ):
            return False
        return keeps(entry, before, "staff_id", "estate")

    def may_begin(self, held: Set[str], buildings: Set[str], kind: str, building: str | None) -> bool:
        """Return true: everybody attends."""
        return True

    def for_overseers(self, state: TrainingState) -> bool:
        """Tell whether all who see the estate's work see it: that somebody may go to doors, and no more (V4, V5)."""
        return state.kind == MANNERS

    def audience(self, state: TrainingState) -> set[str]:
        """Return the scopes of whose it is, and of those who read the files of the staff; of who trains, for an
        attendance."""
        whose = (state.staff_id, str(state.body.get("trainer_id") or ""))
        return {STAFF_FILES} | {scope(one) for one in whose if one for scope in (staff_scope, file_scope)}

    def facts(self, state: TrainingState, purpose: str) -> Facts | None:
        """Return what a supervisor signs: that somebody failed twice, and is warned."""
        if purpose != TRAINING or state.kind != EXAM:
            return None
        first, second = marks(state.body), marks(state.second)
        if first is None or second is None or standing(first, second) != TO_WARN:
            return None
        said = {name: state.body.get(name) for name in ("staff_id", "name", "topic", "words")}
        return said | {"exam_id": state.id, "first": first.total, "second": second.total}

    def repeats(self, state: TrainingState, entry: Entry) -> bool:
        """Tell whether an entry would change nothing: somebody who is there already, or passed for doors already."""
        return self._again(state, entry)

    def move(self, card: Card, staff_id: str, held: Set[str]) -> str | None:
        """Return the verb of whoever marked: a second sitting, or a warning that a supervisor signs."""
        if card.assignee != staff_id:
            return None
        return {TO_RESIT: RESIT, TO_WARN: WARN}.get(card.stage)

    def misfit(self, state: TrainingState, entry: Entry, name_of: Callable[[str | None], str]) -> dict[str, Any]:
        """Return whose it is, in words."""
        return {"holder": name_of(state.staff_id)}

    def card(self, state: TrainingState) -> Card:
        """Return its card, which lists show."""
        body, opened = state.body, state.opened
        waits = state.stage in (TO_RESIT, TO_WARN)
        first, second = (marks(body) if state.kind == EXAM else None), marks(state.second)
        return replace(
            plain_card(state),
            kind=state.kind,
            content=str(body.get("words") or ""),
            assignee=opened.author if waits and opened is not None else None,
            signature=state.signature,
            ended=not waits,
            over=not waits,
            extra=TrainingCard(
                staff_id=state.staff_id,
                name=str(body.get("name") or ""),
                session_id=str(body.get("session_id") or (state.id if state.kind == SESSION else "")),
                topic=str(body.get("topic") or ""),
                total=first.total if first is not None else -1,
                second=second.total if second is not None else -1,
                present=len(body.get("present") or ()),
                minutes=int(body.get("minutes") or 0),
                begun_at=int(body.get("begun_at") or 0),
                manners=bool(body.get("manners")),
                troubles=tuple(str(one["case_id"]) for one in body.get("troubles") or ()),
            ),
        )


def marks(body: Mapping[str, Any] | None) -> Marks | None:
    """Return the marks that an entry says; ``None`` for none."""
    if body is None or "theory" not in body:
        return None
    return Marks(int(body["theory"]), int(body["discipline"]))


__all__ = [
    "ATTENDANCE", "EXAM", "INDUCTION", "MANNERS", "RESIT", "SESSION", "SUPERVISOR", "TRAINING", "WARN", "Training",
    "TrainingCard", "TrainingState", "marks",
]  # fmt: skip
