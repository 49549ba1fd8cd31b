"""The built-in forms (F, H–R, U, V, X, Y): read without a fault, in both languages, and filled in as staff would.

``docs/forms-built-in.md`` lists them. What a page, a report or a rule adds to an acceptance line is proved there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pyxform.xls2xform import convert

from app.domain.forms import Filling, Remembered, check
from app.domain.forms import definition as d
from app.domain.subjects.case import kinds
from app.domain.subjects.matter.kinds import CLASSES
from app.domain.wire.errors import Problem
from tests.domain.forms import FACTS
from tests.forms.built_in import (
    FOLDER,
    NAMES,
    PHOTO,
    Table,
    begun,
    compiled,
    empty_repeats,
    finish,
    form,
    possible,
    written,
)

LANGUAGES: Final = ("zh", "en")
DOCS: Final = Path(__file__).parents[2] / "docs"
PAGE: Final = (DOCS / "forms-built-in.md").read_text()
ACCEPTANCE: Final = (DOCS / "acceptance.md").read_text()
MOST_PILLS: Final = 8
"""Choices that fit a phone's width as pills, without a list of their own."""
TODAY: Final = "2026-11-28"
"""The day on which the forms of these tests are begun."""
HONEST: Final[dict[str, dict[str, str]]] = {
    "decoration_filing": {"papers": "licence plans leader workers"},
    "goods_gate_code": {"code": "12345672"},
    "move_in_papers": {"done": "identity agreement rules account archive decoration"},
    "move_in_rest": {"done": "identity agreement rules account archive decoration"},
}
"""The usual answers of a form where the first choices alone would not be them."""
ABOUT_TROUBLE: Final = {"decoration_breach": ["matter/breach"], "special_event": ["matter"]}
"""Forms that are there because something is wrong, and what they raise by that."""


def usual(name: str, tables: Table | None = None) -> tuple[Filling, int]:
    """Return a form on a day on which all is right, filled in, and how many answers it took."""
    said = HONEST.get(name, {})
    filling = begun(name, tables, **said)
    return filling, len(said) + finish(filling)


def test_publishing_finds_no_fault_in_any_not_even_a_warning() -> None:
    assert {name: found for name in NAMES if (found := [fault.line("en") for fault in compiled(name).faults])} == {}
    assert [form(name).id for name in NAMES] == list(NAMES)


def test_other_tools_of_xlsforms_read_each_without_a_warning() -> None:
    """An office may try a form in any of them before it publishes it."""
    told: list[str] = []
    for name in NAMES:
        convert(FOLDER / f"{name}.md", warnings=told, pretty_print=False)
    assert told == []


def test_all_that_people_read_is_there_in_both_languages() -> None:
    lacking = []
    for name in NAMES:
        read = form(name)
        assert read.languages == LANGUAGES
        said = [("title", read.title)]
        said += [(one.where, one.label) for one in read.all[1:] if one.type not in d.UNSEEN]
        said += [(one.where, one.constraint_message) for one in read.all[1:] if one.constraint is not None]
        said += [(f"{list_}: {one.name}", one.label) for list_, rows in read.choices.items() for one in rows]
        lacking += [(name, where) for where, labels in said if set(labels) != set(LANGUAGES)]
    assert lacking == []


def test_names_are_english_and_a_list_is_as_long_as_pills_go() -> None:
    for name in NAMES:
        read = form(name)
        names = [one.name for one in read.all[1:]] + [one.name for rows in read.choices.values() for one in rows]
        assert [one for one in names if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", one)] == []
        lists = {one.list for one in read.all if one.type in d.CHOOSING and one.choice_filter is None}
        assert [one for one in sorted(lists) if len(read.choices[one]) > MOST_PILLS] == [], name


@pytest.mark.parametrize("name", NAMES)
def test_on_a_day_on_which_all_is_right_a_form_is_short_and_raises_nothing(name: str) -> None:
    filling, answers = usual(name)
    assert filling.missing() is None
    assert [what for _, what in filling.raised()] == ABOUT_TROUBLE.get(name, [])
    assert answers == answers_on_the_page(name)


def answers_on_the_page(name: str) -> int:
    """Return how many answers ``docs/forms-built-in.md`` says that a form takes."""
    row = next(line for line in PAGE.splitlines() if line.startswith("|") and f"`{name}`" in line)
    return int(row.split("|")[4])


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=5)
@given(some.data())
def test_whatever_is_answered_a_form_can_be_finished_and_the_server_finds_nothing_against_it(
    name: str, data: Any
) -> None:
    filling = begun(name)

    def any_order(values: Any) -> Any:
        return data.draw(some.permutations(values))

    for place in list(filling.root.asked()):
        empty = place.question.type not in (*d.HOLDERS, d.NOTE) and not place.value
        if empty and data.draw(some.booleans()) and (values := possible(filling, place)):
            filling.answer(place, any_order(values)[0])
    for above, repeat in empty_repeats(filling):
        if data.draw(some.booleans()):
            filling.add_row(above, repeat)
    finish(filling, any_order)
    assert check(form(name), filling.answers(), FACTS, Remembered(filling.looked_up())) == []


