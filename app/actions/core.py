"""What all verbs share: making entries, checking them by the domain's rules, saving each only once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.actions.estates import Estates
from app.actions.models import Profile, Saved, Staff
from app.device.durable import Settle, at_once
from app.domain.rules.card import Card
from app.domain.rules.estates import ESTATE, POSTS
from app.domain.rules.state import SubjectState
from app.domain.subjects import access, subject_of
from app.domain.subjects.fold import fold, repeats, why_not
from app.domain.subjects.kinds import check_body, opens
from app.domain.wire.entries import Entry
from app.domain.wire.errors import ALREADY_NOTED, KINDS, NO_SUBJECT, ROLE_MAY_NOT, Problem
from app.store import PhoneStore
from app.store.queries import CardFilter
from app.store.saving import Subject


class Core(Estates):
    """One signed-in person: their store, their posts, and the one way in which their work is saved."""

    def __init__(
        self,
        store: PhoneStore,
        profile: Profile,
        clock: Callable[[], int],
        make_id: Callable[[], str],
        settle: Settle = at_once,
    ) -> None:
        self.store = store
        self.profile = profile
        self.clock = clock
        self._make_id = make_id
        self._settle = settle

    # -- who and when ----------------------------------------------------------------------

    @property
    def staff(self) -> Staff:
        """This person's row of the staff directory."""
        body = self.store.refs("staff").get(self.profile.staff_id)
        if body is None:
            return Staff(self.profile.staff_id, "", self.profile.name, self.profile.roles, "", ())
        return read_staff(self.profile.staff_id, body)

    def now(self) -> int:
        """Return the time in ms as the server would have it: the device's clock, corrected by what was learned."""
        return self.clock() + self.clock_offset()

    def clock_offset(self) -> int:
        """Return by how many ms the server's clock is ahead of the device's."""
        return int(self.store.setting("clock_offset", 0))

    def desk_phone(self, estate: str | None = None) -> str:
        """Return an estate's service phone (by default of the one that is looked at), as the register has it; empty
        where it has none, and before the first pull."""
        key = self.estate if estate is None else estate
        return next((known.phone for known in self.estates if known.key == key or key is None), "")

    @property
    def device(self) -> str:
        """The device id of this person on this phone; the desk revokes a phone by it."""
        chain = self.store.chain()
        return chain.device if chain else ""

    @property
    def nothing_done_yet(self) -> bool:
        """Whether this person has recorded nothing on this phone: it may be their first day."""
        chain = self.store.chain()
        return chain is None or not chain.counter

    def new_id(self) -> str:
        """Return a new id, for a screen to hold while it is open (``once``, a visit's id)."""
        return self._make_id()

    def staff_name(self, staff_id: str | None) -> str:
        """Return what to call a member of staff; ``系统`` for the server, ``名册外员工`` for somebody who is not known.

        Where two share a name their numbers stand behind it: 王强 W01. Every name of staff that is shown comes from
        here.
        """
        if not staff_id:
            return ""
        if staff_id == "system":
            return "系统"
        known = self.store.staff_names().get(staff_id)
        if known is not None:
            return known
        # Never the id: it says nothing to anybody.
        return self.profile.name if staff_id == self.profile.staff_id else "名册外员工"

    @property
    def my_name(self) -> str:
        """What this person is called where others read it, as ``staff_name`` returns it."""
        return self.staff_name(self.profile.staff_id)

    # -- what bears a tag ------------------------------------------------------------------

    def bearers(self, code: str) -> list[Card]:
        """Return whatever bears this tag, or ever did."""
        return [card for card in self.store.cards(CardFilter(type=None, text=code), 0, 20) if code in card.tags]

    # -- making and saving -----------------------------------------------------------------

    def entry(self, subject: Subject, kind: str, body: Mapping[str, Any], once: str | None, part: int = 0) -> Entry:
        """Make an entry, unsealed. ``once`` names the tap; ``part`` the entry among those of one tap."""
        named = once if part == 0 or once is None else derived(once, f"entry-{part}")
        return Entry(
            id=named or self.new_id(),
            kind=kind,
            subject_type=subject[0],
            subject_id=subject[1],
            body={key: value for key, value in body.items() if value is not None and value != ""},
            author=self.profile.staff_id,
            device="",
            counter=0,
            made_at=self.clock(),
        )

    async def record(
        self,
        subject_type: str,
        subject_id: str,
        kind: str,
        body: Mapping[str, Any],
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Save one entry about a subject of any type, for kinds that need no verb of their own.

        ``once`` identifies the tap; ``draft`` is deleted with it. Raises ``Problem`` like every save (``_save``).
        """
        if opens(kind) and self.store.card(subject_type, subject_id) is None:
            body = {**body, **self.says_estate(body, None)}
        return await self.save([self.entry((subject_type, subject_id), kind, body, once)], draft)

    async def save(
        self,
        new: Sequence[Entry],
        draft: str | None = None,
        attachments: Mapping[str, bytes] | None = None,
        more: Sequence[str] = (),
    ) -> Saved:
        """Check ``new`` as the server will, save them in one transaction, and return when that is durable.

        The drafts ``draft`` and ``more`` are deleted with it.

        Raises ``Problem``: a wrong field, ``role_may_not``, the reason why an entry does not fit its subject, or
        ``already_noted`` if it would change nothing; nothing is saved then. After ``disk_full`` the entries are in the
        open store but not durable: the same tap tries again to make them so, and saves nothing twice.
        """
        saved = self._save_once(new, draft, attachments, more)
        await self.settled()
        return saved

    async def settled(self) -> None:
        """Return when everything written so far is durable. Raises ``Problem`` ``disk_full``."""
        await self._settle()

    def _save_once(
        self, new: Sequence[Entry], draft: str | None, attachments: Mapping[str, bytes] | None, more: Sequence[str]
    ) -> Saved:
        with self.store.exclusive():
            earlier = self.store.saved([entry.id for entry in new])
            if earlier:
                return Saved(tuple(earlier))
            self.check(new)
            offset = self.clock_offset()
            timed = [replace(entry, corrected_at=entry.made_at + offset) for entry in new]
            return Saved(tuple(self.store.save(timed, attachments, draft, more)))

    def check(self, new: Sequence[Entry]) -> None:
        """Raise the ``Problem`` of the first of ``new`` that may not be made, or does not fit."""
        chain = self.store.chain()
        if chain is None:
            raise ValueError("entries are made by a device; sign in first")
        before: dict[Subject, list[Entry]] = {}
        for number, entry in enumerate(new, 1):
            check_body(entry.kind, entry.body)
            subject = (entry.subject_type, entry.subject_id)
            if subject not in before:
                before[subject] = self.store.counted_entries(*subject)
            history = before[subject]
            if not history and not opens(entry.kind):
                raise Problem(NO_SUBJECT)
            if not access.may_make(self.roles_for(entry, history), entry, history):
                raise Problem(ROLE_MAY_NOT, kind=entry.kind)
            placed = replace(entry, device=chain.device, counter=chain.counter + number)
            reason = why_not(entry.subject_type, history, placed)
            if reason is not None:
                raise self._misfit(reason, fold(entry.subject_type, history), placed)
            if history and repeats(fold(entry.subject_type, history), placed):
                raise Problem(ALREADY_NOTED)
            history.append(placed)

    def roles_for(self, entry: Entry, history: Sequence[Entry]) -> frozenset[str]:
        """Return the posts of this person where the subject of ``entry`` is, or is to be."""
        if not self.several:
            return self.roles
        state = fold(entry.subject_type, history)
        if state.opened is not None:
            return self.roles_on(state)
        body = entry.body
        building = body.get("building_id")
        home = self.store.households().by_id.get(str(body.get("household_id")))
        if not building and home is not None:
            building = home.building_id
        if not building:
            building = self.store.refs("unit").get(str(body.get("unit_id")), {}).get("building_id")
        return self.roles_in(self.store.whereabouts().of(building, str(body.get(ESTATE) or ""), entry.author))

    def _misfit(self, reason: str, state: SubjectState, entry: Entry) -> Problem:
        """Return the problem of an entry that does not fit, with its details."""
        subject = subject_of(state.type)
        zh, en = subject.stage_words.get(state.stage, (state.stage, state.stage))
        details = {"stage": en, "stage_zh": zh, "stage_en": en}
        details |= subject.misfit(state, entry, self.staff_name)
        return Problem(KINDS[reason], **details)


def derived(once: str, part: str) -> str:
    """Return the id for one part of a tap. It depends on nothing else, so a double tap makes the same id again."""
    return str(uuid.uuid5(uuid.UUID(once), part))


def read_staff(staff_id: str, body: Mapping[str, Any], load: int = 0, estate: str | None = None) -> Staff:
    """Return the member of staff of a reference row, with their posts in one estate, or in all for ``None``."""
    held = body.get("roles") or ()
    if estate is not None:
        held = (body.get(POSTS) or {"": held}).get(estate) or ()
    return Staff(
        id=staff_id,
        number=str(body.get("number") or ""),
        name=str(body.get("name") or ""),
        roles=tuple(held),
        phone=str(body.get("phone") or ""),
        building_ids=tuple(body.get("building_ids") or ()),
        active=bool(body.get("active", True)),
        load=load,
        initials=tuple(body.get("initials") or ()),
        pinyin=tuple(body.get("pinyin") or ()),
    )
