"""Headings of a register's workbook that are no questions: the same going out and coming in."""

from __future__ import annotations

from typing import Final

KEY: Final = "编号"
AT: Final = "填写时间"
ADDRESS: Final = "地址"
FIXED: Final = (
    KEY, AT, "填写人", "小区", ADDRESS, "表单版本", "状态", "签名", "未签名原因", "有更正", "待核实",
)  # fmt: skip
"""Before the questions, on the first sheet."""
ROW_FIXED: Final = (KEY, "行", ADDRESS, AT)
"""Before the questions, on the sheet of a repeat: ``KEY`` is the form's."""
CORRECTED: Final = "更正"
"""The sheet with what was corrected."""
LEDGER: Final = "台账"
"""The sheet with a row for each case of a chain, all its steps side by side."""
ENGLISH: Final = {KEY: "key", AT: "filled_at", ADDRESS: "address"}
"""What the headings that are read are called in English."""