# -- each constraint refuses what stands just outside it, and takes what stands just inside


NEIGHBOURS: Final[dict[str, tuple[str, str]]] = {
    ". >= 0 and . < 100000000": ("-1", "0"),
    ". = 'yes'": ("no", "yes"),
    "not(selected(., 'neither') and count-selected(.) > 1)": ("neither phones", "phones"),
    ". >= 2020 and . <= 2100": ("27", "2027"),
    ". >= 0 and . <= 20": ("21", "20"),
    ". >= 0": ("-1", "0"),
    ". >= 0 and . <= 10": ("11", "10"),
    ". >= 0 and . <= 90": ("91", "90"),
    ". >= 0 and . <= 200": ("201", "200"),
    ". >= 0 and . <= 2000": ("2001", "2000"),
    ". >= 0 and . <= 20000": ("-1", "0"),
    ". >= 0 and . * 100 = round(. * 100)": ("0.001", "0.01"),
    ". > 0 and . * 100 = round(. * 100)": ("0", "0.01"),
    ". >= 1 and . <= 5": ("6", "5"),
    ". >= 1 and . <= 20": ("21", "20"),
    ". >= 1 and . <= 30": ("31", "30"),
    ". >= 1 and . <= 50": ("51", "50"),
    ". >= 1 and . <= 99": ("0", "99"),
    ". >= 1 and . <= 100": ("101", "100"),
    ". >= 1 and . <= 999": ("1000", "999"),
    ". >= 1 and . <= 10000": ("0", "1"),
    ". >= 1 and . <= 20000": ("0", "1"),
    ". >= 2 and . <= 500": ("1", "2"),
    ". >= 30 and . <= 480": ("29", "30"),
    ". <= today()": ("2026-11-29", TODAY),
    ". >= today()": ("2026-11-27", TODAY),
    ". >= today() - 31": ("2026-10-27", "2026-10-28"),
    ". >= today() - 92 and . <= today() + 92": ("2026-08-27", "2026-08-28"),
    ". >= today() and . <= today() + 7": ("2026-12-06", "2026-12-05"),
    ". >= today() and . <= today() + 30": ("2026-12-29", "2026-12-28"),
    ". >= today() and . <= today() + 62": ("2027-01-30", "2027-01-29"),
    ". >= today() and . <= today() + 366": ("2027-11-30", "2027-11-29"),
    ". <= now()": ("2026-11-28T09:01:00.000+08:00", "2026-11-28T08:59:00.000+08:00"),
    ". >= now()": ("2026-11-28T08:59:00.000+08:00", "2026-11-28T09:01:00.000+08:00"),
    "regex(., '^[0-9]{5,12}$')": ("1234", "12345"),
    "regex(., '^[0-9 +-]{7,20}$')": ("123456", "1234567"),
    "regex(., '^[A-Za-z0-9]{5,15}$')": ("E 1234567", "E1234567"),
    "string-length(.) >= 6 and string-length(.) <= 10": ("粤B123", "粤B1234"),
}
"""Constraints that say everything themselves: an answer that is refused, and its neighbour that is taken."""

