"""What the page at a door says, in Chinese and English."""

from __future__ import annotations

from typing import Final

ZH, EN = "zh", "en"

WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("一键呼唤", "Call your service centre"),
    "from": ("您在 {address}", "You are at {address}"),
    "what": ("您需要什么？", "What do you need?"),
    "repair": ("报修", "Repair"),
    "complaint": ("投诉", "Complaint"),
    "help": ("帮忙", "Help"),
    "other": ("其他", "Other"),
    "words": ("说一说（可不填）", "Tell us more (optional)"),
    "words_hint": ("例如：厨房水管漏水，晚上七点后在家", "For example: the kitchen pipe leaks, at home after 7 pm"),
    "phone": ("您的电话（可不填，方便回电）", "Your phone (optional, so that we can call back)"),
    "photo": ("添加一张照片（可不填）", "Add a photo (optional)"),
    "photo_off": ("不要照片", "Remove the photo"),
    "send": ("发送", "Send"),
    "sending": ("正在发送…", "Sending…"),
    "privacy": (
        "您发来的内容只给本小区物业人员看。",
        "Only the staff of your estate see what you send.",
    ),
    "urgent": ("着急请直接打电话", "If it is urgent, please call"),
    "sent": ("已收到", "We have it"),
    "number": ("编号 {number}", "Number {number}"),
    "sent_says": (
        "物业前台会尽快与您联系核实。不用重复发送。",
        "The desk will get in touch with you soon. There is no need to send it again.",
    ),
    "many": ("这里刚刚发来的次数较多", "There were many requests from here just now"),
    "many_says": (
        "先前收到的都在处理，没有丢。这一次没有收下，请直接打电话，或过一小时再发。",
        "What was sent before is being dealt with, nothing is lost. This one was not taken: please call, or try again "
        "in an hour.",
    ),
    "void": ("这个二维码不能用了", "This code is not in use"),
    "void_says": (
        "可能已经换了新卡，或者没有印清楚。请打卡片上的服务电话，或到物业前台。",
        "It may have been replaced, or is not printed clearly. Please call the number on the card, or come to the "
        "desk.",
    ),
    "busy": ("现在人多，请稍等", "Many people are here now"),
    "busy_says": (
        "您写的还没有收下。请过一分钟再发，着急请打卡片上的服务电话。",
        "What you wrote was not taken yet. Please try again in a minute, or call the number on the card.",
    ),
    "wanted_missing": ("请先选您需要什么。", "Please choose first what you need."),
    "too_long": (
        "写得太长了，最多 {most} 字。您写的还在下面，请删短一些再发。",
        "That is too long, {most} characters at most. What you wrote is still below: please shorten it and send again.",
    ),
    "phone_wrong": (
        "电话只能有数字、空格、+ 和 -，请改一下再发。",
        "A phone number has digits, spaces, + and - only. Please change it and send again.",
    ),
    "photo_wrong": (
        "这张照片打不开，没有收下。请换一张，或不带照片再发。",
        "This photo cannot be opened and was not taken. Please choose another one, or send without it.",
    ),
    "offline": (
        "没有网络，还没有发出去。您写的还在，有网时再点「发送」，或者直接打电话。",
        "There is no network; nothing was sent yet. What you wrote is still here: tap “Send” again later, or call.",
    ),
    "again": ("再写一条", "Write another one"),
    "services": ("便民服务，点一项就行", "Services: one tap"),
    "call_too": ("情况危急请先打", "In an emergency, call first"),
    "events": ("社区活动", "Community events"),
    "left": ("还有 {n} 个名额", "{n} places left"),
    "full": ("网上名额已满，可以打电话问问", "Full here: please call and ask"),
    "sign_up": ("报名", "Sign up"),
    "offline_event": (
        "没有网络，还没有报上。您填的还在，有网时再点「报名」，或者直接打电话。",
        "There is no network; nobody was signed up yet. What you wrote is still here: tap “Sign up” again, or call.",
    ),
    "missing": ("还差一点，请补上标红的地方。", "Almost done: please look at what is marked in red."),
    "required": ("请选一个或填写。", "Please answer this."),
    "no_place": (
        "名额不够了，还剩 {n} 个，没有报上。请改一下人数，或打电话问问。",
        "There are {n} places left, so nobody was signed up. Please choose fewer, or call.",
    ),
    "signed_up": ("报名成功", "You are signed up"),
    "come": ("{event}，{people} 人。", "{event}: {people}."),
    "change": ("来不了或要改人数，请打电话说编号", "If you cannot come, please call and say the number"),
    "closed": ("已经不能报名了", "Sign-up is closed"),
    "closed_says": (
        "活动已经开始、名额已满或者取消了。可以打电话问问。",
        "It has begun, is full, or was called off. Please call and ask.",
    ),
    "back": ("回到这一户的页面", "Back to the page of this door"),
}


def say(language: str, name: str, **values: object) -> str:
    """Return a text of the page."""
    return WORDS[name][language == EN].format(**values)


def language_of(asked: str) -> str:
    """Return the language for a browser's ``Accept-Language``: English where it comes before Chinese, else Chinese."""
    for part in asked.lower().split(","):
        if part.strip().startswith("zh"):
            return ZH
        if part.strip().startswith("en"):
            return EN
    return ZH
