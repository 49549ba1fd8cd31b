"""A complete example of each request and answer for the OpenAPI page (`/docs`): one day at the demo estate."""

from __future__ import annotations

from typing import Any

from app.domain.wire import errors

ID = "01990b7e-5a4c-7c31-9f2b-6f0f4f1d2c3a"
DEVICE = "01990b7e-0000-7000-8000-000000000001"
WORKER = "01990b7e-0000-7000-8000-00000000000b"
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
MILLISECONDS = 1_763_712_000_000
_MINUTE = 60_000

_PHONE = {"device_id": DEVICE, "device_name": "Pixel 9", "platform": "web", "app_version": "0.1.0"}
_STAFF = {"id": WORKER, "name": "王建国", "login": "wangjianguo", "roles": ["repair_worker"]}
_ESTATE = {"name": "荔园小区"}
_SCOPES = ["estate", f"staff:{WORKER}"]
_OTHER = "01990b7e-0000-7000-8000-0000000000e2"
_WORKS_IN = {
    "estates": [{"key": "", "name": "荔园小区"}, {"key": _OTHER, "name": "荷园"}],
    "posts": {"": ["repair_worker"], _OTHER: ["repair_worker"]},
}

FORM_FILE = {
    "name": "vacant.md",
    "content": "fCBzdXJ2ZXkgfAp8IHwgdHlwZSB8IG5hbWUgfCBsYWJlbCB8CnwgfCB0ZXh0IHwgd29yZHMgfCDor7TmmI4gfAo=",
    "beside": {},
    "estate": "LY",
}
FORM_PUBLISHED = {
    "id": ID,
    "estate_key": "",
    "form_id": "vacant",
    "version": "2026112701",
    "hash": HASH,
    "title": {"zh": "空置房检查"},
    "published_at": MILLISECONDS,
    "published_by": WORKER,
    "ended": "",
    "ended_at": None,
    "posts": ["steward"],
    "group": {"zh": "空置房"},
    "filled": 12,
}
FORM_DEFINITION = {
    "definition": {
        "v": 1,
        "id": "vacant",
        "version": "2026112701",
        "title": {"zh": "空置房检查"},
        "languages": ["zh"],
        "questions": [{"type": "text", "name": "words", "label": {"zh": "说明"}}],
        "choices": {},
        "settings": {},
    }
}
FORM_CHECKED = {
    "published": None,
    "definition": None,
    "faults": [
        {
            "sheet": "survey",
            "row": 12,
            "column": "type",
            "zh": "不支持录像",
            "en": "video are not supported",
            "refused": True,
        }
    ],
}
FORM_WITHDRAWN = {"form_id": "vacant", "estate": "LY"}
FORMS = {"forms": [FORM_PUBLISHED], "places": [{"estate_key": "", "estate": "LY", "name": "荔园小区"}]}

SIGN_IN = {"login": "wangjianguo", "password": "correct horse battery", "proof": "Zk3…43 characters", **_PHONE}
SIGNED_IN = {
    "token": "Zk3…43 characters",
    "expires_at": MILLISECONDS + 180 * 24 * 60 * _MINUTE,
    "device_id": DEVICE,
    "staff": _STAFF,
    "estate": _ESTATE,
    "server_time": MILLISECONDS,
    "epoch": ID,
    **_WORKS_IN,
}
CODE_WANTED = {"staff_id": WORKER}
CODE = {
    "code": "7KQM3XWP",
    "address": "https://ops.example.com/join/7KQM3XWP",
    "staff": {"id": WORKER, "name": "王建国"},
    "expires_at": MILLISECONDS + 10 * _MINUTE,
    "server_time": MILLISECONDS,
}
JOIN = {"code": "7KQM-3XWP", "attempt": "a-secret-of-this-try", **_PHONE}
NEW_DEVICE = {"device_name": "Pixel 9", "platform": "web", "app_version": "0.1.0"}
ME = {
    "staff": _STAFF,
    "estate": _ESTATE,
    "device_id": DEVICE,
    "scopes": _SCOPES,
    "server_time": MILLISECONDS,
    "epoch": ID,
    **_WORKS_IN,
}
DEVICES = {
    "devices": [
        {
            "id": DEVICE,
            "name": "Pixel 9",
            "platform": "web",
            "app_version": "0.1.0",
            "staff": {"id": WORKER, "name": "王建国"},
            "created_at": MILLISECONDS,
            "seen_at": MILLISECONDS + 5 * _MINUTE,
            "revoked_at": None,
        }
    ]
}
LOOKS = {
    "looks": [
        {
            "staff": {"id": WORKER, "name": "王建国"},
            "device": {"id": DEVICE, "name": "Pixel 9"},
            "looked_at": MILLISECONDS,
            "received_at": MILLISECONDS + 5 * _MINUTE,
        }
    ]
}

