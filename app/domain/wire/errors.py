"""Every problem the product can tell somebody about, with its stable number, in one place.

A problem is a code (never reused), a name, and a sentence in Chinese and in English that says
what happened and what to do. Details fill the sentence's placeholders. Numbers by area:
10xx bad input, 11xx an entry that does not fit, 12xx sign-in, 13xx scope and rights,
14xx sync, 15xx blobs, 16xx storage, 17xx import, 18xx the camera, 19xx the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ProblemKind:
    """What can go wrong: its number, name, and the sentence for people in both languages."""

    code: int
    name: str
    zh: str
    en: str


class Problem(Exception):
    """Something somebody must be told. Carries the kind and the details of this case."""

    def __init__(self, kind: ProblemKind, /, **details: Any) -> None:
        self.kind = kind
        self.details = details
        super().__init__(f"{kind.code} {kind.name}: {self.message('en')}")

    @property
    def code(self) -> int:
        """The stable number."""
        return self.kind.code

    @property
    def name(self) -> str:
        """The stable name."""
        return self.kind.name

    def message(self, lang: str = "zh") -> str:
        """Return the sentence in ``lang`` (``zh`` or ``en``), with the details filled in."""
        return tell(self.kind, lang, self.details)

    def to_wire(self) -> dict[str, Any]:
        """Return the problem as it travels in an answer."""
        return {
            "code": self.code,
            "name": self.name,
            "message": {"zh": self.message("zh"), "en": self.message("en")},
            "details": self.details,
        }


class _Known(dict[str, Any]):
    """The details for a sentence's placeholders; one that is missing shows as an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"


def tell(kind: ProblemKind, lang: str, details: dict[str, Any]) -> str:
    """Return the sentence of ``kind`` in ``lang`` with ``details`` filled in.

    A detail that reads differently in the two languages comes twice, as ``field_zh`` and
    ``field_en`` for the placeholder ``field``.
    """
    suffix, template = ("_en", kind.en) if lang.startswith("en") else ("_zh", kind.zh)
    spoken = {key.removesuffix(suffix): value for key, value in details.items() if key.endswith(suffix)}
    return template.format_map(_Known({**details, **spoken}))


KINDS: dict[str, ProblemKind] = {}
"""All kinds by name."""


def _kind(code: int, name: str, zh: str, en: str) -> ProblemKind:
    if name in KINDS or any(kind.code == code for kind in KINDS.values()):
        raise ValueError(f"problem {code} {name} is defined twice")
    KINDS[name] = ProblemKind(code, name, zh, en)
    return KINDS[name]


# 10xx: bad input
MALFORMED = _kind(1001, "malformed", "数据格式不正确：{what}。", "Not well-formed: {what}.")
FIELD_MISSING = _kind(1002, "field_missing", "请填写「{field}」。", "Please fill in “{field}”.")
FIELD_WRONG = _kind(1003, "field_wrong", "「{field}」填写不正确：{why}。", "“{field}” is not right: {why}.")
TEXT_TOO_LONG = _kind(
    1004,
    "text_too_long",
    "「{field}」最多 {limit} 字，现在 {length} 字；请缩短，已写的内容还在。",
    "“{field}” takes at most {limit} characters, this has {length}; please shorten it, nothing is lost.",
)
SIGNATURE_TOO_LITTLE = _kind(
    1005,
    "signature_too_little",
    "签名太短，请用手指完整签名。",
    "That is too little for a signature; please sign in full.",
)
HASH_WRONG = _kind(
    1006, "hash_wrong", "记录的校验值不符，可能已损坏。", "The entry does not match its own hash; it may be damaged."
)
NOTHING_TO_SIGN = _kind(1007, "nothing_to_sign", "没有可签名的内容。", "There is nothing to sign.")
FORM_WRONG = _kind(1009, "form_wrong", "表单「{where}」不正确：{why}。", "The form's “{where}” is not right: {why}.")
FORM_ANSWER_WRONG = _kind(
    1010,
    "form_answer_wrong",
    "答案「{path}」与表单不符：{why}；记录保留在手机上。",
    "The answer “{path}” does not fit the form: {why}; it is kept on the phone.",
)
EXPRESSION_WRONG = _kind(
    1011, "expression_wrong", "「{expression}」写得不对：{why}。", "“{expression}” is not right: {why}."
)
PATTERN_WRONG = _kind(
    1012, "pattern_wrong", "正则表达式「{pattern}」写得不对：{why}。", "The pattern “{pattern}” is not right: {why}."
)

