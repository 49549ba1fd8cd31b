"""The recipe of the packaged apps, up to where Flutter takes over: staging, configuration as Flet reads it, icons."""

import argparse
import os
import struct
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import flet_cli.commands.build_base as flet_build
import pytest
from flet_cli.commands.build import Command
from flet_cli.utils.project_dependencies import get_project_dependencies
from packaging.requirements import InvalidRequirement, Requirement

from tests.support.project import ROOT, pyproject
from tests.support.recipes import recipe

packages, native = recipe("native", "phone_packages"), recipe("native", "native")

# Read by the templates of `flet build` 1.0.5 (build.gradle.kts, AndroidManifest.xml), not by its Python code; the last
# by the step that packs Python, which needs Flutter (get_platform_setting("extract_packages") in build_base.py).
READ_LATER = {
    "tool.flet.android.min_sdk_version",
    "tool.flet.android.manifest_application",
    "tool.flet.android.extract_packages",
}


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A staged copy for Android, where nothing of the project lies around it."""
    folder = tmp_path_factory.mktemp("native")
    native.stage(folder, "android")
    return folder


class Read:
    """What Flet 1.0.5 makes of a staged project: its template's data, and the names of the settings it looked up."""

    def __init__(self, project: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: set[str] = set()
        parser = argparse.ArgumentParser()
        command = Command(parser)
        command.options = parser.parse_args([kind, str(project)])
        command.options.verbose = 0
        flet_build.BaseBuildCommand.handle(command, command.options)  # not its own: that one would build
        monkeypatch.setattr(flet_build, "load_pyproject_toml", self._recording(flet_build.load_pyproject_toml))
        # Flet gets this from the network; here is what it says of 3.14.
        release = SimpleNamespace(short="3.14", pyodide="", android_abis=("arm64-v8a", "x86_64"))
        monkeypatch.setattr(flet_build, "resolve_python_version", lambda *_: release)
        monkeypatch.setattr(flet_build.BaseFlutterCommand, "initialize_command", lambda _: None)
        command.initialize_command()
        command.validate_entry_point()
        command.setup_template_data()
        command._resolve_icon_background()
        command.splash_setting("icon_background")
        assert command.template_data is not None
        self.data: dict[str, Any] = command.template_data

    def _recording(self, load: Any) -> Any:
        def loaded(folder: Path) -> Any:
            get = load(folder)

            def get_pyproject(setting: str | None = None) -> Any:
                self.asked.add(setting or "")
                return get(setting)

            return get_pyproject

        return loaded


def leaves(table: dict[str, Any], name: str) -> list[str]:
    """The dotted names of all settings below a table."""
    found: list[str] = []
    for key, value in table.items():
        found += leaves(value, f"{name}.{key}") if isinstance(value, dict) else [f"{name}.{key}"]
    return found


def test_the_staged_copy_is_the_app_and_starts_alone(staged: Path) -> None:
    code = (
        "import sys, importlib, pkgutil, pathlib; import app, main\n"
        "for item in pkgutil.walk_packages(app.__path__, 'app.'): importlib.import_module(item.name)\n"
        "print(pathlib.Path(main.__file__).parent, 'sync_server' in sys.modules, callable(main.main))"
    )
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    alone["PYTHONPATH"] = os.pathsep.join([str(staged), *(path for path in sys.path if "site-packages" in path)])
    alone["PYTHONDONTWRITEBYTECODE"] = "1"  # the next test finds what was staged, and nothing else
    done = subprocess.run([sys.executable, "-c", code], cwd=staged, env=alone, capture_output=True, text=True)
    assert done.stdout.split() == [str(staged), "False", "True"], done.stderr


def test_every_file_of_the_app_is_staged_and_nothing_compiled(staged: Path) -> None:
    def files(root: Path) -> set[str]:
        found = {path.relative_to(root) for top in ("app", "assets") for path in (root / top).rglob("*")}
        return {path.as_posix() for path in found if (root / path).is_file() and "__pycache__" not in path.parts}

    icons = {f"assets/{path.name}" for path in native.ICONS.glob("*.png")}
    for_the_office = {name for name in files(ROOT) if name.startswith(("assets/forms/", "assets/handbook/"))}
    assert files(staged) == (files(ROOT) - for_the_office) | icons
    assert not list(staged.rglob("__pycache__"))


def test_staging_again_drops_what_the_app_dropped_and_keeps_what_flet_built(tmp_path: Path) -> None:
    native.stage(tmp_path, "android")
    for old in ("app/old_module.py", "build/apk/shangmen.apk"):
        (tmp_path / old).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / old).write_text("")
    native.stage(tmp_path, "android")
    assert not (tmp_path / "app/old_module.py").exists()
    assert (tmp_path / "build/apk/shangmen.apk").exists()


def test_the_staged_configuration_says_what_the_project_says(staged: Path) -> None:
    written = tomllib.loads((staged / "pyproject.toml").read_text(encoding="utf-8"))
    assert written["tool"]["flet"] == pyproject()["tool"]["flet"]
    assert written == native.configuration("android")


