"""What a phone's browser is called in the desk's list of devices."""

from __future__ import annotations

import pytest

from app.device.browser.agent import name_of

WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
BLINK = "AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) {WEBKIT}"
ANDROID = f"Mozilla/5.0 (Linux; Android 14; 23116PN5BC) {BLINK}"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (f"{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1", "Safari · iPhone"),
        (f"{IPHONE} CriOS/130.0 Mobile/15E148 Safari/604.1", "Chrome · iPhone"),
        (f"{IPHONE} Mobile/15E148 MicroMessenger/8.0.50 NetType/WIFI", "微信 · iPhone"),
        (f"{ANDROID} Chrome/130.0.0.0 Mobile Safari/537.36", "Chrome · Android"),
        (f"{ANDROID} Chrome/112.0.5615 Mobile Safari/537.36 XiaoMi/MiuiBrowser/18.8", "Xiaomi · Android"),
        (f"{ANDROID} Chrome/130.0.0.0 Mobile Safari/537.36 EdgA/130.0", "Edge · Android"),
        (f"{ANDROID} HuaweiBrowser/15.0.4 Chrome/114.0 Mobile Safari/537.36", "Huawei · Android"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {BLINK} Chrome/130.0 Safari/537.36 Edg/130.0", "Edge · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox · Linux"),
        ("curl/8.5", "Web"),
    ],
)
def test_a_browser_is_called_as_its_owner_knows_it(agent: str, name: str) -> None:
    assert name_of(agent) == name
