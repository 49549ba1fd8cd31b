"""The demo estate's past: two months of repairs and visits, fed through the server's own code for accepting entries.

Every entry is made on a registered device of a member of staff, sealed into that device's chain and taken in by the
code behind ``POST /v1/sync``, at the time at which it would have arrived. No rule is bypassed: an entry that the rules
refuse makes the whole history fail.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from app.domain.times import DAY, SECOND, at_china
from app.domain.wire import protocol
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import STROKES, BlobRef, Entry
from sync_server.estate.data import EstateData, StaffMember, make_id
from sync_server.store.people.identity import Identity
from sync_server.store.store import Store
from sync_server.store.subjects.follow_up.planning import draw_by
from sync_server.store.taking.replaying import Replay, entries_of_device, replaying
from tools.demo.estate import DEMO_SEED, STAFF
from tools.demo.evenings import correct_some, is_done, play_paperwork
from tools.demo.festive import play_festive_round
from tools.demo.follow_ups import followed_up
from tools.demo.jobs import play_jobs
from tools.demo.keys import play_keys
from tools.demo.matters import play_matters
from tools.demo.office import play_office
from tools.demo.plot import Act, Plot
from tools.demo.receipts import play_receipts
from tools.demo.repairs import infeasible, judged_first, public_repair, repair, taken_over
from tools.demo.rounds import play_rounds

OnProgress = Callable[[int, int], None]
"""Called with the number of entries taken in so far and the number of all entries."""

_PHONES = (("Redmi Note 13", "android"), ("华为畅享 70", "android"), ("荣耀 X50", "android"), ("iPhone 13", "ios"))
_VERSION = "1.0.0"


@dataclass(frozen=True)
class Mix:
    """How much of each kind of story happens, in numbers per 60 days."""

    repairs: float = 300
    declined: float = 24
    unlisted: float = 12
    judged_first: float = 14
    infeasible: float = 5
    public: float = 48
    jobs: float = 8
    visits: float = 700
    raised: float = 30
    taken_over: float = 2
    amended: float = 4
    amended_visits: float = 2
    keys: float = 36
    lent: float = 10
    sent: float = 90
    """Jobs as records of their own; ``jobs`` are tickets of the kind job, as jobs were kept before."""
    matters: float = 80

    def of(self, days: int) -> dict[str, int]:
        """Return the numbers for a past of ``days`` days; even a rare story happens at least once."""
        return {name: max(1, round(number * days / 60)) for name, number in vars(self).items()}


@dataclass(frozen=True)
class HistoryReport:
    """What was played. ``played`` is false, and everything else empty, when the store had this past already."""

    played: bool
    entries: int = 0
    pushes: int = 0
    tickets: int = 0
    visits: int = 0
    signatures: int = 0
    made: Mapping[str, int] = field(default_factory=dict)
    """Number of stories by kind, as in ``Mix``."""
    kinds: Mapping[str, int] = field(default_factory=dict)
    """Number of entries by kind, without those that the server made itself."""
    flagged: tuple[str, ...] = ()
    """Ids of entries that do not fit, on purpose: the server kept and flagged them."""
    changed: tuple[str, ...] = ()
    """Ids of tickets and visits that were corrected after signing."""
    followed_up: Mapping[str, int] = field(default_factory=dict)
    """Number of entries by kind about the follow-ups that the server planned (D.2); ``entries`` does not count them."""
    devices: Mapping[str, str] = field(default_factory=dict)
    """Id of each staff member's device, by staff id."""


class HistoryRefused(RuntimeError):
    """The server did not answer an entry of the history as planned."""


def play_history(
    store: Store,
    estate: EstateData,
    *,
    now: int,
    seed: int = DEMO_SEED,
    days: int = 60,
    mix: Mix | None = None,
    on_progress: OnProgress | None = None,
) -> HistoryReport:
    """Play the ``days`` before ``now`` (ms) into a store that has the estate; does nothing if the store has that past
    already.

    The same ``seed`` and ``now`` give the same entries by the staff (the server's own, such as ticket numbers, get new
    ids). Everything is committed at once: an interrupted history leaves nothing. Raises ``HistoryRefused``, and
    ``ValueError`` for an estate that lacks the staff or homes this needs.
    """
    return _play(store, estate, _name(seed), now, seed, days, mix or Mix(), on_progress)


def has_history(store: Store, estate_code: str, seed: int = DEMO_SEED) -> bool:
    """Whether the demo's past has been played into the store."""
    return any(entries_of_device(store, _device(estate_code, _name(seed), person.number)) for person in STAFF)


