"""The page on which a household answers the survey by itself, as HTML (F2). It works without scripts; whatever people
wrote stands in it as text, and nothing in it says who lives there."""

from __future__ import annotations

from html import escape
from typing import Final

from app.domain.forms import Filling
from sync_server.door.page import STYLE, dialled, whole
from sync_server.door.questions import Asking
from sync_server.door.words import EN
from sync_server.store.subjects.survey_round.links import SOURCE, Home

MOST: Final = 2_000
"""Most characters of one answer."""
WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("满意度调查", "Satisfaction survey"),
    "from": ("{address}", "{address}"),
    "says": ("5 分最满意，1 分最不满意。大约两分钟。", "5 is best, 1 is worst. It takes about two minutes."),
    "send": ("提交", "Send"),
    "privacy": (
        "每户只算一份。您写的意见由物业逐条答复，只给本小区物业人员看。",
        "One sheet counts for each household. Your remarks are answered one by one; only your estate's staff see them.",
    ),
    "problem": ("还差一点，请补上标红的题。", "Almost done: please look at the questions marked in red."),
    "required": ("请选一个或填写。", "Please answer this."),
    "thanks": ("谢谢，已收到", "Thank you, we have it"),
    "thanks_says": (
        "您家这次的调查已经收到，不用再填。还有要说的，请直接打电话。",
        "The answer of your home has arrived; there is nothing more to do. If there is more to say, please call.",
    ),
    "void": ("这个网址不能用了", "This address is not in use"),
    "void_says": (
        "调查可能已经截止，或者网址不完整。请问您的管家，或到物业前台。",
        "The survey may be closed, or the address is not complete. Please ask your steward, or come to the desk.",
    ),
}


def form(language: str, home: Home, filling: Filling, *, asked: bool = False) -> str:
    """Return the page that asks; ``asked``: somebody tried to send it, so what lacks or is wrong says so."""
    wrong = {place.path: str(problem.details.get(f"why_{language}") or _t(language, "required"))
             for place, problem in filling.troubles()} if asked else {}  # fmt: skip
    asking = Asking(language, filling, wrong, frozenset((SOURCE,)), scale=True, longest=MOST)
    said = [
        f"<h1>{_t(language, 'title')}</h1>",
        f'<p class="where">{escape(home.address)}</p>',
        f"<p>{_t(language, 'says')}</p>",
        f'<p class="problem" role="alert">{_t(language, "problem")}</p>' if wrong else "",
        '<form method="post" autocomplete="off">',
        *asking.below(filling.root),
        f'<button class="main">{_t(language, "send")}</button></form>',
        f'<p class="quiet">{_t(language, "privacy")}</p>',
    ]
    return _page(language, home.estate_name, "".join(said))


def told(language: str, name: str, estate: str = "", phone: str = "") -> str:
    """Return the page that says that it arrived (``thanks``), or that the address is not in use (``void``)."""
    mark = '<div class="done" aria-hidden="true">✓</div>' if name == "thanks" else ""
    call = f'<p class="call"><a href="tel:{escape(dialled(phone))}">☎ {escape(phone)}</a></p>' if phone else ""
    return _page(language, estate, f"{mark}<h1>{_t(language, name)}</h1><p>{_t(language, f'{name}_says')}</p>{call}")


def _t(language: str, name: str) -> str:
    return escape(WORDS[name][language == EN])


def _page(language: str, estate: str, content: str) -> str:
    return whole(language, estate, f"{estate} {WORDS['title'][language == EN]}", STYLE, content)
