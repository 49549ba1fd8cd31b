"""Small definitions of forms; also for tests that run in a browser's Python, where there is no server."""

from __future__ import annotations

from typing import Any

from app.domain.forms import write


def ask(type_: str, name: str, zh: str, en: str = "", **said: Any) -> dict[str, Any]:
    """Return a question of a definition."""
    return {"type": type_, "name": name, "label": {"zh": zh, "en": en or zh}, **said}


def definition(form_id: str, title: str, *questions: dict[str, Any], version: str = "1", **more: Any) -> bytes:
    """Return a definition; ``choices`` as pairs of name and label by list, ``settings`` as in one."""
    choices = {
        name: [{"name": value, "label": {"zh": zh, "en": value}} for value, zh in rows]
        for name, rows in more.get("choices", {}).items()
    }
    body = {
        "v": 1, "id": form_id, "version": version, "title": {"zh": title, "en": form_id}, "languages": ["zh", "en"],
        "settings": more.get("settings", {}), "questions": list(questions), "choices": choices,
    }  # fmt: skip
    return write(body)
