"""Expressions of a form as an office writes them (``. > ${last}``), read once into a small tree.

The language is XPath 1.0 as XForms uses it, with ``${name}`` for the question of that name. What of XPath says
nothing in a form (attributes, the axes with ``::``, variables) is refused with a message that says where.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NoReturn

from app.domain.wire.errors import EXPRESSION_WRONG, Problem

LONGEST: Final = 4_000
"""Characters in the longest expression."""
DEEPEST: Final = 60
"""Deepest nesting of an expression. A reader's stack is finite, above all in a browser's Python."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the expression."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Ref:
    """``${name}``: the question of that name, as near to the one that asks as it stands."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function and what it is given."""

    name: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """The negative of a number."""

    value: Expr


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two expressions."""

    operator: str
    left: Expr
    right: Expr


SELF, PARENT, CHILD, BELOW = ".", "..", "/", "//"
"""Where a step of a path goes: nowhere, up, down, anywhere down."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: where it goes, the name it looks for (``*``: any), and what must hold there."""

    axis: str
    name: str = "*"
    holds: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from somewhere: from the root (``ROOT``), from here (``HERE``) or from what an expression gives."""

    start: Expr | str
    steps: tuple[Step, ...]


ROOT, HERE = "root", "here"

Expr = Number | Text | Ref | Call | Negated | Binary | Path

_TOKEN: Final = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d*)?|\.\d+)
  | (?P<text>'[^']*'|"[^"]*")
  | (?P<ref>\$\{[^{}]*\})
  | (?P<name>[^\W\d][\w.\-]*(?::[^\W\d][\w.\-]*)?)
  | (?P<sign>\.\.|//|!=|<=|>=|[.+\-*=<>()\[\],|/])
    )""",
    re.VERBOSE,
)
_OPERATORS: Final = {
    "or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5,
    "*": 6, "div": 6, "mod": 6, "|": 8,
}  # fmt: skip
_STRENGTH_OF_MINUS: Final = 7
_STRAIGHT: Final = str.maketrans("‘’“”\xa0", "''\"\" ")
"""Word processors and Excel write quotes and blanks of their own."""


@lru_cache(maxsize=4_000)
def parse(text: str) -> Expr:
    """Return the tree of an expression. Raises ``Problem`` ``expression_wrong``, which says what and where."""
    if len(text) > LONGEST:
        _wrong(text, f"超过 {LONGEST} 个字符", f"it has more than {LONGEST} characters")
    return _Reader(text).whole()


def _wrong(text: str, zh: str, en: str) -> NoReturn:
    shown = text if len(text) <= 120 else text[:119] + "…"
    raise Problem(EXPRESSION_WRONG, expression=shown, why_zh=zh, why_en=en)


