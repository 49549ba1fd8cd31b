"""Reading names and phone numbers that share a cell: 张三/李四, 张三138… 李四139…, 张三(妻:李四), two phones of one
person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sync_server.register.values import is_nothing, says_vacant, text_of

OWNER, FAMILY, TENANT = "owner", "family", "tenant"

_PHONE = re.compile(
    r"(?<![\d-])(?:"
    r"(?:\+?86|0086)?[- ]?(1[3-9]\d[- ]?\d{4}[- ]?\d{4})"  # mobile, also in groups
    r"|(0\d{2,3}[- ]?\d{7,8}(?:-\d{1,6})?)"  # with area code
    r"|([48]00-?\d{3}-?\d{4})"
    r"|(\+\d{7,15})"
    r"|([2-9]\d{6,7})"  # local
    r")(?!\d)"
)
_RELATIONS = {
    OWNER: "业主 户主 产权人 房主 本人 业主本人 owner",
    TENANT: "租户 租客 承租人 租住 租赁 租 使用人 租户本人 tenant",
    FAMILY: (
        "妻 妻子 夫 丈夫 爱人 配偶 老婆 老公 太太 先生 子 儿子 儿 女 女儿 父 父亲 母 母亲 爸爸 "
        "妈妈 爸 妈 父母 子女 家属 家人 亲属 亲戚 兄 弟 姐 妹 哥哥 弟弟 姐姐 妹妹 岳父 岳母 "
        "公公 婆婆 儿媳 女婿 媳妇 孙子 孙女 爷爷 奶奶 外公 外婆 保姆 共有人 同住人 联系人 "
        "紧急联系人 family"
    ),
}
_RELATION_OF = {word: relation for relation, words in _RELATIONS.items() for word in words.split()}
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_STRONG = re.compile(r"[、,;/|&+\n\t]+")
_LABEL = re.compile(rf"^([{_HAN}]{{1,5}}|owner|tenant|family)\s*[::]\s*(?=\S)", re.IGNORECASE)
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】")
_PLAUSIBLE = re.compile(rf"[{_HAN}A-Za-z·•.'’\- ]*[{_HAN}A-Za-z][{_HAN}A-Za-z0-9·•.'’\-()& ]*")
_MOST = 60


@dataclass(slots=True)
class Somebody:
    """A person as the register names them, with at most one phone ("" for none)."""

    name: str
    relation: str
    phone: str = ""


@dataclass(slots=True)
class People:
    """The people that a pair of cells names, and the texts in them that are neither a name nor a phone."""

    found: list[Somebody] = field(default_factory=list)
    bad_names: list[str] = field(default_factory=list)
    bad_phones: list[str] = field(default_factory=list)
    unpaired: tuple[int, int] | None = None
    """Numbers of people and phones, if it is unclear whose phone is whose."""


def read_phones(raw: Any) -> tuple[list[str], list[str]]:
    """Return the phone numbers of a cell in their order, and texts with digits that are none."""
    if is_nothing(raw) or raw in (0, "0"):
        return [], []
    text = re.sub(r"(?<=\d)\s*转\s*(?=\d{1,6}(?!\d))", "-", _lines(raw))
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", text):
        return [], [text]
    phones: list[str] = []

    def take(found: re.Match[str]) -> str:
        phones.append(plain_phone(found))
        return " \n "

    rest = _PHONE.sub(take, text)
    odd = [part.strip() for part in re.split(r"[\s、,;/|&+()\[\]]+", rest) if re.search(r"\d{2,}", part)]
    return list(dict.fromkeys(phones)), odd


def plain_phone(found: re.Match[str]) -> str:
    """Return a phone number in the form it is stored in: a mobile's eleven digits, others without blanks."""
    mobile, with_area, service, abroad, local = found.groups()
    if mobile:
        return re.sub(r"\D", "", mobile)
    return (with_area or service or abroad or local).replace(" ", "-" if with_area else "")


