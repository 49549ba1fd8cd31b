"""A case 表单记录: a form that was filled in, or several that follow one another, with signatures, review and what they
raised (F, H-R, U, V, X, Y).

Folding needs no definition: what a form says of itself (title, chain, step, who signs) is copied into the entry, and
``shown`` has labels and answers as text. Whether the definition allows the answers, the server finds out with the same
runtime, and says so by ``form_checked``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, ClassVar, Final

from app.domain import roles
from app.domain.rules.archive_gaps import Filed
from app.domain.rules.binding import Facts
from app.domain.rules.card import Card, Extra, plain_card
from app.domain.rules.case_duties import Step, kept
from app.domain.rules.clocks import Clock
from app.domain.rules.closing import Closing
from app.domain.rules.duty_rules import EVENT
from app.domain.rules.meters import readings_of
from app.domain.rules.scopes import GATE, staff_scope
from app.domain.rules.subject import Body, Subject
from app.domain.rules.surveys import packed, scores
from app.domain.subjects.case import life
from app.domain.subjects.case import state as st
from app.domain.subjects.case.card import CaseCard
from app.domain.subjects.case.chains import chain_of
from app.domain.subjects.case.chains.care import is_contacts
from app.domain.subjects.case.chains.cleaning import RECHECK
from app.domain.subjects.case.chains.events import EventGuest, guests_who_came
from app.domain.subjects.case.chains.fees import PROMISE
from app.domain.subjects.case.chains.move_in import MOVE_IN_REST
from app.domain.subjects.case.chains.notices import REMOVAL
from app.domain.subjects.case.chains.rule import said
from app.domain.subjects.case.kinds import CASE, KINDS, SIGNERS
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.parts import keeps
from app.domain.times import FIRST_DAY, china_day
from app.domain.wire.entries import Entry

SIGN, GO_ON, REVIEW = "sign", "go_on", "review"
"""Verbs: have it signed; fill in the next form of its chain; sign an opinion."""
_SAID: Final = 300
"""Most characters of the answers that a search looks through."""
_FIXED: Final = (
    "form", "form_id", "version", "case", "step", "after", "ends", "household_id", "unit_id", "building_id", "estate",
    "duty", "about_type", "about_id", "number",
)  # fmt: skip
"""What a correction leaves as it was: which form it is, and where."""


class Case(Subject[CaseState]):
    """表单记录."""

    name = CASE
    state_class = CaseState
    opens_with = ("form_filled", "form_issued")
    kinds = KINDS
    stage_words = st.STAGE_WORDS
    purposes = (CASE,)
    signers = SIGNERS
    called_off = frozenset((st.ENDED_EARLY,))
    signature_takers = frozenset(roles.ROLES)
    extra: ClassVar[type[Extra]] = CaseCard
    on_today = True
    dues = frozenset((PROMISE, MOVE_IN_REST, REMOVAL, RECHECK))
    moves: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def apply(self, state: CaseState, entry: Entry, body: Body, *, forced: bool, seen: CaseState) -> str | None:
        """Apply one entry."""
        return life.apply(state, entry, body, forced, seen)

    def finish(self, state: CaseState) -> None:
        """Work out who has to sign, and the stage."""
        life.finish(state)

    def may(self, held: Set[str], entry: Entry, before: Sequence[Entry]) -> bool:
        """Tell whether somebody may make it: a chain's own step is for the posts it names (K4), and a correction leaves
        the form and the door as they were."""
        if entry.kind == "form_filled" and not chain_of(entry.body.get("case")).may(held, entry.body):
            return False
        return keeps(entry, before, *_FIXED)

    def may_begin(self, held: Set[str], buildings: Set[str], kind: str, building: str | None) -> bool:
        """Return true: guards, cleaners and workers fill in forms wherever they are sent."""
        return True

    def for_overseers(self, state: CaseState) -> bool:
        """Tell whether all who see the estate's work see it: not who needs special care, and why (P3)."""
        return not chain_of(state.first.get("case")).private

    def for_its_opener(self, state: CaseState) -> bool:
        """Tell whether whoever filled it in reads it whatever post they hold now."""
        return not chain_of(state.first.get("case")).private

    def audience(self, state: CaseState) -> set[str]:
        """Return the scopes of all who filled in one of its forms, of who took it over, and of those whom its chain
        concerns: emergency contacts are the gate's, too, as long as they count (Y4)."""
        chain = chain_of(state.first.get("case"))
        gate = {GATE} if is_contacts(state.first) and state.ended is None else set()
        taken = {staff_scope(state.handed_to)} if state.handed_to else set()
        theirs = set() if chain.private else {staff_scope(one.entry.author) for one in state.filled}
        return theirs | taken | gate | chain.scopes

    def holder(self, state: CaseState) -> str | None:
        """Return who has to have it signed or to go on with it, as long as that is to be done."""
        rests = state.stage == st.OPEN and chain_of(state.first.get("case")).rests
        return state.holder if state.stage in st.UNDER_WAY and not rests else None

    def hand_to(self, state: CaseState, staff_id: str, entry: Entry) -> None:
        """Make what is still to be done with it theirs who take over."""
        state.handed_to = staff_id

    def facts(self, state: CaseState, purpose: str) -> Facts | None:
        """Return the facts that somebody signs."""
        return life.facts(state, purpose)

    def fits(self, signed: Entry, state: CaseState) -> bool:
        """Tell whether a signature fits what its form says now."""
        return life.fits(signed, state)

    def closing(self, state: CaseState) -> Closing | None:
        """Return what a follow-up has to know of a household that came to an event (D.2, U3); ``None`` for all else."""
        if state.first.get("case") != EventGuest.name or not guests_who_came(state) or state.ended is not None:
            return None
        first, last = state.filled[0].body, state.filled[-1]
        return Closing(
            CASE, state.id, EVENT, last.entry.at, said(first, "event") or str(first["title"]),
            state.address,
            household_id=state.household_id, unit_id=state.unit_id, building_id=state.building_id,
            contact_name=said(first, "name"), contact_phone=said(first, "phone"),
        )  # fmt: skip

    def clocks(self, state: CaseState) -> list[Clock]:
        """Return the clocks of its chain."""
        return chain_of(state.first.get("case")).clocks(state) if state.ended is None else []

    def owner(self, state: CaseState, clock: Clock) -> str:
        """Return who filled in the form that a clock began with."""
        return next((one.entry.author for one in state.filled if one.entry.at == clock.start), "")

    def misfit(self, state: CaseState, entry: Entry, name_of: Callable[[str | None], str]) -> dict[str, Any]:
        """Return whose it is, and what the step lacks, in words."""
        lacks = chain_of(entry.body.get("case")).lacks_of(state, entry.body, china_day(entry.at))
        said = {"lacks_zh": "；".join(one.zh for one in lacks), "lacks_en": "; ".join(one.en for one in lacks)}
        return said | {"holder": name_of(state.holder)}

    def repeats(self, state: CaseState, entry: Entry) -> bool:
        """Tell whether an entry would change nothing."""
        if entry.kind != "form_reviewed" or state.reviewed is None:
            return False
        return dict(state.reviewed.body) == dict(entry.body)

    def move(self, card: Card, staff_id: str, held: Set[str]) -> str | None:
        """Return the verb of this person's main action: what they filled in lacks a signature, or the next form.

        What is to be reviewed stands in the list of forms: a patrol is filled in every two hours, and 今日 is for what
        must not wait.
        """
        if card.assignee != staff_id or (card.stage == st.OPEN and card.clock is not None):
            return None  # what is due on a day is a duty, and 今日 has those of the day
        if card.stage == st.OPEN and not chain_of(card.as_(CaseCard).chain).waits_for_next:
            return None
        return {st.TO_SIGN: SIGN, st.OPEN: GO_ON}.get(card.stage)

    def filed(self, card: Card, by_form: Mapping[str, int]) -> Filed | None:
        """Return the classes of its forms (``archive`` in their settings): of a chain more than one, as of a decoration
        filing, breach and refund. What was ended early stands there, and does for nothing (S1)."""
        extra = card.as_(CaseCard)
        forms = frozenset((extra.form_id, *(one.form for one in extra.steps))) if extra.forms else frozenset[str]()
        classes = frozenset(number for form in forms if (number := by_form.get(form)))
        if not classes or card.stage == st.ENDED_EARLY:
            return Filed(classes, void=True) if classes else None
        return Filed(classes, card.content, forms, extra.chain, extra.known, card.stage == st.TO_SIGN)

    def filed_apart(self, state: CaseState, by_form: Mapping[str, int]) -> dict[str, int]:
        """Return the class of each of its forms that is filed (S5)."""
        found = ((one.entry.id, by_form.get(str(one.body["form_id"]), 0)) for one in state.filled)
        return {id_: number for id_, number in found if number}

    def card(self, state: CaseState) -> Card:
        """Return its card, which lists show."""
        if not state.filled:
            return _issued(state) if state.issued is not None else plain_card(state)
        last, now_said = state.filled[-1], state.last
        first = state.first
        under_way = state.stage in st.UNDER_WAY
        chain = chain_of(first.get("case"))
        known = chain.known(state)
        listed = (row for row in now_said.get("shown") or () if row.get("path") not in chain.hidden)
        words = " ".join(str(row["text"]) for row in listed if row.get("text"))
        return replace(
            plain_card(state),
            kind=str(now_said["form_id"]),
            number=known.get("number"),
            clock=self.clock(state),
            content=str(now_said["title"]),
            assignee=self.holder(state),
            signature=state.signature,
            end_reason=str(state.ended.body["reason"]) if state.ended is not None else None,
            ended=state.stage in st.ENDED,
            over=not under_way,
            extra=CaseCard(
                form_id=str(now_said["form_id"]),
                version=str(now_said.get("version") or ""),
                chain=str(first.get("case") or ""),
                step=str(now_said.get("step") or ""),
                filled_by=last.entry.author,
                filled_at=last.entry.at,
                forms=len(state.filled),
                signer=state.to_sign[0][1] if state.to_sign else "",
                raised=tuple(str(one["id"]) for one in state.raised),
                about_type=str(first.get("about_type") or ""),
                about_id=str(first.get("about_id") or ""),
                duty=str(now_said.get("duty") or ""),
                said=words[:_SAID],
                readings=_readings(state),
                known=known,
                watched=state.ended is None and bool(chain.standing(known, FIRST_DAY)),
                issued_at=state.issued.at if state.issued is not None else None,
                scores=packed(scores(now_said["answers"])) if state.of_round else "",
                valid=state.counts,
                steps=kept(steps_of(state)),
            ),
        )


