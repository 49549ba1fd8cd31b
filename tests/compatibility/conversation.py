"""A conversation with the server, kept as a file: what was asked, what was answered, and how to ask all of it again.

What the server makes up (tokens, ids, hashes, codes) is different each time. A recorded value of such a shape stands
for whatever the server says in its place now, the same one everywhere, in later requests too. Members that a newer
server adds to an answer are no difference, nor are scopes that it names after the recorded ones: a phone pulls what it
is told of, and keeps what it does not know. Sentences for people may be put better, so only their being there counts.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import requests

from sync_server.settings import Settings
from sync_server.store.people import admin
from tests.support.server import LiveServer

FOLDER: Final = Path(__file__).with_name("v1")
PUBLIC: Final = "https://ops.example.com"
_MADE_UP: Final = tuple(
    re.compile(shape)
    for shape in (
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        r"[0-9a-f]{64}",
        r"(smk_)?[A-Za-z0-9_-]{43}",
        r"[A-Z2-9]{8}",
    )
)
_WORDS: Final = frozenset(("message", "version", "what", "why", "faults"))
"""Members that hold words for people, or the program's own version."""
_MEASURED: Final = frozenset(("held_ms",))
"""Members that say how long something took."""
_HEADERS: Final = ("content-type", "retry-after", "www-authenticate", "etag", "upload-offset", "upload-length",
                   "upload-complete")  # fmt: skip


@dataclass(frozen=True)
class Estate:
    """Who and what there is before the first request: made anew for each replay."""

    staff: Sequence[Mapping[str, Any]]
    buildings: Sequence[str]
    households: Sequence[tuple[str, str, str]] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    """Other systems' keys as they were when it was recorded, by name."""


@dataclass
class Turn:
    """One request and its answer. ``at``: the server's clock, in ms."""

    says: str
    at: int
    method: str
    path: str
    headers: dict[str, str]
    body: Any
    """JSON; or ``{"base64": …}`` for bytes, ``{"text": …}`` for what is no JSON; ``None``: nothing."""
    gzip: bool
    status: int = 0
    answer_headers: dict[str, str] = field(default_factory=dict)
    answer: Any = None


@dataclass
class Conversation:
    """A whole conversation."""

    title: str
    estate: Estate
    turns: list[Turn]

    def write(self, path: Path) -> None:
        """Keep it as a file."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", "utf-8")

    @classmethod
    def read(cls, path: Path) -> Conversation:
        """Read a file."""
        data = json.loads(path.read_text("utf-8"))
        estate = data["estate"]
        estate["households"] = [tuple(home) for home in estate["households"]]
        return cls(data["title"], Estate(**estate), [Turn(**turn) for turn in data["turns"]])


class Server:
    """A server with an estate, whose clock stands where it is put."""

    def __init__(self, url: str, folder: Path, estate: Estate) -> None:
        self.now = 0
        self.live = LiveServer(url, folder, lambda: self.now, Settings(public_url=PUBLIC))
        self.now = 1_790_000_000_000
        for building in estate.buildings:
            self.live.add_building(building)
        for building, room, name in estate.households:
            self.live.add_household(building, room, name)
        for person in estate.staff:
            self.live.add_staff(
                person["login"], *person["roles"], name=person["name"], buildings=tuple(person.get("buildings", ()))
            )
        self.keys = {name: admin.add_api_key(self.live.store, name) for name in estate.keys}
        self.live.start()

    def ask(self, turn: Turn) -> tuple[int, dict[str, str], Any]:
        """Send a turn's request; status, headers and body of the answer."""
        self.now = turn.at
        headers, data = dict(turn.headers), None
        if isinstance(turn.body, dict) and set(turn.body) == {"base64"}:
            data = base64.b64decode(turn.body["base64"])
            headers["Content-Type"] = "application/octet-stream"
        elif turn.body is not None:
            text = turn.body["text"] if set(turn.body) == {"text"} else json.dumps(turn.body)
            data = text.encode()
            headers["Content-Type"] = "application/json"
        if turn.gzip and data is not None:
            data, headers["Content-Encoding"] = gzip.compress(data), "gzip"
        said = requests.request(turn.method, self.live.url + turn.path, headers=headers, data=data, timeout=30)
        kept = {name: said.headers[name] for name in _HEADERS if name in said.headers}
        if "json" in said.headers.get("content-type", ""):
            return said.status_code, kept, said.json()
        return said.status_code, kept, {"base64": base64.b64encode(said.content).decode()} if said.content else None

    def close(self) -> None:
        """Stop it."""
        self.live.stop()
        self.live.store.close()


