"""The recipes for a company's server, as far as they can be held to account without a container engine."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from pydantic_settings import BaseSettings

from sync_server import cli
from sync_server.settings import Settings
from sync_server.store import Store
from tests.support.postgres import PostgresServer, binaries
from tests.support.project import ROOT
from tests.support.recipes import recipe
from tests.support.server import LiveServer, StoreHelper
from tools.commands import COMMANDS

CONTAINER, SYSTEMD = ROOT / "build" / "container", ROOT / "build" / "systemd"
UNITS = sorted(path for path in SYSTEMD.rglob("*") if path.suffix in (".service", ".timer", ".conf"))
OTHERS_SETTINGS = {"PATH", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "TZ"}


def is_setting(name: str) -> bool:
    """True for what the server reads from its environment, and what Python or uvicorn reads."""
    of_server: type[BaseSettings] = Settings
    own = name.removeprefix("SHANGMEN_").lower() in of_server.model_fields and name.startswith("SHANGMEN_")
    return own or name in OTHERS_SETTINGS


def understood(arguments: list[str]) -> bool:
    """True when the server's command line takes these arguments; nothing is run."""
    group: Any = typer.main.get_command(cli.app)
    name, *options = arguments
    return group.commands[name].make_context(name, options) is not None


def instructions() -> list[tuple[str, str]]:
    """The Containerfile's instructions, continued lines joined."""
    text = (CONTAINER / "Containerfile").read_text(encoding="utf-8")
    lines = re.sub(r"\\\n", " ", "\n".join(line for line in text.splitlines() if not line.startswith("#"))).splitlines()
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines if line.strip())]


def copied() -> list[str]:
    """What the Containerfile takes from the repository."""
    copies = [rest.split() for name, rest in instructions() if name == "COPY" and "--from" not in rest]
    return [source for *sources, _ in copies for source in sources]


