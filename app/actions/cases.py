"""Filling in forms 表单, what they raise, correcting them, and what supervisors say (F, H-R, U, V, X, Y)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from app.actions.form_draft import ZH, FormDraft, Where
from app.actions.form_list import Published, definition, published
from app.actions.form_photos import images, photo_entries
from app.actions.form_tables import FormTables
from app.actions.jobs import Jobs
from app.actions.matters import Matters
from app.actions.models import Saved, Signature, SubjectView
from app.actions.patrols import Patrols, PointTables
from app.actions.photos import Photos
from app.actions.raising import Raised, Raising
from app.actions.reads import members
from app.actions.records import Records
from app.actions.tickets import Tickets
from app.domain.forms import Facts, Filling, Form, Place
from app.domain.forms.definition import BARCODE
from app.domain.forms.filling import Tables
from app.domain.rules.binding import signed_facts
from app.domain.rules.card import Card
from app.domain.subjects import subject_of
from app.domain.subjects.case import CaseCard, kinds
from app.domain.subjects.case import state as st
from app.domain.subjects.case.chains import Lack, chain_of, move_in
from app.domain.subjects.case.chains.care import CARE_VALID
from app.domain.subjects.case.chains.goods import Goods, GoodsByCode, is_code
from app.domain.subjects.case.chains.services import PERMIT_VALID, one_number
from app.domain.subjects.case.changes import Change, changes
from app.domain.subjects.case.kinds import CASE, ENDERS, REVIEWERS
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.fold import fold
from app.domain.subjects.matter.kinds import MATTER
from app.domain.subjects.parts import missing
from app.domain.subjects.place import PLACE
from app.domain.subjects.tagging import KEEPERS
from app.domain.subjects.thing import ThingCard
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.thing.state import ON_RACK, OUT, ThingState
from app.domain.times import china_day
from app.domain.wire.entries import Entry
from app.domain.wire.errors import FIELD_WRONG, FORM_NOT_HERE, NOT_FOUND, PERMIT_USED, STEP_LACKS, Problem
from app.store.queries import CardFilter
from app.store.search import Household

_MOST: Final = 10_000
_LONG: Final = (PERMIT_VALID, CARE_VALID)
"""Lists of what goes on for long as it should: nobody has to do anything about it."""
_SOMEBODY_ELSE: Final = Lack("要由另一个人来办", "somebody else has to do it")
_MOST_PERMITS: Final = 20
"""Cases in which eight digits can stand: the permit, and where it was used by its code."""


@dataclass(frozen=True, slots=True)
class CaseView(SubjectView[CaseState]):
    """Everything a case's page shows.

    ``move``: this person's main action; ``reviews``, ``ends``: whether this person may do so now; ``names``: of who
    filled in its forms; ``raised``: the cards of what was raised, as far as they are here; ``next``: the forms that may
    follow; ``lacks``: what each of these still lacks, by its hash, where it lacks something; ``changed``: what the last
    correction of each form changed, by the form's entry id.
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
    lacks: Mapping[str, Sequence[Lack]]
    changed: Mapping[str, Sequence[Change]]


