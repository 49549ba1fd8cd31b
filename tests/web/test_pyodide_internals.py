"""What the browser's Python does as Flet ships it, before our changes: docs/flet-internals.md.

A test that fails here says that a change of `flet_client.PATCHES` or a detour of `worker.js` can go. That the changes
do what they are for: `tests/web/start/test_other_browsers.py`.
"""

from __future__ import annotations

import json
from pathlib import Path

import flet_web
import pytest

from build.web import archives, node
from tests.support.project import ROOT


@pytest.fixture(scope="module")
def as_shipped() -> dict[str, str]:
    """What came of it: see the script."""
    packages = archives.install(ROOT / "var" / "cache" / "web")
    pyodide = Path(flet_web.__file__).parent / "web" / "pyodide"
    said = node.run(Path(__file__).parent / "pyodide_internals.mjs", pyodide, packages)
    found: dict[str, str] = json.loads(said.splitlines()[-1])  # before it a Python that ended says where
    return found


def test_nobody_tells_python_of_a_failed_request_whose_error_has_no_stack(as_shipped: dict[str, str]) -> None:
    assert as_shipped["failed"] == "never"


def test_a_snapshot_larger_than_the_first_memory_does_not_wake_up(as_shipped: dict[str, str]) -> None:
    assert as_shipped["grown"].startswith("RangeError")


def test_a_snapshot_does_not_wake_up_where_the_table_of_functions_is_another(as_shipped: dict[str, str]) -> None:
    assert as_shipped["table"].startswith("RuntimeError: table index")


def test_a_compiled_extension_does_not_survive_in_a_snapshot(as_shipped: dict[str, str]) -> None:
    assert as_shipped["extension"].startswith("RuntimeError: table index")