@pytest.mark.parametrize("source", copied())
def test_what_the_image_copies_is_in_the_repository_and_let_through(source: str) -> None:
    assert (ROOT / source).exists()
    through = (CONTAINER / "Containerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert f"!{source.removeprefix('./')}" in through


def test_the_image_has_what_the_server_reads_beside_its_code() -> None:
    """Forms, the fonts of labels and papers, and the rules and services that a company begins with."""
    taken = [rest.split()[1].removeprefix("/opt/shangmen/") for name, rest in instructions() if "--from=build" in rest]
    read = ["assets/forms", "assets/fonts", *(f"assets/{path.name}" for path in (ROOT / "assets").glob("*.toml"))]
    assert len(read) > 3 and [one for one in read if not any(f"{one}/".startswith(f"{it}/") for it in taken)] == []


def test_the_image_is_built_and_started_by_commands_that_exist() -> None:
    runs = " && ".join(rest for name, rest in instructions() if name == "RUN")
    assert [word for word in re.findall(r"dev\.py (\w+)", runs) if word not in COMMANDS] == []
    assert "--require-hashes" in runs and "-r requirements.lock" in runs
    entry = next(json.loads(rest) for name, rest in instructions() if name == "ENTRYPOINT")
    assert entry == ["python", "-m", "sync_server"]
    assert understood(next(json.loads(rest) for name, rest in instructions() if name == "CMD"))


def test_the_recipes_behind_a_proxy_name_it_and_the_one_without_names_none() -> None:
    """A16: limits on guessers work behind Caddy, and where there is no proxy nobody's word counts."""
    compose = yaml.safe_load((CONTAINER / "compose.yaml").read_text(encoding="utf-8"))["services"]["server"]
    assert compose["environment"]["SHANGMEN_TRUSTED_PROXIES"] == "*" and "ports" not in compose
    example = (SYSTEMD / "server.env.example").read_text(encoding="utf-8").splitlines()
    assert "SHANGMEN_TRUSTED_PROXIES=127.0.0.1,::1" in example
    lan = (SYSTEMD / "shangmen.service.d" / "lan.conf").read_text(encoding="utf-8").splitlines()
    assert "UnsetEnvironment=SHANGMEN_TRUSTED_PROXIES" in lan
    assert Settings().trusted_proxies == ""


def test_the_image_runs_as_nobody_special_and_names_only_settings_that_exist() -> None:
    last_user = [rest for name, rest in instructions() if name == "USER"][-1]
    assert last_user == "shangmen"
    names = [word.partition("=")[0] for name, rest in instructions() if name == "ENV" for word in shlex.split(rest)]
    assert [name for name in names if not is_setting(name)] == []


def test_the_health_check_tells_a_server_from_none(sqlite_url: str, tmp_path: Path) -> None:
    check = next(rest for name, rest in instructions() if name == "HEALTHCHECK").partition("CMD ")[2]
    with LiveServer(sqlite_url, tmp_path) as server:
        command = [sys.executable, *(word.replace(":8560", f":{server.port}") for word in json.loads(check)[1:])]
        assert subprocess.run(command, capture_output=True, check=False).returncode == 0
        server.stop()
        assert subprocess.run(command, capture_output=True, check=False).returncode != 0


def compose(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((CONTAINER / name).read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("name", ["compose.yaml", "compose.lan.yaml"])
def test_compose_names_only_what_is_there(name: str) -> None:
    whole, part = compose("compose.yaml"), compose(name)
    for service in part["services"].values():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert (CONTAINER / source).is_file() if source.startswith(".") else source in whole["volumes"]
        assert set(service.get("networks", [])) <= set(whole["networks"])
        assert set(service.get("secrets", [])) <= set(whole["secrets"])
    assert set(part["services"]) <= set(whole["services"])


def test_compose_builds_from_here_and_sets_only_what_the_server_reads() -> None:
    server = compose("compose.yaml")["services"]["server"]
    context = CONTAINER / server["build"]["context"]
    assert context.resolve() == ROOT and (context / server["build"]["dockerfile"]).is_file()
    assert [name for name in server["environment"] if not is_setting(name)] == []


def test_only_https_is_open_to_the_network_and_no_password_stands_in_a_file_of_the_project() -> None:
    services = compose("compose.yaml")["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["https"]
    secret = compose("compose.yaml")["secrets"]["database_password"]["file"]
    assert secret == "./secrets/database_password"
    assert subprocess.run(["git", "check-ignore", "-q", secret], cwd=CONTAINER, check=False).returncode == 0
    assert subprocess.run(["git", "check-ignore", "-q", ".env"], cwd=CONTAINER, check=False).returncode == 0


def test_what_compose_asks_for_is_in_the_example() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (CONTAINER / "compose.yaml").read_text(encoding="utf-8")))
    example = (CONTAINER / ".env.example").read_text(encoding="utf-8")
    assert asked == set(re.findall(r"^(\w+)=", example, re.MULTILINE))


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_are_sound(unit: Path, tmp_path: Path) -> None:
    read = configparser.RawConfigParser(strict=False, delimiters=("=",))
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read(unit, encoding="utf-8")
    named = [read[section].get(key, "") for section in read for key in ("ExecStartPre", "ExecStart")]
    commands = [command for command in named if command]
    for command in commands:
        python, *words = shlex.split(command)
        assert python == "/opt/shangmen/.venv/bin/python"
        if words[:2] == ["-m", "sync_server"]:
            assert understood(words[2:])
        else:
            assert (ROOT / words[0]).is_file()
    analyse = shutil.which("systemd-analyze")
    if analyse and unit.suffix != ".conf":
        here = tmp_path / unit.name
        here.write_text(unit.read_text(encoding="utf-8").replace("/opt/shangmen/.venv/bin/python", sys.executable))
        (tmp_path / "shangmen-backup.service").touch() if unit.suffix == ".timer" else None
        done = subprocess.run([analyse, "verify", here], capture_output=True, text=True, check=False)
        assert unit.name not in done.stderr, done.stderr


def test_the_example_of_settings_names_only_settings() -> None:
    text = (SYSTEMD / "server.env.example").read_text(encoding="utf-8")
    names = re.findall(r"^#?(SHANGMEN_\w+)=", text, re.MULTILINE)
    assert len(names) >= 4 and [name for name in names if not is_setting(name)] == []


def test_a_password_from_a_file_reaches_the_database_whatever_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("a:b/c@d%e\n", encoding="utf-8")
    settings = Settings(database_url="postgresql://shangmen@db/shangmen", database_password_file=tmp_path / "password")
    assert Store(settings.url, tmp_path).database.url.password == "a:b/c@d%e"


def test_the_administrators_command_has_what_the_service_has() -> None:
    script, unit = SYSTEMD / "shangmen", (SYSTEMD / "shangmen.service").read_text(encoding="utf-8")
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0
    given = re.search(r"^export (.*)$", script.read_text(encoding="utf-8"), re.MULTILINE)
    of_unit = re.search(r"^Environment=(.*)$", unit, re.MULTILINE)
    assert given and of_unit and set(of_unit[1].split()) <= set(given[1].split())
    assert "/etc/shangmen/server.env" in unit and "/etc/shangmen/server.env" in script.read_text(encoding="utf-8")


def test_every_command_of_the_server_in_the_document_is_understood() -> None:
    text = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    told = re.findall(r"(?:^ *|`)(?:shangmen|[\w./\\]*python -m sync_server) ([a-z][^#`\n]*)", text, re.MULTILINE)
    assert len(told) >= 10
    assert [words for words in told if not understood(shlex.split(words.replace("\\", "/")))] == []


def test_the_readme_names_every_command_of_the_server_and_none_that_is_not_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (told,) = re.findall(r"`python -m sync_server --help` lists (.*?)\. Exit codes", text, re.DOTALL)
    group: Any = typer.main.get_command(cli.app)
    assert set(re.findall(r"`([\w-]+)`", told)) == set(group.commands)


def test_every_file_that_the_document_names_is_there() -> None:
    text = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    named = {path.rstrip("/.*") for path in re.findall(r"\bbuild/[\w./*-]+", text)}
    assert len(named) >= 6 and [path for path in named if not list(ROOT.glob(f"{path}*"))] == []


@pytest.fixture
def pg_programs(pg_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """PostgreSQL's own pg_dump and pg_restore on the path, as the package postgresql-client puts them there."""
    monkeypatch.setenv("PATH", str(binaries()), prepend=":")
    yield


def test_a_backup_brings_everything_back(
    store_url: str, tmp_path: Path, pg_server: PostgresServer, pg_programs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = recipe("systemd", "backup")
    helper = StoreHelper(store_url, tmp_path / "data")
    helper.add_staff("wang", "repair_worker", name="王强")
    (tmp_path / "data" / "blobs" / "ab").mkdir(parents=True)
    (tmp_path / "data" / "blobs" / "ab" / "cdef").write_bytes(b"a photo")
    (tmp_path / "data" / "blobs" / "partial").mkdir(exist_ok=True)
    (tmp_path / "data" / "blobs" / "partial" / "half").write_bytes(b"half")
    monkeypatch.setenv("SHANGMEN_DATABASE_URL", store_url)
    monkeypatch.setenv("SHANGMEN_DATA_DIR", str(tmp_path / "data"))
    assert backup.main([str(tmp_path / "kept")]) == 0
    assert backup.main([str(tmp_path / "kept")]) == 0
    helper.store.close()

    kept = sorted((tmp_path / "kept").glob("shangmen-*"))
    assert [path.suffix for path in kept] in ([".dump"] * len(kept), [".sqlite"] * len(kept))
    if kept[0].suffix == ".dump":
        restored = pg_server.fresh()
        plain = restored.replace("+psycopg", "")
        subprocess.run(["pg_restore", "--no-owner", f"--dbname={plain}", kept[0]], check=True, capture_output=True)
    else:
        restored = f"sqlite:///{kept[0].as_posix()}"
    again = StoreHelper(restored, tmp_path / "again")
    with again.store.database.read() as connection:
        assert connection.exec_driver_sql("SELECT name FROM staff WHERE login = 'wang'").scalar() == "王强"
    assert again.store.new_epoch() != ""
    again.store.close()
    files = sorted(path.relative_to(tmp_path / "kept" / "blobs") for path in (tmp_path / "kept" / "blobs").rglob("*"))
    assert [path.as_posix() for path in files] == ["ab", "ab/cdef"]


def test_a_backup_that_fails_says_so_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHANGMEN_DATABASE_URL", f"sqlite:///{(tmp_path / 'absent.sqlite').as_posix()}")
    assert recipe("systemd", "backup").main([str(tmp_path / "kept")]) == 1
    assert list((tmp_path / "kept").iterdir()) == []
