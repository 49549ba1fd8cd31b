"""Both languages say the same things, and the code asks only for texts that exist."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.times import CHINA
from app.ui import texts
from app.ui.texts import t

APP = Path(__file__).resolve().parents[2] / "app"


def keys_used() -> Iterator[tuple[str, set[str] | None, str, bool]]:
    """Every `t(...)` in the app: its key (or the fixed beginning of it), the names given, where, and whether exact."""
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("t", "t_in")):
                continue
            keys = node.args[1:2] if node.func.id == "t_in" else node.args[:1]
            names = None if any(k.arg is None for k in node.keywords) else {k.arg for k in node.keywords if k.arg}
            where = f"{path.relative_to(APP.parent)}:{node.lineno}"
            for key in branches(keys[0]) if keys else []:
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, names, where, True
                elif isinstance(key, ast.JoinedStr) and isinstance(key.values[0], ast.Constant):
                    yield str(key.values[0].value), names, where, False


def branches(node: ast.expr) -> list[ast.expr]:
    return [*branches(node.body), *branches(node.orelse)] if isinstance(node, ast.IfExp) else [node]


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    zh, en = texts.catalogue("zh-CN"), texts.catalogue("en")
    assert zh.keys() - en.keys() == set(), "missing in en"
    assert en.keys() - zh.keys() == set(), "missing in zh-CN"
    # A month is a name in English and a number in Chinese: these texts of dates may differ in that one placeholder.
    dates = {"common.day.this_year", "common.day.other_year", "common.month.named"}
    different = {
        key: (texts.placeholders(zh[key]), texts.placeholders(en[key]))
        for key in zh.keys() - dates
        if texts.placeholders(zh[key]) != texts.placeholders(en[key])
    }
    assert not different


def test_every_key_used_in_the_code_exists_and_gets_its_values() -> None:
    known = texts.catalogue("zh-CN")
    wrong = []
    for key, names, where, exact in keys_used():
        if not exact:
            if not any(name.startswith(key) for name in known):
                wrong.append(f"{where}: nothing begins with {key!r}")
        elif key not in known:
            wrong.append(f"{where}: no text {key!r}")
        elif names is not None and not texts.placeholders(known[key]) <= names:
            wrong.append(f"{where}: {key!r} needs {sorted(texts.placeholders(known[key]) - names)}")
    assert not wrong, "\n".join(wrong)


def test_no_text_is_empty() -> None:
    assert not [key for of in texts.LANGUAGES for key, text in texts.catalogue(of).items() if not text.strip()]


def test_a_missing_key_or_value_is_a_fault_and_never_shown() -> None:
    with pytest.raises(KeyError):
        t("common.no_such_text")
    with pytest.raises(KeyError):
        t("common.cloud.waiting")


@pytest.mark.parametrize(
    ("fen", "shown"), [(0, "¥0"), (5, "¥0.05"), (4500, "¥45"), (123456789, "¥1,234,567.89"), (-250, "-¥2.50")]
)
def test_money_in_yuan(fen: int, shown: str) -> None:
    assert texts.yuan(fen) == shown


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [(0, "还剩 0 分钟"), (8, "还剩 8 分钟"), (-1, "已超 1 分钟"), (60, "还剩 1 小时"), (-130, "已超 2 小时 10 分"),
     (1500, "还剩 1 天 1 小时"), (2880, "还剩 2 天")],
)  # fmt: skip
def test_clocks_in_words(minutes: int, shown: str) -> None:
    assert texts.clock_text(minutes) == shown


def at(day: date, hour: int, minute: int) -> int:
    from datetime import datetime

    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA).timestamp() * 1000)


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2026, 11, 3), "今天 00:05"),
        (date(2026, 11, 2), "昨天 00:05"),
        (date(2026, 11, 4), "明天 00:05"),
        (date(2026, 11, 5), "后天 00:05"),
        (date(2026, 10, 3), "10月3日 00:05"),
        (date(2025, 11, 3), "2025年11月3日 00:05"),
    ],
)
def test_moments_on_the_estates_wall_clock(day: date, shown: str) -> None:
    # 00:05 in China is still the day before in UTC.
    assert texts.moment_text(at(day, 0, 5), at(date(2026, 11, 3), 9, 0)) == shown


numbers = some.integers() | some.sampled_from((0, -1, 1 << 53, -(1 << 53), 1_764_276_000_000_000))
WORDS = {
    "yuan": texts.yuan,
    "clock_text": texts.clock_text,
    "span_text": texts.span_text,
    "time_text": texts.time_text,
    "moment_text": lambda n: texts.moment_text(n, 1_795_233_600_000),
    "now in moment_text": lambda n: texts.moment_text(1_795_233_600_000, n or 0),
    "ago_text": lambda n: texts.ago_text(n, 1_795_233_600_000),
    "now in ago_text": lambda n: texts.ago_text(1_795_233_600_000, n or 0),
}
DAYS = {
    "day_text": lambda day: texts.day_text(day, date(2026, 11, 3)),
    "today in day_text": lambda day: texts.day_text(date(2026, 11, 3), day or date.max),
    "full_day": texts.full_day,
    "calendar_day": lambda day: texts.calendar_day(day or date.min),
    "next_days": lambda day: str(len(texts.next_days(day or date.max))),
}


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("name", WORDS)
@given(number=some.none() | numbers)
def test_every_number_gives_words(name: str, language: str, number: int | None) -> None:
    """A1: seconds, microseconds, 2^53, negative, none: a wrong number is told and stops no drawing."""
    before = texts._language
    texts.follow_language(lambda: language)
    try:
        assert 0 < len(WORDS[name](number)) < 60 or name == "yuan"
    finally:
        texts.follow_language(before)


@pytest.mark.parametrize("name", DAYS)
@given(day=some.none() | some.dates())
def test_every_day_gives_words(name: str, day: date | None) -> None:
    """A1: the first and the last day there is, too."""
    assert DAYS[name](day)


def test_a_mad_time_is_told_as_one() -> None:
    """A1: microseconds sent as milliseconds are year 57877."""
    assert texts.moment_text(1_764_276_000_000_000, 0) == texts.time_text(-(1 << 53)) == "时间有误"
    assert texts.clock_text(-20 * 365 * 1440) == "已超 1000 天以上"


@pytest.fixture
def in_english() -> Iterator[None]:
    before = texts._language
    texts.follow_language(lambda: "en")
    yield
    texts.follow_language(before)


SENTENCES = sorted(
    (key, name)
    for key, text in texts.catalogue("en").items()
    for name in texts.placeholders(text) & {"when", "day", "ago", "at", "until"}
)


@pytest.mark.parametrize(("key", "name"), SENTENCES, ids=[key for key, _ in SENTENCES])
def test_a_day_within_a_sentence_begins_small(in_english: None, key: str, name: str) -> None:
    """Not "by In two days" but "by in two days"; "Yesterday 14:05, Li: …" begins a sentence, and a month is a name."""
    today = date(2026, 11, 3)
    others = dict.fromkeys(texts.placeholders(texts.catalogue("en")[key]), "x")
    for day, said in (
        (date(2026, 11, 5), "In two days"),
        (date(2026, 11, 2), "Yesterday"),
        (date(2026, 10, 3), "3 Oct"),
    ):
        for words in (texts.day_text(day, today), texts.moment_text(at(day, 14, 5), at(today, 9, 0))):
            shown = t(key, **(others | {name: words}))
            begins = shown.startswith(said) or f"· {said}" in shown
            assert (said if begins else said[0].lower() + said[1:]) in shown


def test_a_day_by_itself_begins_large(in_english: None) -> None:
    assert texts.day_text(date(2026, 11, 5), date(2026, 11, 3)) == "In two days"
