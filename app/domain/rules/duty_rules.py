"""The rules that say which duties there are, as a company writes them: TOML with few words; any other word is refused
with a message that names it.

The built-in rules are ``assets/duties.toml``; a company's own, which the server sends to phones, replace them.
``duties.py`` applies the rules for households, follow-ups those for what was closed (D.2).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.domain import roles
from app.domain.rules.meters import METERS, POWER, WATER
from app.domain.rules.workdays import Workdays
from app.domain.times import HOUR, LAST_DAY, add_months, at_china, china_day
from app.domain.wire.errors import RULES_WRONG, Problem

HOUSEHOLD, COMPLAINT, REPAIR, EVENT = "household", "complaint", "repair", "event"
VACANT_UNIT, BUILDING, ESTATE = "vacant_unit", "building", "estate"
"""For whom or what else forms are owed: units where nobody lives, buildings, the estate as a whole."""
CASE: Final = "case"
"""What ``for`` begins with where a case of a chain owes it while it is open: ``case mail``."""
MOVE_IN, MONTHLY, FESTIVAL, CLOSED, IS_OPEN = "move_in", "monthly", "festival", "closed", "open"
DAILY, WEEKLY, YEARLY = "daily", "weekly", "yearly"
A_NOTICE: Final = "notice"
"""What else rules are for: notices (P), with the conditions ``RELEASED``, ``URGENT``, ``OUTAGE``."""
RELEASED, URGENT, OUTAGE = "released", "urgent", "outage"
"""Conditions (``when``) under which something is owed. ``COMPLAINT`` is one too: a complaint or suggestion is open."""
A_VISIT, A_FESTIVAL_VISIT, A_FOLLOW_UP = "visit", "festival_visit", "follow_up"
A_SURVEY_ISSUE, A_SURVEY_RETURN = "survey_issue", "survey_return"
"""What fulfils a rule (``done``). The last two are conditions, too: a round of the survey runs (F)."""
OF_SURVEY: Final = (A_SURVEY_ISSUE, A_SURVEY_RETURN)
A_POSTING: Final = "posting"
"""What fulfils the rules of notices: it hangs, or was delivered."""
A_CALL: Final = "call"
"""What fulfils the rule of outages: whoever needs special care was called (P3)."""
BY_WEIGHT: Final = "weight"
HOLDER: Final = "holder"
"""Owners that are no post: whom the weight of a complaint says; who filled in a case's last form, or took it over."""
BY_SERVER: Final = "server"

A_FORM: Final = "form"
"""What ``done`` begins with where a form fulfils it: ``form vacant_check``."""
A_SESSION: Final = "training"
"""``done`` of what a training session fulfils (V1)."""
SESSION: Final = "#training"
"""Stands for the form of such a rule: no form is called so."""
TRAINING_PLAN: Final = "training_plan"
"""The form of the year's plan of training (V1)."""
A_METER_ROUND: Final = "meter_round"
"""``done`` of what is fulfilled once each meter of a building is read (M3)."""
A_CHECK: Final = "archive_check"
"""``done`` of what is fulfilled once each paper of an estate's archive was in somebody's hands in the quarter (S4)."""

