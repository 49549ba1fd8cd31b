"""From what pyxform understands of a workbook to a definition: our names, our types, and every word it has accounted
for."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pyxform.aliases import yes_no
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT
from pyxform.utils import default_is_dynamic

from app.domain import roles
from app.domain.forms import definition as d
from app.domain.rules.archive import CLASSES, NUMBERS
from app.domain.subjects.case.kinds import RAISES, SIGNERS
from sync_server.estate.columns import ROLE_CHOICES
from sync_server.forms import pictures
from sync_server.forms.faults import CHOICES, SETTINGS, SURVEY, Faults
from sync_server.forms.sheets import Sheets, joined, listed

_TYPES: Final[Mapping[str, str]] = {
    "group": d.GROUP, "repeat": d.REPEAT, "note": d.NOTE, "calculate": d.CALCULATE, "hidden": d.HIDDEN,
    "select one": d.SELECT_ONE, "select one external": d.SELECT_ONE, "loop": d.GROUP,
    "select all that apply": d.SELECT_MULTIPLE, "rank": d.RANK, "range": d.RANGE,
    "start": d.START, "end": d.END, "today": d.TODAY, "username": d.USERNAME, "deviceid": d.DEVICE, "photo": d.IMAGE,
    "trigger": d.ACKNOWLEDGE, "acknowledge": d.ACKNOWLEDGE, "q note": d.NOTE, "add note prompt": d.NOTE,
}  # fmt: skip
_BY_BIND: Final[Mapping[str, str]] = {
    "string": d.TEXT, "int": d.INTEGER, "decimal": d.DECIMAL, "date": d.DATE, "time": d.TIME, "dateTime": d.DATETIME,
    "geopoint": d.GEOPOINT, "barcode": d.BARCODE,
}  # fmt: skip
_REFUSED: Final[Mapping[str, tuple[str, str]]] = {
    "audio": ("录音", "audio"), "video": ("录像", "video"), "file": ("文件", "files"), "osm": ("OSM 地图", "OSM"),
    "geotrace": ("线", "lines"), "geoshape": ("面", "areas"),
    "background-audio": ("后台录音", "audio in the background"),
    "xml-external": ("外部 XML", "external XML"),
}  # fmt: skip
_UNTOLD: Final = frozenset(
    ("phonenumber", "email", "simserial", "subscriberid", "start-geopoint", "background-geopoint")
)
"""What a browser does not tell, or not by itself: kept as a hidden question without an answer."""
_BIND: Final[Mapping[str, str]] = {
    "relevant": "relevant", "constraint": "constraint", "calculate": "calculation",
    "shangmen:raises": "raises", "shangmen:signer": "signer",
}  # fmt: skip
_LABELS: Final = {"jr:constraintMsg": "constraint_message", "jr:requiredMsg": "required_message"}
_KNOWN: Final = frozenset((
    "type", "name", "label", "hint", "bind", "control", "default", "choice_filter", "parameters", "trigger", "children",
    "itemset", "list_name", "choices", "actions", "_dynamic_default", "query", "columns",
))  # fmt: skip
_LOSSLESS: Final = frozenset(
    ("guidance_hint", "media", "instance", "save_to", "intent", "disabled", "autoplay", "flat")
)
"""Members that this program has nothing to do with: told as warnings."""
_CODES: Final = {"english": "en", "chinese": "zh", "中文": "zh", "简体中文": "zh", "default": "zh"}
_PARAMETERS: Final[Mapping[str, frozenset[str]]] = {
    d.RANGE: frozenset(("start", "end", "step")),
    d.IMAGE: frozenset(("max-pixels",)),
    d.SELECT_ONE: frozenset(("value", "label")),
    d.SELECT_MULTIPLE: frozenset(("value", "label")),
}
_POSTS: Final = {word.casefold(): str(one.value) for one in ROLE_CHOICES for word in (one.value, one.zh, *one.also)}
_BETWEEN: Final = re.compile(r"[\s,，、;；]+")
_LAST_SAVED: Final = "${last-saved#"
_SPECIFY: Final = "Specify other."
"""How pyxform asks which, after ``or_other``."""
DEEPEST_REPEAT: Final = 1
"""Repeats within one another. A row of a row does not fit a phone's width; the runtime itself would take it."""


