"""Serving over HTTP or HTTPS; beside it, over plain HTTP, the page that brings the own authority onto phones."""

from __future__ import annotations

import socket
import ssl
import threading
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import uvicorn
from cryptography.hazmat.primitives import serialization
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sync_server.addresses import address
from sync_server.https.certificates import CertificateProblem, fingerprint, read, read_names
from sync_server.https.patience import Patience

_PAGE = Path(__file__).with_name("authority.html")
AUTHORITY_PATH = "/shangmen-ca.crt"


@dataclass(frozen=True, slots=True)
class Tls:
    """Certificate and key to serve with, and the authority to hand to phones, if it is one's own."""

    certificate: Path
    key: Path
    authority: Path | None = None

    def check(self) -> None:
        """Raise CertificateProblem when the files are not there or don't belong together."""
        names = [self.certificate, self.key, *([self.authority] if self.authority else [])]
        for file in names:
            if not file.is_file():
                raise CertificateProblem(f"没有这个文件：{file}", f"No such file: {file}")
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.certificate, self.key)
        except (ssl.SSLError, OSError) as error:
            raise CertificateProblem(
                f"证书和密钥不可用或不是一对：{error}", f"Certificate and key can't be used together: {error}"
            ) from error


def authority_page(tls: Tls, port: int) -> Starlette:
    """The page (`/`) with the steps for each kind of phone, and the authority's certificate, which holds no secret.

    Raises CertificateProblem when ``tls`` has no readable authority.
    """
    if tls.authority is None:
        raise CertificateProblem("没有指定根证书", "No authority was named")
    authority = read(tls.authority)
    names = [name for name in read_names(tls.certificate) if name not in ("localhost", "127.0.0.1")]
    addresses = [f"{address('https', name, port)}/" for name in names]
    links = "".join(f'<li><a href="{escape(one)}">{escape(one)}</a></li>' for one in addresses)
    page = Template(_PAGE.read_text(encoding="utf-8")).substitute(
        certificate=AUTHORITY_PATH, fingerprint=fingerprint(authority), addresses=links
    )
    der = authority.public_bytes(serialization.Encoding.DER)
    safe = {
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }

    def show(_: Request) -> Response:
        return HTMLResponse(page, headers=safe)

    def hand_out(_: Request) -> Response:
        return Response(der, media_type="application/x-x509-ca-cert", headers=safe)

    return Starlette(routes=[Route("/", show), Route(AUTHORITY_PATH, hand_out)])


def configured(
    app: ASGIApp, host: str, port: int, *, trusted_proxies: str = "", patience: Patience | None = None, **more: Any
) -> uvicorn.Config:
    """Return how uvicorn serves ``app``: with patience for slow lines, and no more than that (``patience``).

    ``trusted_proxies``: addresses and networks whose ``X-Forwarded-For`` is believed; empty: nobody's.
    ``more``: uvicorn's own settings.
    """
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        http=(patience or Patience()).protocol,  # type: ignore[arg-type]  # called like a class, for each connection
        server_header=False,  # what serves is nobody's business, and costs bytes in each answer
        proxy_headers=bool(trusted_proxies.strip()),
        forwarded_allow_ips=trusted_proxies,
        **{"ws": "none", **more},
    )


def answer_waits(app: Any) -> None:
    """Answer the phones that wait for changes at ``app``, which stops: nobody waits with them."""
    waits = getattr(getattr(app, "state", None), "waits", None)
    if waits is not None:
        waits.close_all()


class Server(uvicorn.Server):
    """uvicorn's server, which answers the phones that wait for changes when it stops."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See ``uvicorn.Server``."""
        answer_waits(self.config.app)
        await super().shutdown(sockets)


def serve(
    app: ASGIApp,
    host: str,
    port: int,
    *,
    trusted_proxies: str = "",
    tls: Tls | None = None,
    authority_port: int = 8080,
) -> None:
    """Serve until interrupted; with an authority in ``tls``, also its page on ``authority_port``.

    Raises CertificateProblem before anything is served.
    """
    if tls:
        tls.check()
    server = Server(
        configured(
            app,
            host,
            port,
            trusted_proxies=trusted_proxies,
            timeout_graceful_shutdown=10,
            ssl_certfile=tls.certificate if tls else None,
            ssl_keyfile=tls.key if tls else None,
        )
    )
    if tls and tls.authority:
        page = uvicorn.Server(configured(authority_page(tls, port), host, authority_port, lifespan="off"))
        listening = _listen(host, authority_port)
        try:
            threading.Thread(target=page.run, args=([listening],), name="authority-page", daemon=True).start()
            server.run()
        finally:
            page.should_exit = True
    else:
        server.run()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise CertificateProblem(
            f"无法使用端口 {port}（根证书页面，--authority-port）：{error.strerror}",
            f"Port {port} of the authority's page (--authority-port) can't be used: {error.strerror}",
        ) from error
