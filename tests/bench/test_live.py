"""The short form of `python3 dev.py bench --only live`: two tickets, and a few who wait for a second."""

from __future__ import annotations

from pathlib import Path

from tests.bench import live


def test_news_and_its_cost_are_measured_on_real_server_processes(sqlite_url: str, tmp_path: Path) -> None:
    times = live.soon(sqlite_url, tmp_path, processes=2, events=2)
    assert len(times) == 2 and max(times) < live.TARGET_MS
    processor, memory = live.cost(tmp_path / "cost", 5, 1.0)
    assert processor.reached and memory.reached