_CLOSINGS: Final = (COMPLAINT, REPAIR, EVENT)
_PLACES: Final = (VACANT_UNIT, BUILDING, ESTATE)
_BY_FORM: Final = frozenset((HOUSEHOLD, CASE, *_PLACES))
_REGULARLY: Final = (DAILY, WEEKLY, MONTHLY, YEARLY)
DAYS: Final = ("until", "refund_from")
"""The days that a chain can know of a case (``Chain.known``) and that a rule can name."""
_WHEN: Final[Mapping[str, frozenset[str]]] = {
    COMPLAINT: frozenset((HOUSEHOLD,)),
    MOVE_IN: frozenset((HOUSEHOLD,)),
    DAILY: _BY_FORM,
    WEEKLY: _BY_FORM,
    MONTHLY: _BY_FORM,
    YEARLY: _BY_FORM,
    FESTIVAL: frozenset((HOUSEHOLD,)),
    CLOSED: frozenset(_CLOSINGS),
    IS_OPEN: frozenset((CASE,)),
    **dict.fromkeys(OF_SURVEY, frozenset((HOUSEHOLD,))),
    **dict.fromkeys((RELEASED, URGENT, OUTAGE), frozenset((A_NOTICE,))),
}
"""For whom or what (``for``) each condition can be used."""
_DONE: Final[Mapping[str, frozenset[str]]] = {
    A_VISIT: frozenset((HOUSEHOLD,)),
    A_FESTIVAL_VISIT: frozenset((HOUSEHOLD,)),
    A_FOLLOW_UP: frozenset(_CLOSINGS),
    **dict.fromkeys(OF_SURVEY, frozenset((HOUSEHOLD,))),
    A_POSTING: frozenset((A_NOTICE,)),
    A_METER_ROUND: frozenset((BUILDING,)),
    A_CHECK: frozenset((ESTATE,)),
    A_CALL: frozenset((A_NOTICE,)),
}
_NEEDS: Final[Mapping[str, frozenset[str]]] = {
    MOVE_IN: frozenset(("within",)),
    FESTIVAL: frozenset(("festivals", "before")),
    CLOSED: frozenset(("within",)),
    **dict.fromkeys((*OF_SURVEY, RELEASED, URGENT, OUTAGE), frozenset(("within",))),
}
_WORDS: Final = frozenset(
    (
        "name", "for", "when", "owner", "done", "within", "festivals", "before", "share", "sample", "months", "times",
        "from", "by", "after", "until", "wait", "day", "signed", "meters",
    ),
)  # fmt: skip
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FORM_ID: Final = re.compile(r"form ([A-Za-z_][A-Za-z0-9_.-]{0,79})")
_CHAIN: Final = re.compile(r"case ([A-Za-z_][A-Za-z0-9_.-]{0,79})")
_STEP: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,79}")
_MOST_TIMES: Final = {DAILY: 1, WEEKLY: 7, MONTHLY: 4, YEARLY: 12}
_DAY_OF_YEAR: Final = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SPAN: Final = re.compile(r"(0|[1-9]\d{0,2}) (hour|day|workday|month)s?")
_HOUR: Final = "hour"
_MOST_BEFORE: Final = 60


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: ``number`` times ``unit`` (day, workday, month; hour for what is told at once)."""

    number: int
    unit: str

    def after(self, day: date, workdays: Workdays) -> date:
        """Return the last day that is still in time, counted from ``day``."""
        day = min(day, LAST_DAY)
        if self.unit == "month":
            return add_months(day, self.number)
        if self.unit == "workday":
            return workdays.add_workdays(day, self.number)
        return day + timedelta(days=self.number)

    def until(self, at: int, workdays: Workdays) -> int:
        """Return the moment until which it is in time, counted from the moment ``at``, in ms: hours run from it, of
        longer spans the last day counts whole."""
        if self.unit == _HOUR:
            return at + self.number * HOUR
        return at_china(self.after(china_day(at), workdays), 23, 59)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule about something the company owes. ``assets/duties.toml`` explains each word.

    ``form``: the id of the form that fulfils it, "" where something else does; ``months``: the months in which it holds
    (empty: all); ``times``: how often in a period; ``from_day``, ``by_day``: of the month, 0 for first and last;
    ``by_weekday``: until which day of the week, 1 to 7, 0 for its end; ``year_from``, ``year_by``: of a yearly rule,
    from and until which month and day, empty for its first and last; ``signed``: a form counts once all who sign it
    have; ``meters``: which kinds a meter round reads (M3).

    Of a rule for open cases (K4, L2, P1, X4): ``chain``: of which kind they are; ``after``: the steps that begin it
    (none: the first form does); ``until``: the steps that end it without the form; ``wait``: how long after that step
    it begins to be owed; ``day``: which of the days that are known of the case it is owed from, "" for none.
    """

    name: str
    for_: str
    when: str
    owner: str
    done: str
    within: Span | None = None
    festivals: tuple[str, ...] = ()
    before: int = 0
    share: int = 100
    sample: str = ""
    form: str = ""
    months: tuple[int, ...] = ()
    times: int = 1
    from_day: int = 0
    by_day: int = 0
    by_weekday: int = 0
    chain: str = ""
    after: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    wait: Span | None = None
    day: str = ""
    year_from: tuple[int, ...] = ()
    year_by: tuple[int, ...] = ()
    signed: bool = False
    meters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules, in order of precedence."""

    all: tuple[Rule, ...]

    def of_households(self) -> dict[str, list[Rule]]:
        """Return the rules for households, grouped by what fulfils them (``done``)."""
        found: dict[str, list[Rule]] = {}
        for rule in self.all:
            if rule.for_ == HOUSEHOLD and not rule.form:
                found.setdefault(rule.done, []).append(rule)
        return found

    def by_form(self) -> tuple[Rule, ...]:
        """Return the rules that a form fulfils."""
        return tuple(rule for rule in self.all if rule.form)

    def of_meters(self) -> tuple[Rule, ...]:
        """Return the rules for meter rounds."""
        return tuple(rule for rule in self.all if rule.done == A_METER_ROUND)

    def of_archives(self) -> tuple[Rule, ...]:
        """Return the rules for the quarterly check of archives."""
        return tuple(rule for rule in self.all if rule.done == A_CHECK)

    def of_notices(self) -> dict[str, Rule]:
        """Return the rules for notices by their condition; the built-in ones where a company's own say nothing."""
        return (standard().of_notices() if self is not standard() else {}) | {
            rule.when: rule for rule in self.all if rule.for_ == A_NOTICE
        }

    def closed(self, source: str) -> Rule | None:
        """Return the rule for closed records of the kind ``source``; ``None`` if nothing is owed for them."""
        return next((rule for rule in self.all if rule.for_ == source), None)