class Speaker:
    """Speaks a conversation for the first time, and keeps it."""

    def __init__(self, server: Server, conversation: Conversation) -> None:
        self._server = server
        self._conversation = conversation
        self.at = server.now
        self.token = ""
        self.status = 0

    def say(
        self, says: str, method: str, path: str, body: Any = None, *, key: str = "", token: str | None = None,
        packed: bool = False,
    ) -> Any:  # fmt: skip
        """Ask, and return the answer's body. ``token`` instead of the current one; ``""``: none."""
        spoken = self.token if token is None else token
        headers = {"X-API-Key": key} if key else {"Authorization": f"Bearer {spoken}"} if spoken else {}
        turn = Turn(says, self.at, method, path, headers, json.loads(json.dumps(body)), packed)
        self.at += 1_000
        turn.status, turn.answer_headers, turn.answer = self._server.ask(turn)
        self.status = turn.status
        self._conversation.turns.append(turn)
        return turn.answer


def record(title: str, estate: Estate, script: Callable[[Speaker, Mapping[str, str]], None], url: str,
           folder: Path) -> Conversation:  # fmt: skip
    """Hold a conversation with the server as it is now."""
    server = Server(url, folder, estate)
    try:
        kept = Conversation(title, Estate(estate.staff, estate.buildings, estate.households, server.keys), [])
        script(Speaker(server, kept), server.keys)
        return kept
    finally:
        server.close()


def replay(conversation: Conversation, url: str, folder: Path) -> list[str]:
    """Ask everything again; return each difference in words, none when the server answers as it did."""
    server = Server(url, folder, conversation.estate)
    told = Comparing()
    for name, key in conversation.estate.keys.items():
        told.now[key] = server.keys[name]
    try:
        for number, turn in enumerate(conversation.turns, 1):
            where = f"{conversation.title}, {number} “{turn.says}”, {turn.method} {turn.path}"
            asked = Turn(**(asdict(turn) | told.put_in({k: asdict(turn)[k] for k in ("path", "headers", "body")})))
            status, headers, answer = server.ask(asked)
            if status != turn.status:
                told.differences.append(f"{where}: status was {turn.status}, is {status}: {answer}")
                continue
            told.compare(f"{where}: header ", turn.answer_headers, headers)
            told.compare(f"{where}: ", turn.answer, answer)
    finally:
        server.close()
    return told.differences


class Comparing:
    """Compares what was recorded with what is said now, remembering what stands for what."""

    def __init__(self) -> None:
        self.now: dict[str, str] = {}
        self.differences: list[str] = []

    def put_in(self, value: Any) -> Any:
        """Return a recorded value with what the server made up replaced by what it made up now."""
        text = json.dumps(value)
        for recorded, now in self.now.items():
            text = text.replace(json.dumps(recorded)[1:-1], json.dumps(now)[1:-1])
        return json.loads(text)

    def compare(self, where: str, recorded: Any, now: Any) -> None:
        """Note how ``now`` differs from ``recorded``."""
        if isinstance(recorded, dict) and isinstance(now, dict):
            for name, value in recorded.items():
                if name not in now:
                    self.differences.append(f"{where}{name} is missing, was {value!r}")
                elif name not in _WORDS | _MEASURED:
                    self.compare(f"{where}{name}.", value, now[name])
        elif isinstance(recorded, list) and isinstance(now, list):
            more = len(now) > len(recorded) and all(isinstance(one, str) for one in now)
            if len(recorded) != len(now) and not (more and where.endswith(": scopes.")):
                self.differences.append(f"{where} had {len(recorded)} items, has {len(now)}: {now!r}")
            for number, (one, other) in enumerate(zip(recorded, now, strict=False)):
                self.compare(f"{where}[{number}].", one, other)
        elif isinstance(recorded, str) and isinstance(now, str):
            if self.put_in(recorded) != now and not self._stands_for(recorded, now):
                self.differences.append(f"{where} was {recorded!r}, is {now!r}")
        elif recorded != now or type(recorded) is not type(now):
            self.differences.append(f"{where} was {recorded!r}, is {now!r}")

    def _stands_for(self, recorded: str, now: str) -> bool:
        if recorded in self.now or now in self.now.values():
            return False
        bare, other = recorded.strip('"'), now.strip('"')
        if not any(shape.fullmatch(bare) and shape.fullmatch(other) for shape in _MADE_UP):
            return False
        self.now[bare] = other
        self.now[bare.lower()] = other.lower()  # as people type codes
        return True
