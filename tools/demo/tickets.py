"""Forty open tickets of the demo estate, in every state a ticket can be in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.domain.subjects.ticket.kinds import JOB, PUBLIC_REPAIR, REPAIR
from sync_server.estate import columns as c


@dataclass(frozen=True)
class Scene:
    """An open ticket without its place: what is wrong, its state, and how many minutes ago each step was."""

    state: str
    content: str
    asked: int
    item: str = ""
    worker: int = 0
    accepted: int | None = None
    arrived: int | None = None
    kind: str = REPAIR
    area: str = ""
    appointment: int | None = None
    due: int | None = None
    price: float | None = None
    quantity: str = ""
    extra: str = ""


DAY = 24 * 60

SCENES = (
    # 待派工: just registered
    Scene(c.TO_ASSIGN, "厨房龙头关不紧，一直滴水", 2, "S01"),
    Scene(c.TO_ASSIGN, "客厅吸顶灯不亮，换过灯管也不亮", 4, "D02"),
    Scene(c.TO_ASSIGN, "马桶堵了，水快漫出来，请尽快", 1, "T04"),
    Scene(c.TO_ASSIGN, "次卧窗户关不上，滑轮坏了", 35, "M06", appointment=-180),
    Scene(c.TO_ASSIGN, "电梯厅灯管闪烁", 6, kind=PUBLIC_REPAIR, area="3栋2单元电梯厅"),
    # 待判定: not on the price list
    Scene(c.TO_JUDGE, "阳台推拉门玻璃裂了一条缝，想问能不能换", 8),
    Scene(c.TO_JUDGE, "卫生间天花板渗水，怀疑楼上防水坏了", 12),
    Scene(c.TO_JUDGE, "想把书房的门改成推拉门", 55),
    # 待询问住户: judged, the resident has not been asked
    Scene(c.TO_ASK, "阳台护栏松动，摇晃", 48, price=260.0),
    Scene(c.TO_ASK, "更换淋浴房玻璃门胶条和滑轮", 95, price=120.0),
    # 已派工: told, not yet accepted
    Scene(c.ASSIGNED, "洗菜盆下水慢，反味", 7, "T01"),
    Scene(c.ASSIGNED, "卧室插座没电", 9, "D08", 1),
    Scene(c.ASSIGNED, "入户门锁芯转不动，老人在家", 5, "M01", 2),
    Scene(c.ASSIGNED, "空调要清洗，挂机两台", 140, "J01", 3, appointment=-240, quantity="2"),
    Scene(c.ASSIGNED, "单元门闭门器失灵，关门声音很大", 11, worker=1, kind=PUBLIC_REPAIR, area="2栋1单元大门"),
    # 已接单: accepted to the minute, on the way
    Scene(c.ACCEPTED, "面盆龙头漏水，住户自己买了龙头", 14, "S02", 0, 6),
    Scene(c.ACCEPTED, "浴霸一开就跳闸", 16, "D11", 1, 7),
    Scene(c.ACCEPTED, "纱窗破了两扇，有蚊子", 70, "M08", 2, 62, appointment=-90, quantity="2.4"),
    Scene(c.ACCEPTED, "油烟机倒烟，邻居做饭味道全进来", 26, "J05", 3, 18),
    Scene(
        c.ACCEPTED,
        "会议室投影幕布装不上，下午开会要用",
        60,
        kind=JOB,
        area="物业服务中心会议室",
        accepted=45,
        due=-240,
    ),
    Scene(
        c.ACCEPTED,
        "地下车库 B2 排水沟盖板松动，车过有响声",
        22,
        worker=2,
        kind=PUBLIC_REPAIR,
        area="地下车库B2",
        accepted=9,
    ),
    # 已上报: accepted, but beyond what one worker can do
    Scene(
        c.ESCALATED,
        "卧室墙里水管漏水，墙皮鼓包",
        300,
        "S12",
        1,
        290,
        extra="暗管漏水，需停整个单元的水并开墙，请主管安排",
    ),
    Scene(
        c.ESCALATED,
        "天台避雷带断开一处",
        420,
        worker=3,
        kind=PUBLIC_REPAIR,
        area="1栋天台",
        accepted=400,
        extra="须有资质的单位处理，请主管联系",
    ),
    # 已到场
    Scene(c.ARRIVED, "厨房下水软管漏水，橱柜都湿了", 33, "S05", 0, 25, 16),
    Scene(c.ARRIVED, "门铃不响", 41, "D12", 2, 34, 26),
    Scene(c.ARRIVED, "主卧房门擦地，推不动", 58, "M04", 3, 50, 42),
    Scene(
        c.ARRIVED, "消防通道应急灯不亮", 30, worker=1, kind=PUBLIC_REPAIR, area="5栋1单元6层", accepted=24, arrived=13
    ),
    # 待住户确认报价
    Scene(c.TO_AGREE, "马桶一直流水，水表转得快", 66, "S08", 0, 57, 48),
    Scene(c.TO_AGREE, "客厅大吊灯要换新的，灯已买好", 130, "D05", 1, 120, 111),
    Scene(c.TO_AGREE, "淋浴房玻璃门脱轨", 150, "", 2, 95, 84, price=180.0),
    # 维修中
    Scene(c.WORKING, "卫生间换坐便器，住户自己买的，旧的要拆", 120, "S09", 0, 112, 103),
    Scene(c.WORKING, "厨房下水全堵，拆了弯头还不通", 135, "T05", 1, 126, 118),
    Scene(c.WORKING, "装三个毛巾架和一个镜柜", 180, "Q03", 3, 172, 60, appointment=65, quantity="4"),
    Scene(
        c.WORKING,
        "中心花园水景泵不转，池水发绿",
        200,
        worker=2,
        kind=PUBLIC_REPAIR,
        area="中心花园",
        accepted=190,
        arrived=178,
    ),
    # 待签字
    Scene(c.TO_SIGN, "更换客厅和餐厅开关面板五个", 160, "D01", 0, 152, 143, quantity="5"),
    Scene(c.TO_SIGN, "洗手间地漏返臭", 210, "S14", 2, 202, 194),
    # 暂不维修待签: the resident did not want it at this price
    Scene(c.DECLINED, "空调柜机不制冷", 230, "J02", 3, 222, 213, extra="住户嫌贵，想先自己联系厂家售后"),
    Scene(c.DECLINED, "窗台渗水，下雨就漏", 260, "M09", 1, 250, 241, extra="住户说等雨季过后再修", quantity="6.5"),
    # 待主管确认: no resident to sign (A.9)
    Scene(
        c.TO_CONFIRM,
        "北门岗亭空调漏水",
        DAY + 60,
        worker=0,
        kind=PUBLIC_REPAIR,
        area="北门岗亭",
        accepted=DAY + 55,
        arrived=DAY + 44,
        extra="排水管堵塞，已疏通，试机半小时不再漏水，现场已清理",
    ),
    Scene(
        c.TO_CONFIRM,
        "社区活动日搭建舞台用电",
        2 * DAY,
        worker=3,
        kind=JOB,
        area="中心广场",
        accepted=2 * DAY - 20,
        arrived=DAY + 200,
        due=DAY,
        extra="已接临时配电箱，漏电保护试验正常，活动后已拆除",
    ),
)
"""The open tickets. Where and to whom each happens is drawn at random; what happens is fixed here."""


def state_columns(scene: Scene) -> dict[str, Any]:
    """Return the columns of the sheet 工单 that depend neither on the place nor on the time."""
    state = next(choice.zh for choice in c.STATE_CHOICES if choice.value == scene.state)
    kind = next(choice.zh for choice in c.TICKET_KIND_CHOICES if choice.value == scene.kind)
    return {
        "kind": kind,
        "content": scene.content,
        "item_code": scene.item,
        "quantity": float(scene.quantity) if scene.quantity else None,
        "agreed_price": scene.price,
        "state": state,
        "reason": scene.extra if scene.state in (c.DECLINED, c.ESCALATED) else "",
        "result": scene.extra if scene.state == c.TO_CONFIRM else "",
    }
