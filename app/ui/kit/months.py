"""The bar for switching months, on top of pages that show one month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import flet as ft

from app.domain.times import add_months
from app.ui.kit.base import row, txt
from app.ui.kit.buttons import icon_button
from app.ui.texts import t


def month_bar(month: date, on_month: Callable[[date], object]) -> ft.Control:
    """Return the name of the month shown, between buttons to the month before and after. ``month``: any day of it."""
    return row(
        [
            icon_button(
                "month-before", ft.Icons.CHEVRON_LEFT, t("common.month.before"), lambda: on_month(add_months(month, -1))
            ),
            txt(
                t("common.month.name", year=month.year, month=month.month),
                ft.TextThemeStyle.TITLE_LARGE,
                expand=True,
                align=ft.TextAlign.CENTER,
            ),
            icon_button(
                "month-after", ft.Icons.CHEVRON_RIGHT, t("common.month.after"), lambda: on_month(add_months(month, 1))
            ),
        ]
    )