Case = tuple[dict[str, str], str, str]
PARTICULAR: Final[dict[tuple[str, str], Case]] = {
    ("move_in_facts", "emergency_phone"): ({"phone": "13800138000"}, "13800138000", "13800138001"),
    ("phone_change", "new"): ({"old": "5550000", "kind": "number"}, "5550000", "5550001"),
    ("phone_transfer", "to"): ({"from": "王芳"}, "王芳", "李强"),
    ("parking_lease", "until"): ({"kind": "let", "from": TODAY}, TODAY, "2026-11-29"),
    ("goods_gate_code", "code"): ({}, "12345673", "12345672"),
    ("goods_gate", "counted"): ({}, "more", "less"),
    ("decoration_refund", "leak"): ({}, "yes", "no"),
    ("decoration_refund", "passes_back"): ({"passes_issued": "3"}, "2", "3"),
    ("decoration_filing", "until"): ({"start": "2026-11-30"}, "2027-03-01", "2027-02-28"),
    ("decoration_extension", "until"): ({}, "2027-03-01", "2027-02-28"),
    ("meter_reading", "again"): ({"meter": "water", "reading": "500"}, "50", "500"),
}
"""Constraints that need other answers first: those, an answer that is refused, and one that is taken."""
REACHED_BY: Final[dict[tuple[str, str], dict[str, str]]] = {
    ("move_in_rooms", "repaired_by"): {"right": "kitchen", "accepted": "later"},
    **{("move_in_rooms", meter): {"right": "kitchen", "accepted": "now"} for meter in ("water", "power", "gas")},
    ("move_in_papers", "lacking_by"): {"done": "identity"},
    ("move_in_rest", "lacking_by"): {"done": "identity"},
    ("decoration_inspection", "wrong/by"): {"breach": "yes", "wrong__order": "date"},
    ("decoration_breach", "by"): {"order": "date"},
    ("decoration_final", "again"): {"found": "yes"},
    ("decoration_final", "in_use"): {"found": "no"},
    ("fee_reminder", "promised"): {"how": "door", "answer": "promises"},
    ("fee_reminder", "postponed"): {"how": "door", "answer": "postpone"},
    ("fee_postponed", "until"): {"agreed": "yes"},
    ("cleaning_check", "due"): {"score": "3"},
    ("cleaning_check", "again"): {"score": "3"},
    ("cleaning_recheck", "due"): {"score": "3"},
    ("cleaning_recheck", "again"): {"score": "3"},
    ("quality_check", "defect/due"): {"found": "yes"},
    ("service_request", "at"): {"when": "later"},
    ("change_of_household", "phone"): {"kind": "sold"},
    ("special_care", "other_phone"): {"other_name": "王芳"},
    ("special_care_check", "until"): {"still": "yes"},
    ("meeting_minutes", "topic/by"): {"topic[1]__task": "yes"},
}
"""Answers by which a question is asked."""
WITHOUT_ROWS: Final[dict[tuple[str, str], str]] = {
    ("vacant_check", "found"): "yes",
    ("patrol_point", "found"): "yes",
    ("quality_check", "found"): "yes",
    ("move_in_rooms", "accepted"): "now",
    ("move_in_items", "complete"): "yes",
    ("goods_permit", "carrier"): "搬家公司",
    ("cleaning_materials", "area"): "building",
    ("meeting_minutes", "read"): "OK",
    ("training_plan", "weekly"): "OK",
    ("emergency_contacts", "key"): "call",
    ("staff_leaving", "stopped"): "OK",
    ("decoration_passes", "agreed"): "OK",
}
"""Answers that are refused while the list they are about is empty."""


def constraints() -> Iterator[tuple[str, str, str]]:
    """Yield each constraint with its form and the path of its question."""
    for name in NAMES:
        for path, question in written(name).items():
            if "constraint" in question:
                yield name, path, question["constraint"]


@pytest.mark.parametrize(("name", "path", "constraint"), constraints())
def test_each_constraint_refuses_a_bad_neighbour_and_says_what_to_do(name: str, path: str, constraint: str) -> None:
    if (name, path) in WITHOUT_ROWS:
        filling = begun(name)
        bad = good = WITHOUT_ROWS[name, path]
    else:
        said, bad, good = PARTICULAR.get((name, path)) or (
            REACHED_BY.get((name, path), {}),
            *NEIGHBOURS[constraint],
        )
        filling = begun(name, Table({("meter", "last"): "100", ("meter", "usual"): "10"}))

        def with_row() -> None:
            for above, repeat in empty_repeats(filling):
                if path.startswith(f"{repeat}/"):
                    filling.add_row(above, repeat)

        with_row()
        for key, value in said.items():
            filling.answer(filling.find(key.replace("__", "/")), value)
        with_row()  # where an answer makes the rows matter
    place = filling.find(re.sub(r"^(line|goods|thing|material|contact|topic|defect)/", r"\1[1]/", path))
    assert place.relevant, path
    filling.answer(place, bad)
    problem = filling.problem(place)
    assert problem is not None, bad
    for language in LANGUAGES:
        told = filling.told(place, place.question.constraint_message, language).rstrip("。.")
        assert told and told in problem.message(language)
    if (name, path) in WITHOUT_ROWS:
        filling.add_row(*empty_repeats(filling)[0])
    filling.answer(place, good)
    assert filling.problem(place) is None, good


