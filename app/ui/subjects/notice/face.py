"""How a notice 通知 is shown: its heading, for which buildings, until when it hangs (P)."""

from __future__ import annotations

import flet as ft

from app.actions.models import Card
from app.domain.rules.notices import NOTICE
from app.domain.subjects.notice import NoticeCard
from app.domain.times import read_day
from app.ui.kit.ticket import chip
from app.ui.subjects.face import Face
from app.ui.texts import full_day, t


class NoticeFace(Face):
    """Shows notices."""

    type = NOTICE
    path = "/notice/"
    words = "notice"
    prints = True
    mark = ft.Icons.CAMPAIGN_OUTLINED
    numbered = False
    signed = False
    says_of = {  # noqa: RUF012
        "notice_drafted": lambda b, _: str(b["title"]),
        "notice_withdrawn": lambda b, _: str(b["reason"]),
    }

    def heading(self, card: Card) -> str:
        """Return its heading."""
        return card.content or self.called()

    def line(self, card: Card) -> tuple[str, str]:
        """Return what sort of notice it is, and its heading."""
        return self.kind_words(card) or self.called(), card.content

    def paper(self, card: Card) -> str:
        """Return until when it hangs."""
        return t("notice.until", day=full_day(read_day(card.as_(NoticeCard).until)))

    def today_marks(self, card: Card, now: int) -> list[ft.Control]:
        """Return what sort of notice it is, and that prices change."""
        marks = [chip(self.kind_words(card), "plain", self.mark)]
        return marks + ([chip(t("notice.prices"), "amber")] if card.as_(NoticeCard).prices else [])

    def gone(self) -> tuple[str, str]:
        """What its page says when it is not here."""
        return t("notice.gone"), t("notice.gone_says")
