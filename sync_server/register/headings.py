"""Finding out what each column of a register holds, from headings in one row or two, under titles.

A heading is known by its words, Simplified or Traditional, with blanks, units and brackets around them. What the
headings don't say is asked once (``Question``); the answers are remembered for sheets with the same headings
(``signature``).
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from app.domain.writing.folding import narrow
from sync_server.estate.error_cells import ErrorValue
from sync_server.register.grids import Grid
from sync_server.register.people import read_phones
from sync_server.register.values import Unclear, is_nothing, read_day, text_of

HEADING_WITHIN = 40
"""The headings are looked for in this many first rows."""

ESTATE, PHASE, BUILDING, ENTRANCE, FLOOR, DOOR = "estate", "phase", "building", "entrance", "floor", "door"
OWNER, OWNER_PHONE, TENANT, TENANT_PHONE = "owner", "owner_phone", "tenant", "tenant_phone"
FAMILY, FAMILY_PHONE, PHONE, RELATION = "family", "family_phone", "phone", "relation"
AREA, MOVED_IN, ARREARS, NOTES, STATUS = "area", "moved_in", "arrears", "notes", "status"
PARKING, HEADCOUNT, IDENTITY, IGNORE = "parking", "headcount", "identity", "ignore"

_WORDS: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
MEANINGS: dict[str, tuple[str, str]] = {meaning: (said["zh"], said["en"]) for meaning, said in _WORDS.items()}
"""Everything that a column can hold, in both languages; the keys are the values of answers."""

_TRADITIONAL = str.maketrans(
    (
        "樓棟號單門間業權電話聯絡繫機動積築內實際戶稱費額繳備註證車數類狀態時遷區員關係層產賃緊紀"
        "錄記繼編碼項總計與價標準應屬處潛開團園組詳細舖鋪佔廳"
    ),
    (
        "楼栋号单门间业权电话联络系机动积筑内实际户称费额缴备注证车数类状态时迁区员关系层产赁紧纪"
        "录记继编码项总计与价标准应属处潜开团园组详细铺铺占厅"
    ),
)
_UNIT = re.compile(r"[(\[【（].*?[)\]】）]|[(\[【（].*$|(?:㎡|m2|m²|平方米|平米|￥|¥)$")
_BLANKS = re.compile(r"[\s*＊:：,，.。、/／\\_·•\-—－|\"'“”‘’★☆?？!！#]+")


def folded(text: Any) -> str:
    """Return a heading for comparing: Simplified, lower case, without blanks, units, brackets, marks."""
    plain = narrow(str(text).replace("_x000D_", "")).casefold().translate(_TRADITIONAL)
    bare = _BLANKS.sub("", _UNIT.sub("", _BLANKS.sub("", plain)))
    return bare or _BLANKS.sub("", plain)


_MEANING_OF = {folded(word): meaning for meaning, said in _WORDS.items() for word in said["words"]}

_Tells = tuple[tuple[tuple[str, ...], str], ...]
_TELLS_PHONE = ("电话", "手机", "联系方式", "号码", "固话", "phone", "tel")
_TELLS: _Tells = (
    (("身份证", "证件号", "信用代码", "护照"), IDENTITY),
    (("签名", "签字", "签章", "日期至", "有效期"), IGNORE),
    (("套内", "公摊", "实用面积", "使用面积"), IGNORE),
    (("面积", "建面"), AREA),
    (("欠费", "欠缴", "欠款", "拖欠", "未缴"), ARREARS),
    (("车位", "车牌", "车库"), PARKING),
    (("人口", "人数"), HEADCOUNT),
    (("备注", "备考", "说明"), NOTES),
    (("关系",), RELATION),
)
_WHO: _Tells = (
    (("租户", "租客", "承租", "租赁", "租住", "使用人", "tenant"), TENANT),
    (("紧急", "家属", "家庭成员", "配偶", "同住", "共有", "家人", "family"), FAMILY),
    (("业主", "产权", "户主", "房主", "买受人", "购房", "客户", "住户", "权利人", "owner"), OWNER),
)
_WHERE: _Tells = (
    (("房号", "房间", "门牌", "室号", "坐落", "地址", "住址", "铺号", "铺位"), DOOR),
    (("单元",), ENTRANCE),
    (("楼栋", "楼号", "幢", "栋", "楼座", "座号"), BUILDING),
    (("楼层",), FLOOR),
    (("状态", "情况"), STATUS),
)
_MOVING = ("入住", "交房", "收楼", "收房", "入伙", "交付", "接房", "交楼", "迁入")
_PHONE_OF = {OWNER: OWNER_PHONE, TENANT: TENANT_PHONE, FAMILY: FAMILY_PHONE}


def meaning_of(text: Any, above: Any = "") -> tuple[str | None, bool]:
    """Return what a heading (under a wider one ``above`` it) means, and whether that is certain; None if unknown."""
    own, upper = folded(text), folded(above) if above else ""
    if not own:
        return None, False
    who = next((meaning for words, meaning in _WHO if any(word in upper for word in words)), None)
    base = re.sub(r"[0-9一二三四①②③④]+$", "", own) or own
    known = _MEANING_OF.get(own) or _MEANING_OF.get(base)
    if who in (TENANT, FAMILY) and known == OWNER:
        return who, True
    if who and known == PHONE:
        return _PHONE_OF[who], True
    if known:
        return known, True
    for words, meaning in _TELLS:
        if any(word in own for word in words):
            return meaning, True
    if any(word in own for word in _MOVING) and re.search("日期|时间|日$|年月", own):
        return MOVED_IN, True
    named = next((meaning for words, meaning in _WHO if any(word in own for word in words)), who)
    if any(word in own for word in _TELLS_PHONE):
        return _PHONE_OF.get(named or "", PHONE), True
    if re.search("日期|时间|年月|编号|单价|标准|性别|年龄|类型|类别|等级", own):
        return None, False
    for words, meaning in _WHERE:
        if any(word in own for word in words):
            return meaning, False
    if named and re.search("姓名|名称|名$|人$|业主|户主|租", own):
        return named, False
    return None, False


# -- finding the heading -------------------------------------------------------------------


@dataclass
class Column:
    """One column of a sheet: its position, its heading (both rows, joined), and what it holds."""

    index: int
    heading: str
    meaning: str | None = None
    samples: tuple[str, ...] = ()

    @property
    def letter(self) -> str:
        """The column's letter in Excel."""
        letters, index = "", self.index + 1
        while index:
            index, rest = divmod(index - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return letters


@dataclass(frozen=True)
class Question:
    """A question about columns that the sheet does not answer itself: asked once, remembered by ``signature``.

    ``key`` names it in an answer. ``about`` is ``column`` (what does this column hold?) or ``meaning`` (which of these
    columns holds this?); ``options`` are the possible answers with their words in both languages.
    """

    key: str
    about: str
    sheet: str
    zh: str
    en: str
    options: tuple[tuple[str, str, str], ...]
    samples: tuple[str, ...] = ()
    place: str = ""


@dataclass
class Heading:
    """The headings of one sheet: the ``first`` data row (from 0), the columns, and the open questions."""

    grid: Grid
    row: int
    first: int
    columns: list[Column]
    questions: list[Question] = field(default_factory=list)

    @property
    def signature(self) -> str:
        """A hash of the headings and their order; sheets with the same headings share it."""
        words = "\x1f".join(f"{column.index}:{folded(column.heading)}" for column in self.columns)
        return hashlib.sha256(words.encode()).hexdigest()[:32]

    @cached_property
    def own(self) -> frozenset[str]:
        """Every word of the headings, in the form for comparing."""
        parts = [part for column in self.columns for part in (column.heading, *column.heading.split(" ")) if part]
        return frozenset(map(folded, parts))

    def of(self, *meanings: str) -> list[Column]:
        """Return the columns that hold one of ``meanings``, from left to right."""
        return [column for column in self.columns if column.meaning in meanings]


def find_heading(grid: Grid) -> Heading | None:
    """Return where a sheet's headings are and what each column holds; None if it has no headings."""
    best, best_score = -1, 0.0
    for number, cells in enumerate(grid.rows[:HEADING_WITHIN]):
        score = _score(cells)
        if score > best_score:
            best, best_score = number, score
    if best < 0:
        return None
    below = best + 1
    two = below < len(grid.rows) and _is_second_row(grid, best, below)
    if not two and best > 0 and _is_second_row(grid, best - 1, best) and _score(grid.rows[best - 1]) >= 1:
        best, below, two = best - 1, best, True
    columns = _columns(grid, best, below if two else None)
    first = below + 1 if two else below
    if first < len(grid.rows) and is_numbering(grid.rows[first]):
        first += 1
    heading = Heading(grid, best, first, columns)
    for column in columns:
        column.samples = _samples(grid, column.index, first)
    return heading


def _texts(cells: Sequence[Any]) -> list[str]:
    return [text_of(cell) for cell in cells if isinstance(cell, str) and not is_nothing(cell)]


def _score(cells: Sequence[Any]) -> float:
    """Return how many headings a row has, as a score; 0 for a row of data or a title."""
    filled = [cell for cell in cells if not is_nothing(cell)]
    texts = [text for text in _texts(cells) if len(text) <= 24]
    if len(texts) < 2 or len(texts) < 0.7 * len(filled):
        return 0.0
    known = Counter(meaning for meaning, _ in (meaning_of(text) for text in texts) if meaning)
    kinds = [meaning for meaning in known if meaning != IGNORE]
    if len(kinds) < 2:
        return 0.0
    return len(kinds) + 0.3 * sum(known.values()) - 0.1 * (len(filled) - sum(known.values()))


def _is_second_row(grid: Grid, top: int, below: int) -> bool:
    """Return whether the row ``below`` is a second row of headings: only texts, at least half of them known, under
    merged or blank cells."""
    cells = grid.rows[below]
    filled = [(index, cell) for index, cell in enumerate(cells) if not is_nothing(cell)]
    if not filled or any(not isinstance(cell, str) or len(cell) > 24 for _, cell in filled):
        return False
    above = grid.rows[top]
    wide = _spread(grid, top)
    known = [index for index, cell in filled if meaning_of(cell, wide.get(index, ""))[0]]
    if len(known) < max(1, len(filled) * 0.5):
        return False
    under_wide = [
        index
        for index, _ in filled
        if index >= len(above) or is_nothing(above[index]) or wide.get(index + 1) == wide.get(index) != ""
    ]
    return bool(under_wide)


def _spread(grid: Grid, row: int) -> dict[int, str]:
    """Return the headings of a row by column; a merged one counts for all of its columns."""
    cells = grid.rows[row]
    found = {index: text_of(cell) for index, cell in enumerate(cells) if not is_nothing(cell)}
    merged = False
    for (top, left), (bottom, right) in grid.merged:
        if top <= row <= bottom and right > left and right - left < 60:
            merged = True
            text = text_of(grid.rows[top][left]) if left < len(grid.rows[top]) else ""
            for index in range(left, right + 1):
                found.setdefault(index, text)
    if not merged:  # text files have no merged cells: a wider heading counts for the blanks that follow it
        last = ""
        for index in range(len(cells)):
            last = found.get(index, last)
            found.setdefault(index, last)
    return found


def _columns(grid: Grid, top: int, below: int | None) -> list[Column]:
    columns = []
    upper = grid.rows[top]
    wide = _spread(grid, top) if below is not None else {}
    lower = grid.rows[below] if below is not None else []
    width = max(len(upper), len(lower), *(len(row) for row in grid.rows[top : top + 200]))
    for index in range(width):
        own = text_of(lower[index]) if index < len(lower) and not is_nothing(lower[index]) else ""
        above = wide.get(index, "") if below is not None else ""
        if not own:
            own, above = text_of(upper[index]) if index < len(upper) and not is_nothing(upper[index]) else "", ""
        meaning, _ = meaning_of(own, above)
        if above and above != own and meaning is None:
            meaning, _ = meaning_of(above + own)
        heading = f"{above} {own}" if above and above != own else own
        columns.append(Column(index, heading.strip(), meaning))
    return columns


def is_numbering(cells: Sequence[Any]) -> bool:
    """Return whether a row only numbers the columns: 1, 2, 3 … or A, B, C …"""
    filled = [text_of(cell) for cell in cells if not is_nothing(cell)]
    counted = [str(number) for number in range(1, len(filled) + 1)]
    letters = [chr(ord("A") + number) for number in range(min(len(filled), 26))]
    return len(filled) >= 3 and filled in (counted, letters)


def _samples(grid: Grid, index: int, first: int, wanted: int = 5) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for cells in grid.rows[first : first + 400]:
        if index < len(cells) and not is_nothing(cells[index]):
            found[text_of(cells[index])[:40]] = None
            if len(found) >= wanted:
                break
    return tuple(found)


# -- what has to be asked ------------------------------------------------------------------

_ONE_ONLY = (DOOR, BUILDING, ENTRANCE, AREA, MOVED_IN, ARREARS, OWNER, TENANT, STATUS, RELATION)
_BETTER = {
    AREA: ("建筑面积", "产权面积", "计费面积", "收费面积", "房屋面积", "面积"),
    MOVED_IN: ("入住", "迁入", "收楼", "收房", "接房", "入伙", "交房", "交付", "交楼"),
    ARREARS: ("累计欠费", "欠费总额", "欠费合计", "欠费金额", "欠费"),
    OWNER: ("业主姓名", "业主", "产权人姓名", "产权人", "户主姓名", "户主"),
}


def settle(heading: Heading, answers: Mapping[str, str]) -> None:
    """Apply ``answers`` (a column's heading or letter → what it holds), and add the questions that are still open.

    Only what the import needs is asked: what a column without a known heading holds if it looks like phones, names or
    doors, and which of two columns is meant if one is wanted. All other unknown columns are left out, with a notice.
    """
    given = {folded(key): value for key, value in answers.items()}
    for column in heading.columns:
        said = (
            answers.get(column.letter) or given.get(folded(column.heading))
            if column.heading
            else answers.get(column.letter)
        )
        if said in MEANINGS:
            column.meaning = said
    answered = set(answers) | {column.letter for column in heading.columns if folded(column.heading) in given}
    for meaning in _ONE_ONLY:
        found = heading.of(meaning)
        if len(found) > 1:
            _choose(heading, meaning, found, answered)
    for column in heading.columns:
        if column.meaning is None and column.letter not in answered and column.samples:
            guess = _looks_like(column.samples)
            if guess is not None and (guess != OWNER or not heading.of(OWNER, TENANT)):
                if guess == DOOR and heading.of(DOOR):
                    continue
                heading.questions.append(_ask_column(heading, column, guess))
    if not heading.questions:
        if not heading.of(DOOR):
            heading.questions.append(_ask_meaning(heading, DOOR, [c for c in heading.columns if c.samples]))
        elif not heading.of(OWNER, TENANT, FAMILY):
            heading.questions.append(
                _ask_meaning(heading, OWNER, [c for c in heading.columns if c.meaning is None and c.samples])
            )
    heading.questions = [question for question in heading.questions if question.options]


def _choose(heading: Heading, meaning: str, found: list[Column], answered: set[str]) -> None:
    said = [column for column in found if column.letter in answered]
    keep = said[0] if said else None
    if keep is None:
        filled = [column for column in found if column.samples]
        if len(filled) == 1:
            keep = filled[0]
    if keep is None:
        for word in _BETTER.get(meaning, ()):
            fitting = [column for column in found if word in folded(column.heading)]
            if len(fitting) == 1:
                keep = fitting[0]
                break
    if keep is None and meaning == DOOR:
        # 房号 beside a 地址 that says the same and more: the shorter is the door, the longer is not needed.
        whole = [column for column in found if any(mark in folded(column.heading) for mark in ("地址", "坐落", "住址"))]
        rest = [column for column in found if column not in whole]
        if len(rest) == 1 and heading.of(BUILDING):
            keep = rest[0]
    if keep is None:
        heading.questions.append(_ask_meaning(heading, meaning, found))
        return
    for column in found:
        if column is not keep:
            column.meaning = None


def _looks_like(samples: Sequence[str]) -> str | None:
    """Return what the values of a column without a known heading look like; None unless the import needs it."""
    phones = sum(1 for value in samples if read_phones(value)[0] and not _is_day(value) and len(value) < 40)
    if phones * 2 > len(samples) and not any(re.fullmatch(r"[\dXx]{15,18}", value) for value in samples):
        return PHONE
    doors = sum(1 for value in samples if re.fullmatch(r"\w{1,4}(栋|幢|座|号楼|-)\w{1,4}(单元|-)?\d{0,5}.?", value))
    if doors * 2 > len(samples) and not any(_is_day(value) for value in samples):
        return DOOR
    names = sum(1 for value in samples if re.fullmatch(r"[\u3400-\u9fff]{2,4}", value))
    if names == len(samples) and len(set(samples)) >= 3:
        return OWNER
    return None


def _is_day(value: str) -> bool:
    try:
        read_day(value)
    except Unclear:
        return False
    return True


def _ask_column(heading: Heading, column: Column, guess: str) -> Question:
    name = f"「{column.heading}」" if column.heading else "（没有表头）"
    name_en = f"“{column.heading}”" if column.heading else "(without a heading)"
    likely = [
        guess,
        *(m for m in (PHONE, OWNER, TENANT, FAMILY, DOOR, FAMILY_PHONE, TENANT_PHONE, NOTES) if m != guess),
    ]
    options = tuple((meaning, *MEANINGS[meaning]) for meaning in (*likely, IGNORE))
    place = f"{heading.grid.title}!{column.letter}{heading.row + 1}"
    return Question(
        column.letter,
        "column",
        heading.grid.title,
        f"{column.letter} 列{name}是什么？",
        f"What is column {column.letter} {name_en}?",
        options,
        column.samples,
        place,
    )


def _ask_meaning(heading: Heading, meaning: str, found: Sequence[Column]) -> Question:
    zh, en = MEANINGS[meaning]
    options = tuple(
        (
            column.letter,
            f"{column.letter} 列 {column.heading}（{'、'.join(column.samples[:3])}）",
            f"column {column.letter} {column.heading} ({', '.join(column.samples[:3])})",
        )
        for column in found
    )
    return Question(
        f"={meaning}", "meaning", heading.grid.title, f"哪一列是{zh}？", f"Which column is the {en}?", options
    )


def as_columns(answers: Mapping[str, str]) -> dict[str, str]:
    """Return answers as column → what it holds; those that name the column for a meaning (``=door`` → ``C``) are
    reversed."""
    plain = {}
    for key, value in answers.items():
        if key.startswith("="):
            plain[value] = key[1:]
        else:
            plain[key] = value
    return plain


def is_heading_again(heading: Heading, cells: Sequence[Any]) -> bool:
    """Return whether a row repeats the headings, as in sheets made for printing."""
    own = heading.own
    first = next((cell for cell in cells if not is_nothing(cell)), "")
    second = next((cell for cell in cells[::-1] if not is_nothing(cell)), "")
    if not any(isinstance(cell, str) and folded(cell) in own for cell in (first, second)):
        return False  # true of nearly every row: two cells are enough to see that it is none
    texts = _texts(cells)
    same = sum(1 for text in texts if folded(text) in own)
    return same >= 2 and same * 2 > len(texts) and not any(isinstance(cell, ErrorValue) for cell in cells)
