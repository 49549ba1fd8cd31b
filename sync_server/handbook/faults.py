"""What is wrong with the files of a handbook, and where, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the file, and where in it: a line of a text (0: none) or a cell of a workbook ("": none)."""

    file: str
    line: int
    cell: str
    zh: str
    en: str

    def said(self, language: str = "zh") -> str:
        """Return the fault as one line."""
        if language == "en":
            where = f" line {self.line}" if self.line else f" {self.cell}" if self.cell else ""
            return f"{self.file}{where}: {self.en}"
        where = f" 第 {self.line} 行" if self.line else f" {self.cell}" if self.cell else ""
        return f"{self.file}{where}：{self.zh}"


class Faults:
    """Collects faults, each once, in the order in which they are found."""

    def __init__(self) -> None:
        self._found: dict[Fault, None] = {}

    def tell(self, at: Place, zh: str, en: str) -> None:
        """Note a fault."""
        self._found[Fault(at.file, at.line, at.cell, zh, en)] = None

    def __bool__(self) -> bool:
        return bool(self._found)

    def listed(self) -> tuple[Fault, ...]:
        """Return all of them."""
        return tuple(self._found)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written: a line of a text, or a cell of a workbook."""

    file: str
    line: int = 0
    cell: str = ""
