"""What a month of cleaning 保洁 comes to (Q4): the scores of each post, the contractor's alike, and the materials used.

Every figure is made of the records that it counts, so each opens its list. The same on phone and server.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from app.domain.times import read_day

CHECK, RECHECK, SIGN_IN, MATERIALS = "cleaning_check", "cleaning_recheck", "cleaning_signin", "cleaning_materials"
"""The forms that the figures are made of."""
SCORES: Final = ("1", "2", "3", "4", "5")
POOR: Final = 3
"""A score up to this one has to be put right and looked at again (Q2)."""
GREEN: Final = "green"
"""The area that a contractor keeps where no point says who does (Q4)."""
WAITING, RIGHT = "waiting", "right"
"""How a poor check stands: it is to be looked at again, or was found right by then."""
_PLACE: Final = "place"


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a post. ``id``: of its case; ``at`` in ms; ``post``: the post's key; ``standing``: "" where nothing
    was poor."""

    id: str
    at: int
    by: str
    post: str
    name: str
    area: str
    contractor: str
    score: int
    standing: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody signed in at a post (Q1)."""

    id: str
    at: int
    by: str
    post: str
    name: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A kind of material that was taken, and how many."""

    id: str
    at: int
    what: str
    number: int


@dataclass(frozen=True, slots=True)
class Post:
    """A post in a month: its checks and who signed in there, the latest first. ``contracted``: a contractor does the
    work, ``contractor`` by name where one is known."""

    key: str
    name: str
    area: str
    contractor: str
    checks: tuple[Check, ...]
    signed: tuple[SignedIn, ...]

    @property
    def contracted(self) -> bool:
        """Whether a contractor does the work."""
        return bool(self.contractor) or self.area == GREEN

    @property
    def mean(self) -> Decimal | None:
        """The mean of its scores; ``None`` where nobody checked."""
        return mean(self.checks)

    def count(self, *standings: str) -> int:
        """Return how many of its checks stand so."""
        return sum(one.standing in standings for one in self.checks)


@dataclass(frozen=True, slots=True)
class Month:
    """A month's posts, the worst first, and by material what was taken, the most first."""

    posts: tuple[Post, ...]
    materials: Mapping[str, tuple[Taken, ...]]

    @property
    def checks(self) -> tuple[Check, ...]:
        """All checks."""
        return tuple(check for post in self.posts for check in post.checks)

    def of(self, *, contracted: bool) -> tuple[Post, ...]:
        """Return the posts that a contractor keeps, or those of one's own staff."""
        return tuple(post for post in self.posts if post.contracted == contracted)


def month_of(checks: Iterable[Check], signed: Iterable[SignedIn], taken: Iterable[Taken]) -> Month:
    """Return what these come to. Each record belongs to one post, so the posts' figures add up to the whole."""
    looked: dict[str, list[Check]] = {}
    there: dict[str, list[SignedIn]] = {}
    used: dict[str, list[Taken]] = {}
    for check in checks:
        looked.setdefault(check.post, []).append(check)
    for one in signed:
        there.setdefault(one.post, []).append(one)
    for each in taken:
        used.setdefault(each.what, []).append(each)
    posts = [_post(key, looked.get(key, []), there.get(key, [])) for key in {**looked, **there}]
    posts.sort(key=lambda post: (post.mean is None, post.mean or Decimal(0), post.name, post.key))
    most = sorted(used, key=lambda what: (-total(used[what]), what))
    return Month(tuple(posts), {what: tuple(sorted(used[what], key=lambda one: (-one.at, one.id))) for what in most})


def _post(key: str, checks: list[Check], signed: list[SignedIn]) -> Post:
    checks.sort(key=lambda one: (-one.at, one.id))
    signed.sort(key=lambda one: (-one.at, one.id))
    name = checks[0].name if checks else signed[0].name
    area = checks[0].area if checks else ""
    contractor = next((one.contractor for one in checks if one.contractor), "")
    return Post(key, name, area, contractor, tuple(checks), tuple(signed))


def mean(checks: Iterable[Check]) -> Decimal | None:
    """Return the mean score with one digit, halves upward; ``None`` without a check."""
    scores = [one.score for one in checks]
    if not scores:
        return None
    return (Decimal(sum(scores)) / len(scores)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def total(taken: Iterable[Taken]) -> int:
    """Return how many pieces were taken."""
    return sum(one.number for one in taken)


# -- from what a form says -----------------------------------------------------------------------


def is_poor(score: str) -> bool:
    """Tell whether a score has to be put right."""
    return score in SCORES and int(score) <= POOR


def recheck_by(answers: Mapping[str, object], day: date) -> date:
    """Return the day by which a poor post is looked at again: the form's ``again``, else the next day."""
    return read_day(answers.get("again")) or day + timedelta(days=1)


def read_check(
    id_: str, at: int, by: str, about: tuple[str, str], address: str, known: Mapping[str, str]
) -> Check | None:
    """Return the check that a case is, by what its chain knows (``chains.cleaning.known_of``); ``None`` for one without
    a score. A check at no point belongs to the place that was written, and to its area."""
    score, area = known.get("score", ""), known.get("area", "")
    if score not in SCORES:
        return None
    post = about[1] if about[0] == _PLACE and about[1] else f"{area}@{address}"
    standing = WAITING if known.get("recheck") else RIGHT if is_poor(score) else ""
    return Check(id_, at, by, post, address, area, known.get("contractor", ""), int(score), standing)


def read_signed(id_: str, at: int, by: str, about: tuple[str, str], address: str, known: Mapping[str, str]) -> SignedIn:
    """Return the sign-in that a case is."""
    name = known.get("post") or address
    post = about[1] if about[0] == _PLACE and about[1] else f"@{name}"
    return SignedIn(id_, at, by, post, name if post.startswith("@") else address)


def read_taken(id_: str, at: int, known: Mapping[str, str]) -> list[Taken]:
    """Return the materials that a case says were taken."""
    pairs = (one.rpartition(":") for one in known.get("materials", "").split())
    return [Taken(id_, at, what, int(number)) for what, _, number in pairs if what and number.isdecimal()]