# -- what single lines ask for


@pytest.mark.proves("O4")
def test_no_form_at_the_door_asks_for_money_and_the_reminder_says_where_to_pay() -> None:
    for name in ("bill_delivered", "fee_reminder"):
        assert [one.where for one in form(name).all if one.type in (d.INTEGER, d.DECIMAL, d.RANGE)] == []
    filling = begun("fee_reminder")
    assert "不收钱" in filling.label(filling.find("where_to_pay"), "zh")


def test_a_patrol_point_takes_one_tap_and_saving_and_shows_how_it_is_done() -> None:
    """I2."""
    filling = begun("patrol_point", Table({("point", "sop"): "看压力表，0.4–0.6 MPa"}))
    assert next(filling.label(one) for one in filling.root.asked()) == "看压力表，0.4–0.6 MPa"
    filling.answer(filling.find("found"), "no")
    assert filling.missing() is None


def test_a_point_with_an_open_ticket_shows_it_and_raises_no_second_unless_asked() -> None:
    """I3."""
    filling = begun("patrol_point", Table({("point", "open_ticket"): "WX-2611-0007"}), found="yes")
    assert "WX-2611-0007" in filling.label(filling.find("open_ticket_shown"))
    filling.add_row(filling.root, "defect")
    finish(filling)
    assert list(filling.raised()) == []
    filling.answer(filling.find("defect[1]/repair"), "yes")
    assert [what for _, what in filling.raised()] == ["public_repair"]


def test_each_defect_of_a_vacant_unit_has_its_photo_and_raises_one_ticket() -> None:
    """H3."""
    filling = begun("vacant_check", tag="T-0001", water="12", power="340", found="yes")
    for _ in range(2):
        filling.add_row(filling.root, "defect")
    finish(filling)
    assert [(place.path, what) for place, what in filling.raised()] == [
        ("defect[1]/repair", "repair"),
        ("defect[2]/repair", "repair"),
    ]
    assert filling.find("defect[2]/photo").value == PHOTO


def test_a_vacant_unit_without_a_tag_needs_a_reason_and_a_photo() -> None:
    """H2."""
    filling = begun("vacant_check", no_tag="gone", water="12", power="340", found="no")
    lacking = filling.missing()
    assert lacking is not None and lacking[0].path == "no_tag_photo"


@pytest.mark.parametrize(
    ("column", "name", "reading"), [("water", "vacant_check", "water"), ("power", "vacant_check", "power")]
)
def test_a_reading_below_the_last_one_is_explained(column: str, name: str, reading: str) -> None:
    """H3, M1."""
    filling = begun(name, Table({("case", column): "100"}), **{reading: "99"})
    assert filling.find(f"{reading}_less").relevant
    filling.answer(filling.find(reading), "100")
    assert not filling.find(f"{reading}_less").relevant


def test_three_times_the_usual_use_is_read_again() -> None:
    """M2."""
    table = Table({("meter", "last"): "100", ("meter", "usual"): "10"})
    filling = begun("meter_reading", table, meter="water", reading="130")
    assert not filling.find("again").relevant
    filling.answer(filling.find("reading"), "131")
    assert filling.find("again").relevant
    assert filling.label(filling.find("again")).startswith("用了 31，平时是 10")


def test_a_permit_has_a_code_that_the_gate_can_check_without_it() -> None:
    """N3."""
    issued, _ = usual("goods_permit")
    code = issued.find("code").value
    assert begun("goods_gate_code", code=code).problem(begun("goods_gate_code", code=code).find("code")) is None
    wrong = begun("goods_gate_code", code=code[:-1] + str((int(code[-1]) + 1) % 10))
    assert wrong.problem(wrong.find("code")) is not None


