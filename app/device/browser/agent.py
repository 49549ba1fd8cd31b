"""What a browser calls itself, as its owner may know it in the desk's list of devices."""

from __future__ import annotations

from typing import Final

_BROWSERS: Final = (
    ("MicroMessenger/", "微信"),
    ("Edg", "Edge"),
    ("HuaweiBrowser/", "Huawei"),
    ("MiuiBrowser/", "Xiaomi"),
    ("SamsungBrowser/", "Samsung"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def name_of(user_agent: str) -> str:
    """Return "Chrome · Android" for what such a browser sends; "Web" for one nobody knows."""
    named = (next((name for mark, name in known if mark in user_agent), "") for known in (_BROWSERS, _SYSTEMS))
    return " · ".join(part for part in named if part) or "Web"


def here() -> str:
    """Return ``name_of`` this browser."""
    import js

    return name_of(str(js.navigator.userAgent))
