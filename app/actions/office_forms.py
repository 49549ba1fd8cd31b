"""Publishing forms from a desk: the server does the work, so each of these needs the network."""

from __future__ import annotations

from urllib.parse import quote

from app.actions.server import Server
from app.domain.forms import Form
from app.domain.forms.definition import MOST_FILE_BYTES
from app.sync import office_forms
from app.sync.office_forms import CheckedForm, FormFault, FormFile, OfficeForms


class FormOffice:
    """All verbs raise ``Problem``: ``no_network``, ``role_may_not``, ..."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def told(self) -> OfficeForms:
        """Return what is published, and for whom this person publishes."""
        return await office_forms.ask_forms(*self._server.way)

    async def form(self, digest: str) -> Form:
        """Return a form by its definition's hash, in force or ended."""
        return await office_forms.ask_definition(*self._server.way, digest)

    async def register(self, form_id: str) -> bytes:
        """Return all that was filled in under a form's id and this person may see, as an Excel workbook.

        Raises ``Problem`` also ``not_found``, and ``too_big`` for a register of which the command line writes parts.
        """
        return await self._server.get(f"/v1/forms/{quote(form_id)}/answers.xlsx")

    async def check(self, file: FormFile) -> CheckedForm:
        """Return everything that is wrong with a file, and the form if nothing is; what is too large is not sent."""
        size = len(file.content) + sum(len(one) for one in file.beside.values())
        if size > MOST_FILE_BYTES:
            has, most = max(1, size // 1_000_000), MOST_FILE_BYTES // 1_000_000
            zh = f"文件有 {has} MB，最多 {most} MB；请去掉图片，长的选项表另存为 CSV"
            en = f"it has {has} MB, at most {most} MB are taken; please leave out pictures, and save long lists as CSV"
            return CheckedForm((FormFault("", 0, "", {"zh": zh, "en": en}),), None)
        return await office_forms.check_file(*self._server.way, file)

    async def publish(self, file: FormFile, estate: str | None) -> CheckedForm:
        """Publish a file for an estate (its code), or for the company (``None``), in place of the version in force.

        Raises ``Problem`` also ``form_wrong``: that version was published with another content.
        """
        return await office_forms.publish_file(*self._server.way, file, estate)

    async def withdraw(self, form_id: str, estate: str | None) -> None:
        """Withdraw a form: nobody begins it any more, and what was filled stays. Raises ``Problem`` ``not_found``."""
        await office_forms.withdraw(*self._server.way, form_id, estate)