@pytest.mark.proves("K1")
def test_papers_of_a_decoration_follow_its_kind_and_what_lacks_needs_a_declaration() -> None:
    """K1 with the annex: simple work needs no qualification and no plans, a supplier's free service the workers'
    papers alone, hot work its approval."""
    filling = begun("decoration_filing", who="owner", kind="full", work="hot lines")
    papers = filling.find("papers")
    assert [one.name for one in filling.choices(papers)] == ["licence", "plans", "leader", "workers", "lines", "fire"]
    filling.answer(papers, "licence plans leader workers lines")
    assert filling.find("declaration").relevant and filling.find("hot_stop").relevant
    filling.answer(papers, "licence plans leader workers lines fire")
    assert not filling.find("declaration").relevant and not filling.find("hot_stop").relevant
    filling.answer(filling.find("kind"), "simple")
    assert [one.name for one in filling.choices(papers)] == ["leader", "workers"]
    filling.answer(papers, "leader")
    lacking = filling.find("declaration")
    assert lacking.relevant and filling.required(lacking) and filling.label(lacking).startswith("缺 1 份资料")
    filling.answer(filling.find("kind"), "supplier")
    assert [one.name for one in filling.choices(papers)] == ["workers"]


@pytest.mark.proves("K1")
def test_hot_work_is_forbidden_until_its_approval_is_there_and_waterproofing_is_promised() -> None:
    """K1: none of them can be left out."""
    said = {"who": "owner", "kind": "full", "papers": "licence plans leader workers", "declaration": PHOTO}
    for work, must in (("hot", ["hot_stop"]), ("waterproof", ["waterproof"]), ("lines", [])):
        filling = begun("decoration_filing", None, work=work, **said)
        lacks = [place.path for place, _ in filling.troubles()]
        assert [one for one in ("hot_stop", "waterproof") if one in lacks] == must


@pytest.mark.proves("K1")
def test_a_tenant_who_decorates_brings_the_owners_written_consent() -> None:
    """K1: its photo, and somebody confirmed it with the owner."""
    assert not begun("decoration_filing", who="owner").find("consent").relevant
    lacks = [place.path for place, _ in begun("decoration_filing", who="user").troubles()]
    assert {"consent", "confirmed"} <= set(lacks)
    assert not {"consent", "confirmed"} & {p.path for p, _ in begun("decoration_filing", who="owner").troubles()}


@pytest.mark.proves("N1")
def test_goods_leave_with_the_residents_word_and_a_tenants_with_the_owners_too() -> None:
    """N1: which goods, how many, who carries them, until when; signed, or a call that is noted."""
    lacks = {place.path for place, _ in begun("goods_permit", who="tenant").troubles()}
    assert {"owner_word", "carrier", "agrees"} <= lacks
    in_writing = begun("goods_permit", who="tenant", owner_word="paper")
    assert "owner_photo" in {place.path for place, _ in in_writing.troubles()}, "what is in writing is photographed"
    filling = begun("goods_permit", who="owner", agrees="signs", until=TODAY)
    assert filling.find("signature").relevant and not filling.find("owner_word").relevant
    filling.answer(filling.find("agrees"), "phone")
    assert not filling.find("signature").relevant, "by telephone nobody signs, and the form says so"
    filling.answer(filling.find("carrier"), "李师傅")
    assert "carrier" in {place.path for place, _ in filling.troubles()}, "no permit without goods"
    row = filling.add_row(filling.root, "goods")
    assert {place.path for place, _ in filling.troubles()} == {"goods[1]/what"}, "one piece is what stands there"
    filling.answer(row.kids["what"][0], "沙发")
    assert filling.missing() is None
    assert set(form("goods_permit").settings["posts"]) == {"desk", "steward"}


def test_each_room_that_is_not_right_raises_one_ticket() -> None:
    """J2."""
    filling = begun("move_in_rooms", right="living kitchen")
    for wrong in ("bath", "balcony"):
        row = filling.add_row(filling.root, "room")
        filling.answer(row.kids["which"][0], wrong)
        filling.answer(row.kids["wrong"][0], "water window leak")
    finish(filling)
    assert [what for _, what in filling.raised()] == ["repair", "repair"]
    assert "kitchen" not in [one.name for one in filling.choices(filling.find("room[1]/which"))]


def test_an_owner_who_does_not_take_the_home_over_says_why() -> None:
    """J3."""
    filling = begun("move_in_rooms", right="living", accepted="refused")
    assert [place.path for place, _ in filling.troubles()] == ["refused"]


def test_what_a_move_in_lacks_is_counted_and_dated() -> None:
    """J4."""
    filling = begun("move_in_papers", done="identity agreement rules account")
    assert filling.label(filling.find("lacking")).startswith("还差 2 项")
    assert filling.required(filling.find("lacking_by"))
    filling.answer(filling.find("done"), "identity agreement rules account archive decoration")
    assert not filling.find("lacking_by").relevant


