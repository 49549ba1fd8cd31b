"""Expressions of forms: XPath's values as XForms uses them, ODK's functions, and patterns that always end."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from app.domain.forms.patterns import pattern
from app.domain.forms.syntax import Binary, Number, parse
from app.domain.wire.errors import Problem
from tests.domain.forms import answer, form, open_, q


def said(expression: str, **answers: str) -> str:
    """Return what a calculation says beside a few answers."""
    filling = open_(
        q("text", "a"), q("text", "b"), q("integer", "n"), q("select_multiple", "m", list="fruit"),
        q("repeat", "rep", questions=[q("integer", "x")]),
        q("calculate", "said", calculation=expression),
        fruit=["apple", "pear", {"name": "fig", "label": {"zh": "无花果", "en": "Fig"}, "kind": "dry"}],
    )  # fmt: skip
    for number in answers.pop("rows", "").split():
        row = filling.add_row(filling.root, "rep")
        filling.answer(row.kids["x"][0], number)
    answer(filling, **answers)
    return filling.find("said").value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        # numbers, and how they are written
        ("1 + 2 * 3", "7"),
        ("-(2 + 3) * 2", "-10"),
        ("10 div 4", "2.5"),
        ("7 mod -2", "1"),
        ("0.1 + 0.2", "0.3"),
        ("1 div 0", "Infinity"),
        ("'a' + 1", ""),
        ("3-1", "2"),
        ("0.0000001", "0.0000001"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-3"),
        ("round(3.14159, 2)", "3.14"),
        ("int(-3.9)", "-3"),
        ("floor(-3.1)", "-4"),
        ("pow(2, 10)", "1024"),
        ("sqrt(-1)", ""),
        ("number('12.50')", "12.5"),
        # true and false
        ("1 < 2", "true"),
        ("'2' < '10'", "true"),
        ("'' < 5", "false"),
        ("1 = '1'", "true"),
        ("'a' != 'b' and not(false())", "true"),
        ("'' or 'x'", "true"),
        ("true() = 'anything'", "true"),
        ("boolean-from-string('1')", "true"),
        ("boolean-from-string('yes')", "false"),
        # texts
        ("concat('a', 1, true())", "a1true"),
        ("string-length('三栋')", "2"),
        ("substr('abcdef', 1, 3)", "bc"),
        ("substr('abcdef', -2)", "ef"),
        ("substring('12345', 2, 3)", "234"),
        ("substring-before('2026-11', '-')", "2026"),
        ("substring-after('2026-11', '-')", "11"),
        ("translate('bar', 'abc', 'AB')", "BAr"),
        ("normalize-space('  a  b ')", "a b"),
        ("contains('unit 3', '3') and starts-with('ab', 'a') and ends-with('ab', 'b')", "true"),
        ("regex('13800138000', '1[3-9]\\d{9}')", "true"),
        ("regex('138', '1')", "false"),
        # choosing
        ("if(1 > 2, 'a', if(true(), 'b', 'c'))", "b"),
        ("coalesce('', 'b')", "b"),
        ("selected('a b c', 'b')", "true"),
        ("selected-at('a b c', 1)", "b"),
        ("selected-at('a b', 5)", ""),
        ("count-selected('a b c')", "3"),
        ("jr:choice-name('fig', '${m}')", "无花果"),
        ("jr:choice-name('gone', '${m}')", ""),
        ("checklist(2, 3, true(), 1 = 1, false())", "true"),
        ("checklist(-1, 1, true(), 1 = 1)", "false"),
        ("weighted-checklist(3, -1, true(), 2, false(), 5)", "false"),
        ("weighted-checklist(3, 9, true(), 2, 1 = 1, 1)", "true"),
        ("instance('fruit')/root/item[kind = 'dry']/name", "fig"),
        ("count(instance('fruit')/root/item)", "3"),
        ("instance('fruit')/root/item[2]/label", "pear字"),
        ("pulldata('fruit', 'kind', 'name', 'fig')", "dry"),
        ("pulldata('fruit', 'kind', 'name', 'plum')", ""),
        # days and times
        ("today()", "2026-11-28"),
        ("now()", "2026-11-28T09:00:00.000+08:00"),
        ("date(today() + 3)", "2026-12-01"),
        ("date('2026-03-01') - date('2026-02-01')", "28"),
        ("format-date('2026-11-08', '%Y/%n/%e %a')", "2026/11/8 Sun"),
        ("format-date-time(now(), '%H:%M')", "09:00"),
        ("decimal-date-time('1970-01-02T12:00:00.000+08:00')", "1.5"),
        ("decimal-time('06:00:00.000+08:00')", "0.25"),
        ("date('nonsense')", ""),
        ("format-date('2026-13-40', '%Y')", ""),
    ],
)
def test_an_expression_says(expression: str, value: str) -> None:
    assert said(expression) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("count(${rep})", "3"),
        ("sum(${x})", "9"),
        ("min(${x})", "2"),
        ("max(${x}, 20)", "20"),
        ("join('-', ${x})", "2-3-4"),
        ("indexed-repeat(${x}, ${rep}, 2)", "3"),
        ("count(${rep}[x > 2])", "2"),
        ("sum(/f/rep[position() < 3]/x)", "5"),
        ("${x} = 4", "true"),
        ("count(../rep)", "3"),
        ("count(//x)", "3"),
        ("count-non-empty(${x})", "3"),
        ("/anything/rep[last()]/x", "4"),
    ],
)
def test_an_expression_reads_rows(expression: str, value: str) -> None:
    assert said(expression, rows="2 3 4") == value


def test_what_is_not_there_or_does_not_matter_equals_no_answer() -> None:
    """ODK's engine found it: a question in a group that did not matter was neither empty nor filled."""
    filling = open_(
        q("group", "g", relevant="${n} > 3", questions=[q("group", "h", questions=[q("text", "x")])]),
        q("integer", "n"),
        q("calculate", "empty", calculation="${x} = ''"), q("calculate", "other", calculation="${x} != 'a'"),
        q("calculate", "less", calculation="${x} < 5"),
    )  # fmt: skip
    answer(filling, n="1")
    assert [filling.find(name).value for name in ("empty", "other", "less")] == ["true", "true", "false"]
    answer(filling, n="4", g__h__x="a")
    assert [filling.find(name).value for name in ("empty", "other")] == ["false", "false"]


