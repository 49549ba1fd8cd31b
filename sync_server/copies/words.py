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
    "keep": (
        "这一页保留到 {until}。要长期留存，请用浏览器的「打印」或「分享」存下来。",
        "This page is here until {until}. To keep it, print or share it from your browser.",
    ),
    "for_you": (
        "知道这个网址的人都能看到这一页，请不要转发给不相干的人。",
        "Whoever has this address can see this page: please share it only with people it concerns.",
    ),
    "code": ("编号 {code}", "Code {code}"),
    "void": ("这里没有可看的内容", "There is nothing to see here"),
    "void_says": (
        "可能刚刚才签，工作人员的手机还没有联网，请过一会儿再扫；也可能已经过了保留的时间。有问题请联系物业服务中心。",
        "It may have been signed just now, on a phone that has no network yet: please try again later. Or its time is "
        "over. The service centre can help you.",
    ),
    "busy": ("现在人多，请稍等一分钟再打开", "Many people are here now: please come back in a minute"),
    "busy_says": ("您签的内容没有丢。", "Nothing of what you signed is lost."),
    "call": ("有疑问请打电话", "Any question? Please call"),
}


def say(language: str, name: str, /, **values: object) -> str:
    """Return a text of the page."""
    return WORDS[name][language == EN].format(**values)
