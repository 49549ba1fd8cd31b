"""Flet's ready-made web client out of the pinned `flet_web` package, with what this app changes in it.

Each change says how often the text it replaces must occur: after an upgrade of Flet that no longer fits, the recipe
fails with the name of the change instead of making an app that fails on a phone.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from build.web.fonts import Faces
from tools.console import Stop

FLET = "1.0.5"
"""The version these changes were made for and tried with."""

LEFT_OUT = re.compile(
    r".*\.(symbols|map|d\.ts)$"
    r"|index\.html$|manifest\.json$|python\.js$|python-worker\.js$|flutter_service_worker\.js$|flutter\.js$|version\.json$"
    r"|favicon\.png$|icons/.*"  # the app's own
    r"|pyodide/(python|python\.bat|python\.exe|python_cli_entry\.mjs|pyodide\.js|package\.json|.*\.whl)$"  # desk tools
    r"|canvaskit/(wimp|experimental_webparagraph).*"  # renderers that Flutter's loader takes only when told to
    r"|assets/packages/(flutter_math_fork|flutter_map|media_kit|record_web)/.*"  # formulas, maps, video, sound: unused
    r"|assets/packages/cupertino_icons/.*"  # what the app draws is Material's
)

_WASM = ("main.dart.mjs", "main.dart.wasm", "left-out/wasm/rive_native.js")
_JS = ("main.dart.js",)
RENDERERS = {
    "skwasm": (*_WASM, "canvaskit/skwasm.js", "canvaskit/skwasm.wasm"),
    "skwasm_heavy": (*_WASM, "canvaskit/skwasm_heavy.js", "canvaskit/skwasm_heavy.wasm"),
    "chromium": (*_JS, "canvaskit/chromium/canvaskit.js", "canvaskit/chromium/canvaskit.wasm"),
    "canvaskit": (*_JS, "canvaskit/canvaskit.js", "canvaskit/canvaskit.wasm"),
}
"""What each way of drawing needs for itself: a phone keeps the files of its own (decision 21). Flutter's loader takes
WebAssembly or JavaScript, and of each the build that leaves to the browser what Chromium's family does itself."""


@dataclass(frozen=True, slots=True)
class Patch:
    """One change to one of Flet's files: `old` stands there `times` times and becomes `new`."""

    file: str
    why: str
    old: str
    new: str
    times: int = 1

    def apply(self, folder: Path) -> None:
        """Change the file. Raises Stop when it is not as expected."""
        path = folder / self.file
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        found = text.count(self.old)
        if found != self.times:
            raise Stop(
                f"Flet 的 {self.file} 与预期不符（{self.why}）：找到 {found} 处，应为 {self.times} 处",
                f"Flet's {self.file} is not as expected ({self.why}): found {found} times, expected {self.times}",
                f"build/web/flet_client.py: {self.old[:90]!r}",
            )
        path.write_text(text.replace(self.old, self.new), encoding="utf-8", newline="")


@dataclass(frozen=True, slots=True)
class WordPatch:
    """One change to a word of a compiled program (WebAssembly).

    It stands there once, as the name of an import; the new one is as long in bytes, or all behind it would be misread.
    """

    file: str
    why: str
    old: str
    new: str

    def apply(self, folder: Path) -> None:
        """Change the file. Raises Stop when it is not as expected."""
        path = folder / self.file
        old, new = _word(self.old), _word(self.new)
        data = path.read_bytes() if path.is_file() else b""
        found = data.count(old)
        if found != 1 or len(old) != len(new):
            raise Stop(
                f"Flet 的 {self.file} 与预期不符（{self.why}）：找到 {found} 处，应为 1 处",
                f"Flet's {self.file} is not as expected ({self.why}): found {found} times, expected 1",
                f"build/web/flet_client.py: {self.old[:90]!r}",
            )
        path.write_bytes(data.replace(old, new))


def _word(text: str) -> bytes:
    """Return a word as dart2wasm keeps it: the name of an import, its length before it and its kind behind it."""
    name = text.encode()
    if len(name) > 127:
        raise ValueError(f"its length takes more than one byte: {text}")
    return bytes([0, len(name)]) + name + b"\x03\x64\x6f\x00"  # a constant, of the type `externref` without null


