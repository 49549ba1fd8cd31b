# ruff: noqa: E501 - rows of samples read better uncut
"""The gallery: every piece of the kit in each of its states, one page a theme of work. Looked at, and driven by tests.

python -m tests.gallery.app        # prints an address
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

import flet as ft

from app.ui import theme
from app.ui.kit.base import body, column, flow, quiet, title
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import Option, When, big_choice, pills, stepper, when_picker
from app.ui.kit.fields import SearchField, TextBox
from app.ui.kit.lists import WindowedList, empty_state, list_row
from app.ui.kit.money import Fee, facts, fee_table, section, total_line
from app.ui.kit.notices import notice, toast, use_question, use_sheet
from app.ui.kit.scaffold import Cloud, Nav, Scaffold, Tab
from app.ui.kit.table import Cell, Column, Sorting, Table
from app.ui.kit.ticket import chip, clock_chip, paper, stamp_badge, ticket_card, ticket_paper
from app.ui.kit.timeline import Step, timeline
from app.ui.router import Route, run_router, use_router
from app.ui.signing_pad import SigningPage, signature_picture
from tests.support.driver import NAME_STROKES

SIGNATURE: Final = [
    {"points": [[int(x * 1e4), int(y * 1e4), 16 * n] for n, (x, y) in enumerate(s)]} for s in NAME_STROKES
]
TABS: Final = (
    Tab("today", "今日", ft.Icons.TODAY_OUTLINED, ft.Icons.TODAY, 4),
    Tab("visits", "走访", ft.Icons.DOOR_FRONT_DOOR_OUTLINED, ft.Icons.DOOR_FRONT_DOOR),
    Tab("find", "找住户", ft.Icons.PERSON_SEARCH_OUTLINED, ft.Icons.PERSON_SEARCH),
    Tab("me", "我的", ft.Icons.PERSON_OUTLINE, ft.Icons.PERSON),
)


@ft.component
def Home() -> ft.Control:
    router = use_router()
    tab, set_tab = ft.use_state("today")
    cards: list[ft.Control] = [
        ticket_card(
            id="card-1",
            address="3栋2单元1501",
            number="WX000128",
            problem="厨房水龙头漏水，水槽下方积水，住户说昨晚开始的",
            stage="已接单",
            who="张𠮷",
            marks=[clock_chip("到场", level="amber", minutes_left=3)],
            on_tap=lambda: router.go("/ticket"),
        ),
        ticket_card(
            id="card-2",
            address="1栋1单元302",
            number="WX000131",
            problem="卫生间灯不亮",
            stage="待接单",
            who="欧阳婷婷",
            marks=[clock_chip("到场", level="red", minutes_left=-14), stamp_badge("flagged")],
            on_tap=lambda: router.go("/ticket"),
        ),
        ticket_card(
            id="card-3",
            address="12栋1单元2103",
            number="WX000140",
            problem="阳台推拉门轮子坏",
            stage="预约今天 16:00",
            who="䶮㛃",
            marks=[clock_chip("到场", level="calm", minutes_left=95), stamp_badge("unsent")],
            on_tap=lambda: router.go("/ticket"),
        ),
    ]
    pages = ("pieces", "choose", "fields", "list", "sign", "empty", "desk", "dialogs")
    return Scaffold(
        "今日",
        [
            quiet("11月3日 周二 · 4 件待办 · 刚刚同步"),
            *cards,
            flow([small_button(f"open-{page}", page, partial(router.go, f"/{page}")) for page in pages]),
        ],
        id="home",
        cloud=Cloud(waiting=3, on_tap=lambda: router.go("/fields")),
        footer=Nav(TABS, tab, set_tab),
    )


@ft.component
def Ticket() -> ft.Control:
    router = use_router()
    page = ft.context.page
    count, set_count = ft.use_state(0)

    def arrive() -> None:
        set_count(count + 1)
        toast(page, undo=lambda: set_count(0))

    steps = [
        Step("opened", "登记", "13:40", "前台 王芳", says="厨房水龙头漏水"),
        Step("assigned", "派工", "13:42", "工程部主管 刘强 → 李建国"),
        Step("accepted", "接单", "13:45", "李建国"),
        Step(
            "found-1", "现场判断", "13:56", "李建国", state="corrected", says="更换水龙头",
            details=[facts([("原记录", "更换水龙头 ×1"), ("更正原因", "选错了项目")])],
        ),
        Step("found-2", "现场判断", "13:58", "李建国", says="更换角阀", details=[facts([("项目", "更换角阀"), ("单价", "¥45")])]),
        Step("materials", "材料验证", "14:02", "李建国", state="flagged", says="住户自备角阀：不合格，已告知后果，住户坚持使用"),
        Step("signed", "住户签名", "14:25", "张𠮷（本人）", marks=[stamp_badge("intact")], below=[signature_picture(SIGNATURE, 360, 200, name="张𠮷")]),
        Step("now", "等待主管确认", state="current", says="今天 17:00 前交单"),
        Step("callback", "电话回访", state="next"),
    ]  # fmt: skip
    return Scaffold(
        "维修单",
        [
            ticket_paper(
                kind="维修单",
                number="WX000128",
                address="3栋2单元1501",
                problem="厨房水龙头漏水，水槽下方积水，住户说昨晚开始的",
                who="张𠮷 138 0000 1234",
                when="今天 13:40 报修",
                marks=[
                    clock_chip("接单", level="met"),
                    clock_chip("到场", level="amber", minutes_left=3),
                    clock_chip("交单", level="calm", minutes_left=155),
                ],
            ),
            section("经过", [timeline(steps)]),
        ],
        id="ticket",
        on_back=router.back,
        cloud=Cloud(waiting=1, online=False),
        action=Action(
            f"到达现场（{count}）" if count else "到达现场",
            arrive,
        ),
        second=Action("无法按时到达", lambda: router.go("/choose")),
    )


@ft.component
def Pieces() -> ft.Control:
    router = use_router()
    clocks = [
        clock_chip("到场", level="calm", minutes_left=95),
        clock_chip("到场", level="amber", minutes_left=3),
        clock_chip("到场", level="red", minutes_left=-75),
        clock_chip("到场", level="met"),
        clock_chip("到场", level="late"),
    ]
    stamps = [
        stamp_badge(kind) for kind in ("intact", "changed", "broken", "unsigned", "flagged", "unsent", "corrected")
    ]
    fees = [
        Fee("更换角阀（含拆装、旧件清运，不含材料）", "1", 4500, 4500, "个"),
        Fee("上门费", "1", 1000, 1000, "次"),
        Fee("延米水管", "1.5", 2250, 3375, "米"),
    ]
    return Scaffold(
        "零件",
        [
            section("时限", [flow(clocks)]),
            section("印章", [flow(stamps)]),
            section(
                "事实",
                [
                    facts(
                        [
                            ("报修人", "张𠮷"),
                            ("电话", "138 0000 1234"),
                            ("预约", "明天 9:00"),
                            ("备注", "家里有老人，请轻声敲门，进门换鞋套"),
                        ]
                    )
                ],
            ),
            section("费用明细", [fee_table(fees), quiet("费用计入当月物业账单，维修工不收现金")]),
            notice("没有网络", kept="已经存在手机里，有网络时自动上传。", tone="calm", id="n-calm"),
            notice(
                "这张工单已改派给王师傅",
                kept="您的记录都已保存，前台会核实。",
                act=("查看", lambda: None),
                id="n-amber",
            ),
            notice(
                "登录已过期",
                kept="3 条记录仍在手机里，不会丢失。",
                tone="red",
                act=("重新登录", lambda: None),
                id="n-red",
            ),
            paper([total_line(8875)]),
            flow([chip("公共维修"), chip("待接单", "calm"), chip("合格", "good", ft.Icons.CHECK_ROUNDED)]),
        ],
        on_back=router.back,
        cloud=Cloud(attention=2, waiting=5),
    )


@ft.component
def Choose() -> ft.Control:
    router = use_router()
    verdict, set_verdict = ft.use_state("fail")
    much, set_much = ft.use_state(2)
    when, set_when = ft.use_state(When(date(2026, 11, 4), 14))
    who, set_who = ft.use_state("self")
    said, set_said = ft.use_state("")
    return Scaffold(
        "材料验证",
        [
            section(
                "住户自备：角阀",
                [
                    big_choice(
                        [
                            Option("pass", "合格", ft.Icons.CHECK_ROUNDED, "good"),
                            Option("fail", "不合格", ft.Icons.CLOSE_ROUNDED, "red", "告知后果，由住户决定"),
                            Option("poor", "质量不佳", ft.Icons.REPORT_PROBLEM_OUTLINED, "amber"),
                        ],
                        verdict,
                        set_verdict,
                        id="verdict",
                    ),
                    TextBox(
                        "remark", "备注", said, set_said, lines=2, hint="哪里不合格",
                        phrases=("螺纹磨损", "没有合格证", "尺寸不符", "有裂纹，装上后可能再漏"),
                    ),
                ],
            ),
            section("数量", [stepper(much, set_much, id="much", what="数量", unit="个", least=1, most=9)]),
            section("谁签名", [pills([("self", "本人"), ("family", "家属"), ("tenant", "租户"), ("proxy", "代签")], who, set_who, id="who")]),
            section("改约到", [when_picker(when, set_when, today=date(2026, 11, 3))]),
            quiet(f"verdict={verdict} much={much} who={who} said={said}"),
        ],
        sub="3栋2单元1501",
        on_back=router.back,
        action=Action("记下材料验证", lambda: router.replace("/ticket"), icon=ft.Icons.CHECK_ROUNDED),
    )  # fmt: skip


@ft.component
def Fields() -> ft.Control:
    router = use_router()
    name, set_name = ft.use_state("")
    word, set_word = ft.use_state("wrong")
    long, set_long = ft.use_state("水槽下方的角阀锈蚀，关不严。")
    found, set_found = ft.use_state("")
    return Scaffold(
        "登录",
        [
            SearchField("search", set_found, hint="房号、姓名或拼音首字母"),
            quiet(f"searched: {found}"),
            TextBox("login", "工号", name, set_name, hint="例如 W012"),
            TextBox("password", "密码", word, set_word, password=True, error="密码不对，请再试一次"),
            TextBox("long", "说明", long, set_long, lines=3, most=3000, helper="可用手机键盘的语音输入"),
            quiet(f"long: {long}"),
            small_button("reset", "清空说明", lambda: set_long("")),
        ],
        on_back=router.back,
        action=Action("登录", lambda: None, enabled=bool(name), hint=None if name else "先填工号"),
    )


PEOPLE: Final = [
    (
        n,
        f"{n // 400 + 1}栋{n // 200 % 2 + 1}单元{n // 4 % 50 + 1}0{n % 4 + 1}",
        "张王李赵陈䶮㛃𠮷"[n % 8] + "伟芳娜敏静"[n % 5],
    )
    for n in range(5000)
]


@ft.component
def Long() -> ft.Control:
    router = use_router()
    query, set_query = ft.use_state("")
    shown = [person for person in PEOPLE if query in person[1] or query in person[2]]

    def draw(person: tuple[int, str, str]) -> ft.Control:
        return list_row(f"p-{person[0]}", person[1], lambda: router.go("/ticket"), sub=person[2], lines=1)

    return Scaffold(
        "找住户",
        [
            SearchField("find", set_query, hint="房号、姓名或拼音首字母"),
            quiet(f"{len(shown)} 户"),
            WindowedList(shown, draw, row_height=68, key_of=lambda person: str(person[0]), spot="people", key=query)
            if shown
            else empty_state("没有找到", f"没有“{query}”。可以试试房号，例如 3-2-1501。", mark=ft.Icons.SEARCH),
        ],
        on_back=router.back,
        scroll=False,
    )


@ft.component
def Sign() -> ft.Control:
    router = use_router()
    look = theme.use_look()
    page = ft.context.page
    saved, set_saved = ft.use_state(0)
    fees = [Fee("更换角阀", "1", 4500, 4500, "个"), Fee("上门费", "1", 1000, 1000, "次")]
    shown = [
        column([body("3栋2单元1501"), title("更换厨房角阀，试水不漏")], gap=2),
        fee_table(fees),
        notice("住户自备角阀不合格：螺纹磨损，装上后可能再漏。已告知，住户选择继续使用。", tone="amber", id="verdict"),
        quiet("2026年11月3日 · 费用计入当月物业账单"),
    ]
    return SigningPage(
        "请核对并签名",
        shown,
        [],
        lambda strokes, width, height: set_saved(len(strokes)),
        Action(f"确认签名（{saved} 笔）" if saved else "确认签名", lambda: router.replace("/ticket"), id="sign-agree"),
        on_close=router.back,
        text_scale=look.scale,
        on_text_scale=lambda scale: theme.choose(page, scale=scale),
    )


@ft.component
def Empty() -> ft.Control:
    router = use_router()
    return Scaffold(
        "走访",
        [
            empty_state(
                "今天没有要走访的住户",
                "每户每月至少一次。到期的住户会自动出现在这里，也可以直接找一户开始。",
                mark=ft.Icons.DOOR_FRONT_DOOR_OUTLINED,
                action=small_button("start", "找一户走访", lambda: None),
            )
        ],
        on_back=router.back,
        cloud=Cloud(),
    )


@ft.component
def Desk() -> ft.Control:
    """A table of 300 rows, at any width."""
    chosen, set_chosen = ft.use_state(2)
    sorting, set_sorting = ft.use_state(Sorting())

    def due(n: int) -> Cell:
        return Cell("超 0:12", "red") if n % 5 == 0 else Cell("0:08", "amber")

    columns = [
        Column("number", "单号", lambda n: Cell(f"WX{n:06d}", "quiet"), 92, spare=1),
        Column("door", "房号", lambda n: Cell(f"{n % 12 + 1}栋1单元{n % 30 + 1:02d}02"), 124),
        Column("what", "内容", lambda _: Cell("卫生间下水慢，请带大功率疏通机，来之前打电话"), sorts=False),
        Column("due", "时限", due, 66, right=True),
    ]
    table = Table(
        columns,
        range(300),
        key_of=str,
        chosen=chosen,
        on_choose=lambda key: set_chosen(int(key)),
        sorting=sorting,
        on_sort=set_sorting,
        room=float(ft.context.page.width or 0) - 2 * theme.EDGE,
    )
    return Scaffold("前台", [table], scroll=False, full_width=True, cloud=Cloud())


@ft.component
def Restless(beat: int, set_beat: Callable[[int], None], done: Callable[[str], None]) -> ft.Control:
    """A sheet whose screen, and the screen around it, are drawn anew while it opens and after, as news of a sync do."""
    opened, set_opened = ft.use_state(False)

    async def tick() -> None:
        for number in range(60):
            set_beat(number)
            await asyncio.sleep(0.02)

    def open_it() -> None:
        set_opened(True)
        set_beat(beat + 1)
        ft.context.page.run_task(tick)

    def chosen() -> None:
        set_opened(False)
        done("王䶮")

    use_sheet(
        opened,
        "换一个人",
        lambda: [list_row("r-0", "王䶮", chosen, sub=f"{beat}")],
        lambda: set_opened(False),
        id="restless-sheet",
    )
    return small_button("open-restless", "选人（同步中）", open_it)


@ft.component
def Dialogs() -> ft.Control:
    router = use_router()
    asking, set_asking = ft.use_state(False)
    sheet, set_sheet = ft.use_state(False)
    beat, set_beat = ft.use_state(0)
    done, set_done = ft.use_state("")

    use_question(
        asking,
        "住户不同意维修？",
        "工单会结束，需要您和主管签名。",
        Action("住户不维修", lambda: set_done("declined"), danger=True),
        lambda: set_asking(False),
        no="再想想",
    )
    use_sheet(
        sheet,
        "换一个人",
        lambda: [
            list_row(f"w-{n}", name, lambda: set_sheet(False), sub="工程部")
            for n, name in enumerate(["李建国", "王䶮", "赵𠮷"])
        ],
        lambda: set_sheet(False),
    )
    return Scaffold(
        "询问",
        [
            small_button("ask", "问", lambda: set_asking(True)),
            small_button("open-sheet", "选人", lambda: set_sheet(True)),
            Restless(beat, set_beat, set_done),
            quiet(f"done: {done}"),
        ],
        on_back=router.back,
    )


ROUTES: Final = (
    Route("/", Home, parent=None),
    Route("/ticket", Ticket),
    Route("/pieces", Pieces),
    Route("/choose", Choose, parent="/ticket"),
    Route("/fields", Fields),
    Route("/list", Long),
    Route("/sign", Sign, parent="/ticket"),
    Route("/empty", Empty),
    Route("/desk", Desk),
    Route("/dialogs", Dialogs),
)


def make_main(scale: float = 1.0, theme_mode: str = "system") -> Callable[[ft.Page], None]:
    """The gallery's app, at a text size."""

    def main(page: ft.Page) -> None:
        theme.install(page, scale=scale, theme_mode=theme_mode)
        run_router(page, ROUTES)

    return main


if __name__ == "__main__":
    ft.run(make_main(), view=None, assets_dir="../../assets", no_cdn=True)
