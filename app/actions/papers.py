"""Papers 单据 to print: the server sets them, so each needs the network (A.8, P4, Y1)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from app.actions.records import Records
from app.actions.server import Server
from app.domain.wire.errors import ANSWER_UNREADABLE, Problem


@dataclass(frozen=True, slots=True)
class PaperName:
    """Something that can be printed of a case: what it is asked for by, its title in both languages, and what is
    written on each of its copies."""

    name: str
    title_zh: str
    title_en: str
    copies: tuple[str, ...] = ()

    def title(self, language: str) -> str:
        """Return its title in a language."""
        return self.title_zh if language == "zh" else self.title_en


class Papers:
    """All verbs raise ``Problem``: ``no_network``, ``not_found``, …; all but ``of_case`` and ``household`` return a PDF
    or, where one asks for it, a workbook."""

    def __init__(self, core: Records, server: Server) -> None:
        self._core = core
        self._server = server

    async def of_case(self, case_id: str) -> list[PaperName]:
        """Return what can be printed of a case: all of it first."""
        data = await self._server.get(f"/v1/cases/{case_id}/papers")
        try:
            return [
                PaperName(str(one["name"]), str(one["title_zh"]), str(one["title_en"]), tuple(one["copies"]))
                for one in json.loads(data)["papers"]
            ]
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}") from error

    async def case(self, case_id: str, name: str) -> bytes:
        """Print one of the papers of a case, in all its copies."""
        return await self._server.get(f"/v1/cases/{case_id}/paper?name={quote(name)}")

    async def record(self, type_: str, id_: str) -> bytes:
        """Print a matter, a visit, a follow-up, a key or lent thing, or a notice."""
        return await self._server.get(f"/v1/subjects/{type_}/{id_}/paper")

    async def follow_ups(self, month: str) -> bytes:
        """Print 《客户回访记录》 of a month, 2026-11 (D.6)."""
        return await self._server.get(f"/v1/follow-ups/record.pdf?{self._of(month=month)}")

    async def register(self, form_id: str, first: date, last: date, kind: str = "pdf") -> bytes:
        """Return what was filled in of a form on these days: pages of rows (``pdf``) or a workbook (``xlsx``; Y1)."""
        days = self._days(first, last)
        return await self._server.get(f"/v1/forms/{quote(form_id)}/answers.{kind}?{days}")

    async def household(self, household_id: str, case_id: str) -> bytes:
        """Return a household's archive as a ZIP, by this person's own request that somebody else agreed to (S5). Each
        time counts. Raises ``Problem`` ``step_lacks``, too."""
        return await self._server.get(f"/v1/households/{quote(household_id)}/export?request={case_id}")

    async def entrusted_keys(self, first: date, last: date) -> bytes:
        """Print the register of the keys that residents entrusted on these days (Y 17)."""
        return await self._server.get(f"/v1/things/entrusted.pdf?{self._days(first, last)}")

    def _days(self, first: date, last: date) -> str:
        return self._of(**{"from": first.isoformat(), "to": last.isoformat()})

    def _of(self, **asked: str) -> str:
        """Return a query, for the estate that is looked at where this person has several."""
        core = self._core
        name = next((one.name for one in core.estates if one.key == core.estate), "") if core.several else ""
        return urlencode(asked | ({"estate": name} if name else {}))
