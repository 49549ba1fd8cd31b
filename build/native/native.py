"""The apps for Android and iOS: `python3 dev.py native [--apk | --ipa] [--host NAME] [--stage-only]`.

`flet build` treats the folder `build/` beside a project as scratch and may empty it, so a copy of what the app needs is
staged in `var/native/` and built there. docs/native.md tells what the building machine needs, and what was not tried.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flet.version import flet_version, flutter_version
from phone_packages import PYTHON, TARGETS, CompiledPackage, pinned

ROOT = Path(__file__).resolve().parents[2]
STAGE = ROOT / "var" / "native"
ICONS = Path(__file__).parent / "icons"
KINDS = {"apk": "android", "ipa": "ios"}
_LEAVE = shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "estate-template.xlsx", "*.md")


class Missing(Exception):
    """Something the build needs is not on this machine; the lines say what and how to get it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Stage, check, build; the exit code (0 well, 1 something is missing or failed, 2 not understood)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace", line_buffering=True)
    parser = argparse.ArgumentParser(prog="dev.py native", description="安卓和苹果应用 apps for Android and iOS")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--apk", action="store_const", const="apk", dest="kind", help="Android（默认 default）")
    kind.add_argument("--ipa", action="store_const", const="ipa", dest="kind", help="iOS（需要 needs macOS）")
    parser.add_argument("--host", help="打开 https://HOST 的链接 open links to https://HOST instead of shangmen://app")
    parser.add_argument("--stage-only", action="store_true", help="只准备文件 prepare the files only")
    asked = parser.parse_args(arguments)
    wanted = asked.kind or "apk"
    try:
        stage(STAGE, KINDS[wanted], asked.host)
        print(f"✓ 文件已准备 staged: {STAGE.relative_to(ROOT)}")
        if asked.stage_only:
            return 0
        check(wanted)
    except (Missing, CompiledPackage) as problem:
        print(f"✗ {problem}")
        return 1
    return build(wanted)


def stage(folder: Path, platform: str, host: str | None = None) -> None:
    """Put what the app is made of into ``folder``; what lay there from an earlier staging goes, Flet's `build/` stays.

    Raises CompiledPackage, and OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("app", "assets"):
        if (folder / name).exists():
            shutil.rmtree(folder / name)
        shutil.copytree(ROOT / name, folder / name, ignore=_LEAVE)
    shutil.copy(ROOT / "main.py", folder / "main.py")
    for icon in sorted(ICONS.glob("*.png")):
        shutil.copy(icon, folder / "assets" / icon.name)
    (folder / "pyproject.toml").write_text(to_toml(configuration(platform, host)), encoding="utf-8")


def configuration(platform: str, host: str | None = None) -> dict[str, Any]:
    """The staged pyproject.toml: name and `[tool.flet]` of the project, the packages of the app at their versions."""
    own = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    flet = own["tool"]["flet"]
    if host:
        for phone in KINDS.values():
            flet[phone]["deep_linking"] = {"scheme": "https", "host": host}
    project = {key: own["project"][key] for key in ("name", "version", "description")}
    return {
        "project": {
            **project,
            "requires-python": f"=={PYTHON}.*",
            # The list is whole. Flet hands each line to pip as it stands: pip shall add nothing of its own.
            "dependencies": [*pinned(TARGETS[platform]), "--no-deps"],
        },
        "tool": {"flet": flet},
    }


def to_toml(data: dict[str, Any]) -> str:
    """Write tables, texts, numbers, truth values and lists of them as TOML. Raises TypeError for anything else."""
    lines: list[str] = []

    def table(name: str, content: dict[str, Any]) -> None:
        plain = {key: value for key, value in content.items() if not isinstance(value, dict)}
        if plain and name:
            lines.append(f"\n[{name}]")
        lines.extend(f"{key_of(key)} = {_value(value)}" for key, value in plain.items())
        for key, value in content.items():
            if isinstance(value, dict):
                table(f"{name}.{key_of(key)}" if name else key_of(key), value)

    def key_of(key: str) -> str:
        return key if re.fullmatch(r"[\w-]+", key, re.ASCII) else json.dumps(key)

    table("", data)
    return "\n".join(lines).lstrip() + "\n"


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if not isinstance(value, (str, bool, int)):
        raise TypeError(f"{value!r} can't stand in the staged pyproject.toml")
    return json.dumps(value, ensure_ascii=False)


def check(kind: str) -> None:
    """Raise Missing, with every remedy, when this machine can't build ``kind``."""
    lacks: list[str] = []
    if kind == "ipa" and sys.platform != "darwin":
        lacks += ["苹果应用只能在 macOS 上构建 an app for iOS is built on macOS alone"]
    if kind == "ipa" and sys.platform == "darwin" and not shutil.which("xcodebuild"):
        lacks += ["Xcode：App Store 安装后运行 install it from the App Store, then: sudo xcodebuild -license accept"]
    found = _flutter_version()
    if found is None or found.rsplit(".", 1)[0] != flutter_version.rsplit(".", 1)[0]:  # as Flet itself compares
        lacks += [
            f"Flutter SDK {flutter_version}（{'未找到 not found' if found is None else f'现有 found {found}'}）：",
            f"  git clone -b {flutter_version} --depth 1 https://github.com/flutter/flutter.git ~/flutter",
            '  export PATH="$HOME/flutter/bin:$PATH"   # Windows: 加到 add to PATH: %USERPROFILE%\\flutter\\bin',
            "  国内网络见 Flutter 文档「在中国网络环境下使用 Flutter」 in China see Flutter's page on use in China",
        ]
    if kind == "apk" and not any(os.environ.get(name) for name in ("ANDROID_HOME", "ANDROID_SDK_ROOT")):
        lacks += [
            "Android SDK（没有设置 ANDROID_HOME is not set）：",
            "  安装 install Android Studio: https://developer.android.google.cn/studio",
            '  export ANDROID_HOME="$HOME/Android/Sdk"   # macOS: $HOME/Library/Android/sdk',
        ]
    if kind == "apk" and not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        lacks += ["JDK 17：sudo apt install openjdk-17-jdk  /  brew install openjdk@17  /  Windows: adoptium.net"]
    if lacks:
        raise Missing("\n    ".join(["这台电脑还缺 this machine lacks:", *lacks, "", "见 see docs/native.md"]))


def _flutter_version() -> str | None:
    program = shutil.which("flutter")
    if program is None:
        return None
    done = subprocess.run([program, "--version", "--machine"], capture_output=True, text=True, check=False)
    found = re.search(r'"frameworkVersion":\s*"([\d.]+)', done.stdout)
    return found.group(1) if found else None


def build(kind: str) -> int:
    """Run `flet build` in the staged copy; its exit code. The tool comes at its version, into a place of its own."""
    command = [
        sys.executable, "-m", "uv", "tool", "run", "--from", f"flet[cli]=={flet_version}", "--python", sys.executable,
        "flet", "build", kind, "--no-rich-output", str(STAGE),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=STAGE, check=False)
    if done.returncode == 0:
        print(f"✓ {STAGE.relative_to(ROOT)}/build/{kind}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
