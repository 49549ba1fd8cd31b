"""Measure speed: ``python -m tests.bench [--only NAME] [--json FILE]``. Read ratios within one run."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench import (
    camera,
    desk,
    first_load,
    first_pull,
    forms,
    importing,
    keys,
    live,
    load,
    office,
    phone,
    pocket,
    register,
    reports,
    starting,
    syncing,
    web,
)
from tests.bench.measuring import Figure
from tests.bench.peers import compare, dataset
from tests.bench.peers.rows import Row


def figures(wanted: frozenset[str], asked: argparse.Namespace) -> Iterator[Figure | Row]:
    """Yield every figure asked for."""
    if wanted & set(phone.NAMES):
        yield from phone.measure(wanted)
    if wanted & set(syncing.NAMES):
        yield from syncing.measure(wanted)
    if wanted & set(first_pull.NAMES):
        yield from first_pull.measure(wanted)
    if wanted & set(keys.NAMES):
        yield from keys.measure(wanted)
    if wanted & set(camera.NAMES):
        yield from camera.measure(wanted)
    if wanted & set(starting.NAMES):
        yield from starting.measure(wanted)
    if wanted & set(web.NAMES):
        yield from web.measure(wanted)
    if wanted & set(compare.NAMES):
        yield from compare.measure(wanted, asked.rounds, asked.records)
    if wanted & set(importing.NAMES):
        yield from importing.measure(wanted)
    if wanted & set(office.NAMES):
        yield from office.measure(wanted)
    if wanted & set(register.NAMES):
        yield from register.measure(wanted)
    if wanted & set(reports.NAMES):
        yield from reports.measure(wanted)
    if wanted & set(forms.NAMES):
        yield from forms.measure(wanted)
    if wanted & set(live.NAMES):
        yield from live.measure()
    if wanted & set(desk.NAMES):
        yield from desk.measure()
    if wanted & set(first_load.NAMES):
        yield from first_load.measure()
    if wanted & set(pocket.NAMES):
        yield from pocket.measure()
    if wanted & set(load.NAMES):
        yield from load.measure(asked.minutes)


def main(arguments: list[str]) -> int:
    """Measure, print, and write the JSON file; 1 when a target is missed."""
    parts = (
        phone,
        syncing,
        first_pull,
        keys,
        camera,
        starting,
        web,
        compare,
        importing,
        office,
        register,
        reports,
        forms,
        live,
        desk,
        first_load,
        pocket,
        load,
    )
    names = list(dict.fromkeys(name for part in parts for name in part.NAMES))
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("--only", choices=names, action="append", help="measure only this")
    parser.add_argument("--rounds", type=int, default=compare.ROUNDS, help="of the comparison with peers")
    parser.add_argument("--records", type=int, default=dataset.RECORDS, help="fewer, for trying the comparison")
    parser.add_argument("--minutes", type=float, default=load.MINUTES, help="of the load")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    asked = parser.parse_args(arguments)
    done = []
    for figure in figures(frozenset(asked.only or names), asked):
        print(figure.line(), flush=True)
        done.append(figure)
    if asked.json:
        about = {"python": platform.python_version(), "machine": platform.machine(), "system": platform.system()}
        asked.json.write_text(json.dumps({"about": about, "figures": [f.to_json() for f in done]}, indent=1) + "\n")
    return 0 if all(figure.reached for figure in done) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
