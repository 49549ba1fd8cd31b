"""The demo estate's keys and lent items, in every state they can be in, some overdue (G.1-G.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from app.domain.subjects.thing import kinds
from app.domain.subjects.thing.facts import step_facts
from app.domain.subjects.thing.state import ThingState
from app.domain.times import DAY, HOUR, MINUTE, at_china, china_day
from app.domain.writing.tags import ALPHABET, KEY, THING, Tag, estate_mark
from sync_server.estate.data import Household, Person, StaffMember
from tools.demo.plot import CAPACITY_OF, Plot, Thread, door_of

_PURPOSES = ("出差期间代收快递", "委托装修监工进出", "长期在外，定期通风", "房屋出租带看", "家中老人应急备用")
_LENT_FOR = ("厨房下水检修", "带看房屋", "空调漏水检查", "进户关总阀", "燃气表抄读")
_THINGS = (
    (kinds.UMBRELLA, "雨伞 1 号", "前台伞架"),
    (kinds.UMBRELLA, "雨伞 2 号", "前台伞架"),
    (kinds.WHEELCHAIR, "轮椅", "大堂"),
    (kinds.TROLLEY, "平板推车", "大堂"),
    (kinds.RADIO, "对讲机 03", "充电座"),
    (kinds.RADIO, "对讲机 07", "充电座"),
    (kinds.TOOL, "冲击钻", "工具柜 2"),
    (kinds.TOOL, "管道疏通机", "工具柜 5"),
    (kinds.TOOL, "人字梯", "工具间"),
    (kinds.KEY, "3栋天台门钥匙", "D-01"),
)

LONGEST = 6 * DAY
"""Longest time from the day a key is entrusted to the end of its story, in ms."""

Who = tuple[str, str, str]
"""Name, capacity, and id of the person in whose hand a signature is drawn."""


def play_keys(plot: Plot, keys: int, lent: int) -> None:
    """Add ``keys`` entrusted keys and up to ``lent`` of the company's own items, each with a story of its own.

    Adds nothing if the past is shorter than the longest story.
    """
    if at_china(plot.first_day, 9) >= plot.now - LONGEST:
        return
    stories = (_on_rack, _overdue, _came_back, _handed_on, _given_back, _tag_lost, _came_back_short, _lent_twice)
    cast = plot.cast
    for number in range(keys):
        steward = cast.stewards[number % len(cast.stewards)]
        homes = [home for home in cast.homes if home.building_id in steward.building_ids]
        story = _Key(plot, steward, plot.pick(homes), number)
        stories[number % len(stories)](story)
    for number in range(min(lent, len(_THINGS))):
        _stock(plot, number)


class _Key:
    """One entrusted key: who looks after it, and what is done with it, step by step."""

    def __init__(self, plot: Plot, steward: StaffMember, home: Household, number: int) -> None:
        self.plot = plot
        self.steward = steward
        self.person = plot.person(home)
        self.worker = plot.cast.workers[number % len(plot.cast.workers)]
        self.rack = f"{'ABC'[number % 3]}-{number // 3 + 1:02d}"
        self.pieces = plot.pick((1, 2, 2, 3))
        self.at = plot.moment(9, 17, plot.now - LONGEST)
        self.thread = plot.thread(kinds.THING, self.at)
        self.tag = _tag(plot, KEY)
        until = china_day(plot.now) + timedelta(days=plot.rng.randrange(20, 120))
        self.step(
            "entrusted",
            thing_kind=kinds.KEY,
            name=plot.pick(("入户门钥匙", "入户门钥匙", "入户门及信箱钥匙")),
            **door_of(home),
            given_by=self.person.name,
            capacity=CAPACITY_OF[self.person.relation],
            phone=self.person.phone or None,
            purpose=plot.pick(_PURPOSES),
            until=until.isoformat(),
            rack=self.rack,
            tag=self.tag,
        )
        self.both(self.resident, _staff(steward))

    @property
    def resident(self) -> Who:
        return self.person.name, CAPACITY_OF[self.person.relation], self.person.id

    def step(self, kind: str, who: StaffMember | None = None, **body: Any) -> None:
        """Add a step a few hours or days later; pieces and condition stay as before unless given."""
        body = {"pieces": self.pieces, "condition": "good", **body}
        self.thread.act(who or self.steward, kind, self.at, **body)
        self.at = self.thread.acts[-1].at + MINUTE

    def both(self, giver: Who, taker: Who, by: StaffMember | None = None) -> None:
        """Let both sides sign the last step; ``by`` is the member of staff on whose phone."""
        state = cast(ThingState, self.thread.state)
        link = (state.disputed or state.links)[-1]
        for side, who in (("giver", giver), ("taker", taker)):
            facts = step_facts(state, link)
            self.thread.sign(by or self.steward, self.at, kinds.CUSTODY, side, *who, facts=facts)
            self.at = self.thread.acts[-1].at + MINUTE // 2

    def lend(self, to: StaffMember, hours: float, *, at: int | None = None) -> None:
        """Lend it to a worker for ``hours`` hours."""
        self.at = self.thread.acts[-1].at + self.plot.minutes(60, 1_500) if at is None else at
        to_whom: dict[str, Any] = {
            "to_kind": kinds.STAFF,
            "to_id": to.id,
            "to_name": to.name,
            "to_phone": to.phone or None,
        }
        due: dict[str, Any] = {"purpose": self.plot.pick(_LENT_FOR), "due_at": self.at + round(hours * HOUR)}
        self.step("lent", **to_whom, **due)
        self.both(_staff(self.steward), _staff(to))

    def bring_back(self, who: StaffMember, **more: Any) -> None:
        """Bring it back to the rack an hour or two later."""
        self.at += self.plot.minutes(30, 150)
        self.step("returned", who, from_id=who.id, from_name=who.name, rack=self.rack, **more)
        self.both(_staff(who), _staff(self.steward), by=who)


def _staff(member: StaffMember) -> Who:
    return member.name, "staff", member.id


def _tag(plot: Plot, kind: str) -> str:
    mark = estate_mark(plot.cast.estate.estate.id)
    return Tag(kind, mark, "".join(plot.pick(ALPHABET) for _ in range(4))).code


def _on_rack(key: _Key) -> None:
    """Leave the key on the rack: nothing more happens."""


def _overdue(key: _Key) -> None:
    late = key.plot.rng.choice((5, 26, 50))
    key.lend(key.worker, 4, at=key.plot.now - (late + 4) * HOUR)


def _came_back(key: _Key) -> None:
    for _ in range(2):
        key.lend(key.worker, 6)
        key.bring_back(key.worker)


def _handed_on(key: _Key) -> None:
    key.lend(key.worker, 26, at=key.plot.now - 20 * HOUR)
    workers = key.plot.cast.workers
    other = workers[(workers.index(key.worker) + 1) % len(workers)]
    key.at += 2 * HOUR
    giver = {"from_id": key.worker.id, "from_name": key.worker.name}
    key.step("handed_over", key.worker, **giver, to_kind=kinds.STAFF, to_id=other.id, to_name=other.name)
    key.both(_staff(key.worker), _staff(other), by=key.worker)


def _given_back(key: _Key) -> None:
    key.lend(key.worker, 6)
    key.bring_back(key.worker)
    key.at += key.plot.minutes(600, 2_000)
    person = key.person
    key.step("given_back", from_name=key.rack, to_name=person.name, capacity=CAPACITY_OF[person.relation])
    key.both(_staff(key.steward), key.resident)


def _tag_lost(key: _Key) -> None:
    key.at += key.plot.minutes(600, 2_000)
    key.thread.act(key.steward, "tag_lost", key.at, tag=key.tag, reason="标签绳断了，标签不见了")
    key.thread.act(key.steward, "tag_assigned", key.at + MINUTE, tag=_tag(key.plot, KEY), reason="补办标签")


def _came_back_short(key: _Key) -> None:
    key.pieces = max(2, key.pieces)
    key.lend(key.worker, 6)
    key.bring_back(key.worker, pieces=key.pieces - 1, condition="damaged", note="断了一把，已告知业主，待配")


def _lent_twice(key: _Key) -> None:
    """The desk lends the key while the steward's loan has not reached the server: the desk must settle the conflict."""
    plot = key.plot
    key.lend(key.worker, 30, at=plot.now - 22 * HOUR)
    desk, other = plot.cast.desk_at(plot.now), plot.person(plot.household())
    key.at += 10 * MINUTE
    body = {"to_kind": kinds.RESIDENT, "to_name": other.name, "to_id": other.household_id, "purpose": "亲属来访进门"}
    key.step("lent", desk, **body, due_at=plot.now + 6 * HOUR)
    plot.flagged.add(key.thread.acts[-1].id)
    key.both(_staff(desk), (other.name, CAPACITY_OF[other.relation], other.id), by=desk)


