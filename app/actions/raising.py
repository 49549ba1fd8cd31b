"""What the answers of a form raise: tickets and matters, once each, in the save of the form (H.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from app.actions.form_draft import ZH, FormDraft, Where
from app.actions.form_photos import row_of
from app.actions.matters import PARTS_OF_MATTER, Matters
from app.actions.models import MatterForm, TicketForm
from app.actions.records import Records
from app.actions.tickets import Tickets
from app.domain import roles
from app.domain.forms import Filling, Place
from app.domain.forms.definition import HOLDERS, IMAGE, NOTE
from app.domain.subjects import access, subject_of
from app.domain.subjects.case import kinds
from app.domain.subjects.case.raising import raised_id, remark, words_of
from app.domain.subjects.matter.kinds import CLASSES, HELP, MATTER, SURVEY_REMARK
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.wire.entries import Entry

_FIRST_RAISED: Final = 10
"""The number of the first entry of what is raised, among those of one tap."""


@dataclass(frozen=True, slots=True)
class Raised:
    """What one answer raises: a ticket or a matter, with its id."""

    place: Place
    what: str
    is_ticket: bool
    id: str

    @property
    def type(self) -> str:
        """Return the type of what is raised."""
        return TICKET if self.is_ticket else MATTER

    def body(self) -> dict[str, str]:
        """Return what the form's entry says of it."""
        return {"path": self.place.path, "what": self.what, "type": self.type, "id": self.id}


class Raising:
    """Opens what the answers of one signed-in person raise."""

    def __init__(self, core: Records, tickets: Tickets, matters: Matters) -> None:
        self._core = core
        self._tickets = tickets
        self._matters = matters

    def raising(self, filling: Filling, case_id: str, body: Mapping[str, Any]) -> list[Raised]:
        """Return what the answers raise now, there already or not."""
        found = []
        for place, wanted in filling.raised():
            what = wanted.strip()
            kind = what.partition("/")[0]
            is_ticket = kind in (kinds.REPAIR, kinds.PUBLIC_REPAIR) and self._opens_tickets(body)
            found.append(Raised(place, what, is_ticket, raised_id(case_id, place.path, words_of(place))))
        return found

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
            if one.is_ticket:
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


def what_says(filling: Filling, place: Place, title: str) -> str:
    """Return what is wrong, in words: the answers of its row, else its question; and on which form it stands."""
    row = row_of(place)
    said = [
        filling.answer_text(one, ZH)
        for one in (row.asked() if row is not None else ())
        if one.value and not one.question.raises and one.question.type not in (*HOLDERS, IMAGE, NOTE)
    ]
    return f"{'，'.join(said) or filling.label(place, ZH)}（{title}）"