class Cases:
    """Forms of one signed-in person. ``once`` and ``draft``: see ``Core.save`` and the store's drafts."""

    def __init__(
        self,
        core: Records,
        tickets: Tickets,
        matters: Matters,
        jobs: Jobs,
        photos: Photos,
        patrols: Patrols | None = None,
    ) -> None:
        self._core = core
        self._raise = Raising(core, tickets, matters, jobs)
        self._photos = photos
        self._patrols = patrols

    # -- reading ---------------------------------------------------------------------------

    def view(self, case_id: str) -> CaseView:
        """Return everything a case's page shows. Raises ``Problem`` ``not_found``."""
        seen: SubjectView[CaseState] = self._core.seen_as(CASE, case_id, refused=True)
        state, card = seen.state, seen.card
        held, me = self._core.roles_on(state), self._core.profile.staff_id
        ids = tuple(dict.fromkeys(str(one["id"]) for one in state.raised))
        raised = self._core.store.cards(CardFilter(type=None, ids=ids), 0, len(ids)) if ids else []
        about = (str(state.first.get("about_type") or ""), str(state.first.get("about_id") or ""))
        following = tuple(self._following(state))
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
            next=following,
            lacks={one.hash: found for one in following if (found := self._lacks(state, one.case, one.step))},
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
            follows = one.case == chain and not again and (not one.after or steps & set(one.after))
            if follows and chain_of(chain).offers(state, one.step):
                yield one

    def _lacks(self, state: CaseState, chain: str, step: str) -> list[Lack]:
        """Return what a step of a chain lacks today, as far as this phone knows: it is told before anybody fills it
        in."""
        ids = tuple(dict.fromkeys(str(one["id"]) for one in state.raised if one["type"] == MATTER))
        raised = self._core.store.cards(CardFilter(type=MATTER, ids=ids), 0, len(ids)) if ids else []
        still = [one.content for one in raised if not one.ended]
        lacking = chain_of(chain).lacks(state, step, china_day(self._core.now()), still)
        return [*lacking, *self._needs_another(state, chain, step)]

    def _needs_another(self, state: CaseState, chain: str, step: str) -> list[Lack]:
        """Return that somebody else fills a step in, where this person filled in the one that it is about (S5)."""
        other, me = chain_of(chain).by_another.get(step), self._core.profile.staff_id
        theirs = {one.entry.author for one in state.filled if other is not None and one.body.get("step") == other}
        return [_SOMEBODY_ELSE] if me in theirs else []

    def listed(self) -> list[Published]:
        """Return the forms that this person can begin a case with, where they look now: those of their posts."""
        here = (self._core.estate, "") if self._core.estate is not None else (*self._core.posts, "")
        found = (one for one in published(self._core.store) if not one.after and one.estate in here)
        return [one for one in found if self.is_mine(one)]

    def is_mine(self, form: Published) -> bool:
        """Tell whether a form is for this person, by the posts they hold where it was published."""
        held = self._core.roles_in(form.estate) if form.estate else self._core.roles
        return kinds.is_for(form.posts, held)

    def used(self, recent: Iterable[Card], most: int = 4) -> list[str]:
        """Return the ids of the forms that this person filled in last, by the cases that were changed last."""
        me = self._core.profile.staff_id
        mine = (card.kind for card in recent if card.as_(CaseCard).filled_by == me)
        return list(dict.fromkeys(mine))[:most]

    def any_listed(self) -> bool:
        """Tell whether there is any form for this person."""
        return bool(self.listed())

    def recent(self, most: int = 50) -> list[Card]:
        """Return the cases that were changed last."""
        return self._core.cards(CardFilter(type=CASE, order="recent"), 0, most)

    def watched(self, words: str = "", most: int = 2000) -> dict[str, list[Card]]:
        """Return the cases of which something is still to come, by the list they stand in today: overstayed, to be
        refunded, inside, mail to be collected … (K6, L2, N5, Y3). ``words``: only those that a search for them finds;
        without any, permits that are valid for long are left out."""
        today = china_day(self._core.now())
        found: dict[str, list[Card]] = {}
        for card in self._core.cards(CardFilter(type=CASE, promises=True, text=words), 0, most):
            said = card.as_(CaseCard)
            standing = chain_of(said.chain).standing(said.known, today)
            if standing and (words or standing not in _LONG):
                found.setdefault(standing, []).append(card)
        return {name: sorted(cards, key=_by_day) for name, cards in found.items()}

    def permit(self, code: str) -> Card | None:
        """Return the permit for goods with this number, used or not; ``None`` if it is not on this phone (N2, N3)."""
        found = self._core.cards(CardFilter(type=CASE, text=code), 0, _MOST_PERMITS) if is_code(code) else []
        return next((c for c in found if c.number == code and c.as_(CaseCard).chain == Goods.name), None)

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
        tables: Tables = FormTables(self._core, form, draft)
        if self._patrols is not None and draft.about is not None and draft.about[0] == PLACE:
            tables = PointTables(tables, self._patrols, draft.about[1])
        return Filling(form, self._facts(draft), tables, draft.kept, ZH)

    def tried_out(self, form: Form) -> Filling:
        """Return a form to be tried out: it need not be published, and nothing of it is kept."""
        facts = Facts(self._core.now(), self._core.new_id(), self._core.my_name, self._core.device)
        draft = FormDraft(form.hash, self._core.new_id(), facts.seed, facts.started)
        return Filling(form, facts, FormTables(self._core, form, draft), None, ZH)

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
        self._at_home(draft, filling.form)
        self._right_tags(filling, draft)
        self._must_lack_nothing(draft.case_id, filling.form)
        self._own_number(draft, filling)
        self._must_be_unused(filling)
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
        raising = self._raise.raising(filling, draft.case_id, body, draft.once)
        body |= self._said(filling, raising)
        held = self._photos.held(draft.once)
        new = [self._core.entry(subject, "form_filled", body, draft.once)]
        new += self._raise.openings(filling, raising, body, draft)
        pictures, data = photo_entries(self._core, filling, held, raising, subject)
        return await self._core.save([*new, *pictures], key, data, [one.key for one in held])

    def other_place(self, code: str, where: str) -> str:
        """Return what bears a tag if that is not the place ``where`` (an address, or a point's name); "" if it is, or
        nothing here bears the tag."""
        others = [card.address or card.content for card in self._core.bearers(code)]
        if self._patrols is not None and not others:
            others = self._patrols.named(code)
        return "" if not where or where in others else next(iter(others), "")

    def _right_tags(self, filling: Filling, draft: FormDraft) -> None:
        """Raise ``Problem`` ``field_wrong`` if a tag of another place was scanned or typed, with that place (H2)."""
        where = str(self._place(draft.where).get("address") or "")
        codes = [(filling.label(one, ZH), one.value) for one in filling.root.asked() if one.question.type == BARCODE]
        for label, code in (*codes, ("标签", draft.scanned)):
            other = self.other_place(code, where) if code else ""
            if other:
                raise Problem(
                    FIELD_WRONG, field=label, field_zh=label, field_en="tag",
                    why_zh=f"这是 {other} 的标签，不是 {where} 的",
                    why_en=f"this is the tag of {other}, not of {where}",
                )  # fmt: skip

    def _must_lack_nothing(self, case_id: str, form: Form) -> None:
        """Raise ``Problem`` ``step_lacks`` for a step that lacks something which other records say: a breach is open
        (K5). What the case itself says, saving finds out."""
        if self._core.store.card(CASE, case_id) is None:
            return
        state = cast(CaseState, self._core.store.state(CASE, case_id))
        chain, step = str(form.settings.get("case") or ""), str(form.settings.get("step") or "")
        known = chain_of(chain).lacks(state, step, china_day(self._core.now()))
        found = [one for one in self._lacks(state, chain, step) if one not in known]
        if found:
            said = {"lacks_zh": "；".join(one.zh for one in found), "lacks_en": "; ".join(one.en for one in found)}
            raise Problem(STEP_LACKS, **said)

    def _at_home(self, draft: FormDraft, form: Form) -> None:
        """Raise ``Problem`` ``field_missing`` where a form that is about a household does not say which (P3)."""
        if chain_of(form.settings.get("case")).at_home and not draft.where.household_id:
            raise missing("住户", "household")

    def _own_number(self, draft: FormDraft, filling: Filling) -> None:
        """Raise ``Problem`` ``field_wrong`` if another case that goes on has this number, as far as it is here (Y3)."""
        chain = chain_of(filling.form.settings.get("case"))
        place = filling.find(chain.number_of) if chain.number_of and chain.number_of in filling.answers() else None
        if place is None or not (number := one_number(place.value)):
            return
        others = self._core.cards(CardFilter(type=CASE, promises=True, over=False, text=number), 0, _MOST)
        for card in others:
            one, other = card.as_(CaseCard), card.id != draft.case_id
            if card.number == number and other and one.chain == chain.name and one.watched:
                where = card.address or card.content
                raise Problem(
                    FIELD_WRONG, field=chain.number_of, field_zh=filling.label(place, ZH),
                    field_en=filling.label(place, "en"), why_zh=f"{number} 已经发给 {where}",
                    why_en=f"{number} was given to {where} already",
                )  # fmt: skip

    def _must_be_unused(self, filling: Filling) -> None:
        """Raise ``Problem`` ``permit_used`` where goods are let out by the code of a permit that this phone knows was
        used: who types a code does not get round what scanning it refuses (N2, N3)."""
        if filling.form.settings.get("case") != GoodsByCode.name:
            return
        place = filling.root.kids.get("code")
        permit = self.permit(place[0].value) if place else None
        if permit is not None and permit.as_(CaseCard).known.get("used"):
            raise Problem(PERMIT_USED)

    def _place(self, where: Where) -> dict[str, Any]:
        home = self._core.home(where.household_id)
        if home is None:
            return where.body()
        found = {"unit_id": home.unit_id, "building_id": home.building_id, "address": where.address or home.address}
        return where.body() | found

    def _said(self, filling: Filling, raising: Sequence[Raised]) -> dict[str, Any]:
        """Return the fields that say what was answered."""
        return {
            "answers": filling.answers(),
            "shown": filling.shown(ZH),
            "looked_up": filling.looked_up() or None,
            "photos": [place.value for place in images(filling)] or None,
            "signers": list(signers(filling)) or None,
            "raised": [one.body() for one in raising] or None,
        }

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
        kept = {str(one["path"]): dict(one) for one in before.get("raised") or ()}
        # What was raised there before stays the same one, also where its words are corrected, and by whom: a matter
        # of who opens no tickets becomes no second thing when the desk corrects it.
        raising = [
            one.as_before(kept[one.place.path]) if one.place.path in kept else one
            for one in self._raise.raising(filling, case_id, before, entry_id)
        ]
        whole = {**before, **self._said(filling, raising)}
        # What was raised stays raised, also where the answer is taken back: the ticket is there.
        whole["raised"] = list((kept | {one.place.path: one.body() for one in raising}).values()) or None
        whole = {name: value for name, value in whole.items() if value not in (None, "")}
        body = {"target_id": entry_id, "body": whole, "reason": reason}
        new = [self._core.entry((CASE, case_id), "amended", body, once)]
        new += self._raise.openings(filling, raising, whole, draft)
        held = self._photos.held(once)
        pictures, data = photo_entries(self._core, filling, held, raising, (CASE, case_id))
        return await self._core.save([*new, *pictures], key, data, [one.key for one in held])

    async def sign(self, signature: Signature, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Save a signature. With the one that completes a hand-over, the keys whose tags its list names leave stock,
        in the same transaction (G.3, J1); without it none does (J3). Raises ``Problem`` as ``Records.sign_with``."""
        once = once or self._core.new_id()
        case_id = signature.content.subject_id

        def keys(signed: Entry) -> list[Entry]:
            chain = self._core.store.chain()
            placed = signed if chain is None else replace(signed, device=chain.device, counter=chain.counter + 1)
            before = self._core.store.counted_entries(CASE, case_id)
            was, then = (cast(CaseState, fold(CASE, entries)) for entries in (before, [*before, placed]))
            if not move_in.is_handed(then) or move_in.is_handed(was) or not self._core.roles & KEEPERS:
                return []
            return list(self._issued(then, once))

        return await self._core.sign_with(signature, keys, once=once, draft=draft)

    def _issued(self, case: CaseState, once: str) -> Iterator[Entry]:
        """Yield the entries by which a home's keys go to whoever signed for it."""
        papers = move_in.last_of(case, move_in.PAPERS)
        taker = next(
            (one.body for one in case.signatures.values()
             if one.body["as"] == "resident" and signed_facts(one).get("entry_id") == (papers and papers.entry.id)),
            {},
        )  # fmt: skip
        found = {card.id: card for tag in move_in.tags_handed(case) for card in self._core.bearers(tag)}
        for number, thing_id in enumerate(
            sorted(id_ for id_, card in found.items() if isinstance(card.extra, ThingCard)), 1
        ):
            key = cast(ThingState, self._core.store.state(THING, thing_id))
            here = key.unit_id == case.unit_id if key.unit_id else key.household_id == case.household_id
            if not key.is_stock or not here or key.stage not in (ON_RACK, OUT):
                continue
            body = {
                "from_id": key.hands.id, "from_name": key.hands.name, "to_name": taker.get("name"),
                "capacity": taker.get("capacity"), "household_id": case.household_id, "case_id": case.id,
                "pieces": key.pieces, "condition": key.condition,
                "note": str(key.links[-1].body.get("note") or "按现有状况") if key.condition == "damaged" else "",
            }  # fmt: skip
            yield self._core.entry((THING, thing_id), "issued", body, once, number)

    async def not_signed(self, case_id: str, entry_id: str, why: str, *, once: str, key: str | None = None) -> Saved:
        """Say why nobody signs a form: it counts without, and the reason stands in it."""
        whole = {**self._filled(case_id, entry_id), "unsigned_reason": why}
        return await self._core.amend(entry_id, whole, why, once=once, draft=key)


def _by_day(card: Card) -> tuple[str, str, int]:
    known = card.as_(CaseCard).known
    return (
        known.get("refund_from", ""),
        known.get("until") or known.get("promised") or known.get("recheck", ""),
        card.opened_at,
    )


def signers(filling: Filling) -> tuple[str, ...]:
    """Return who has to sign, in the form's order."""
    found = (place.question.signer for place in filling.root.everything() if place.relevant)
    return tuple(dict.fromkeys(one for one in found if one in kinds.SIGNERS))


def lacks(filling: Filling) -> tuple[Place, Problem] | None:
    """Return the first question that lacks an answer or has a wrong one, with what to tell; ``None``: it can be saved.

    What is signed lacks nothing here: people sign once the form is saved.
    """
    return next((one for one in filling.troubles() if not one[0].question.signer), None)
