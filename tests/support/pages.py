"""Pages of a handbook as a phone has them, for tests."""

from __future__ import annotations

from typing import Any

from app.domain.rules.handbook import Page, digest_of


def page(name: str = "p", kind: str = "rules", text: str = "写的是什么", **more: Any) -> Page:
    """Return a page; ``title``, ``english`` (its English text) and the members of ``Page``."""
    title = {"zh": more.pop("title", name)}
    words = {"zh": text} | ({"en": more.pop("english")} if "english" in more else {})
    return Page(f"page-{name}", name, kind, title, words, hash=digest_of(name, title, words), **more)
