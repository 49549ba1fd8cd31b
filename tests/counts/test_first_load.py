"""Counts hold the first load: what a phone waits for on its first day only falls."""

from pathlib import Path

from tests.counts import first_load


def test_no_part_of_a_first_load_takes_more_than_its_number(web_tree: Path) -> None:
    found = first_load.count(web_tree)
    assert first_load.too_high(found, first_load.read()) == [], "dev.py counts --first-load tells them all"
    assert all(found.values()), "a part with nothing in it: its files are called otherwise now"


def test_numbers_only_fall_and_the_apps_own_by_steps() -> None:
    step = first_load.STEPS["app"]
    kept = {"fonts": 1_000, "app": 3 * step}
    less = {"fonts": 900, "app": step + 1}
    assert first_load.too_high(less, kept) == []
    assert first_load.lowered(less, kept) == {"fonts": 900, "app": 2 * step}
    more = {"fonts": 1_001, "app": 3 * step + 1}
    assert [line.split()[0] for line in first_load.too_high(more, kept)] == ["fonts", "app"]
    assert first_load.lowered(more, kept) == kept
    assert first_load.too_high({"new": 1}, kept), "a part without a number"
