"""What a resident's copy says beside the signed text itself, in Chinese and English."""

from __future__ import annotations

from typing import Final

from sync_server.door.words import EN

WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("您签过的内容", "What you signed"),
    "says": ("这是签名时给您看的原文，一字未改。", "This is the text you were shown when you signed, word for word."),
    "signed": ("签名", "Signature"),
    "signer": ("{name}（{capacity}）", "{name} ({capacity})"),
    "at": ("{at} 签", "Signed {at}"),
    "self": ("本人", "in person"),
    "family": ("家属", "family"),
    "tenant": ("租户", "tenant"),
    "proxy": ("代签", "on behalf"),
    "no_strokes": (
        "笔迹还在工作人员的手机上，联网后会显示在这里。",
        "The handwriting is still on the phone it was written on; it shows here once that has a network.",
    ),
    "intact": ("与签名时一致", "Unchanged since you signed"),
    "intact_says": (
        "记录现在的内容与您签的一致，校验通过。",
        "The record still says what you signed; this was checked just now.",
    ),
    "changed": ("签名以后记录有更改", "The record was changed after you signed"),
    "changed_says": (
        "您签的原文在上面，没有动过。更改以后的内容没有您的签名，可向服务中心查询。",
        "The text above is what you signed, and has not been touched. What was changed does not have your signature: "
        "the service centre can tell you about it.",
    ),
    "broken": ("校验没有通过", "The check failed"),
    "broken_says": (
        "存下来的内容与签名对不上，请联系服务中心，并保留这一页。",
        "What is stored does not fit the signature. Please call the service centre, and keep this page.",
    ),
    "again": ("更改以后又签过一次", "Changed, and signed once more"),
    "again_says": (
        "您签的原文在上面，没有动过。记录后来有更改，更改以后的内容另有签名，以后来那一份为准。",
        "The text above is what you signed, and has not been touched. The record was changed later, and what it says "
        "now has a signature of its own: that later copy is the one that counts.",
    ),
    "over": ("这份记录后来作废或提前结束了", "This record was voided or ended later"),
    "over_says": (
        "您签的原文在上面，没有动过。作废或结束的原因，可向服务中心查询。",
        "The text above is what you signed, and has not been touched. The service centre can tell you why it was "
        "voided or ended.",
    ),
    "save": ("存成文件（PDF）", "Save as a file (PDF)"),
    "save_says": (
        "存好以后可以转发、打印。在微信里打不开时，请点右上角「…」，选「在浏览器打开」。",
        "The file can be sent on and printed. If nothing happens inside a messenger, open this page in your browser.",
    ),
    "keep": (
        "这一页保留到 {until}，过后打不开。要长期留存，请存成文件，或用浏览器的「打印」。",
        "This page is here until {until}, and then no more. To keep it, save the file, or print this page.",
    ),
    "file": ("签名留底", "Signed copy"),
    "pages": ("第 {number} 页，共 {of} 页", "Page {number} of {of}"),
    "continued": ("{title}（续）", "{title} (continued)"),
    "checked": (
        "{now} 由系统按记录生成，签名为电子签名。扫码可再次查看原文并校验，网页保留到 {until}。",
        "Made by the system from the record at {now}; the signature is electronic. Scan the code to see the text and "
        "check it again, until {until}.",
    ),
    "for_you": (
        "知道这个网址的人都能看到这一页，请不要转发给不相干的人。",
        "Whoever has this address can see this page: please share it only with people it concerns.",
    ),
    "code": ("编号 {code}", "Code {code}"),
    "void": ("现在还看不到，或者已经过期", "Not here yet, or its time is over"),
    "void_says": (
        "刚签的内容，要等工作人员的手机联网上传以后才看得到，请过一会儿再打开，网址和二维码不会变。过了保留时间的不再显示。有问题请联系物业服务中心。",
        "What was signed just now shows here once the phone it was signed on has a network: please come back in a "
        "while, the address stays the same. What is past its time is no longer shown. The service centre can help you.",
    ),
    "look_again": ("再看一次", "Look again"),
    "busy": ("现在人多，请稍等一分钟再打开", "Many people are here now: please come back in a minute"),
    "busy_says": ("您签的内容没有丢。", "Nothing of what you signed is lost."),
    "call": ("有疑问请打电话", "Any question? Please call"),
}


def say(language: str, name: str, /, **values: object) -> str:
    """Return a text of the page."""
    return WORDS[name][language == EN].format(**values)