class Translating:
    """Makes the body of a definition out of pyxform's."""

    def __init__(self, said: Mapping[str, Any], sheets: Sheets, beside: Mapping[str, bytes], faults: Faults) -> None:
        self.said = said
        self.sheets = sheets
        self.beside = beside
        self.faults = faults
        self.languages = self._languages()
        self.lists: dict[str, list[dict[str, Any]]] = {}

    def body(self) -> dict[str, Any]:
        """Return the body; what cannot be part of it is told."""
        said = self.said
        questions = self.questions(said.get("children", ()), "", 0)
        for name, rows in said.get("choices", {}).items():
            self.lists.setdefault(name, [self.choice(row, name) for row in rows])
        self.external_lists()
        self.csv_tables(questions)
        self.short_lists()
        self.named_with_blanks(questions)
        used = set(self._used(questions))
        return (
            {
                "v": d.FORMAT,
                "id": str(said.get("id_string") or ""),
                "version": self.sheets.settings.get("version", ""),
                "title": self.title(),
                "languages": list(self.languages.values()),
                "questions": questions,
                "choices": {name: rows for name, rows in self.lists.items() if name in used},
                "settings": self.settings(),
            }
            | ({"api": True} if yes_no.get(self.sheets.settings.get("api", "")) is True else {})
            | self.archive()
        )

    def title(self) -> dict[str, str]:
        """Return the form's title; XLSForm knows one language, ``form_title_en`` and the like say it in the others."""
        return self.labels(self.said.get("title") or self.said.get("id_string") or "") | self.in_languages("form_title")

    def in_languages(self, column: str) -> dict[str, str]:
        """Return what a column of the settings says: itself in the form's first language, ``column_en`` in another."""
        said, codes = self.sheets.settings, list(self.languages.values())
        found = {codes[0]: said[column]} if said.get(column) and column != "form_title" else {}
        return found | {code: said[f"{column}_{code}"] for code in codes if said.get(f"{column}_{code}")}

    # -- questions

    def questions(self, children: Any, above: str, repeats: int) -> list[dict[str, Any]]:
        """Return the questions of a group."""
        made = []
        for child in children:
            name = child.get("name", "")
            path = f"{above}/{name}" if above else name
            if name == "meta" and child.get("control", {}).get("bodyless"):
                self._meta(child)
            elif child.get("type") == "audit":
                self.warn(path, "type", "不记录填写过程（audit）", "how it is filled in is not recorded (audit)")
            elif child.get("type") == "csv-external":
                self.csv_list(f"{name}.csv", name, {}, path)
            else:
                made.append(self.question(child, path, repeats))
        return made

    def question(self, child: Mapping[str, Any], path: str, repeats: int) -> dict[str, Any]:
        """Return one question, group or repeat."""
        kind = self.type_of(child, path)
        if child.get("type") == "loop":
            child = _looped(child)
        made: dict[str, Any] = {"type": kind, "name": child.get("name", "")}
        self.texts(child, made)
        self.bind(child.get("bind", {}), made, path)
        self.known_word(made, "raises", RAISES, path)
        self.known_word(made, "signer", SIGNERS, path)
        self.control(child.get("control", {}), made, path)
        self.default(child, made, path)
        if child.get("choice_filter"):
            made["choice_filter"] = child["choice_filter"]
        if child.get("trigger"):
            made["trigger"] = list(child["trigger"])
        if kind in d.CHOOSING:
            made["list"] = self.list_of(child, path)
        self.parameters(child, made, kind, path)
        for member in child:
            if member in _LOSSLESS:
                self.warn(path, member, f"不使用 {member}", f"{member} is not used")
            elif member not in _KNOWN:
                self.warn(path, member, f"不认识「{member}」，不使用", f"“{member}” is not known and not used")
        if kind == d.REPEAT and repeats >= DEEPEST_REPEAT:
            self.refuse(path, "type", "重复组里不能再有重复组", "a repeat inside a repeat is not supported")
        if kind in d.HOLDERS:
            made["questions"] = self.questions(child.get("children", ()), path, repeats + (kind == d.REPEAT))
        return made

    def type_of(self, child: Mapping[str, Any], path: str) -> str:
        """Return our type of a question; a hidden one for what is refused, so that what refers to it is not told
        too."""
        said = str(child.get("type", ""))
        kind = said.removeprefix("uri:")
        if kind in _TYPES:
            return _TYPES[kind]
        known = QUESTION_TYPE_DICT.get(kind, {})
        bind, control = known.get("bind", {}), known.get("control", {})
        media = str(control.get("mediatype", "")).partition("/")[0]
        if media == "image":
            return d.IMAGE
        refused = (
            _REFUSED.get(kind)
            or _REFUSED.get({"application": "file"}.get(media, media))
            or _REFUSED.get(str(bind.get("type")))
        )
        if refused is not None:
            self.refuse(path, "type", f"不支持{refused[0]}", f"{refused[1]} are not supported")
        elif kind in _UNTOLD or bind.get("jr:preload") == "property":
            self.warn(path, "type", f"浏览器里得不到 {said}，留空", f"{said} is not known in a browser and stays empty")
        elif bind.get("type") in _BY_BIND and control.get("tag") == "input":
            return _BY_BIND[bind["type"]]
        else:
            self.refuse(path, "type", f"不支持题型「{said}」", f"the type “{said}” is not supported")
        return d.HIDDEN

    def known_word(self, made: dict[str, Any], member: str, known: tuple[str, ...], path: str) -> None:
        """Refuse a word of our own columns that nothing follows from; ``matter/breach`` is a matter of a class."""
        if member in made and made[member].partition("/")[0] not in known:
            said, listed = made[member], "、".join(known)
            self.refuse(path, member, f"不认识「{said}」，有：{listed}", f"“{said}” is none of: {', '.join(known)}")
            made.pop(member)

    def texts(self, child: Mapping[str, Any], made: dict[str, Any]) -> None:
        for member in ("label", "hint"):
            if labels := self.labels(child.get(member)):
                made[member] = labels
        if child.get("label") == _SPECIFY and not self.sheets.is_written(made["name"]):
            made["label"] = self._ours("请说明", "Please say which")

    def bind(self, bind: Mapping[str, Any], made: dict[str, Any], path: str) -> None:
        for name, value in bind.items():
            if name == "shangmen:private":
                # Among the parameters, which apps of before take as they are: they refuse members they do not know.
                if yes_no.get(value) is True:
                    made["parameters"] = {"private": "yes"}
            elif name in _BIND:
                made[_BIND[name]] = str(value)
            elif name in _LABELS:
                made[_LABELS[name]] = self.labels(value)
            elif name in ("required", "readonly"):
                if truth := _truth(value):
                    made[name] = truth
            elif name.startswith("entities:"):
                self.warn(path, "save_to", "不使用实体（entities）", "entities are not used")
            elif not name.startswith(("jr:preload", "type", "jr:noAppErrorString", "orx:max-pixels")):
                self.warn(path, f"bind::{name}", f"不使用 {name}", f"{name} is not used")

    def control(self, control: Mapping[str, Any], made: dict[str, Any], path: str) -> None:
        for name, value in control.items():
            if name == "appearance":
                made["appearance"] = str(value)
            elif name == "jr:count":
                made["count"] = str(value)
            elif name not in ("start", "end", "step", "bodyless", "tag", "mediatype", "rows"):
                self.warn(path, f"body::{name}", f"不使用 {name}", f"{name} is not used")

    def default(self, child: Mapping[str, Any], made: dict[str, Any], path: str) -> None:
        value = str(child.get("default", ""))
        if not value:
            return
        if _LAST_SAVED in value:
            self.warn(path, "default", "不带入上次填写的值（last-saved）", "last-saved is not used: it begins empty")
        elif child.get("_dynamic_default") or default_is_dynamic(value, child.get("type")):
            made["initial"] = value
        elif made["type"] == d.IMAGE:
            self.warn(path, "default", "照片没有默认值", "a photo has no default")
        else:
            made["default"] = value

    def parameters(self, child: Mapping[str, Any], made: dict[str, Any], kind: str, path: str) -> None:
        said = _parameters_of(child)
        known = _PARAMETERS.get(kind, frozenset())
        for name in sorted(said.keys() - known):
            self.warn(path, "parameters", f"不使用参数 {name}", f"the parameter {name} is not used")
        kept = {name: value for name, value in said.items() if name in known}
        if kept and kind not in d.CHOOSING:
            made["parameters"] = made.get("parameters", {}) | kept

    # -- choices

    def list_of(self, child: Mapping[str, Any], path: str) -> str:
        """Return the name of a question's list, and keep the list."""
        itemset = str(child.get("itemset") or child.get("list_name") or "")
        if itemset.startswith("${"):
            self.refuse(path, "type", "不支持从重复组里选择", "choosing among the rows of a repeat is not supported")
            return self.keep_list("", [{"name": "x"}])
        if itemset.rpartition(".")[2].lower() in ("csv", "xml", "geojson"):
            return self.csv_list(itemset, itemset.rpartition(".")[0], _parameters_of(child), path)
        if itemset not in self.lists and "choices" in child:
            self.lists[itemset] = [self.choice(row, itemset) for row in child["choices"]]
        return itemset

    def choice(self, row: Mapping[str, Any], list_: str) -> dict[str, Any]:
        """Return one choice."""
        name = str(row.get("name", ""))
        made: dict[str, Any] = {"name": joined(name)}
        if labels := self.labels(row.get("label")):
            made["label"] = labels
        if name == "other" and not self.sheets.row_of_list(list_, name):
            made["label"] = self._ours("其他", "Other")
        for column, value in row.items():
            if column == "media":
                self.choice_media(value, list_, made)
            elif column not in ("name", "label") and not column.startswith("__") and isinstance(value, str):
                made[column] = value
        return made

    def choice_media(self, media: Any, list_: str, made: dict[str, Any]) -> None:
        """Keep the picture of a choice; the same for every language. Sounds and films are left out."""
        at, said = self.sheets.row_of_list(list_, made["name"]), media if isinstance(media, Mapping) else {}
        names = said.get("image") or ""
        file = str(next(iter(names.values()), "") if isinstance(names, Mapping) else names)
        if file and file not in self.beside:
            self.faults.warn(CHOICES, at, "media::image", f"没有附上图片 {file}", f"the picture {file} was not given")
        elif file:
            found = pictures.small(self.beside[file])
            if found is None:
                self.faults.warn(CHOICES, at, "media::image", f"{file} 不是图片", f"{file} is no picture")
            else:
                made[pictures.PICTURE] = found
        for name in said:
            if name not in ("image", "big-image"):
                self.faults.warn(CHOICES, at, f"media::{name}", f"不使用 {name}", f"{name} is not used")

    def csv_list(self, file: str, name: str, parameters: Mapping[str, Any], path: str) -> str:
        """Keep a table beside the form as a list; the file must have been given."""
        content = self.beside.get(file)
        if content is None or not file.lower().endswith(".csv"):
            self.refuse(path, "type", f"没有附上文件 {file}（只收 CSV）", f"the file {file} was not given (CSV only)")
            return self.keep_list(name, [{"name": "x"}])
        value, label = str(parameters.get("value", "name")), str(parameters.get("label", "label"))
        try:
            rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        except (UnicodeDecodeError, csv.Error) as fault:
            self.refuse(
                path,
                "type",
                f"{file} 读不出来（要 UTF-8 的 CSV）：{fault}",
                f"{file} can't be read (a CSV in UTF-8): {fault}",
            )
            return self.keep_list(name, [{"name": "x"}])
        made = []
        for row in rows:
            columns = {key: one for key, one in row.items() if isinstance(key, str) and isinstance(one, str)}
            name_ = columns.get(value) or next(iter(columns.values()), "")
            made.append(
                {**columns, "name": "_".join(name_.split()) or "_", "label": self.labels(columns.get(label, ""))}
            )
        return self.keep_list(name, made)

    def keep_list(self, name: str, rows: list[dict[str, Any]]) -> str:
        self.lists.setdefault(name, rows)
        return name

    def external_lists(self) -> None:
        """Keep the lists of ``select_one_external`` as any other."""
        for row in self.sheets.external:
            labels = {key.partition("::")[2]: text for key, text in row.items() if key.partition("::")[0] == "label"}
            label = labels[""] if "" in labels else {name: labels.get(name.lower(), "") for name in self.languages}
            columns = {key: one for key, one in row.items() if key.partition("::")[0] not in ("label", "list_name")}
            choice = {**columns, "name": joined(row.get("name", "")), "label": self.labels(label)}
            self.lists.setdefault(listed(row), []).append(choice)

    def csv_tables(self, questions: list[dict[str, Any]]) -> None:
        """Keep the tables beside the form that its expressions look things up in."""
        text = str(questions)
        for file in self.beside:
            stem = file.rpartition(".")[0]
            if file.lower().endswith(".csv") and stem not in self.lists and re.search(_naming(stem), text):
                self.csv_list(file, stem, {}, "")

    def short_lists(self) -> None:
        """Refuse lists that are too long for a phone, and go on with their beginning."""
        for name, rows in self.lists.items():
            if len(rows) > d.MOST_CHOICES:
                self.faults.refuse(
                    CHOICES, self.sheets.row_of_list(name), "list_name",
                    f"「{name}」有 {len(rows)} 个选项，最多 {d.MOST_CHOICES} 个；更多的请用 pulldata 查表",
                    f"“{name}” has {len(rows)} choices, at most {d.MOST_CHOICES} are taken; look up more with pulldata",
                )  # fmt: skip
                del rows[10:]

    def named_with_blanks(self, questions: list[dict[str, Any]]) -> None:
        """Refuse a choice with blanks in its name that an expression names: it would never be the answer."""
        text = str(questions)
        for row in self.sheets.choices:
            name = row.get("name", "")
            if joined(name) != name and (f"'{name}'" in text or f'"{name}"' in text):
                self.faults.refuse(
                    CHOICES, self.sheets.row_of_list(listed(row), name), "name",
                    f"公式里用到选项「{name}」，名称不能含空格",
                    f"an expression names “{name}”, which has blanks in it",
                )  # fmt: skip

    def _used(self, questions: list[dict[str, Any]]) -> Iterator[str]:
        text = str(questions)
        for one in _flat(questions):
            yield from [one["list"]] if "list" in one else []
        yield from (name for name in self.lists if re.search(_naming(name), text))

    # -- languages and settings

    def labels(self, said: Any) -> dict[str, str]:
        """Return a text by our codes of languages; one without a language is in the form's first."""
        if not said:
            return {}
        if not isinstance(said, Mapping):
            return {next(iter(self.languages.values())): str(said)}
        return {self.languages[name]: str(text) for name, text in said.items() if text and name in self.languages}

    def _ours(self, zh: str, en: str) -> dict[str, str]:
        """Return what pyxform adds in English only, for ``or_other``, in the form's languages."""
        known = list(self.languages.values())
        found = {code: text for code, text in (("zh", zh), ("en", en)) if code in known}
        return found or {known[0]: en}

    def _languages(self) -> dict[str, str]:
        """Return the code of each language as the workbook names them, its first one first."""
        names = dict.fromkeys(_languages_in(self.said))
        first = self.said.get("default_language")
        names = dict.fromkeys([*([first] if first in names else []), *names]) or {"default": None}
        codes: dict[str, str] = {}
        for name in names:
            found = re.search(r"\(([A-Za-z][\w-]{1,10})\)\s*$", name)
            code = found[1].lower() if found else _CODES.get(name.strip().lower(), name.strip().lower()[:40])
            codes[name] = code if code not in codes.values() else name
        return codes

    def settings(self) -> dict[str, Any]:
        """Return the settings that make a form a step of a case."""
        said, made = self.sheets.settings, dict[str, Any]()
        for name in ("case", "step"):
            if said.get(name):
                made[name] = said[name]
        if said.get("after"):
            made["after"] = said["after"].replace(",", " ").split()
        if said.get("ends"):
            made["ends"] = bool(yes_no.get(said["ends"], False))
        if posts := self.posts(said.get("posts", "")):
            made["posts"] = posts
        if group := self.in_languages("group"):
            made["group"] = group
        for name in ("public_key", "submission_url", "instance_name"):
            if said.get(name):
                self.faults.warn(SETTINGS, 2, name, f"不使用 {name}", f"{name} is not used")
        return made

    def archive(self) -> dict[str, int]:
        """Return the class of a household's archive that the form is filed in (S): its number, or its name."""
        said = self.sheets.settings.get("archive", "").strip()
        if not said:
            return {}
        names = {zh: number for number, (zh, _) in enumerate(CLASSES, 1)}
        number = int(said) if said.isascii() and said.isdecimal() else names.get(said, 0)
        if number not in NUMBERS:
            zh = "、".join(f"{one} {name}" for name, one in names.items())
            self.faults.refuse(
                SETTINGS, 2, "archive", f"没有档案类别「{said}」，有：{zh}",
                f"there is no class “{said}” of the archive; there are 1 to {len(CLASSES)}",
            )  # fmt: skip
            return {}
        return {"archive": number}

    def posts(self, said: str) -> list[str]:
        """Return the posts that find the form on their phones, as ``app.domain.roles`` names them; an office may write
        them in Chinese, as in the estate's workbook."""
        made = []
        for word in _BETWEEN.split(said.strip()):
            post = _POSTS.get(word.casefold())
            if word and post is None:
                zh, en = "、".join(one.zh for one in ROLE_CHOICES), ", ".join(roles.ROLES)
                self.faults.refuse(
                    SETTINGS, 2, "posts", f"不认识岗位「{word}」，有：{zh}", f"“{word}” is no post; there are: {en}"
                )
            elif post is not None and post not in made:
                made.append(post)
        return made

    # -- faults

    def refuse(self, path: str, member: str, zh: str, en: str) -> None:
        """Note what keeps the form from being published, at a question."""
        self.faults.refuse(SURVEY, self.sheets.row_of(path), self.sheets.heading(member), zh, en)

    def warn(self, path: str, member: str, zh: str, en: str) -> None:
        """Note what is left out, at a question."""
        self.faults.warn(SURVEY, self.sheets.row_of(path), self.sheets.heading(member), zh, en)

    def _meta(self, meta: Mapping[str, Any]) -> None:
        for child in meta.get("children", ()):
            if child.get("type") in ("entity", "audit") or child.get("name") in ("entity", "audit"):
                self.faults.warn("", 0, "", f"不使用 {child['name']}", f"{child['name']} is not used")


