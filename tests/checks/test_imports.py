"""Who may import what (docs/architecture.md): the layers, and who alone may know Flet and SQLAlchemy."""

import ast
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.support.project import ROOT, imports, modules, pyproject, requirements, top

DOMAIN = ("app.domain.subjects", "app.domain.forms", "app.domain.rules", "app.domain.wire", "app.domain.writing")
PACKAGES = ("app.domain", *DOMAIN, "app.store", "app.sync", "app.actions", "app.ui", "sync_server", "sync_server.store")
OURS = {"app", "sync_server", "main"}
OF_THE_BROWSER = {"js", "pyodide", "pyodide_js", "shangmen_page"}
"""Modules that Python inside a browser brings along, and our own page's."""


@pytest.mark.parametrize("package", PACKAGES)
def test_package_is_there(package: str) -> None:
    assert (ROOT / package.replace(".", "/") / "__init__.py").is_file()
    assert len(list(modules(package))) > 1, f"{package} holds no module"


def test_entry_point_only_starts_flet() -> None:
    tree = ast.parse((ROOT / "main.py").read_text(encoding="utf-8"))
    statements = [
        node for node in tree.body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]
    assert 1 <= len(statements) <= 6, "main.py only starts Flet; everything else belongs into app/"


def test_import_linter_contracts_hold() -> None:
    code = "from importlinter.cli import lint_imports_command as check; check()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


BREACHES = {
    "layers": ("app/store/a.py", "import app.actions"),
    "domain-layers": ("app/domain/wire/a.py", "import app.domain.subjects"),
    "server-knows-only-domain": ("sync_server/a.py", "import app.sync"),
    "app-knows-no-server": ("app/device/a.py", "import sync_server"),
    "flet-only-in-ui": ("app/actions/a.py", "import flet"),
    "sqlalchemy-only-in-stores": ("app/ui/a.py", "import sqlalchemy"),
}


@pytest.mark.parametrize("breached", [False, True])
def test_each_contract_catches_its_breach(tmp_path: Path, breached: bool) -> None:
    contracts = {item["id"]: item["name"] for item in pyproject()["tool"]["importlinter"]["contracts"]}
    assert set(BREACHES) == set(contracts)
    for package in ("app", *PACKAGES, "app.device"):
        folder = tmp_path / package.replace(".", "/")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").touch()
    for module in ("roles", "times"):
        (tmp_path / "app" / "domain" / f"{module}.py").touch()
    for file, line in BREACHES.values() if breached else ():
        (tmp_path / file).write_text(line)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    code = "from importlinter.cli import lint_imports_command as check; check()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-logo", "--no-cache"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = {name: f"{name} {'BROKEN' if breached else 'KEPT'}" in done.stdout for name in contracts.values()}
    assert all(verdicts.values()), done.stdout + done.stderr
    assert done.returncode == (1 if breached else 0)


def test_domain_imports_only_the_standard_library_and_itself() -> None:
    foreign = [
        str(item)
        for item in imports("app.domain")
        if top(item.name) not in sys.stdlib_module_names and not f"{item.name}.".startswith("app.domain.")
    ]
    assert foreign == []


def test_only_the_store_packages_import_sqlalchemy() -> None:
    stores = ("app.store.", "sync_server.store.")
    others = [
        str(item)
        for item in imports("app", "sync_server", "main")
        if top(item.name) in {"sqlalchemy", "alembic", "psycopg"} and not f"{item.where}.".startswith(stores)
    ]
    assert others == []


def test_only_screens_devices_and_the_entry_point_import_flet() -> None:
    places = ("app.ui.", "app.device.", "main.")
    others = [
        str(item)
        for item in imports("app", "sync_server", "main")
        if top(item.name) == "flet" and not f"{item.where}.".startswith(places)
    ]
    assert others == []


def test_server_knows_only_the_domain_of_the_app_and_one_module_its_store() -> None:
    others = [item for item in imports("sync_server") if top(item.name) == "app"]
    others = [item for item in others if not f"{item.name}.".startswith("app.domain.")]
    assert {item.where for item in others} == {"sync_server.first_pulls.making"}
    assert all(f"{item.name}.".startswith("app.store.") for item in others)


def test_what_only_a_browser_has_is_asked_for_in_two_places() -> None:
    places = ("app.device.browser.", "app.sync.fetching.")
    others = [
        str(item)
        for item in imports("app", "sync_server", "main")
        if top(item.name) in OF_THE_BROWSER and not f"{item.where}.".startswith(places)
    ]
    assert others == []


def test_the_plug_ins_of_a_packaged_app_are_asked_for_in_one_place() -> None:
    """The web app and the server have none of them: what imports them is chosen by app.device.hardware alone."""
    plug_ins = {"flet_camera", "flet_geolocator"}
    found = list(imports("app", "sync_server", "main"))
    assert {item.where for item in found if top(item.name) in plug_ins} == {
        "app.device.native.camera", "app.device.native.location",
    }  # fmt: skip
    users = {item.where for item in found if f"{item.name}.".startswith("app.device.native.")}
    assert users == {"app.device.hardware"}


@pytest.mark.parametrize(("package", "lists"), [("app", ["app", "lens", "native"]), ("sync_server", ["server"])])
def test_every_foreign_import_is_a_declared_requirement(package: str, lists: list[str]) -> None:
    declared = {canonicalize_name(item.name) for name in lists for item in requirements(name)}
    carriers = packages_distributions()
    missing = []
    for item in imports(package):
        module = top(item.name)
        if module in sys.stdlib_module_names or module in OURS or module in OF_THE_BROWSER:
            continue
        if not declared & {canonicalize_name(name) for name in carriers.get(module, [])}:
            missing.append(str(item))
    assert missing == []
