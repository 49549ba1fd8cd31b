"""Filling in forms 表单, what they raise, correcting them, and what supervisors say (F, H-R, U, V, X, Y)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, cast

from app.actions.core import derived
from app.actions.form_list import Published, definition, published
from app.actions.matters import PARTS_OF_MATTER, Matters
from app.actions.models import MatterForm, Saved, SubjectView, TicketForm
from app.actions.photos import HeldPhoto, Photos
from app.actions.reads import members
from app.actions.records import Records
from app.actions.tickets import Tickets
from app.domain import roles
from app.domain.forms import Facts, Filling, Form, Place
from app.domain.forms.definition import HOLDERS, IMAGE, NOTE
from app.domain.rules.card import Card
from app.domain.rules.photos import RECORD, photo_blobs, photo_body
from app.domain.subjects import access, subject_of
from app.domain.subjects.case import kinds
from app.domain.subjects.case import state as st
from app.domain.subjects.case.changes import Change, changes
from app.domain.subjects.case.kinds import CASE, ENDERS, REVIEWERS
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.matter.kinds import CLASSES, HELP, MATTER
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import Entry
from app.domain.wire.errors import FORM_NOT_HERE, NOT_FOUND, Problem
from app.store.queries import CardFilter
from app.store.search import Household

ZH: Final = "zh"
"""The language in which answers are worked out, on every phone and on the server, and saved as text."""
_MOST: Final = 10_000
_FIRST_RAISED: Final = 10
"""The number of the first entry of what is raised, among those of one tap."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a form is filled in: a door (unit or household), a building, or an estate alone."""

    household_id: str | None = None
    unit_id: str | None = None
    building_id: str | None = None
    address: str = ""
    estate: str | None = None

    def body(self) -> dict[str, Any]:
        """Return the fields of an entry that say it."""
        found = {
            "household_id": self.household_id,
            "unit_id": self.unit_id,
            "building_id": self.building_id,
            "address": self.address,
        }
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class FormDraft:
    """A form being filled in. ``form``: the hash of its definition, which stays the same however often the office
    publishes meanwhile; ``case_id``: a new one, or the case that it carries on; ``started`` in ms; ``kept``: what
    ``Filling.kept`` gave; ``about``: type and id of what it is about."""

    form: str
    case_id: str
    once: str
    started: int
    kept: Mapping[str, Any] | None = None
    where: Where = Where()
    about: tuple[str, str] | None = None
    duty: str = ""
    unsigned_reason: str = ""
    scanned: str = ""
    unscanned_reason: str = ""


@dataclass(frozen=True, slots=True)
class CaseView(SubjectView[CaseState]):
    """Everything a case's page shows.

    ``move``: this person's main action; ``reviews``, ``ends``: whether this person may do so now; ``names``: of who
    filled in its forms; ``raised``: the cards of what was raised, as far as they are here; ``next``: the forms that may
    follow; ``changed``: what the last correction of each form changed, by the form's entry id.
    """

    move: str | None
    reviews: bool
    ends: bool
    names: Mapping[str, str]
    raised: tuple[Card, ...]
    household: Household | None
    estate: str
    about: Card | None
    next: tuple[Published, ...]
    changed: Mapping[str, Sequence[Change]]


@dataclass(frozen=True, slots=True)
class _Raised:
    """What one answer raises: a ticket or a matter, with its id."""

    place: Place
    what: str
    is_ticket: bool
    id: str

    @property
    def type(self) -> str:
        return TICKET if self.is_ticket else MATTER

    def body(self) -> dict[str, str]:
        return {"path": self.place.path, "what": self.what, "type": self.type, "id": self.id}


