"""Pages written as Markdown files again, so that an office goes on from what is in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.domain.rules.handbook import WITHIN_DAYS
from sync_server.handbook.pages import Draft, File


def as_files(page: Draft, numbers: Mapping[str, str]) -> Iterator[File]:
    """Yield a file for each language of a page: ``zh/phones.md``, ``en/phones.md``. ``numbers``: those of the staff, by
    id; somebody without one is left out."""
    people = [numbers[one] for one in page.must_people if one in numbers]
    lists = {
        "用于": page.about, "标签": page.tags, "岗位": page.posts, "必读": (*page.must_read, *people),
    }  # fmt: skip
    settings = [f"类别: {page.kind}"]
    settings += [f"顺序: {page.order}"] if page.order else []
    settings += [f"{name}: {', '.join(words)}" for name, words in lists.items() if words]
    settings += [f"期限: {page.days}"] if page.days != WITHIN_DAYS else []
    first = "zh" if "zh" in page.text else next(iter(page.text))
    for language, text in page.text.items():
        title = page.title.get(language) or next(iter(page.title.values()))
        head = ["---", f"编号: {page.page}", f"标题: {title}", *(settings if language == first else []), "---", ""]
        yield File(f"{language}/{page.page}.md", ("\n".join(head) + text + "\n").encode())
