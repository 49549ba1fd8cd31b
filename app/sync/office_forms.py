"""Forms of the office, asked of the server: what is published, checking a file, publishing and withdrawing."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from app.domain.forms import Form, read, write
from app.domain.wire.errors import ANSWER_UNREADABLE, Problem
from app.sync.calls import call, read_json
from app.sync.transport import Transport


@dataclass(frozen=True, slots=True)
class PublishedForm:
    """One publishing of a form, in force or ended (``ended``: replaced, withdrawn, or ""). ``estate_key``: ``None`` for
    the whole company; ``published_by``: a staff id, "" at the command line; ``filled``: how often this version was
    filled in; times in ms."""

    id: str
    estate_key: str | None
    form_id: str
    version: str
    hash: str
    title: Mapping[str, str]
    published_at: int
    published_by: str
    ended: str
    ended_at: int | None
    posts: tuple[str, ...] = ()
    group: Mapping[str, str] | None = None
    filled: int = 0


@dataclass(frozen=True, slots=True)
class FormPlace:
    """For whom somebody publishes: an estate (its key, code and name), or the company (all empty)."""

    estate_key: str | None
    estate: str | None
    name: str


@dataclass(frozen=True, slots=True)
class OfficeForms:
    """What was published, the newest first, and for whom one may publish."""

    forms: tuple[PublishedForm, ...]
    places: tuple[FormPlace, ...]

    def in_force(self, form_id: str, estate_key: str | None) -> PublishedForm | None:
        """Return the version in force of a form, for an estate or for the company (``None``)."""
        those = (one for one in self.forms if one.form_id == form_id and one.estate_key == estate_key)
        return next((one for one in those if not one.ended), None)


@dataclass(frozen=True, slots=True)
class FormFault:
    """What is wrong with a form, or (not ``refused``) left out of it, and where: ``row`` as Excel counts, 0: none."""

    sheet: str
    row: int
    column: str
    text: Mapping[str, str]
    refused: bool = True


@dataclass(frozen=True, slots=True)
class CheckedForm:
    """What came of a file: every fault, and the form if nothing is refused."""

    faults: tuple[FormFault, ...]
    form: Form | None
    published: PublishedForm | None = None

    @property
    def refused(self) -> tuple[FormFault, ...]:
        """What keeps it from being published."""
        return tuple(one for one in self.faults if one.refused)


@dataclass(frozen=True, slots=True)
class FormFile:
    """A form as the office wrote it: the file's name and content, and the tables (CSV) that it names."""

    name: str
    content: bytes
    beside: Mapping[str, bytes]


async def ask_forms(transport: Transport, token: str) -> OfficeForms:
    """Return what is published. Raises ``Problem``: ``no_network``, ..."""
    data = read_json(await call(transport, "GET", "/v1/forms", token=token))
    try:
        places = tuple(FormPlace(one["estate_key"], one["estate"], str(one["name"])) for one in data.get("places", ()))
        return OfficeForms(tuple(_published(one) for one in data["forms"]), places)
    except (KeyError, TypeError, ValueError) as error:
        raise Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}") from error


async def ask_definition(transport: Transport, token: str, digest: str) -> Form:
    """Return a form by its definition's hash. Raises ``Problem``: ``not_found``, ``form_wrong``, ``no_network``, ..."""
    data = read_json(await call(transport, "GET", f"/v1/forms/{quote(digest)}", token=token))
    return read(write(data["definition"]))


async def check_file(transport: Transport, token: str, file: FormFile) -> CheckedForm:
    """Have the server check a file; nothing is kept. Raises ``Problem``: ``role_may_not``, ``no_network``, ..."""
    return _checked(read_json(await call(transport, "POST", "/v1/forms/check", token=token, body=_body(file))))


async def publish_file(transport: Transport, token: str, file: FormFile, estate: str | None) -> CheckedForm:
    """Publish a file for an estate, by its code or name, or for the company (``None``); ``published`` is empty where
    something is refused.

    Raises ``Problem``: ``form_wrong`` for another content under a version that was published, ``role_may_not``, ...
    """
    body = _body(file) | ({} if estate is None else {"estate": estate})
    return _checked(read_json(await call(transport, "POST", "/v1/forms", token=token, body=body)))


async def withdraw(transport: Transport, token: str, form_id: str, estate: str | None) -> None:
    """Withdraw a form of an estate or of the company. Raises ``Problem``: ``not_found``, ``role_may_not``, ..."""
    body = {"form_id": form_id} | ({} if estate is None else {"estate": estate})
    await call(transport, "POST", "/v1/forms/withdraw", token=token, body=body)


def _body(file: FormFile) -> dict[str, Any]:
    beside = {name: base64.b64encode(one).decode() for name, one in file.beside.items()}
    return {"name": file.name, "content": base64.b64encode(file.content).decode(), "beside": beside}


def _checked(data: Mapping[str, Any]) -> CheckedForm:
    try:
        faults = tuple(
            FormFault(str(one["sheet"]), int(one["row"]), str(one["column"]), {"zh": one["zh"], "en": one["en"]},
                      bool(one["refused"]))
            for one in data["faults"]
        )  # fmt: skip
        found, done = data["definition"], data["published"]
    except (KeyError, TypeError, ValueError) as error:
        raise Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}") from error
    form = None if found is None else read(write(found))
    return CheckedForm(faults, form, None if done is None else _published(done))


def _published(data: Mapping[str, Any]) -> PublishedForm:
    return PublishedForm(
        str(data["id"]), data["estate_key"], str(data["form_id"]), str(data["version"]), str(data["hash"]),
        dict(data["title"]), int(data["published_at"]), str(data["published_by"] or ""), str(data["ended"]),
        data["ended_at"], tuple(data.get("posts") or ()), dict(data.get("group") or {}), int(data.get("filled") or 0),
    )  # fmt: skip
