"""The commands of `dev.py`."""

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tools import environment
from tools.console import Stop, prepare, say, step
from tools.environment import ROOT
from tools.proofs import proofs

CODE = ("app", "sync_server", "tests", "tools", "build/web", "dev.py", "main.py")

DESCRIPTION = """上门 Shangmen

  run    装好一切并启动演示（同步服务器 + 应用）   set everything up, start the demo: sync server and app
         [--port N] [--no-browser] [--no-web] [--reset]
  demo   同 run，但从全新的演示小区开始             the same, from a fresh demo estate
  test   全部检查和测试                            every check and test; more arguments go to pytest
         [--fast] [--all] [-k NAME] [tests/…]       --all: flows in Chromium as well, and what takes long
  lint   只做静态检查（ruff, mypy, import-linter）  the static checks alone
  web    制作离线网页应用（var/web）                make the offline web app
         [--force] [--to FOLDER]
  sim    模拟许多手机、断网、崩溃，同一个种子重演   play phones, cuts and crashes by seed, again and again
         [--seeds A..B] [--seed N] [--planted]
  browsers 在 WebKit（苹果手机的内核）和 Firefox 里走一天   a day in WebKit, the engine of iPhones, and in Firefox
         [webkit|firefox|chromium] [--short] [--times N]
  soak   并行写入和反复杀死服务器                   parallel writers, and a server killed again and again
  bench  测速 [--only NAME] [--json FILE]          measure speed
  counts 数每个页面的查询、事务、控件和字节           count what each screen takes; the check keeps them to it
         [--write]
  rights 写权限表 docs/rights.md                    write who may do what, from the rules; --check compares
  proofs 哪条验收要求由哪些测试证明 [字母 LETTERS …]  which tests prove which line of docs/acceptance.md
  record 录制协议对话 [NAME …]                      record the protocol's conversations that later servers must answer
  setup  只安装                                    install only
  native 安卓、苹果应用 [--apk|--ipa] [--stage-only]  stage and build the apps for Android and iOS
  lock   按 pyproject.toml 重写两个 .lock 文件        rewrite the locks; --upgrade takes newer versions
"""


