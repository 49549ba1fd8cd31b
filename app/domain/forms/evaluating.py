"""What an expression's tree says in one place of a form.

``evaluate`` never fails for what somebody answered: what cannot be worked out is an empty text or no number (NaN), as
in XPath.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from app.domain.forms.functions import ANY, FUNCTIONS
from app.domain.forms.syntax import (
    BELOW,
    HERE,
    PARENT,
    ROOT,
    SELF,
    Binary,
    Call,
    Expr,
    Negated,
    Number,
    Path,
    Ref,
    Step,
    Text,
)
from app.domain.forms.values import NAN, Node, Value, day_text, moment_text, plain, to_bool, to_number, to_text


class World(Protocol):
    """What expressions ask of a form that is being filled."""

    @property
    def started(self) -> datetime:
        """When filling began, by the clock on the wall in China: ``today()`` and ``now()`` are always that."""

    @property
    def root(self) -> Node:
        """The form itself."""

    def named(self, name: str, asking: Node) -> Sequence[Node]:
        """Return the places of ``${name}`` as ``asking`` sees them."""

    def of_row(self, repeat: str, row: int, name: str, asking: Node) -> Sequence[Node]:
        """Return the places of ``${name}`` in one row of a repeat, counted from 1."""

    def choice_list(self, name: str) -> Node | None:
        """Return a list of choices: it holds ``root``, which holds each ``item``."""

    def choice_label(self, value: str, question: str, asking: Node) -> str:
        """Return the label of a choice of a question, in the language of who fills the form."""

    def look_up(self, table: str, column: str, by: str, key: str) -> str:
        """Return what stands in a column of the row of a table where ``by`` is ``key``; "" without one."""

    def chance(self, asking: Node) -> float:
        """Return a number from 0 to 1 by chance, the same each time for this place of this filling."""

    def name_by_chance(self, asking: Node) -> str:
        """Return a UUID by chance, the same each time for this place of this filling."""

    def place_of(self, node: Node) -> int:
        """Return which of its kind a place is where it stands, counted from 1."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where an expression is worked out: ``node`` is ``.``, ``asking`` the question it belongs to."""

    world: World
    node: Node
    asking: Node
    position: int = 1
    size: int = 1


def evaluate(expr: Expr, here: Here) -> Value:
    """Return what an expression says here."""
    return _WAYS[type(expr)](expr, here)


def _number(expr: Number, _here: Here) -> Value:
    return expr.value


def _text(expr: Text, _here: Here) -> Value:
    return expr.value


def _ref(expr: Ref, here: Here) -> Value:
    return here.world.named(expr.name, here.asking)


def _negated(expr: Negated, here: Here) -> Value:
    return -to_number(evaluate(expr.value, here))


def _path(expr: Path, here: Here) -> Value:
    nodes: Sequence[Node]
    if expr.start == HERE:
        nodes = (here.node,)
    elif expr.start == ROOT:
        nodes = (here.world.root if expr.steps[0].axis == BELOW else _Top(here.world.root),)
    else:
        start = evaluate(expr.start, here)  # type: ignore[arg-type]
        nodes = () if isinstance(start, str | float | bool) else start
    for step in expr.steps:
        nodes = _stepped(nodes, step, here)
    return nodes


@dataclass(frozen=True, slots=True)
class _Top:
    """What stands above the form itself: where a path from the root begins."""

    root: Node
    text: str = ""
    parent: Node | None = None

    def below(self, _name: str) -> Sequence[Node]:
        """Return the form, whatever it is called: only it can stand there."""
        return (self.root,)


def _stepped(nodes: Sequence[Node], step: Step, here: Here) -> Sequence[Node]:
    found: list[Node] = []
    for node in nodes:
        reached = _reached(node, step)
        for condition in step.holds:
            reached = _those_where(reached, condition, here)
        found += reached
    return found


def _reached(node: Node, step: Step) -> Sequence[Node]:
    if step.axis == SELF:
        return (node,)
    if step.axis == PARENT:
        return () if node.parent is None else (node.parent,)
    if step.axis == BELOW:
        return _anywhere(node, step.name)
    return node.below(step.name)


def _anywhere(node: Node, name: str) -> list[Node]:
    found = []
    for kid in node.below("*"):
        if name == "*" or kid in node.below(name):
            found.append(kid)
        found += _anywhere(kid, name)
    return found


def _those_where(nodes: Sequence[Node], condition: Expr, here: Here) -> list[Node]:
    kept = []
    for position, node in enumerate(nodes, 1):
        value = evaluate(condition, Here(here.world, node, here.asking, position, len(nodes)))
        if value == position if isinstance(value, float) else to_bool(value):
            kept.append(node)
    return kept


# -- operators


def _binary(expr: Binary, here: Here) -> Value:
    operator = expr.operator
    if operator == "and":
        return to_bool(evaluate(expr.left, here)) and to_bool(evaluate(expr.right, here))
    if operator == "or":
        return to_bool(evaluate(expr.left, here)) or to_bool(evaluate(expr.right, here))
    left, right = evaluate(expr.left, here), evaluate(expr.right, here)
    if operator in _COUNTED:
        return _COUNTED[operator](to_number(left), to_number(right))
    if operator == "|":
        return _together(left, right)
    return _compared(operator, left, right)


def _divided(left: float, right: float) -> float:
    if right == 0:
        return NAN if left == 0 or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)
    return left / right


def _rest(left: float, right: float) -> float:
    return math.fmod(left, right) if right != 0 and math.isfinite(left) else NAN


