"""The project's own Python environment in `.venv`: made once from a lock file, with the hashes checked.

`requirements.lock` lists what running needs; `requirements-test.lock` the same versions and what tests need besides.

A stamp beside the packages tells the next start that nothing has changed, so that the check takes milliseconds.
"""

import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from tools.console import Stop, say, step

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "requirements-test.lock"
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def is_root() -> bool:
    """True on a system where this process is the superuser (containers, CI)."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def ensure(*, tests: bool) -> None:
    """Bring `.venv` to the state of the lock file; returns at once when it is there already.

    Raises Stop, with the remedy, when the environment cannot be made.
    """
    lock = TEST_LOCK if tests else LOCK
    for file in (LOCK, TEST_LOCK):
        if not file.is_file():
            raise Stop(f"缺少 {file.name}", f"{file.name} is missing", f"git checkout -- {file.name}")
    if _is_current(lock):
        return
    with only_one_at_a_time(ROOT / ".venv.lock"):
        if _is_current(lock):  # another start made it while this one waited
            return
        try:
            _make_venv()
            _install(lock)
            for installed in {lock, LOCK}:  # the tests' lock file contains everything of the other
                _stamp(installed).write_text(_wanted(installed), encoding="utf-8")
        except OSError as error:
            raise Stop(
                f"无法写入 {VENV.name}：{error}",
                f"Cannot write {VENV.name}: {error}",
                "检查磁盘空间和文件夹权限 / check free space and the folder's permissions",
            ) from error


def _wanted(lock: Path) -> str:
    parts = (lock.read_bytes(), sys.version.encode(), str(ROOT).encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _stamp(lock: Path) -> Path:
    return VENV / f"{lock.stem}.stamp"


def _is_current(lock: Path) -> bool:
    stamp = _stamp(lock)
    return stamp.is_file() and PYTHON.exists() and stamp.read_text(encoding="utf-8") == _wanted(lock)


@contextlib.contextmanager
def only_one_at_a_time(lock: Path) -> Iterator[None]:
    """Hold `lock` for the block: of two starts at once the second waits for the first. A killed process frees it."""
    with lock.open("a+b") as file:
        if sys.platform == "win32":
            import msvcrt

            while True:
                try:
                    msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
                    break
                except OSError:
                    time.sleep(0.5)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make_venv() -> None:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if PYTHON.exists():
        answer = subprocess.run(
            [PYTHON, "-c", "import sys, pip; print('%d.%d' % sys.version_info[:2])"], capture_output=True, text=True
        )
        if answer.stdout.strip() == version:
            return  # the same Python: packages are brought up to date in place
    _need_ensurepip(version)
    with step(f"建立 Python {version} 环境 .venv", "Creating the environment"):
        try:
            venv.create(VENV, with_pip=True, clear=True)
        except subprocess.CalledProcessError as error:
            raise Stop(
                "Python 自带的 venv 无法建立环境", "Python's own venv could not make the environment", str(error)
            ) from error


def _need_ensurepip(version: str) -> None:
    if importlib.util.find_spec("ensurepip"):
        return
    package = f"python{version}-venv"
    if not (is_root() and shutil.which("apt-get")):
        raise Stop(
            f"这个 Python 缺少 ensurepip（系统软件包 {package}）。安装后再运行一次：",
            f"This Python lacks ensurepip (system package {package}). Install it, then start this command again:",
            f"sudo apt install {package}"
            if shutil.which("apt")
            else "python.org 的安装包 / use python.org's installer",
        )
    with step(f"安装系统软件包 {package}", f"Installing the system package {package}"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", package]):
            done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
            if done.returncode:
                raise Stop(
                    f"安装 {package} 失败", f"Installing {package} failed", " ".join(command), *_tail(done.stderr)
                )
    # ensurepip is there for a new process only
    os.execv(sys.executable, [sys.executable, *sys.argv])


def _install(lock: Path) -> None:
    requirements = lock.read_text(encoding="utf-8")
    count = len(re.findall(r"^[A-Za-z0-9]", requirements, re.MULTILINE))
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"]
    with step(f"安装 {count} 个软件包（核对哈希）", f"Installing {count} packages, hashes checked"):
        with tempfile.TemporaryDirectory() as folder:
            only_uv = Path(folder) / "uv.txt"
            only_uv.write_text(_requirement(requirements, "uv"), encoding="utf-8")
            fast = subprocess.run([*pip, str(only_uv)], capture_output=True, text=True, check=False)
        if fast.returncode == 0:
            fast = subprocess.run(
                [PYTHON, "-m", "uv", "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", lock],
                capture_output=True,
                text=True,
                env=uv_settings(),
                check=False,
            )
        if fast.returncode == 0:
            return
        say("  uv 未成功，改用 pip（较慢）", "uv could not; going on with pip (slower)")
        slow = subprocess.run([*pip, str(lock)], capture_output=True, text=True, check=False)
        if slow.returncode:
            raise _unreachable(slow.stderr or slow.stdout, fast.stderr or fast.stdout)


def _requirement(requirements: str, name: str) -> str:
    """Return the block of one package in the lock file: its line and the hashes under it."""
    block = re.search(rf"^{re.escape(name)}==.*?(?=^\S|\Z)", requirements, re.MULTILINE | re.DOTALL)
    if not block:
        raise Stop(f"requirements.lock 里没有 {name}", f"requirements.lock lacks {name}", "python3 dev.py lock")
    return block.group()


def _pip_setting(name: str) -> str:
    done = subprocess.run(
        [PYTHON, "-m", "pip", "config", "get", f"global.{name}"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""


def uv_settings() -> dict[str, str]:
    """Return an environment in which uv uses pip's package index and proxy: uv does not read pip's settings."""
    settings = dict(os.environ)
    index = settings.get("PIP_INDEX_URL") or _pip_setting("index-url")
    if index:
        settings.setdefault("UV_DEFAULT_INDEX", index)
    proxy = settings.get("PIP_PROXY") or _pip_setting("proxy")
    if proxy:
        settings.setdefault("HTTPS_PROXY", proxy)
    settings.setdefault("UV_SYSTEM_CERTS", "1")
    return settings


def _tail(text: str, lines: int = 4) -> list[str]:
    return [line[:300] for line in text.strip().splitlines()[-lines:]]


def _unreachable(pip_said: str, uv_said: str) -> Stop:
    wanted = re.search(r"No matching distribution found for (\S+)|from versions: none\)?.*?for (\S+)", pip_said)
    package = next((name for name in wanted.groups() if name), "") if wanted else ""
    if "HASH" in pip_said or "do not match" in pip_said.lower():
        return Stop(
            "下载的软件包与锁定的哈希不符，未安装",
            "A downloaded package does not match its locked hash",
            *_tail(pip_said),
        )
    index = os.environ.get("PIP_INDEX_URL") or _pip_setting("index-url")
    host = urlsplit(index).hostname if index else None
    return Stop(
        f"软件包下载失败{f'：{package}' if package else ''}（{'软件源 ' + host if host else '默认软件源'}）",
        f"Packages cannot be downloaded{f': {package}' if package else ''}"
        f" ({'index ' + host if host else 'default index'})",
        "需要代理时 / behind a proxy:       export HTTPS_PROXY=http://代理地址:端口   (Windows: set HTTPS_PROXY=…)",
        "换软件源 / use another index:      python3 -m pip config set global.index-url 软件源地址",
        "自签证书 / a certificate of one's own:  export SSL_CERT_FILE=证书.pem PIP_CERT=证书.pem",
        "然后再运行一次 / then start this command again. pip:",
        *_tail(pip_said),
        *(["uv:", *_tail(uv_said, 2)] if uv_said.strip() else []),
    )


def _settings() -> dict[str, str]:
    """Return the environment variables for our Python: compiled modules are always kept, outside the source folders.
    Otherwise each start of a server would compile its libraries anew, which takes longer than starting."""
    settings = {**os.environ, "PYTHONUTF8": "1", "PYTHONPYCACHEPREFIX": str(VENV / "compiled")}
    settings.pop("PYTHONDONTWRITEBYTECODE", None)
    return settings


def hand_over(arguments: Sequence[str]) -> int:
    """Like `run`, but replace this process where the system can, so that a signal to it reaches the program."""
    if sys.platform == "win32":
        return run(arguments)
    os.chdir(ROOT)
    os.execve(PYTHON, [str(PYTHON), *arguments], _settings())


def heard(arguments: Sequence[str]) -> tuple[int, str]:
    """Run the environment's Python in the project folder, unseen; return its exit code and what it said."""
    done = subprocess.run(
        [str(PYTHON), *arguments], cwd=ROOT, env=_settings(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def run(arguments: Sequence[str], *, temporary: str | None = None) -> int:
    """Run the environment's Python in the project folder; return its exit code.

    ``temporary``: the folder for temporary files, if it's not the system's.
    """
    env = _settings() if temporary is None else {**_settings(), "TMPDIR": temporary}
    process = subprocess.Popen([str(PYTHON), *arguments], cwd=ROOT, env=env)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the child has received Ctrl-C, too: give it time to close its server and files
            continue
