"""保洁 (Q4): the period's scores of each post, the contractor's alike, what was poor, who signed in, materials used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

from app.domain.rules import cleaning as rules
from app.domain.rules.cleaning import CHECK, MATERIALS, SIGN_IN, Check, Post, SignedIn, Taken
from app.domain.subjects.case.chains.cleaning import known_of, materials_of, signed_of
from app.domain.times import china_day
from sync_server.store.reports import filled
from sync_server.store.reports.filled import Filled
from sync_server.store.reports.report import COUNT, MEAN, SCORE, SUM, Asked, Figure, Line, Said

_ALL: Final[Said] = ("检查得分", "Scores")
_OWN: Final[Said] = ("自有岗位", "Own posts")
_CONTRACTED: Final[Said] = ("外包（含绿化）", "Contractors, greening")
_SIGNED: Final[Said] = ("签到", "Signed in")
_MATERIALS: Final[Said] = ("物料领用", "Materials used")


def cleaning(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """保洁统计: checks count by their first score; what was poor says whether it was found right since."""
    checks, signed, taken = list[Check](), list[SignedIn](), list[Taken]()
    lines: dict[str, Line] = {}
    first = [one for one in filled.filled(connection, asked, [CHECK, SIGN_IN, MATERIALS]) if one.line == 0]
    whole = filled.of_cases(connection, asked, [one.case_id for one in first if one.form_id == CHECK])
    for one in first:
        if one.form_id == CHECK:
            check = _check(one, whole[one.case_id])
            if check is not None:
                checks.append(check)
                lines[check.id] = one.in_line(f"{check.name} {check.score} 分", 10 * check.score)
        elif one.form_id == SIGN_IN:
            known = signed_of(one.body)
            signed.append(rules.read_signed(one.case_id, one.at, one.by, one.about, one.address, known))
            lines[one.case_id] = one.in_line(signed[-1].name)
        else:
            taken += rules.read_taken(one.case_id, one.at, materials_of(one.body))
            lines[one.case_id] = one.in_line()
    month = rules.month_of(checks, signed, taken)

    def those(listed: tuple[Check, ...] | tuple[SignedIn, ...]) -> tuple[Line, ...]:
        return tuple(lines[one.id] for one in listed)

    every = those(month.checks)
    poor = tuple(one for one in month.checks if rules.is_poor(str(one.score)))
    yield Figure("checks", ("检查次数", "checks"), every, part=_ALL)
    yield Figure("mean", ("平均得分", "mean score"), every, part=_ALL, makes=MEAN, measure=SCORE)
    yield Figure("poor", ("要整改", "poor"), those(poor), every, _ALL, worry=True)
    for standing, said in ((rules.RIGHT, ("已改好", "put right")), (rules.WAITING, ("待复查", "to be checked again"))):
        here = those(tuple(one for one in poor if one.standing == standing))
        yield Figure(standing, said, here, those(poor), _ALL, worry=standing == rules.WAITING)
    for part, contracted in ((_OWN, False), (_CONTRACTED, True)):
        for post in month.of(contracted=contracted):
            if post.checks:
                yield Figure(f"post-{post.key}", _called(post), those(post.checks), part=part, makes=MEAN,
                             measure=SCORE)  # fmt: skip
    yield Figure("signed", ("签到次数", "times"), tuple(lines[one.id] for one in signed), part=_SIGNED, makes=COUNT)
    names = filled.labels(connection, MATERIALS, "what")
    for what, rows in month.materials.items():
        used = tuple(_with(lines[one.id], one.number, filled.label(names, what)[0]) for one in rows)
        yield Figure(f"material-{what}", filled.label(names, what), used, part=_MATERIALS, makes=SUM)


def _check(one: Filled, forms: list[Filled]) -> Check | None:
    known = known_of([each.body for each in forms], china_day(forms[-1].at))
    return rules.read_check(one.case_id, one.at, one.by, one.about, one.address, known)


def _called(post: Post) -> Said:
    name = f"{post.name}（{post.contractor}）" if post.contractor else post.name
    return (name, name)


def _with(line: Line, number: int, what: str) -> Line:
    return Line(line.subject, line.called, f"{what} {number}", line.at, line.estate, line.address, line.building,
                line.person, number, line.entry, line.late)  # fmt: skip