def test_rows_without_an_answer_do_not_spoil_a_sum() -> None:
    filling = open_(q("repeat", "r", questions=[q("integer", "x")]), q("calculate", "s", calculation="sum(${x})"))
    first, _second = filling.add_row(filling.root, "r"), filling.add_row(filling.root, "r")
    filling.answer(first.kids["x"][0], "4")
    assert filling.find("s").value == "4"


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "1 +",
        "(1",
        "${",
        "${}",
        "a b",
        "1 ~ 2",
        "'open",
        "@id",
        "child::a",
        "if(1,)",
        "${last-saved#a}",
        "a[",
        "$x",
        "((" * 40,
    ],
)
def test_what_is_not_understood_is_refused_and_told_in_both_languages(expression: str) -> None:
    with pytest.raises(Problem) as told:
        parse(expression)
    assert told.value.details["why_zh"] and told.value.details["why_en"]


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("area(${a})", "area()"),
        ("if(1, 2)", "number of arguments"),
        ("${nobody} = 1", "no question “nobody”"),
        ("regex(${a}, '(a')", "a ) is missing"),
        ("jr:choice-name(${a}, '${a}')", "no question with choices"),
        ("instance('villages')/root/item", "no list of choices “villages”"),
        ("indexed-repeat(${a}, ${x}, 1)", "its repeat"),
        ("pulldata('villages', 'name', 'id', ${a})", "no table “villages”"),
    ],
)
def test_what_an_expression_names_must_be_there(expression: str, why: str) -> None:
    with pytest.raises(Problem) as told:
        form(q("text", "a"), q("repeat", "r", questions=[q("text", "x")]), q("calculate", "c", calculation=expression))
    assert why in told.value.message("en") and told.value.details["where"] == "c"
    assert told.value.details["member"] == "calculation"


def test_operators_bind_as_in_xpath() -> None:
    tree = parse("1 + 2 > 2 and 3 = 3 or 4")
    assert isinstance(tree, Binary) and tree.operator == "or" and tree.right == Number(4)


def test_quotes_of_word_processors_are_quotes() -> None:
    assert said("concat(“a”, ‘b’)") == "ab"