@pytest.mark.proves("O5")
def test_receipts_are_summed_and_a_difference_needs_a_reason() -> None:
    """O5: in whole fen; three receipts of which doubles would make 120.30000000000001."""
    filling = begun("cash_report")
    for yuan in ("0.1", "0.2", "120"):
        row = filling.add_row(filling.root, "line")
        filling.answer(row.kids["yuan"][0], yuan)
    assert filling.label(filling.find("total_shown")) == "合计 120.3 元"
    filling.answer(filling.find("handed_in"), "120.3")
    assert not filling.find("why").relevant
    filling.answer(filling.find("handed_in"), "120")
    assert filling.required(filling.find("why")) and filling.find("why").relevant


def test_a_poor_score_needs_a_photo_a_day_and_raises_rework() -> None:
    """Q2."""
    filling = begun("cleaning_check", area="lobby", score="4")
    assert filling.missing() is None
    filling.answer(filling.find("score"), "3")
    assert [place.path for place, _ in filling.troubles()] == ["wrong", "photo"]
    assert (filling.find("again").value, [what for _, what in filling.raised()]) == ("2026-11-29", ["job"])
    assert filling.find("due").value == "2026-11-28T12:00:00.000+08:00", "three hours from now"


def test_the_standard_of_the_area_stands_beside_it_and_that_of_a_point_comes_first() -> None:
    """Q2."""
    filling = begun("cleaning_check", area="lift")
    assert filling.label(filling.find("standard_shown")).startswith("标准：轿厢壁")
    assert filling.label(filling.find("standard_shown"), "en").startswith("Standard: Walls")
    said = {("point", "standard"): "无枯枝", ("point", "contractor"): "绿源园林"}
    filling = begun("cleaning_check", Table(said), score="5")
    assert filling.missing() is None and not filling.find("area").relevant
    shown = [filling.label(filling.find(name)) for name in ("contractor_shown", "standard_shown")]
    assert shown == ["由 绿源园林 承包", "标准：无枯枝"]


def test_first_aid_offers_to_record_an_event() -> None:
    """X5."""
    filling = begun("service_request", family="health", kind="first_aid")
    assert [what for _, what in filling.raised()] == ["matter/event"]
    assert begun("service_request", family="lend", kind="wheelchair").missing() is None


def test_identity_numbers_are_asked_only_where_the_register_is_of_them() -> None:
    """Y5: a passport in the register of foreign employees, and nothing like it elsewhere."""
    numbers = re.compile("身份证号|证件号|护照号|passport number|identity number", re.IGNORECASE)
    asking = [
        (name, one.name) for name in NAMES for one in form(name).all for label in one.label.values()
        if numbers.search(label)
    ]  # fmt: skip
    assert set(asking) == {("foreign_employee", "passport")}


def test_the_survey_has_22_items_in_8_groups_three_open_questions_name_and_phone() -> None:
    """F2."""
    read = form("satisfaction_survey")
    scored = [one for one in read.all if one.list == "score"]
    groups = [one for one in read.all[1:] if one.type == d.GROUP]
    assert (len(scored), len(groups)) == (22, 8)
    assert {one.name for one in read.choices["score"]} == {"5", "4", "3", "2", "1"}
    assert [one.name for one in read.all if one.appearance == "multiline"] == ["best", "worst", "wish"]
    filling = begun("satisfaction_survey", source="paper", paper=PHOTO, whole__overall="4")
    assert [place.path for place, _ in filling.troubles()] == ["name", "phone"]


@pytest.mark.proves("U4")
@pytest.mark.parametrize(
    ("shows", "consent", "asked"),
    [("neither", None, True), ("children", None, False), ("children", "no", False), ("phones", "no", False),
     ("children phones", "yes", True)],
)  # fmt: skip
def test_photos_of_children_or_of_a_phone_are_taken_only_with_consent(
    shows: str, consent: str | None, asked: bool
) -> None:
    filling = begun("event_result", people="30", shows=shows, spent="100")
    if consent is not None:
        filling.answer(filling.find("consent"), consent)
    assert filling.find("photo").relevant == asked
    # What is sent all the same, from a phone that was tampered with, the server finds.
    forged = {**filling.answers(), "photo": PHOTO}
    try:
        check(form("event_result"), forged, FACTS, Remembered([]))
        assert asked
    except Problem as problem:
        assert problem.details["path"] == "photo" and not asked