@pytest.mark.parametrize("kind", ["apk", "ipa"])
def test_flet_reads_every_setting(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    native.stage(tmp_path, native.KINDS[kind])
    asked = Read(tmp_path, kind, monkeypatch).asked | READ_LATER
    other = {"apk": "tool.flet.ios.", "ipa": "tool.flet.android."}[kind]
    unread = [
        name
        for name in leaves(pyproject()["tool"]["flet"], "tool.flet")
        if not name.startswith(other) and not any(name == one or name.startswith(f"{one}.") for one in asked if one)
    ]
    assert unread == []


def test_android_gets_what_was_decided(staged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = Read(staged, "apk", monkeypatch).data
    assert (data["product_name"], data["bundle_id"], data["artifact_name"]) == ("上门", "cn.shangmen.app", "shangmen")
    asked_for = {name for name, wanted in data["options"]["android_permissions"].items() if wanted}
    permissions = ("INTERNET", "CAMERA", "ACCESS_COARSE_LOCATION", "ACCESS_FINE_LOCATION")
    assert asked_for == {f"android.permission.{name}" for name in permissions}
    # The template takes out what is false, whoever else declares it: here the camera's plug-in.
    assert data["options"]["android_permissions"]["android.permission.RECORD_AUDIO"] is False
    assert data["options"]["deep_linking"] == {"scheme": "shangmen", "host": "app"}
    assert data["options"]["target_arch"] == ["arm64-v8a"]
    application = data["pyproject"]["tool"]["flet"]["android"]["manifest_application"]
    assert application == {"usesCleartextTraffic": "false", "allowBackup": "false"}


def test_ios_gives_its_reasons_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    native.stage(tmp_path, "ios")
    reasons = Read(tmp_path, "ipa", monkeypatch).data["options"]["info_plist"]
    assert set(reasons) == {
        "NSCameraUsageDescription", "NSLocationWhenInUseUsageDescription", "NSMicrophoneUsageDescription",
        "NSPhotoLibraryUsageDescription",
    }  # fmt: skip
    assert all("。" in reason for reason in reasons.values())


def test_a_host_makes_links_of_the_web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    native.stage(tmp_path, "ios", host="shangmen.example.com")
    links = Read(tmp_path, "ipa", monkeypatch).data["options"]["deep_linking"]
    assert links == {"scheme": "https", "host": "shangmen.example.com"}


@pytest.mark.parametrize("platform", packages.TARGETS)
def test_the_phone_gets_the_whole_list_at_the_versions_of_the_lock(platform: str) -> None:
    lines = get_project_dependencies(native.configuration(platform)["project"]["dependencies"]) or []
    assert lines.count("--no-deps") == 1
    listed = [Requirement(line) for line in lines if line != "--no-deps"]
    names = packages.PHONE_NAMES
    needed = packages.needed(packages.TARGETS[platform])
    alone = set(packages.PHONE_ALONE[platform])
    assert {item.name for item in listed} == {names.get(name, name) for name in needed} | alone
    from_index = {names.get(name, name) for name in packages.PHONE_WHEELS} | alone
    assert {item.name for item in listed if not item.specifier} == from_index
    assert ("flet-libcpp-shared" in alone) is (platform == "android"), "numpy's C++ library"
    assert {str(item) for item in listed} >= {
        "flet-camera==1.0.5", "flet-geolocator==1.0.5", "numpy", "opencv-python",
    }, "what app/device/hardware.py looks for"  # fmt: skip
    with pytest.raises(InvalidRequirement):
        Requirement("--no-deps")  # so Flet hands it on as it stands


def test_a_compiled_package_without_an_entry_stops_the_staging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(packages.PURE_WHEEL_BESIDE, "sqlalchemy")
    with pytest.raises(packages.CompiledPackage, match=r"sqlalchemy \(needed by pyproject.toml\)"):
        packages.pinned(packages.TARGETS["android"])


@pytest.mark.parametrize("name", ["icon_android.png", "icon_ios.png", "splash.png"])
def test_icons_are_as_large_as_the_largest_that_is_made_of_them(name: str, staged: Path) -> None:
    head = (staged / "assets" / name).read_bytes()[:26]
    assert head[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", head[16:24]) == (1024, 1024)


@pytest.mark.parametrize(("platform", "name"), [("android", "icon_android.png"), ("ios", "icon_ios.png")])
def test_flet_draws_every_icon_without_a_complaint(platform: str, name: str) -> None:
    source, _ = flet_build.load_source(native.ICONS / name)
    drawn = flet_build.render_icons(source, platform=platform)
    assert drawn.warnings == [] and len(drawn.assets) >= 10


def test_without_the_sdks_it_names_each_and_where_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("ANDROID_HOME", "ANDROID_SDK_ROOT", "JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(native.Missing) as missing:
        native.check("apk")
    told = str(missing.value)
    assert "Flutter SDK 3.44" in told and "git clone" in told
    assert "ANDROID_HOME" in told and "openjdk-17" in told and "docs/native.md" in told
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(native.Missing, match="macOS"):
        native.check("ipa")