PIECES = [
    *"0123456789.,()[]/*+-=<>|'\" ", "${a}", "${x}", "${rep}", "..", "//", "and", "or", "div", "mod", "if(", "count(",
    "regex(", "today()", "substr(", "date(", "position(", "round(", "format-date(", "selected-at(", "'%Y'", "'a b'",
    "pow(", "9e99", "1e3", "indexed-repeat(", "instance('fruit')/root/item", "current()/", "once(", "join(", "min(",
    "int(", "x",
]  # fmt: skip


@given(some.lists(some.sampled_from(PIECES), max_size=12).map("".join), some.text(max_size=8))
@example("pow(9999,9999)", "")
@example("int(1 div 0)", "")
@example("date(9e99)", "")
@example("substr('a', 1 div 0, -1 div 0)", "")
@example("round(1, 1 div 0)", "")
def test_random_expressions_are_refused_or_say_something(expression: str, typed: str) -> None:
    try:
        found = said(expression, rows="1 2", a=typed)
    except Problem:
        return
    assert isinstance(found, str)


@given(some.text(max_size=20))
def test_random_text_is_refused_or_read(text: str) -> None:
    try:
        parse(text)
    except Problem as fault:
        assert fault.message("zh") and fault.message("en")


# -- patterns


@pytest.mark.parametrize(
    ("wanted", "fits", "fits_not"),
    [
        ("[A-Z]{2}\\d{4}", "AB1234", "AB123"),
        ("(粤|京)[A-Z]\\w{5,6}", "粤B12345", "沪B12345"),
        ("a{2,3}", "aaa", "aaaa"),
        ("a{2,}", "aaaaa", "a"),
        ("(ab|a)(c|bcd)(d*)", "abcd", "abce"),
        ("[^\\s,]+@[\\w.-]+\\.[a-z]{2,}", "li@example.com", "li example.com"),
        ("^\\d+$", "12", "12\n"),
        ("[]a]+", "]a", "b"),
        ("[\\u4e00-\\u9fa5·]{2,}", "阿里木·江", "Li"),
        ("\\p{Lu}\\p{Ll}+", "Éa", "éa"),
        (".*\\bthe\\b.*", "in the air", "in then"),
        ("(?:a|b)*?c", "abac", "abd"),
        ("", "", "x"),
        ("x{0}", "", "x"),
    ],
)
def test_a_pattern_fits_as_a_whole(wanted: str, fits: str, fits_not: str) -> None:
    assert pattern(wanted).fits(fits) and not pattern(wanted).fits(fits_not)


@pytest.mark.parametrize("wanted", ["(a+)+b", "(a|aa)+b", "a*a*a*a*a*a*a*b", "((a*)*)*b", "(.*,){12}P"])
def test_a_pattern_that_would_never_end_ends(wanted: str) -> None:
    began = time.perf_counter()
    assert not pattern(wanted).fits("a" * 2_000)
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    "wanted", ["(", ")", "a)", "[a", "*a", "(?=a)", "(a)\\1", "\\", "a{3,1}", "[z-a]", "[[:alpha:]]",
               "(a{99}){99}", "\\q", "x" * 501]
)  # fmt: skip
def test_a_pattern_that_cannot_be_followed_is_refused(wanted: str) -> None:
    with pytest.raises(Problem) as told:
        pattern(wanted)
    assert told.value.kind.name == "pattern_wrong"


_ATOMS = some.sampled_from(["a", "b", "[ab]", "[^a]", ".", "\\d", "a?", "b*", "a+", "b{1,2}", "^", "$"])
_PATTERNS = some.recursive(
    _ATOMS,
    lambda inner: some.one_of(
        some.lists(inner, max_size=3).map("".join),
        some.tuples(inner, inner).map(lambda two: f"({two[0]}|{two[1]})"),
        inner.map(lambda one: f"({one})*"),
        inner.map(lambda one: f"(?:{one}){{0,2}}"),
    ),
    max_leaves=5,
)


@given(_PATTERNS, some.text("ab1", max_size=6))
def test_patterns_fit_what_they_fit_elsewhere(wanted: str, text: str) -> None:
    assert pattern(wanted).fits(text) == (re.fullmatch(wanted, text) is not None)
