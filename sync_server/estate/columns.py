"""What an estate workbook contains: its sheets and columns, described once.

The template, its help sheet, the reader's checks and the demo estate all follow this module. Headers are Chinese with
the English name beneath; the reader accepts either, in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.domain import roles
from app.domain.subjects.thing.kinds import KEY, RADIO, TOOL, TROLLEY, UMBRELLA, WHEELCHAIR
from app.domain.subjects.ticket.kinds import JOB, PUBLIC_REPAIR, REPAIR
from app.domain.wire.fields import LONG, SHORT


class Type(Enum):
    """What a cell holds. The value is what people read in the help sheet: Chinese, English."""

    TEXT = ("文字", "text")
    LONG_TEXT = ("文字，可多行", "text, several lines")
    CODE = ("编号", "code")
    CODES = ("编号，多个用、隔开", "codes, separated by 、 or ,")
    BUILDING = ("楼栋编号，如 3、一期3 或 锦绣阁", "building code, like 3, 一期3 or 锦绣阁")
    BUILDINGS = ("楼栋编号，多个用、隔开", "building codes, separated by 、 or ,")
    ADDRESS = ("地址，如 3栋2单元1501", "address, like 3栋2单元1501")
    ROOM = ("房号，如 1501、12A05、-101 或 商铺03", "room, like 1501, 12A05, -101 or 商铺03")
    MONEY = ("金额（元）", "amount in yuan")
    PHONE = ("电话号码", "phone number")
    DAY = ("日期 2026-11-21", "date 2026-11-21")
    MOMENT = ("日期时间 2026-11-21 09:05", "date and time 2026-11-21 09:05")
    INTEGER = ("整数", "whole number")
    AREA = ("面积（平方米），最多两位小数", "area in m², at most two decimals")
    QUANTITY = ("数量，如 1 或 2.5", "quantity, like 1 or 2.5")
    CHOICE = ("从列表选", "one of the list")
    CHOICES = ("从列表选，多个用、隔开", "of the list, separated by 、 or ,")
    YES_NO = ("是 / 否", "yes / no")
    LOGIN = ("登录名", "sign-in name")
    PASSWORD = ("密码，至少 8 位", "password, at least 8 characters")


@dataclass(frozen=True)
class Choice:
    """One allowed value: what the program keeps, and what people write in either language."""

    value: str
    zh: str
    en: str
    also: tuple[str, ...] = ()
    """Other words that companies write for it."""


@dataclass(frozen=True)
class Column:
    """One column: its name in the data, headers, type, rules and an example."""

    name: str
    zh: str
    en: str
    type: Type
    required: bool = False
    choices: tuple[Choice, ...] = ()
    example: str = ""
    note_zh: str = ""
    note_en: str = ""
    width: int = 14
    limit: int = SHORT


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name in the data, both titles, and its columns in the template's order."""

    name: str
    zh: str
    en: str
    note_zh: str
    note_en: str
    columns: tuple[Column, ...]
    optional: bool = False
    """A workbook may lack it: it came after the first release."""

    def column(self, name: str) -> Column:
        """Return the column by its name in the data."""
        return next(column for column in self.columns if column.name == name)


