"""What a page says about itself besides its words: of which kind it is, where it is offered, who reads and signs it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from app.domain import roles
from app.domain.rules import handbook as h
from app.domain.writing.folding import sought
from sync_server.estate.columns import ROLE_CHOICES
from sync_server.handbook.faults import Faults, Place

Said = tuple[str, Place]
"""What was written, and where."""

PAGE, TITLE, TITLE_EN, KIND, ORDER, ABOUT, TAGS, POSTS, MUST_READ, DAYS, MINOR, TEXT, TEXT_EN = (
    "id", "title", "title_en", "kind", "order", "for", "tags", "posts", "must_read", "days", "minor", "text", "text_en",
)  # fmt: skip
NAMES: Final[Mapping[str, str]] = {
    **{one: one for one in (PAGE, TITLE, TITLE_EN, KIND, ORDER, ABOUT, TAGS, POSTS, MUST_READ, DAYS, MINOR, TEXT,
                            TEXT_EN)},
    "编号": PAGE, "标题": TITLE, "英文标题": TITLE_EN, "标题（英文）": TITLE_EN, "标题(英文)": TITLE_EN, "类别": KIND,
    "顺序": ORDER, "用于": ABOUT, "标签": TAGS, "岗位": POSTS, "必读": MUST_READ, "期限": DAYS, "小改": MINOR,
    "正文": TEXT, "英文正文": TEXT_EN, "正文（英文）": TEXT_EN, "正文(英文)": TEXT_EN,
}  # fmt: skip
"""What each setting may be called."""
KINDS: Final[Mapping[str, str]] = {
    **{one: one for one in h.KINDS},
    "概况": h.FACTS, "电话": h.PHONES, "常用电话": h.PHONES, "收费": h.PRICES, "收费标准": h.PRICES, "用语": h.PHRASES,
    "礼貌用语": h.PHRASES, "忌语": h.AVOID, "制度": h.RULES, "规程": h.SOP, "帮助": h.HELP,
}  # fmt: skip
SUBJECTS: Final[Mapping[str, str]] = {
    **{one: one for one in h.SUBJECTS},
    "工单": "ticket", "维修": "ticket/repair", "维修单": "ticket/repair", "公共维修": "ticket/public_repair",
    "投诉": "matter/complaint", "诉求": "matter", "走访": "visit", "巡检点": "point", "钥匙": "key", "工作单": "job",
    "表单": "case",
}  # fmt: skip
EVERYBODY: Final = ("all", "全员", "所有人", "全部")
_YES: Final = ("yes", "true", "1", "是")
_NO: Final = ("no", "false", "0", "否", "")
_LIST: Final = re.compile(r"[,，、;；\n]+")
_OF_KIND: Final = re.compile(rf"({'|'.join(h.SUBJECTS)})/[a-z][a-z0-9_]{{0,39}}")
_ID: Final = re.compile(r"[\w.-]{1,80}")
_MOST_DAYS: Final = 365
_MOST_ORDER: Final = 10_000

_POSTS: Final[Mapping[str, str]] = {
    sought(word): one.value
    for one in ROLE_CHOICES
    for word in (one.value, one.zh, one.en, *one.also)
}  # fmt: skip


class Settings:
    """Reads the settings of one page; what is wrong is told."""

    def __init__(self, said: Mapping[str, Said], faults: Faults) -> None:
        self._said = said
        self._faults = faults

    def text(self, name: str) -> str:
        """Return a setting as it was written, "" where it was not."""
        return self._said[name][0].strip() if name in self._said else ""

    def page(self, default: str, at: Place) -> str:
        """Return what the page is called by its author."""
        name = self.text(PAGE) or default
        if not _ID.fullmatch(name):
            self._tell(PAGE, f"编号「{name}」只用文字、数字、_、. 和 -，最多 80 个字",
                       f"the id {name!r} has letters, digits, _, . and -, at most 80", at)  # fmt: skip
        return name

    def kind(self, at: Place, default: str = "") -> str:
        """Return of which kind the page is."""
        said = self.text(KIND)
        if not said and default:
            return default
        found = KINDS.get(said.casefold())
        if found is None:
            listed = "、".join(word for word in KINDS if not word.isascii())
            self._tell(KIND, f"类别「{said}」不认识，有 {listed}" if said else f"没有写类别，有 {listed}",
                       f"the kind {said!r} is none of {', '.join(h.KINDS)}", at)  # fmt: skip
        return found or h.RULES

    def about(self) -> list[str]:
        """Return with which records it is offered."""
        found = []
        for word in self._words(ABOUT):
            one = SUBJECTS.get(word, word if _OF_KIND.fullmatch(word) else None)
            if one is None:
                listed = "、".join(word for word in SUBJECTS if not word.isascii())
                self._tell(ABOUT, f"用于「{word}」不认识，有 {listed}",
                           f"{word!r} is no record; there are {', '.join(h.SUBJECTS)}")  # fmt: skip
            else:
                found.append(one)
        return found

    def tags(self) -> list[str]:
        """Return the words that a record speaks of where it is offered."""
        return self._words(TAGS)

    def posts(self) -> list[str]:
        """Return the roles that read it; none: everybody."""
        found, _ = self._people(POSTS, {})
        return found

    def must_read(self, people: Mapping[str, str]) -> tuple[list[str], list[str]]:
        """Return the roles and the staff ids of who has to sign it as read. ``people``: staff ids by number."""
        return self._people(MUST_READ, people)

    def number(self, name: str, least: int, most: int, default: int) -> int:
        """Return a whole number."""
        said = self.text(name).removesuffix("天").removesuffix("days").removesuffix(".0").strip()
        if not said:
            return default
        if not said.isascii() or not said.isdecimal() or not least <= int(said) <= most:
            self._tell(name, f"「{said}」应为 {least} 到 {most} 的整数",
                       f"{said!r} is no whole number from {least} to {most}")  # fmt: skip
            return default
        return int(said)

    def days(self) -> int:
        """Return in how many days it is to be signed as read."""
        return self.number(DAYS, 1, _MOST_DAYS, h.WITHIN_DAYS)

    def order(self) -> int:
        """Return its place among the pages of its kind."""
        return self.number(ORDER, 0, _MOST_ORDER, 0)

    def minor(self) -> bool:
        """Tell whether nobody has to sign again because of this version."""
        said = self.text(MINOR).casefold()
        if said not in (*_YES, *_NO):
            self._tell(MINOR, f"小改「{said}」要写 是 或 否", f"minor is yes or no, not {said!r}")
        return said in _YES

    def _words(self, name: str) -> list[str]:
        return list(dict.fromkeys(word for one in _LIST.split(self.text(name)) if (word := one.strip())))

    def _people(self, name: str, people: Mapping[str, str]) -> tuple[list[str], list[str]]:
        held: list[str] = []
        named: list[str] = []
        for word in self._words(name):
            number = word.removeprefix("工号").strip()
            if word.casefold() in EVERYBODY:
                held += roles.ROLES if name == MUST_READ else ()
            elif sought(word) in _POSTS:
                held.append(_POSTS[sought(word)])
            elif number in people:
                named.append(people[number])
            else:
                listed = "、".join(one.zh for one in ROLE_CHOICES)
                more = ("，或工号", ", or staff numbers") if name == MUST_READ else ("", "")
                self._tell(name, f"没有岗位「{word}」，有 {listed}{more[0]}",
                           f"there is no post {word!r}; there are {', '.join(roles.ROLES)}{more[1]}")  # fmt: skip
        return list(dict.fromkeys(held)), list(dict.fromkeys(named))

    def _tell(self, name: str, zh: str, en: str, at: Place | None = None) -> None:
        place = self._said[name][1] if name in self._said else at
        if place is not None:
            self._faults.tell(place, zh, en)


def named(heading: str) -> str | None:
    """Return the setting that is called so; ``None`` for none."""
    plain = heading.strip()
    return NAMES.get(plain) or NAMES.get(plain.casefold().replace(" ", "_"))
