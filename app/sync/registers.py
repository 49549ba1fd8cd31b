"""Importing the office's register: the calls to the server for upload, questions, preview and confirmation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from app.domain.wire.errors import ANSWER_UNREADABLE, Problem
from app.sync.calls import call, read_json
from app.sync.transport import Transport

READING, COMPARING, BRINGING_IN = "reading", "comparing", "bringing_in"
QUESTIONS, PREVIEW, DONE, FAILED = "questions", "preview", "done", "failed"
AT_WORK = (READING, COMPARING, BRINGING_IN)
"""Stages in which the server is working: ask again soon."""

Words = Mapping[str, str]
"""A sentence by language: zh and en."""


@dataclass(frozen=True, slots=True)
class RegisterOption:
    """One answer a question may have."""

    value: str
    text: Words


@dataclass(frozen=True, slots=True)
class RegisterQuestion:
    """A question about a column, with some of its cells; without options the answer is free text."""

    key: str
    text: Words
    options: tuple[RegisterOption, ...]
    samples: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class RegisterState:
    """The state of an import: ``done`` of ``of`` rows; ``counts`` of households by what happens to them."""

    id: str
    stage: str
    done: int
    of: int
    version: int
    changed_meanwhile: bool
    questions: tuple[RegisterQuestion, ...]
    counts: Mapping[str, int]
    changes_anything: bool
    message: Words


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A household of the preview (title its address, value its name), an unclear cell, or a decision."""

    title: str
    where: Words
    value: str
    text: Words
    changes: tuple[tuple[str, str, str], ...]
    """Field, old, new."""
    open: int
    key: str
    """The key under which to send the chosen option."""
    options: tuple[RegisterOption, ...]
    chosen: str


async def begin_register(transport: Transport, token: str, data: bytes) -> RegisterState:
    """Upload a register. Raises ``Problem``: ``role_may_not``, ``too_big``, ``server_busy``, ``no_network``."""
    return _state(read_json(await call(transport, "POST", "/v1/registers", token=token, raw=data)))


async def register_state(transport: Transport, token: str, register_id: str) -> RegisterState:
    """Return how it stands. Raises ``Problem``: ``not_found`` once the server has forgotten it, ``no_network``."""
    return _state(read_json(await call(transport, "GET", _path(register_id), token=token)))


async def answer_register(
    transport: Transport, token: str, register_id: str, answers: Mapping[str, str]
) -> RegisterState:
    """Answer questions and decisions; the server then makes the preview again."""
    asked = {"answers": dict(answers)}
    return _state(read_json(await call(transport, "POST", f"{_path(register_id)}/answers", token=token, body=asked)))


async def confirm_register(transport: Transport, token: str, register_id: str, version: int) -> RegisterState:
    """Import what the preview of ``version`` shows."""
    asked = {"version": version}
    return _state(read_json(await call(transport, "POST", f"{_path(register_id)}/confirm", token=token, body=asked)))


async def register_lines(
    transport: Transport, token: str, register_id: str, kind: str, offset: int, limit: int
) -> tuple[list[RegisterLine], int]:
    """Return a window of one list of the preview, and how long it is."""
    query = f"?kind={quote(kind)}&offset={offset}&limit={limit}"
    data = read_json(await call(transport, "GET", f"{_path(register_id)}/lines{query}", token=token))
    try:
        return [_line(row) for row in data["lines"]], int(data["total"])
    except (KeyError, TypeError, ValueError) as error:
        raise Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}") from error


def _path(register_id: str) -> str:
    return f"/v1/registers/{quote(register_id, safe='')}"


def _state(data: Mapping[str, Any]) -> RegisterState:
    try:
        return RegisterState(
            id=str(data["id"]),
            stage=str(data["stage"]),
            done=int(data["done"]),
            of=int(data["of"]),
            version=int(data["version"]),
            changed_meanwhile=bool(data["changed_meanwhile"]),
            questions=tuple(
                RegisterQuestion(
                    str(one["key"]), one["text"], _options(one["options"]), tuple(one["samples"]), str(one["place"])
                )
                for one in data["questions"]
            ),
            counts={str(kind): int(count) for kind, count in data["counts"].items()},
            changes_anything=bool(data["changes_anything"]),
            message=data["message"],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}") from error


def _options(rows: Any) -> tuple[RegisterOption, ...]:
    return tuple(RegisterOption(str(row["value"]), row["text"]) for row in rows)


def _line(row: Mapping[str, Any]) -> RegisterLine:
    return RegisterLine(
        title=str(row["title"]),
        where=row["where"],
        value=str(row["value"]),
        text=row["text"],
        changes=tuple((str(one["field"]), str(one["old"]), str(one["new"])) for one in row["changes"]),
        open=int(row["open"]),
        key=str(row.get("key") or ""),
        options=_options(row.get("options") or ()),
        chosen=str(row.get("chosen") or ""),
    )
