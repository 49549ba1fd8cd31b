"""The demo: `python3 dev.py run` makes the demo estate at the first start, then serves it and the app on one port.

The sync server answers under ``/v1`` (and ``/docs``). Everything else is the app: the offline web app where a browser
can keep it (on this computer, or over HTTPS); elsewhere its screens in Flet's server mode, drawn by this process. So a
phone on plain HTTP can try everything except working without a network. The data is kept in ``data/demo`` until
``--reset``.
"""

from __future__ import annotations

import argparse
import errno
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.domain.times import CHINA
from app.domain.writing.join_codes import only_here
from sync_server import https, log
from sync_server.addresses import address
from sync_server.api import create_app, open_store
from sync_server.api.web import of_api
from sync_server.estate.workbook import read_workbook
from sync_server.qr import print_qr
from sync_server.settings import Settings
from sync_server.store import Store
from sync_server.store.estate.importing import import_estate
from tools.demo.estate import DEMO_CODE, DEMO_PASSWORD, DEMO_SEED, STAFF, write_demo_workbook
from tools.demo.forms import play_forms
from tools.demo.handbook import publish_handbook
from tools.demo.history import has_history, play_history
from tools.demo.second import SECOND_NAME, SECOND_STAFF, write_second_workbook

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "data" / "demo"
RECIPE = ROOT / "build" / "web" / "make.py"
"""Script that makes the web app in ``var/web`` unless nothing has changed."""
PORT = 8560
DAYS = 60
"""Length of the demo's past, in days."""
SHOWN = ("管家", "维修工", "工程部主管", "前台", "项目经理", "环境主管", "保洁领班", "保洁员")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo until interrupted; return its exit code (1: could not start, 2: arguments not understood)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace", line_buffering=True)
    log.set_up()
    parser = argparse.ArgumentParser(prog="dev.py run", description="启动演示 start the demo", allow_abbrev=False)
    parser.add_argument("--port", type=_port, default=PORT, help=f"端口 port ({PORT})")
    parser.add_argument(
        "--host", default="0.0.0.0", help="监听地址 address to listen on (0.0.0.0: phones can reach it)"
    )
    parser.add_argument("--no-browser", action="store_true", help="不打开浏览器 open no browser")
    parser.add_argument("--no-web", action="store_true", help="不制作离线网页应用 do not make the offline web app")
    parser.add_argument("--reset", action="store_true", help="删除演示数据，重新开始 begin anew")
    asked = parser.parse_args(arguments)
    listening = _listen(asked.host, asked.port)
    if listening is None:
        return 1
    with listening:
        if asked.reset:
            try:
                _remove(FOLDER)
            except OSError as error:
                print(
                    f"✗ 无法删除演示数据 {error.filename}：{error.strerror}（关闭正在使用它的程序后再试）\n"
                    f"  The demo data can't be removed: {error.strerror}; close what uses it and try again",
                    flush=True,
                )
                return 1
            _say("✓ 演示数据已删除", "demo data removed")
        store = _demo_store()
        if not asked.no_web:
            _make_web()
        try:
            _serve(store, listening, asked)
        finally:
            store.close()
    return 0


def _remove(folder: Path) -> None:
    """Remove a folder with everything in it, if it exists. Raises OSError that names the file."""
    if folder.exists():
        shutil.rmtree(folder)


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError(text)
    return port


def _say(zh: str, en: str = "") -> None:
    print(f"{zh}  {en}".rstrip(), flush=True)


def _listen(host: str, port: int) -> socket.socket | None:
    """Bind the port before anything else is done. If that fails, print what to do about it and return ``None``."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    if os.name != "nt":  # on Windows this option would let two programs share the port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        if error.errno in (errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", errno.EADDRINUSE)):
            why = (
                f"端口 {port} 已被占用（演示可能已在运行）",
                f"Port {port} is taken; the demo may be running already",
            )
        else:
            why = (f"无法使用端口 {port}：{error.strerror}", f"Port {port} can't be used: {error.strerror}")
        print(
            f"✗ {why[0]}\n  {why[1]}\n    python3 dev.py run --port {port + 1 if 0 < port < 65535 else 8561}",
            flush=True,
        )
        return None
    return listening


def _demo_store() -> Store:
    """Return the demo's store; the first start puts its two estates and their past into it."""
    store = open_store(Settings(data_dir=FOLDER, database_url="", blobs_dir=None))
    _first_estate(store)
    if [one.code for one in store.estates()] == [DEMO_CODE]:
        now, workbook = datetime.now(CHINA), FOLDER / f"{SECOND_NAME}小区.xlsx"
        write_second_workbook(workbook, today=now.date(), now=now.replace(tzinfo=None))
        data = read_workbook(workbook)
        import_estate(store, data)
        _say(f"✓ {data.estate.name}：{len(data.households)} 户", "a second, small estate")
    return store