def main(arguments: Sequence[str]) -> int:
    """Run one command; its exit code (2: not understood, 1: failed, 130: interrupted)."""
    prepare()
    parser = argparse.ArgumentParser(
        prog="dev.py", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("command", nargs="?", choices=sorted(COMMANDS), metavar="COMMAND")
    if not arguments:
        parser.print_help()
        return 0
    command = parser.parse_args(arguments[:1]).command
    try:
        return COMMANDS[command](list(arguments[1:]))
    except Stop as stop:
        say(str(stop))
        return 1
    except KeyboardInterrupt:
        say("已中断", "interrupted")
        return 130


def setup(arguments: list[str]) -> int:
    """Install, and say so."""
    _no_more(arguments)
    environment.ensure(tests=True)
    say("✓ 环境就绪", f"ready: {environment.PYTHON.relative_to(ROOT)}")
    return 0


def run(arguments: list[str]) -> int:
    """Hand over to the demo, which makes its store, imports its estate and serves."""
    environment.ensure(tests=False)
    return environment.hand_over(["-m", "tools.demo.run", *arguments])


def demo(arguments: list[str]) -> int:
    """The demo from a fresh estate."""
    return run(["--reset", *(item for item in arguments if item != "--reset")])


def web(arguments: list[str]) -> int:
    """Make the offline web app, unless nothing has changed; arguments go to build/web/make.py."""
    environment.ensure(tests=False)
    return environment.hand_over([str(ROOT / "build" / "web" / "make.py"), *arguments])


def bench(arguments: list[str]) -> int:
    """Measure speed; arguments go to tests/bench."""
    environment.ensure(tests=True)
    return environment.hand_over(["-m", "tests.bench", *arguments])


def counts(arguments: list[str]) -> int:
    """Count what each screen takes; arguments go to tests/counts."""
    environment.ensure(tests=True)
    return environment.hand_over(["-m", "tests.counts", *arguments])


def rights(arguments: list[str]) -> int:
    """Write docs/rights.md from the rules of who may do what."""
    environment.ensure(tests=False)
    return environment.hand_over(["-m", "sync_server.rights", *arguments])


def record(arguments: list[str]) -> int:
    """Record the conversations of the protocol anew; arguments name some of them."""
    environment.ensure(tests=True)
    return environment.hand_over(["-m", "tests.compatibility", *arguments])


def sim(arguments: list[str]) -> int:
    """Play seeds in the simulator; arguments go to tests/sim."""
    environment.ensure(tests=True)
    return environment.hand_over(["-m", "tests.sim", *arguments])


def soak(arguments: list[str]) -> int:
    """Prove with real processes what the simulator can't; arguments go to tests/soak."""
    environment.ensure(tests=True)
    return environment.hand_over(["-m", "tests.soak", *arguments])


def browsers(arguments: list[str]) -> int:
    """Go through a day in WebKit and Firefox; arguments go to tests/engines."""
    environment.ensure(tests=True)
    return environment.hand_over(["-m", "tests.engines", *arguments])


def native(arguments: list[str]) -> int:
    """Stage and build the app for Android or iOS; arguments go to build/native."""
    environment.ensure(tests=True)  # only among the tests' packages are those that none but a phone gets
    os.environ.update(environment.uv_settings())  # Flet's build tool is fetched by uv
    return environment.hand_over(["build/native/native.py", *arguments])


PARALLEL = ("-n", "4", "-m", "not browser")
BROWSER = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder", "-m", "browser")
"""pytest arguments for the tests without and with a browser, one after the other. Three and four workers on two cores,
because tests spend a third of their time and more waiting (for servers, disks, animations). With a browser, the tests
of a file share servers and pages, so each file goes to one worker as a whole; the longest files come first
(tests/conftest.py), so that no long one is left for the end, when the other workers have nothing to do."""
_NO_TESTS = 5
"""pytest's exit code when no test was selected: when the arguments name a test, one of the two runs has none."""


_MEMORY: Final = Path("/dev/shm")
_ROOM: Final = 8 * 1024**3
"""Bytes that must be free there; a run was seen to take 4.5 GB."""


@contextmanager
def _in_memory() -> Iterator[str | None]:
    """A folder for the tests' temporary files that is in memory and gone afterwards; ``None`` where there is no room.

    Each test makes its own databases: on a disk, a PostgreSQL database takes four times as long to make.
    """
    if not _MEMORY.is_mount() or shutil.disk_usage(_MEMORY).free < _ROOM:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="shangmen-tests-", dir=_MEMORY) as folder:
        # PostgreSQL may run as another user, who has to pass through it.
        Path(folder).chmod(0o755)
        yield folder


def lint(arguments: list[str]) -> int:
    """Run all static checks, even when one fails."""
    _no_more(arguments)
    environment.ensure(tests=True)
    return 1 if _failed(_static_checks()) else 0


def test(arguments: list[str]) -> int:
    """Static checks, then pytest with a real PostgreSQL and a real Chromium; arguments go to pytest."""
    fast = "--fast" in arguments
    more = [item for item in arguments if item != "--fast"]
    if not shutil.which("git"):
        raise Stop(
            "测试需要 git", "The tests need git", "sudo apt install git  /  brew install git  /  winget install Git.Git"
        )
    start = time.monotonic()
    environment.ensure(tests=True)
    with ThreadPoolExecutor(1) as beside:
        # It uses one core for a minute, and tests often wait: so it runs beside them.
        types = beside.submit(environment.heard, _types())
        results = [*_quick_checks(), _check("PostgreSQL", ["-m", "tests.support.postgres"])]
        if not fast:
            results.append(_check("Chromium", ["-m", "tests.support.browser"]))
        # Tests that are left out are always reported, never hidden.
        say("· pytest …", "（--fast：不含浏览器测试 without the browser tests）" if fast else "")
        parts = {"pytest": PARALLEL} if fast else {"pytest": PARALLEL, "pytest (Chromium)": BROWSER}
        with _in_memory() as temporary:
            codes = {
                name: environment.run(["-m", "pytest", *options, *more], temporary=temporary)
                for name, options in parts.items()
            }
        code, said = types.result()
    if said:
        print(said, end="", flush=True)
    results.append(("mypy", code))
    nothing_ran = all(code == _NO_TESTS for code in codes.values())
    results += [(name, code) for name, code in codes.items() if nothing_ran or code != _NO_TESTS]
    failed = _failed(results)
    seconds = time.monotonic() - start
    for name, code in results:
        say(f"  {'✓' if code == 0 else '✗'} {name}", "" if code == 0 else f"exit {code}")
    if failed:
        say(f"✗ 未通过：{'、'.join(failed)}", f"failed: {', '.join(failed)} ({seconds:.0f} s)")
        return 1
    say("✓ 全部通过" + ("（--fast：不含浏览器测试）" if fast else ""), f"all passed ({seconds:.0f} s)")
    return 0


