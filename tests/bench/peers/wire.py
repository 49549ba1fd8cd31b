"""Bytes and requests on the wire, counted at the client's sockets: TCP's payload, headers and all."""

from __future__ import annotations

import socket
from dataclasses import dataclass, replace
from typing import Any

import urllib3.connection
import urllib3.connectionpool


@dataclass
class Wire:
    """What went through since the last ``take``: bytes up and down, and requests."""

    up: int = 0
    down: int = 0
    requests: int = 0

    def take(self) -> Wire:
        """Return the counts and begin anew."""
        found = replace(self)
        self.up = self.down = self.requests = 0
        return found


WIRE = Wire()


class _CountingSocket(socket.socket):
    def sendall(self, data: Any, *flags: int) -> None:
        WIRE.up += len(data)
        super().sendall(data, *flags)

    def recv_into(self, *arguments: Any, **options: Any) -> int:
        got = super().recv_into(*arguments, **options)
        WIRE.down += got
        return got


class _CountingConnection(urllib3.connection.HTTPConnection):
    def _new_conn(self) -> socket.socket:
        plain = super()._new_conn()
        timeout = plain.gettimeout()
        counted = _CountingSocket(plain.family, plain.type, plain.proto, plain.detach())
        counted.settimeout(timeout)
        return counted

    def putrequest(self, *arguments: Any, **options: Any) -> None:
        WIRE.requests += 1
        super().putrequest(*arguments, **options)


def count() -> None:
    """Count what ``requests`` sends and receives from now on, in this process."""
    urllib3.connectionpool.HTTPConnectionPool.ConnectionCls = _CountingConnection