class _Reader:
    """Reads one expression, token by token."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._split(text.translate(_STRAIGHT))
        self.next = 0
        self.depth = 0

    def _split(self, text: str) -> list[tuple[str, str, int]]:
        tokens, at, end = [], 0, len(text.rstrip())
        while at < end:
            found = _TOKEN.match(text, at)
            if found is None:
                self.wrong_at(at)
            kind = str(found.lastgroup)
            tokens.append((kind, found[kind], found.start(kind)))
            at = found.end()
        return tokens

    def whole(self) -> Expr:
        """Return the tree of all tokens."""
        found = self.expression(0)
        if self.next < len(self.tokens):
            self.unexpected()
        return found

    # -- what stands next

    def peek(self) -> str:
        """Return the next sign or name, "" for anything else and at the end."""
        if self.next >= len(self.tokens):
            return ""
        kind, word, _at = self.tokens[self.next]
        return word if kind in ("sign", "name") else ""

    def kind(self) -> str:
        """Return the kind of the next token, "" at the end."""
        return self.tokens[self.next][0] if self.next < len(self.tokens) else ""

    def follows(self, word: str) -> bool:
        """Tell whether ``word`` is the token after the next one."""
        return self.next + 1 < len(self.tokens) and self.tokens[self.next + 1][1] == word

    def take(self) -> str:
        """Return the next token and go on."""
        if self.next >= len(self.tokens):
            _wrong(self.text, "没有写完", "it ends too early")
        word = self.tokens[self.next][1]
        self.next += 1
        return word

    def accept(self, word: str) -> bool:
        """Go on over ``word`` if it stands next."""
        if self.peek() != word:
            return False
        self.next += 1
        return True

    def expect(self, word: str) -> None:
        """Go on over ``word``, which must stand next."""
        if not self.accept(word):
            self.unexpected(word)

    def unexpected(self, wanted: str = "") -> NoReturn:
        """Refuse the next token."""
        if self.next >= len(self.tokens):
            _wrong(
                self.text,
                f"缺少「{wanted}」" if wanted else "没有写完",
                f"“{wanted}” is missing" if wanted else "it ends too early",
            )
        self.wrong_at(self.tokens[self.next][2])

    def wrong_at(self, at: int) -> NoReturn:
        """Refuse what stands at a place in the text."""
        rest = self.text[at : at + 20].strip()
        _wrong(self.text, f"第 {at + 1} 个字符起「{rest}」看不懂", f"“{rest}” at character {at + 1} is not understood")

    # -- the grammar

    def expression(self, least: int) -> Expr:
        """Read operands joined by operators that bind more strongly than ``least``."""
        self.depth += 1
        if self.depth > DEEPEST:
            _wrong(self.text, f"嵌套超过 {DEEPEST} 层", f"it is nested more than {DEEPEST} levels deep")
        left = self.operand()
        while (strength := _OPERATORS.get(self.peek(), 0)) > least:
            operator = self.take()
            left = Binary(operator, left, self.expression(strength))
        self.depth -= 1
        return left

    def operand(self) -> Expr:
        """Read one operand, with its sign and the path that may follow."""
        if self.accept("-"):
            return Negated(self.expression(_STRENGTH_OF_MINUS))
        if self.kind() == "number":
            return Number(float(self.take()))
        if self.kind() == "text":
            return Text(self.take()[1:-1])
        if self.peek() in ("/", "//"):
            return self.from_root()
        if self.kind() == "ref":
            return self.onward(self.ref())
        if self.accept("("):
            inner = self.expression(0)
            self.expect(")")
            return self.onward(inner)
        if self.kind() == "name" and self.follows("("):
            return self.onward(self.call())
        return Path(HERE, tuple(self.steps(CHILD)))

    def ref(self) -> Expr:
        """Read ``${name}``."""
        name = self.take()[2:-1].strip()
        if name.startswith("last-saved#"):
            _wrong(self.text, "不支持 last-saved", "last-saved is not supported")
        if not name:
            _wrong(self.text, "「${}」里要写题目名称", "“${}” names no question")
        return Ref(name)

    def call(self) -> Expr:
        """Read a function with its arguments."""
        name = self.take()
        self.expect("(")
        args = []
        if not self.accept(")"):
            args.append(self.expression(0))
            while self.accept(","):
                args.append(self.expression(0))
            self.expect(")")
        return Call(name, tuple(args))

    def from_root(self) -> Expr:
        """Read a path that begins with ``/`` or ``//``."""
        return Path(ROOT, tuple(self.steps(self.take())))

    def onward(self, start: Expr) -> Expr:
        """Read the conditions and steps that may follow ``start``."""
        steps: list[Step] = []
        if self.peek() == "[":
            steps.append(Step(SELF, holds=self.conditions()))
        if self.peek() in ("/", "//"):
            steps += self.steps(self.take())
        return Path(start, tuple(steps)) if steps else start

    def steps(self, axis: str) -> list[Step]:
        """Read steps divided by slashes; ``axis`` says where the first one goes."""
        steps = [self.step(axis)]
        while self.peek() in ("/", "//"):
            steps.append(self.step(self.take()))
        return steps

    def step(self, axis: str) -> Step:
        """Read one step with its conditions."""
        word = self.peek()
        if word in (SELF, PARENT):
            self.next += 1
            return Step(word, holds=self.conditions())
        if word != "*" and self.kind() != "name":
            self.unexpected()
        self.next += 1
        return Step(axis, word, self.conditions())

    def conditions(self) -> tuple[Expr, ...]:
        """Read any number of conditions in square brackets."""
        found = []
        while self.accept("["):
            found.append(self.expression(0))
            self.expect("]")
        return tuple(found)