# 11xx: an entry that does not fit what has happened to its subject; also the reasons of flags
NOT_ASSIGNEE = _kind(
    1101, "not_assignee", "工单不在您名下，由{holder}负责。", "This ticket is not yours; it is with {holder}."
)
OUT_OF_ORDER = _kind(
    1102, "out_of_order", "现在还不能做这一步（当前：{stage}）。", "This step does not fit yet (now: {stage})."
)
ALREADY_OVER = _kind(1103, "already_over", "工单已经结束（{stage}）。", "The ticket is already over ({stage}).")
REASSIGNED = _kind(
    1104,
    "reassigned",
    "工单已改派给{holder}，请与前台确认。",
    "The ticket was reassigned to {holder}; please ask the desk.",
)
PRICE_RAISED = _kind(
    1105,
    "price_raised",
    "费用 {total} 高于住户同意的 {agreed}，请先重新报价。",
    "The fee {total} is above the agreed {agreed}; show the new price first.",
)
CONSEQUENCES_NOT_TOLD = _kind(
    1106,
    "consequences_not_told",
    "材料{verdict}：请告知住户后果并记录住户的决定。",
    "The material is {verdict}: tell the resident the consequences and record their choice.",
)
CHANGED_AFTER_SIGNING = _kind(
    1107,
    "changed_after_signing",
    "内容在签名后有更改，需要重新签名。",
    "Changed after signing; a new signature is needed.",
)
NO_SUBJECT = _kind(1108, "no_subject", "这条记录的开头还没有到。", "The record this belongs to has not arrived yet.")
TARGET_MISSING = _kind(
    1109, "target_missing", "要更正的记录不存在。", "The entry that should be corrected does not exist."
)
SIGNED_OTHER = _kind(
    1110,
    "signed_other",
    "签名的内容与现在的记录不同，请核实。",
    "What was signed differs from what is recorded now; please check.",
)
OPENED_TWICE = _kind(1111, "opened_twice", "同一编号登记了两次。", "The same record was opened twice.")
ALREADY_OUT = _kind(
    1113,
    "already_out",
    "已经借给{holder}，还没有归还；请让前台核实。",
    "It is lent to {holder} already; ask the desk to check.",
)
HELD_BY_OTHER = _kind(
    1114,
    "held_by_other",
    "登记的持有人是{holder}，不是交出的人；请让前台核实。",
    "It is on record with {holder}, not with who gives it; ask the desk to check.",
)
ALREADY_ON_RACK = _kind(
    1115, "already_on_rack", "登记为在架（{holder}），没有借出。", "It is on record as on the rack ({holder})."
)
THING_GONE = _kind(
    1116, "thing_gone", "已经退还或注销（{stage}），不能再交接。", "It was given back or written off ({stage})."
)
TAG_NOT_HERE = _kind(1117, "tag_not_here", "这个标签不在这件物品上。", "This tag does not hang on it.")
TAG_OF_OTHER = _kind(
    1118,
    "tag_of_other",
    "标签 {tag} 已经挂在「{name}」上，请换一个。",
    "Tag {tag} hangs on “{name}” already; take another.",
)
OTHER_DEPARTMENT = _kind(
    1119,
    "other_department",
    "这张工作单归{department_zh}，要由那个部门的主管确认；已经记下，请让前台核实。",
    "This job is the {department_en}'s, whose supervisor confirms it; it was kept, ask the desk to check.",
)

ALREADY_NOTED = _kind(
    1120,
    "already_noted",
    "这一步已经记下了，没有再记一遍；要改内容，请用「更正」。",
    "This step is on record already and was not recorded again; to change it, use Correct.",
)

