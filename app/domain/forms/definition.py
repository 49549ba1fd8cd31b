"""A form as it is published: its questions, choices and settings. Canonical JSON named by its hash, and never changed.

``read`` checks everything, whoever wrote it, so that filling need not: a definition that was read can be filled.
``docs/forms.md`` says what an office can write; ``sync_server/forms`` makes a definition of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.forms.evaluating import SPECIAL, question_of_choice
from app.domain.forms.functions import FUNCTIONS
from app.domain.forms.patterns import pattern
from app.domain.forms.syntax import Binary, Call, Expr, Negated, Path, Ref, Text, parse
from app.domain.rules.archive import NUMBERS
from app.domain.wire.canonical import Json, canonical, sha256_hex
from app.domain.wire.errors import FORM_WRONG, Problem

FORMAT: Final = 1
"""The format of definitions this program writes and reads."""

GROUP, REPEAT = "group", "repeat"
TEXT, INTEGER, DECIMAL, RANGE = "text", "integer", "decimal", "range"
DATE, TIME, DATETIME = "date", "time", "datetime"
SELECT_ONE, SELECT_MULTIPLE, RANK = "select_one", "select_multiple", "rank"
NOTE, IMAGE, BARCODE, GEOPOINT, ACKNOWLEDGE = "note", "image", "barcode", "geopoint", "acknowledge"
CALCULATE, HIDDEN = "calculate", "hidden"
START, END, TODAY, USERNAME, DEVICE = "start", "end", "today", "username", "deviceid"

HOLDERS: Final = frozenset((GROUP, REPEAT))
CHOOSING: Final = frozenset((SELECT_ONE, SELECT_MULTIPLE, RANK))
FROM_PHONE: Final = frozenset((START, END, TODAY, USERNAME, DEVICE))
"""What the phone answers by itself."""
UNSEEN: Final = frozenset((CALCULATE, HIDDEN)) | FROM_PHONE
"""Nobody sees these while filling."""
TYPES: Final = (
    HOLDERS | CHOOSING | UNSEEN
    | {TEXT, INTEGER, DECIMAL, RANGE, DATE, TIME, DATETIME, NOTE, IMAGE, BARCODE, GEOPOINT, ACKNOWLEDGE}
)  # fmt: skip

MOST_QUESTIONS: Final = 500
MOST_CHOICES: Final = 1_000
"""Choices in the longest list. What is longer is a table, and is looked up (``pulldata``)."""
MOST_LANGUAGES: Final = 10
MOST_ROWS: Final = 100
"""Rows in one repeat."""
DEEPEST: Final = 8
"""Groups within groups."""
MOST_BYTES: Final = 200_000
"""Size of the largest definition."""
MOST_FILE_BYTES: Final = 4_000_000
"""Size of the largest file that becomes one, with the tables beside it."""

_DEEPEST_JSON: Final = 2 * DEEPEST + 10
_BRACKET: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
"""A text, or what opens or closes a list or an object."""

Labels = Mapping[str, str]
"""A text by the language's code."""

TABLES: Final = ("case", "cleaning", "household", "meter", "point")
"""What can be looked up (``pulldata``) besides the form's own lists: earlier cases, households, meters, points."""

PICTURE: Final = "#picture"
"""The column of a choice that holds its picture: a small JPEG in base64. Programs that do not know it show words."""

