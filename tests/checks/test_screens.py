"""Screens ask the session: what they read and do goes through its verbs and read models, never its store."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.support.project import ROOT

SESSIONS = {"session", "s"}
"""What screens call a session; a page's own ``page.session.store`` is Flet's, and holds what a window remembers."""


def reached(tree: ast.Module) -> Iterator[int]:
    """Lines that take the store of a session: ``session.store``, ``ui.session.store``."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or node.attr != "store":
            continue
        of = node.value
        named = isinstance(of, ast.Name) and of.id in SESSIONS
        its = isinstance(of, ast.Attribute) and of.attr == "session" and "page" not in ast.unparse(of.value)
        if named or its:
            yield node.lineno


def test_no_screen_reaches_the_store_of_a_session() -> None:
    found = {
        f"{path.relative_to(ROOT).as_posix()}:{line}"
        for path in (ROOT / "app" / "ui").rglob("*.py")
        for line in reached(ast.parse(path.read_text("utf-8")))
    }
    assert found == set()


def test_a_screen_that_did_would_be_seen() -> None:
    tree = ast.parse("ui.session.store.state(1)\nlambda s: s.store.refs()\npage.session.store.get(2)\nsession.state(3)")
    assert list(reached(tree)) == [1, 2]
