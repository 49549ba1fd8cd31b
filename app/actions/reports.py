"""Reports 统计 for a desk (W): the server works them out, so each of these needs the network."""

from __future__ import annotations

from app.actions.core import Core
from app.actions.server import Server
from app.sync import reports
from app.sync.reports import ReportAnswer, ReportName, Wanted


class Reports:
    """All verbs raise ``Problem``: ``no_network``, ``not_found``, ..."""

    def __init__(self, core: Core, server: Server) -> None:
        self._core = core
        self._server = server

    async def known(self) -> tuple[ReportName, ...]:
        """Return the reports that this person may read."""
        return await reports.ask_reports(*self._server.way)

    def of(self, name: str, period: str, building: str | None = None, person: str | None = None) -> Wanted:
        """Return what is asked for, of the estate looked at."""
        estate = self._core.estate if self._core.several else None
        return Wanted(name, period, estate, building, person)

    async def report(self, wanted: Wanted) -> ReportAnswer:
        """Return a report with its figures."""
        return await reports.ask_report(*self._server.way, wanted)

    async def lines(self, wanted: Wanted, figure: str, after: int = 0) -> ReportAnswer:
        """Return it with the list that a figure counts, from the line ``after`` on."""
        return await reports.ask_report(*self._server.way, wanted, figure, after)

    async def file(self, wanted: Wanted, form: str) -> bytes:
        """Return it as a file: ``xlsx`` or ``pdf``."""
        return await self._server.get(wanted.path(format=form))
