"""Filling a form: what matters, what is missing, what is worked out, and what is saved of it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.domain.forms import Facts, Filling, Remembered, check, read, write
from app.domain.forms.definition import FORMAT, MOST_CHOICES, MOST_ROWS
from app.domain.wire.canonical import canonical
from app.domain.wire.errors import Problem
from tests.domain.forms import FACTS, answer, body, form, look, open_, q

YES_NO = ["yes", "no"]


def test_a_question_shows_when_it_matters_and_keeps_its_answer_while_filling() -> None:
    filling = open_(q("select_one", "leaks", list="yn"), q("text", "where", relevant="${leaks} = 'yes'"), yn=YES_NO)
    assert [place.path for place in filling.root.asked()] == ["leaks"]
    answer(filling, leaks="yes", where="厨房")
    answer(filling, leaks="no")
    assert filling.answers() == {"leaks": "no"}
    assert filling.kept() == {"leaks": "no", "where": "厨房"}
    answer(filling, leaks="yes")
    assert filling.answers() == {"leaks": "yes", "where": "厨房"}


def test_a_group_that_does_not_matter_takes_all_in_it_along_and_what_reads_it() -> None:
    filling = open_(
        q("integer", "n"), q("group", "g", relevant="${n} > 1", questions=[q("integer", "in", default="5")]),
        q("calculate", "c", calculation="coalesce(${in}, 'nothing')"),
    )  # fmt: skip
    assert filling.find("c").value == "nothing"
    answer(filling, n="2")
    assert filling.find("c").value == "5"


def test_the_first_that_is_missing_or_wrong_is_named() -> None:
    filling = open_(
        q("integer", "n", constraint=". <= 10", constraint_message={"zh": "最多 ${most} 件", "en": "${most} at most"}),
        q("text", "who", required="${n} > 1"), q("integer", "most", default="10"),
    )  # fmt: skip
    assert filling.missing() is None
    answer(filling, n="11")
    missing = filling.missing()
    assert missing is not None and missing[0].path == "n"
    assert missing[1].message() == "「n」填写不正确：最多 10 件。" and "10 at most" in missing[1].message("en")
    answer(filling, n="2")
    missing = filling.missing()
    assert missing is not None and (missing[0].path, missing[1].name) == ("who", "field_missing")
    answer(filling, who="李")
    assert filling.missing() is None


def test_an_answer_says_what_looks_different_and_nothing_else() -> None:
    filling = open_(
        q("integer", "a"), q("integer", "b"), q("calculate", "sum", calculation="${a} + 1"),
        q("text", "t", required="${sum} > 5"), q("note", "told", label={"zh": "共 ${sum}"}), q("text", "other"),
    )  # fmt: skip
    assert {place.path for place in answer(filling, a="5")} == {"a", "sum", "t", "told"}
    assert answer(filling, a="5") == set()
    assert filling.label(filling.find("told")) == "共 6"


def test_rows_see_their_own_and_the_form_sees_all() -> None:
    filling = open_(
        q("repeat", "room", questions=[
            q("integer", "wide"), q("integer", "long"), q("calculate", "size", calculation="${wide} * ${long}"),
            q("calculate", "share", calculation="${size} div sum(${all})"),
            q("calculate", "place", calculation="position(..)"),
        ]),
        q("calculate", "all", calculation="sum(${size})"),
    )  # fmt: skip
    one, two = filling.add_row(filling.root, "room"), filling.add_row(filling.root, "room")
    for row, wide in ((one, "3"), (two, "1")):
        filling.answer(row.kids["wide"][0], wide)
        filling.answer(row.kids["long"][0], "2")
    assert filling.find("all").value == "8"
    assert [row.kids["share"][0].value for row in (one, two)] == ["0.75", "0.25"]
    filling.remove_row(one)
    assert (filling.find("all").value, two.kids["share"][0].value, two.kids["place"][0].value) == ("2", "1", "1")


def test_rows_keep_their_ids() -> None:
    filling = open_(q("repeat", "r", questions=[q("text", "t")]))
    first, second = filling.add_row(filling.root, "r"), filling.add_row(filling.root, "r")
    filling.answer(second.kids["t"][0], "b")
    filling.remove_row(first)
    assert filling.answers() == {"r": [{"#": "2", "t": "b"}]}
    again = Filling(filling.form, FACTS, kept=filling.kept())
    assert again.find("r[2]/t").value == "b"


def test_a_form_can_say_how_many_rows_there_are() -> None:
    filling = open_(
        q("integer", "n"),
        q("repeat", "r", count="${n}", questions=[q("text", "t", initial="concat('no. ', position(..))")]),
    )
    answer(filling, n="2")
    assert filling.answers()["r"] == [{"#": "1", "t": "no. 1"}, {"#": "2", "t": "no. 2"}]
    assert not filling.can_add(filling.root, "r")
    answer(filling, n="1")
    assert len(filling.answers()["r"]) == 1
    answer(filling, n="99999")
    assert len(filling.answers()["r"]) == MOST_ROWS


def test_no_more_rows_than_there_is_room_for() -> None:
    filling = open_(q("repeat", "r", questions=[q("text", "t")]))
    for _ in range(MOST_ROWS):
        filling.add_row(filling.root, "r")
    assert not filling.can_add(filling.root, "r")
    with pytest.raises(Problem):
        filling.add_row(filling.root, "r")


def test_choices_follow_other_answers_and_one_that_went_is_told() -> None:
    filling = open_(
        q("select_one", "area", list="area"), q("select_one", "item", list="item", choice_filter="area = ${area}"),
        area=["kitchen", "bath"],
        item=[{"name": name, "label": {"zh": name}, "area": area} 
              for name, area in (("tap", "bath"), ("hood", "kitchen"))],
    )  # fmt: skip
    assert filling.choices(filling.find("item")) == []
    assert filling.find("item") in answer(filling, area="bath")
    assert [choice.name for choice in filling.choices(filling.find("item"))] == ["tap"]
    answer(filling, item="tap", area="kitchen")
    problem = filling.problem(filling.find("item"))
    assert problem is not None and "tap" in problem.message("en")


def test_what_the_phone_knows_it_answers_itself() -> None:
    filling = open_(
        q("start", "began"), q("today", "day"), q("username", "who"), q("deviceid", "phone"), q("end", "ended")
    )
    filling.ended(FACTS.started + 60_000)
    assert filling.answers() == {
        "began": "2026-11-28T09:00:00.000+08:00", "day": "2026-11-28", "who": "li", "phone": "d1",
        "ended": "2026-11-28T09:01:00.000+08:00",
    }  # fmt: skip


def test_midnight_between_filling_and_saving_changes_nothing() -> None:
    asked = q("date", "day", constraint=". = today()")
    filling = open_(asked)
    answer(filling, day="2026-11-28")
    assert filling.missing() is None
    assert check(filling.form, filling.answers(), FACTS) == []


def test_chance_falls_the_same_way_each_time() -> None:
    asked = q("calculate", "c", calculation="random()"), q("calculate", "u", calculation="uuid()")
    one, two = open_(*asked).answers(), open_(*asked).answers()
    assert one == two and 0 <= float(one["c"]) < 1
    assert Filling(form(*asked), Facts(FACTS.started, "another")).answers() != one


def test_once_stays_what_it_was() -> None:
    filling = open_(q("integer", "n", default="1"), q("calculate", "c", calculation="once(${n})"))
    answer(filling, n="2")
    assert filling.find("c").value == "1"
    assert Filling(filling.form, FACTS, kept=filling.kept()).find("c").value == "1"


def test_a_trigger_works_out_only_when_it_is_answered() -> None:
    filling = open_(
        q("integer", "n"), q("select_one", "use", list="yn"),
        q("integer", "copy", calculation="${n}", trigger=["use"]), yn=YES_NO,
    )  # fmt: skip
    answer(filling, n="4")
    assert filling.find("copy").value == ""
    answer(filling, use="yes")
    assert filling.find("copy").value == "4" and not filling.readonly(filling.find("copy"))


@pytest.mark.parametrize(
    ("asked", "typed", "kept", "right"),
    [
        (q("integer", "x"), "１２", "12", True),
        (q("decimal", "x"), "3。5", "3.5", True),
        (q("integer", "x"), "3.5", "3.5", False),
        (q("date", "x"), "2026-02-30", "2026-02-30", False),
        (q("time", "x"), "09:30", "09:30", True),
        (q("time", "x"), "25:00", "25:00", False),
        (q("datetime", "x"), "2026-11-28T09:00:00.000+08:00", "2026-11-28T09:00:00.000+08:00", True),
        (q("select_one", "x", list="yn"), "yes no", "yes no", False),
        (q("select_multiple", "x", list="yn"), "yes no", "yes no", True),
        (q("select_multiple", "x", list="yn"), "yes maybe", "yes maybe", False),
        (q("rank", "x", list="yn"), "no yes", "no yes", True),
        (q("range", "x", parameters={"start": "1", "end": "5", "step": "0.5"}), "2.5", "2.5", True),
        (q("range", "x", parameters={"start": "1", "end": "5", "step": "0.5"}), "2.3", "2.3", False),
        (q("image", "x"), "a" * 64, "a" * 64, True),
        (q("image", "x"), "photo.jpg", "photo.jpg", False),
        (q("geopoint", "x"), "22.54 114.05 0 5", "22.54 114.05 0 5", True),
        (q("geopoint", "x"), "99 200", "99 200", False),
        (q("acknowledge", "x"), "OK", "OK", True),
        (q("text", "x"), "字" * 4_001, "字" * 4_001, False),
        (q("barcode", "x"), "K-TST-1", "K-TST-1", True),
    ],
)
def test_each_type_takes_its_answers(asked: dict[str, Any], typed: str, kept: str, right: bool) -> None:
    filling = open_(asked, yn=YES_NO)
    answer(filling, x=typed)
    assert filling.find("x").value == kept
    assert (filling.problem(filling.find("x")) is None) == right


def test_what_is_shown_reads_without_the_definition() -> None:
    filling = open_(
        q("select_multiple", "m", list="fruit"), q("group", "g", questions=[q("image", "shot")]),
        q("calculate", "c", calculation="1"),
        fruit=["apple", {"name": "pear", "label": {"zh": "梨", "en": "Pear"}}],
    )  # fmt: skip
    answer(filling, m="apple pear", g__shot="a" * 64)
    assert [(one["label"], one["text"]) for one in filling.shown()] == [
        ("m", "apple字、梨"),
        ("g", ""),
        ("shot", "照片"),
    ]
    assert filling.shown("en")[0]["text"] == "apple字, Pear"


def test_several_choices_are_kept_in_the_order_of_their_list() -> None:
    filling = open_(
        q("select_multiple", "m", list="fruit"), q("rank", "r", list="fruit"), fruit=["apple", "pear", "fig"]
    )
    answer(filling, m="fig apple", r="fig apple pear")
    assert filling.answers() == {"m": "apple fig", "r": "fig apple pear"}


def test_what_an_answer_raises() -> None:
    filling = open_(
        q("repeat", "defect", questions=[q("select_one", "repair", list="yn", raises="repair")]), yn=YES_NO
    )  # fmt: skip
    for value in YES_NO:
        filling.answer(filling.add_row(filling.root, "defect").kids["repair"][0], value)
    assert [(place.path, kind) for place, kind in filling.raised()] == [("defect[1]/repair", "repair")]


# -- definitions


@pytest.mark.parametrize(
    ("questions", "why"),
    [
        ([q("integer", "a", relevant="${b} = 1"), q("integer", "b", relevant="${a} = 1")], "a → b → a"),
        ([q("calculate", "a", calculation="${a} + 1")], "a → a"),
        ([q("group", "g", relevant="${in} = 1", questions=[q("integer", "in")])], "g → g"),
        ([q("text", "a"), q("text", "a")], "twice"),
        ([q("video", "a")], "“video”"),
        ([q("text", "a", colour="red")], "“colour”"),
        ([q("text", "1a")], "“1a”"),
        ([q("select_one", "a", list="gone")], "“gone”"),
        ([q("text", "a", label={"fr": "x"})], "“fr”"),
        ([q("note", "a", label={"zh": "${gone}"})], "“gone”"),
        ([q("text", "a", trigger=["gone"], calculation="1")], "“gone”"),
        ([q("range", "a", parameters={"start": "5", "end": "1", "step": "1"})], "range"),
        ([q("group", "a")], "no questions"),
        ([{"type": "text"}], "the name"),
    ],
)
def test_a_definition_that_cannot_be_filled_is_refused(questions: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(Problem) as told:
        Filling(form(*questions), FACTS)
    assert told.value.name == "form_wrong" and why in told.value.message("en")


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"v":99}', b"\xff", b'{"v":1}', b'{"v":1,"languages":["zh"]}', b"[" * 100_000]
)  # fmt: skip
def test_bytes_that_are_no_definition_are_refused(data: bytes) -> None:
    with pytest.raises(Problem) as told:
        read(data)
    assert told.value.name == "form_wrong"


def test_a_list_that_is_too_long_is_refused_by_name() -> None:
    with pytest.raises(Problem) as told:
        form(q("select_one", "a", list="villages"), villages=[f"v{n}" for n in range(1_500)])
    assert "villages" in told.value.message("en") and str(MOST_CHOICES) in told.value.message("en")


def test_a_definition_is_named_by_its_hash_and_reads_as_it_was_written() -> None:
    said = body(q("text", "a"), yn=YES_NO)
    assert json.loads(write(said)) == said and said["v"] == FORMAT
    assert read(write(said)).hash == read(write(dict(reversed(list(said.items()))))).hash


# -- what the server checks


def _filled() -> Filling:
    filling = open_(
        q("integer", "n", required="true()", constraint=". < 10"),
        q("select_one", "why", list="yn", relevant="${n} > 5", required="true()"),
        q("repeat", "r", questions=[q("integer", "x")]),
        q("calculate", "sum", calculation="sum(${x}) + ${n}"), yn=YES_NO,
    )  # fmt: skip
    answer(filling, n="3")
    filling.answer(filling.add_row(filling.root, "r").kids["x"][0], "4")
    return filling


def test_right_answers_pass() -> None:
    assert check(_filled().form, _filled().answers(), FACTS) == []


def test_a_calculated_value_that_comes_out_otherwise_is_told_and_not_refused() -> None:
    [difference] = check(_filled().form, _filled().answers() | {"sum": "8"}, FACTS)
    assert (difference.path, difference.said, difference.found) == ("sum", "8", "7")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"colour": "red"}, "colour"),
        ({"n": "three"}, "n"),
        ({"n": 3}, "n"),
        ({"n": "", "sum": "4"}, "n"),
        ({"n": "11", "sum": "15"}, "n"),
        ({"n": "7", "sum": "11"}, "why"),
        ({"why": "yes"}, "why"),
        ({"why": "maybe"}, "why"),
        ({"r": [{"x": "4"}]}, "r"),
        ({"r": [{"#": "1", "x": "4"}, {"#": "1"}]}, "r"),
        ({"r": {"x": "4"}}, "r"),
        ({"r": [{"#": "1", "y": "4"}]}, "r[1]/y"),
    ],
)
def test_an_answer_that_the_definition_does_not_allow_is_named_by_its_path(change: dict[str, Any], path: str) -> None:
    with pytest.raises(Problem) as told:
        check(_filled().form, _filled().answers() | change, FACTS)
    assert told.value.name == "form_answer_wrong" and told.value.details["path"] == path


def test_a_table_that_says_something_else_today_changes_nothing_saved() -> None:
    class Meters:
        def look_up(self, table: str, column: str, by: str, key: str) -> str:
            return "120" if (table, column, by, key) == ("meter", "last", "id", "W1") else ""

    asked = form(q("integer", "now", constraint=". >= pulldata('meter', 'last', 'id', 'W1')"),
                 q("calculate", "used", calculation="${now} - pulldata('meter', 'last', 'id', 'W1')"))  # fmt: skip
    filling = Filling(asked, FACTS, Meters())
    answer(filling, now="130")
    assert filling.answers() == {"now": "130", "used": "10"}
    assert check(asked, filling.answers(), FACTS, Remembered(filling.looked_up())) == []
    answer(filling, now="119")
    with pytest.raises(Problem):
        check(asked, filling.answers(), FACTS, Remembered(filling.looked_up()))


# -- properties

_ROWS_SEEN = ("count(${r})", "sum(${x})", "position(..)", "count(${r}[x > 1])", "../b", "indexed-repeat(${x}, ${r}, 2)")


def _expressions(names: tuple[str, ...]) -> some.SearchStrategy[str]:
    """Return expressions that read these questions alone, so that no ring comes about."""
    seen = [one for one in _ROWS_SEEN if all(name in names for name in re.findall(r"\b([rxb])\b", one))]
    leaves = some.sampled_from([*(f"${{{name}}}" for name in names if name != "r"), "0", "2", "'1'", *seen])
    return some.recursive(
        leaves,
        lambda inner: some.one_of(
            some.tuples(inner, some.sampled_from(["+", "-", "*", "=", ">", "and", "or"]), inner).map(" ".join),
            some.tuples(inner, inner).map(lambda two: f"if({two[0]} > 1, {two[1]}, 0)"),
            inner.map(lambda one: f"coalesce({one}, 3)"),
        ),
        max_leaves=4,
    )


@some.composite
def _forms(draw: some.DrawFn) -> list[dict[str, Any]]:
    before: list[str] = []

    def said() -> str:
        return draw(_expressions(tuple(before)))

    def asked(kind: str, name: str, **more: Any) -> dict[str, Any]:
        made = q(kind, name, relevant=said() if draw(some.booleans()) else "")
        made |= {"calculation": said()} if kind == "calculate" else {}
        before.append(name)
        return made | more

    first = [asked("integer", "a"), asked("integer", "b")]
    group = q("group", "g", relevant=said(), questions=[asked("integer", "in")])
    rows = q("repeat", "r", relevant=said())
    before.append("r")
    inside = [asked("integer", "x"), asked("calculate", "y")]
    inner = q("group", "h", relevant=said(), questions=[asked("calculate", "k")])
    return [*first, group, rows | {"questions": [*inside, inner]}, asked("calculate", "c"), asked("calculate", "d")]


_STEPS = some.lists(some.tuples(some.integers(0, 30), some.sampled_from(["", "0", "1", "2", "7"])), max_size=12)


@settings(max_examples=25)  # each is a form of its own, worked out anew after each of a dozen steps
@given(_forms(), _STEPS)
def test_what_changed_worked_out_is_all_worked_out(
    questions: list[dict[str, Any]], steps: list[tuple[int, str]]
) -> None:
    filling = open_(*questions)
    for which, value in steps:
        rows = filling.root.kids["r"]
        if which > 27 and len(rows) < 4:
            filling.add_row(filling.root, "r")
        elif which > 24 and rows:
            filling.remove_row(rows[which % len(rows)])
        else:
            places = [one for one in filling.root.everything() if one.question.type == "integer"]
            filling.answer(places[which % len(places)], value)
        assert look(filling) == look(Filling(filling.form, FACTS, kept=filling.kept()))
    assert canonical(json.loads(canonical(filling.answers()))) == canonical(filling.answers())
    if filling.missing() is None:
        assert check(filling.form, filling.answers(), FACTS) == []
