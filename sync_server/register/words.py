"""Everything that can be unclear in a register, in Chinese and English, and what was done about it."""

from __future__ import annotations

from sync_server.estate.faults import FaultKind

# The row did not come in
NO_DOOR = FaultKind(
    "no_door",
    "“{value}”认不出是哪扇门，这一行没有导入；请写成 3栋2单元1501",
    "“{value}” is no door that can be told; the row was left out. Write it like 3栋2单元1501",
)
SEVERAL_DOORS = FaultKind(
    "several_doors",
    "“{value}”可能是 {others}，这一行没有导入；请写全楼栋、单元和房号",
    "“{value}” may be {others}; the row was left out. Write building, entrance and room",
)
NO_BUILDING = FaultKind(
    "no_building",
    "“{value}”不知道在哪一栋，这一行没有导入；请补上楼栋",
    "“{value}”: the building is not known; the row was left out. Fill in the building",
)
BUILDING_UNSURE = FaultKind(
    "building_unsure",
    "楼栋空着，按上一行的“{building}”算就和第 {first} 行是同一扇门，这一行没有导入；请补上楼栋",
    "No building here, and with “{building}” of the rows above it would be the door of row {first}: left out. "
    "Fill in the building",
)
DOOR_TWICE = FaultKind(
    "door_twice",
    "这扇门在第 {first} 行已有另一户，这一行没有导入；请核对房号",
    "This door has another family in row {first}; the row was left out. Check the room",
)
NOBODY_ABOVE = FaultKind(
    "nobody_above",
    "没有房号，也看不出属于上面哪一户，这一行没有导入",
    "No room, and no household above it that it belongs to; the row was left out",
)
WHICH_DOOR = FaultKind(
    "which_door",
    "“{value}”可能是库里的 {others}，这一户没有导入；请写全楼栋、单元和房号",
    "“{value}” may be {others} of the store; left out. Write building, entrance and room",
)
WHICH_FAMILY = FaultKind(
    "which_family",
    "{value} 库里有 {count} 户，看不出是哪一户，没有导入",
    "{value} has {count} households in the store and it can't be told which this is; left out",
)

# The row came in without this cell
BAD_PHONE = FaultKind(
    "register_phone", "“{value}”不是电话号码，这个电话没有导入", "“{value}” is not a phone number and was left out"
)
PHONES_UNPAIRED = FaultKind(
    "phones_unpaired",
    "{names} 个人对 {phones} 个电话，分不清是谁的，多出的电话没有导入",
    "{names} people and {phones} phone numbers: whose is whose can't be told; those too many were left out",
)
BAD_NAME = FaultKind(
    "register_name", "“{value}”不像姓名，没有导入", "“{value}” does not look like a name and was left out"
)
BAD_DATE = FaultKind(
    "register_date",
    "“{value}”看不出是哪一天，日期没有导入；请写成 2024-03-05",
    "“{value}” can't be read as a day and was left out; write it like 2024-03-05",
)
BAD_MONEY = FaultKind("register_money", "“{value}”不是金额，没有导入", "“{value}” is not an amount and was left out")
BAD_AREA = FaultKind("register_area", "“{value}”不是面积，没有导入", "“{value}” is not an area and was left out")
ERROR_CELL = FaultKind(
    "register_error_cell",
    "这一格是公式错误或没有算出结果（{value}），没有导入；请用 Excel 打开保存后再来",
    "This cell is a formula error or was never calculated ({value}) and was left out; open and save it in Excel",
)
TOO_LONG = FaultKind(
    "register_too_long", "超过 {limit} 字，没有导入", "Longer than {limit} characters; it was left out"
)
NOT_SAID = FaultKind(
    "not_said",
    "表里没有写业主，库里是{value}；保持不变",
    "The sheet names nobody here, the store has {value}; left as it is",
)

# Worth knowing
ONLY_MONTH = FaultKind(
    "only_month",
    "“{value}”只有年月，按 {day} 记",
    "“{value}” says no day; taken as {day}",
)
COLUMN_LEFT_OUT = FaultKind("column_left_out", "「{header}」这一列没有导入", "The column “{header}” was not taken")
ID_LEFT_OUT = FaultKind(
    "id_left_out",
    "「{header}」是证件号码，系统不保存，没有导入",
    "“{header}” holds identity numbers; they are not kept here and were left out",
)
SHEET_HIDDEN = FaultKind(
    "sheet_hidden", "工作表「{sheet}」是隐藏的，没有读取", "The sheet “{sheet}” is hidden and was not read"
)
SHEET_NO_HEADING = FaultKind(
    "sheet_no_heading",
    "工作表「{sheet}」没有找到表头，没有读取",
    "No row of headings was found in the sheet “{sheet}”; it was not read",
)
ROW_LEFT_OUT = FaultKind("row_left_out", "“{value}”不是住户，略过", "“{value}” is no household; passed over")
