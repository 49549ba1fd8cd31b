"""The services that residents can ask for by the card at their door (X3), as a company writes them: TOML with few
words; any other word is refused with a message that names it. The program's own are ``assets/services.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.domain.wire.errors import SERVICES_WRONG, Problem

MOST: Final = 24
"""Most services of a list: they all stand on one page."""
LONGEST: Final = 20
"""Most characters of a service's name."""
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CALL: Final = re.compile(r"[0-9+-]{3,20}")
_WORDS: Final = frozenset(("id", "zh", "en", "urgent", "call", "estates"))


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its ``id``, by which figures count it, and its names. ``urgent``: news of it waits for no quiet
    hours; ``call``: a number that the resident is asked to call as well, "" for none; ``estates``: the codes of the
    estates that offer it (none: all of them)."""

    id: str
    zh: str
    en: str
    urgent: bool = False
    call: str = ""
    estates: tuple[str, ...] = ()

    def offered_in(self, estate_code: str) -> bool:
        """Tell whether an estate offers it."""
        return not self.estates or estate_code in self.estates

    def name(self, english: bool) -> str:
        """Return what it is called."""
        return self.en if english else self.zh


@cache
def standard() -> tuple[Service, ...]:
    """Return the program's own services."""
    return read_services(standard_text())


def standard_text() -> str:
    """Return the text of the file with the program's own services."""
    return (Path(__file__).resolve().parents[2] / "assets" / "services.toml").read_text("utf-8")


@cache
def read_services(text: str) -> tuple[Service, ...]:
    """Return the services written in ``text``, in its order. Raises ``Problem`` ``services_wrong``, which names the
    service and the word."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise wrong("", f"不是 TOML（{fault}）", f"it is not TOML ({fault})") from fault
    listed = data.pop("service", [])
    if data or not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise wrong("", "每项服务以 [[service]] 开头", "each service begins with [[service]]")
    if len(listed) > MOST:
        raise wrong("", f"最多 {MOST} 项", f"there are more than {MOST}")
    found = tuple(_service(one) for one in listed)
    for number, one in enumerate(found):
        if any(other.id == one.id for other in found[:number]):
            raise wrong(one.id, "这个 id 用了两次", "this id is there twice")
    return found


def offered(services: Sequence[Service], estate_code: str) -> tuple[Service, ...]:
    """Return those that an estate offers, in their order."""
    return tuple(one for one in services if one.offered_in(estate_code))


def _service(said: Mapping[str, Any]) -> Service:
    id_ = said.get("id")
    if not isinstance(id_, str) or not _ID.fullmatch(id_):
        raise wrong(str(id_ or ""), "id 只用小写字母、数字和 _", "id is of small letters, digits and _")
    for word in said:
        if word not in _WORDS:
            raise wrong(id_, f"不认识「{word}」", f"“{word}” is not known")
    urgent, call, estates = said.get("urgent", False), said.get("call", ""), said.get("estates", [])
    if not isinstance(urgent, bool):
        raise wrong(id_, "urgent 写 true 或 false", "urgent is true or false")
    if not isinstance(call, str) or (call and not _CALL.fullmatch(call)):
        raise wrong(id_, 'call 写电话号码，如 "120"', 'call is a phone number, as "120"')
    if not isinstance(estates, list) or not all(isinstance(one, str) and one for one in estates):
        raise wrong(id_, 'estates 写小区代码，如 ["HY"]', 'estates are codes of estates, as ["HY"]')
    return Service(id_, _name(said, "zh", id_), _name(said, "en", id_), urgent, call, tuple(estates))


def _name(said: Mapping[str, Any], word: str, id_: str) -> str:
    value = said.get(word)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST or not value.isprintable():
        raise wrong(id_, f"{word} 写名称，最多 {LONGEST} 字", f"{word} is its name, {LONGEST} characters at most")
    return value.strip()


def wrong(service: str, zh: str, en: str) -> Problem:
    """Return the problem ``services_wrong`` of a service by its id, or of the whole file ("")."""
    return Problem(
        SERVICES_WRONG, service=service, service_zh=service or "文件", service_en=service or "the file",
        why_zh=zh, why_en=en,
    )  # fmt: skip
