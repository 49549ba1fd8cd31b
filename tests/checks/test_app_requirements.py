"""What `app/` needs runs in a phone's browser and on the phone: pure Python, or with wheels for both.

Worked out without a network: the list in pyproject.toml, the installed packages' own statements of what they need,
their wheels' tags, and the list of browser wheels that Flet's web package carries.
"""

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.support.project import locked
from tests.support.recipes import recipe

packages = recipe("native", "phone_packages")

TARGETS = {
    "browser": {
        "sys_platform": "emscripten", "platform_system": "Emscripten", "platform_machine": "wasm32",
        "os_name": "posix", "python_version": "3.14", "python_full_version": "3.14.2",
    },
    **packages.TARGETS,
}  # fmt: skip


def needed(target: str) -> dict[str, str]:
    """Every package that the app pulls in on a target, and through which one."""
    found: dict[str, str] = packages.needed(TARGETS[target])
    return found


def browser_wheels() -> set[str]:
    """The packages that the browser's Python brings compiled, from the list in Flet's web package."""
    listing = Path(sysconfig.get_path("purelib")) / "flet_web" / "web" / "pyodide" / "pyodide-lock.json"
    return {canonicalize_name(name) for name in json.loads(listing.read_text(encoding="utf-8"))["packages"]}


@pytest.mark.parametrize("target", TARGETS)
def test_everything_the_app_needs_runs_on(target: str) -> None:
    pure = {name for name in needed(target) if packages.is_pure(name) or name in packages.PURE_WHEEL_BESIDE}
    wheels = browser_wheels() if target == "browser" else set(packages.PHONE_WHEELS)
    assert {name: by for name, by in needed(target).items() if name not in pure | wheels} == {}


@pytest.mark.parametrize("target", TARGETS)
def test_all_of_it_is_locked(target: str) -> None:
    lock = "requirements.lock" if target == "browser" else "requirements-test.lock"
    assert set(needed(target)) <= set(locked(lock))


def test_the_lists_of_exceptions_hold_nothing_stale() -> None:
    everything = {name for target in TARGETS for name in needed(target)}
    exceptions = set(packages.PURE_WHEEL_BESIDE) | set(packages.PHONE_WHEELS)
    assert everything >= exceptions
    assert [name for name in exceptions if packages.is_pure(name)] == []


@pytest.mark.parametrize("name", ["flet-camera", "flet-geolocator", "numpy", "opencv-python-headless", "opencv-python"])
def test_what_only_a_phone_gets_does_not_make_the_web_app_heavier(name: str) -> None:
    assert name not in needed("browser")
    assert name not in locked("build/web/requirements.lock") and name not in locked("requirements.lock")


def test_the_plug_ins_are_of_flets_own_version() -> None:
    """Each brings a half in Dart, which is built against that version."""
    versions = {name: locked("requirements-test.lock")[name] for name in ("flet", "flet-camera", "flet-geolocator")}
    assert len(set(versions.values())) == 1, versions


@pytest.mark.parametrize("name", ["pillow", "pydantic-core", "greenlet"])
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
