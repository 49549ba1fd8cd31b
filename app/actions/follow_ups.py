"""Follow-ups 回访 (D): which are somebody's, what was asked and said, and what it sets going."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from app.actions.models import Saved, Signature, SigningContent, SubjectView
from app.actions.reads import members
from app.actions.records import Records
from app.domain.rules.card import Card
from app.domain.subjects import SUBJECTS, subject_of
from app.domain.subjects.fold import fold
from app.domain.subjects.follow_up import kinds
from app.domain.subjects.follow_up.kinds import FOLLOW_UP, PLANNERS
from app.domain.subjects.follow_up.state import FollowUpState
from app.domain.subjects.signing import facts_to_sign
from app.domain.wire.canonical import canonical_hash
from app.domain.wire.entries import Entry
from app.domain.wire.errors import CHANGED_AFTER_SIGNING, Problem
from app.store.search import Household


@dataclass(frozen=True, slots=True)
class FollowUpForm:
    """One time somebody was asked, or could not be (D.3, D.4). ``once``: the id of its entry, so that it saves once."""

    follow_up_id: str
    once: str
    way: str
    met: bool = True
    not_met: str = ""
    name: str = ""
    capacity: str = ""
    satisfied: bool | None = None
    said: str = ""
    settled: bool | None = None
    promise: str = ""
    again_at: int | None = None

    def body(self) -> dict[str, Any]:
        """Return the body of its entry: of a try that failed nothing but why, and when somebody comes again."""
        asked: dict[str, Any] = {
            "name": self.name,
            "capacity": self.capacity,
            "satisfied": self.satisfied,
            "said": self.said,
            "settled": self.settled,
            "promise": self.promise if self.settled is False else "",
            "again_at": self.again_at if self.settled is False else None,
        }
        tried = {"not_met": self.not_met, "again_at": self.again_at}
        found = {"way": self.way, "met": self.met} | (asked if self.met else tried)
        return {name: value for name, value in found.items() if value is not None and value != ""}


@dataclass(frozen=True, slots=True)
class FollowUpView(SubjectView[FollowUpState]):
    """Everything a follow-up's page shows. ``move``: this person's main action; ``source``: what it follows up, where
    this phone has it; ``plans``: whether this person plans and reviews them."""

    move: str | None
    household: Household | None
    owner_name: str
    source: Card | None
    plans: bool


class FollowUps:
    """Follow-ups of one signed-in person."""

    def __init__(self, core: Records) -> None:
        self._core = core

    def view(self, follow_up_id: str) -> FollowUpView:
        """Return everything a follow-up's page shows. Raises ``Problem`` ``not_found``."""
        seen: SubjectView[FollowUpState] = self._core.seen_as(FOLLOW_UP, follow_up_id)
        state, said = seen.state, seen.state.body
        held = self._core.roles_on(state)
        source = None
        if said.get("source_id"):
            source = self._core.store.card(str(said.get("source_type")), str(said["source_id"]))
        return FollowUpView(
            **members(seen),
            move=SUBJECTS[FOLLOW_UP].move(seen.card, self._core.profile.staff_id, held),
            household=self._core.home(state.household_id),
            owner_name=self._core.staff_name(state.owner),
            source=source,
            plans=bool(held & PLANNERS),
        )

    def content(self, form: FollowUpForm) -> SigningContent:
        """Return what a signature under what is being filled in will be bound to (D.3)."""
        facts = facts_to_sign(self._state_with(self._entry(form)), FOLLOW_UP)
        return SigningContent(FOLLOW_UP, form.follow_up_id, FOLLOW_UP, facts, self._core.day())

    async def record(
        self, form: FollowUpForm, signature: Signature | None = None, *, draft: str | None = None
    ) -> Saved:
        """Save what was asked and said, its signature, and that a complaint is opened again whose resident is not
        satisfied, in one transaction (C.5, D.3).

        Raises ``Problem`` as ``sign`` does, and for fields.
        """
        entry = self._entry(form)
        new, attachments = [entry], {}
        if signature is not None:
            facts = facts_to_sign(self._state_with(entry), FOLLOW_UP)
            if canonical_hash(facts) != canonical_hash(dict(signature.content.facts)):
                raise Problem(CHANGED_AFTER_SIGNING)
            signed, strokes = self._core.signed(signature, form.once, 1)
            new.append(signed)
            attachments[signed.blobs[0].hash] = strokes
        if form.met and form.satisfied is False:
            new += self._reopened(form, 2)
        return await self._core.save(new, draft, attachments)

    def reopens(self, follow_up_id: str) -> Card | None:
        """Return the record that is opened again when its resident is not satisfied; ``None``: it stays closed."""
        view = self.view(follow_up_id)
        card = view.source
        if card is None or not card.ended or "reopened" not in {k.name for k in subject_of(card.type).kinds}:
            return None
        return card

    def _reopened(self, form: FollowUpForm, part: int) -> list[Entry]:
        card = self.reopens(form.follow_up_id)
        if card is None:
            return []
        body = {"reason": form.said, "follow_up_id": form.follow_up_id}
        return [self._core.entry((card.type, card.id), "reopened", body, form.once, part)]

    def _entry(self, form: FollowUpForm) -> Entry:
        return self._core.entry((FOLLOW_UP, form.follow_up_id), "followed_up", form.body(), form.once)

    def _state_with(self, entry: Entry) -> FollowUpState:
        """Return the state that it has once the entry is saved."""
        seen: SubjectView[FollowUpState] = self._core.seen_as(FOLLOW_UP, entry.subject_id)
        before = (step.entry for step in seen.steps if step.entry.id != entry.id)
        return cast(FollowUpState, fold(FOLLOW_UP, [*before, entry]))


def filled(values: Mapping[str, Any], follow_up_id: str, once: str) -> FollowUpForm:
    """Return the form of a draft's values; names it does not know are left out."""
    known = {name: values[name] for name in FollowUpForm.__dataclass_fields__ if name in values}
    return replace(FollowUpForm(follow_up_id, once, kinds.DOOR), **known)
