"""The build scripts under build/ for tests, whose folders are no packages but come onto `sys.path`."""

import importlib
import sys
from types import ModuleType

from tests.support.project import ROOT


def recipe(folder: str, name: str) -> ModuleType:
    """Return the module `build/<folder>/<name>.py`."""
    place = str(ROOT / "build" / folder)
    if place not in sys.path:
        sys.path.insert(0, place)
    return importlib.import_module(name)
