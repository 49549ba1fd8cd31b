"""Who may do what: role × verb × scope, as one table generated from the rules themselves (docs/rights.md).

``ENDPOINTS`` says for every endpoint of the interface how far each role reaches; tests call every endpoint as every
role, with and without its own data, and compare. ``kinds`` says who may make entries of a kind, ``access`` who reads
which scope: this module asks them and decides nothing itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.domain import roles
from app.domain.rules.archive import classes_of
from app.domain.rules.scopes import building_scope, file_scope, scopes_of, staff_scope
from app.domain.subjects import SUBJECTS, access, kinds
from app.domain.subjects.tagging import KEEPERS
from sync_server.store.reports.catalog import REPORTS

ALL, SCOPE, OWN, NONE = "all", "scope", "own", "none"
"""How far a role reaches: everybody's data, that of one's scopes, only one's own, nothing."""

ANYONE, SIGNED_IN, SYSTEM_KEY, EITHER = "anyone", "signed in", "system", "signed in or system"
"""Who may call an endpoint: anybody, a signed-in person, another system by its key, or one of the latter two."""

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "rights.md"


@dataclass(frozen=True)
class Endpoint:
    """One endpoint: who may call it, and how far each role reaches. ``does`` describes it in a few words."""

    method: str
    path: str
    let_in: str
    does: str
    reach: Callable[[str], str] | None = None

    def of(self, role: str) -> str:
        """Return how far somebody with this role alone reaches."""
        return ALL if self.reach is None else self.reach(role)


def _scope(_role: str) -> str:
    return SCOPE


def _own(_role: str) -> str:
    return OWN


def _devices(role: str) -> str:
    return ALL if access.may_manage_devices((role,)) else OWN


def _looks(role: str) -> str:
    return ALL if access.may_see_looks((role,)) else NONE


def _export(role: str) -> str:
    return OWN if classes_of((role,)) else NONE


def _registers(role: str) -> str:
    return OWN if access.may_bring_registers_in((role,)) else NONE


def _labels(role: str) -> str:
    return SCOPE if role in KEEPERS else NONE


def _news(role: str) -> str:
    return SCOPE if access.may_see_news((role,)) else NONE


def _change_news(role: str) -> str:
    return SCOPE if access.may_change_news((role,)) else NONE


def _forms(role: str) -> str:
    return SCOPE if access.may_publish_forms((role,)) else NONE


def _read_pages(_role: str) -> str:
    return ALL


def _pages(role: str) -> str:
    return SCOPE if access.may_publish_pages((role,)) else NONE


def _published_forms(_role: str) -> str:
    return ALL


def _visits(role: str) -> str:
    return SCOPE if role in roles.VISITORS else NONE


def _outcomes(role: str) -> str:
    return SCOPE if role in roles.OVERSEERS else OWN


def _sheets(role: str) -> str:
    return SCOPE if role == roles.STEWARD or role in roles.OVERSEERS else NONE


def _overseen(role: str) -> str:
    return SCOPE if role in roles.OVERSEERS else NONE


def _bills(role: str) -> str:
    return SCOPE if role in roles.BILLERS else NONE


def _reports(role: str) -> str:
    return SCOPE if any(role in report.readers for report in REPORTS.values()) else NONE


def _codes(role: str) -> str:
    led = [held for held in roles.ROLES if _may_make_code(role, held)]
    return NONE if not led else ALL if len(led) == len(roles.ROLES) else SCOPE