def fill_many(
    store: Store,
    estate: EstateData,
    *,
    now: int,
    entries: int = 20_000,
    seed: int = DEMO_SEED,
    on_progress: OnProgress | None = None,
) -> HistoryReport:
    """Play a longer past of at least ``entries`` entries, for measurements; the store may have another history, too."""
    days = max(2, entries // 115)
    while (made := len(_plan(estate, now, seed, days, Mix()).acts)) < entries:
        days = max(days + 1, round(days * entries / made * 1.01))
    return _play(store, estate, f"many {seed} {entries}", now, seed, days, Mix(), on_progress)


def _name(seed: int) -> str:
    return f"history {seed}"


def _device(estate_code: str, name: str, number: str) -> str:
    """Return the id of the device on which somebody makes the history ``name``; always the same, so that a history that
    was played before is recognised."""
    return make_id(estate_code, name, number)


@dataclass(slots=True)
class _Plan:
    plot: Plot
    acts: list[Act]
    made: dict[str, int]


def _plan(estate: EstateData, now: int, seed: int, days: int, mix: Mix) -> _Plan:
    """Draw everything that happens, up to ``now`` (ms)."""
    plot = Plot(estate, now=now, days=days, seed=seed)
    n = mix.of(days)
    raised = play_rounds(plot, n["visits"], n["raised"])
    visits = list(plot.threads)
    stories: list[Callable[[], object]] = [partial(repair, plot, one) for one in raised]
    stories += [partial(repair, plot)] * max(0, n["repairs"] - len(raised))
    stories += [partial(repair, plot, declined=True)] * n["declined"]
    stories += [partial(repair, plot, unlisted=True)] * n["unlisted"]
    stories += [partial(judged_first, plot)] * n["judged_first"]
    stories += [partial(infeasible, plot)] * n["infeasible"]
    stories += [partial(public_repair, plot)] * n["public"]
    stories += [partial(public_repair, plot, job=True)] * n["jobs"]
    stories += [partial(taken_over, plot, settled=number % 2 == 1) for number in range(n["taken_over"])]
    for story in stories:
        story()
    done = [thread for thread in plot.threads if is_done(thread)]
    play_paperwork(plot, done)
    correct_some(plot, done, visits, n["amended"], n["amended_visits"])
    play_keys(plot, n["keys"], n["lent"])
    play_receipts(plot, seed)
    play_jobs(plot, n["sent"])
    play_matters(plot, seed, n["matters"])
    play_festive_round(plot)
    play_office(plot, seed)
    last = now - SECOND
    acts = [act for thread in plot.threads for act in thread.acts if act.at < last]
    for act in acts:
        act.sent = min(act.sent, last)
    acts.sort(key=lambda act: act.at)
    return _Plan(plot, acts, n)


def _play(
    store: Store,
    estate: EstateData,
    name: str,
    now: int,
    seed: int,
    days: int,
    mix: Mix,
    on_progress: OnProgress | None,
) -> HistoryReport:
    devices = {member.id: _device(estate.estate.code, name, member.number) for member in estate.staff}
    if any(entries_of_device(store, device) for device in devices.values()):
        return HistoryReport(played=False)
    plan = _plan(estate, now, seed, days, mix)
    authors = {act.author for act in plan.acts}
    sealing = _Sealing(devices, seed)
    pushes = sealing.pushes(plan.acts)
    begin = at_china(plan.plot.first_day, 0) - DAY
    with replaying(store) as replay:
        # A secret decides which repairs are followed up: here the demo's own, so that its past is always the same.
        draw_by(replay.at(begin), f"demo {seed}")
        who = {
            member.id: _register(replay, member, devices[member.id], begin, number)
            for number, member in enumerate(estate.staff)
            if member.id in authors
        }
        done = 0
        for push in pushes:
            _push(replay, who[push.author], push, plan.plot.flagged)
            done += len(push.acts)
            if on_progress:
                on_progress(done, len(plan.acts))
        again = _follow_up(replay, estate, plan.plot, name, seed, begin, now)
    return _report(plan, len(pushes), {member: devices[member] for member in authors}, again)


def _follow_up(
    replay: Replay, estate: EstateData, plot: Plot, name: str, seed: int, begin: int, now: int
) -> dict[str, int]:
    """Play what was done about the follow-ups that the server planned, on separate devices; return entries by kind."""
    acts = followed_up(replay.at(now), plot, seed)
    _on_other_phones(replay, estate, f"{name} follow-ups", acts, seed, begin)
    return dict(Counter(act.kind for act in acts))


def play_more(store: Store, estate: EstateData, name: str, acts: list[Act], seed: int, begin: int) -> None:
    """Play more of the past, in order of time, on phones that were signed in at ``begin`` (ms) and did nothing else.

    Raises ``HistoryRefused``.
    """
    with replaying(store) as replay:
        _on_other_phones(replay, estate, f"{seed} {name}", acts, seed, begin)


def _on_other_phones(replay: Replay, estate: EstateData, name: str, acts: list[Act], seed: int, begin: int) -> None:
    devices = {member.id: _device(estate.estate.code, name, member.number) for member in estate.staff}
    authors = {act.author for act in acts}
    who = {
        member.id: _register(replay, member, devices[member.id], begin, number)
        for number, member in enumerate(estate.staff)
        if member.id in authors
    }
    for push in _Sealing(devices, seed).pushes(acts):
        _push(replay, who[push.author], push, set())


@dataclass(slots=True)
class _Push:
    """What one phone sends at once; ``skew`` is by how many ms its clock is ahead."""

    author: str
    at: int
    skew: int
    acts: list[Act] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


class _Sealing:
    """Makes the entries of each phone, numbered and chained, and groups them into pushes."""

    def __init__(self, devices: Mapping[str, str], seed: int) -> None:
        self.devices = devices
        self.seed = seed
        self.heads: dict[str, tuple[int, str]] = defaultdict(lambda: (0, ""))

    def pushes(self, acts: list[Act]) -> list[_Push]:
        """Return all pushes in order of time; ``acts`` must be in order of time."""
        mine: dict[str, list[Act]] = defaultdict(list)
        for act in acts:
            mine[act.author].append(act)
        found: list[_Push] = []
        for author, own in mine.items():
            skew = self._skew(author)
            open_: _Push | None = None
            times = sorted({act.sent for act in own}, reverse=True)
            for act in own:
                if open_ is None or act.at > open_.at or len(open_.acts) == protocol.MAX_BATCH:
                    while times[-1] < act.at:
                        times.pop()
                    open_ = _Push(author, times[-1], skew)
                    found.append(open_)
                open_.acts.append(act)
                open_.entries.append(self._seal(act, skew))
        return sorted(found, key=lambda push: push.at)

    def _skew(self, author: str) -> int:
        """Return the error of the author's phone clock in ms: mostly up to 1.5 s, for one in six up to 4 minutes."""
        rng = random.Random(f"clock {self.seed} {author}")
        return rng.randrange(-240, 240) * SECOND if rng.random() < 1 / 6 else rng.randrange(-1500, 1500)

    def _seal(self, act: Act, skew: int) -> Entry:
        device = self.devices[act.author]
        counter, prev = self.heads[device]
        blobs: tuple[BlobRef, ...] = ()
        if act.strokes is not None:
            blobs = (BlobRef(sha256_hex(act.strokes), len(act.strokes), STROKES),)
        entry = Entry(
            act.id, act.kind, *act.subject, act.body, act.author, device, counter + 1, act.at + skew, blobs=blobs
        ).sealed(device=device, counter=counter + 1, prev=prev)
        self.heads[device] = (counter + 1, entry.hash)
        return entry


def _register(replay: Replay, member: StaffMember, device: str, at: int, number: int) -> Identity:
    phone, platform = _PHONES[number % len(_PHONES)]
    return replay.device(member.id, device, at, name=f"{member.name}的{phone}", platform=platform, version=_VERSION)


def _push(replay: Replay, who: Identity, push: _Push, meant: set[str]) -> None:
    answers = replay.push(who, push.entries, received_at=push.at, sent_at=push.at + push.skew)
    for act, answer in zip(push.acts, answers, strict=True):
        wanted = protocol.FLAGGED if act.id in meant else protocol.ACCEPTED
        if answer.status != wanted:
            why = answer.problem.name if answer.problem else ", ".join(answer.flags)
            raise HistoryRefused(
                f"{act.kind} of {act.subject[0]} {act.subject[1]}: {answer.status} {why}, not {wanted}"
            )
        if act.strokes is not None:
            replay.put_blob(act.strokes, push.at)


def _report(plan: _Plan, pushes: int, devices: dict[str, str], again: Mapping[str, int]) -> HistoryReport:
    kinds = Counter(act.kind for act in plan.acts)
    subjects = Counter(subject_type for subject_type, _id in {act.subject for act in plan.acts})
    return HistoryReport(
        played=True,
        entries=len(plan.acts),
        pushes=pushes,
        tickets=subjects["ticket"],
        visits=subjects["visit"],
        signatures=kinds["signed"] + again.get("signed", 0),
        followed_up=again,
        made=plan.made,
        kinds=dict(kinds),
        flagged=tuple(sorted(plan.plot.flagged)),
        changed=tuple(sorted(plan.plot.changed)),
        devices=devices,
    )