ENDED_BY_RULE: Final = {"cleaning", "special_care"}
"""Chains that are over by what a form says, not by which form it is: what was checked is right (Q2), or is needed no
more (P3)."""


@pytest.mark.parametrize(
    "chain", sorted({str(form(name).settings["case"]) for name in NAMES if "case" in form(name).settings})
)
def test_a_chain_begins_somewhere_and_each_step_leads_to_its_end(chain: str) -> None:
    forms = [form(name) for name in NAMES if form(name).settings.get("case") == chain]
    steps = {str(one.settings["step"]) for one in forms}
    assert [one.id for one in forms if not one.settings.get("after")], "nothing begins it"
    assert chain in ENDED_BY_RULE or [one.id for one in forms if one.settings.get("ends")], "nothing ends it"
    for one in forms:
        assert set(one.settings.get("after", ())) <= steps, one.id


# -- the page that lists them


def test_who_signs_and_what_is_raised_are_words_that_a_case_knows() -> None:
    questions = [one for name in NAMES for one in form(name).all]
    assert {one.signer for one in questions if one.signer} <= set(kinds.SIGNERS)
    raised = [one.raises.partition("/") for one in questions if one.raises]
    assert {what for what, _, _ in raised} <= set(kinds.RAISES)
    assert {wanted for _, _, wanted in raised if wanted} <= {*CLASSES, kinds.AN_EVENT.partition("/")[2]}


def test_the_page_lists_each_form_with_who_signs_and_what_it_raises() -> None:
    for name in NAMES:
        row = next((line for line in PAGE.splitlines() if line.startswith("|") and f"`{name}`" in line), None)
        assert row is not None, name
        cells = [cell.strip() for cell in row.split("|")]
        questions = form(name).all
        assert cells[5] == ", ".join(dict.fromkeys(one.signer for one in questions if one.signer)), name
        assert cells[6] == ", ".join(dict.fromkeys(one.raises for one in questions if one.raises)), name
        assert form(name).title["zh"] in cells[1], name


def test_all_eighteen_registers_have_their_number_and_name_on_the_page() -> None:
    """Y1: 17 is the page of keys, not a form."""
    numbers = re.findall(r"qms-pm-(313\d\d)", PAGE)
    assert sorted(numbers) == [str(31301 + at) for at in range(18)]


