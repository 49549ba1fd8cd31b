"""The recipes under build/ for tests: scripts in folders that are no packages, loaded as they load each other."""

import importlib
import sys
from types import ModuleType

from tests.support.project import ROOT


def recipe(folder: str, name: str) -> ModuleType:
    """The module `build/<folder>/<name>.py`."""
    place = str(ROOT / "build" / folder)
    if place not in sys.path:
        sys.path.insert(0, place)
    return importlib.import_module(name)
