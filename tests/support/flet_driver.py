"""Drives a real Flet app in a real Chromium: the app in server mode in a thread, the page through its semantics tree.

    with FletServer(main) as server, open_app(chromium, server.url) as app:  # `chromium` is a fixture
        app.tap("main-action")
        app.see("已保存")

Everything waits for what it needs; a failure says what is on the screen instead. Nothing just sleeps and hopes.
"""

from __future__ import annotations

import atexit
import json
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import flet as ft
import flet_web.fastapi
import uvicorn
from playwright.sync_api import Browser, Locator, Page, WebSocket
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from app.ui.router import clean
from tests.support.driver import NAME_STROKES, PHONE, PICTURES, WAIT_MS, Stroke

ROOT: Final = Path(__file__).resolve().parents[2]
ASSETS: Final = ROOT / "assets"
FAILURES: Final = ROOT / "var" / "failures"
"""Folder for pictures of the screen at a failure."""
ANDROID: Final = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/147.0.0.0 Mobile Safari/537.36"
)
"""The user agent of Chrome on an Android phone."""
START_S: Final = 40
AWAKE_S: Final = WAIT_MS / 1000
"""How long a tap waits for a button that is disabled, in seconds."""
STIRS_S: Final = 2
"""After how many seconds without any change on the screen a tap is repeated."""
DOUBLE_TAP_S: Final = 0.45
"""The app treats taps closer together than this as a double tap, in seconds (kit.base.TapGuard)."""

_HEAR: Final = """() => {
    window.heard = [];
    window.moved = false;
    const said = node => [node.getAttribute('aria-label') || '',
        ...[...node.childNodes].filter(c => c.nodeType === 3).map(c => c.data)];
    window.saidNow = () => [...document.querySelectorAll('flt-semantics-host *')].flatMap(said).filter(Boolean);
    document.addEventListener('focusin', () => { window.moved = true; });
    new MutationObserver(changes => {
        for (const change of changes) {
            const node = change.target.nodeType === 1 ? change.target : change.target.parentElement;
            if (!node || !node.closest('flt-semantics-host')) continue;
            window.moved = true;
            window.heard.push(...said(node).filter(Boolean));
            for (const added of change.addedNodes)
                if (added.nodeType === 1)
                    window.heard.push(...[added, ...added.querySelectorAll('*')].flatMap(said).filter(Boolean));
        }
    }).observe(document, {subtree: true, childList: true, characterData: true,
        attributeFilter: ['aria-label', 'aria-current', 'aria-checked', 'aria-disabled']});
}"""
"""JavaScript that collects all words shown since the last touch: a toast may be gone before a slow test looks."""

FOLLOW_LINK: Final = """path => {
    history.pushState(null, '', path + (path.includes('?') ? '' : `?link=${Date.now()}`));
    dispatchEvent(new PopStateEvent('popstate', {state: null}));
}"""
"""JavaScript that opens a path without loading the app anew, as a link does. Each gets a query of its own: the app
takes a repeated address for a Back (app/ui/router.py)."""

_AT_REST: Final = """async ([id, text]) => {
    const find = () => id !== null ? document.querySelector(`[flt-semantics-identifier="${id}"]`)
        : [...document.querySelectorAll('flt-semantics-host *')].find(n => n.getAttribute('aria-label') === text
            || [...n.childNodes].some(c => c.nodeType === 3 && c.data.trim() === text));
    const frame = () => new Promise((done, failed) => {
        requestAnimationFrame(done);
        setTimeout(() => failed(new Error('the window has stopped drawing')), 15000);
    });
    let before = null;
    for (let n = 0; n < 60; n++) {
        const node = find();
        if (!node) return null;
        const box = node.getBoundingClientRect();
        const now = [box.x, box.y, box.width, box.height];
        if (before && now.every((v, i) => Math.abs(v - before[i]) < 0.5)) {
            const x = box.x + box.width / 2, y = box.y + box.height / 2;
            const hit = document.elementFromPoint(x, y);
            const named = hit && hit.closest('[flt-semantics-identifier]');
            const under = !!named && !named.contains(node) && !node.contains(named);
            const lists = [];
            for (let up = node.parentElement; up; up = up.parentElement)
                if (['scroll', 'hidden'].includes(up.style.overflowY)) lists.push(up.getBoundingClientRect());
            const outside = lists.some(list => y < list.top || y > list.bottom);
            const covered = under || outside;
            const asleep = node.matches('[aria-disabled="true"]') || !!node.querySelector('[aria-disabled="true"]');
            const by = under ? named.getAttribute('flt-semantics-identifier') : outside ? 'an edge of its list' : '';
            return {x, y, covered, asleep, by};
        }
        before = now;
        await frame();
        await frame();
    }
    return null;
}"""
"""JavaScript that returns the middle of a control once it has stopped moving, and whether something else covers it.

A control that was scrolled out of a list keeps its place in the tree: it lies behind the page's bars, where nothing in
the tree covers it, and a touch on it is lost.
"""

