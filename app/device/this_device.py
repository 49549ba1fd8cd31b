"""Where the app keeps its data on this device, and what the device calls itself."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path


def data_folder() -> Path:
    """Return the folder for the app's data.

    ``SHANGMEN_DATA_DIR`` names it where somebody set it. Packaged apps are told theirs by the
    runtime (``FLET_APP_STORAGE_DATA``), which is kept on upgrades and not shared with other
    apps. Elsewhere it is ``~/.shangmen``.
    """
    named = os.environ.get("SHANGMEN_DATA_DIR") or os.environ.get("FLET_APP_STORAGE_DATA")
    return Path(named) if named else Path.home() / ".shangmen"


def platform_name() -> str:
    """Return the platform as the server lists it: ``linux``, ``win32``, ``darwin``, ``android``, ``emscripten``."""
    return sys.platform


def device_name() -> str:
    """Return a name by which its owner may know this device in a list."""
    if sys.platform == "emscripten":
        from app.device.browser import agent

        return agent.here()
    return platform.node() or platform.system() or sys.platform
