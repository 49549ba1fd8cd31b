"""What people record: mostly what fits, sometimes what comes too late, what they may not, or what nobody knows yet."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.domain.subjects.matter.kinds import MATTER
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.visit import VISIT
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import STROKES, BlobRef, Entry
from app.store import schema
from tests.sim.estate import BUILDINGS, HOMES, OTHER, PEOPLE, homes
from tests.sim.programs import PASSED_ON

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone

Subject = tuple[str, str]
WORKERS = tuple(p.staff_id for p in PEOPLE.values() if "repair_worker" in p.roles)
_NEXT = {
    "open": ("assigned", "assigned", "urgency_set"),
    "assigned": ("accepted", "assigned"),
    "accepted": ("arrived", "escalated", "assigned"),
    "on_site": ("finished", "found", "progress_reported", "assigned"),
}
"""What mostly comes next on a job, by its stage."""
_ANYTHING = (
    "assigned", "accepted", "arrived", "finished", "progress_reported", "escalated", "voided", "closed", "confirmed",
    "urgency_set", "amended", "flag_settled", "called_back", "promise_settled", "weather_noted", PASSED_ON,
)  # fmt: skip


class Work:
    """One piece of somebody's work: entries made by one tap, with their attachments."""

    def __init__(self, phone: SimPhone, rng: random.Random) -> None:
        self.phone = phone
        self.rng = rng
        self.entries: list[Entry] = []
        self.attachments: dict[str, bytes] = {}

    def make(self) -> None:
        """Think of something to do with what is on this phone."""
        rng = self.rng
        subjects = self._subjects()
        if not subjects or rng.random() < 0.25:
            self._open()
            return
        subject, stage = rng.choice(subjects)
        kind = rng.choice(_NEXT.get(stage, _ANYTHING)) if rng.random() < 0.7 else rng.choice(_ANYTHING)
        if subject[0] == VISIT:
            kind = rng.choice(("promise_settled", "amended", "weather_noted", "flag_settled"))
        elif subject[0] in (THING, MATTER):
            kind = rng.choice(("amended", "weather_noted", "flag_settled", "finished"))
        if kind in ("assigned", "accepted", "progress_reported") and subject[0] == TICKET:
            self._receive(subject)
        self._add(kind, subject, self._body(kind, subject))
        if rng.random() < 0.2:
            self._add("progress_reported", subject, {"note": "也看了"})

    def _open(self) -> None:
        person = self.phone.person
        rng, roles = self.rng, (*person.roles, *(person.there if self.phone.world.two else ()))
        doors = homes(self.phone.world.two)
        places = [{"address": "南门岗亭"}, *doors]
        if self.phone.world.two:
            places.append({"address": "北门岗亭", "estate": OTHER})
        place: Mapping[str, str] = rng.choice(places)
        draw = rng.random()
        if draw < 0.08:
            self._add("meter_read", ("meter", self._id()), {"reading": rng.randrange(10_000), "unit": "kWh"})
        elif "steward" in roles and draw < 0.6:
            subject = (VISIT, self._id())
            body = {"occasion": "monthly", "met": True, "met_name": "张伟", "met_capacity": "self"}
            promises = [{"what": "换灯", "until": "2026-12-01"}]
            self._add("visited", subject, {**body, **rng.choice(doors), "promises": promises})
        else:
            body = {"ticket_kind": "job", "content": "灯不亮", "requested_at": self.phone.clock(), "channel": "desk"}
            subject = (TICKET, self._id())
            # Drawn apart, so that the seeds on record play what they played.
            body["ticket_kind"] = random.Random(subject[1]).choice(("job", "public_repair"))
            urgent = {"urgent": True} if rng.random() < 0.2 else {}
            self._add("ticket_opened", subject, {**body, **place, **urgent})
            if "desk" in roles and rng.random() < 0.6:
                self._add("assigned", subject, {"worker_id": rng.choice(WORKERS)})

    def _receive(self, subject: Subject) -> None:
        """Now and then somebody says first that engineering has it (A.1, A.9); drawn apart from all else."""
        drawn = random.Random(f"{subject[1]} {self.phone.name} {len(self.entries)} {self.phone.clock()}")
        if drawn.random() < 0.4:
            self.entries.append(self._entry("received", subject, {}))

    def _body(self, kind: str, subject: Subject) -> dict[str, Any]:
        rng = self.rng
        later = {"since_version": 9} if rng.random() < 0.04 else {}  # a member of a newer version's body
        bodies: dict[str, dict[str, Any]] = {
            "assigned": {"worker_id": rng.choice(WORKERS)},
            PASSED_ON: {"worker_id": rng.choice(WORKERS)},
            "progress_reported": {"note": f"第{rng.randrange(100)}次"},
            "escalated": {"reason": "要配件"},
            "urgency_set": {"urgent": rng.random() < 0.5},
            "finished": {"result": "修好了"},
            "voided": {"reason": "重复"},
            "closed": {"reason": "住户取消"},
            "called_back": {"satisfied": True},
            "promise_settled": {"index": 0, "outcome": "换好了"},
            "found": {"listed": False, "description": "灯座坏"},
            "weather_noted": {"sky": "多云"},
        }
        if kind == "amended":
            return self._amendment(subject)
        if kind == "flag_settled":
            return {"entry_id": self._some_entry(subject), "decision": rng.choice(("accept", "set_aside"))}
        return {**bodies.get(kind, {}), **later}

    def _amendment(self, subject: Subject) -> dict[str, Any]:
        entries = self._entries(subject)
        targets = [e for e in entries if e.kind in ("ticket_opened", "visited", "finished", "found")]
        if not targets:
            return {"target_id": self._id(), "body": {}, "reason": "写错"}
        target = self.rng.choice(targets)
        changed = {**target.body}
        if target.kind == "ticket_opened":
            changed["content"] = f"改为{self.rng.randrange(100)}"
            if self.rng.random() < 0.3:
                changed = {k: v for k, v in changed.items() if k not in HOMES[BUILDINGS[0]]}
                changed |= self.rng.choice(homes(self.phone.world.two))
        return {"target_id": target.id, "body": changed, "reason": "写错"}

    def _some_entry(self, subject: Subject) -> str:
        entries = self._entries(subject)
        return self.rng.choice(entries).id if entries else self._id()

    def _add(self, kind: str, subject: Subject, body: Mapping[str, Any]) -> None:
        refs = []
        if self.rng.random() < 0.15:
            data = self.rng.randbytes(self.rng.choice((40, 900, 2_500)))
            refs.append(BlobRef(sha256_hex(data), len(data), self.rng.choice((STROKES, "image/jpeg"))))
            self.attachments[refs[0].hash] = data
        extra = {"mood": "sunny"} if self.rng.random() < 0.03 else {}
        self.entries.append(self._entry(kind, subject, body, tuple(refs), extra))

    def _entry(
        self,
        kind: str,
        subject: Subject,
        body: Mapping[str, Any],
        blobs: tuple[BlobRef, ...] = (),
        extra: Mapping[str, Any] | None = None,
    ) -> Entry:
        return Entry(
            id=self._id(),
            kind=kind,
            subject_type=subject[0],
            subject_id=subject[1],
            body=body,
            author=self.phone.person.staff_id,
            device="",
            counter=0,
            made_at=self.phone.clock(),
            blobs=blobs,
            extra=extra or {},
        )

    def _id(self) -> str:
        return str(self.phone.world.ids.uuid7())

    def _subjects(self) -> list[tuple[Subject, str]]:
        table = schema.subjects
        query = select(table.c.type, table.c.id, table.c.stage).where(~table.c.dropped).order_by(table.c.id)
        with self.phone.peeking() as store, store.file.read() as connection:
            return [((row.type, row.id), row.stage) for row in connection.execute(query)]

    def _entries(self, subject: Subject) -> list[Entry]:
        with self.phone.peeking() as store:
            return sorted(store.entries(*subject), key=lambda e: e.id)
