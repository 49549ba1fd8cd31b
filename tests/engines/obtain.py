"""WebKit and Firefox as Debian and Ubuntu have them: found, or installed as root; else the remedy is said."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Final

from tools.console import Stop, step

PACKAGES: Final = {
    "webkit": ("webkit2gtk-driver", "gir1.2-webkit2-4.1", "python3-gi", "xvfb", "libgl1-mesa-dri"),
    "firefox": ("firefox-esr", "libgl1-mesa-dri"),
}
SYSTEM_PYTHON: Final = Path("/usr/bin/python3")
"""The one that has the bindings of the packages above."""
_TRIES: Final = 6


def missing(engine: str) -> str:
    """Return what of an engine is not here; empty when all is."""
    if engine == "firefox":
        return "" if firefox() else "firefox"
    lacks = [name for name in ("WebKitWebDriver", "Xvfb") if not shutil.which(name)]
    if not lacks and subprocess.run(
        [SYSTEM_PYTHON, "-c", "import gi; gi.require_version('WebKit2', '4.1'); gi.require_version('Gtk', '3.0')"],
        capture_output=True,
        check=False,
    ).returncode:  # fmt: skip
        lacks.append("gir1.2-webkit2-4.1")
    return " ".join(lacks)


def firefox() -> str | None:
    """Return the path of Firefox."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


def ensure(engine: str) -> None:
    """Have an engine installed. Raises Stop with the remedy when that is not possible."""
    lacks = missing(engine)
    if not lacks:
        return
    packages = " ".join(PACKAGES[engine])
    remedy = f"sudo apt-get update && sudo apt-get install -y --no-install-recommends {packages}"
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise Stop(f"缺少浏览器 {engine}（{lacks}）", f"{engine} is missing ({lacks}); on Debian or Ubuntu:", remedy)
    with step(f"用 apt-get 安装 {engine}", f"apt-get install {packages}"):
        _apt("update", "-qq")
        said = _apt("install", "-y", "-qq", "--no-install-recommends", *PACKAGES[engine])
    if lacks := missing(engine):
        raise Stop(f"无法安装 {engine}（{lacks}）", f"{engine} could not be installed ({lacks}):", remedy, *said[-5:])


def _apt(*words: str) -> list[str]:
    """Run apt-get, waiting for whoever else installs something just now; what it said last."""
    command = ["apt-get", "-o", "DPkg::Lock::Timeout=120", *words]
    said: list[str] = []
    for _ in range(_TRIES):
        done = subprocess.run(
            command,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            capture_output=True,
            text=True,
            check=False,
        )
        said = (done.stderr or done.stdout).splitlines()
        if done.returncode == 0 or not any("lock" in line.lower() for line in said):
            break
        time.sleep(5)  # the lists have a lock of their own, for which apt-get does not wait
    return said