_COUNTED: Final[dict[str, Callable[[float, float], float]]] = {
    "+": lambda left, right: plain(left + right),
    "-": lambda left, right: plain(left - right),
    "*": lambda left, right: plain(left * right),
    "div": _divided,
    "mod": _rest,
}
_ORDERED: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _compared(operator: str, left: Value, right: Value) -> bool:
    """Compare as XPath does: a set fits if any place of it does; but with true and false, it is one itself."""
    sets = [value for value in (left, right) if not isinstance(value, str | float | bool)]
    if sets and not isinstance(left, bool) and not isinstance(right, bool):
        return any(_compares(operator, one, other) for one in _each(left) for other in _each(right))
    return _compares(operator, left, right)


def _each(value: Value) -> list[str | float]:
    """Return what of a value is compared. Where nothing is, or nothing matters, that is no answer: it equals ``''``, as
    in ODK's programs, and unlike in XPath alone."""
    if isinstance(value, str | float):
        return [value]
    return [node.text for node in value] or [""]  # type: ignore[union-attr]


def _compares(operator: str, left: Value, right: Value) -> bool:
    if operator in _ORDERED:
        return _ORDERED[operator](to_number(left), to_number(right))
    if isinstance(left, bool) or isinstance(right, bool):
        same = to_bool(left) == to_bool(right)
    elif isinstance(left, float) or isinstance(right, float):
        same = to_number(left) == to_number(right)
    else:
        same = to_text(left) == to_text(right)
    return same == (operator == "=")


def _together(left: Value, right: Value) -> Value:
    if isinstance(left, str | float | bool) or isinstance(right, str | float | bool):
        return ()
    return [*left, *(node for node in right if node not in left)]


# -- functions that look around, or choose which of their arguments are worked out


def _call(expr: Call, here: Here) -> Value:
    special = SPECIAL.get(expr.name)
    if special is not None:
        return special.work(expr.args, here)
    return FUNCTIONS[expr.name].work(*[evaluate(arg, here) for arg in expr.args])


@dataclass(frozen=True, slots=True)
class Special:
    """A function of expressions: what it does, and how many it takes at least and at most."""

    work: Callable[[Sequence[Expr], Here], Value]
    least: int
    most: int


def _if(args: Sequence[Expr], here: Here) -> Value:
    return evaluate(args[1] if to_bool(evaluate(args[0], here)) else args[2], here)


def _coalesce(args: Sequence[Expr], here: Here) -> Value:
    for arg in args[:-1]:
        value = evaluate(arg, here)
        if to_text(value):
            return value
    return evaluate(args[-1], here)


def _once(args: Sequence[Expr], here: Here) -> Value:
    return here.node.text or evaluate(args[0], here)


def _position(args: Sequence[Expr], here: Here) -> Value:
    if not args:
        return float(here.position)
    nodes = evaluate(args[0], here)
    if isinstance(nodes, str | float | bool) or not nodes:
        return NAN
    return float(here.world.place_of(nodes[0]))


def _indexed_repeat(args: Sequence[Expr], here: Here) -> Value:
    wanted, repeat = args[0], args[1]
    row = to_number(evaluate(args[2], here))
    if not isinstance(wanted, Ref) or not isinstance(repeat, Ref) or not 1 <= row < 1e6:
        return ()
    return here.world.of_row(repeat.name, int(row), wanted.name, here.asking)


def _choice_name(args: Sequence[Expr], here: Here) -> Value:
    question = question_of_choice(args[1])
    return here.world.choice_label(to_text(evaluate(args[0], here)), question, here.asking)


def question_of_choice(arg: Expr) -> str:
    """Return the question that the second argument of ``jr:choice-name`` names: ``${name}``, in quotes or not; or
    ""."""
    if isinstance(arg, Ref):
        return arg.name
    if isinstance(arg, Text):
        return arg.value.strip().removeprefix("${").removesuffix("}").strip().rpartition("/")[2]
    return ""


def _instance(args: Sequence[Expr], here: Here) -> Value:
    found = here.world.choice_list(to_text(evaluate(args[0], here)))
    return () if found is None else (found,)


def _pulldata(args: Sequence[Expr], here: Here) -> Value:
    return here.world.look_up(*(to_text(evaluate(arg, here)) for arg in args))


SPECIAL: Final[dict[str, Special]] = {
    "if": Special(_if, 3, 3),
    "coalesce": Special(_coalesce, 1, ANY),
    "once": Special(_once, 1, 1),
    "position": Special(_position, 0, 1),
    "last": Special(lambda _args, here: float(here.size), 0, 0),
    "current": Special(lambda _args, here: (here.asking,), 0, 0),
    "indexed-repeat": Special(_indexed_repeat, 3, 3),
    "jr:choice-name": Special(_choice_name, 2, 2),
    "instance": Special(_instance, 1, 1),
    "pulldata": Special(_pulldata, 4, 4),
    "today": Special(lambda _args, here: day_text(here.world.started), 0, 0),
    "now": Special(lambda _args, here: moment_text(here.world.started), 0, 0),
    "random": Special(lambda _args, here: here.world.chance(here.asking), 0, 0),
    "uuid": Special(lambda _args, here: here.world.name_by_chance(here.asking), 0, 0),
}
"""Functions of expressions, by name."""

_WAYS: Final[dict[type, Callable[..., Value]]] = {
    Number: _number,
    Text: _text,
    Ref: _ref,
    Negated: _negated,
    Binary: _binary,
    Call: _call,
    Path: _path,
}
