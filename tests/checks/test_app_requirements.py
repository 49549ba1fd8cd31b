"""What `app/` needs runs in a phone's browser and on the phone: pure Python, or with wheels for both.

Worked out without a network: the list in pyproject.toml, the installed packages' own statements of what they need,
their wheels' tags, and the list of browser wheels that Flet's web package carries.
"""

import json
import subprocess
import sys
import sysconfig
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.project import locked, requirements

TARGETS = {
    "browser": {
        "sys_platform": "emscripten", "platform_system": "Emscripten", "platform_machine": "wasm32",
        "os_name": "posix", "python_version": "3.14", "python_full_version": "3.14.2",
    },
    "android": {
        "sys_platform": "android", "platform_system": "Android", "platform_machine": "aarch64",
        "os_name": "posix", "python_version": "3.12", "python_full_version": "3.12.9",
    },
    "ios": {
        "sys_platform": "ios", "platform_system": "iOS", "platform_machine": "arm64",
        "os_name": "posix", "python_version": "3.12", "python_full_version": "3.12.9",
    },
}  # fmt: skip

# On a desk these install compiled; each publishes a py3-none-any wheel of the same version beside, which phones take.
PURE_WHEEL_BESIDE = {"charset-normalizer", "sqlalchemy"}
# Compiled, and on Flet's list of packages with Android and iOS wheels (docs.flet.dev, "Built-in binary packages").
PHONE_WHEELS = {"msgpack"}
# Named by SQLAlchemy for its asyncio half on some processors; `test_the_store_works_without_greenlet` proves that
# nothing here needs it, so packaging leaves it out.
LEFT_OUT = {"greenlet"}


def needed(target: str) -> dict[str, str]:
    """Every package that the app pulls in on a target, and through which one."""
    found: dict[str, str] = {}
    todo: list[tuple[Requirement, str]] = [(item, "pyproject.toml") for item in requirements("app")]
    while todo:
        item, asked_by = todo.pop()
        if item.marker and not item.marker.evaluate({**TARGETS[target], "extra": ""}):
            continue
        name = canonicalize_name(item.name)
        if name in found or name in LEFT_OUT:
            continue
        found[name] = asked_by
        todo += [(Requirement(text), name) for text in distribution(name).requires or []]
    return found


def is_pure(name: str) -> bool:
    """True when what is installed here came from a wheel for any machine."""
    wheel = distribution(name).read_text("WHEEL") or ""
    return any(line.startswith("Tag:") and line.endswith("-none-any") for line in wheel.splitlines())


def browser_wheels() -> set[str]:
    """The packages that the browser's Python brings compiled, from the list in Flet's web package."""
    listing = Path(sysconfig.get_path("purelib")) / "flet_web" / "web" / "pyodide" / "pyodide-lock.json"
    return {canonicalize_name(name) for name in json.loads(listing.read_text(encoding="utf-8"))["packages"]}


@pytest.mark.parametrize("target", TARGETS)
def test_everything_the_app_needs_runs_on(target: str) -> None:
    compiled = {name: by for name, by in needed(target).items() if not is_pure(name) and name not in PURE_WHEEL_BESIDE}
    wheels = browser_wheels() if target == "browser" else PHONE_WHEELS
    assert {name: by for name, by in compiled.items() if name not in wheels} == {}


@pytest.mark.parametrize("target", TARGETS)
def test_all_of_it_is_locked(target: str) -> None:
    assert set(needed(target)) <= set(locked())


def test_the_lists_of_exceptions_hold_nothing_stale() -> None:
    everything = {name for target in TARGETS for name in needed(target)}
    assert everything >= PURE_WHEEL_BESIDE | PHONE_WHEELS


@pytest.mark.parametrize("name", ["pillow", "pydantic-core", "numpy", "greenlet"])
def test_packages_without_phone_wheels_stay_out(name: str) -> None:
    assert all(name not in needed(target) for target in TARGETS)


def test_the_store_works_without_greenlet() -> None:
    code = (
        "import sys; sys.modules['greenlet'] = None\n"
        "import app.store, pkgutil, importlib\n"
        "for item in pkgutil.walk_packages(app.store.__path__, 'app.store.'): importlib.import_module(item.name)\n"
        "import sqlalchemy as sa\n"
        "with sa.create_engine('sqlite://').begin() as c: print(c.scalar(sa.text('select 6 * 7')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "42", done.stderr
