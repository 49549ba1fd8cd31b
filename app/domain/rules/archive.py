"""The twelve classes of a household's archive 客户档案 (S): in which one a form is filed, who reads which, and what a
look at one is recorded as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from app.domain import roles

CLASSES: Final[tuple[tuple[str, str], ...]] = (
    ("客户单位资料", "the customer"),
    ("缴费记录（含各样押金）", "payments and deposits"),
    ("装修工程文件", "decoration"),
    ("迁入时填具之资料", "filled in at move-in"),
    ("资料补充", "additions"),
    ("联络资料", "contacts"),
    ("紧急事故联络人资料", "emergency contacts"),
    ("与管理处往来文件", "correspondence with the office"),
    ("违规事项与欠费记录", "breaches and arrears"),
    ("请修记录", "repairs"),
    ("投诉记录", "complaints"),
    ("单位有关的工程档案与工作程序", "works on the unit"),
)
"""Their names in Chinese and English; the first is class 1 (annex S)."""
NUMBERS: Final = range(1, len(CLASSES) + 1)
(
    CUSTOMER, PAYMENTS, DECORATION, MOVE_IN, ADDITIONS, CONTACTS, EMERGENCY, CORRESPONDENCE, BREACHES, REPAIRS,
    COMPLAINTS, WORKS,
) = NUMBERS  # fmt: skip


def class_words(number: int, language: str = "zh") -> str:
    """Return the name of a class; "" for a number that is none."""
    return CLASSES[number - 1][language != "zh"] if number in NUMBERS else ""


_LOOK: Final = "archive:"
WHOLE: Final = "archive"
"""What a look at the page of all classes is recorded as."""


def look_at(number: int) -> str:
    """Return what a look at one class of a household's archive is recorded as: ``archive:10``."""
    return f"{_LOOK}{number}"


def looked_at(what: object) -> int:
    """Return the class that a look was at; 0 if it was at another part, or at the archive as a whole."""
    said = what.removeprefix(_LOOK) if isinstance(what, str) and what.startswith(_LOOK) else ""
    return next((number for number in NUMBERS if said == str(number)), 0)


LOAN: Final = "archive_loan"
"""The clock of a paper that is lent: from when it was handed out to when it is due back (S3)."""
_ALL: Final = frozenset(NUMBERS)
_MONEY: Final = frozenset((2, 9))
_READ: Final[Mapping[str, frozenset[int]]] = {
    roles.ARCHIVIST: _ALL,
    roles.MANAGER: _ALL,
    roles.SERVICE_SUPERVISOR: _ALL,
    roles.DESK: _ALL - {2},
    roles.STEWARD: _ALL - _MONEY,
    roles.FINANCE: _MONEY,
    roles.ENGINEERING_SUPERVISOR: frozenset((3, 10, 12)),
    roles.REPAIR_WORKER: frozenset((10, 12)),
    roles.GUARD: frozenset((7,)),
}
"""Which classes the holder of a post reads. Who has no line reads none: an administrator looks after accounts, not
households. The desk files breaches and arrears but not what was paid; a steward neither (S: only those who need it)."""


def classes_of(posts: Iterable[str], *, own_building: bool = True) -> frozenset[int]:
    """Return which classes of a household's archive somebody reads who holds ``posts`` in its estate.

    ``own_building``: whether they are the steward of the household's building. A steward's post says nothing of
    another's building; whatever else they hold does (S).
    """
    held = set(posts) if own_building else set(posts) - {roles.STEWARD}
    return frozenset().union(*(_READ.get(post, ()) for post in held))


def posts_reading(number: int) -> frozenset[str]:
    """Return the posts whose holders read a class in every building of their estate: all that read it but the steward,
    who reads it in their own buildings."""
    return frozenset(post for post, read in _READ.items() if number in read and post != roles.STEWARD)


def reads_all(posts: Iterable[str]) -> bool:
    """Tell whether somebody with these posts reads every class in every building: who keeps the archive as a whole."""
    return classes_of(posts, own_building=False) == _ALL