def _first_estate(store: Store) -> None:
    """Put the estate 荔园 and its past into the store, unless they are there."""
    if has_history(store, DEMO_CODE):
        return
    workbook = FOLDER / "荔园小区.xlsx"
    begun = bool(store.estate_name())
    if begun and not workbook.exists():
        return
    if not begun:
        _say("· 生成演示小区 …", "making the demo estate …")
        now = datetime.now(CHINA)
        write_demo_workbook(workbook, today=now.date(), now=now.replace(tzinfo=None))
    data = read_workbook(workbook, lambda progress: _progress(progress.sheet, progress.done, progress.total))
    print(flush=True)
    if not begun:
        import_estate(store, data, lambda zh, en, rows: _say(f"  · {zh} {rows}", en))
    _say(f"✓ {data.estate.name}：{len(data.households)} 户", f"{len(data.people)} people, {len(data.tickets)} tickets")
    _say("· 生成两个月的工单和走访 …", "two months of repairs and visits …")
    report = play_history(
        store, data, now=store.now(), days=DAYS, on_progress=lambda done, total: _progress("记录", done, total)
    )
    print(flush=True)
    _say(f"✓ 工单 {report.tickets}，走访 {report.visits}", f"{report.tickets} tickets, {report.visits} visits")
    published, filled = play_forms(store, data, now=store.now(), seed=DEMO_SEED)
    _say(f"✓ 表单 {published}，填过 {filled}", f"{published} forms, {filled} filled in")
    pages = publish_handbook(store, now=store.now())
    _say(f"✓ 应知应会 {pages} 页", f"{pages} pages of the handbook")


def _progress(what: str, done: int, total: int) -> None:
    if sys.stdout.isatty():
        print(f"\r  {what} {done}/{total}", end="\033[K", flush=True)
    elif done == total:  # into a file, one line is enough
        print(f"  {what} {total}", flush=True)


def _make_web() -> None:
    """Make the offline web app or bring it up to date; if that fails, the screens of the server mode remain."""
    if not RECIPE.exists():
        return
    if subprocess.run([sys.executable, str(RECIPE), "--quick"], cwd=ROOT, check=False).returncode:
        _say("✗ 离线网页应用没有做成（见上），先用服务器上的界面", "no web app this time; see above")


def _serve(store: Store, listening: socket.socket, asked: argparse.Namespace) -> None:
    port = int(listening.getsockname()[1])
    everywhere = asked.host in ("0.0.0.0", "::")
    here = address("http", "127.0.0.1" if everywhere else asked.host, port)
    phones = address("http", _own_address(), port) if everywhere else here
    settings = Settings(data_dir=FOLDER, database_url="", blobs_dir=None, port=port, public_url=phones)
    api = create_app(store, settings)
    screens = _screens(here)
    app = _both(api, screens, lambda: settings.web_folder is not None)
    serving = https.configured(app, asked.host, port, timeout_graceful_shutdown=2, ws="auto")
    server = uvicorn.Server(serving)
    _announce(here, phones, with_web=settings.web_folder is not None)
    if not asked.no_browser:
        threading.Thread(target=_open_browser, args=(server, here), daemon=True).start()
    server.run(sockets=[listening])


def _screens(server: str) -> FastAPI:
    """Return the app in Flet's server mode."""
    # The app reads these when it starts: its data folder, and the address of its server.
    os.environ["SHANGMEN_DATA_DIR"] = str(FOLDER / "app")
    os.environ["SHANGMEN_SERVER_URL"] = server
    import flet_web.fastapi

    from app.ui.main import main as entry

    screens: FastAPI = flet_web.fastapi.app(
        entry, assets_dir=str(ROOT / "assets"), app_name="上门 Shangmen", app_short_name="上门", no_cdn=True
    )
    return screens


def _both(api: ASGIApp, screens: ASGIApp, has_web: Callable[[], bool]) -> ASGIApp:
    """Serve the API under its paths; elsewhere the web app if the browser can keep it, else the drawn screens."""

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        own = scope["type"] == "http" and (of_api(scope["path"]) or (_keeps(scope) and has_web()))
        # Start and stop events go to the screens: Flet manages its sessions by them; the API needs neither.
        await (api if own else screens)(scope, receive, send)

    return dispatch


def _keeps(scope: Scope) -> bool:
    """Whether the browser used an address from which it can keep an offline app: HTTPS, or its own computer."""
    return scope.get("scheme") == "https" or only_here(f"http://{Headers(scope=scope).get('host', '')}")


def _announce(here: str, phones: str, *, with_web: bool) -> None:
    _say(f"\n上门 Shangmen  {here}", "离线网页应用 the offline web app" if with_web else "")
    if phones != here:
        _say(f"手机（同一网络） {phones}", "for phones in the same network")
        _say(
            "  手机通过 HTTP 打开的是服务器上的界面，要有网络；离线使用和安装需要 HTTPS（见部署说明）",
            "\n  over plain HTTP phones get screens drawn here; keeping the app for use offline takes HTTPS",
        )
    print_qr(phones)
    _say("演示账号（密码都是 " + DEMO_PASSWORD + "）：", "demo sign-ins, all with this password:")
    shown: set[str] = set()
    for person in STAFF:
        if person.role in SHOWN and person.role not in shown:
            shown.add(person.role)
            _say(f"  {person.role}  {person.login}", person.name)
    both = next(person for person in SECOND_STAFF if person.role == "前台")
    _say(f"  两个小区的{both.role}  {both.login}", f"{both.name}, at the desk of two estates")
    _say(f"接口说明 {here}/docs", "Ctrl+C 停止 stops it")


def _own_address() -> str:
    """Return this machine's address in its network; sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def _open_browser(server: uvicorn.Server, shown: str) -> None:
    while not server.started:
        if server.should_exit:
            return
        time.sleep(0.1)
    try:
        webbrowser.open(shown)
    except webbrowser.Error:
        _say(f"请在浏览器打开 {shown}", "please open it in a browser")


if __name__ == "__main__":
    sys.exit(main())