ENDPOINTS: Final = (
    Endpoint("GET", "/v1/health", ANYONE, "is it up, which protocol"),
    Endpoint("POST", "/v1/sign-in", ANYONE, "sign in by password; slowed per name, device and address"),
    Endpoint("POST", "/v1/join", ANYONE, "sign in by a one-time code; slowed per address"),
    Endpoint("POST", "/v1/join-codes", SIGNED_IN, "make a one-time code for a person (below)", _codes),
    Endpoint("POST", "/v1/sign-out", SIGNED_IN, "end this sign-in", _own),
    Endpoint("GET", "/v1/me", SIGNED_IN, "who am I, what may I see", _own),
    Endpoint("GET", "/v1/devices", SIGNED_IN, "list devices", _devices),
    Endpoint("POST", "/v1/devices", SIGNED_IN, "a new number for this phone", _own),
    Endpoint("POST", "/v1/devices/{device_id}/revoke", SIGNED_IN, "end a device", _devices),
    Endpoint("GET", "/v1/households/{household_id}/looks", SIGNED_IN, "who looked at an archive (S)", _looks),
    Endpoint("GET", "/v1/households/{household_id}/export", SIGNED_IN, "by one's approved request (S5)", _export),
    Endpoint("POST", "/v1/sync", SIGNED_IN, "push entries (below), pull what one's scopes hold", _scope),
    Endpoint("GET", "/v1/first-pull/{name}", SIGNED_IN, "one's own first pull as one file", _own),
    Endpoint("POST", "/v1/wait", SIGNED_IN, "hear that one's scopes hold something new, not what", _scope),
    Endpoint("POST", "/v1/blobs", SIGNED_IN, "send several small ones that one's own entries name", _own),
    Endpoint("HEAD", "/v1/blobs/{digest}", SIGNED_IN, "how much of it has come in", _own),
    Endpoint("PATCH", "/v1/blobs/{digest}", SIGNED_IN, "send what one's own entry names", _own),
    Endpoint("GET", "/v1/blobs/{digest}", SIGNED_IN, "a picture, a signature", _scope),
    Endpoint("GET", "/v1/tickets/{ticket_id}", EITHER, "a ticket's result", _scope),
    Endpoint("GET", "/v1/tickets/{ticket_id}/paper", SIGNED_IN, "print a ticket in its four copies (A.8)", _scope),
    Endpoint("GET", "/v1/follow-ups/record.pdf", SIGNED_IN, "print 《客户回访记录》 of a month (D.6)", _overseen),
    Endpoint("GET", "/v1/cases/{case_id}/papers", SIGNED_IN, "what can be printed of a case", _scope),
    Endpoint("GET", "/v1/cases/{case_id}/paper", SIGNED_IN, "print a filled form, or a paper made of it (A.8)", _scope),
    Endpoint("GET", "/v1/subjects/{subject_type}/{subject_id}/paper", SIGNED_IN, "print any other record", _scope),
    Endpoint("GET", "/v1/bills", SIGNED_IN, "a billing month's repairs as a file (A.8)", _bills),
    Endpoint("GET", "/v1/reports", EITHER, "which reports one may read (W)", _reports),
    Endpoint("GET", "/v1/reports/{name}", EITHER, "a report of a period, as data, workbook or PDF (W)", _reports),
    Endpoint("GET", "/v1/subjects/{subject_type}/{subject_id}/verify", EITHER, "verify any record", _scope),
    Endpoint("GET", "/v1/tickets/{ticket_id}/verify", EITHER, "the same of a ticket, as older programs ask", _scope),
    Endpoint("GET", "/v1/visits/{visit_id}/verify", SIGNED_IN, "the same of a visit", _scope),
    Endpoint("GET", "/v1/things/{thing_id}/verify", EITHER, "the same of a key or lent thing", _scope),
    Endpoint("GET", "/v1/things/overdue", EITHER, "keys and lent things that should be back (G.2)", _scope),
    Endpoint("GET", "/v1/things/entrusted.pdf", SIGNED_IN, "print the register of entrusted keys (Y 17)", _scope),
    Endpoint("GET", "/v1/things/{thing_id}", EITHER, "a key's page: where it is, its chain of hands (G.2)", _scope),
    Endpoint("GET", "/v1/clocks", EITHER, "on time or not, by month: the list and its figures (A, W)", _outcomes),
    Endpoint("GET", "/v1/rounds/{building_id}", SIGNED_IN, "print a building's doors for a round (E.1)", _visits),
    Endpoint("GET", "/v1/surveys/links/{household_id}", SIGNED_IN, "where a household answers by itself (F2)", _sheets),
    Endpoint("GET", "/v1/surveys/report", SIGNED_IN, "a round of the survey as a file (F4)", _overseen),
    Endpoint("GET", "/v1/follow-ups/rates", EITHER, "how a month's follow-ups went, by person (D.6)", _overseen),
    Endpoint("GET", "/v1/jobs/register", SIGNED_IN, "print the register of job numbers of a day (B.6)", _overseen),
    Endpoint("GET", "/v1/duties", EITHER, "who owes what, by month: the list and its figures (D.1, E)", _outcomes),
    Endpoint("POST", "/v1/labels", SIGNED_IN, "print tags: fresh ones, and those that hang in one's scope", _labels),
    Endpoint("POST", "/v1/registers", SIGNED_IN, "upload the office's register of households", _registers),
    Endpoint(
        "GET",
        "/v1/registers/{register_id}",
        SIGNED_IN,
        "how far it is, what is asked, what it would change",
        _registers,
    ),
    Endpoint("GET", "/v1/registers/{register_id}/lines", SIGNED_IN, "list what it would change", _registers),
    Endpoint("POST", "/v1/registers/{register_id}/answers", SIGNED_IN, "say which column is what", _registers),
    Endpoint("POST", "/v1/registers/{register_id}/confirm", SIGNED_IN, "bring it in", _registers),
    Endpoint("GET", "/v1/news", SIGNED_IN, "what was sent outside the app, by which channels and rules", _news),
    Endpoint("POST", "/v1/news/test", SIGNED_IN, "send a test message by a channel", _news),
    Endpoint("POST", "/v1/news/channels", SIGNED_IN, "add or change a channel of news", _change_news),
    Endpoint("POST", "/v1/news/channels/remove", SIGNED_IN, "remove one", _change_news),
    Endpoint("POST", "/v1/news/rules", SIGNED_IN, "change a rule of news, or add one (all estates')", _change_news),
    Endpoint("POST", "/v1/news/rules/reset", SIGNED_IN, "go back to the program's own", _change_news),
    Endpoint("GET", "/v1/forms", SIGNED_IN, "which forms were published, of one's estates", _published_forms),
    Endpoint("GET", "/v1/forms/{digest}", SIGNED_IN, "a form's definition, ended ones too", _published_forms),
    Endpoint("POST", "/v1/forms/check", SIGNED_IN, "tell what is wrong with a form before it is published", _forms),
    Endpoint("POST", "/v1/forms", SIGNED_IN, "publish a form for an estate, or for all of one's estates", _forms),
    Endpoint("POST", "/v1/forms/withdraw", SIGNED_IN, "withdraw a form", _forms),
    Endpoint("GET", "/v1/handbook", SIGNED_IN, "the pages that one reads, with their versions", _read_pages),
    Endpoint("GET", "/v1/handbook/{page_id}/{version}", SIGNED_IN, "a version of one, ended ones too", _read_pages),
    Endpoint("POST", "/v1/handbook/check", SIGNED_IN, "tell what is wrong with pages", _pages),
    Endpoint("POST", "/v1/handbook", SIGNED_IN, "publish pages for an estate, or for all of one's estates", _pages),
    Endpoint("POST", "/v1/handbook/withdraw", SIGNED_IN, "withdraw a page", _pages),
    Endpoint("GET", "/v1/forms/{form_id}/answers", EITHER, "what was filled in, of cases one sees", _published_forms),
    Endpoint("GET", "/v1/forms/{form_id}/answers.xlsx", SIGNED_IN, "the same as a workbook", _published_forms),
    Endpoint("GET", "/v1/forms/{form_id}/answers.pdf", SIGNED_IN, "the same as pages of rows (Y1)", _published_forms),
    Endpoint("POST", "/v1/forms/{form_id}/answers", SYSTEM_KEY, "fill in a form that says that systems may"),
    Endpoint("POST", "/v1/tickets", SYSTEM_KEY, "create a ticket"),
    Endpoint("GET", "/v1/tickets", SYSTEM_KEY, "find a ticket by the system's own number"),
)
"""Every endpoint. A test fails for a route that is not here, and for a line here without a route."""

