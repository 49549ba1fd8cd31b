"""Reports and papers on a company's store of 200,000 entries (W6): each report, its files, a month's export, labels."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select

from app.domain.subjects.ticket.bill_month import BillMonth
from app.domain.times import CHINA, add_months, month_name
from sync_server.estate.workbook import read_workbook
from sync_server.labels import Label, printing
from sync_server.papers import bills, repair
from sync_server.reports import sheet, workbook
from sync_server.store import Store
from sync_server.store.estate.importing import import_estate
from sync_server.store.reports.catalog import REPORTS
from sync_server.store.reports.working import work_out
from sync_server.store.subjects.ticket import papers
from sync_server.store.subjects.ticket.papers import TicketPaper
from sync_server.store.subjects.ticket.sheet import tickets
from tests.bench.measuring import Figure, median, p95
from tools.demo.estate import write_demo_workbook
from tools.demo.history import fill_many

NAMES: Final = ("reports",)
ENTRIES: Final = 200_000
TIMES: Final = 3
SERVER: Final = "https://liyuan.example"
REPORT_MS, EXPORT_MS, PAPER_MS, LABELS_MS, MEMORY_MB = 2_000.0, 5_000.0, 300.0, 5_000.0, 300.0


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    """Yield the figures asked for. A process of its own makes all of them, so that its memory is theirs alone."""
    with tempfile.TemporaryDirectory() as name:
        folder, now = Path(name), datetime.now(CHINA)
        write_demo_workbook(folder / "demo.xlsx", today=now.date(), now=now.replace(tzinfo=None))
        estate = read_workbook(folder / "demo.xlsx")
        store = _open(folder)
        store.migrate()
        import_estate(store, estate)
        fill_many(store, estate, now=store.now(), entries=ENTRIES)
        store.close()
        made = subprocess.run(
            [sys.executable, "-m", "tests.bench.reports", str(folder)], check=True, capture_output=True, text=True
        )
        for line in made.stdout.splitlines():
            key, unit, times, floor, target = json.loads(line)
            beside = "before the first" if unit == "MB" else "SELECT of all entries"
            yield Figure(key, unit, median(times), p95(times), len(times), beside, floor, target)


def _open(folder: Path) -> Store:
    return Store(f"sqlite:///{(folder / 'store.sqlite').as_posix()}", folder / "blobs")


def _tell(key: str, unit: str, times: list[float], floor: float, target: float | None) -> None:
    print(json.dumps([key, unit, times, floor, target]), flush=True)


def _timed(action: Callable[[], object]) -> list[float]:
    times = []
    for _ in range(TIMES):
        start = time.perf_counter_ns()
        action()
        times.append((time.perf_counter_ns() - start) / 1e6)
    return times


def _each(store: Store, today: date) -> Iterator[tuple[str, list[float], float | None]]:
    month = add_months(today.replace(day=1), -1)

    def report(name: str, period: str) -> object:
        with store.read() as connection:
            return work_out(connection, None, name, period, store.now())

    for name, one in REPORTS.items():
        yield name, _timed(lambda name=name: report(name, month_name(month))), REPORT_MS  # type: ignore[misc]
        if "year" in one.lengths:
            yield f"{name}_year", _timed(lambda name=name: report(name, f"{month.year}")), None  # type: ignore[misc]
    with store.read() as connection:
        worked = work_out(connection, None, "month-end", month_name(month), store.now())
        signed = connection.scalars(select(tickets.c.id).where(tickets.c.signature == "intact").limit(1)).one()
    yield "report_xlsx", _timed(lambda: workbook.workbook(worked, lambda subject: f"{SERVER}/{subject[1]}")), EXPORT_MS
    yield "report_pdf", _timed(lambda: sheet.paper(worked)), EXPORT_MS
    billed = BillMonth(month)

    def found() -> list[TicketPaper]:
        return papers.of_month(store, billed, {""}, SERVER)

    yield "bills_xlsx", _timed(lambda: bills.workbook(billed, found())), EXPORT_MS
    yield "bills_pdf", _timed(lambda: repair.papers(found(), ["finance"])), EXPORT_MS
    ticket = papers.of_ticket(store, signed, SERVER)
    repair.papers([ticket], list(repair.COPIES))  # the fonts are read once
    yield "paper_four_copies", _timed(lambda: repair.papers([ticket], list(repair.COPIES))), PAPER_MS
    labels = [Label(f"{n:09}", "door", f"{n % 30 + 1}栋{n % 6 + 1}单元{n:04}") for n in range(500)]
    yield "labels_500", _timed(lambda: printing.sheet(labels, server=SERVER)), LABELS_MS


def _peak_mb() -> float:
    """Return how many MB this program has had at most.

    From the kernel's own account of it where there is one: ``ru_maxrss`` lives on through ``exec``, so it would begin
    with what the process had that filled the store.
    """
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text("ascii")) if status.is_file() else None
    if found is not None:
        return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def main(folder: Path) -> None:
    """Make each of them in this process, and tell how long it took, and how much memory they took at most beside what
    the process had before the first."""
    store = _open(folder)
    before = _peak_mb()

    def floor() -> object:
        with store.read() as connection:
            return sum(1 for _ in connection.exec_driver_sql("SELECT id, kind, corrected_at_ms FROM entries"))

    least = median(_timed(floor))
    for key, times, target in _each(store, datetime.now(CHINA).date()):
        _tell(key, "ms", times, least, target)
    _tell("reports_memory", "MB", [_peak_mb() - before], before, MEMORY_MB)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