def _looped(child: Mapping[str, Any]) -> dict[str, Any]:
    """Return a loop over a list as what it stands for: a group for each choice with the same questions in it, which
    may name it (``%(name)s``, ``%(label)s``)."""

    def named(said: Any, of: Mapping[str, Any], language: str | None = None) -> Any:
        if isinstance(said, Mapping):
            return {key: named(value, of, key) for key, value in said.items()}
        if not isinstance(said, str):
            return said
        label = of.get("label", "")
        spoken = label.get(language, next(iter(label.values()), "")) if isinstance(label, Mapping) else label
        return said.replace("%(name)s", str(of["name"])).replace("%(label)s", str(spoken))

    columns = [one for one in child.get("columns", ()) if one["name"] != "none"]
    groups = [
        {
            "type": "group", "name": one["name"], "label": one.get("label", ""),
            "children": [
                {key: named(value, one) for key, value in kid.items()} for kid in child.get("children", ())
            ],
        }
        for one in columns
    ]  # fmt: skip
    return {key: value for key, value in child.items() if key != "columns"} | {"children": groups}


def _parameters_of(child: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters of a question; pyxform leaves those of some types as they were written."""
    said = child.get("parameters") or {}
    if not isinstance(said, Mapping):
        said = dict(part.partition("=")[::2] for part in str(said).split())
    return {str(name): str(value) for name, value in said.items()}


def _truth(value: Any) -> str:
    """Return ``required`` and ``readonly`` as an expression; "" for no."""
    known = yes_no.get(value) if isinstance(value, str) else value
    if isinstance(known, bool):
        return "true()" if known else ""
    return str(value)


def _flat(questions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in questions:
        yield one
        yield from _flat(one.get("questions", []))


def _languages_in(said: Any) -> Iterator[str]:
    if isinstance(said, Mapping):
        for key, value in said.items():
            if key in ("label", "hint", "jr:constraintMsg", "jr:requiredMsg") and isinstance(value, Mapping):
                yield from value
            else:
                yield from _languages_in(value)
    elif isinstance(said, list):
        for one in said:
            yield from _languages_in(one)


def _naming(list_: str) -> str:
    return rf"(?:instance|pulldata)\(\s*\\?['\"]{re.escape(list_)}\\?['\"]"