ROLE_WORDS: Final[Mapping[str, str]] = {
    roles.STEWARD: "管家 steward",
    roles.REPAIR_WORKER: "维修工 repair worker",
    roles.ENGINEERING_SUPERVISOR: "工程主管 engineering supervisor",
    roles.SERVICE_SUPERVISOR: "客服主管 service supervisor",
    roles.DESK: "前台 desk",
    roles.FINANCE: "财务 finance",
    roles.ADMIN: "管理员 admin",
    roles.MANAGER: "项目经理 manager",
    roles.ENVIRONMENT_SUPERVISOR: "环境主管 environment supervisor",
    roles.CLEANING_LEAD: "保洁领班 cleaning lead",
    roles.CLEANER: "保洁员 cleaner",
    roles.GUARD: "秩序员 guard",
    roles.ARCHIVIST: "档案管理员 archivist",
    roles.CULTURE_CLERK: "社区文化文员 culture clerk",
}
_REACH_WORDS: Final[Mapping[str, str]] = {ALL: "全部 all", SCOPE: "范围内 scope", OWN: "本人 own", NONE: "–"}
_LET_IN_WORDS: Final[Mapping[str, str]] = {
    ANYONE: "anybody",
    SIGNED_IN: "a person's token",
    SYSTEM_KEY: "another system's key",
    EITHER: "a token, or a system's key (then: all tickets and keys)",
}