SHORT: Final = test_on_a_day_on_which_all_is_right_a_form_is_short_and_raises_nothing
CHAINED: Final = test_a_chain_begins_somewhere_and_each_step_leads_to_its_end
REFUSES: Final = test_each_constraint_refuses_a_bad_neighbour_and_says_what_to_do
SERVES: Final = {
    "F2": (test_the_survey_has_22_items_in_8_groups_three_open_questions_name_and_phone, "satisfaction_survey"),
    "H2": (test_a_vacant_unit_without_a_tag_needs_a_reason_and_a_photo, "vacant_check"),
    "H3": (test_each_defect_of_a_vacant_unit_has_its_photo_and_raises_one_ticket, "vacant_check"),
    "I1": (SHORT, "patrol_skipped"),
    "I2": (test_a_patrol_point_takes_one_tap_and_saving_and_shows_how_it_is_done, "patrol_point"),
    "I3": (test_a_point_with_an_open_ticket_shows_it_and_raises_no_second_unless_asked, "patrol_point"),
    "J1": (CHAINED, "move_in_facts", "move_in_rooms", "move_in_items", "move_in_papers"),
    "J2": (test_each_room_that_is_not_right_raises_one_ticket, "move_in_rooms"),
    "J3": (test_an_owner_who_does_not_take_the_home_over_says_why, "move_in_rooms"),
    "J4": (test_what_a_move_in_lacks_is_counted_and_dated, "move_in_papers", "move_in_rest"),
    "K1": (test_papers_of_a_decoration_follow_its_kind_and_what_lacks_needs_a_declaration, "decoration_filing"),
    "K2": (REFUSES, "decoration_filing", "decoration_extension"),
    "K4": (SHORT, "decoration_inspection", "decoration_breach"),
    "K5": (REFUSES, "decoration_final", "decoration_refund"),
    "L1": (CHAINED, "mail_received", "mail_told", "mail_collected"),
    "L5": (SHORT, "mail_received", "mail_returned"),
    "M1": (test_a_reading_below_the_last_one_is_explained, "meter_reading", "meter_base"),
    "M2": (test_three_times_the_usual_use_is_read_again, "meter_reading"),
    "M3": (SHORT, "meter_missed"),
    "N1": (REFUSES, "goods_permit"),
    "N2": (CHAINED, "goods_gate"),
    "N3": (test_a_permit_has_a_code_that_the_gate_can_check_without_it, "goods_gate_code"),
    "O1": (SHORT, "bill_delivered"),
    "O3": (REFUSES, "fee_reminder"),
    "O4": (
        test_no_form_at_the_door_asks_for_money_and_the_reminder_says_where_to_pay,
        "bill_delivered",
        "fee_reminder",
    ),
    "O5": (test_receipts_are_summed_and_a_difference_needs_a_reason, "cash_report"),
    "P1": (CHAINED, "notice_posted", "notice_removed"),
    "P3": (CHAINED, "special_care", "special_care_check", "special_care_call"),
    "Q1": (SHORT, "cleaning_signin"),
    "Q2": (test_a_poor_score_needs_a_photo_a_day_and_raises_rework, "cleaning_check"),
    "Q3": (SHORT, "quality_check", "quality_report"),
    "Q4": (REFUSES, "cleaning_materials"),
    "R1": (SHORT, "special_event"),
    "R2": (SHORT, "unfinished_matter"),
    "R5": (REFUSES, "meeting_minutes"),
    "S5": (CHAINED, "archive_export", "archive_export_decision"),
    "U1": (CHAINED, "event_plan", "event_signup", "event_came", "event_result"),
    "U4": (test_photos_of_children_or_of_a_phone_are_taken_only_with_consent, "event_signup", "event_result"),
    "V1": (SHORT, "training_plan"),
    "V6": (CHAINED, "door_trouble", "door_trouble_answer"),
    "W5": (SHORT, "finance_summary", "month_tables", "work_memo", "month_plan", "quarter_report"),
    "X3": (CHAINED, "service_request", "service_done", "message_left", "message_told", "thing_left", "thing_handed"),
    "X4": (CHAINED, "lost_found", "lost_claimed", "lost_given_up"),
    "X5": (test_first_aid_offers_to_record_an_event, "service_request"),
    "Y1": (test_all_eighteen_registers_have_their_number_and_name_on_the_page, "customer_file", "meter_base"),
    "Y2": (SHORT, "change_of_household"),
    "Y3": (REFUSES, "parking_permit", "parking_lease", "parking_back"),
    "Y4": (REFUSES, "emergency_contacts"),
    "Y5": (test_identity_numbers_are_asked_only_where_the_register_is_of_them, "foreign_employee"),
}
"""Which lines of ``docs/acceptance.md`` a form serves, and the test of the form's part in it. Most lines ask for more
than a form: a page, a duty, a report; so few of them are proved here."""


def test_each_line_that_a_form_serves_is_there_and_so_are_its_forms() -> None:
    lists = re.split(r"^## ", ACCEPTANCE, flags=re.M)[1:]
    lines = {f"{one[0]}{number}" for one in lists for number in re.findall(r"(?:^|\s)(\d+)\. ", one)}
    assert [line for line in SERVES if line not in lines] == []
    assert {name for _, *names in SERVES.values() for name in names} <= set(NAMES)


REGISTERS: Final = (
    "客户档案登记表",
    "客户紧急联络表",
    "非机动车车牌办理登记表",
    "特殊事件记录表",
    "停车位租售情况登记表",
    "停车证发放登记表",
    "电话报装申请表",
    "电话变更登记表",
    "备租/售电话号码登记表",
    "电话过户登记表",
    "境外雇员登记表",
    "涉外常驻单位登记表",
    "用户身份卡登记表",
    "移机电话统计表",
    "车位申请登记表",
    "辞职、辞退员工名单记录表",
    "代保管单元钥匙申请表",
    "水、电表底数确认单",
)
"""The eighteen forms of S1 1, in the order of their numbers qms-pm-31301 and on."""


def test_the_eighteen_registers_are_there_by_number_and_name() -> None:
    """Y §1. Number 17, keys that a household entrusts, is code with pages and custody of its own (G.1)."""
    titles = {form(name).said(form(name).title, "zh") for name in NAMES}
    assert len(REGISTERS) == 18
    lacking = [said for at, said in enumerate(REGISTERS, 31301) if f"{said}（{at}）" not in titles]
    assert lacking == ["代保管单元钥匙申请表"]
    assert "17 代保管单元钥匙申请表 (qms-pm-31317)" in PAGE
