"""What the packaged app takes along, and why each of it runs on a phone.

Worked out without a network: the lists in pyproject.toml, what the installed packages say they need, and the tags of
the wheels they came from. `CompiledPackage` is raised when something compiled has no entry below.
"""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]

PYTHON = "3.14"
"""The Python that the packaged app brings: Flet 1.0.5's default, and the same as in the browser."""

TARGETS = {
    "android": {
        "sys_platform": "android", "platform_system": "Android", "platform_machine": "aarch64",
        "os_name": "posix", "python_version": PYTHON, "python_full_version": f"{PYTHON}.0",
    },
    "ios": {
        "sys_platform": "ios", "platform_system": "iOS", "platform_machine": "arm64",
        "os_name": "posix", "python_version": PYTHON, "python_full_version": f"{PYTHON}.0",
    },
}  # fmt: skip
"""What each phone answers to the conditions that stand in lists of requirements."""

LISTS = ("app", "lens", "native")
"""The lists of pyproject.toml that go to a phone; the browser gets the first alone."""

PURE_WHEEL_BESIDE = {
    "charset-normalizer": "publishes a py3-none-any wheel of every version; the compiled half only makes it faster",
    "sqlalchemy": "publishes a py3-none-any wheel of every version; the C half only makes it faster",
}
"""On a desk these install compiled; the same version as a pure wheel goes to the phone."""

PHONE_WHEELS = {
    "msgpack": "on Flet's list (flet.dev/docs/reference/binary-packages-android-ios); every Flet app needs it",
    "numpy": "on the same list; OpenCV's pictures are its arrays",
    "opencv-python-headless": "on the same list, under the name below",
}
"""Compiled, with Android and iOS wheels in versions of the phone index's own: they are asked for without a version."""

PHONE_NAMES = {"opencv-python-headless": "opencv-python"}
"""What the phone index calls by another name. Both bring the same module, `cv2`."""

PHONE_ALONE: dict[str, dict[str, str]] = {
    "android": {"flet-libcpp-shared": "C++'s own library, which the index's numpy is linked with"},
    "ios": {},
}
"""What the phone index's wheels ask for and no desk has; with `--no-deps` it must be asked for here."""


class CompiledPackage(Exception):
    """The app needs a compiled package of which nobody wrote down that phones have it."""


def needed(target: dict[str, str]) -> dict[str, str]:
    """Every package that the app pulls in where ``target`` answers, and through which one."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    found: dict[str, str] = {}
    lists = LISTS if target["sys_platform"] in TARGETS else LISTS[:1]
    todo = [(Requirement(text), "pyproject.toml") for name in lists for text in listed[name]]
    while todo:
        item, asked_by = todo.pop()
        if item.marker and not item.marker.evaluate({**target, "extra": ""}):
            continue
        name = canonicalize_name(item.name)
        if name in found:
            continue
        found[name] = asked_by
        todo += [(Requirement(text), name) for text in distribution(name).requires or []]
    return found


def is_pure(name: str) -> bool:
    """True when what is installed here came from a wheel for any machine."""
    wheel = distribution(name).read_text("WHEEL") or ""
    return any(line.startswith("Tag:") and line.endswith("-none-any") for line in wheel.splitlines())


def pinned(target: dict[str, str]) -> list[str]:
    """The packages for a phone, each at the version of the lock where the phone takes the same wheel as everybody.

    Raises CompiledPackage for one that is compiled and stands in none of the lists above.
    """
    lock = (ROOT / "requirements-test.lock").read_text(encoding="utf-8")  # holds the other lock, too
    locked = re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock, re.MULTILINE)
    versions: dict[str, str] = {canonicalize_name(name): version for name, version in locked}
    lines = []
    for name, asked_by in sorted(needed(target).items()):
        if name in PHONE_WHEELS:
            lines.append(PHONE_NAMES.get(name, name))
        elif is_pure(name) or name in PURE_WHEEL_BESIDE:
            lines.append(f"{name}=={versions[name]}")
        else:
            raise CompiledPackage(f"{name} (needed by {asked_by}) is compiled; no entry in {Path(__file__).name}")
    return [*lines, *PHONE_ALONE[target["sys_platform"]]]
