"""``python3 dev.py sim``: play seeds, replay one, or prove that planted faults are found.

python3 dev.py sim --seeds 1..2000         play seeds, on every core; shrinks and explains what fails
python3 dev.py sim --seed 77               play one, and print what happened
python3 dev.py sim --seed 77 --only 3,9    the same with some of its steps alone
python3 dev.py sim --planted               switch each planted fault on and look for it
python3 dev.py sim --store postgresql …    any of these with the server's store in PostgreSQL
"""

from __future__ import annotations

import argparse
import gc
import itertools
import multiprocessing
import multiprocessing.pool
import multiprocessing.util
import os
import platform
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from tests.sim import bugs, fast, plan, template, world
from tests.sim.disks import POSTGRESQL, SQLITE
from tests.sim.shrink import shrink
from tests.support import postgres

MOST = 2_000
"""Seeds in which a planted fault must be found."""


def main(arguments: Sequence[str]) -> int:
    """Run the command; 0 when all is as it must be, 1 when not, 2 when not understood."""
    parser = argparse.ArgumentParser(
        prog="dev.py sim", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seeds", type=_range, metavar="A..B", help="play these (1..2000)")
    parser.add_argument("--seed", type=int, help="play this one and print it")
    parser.add_argument("--only", type=_numbers, metavar="N,N", help="with --seed: only these steps")
    parser.add_argument("--bug", choices=sorted(bugs.BUGS), metavar="NAME", help="switch a planted fault on")
    parser.add_argument("--planted", nargs="?", const="all", metavar="NAME,…", help="find planted faults")
    parser.add_argument("--most", type=int, default=MOST, help="with --planted: seeds to look through for each")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (one per core)")
    parser.add_argument("--seconds", type=float, help="stop after this time")
    parser.add_argument("--store", choices=(SQLITE, POSTGRESQL), default=SQLITE, help="what the server keeps")
    parser.add_argument("--toy", action="store_true", help="with a type of subject that only the tests know")
    asked = parser.parse_args(arguments)
    if os.environ.get("PYTHONHASHSEED") != "0":
        # The order of sets is part of a run: it must be the same every time.
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, "-m", "tests.sim", *arguments])
    if asked.toy:
        from tests.toy import play

        with play.played():
            return _many(asked.seeds or range(1, 201), asked.bug, 1, asked.seconds, "")
    names = sorted(bugs.BUGS) if asked.planted == "all" else (asked.planted or "").split(",")
    with postgres.server() if asked.store == POSTGRESQL else nullcontext() as server:
        database = "" if server is None else server.url
        if asked.seed is not None:
            return _one(asked.seed, asked.only, asked.bug, database)
        if asked.planted:
            return _planted(names, asked.jobs, asked.most, database)
        return _many(asked.seeds or range(1, MOST + 1), asked.bug, asked.jobs, asked.seconds, database)


# -- playing in one process -----------------------------------------------------------------


class Player:
    """Plays seeds in this process, in memory where there is a file system in memory."""

    def __init__(self, folder: Path | None = None, database: str = "") -> None:
        """``database``: the address of a PostgreSQL server to keep the servers' stores in; SQLite without."""
        fast.share_compiled_statements()
        gc.disable()  # collecting in the middle of runs costs a fifth of the time; see ``_play``
        self._played = 0
        self._sound: dict[int, bool] = {}
        self.folder = folder or _place()
        self.postgres = postgres.PostgresServer(database) if database else None
        self._templates: dict[bool, template.Template] = {}

    def play(self, seed: int, bug: str | None, only: frozenset[int] | None = None) -> world.Result:
        """Play one seed, or some of its steps."""
        drawn = plan.draw(seed)
        steps = [step for step in drawn.steps if only is None or step.number in only]
        return self._play(drawn, steps, bug)

    def holds(self, seed: int) -> bool:
        """Tell whether all holds in a seed without any planted fault."""
        if seed not in self._sound:
            self._sound[seed] = not self.play(seed, None).violation
        return self._sound[seed]

    def shrink(self, seed: int, bug: str | None) -> world.Result:
        """Return the shortest part of a failing seed that still fails."""
        drawn = plan.draw(seed)
        few = shrink(drawn.steps, lambda steps: bool(self._play(drawn, steps, bug).violation), most=120)
        return self._play(drawn, few, bug)

    def _play(self, drawn: plan.Plan, steps: Sequence[plan.Step], bug: str | None) -> world.Result:
        self._played += 1
        if self._played % 20 == 0:
            gc.collect()
        beginning = self._template(drawn.two)  # made by the program as it is
        with bugs.switched_on(bug):
            return world.run(drawn, beginning, self.folder / "run", steps)

    def _template(self, two: bool) -> template.Template:
        if two not in self._templates:
            folder = self.folder / ("template-of-two" if two else "template")
            self._templates[two] = template.make(folder, self.postgres, two)
        return self._templates[two]

    def close(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.postgres is not None:
            self.postgres.drop_all()


_PREFIX = "shangmen-sim-"


def _place() -> Path:
    """Return a new folder, in memory where there is a file system in memory; remove those of runs that were killed."""
    memory = Path("/dev/shm")
    place = memory if memory.is_dir() else Path(tempfile.gettempdir())
    for left in place.glob(f"{_PREFIX}*-*"):
        owner = left.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdigit() and not postgres.alive(int(owner)):
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=place))


