"""What rounds and checks come to in a month (H5, M3, O6, P5, Q4, U5), against figures counted by hand: a made month,
one without anything, what came in late, and what was ended as a mistake."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import func, insert, select
from uuid6 import uuid7

from app.domain.forms import Form, read
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.fold import fold
from app.domain.subjects.place import PLACE
from app.domain.subjects.signing import facts_to_sign, make_content, signature_body
from app.domain.times import at_china
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import STROKES, BlobRef, Entry
from sync_server.reports import saying
from sync_server.store import duties as owed
from sync_server.store import tables
from sync_server.store.reports.report import COUNT, Figure
from sync_server.store.reports.working import work_out
from sync_server.store.subjects.follow_up.sheet import follow_ups
from sync_server.store.taking.entry_rows import of_subject
from sync_server.store.types import moment
from tests.server.conftest import Clock, Estate
from tests.support.field_device import STROKES_BYTES, FieldDevice, new_ticket
from tests.support.filled import built_in
from tests.support.forms import publish

FORMS: Final = (
    "vacant_check", "meter_reading", "meter_missed", "bill_delivered", "fee_reminder", "fee_kept", "notice_posted",
    "notice_removed", "cleaning_check", "cleaning_recheck", "cleaning_signin", "cleaning_materials", "event_plan",
    "event_signup", "event_came", "event_result",
)  # fmt: skip
PHOTO: Final = "a" * 64
HAND: Final[dict[str, dict[str, int | None]]] = {
    "vacant-units": {
        "owed": 2, "checked": 1, "late": 0, "missing": 1, "found": 2, "item-leak": 1, "item-window": 1, "waits": 1,
        "age-week": 0, "age-month": 1, "age-older": 0,
    },
    "fees-at-doors": {
        "owed": 2, "delivered": 1, "failed": 1, "undone": 0, "promised": 2, "kept": 1, "part": 0, "broken": 1,
        "waiting": 0,
    },
    "notices": {"due": 3, "in_time": 1, "late": 1, "still": 1, "waiting": 0, "board-building-1": 2, "never": 0},
    "cleaning": {
        "checks": 3, "mean": 33, "poor": 2, "right": 1, "waiting": 1, "post-lobby": 35, "post-garden": 30, "signed": 1,
        "material-bags": 5, "material-gloves": 1,
    },
    "events": {
        "planned": 1, "held": 1, "not_held": 0, "cost": 120_000, "over_budget": 1, "photos": 2, "participants": 12,
        "guests": 2, "there": 1,
    },
    "meters": {
        "owed": 8, "read": 3, "read-water": 2, "read-power": 1, "missed": 1, "left": 4, "odd": 1, "odd-high": 0,
        "odd-less": 1, "odd-still": 0, "why-broken": 1,
    },
}  # fmt: skip
"""Counted by hand from ``Made``, as it is known on the first of December."""
LATE: Final[dict[str, dict[str, int]]] = {
    "vacant-units": {"checked": 2, "missing": 0}, "meters": {"read": 5, "left": 2}, "cleaning": {"checks": 4},
}  # fmt: skip
"""What changes when a phone that lay in a drawer since November syncs in December."""


class Made:
    """A month of a small estate: two homes, two vacant units, a steward, a cleaning lead, a culture clerk."""

    def __init__(self, estate: Estate, clock: Clock) -> None:
        self.estate, self.clock = estate, clock
        estate.add_staff("boss", "manager", "culture_clerk", "cleaning_lead", "cleaner")
        with estate.store.numbered() as write:
            for room in ("301", "302"):
                row = {"id": f"unit-{room}", "building_id": estate.b1, "entrance": "1", "floor": 3, "room": room,
                       "area": None, "address": f"1栋1单元{room}", "changed_at": moment(write.now)}  # fmt: skip
                write.execute(insert(tables.units).values(row))
        self.forms: dict[str, Form] = {form.id: form for form in map(read, built_in(*FORMS))}
        publish(estate.store, *built_in(*FORMS))
        self.steward, self.boss = (FieldDevice(estate, f"staff-{who}", clock) for who in ("steward", "boss"))
        self.drawer = FieldDevice(estate, "staff-steward", clock)
        self.home, self.other = estate.home, estate.other_home

    def at(self, month: int, day: int, hour: int = 10) -> None:
        """Go on to a moment."""
        self.clock.now = at_china(date(2026, month, day), hour)

    def entry(self, device: FieldDevice, form_id: str, where: Any = None, case: str = "", **answers: Any) -> Entry:
        """Make the entry that fills in a form."""
        form = self.forms[form_id]
        chain = {name: form.settings[name] for name in ("case", "step", "after", "ends") if form.settings.get(name)}
        more = {name: answers.pop(name) for name in ("raised", "about_type", "about_id") if name in answers}
        body = {
            "form": form.hash, "form_id": form.id, "title": form.id, "facts": {"started": self.clock.now}, "shown": [],
            "answers": answers, **chain, **(where or {}), **more,
        }  # fmt: skip
        signers = [one.signer for one in form.all if one.signer == "manager"]
        return device.make(
            "form_filled", (CASE, case or str(uuid7())), body | ({"signers": signers} if signers else {})
        )

    def say(self, device: FieldDevice, form_id: str, where: Any = None, case: str = "", **answers: Any) -> str:
        """Fill a form in, and send it; return its case."""
        entry = self.entry(device, form_id, where, case, **answers)
        (answer,) = device.push(entry)
        assert answer.problem is None, answer
        return entry.subject_id

    def end(self, case: str) -> None:
        """End a case that was a mistake."""
        self.boss.do("case_ended", (CASE, case), {"reason": "填错了"})

    def sign(self, case: str) -> None:
        """Have the manager sign."""
        with self.estate.store.read() as connection:
            state = fold(CASE, of_subject(connection, (CASE, case)))
        content = make_content(CASE, facts_to_sign(state, CASE), ["x"], "2026-11-18")
        body = signature_body(purpose=CASE, signer="manager", name="王", capacity="staff", content=content,
                              strokes=STROKES_BYTES)  # fmt: skip
        blob = BlobRef(sha256_hex(STROKES_BYTES), len(STROKES_BYTES), STROKES)
        (answer,) = self.boss.push(self.boss.make("signed", (CASE, case), body, blobs=(blob,)))
        assert answer.problem is None, answer

    def vacant(self, unit: str) -> dict[str, str]:
        """The place of a vacant unit."""
        return {"unit_id": unit, "building_id": self.estate.b1, "address": f"1栋1单元{unit[-3:]}"}

    def month(self) -> None:
        """Play it."""
        steward, boss, house = self.steward, self.boss, {"building_id": self.estate.b1, "address": "1栋"}
        self.at(10, 21)
        self.say(steward, "meter_reading", self.home, meter="water", reading="50")
        self.at(11, 18)
        event = self.say(
            boss, "event_plan", {"address": "花园"}, name="游园", day="2026-11-22", budget="1000", people="9"
        )
        self.sign(event)
        guests = [
            self.say(steward, "event_signup", self.home, event="游园", name=name, phone="13800001111", people="2",
                     photos="no", about_type=CASE, about_id=event)
            for name in ("甲", "乙")
        ]  # fmt: skip
        self.at(11, 20)
        leak = {"#": "r1", "area": "kitchen", "item": "leak", "photo": PHOTO, "repair": "yes"}
        window = {"#": "r2", "area": "bath", "item": "window", "photo": PHOTO, "repair": "no"}
        ticket = new_ticket()
        desk = FieldDevice(self.estate, self.estate.desk_id, self.clock)
        desk.push(desk.open_ticket(ticket, self.vacant("unit-301")))
        raised = [{"path": "defect[r1]/repair", "what": "repair", "type": "ticket", "id": ticket[1]}]
        found = {"water": "9", "power": "9", "found": "yes", "tag": "T"}
        self.say(steward, "vacant_check", self.vacant("unit-301"), **found, defect=[leak, window], raised=raised)
        self.end(self.say(steward, "vacant_check", self.vacant("unit-302"), **found, defect=[leak, window]))
        self.say(steward, "meter_reading", self.home, meter="water", reading="40", why_less="misread")
        self.say(steward, "meter_missed", self.home, meter="power", why="broken")
        for home, day in ((self.home, "2026-11-28"), (self.other, "2026-11-29"), (self.home, "2026-12-20")):
            case = self.say(steward, "fee_reminder", home, how="door", answer="promises", promised=day)
            if day == "2026-11-28":
                paid = case
        late, early, _ = (
            self.say(steward, "notice_posted", house, kind="works", heading="停水", photo=PHOTO, until=f"2026-11-{day}")
            for day in (22, 24, 26)
        )  # fmt: skip
        self.checks(boss)
        self.at(11, 22)
        self.say(boss, "event_result", {"address": "花园"}, event, people="12", shows="neither", photo=PHOTO,
                 photo_2=PHOTO, spent="1200", went="well", incident="no")  # fmt: skip
        for guest, came in zip(guests, ("2", "0"), strict=True):
            self.say(steward, "event_came", self.home, guest, people=came)
        self.at(11, 25)
        for notice in (late, early):
            self.say(steward, "notice_removed", house, notice, photo=PHOTO)
        self.at(11, 26)
        self.say(steward, "bill_delivered", self.home, how="handed")
        self.say(steward, "bill_delivered", self.other, how="failed", why="moved")
        # A phone that lies in a drawer until December.
        self.unsent = [
            self.entry(self.drawer, "vacant_check", self.vacant("unit-302"), water="1", power="1", found="no", tag="T"),
            self.entry(self.drawer, "cleaning_check", {"address": "电梯"}, score="4", area="lift"),
        ]
        self.at(11, 28)
        self.say(steward, "fee_kept", self.home, paid, kept="yes")
        self.at(12, 1, 1)
        with self.estate.store.numbered() as write:
            owed.close(write)

    def checks(self, lead: FieldDevice) -> None:
        """Check three posts, one of them again, sign in, take materials; one entry of each was a mistake."""
        lobby = {"about_type": PLACE, "about_id": "lobby"}
        poor = self.say(
            lead, "cleaning_check", {"address": "大堂"}, score="2", area="lobby", again="2026-11-21", **lobby
        )
        self.say(lead, "cleaning_recheck", {"address": "大堂"}, poor, score="4")
        self.say(lead, "cleaning_check", {"address": "大堂"}, score="5", area="lobby", **lobby)
        self.say(lead, "cleaning_check", {"address": "花园"}, score="3", area="green", contractor="绿源",
                 about_type=PLACE, about_id="garden")  # fmt: skip
        self.say(lead, "cleaning_signin", {"address": "大堂"}, shift="morning", **lobby)
        taken = [{"#": "m1", "what": "bags", "number": "5"}, {"#": "m2", "what": "gloves", "number": "1"}]
        self.say(lead, "cleaning_materials", material=taken, area="building")
        self.end(self.say(lead, "cleaning_materials", material=taken, area="building"))
        self.end(self.say(lead, "cleaning_check", {"address": "大堂"}, score="1", area="lobby", **lobby))

    def figures(self, report: str, period: str = "2026-11") -> dict[str, Figure]:
        """Work a report out."""
        with self.estate.store.read() as connection:
            found = work_out(connection, None, report, period, self.clock.now)
        return {one.id: one for one in found.figures}


@pytest.fixture
def made(fresh_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """The month, in a store of each kind in turn, on the first of December."""
    clock = Clock(at_china(date(2026, 10, 20), 9))
    estate = Estate(fresh_url, tmp_path / "server")
    monkeypatch.setattr(estate.store, "now", clock)
    found = Made(estate, clock)
    found.month()
    return found


@pytest.mark.proves("H5", "M3", "O6", "P5", "Q4", "U5", "W3", "W4")
def test_a_made_month_is_as_counted_by_hand_and_what_comes_in_afterwards_changes_it_with_a_mark(made: Made) -> None:
    counted: set[str] = set()
    for report, hand in HAND.items():
        found = made.figures(report)
        assert {name: found[name].number for name in hand if name in found} == hand, report
        assert not any(line.late for one in found.values() for line in one.lines), report
        parts = [one for one in found.values() if one.of is not None and one.makes == COUNT]
        assert all(set(one.lines) <= set(one.of or ()) for one in parts), report
        counted |= {line.subject[1] for one in found.values() for line in one.lines if line.subject[0] == CASE}
        empty = made.figures(report, "2026-07")
        assert {one.number or 0 for one in empty.values()} == {0}, report
    with made.estate.store.read() as connection:
        drawn = connection.scalar(select(func.count()).where(follow_ups.c.source == "event"))
        ended = {id_ for id_ in counted if fold(CASE, of_subject(connection, (CASE, id_))).ended}  # type: ignore[attr-defined]
    assert counted and not ended, "what was a mistake counts nowhere"
    events, fees, cleaning = (made.figures(name) for name in ("events", "fees-at-doors", "cleaning"))
    assert (events["drawn"].number, events["asked"].number) == (drawn, 0)
    assert fees["delivered"].percent == 50
    assert {line.person for line in fees["delivered"].lines} == {made.estate.steward_id}
    (leak,) = made.figures("vacant-units")["item-leak"].lines
    assert leak.subject[0] == "ticket" and leak.words.startswith("厨房 渗漏")
    posts = {one.said[0]: saying.number(one) for id_, one in cleaning.items() if id_.startswith("post-")}
    assert posts == {"大堂": "3.5 分", "花园（绿源）": "3.0 分"}
    made.drawer.push(*made.unsent)
    for report, changed in LATE.items():
        found = made.figures(report)
        assert {name: found[name].number for name in changed} == changed, report
        marked = {line.subject[1] for one in found.values() for line in one.lines if line.late}
        assert marked and marked <= {entry.subject_id for entry in made.unsent}, report
