"""A mail server for tests: a real one on this machine, without encryption, that refuses what it is told to refuse."""

from __future__ import annotations

import socketserver
import threading
from types import TracebackType
from typing import Self


class MailServer:
    """Keeps the mails it takes. ``no_login``: it takes no password; ``refuses``: what it answers to each recipient
    instead of taking them."""

    def __init__(self, no_login: bool = False, refuses: str = "", host: str = "127.0.0.1") -> None:
        self.mails: list[str] = []
        self.logins: list[str] = []
        mails = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self._say("220 mail.example.com")
                while line := self.rfile.readline().decode().strip():
                    word = line.split()[0].upper()
                    if word == "EHLO":
                        self._say("250-mail.example.com", "250 AUTH PLAIN")
                    elif word == "AUTH":
                        mails.logins.append(line.split()[-1])
                        self._say("535 5.7.8 authentication failed" if no_login else "235 ok")
                    elif word == "RCPT" and refuses:
                        self._say(refuses)
                    elif word == "DATA":
                        self._say("354 go on")
                        text = b""
                        while not text.endswith(b"\r\n.\r\n"):
                            text += self.rfile.readline()
                        mails.mails.append(text.decode())
                        self._say("250 taken")
                    elif word == "QUIT":
                        return self._say("221 bye")
                    else:
                        self._say("250 ok")

            def _say(self, *lines: str) -> None:
                self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

        self._server = socketserver.ThreadingTCPServer((host, 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
