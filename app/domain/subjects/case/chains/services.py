"""Services 便民服务 as rules: mail that is received, told and collected (L)."""

from __future__ import annotations

from app.domain.subjects.case.chains.rule import Chain, said
from app.domain.subjects.case.state import Body

TOLD = "told"


class Mail(Chain):
    """邮件代收发."""

    name = "mail"

    def counts(self, b: Body) -> bool:
        """Tell whether a form does what its step is for: who was not reached was not told (L2)."""
        return b.get("step") != TOLD or said(b, "how") != "nobody"
