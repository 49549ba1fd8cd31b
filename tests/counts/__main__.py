"""Count what each screen takes: ``python -m tests.counts [--write]``; 1 when a number is too high or there is none.

One that could be lower is told, and breaks nothing: a screen that takes less is no reason to stop a landing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import astuple
from pathlib import Path

from tests.counts import numbers
from tests.counts.measuring import NAMES, measure


def main(arguments: list[str]) -> int:
    """Count, print, and with ``--write`` bring the numbers down; one that is too high is never raised."""
    parser = argparse.ArgumentParser(prog="dev.py counts", description=__doc__)
    parser.add_argument("--write", action="store_true", help="bring the numbers down to what was counted")
    asked = parser.parse_args(arguments)
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