ROLE_CHOICES = (
    Choice(roles.STEWARD, "管家", "steward", ("楼管", "物业助理")),
    Choice(roles.REPAIR_WORKER, "维修工", "repair worker", ("维修员", "维修人员", "工程维修工")),
    Choice(roles.ENGINEERING_SUPERVISOR, "工程部主管", "engineering supervisor", ("工程主管",)),
    Choice(roles.SERVICE_SUPERVISOR, "客服主管", "service supervisor", ("客服经理", "客服部主管")),
    Choice(roles.DESK, "前台", "desk", ("前台客服", "调度", "调度员")),
    Choice(roles.FINANCE, "财务", "finance", ("财务部", "收费员")),
    Choice(roles.ADMIN, "管理员", "admin"),
    Choice(roles.MANAGER, "项目经理", "manager", ("服务中心经理", "物业经理")),
    Choice(roles.ENVIRONMENT_SUPERVISOR, "环境主管", "environment supervisor", ("环境部主管", "保洁主管")),
    Choice(roles.CLEANING_LEAD, "保洁领班", "cleaning lead", ("保洁班长",)),
    Choice(roles.CLEANER, "保洁员", "cleaner", ("保洁",)),
    Choice(roles.GUARD, "秩序员", "guard", ("保安", "保安员", "秩序维护员", "门岗")),
    Choice(roles.ARCHIVIST, "档案管理员", "archivist", ("档案员",)),
    Choice(roles.CULTURE_CLERK, "社区文化文员", "culture clerk", ("社区文化专员",)),
)
RELATION_CHOICES = (
    Choice("owner", "业主", "owner"),
    Choice("family", "家属", "family"),
    Choice("tenant", "租户", "tenant"),
    Choice("staff", "员工", "staff"),
)
STATUS_CHOICES = (Choice("living", "在住", "living"), Choice("vacant", "空置", "vacant"))
TICKET_KIND_CHOICES = (
    Choice(REPAIR, "维修单", "repair"),
    Choice(PUBLIC_REPAIR, "公共维修", "public repair"),
    Choice(JOB, "工作单", "job"),
)
TO_ASSIGN, TO_JUDGE, TO_ASK = "to_assign", "to_judge", "to_ask"
ASSIGNED, ACCEPTED, ESCALATED, ARRIVED = "assigned", "accepted", "escalated", "arrived"
TO_AGREE, WORKING, TO_SIGN, DECLINED, TO_CONFIRM = "to_agree", "working", "to_sign", "declined", "to_confirm"
STATE_CHOICES = (
    Choice(TO_ASSIGN, "待派工", "to be assigned"),
    Choice(TO_JUDGE, "待判定", "to be judged"),
    Choice(TO_ASK, "待询问住户", "resident to be asked"),
    Choice(ASSIGNED, "已派工", "assigned"),
    Choice(ACCEPTED, "已接单", "accepted"),
    Choice(ESCALATED, "已上报", "escalated"),
    Choice(ARRIVED, "已到场", "on site"),
    Choice(TO_AGREE, "待住户确认报价", "price to be agreed"),
    Choice(WORKING, "维修中", "work under way"),
    Choice(TO_SIGN, "待签字", "to be signed"),
    Choice(DECLINED, "暂不维修待签", "declined, to be signed"),
    Choice(TO_CONFIRM, "待主管确认", "to be confirmed"),
)
"""How far an open ticket of the old system has come."""

THING_KIND_CHOICES = (
    Choice(KEY, "钥匙", "key"),
    Choice(TOOL, "工具", "tool"),
    Choice(UMBRELLA, "雨伞", "umbrella"),
    Choice(WHEELCHAIR, "轮椅", "wheelchair"),
    Choice(TROLLEY, "手推车", "trolley"),
    Choice(RADIO, "对讲机", "radio"),
)
CONDITION_CHOICES = (
    Choice("good", "完好", "good"),
    Choice("worn", "有磨损", "worn"),
    Choice("damaged", "有损坏", "damaged"),
)

_household_code = Column(
    "household_code",
    "住户编号",
    "Household no.",
    Type.CODE,
    example="1",
    note_zh="一套房里有几户时用 1、2… 区分；只有一户可不填",
    note_en="Tells several households of one unit apart: 1, 2…; leave empty if there is one",
    width=10,
)
_phone = Column("phone", "电话", "Phone", Type.PHONE, example="14200001234", width=16)