_SETTLED: Final = """async () => {
    const look = () => document.querySelector('flt-semantics-host')?.outerHTML;
    const pause = () => new Promise(done => setTimeout(() => requestAnimationFrame(done), 100));
    let before = look();
    for (let n = 0, same = 0; n < 100 && same < 4; n++) {
        await pause();
        const now = look();
        same = now === before ? same + 1 : 0;
        before = now;
    }
}"""
"""JavaScript that waits until words and places of all controls stay the same for 0.4 s; at most ten seconds."""

_IS_SIZE: Final = """([wide, high]) => {
    const root = document.querySelector('flt-semantics-host flt-semantics')?.getBoundingClientRect();
    return root && Math.round(root.width) === wide && Math.round(root.height) === high;
}"""
"""JavaScript that tells whether Flutter has laid the window out in this size: it learns of a new one later."""

_SWITCH_ON: Final = """node => {
    const box = node.getBoundingClientRect();
    const [clientX, clientY] = [2 * box.left + box.width / 2, 2 * box.top + box.height / 2];
    node.dispatchEvent(new MouseEvent('click', {bubbles: true, clientX, clientY}));
}"""
"""JavaScript that clicks as a screen reader does. On a phone the click must hit the exact middle: Flutter computes that
from the window's edge, but compares it with a distance from the placeholder's edge."""

_TWO_TAPS: Final = """([x, y]) => {
  const hit = document.elementFromPoint(x, y);
  const down = "pointerdown", up = "pointerup";
  for (const [type, id, buttons] of [[down, 7, 1], [up, 7, 0], [down, 8, 1], [up, 8, 0]])
    hit.dispatchEvent(new PointerEvent(type, {bubbles: true, cancelable: true, composed: true, clientX: x, clientY: y,
      pointerId: id, pointerType: "touch", isPrimary: true, button: 0, buttons}));
}"""

_TYPED_IN: Final = """id => {
    const control = document.querySelector(`[flt-semantics-identifier="${id}"]`);
    const typed = document.activeElement;
    if (!control || !typed || typed.value === undefined) return null;
    if (control.contains(typed)) return typed.value;
    if (!typed.classList.contains('flt-text-editing')) return null;
    const box = control.getBoundingClientRect(), at = typed.getBoundingClientRect();
    const x = at.x + at.width / 2, y = at.y + at.height / 2;
    return box.left <= x && x <= box.right && box.top <= y && y <= box.bottom ? typed.value : null;
}"""
"""JavaScript that returns the text in the field of a control if the field has the focus, else null. Flutter types into
an element of the semantics tree or, when the field appeared before the tree did, into one of its own over the field."""

atexit.register(flet_web.fastapi.app_manager.delete_temp_dirs)


class FletServer:
    """A Flet app on a free port of 127.0.0.1, served by a thread of this process: a test can reach its objects."""

    def __init__(self, main: Callable[[ft.Page], Any], *, assets: Path = ASSETS) -> None:
        app = flet_web.fastapi.app(main, assets_dir=str(assets), no_cdn=True)
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        # Without its "lifespan": in one process, the first Flet app to end would delete the temporary files of all the
        # others.
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    def __enter__(self) -> FletServer:
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("the app's server did not start")
            time.sleep(0.01)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()