PATCHES: tuple[Patch | WordPatch, ...] = (
    Patch(
        "flutter_bootstrap.js",
        "its service worker would take the place of ours and reload every page",
        "    serviceWorkerSettings: {\n"
        '        serviceWorkerVersion: "1804020039" /* Flutter\'s service worker is deprecated and will be removed in '
        "a future Flutter release. */,\n    },\n",
        "",
    ),
    Patch(
        "flutter_bootstrap.js",
        "the splash stays until the app itself has drawn, not only Flutter",
        "document.getElementById('loading')?.remove();",
        "shangmenPage.flutterReady();",
    ),
    Patch(
        "flutter_bootstrap.js",
        "the page is told what draws, so that it keeps that and hears of a start that fails",
        'and environment.";let d={};',
        'and environment.";shangmenPage.drawsWith(u.renderer,w.hasChromiumBreakIterators&&w.hasImageCodecs);let d={};',
    ),
    Patch(
        "flutter_bootstrap.js",
        "what goes wrong before Flutter's program runs",
        "        flet.flutterAppResolve(flet.flutterApp);\n    }\n});",
        "        flet.flutterAppResolve(flet.flutterApp);\n    }\n}).catch(shangmenPage.flutterFailed);",
    ),
    Patch(
        "flutter_bootstrap.js",
        "what goes wrong while its engine starts",
        "const engine = await engineInitializer.initializeEngine(flutterConfig);\n\n"
        "        flet.flutterApp = await engine.runApp();",
        "try {\n            const engine = await engineInitializer.initializeEngine(flutterConfig);\n"
        "            flet.flutterApp = await engine.runApp();\n"
        "        } catch (error) {\n            shangmenPage.flutterFailed(error);\n            return;\n        }",
    ),
    Patch(
        "main.dart.js",
        "it asked for an animation engine, which this app does not use, at every start",
        'case 0:s=3\nreturn A.p(A.b2F("wasm/rive_native.js","RiveNative"),$async$b34)',
        "case 0:q=null\ns=1\nbreak",
    ),
    Patch(
        "main.dart.js",
        "and from an outside address",
        '"https://cdn.jsdelivr.net/npm/@rive-app/flutter-native-wasm@44.0.0/"',
        '"/left-out/"',
    ),
    Patch(
        "main.dart.js",
        "an iPhone's plain number pad has no point: prices and quantities are typed with one",
        'gtQ(){return"numeric"}',
        'gtQ(){return"decimal"}',
    ),
    WordPatch(
        "main.dart.wasm",
        "the animation engine once more: a file of ours (static/left-out) stands in its place",
        "https://cdn.jsdelivr.net/npm/@rive-app/flutter-native-wasm@44.0.0/",
        "/left-out/" + 28 * "./",
    ),
    WordPatch(
        "main.dart.wasm",
        "the number pad once more; the word also names a property of Flet's DataColumn, which this app does not use",
        "numeric",
        "decimal",
    ),
    Patch(
        "pyodide/pyodide.asm.mjs",
        "a snapshot may be larger than the memory Python begins with; and it holds the place of a function in the "
        "table of the engine that made it, where another engine has another function or none: each keeps its own",
        "return Module.HEAP8.set(t),l",
        "t.length>Module.HEAP8.length&&growMemory(t.length);"
        "let m=__PyRuntime+Module.HEAP32[__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET>>>2]>>>2,h=Module.HEAP32[m];"
        "return Module.HEAP8.set(t),Module.HEAP32[m]=h,l",
    ),
    Patch(
        "pyodide/pyodide.asm.mjs",
        "an error without a stack is one, too: so is WebKit's of a request that failed, and Python waited for ever",
        '(hasProperty(obj,"stack")||constructorName==="DOMException")',
        '(hasProperty(obj,"stack")||obj instanceof Error||constructorName==="DOMException")',
    ),
    Patch(
        "pyodide/pyodide.mjs",
        "Python's program is compiled while the snapshot is still being read: here it begins, ...",
        'let{binary:t,response:n}=_(e+"pyodide.asm.wasm"),i=K();',
        'let{binary:t,response:n}=_(e+"pyodide.asm.wasm"),m=n&&WebAssembly.compileStreaming(n),i=K();m?.catch(()=>{});',
    ),
    Patch(
        "pyodide/pyodide.mjs",
        "... here it is taken, ...",
        "l=await WebAssembly.instantiateStreaming(n,s)",
        "l={module:await m,instance:await WebAssembly.instantiate(await m,s)}",
    ),
    Patch(
        "pyodide/pyodide.mjs",
        "... and only then the snapshot is waited for",
        "s=await ke(t,n),r=await Re(i,n);",
        "r=(n.noInitialRun=!!t._loadSnapshot,await Re(i,n)),s=await ke(t,n);",
    ),
)


def copy(source: Path, target: Path, faces: Faces) -> None:
    """Copy what is needed of Flet's client from `source` (the package's `web`) to `target`, and change it.

    The first files of `faces` are loaded by Flutter before it draws anything: no text shows in a font that lacks it,
    and no fallback is asked for. Roboto must be among their families: Flutter takes it while it knows no theme. Raises
    Stop when a file is not as this recipe knows it.
    """
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source).as_posix()
        if path.is_file() and not LEFT_OUT.fullmatch(name):
            place = target / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
    for patch in PATCHES:
        patch.apply(target)
    _fonts(target / "assets", faces)


def _fonts(assets: Path, faces: Faces) -> None:
    """Flutter loads every font of its list before it draws: those that are shipped, and the app's own."""
    manifest = assets / "FontManifest.json"
    families = json.loads(manifest.read_text(encoding="utf-8"))
    kept = [family for family in families if all((assets / font["asset"]).is_file() for font in family["fonts"])]
    names = [family["family"] for family in kept]
    if names != ["MaterialIcons"]:
        raise Stop(f"Flet 的字体清单与预期不符：{names}", f"Flet's list of fonts is not as expected: {names}")
    (assets / "fonts" / "roboto.woff2").unlink()
    for file in {*faces.first.values(), *faces.later}:
        shutil.copyfile(file, assets / "fonts" / file.name)
    for family, file in faces.first.items():  # one file may stand for two families
        kept.append({"family": family, "fonts": [{"asset": f"fonts/{file.name}"}]})
    manifest.write_text(json.dumps(kept), encoding="utf-8")
