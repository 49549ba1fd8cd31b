"""Names that our page shares with Flet's ready-made client and its Python half: none is there for nothing.

Why each is: docs/flet-internals.md.
"""

from __future__ import annotations

import re
import sysconfig
from pathlib import Path

import pytest

from tests.support.project import ROOT

LIBRARIES = Path(sysconfig.get_path("purelib"))
CLIENT = LIBRARIES / "flet_web" / "web"
STATIC = ROOT / "build" / "web" / "static"


def settings() -> list[str]:
    """The names in the object `flet` that the page hands to Flet's client."""
    made = re.search(r"^var flet = \{\n(.*?)^\};", (STATIC / "page.js").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert made is not None
    return re.findall(r"^  (\w+):", made[1], re.MULTILINE)


def test_only_one_module_uses_private_names_of_flet() -> None:
    """Names that Python mangles (`_Session__x`), and modules or names of Flet with an underscore."""
    private = re.compile(r"\._[A-Z]\w*__\w+|from flet[\w.]* import _|\bft\._")
    found = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("app/**/*.py") if private.search(path.read_text())]
    assert found == ["app/ui/faults.py"]


def test_every_test_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "flet-internals.md").read_text("utf-8")))
    there = {
        name
        for path in ROOT.glob("tests/**/test_*.py")
        for name in re.findall(r"def (test_\w+)", path.read_text("utf-8"))
    }
    assert named and named <= there, named - there


@pytest.mark.parametrize("name", settings())
def test_a_setting_of_the_page_is_read_by_flets_client(name: str) -> None:
    boot = re.sub(r"^\s*//.*$", "", (CLIENT / "flutter_bootstrap.js").read_text("utf-8"), flags=re.MULTILINE)
    program = (CLIENT / "main.dart.js").read_text("utf-8")
    assert f"flet.{name}" in boot or re.search(rf"\b{name}\b", program), f"nobody reads flet.{name} any more"


@pytest.mark.parametrize("name", ["jsConnect", "jsSend", "jsDisconnect"])
@pytest.mark.parametrize("program", ["main.dart.js", "main.dart.mjs"])
def test_flutter_calls_the_page_by(name: str, program: str) -> None:
    assert name in (CLIENT / program).read_text("utf-8")
    assert f"globalThis.{name} = " in (STATIC / "page.js").read_text("utf-8")


@pytest.mark.parametrize("name", ["start_connection", "send", "documentUrl"])
def test_the_worker_and_flets_python_share(name: str) -> None:
    bridge = (LIBRARIES / "flet" / "messaging" / "pyodide_connection.py").read_text("utf-8")
    assert f"flet_js.{name}" in bridge and f"flet_js.{name}" in (STATIC / "worker.js").read_text("utf-8")


@pytest.mark.parametrize("name", ["msgpack.packb(", "msgpack.unpackb("])
def test_flet_packs_its_messages_by_what_msgpack_names_then(name: str) -> None:
    """worker.js puts the compiled half in place of the names in `msgpack` after Python woke up."""
    assert name in (LIBRARIES / "flet" / "messaging" / "pyodide_connection.py").read_text("utf-8")


@pytest.mark.parametrize("option", ["makeSnapshot", "loadSnapshot", "makeMemorySnapshot"])
def test_pyodide_has_no_public_way_to_a_snapshot(option: str) -> None:
    """Once it has one, the recipe takes that."""
    declared = (CLIENT / "pyodide" / "pyodide.d.ts").read_text("utf-8")
    public = re.search(rf"@(?:ignore|private)\s+\*/\s+(?:static )?_?{option}\b", declared) is None
    assert re.search(rf"\b_?{option}\b", declared) and not public