REGISTER = {
    "id": ID,
    "stage": "preview",
    "done": 1204,
    "of": 1204,
    "version": 1,
    "changed_meanwhile": False,
    "questions": [],
    "counts": {
        "new": 1180,
        "changed": 12,
        "moved_out": 3,
        "merged": 0,
        "unchanged": 9,
        "absent": 0,
        "doubtful": 2,
        "decisions": 0,
        "left_out": 4,
    },
    "changes_anything": True,
    "message": {"zh": "", "en": ""},
}
REGISTER_LINES = {
    "lines": [
        {
            "title": "3栋2单元1501",
            "where": {"zh": "登记表 B17", "en": "sheet 登记表, B17"},
            "value": "李静",
            "text": {"zh": "", "en": ""},
            "changes": [{"field": "people", "old": "李静 13800000000", "new": "李静 13900000000"}],
            "open": 0,
            "options": [],
            "chosen": "",
        }
    ],
    "total": 12,
}
REGISTER_ANSWERS = {"answers": {"E": "phone"}}
REGISTER_CONFIRMATION = {"version": 1}

_ENTRY: dict[str, Any] = {
    "id": ID,
    "kind": "accepted",
    "subject": {"type": "ticket", "id": ID},
    "body": {},
    "author": WORKER,
    "device": DEVICE,
    "counter": 1,
    "made_at": MILLISECONDS,
    "prev": "",
    "schema": 1,
    "blobs": [],
    "hash": HASH,
}
SYNC = {
    "protocol": 1,
    "epoch": ID,
    "sent_at": MILLISECONDS,
    "offset": 0,
    "entries": [_ENTRY],
    "cursors": {"estate": 120, f"staff:{WORKER}": 0},
    "want": [],
    "limit": 500,
}
SYNCED = {
    "protocol": 1,
    "epoch": ID,
    "heard_at": MILLISECONDS,
    "server_time": MILLISECONDS,
    "answers": [
        {
            "id": ID,
            "status": "accepted",
            "seq": 121,
            "received_at": MILLISECONDS,
            "corrected_at": MILLISECONDS,
            "flags": [],
        }
    ],
    "holes": [],
    "scopes": [
        {
            "scope": f"staff:{WORKER}",
            "to": 122,
            "more": False,
            "items": [{"pos": 122, "own": ID, "seq": 121, "received_at": MILLISECONDS, "corrected_at": MILLISECONDS}],
        }
    ],
    "lost": [],
    "found": [],
    "looks": [],
    "packs": True,
    "chunk": 1_048_576,
    "left": 0,
    "first_pull": {"name": f"{HASH[:16]}-{HASH[16:32]}-{HASH}", "size": 4_912_306, "items": 21_788},
    **_WORKS_IN,
}
WAIT = {"epoch": ID, "cursors": {"estate": 310, f"staff:{WORKER}": 298}, "seconds": 45}
WAITED = {"changed": True, "held_ms": 12_840, "spread_ms": 0, "pause_s": 0}
BLOB = {"have": 262_144, "complete": False}
BLOBS = {
    "blobs": [
        {"hash": HASH, "complete": True},
        {
            "hash": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
            "complete": False,
            "error": errors.Problem(errors.BLOB_MISMATCH).to_wire(),
        },
    ]
}