# A matter 来人来电来访 (C).
PLAN_NOT_AGREED = _kind(
    1121,
    "plan_not_agreed",
    "反映人还没有同意处理方案；请先征得同意，再记下处理结果。",
    "Who said it has not agreed to the plan yet; ask first, then write down what was done.",
)
PLAN_OTHER = _kind(
    1122,
    "plan_other",
    "方案后来又改过，这次同意的是改之前的；请把新方案再说一遍。",
    "The plan was changed since; what was agreed to is the one before. Please ask about the new one.",
)
NOT_CLASSED = _kind(1123, "not_classed", "还没有分类；请先分类，再往下处理。", "It is not classed yet; class it first.")
NOT_HANDLED = _kind(
    1124,
    "not_handled",
    "投诉还没有记下处理结果，不能办结。",
    "What was done about the complaint is not written down yet; it can't be closed.",
)
NOT_TOLD_POLITELY = _kind(
    1125,
    "not_told_politely",
    "无效投诉要先向反映人礼貌说明，再办结。",
    "A complaint that is not valid is explained politely before it is closed.",
)
REPLY_NOT_RELEASED = _kind(
    1126,
    "reply_not_released",
    "这份答复还没有经理签发，不能寄出。",
    "The manager has not released this answer yet; it can't go out.",
)
REPLY_NOT_SENT = _kind(
    1127,
    "reply_not_sent",
    "书面投诉和调查意见要书面答复；答复寄出后才能办结。",
    "Written complaints and remarks of a survey are answered in writing; they can be closed once the answer has gone "
    "out.",
)
HANDED_WITHOUT_REASON = _kind(
    1128, "handed_without_reason", "转交给别人要写原因。", "Handing it to somebody else needs a reason."
)
MATTER_CLOSED = _kind(
    1129,
    "matter_closed",
    "这件事已经办结；还没解决，请先「重新打开」。",
    "This matter is closed; if it is not settled, reopen it first.",
)
MERGED_ALREADY = _kind(
    1130,
    "merged_already",
    "这件事已并入另一件，跟着那一件办理和办结。",
    "This matter was merged into another one; it goes on and ends there.",
)
HAS_ABSORBED = _kind(
    1131,
    "has_absorbed",
    "已有别的事项并入这一件，它不能再并入别处；请把另一件并到这里来。",
    "Others were merged into this one, so it can't be merged itself; merge the other one into it.",
)
MERGED_WITH_ITSELF = _kind(
    1132, "merged_with_itself", "不能并入自己；请选另一件。", "It can't be merged with itself; choose another one."
)
MERGE_TARGET = _kind(
    1133,
    "merge_target",
    "要并入的那一件不在这台手机上，或已经办结、已并入别处；请另选一件。",
    "The one to merge into is not on this phone, is closed, or was merged itself; choose another one.",
)
DUE_IN_PAST = _kind(
    1140,
    "due_in_past",
    "完成时间已经过去了，没有保存；请选今天或以后的日子。",
    "The day it is due by is over, nothing was saved; choose today or a later day.",
)
OTHER_DUTY = _kind(
    1141,
    "other_duty",
    "说的不是这一件应办的事，请从「谁欠什么」里重新打开。",
    "It speaks of another duty; open it anew from the list of who owes what.",
)

FOLLOW_UP_TOO_EARLY = _kind(
    1144,
    "follow_up_too_early",
    "原来的事还没有办结，办结以后才能安排回访；填的内容都在。",
    "What it follows up is not closed yet; a follow-up can be planned once it is. What you filled in is kept.",
)
NOT_BY_LETTER = _kind(
    1145,
    "not_by_letter",
    "调查意见要一条一条答复，不能用公开信代替；请打开这一条单独答复。",
    "Remarks of a survey are answered one by one, never by an open letter; open this one and answer it.",
)
WRITTEN_ALREADY = _kind(
    1146,
    "written_already",
    "这份分析别人已经写过；您写的都留着，请看过现在的内容再修改。",
    "Somebody wrote this analysis already; yours is kept. Read what it says now, then change that.",
)
CHANGED_BEFORE_APPROVAL = _kind(
    1147,
    "changed_before_approval",
    "批准之前分析又改过了；请看过现在的内容再批准。",
    "The analysis was changed before it was approved; read what it says now and approve that.",
)

