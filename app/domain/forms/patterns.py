"""Regular expressions that always end.

Python's own matcher tries one way after another: ``(a+)+b`` on thirty letters takes it longer than a phone lives, and
an office that writes such a pattern means no harm. This matcher goes through the text once and follows all ways
together (Thompson's construction), so its time is the text's length times the pattern's, whatever the pattern. What
cannot be matched so (references back, looking ahead) is refused at publishing. A pattern fits only as a whole, as ODK
has it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NoReturn

from app.domain.wire.errors import PATTERN_WRONG, Problem

LONGEST: Final = 500
"""Characters in the longest pattern."""
MOST_STATES: Final = 2_000
"""Size of the largest pattern once its counts (``{3,8}``) are written out."""
_DEEPEST: Final = 30
_INFINITE: Final = -1

Test = Callable[[str], bool]


@dataclass(eq=False, slots=True)
class _State:
    """A point in a pattern. One with a test takes a character; others are passed at once, if ``where`` holds there."""

    test: Test | None = None
    where: str = ""
    then: list[_State] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Node:
    """A piece of a pattern: a test, a place, pieces in order, one of several pieces, or a piece so many times."""

    kind: str
    test: Test | None = None
    where: str = ""
    parts: tuple[_Node, ...] = ()
    least: int = 0
    most: int = 0


class Pattern:
    """A regular expression, ready to be matched. Raises ``Problem`` ``pattern_wrong`` for one that is not
    understood."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            wrong(text, f"超过 {LONGEST} 个字符", f"it has more than {LONGEST} characters")
        self._text = text
        self._count = 0
        self._end = _State()
        self._start = self._build(_Reader(text).whole(), self._end)

    def fits(self, text: str) -> bool:
        """Tell whether the whole text fits the pattern."""
        here = self._closure([self._start], text, 0)
        for at, character in enumerate(text):
            onward = [after for state in here if state.test and state.test(character) for after in state.then]
            if not onward:
                return False
            here = self._closure(onward, text, at + 1)
        return self._end in here

    def _build(self, node: _Node, after: _State) -> _State:
        """Return the state where a piece begins that goes on to ``after``."""
        self._count += 1
        if self._count > MOST_STATES:
            wrong(self._text, "次数太大", "its counts are too large")
        if node.kind in ("test", "where"):
            return _State(node.test, node.where, [after])
        if node.kind == "order":
            for part in reversed(node.parts):
                after = self._build(part, after)
            return after
        if node.kind == "either":
            return _State(then=[self._build(part, after) for part in node.parts])
        part = node.parts[0]
        if node.most == _INFINITE:
            again = _State()
            again.then = [self._build(part, again), after]
            after = again
        else:
            skip = after
            for _ in range(node.most - node.least):
                after = _State(then=[self._build(part, after), skip])
        for _ in range(node.least):
            after = self._build(part, after)
        return after

    def _closure(self, states: list[_State], text: str, at: int) -> set[_State]:
        found: set[_State] = set()
        while states:
            state = states.pop()
            if state in found or (state.where and not _PLACES[state.where](text, at)):
                continue
            found.add(state)
            if state.test is None:
                states.extend(state.then)
        return found


@lru_cache(maxsize=200)
def pattern(text: str) -> Pattern:
    """Return the pattern, made once."""
    return Pattern(text)


def wrong(text: str, zh: str, en: str) -> NoReturn:
    """Refuse a pattern."""
    raise Problem(PATTERN_WRONG, pattern=text[:120], why_zh=zh, why_en=en)


def _is_word(character: str) -> bool:
    return character == "_" or (character.isascii() and character.isalnum())


def _at_edge(text: str, at: int) -> bool:
    before = at > 0 and _is_word(text[at - 1])
    return before != (at < len(text) and _is_word(text[at]))


_PLACES: Final[dict[str, Callable[[str, int], bool]]] = {
    "^": lambda _text, at: at == 0,
    "$": lambda text, at: at == len(text),
    "b": _at_edge,
    "B": lambda text, at: not _at_edge(text, at),
}
_CLASSES: Final[dict[str, Test]] = {
    "d": lambda c: c in "0123456789",
    "w": _is_word,
    "s": str.isspace,
}
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
_SIGNS: Final = frozenset(r"\.^$|?*+()[]{}/-,:;#&@!%'\"=<>~_` ")