TICKET_WANTED = {
    "external_ref": "CRM-2026-0815",
    "kind": "repair",
    "address": "3栋2单元1501",
    "content": "厨房水龙头漏水",
    "contact_name": "张伟",
    "contact_phone": "13800000000",
    "appointment_at": MILLISECONDS + 120 * _MINUTE,
    "listed": True,
    "urgent": False,
}
_TIMES = (
    "requested_at", "opened_at", "received_at", "assigned_at", "accepted_at", "arrived_at", "consent_at", "done_at",
)  # fmt: skip
TICKET = {
    "id": ID,
    "number": "20261121-001",
    "estate": "LY",
    "external_ref": "CRM-2026-0815",
    "kind": "repair",
    "urgent": False,
    "stage": "done",
    "address": "3栋2单元1501",
    "content": "厨房水龙头漏水",
    "assignee": {"id": WORKER, "name": "王建国"},
    "times": {
        **{name: MILLISECONDS + n * 5 * _MINUTE for n, name in enumerate(_TIMES)},
        **dict.fromkeys(("appointment_at", "due_at", "confirmed_at", "filed_at", "finance_at", "ended_at")),
    },
    "total_fen": 3000,
    "fee_lines": [{"name": "更换水龙头", "unit": "个", "qty": "1", "price_fen": 3000, "amount_fen": 3000}],
    "materials": [
        {"name": "角阀", "verdict": "fail", "remarks": "螺纹磨损", "warned": True, "choice": "use_anyway"},
    ],
    "found": {
        "listed": True,
        "items": [{"item_id": ID, "name": "更换水龙头", "unit": "个", "qty": "1", "price_fen": 3000}],
    },
    "end_reason": None,
    "result": None,
    "signature": "intact",
    "flags": [],
}
TICKETS = {"tickets": [TICKET]}
VERDICT = {
    "subject": {"type": "ticket", "id": ID},
    "standing": "intact",
    "signatures": [
        {
            "entry_id": ID,
            "standing": "intact",
            "detail": "",
            "as": "resident",
            "name": "张伟",
            "signed_at": MILLISECONDS,
        }
    ],
    "altered": [],
    "chains": [{"device": DEVICE, "length": 9, "whole": True, "missing": [], "altered": [], "broken": []}],
}
HEALTH = {
    "status": "ok",
    "protocol": 1,
    "oldest_protocol": 1,
    "version": "0.1.0",
    "server_time": MILLISECONDS,
    "estate": "荔园小区",
}

