"""A server process killed with SIGKILL under load, again and again: what it acknowledged is there, once, and it starts.

Phones push over HTTP without pause. Every acknowledged entry must be on the server at the end, exactly once, every
chain whole, every complete blob what it claims to be.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import requests
from sqlalchemy import func, select

from app.domain.subjects.signing import ChainVerdict
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import BlobRef, Entry
from sync_server.store import Store
from sync_server.store.tables import blobs, entries
from tests.soak.estate import Chain
from tests.support.server import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
CUT = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
"""How a server that dies in the middle shows: before the answer, never, or within it."""


@dataclass(frozen=True)
class Kills:
    """What a run showed: how often killed, what was acknowledged, what of it is missing, and the slowest start (s)."""

    kills: int
    acknowledged: int
    missing: int
    twice: int
    blobs: int
    broken: int
    slowest_start: float
    seconds: float


class Server:
    """`python -m sync_server run` as a process of its own, always on the same port."""

    def __init__(self, url: str, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **os.environ,
            "SHANGMEN_DATABASE_URL": url,
            "SHANGMEN_DATA_DIR": str(folder),
            "SHANGMEN_BLOBS_DIR": str(folder / "blobs"),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start, and return after how many seconds it answered."""
        began = time.monotonic()
        command = [sys.executable, "-m", "sync_server", "run", "--port", str(self.port)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while True:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server did not start again: exit code {self._process.returncode}")
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{self.url}/v1/health", timeout=2).status_code == 200:
                    return time.monotonic() - began
            time.sleep(0.05)

    def peak_mb(self) -> float | None:
        """Return the most memory the process has held so far, in MB; ``None`` where the system does not tell."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status")
        if not status.exists():
            return None
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
        return int(found[1]) / 1000 if found else None

    def processor_s(self) -> float:
        """Return how many seconds of processor the process has taken so far. Linux only."""
        assert self._process is not None
        parts = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")

    def held_mb(self) -> float:
        """Return how much memory the process holds now, in MB. Linux only."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1000

    def kill(self) -> None:
        """SIGKILL."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


class Phone(threading.Thread):
    """Pushes tickets and blobs without pause, and sends again what was not answered."""

    def __init__(self, server: str, login: str, ended: threading.Event) -> None:
        super().__init__(daemon=True)
        self.server, self.login, self.ended = server, login, ended
        self.acknowledged: dict[str, str] = {}
        self.whole: dict[str, int] = {}
        self.failure = ""
        self._chance = random.Random(login)

    def run(self) -> None:
        """Work until told to end and nothing waits; what ends it otherwise is its failure."""
        try:
            self._work()
        except Exception as error:
            self.failure = f"{type(error).__name__}: {error}"
            raise

    def _work(self) -> None:
        token, chain = self._sign_in()
        head = {"Authorization": f"Bearer {token}"}
        waiting: list[Entry] = []
        contents: dict[str, bytes] = {}
        while not (self.ended.is_set() and not waiting):
            if not waiting:
                waiting = chain.tickets(self._chance.randint(1, 8))
                last = waiting.pop()
                data = self._chance.randbytes(9_000)
                ref = BlobRef(sha256_hex(data), len(data), "image/jpeg")
                last = Entry(
                    last.id, last.kind, last.subject_type, last.subject_id, last.body, last.author, last.device,
                    last.counter, last.made_at, blobs=(ref,),
                ).sealed(device=last.device, counter=last.counter, prev=last.prev)  # fmt: skip
                chain._head = last.hash
                waiting.append(last)
                contents[ref.hash] = data
            body = {
                "protocol": 1,
                "sent_at": time.time_ns() // 1_000_000,
                "entries": [entry.to_wire() for entry in waiting],
                "cursors": {},
                "limit": 1,
            }
            with contextlib.suppress(*CUT):
                said = requests.post(f"{self.server}/v1/sync", json=body, headers=head, timeout=30)
                answers = said.json().get("answers", [])
                if said.status_code != 200 or any(a["status"] == "refused" for a in answers):
                    self.failure = f"{said.status_code} {said.text[:300]}"
                    return
                self.acknowledged.update((entry.id, entry.hash) for entry in waiting)
                waiting = []
            self._send(contents, head)
            time.sleep(self._chance.uniform(0, 0.02))

    def _send(self, contents: dict[str, bytes], head: dict[str, str]) -> None:
        for digest, data in list(contents.items()):
            path = f"{self.server}/v1/blobs/{digest}?offset=0&total={len(data)}"
            with contextlib.suppress(*CUT):
                said = requests.patch(path, data=data, headers=head, timeout=30)
                if said.status_code == 200 and said.json()["complete"]:
                    self.whole[digest] = len(data)
                    del contents[digest]

    def _sign_in(self) -> tuple[str, Chain]:
        while True:
            with contextlib.suppress(*CUT):
                asked = {"login": self.login, "password": PASSWORD}
                said = requests.post(f"{self.server}/v1/sign-in", json=asked, timeout=30).json()
                return said["token"], Chain(said["staff"]["id"], said["device_id"])
            time.sleep(0.1)


def run(
    url: str, folder: Path, kills: int, phones: int = 4, seed: int = 1, most_seconds: float = float("inf")
) -> Kills:
    """Kill the server ``kills`` times under the load of ``phones``; return what is there afterwards.

    After ``most_seconds`` it is enough: a busy machine takes its time to start a server.
    """
    chance = random.Random(seed)
    server = Server(url, folder)
    began = time.monotonic()
    slowest = server.start()
    ended = threading.Event()
    people = [Phone(server.url, f"w{number}", ended) for number in range(phones)]
    for phone in people:
        phone.start()
    done = 0
    while done < kills and time.monotonic() - began < most_seconds:
        time.sleep(chance.uniform(0.2, 1.2))
        server.kill()
        slowest = max(slowest, server.start())
        done += 1
    ended.set()
    for phone in people:
        phone.join(120)
    server.kill()
    failures = [phone.failure for phone in people if phone.failure or phone.is_alive()]
    if failures:
        raise RuntimeError(f"a phone was answered wrongly, or never: {failures}")
    return _look(url, folder, people, done, slowest, time.monotonic() - began)


def _look(url: str, folder: Path, people: list[Phone], kills: int, slowest: float, seconds: float) -> Kills:
    store = Store(url, folder / "blobs")
    acknowledged = {i: digest for phone in people for i, digest in phone.acknowledged.items()}
    whole = {digest: size for phone in people for digest, size in phone.whole.items()}
    with store.read() as connection:
        there = {row.id: row.hash for row in connection.execute(select(entries.c.id, entries.c.hash))}
        numbers = select(entries.c.device, entries.c.counter).group_by(entries.c.device, entries.c.counter)
        twice = len(connection.execute(numbers.having(func.count() > 1)).all())
        marked = set(connection.scalars(select(blobs.c.hash).where(blobs.c.complete_at.is_not(None))))
    missing = sum(there.get(i) != digest for i, digest in acknowledged.items())
    missing += sum(digest not in marked for digest in whole)
    content = {digest: store.files.read(digest) for digest in marked}
    broken = sum(data is None or sha256_hex(data) != digest for digest, data in content.items())
    broken += sum(not v.whole for v in store.verify_everything() if isinstance(v, ChainVerdict))
    store.close()
    return Kills(kills, len(acknowledged), missing, twice, len(whole), broken, slowest, seconds)