def lock(arguments: list[str]) -> int:
    """Rewrite the locks from pyproject.toml. They keep the versions they have unless --upgrade is given."""
    upgrade = "--upgrade" in arguments
    _no_more([item for item in arguments if item != "--upgrade"])
    uv: list[str | Path] = [environment.PYTHON, "-m", "uv", "pip", "compile", "--quiet"]
    if not environment.PYTHON.exists() or subprocess.run([*uv, "--help"], capture_output=True).returncode:
        environment.ensure(tests=False)
    always = "--generate-hashes --no-emit-index-url --no-header pyproject.toml"
    options = f"{always} --universal --python-version 3.11"
    # The packages for Python in the browser: the same versions, for that platform alone.
    browser = f"{always} --python-version 3.14 --python-platform wasm32-pyodide2024 --extra app"
    running = f"{options} --extra app --extra server --group setup --group web"
    # The larger lock file first: the tests' packages may hold a version back, and both files must name the same one.
    for words in (
        f"{running} --group test -o {environment.TEST_LOCK.name} {'--upgrade' if upgrade else ''}",
        f"{running} -c {environment.TEST_LOCK.name} -o {environment.LOCK.name} --upgrade",
        f"{browser} -c {environment.LOCK.name} -o build/web/requirements.lock --upgrade",
    ):
        with step("解析依赖", "Resolving"):
            done = subprocess.run([*uv, *words.split()], cwd=ROOT, env=environment.uv_settings(), check=False)
        if done.returncode:
            raise Stop("无法解析依赖", "The requirements could not be resolved (see above)")
    environment.ensure(tests=True)
    return 0


def _code() -> list[str]:
    return [name for name in CODE if (ROOT / name).exists()]


def _types() -> list[str]:
    return ["-m", "mypy", "--no-error-summary", *_code()]


def _static_checks() -> list[tuple[str, int]]:
    return [*_quick_checks(), _check("mypy", _types())]


def _quick_checks() -> list[tuple[str, int]]:
    return [
        _check("ruff", ["-m", "ruff", "check", "--quiet", *_code()]),
        _check("import-linter", ["-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-logo"]),
    ]


def _check(name: str, arguments: list[str]) -> tuple[str, int]:
    """Run one step, and go on even when it fails; return its name and exit code."""
    say(f"· {name} …")
    start = time.monotonic()
    code = environment.run(arguments)
    say(f"  {'✗' if code else '✓'} {time.monotonic() - start:.1f} s")
    return name, code


def _failed(results: list[tuple[str, int]]) -> list[str]:
    return [name for name, code in results if code]


def _no_more(arguments: list[str]) -> None:
    if arguments:
        raise Stop(f"不认识的参数：{' '.join(arguments)}", f"Not understood: {' '.join(arguments)}", "python3 dev.py")


COMMANDS = {
    "setup": setup,
    "run": run,
    "demo": demo,
    "test": test,
    "lint": lint,
    "web": web,
    "bench": bench,
    "counts": counts,
    "rights": rights,
    "proofs": proofs,
    "record": record,
    "sim": sim,
    "soak": soak,
    "browsers": browsers,
    "native": native,
    "lock": lock,
}
