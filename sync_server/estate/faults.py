"""Everything that can be wrong with a workbook, with a text for each in Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


def where_in_words(sheet: str, row: int = 0, column: str = "") -> tuple[str, str]:
    """Return a place in words, in Chinese and English: 登记表 第 4 行, 登记表 C4; "" for the file as a whole."""
    if column:
        cell = f"{column}{row}" if row else ""
        zh, en = (cell, cell) if cell else (f"{column} 列", f"column {column}")
    else:
        zh, en = (f"第 {row} 行", f"row {row}") if row else ("", "")
    sheet_en = f"sheet {sheet}" if sheet else ""
    return " ".join(part for part in (sheet, zh) if part), ", ".join(part for part in (sheet_en, en) if part)


@dataclass(frozen=True)
class FaultKind:
    """One kind of fault: a stable name and its sentence in both languages."""

    name: str
    zh: str
    en: str


@dataclass(frozen=True)
class Fault:
    """One thing wrong (or worth knowing) and where it stands.

    ``row`` is Excel's own row number (0: the sheet or file as a whole), ``column`` Excel's letter
    ("" for a whole row or sheet), ``header`` what stands at the top of that column, ``value`` what
    the cell shows, cut to 60 characters.
    """

    kind: str
    zh: str
    en: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    header: str = ""
    value: str = ""

    @property
    def place(self) -> str:
        """Where it is, the way Excel writes it: ``住户!C17``; "" for the whole file."""
        cell = f"{self.column}{self.row or ''}" if self.column else (f"{self.row}:{self.row}" if self.row else "")
        return f"{self.sheet}!{cell}" if cell else self.sheet

    @property
    def where(self) -> tuple[str, str]:
        """Where it is in words, in both languages."""
        return where_in_words(self.sheet, self.row, self.column)

    def message(self, lang: str = "zh") -> str:
        """Return the sentence in ``lang`` (``zh`` or ``en``)."""
        return self.en if lang.startswith("en") else self.zh

    def to_wire(self) -> dict[str, Any]:
        """Return the fault as JSON for an answer or a report."""
        return {
            "kind": self.kind,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "header": self.header,
            "value": self.value,
            "message": {"zh": self.zh, "en": self.en},
        }


def either(doors: Sequence[object]) -> dict[str, str]:
    """Return the details for the fault ``SEVERAL_DOORS``."""
    return {"doors_zh": " 或 ".join(map(str, doors)), "doors_en": " or ".join(map(str, doors))}


class WorkbookFaults(Exception):
    """Raised for a workbook that can't be imported: contains all of its faults, and the notices. Add a fault;
    ``sheet``, ``row``, ``column``, ``header`` say where, the other arguments fill its text."""

    def __init__(self, faults: Sequence[Fault], notices: Sequence[Fault] = ()) -> None:
        self.faults = tuple(faults)
        self.notices = tuple(notices)
        first = self.faults[0]
        super().__init__(f"{len(self.faults)} faults; the first: {first.place} {first.en}")


@dataclass
class FaultList:
    """Collects faults and notices while a workbook is read."""

    faults: list[Fault] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)

    def add(self, kind: FaultKind, *, value: Any = "", **where_and_details: Any) -> None:
        """Note a fault; ``sheet``, ``row``, ``column``, ``header`` say where, the rest fills the sentence."""
        self.faults.append(_fault(kind, value, where_and_details))

    def notice(self, kind: FaultKind, *, value: Any = "", **where_and_details: Any) -> None:
        """Add something that people should know but that does not prevent the import."""
        self.notices.append(_fault(kind, value, where_and_details))

    def sort(self, sheets: Sequence[str]) -> None:
        """Put faults and notices in the order of ``sheets``, rows and columns; the whole file comes first."""
        order = {title: index for index, title in enumerate(sheets, start=1)}

        def key(fault: Fault) -> tuple[int, int, int, str]:
            return order.get(fault.sheet, 0), fault.row, len(fault.column), fault.column

        self.faults.sort(key=key)
        self.notices.sort(key=key)

    def raise_if_any(self) -> None:
        """Raise ``WorkbookFaults`` if there is at least one fault."""
        if self.faults:
            raise WorkbookFaults(self.faults, self.notices)


def _fault(kind: FaultKind, value: Any, details: dict[str, Any]) -> Fault:
    where = {name: details.get(name, default) for name, default in (("row", 0), ("column", ""), ("header", ""))}
    shown = str(value)
    shown = shown if len(shown) <= 60 else shown[:59] + "…"
    texts = {name: item for name, item in details.items() if name not in ("row", "column")}
    texts["value"] = shown
    zh = kind.zh.format_map(texts | {name[:-3]: item for name, item in texts.items() if name.endswith("_zh")})
    en = kind.en.format_map(texts | {name[:-3]: item for name, item in texts.items() if name.endswith("_en")})
    return Fault(kind.name, zh, en, sheet=details.get("sheet", ""), value=shown, **where)


_ALL: dict[str, FaultKind] = {}


def _kind(name: str, zh: str, en: str) -> FaultKind:
    _ALL[name] = FaultKind(name, zh, en)
    return _ALL[name]


# The file and its sheets
NOT_A_WORKBOOK = _kind(
    "not_a_workbook",
    "不是可以读取的 Excel 工作簿（.xlsx）：文件损坏、加了密码，或是其他格式",
    "Not an Excel workbook (.xlsx) that can be read: damaged, locked by a password, or another format",
)
WORKBOOK_TOO_BIG = _kind(
    "workbook_too_big",
    "工作簿异常大，没有读取：请检查是否有写在很远的行或列的单元格，删除后再导入",
    "The workbook is far too big and was not read: delete cells that stand far out to the right or below, try again",
)
FILE_MISSING = _kind("file_missing", "找不到文件：{value}", "There is no such file: {value}")
SHEET_MISSING = _kind(
    "sheet_missing",
    "缺少工作表「{sheet}」；没有内容也请保留空表",
    "The sheet “{sheet}” is missing; keep it even if it is empty",
)
SHEET_TWICE = _kind(
    "sheet_twice", "工作表「{sheet}」出现了两次（中英文各一）", "The sheet “{sheet}” is there twice (in both languages)"
)
SHEET_EMPTY = _kind("sheet_empty", "工作表「{sheet}」没有内容", "The sheet “{sheet}” is empty")
ONE_ROW_ONLY = _kind("one_row_only", "这张表只能填一行", "This sheet takes exactly one row")
HEADER_MISSING = _kind("header_missing", "工作表「{sheet}」没有表头", "The sheet “{sheet}” has no header row")
COLUMN_MISSING = _kind("column_missing", "缺少必填列「{header}」", "The required column “{header}” is missing")
COLUMN_TWICE = _kind("column_twice", "列「{header}」出现了两次", "The column “{header}” is there twice")
COLUMN_IGNORED = _kind(
    "column_ignored", "不认识的列「{header}」，已忽略", "The column “{header}” is not known and was left out"
)
SHEET_IGNORED = _kind(
    "sheet_ignored", "不认识的工作表「{sheet}」，已忽略", "The sheet “{sheet}” is not known and was left out"
)

# One cell
REQUIRED = _kind("required", "「{header}」必填", "“{header}” must be filled in")
WRONG_TYPE = _kind("wrong_type", "应为{expected}，现在是“{value}”", "This should be {expected}, not “{value}”")
ERROR_CELL = _kind(
    "error_cell", "单元格里是公式错误 {value}，请改正", "The cell holds the formula error {value}; please correct it"
)
NOT_CALCULATED = _kind(
    "not_calculated",
    "单元格是公式 {value}，文件里没有它的结果；请用 Excel 或 WPS 打开这个文件，保存后再导入",
    "The cell is the formula {value} and the file lacks its result; open it in Excel or WPS, save it, then import",
)
TURNED_INTO_DATE = _kind(
    "turned_into_date",
    "Excel 把它变成了日期或时间；请把单元格设为“文本”再填",
    "Excel turned this into a date or time; set the cell to “Text” and type it again",
)
TOO_LONG = _kind("too_long", "最多 {limit} 字，现在 {length} 字", "At most {limit} characters, this has {length}")
BAD_CHARACTER = _kind(
    "bad_character", "含有看不见的控制字符，请重新输入", "It holds invisible control characters; please type it again"
)
BAD_PHONE = _kind("bad_phone", "“{value}”不是电话号码", "“{value}” is not a phone number")
BAD_MONEY = _kind(
    "bad_money", "“{value}”不是金额（元，最多两位小数）", "“{value}” is not an amount in yuan (at most two decimals)"
)
BAD_DATE = _kind(
    "bad_date", "“{value}”不是日期，请写成 2026-11-21", "“{value}” is not a date; write it like 2026-11-21"
)
BAD_MOMENT = _kind(
    "bad_moment",
    "“{value}”不是日期时间，请写成 2026-11-21 09:05",
    "“{value}” is not a date with time; write it like 2026-11-21 09:05",
)
BAD_ADDRESS = _kind(
    "bad_address",
    "“{value}”不是地址，请写成 3栋2单元1501 或 5栋商铺03",
    "“{value}” is not an address; write it like 3栋2单元1501 or 5栋商铺03",
)
SEVERAL_DOORS = _kind(
    "several_doors",
    "“{value}”可能是 {doors}，请写清楚是哪一扇门",
    "“{value}” may be {doors}; please write which door it is",
)
NOT_A_CHOICE = _kind("not_a_choice", "“{value}”不在可填内容中：{choices}", "“{value}” is not one of: {choices}")
BAD_CODE = _kind(
    "bad_code", "“{value}”不能作编号（最多 {limit} 字，不含空格）", "“{value}” is no code (at most {limit}, no spaces)"
)
BAD_LOGIN = _kind(
    "bad_login",
    "登录名应为 2–32 位小写字母、数字或 . _ -，以字母或数字开头",
    "A sign-in name is 2–32 of a–z, 0–9, . _ - and begins with a letter or digit",
)
SHORT_PASSWORD = _kind(
    "short_password", "初始密码至少 {least} 位", "An initial password has at least {least} characters"
)

# Between several cells
DUPLICATE = _kind("duplicate", "“{value}”与第 {first} 行重复", "“{value}” is already in row {first}")
UNKNOWN_REFERENCE = _kind(
    "unknown_reference", "「{target}」表里没有“{value}”", "There is no “{value}” in the sheet “{target}”"
)
NOT_A_WORKER = _kind(
    "not_a_worker", "{value} 不是维修工或工程部主管", "{value} is neither repair worker nor engineering supervisor"
)
NEEDED_FOR_STATE = _kind(
    "needed_for_state", "状态「{state}」需要填写「{header}」", "The state “{state}” needs “{header}”"
)
NOT_YET_IN_STATE = _kind(
    "not_yet_in_state", "状态「{state}」时还不应有「{header}」", "In the state “{state}” there is no “{header}” yet"
)
STATE_NOT_FOR_KIND = _kind(
    "state_not_for_kind", "「{ticket_kind}」没有状态「{value}」", "A “{ticket_kind}” has no state “{value}”"
)
BEFORE = _kind("before", "早于「{other}」", "This is before “{other}”")
SEVERAL_HOUSEHOLDS = _kind(
    "several_households", "{value} 有多户，请填「住户编号」", "{value} has several households; fill in “Household no.”"
)
BAD_TAG = _kind(
    "bad_tag", "“{value}”不是标签上的 9 位编码，请对照标签重新填写", "“{value}” is not a tag's nine characters"
)
TAG_OF_OTHER_ESTATE = _kind("tag_of_other_estate", "“{value}”是别的小区的标签", "“{value}” is a tag of another estate")
KEY_NEEDS_DOOR = _kind(
    "key_needs_door", "住户托管的钥匙需要填写「房屋」", "A key a resident entrusted needs its “Unit”"
)
ENTRUSTED_NEEDS = _kind(
    "entrusted_needs", "填了「委托人」就要填写「{header}」", "With “Entrusted by”, “{header}” must be filled in"
)
ONLY_KEYS_ENTRUSTED = _kind(
    "only_keys_entrusted", "只有钥匙可以托管，请清空「委托人」", "Only keys are entrusted; leave “Entrusted by” empty"
)
OUT_NEEDS_DUE = _kind("out_needs_due", "已借出的要填写「{header}」", "What is lent out needs “{header}”")
OUT_NEEDS_HOLDER = _kind(
    "out_needs_holder", "填了借出或应还时间，就要写明持有人", "With a time lent or due, the holder must be named"
)

# Worth knowing
NO_PRICE_LIST = _kind(
    "no_price_list",
    "收费项目为空：所有维修都按“价目表外”处理，须由主管判定",
    "The price list is empty: every repair counts as not listed and goes to the supervisor",
)
NOBODY_WITH_ROLE = _kind("nobody_with_role", "没有人担任「{role}」", "Nobody holds the role “{role}”")
BUILDING_WITHOUT_STEWARD = _kind("building_without_steward", "{value} 没有管家负责", "{value} has no steward")
NOBODY_LISTED = _kind("nobody_listed", "工作表「{sheet}」为空", "The sheet “{sheet}” is empty")
SAME_NAME = _kind(
    "same_name",
    "{value}：同一住户有同名的人，按出现顺序区分",
    "{value}: people of one household share this name; told apart by their order",
)

FAULT_KINDS = dict(_ALL)
"""Every kind by its name."""
