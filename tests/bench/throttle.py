"""A phone four times slower than this machine: each thread of a browser may have a quarter of a core and no more.

The browser's own throttling slows a page's thread alone, and not the workers, where Python runs. So each thread gets a
quota from the kernel (cgroup v1, as root). The process that draws is left alone: a phone has a chip for that.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import defaultdict
from pathlib import Path
from types import TracebackType
from typing import Final, Self

GROUPS: Final = Path("/sys/fs/cgroup/cpu")
PERIOD_US: Final = 8_000
SHARE: Final = 0.25
SWEEP_S: Final = 0.02
"""How often new threads are looked for, and, many times more seldom, new processes."""
PROCESSES_EVERY: Final = 10
UNLIMITED: Final = -1
SHARES: Final = 4 * 1024
"""What all of the phone together weighs against other work on this machine: as much as four ordinary threads."""
FREE: Final = "--type=gpu-process"


def why_not() -> str:
    """Return why nothing can be throttled here, in words; empty where it can."""
    if not (GROUPS / "tasks").is_file():
        return f"no cgroup v1 for the processor at {GROUPS}"
    trial = GROUPS / f"shangmen-trial-{os.getpid()}"
    try:
        trial.mkdir()
        try:
            _limit(trial, SHARE)
        finally:
            trial.rmdir()
    except OSError as error:
        return f"no quota may be set: {error}"
    return ""


def _limit(group: Path, share: float | None) -> None:
    (group / "cpu.cfs_period_us").write_text(str(PERIOD_US))
    quota = UNLIMITED if share is None else round(PERIOD_US * share)
    (group / "cpu.cfs_quota_us").write_text(str(quota))


class Throttle:
    """Holds every thread of the browser whose profile is in a folder to a share of a core, while it is `on`."""

    def __init__(self, profile: Path, share: float = SHARE) -> None:
        self._mark = f"--user-data-dir={profile}"
        self._share = share
        self._root = GROUPS / f"shangmen-{os.getpid()}-{profile.name}"
        self._groups: dict[int, Path] = {}
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._on = False
        self._thread = threading.Thread(target=self._watch, name="throttle", daemon=True)

    def __enter__(self) -> Self:
        self._root.mkdir()
        (self._root / "cpu.shares").write_text(str(SHARES))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()
        everybody = GROUPS / "tasks"
        for thread, group in self._groups.items():
            with contextlib.suppress(OSError):  # it has ended
                everybody.write_text(str(thread))
            with contextlib.suppress(OSError):
                group.rmdir()
        with contextlib.suppress(OSError):
            self._root.rmdir()

    def switch(self, on: bool) -> None:
        """Throttle from now on, or no longer; returns when all threads there are have been told."""
        with self._lock:
            self._on = on
            for group in self._groups.values():
                with contextlib.suppress(OSError):
                    _limit(group, self._share if on else None)
        time.sleep(SWEEP_S * PROCESSES_EVERY * 2)

    def _watch(self) -> None:
        processes: list[int] = []
        turn = 0
        while not self._end.wait(SWEEP_S):
            if turn % PROCESSES_EVERY == 0:
                processes = self._processes()
            turn += 1
            with self._lock:
                for process in processes:
                    self._take(process)

    def _take(self, process: int) -> None:
        try:
            threads = [int(task.name) for task in Path(f"/proc/{process}/task").iterdir()]
        except OSError:  # it has ended
            return
        for thread in threads:
            if thread in self._groups:
                continue
            group = self._root / str(thread)
            with contextlib.suppress(OSError):
                group.mkdir(exist_ok=True)
                _limit(group, self._share if self._on else None)
                (group / "tasks").write_text(str(thread))
                self._groups[thread] = group

    def _processes(self) -> list[int]:
        """Return the browser's processes, without the one that draws."""
        children: defaultdict[int, list[int]] = defaultdict(list)
        arguments: dict[int, list[str]] = {}
        for entry in Path("/proc").iterdir():
            name = entry.name
            if not name.isdigit():
                continue
            try:
                stat = (entry / "stat").read_text()
                said = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            children[int(stat.rpartition(")")[2].split()[1])].append(int(name))
            arguments[int(name)] = said
        todo = [process for process, said in arguments.items() if self._mark in said]
        found: list[int] = []
        while todo:
            process = todo.pop()
            if process not in found:
                found.append(process)
                todo += children[process]
        return [process for process in found if FREE not in arguments.get(process, [])]
