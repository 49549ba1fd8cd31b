"""A camera for Chromium that films what a test puts in front of it: a file of pictures, read anew at each opening.

camera = FakeCamera(tmp_path); pocket.arguments = camera.arguments
camera.show(picture)              # filmed whenever the camera is opened from now on
camera.play(pictures, 2)          # one after the other, two a second, in a loop
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from PIL import Image

from tests.support.tag_pictures import FRAME

NONE = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=device-count=0"]
"""Browser arguments for a device without a camera."""
DENIED = ["--use-fake-ui-for-media-stream=deny", "--use-fake-device-for-media-stream"]
"""Browser arguments for an owner who does not let the app use the camera."""


class FakeCamera:
    """The file that the browser reads instead of a camera's frames: YUV4MPEG2, which can be as slow as wanted."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "camera.y4m"
        self.show(Image.new("RGB", FRAME, "gray"))

    @property
    def arguments(self) -> list[str]:
        """Arguments to start the browser with; it then allows the use of the camera without asking."""
        return [
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={self._path}",
        ]

    def show(self, picture: Image.Image) -> None:
        """Put one picture in front of the camera."""
        self.play([picture], 10)

    def play(self, pictures: Iterable[Image.Image], per_second: int) -> None:
        """Show pictures in a loop. A camera that is open already goes on with the ones it had."""
        new = self._path.with_suffix(".new")
        with new.open("wb") as file:
            file.write(f"YUV4MPEG2 W{FRAME[0]} H{FRAME[1]} F{per_second}:1 Ip A1:1 C420jpeg\n".encode())
            for picture in pictures:
                file.write(b"FRAME\n")
                file.writelines(_planes(picture))
        new.replace(self._path)


def _planes(picture: Image.Image) -> Iterator[bytes]:
    """Yield the planes of a picture: brightness in full size, the two colours in half the size."""
    if picture.size != FRAME:
        raise ValueError(f"a frame is {FRAME}, not {picture.size}")
    light, blue, red = picture.convert("YCbCr").split()
    yield light.tobytes()
    for colour in (blue, red):
        yield colour.resize((FRAME[0] // 2, FRAME[1] // 2), Image.Resampling.BOX).tobytes()