# A filled form 表单 (F, H-R): what the server finds when it works the answers out again.
FORM_DIFFERS = _kind(
    1151,
    "form_differs",
    "服务器重新计算，有的结果和手机上的不同；填的内容都在，请核对。",
    "The server works some values out otherwise than the phone; all that was filled in is kept, please compare.",
)
FORM_NOT_ALLOWED = _kind(
    1152,
    "form_not_allowed",
    "有的答案不符合这张表单的要求；填的内容都在，请核对。",
    "An answer is not one that the form allows; all that was filled in is kept, please check it.",
)
FORM_UNKNOWN = _kind(
    1153,
    "form_unknown",
    "服务器上没有这一版表单，无法核对；填的内容都在。",
    "The server does not have this version of the form and could not check it; all that was filled in is kept.",
)
FORM_WITHDRAWN = _kind(
    1154,
    "form_withdrawn",
    "这一版表单已经停用，填写时手机还不知道；填的内容都在，请看是否要用新版重填。",
    "This version of the form was withdrawn, which the phone did not know; all that was filled in is kept. "
    "Please see whether the new version is to be filled in instead.",
)
FORM_OTHER_POST = _kind(
    1160,
    "form_other_post",
    "这张表单是给别的岗位填的，填写时手机还不知道；填的内容都在，请看是否算数。",
    "This form is for other posts, which the phone did not know; all that was filled in is kept. "
    "Please see whether it counts.",
)
SESSION_OVER = _kind(
    1165,
    "session_over",
    "这次培训不是今天的，不能再签到；如果您到场了，请讲师确认。",
    "This session is not today's, so nobody signs in any more; if you were there, ask the trainer to confirm it.",
)
FORM_NOT_HERE = _kind(
    1155,
    "form_not_here",
    "这张表单还没有下载到手机上；请连上网络同步一次再打开，已填的内容都在。",
    "This form is not on the phone yet; please sync once with a network and open it again. What you filled in is kept.",
)

# The rules of a chain of forms 流程 (K, N).
STEP_LACKS = _kind(
    1171,
    "step_lacks",
    "这一步还不能办，还缺：{lacks}。填的内容都在。",
    "This step can't be done yet; it lacks: {lacks}. What you filled in is kept.",
)
TERM_TOO_LONG = _kind(
    1172,
    "term_too_long",
    "装修期最长 3 个月，每次延期最多再加 3 个月；请把日期改早。",
    "A decoration takes at most 3 months, and an extension adds at most 3 more; please choose an earlier day.",
)
PERMIT_USED = _kind(
    1173,
    "permit_used",
    "这张放行条已经用过一次，不能再放行；请致电前台核实。",
    "Goods have left on this permit already; it can't be used again. Please call the desk.",
)
PERMIT_EXPIRED = _kind(
    1174,
    "permit_expired",
    "放行条已经过期，不能放行；请到前台补办。",
    "The permit's last day is over and nothing leaves on it; please have a new one issued at the desk.",
)
PERMIT_MISSING = _kind(
    1175,
    "permit_missing",
    "凭放行码已经放行，到时间还没有收到这张放行条；请前台核实。",
    "Goods were let out by a code, and no permit with it has come in time; the desk checks it.",
)

# Papers of a household's archive 客户档案 (S).
NOT_APPROVED = _kind(
    1181,
    "not_approved",
    "借阅还没有批准，不能借出。",
    "The loan is not approved, so the paper is not given out.",
)
SAME_PERSON = _kind(
    1182,
    "same_person",
    "要由另一个人来定：{holder}提出的，不能自己批。",
    "Somebody else has to decide: it was {holder} who asked for it.",
)

# 12xx: sign-in
WRONG_PASSWORD = _kind(
    1201, "wrong_password", "登录名或密码不对，请再试一次。", "The name or the password is wrong; please try again."
)
TOO_MANY_TRIES = _kind(
    1202,
    "too_many_tries",
    "输错次数太多，请 {seconds} 秒后再试。",
    "Too many tries; please try again in {seconds} seconds.",
)
TOKEN_EXPIRED = _kind(
    1203,
    "token_expired",
    "登录已过期，请重新登录；手机上的记录都在，登录后会继续上传。",
    "Your sign-in has expired; sign in again. Everything on the phone is kept and will be sent.",
)
TOKEN_REVOKED = _kind(
    1204,
    "token_revoked",
    "这台手机的登录已被停用，请联系前台；未上传的记录仍保留。",
    "This phone's sign-in was revoked; ask the desk. Unsent work is kept.",
)
TOKEN_UNKNOWN = _kind(
    1205,
    "token_unknown",
    "需要登录；手机上的记录都在。",
    "Please sign in; everything on the phone is kept.",
)
DEVICE_OF_OTHER = _kind(
    1206, "device_of_other", "这台设备登记在别人名下。", "This device is registered to somebody else."
)
ACCOUNT_CLOSED = _kind(
    1207, "account_closed", "账号已停用，请联系管理员。", "The account is closed; ask the administrator."
)
CODE_UNKNOWN = _kind(
    1208,
    "code_unknown",
    "一次性代码不对、已用过或已过期；请让前台换一个新的。",
    "The one-time code is wrong, used or expired; ask the desk for a new one.",
)

