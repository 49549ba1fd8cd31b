"""The hardware of the device a window runs on: camera, gallery, decoder, place. Chosen here; nothing above knows which.

Storage is ``app.device.storage``, the network ``app.device.presence``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from app.device.camera import Camera, NoCamera
from app.device.location import Location, NoLocation
from app.device.pictures import Decoder, Gallery, NoTool, PickerGallery, Shrinker


@dataclass(slots=True)
class Hardware:
    """What the device can."""

    camera: Camera
    gallery: Gallery
    decoder: Decoder
    shrinker: Shrinker
    location: Location


def hardware_here() -> Hardware:
    """Return the hardware of a new window."""
    if sys.platform == "emscripten":
        from app.device.browser.camera import PageCamera, PageGallery, PageLocation, PageTools

        tools = PageTools()
        return Hardware(PageCamera(), PageGallery(), tools, tools, PageLocation())
    from app.device import opencv

    other = opencv.OpenCv() if opencv.is_here() else NoTool()
    return Hardware(NoCamera(), PickerGallery(), other, other, NoLocation())
