"""What a new version of a form changes, told to whoever publishes it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from app.domain.forms import Form, read
from app.domain.forms.comparing import ADDED, CHANGED, REMOVED, compared
from tests.support.definitions import ask, definition

LISTS = {"l": (("a", "甲"), ("b", "乙"))}


def form(*questions: dict[str, Any], **more: Any) -> Form:
    return read(definition("f", more.pop("title", "表"), *questions, choices=more.pop("choices", LISTS), **more))


def told(old: Form, new: Form) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.what, one.question.where if one.question else "", one.members) for one in compared(old, new)]


def test_what_is_added_removed_and_changed_is_told_by_question_and_member() -> None:
    group = {**ask("group", "g", "组"), "questions": [ask("integer", "n", "几个", constraint=". > 0")]}
    old = form(ask("text", "gone", "旧"), ask("select_one", "one", "选", list="l"), group)
    changed = {**group, "questions": [ask("integer", "n", "有几个", constraint=". > 1")]}
    lists = {"l": (*LISTS["l"], ("c", "丙"))}
    new = form(
        ask("select_one", "one", "选", list="l"), changed, ask("text", "new", "新"),
        choices=lists, title="新表", settings={"posts": ["guard"]},
    )  # fmt: skip
    assert told(old, new) == [
        (CHANGED, "", ("title", "posts")),
        (CHANGED, "one", ("choices",)),
        (CHANGED, "g/n", ("label", "constraint")),
        (ADDED, "new", ()),
        (REMOVED, "gone", ()),
    ]
    assert told(old, form(*_by_name(old, "one", "gone", "g"))) == [(CHANGED, "", ("order",))]


def _by_name(of: Form, *names: str) -> list[dict[str, Any]]:
    group = {**ask("group", "g", "组"), "questions": [ask("integer", "n", "几个", constraint=". > 0")]}
    known = {"gone": ask("text", "gone", "旧"), "one": ask("select_one", "one", "选", list="l"), "g": group}
    assert {one.name for one in of.root.kids.values()} == set(known)
    return [known[name] for name in names]


_NAMES = some.lists(some.sampled_from("abcdefg"), unique=True, min_size=1)


@given(_NAMES, _NAMES)
def test_every_question_is_kept_added_or_removed_and_back_again(before: list[str], after: list[str]) -> None:
    """Whatever is added one way is removed the other way, and nothing is told of a form and itself."""
    old, new = (form(*(ask("text", name, name) for name in names)) for names in (before, after))
    there, back = told(old, new), told(new, old)
    assert {where for what, where, _ in there if what == ADDED} == set(after) - set(before)
    assert {where for what, where, _ in there if what == REMOVED} == set(before) - set(after)
    assert {where for what, where, _ in back if what == ADDED} == set(before) - set(after)
    assert told(old, old) == []
