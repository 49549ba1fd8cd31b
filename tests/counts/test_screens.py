"""Counts hold speed: what opening a screen takes only falls."""

import os
import subprocess
import sys

from app.ui.routes import ROUTES
from tests.counts import numbers
from tests.support.project import ROOT


def test_no_screen_takes_more_than_its_numbers() -> None:
    """Statements, transactions, controls and bytes are felt in a browser's Python; times of a busy machine say less.

    Counted in a process of its own: controls are numbered on through one, and longer numbers are more bytes.
    """
    command = [sys.executable, "-m", "tests.counts"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONUTF8": "1"}, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{numbers.COMMAND} writes new ones"
    assert {route.path for route in ROUTES} - {"/sign-in"} <= numbers.read().keys(), "a screen that nobody counts"