def read_people(names: Any, phones: Any, relation: str = OWNER) -> People:
    """Return the people that a cell of names and the cell of phones beside it name; ``relation`` is the first one's.

    Several names or phones in one cell are separated by 、 , ; / line breaks and blanks. A phone written after a name
    is that person's, and 张三(妻:李四) is two people. Phones of a cell of their own are paired with the names in order
    if there are as many of both, or one of either; a person with two phones is returned twice.
    """
    people = People()
    if not is_nothing(names) and not says_vacant(names):
        for part in _parts(_lines(names)):
            _take_part(people, part, relation)
    labelled = _labelled(phones)
    if labelled:
        _pair_labelled(people, labelled, relation)
        return people
    numbers, people.bad_phones = read_phones(phones)
    have = {one.phone for one in people.found if one.phone}
    _pair(people, [number for number in numbers if number not in have], relation)
    return people


def _lines(raw: Any) -> str:
    """Return a cell's text with its line breaks, which separate people."""
    if not isinstance(raw, str):
        return text_of(raw)
    return "\n".join(line for line in (text_of(line) for line in re.split(r"\r\n|\r|\n|_x000D_", raw)) if line)


def _parts(text: str) -> list[str]:
    """Return a cell of names divided into people; brackets stay with the person they follow."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(found[0])
        return f"\x00{len(held) - 1}\x01"

    text = re.sub(rf"\x01(?=[{_HAN}]{{2}})", "\x01;", _BRACKETS.sub(hold, text))
    parts = []
    for part in _STRONG.split(text):
        parts.extend(_by_blanks(part.strip()))
    return [re.sub("\x00(\\d+)\x01", lambda found: held[int(found[1])], part) for part in parts if part]


def _by_blanks(part: str) -> list[str]:
    """Divide 张三138… 李四139… and 张三 李四 at blanks, but not 张 三 or John Smith."""
    made: list[str] = []
    rest = part
    while (found := _PHONE.search(rest)) is not None and rest[found.end() :].strip():
        made.append(rest[: found.end()].strip())
        rest = rest[found.end() :].strip()
    if made:
        return [*made, *_by_blanks(rest)]
    words = part.split(" ")
    if len(words) > 1 and all(
        re.fullmatch(rf"([{_HAN}]{{1,5}}[::])?[{_HAN}·•]{{2,12}}(\x00\d+\x01)?", word) for word in words
    ):
        return words
    joined = part.replace(" ", "") if re.fullmatch(rf"([{_HAN}] )+[{_HAN}]", part) else part
    return [joined]


def _take_part(people: People, text: str, relation: str) -> None:
    """Add one person, and anybody who is named in the brackets after the name."""
    relation_here = relation
    inside: list[str] = []

    def out(found: re.Match[str]) -> str:
        inside.append(next(group for group in found.groups() if group is not None).strip())
        return " "

    plain = _BRACKETS.sub(out, text)
    phones: list[str] = []

    def phone_out(found: re.Match[str]) -> str:
        phones.append(plain_phone(found))
        return " "

    plain = _PHONE.sub(phone_out, plain).strip(" :-")
    label = _LABEL.match(plain)
    if label and label[1] in _RELATION_OF:
        relation_here = _RELATION_OF[label[1]]
        plain = plain[label.end() :]
    others: list[str] = []
    for word in inside:
        if word in _RELATION_OF:
            relation_here = _RELATION_OF[word]
        elif _PHONE.fullmatch(word):
            phones.append(plain_phone(_PHONE.fullmatch(word)))  # type: ignore[arg-type]
        elif _names_somebody(word):
            others.append(word)
        elif word and plain:
            plain = f"{plain}({word})"  # 王总(3楼), 某公司(深圳)
    name = " ".join(plain.split()).strip(" :：-")
    if name in _RELATION_OF:
        relation_here, name = _RELATION_OF[name], ""
    if name and not is_nothing(name):
        if not _PLAUSIBLE.fullmatch(name) or len(name) > _MOST:
            people.bad_names.append(name)
            return
        for phone in phones or [""]:
            people.found.append(Somebody(name, relation_here, phone))
    elif phones and people.found:
        _add_phones(people, people.found[-1], phones)
    elif phones:
        people.bad_names.append(text)
    for word in others:
        for part in _parts(word):
            before = len(people.found)
            _take_part(people, part, FAMILY)
            for one in people.found[before:]:
                one.relation = one.relation if one.relation == TENANT else FAMILY


def _names_somebody(word: str) -> bool:
    label = _LABEL.match(word)
    if label:
        return label[1] in _RELATION_OF
    if any(word.startswith(said) and len(word) - len(said) >= 2 for said in _RELATION_OF if len(said) > 1):
        return True
    return _PHONE.search(word) is not None and re.match(rf"[{_HAN}]{{2,4}}", word) is not None


def _add_phones(people: People, who: Somebody, phones: Sequence[str]) -> None:
    for phone in phones:
        if not who.phone:
            who.phone = phone
        elif all(one.phone != phone for one in people.found):
            people.found.insert(_last_of(people, who) + 1, Somebody(who.name, who.relation, phone))


def _last_of(people: People, who: Somebody) -> int:
    return max(i for i, one in enumerate(people.found) if one.name == who.name and one.relation == who.relation)


def _pair(people: People, phones: Sequence[str], relation: str) -> None:
    if not phones:
        return
    without = [one for one in people.found if not one.phone]
    if not people.found:
        people.found.extend(Somebody("", relation, phone) for phone in phones)
    elif len(phones) == len(without):
        for one, phone in zip(without, phones, strict=True):
            one.phone = phone
    elif len({one.name for one in people.found}) == 1:
        _add_phones(people, people.found[0], phones)
    elif len(phones) == 1:
        (without or people.found)[0].phone = (without or people.found)[0].phone or phones[0]
    else:
        people.unpaired = (len(people.found), len(phones))


_NAMED_PHONE = re.compile(rf"([{_HAN}]{{1,5}})\s*[::(]?\s*({_PHONE.pattern})")


def _labelled(raw: Any) -> list[tuple[str, str]]:
    """Return (label, phone) if a cell of phones says whose each is: 张三:138…, 妻139…"""
    if not isinstance(raw, str):
        return []
    text = _lines(raw)
    found = [(match[1], plain_phone(_PHONE.search(match[2]))) for match in _NAMED_PHONE.finditer(text)]  # type: ignore[arg-type]
    every = len(_PHONE.findall(text))
    return found if found and len(found) == every else []


_TELEPHONES = frozenset(
    ["手机", "电话", "座机", "宅电", "固话", "家", "家里", "办公", "单位", "微信", "机", "宅", "办", "移动", "联系电话"]
)


def _pair_labelled(people: People, labelled: Sequence[tuple[str, str]], relation: str) -> None:
    loose = []
    for label, phone in labelled:
        who = next((one for one in people.found if one.name == label), None)
        if who is not None:
            _add_phones(people, who, [phone])
        elif label in _TELEPHONES:
            loose.append(phone)
        elif label in _RELATION_OF:
            said = _RELATION_OF[label]
            who = next((one for one in people.found if one.relation == said and not one.phone), None)
            if who is not None:
                who.phone = phone
            elif people.found and said == OWNER:
                _add_phones(people, people.found[0], [phone])
            else:
                people.found.append(Somebody(label, said, phone))
        else:
            people.found.append(Somebody(label, FAMILY if people.found else relation, phone))
    _pair(people, loose, relation)


def relation_of(raw: Any) -> str | None:
    """Return the relation that a cell names (业主, 租客, 妻子 …), or None."""
    text = text_of(raw).replace(" ", "")
    if text in _RELATION_OF:
        return _RELATION_OF[text]
    return next(
        (_RELATION_OF[word] for word in sorted(_RELATION_OF, key=len, reverse=True) if len(word) > 1 and word in text),
        None,
    )