@contextmanager
def _player(database: str) -> Iterator[Player]:
    player = Player(database=database)
    try:
        yield player
    finally:
        player.close()


def _one(seed: int, only: frozenset[int] | None, bug: str | None, database: str) -> int:
    with _player(database) as player:
        result = player.play(seed, bug, only)
    print("\n".join(result.trace))
    print(f"\n✗ {result.violation}" if result.violation else "\n✓ all holds")
    return 1 if result.violation else 0


# -- playing on every core ------------------------------------------------------------------

_mine: Player | None = None
_place_of_all = ""
_database = ""


def _begin(place: str, database: str) -> None:
    global _place_of_all, _database
    _place_of_all, _database = place, database
    multiprocessing.util.Finalize(None, _end, exitpriority=1)


def _end() -> None:
    global _mine
    if _mine is not None:
        _mine.close()
    _mine = None


def _here() -> Player:
    """This process's player, made at the first task: what fails as a pool starts, the pool starts anew for ever."""
    global _mine
    if _mine is None:
        _mine = Player(Path(tempfile.mkdtemp(dir=_place_of_all)), _database)
    return _mine


def _work(task: tuple[int, str | None]) -> tuple[int, str]:
    return task[0], _here().play(task[0], task[1]).violation


def _find(task: tuple[str, int]) -> tuple[str, int, str]:
    """Look for a planted fault: a seed that sees it, beginning with the one that did when it was planted."""
    (name, most), player = task, _here()
    bug = bugs.BUGS[name]
    likely = sorted(range(1, MOST + 1), key=lambda seed: -plan.draw(seed).chances(bug.where))[:most]
    for seed in itertools.chain([bug.seed] if bug.seed else [], likely):
        violation = player.play(seed, name).violation
        if violation and player.holds(seed):
            return name, seed, violation.splitlines()[0]
    return name, 0, ""


class _Alone:
    """This process in place of a pool: one job needs no other, which would have to start first."""

    def imap_unordered(self, work: Callable[[Any], Any], tasks: Iterable[Any], chunksize: int = 1) -> Iterator[Any]:
        """See ``multiprocessing.pool.Pool``."""
        return map(work, tasks)


@contextmanager
def _players(jobs: int, database: str) -> Iterator[multiprocessing.pool.Pool | _Alone]:
    place = _place()
    try:
        if jobs == 1:
            _begin(str(place), database)
            yield _Alone()
            _end()
        else:
            with multiprocessing.get_context("spawn").Pool(jobs, _begin, (str(place), database)) as pool:
                yield pool
                pool.close()
                pool.join()  # so that each process removes what it put into a database server
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _many(seeds: range, bug: str | None, jobs: int, seconds: float | None, database: str) -> int:
    began = time.monotonic()
    failed: list[tuple[int, str]] = []
    played = 0
    with _players(jobs, database) as pool:
        for seed, violation in pool.imap_unordered(_work, ((seed, bug) for seed in seeds), chunksize=4):
            played += 1
            if violation:
                failed.append((seed, violation))
                print(f"✗ seed {seed}: {violation.splitlines()[0][:300]}", flush=True)
            if len(failed) >= 20 or (seconds is not None and time.monotonic() - began > seconds):
                if isinstance(pool, multiprocessing.pool.Pool):
                    pool.terminate()
                break
    took = time.monotonic() - began
    print(f"{played} seeds of {seeds.start}..{seeds.stop - 1}, {len(failed)} failed, {took:.0f} s, {_machine()}")
    if failed:
        _explain(min(failed)[0], bug, database)
    return 1 if failed else 0


def _explain(seed: int, bug: str | None, database: str) -> None:
    print(f"\nThe shortest part of seed {seed} that fails:\n")
    with _player(database) as player:
        result = player.shrink(seed, bug)
    numbers = ",".join(line.split()[1].rstrip(":") for line in result.trace if line.startswith("-- ") and ":" in line)
    print("\n".join(result.trace))
    print(f"\n✗ {result.violation}")
    more = (f" --bug {bug}" if bug else "") + (f" --store {POSTGRESQL}" if database else "")
    print(f"\npython3 dev.py sim --seed {seed} --only {numbers}{more}")


def _planted(names: Sequence[str], jobs: int, most: int, database: str) -> int:
    began = time.monotonic()
    missed = 0
    with _players(min(jobs, len(names)), database) as pool:
        for name, seed, violation in pool.imap_unordered(_find, [(name, most) for name in names]):
            missed += not seed
            print(f"✓ {name}: seed {seed}: {violation[:160]}" if seed else f"✗ {name}: not found", flush=True)
    print(f"{len(names) - missed} of {len(names)} planted faults found, {time.monotonic() - began:.0f} s, {_machine()}")
    return 1 if missed else 0


def _machine() -> str:
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}"
    )


def _range(text: str) -> range:
    first, _, last = text.partition("..")
    return range(int(first), int(last or first) + 1)


def _numbers(text: str) -> frozenset[int]:
    return frozenset(int(number) for number in text.split(",") if number)