NAME: Final = re.compile(r"[^\W\d][\w.\-]{0,99}")
EXPRESSIONS: Final = (
    "relevant",
    "constraint",
    "required",
    "readonly",
    "initial",
    "calculation",
    "choice_filter",
    "count",
)
_LABELS: Final = ("label", "hint", "constraint_message", "required_message")
_WORDS: Final = ("appearance", "default", "raises", "signer", "list")
_MEMBERS: Final = frozenset((*EXPRESSIONS, *_LABELS, *_WORDS, "type", "name", "parameters", "trigger", "questions"))
_SETTINGS: Final = frozenset(("case", "step", "after", "ends", "posts", "group"))
_ID: Final = re.compile(r"\w[\w.\-]{0,99}")
_REF: Final = re.compile(r"\$\{\s*([^{}]+?)\s*\}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list; ``columns`` are those the office added."""

    name: str
    label: Labels
    columns: Mapping[str, str]


@dataclass(eq=False, repr=False, slots=True)
class Question:
    """A question, a group of them, or one that repeats. Expressions are trees; ``None`` where nothing is said."""

    type: str
    name: str
    path: tuple[str, ...]
    above: Question | None
    label: Labels
    hint: Labels
    constraint_message: Labels
    required_message: Labels
    relevant: Expr | None = None
    constraint: Expr | None = None
    required: Expr | None = None
    readonly: Expr | None = None
    initial: Expr | None = None
    """What is worked out once, when filling begins or a row is added."""
    calculation: Expr | None = None
    choice_filter: Expr | None = None
    count: Expr | None = None
    """How many rows a repeat has, where the form says it."""
    default: str = ""
    list: str = ""
    appearance: str = ""
    raises: str = ""
    signer: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    trigger: tuple[str, ...] = ()
    kids: dict[str, Question] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<{self.type} {self.where}>"

    @property
    def where(self) -> str:
        """The path as text: ``defect/area``."""
        return "/".join(self.path)

    def ancestors(self) -> Iterator[Question]:
        """Yield what it stands in, from near to far; the form itself last."""
        above = self.above
        while above is not None:
            yield above
            above = above.above

    def expressions(self) -> Iterator[tuple[str, Expr]]:
        """Yield each expression with the name of its member."""
        for name in EXPRESSIONS:
            expr = getattr(self, name)
            if expr is not None:
                yield name, expr

    def labels(self) -> Iterator[tuple[str, Labels]]:
        """Yield each text that people read with the name of its member."""
        for name in _LABELS:
            yield name, getattr(self, name)


@dataclass(frozen=True, eq=False, slots=True)
class Form:
    """A form that was read. ``hash`` names its definition; ``root`` holds its questions."""

    hash: str
    id: str
    version: str
    title: Labels
    languages: tuple[str, ...]
    settings: Mapping[str, Any]
    root: Question
    all: tuple[Question, ...]
    """Every question in the form's order, the root first."""
    choices: Mapping[str, tuple[Choice, ...]]
    by_name: Mapping[str, Question | None]
    """Questions by name; ``None`` for a name that several have."""
    api: bool = False
    """Whether other systems may fill it in."""
    archive: int = 0
    """The class of a household's archive that it is filed in, from 1 to 12 (S); 0: none."""

    def said(self, labels: Labels, language: str) -> str:
        """Return a text in a language, else in the form's first one, else in any."""
        for one in (language, *self.languages):
            if labels.get(one):
                return labels[one]
        return ""

    def named(self, name: str) -> Question | None:
        """Return the only question of a name."""
        return self.by_name.get(name)


def write(body: Json) -> bytes:
    """Return a definition as the bytes that are kept and hashed. It is read once, so it is right: raises
    ``Problem``."""
    try:
        data = canonical(body)
    except (TypeError, ValueError) as fault:
        raise wrong("", "数据格式不正确", str(fault)) from fault
    read(data)
    return data


def read(data: bytes) -> Form:
    """Return the form that a definition describes. Raises ``Problem`` ``form_wrong``, which says where and why."""
    if len(data) > MOST_BYTES:
        raise wrong("", f"超过 {MOST_BYTES // 1000} KB", f"it has more than {MOST_BYTES // 1000} kB")
    try:
        # Before it is parsed: what is nested a thousand times ends a browser's Python for good.
        body = json.loads(data if _nesting(data) <= _DEEPEST_JSON else b"")
    except ValueError as fault:
        raise wrong("", "不是 JSON", "it is no JSON") from fault
    if not isinstance(body, dict) or body.get("v") != FORMAT:
        raise wrong("", "来自更新的版本，请先更新应用", "it comes of a newer version; please update the app")
    return _Reader(body).form(sha256_hex(data))


def _nesting(data: bytes) -> int:
    """Return how deep lists and objects lie in each other."""
    here = deepest = 0
    for found in _BRACKET.finditer(data):
        mark = found[0]
        if mark in b"[{":
            here += 1
            deepest = max(deepest, here)
        elif mark in b"]}":
            here -= 1
    return deepest


def wrong(where: str, zh: str, en: str, **details: Any) -> Problem:
    """Return the problem of a definition, at a question's path and member, or as a whole ("")."""
    return Problem(FORM_WRONG, where=where, where_zh=where or "表单", where_en=where or "the form",
                   why_zh=zh, why_en=en, **details)  # fmt: skip


class _Reader:
    """Reads one definition."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.body = body
        self.languages = self._languages()
        self.all: list[Question] = []

    def form(self, digest: str) -> Form:
        body = self.body
        root = self.holder()
        self.all.append(root)
        self.questions(body.get("questions"), root)
        if len(self.all) > MOST_QUESTIONS + 1:
            raise wrong("", f"超过 {MOST_QUESTIONS} 道题", f"it has more than {MOST_QUESTIONS} questions")
        by_name: dict[str, Question | None] = {}
        for one in self.all[1:]:
            by_name[one.name] = None if one.name in by_name else one
        form = Form(
            digest, _text(body, "id", ""), _text(body, "version", ""), self.labels(body, "title", ""), self.languages,
            self.settings(), root, tuple(self.all), self.choices(), by_name, body.get("api") is True,
            self.archive(),
        )  # fmt: skip
        if not _ID.fullmatch(form.id):
            raise wrong(
                "id",
                "只用字母、数字、_、. 和 -",
                "it has letters, digits, _, . and - only",
            )
        for one in self.all[1:]:
            _check(one, form)
        return form

    def holder(self) -> Question:
        return Question(GROUP, self.body.get("id") or "", (), None, {}, {}, {}, {})

    def questions(self, said: Any, above: Question) -> None:
        if not isinstance(said, list):
            raise wrong(above.where, "没有题目", "it has no questions")
        if len(above.path) >= DEEPEST:
            raise wrong(above.where, f"分组超过 {DEEPEST} 层", f"groups are nested more than {DEEPEST} levels deep")
        for one in said:
            if not isinstance(one, dict):
                raise wrong(above.where, "题目格式不正确", "a question is not well-formed")
            question = self.question(one, above)
            if question.name in above.kids:
                raise wrong(question.where, "这个名称用了两次", "this name is there twice")
            above.kids[question.name] = question
            self.all.append(question)
            if question.type in HOLDERS:
                self.questions(one.get("questions"), question)

    def question(self, said: Mapping[str, Any], above: Question) -> Question:
        name, kind = said.get("name"), said.get("type")
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise wrong(above.where, f"名称「{str(name)[:40]}」不正确", f"the name “{str(name)[:40]}” is not right")
        path = (*above.path, name)
        where = "/".join(path)
        if kind not in TYPES:
            raise wrong(
                where, f"不认识题型「{str(kind)[:40]}」", f"the type “{str(kind)[:40]}” is not known", member="type"
            )
        for member in said:
            if member not in _MEMBERS:
                raise wrong(where, f"不认识「{member[:40]}」", f"“{member[:40]}” is not known")
        members: dict[str, Any] = {member: self.labels(said, member, where) for member in _LABELS}
        members |= {member: _text(said, member, where) for member in _WORDS}
        members |= {member: _tree(said, member, where) for member in EXPRESSIONS}
        trigger = said.get("trigger", [])
        if not isinstance(trigger, list) or not all(isinstance(one, str) for one in trigger):
            raise wrong(where, "trigger 格式不正确", "trigger is not well-formed", member="trigger")
        return Question(
            str(kind), name, path, above, **members,
            parameters=_texts(said, "parameters", where), trigger=tuple(trigger),
        )  # fmt: skip

    def labels(self, said: Mapping[str, Any], member: str, where: str) -> Labels:
        found = _texts(said, member, where)
        for language in found:
            if language not in self.languages:
                raise wrong(
                    where, f"不认识语言「{language}」", f"the language “{language}” is not known", member=member
                )
        return found

    def _languages(self) -> tuple[str, ...]:
        found = self.body.get("languages")
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise wrong("languages", "格式不正确", "it is not well-formed")
        if not 1 <= len(found) <= MOST_LANGUAGES:
            raise wrong("languages", f"要有 1 到 {MOST_LANGUAGES} 种语言", f"there are 1 to {MOST_LANGUAGES} languages")
        return tuple(found)

    def settings(self) -> Mapping[str, Any]:
        found = self.body.get("settings", {})
        if not isinstance(found, dict):
            raise wrong("settings", "格式不正确", "it is not well-formed")
        for name, value in found.items():
            if name not in _SETTINGS:
                raise wrong("settings", f"不认识「{name[:40]}」", f"“{name[:40]}” is not known")
            if not (
                isinstance(value, bool) if name == "ends"
                else isinstance(value, list) and all(isinstance(one, str) for one in value)
                if name in ("after", "posts")
                else bool(self.labels(found, name, "settings")) if name == "group"
                else isinstance(value, str) and _ID.fullmatch(value)
            ):  # fmt: skip
                raise wrong("settings", f"「{name}」不正确", f"“{name}” is not right", member=name)
        return found

    def archive(self) -> int:
        """Return the class it is filed in. Beside the settings, not among them: an older program refuses a definition
        with a setting that it does not know."""
        found = self.body.get("archive", 0)
        return found if type(found) is int and found in NUMBERS else 0

    def choices(self) -> Mapping[str, tuple[Choice, ...]]:
        said = self.body.get("choices", {})
        if not isinstance(said, dict):
            raise wrong("choices", "格式不正确", "it is not well-formed")
        return {name: self.list(name, rows) for name, rows in said.items()}

    def list(self, name: str, rows: Any) -> tuple[Choice, ...]:
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise wrong(name, "选项格式不正确", "its choices are not well-formed")
        if len(rows) > MOST_CHOICES:
            raise wrong(
                name,
                f"有 {len(rows)} 个选项，最多 {MOST_CHOICES} 个；更多的请用 pulldata 查表",
                f"it has {len(rows)} choices, at most {MOST_CHOICES} are taken; look up more with pulldata",
                list=name,
            )
        found = []
        for row in rows:
            value = row.get("name")
            if not isinstance(value, str) or not value or len(value.split()) != 1:
                raise wrong(
                    name,
                    f"选项名称「{str(value)[:40]}」不能为空或含空格",
                    f"the choice “{str(value)[:40]}” is empty or has blanks",
                    list=name,
                )
            columns = {key: one for key, one in row.items() if key not in ("name", "label")}
            if not all(isinstance(one, str) for one in columns.values()):
                raise wrong(name, "选项的列格式不正确", "a column of its choices is not well-formed", list=name)
            found.append(Choice(value, self.labels(row, "label", name), columns))
        return tuple(found)


def _text(said: Mapping[str, Any], member: str, where: str) -> str:
    value = said.get(member, "")
    if not isinstance(value, str) or len(value) > 4_000:
        raise wrong(where, f"「{member}」应为文字", f"“{member}” should be text", member=member)
    return value


def _texts(said: Mapping[str, Any], member: str, where: str) -> Mapping[str, str]:
    found = said.get(member, {})
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise wrong(where, f"「{member}」格式不正确", f"“{member}” is not well-formed", member=member)
    return found


def _tree(said: Mapping[str, Any], member: str, where: str) -> Expr | None:
    text = _text(said, member, where)
    if not text.strip():
        return None
    try:
        return parse(text)
    except Problem as fault:
        raise _because(fault, where, member) from fault


def _because(fault: Problem, where: str, member: str) -> Problem:
    return wrong(where, fault.message("zh").rstrip("。"), fault.message("en").rstrip("."), member=member)


def _check(question: Question, form: Form) -> None:
    """Check what a question says against the rest of the form."""
    where = question.where
    if question.type in CHOOSING and question.list not in form.choices:
        raise wrong(
            where, f"没有选项表「{question.list}」", f"there is no list of choices “{question.list}”", member="type"
        )
    for member, expr in question.expressions():
        try:
            check_expression(expr, form)
        except Problem as fault:
            raise wrong(where, fault.details["why_zh"], fault.details["why_en"], member=member) from fault
    for name in question.trigger:
        if form.named(name) is None:
            raise wrong(where, f"没有题目「{name}」", f"there is no question “{name}”", member="trigger")
    for member, labels in question.labels():
        for text in labels.values():
            for name in _REF.findall(text):
                _known(name, form, where, member)
    if question.type == RANGE:
        _range(question)


def _known(name: str, form: Form, where: str, member: str) -> None:
    if name not in form.by_name:
        raise wrong(where, f"没有题目「{name}」", f"there is no question “{name}”", member=member)
    if form.by_name[name] is None:
        raise wrong(
            where, f"有几道题都叫「{name}」，说不清是哪一道", f"several questions are called “{name}”", member=member
        )


def _range(question: Question) -> None:
    try:
        low, high, step = (float(question.parameters.get(one, "")) for one in ("start", "end", "step"))
    except ValueError:
        low = high = step = 0.0
    if not (low < high and 0 < step <= high - low):
        raise wrong(
            question.where,
            "range 的 start、end、step 不正确",
            "start, end and step of a range are not right",
            member="parameters",
        )


def check_expression(expr: Expr, form: Form) -> None:
    """Check that everything an expression names is there. Raises ``Problem`` ``form_wrong``."""
    for one in parts_of(expr):
        if isinstance(one, Ref):
            _known(one.name, form, "", "")
        elif isinstance(one, Call):
            _check_call(one, form)


def _check_call(call: Call, form: Form) -> None:
    function = SPECIAL.get(call.name) or FUNCTIONS.get(call.name)
    if function is None:
        raise wrong("", f"不支持函数 {call.name}()", f"the function {call.name}() is not supported")
    if not function.least <= len(call.args) <= function.most:
        raise wrong("", f"{call.name}() 的参数个数不对", f"{call.name}() has the wrong number of arguments")
    if call.name == "regex" and isinstance(call.args[1], Text):
        try:
            pattern(call.args[1].value)
        except Problem as fault:
            raise wrong("", fault.message("zh").rstrip("。"), fault.message("en").rstrip(".")) from fault
    elif call.name == "jr:choice-name":
        _choosing(call, form)
    elif call.name == "instance":
        name = call.args[0]
        if not isinstance(name, Text) or name.value not in form.choices:
            shown = name.value if isinstance(name, Text) else "…"
            raise wrong("", f"没有选项表「{shown}」", f"there is no list of choices “{shown}”")
    elif call.name == "pulldata":
        table = call.args[0]
        if not isinstance(table, Text) or table.value not in (*TABLES, *form.choices):
            shown = table.value if isinstance(table, Text) else "…"
            listed = ", ".join(TABLES)
            raise wrong("", f"没有表「{shown}」，有：{listed}", f"there is no table “{shown}”; there are: {listed}")
    elif call.name == "indexed-repeat":
        _indexed(call, form)


def _choosing(call: Call, form: Form) -> None:
    name = question_of_choice(call.args[1])
    _known(name, form, "", "")
    question = form.named(name)
    if question is None or question.type not in CHOOSING:
        raise wrong("", f"「{name}」不是选择题", f"“{name}” is no question with choices")


def _indexed(call: Call, form: Form) -> None:
    wanted, repeat = (form.named(arg.name) if isinstance(arg, Ref) else None for arg in call.args[:2])
    if wanted is None or repeat is None or repeat.type != REPEAT or repeat not in wanted.ancestors():
        raise wrong(
            "",
            "indexed-repeat() 要写 ${题目}, ${重复组}, 第几行",
            "indexed-repeat() wants ${question}, ${its repeat}, number",
        )


def parts_of(expr: Expr) -> Iterator[Expr]:
    """Yield an expression and everything in it."""
    yield expr
    if isinstance(expr, Call):
        inner: tuple[Any, ...] = expr.args
    elif isinstance(expr, Binary):
        inner = (expr.left, expr.right)
    elif isinstance(expr, Negated):
        inner = (expr.value,)
    elif isinstance(expr, Path):
        inner = (expr.start, *(one for step in expr.steps for one in step.holds))
    else:
        inner = ()
    for one in inner:
        if not isinstance(one, str):
            yield from parts_of(one)


def template(text: str) -> tuple[str | Ref, ...]:
    """Return a text that people read as its pieces: plain ones, and ``${name}`` where an answer is put in."""
    found: list[str | Ref] = []
    at = 0
    for one in _REF.finditer(text):
        found += [text[at : one.start()], Ref(one[1])]
        at = one.end()
    return (*(piece for piece in found if piece), *((text[at:],) if text[at:] else ()))