@cache
def standard() -> Rules:
    """Return the built-in rules."""
    return read_rules(standard_text())


def standard_text() -> str:
    """Return the text of the file with the built-in rules."""
    return (Path(__file__).resolve().parents[3] / "assets" / "duties.toml").read_text("utf-8")


@cache
def read_rules(text: str) -> Rules:
    """Return the rules written in ``text``. Raises ``Problem`` ``rules_wrong``, which names the rule and the word."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise wrong("", f"不是 TOML（{fault}）", f"it is not TOML ({fault})") from fault
    _known(data, {"rule"}, "")
    listed = data.get("rule")
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise wrong("", "每条规则以 [[rule]] 开头", "each rule begins with [[rule]]")
    rules = tuple(_rule(one) for one in listed)
    for number, rule in enumerate(rules):
        if any(other.name == rule.name for other in rules[:number]):
            raise wrong(rule.name, "这个名称用了两次", "this name is there twice")
        if rule.when == CLOSED and any(other.for_ == rule.for_ for other in rules[:number]):
            raise wrong(rule.name, f"「{rule.for_}」已有一条规则", f"there is a rule for “{rule.for_}” already")
    return Rules(rules)


def _rule(said: Mapping[str, Any]) -> Rule:
    name = said.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise wrong(str(name or ""), "name 只用小写字母、数字和 _", "name is of small letters, digits and _")
    _known(said, _WORDS, name)
    chain = _chain(said, name)
    for_ = CASE if chain else _one_of(said, "for", (HOUSEHOLD, *_PLACES, *_CLOSINGS, A_NOTICE), name)
    when = _one_of(said, "when", [word for word, whose in _WHEN.items() if for_ in whose], name)
    form = _form(said, for_, when, name)
    fulfils = [word for word, whose in _DONE.items() if for_ in whose]
    if for_ == A_NOTICE:
        fulfils = [A_CALL] if when == OUTAGE else [A_POSTING]
    done = _one_of(said, "done", fulfils, name) if not form else A_FORM
    others = {COMPLAINT: [BY_WEIGHT], CASE: [HOLDER]}.get(for_, [])
    owner = _one_of(said, "owner", (*roles.ROLES, *others), name)
    needed = _NEEDS.get(when, frozenset())
    for word in sorted(needed - said.keys()):
        raise wrong(name, f"缺少 {word}", f"{word} is missing")
    allowed = needed | ({"within", "wait", "day"} if when == IS_OPEN else set())
    for word in sorted((said.keys() & {"within", "festivals", "before", "wait", "day"}) - allowed):
        raise wrong(name, f'when = "{when}" 时不能写 {word}', f'{word} says nothing with when = "{when}"')
    share = _number(said, "share", 1, 100, 100, name)
    sample = _one_of(said, "sample", (BY_SERVER,), name) if "sample" in said else ""
    if (share < 100 or sample) and when != CLOSED:
        raise wrong(name, 'share 和 sample 只用于 when = "closed"', 'share and sample go with when = "closed"')
    if share < 100 and not sample:
        raise wrong(name, 'share 小于 100 时要写 sample = "server"', 'a share below 100 needs sample = "server"')
    by_form, by_round = form not in ("", SESSION), done in (A_METER_ROUND, A_CHECK)
    for word, fits in (
        ("months", when != IS_OPEN),
        ("times", when != IS_OPEN),
        ("signed", by_form and not chain),
        ("from", when in (MONTHLY, YEARLY)),
        ("by", when in (WEEKLY, MONTHLY, YEARLY)),
    ):
        by_month = by_round and word in ("months", "from", "by")
        if word in said and not by_month and not (form and fits):
            raise wrong(name, f"{word} 只用于表单的规则，且要与 when 相配", f"{word} goes with a form and its when")
    if "meters" in said and done != A_METER_ROUND:
        raise wrong(name, f'meters 只用于 done = "{A_METER_ROUND}"', f'meters goes with done = "{A_METER_ROUND}"')
    if not chain and (word := next((one for one in ("after", "until") if one in said), "")):
        raise wrong(name, f'{word} 只用于 for = "case …"', f'{word} goes with for = "case …"')
    return Rule(
        name, for_, when, owner, done,
        _span(said["within"], "within", name, none=bool(chain), hours=for_ == A_NOTICE) if "within" in said else None,
        _festivals(said["festivals"], name) if "festivals" in said else (),
        _number(said, "before", 1, _MOST_BEFORE, 0, name),
        share, sample, form, _months(said.get("months"), name),
        _number(said, "times", 1, _MOST_TIMES.get(when, 1), 1, name),
        _number(said, "from", 1, 28, 0, name) if when == MONTHLY else 0,
        _number(said, "by", 1, 28, 0, name) if when == MONTHLY else 0,
        WEEKDAYS.index(_one_of(said, "by", WEEKDAYS, name)) + 1 if "by" in said and when == WEEKLY else 0,
        chain, _steps(said, "after", name), _steps(said, "until", name),
        _span(said["wait"], "wait", name) if "wait" in said else None,
        _one_of(said, "day", DAYS, name) if "day" in said else "",
        _day_of_year(said, "from", name) if when == YEARLY else (),
        _day_of_year(said, "by", name) if when == YEARLY else (),
        _signed(said, name),
        _meters(said, name) if done == A_METER_ROUND else (),
    )  # fmt: skip


def _chain(said: Mapping[str, Any], rule: str) -> str:
    """Return the chain whose cases a rule is for; "" where it is for something else."""
    value = said.get("for")
    if not isinstance(value, str) or not (value == CASE or value.startswith(f"{CASE} ")):
        return ""
    found = _CHAIN.fullmatch(value)
    if found is None:
        raise wrong(rule, 'for 要写 "case 流程名"', 'for is "case" and the case of a form\'s settings')
    return found[1]


def _steps(said: Mapping[str, Any], word: str, rule: str) -> tuple[str, ...]:
    value = said.get(word, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and _STEP.fullmatch(one) for one in value):
        raise wrong(
            rule, f"{word} 是步骤（表单的 step）的列表", f"{word} is a list of steps (step in a form's settings)"
        )
    return tuple(value)


def _form(said: Mapping[str, Any], for_: str, when: str, rule: str) -> str:
    """Return the id of the form that fulfils a rule; "" where something else does."""
    done = said.get("done")
    if done == A_SESSION and for_ == ESTATE and when in _REGULARLY:
        return SESSION
    if (done, for_) in ((A_METER_ROUND, BUILDING), (A_CHECK, ESTATE)) and when == MONTHLY:
        return ""
    if for_ not in _BY_FORM or not isinstance(done, str) or not (done == A_FORM or done.startswith(f"{A_FORM} ")):
        if for_ in (CASE, *_PLACES) or when in (DAILY, WEEKLY):
            raise wrong(rule, 'done 要写 "form 表单的 form_id"', 'done is "form" and the form_id of a form')
        return ""
    found = _FORM_ID.fullmatch(done)
    if found is None:
        raise wrong(rule, 'done 要写 "form 表单的 form_id"', 'done is "form" and the form_id of a form')
    if when not in _REGULARLY and when != IS_OPEN:
        why = "表单的规则 when 只能是 daily、weekly、monthly、yearly", "a form is owed daily, weekly, monthly or yearly"
        raise wrong(rule, *why)
    return found[1]


def _day_of_year(said: Mapping[str, Any], word: str, rule: str) -> tuple[int, ...]:
    if word not in said:
        return ()
    found = _DAY_OF_YEAR.fullmatch(said[word]) if isinstance(said[word], str) else None
    if found is None:
        raise wrong(rule, f'{word} 写成 "12-15"（每月 1 到 28 日）', f'{word} is written like "12-15", up to the 28th')
    return int(found[1]), int(found[2])


def _signed(said: Mapping[str, Any], rule: str) -> bool:
    value = said.get("signed", False)
    if type(value) is not bool:
        raise wrong(rule, "signed 只能是 true 或 false", "signed is true or false")
    return value


def _meters(said: Mapping[str, Any], rule: str) -> tuple[str, ...]:
    value = said.get("meters", [WATER, POWER])
    known = isinstance(value, list) and value and all(one in METERS for one in value)
    if not known or len(set(value)) != len(value):
        listed = "、".join(METERS)
        raise wrong(rule, f"meters 是 {listed} 里的几个", f"meters is a list of some of {', '.join(METERS)}")
    return tuple(value)


def _months(value: object, rule: str) -> tuple[int, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not value or not all(type(one) is int and 1 <= one <= 12 for one in value):
        raise wrong(rule, "months 是 1 到 12 的列表", "months is a list of numbers from 1 to 12")
    return tuple(sorted(set(value)))


def _known(said: Mapping[str, Any], words: Set[str], rule: str) -> None:
    for word in said:
        if word not in words:
            raise wrong(rule, f"不认识「{word}」", f"“{word}” is not known")


def _one_of(said: Mapping[str, Any], word: str, allowed: Iterable[str], rule: str) -> str:
    value, known = said.get(word), list(allowed)
    if value not in known:
        listed = "、".join(known)
        raise wrong(rule, f"{word} 只能是 {listed}", f"{word} is one of {', '.join(known)}")
    return str(value)


def _number(said: Mapping[str, Any], word: str, least: int, most: int, default: int, rule: str) -> int:
    if word not in said:
        return default
    value = said[word]
    if type(value) is not int or not least <= value <= most:
        raise wrong(rule, f"{word} 是 {least} 到 {most} 的整数", f"{word} is a whole number from {least} to {most}")
    return value


def _span(value: object, word: str, rule: str, none: bool = False, hours: bool = False) -> Span:
    """``none``: no time at all is allowed, which is the same day; ``hours``: it may be counted in hours."""
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None or (found[1] == "0" and not none):
        raise wrong(
            rule,
            f'{word} 写成 "3 days"、"2 workdays" 或 "1 month"',
            f'{word} is written like "3 days", "2 workdays" or "1 month"',
        )
    if found[2] == _HOUR and not hours:
        raise wrong(rule, f'hours 只用于 for = "{A_NOTICE}"', f'hours go with for = "{A_NOTICE}"')
    return Span(int(found[1]), found[2])


def _festivals(value: object, rule: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(one, str) and one for one in value):
        raise wrong(rule, "festivals 是节日名称的列表", "festivals is a list of names")
    return tuple(value)


def wrong(rule: str, zh: str, en: str) -> Problem:
    """Return the problem ``rules_wrong`` of a rule by its name, or of the whole file ("")."""
    return Problem(RULES_WRONG, rule=rule, rule_zh=rule or "文件", rule_en=rule or "the file", why_zh=zh, why_en=en)
