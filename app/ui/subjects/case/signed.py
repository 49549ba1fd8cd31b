"""What somebody reads before signing a filled form: every question and answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.ui.signed_lines import QUIET, STRONG, WARNING, Line
from app.ui.subjects.case.words import parts, said
from app.ui.texts import t


def lines(facts: Mapping[str, Any], named: Mapping[str, str]) -> Iterator[Line]:
    """Yield the form, its answers, how many photos belong to them, and what was raised; ``named`` has the words for
    that by id."""
    for paper in facts.get("papers") or ():
        yield from lines(paper, named)
    yield Line(t("shown.form", title=facts.get("title") or "", version=facts.get("version") or "—"), STRONG)
    for part in parts(facts.get("shown") or ()):
        if part.heading:
            yield Line(part.heading, STRONG)
        for label, text in part.answers:
            yield Line(t("shown.answer", question=label, answer=text) if text else label, "plain" if text else QUIET)
    photos = len(facts.get("photos") or ())
    if photos:
        yield Line(t("shown.photos", n=photos), QUIET)
    for raised in facts.get("raised") or ():
        what = named.get(str(raised.get("id"))) or said("raises", str(raised.get("what")))
        yield Line(t("shown.raised", what=what), WARNING)