class Cases:
    """Forms of one signed-in person. ``once`` and ``draft``: see ``Core.save`` and the store's drafts."""

    def __init__(self, core: Records, tickets: Tickets, matters: Matters, photos: Photos) -> None:
        self._core = core
        self._tickets = tickets
        self._matters = matters
        self._photos = photos

    # -- reading ---------------------------------------------------------------------------

    def view(self, case_id: str) -> CaseView:
        """Return everything a case's page shows. Raises ``Problem`` ``not_found``."""
        seen: SubjectView[CaseState] = self._core.seen_as(CASE, case_id, refused=True)
        state, card = seen.state, seen.card
        held, me = self._core.roles_on(state), self._core.profile.staff_id
        ids = tuple(dict.fromkeys(str(one["id"]) for one in state.raised))
        raised = self._core.store.cards(CardFilter(type=None, ids=ids), 0, len(ids)) if ids else []
        about = (str(state.first.get("about_type") or ""), str(state.first.get("about_id") or ""))
        return CaseView(
            **members(seen),
            move=subject_of(CASE).move(card, me, held),
            reviews=state.stage == st.DONE and bool(held & REVIEWERS),
            ends=state.stage not in st.ENDED and bool(held & ENDERS),
            names={one.entry.author: self._core.staff_name(one.entry.author) for one in state.filled},
            raised=tuple(raised),
            household=self._core.home(state.household_id),
            estate=self._core.estate_name(state),
            about=self._core.store.card(*about) if all(about) else None,
            next=tuple(self._following(state)),
            changed={
                step.entry.id: changes(
                    step.amendments[-2].body["body"] if len(step.amendments) > 1 else step.entry.body, step.body
                )
                for step in state.steps
                if step.amendments
            },
        )

    def _following(self, state: CaseState) -> Iterator[Published]:
        """Yield the published forms that may carry this case on."""
        chain, steps = state.first.get("case"), {one.body.get("step") for one in state.filled}
        if state.stage not in st.UNDER_WAY or not chain:
            return
        for one in published(self._core.store):
            again = one.step in steps and one.step not in one.after
            if one.case == chain and not again and (not one.after or steps & set(one.after)):
                yield one

    def listed(self) -> list[Published]:
        """Return the forms that this person can begin a case with, where they look now."""
        here = (self._core.estate, "") if self._core.estate is not None else (*self._core.posts, "")
        return [one for one in published(self._core.store) if not one.after and one.estate in here]

    def any_listed(self) -> bool:
        """Tell whether there is any form for this person."""
        return bool(self.listed())

    def recent(self, most: int = 50) -> list[Card]:
        """Return the cases that were changed last."""
        return self._core.cards(CardFilter(type=CASE, order="recent"), 0, most)

    def to_review(self) -> list[Card]:
        """Return the cases that wait for a supervisor's opinion, the oldest first."""
        wanted = self._core.overseen(CardFilter(type=CASE, stages=(st.DONE,)), REVIEWERS)
        return self._core.store.cards(wanted, 0, _MOST) if self._core.roles & REVIEWERS else []

    def form(self, digest: str) -> Form:
        """Return a definition. Raises ``Problem`` ``form_not_here`` while it is not on this phone."""
        found = definition(self._core.store, digest)
        if found is None:
            raise Problem(FORM_NOT_HERE)
        return found

    def latest(self, form_id: str) -> Published | None:
        """Return what is published under an id now."""
        return next((one for one in published(self._core.store) if one.id == form_id), None)

    def filling(self, draft: FormDraft) -> Filling:
        """Return a form being filled in. Raises ``Problem`` ``form_not_here``."""
        form = self.form(draft.form)
        return Filling(form, self._facts(draft), _Earlier(self._core, form.id, draft.where), draft.kept, ZH)

    def corrected(self, case_id: str, entry_id: str, kept: Mapping[str, Any] | None = None) -> Filling:
        """Return a form that was filled in, to be corrected; ``kept``: the answers changed so far. Raises ``Problem``:
        ``not_found``, ``form_not_here``."""
        body = self._filled(case_id, entry_id)
        form, facts = self.form(str(body["form"])), Facts.read(body["facts"])
        return Filling(form, facts, kept=kept or body["answers"], language=ZH)

    def _filled(self, case_id: str, entry_id: str) -> Mapping[str, Any]:
        filled = cast(CaseState, self._core.store.state(CASE, case_id)).of(entry_id)
        if filled is None:
            raise Problem(NOT_FOUND)
        return filled.body

    def _facts(self, draft: FormDraft) -> Facts:
        # By chance, and the same however often the draft is opened again.
        return Facts(draft.started, draft.once, self._core.my_name, self._core.device)

    # -- filling in ------------------------------------------------------------------------

    async def record(self, draft: FormDraft, filling: Filling, *, key: str | None = None) -> Saved:
        """Save a form that was filled in, what it raises, and its photos, in one transaction (H.3).

        The same ``draft.once`` saves once; what is raised has ids that follow from the case and the answer's path, so
        neither a kill nor a second tap raises it twice. ``key``: of the draft that ends with it. Raises ``Problem``:
        the first question that lacks an answer or has a wrong one, and as every save.
        """
        lacking = lacks(filling)
        if lacking is not None:
            raise lacking[1]
        filling.ended(self._core.clock())
        form, subject = filling.form, (CASE, draft.case_id)
        body: dict[str, Any] = {
            "form": form.hash,
            "form_id": form.id,
            "version": form.version,
            "title": form.said(form.title, ZH) or form.id,
            **{name: form.settings.get(name) for name in ("case", "step", "after", "ends")},
            **self._place(draft.where),
            "duty": draft.duty,
            "facts": filling.facts.body(),
            "unsigned_reason": draft.unsigned_reason,
            "scanned": draft.scanned,
            "unscanned_reason": draft.unscanned_reason,
        }
        if draft.about is not None:
            body |= {"about_type": draft.about[0], "about_id": draft.about[1]}
        body |= self._core.says_estate(body, draft.where.estate)
        raising = self._raising(filling, draft.case_id, body)
        body |= self._said(filling, raising)
        held = self._photos.held(draft.once)
        new = [self._core.entry(subject, "form_filled", body, draft.once)]
        new += self._openings(filling, raising, body, draft)
        pictures, data = self._pictures(filling, held, raising, subject)
        return await self._core.save([*new, *pictures], key, data, [one.key for one in held])

    def _place(self, where: Where) -> dict[str, Any]:
        home = self._core.home(where.household_id)
        if home is None:
            return where.body()
        found = {"unit_id": home.unit_id, "building_id": home.building_id, "address": where.address or home.address}
        return where.body() | found

    def _said(self, filling: Filling, raising: Sequence[_Raised]) -> dict[str, Any]:
        """Return the fields that say what was answered."""
        return {
            "answers": filling.answers(),
            "shown": filling.shown(ZH),
            "looked_up": filling.looked_up() or None,
            "photos": [place.value for place in _images(filling)] or None,
            "signers": list(signers(filling)) or None,
            "raised": [one.body() for one in raising] or None,
        }

    # -- what is raised --------------------------------------------------------------------

    def _raising(self, filling: Filling, case_id: str, body: Mapping[str, Any]) -> list[_Raised]:
        found = []
        for place, wanted in filling.raised():
            what = wanted.strip()
            kind = what.partition("/")[0]
            is_ticket = kind in (kinds.REPAIR, kinds.PUBLIC_REPAIR) and self._opens_tickets(body)
            found.append(_Raised(place, what, is_ticket, raised_id(case_id, place.path)))
        return found

    def _opens_tickets(self, body: Mapping[str, Any]) -> bool:
        """Tell whether this person may open a ticket there; otherwise the desk gets a matter, and nothing is lost."""
        held, building = self._core.roles, body.get("building_id")
        if not access.may(held, "ticket_opened"):
            return False
        mine = set(self._core.staff.building_ids)
        return bool(held & roles.OVERSEERS) or subject_of(TICKET).may_begin(held, mine, "ticket_opened", building)

    def _openings(
        self, filling: Filling, raising: Sequence[_Raised], body: Mapping[str, Any], draft: FormDraft
    ) -> Iterator[Entry]:
        """Yield the first entries of what is raised and is not there yet."""
        for number, one in enumerate(raising):
            if self._core.store.card(one.type, one.id) is not None:
                continue
            part = _FIRST_RAISED + number * PARTS_OF_MATTER
            says = _what(filling, one.place, str(body["title"]))
            origin = {"case_id": draft.case_id, "case_path": one.place.path}
            if one.is_ticket:
                opened = self._tickets.opened_body(self._ticket(one, says, body, draft.where)) | origin
                yield self._core.entry((TICKET, one.id), "ticket_opened", opened, draft.once, part)
            else:
                for entry in self._matters.opening(
                    self._matter(one, says, body, draft.where), one.id, draft.once, part
                ):
                    first = entry.kind == "matter_opened"
                    yield replace(entry, body={**entry.body, **origin}) if first else entry

    def _ticket(self, one: _Raised, says: str, body: Mapping[str, Any], where: Where) -> TicketForm:
        return TicketForm(
            content=says,
            ticket_kind=one.what.partition("/")[0],
            household_id=body.get("household_id"),
            unit_id=body.get("unit_id"),
            building_id=body.get("building_id"),
            address=str(body.get("address") or self._core.estate_name(where.estate or "") or body["title"]),
            channel="desk",
            estate=where.estate,
        )

    def _matter(self, one: _Raised, says: str, body: Mapping[str, Any], where: Where) -> MatterForm:
        wanted = one.what.partition("/")[2]
        home = self._core.home(body.get("household_id"))
        person = home.people[0] if home is not None and home.people else None
        return MatterForm(
            wanted if wanted in CLASSES else HELP,
            says,
            channel="other",
            household_id=body.get("household_id"),
            building_id=body.get("building_id"),
            address=str(body.get("address") or ""),
            contact_name=person.name if person is not None else self._core.my_name,
            contact_phone=person.phone if person is not None else "",
            estate=where.estate,
        )

    # -- photos ----------------------------------------------------------------------------

    def _pictures(
        self, filling: Filling, held: Sequence[HeldPhoto], raising: Sequence[_Raised], subject: tuple[str, str]
    ) -> tuple[list[Entry], dict[str, bytes]]:
        """Return the entries of the photos that are answers, on the case and on what their rows raise; those that were
        taken and replaced are left out, and go with the draft."""
        by_hash = {sha256_hex(one.picture.data): one for one in held}
        new: list[Entry] = []
        data: dict[str, bytes] = {}
        for place in _images(filling):
            photo = by_hash.get(place.value)
            if photo is None:
                continue
            row = _row_of(place)
            also = [(one.type, one.id) for one in raising if row is not None and _row_of(one.place) is row]
            refs, found = photo_blobs(photo.picture)
            body = photo_body(photo.picture, RECORD, filling.label(place, ZH)[:200])
            for to in (subject, *also):
                once = derived(photo.once, f"{to[0]}/{to[1]}")
                new.append(replace(self._core.entry(to, "photo_taken", body, once), blobs=refs))
            data |= found
        return new, data

    # -- afterwards ------------------------------------------------------------------------

    async def correct(
        self, case_id: str, entry_id: str, filling: Filling, reason: str, *, once: str, key: str | None = None
    ) -> Saved:
        """Correct a form: the old words stay, defects that are new are raised, photos that are new are added, in one
        transaction. Raises ``Problem`` as ``record`` does."""
        lacking = lacks(filling)
        if lacking is not None:
            raise lacking[1]
        before = self._filled(case_id, entry_id)
        where = Where(
            before.get("household_id"), before.get("unit_id"), before.get("building_id"),
            str(before.get("address") or ""), before.get("estate"),
        )  # fmt: skip
        draft = FormDraft(filling.form.hash, case_id, once, filling.facts.started, where=where)
        raising = self._raising(filling, case_id, before)
        kept = {str(one["path"]): dict(one) for one in before.get("raised") or ()}
        whole = {**before, **self._said(filling, raising)}
        # What was raised stays raised, also where the answer is taken back: the ticket is there.
        whole["raised"] = list((kept | {one.place.path: one.body() for one in raising}).values()) or None
        whole = {name: value for name, value in whole.items() if value not in (None, "")}
        body = {"target_id": entry_id, "body": whole, "reason": reason}
        new = [self._core.entry((CASE, case_id), "amended", body, once)]
        new += self._openings(filling, raising, whole, draft)
        held = self._photos.held(once)
        pictures, data = self._pictures(filling, held, raising, (CASE, case_id))
        return await self._core.save([*new, *pictures], key, data, [one.key for one in held])

    async def not_signed(self, case_id: str, entry_id: str, why: str, *, once: str, key: str | None = None) -> Saved:
        """Say why nobody signs a form: it counts without, and the reason stands in it."""
        whole = {**self._filled(case_id, entry_id), "unsigned_reason": why}
        return await self._core.amend(entry_id, whole, why, once=once, draft=key)


