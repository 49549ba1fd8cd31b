"""`dev.py` on good days and bad ones: run as a person would, in a copy of the project where it could do harm."""

import ast
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.project import ROOT
from tools import environment
from tools.commands import COMMANDS
from tools.console import Stop

DEAD_INDEX = "http://127.0.0.1:9/"


def dev(*arguments: str, at: Path = ROOT, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `dev.py` with the Python that made the environment."""
    python = Path(getattr(sys, "_base_executable", sys.executable))
    return subprocess.run(
        [python, at / "dev.py", *arguments],
        cwd=at,
        env={**os.environ, "PYTHONUTF8": "1", **settings},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What `dev.py` needs to start, without an environment."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("dev.py", "requirements.lock", "requirements-test.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_alone_it_lists_every_command() -> None:
    done = dev()
    assert done.returncode == 0
    assert [name for name in COMMANDS if f"\n  {name} " not in done.stdout] == []


def test_contributing_names_every_command() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (others,) = re.findall(r"^`python3 dev.py` lists the others \((.*?)\)", text, re.MULTILINE)
    assert {"run", "test", *re.findall(r"`(\w+)`", others)} == set(COMMANDS)


def test_an_unknown_command_is_refused_with_the_list() -> None:
    done = dev("tset")
    assert done.returncode == 2
    assert "'tset'" in done.stderr and "'test'" in done.stderr


def test_an_old_python_can_read_it_and_is_turned_away_in_both_languages() -> None:
    source = (ROOT / "dev.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 4))
    code = f"import sys; sys.version_info = (3, 9, 6); exec(compile({source!r}, 'dev.py', 'exec'))"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 1
    assert "需要 Python 3.11" in done.stderr and "Python 3.11 or newer is needed" in done.stderr
    assert "Traceback" not in done.stderr


def test_only_the_standard_library_is_needed_to_start(copy: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, '.'); import tools.commands; "
        "print(sorted(m.split('.')[0] for m in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], cwd=copy, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    loaded = set(ast.literal_eval(done.stdout))
    assert {name for name in loaded if name not in sys.stdlib_module_names} <= {"tools", "__main__", "__mp_main__"}


def test_unreachable_packages_name_the_package_and_the_remedy(copy: Path) -> None:
    done = dev(
        "setup", at=copy, PIP_INDEX_URL=DEAD_INDEX, UV_DEFAULT_INDEX=DEAD_INDEX, PIP_RETRIES="0", UV_HTTP_RETRIES="0",
        PIP_CONFIG_FILE=os.devnull, PIP_FIND_LINKS="", PIP_NO_CACHE_DIR="1", PIP_EXTRA_INDEX_URL="",
    )  # fmt: skip
    assert done.returncode == 1, done.stdout
    assert "软件包下载失败：alembic" in done.stdout and "127.0.0.1" in done.stdout
    assert "HTTPS_PROXY" in done.stdout and "global.index-url" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert list((copy / ".venv").glob("*.stamp")) == []


def test_a_second_setup_installs_nothing() -> None:
    environment.ensure(tests=True)
    start = time.monotonic()
    done = dev("setup")
    assert done.returncode == 0 and "✓" in done.stdout
    assert "安装" not in done.stdout
    assert time.monotonic() - start < 5


def test_without_git_the_tests_say_so(tmp_path: Path) -> None:
    done = dev("test", PATH=str(tmp_path))
    assert done.returncode == 1
    assert "测试需要 git" in done.stdout and "sudo apt install git" in done.stdout


def test_a_missing_lock_is_a_sentence(copy: Path) -> None:
    (copy / "requirements.lock").unlink()
    done = dev("run", at=copy)
    assert done.returncode == 1
    assert "requirements.lock is missing" in done.stdout


def test_missing_ensurepip_names_the_system_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(environment, "is_root", lambda: False)
    with pytest.raises(Stop) as stop:
        environment._need_ensurepip("3.11")
    assert "python3.11-venv" in str(stop.value)


def test_a_folder_that_cannot_be_written_is_a_sentence(copy: Path) -> None:
    (copy / ".venv").write_text("a file where the folder should be")
    done = dev("setup", at=copy)
    assert done.returncode == 1
    assert "无法写入 .venv" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_the_bootstrap_takes_its_hashes_from_the_lock() -> None:
    block = environment._requirement((ROOT / "requirements.lock").read_text(encoding="utf-8"), "uv")
    assert block.startswith("uv==") and "--hash=sha256:" in block
    assert "\nuvicorn" not in block
