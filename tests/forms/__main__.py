"""Tell of folders of XLSForms how many can be published, how many then open, and what stops the rest.

The forms are not kept here: fetch what you may use (pyxform's own tests are such a folder) and name the folders.
Tables (CSV) beside a form are given along with it.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from app.domain.forms import Facts, Filling
from app.domain.forms.definition import HOLDERS
from sync_server.forms import compile_form
from sync_server.forms.sheets import KINDS


def main(folders: list[str]) -> int:
    """Print the table; 1 if a form that was published does not open."""
    forms = [file for folder in folders for file in sorted(Path(folder).rglob("*")) if file.suffix.lower() in KINDS[:3]]
    stops: Counter[str] = Counter()
    published = asked = 0
    broken = []
    for file in forms:
        tables = {one.name: one.read_bytes() for one in file.parent.glob("*.csv")}
        found = compile_form(file.name, file.read_bytes(), tables)
        stops.update({fault.en.split(":")[0][:70] for fault in found.faults if fault.refused})
        if found.form is None:
            continue
        published += 1
        asked += sum(one.type not in HOLDERS for one in found.form.all)
        try:
            Filling(found.form, Facts(0)).missing()
        except Exception as error:  # whatever it is, it is a fault of the runtime, and the table must name the form
            broken.append(f"{file.name}: {error!r}")
    print(f"{len(forms)} forms, {published} published with {asked} questions, {len(broken)} of them do not open")
    for why, number in stops.most_common():
        print(f"{number:>5}  {why}")
    print("\n".join(broken))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
