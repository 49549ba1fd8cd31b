"""The twelve classes of a household's archive 客户档案 (S), and the class that a form is filed in."""

from __future__ import annotations

from typing import Final

CLASSES: Final[tuple[tuple[str, str], ...]] = (
    ("客户单位资料", "the customer"),
    ("缴费记录（含各样押金）", "payments and deposits"),
    ("装修工程文件", "decoration"),
    ("迁入时填具之资料", "filled in at move-in"),
    ("资料补充", "additions"),
    ("联络资料", "contacts"),
    ("紧急事故联络人资料", "emergency contacts"),
    ("与管理处往来文件", "correspondence with the office"),
    ("违规事项与欠费记录", "breaches and arrears"),
    ("请修记录", "repairs"),
    ("投诉记录", "complaints"),
    ("单位有关的工程档案与工作程序", "works on the unit"),
)
"""Their names in Chinese and English; the first is class 1 (annex S)."""
NUMBERS: Final = range(1, len(CLASSES) + 1)


def class_words(number: int, language: str = "zh") -> str:
    """Return the name of a class; "" for a number that is none."""
    return CLASSES[number - 1][language != "zh"] if number in NUMBERS else ""
