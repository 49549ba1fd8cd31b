"""Count what each screen takes, or a phone's first load: ``python -m tests.counts [--first-load] [--write]``.

1 when a number is too high or there is none.

One that could be lower is told, and breaks nothing: a screen that takes less is no reason to stop a landing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import astuple
from pathlib import Path

from tests.counts import first_load, numbers
from tests.counts.measuring import NAMES, measure
from tests.support import web_app


def main(arguments: list[str]) -> int:
    """Count, print, and with ``--write`` bring the numbers down; one that is too high is never raised."""
    parser = argparse.ArgumentParser(prog="dev.py counts", description=__doc__)
    parser.add_argument("--write", action="store_true", help="bring the numbers down to what was counted")
    parser.add_argument("--first-load", action="store_true", help="count the bytes of a phone's first load instead")
    asked = parser.parse_args(arguments)
    if asked.first_load:
        return _first_load(asked.write)
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder))
    print(f"{'':48}" + "".join(f"{name:>13}" for name in NAMES))
    for screen, counts in found.items():
        print(f"{screen:48}" + "".join(f"{number:13}" for number in astuple(counts)))
    kept = numbers.read()
    wrong = [*numbers.too_high(found, kept), *numbers.unmatched(found, kept)]
    low = numbers.too_low(found, kept)
    if asked.write:
        numbers.write(numbers.lowered(found, kept))
        wrong, low = numbers.too_high(found, kept), []
    print(*wrong, *low, sep="\n")
    return 1 if wrong else 0


def _first_load(write: bool) -> int:
    found, kept = first_load.count(web_app.made()), first_load.read()
    for part, number in found.items():
        print(f"{part:12}{number:14,}{kept.get(part, 0):14,}")
    usable = sum(number for part, number in found.items() if part != first_load.LATER)
    print(f"{usable:,} until usable, {sum(found.values()):,} in all")
    wrong = first_load.too_high(found, kept)
    if write:
        first_load.write(first_load.lowered(found, kept))
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