class _Reader:
    """Reads the text of a pattern into pieces."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        if self.at >= len(self.text):
            wrong(self.text, "没有写完", "it ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def whole(self) -> _Node:
        found = self.either()
        if self.at < len(self.text):
            wrong(self.text, "多了一个 )", "there is a ) too many")
        return found

    def either(self) -> _Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            wrong(self.text, f"括号超过 {_DEEPEST} 层", f"it is nested more than {_DEEPEST} levels deep")
        ways = [self.order()]
        while self.peek() == "|":
            self.take()
            ways.append(self.order())
        self.depth -= 1
        return ways[0] if len(ways) == 1 else _Node("either", parts=tuple(ways))

    def order(self) -> _Node:
        parts = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.counted(self.piece()))
        return _Node("order", parts=tuple(parts))

    def counted(self, piece: _Node) -> _Node:
        """Read how often a piece comes."""
        while (sign := self.peek()) in ("?", "*", "+") or (sign == "{" and self.is_count()):
            least, most = {"?": (0, 1), "*": (0, _INFINITE), "+": (1, _INFINITE)}.get(sign) or self.count()
            if sign != "{":
                self.take()
            if self.peek() in ("?", "+"):  # lazy or possessive: as a whole the text fits or not all the same
                self.take()
            piece = _Node("count", parts=(piece,), least=least, most=most)
        return piece

    def is_count(self) -> bool:
        return self.text[self.at + 1 : self.at + 2].isdigit()

    def count(self) -> tuple[int, int]:
        end = self.text.find("}", self.at)
        least, comma, most = self.text[self.at + 1 : max(end, self.at)].partition(",")
        numbers = [one.strip() for one in (least, most or "0")]
        if end < 0 or not all(one.isascii() and one.isdigit() and len(one) < 5 for one in numbers):
            wrong(self.text, "次数写法不对", "a count is not right")
        self.at = end + 1
        low = int(least)
        high = low if not comma else int(most) if most.strip() else _INFINITE
        if high != _INFINITE and high < low:
            wrong(self.text, "次数写法不对", "a count is not right")
        return low, high

    def piece(self) -> _Node:
        character = self.take()
        if character == "(":
            return self.group()
        if character == "[":
            return _Node("test", self.one_of())
        if character == ".":
            return _Node("test", lambda c: c != "\n")
        if character in "^$":
            return _Node("where", where=character)
        if character == "\\":
            if self.peek() in ("b", "B"):
                return _Node("where", where=self.take())
            return _Node("test", self.escaped())
        if character in "?*+":
            wrong(self.text, f"「{character}」前面没有内容", f"nothing stands before “{character}”")
        return _Node("test", character.__eq__)

    def group(self) -> _Node:
        if self.peek() == "?":
            if self.text[self.at : self.at + 2] != "?:":
                wrong(self.text, "不支持 (?…)，只支持 (?:…)", "(?…) is not supported, only (?:…)")
            self.at += 2
        inner = self.either()
        if self.peek() != ")":
            wrong(self.text, "缺少 )", "a ) is missing")
        self.take()
        return inner

    def escaped(self) -> Test:
        """Read what follows a backslash."""
        character = self.take()
        if character.lower() in _CLASSES:
            test = _CLASSES[character.lower()]
            return test if character.islower() else lambda c: not test(c)
        if character in "pP":
            return self.category(character == "P")
        if character in "xu":
            return self.numbered(2 if character == "x" else 4).__eq__
        if character in _ESCAPED:
            return _ESCAPED[character].__eq__
        if character not in _SIGNS:
            wrong(self.text, f"不支持 \\{character}", f"\\{character} is not supported")
        return character.__eq__

    def numbered(self, digits: int) -> str:
        """Read a character by its number."""
        code = self.text[self.at : self.at + digits]
        try:
            found = chr(int(code, 16)) if len(code) == digits else ""
        except ValueError:
            found = ""
        if not found:
            wrong(self.text, "字符编号不对", "the number of a character is not right")
        self.at += digits
        return found

    def category(self, others: bool) -> Test:
        """Read a kind of characters as Unicode names it: ``\\p{L}``."""
        end = self.text.find("}", self.at)
        name = self.text[self.at + 1 : max(end, self.at)]
        if self.peek() != "{" or name not in ("L", "Lu", "Ll", "Lo", "N", "Nd", "P", "S", "Z"):
            wrong(self.text, f"不支持 \\p{{{name}}}", f"\\p{{{name}}} is not supported")
        self.at = end + 1
        return lambda c: unicodedata.category(c).startswith(name) != others

    def one_of(self) -> Test:
        """Read a class of characters up to its bracket."""
        others = self.peek() == "^"
        if others:
            self.take()
        tests: list[Test] = []
        first = True
        while first or self.peek() != "]":
            first = False
            low = self.member()
            if isinstance(low, str) and self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.take()
                high = self.member()
                if not isinstance(high, str) or high < low:
                    wrong(self.text, "字符范围不对", "a range of characters is not right")
                tests.append(_between(low, high))
            else:
                tests.append(low.__eq__ if isinstance(low, str) else low)
        self.take()
        return lambda c: any(test(c) for test in tests) != others

    def member(self) -> str | Test:
        """Read one character of a class, or a class within it."""
        character = self.take()
        if character == "[" and self.peek() == ":":
            wrong(self.text, "不支持 [: :]", "[: :] is not supported")
        if character != "\\":
            return character
        following = self.peek()
        if following and following.lower() not in ("d", "w", "s", "p", "x", "u"):
            self.take()
            return _ESCAPED.get(following, following)
        if following in ("x", "u"):
            self.take()
            return self.numbered(2 if following == "x" else 4)
        return self.escaped()


def _between(low: str, high: str) -> Test:
    return lambda c: low <= c <= high
