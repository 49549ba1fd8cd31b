"""Our runtime says what ODK's own engine says: recorded with ``python -m tests.forms.oracle``, compared without Node.

After a form or the runtime was changed on purpose, record anew:

    python -m tests.forms.oracle NODE_MODULES assets/forms tests/forms/expressions --record tests/forms/oracle.json
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from sync_server.forms import compile_form
from tests.forms.built_in import FOLDER
from tests.forms.oracle import asks, differences, filled, left_out, read_recorded, said_by

HERE: Final = Path(__file__).parent
RECORDED: Final[dict[str, list[dict[str, Any]]]] = json.loads((HERE / "oracle.json").read_text("utf-8"))
WRITTEN: Final = tuple(sorted((HERE / "expressions").glob("*.md")))


MEANT: Final = ("cash_report.md total:", "standing.md total:", "standing.md rows:")
"""Where ours means something else on purpose (docs/forms.md): a sum over rows without an answer, rows that do not
matter."""


def is_meant(name: str, difference: str) -> bool:
    return f"{name} {difference}".startswith(MEANT)


def file_of(name: str) -> Path:
    return next((one for one in (FOLDER / name, HERE / "expressions" / name) if one.exists()), FOLDER / name)


@cache
def is_as_recorded(name: str) -> bool:
    """A form that was changed since is no longer what the engine filled in; the runtime is held by all the others."""
    file = file_of(name)
    return file.exists() and asks(file) == RECORDED[name][0]["asks"]


@pytest.mark.parametrize("name", [name for name in RECORDED if is_as_recorded(name)])
def test_what_matters_and_what_comes_out_is_what_odks_engine_says(name: str) -> None:
    file = file_of(name)
    form = compile_form(file.name, file.read_bytes()).form
    assert form is not None
    for said in RECORDED[name]:
        given, theirs = read_recorded(said)
        ours = said_by(filled(form, given))
        out = left_out(form)
        found = [one for one in differences(ours.without(out), theirs.without(out)) if not is_meant(name, one)]
        assert found == []


def test_the_forms_that_the_engine_filled_in_are_still_those_that_are_compared() -> None:
    assert {one.name for one in WRITTEN} <= {name for name in RECORDED if is_as_recorded(name)}
    changed = [name for name in RECORDED if not is_as_recorded(name)]
    assert len(changed) <= len(RECORDED) / 3, f"ask the engine anew: {changed}"