_HEAD: Final = """\
# Who may do what

Role × verb × scope, written by `python3 dev.py rights` from the rules themselves (`app/domain/subjects/access.py`,
`app/domain/subjects/kinds.py`, `sync_server/rights.py`). A test fails when this page is out of date, and others ask
every endpoint as every role for what is theirs and what is not. Whoever holds several roles may what any of them may.
What is not yours and what does not exist get the same answer.

A company may have several estates 小区 on one server. A role is held in an estate, and reaches that one's records,
doors, people and devices alone: somebody may be a steward in one and at the desk of another, and is in each what they
are there. To everybody else nothing of an estate is there. A one-time code signs in with all posts of its person, so
whoever makes it may do so in each of that person's estates. Another system's key is the company's: it reaches all.

## What each role reads
"""
_SCOPES: Final = """
`estate`: the estate, buildings, staff directory and price list; no resident. `all`: every ticket, visit, key, unit,
household and person. `building`: the same of one building. `self`: tickets and visits one opened or is assigned;
keys and lent things one took in or holds now, or that were lent for one's ticket.
`finance`: tickets from done on (A.8). `environment`: what the environment department is asked to do (B.8). `gate`:
permits, passes and visitors, which guards check (K.3, N), and households' emergency contacts (Y4). `care`: who needs
special care, and the calls to them (P3), which is in neither `all` nor `self`. `archive:…`: the papers of the classes
that a post reads of households' archives (S2), which are in neither of these, either; the steward of a building has
those of the classes that stewards read.
`staff_files`: training, marks and warnings (V5), which nobody else reads but whose they are; `file`: one's own, for
the desk. In each estate but the first they end with its key: `all@KEY`. Rights are looked up at each request, not at
sign-in.

## Endpoints
"""
_ENTRIES: Final = """
## Entries

Who may make them, about what is, or once was, in their scope (late work on a ticket that was reassigned meanwhile is
taken and flagged). `ticket_opened`: stewards in their own buildings or outside of all, everybody else but finance
anywhere. `visited`, `entrusted`, `place_named`: in one's own buildings, the overseers anywhere. Nobody may name a
building that the door is not in. `amended`: one's own entry; overseers anybody's. `signed` as supervisor: the
engineering supervisor alone (A.4). A kind this version does not know: anybody, within their scope; it has no effect
here.

Jobs (B): the desk and the heads of departments send them, anywhere; **anybody** on the staff receives one, and does
what a receiver does. A job shows to the overseers, to who sent it, to who has it, to who must decide on it, and to the
environment department where it answers for it. `job_confirmed` and `job_sent_back`: who leads the department that the
entry names (B.8). `job_decided`: whom an escalation named, the manager and the administrator (B.2). No correction gives
a job to somebody else or puts it off.

Keys and lent things (G.1-G.4): whoever keeps them (stewards those of their buildings, the overseers all) takes them in,
lends them out, prolongs a loan and gives them back, and hangs tags. Whoever **holds** one may hand it over and return
it, and nothing else: who keeps none, from their own hands (G.2). The company's own things are stocked, written off
and found again by the overseers alone, who also settle what two phones said of one key. A thing shows to the overseers,
to the steward of its building, to whoever took it in, and while it is out to its holder and to the worker whose ticket
it was lent for; it leaves their phones when it is back. Each step is signed by both sides; anybody but finance, who has
no keys, may take these two signatures down. A rack count shows to who counted and to the overseers.

Papers of archives (S): each in one class, and who reads the class (`app/domain/rules/archive.py`) sees it, whoever
filed it. One files, and moves to, a class that one reads. `loan_decided` and `destruction_decided` are another
person's than whose request they answer; otherwise the entry is kept and flagged, and no decision of the desk lets it
count.
"""
_CODES: Final = """
## One-time codes

Who may make one for a person whose only role is … (for themselves whoever makes codes at all):
"""