# 13xx: scope and rights
NOT_FOUND = _kind(1301, "not_found", "没有找到，或不在您的范围内。", "Not found, or outside what you may see.")
ROLE_MAY_NOT = _kind(1302, "role_may_not", "您的岗位不能做这一步。", "This step is not for your role.")
AUTHOR_MISMATCH = _kind(1303, "author_mismatch", "记录的作者不是登录的人。", "The entry's author is not who signed in.")
OUT_OF_SCOPE = _kind(
    1304,
    "out_of_scope",
    "这件事不在您的范围内，服务器没有接收；请把救援文件交给前台。",
    "This is outside your scope and was not taken; give the rescue file to the desk.",
)
CODE_NOT_YOURS = _kind(
    1305,
    "code_not_yours",
    "您的岗位不能为{name}生成一次性代码，请找前台或管理员。",
    "Your role makes no one-time codes for {name}; ask the desk or the administrator.",
)

# 14xx: sync
COUNTER_TAKEN = _kind(
    1401,
    "counter_taken",
    "这台设备的编号已被另一份数据使用，将换新编号重新上传。",
    "Another copy of this device's data was here first; the phone takes a new number and sends again.",
)
UPDATE_NEEDED = _kind(
    1402, "update_needed", "请更新应用后再同步；未上传的记录都在。", "Update the app to sync; unsent work is kept."
)
BATCH_TOO_LARGE = _kind(
    1403, "batch_too_large", "一次最多上传 {limit} 条。", "At most {limit} entries travel in one batch."
)
NO_NETWORK = _kind(
    1404,
    "no_network",
    "现在连不上服务器；记录已存在手机上，有网络后自动上传。",
    "The server can't be reached; everything is saved on the phone and goes up by itself later.",
)
ANSWER_UNREADABLE = _kind(
    1405,
    "answer_unreadable",
    "服务器的回答看不懂（{what}）；记录都在，稍后自动再试。",
    "The server's answer could not be read ({what}); nothing is lost, it will be tried again.",
)
ID_TAKEN = _kind(1406, "id_taken", "记录编号与另一条记录相同。", "Another entry has the same id.")
SERVER_OLDER = _kind(
    1407,
    "server_older",
    "服务器的版本比应用旧，请管理员更新服务器；未上传的记录都在。",
    "The server is older than this app; the administrator must update it. Unsent work is kept.",
)
WIFI_SIGN_IN = _kind(
    1408,
    "wifi_sign_in",
    "这个 Wi-Fi 要先登录：请在系统提示或浏览器里登录 Wi-Fi，或改用手机流量；记录都在手机上，之后自动上传。",
    "This Wi-Fi wants you to sign in first: do so where the phone or its browser asks you to, or use mobile data. "
    "Everything is kept on the phone and goes up by itself afterwards.",
)

# 15xx: blobs
BLOB_MISMATCH = _kind(
    1501,
    "blob_mismatch",
    "附件内容与校验值不符，将重新上传。",
    "The attachment does not match its hash; it is sent again.",
)
BLOB_TOO_LARGE = _kind(
    1502, "blob_too_large", "附件太大（最多 {limit} 字节）。", "The attachment is too large (at most {limit} bytes)."
)
BLOB_OFFSET = _kind(1503, "blob_offset", "附件应从第 {have} 字节继续。", "The attachment continues at byte {have}.")
PICTURE_UNREADABLE = _kind(
    1504,
    "picture_unreadable",
    "这张图片无法读取，没有保存；请重拍或换一张。",
    "This picture can't be read and was not saved; take it again or choose another one.",
)
PICTURE_TOO_LARGE = _kind(
    1505,
    "picture_too_large",
    "这张图片没能缩小到 {limit} KB 以内（现 {size} KB），没有保存；请重拍或换一张。",
    "This picture could not be made smaller than {limit} KB (it has {size} KB) and was not saved; "
    "take it again or choose another one.",
)
PICTURE_NO_TOOL = _kind(
    1507,
    "picture_no_tool",
    "这个窗口不能处理照片；请在手机上的上门应用里拍。",
    "This window can't handle photos; take them in the app on a phone.",
)
FILE_UNREADABLE = _kind(
    1508,
    "file_unreadable",
    "这个文件太大，或这台设备不让读取；请换一个文件再选。",
    "This file is too big, or this device does not let it be read; choose another one.",
)
PICTURE_ELSEWHERE = _kind(
    1506,
    "picture_elsewhere",
    "原图还在拍照的手机上，还没有上传；上传后这里就能看。",
    "The full picture is still on the phone that took it; it can be seen here once it has come up.",
)

