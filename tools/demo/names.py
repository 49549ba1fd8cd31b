"""Realistic Chinese names: surnames by frequency, given names by generation, rare ones included."""

from __future__ import annotations

import random

_SURNAMES = (
    "王 715 李 719 张 680 刘 538 陈 457 杨 308 黄 222 赵 206 吴 200 周 194 徐 140 孙 134 马 132 朱 126 胡 116 郭 113 "
    "何 107 林 107 高 100 罗 95 郑 93 梁 85 谢 76 宋 72 唐 69 许 66 韩 65 邓 63 冯 62 曹 60 彭 60 曾 58 肖 57 田 53 "
    "董 53 潘 48 袁 47 蔡 47 蒋 46 余 45 于 45 杜 44 叶 43 程 43 魏 43 苏 43 吕 42 丁 39 任 39 卢 39 姚 37 沈 37 "
    "钟 36 姜 35 崔 35 谭 34 陆 33 范 32 汪 32 廖 31 石 30 金 30 韦 29 贾 28 夏 28 付 27 方 26 邹 25 熊 24 白 24 "
    "孟 23 秦 22 邱 22 侯 21 江 21 尹 20 薛 20 闫 19 段 18 雷 18 龙 17 黎 17 史 16 陶 16 贺 16 毛 15 郝 15 顾 15 "
    "龚 15 邵 14 万 14 覃 13 武 13 钱 13 戴 12 严 12 莫 12 孔 12 向 11 常 11 汤 11 康 10 易 10 乔 9 温 9 赖 9 "
    "翟 6 单 5 解 5 仇 4 朴 3 查 4 盖 2 区 3 欧阳 6 上官 2 司马 1 诸葛 1 尉迟 1 令狐 1 皇甫 1 慕容 1"
)
"""Surnames, each with the number of bearers among ten thousand people."""
_FAMILY = tuple(_SURNAMES.split()[::2])
_WEIGHTS = tuple(int(weight) for weight in _SURNAMES.split()[1::2])

# By decade of birth: (men, women). Names of one and of two characters, as they were given then.
_GIVEN = {
    1940: (
        "国栋 建国 德胜 福生 长贵 金山 玉柱 树林 志明 文华 永福 炳南 世昌 宝根 有才",
        "桂英 秀英 玉兰 秀兰 桂兰 凤英 淑珍 玉珍 素珍 翠花 月娥 金凤 淑兰 巧珍 秀芳",
    ),
    1960: (
        "建国 建军 志强 国强 卫东 建平 永红 爱国 援朝 跃进 文革 军 勇 强 卫国 建华 海涛 志刚 新民 铁军",
        "丽 敏 秀芳 丽华 爱华 红 玲 卫红 桂芳 小红 建华 素芬 玉梅 春梅 晓燕 秋菊 萍 艳 凤霞 美玲",
    ),
    1980: (
        "伟 磊 涛 鹏 强 杰 超 勇 斌 波 辉 刚 健 明 亮 飞 凯 峰 浩 俊 旭东 海波 晓东 志伟 建华 文斌 嘉明 永强 少华 宏伟",
        "静 丽 娜 敏 燕 艳 娟 霞 芳 莉 丹 婷 颖 琳 雪 倩 洁 慧 玲 晶 晓燕 丽娜 海燕 雪梅 婷婷 佳慧 晓玲 丽萍 文静 春燕",
    ),
    2000: (
        "浩然 子轩 宇航 俊杰 博文 天宇 子豪 文轩 嘉豪 志鹏 鑫 宇 晨 睿 昊 家乐 思远 明轩 泽宇 一鸣",
        "雨欣 思雨 欣怡 梦琪 佳怡 诗涵 雅婷 静怡 悦 欣 雪 婉婷 可欣 子涵 若曦 语嫣 紫萱 心怡 晓彤 梦瑶",
    ),
    2015: (
        "沐宸 浩宇 梓睿 宇轩 奕辰 亦辰 景行 星辰 嘉懿 知行 铭泽 子墨 一诺 皓轩 承宇",
        "若汐 一诺 梓萱 艺涵 依诺 苡沫 沐晴 语桐 诗雨 可馨 芷若 安然 锦瑟 清妍 念安",
    ),
}
_MINORITY = (
    "阿依古丽·买买提 古丽娜尔·艾山 艾尼瓦尔·吐尔逊 买买提江·阿不都拉 迪丽热巴·肉孜 "
    "扎西顿珠 卓玛央金 次仁旺姆 巴特尔 乌云其木格 萨仁高娃 阿呷木·热布 吉克阿依 桑吉卓玛"
)

LONGEST = (
    "阿卜杜热合曼·阿卜杜外力·吐尔逊巴柯",
    "古丽加娜提·阿不都热依木·买买提吐尔逊",
    "Maria Fernanda de los Ángeles Rodríguez-Villanueva",
)
"""Names that are longer than most input fields expect."""

RARE = ("刘䶮", "陈㛃", "𠮷田建", "吴𠮷", "李堃喆", "王䶮㛃", "周翀赟", "马骉骉", "郑犇", "沈𬱖")
"""Names with characters that everyday fonts lack, three of them outside Unicode's basic plane."""

POLYPHONIC = ("单丽华", "解晓东", "仇志强", "翟天宇", "曾敏", "朴正浩", "尉迟敬", "查文斌", "盖永红", "区志明", "任静")
"""Names whose surname is read differently from the same character elsewhere, or has several readings."""

MEN, WOMEN = 0, 1


def surname(rng: random.Random) -> str:
    """Return a surname, drawn as often as it occurs in China."""
    return rng.choices(_FAMILY, _WEIGHTS)[0]


def given_name(rng: random.Random, sex: int, born: int) -> str:
    """Return a given name of the generation born in the year ``born``."""
    generation = max((year for year in _GIVEN if year <= born), default=1940)
    return rng.choice(_GIVEN[generation][sex].split())


def full_name(rng: random.Random, sex: int, born: int, family: str = "") -> str:
    """Return a full name. Without ``family`` the surname is drawn; a few names are those of other ethnic groups."""
    if not family and rng.random() < 0.012:
        return rng.choice(_MINORITY.split())
    return (family or surname(rng)) + given_name(rng, sex, born)


def family_of(name: str) -> str:
    """Return the surname of a Chinese name that ``full_name`` made; "" for names without one."""
    if "·" in name or not name[0] >= "㐀" or name in _MINORITY.split():
        return ""
    return name[:2] if name[:2] in _FAMILY else name[:1]