def raised_id(case_id: str, path: str) -> str:
    """Return the id of what an answer raises: from the case and the answer's path, where rows have ids of their own;
    so however often it is saved, it is one."""
    return derived(case_id, f"raised {path}")


def signers(filling: Filling) -> tuple[str, ...]:
    """Return who has to sign, in the form's order."""
    found = (place.question.signer for place in filling.root.everything() if place.relevant)
    return tuple(dict.fromkeys(one for one in found if one in kinds.SIGNERS))


def lacks(filling: Filling) -> tuple[Place, Problem] | None:
    """Return the first question that lacks an answer or has a wrong one, with what to tell; ``None``: it can be saved.

    What is signed lacks nothing here: people sign once the form is saved.
    """
    return next((one for one in filling.troubles() if not one[0].question.signer), None)


class _Earlier:
    """What was filled in there before: ``pulldata('case', question, 'id', 'this')`` is the last answer of the same form
    at the same door, ``pulldata('household', …)`` who lives there."""

    def __init__(self, core: Records, form_id: str, where: Where) -> None:
        self._core, self._form_id, self._where = core, form_id, where

    def look_up(self, table: str, column: str, by: str, key: str) -> str:
        """Return what a column says; "" for what is not known here."""
        if table == CASE:
            return str(self._last.get(column) or "")
        home = self._core.home(self._where.household_id)
        if table != "household" or home is None:
            return ""
        person = home.people[0] if home.people else None
        known = {"name": home.name, "address": home.address, "status": home.status}
        return known.get(column) or (str(getattr(person, column, "") or "") if column in ("phone", "relation") else "")

    @cached_property
    def _last(self) -> Mapping[str, Any]:
        wanted = CardFilter(type=CASE, kinds=(self._form_id,), order="recent")
        here = self._where
        for card in self._core.store.cards(wanted, 0, _MOST):
            if any(mine and mine == theirs for mine, theirs in (
                (here.household_id, card.household_id), (here.unit_id, card.unit_id), (here.address, card.address),
            )):  # fmt: skip
                answers = cast(CaseState, self._core.store.state(CASE, card.id)).last.get("answers")
                return answers if isinstance(answers, dict) else {}
        return {}


def _images(filling: Filling) -> Iterator[Place]:
    return (place for place in filling.root.asked() if place.question.type == IMAGE and place.value)


def _row_of(place: Place) -> Place | None:
    """Return the row of a repeat that a place stands in."""
    at: Place | None = place
    while at is not None and not at.row:
        at = at.above
    return at


def _what(filling: Filling, place: Place, title: str) -> str:
    """Return what is wrong, in words: the answers of its row, else its question; and on which form it stands."""
    row = _row_of(place)
    said = [
        filling.answer_text(one, ZH)
        for one in (row.asked() if row is not None else ())
        if one.value and not one.question.raises and one.question.type not in (*HOLDERS, IMAGE, NOTE)
    ]
    return f"{'，'.join(said) or filling.label(place, ZH)}（{title}）"
