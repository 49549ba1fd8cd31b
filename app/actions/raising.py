"""What the answers of a form raise: tickets, matters and jobs, once each, in the save of the form (H.3, Q.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, cast

from app.actions.form_draft import ZH, FormDraft, Where
from app.actions.form_photos import row_of
from app.actions.jobs import Jobs
from app.actions.matters import PARTS_OF_MATTER, Matters
from app.actions.models import JobForm, MatterForm, TicketForm
from app.actions.records import Records
from app.actions.tickets import Tickets
from app.domain import roles
from app.domain.forms import Filling, Place
from app.domain.forms.definition import CHOOSING, HOLDERS, IMAGE, NOTE
from app.domain.forms.values import read_moment
from app.domain.rules.cleaning import SIGN_IN
from app.domain.subjects import access, subject_of
from app.domain.subjects.case import CaseCard, kinds
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.raising import raised_id, remark, words_of
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.job.kinds import JOB
from app.domain.subjects.matter.kinds import CLASSES, HELP, MATTER, SURVEY_REMARK
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.times import CHINA, HOUR, at_china, can_be_meant, china_day, from_datetime, read_day
from app.domain.wire.entries import Entry
from app.store.queries import CardFilter

WHO, BY = "who", "by"
"""The questions of a row that say whose job it is, by name, and until which day."""
_DAYS_OF_JOB: Final = 7
"""How long there is for a job whose row says no day."""
_FIRST_RAISED: Final = 10
"""The number of the first entry of what is raised, among those of one tap."""
_JOB_WITHIN: Final = 4 * HOUR
"""How long there is for a job where the form says nothing of it."""
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Raised:
    """What one answer raises, with its id: a ticket, a job, or a matter."""

    place: Place
    what: str
    is_ticket: bool
    is_job: bool
    id: str

    @property
    def type(self) -> str:
        """Return the type of what is raised."""
        return TICKET if self.is_ticket else JOB if self.is_job else MATTER

    def as_before(self, said: Mapping[str, str]) -> Raised:
        """Return it as an earlier form's entry says of it (``body``)."""
        return replace(self, id=said["id"], is_ticket=said["type"] == TICKET, is_job=said["type"] == JOB)

    def body(self) -> dict[str, str]:
        """Return what the form's entry says of it."""
        return {"path": self.place.path, "what": self.what, "type": self.type, "id": self.id}