def steps_of(state: CaseState) -> tuple[Step, ...]:
    """Return the forms of a chain that count; none for a form alone."""
    chain = str(state.first.get("case") or "")
    return tuple(
        Step(one.entry.at, str(one.body["form_id"]), str(one.body.get("step") or ""), one.entry.author,
             str(one.body.get("duty") or ""))
        for one in state.filled
        if chain and chain_of(chain).counts(one.body)
    )  # fmt: skip


def _readings(state: CaseState) -> dict[str, tuple[str, bool]]:
    """Return what its forms say of meters, later ones before earlier ones: a hand-over's base readings stand in the
    form of its rooms (M1, J2)."""
    found: dict[str, tuple[str, bool]] = {}
    for one in state.filled:
        answers = one.body.get("answers")
        found |= readings_of(answers) if isinstance(answers, Mapping) else {}
    return found


def _issued(state: CaseState) -> Card:
    """Return the card of what was handed out and is not back yet."""
    assert state.issued is not None
    said = state.issued.body
    out = state.stage == st.ISSUED
    return replace(
        plain_card(state),
        kind=str(said["form_id"]),
        content=str(said["title"]),
        end_reason=str(state.ended.body["reason"]) if state.ended is not None else None,
        ended=not out,
        over=not out,
        extra=CaseCard(
            form_id=str(said["form_id"]),
            forms=0,
            about_type=str(said.get("about_type") or ""),
            about_id=str(said.get("about_id") or ""),
            issued_at=state.issued.at,
        ),
    )


__all__ = ["GO_ON", "REVIEW", "SIGN", "Case", "CaseCard"]