def _stock(plot: Plot, number: int) -> None:
    """Add one of the company's own items; every second one is lent, and one of these is overdue."""
    kind, name, rack = _THINGS[number]
    at = at_china(plot.first_day, 9) + number * 7 * MINUTE
    desk = plot.cast.desk[0]
    thread = plot.thread(kinds.THING, at)
    tag = _tag(plot, KEY if kind == kinds.KEY else THING)
    own: dict[str, Any] = {"pieces": 1, "condition": "good"}
    thread.act(desk, "stocked", at, thing_kind=kind, name=name, rack=rack, tag=tag, **own)
    if number % 2:
        return
    person = plot.person(plot.household())
    late = number == 2
    lent_at = plot.now - (30 if late else 2) * HOUR
    due_at = plot.now - 6 * HOUR if late else plot.now + 4 * HOUR
    _lend_out(plot, thread, desk, person, lent_at, due_at, staff=kind in (kinds.RADIO, kinds.TOOL))


def _lend_out(
    plot: Plot, thread: Thread, desk: StaffMember, person: Person, at: int, due_at: int, *, staff: bool
) -> None:
    worker = plot.pick(plot.cast.workers)
    who = _staff(worker) if staff else (person.name, CAPACITY_OF[person.relation], person.id)
    to_id = worker.id if staff else person.household_id
    to: dict[str, Any] = {"to_kind": kinds.STAFF if staff else kinds.RESIDENT, "to_id": to_id, "to_name": who[0]}
    thread.act(desk, "lent", at, **to, purpose="借用", due_at=due_at, pieces=1, condition="good")
    for side, signer in (("giver", _staff(desk)), ("taker", who)):
        thread.sign(desk, thread.acts[-1].at + MINUTE, kinds.CUSTODY, side, *signer)
