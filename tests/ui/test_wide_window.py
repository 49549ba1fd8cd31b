"""On a desk's wide window: keys act in its two panes, and what is said briefly is not as wide as the screen."""

from __future__ import annotations

import pytest

from app.ui.kit.notices import TOAST_WIDTH, toast_margin
from app.ui.screens.desk import BEFORE, CLOSE, FIND, NEW, NEXT, key_means


@pytest.mark.parametrize(
    ("key", "alt", "form", "meant"),
    [
        ("Arrow Down", False, "", NEXT),
        ("Arrow Up", False, "", BEFORE),
        ("Arrow Down", False, "assign", ""),
        ("Arrow Up", False, NEW, ""),
        ("n", True, "", NEW),
        ("F", True, "judge", FIND),
        ("Escape", False, "assign", CLOSE),
        ("Escape", False, "", ""),
        ("n", False, "", ""),
        ("Arrow Down", True, "", ""),
    ],
)
def test_a_key_acts_in_the_pane_one_is_in(key: str, alt: bool, form: str, meant: str) -> None:
    """B25: arrows are the open form's own; Alt+N and Alt+F stay on the board; Esc closes a form and nothing else."""
    assert key_means(key, alt, form) == meant


@pytest.mark.parametrize(("window", "scale"), [(390, 1.0), (360, 2.0), (1366, 1.0), (1366, 1.6), (1920, 1.0)])
def test_a_toast_is_never_wider_than_one_reads_at_a_glance(window: float, scale: float) -> None:
    """B25: 1,334 px at a desk of 1,366."""
    margin = toast_margin(window, scale)
    width = window - float(margin.left or 0) - float(margin.right or 0)
    assert width <= TOAST_WIDTH * scale and margin.left == margin.right and float(margin.left or 0) >= 16