ESTATE = Sheet(
    "estate",
    "小区",
    "Estate",
    "整个小区，只填一行。",
    "The estate as a whole: exactly one row.",
    (
        Column(
            "code",
            "小区编号",
            "Estate code",
            Type.CODE,
            True,
            example="LY",
            note_zh="再次导入时用来认出同一个小区，请勿更改",
            note_en="Recognises the estate when a workbook is imported again: never change it",
        ),
        Column("name", "小区名称", "Estate name", Type.TEXT, True, example="荔园", width=20),
        Column("address", "小区地址", "Estate address", Type.TEXT, example="荔园路 8 号", width=34),
        Column("phone", "服务电话", "Service phone", Type.PHONE, example="0755-00000000", width=16),
    ),
)
BUILDINGS = Sheet(
    "buildings",
    "楼栋",
    "Buildings",
    "每栋楼一行。",
    "One row for each building.",
    (
        Column("code", "楼栋编号", "Building code", Type.BUILDING, True, example="3"),
        Column(
            "name",
            "楼栋名称",
            "Building name",
            Type.TEXT,
            example="3栋",
            note_zh="不填则为“编号+栋”",
            note_en="Code and 栋 if left empty",
        ),
    ),
)
UNITS = Sheet(
    "units",
    "房屋",
    "Units",
    "每扇门一行：住宅、商铺、车位、储藏室。不属于哪一栋的车位楼栋填“车库”，沿街商铺填“商铺”或街名，别墅填“别墅”。",
    "One row for each door: homes, shops, parking places, storage. What belongs to no building has the building 车库 "
    "(parking), 商铺 or its street (shops), 别墅 (houses).",
    (
        Column("building", "楼栋", "Building", Type.BUILDING, True, example="3", width=10),
        Column(
            "entrance",
            "单元",
            "Entrance",
            Type.BUILDING,
            example="2",
            width=10,
            note_zh="商铺和只有一个楼梯的楼可不填",
            note_en="Leave empty for shops and buildings with one staircase",
        ),
        Column("room", "房号", "Room", Type.ROOM, True, example="1501", width=12),
        Column(
            "floor",
            "楼层",
            "Floor",
            Type.INTEGER,
            example="15",
            width=8,
            note_zh="不填则按房号推算",
            note_en="Taken from the room number if left empty",
        ),
        Column("area", "建筑面积", "Area", Type.AREA, example="89.5", width=12),
    ),
)
HOUSEHOLDS = Sheet(
    "households",
    "住户",
    "Households",
    "每户一行；空置房也填，状态选“空置”。",
    "One row for each household; a vacant unit's has the status “vacant”.",
    (
        Column("address", "房屋", "Unit", Type.ADDRESS, True, example="3栋2单元1501", width=18),
        _household_code,
        Column("name", "住户名称", "Household name", Type.TEXT, True, example="张伟", width=20),
        Column("status", "状态", "Status", Type.CHOICE, choices=STATUS_CHOICES, example="在住", width=10),
        Column("moved_in_on", "入住日期", "Moved in on", Type.DAY, example="2019-05-01"),
        Column("arrears", "欠费", "Arrears", Type.MONEY, example="0", width=12),
        Column("notes", "备注", "Notes", Type.LONG_TEXT, example="家有老人，请轻敲门", width=34, limit=LONG),
    ),
)
PEOPLE = Sheet(
    "people",
    "人员",
    "People",
    "每人一行，写明属于哪一户。",
    "One row for each person, with the household they belong to.",
    (
        Column("address", "房屋", "Unit", Type.ADDRESS, True, example="3栋2单元1501", width=18),
        _household_code,
        Column("name", "姓名", "Name", Type.TEXT, True, example="张伟", width=18),
        Column("relation", "与住户关系", "Relation", Type.CHOICE, True, choices=RELATION_CHOICES, example="业主"),
        _phone,
    ),
)
STAFF = Sheet(
    "staff",
    "员工",
    "Staff",
    "每名员工一行，岗位可以不止一个。",
    "One row for each member of staff; one person may hold several roles.",
    (
        Column("number", "工号", "Staff no.", Type.CODE, True, example="W01", width=10),
        Column("name", "姓名", "Name", Type.TEXT, True, example="王强"),
        Column("login", "登录名", "Sign-in name", Type.LOGIN, True, example="wangqiang", width=16),
        Column("roles", "岗位", "Roles", Type.CHOICES, True, choices=ROLE_CHOICES, example="维修工", width=20),
        _phone,
        Column(
            "buildings",
            "负责楼栋",
            "Buildings",
            Type.BUILDINGS,
            example="1、2",
            note_zh="管家看得到这些楼栋",
            note_en="The buildings a steward sees",
        ),
        Column(
            "password",
            "初始密码",
            "Initial password",
            Type.PASSWORD,
            width=16,
            note_zh="可不填；只在第一次导入该员工时使用",
            note_en="Optional; used only when this person is imported for the first time",
        ),
        Column(
            "active",
            "在职",
            "Active",
            Type.YES_NO,
            example="是",
            width=8,
            note_zh="不填为“是”；“否”则停用账号",
            note_en="Yes if left empty; no closes the account",
        ),
    ),
)
PRICE_LIST = Sheet(
    "price_list",
    "收费项目",
    "Price list",
    "有偿维修价目，每项一行；维修前出示给住户。",
    "The price list of paid repairs, shown to the resident before work starts.",
    (
        Column("code", "项目编号", "Item code", Type.CODE, True, example="S01", width=12),
        Column("category", "类别", "Category", Type.TEXT, True, example="水", width=10),
        Column("name", "项目名称", "Item", Type.TEXT, True, example="更换厨房水龙头", width=28),
        Column("unit", "单位", "Unit of measure", Type.TEXT, True, example="个", width=8, limit=20),
        Column("price", "单价", "Unit price", Type.MONEY, True, example="30", width=12),
        Column("materials", "材料", "Materials", Type.TEXT, example="住户自备，或按实收费", width=30, limit=LONG),
        Column("remark", "说明", "Remark", Type.TEXT, example="不含开孔", width=30, limit=LONG),
        Column("active", "启用", "In use", Type.YES_NO, example="是", width=8),
    ),
)
TICKETS = Sheet(
    "tickets",
    "工单",
    "Open tickets",
    "原系统里还没有办完的工单，每单一行。",
    "Tickets of the old system that are still open.",
    (
        Column("external_ref", "原单号", "Old number", Type.CODE, True, example="WX20261121-07", width=18),
        Column("kind", "类别", "Kind", Type.CHOICE, True, choices=TICKET_KIND_CHOICES, example="维修单", width=12),
        Column(
            "address",
            "地址",
            "Address",
            Type.TEXT,
            True,
            example="3栋2单元1501",
            width=24,
            note_zh="维修单须是「房屋」表里的地址；公共维修可写地点，如 3栋2单元电梯厅",
            note_en="A repair's is one of the sheet Units; public repairs name a place, like 3栋2单元电梯厅",
        ),
        _household_code,
        Column("contact_name", "联系人", "Contact", Type.TEXT, example="张伟"),
        Column("contact_phone", "联系电话", "Contact phone", Type.PHONE, example="14200001234", width=16),
        Column("content", "内容", "Content", Type.LONG_TEXT, True, example="厨房龙头滴水", width=40, limit=LONG),
        Column("requested_at", "报修时间", "Requested at", Type.MOMENT, True, example="2026-11-21 09:05", width=18),
        Column("appointment_at", "预约时间", "Appointment", Type.MOMENT, example="2026-11-21 14:00", width=18),
        Column("due_at", "答复时限", "Answer due by", Type.MOMENT, example="2026-11-22 18:00", width=18),
        Column(
            "item_code",
            "项目编号",
            "Item code",
            Type.CODE,
            example="S01",
            width=12,
            note_zh="「收费项目」里的编号；价目表外的不填",
            note_en="A code of the sheet Price list; empty if not listed",
        ),
        Column("quantity", "数量", "Quantity", Type.QUANTITY, example="1", width=8),
        Column(
            "agreed_price",
            "议定价格",
            "Agreed price",
            Type.MONEY,
            width=12,
            note_zh="价目表外的维修：主管判定的价格",
            note_en="For a repair not on the price list: the price the supervisor judged",
        ),
        Column("state", "状态", "State", Type.CHOICE, True, choices=STATE_CHOICES, example="已接单", width=16),
        Column("worker", "维修工工号", "Worker no.", Type.CODE, example="W01", width=12),
        Column("accepted_at", "接单时间", "Accepted at", Type.MOMENT, example="2026-11-21 09:12", width=18),
        Column("arrived_at", "到场时间", "Arrived at", Type.MOMENT, example="2026-11-21 09:20", width=18),
        Column(
            "reason",
            "原因",
            "Reason",
            Type.LONG_TEXT,
            width=24,
            limit=LONG,
            note_zh="暂不维修或上报的原因",
            note_en="Why it was declined or escalated",
        ),
        Column("result", "处理结果", "Result", Type.LONG_TEXT, width=24, limit=LONG),
    ),
)

