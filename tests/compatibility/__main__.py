"""Records conversations: `python3 dev.py record` those that have no file yet, `python3 dev.py record NAME` that one.

`python3 dev.py record --past NAME` keeps a server's database and phones with unsent work as this program leaves them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.compatibility import past
from tests.compatibility.conversation import FOLDER, record
from tests.compatibility.scripts import SCRIPTS


def main() -> int:
    """Record what was asked for; exit code 2 for a name there is no script of, or a past that is kept already."""
    if sys.argv[1:2] == ["--past"]:
        return _keep(sys.argv[2:])
    names = sys.argv[1:] or [name for name in SCRIPTS if not (FOLDER / f"{name}.json").exists()]
    unknown = [name for name in names if name not in SCRIPTS]
    if unknown:
        print(f"没有这些对话 no such conversations: {', '.join(unknown)}; {', '.join(SCRIPTS)}", file=sys.stderr)
        return 2
    for name in names:
        estate, script = SCRIPTS[name]
        with tempfile.TemporaryDirectory() as folder:
            store = f"sqlite:///{(Path(folder) / 'store.sqlite').as_posix()}"
            kept = record(name, estate, script, store, Path(folder))
        kept.write(FOLDER / f"{name}.json")
        print(f"✓ {name}: {len(kept.turns)}")
    return 0


def _keep(names: list[str]) -> int:
    if len(names) != 1:
        print("record --past NAME", file=sys.stderr)
        return 2
    try:
        kept = past.keep(names[0])
    except FileExistsError as there:
        print(f"已经有了，不会重录 it is kept already, and never made anew: {there}", file=sys.stderr)
        return 2
    print(f"✓ {kept.name}: {kept.stat().st_size}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