class Raising:
    """Opens what the answers of one signed-in person raise."""

    def __init__(self, core: Records, tickets: Tickets, matters: Matters, jobs: Jobs) -> None:
        self._core = core
        self._tickets = tickets
        self._matters = matters
        self._jobs = jobs

    def raising(self, filling: Filling, case_id: str, body: Mapping[str, Any], entry_id: str) -> list[Raised]:
        """Return what the answers raise now, there already or not. ``entry_id``: by which the form is or was saved;
        what the same question of an earlier form of its case raised is another thing."""
        found = []
        before = self._raised_before(case_id, entry_id)
        for place, wanted in filling.raised():
            what = wanted.strip()
            kind = what.partition("/")[0]
            is_ticket = kind in (kinds.REPAIR, kinds.PUBLIC_REPAIR) and self._opens_tickets(body)
            is_job = kind == kinds.A_JOB and access.may(self._core.roles, "job_sent")
            id_ = raised_id(case_id, place.path, words_of(place))
            if id_ in before:
                id_ = raised_id(case_id, place.path, entry_id)
            found.append(Raised(place, what, is_ticket, is_job, id_))
        return found

    def _raised_before(self, case_id: str, entry_id: str) -> set[str]:
        if self._core.store.card(CASE, case_id) is None:
            return set()
        state = cast(CaseState, self._core.store.state(CASE, case_id))
        others = (one for one in state.filled if one.entry.id != entry_id)
        return {str(raised["id"]) for one in others for raised in one.body.get("raised") or ()}

    def _opens_tickets(self, body: Mapping[str, Any]) -> bool:
        """Tell whether this person may open a ticket there; otherwise the desk gets a matter, and nothing is lost."""
        held, building = self._core.roles, body.get("building_id")
        if not access.may(held, "ticket_opened"):
            return False
        mine = set(self._core.staff.building_ids)
        return bool(held & roles.OVERSEERS) or subject_of(TICKET).may_begin(held, mine, "ticket_opened", building)

    def openings(
        self, filling: Filling, raising: Sequence[Raised], body: Mapping[str, Any], draft: FormDraft
    ) -> Iterator[Entry]:
        """Yield the first entries of what is raised and is not there yet."""
        for number, one in enumerate(raising):
            if self._core.store.card(one.type, one.id) is not None:
                continue
            part = _FIRST_RAISED + number * PARTS_OF_MATTER
            says = what_says(filling, one.place, str(body["title"]))
            origin = {"case_id": draft.case_id, "case_path": one.place.path}
            if one.is_job:
                sent = self._jobs.sent_body(self._job(one, says, body, draft, filling)) | origin
                yield self._core.entry((JOB, one.id), "job_sent", sent, draft.once, part)
            elif one.is_ticket:
                opened = self._tickets.opened_body(self._ticket(one, says, body, draft.where)) | origin
                yield self._core.entry((TICKET, one.id), "ticket_opened", opened, draft.once, part)
            else:
                for entry in self._matters.opening(
                    self._matter(one, says, body, draft.where, filling), one.id, draft.once, part
                ):
                    first = entry.kind == "matter_opened"
                    yield replace(entry, body={**entry.body, **origin}) if first else entry

    def _ticket(self, one: Raised, says: str, body: Mapping[str, Any], where: Where) -> TicketForm:
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

    def _job(self, one: Raised, says: str, body: Mapping[str, Any], draft: FormDraft, filling: Filling) -> JobForm:
        """Return the job that an answer asks for: of what a meeting decided (R5) or of what is not as it should be
        (Q2)."""
        row = row_of(one.place)
        said = {place.question.name: place.value.strip() for place in row.asked()} if row is not None else {}
        whose, due = self._decided(said, draft) if WHO in said else self._poor(one, draft, filling)
        return JobForm(
            content=says,
            requirements=str(body["title"]) if WHO in said else _beside(one.place, filling, "standard") or says,
            due_at=due,
            receiver_id=whose or self._core.profile.staff_id,
            building_id=body.get("building_id"),
            household_id=body.get("household_id"),
            address=str(body.get("address") or self._core.estate_name(draft.where.estate or "") or body["title"]),
            estate=draft.where.estate,
        )

    def _decided(self, said: Mapping[str, str], draft: FormDraft) -> tuple[str, int]:
        """Return whose job a row asks for, "" where its name is nobody's or that of two, and until when: the end of its
        day. Whoever writes can give it on: it is not lost."""
        posts = self._jobs.posts(draft.where.estate or "")
        named = [id_ for id_ in posts if self._core.staff_name(id_) == said[WHO]]
        day = read_day(said.get(BY)) or china_day(self._core.now()) + timedelta(days=_DAYS_OF_JOB)
        return named[0] if len(named) == 1 else "", at_china(day, 23, 59)

    def _poor(self, one: Raised, draft: FormDraft, filling: Filling) -> tuple[str, int]:
        """Return who was last at that point to sign in or to work, "" for nobody, and when it is due: when the form
        says so (``due``)."""
        now = self._core.now()
        named = read_moment(_beside(one.place, filling, "due"))
        due = from_datetime(named.replace(tzinfo=CHINA)) if named is not None else None
        # What lay half filled in until its time was over is due anew.
        return self._who_works_there(draft), (
            due if due is not None and due > now and can_be_meant(due) else now + _JOB_WITHIN
        )

    def _who_works_there(self, draft: FormDraft) -> str:
        """Return who signed in at this point last, today; "" where nobody did, as far as this phone knows."""
        core, own = self._core, self._core.store.card(CASE, draft.case_id)
        begun = (own.as_(CaseCard).about_type, own.as_(CaseCard).about_id) if own is not None else ("", "")
        about = draft.about or begun
        if not all(about):
            return ""
        today = at_china(china_day(core.now()), 0)
        wanted = CardFilter(type=CASE, kinds=(SIGN_IN,), moved_from=today, order="recent")
        there = set(self._jobs.posts(draft.where.estate or ""))
        signed = (card.as_(CaseCard) for card in core.store.cards(wanted, 0, _MOST))
        here = [one for one in signed if (one.about_type, one.about_id) == about and one.filled_at >= today]
        last = max(here, key=lambda one: one.filled_at, default=None)
        return last.filled_by if last is not None and last.filled_by in there else ""

    def _matter(self, one: Raised, says: str, body: Mapping[str, Any], where: Where, filling: Filling) -> MatterForm:
        wanted = one.what.partition("/")[2]
        home = self._core.home(body.get("household_id"))
        person = home.people[0] if home is not None and home.people else None
        if wanted == SURVEY_REMARK:
            said = remark(filling, one.place, ZH)
            return MatterForm(
                SURVEY_REMARK, said["content"], channel="survey", household_id=body.get("household_id"),
                building_id=body.get("building_id"), address=str(body.get("address") or ""), about=said["about"],
                contact_name=said.get("contact_name", ""), contact_phone=said.get("contact_phone", ""),
                anonymous="anonymous" in said, estate=where.estate,
            )  # fmt: skip
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


def _beside(place: Place, filling: Filling, name: str) -> str:
    """Return what a question says that stands in the same row, or by itself; "" where there is none."""
    row = row_of(place)
    for holder in (row, filling.root):
        found = holder.kids.get(name) if holder is not None else None
        if found and found[0].relevant:
            return found[0].value
    return ""


def what_says(filling: Filling, place: Place, title: str) -> str:
    """Return what is wrong, in words: the answers of its row, else its question; and on which form it stands."""
    row = row_of(place)
    said = [
        filling.answer_text(one, ZH)
        for one in (row.asked() if row is not None else ())
        if one.value and not one.question.raises and one.question.type not in (*HOLDERS, IMAGE, NOTE)
    ]
    if row is None and place.question.raises == kinds.A_JOB:  # a job says what is wrong, not that it was asked for
        chosen = (one for one in filling.root.asked() if one.value and one.question.type in CHOOSING)
        said = [filling.answer_text(one, ZH) for one in chosen if not one.question.raises]
    return f"{'，'.join(said) or filling.label(place, ZH)}（{title}）"
