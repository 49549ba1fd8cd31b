"""A bare Flet app, made the stock way: what every start, touch and letter is held against."""

from __future__ import annotations

import io
import shutil
import tarfile
from pathlib import Path
from typing import Final

import flet_web
from flet_web import patch_font_manifest_json, patch_index_html

from build.web import archives
from tests.support.project import ROOT

HELLO: Final = """
import flet as ft

def main(page: ft.Page) -> None:
    said = ft.Text("0")
    named = ft.Semantics(identifier="said-0", container=True, content=said)

    def tapped(_: ft.Event[ft.Container]) -> None:
        said.value = str(int(said.value) + 1)
        named.identifier = f"said-{said.value}"
        page.update()

    page.add(
        ft.Semantics(identifier="hello", container=True, content=ft.Text("Hello")),
        ft.Semantics(
            identifier="count", container=True, content=ft.Container(ft.Text("Count"), on_click=tapped, padding=20)
        ),
        named,
        ft.Semantics(identifier="field", container=True, content=ft.TextField()),
    )

ft.run(main)
"""


def stock(folder: Path) -> Path:
    """Make it as `flet publish` does, with everything inside, and nothing of ours."""
    shutil.copytree(Path(flet_web.__file__).parent / "web", folder)
    index = folder / "index.html"
    patch_index_html(
        str(index), base_href="/", pyodide=True, pyodide_script_path="main.py", pyodide_version="bundled",
        app_package_url="app.tar.gz", no_cdn=True,
    )  # fmt: skip
    text = index.read_text(encoding="utf-8")
    # The worker is a module of its own and cannot resolve an address relative to the page.
    index.write_text(text.replace('"pyodide/pyodide.mjs"', '"/pyodide/pyodide.mjs"'), encoding="utf-8")
    patch_font_manifest_json(str(folder / "assets" / "FontManifest.json"))
    packages = archives.install(ROOT / "var" / "cache" / "web")
    with tarfile.open(folder / "app.tar.gz", "w:gz") as archive:
        main = tarfile.TarInfo("main.py")
        main.size = len(HELLO.encode())
        archive.addfile(main, io.BytesIO(HELLO.encode()))
        for name in ("flet", "msgpack", "repath.py", "six.py"):
            archive.add(packages / name, f"__pypackages__/{name}")
    return folder