THINGS = Sheet(
    "things",
    "钥匙物品",
    "Keys and lent things",
    "在册的钥匙、工具、雨伞、轮椅、手推车、对讲机，每串或每件一行；已借出的写明在谁手上。没有可不填。",
    "Keys, tools, umbrellas, wheelchairs, trolleys and radios on record, one row each; those lent out name the holder.",
    (
        Column("external_ref", "原编号", "Old number", Type.CODE, True, example="YS-0301", width=14),
        Column("kind", "类别", "Kind", Type.CHOICE, True, choices=THING_KIND_CHOICES, example="钥匙", width=10),
        Column("name", "名称", "Name", Type.TEXT, True, example="入户门钥匙", width=20),
        Column(
            "address",
            "房屋",
            "Unit",
            Type.ADDRESS,
            example="3栋2单元1501",
            width=18,
            note_zh="钥匙开哪扇门；公共钥匙和其他物品不填",
            note_en="The door a key opens; empty for shared keys and other things",
        ),
        _household_code,
        Column(
            "pieces", "数量", "Pieces", Type.INTEGER, example="2", width=8, note_zh="不填为 1", note_en="1 if empty"
        ),
        Column("condition", "状况", "Condition", Type.CHOICE, choices=CONDITION_CHOICES, example="完好", width=10),
        Column("rack", "挂位", "Place on the rack", Type.TEXT, True, example="A-03", width=12, limit=40),
        Column(
            "tag",
            "标签编码",
            "Tag",
            Type.TEXT,
            width=14,
            note_zh="已挂好的标签上的 9 位编码；没有可不填",
            note_en="The nine characters of a tag that hangs on it already",
        ),
        Column(
            "entrusted_by",
            "委托人",
            "Entrusted by",
            Type.TEXT,
            example="张伟",
            note_zh="住户托管的钥匙填写；公司自有的不填",
            note_en="For a resident's key; empty for the company's own",
        ),
        Column("until", "委托期限", "Until", Type.DAY, example="2026-12-31"),
        Column("purpose", "用途", "Purpose", Type.TEXT, example="出差期间代收快递", width=24),
        Column(
            "holder",
            "持有人工号",
            "Holder's staff no.",
            Type.CODE,
            width=14,
            note_zh="已借给员工时填写",
            note_en="If it is lent to a member of staff",
        ),
        Column(
            "holder_name",
            "持有人姓名",
            "Holder's name",
            Type.TEXT,
            note_zh="已借给住户或外单位时填写",
            note_en="If it is lent to a resident or somebody outside",
        ),
        Column("lent_at", "借出时间", "Lent at", Type.MOMENT, width=18),
        Column("due_at", "应还时间", "Due back", Type.MOMENT, width=18),
    ),
    optional=True,
)

SHEETS = (ESTATE, BUILDINGS, UNITS, HOUSEHOLDS, PEOPLE, STAFF, PRICE_LIST, TICKETS, THINGS)
"""Every sheet, in the order of the workbook."""

HELP_SHEET = ("说明", "Help")
"""Titles of the sheet that explains the others; the reader skips it."""