# 16xx: storage
DISK_FULL = _kind(
    1601,
    "disk_full",
    "手机存储空间已满，刚才这一步没有保存；请清理空间后再点一次，屏幕上的内容还在。",
    "The phone's storage is full and this step was not saved; free some room and tap again, "
    "what you entered is still on the screen.",
)
STORE_DAMAGED = _kind(
    1602,
    "store_damaged",
    "手机数据库读不出来（{what}）；请关掉应用再打开，还是这样就不要卸载应用，联系管理员导出救援文件。",
    "The phone's database can't be read ({what}); close the app and open it again. If it stays so, do not remove the "
    "app: ask for a rescue.",
)
STORE_NEWER = _kind(
    1603,
    "store_newer",
    "手机数据来自更新的应用版本，请更新应用。",
    "The data on this phone comes from a newer app; please update the app.",
)
RESCUE_UNREADABLE = _kind(
    1604,
    "rescue_unreadable",
    "这不是完整的救援文件（{what}）；请在手机的同步页重新导出，原样拷来。",
    "This is no whole rescue file ({what}); export it again on the phone's sync page and copy it unchanged.",
)

# 17xx: what a company sets by a file
RULES_WRONG = _kind(
    1701,
    "rules_wrong",
    "规则文件没有采用，原来的规则照旧：{rule}，{why}。",
    "The file of rules was not taken, the rules are what they were: {rule}, {why}.",
)
CALENDAR_WRONG = _kind(
    1702,
    "calendar_wrong",
    "工作日表没有改动：{why}。",
    "The calendar of workdays is what it was: {why}.",
)
HANDBOOK_WRONG = _kind(
    1703,
    "handbook_wrong",
    "应知应会没有改动：{why}。",
    "The handbook is what it was: {why}.",
)
SERVICES_WRONG = _kind(
    1704,
    "services_wrong",
    "服务清单没有改动：{service}，{why}。",
    "The list of services is what it was: {service}, {why}.",
)

# 18xx: the device's camera. What to do instead stands on the screen.
CAMERA_DENIED = _kind(
    1801,
    "camera_denied",
    "没有使用相机的权限。请在浏览器或系统设置里允许上门使用相机，再点「再试一次」。",
    "The camera is not allowed. Let Shangmen use it in the browser's or phone's settings, then try again.",
)
CAMERA_NONE = _kind(1802, "camera_none", "这台设备没有相机。", "This device has no camera.")
CAMERA_BUSY = _kind(
    1803,
    "camera_busy",
    "相机正被别的应用使用。关掉那个应用，再点「再试一次」。",
    "Another app is using the camera. Close it, then try again.",
)
CAMERA_UNSUPPORTED = _kind(
    1804, "camera_unsupported", "这个窗口不能打开相机。", "The camera can't be opened in this window."
)
CAMERA_BROKEN = _kind(
    1805,
    "camera_broken",
    "相机没有打开成功。请再试一次，不行就重新打开应用。",
    "The camera did not open. Try again; if that fails, open the app anew.",
)

# 19xx: the server
SERVER_BROKEN = _kind(
    1901,
    "server_broken",
    "服务器出了问题（编号 {reference}）；记录都在，稍后自动再试。",
    "The server had a problem (reference {reference}); nothing is lost, it will be tried again.",
)
TOO_BIG = _kind(1902, "too_big", "请求太大。", "The request is too large.")
SERVER_FULL = _kind(
    1903,
    "server_full",
    "服务器存储空间已满，记录保留在手机上，请通知管理员。",
    "The server is out of room; your work stays on the phone, please tell the administrator.",
)
SERVER_BUSY = _kind(
    1904,
    "server_busy",
    "服务器正忙；记录都在手机上，{seconds} 秒后自动再试。",
    "The server is busy; everything is kept on the phone and tried again in {seconds} seconds.",
)