_KEY: dict[str, Any] = {
    "id": ID,
    "kind": "key",
    "name": "入户门钥匙",
    "stage": "out",
    "address": "3栋2单元1501",
    "rack": "A-03",
    "pieces": 2,
    "condition": "good",
    "holder_kind": "staff",
    "holder_name": "王建国",
    "since": MILLISECONDS,
    "due_what": "return",
    "due_at": MILLISECONDS + 120 * _MINUTE,
    "tag": "K7M2QD91X",
    "missed_at": None,
    "open_flags": 0,
}
KEYS = {"things": [_KEY]}
KEY = {
    **_KEY,
    "steps": [
        {
            "line": 1,
            "kind": "lent",
            "at": MILLISECONDS,
            "giver": "刘芳",
            "taker": "王建国",
            "due_at": MILLISECONDS + 120 * _MINUTE,
            "pieces": 2,
            "condition": "good",
            "giver_signed": True,
            "taker_signed": True,
            "jump": False,
        }
    ],
    "tags": [{"code": "K7M2QD91X", "standing": "active"}],
}
_FIGURE = {"clause": "A.2", "clock": "on_site", "met": 1, "late": 0, "missed": 0, "running": 0, "late_entries": 0}
_WORKER = {"owner_id": WORKER, "owner_post": None, "owner_name": "王建国"}
CLOCKS = {
    "month": "2026-11",
    "clocks": [
        {
            "subject_type": "ticket",
            "subject_id": ID,
            "called": "20261121-003",
            "clause": "A.2",
            "clock": "on_site",
            **_WORKER,
            "start_at": "2026-11-21T02:10:00Z",
            "due_at": "2026-11-21T02:20:00Z",
            "met_at": "2026-11-21T02:17:00Z",
            "late_ms": -180_000,
            "standing": "met",
            "late_entry": False,
            "closed": False,
            "closed_owner": None,
            "closed_due_at": None,
            "closed_met_at": None,
            "withdrawn": False,
        }
    ],
    "by_clause": [_FIGURE],
    "by_owner": [_FIGURE | _WORKER],
}
_RATES = {
    "owed": 20, "in_days": 16, "in_days_percent": 80, "in_month": 19, "in_month_percent": 95, "open": 1, "late": 0,
    "asked": 18, "satisfied": 17, "satisfied_percent": 94, "unreviewed": 0, "excused": 1, "raised": 4, "closed": 3,
    "closed_percent": 75,
}  # fmt: skip
FOLLOW_UP_RATES = {
    "month": "2026-11",
    "all": _RATES,
    "by_person": [_RATES | {"who": ID, "name": "李梅"}],
}
_OWED = {"done": 310, "done_late": 4, "late": 12, "open": 203, "excused": 1, "late_entries": 0}
DUTIES = {
    "month": "2026-11",
    "duties": [
        {
            "id": ID,
            "estate_key": "",
            "rule": "monthly",
            "why": "monthly",
            "about_type": "household",
            "about_id": ID,
            "period": "2026-11",
            "address": "3栋2单元1501",
            "building_id": ID,
            **_WORKER,
            "opens_at": "2026-10-31T16:00:00Z",
            "due_at": "2026-11-30T15:59:00Z",
            "done_at": None,
            "record_type": None,
            "record_id": None,
            "standing": "open",
            "excuse": "",
            "late_entry": False,
            "closed_standing": "",
            "withdrawn": False,
        }
    ],
    "by_owner": [_OWED | _WORKER],
    "by_why": [_OWED | {"why": "monthly"}],
    "years_without_calendar": [],
}
LABELS = {"kind": "key", "count": 21, "layout": "sheet"}

NEWS_TEST = {"channel": "值班群"}
NEWS_TESTED = {"sent": False, "why": {"zh": "对方回答 404", "en": "it answered 404"}}
NEWS_CHANNEL = {
    "add": True,
    "name": "值班群",
    "kind": "wecom",
    "address": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
}
NEWS_CHANNEL_KEPT = {"name": "值班群", "shown": "https://qyapi.weixin.qq.com/…", "secret": ""}
NEWS_CHANNEL_REMOVED = {"waiting": 2}
NEWS_RULE_NAMED = {"name": "not-accepted"}
NEWS: dict[str, Any] = {
    "channels": [
        {
            "name": "值班群",
            "kind": "wecom",
            "shown": "https://qyapi.weixin.qq.com/…",
            "per_minute": 20,
            "estate_key": None,
            "failures": 0,
            "paused_until": None,
        }
    ],
    "rules": [
        {
            "name": "not-accepted",
            "cause": "not_accepted",
            "whom": "supervisor",
            "channel": "",
            "active": True,
            "minutes": 5,
            "quiet_from": "",
            "quiet_until": "",
            "digest": True,
        }
    ],
    "messages": [
        {
            "id": ID,
            "rule": "not-accepted",
            "channel": "值班群",
            "cause": "not_accepted",
            "subject_type": "ticket",
            "subject_id": ID,
            "estate_key": "",
            "number": "20261121-001",
            "building": "3栋",
            "clock": "",
            "due_at": None,
            "created_at": "2026-11-21T09:05:00Z",
            "next_at": "2026-11-21T09:05:00Z",
            "ended_at": "2026-11-21T09:05:02Z",
            "state": "sent",
            "tries": 1,
            "error": {},
        }
    ],
    "may_change": True,
    "everywhere": True,
}
NEWS_RULES = {"rules": NEWS["rules"]}
