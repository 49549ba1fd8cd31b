"""What is wrong with a form, where it stands, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: sheet, row as Excel counts (0: none), the column's heading ("": none). ``refused``: the form is not
    published because of it; otherwise it is a warning."""

    sheet: str
    row: int
    column: str
    zh: str
    en: str
    refused: bool = True

    def line(self, language: str = "zh") -> str:
        """Return the fault as one line."""
        if language == "en":
            where = "".join(
                (self.sheet, f" row {self.row}" if self.row else "", f" {self.column}" if self.column else "")
            )
            return f"{where}: {self.en}" if where else self.en
        where = "".join(
            (self.sheet, f" 第 {self.row} 行" if self.row else "", f" {self.column} 列" if self.column else "")
        )
        return f"{where}：{self.zh}" if where else self.zh


class Faults:
    """Collects faults, each once."""

    def __init__(self) -> None:
        self._found: dict[Fault, None] = {}

    def refuse(self, sheet: str, row: int, column: str, zh: str, en: str) -> None:
        """Note what keeps the form from being published."""
        self._found[Fault(sheet, row, column, zh, en)] = None

    def warn(self, sheet: str, row: int, column: str, zh: str, en: str) -> None:
        """Note what is left out of the form, or may surprise."""
        self._found[Fault(sheet, row, column, zh, en, refused=False)] = None

    @property
    def refused(self) -> bool:
        """Tell whether anything keeps the form from being published."""
        return any(fault.refused for fault in self._found)

    def listed(self) -> tuple[Fault, ...]:
        """Return all faults, refusals first, each kind in the order of the sheets."""
        order = {SURVEY: 0, CHOICES: 1, SETTINGS: 2}
        return tuple(sorted(self._found, key=lambda one: (not one.refused, order.get(one.sheet, 3), one.row)))
