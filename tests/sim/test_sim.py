"""The short form of `python3 dev.py sim`: some seeds, a planted fault, and that a seed is the same run every time."""

from __future__ import annotations

import asyncio
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sim import bugs, plan
from tests.sim.loop import SimLoop
from tests.sim.shrink import shrink
from tests.support.postgres import PostgresServer

ROOT = Path(__file__).resolve().parents[2]

IN_SHORT = ("lost-scope-ignored", "sent-is-done", "refund-twice")
MORE = ("epoch-forgets-blobs", "epoch-sends-nothing", "refused-counts", "stale-cards")
OF_CHAINS = (
    "refund-early", "key-unsigned", "mail-twice", "call-never-ends", "held-unapproved", "removal-never-ends",
    "attended-twice", "case-two-tickets",
    "case-withdrawn", "case-differs", "case-sum-apart",
)  # fmt: skip
"""What costs somebody money, keys or rights (K5, L, G3, P, V, H)."""


def _sim(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the simulator as its command does: alone in a process, where the order of sets is fixed."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", **environment}
    command = [sys.executable, "-m", "tests.sim", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_few_seeds_hold() -> None:
    done = _sim("--seeds", "1..12", "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr


def test_two_seeds_hold_on_postgresql(pg_server: PostgresServer) -> None:
    done = _sim("--seeds", "1..2", "--jobs", "1", "--store", "postgresql", SHANGMEN_TEST_PG_URL=pg_server.url)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "names", [IN_SHORT, *(pytest.param(some, marks=pytest.mark.long) for some in (MORE, OF_CHAINS))]
)
def test_planted_faults_are_found(names: tuple[str, ...]) -> None:
    """Some of them, by the seeds that are on record; `dev.py sim --planted` looks for all."""
    done = _sim("--planted", ",".join(names), "--jobs", "1", "--most", "0")
    assert done.returncode == 0 and done.stdout.count("✓") == len(names), done.stdout + done.stderr


def test_the_page_on_reliability_names_every_planted_fault_and_its_seed() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"`([a-z-]+)` \| (\d+|–)", page))
    assert told == {name: str(bug.seed or "–") for name, bug in bugs.BUGS.items()}


def test_a_timer_is_reached_after_half_a_year_of_days() -> None:
    """There numbers of seconds lie further apart than an event loop's usual resolution: seed 24 turned for ever."""

    class Counted(SimLoop):
        turns = 0

        def time(self) -> float:
            self.turns += 1
            assert self.turns < 100_000, f"turns on the spot at {self.seconds!r}"
            return super().time()

    async def wait() -> None:
        chance = random.Random(1)
        for _ in range(500):
            await asyncio.sleep(chance.uniform(0, 0.1))

    loop = Counted()
    loop.seconds = 17_280_121.1
    loop.run_until_complete(wait())
    loop.close()
    assert loop.seconds > 17_280_121.1 + 10


def test_a_seed_is_the_same_run_every_time() -> None:
    first, second = _sim("--seed", "7"), _sim("--seed", "7")
    assert first.returncode == 0 and first.stdout == second.stdout and len(first.stdout.splitlines()) > 10


def test_shrinking_leaves_the_steps_that_matter() -> None:
    steps = plan.draw(3).steps
    culprits = {steps[1].number, steps[4].number}
    few = shrink(steps, lambda some: culprits <= {step.number for step in some})
    assert {step.number for step in few} == culprits


def test_there_are_planted_faults_enough_and_each_says_what_is_wrong() -> None:
    assert len(bugs.BUGS) >= 20
    assert all(re.fullmatch(r"[a-z][^.]+", bug.wrong) for bug in bugs.BUGS.values())
