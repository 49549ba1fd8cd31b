"""The web app beside the interface: files, routes of the app, packing, caching, and what a browser may do."""

from __future__ import annotations

import gzip
import http.client
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from sync_server.api.web import SECURITY_HEADERS, takes
from sync_server.settings import Settings
from tests.support.server import LiveServer

FILES = {
    "index.html": b"<!doctype html><base href='/'><title>app</title>",
    "main.dart.js": b"console.log('" + b"x" * 5000 + b"')",
    "pyodide/pyodide.mjs": b"export const a = 1",
    "canvaskit/canvaskit.wasm": b"\0asm\1\0\0\0",
    "assets/fonts/Shangmen.ttf": b"\0\1\0\0",
    "manifest.json": b"{}",
    "service-worker.js": b"self",
    "app.zip": b"PK",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "main.dart.js.gz").write_bytes(gzip.compress(FILES["main.dart.js"], 9, mtime=0))
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
def web(sqlite_url: str, tmp_path: Path, tree: Path) -> Iterator[LiveServer]:
    with LiveServer(sqlite_url, tmp_path / "server", settings=Settings(web=tree)) as server:
        yield server


def _get(web: LiveServer, path: str, method: str = "GET", **headers: str) -> requests.Response:
    headers = {"Accept-Encoding": "identity", "Accept": "*/*"} | headers
    return requests.request(method, web.url + path, headers=headers, timeout=20)


def test_files_have_the_types_a_browser_insists_on(web: LiveServer) -> None:
    types = {name: _get(web, f"/{name}").headers["Content-Type"] for name in FILES}
    assert types == {
        "index.html": "text/html; charset=utf-8",
        "main.dart.js": "text/javascript; charset=utf-8",
        "pyodide/pyodide.mjs": "text/javascript; charset=utf-8",
        "canvaskit/canvaskit.wasm": "application/wasm",
        "assets/fonts/Shangmen.ttf": "font/ttf",
        "manifest.json": "application/manifest+json",
        "service-worker.js": "text/javascript; charset=utf-8",
        "app.zip": "application/zip",
    }


def test_every_answer_of_the_web_app_carries_the_security_headers(web: LiveServer) -> None:
    for path in ("/", "/join/ABCD2345", "/main.dart.js", "/nothing.js"):
        answer = _get(web, path, Accept="text/html")
        assert SECURITY_HEADERS.items() <= answer.headers.items(), path
        assert answer.headers["Cache-Control"] == "no-cache"
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "http:" not in policy and "https:" not in policy and "*" not in policy


def test_screens_of_the_app_are_its_page_and_missing_files_are_missing(web: LiveServer) -> None:
    for path in ("/", "/join/ABCD2345", "/ticket/019/found"):
        assert _get(web, path, Accept="text/html,*/*").content == FILES["index.html"], path
    missing = _get(web, "/old-version.js", Accept="text/html")
    assert (missing.status_code, missing.json()["error"]["name"]) == (404, "not_found")
    assert _get(web, "/join/ABCD2345", Accept="application/json").status_code == 404
    assert _get(web, "/pyodide").status_code == 404
    assert _get(web, "/", "POST").status_code == 405
    assert _get(web, "/v1/health").json()["status"] == "ok"
    assert _get(web, "/v1/nothing", Accept="text/html").json()["error"]["name"] == "not_found"


def test_what_is_the_same_is_not_sent_again_and_head_sends_no_content(web: LiveServer, tree: Path) -> None:
    first = _get(web, "/main.dart.js")
    again = _get(web, "/main.dart.js", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    head = _get(web, "/main.dart.js", "HEAD")
    assert head.content == b"" and int(head.headers["Content-Length"]) == len(FILES["main.dart.js"])
    (tree / "main.dart.js").write_bytes(b"newer")
    assert _get(web, "/main.dart.js", **{"If-None-Match": first.headers["ETag"]}).content == b"newer"


def test_a_packed_file_goes_to_who_takes_it_under_an_etag_of_its_own(web: LiveServer) -> None:
    plain, packed = _get(web, "/main.dart.js"), _get(web, "/main.dart.js", **{"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert packed.content == plain.content == FILES["main.dart.js"]
    assert int(packed.headers["Content-Length"]) < 200 and packed.headers["ETag"] != plain.headers["ETag"]
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
    unpacked = _get(web, "/app.zip", **{"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in unpacked.headers and unpacked.content == b"PK"
    for header in ("br;q=1, gzip;q=0.5", "*", "gzip"):
        assert takes(header, "gzip"), header
    for header in ("gzip;q=0, *", "", "br"):
        assert not takes(header, "gzip"), header


def test_who_takes_brotli_gets_it_and_others_gzip(web: LiveServer, tree: Path) -> None:
    (tree / "main.dart.js.br").write_bytes(b"packed by brotli")
    raw = {
        header: _raw(web, "/main.dart.js", header) for header in ("gzip, deflate, br, zstd", "gzip", "br;q=0, *", "")
    }
    assert [encoding for encoding, _ in raw.values()] == ["br", "gzip", "gzip", None]
    assert raw["gzip, deflate, br, zstd"][1] == b"packed by brotli"
    (tree / "main.dart.js.gz").unlink()
    assert [_raw(web, "/main.dart.js", header)[0] for header in raw] == ["br", None, None, None]


def _raw(web: LiveServer, path: str, accepted: str) -> tuple[str | None, bytes]:
    """Return how an answer is packed and its bytes as they travel."""
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=20)
    connection.request("GET", path, headers={"Accept-Encoding": accepted})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.headers["Content-Encoding"], content


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/pyodide/../../secret.txt", "/..%5csecret.txt",
     "//etc/passwd.txt", "/%00.js", "/" + "a" * 5000 + ".js"],
)  # fmt: skip
def test_nothing_outside_the_folder_is_served(web: LiveServer, path: str) -> None:
    # requests would tidy the path up before it is sent.
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    assert answer.status == 404 and b"secret" not in content and b"root:" not in content


def test_a_link_that_leads_out_of_the_folder_is_not_followed(web: LiveServer, tree: Path) -> None:
    (tree / "leak.txt").symlink_to(tree.parent / "secret.txt")
    assert _get(web, "/leak.txt").status_code == 404


def test_without_the_web_app_the_page_says_how_to_make_it_and_needs_no_restart(sqlite_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "later"
    with LiveServer(sqlite_url, tmp_path / "server", settings=Settings(web=folder)) as server:
        page = _get(server, "/", Accept="text/html")
        assert page.status_code == 503 and "python3 dev.py web" in page.text
        assert page.text.index("同步服务器在运行") < page.text.index("The sync server is running")
        assert _get(server, "/main.dart.js").status_code == 404
        folder.mkdir()
        (folder / "index.html").write_bytes(FILES["index.html"])
        assert _get(server, "/", Accept="text/html").content == FILES["index.html"]


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_the_pages_of_the_interface_need_no_other_host(live: LiveServer, page: str) -> None:
    """A company's server may see no internet: scripts, styles and icon come from itself."""
    html = requests.get(live.url + page, timeout=20).text
    wanted = re.findall(r"""(?:src|href)=["']([^"']+)["']""", html)
    assert wanted and [address for address in wanted if not address.startswith("/docs/files/")] == []
    for address in wanted:
        assert requests.get(live.url + address, timeout=20).status_code == 200
