"""Names of people: kept as they are written, compared without what people write around them.

王 强, 王强（租客）, 王强先生 are found by 王强, ＷＡＮＧ by wang; 阿依古丽·买买提 by any middle dot, or none.
Traditional characters that stand in names are compared as simplified ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from app.domain.writing.folding import narrow

_IN_BRACKETS = re.compile(r"[(\[{【〔〖《<][^()\[\]{}【】〔〕〖〗《》<>]*[)\]}】〕〗》>]")
_TITLES = re.compile(
    r"(?:先生|女士|小姐|太太|夫人|师傅|老师|阿姨|大爷|大妈|叔叔|业主|户主|房东|租客|租户|承租人|家属|本人|收)$"
)
_PAIRS = (
    "張张陳陈劉刘黃黄楊杨趙赵吳吴孫孙馬马羅罗鄭郑謝谢許许韓韩馮冯鄧邓蕭萧葉叶蘇苏盧卢蔣蒋賈贾餘余鍾钟譚谭陸陆範范"
    "鄒邹陽阳閻阎鄺邝龔龚萬万錢钱湯汤賀贺賴赖龍龙顧顾龐庞顏颜嚴严魯鲁齊齐莊庄單单喬乔塗涂聶聂藍蓝紀纪關关溫温華华"
    "倫伦偉伟強强國国勝胜傑杰軍军麗丽豔艳艷艳紅红蘭兰鳳凤靜静潔洁瓊琼瑩莹穎颖嬌娇嬋婵嫻娴蓮莲葦苇薔蔷寶宝貴贵榮荣"
    "興兴業业銘铭鋒锋鋼钢鐵铁銀银錦锦鎮镇鏡镜鑒鉴長长門门開开間间隊队際际隨随雙双雞鸡難难雲云電电靈灵響响頁页順顺"
    "須须預预領领頭头題题風风飛飞養养駿骏騰腾驊骅驍骁驗验麥麦黨党點点齡龄發发歲岁歸归濤涛潤润澤泽濱滨瀾澜瀟潇灝灏"
    "燦灿煒炜煥焕爾尔爺爷獻献瑪玛瓏珑環环畫画疇畴盡尽監监眾众碩硕確确禮礼種种積积穩稳競竞筆笔節节築筑篤笃簡简籌筹"
    "糧粮純纯細细終终組组結结絢绚絡络統统絲丝經经維维綱纲網网綺绮綠绿綸纶緒绪緯纬練练縣县縱纵總总績绩織织繼继續续"
    "義义習习聖圣聞闻聯联聰聪聲声職职肅肃脈脉膽胆臨临與与舉举舊旧艦舰藝艺蘊蕴處处號号術术衛卫衝冲見见規规視视覺觉"
    "觀观計计訊讯討讨訓训記记設设評评詩诗詳详誠诚語语誦诵說说誼谊調调諒谅論论諸诸諾诺謙谦講讲證证識识譯译議议護护"
    "讓让貝贝財财貞贞貢贡賢贤賓宾賜赐質质贊赞車车軒轩載载輝辉輯辑輪轮邁迈達达遠远適适遷迁選选遜逊遲迟鄉乡鄰邻釋释"
    "鈞钧鈴铃鉅钜銳锐錄录錫锡錚铮鎧铠鐘钟閃闪閎闳閔闵閣阁闊阔陰阴雋隽霽霁韋韦韻韵項项頌颂頤颐頻频顯显馳驰駱骆驥骥"
    "鮑鲍鴻鸿鵬鹏鶴鹤鷹鹰爭争於于鄔邬岡冈壽寿啟启啓启愛爱慶庆懷怀樂乐樹树檸柠櫻樱歐欧滿满濟济熾炽燁烨獨独瑋玮畢毕"
    "礪砺祿禄竇窦紹绍綿绵羣群聳耸薦荐詠咏誌志譽誉鑄铸閩闽霑沾鬱郁魚鱼鳴鸣麵面婁娄寧宁專专將将屬属嶽岳彥彦後后恆恒"
    "擇择曉晓東东枬楠條条榖谷漢汉凱凯劍剑動动勵励勳勋區区協协堅坚媧娲學学實实導导帥帅師师廣广憲宪應应戰战揚扬時时"
    "書书會会權权氣气淨净淵渊為为無无爍烁玨珏產产當当絹绢緣缘縈萦纓缨臺台蔭荫蕓芸補补誕诞贏赢迺乃進进運运錕锟鍵键"
    "陣阵險险雖虽頓顿饒饶黌黉"
)
"""Each traditional character that stands in names, the simplified one behind it."""
_SIMPLIFIED = str.maketrans(dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)))


def plain_login(text: str) -> str:
    """Return a sign-in name as everything reads it: ``ＷangＱiang`` and `` wang qiang `` are ``wangqiang``."""
    return "".join(char for char in narrow(text).casefold() if unicodedata.category(char)[0] not in "CZ")


@lru_cache(maxsize=50_000)
def plain_name(text: str) -> str:
    """Return a name as it is compared: ``王 强（租客）`` and ``王強先生`` are ``王强``; "" if it has no letter."""
    name = bare_name(text)
    while (shorter := _TITLES.sub("", name)) != name and shorter:
        name = shorter
    return name


def bare_name(text: str) -> str:
    """Return a name without blanks, dots and what is in brackets, unless everything is; a title such as 先生 stays."""
    return narrow(_letters(outside_brackets(text).casefold().translate(_SIMPLIFIED)))


def outside_brackets(text: str) -> str:
    """Return a name in half width without what is in brackets, unless everything is."""
    plain = narrow(text)
    outside = _IN_BRACKETS.sub("", plain)
    return outside if _letters(outside) else plain


def _letters(text: str) -> str:
    """Return the letters, marks on them and digits of a text: no blanks, no dots of any kind, no brackets."""
    return "".join(char for char in text if unicodedata.category(char)[0] in "LMN")


def told_apart(names: Mapping[str, str], marks: Mapping[str, str]) -> dict[str, str]:
    """Return what to call each person of ``names`` (name by id), so that nobody is taken for somebody else.

    People who share a name, however it is written, get their mark behind it (``marks``: staff number by id).
    """
    shared = Counter(plain_name(name) for name in names.values())
    return {
        id_: f"{name} {marks[id_]}" if shared[plain_name(name)] > 1 and marks.get(id_) else name
        for id_, name in names.items()
    }


def fits_name(name: str, typed: str, initials: Iterable[str] = (), pinyin: Iterable[str] = ()) -> bool:
    """Whether ``typed`` may mean this name: as a part of it, or as the beginning of its initials or pinyin."""
    wanted = plain_name(typed)
    if not wanted:
        return False
    if wanted in plain_name(name):
        return True
    return wanted.isascii() and any(way.startswith(wanted) for way in (*initials, *pinyin))