def page() -> str:
    """Return the page's text: scopes, endpoints, entries, one-time codes."""
    held = tuple(ROLE_WORDS[role] for role in roles.ROLES)
    endpoints = [
        (f"`{one.method} {one.path}`", one.does, _LET_IN_WORDS[one.let_in], *(_reach(one, r) for r in roles.ROLES))
        for one in ENDPOINTS
    ]
    entries = [
        (
            f"`{kind.name}`",
            about,
            *("✓" if _may_make(role, kind.name, about) else "" for role in roles.ROLES),
            "✓" if roles.SYSTEM in kind.roles else "",
        )
        for kind in kinds.KINDS.values()
        for about in (_signed_about() if kind.name == "signed" else [kind.subject or "any"])
    ]
    codes = [
        (ROLE_WORDS[maker], *("✓" if _may_make_code(maker, r) else "" for r in roles.ROLES)) for maker in roles.ROLES
    ]
    parts = (
        _HEAD,
        _table(("role", "scopes"), [(ROLE_WORDS[role], _scopes(role)) for role in roles.ROLES]),
        _SCOPES,
        _table(("endpoint", "what", "let in", *held), endpoints),
        _ENTRIES,
        _table(("kind", "about", *held, "server"), entries),
        _CODES,
        _table(("made by", *held), codes),
    )
    return "\n".join(parts) + "\n"


def _signed_about() -> list[str]:
    """Return the types of record on which something is signed; those for which the same roles record signatures are
    joined."""
    together: dict[tuple[bool, ...], list[str]] = {}
    for name, subject in SUBJECTS.items():
        if subject.purposes:
            together.setdefault(tuple(access.may_sign((role,), name) for role in roles.ROLES), []).append(name)
    return [", ".join(names) for names in together.values()]


def _may_make(role: str, kind: str, about: str) -> bool:
    return access.may((role,), kind) and (kind != "signed" or access.may_sign((role,), about.split(", ")[0]))


def _may_make_code(maker: str, held: str) -> bool:
    return access.may_put_on_phone((maker,), "maker", "other", (held,))


def _scopes(role: str) -> str:
    words = {building_scope("*"): "`building` (each of theirs)", staff_scope("*"): "`self`", file_scope("*"): "`file`"}
    return ", ".join(words.get(scope, f"`{scope}`") for scope in scopes_of("*", (role,), ("*",)))


def _reach(one: Endpoint, role: str) -> str:
    if one.let_in == SYSTEM_KEY:
        return _REACH_WORDS[NONE]
    return "✓" if one.reach is None else _REACH_WORDS[one.of(role)]


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> int:
    """Write the page; with ``--check`` only check whether it is up to date (exit code 1 if it is not)."""
    if "--check" in sys.argv[1:]:
        return 0 if PAGE.is_file() and PAGE.read_text("utf-8") == page() else 1
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