@contextmanager
def open_app(
    browser: Browser,
    url: str,
    *,
    path: str | None = "/",
    size: tuple[int, int] = PHONE,
    dark: bool = False,
    locale: str = "zh-CN",
    touch: bool = True,
    scale: float = 1,
    shots: Path | None = None,
    agent: str | None = None,
    apart_s: float = DOUBLE_TAP_S,
) -> Iterator[AppDriver]:
    """Opens the app in a window of its own and waits until it has drawn; `scale` and `shots` are for pictures.

    `agent` is the browser's user agent: Flutter treats a keyboard as a phone's only if the agent says it is a phone.
    `apart_s` is the least time between two taps in seconds; it may be less than a double tap's where the app allows
    that. With `path=None` the window stays empty until the test calls `start`: every load costs seconds.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        has_touch=touch,
        locale=locale,
        timezone_id="Asia/Shanghai",
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        device_scale_factor=scale if PICTURES else 1,
        service_workers="block",
        user_agent=agent,
    )
    try:
        page = context.new_page()
        driver = AppDriver(page, url, shots=shots if PICTURES else None)
        driver.apart_s = apart_s
        if path is not None:
            driver.start(path)
        yield driver
    finally:
        context.close()


class AppDriver:
    """One window of the app. `id` is always the identifier given to a control by `kit.base.tag`."""

    def __init__(self, page: Page, url: str, *, shots: Path | None = None, patience_s: float = START_S) -> None:
        self.page = page
        self.apart_s = DOUBLE_TAP_S
        """The least time from one tap to the next, in seconds."""
        self.patience_s = patience_s
        """How long a start may take, in seconds."""
        self.url = url
        self.shots = shots
        self.outside: list[str] = []
        """Requests that went anywhere but to the app's own server: must stay empty."""
        self.problems: list[str] = []
        """Uncaught errors of the page."""
        self._notes: deque[str] = deque(maxlen=12)
        """The last events between page and server, for messages."""
        self._last_tap = 0.0
        self._asleep = False
        page.set_default_timeout(WAIT_MS)
        page.set_default_navigation_timeout(patience_s * 1000)
        page.add_init_script(f"({_HEAR})()")
        page.on("request", self.note_request)
        page.on("requestfailed", lambda request: self._note(f"failed {request.url} {request.failure}"))
        page.on("console", lambda message: self._note(f"{message.type}: {message.text[:200]}"))
        page.on("crash", lambda _: self._note("the page crashed"))
        page.on("load", lambda _: self._note("the page was loaded"))
        page.on("websocket", self._note_socket)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def note_request(self, request: Any) -> None:
        """Notes a request to any server but the app's own."""
        own = (self.url, self.url.replace("http", "ws", 1), "data:", "blob:")
        # Flet's own client asks for an animation engine that this app never uses; the offline build leaves it out.
        if not request.url.startswith(own) and "rive" not in request.url:
            self.outside.append(request.url)

    def _note(self, happened: str) -> None:
        self._notes.append(f"{time.strftime('%M:%S')} {happened}")

    def _note_socket(self, socket: WebSocket) -> None:
        """Notes when a socket opens and closes, and its first messages."""
        self._note(f"socket {socket.url}")
        said: Counter[str] = Counter()

        def say(way: str) -> None:
            said[way] += 1
            if said[way] <= 2:
                self._note(f"socket {way} {said[way]}")

        socket.on("framesent", lambda _: say("sent"))
        socket.on("framereceived", lambda _: say("received"))
        socket.on("socketerror", lambda error: self._note(f"socket error {error}"))
        socket.on("close", lambda _: self._note(f"socket closed, {dict(said)}"))

    def start(self, path: str = "/") -> None:
        """Loads the app at a path and switches its semantics tree on."""
        self.page.goto(self.url + path, wait_until="commit")
        self.switch_on_semantics()

    def go(self, path: str) -> None:
        """Opens a path without loading the app anew, as a link does (a query tells it from Back and Forward)."""
        self.page.evaluate("() => { window.heard = []; }")
        self.page.evaluate(FOLLOW_LINK, path)

    def reload(self) -> None:
        """Reloads the page, as somebody with a browser would."""
        self.page.reload(wait_until="commit")
        self.switch_on_semantics()

    @property
    def path(self) -> str:
        """See ``Driver``."""
        return clean("/" + self.page.url.split("/", 3)[3])

    def stands_at(self, path: str) -> None:
        """Waits until the window's address is this path."""
        self.page.wait_for_url(lambda url: url.partition("?")[0] == self.url + path)

    def again(self) -> AppDriver:
        """Kills the page as it is and opens another one on the same phone: nothing of its memory is left."""
        where = "/" + self.page.url.split("/", 3)[3]
        self.page.close()
        opened = AppDriver(self.page.context.new_page(), self.url, shots=self.shots)
        opened.apart_s = self.apart_s
        opened.start(where)
        return opened

    def switch_on_semantics(self) -> None:
        """Waits until the app that is loading has drawn, and switches its semantics tree on. Raises AssertionError."""
        placeholder = self.page.locator("flt-semantics-placeholder")
        drawn = self.page.locator("[flt-semantics-identifier]").first
        deadline = time.monotonic() + self.patience_s
        while time.monotonic() < deadline:
            # The switch lies outside the window, where only a click sent straight to it arrives. A click before Flutter
            # listens is lost, so it is repeated until the tree is there; once it was heard, the switch disappears.
            with suppress(PlaywrightTimeout):
                placeholder.evaluate(_SWITCH_ON, timeout=100)
            with suppress(PlaywrightTimeout):
                drawn.wait_for(state="attached", timeout=100)
                return
        tree = self.page.evaluate("() => document.querySelector('flt-semantics-host')?.outerHTML ?? 'no tree'")
        happened = "\n".join(self._notes)
        raise AssertionError(
            f"the app drew nothing within {self.patience_s} s; {self._picture()}; {tree[:500]}\n{happened}"
        )

    def at(self, id: str) -> Locator:
        """The element with this identifier."""
        return self.page.locator(_selector(id))

    def tap(self, id: str) -> None:
        """Taps the middle of a control, scrolling to it when it lies outside the window.

        A button that is disabled gets a moment: the app may not have heard of the last touch yet.
        """
        self._touch(*self._awake(id))

    def _awake(self, id: str) -> tuple[float, float]:
        where = self._bring(id)
        patience = time.monotonic() + AWAKE_S
        while self._asleep and time.monotonic() < patience:
            self.page.wait_for_timeout(60)
            where = self._bring(id)
        return where

    def tap_text(self, text: str) -> None:
        """Taps the first element with exactly this text."""
        self._wait(self._by_text(text, exact=True), f"{text!r} is not on the screen")
        self._touch(*self._bring(None, text))

    def read_on(self) -> None:
        """Scrolls a signing page until everything that is to be signed has been seen."""
        # Wait until the page is laid out: only then does it know how much lies below, and shows one of the three.
        shown = self.at("sign-more").or_(self.at("sign-read")).or_(self.at("pad")).first
        self._wait(shown, "nothing to read or to sign")
        while self.at("sign-more").count():
            # If everything turns out to fit into the window, the button goes by itself and needs no tap.
            if self._is_there("sign-more"):
                self.tap("sign-more")
            self.page.wait_for_timeout(350)
            self._wait(shown, "nothing to read or to sign")
        if self.at("sign-read").count():
            self.tap("sign-read")
            self.see_id("pad")

    def _is_there(self, id: str) -> bool:
        """Whether a control is on the screen, and still is once nothing moves any more."""
        self.page.wait_for_timeout(60)
        return self.page.evaluate(_AT_REST, [id, ""]) is not None

    def agree(self) -> None:
        """Reads everything that is to be signed, and agrees."""
        self.read_on()
        self.tap("sign-agree")

    def box(self, id: str) -> Locator:
        """Returns the control, once it is there and in the window."""
        self._bring(id)
        return self.at(id).first

    def _bring(self, id: str | None, text: str = "") -> tuple[float, float]:
        """Scrolls until the middle of a control can be touched; returns its position."""
        if id is not None:
            self._wait(self.at(id).first, f"no control {id!r}")
        size = self.page.viewport_size or {"width": 0, "height": 0}
        over = ""
        for _ in range(50):
            rest = self.page.evaluate(_AT_REST, [id, text])
            if rest is not None and 8 < rest["y"] < size["height"] - 8 and not rest["covered"]:
                self._asleep = rest["asleep"]
                return rest["x"], rest["y"]
            over = rest["by"] if rest is not None else "(gone)"
            up = rest is not None and rest["y"] < size["height"] / 3
            self.page.mouse.move(size["width"] / 2, size["height"] / 2)
            self.page.mouse.wheel(0, -200 if up else 200)
            self.page.wait_for_timeout(60)
        raise AssertionError(f"{id or text!r} cannot be brought into the window; under {over!r}; {self._picture()}")

    def _touch(self, x: float, y: float, *, shown: str = "() => window.moved") -> None:
        """Taps, and waits until the window reacts: `shown` is a JavaScript function that says so."""
        gap = self.apart_s - (time.monotonic() - self._last_tap)
        if gap > 0:
            time.sleep(gap)
        for _ in range(3):
            self.page.evaluate("() => { window.heard = []; window.moved = false; }")
            self.page.touchscreen.tap(x, y)
            self._last_tap = time.monotonic()
            # If nothing happens, tap again, as people do when the app was still busy with the last tap.
            while time.monotonic() - self._last_tap < STIRS_S:
                if self.page.evaluate(shown):
                    return
                self.page.wait_for_timeout(40)

    def double_tap(self, id: str) -> None:
        """Taps twice before the app can answer the first tap, however busy this machine is."""
        self.page.evaluate(_TWO_TAPS, list(self._bring(id)))
        self._last_tap = time.monotonic()

    def type_into(self, id: str, text: str, *, clear: bool = True) -> None:
        """Types into the field inside the control `id` and checks that the field then holds the text."""
        for _ in range(4):
            self._into_field(id)
            if clear:
                self.page.keyboard.press("ControlOrMeta+a")
                self.page.keyboard.press("Delete")
            self.page.keyboard.insert_text(text)
            # On a busy machine a field may move under the tap, or Flutter may attach to it late and lose the text.
            self.page.wait_for_timeout(250)
            # A field that is gone took the text: a complete code leads to the next page by itself.
            if not self.at(id).count() or (self._typed_in(id) or "").endswith(text):
                return
        raise AssertionError(
            f"{id!r} does not keep what is typed: {self._typed_in(id)!r}, not {text!r}; {self._picture()}"
        )

    def press(self, keys: str) -> None:
        """Presses a key, or several as in "Alt+KeyN"."""
        self.page.keyboard.press(keys)

    def choose_file(self, id: str, name: str, content: bytes, *, timeout_ms: float = WAIT_MS) -> None:
        """Taps a control that asks for a file, and chooses one in the browser's own picker."""
        with self.page.expect_file_chooser(timeout=timeout_ms) as waiting:
            self.tap(id)
        waiting.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})

    def saved_file(self, id: str) -> tuple[str, bytes]:
        """Taps a control that hands over a file; returns the download's name and content."""
        with self.page.expect_download() as saving:
            self.tap(id)
        return saving.value.suggested_filename, Path(saving.value.path()).read_bytes()

    def holds(self, id: str, text: str) -> None:
        """Taps into the field inside the control `id` and waits until it holds exactly this."""
        self._into_field(id)
        patience = time.monotonic() + WAIT_MS / 1000
        while self._typed_in(id) != text:
            if time.monotonic() > patience:
                raise AssertionError(f"{id!r} holds {self._typed_in(id)!r}, not {text!r}; {self._picture()}")
            self.page.wait_for_timeout(60)

    def value_of(self, id: str) -> str:
        """Taps into the field inside the control `id` and returns its text."""
        self._into_field(id)
        return self._typed_in(id) or ""

    def _typed_in(self, id: str) -> str | None:
        """Returns the text in the field inside the control `id`; None while the field does not have the focus."""
        held: str | None = self.page.evaluate(f"id => ({_TYPED_IN})(id)", id)
        return held

    def _into_field(self, id: str) -> None:
        for _ in range(3):
            # A tap on a field changes nothing in the semantics tree; on one that has the focus, nothing changes at all.
            self._touch(*self._awake(id), shown=f"() => ({_TYPED_IN})({json.dumps(id)}) !== null")
            for _ in range(2):
                # A page that is still loading may take the focus away again: then touch the field once more.
                self.page.wait_for_timeout(100)
                if self._typed_in(id) is not None:
                    return
                # A tap on a field that has the focus only takes it away from the page's element: focus that again.
                self.at(id).first.locator("input, textarea").first.focus()
        has_it = self.page.evaluate("() => document.activeElement?.outerHTML.slice(0, 300)")
        raise AssertionError(f"{id!r} does not keep the focus: {has_it}; {self._picture()}; {self.words()}")

    def _by_text(self, text: str, *, exact: bool = False) -> Locator:
        # Flutter puts words into the semantics tree either as a node's own text or as its label.
        quoted = text.replace('"', '\\"')
        label = f'[aria-label="{quoted}"]' if exact else f'[aria-label*="{quoted}"]'
        return self.page.get_by_text(text, exact=exact).or_(self.page.locator(label)).first

    def see(self, text: str, *, timeout_ms: float = WAIT_MS) -> None:
        """Waits until these words are on the screen, or have been since the last touch."""
        wanted = " ".join(text.split()).lower()
        deadline, waited = time.monotonic() + timeout_ms / 1000, False
        while not self.page.evaluate(
            """wanted => [...window.heard, ...window.saidNow()].some(
                words => words.replace(/\\s+/g, ' ').toLowerCase().includes(wanted))""",
            wanted,
        ):
            if time.monotonic() > deadline:
                raise AssertionError(f"{text!r} is not on the screen; {self._picture()}; on the screen: {self.words()}")
            self.page.wait_for_timeout(60)
            waited = True
        if waited:
            # A user does not touch what appeared less than a double tap's time ago; the app would ignore such a tap.
            self._last_tap = time.monotonic()

    def choose(self, id: str) -> None:
        """Taps one of several choices, and waits until it is selected."""
        self.tap(id)
        self.see_chosen(id)

    def see_chosen(self, id: str) -> None:
        """Waits until the control `id` is the one selected."""
        chosen = self.page.locator(f'[flt-semantics-identifier="{id}"][aria-current="true"]').first
        self._wait(chosen, f"{id!r} is not chosen")

    def see_focus(self, id: str) -> None:
        """Waits until what is typed goes into the field of the control `id`."""
        deadline = time.monotonic() + WAIT_MS / 1000
        while self._typed_in(id) is None:
            if time.monotonic() > deadline:
                raise AssertionError(f"{id!r} does not get the focus; {self._picture()}; {self.words()}")
            self.page.wait_for_timeout(60)

    def see_id(self, id: str, *, timeout_ms: float = WAIT_MS) -> None:
        """Waits until the control `id` is there."""
        came = not self.at(id).count()
        self._wait(self.at(id).first, f"no control {id!r}", timeout_ms)
        if came:
            self._last_tap = time.monotonic()

    def gone(self, text: str, *, timeout_ms: float = WAIT_MS) -> None:
        """Waits until these words are no longer on the screen."""
        try:
            self._by_text(text).wait_for(state="detached", timeout=timeout_ms)
        except PlaywrightError as error:
            raise AssertionError(f"{text!r} is still on the screen; {self._picture()}") from error

    def gone_id(self, id: str, *, timeout_ms: float = WAIT_MS) -> None:
        """Waits until the control `id` is no longer there."""
        try:
            self.at(id).first.wait_for(state="detached", timeout=timeout_ms)
        except PlaywrightError as error:
            raise AssertionError(f"control {id!r} is still there; {self._picture()}") from error

    def has(self, id: str) -> bool:
        """Whether the control `id` is there now."""
        return self.at(id).count() > 0

    def said(self, id: str) -> str:
        """Returns the text of the control `id`."""
        found = self.at(id).first
        return found.get_attribute("aria-label") or found.inner_text()

    def enabled(self, id: str) -> bool:
        """Whether the button `id` is enabled."""
        found = self.box(id)
        return found.locator('[aria-disabled="true"]').count() == 0 and found.get_attribute("aria-disabled") != "true"

    def becomes_enabled(self, id: str, timeout_s: float = WAIT_MS / 1000) -> bool:
        """Waits a while for the button `id` to become enabled; returns whether it did."""
        deadline = time.monotonic() + timeout_s
        while not self.enabled(id):
            if time.monotonic() > deadline:
                return False
            self.page.wait_for_timeout(50)
        return True

    def _wait(self, found: Locator, complaint: str, timeout_ms: float = WAIT_MS) -> None:
        try:
            found.wait_for(state="attached", timeout=timeout_ms)
        except PlaywrightError as error:
            raise AssertionError(f"{complaint}; {self._picture()}; on the screen: {self.words()}") from error

    def _picture(self) -> str:
        """Takes a picture of a failure; returns its path or why there is none, and whether the window still draws."""
        drawing: str = self.page.evaluate(
            """() => new Promise(done => {
                requestAnimationFrame(() => done('drawing'));
                setTimeout(() => done('FROZEN'), 3000);
            })"""
        )
        if not self.ids():
            drawing += ", no semantics tree (" + "; ".join(self._notes) + ")"
        FAILURES.mkdir(parents=True, exist_ok=True)
        path = FAILURES / f"{time.time_ns()}.png"
        try:
            self.page.screenshot(path=path, timeout=10_000)
        except PlaywrightError as error:
            return f"{drawing}, no picture ({error.message.splitlines()[0]})"
        return f"{drawing}, picture: {path.relative_to(ROOT)}"

    def words(self) -> str:
        """All words on the screen, for messages."""
        spoken: list[str] = self.page.evaluate(
            """() => [...document.querySelectorAll('flt-semantics-host *')].map(n => n.getAttribute('aria-label')
                || [...n.childNodes].filter(c => c.nodeType === 3).map(c => c.data).join('')).filter(Boolean)"""
        )
        return " | ".join(spoken)

    def ids(self) -> list[str]:
        """All identifiers on the screen."""
        found: list[str] = self.page.evaluate(
            "() => [...document.querySelectorAll('[flt-semantics-identifier]')]"
            ".map(n => n.getAttribute('flt-semantics-identifier'))"
        )
        return found

    def draw(self, id: str, strokes: Sequence[Stroke]) -> None:
        """Draws with a finger on the control `id`; points are fractions (0..1) of its width and height."""
        box = self.box(id).bounding_box()
        assert box is not None
        finger = self.page.context.new_cdp_session(self.page)
        try:
            for stroke in strokes:
                points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
                for number, (x, y) in enumerate(points):
                    kind = "touchStart" if number == 0 else "touchMove"
                    finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
                    self.page.wait_for_timeout(16)  # a finger is sampled once a frame, too
                finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
                self.page.wait_for_timeout(40)
        finally:
            finger.detach()

    def sign(self, id: str = "pad") -> None:
        """Draws something that looks like a name."""
        self.draw(id, NAME_STROKES)

    def scroll(self, dy: float) -> None:
        """Turns the wheel over the middle of the window."""
        size = self.page.viewport_size or {"width": 0, "height": 0}
        self.page.mouse.move(size["width"] / 2, size["height"] / 2)
        self.page.mouse.wheel(0, dy)

    def resize(self, wide: int, high: int) -> None:
        """Gives the window another size, and waits until everything stands in its new place."""
        self.page.set_viewport_size({"width": wide, "height": high})
        self.page.wait_for_function(_IS_SIZE, arg=[wide, high])
        self.settle()

    def settle(self) -> None:
        """Waits until nothing changes any more: the semantics tree and, when pictures are wanted, the pixels too."""
        self.page.evaluate(_SETTLED)
        if self.shots is not None:
            self._settle_drawing()

    def _settle_drawing(self) -> None:
        # Four frames in a row must look the same: the pixels may lag behind the semantics tree.
        before, same = b"", 0
        for _ in range(60):
            now = self.page.screenshot(animations="allow", timeout=30_000)
            same = same + 1 if now == before else 0
            if same == 3:
                return
            before = now
            self.page.wait_for_timeout(250)

    def rest(self, seconds: float) -> None:
        """Lets time go by."""
        self.page.wait_for_timeout(seconds * 1000)

    def shot(self, name: str) -> Path | None:
        """Saves a picture of the window once nothing moves any more; None when no folder was given."""
        if self.shots is None:
            return None
        self.settle()
        self.shots.mkdir(parents=True, exist_ok=True)
        path = self.shots / f"{name}.png"
        self.page.screenshot(path=path, timeout=30_000)
        return path

    def show(self, path: str, id: str, name: str, *, timeout_ms: float = WAIT_MS) -> None:
        """Opens a path, waits for the control `id` and takes a picture."""
        self.go(path)
        self.see_id(id, timeout_ms=timeout_ms)
        self.shot(name)

    def back(self) -> None:
        """Goes back with the browser's Back, which on a phone is the system's."""
        self.page.evaluate("() => history.back()")


def _selector(id: str) -> str:
    return f'[flt-semantics-identifier="{id}"]'
