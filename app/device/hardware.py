"""The hardware of the device a window runs on: camera, gallery, decoder, location. Chosen here and nowhere else.

Storage is ``app.device.storage``, the network ``app.device.presence``.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec

import flet as ft

from app.device.camera import Camera, NoCamera
from app.device.files import Files, PickerFiles
from app.device.location import Location, NoLocation
from app.device.pictures import Decoder, Gallery, NoTool, PickerGallery, Shrinker


@dataclass(slots=True)
class Hardware:
    """The device's hardware, as the app uses it."""

    camera: Camera
    gallery: Gallery
    decoder: Decoder
    shrinker: Shrinker
    location: Location
    files: Files = field(default_factory=PickerFiles)


def hardware_here(page: ft.Page) -> Hardware:
    """Return the hardware of a new window: the browser's in the web app, the phone's in a packaged app.

    A window drawn by a server has neither: each frame would have to go over its connection, and an answer of its
    browser that comes after the screen was left ends the connection (docs/decisions.md).
    """
    if sys.platform == "emscripten":
        from app.device.browser.camera import PageCamera, PageGallery, PageLocation, PageTools
        from app.device.browser.files import PageFiles

        tools = PageTools()
        return Hardware(PageCamera(), PageGallery(), tools, tools, PageLocation(), PageFiles())
    from app.device import opencv

    other = opencv.OpenCv() if opencv.is_here() else NoTool()
    found = Hardware(NoCamera(), PickerGallery(), other, other, NoLocation())
    if page.web or page.platform not in (ft.PagePlatform.ANDROID, ft.PagePlatform.IOS):
        return found
    asking = asyncio.Lock()
    # A photo cannot be kept, nor a code read, without OpenCV: a live picture alone would promise both.
    if opencv.is_here() and find_spec("flet_camera"):
        from app.device.native.camera import FletCamera

        found.camera = FletCamera(page, other, other, asking)
    if find_spec("flet_geolocator"):
        from app.device.native.location import FletLocation

        found.location = FletLocation(asking, ios=page.platform is ft.PagePlatform.IOS)
    return found
