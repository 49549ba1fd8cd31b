"""The adapters of a packaged app over Flet's real plug-in classes, whose phone is played here (G.1; A, E, H)."""

from __future__ import annotations

import asyncio
import io
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

import cv2
import flet as ft
import pytest
from flet_camera import (
    Camera,
    CameraDescription,
    CameraImageEvent,
    CameraLensDirection,
    CameraLensType,
    CameraStateEvent,
)
from flet_geolocator import Geolocator
from PIL import Image

from app.device import hardware, opencv
from app.device.camera import NoCamera, Opened
from app.device.location import NoLocation
from app.device.native import camera as native_camera
from app.device.native import location as native_location
from app.device.native.camera import FletCamera, best, why
from app.device.native.location import FletLocation
from app.device.pictures import Shrunk
from app.domain.rules.photos import Position
from app.domain.wire.errors import (
    CAMERA_BROKEN,
    CAMERA_BUSY,
    CAMERA_DENIED,
    CAMERA_NONE,
    CAMERA_UNSUPPORTED,
    PICTURE_UNREADABLE,
    Problem,
    ProblemKind,
)
from tests.support import tag_pictures
from tests.support.pictures import jpeg
from tests.support.tag_pictures import any_code, as_jpeg

BACK: Final = {"name": "0", "lens_direction": "back", "sensor_orientation": 90, "lens_type": "wide"}
FRONT: Final = {"name": "1", "lens_direction": "front", "sensor_orientation": 270, "lens_type": "unknown"}


class Window:
    """The part of a page that the adapters touch."""

    def __init__(self, platform: ft.PagePlatform = ft.PagePlatform.ANDROID, web: bool = False) -> None:
        self.platform, self.web = platform, web
        self.overlay: list[ft.BaseControl] = []
        self.updates = 0

    def update(self, *controls: ft.Control) -> None:
        self.updates += 1
        assert all(control in self.overlay for control in controls), "only what is in the page can be updated"


class Phone:
    """What the plug-in on a phone answers; ``said`` is what it was asked, in this order."""

    def __init__(self) -> None:
        self.said: list[tuple[str, Any]] = []
        self.answers: dict[str, Any] = {
            "get_available_cameras": [FRONT, BACK], "supports_image_streaming": True, "take_picture": b"a photo",
        }  # fmt: skip
        """What comes back; an exception is raised, a coroutine function's result awaited."""

    @property
    def asked(self) -> list[str]:
        return [name for name, _ in self.said]

    def plug_in(self) -> Camera:
        phone = self

        class Played(Camera):
            async def _invoke_method(
                self, method_name: str, arguments: dict[str, Any] | None = None, timeout: float | None = None
            ) -> Any:
                phone.said.append((method_name, arguments))
                answer = phone.answers.get(method_name)
                if isinstance(answer, Exception):
                    raise answer
                return await answer() if callable(answer) else answer

        return Played()


class Tools:
    """A decoder that reads texts as they are, and a shrinker that says what it was given."""

    def __init__(self) -> None:
        self.gate: asyncio.Event | None = None
        self.looked = 0
        self.problem: Exception | None = None

    async def decode(self, data: bytes) -> list[str]:
        self.looked += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.problem is not None:
            raise self.problem
        return data.decode().split()

    async def shrink(self, data: bytes) -> Shrunk:
        return Shrunk(data, b"small", 4, 3)


class Scene:
    """A window with the adapter, and somebody who listens."""

    def __init__(self) -> None:
        self.window, self.phone, self.tools, self.asking = Window(), Phone(), Tools(), asyncio.Lock()
        self.camera = FletCamera(self.window, self.tools, self.tools, self.asking, self.phone.plug_in)  # type: ignore[arg-type]
        self.codes: list[str] = []
        self.ends = 0
        self.stop = self.camera.listen(self.codes.append, self._ended)

    def _ended(self) -> None:
        self.ends += 1

    @property
    def box(self) -> Any:
        [box] = self.window.overlay
        return box

    async def open(self, scan: bool = True) -> Opened:
        return await self.camera.open(top=56, bottom=200, scan=scan)

    def frame(self, text: str) -> None:
        """A frame of the stream arrives, as Flet hands it over."""
        control = self.box.content
        control.on_stream_image(
            CameraImageEvent(
                "stream_image", control, width=4, height=3, format=None, encoded_format="jpeg", bytes=text.encode()
            )
        )

    def state(self, **more: Any) -> None:
        """The plug-in's news of itself."""
        flags: dict[str, Any] = dict.fromkeys(
            (
                "is_initialized", "is_recording_video", "is_recording_paused", "is_taking_picture",
                "is_streaming_images", "is_preview_paused", "is_capture_orientation_locked",
            ),
            False,
        )  # fmt: skip
        control = self.box.content
        control.on_state_change(CameraStateEvent("state_change", control, **flags, **more))


def played(play: Callable[[Scene], Coroutine[Any, Any, None]]) -> None:
    """Play a scene on a loop of its own; what it left running is awaited, so that nothing fails unseen."""

    async def whole() -> None:
        scene = Scene()
        await play(scene)
        await scene.camera.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        _, pending = await asyncio.wait(left, timeout=2) if left else (None, set())
        assert not pending, "after closing nothing goes on"

    asyncio.run(whole())


async def until(true: Callable[[], object], what: str) -> None:
    """Wait for something, two seconds at most."""
    end = time.monotonic() + 2
    while not true():
        assert time.monotonic() < end, what
        await asyncio.sleep(0.005)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks as often as can be, so that a test takes no time."""
    monkeypatch.setattr(native_camera, "LOOK_EVERY_S", 0.01)


# -- which hardware ------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", [ft.PagePlatform.ANDROID, ft.PagePlatform.IOS])
def test_a_packaged_app_has_the_phones_camera_and_location(platform: ft.PagePlatform) -> None:
    found = hardware.hardware_here(Window(platform))  # type: ignore[arg-type]
    assert isinstance(found.camera, FletCamera) and found.camera.here
    assert isinstance(found.location, FletLocation)
    assert isinstance(found.decoder, opencv.OpenCv) and isinstance(found.shrinker, opencv.OpenCv)


@pytest.mark.parametrize(
    ("platform", "web"),
    [(ft.PagePlatform.ANDROID, True), (ft.PagePlatform.IOS, True), (ft.PagePlatform.LINUX, False)],
)
def test_a_window_drawn_by_a_server_or_on_a_desk_has_none(platform: ft.PagePlatform, web: bool) -> None:
    found = hardware.hardware_here(Window(platform, web))  # type: ignore[arg-type]
    assert isinstance(found.camera, NoCamera) and isinstance(found.location, NoLocation)


@pytest.mark.parametrize("lacks", ["cv2", "flet_camera"])
def test_without_the_plug_in_or_without_a_decoder_there_is_no_camera(
    lacks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(name: str) -> object | None:
        return None if name == lacks else object()

    monkeypatch.setattr(hardware, "find_spec", found)
    monkeypatch.setattr(opencv, "find_spec", found)
    assert isinstance(hardware.hardware_here(Window()).camera, NoCamera)  # type: ignore[arg-type]


def test_the_main_lens_that_looks_away_is_taken() -> None:
    def lens(direction: CameraLensDirection, kind: CameraLensType = CameraLensType.UNKNOWN) -> CameraDescription:
        return CameraDescription(f"{direction} {kind}", direction, 90, kind)

    back, front, usb = CameraLensDirection.BACK, CameraLensDirection.FRONT, CameraLensDirection.EXTERNAL
    wide = lens(back, CameraLensType.WIDE)
    assert best([lens(front), lens(back, CameraLensType.ULTRA_WIDE), wide, lens(usb)]) is wide
    assert best([lens(front), first := lens(back), lens(back)]) is first
    assert best([lens(front), outside := lens(usb)]) is outside
    assert best([alone := lens(front)]) is alone
    assert best([]) is None


# -- opening and closing -------------------------------------------------------------------------


def test_the_picture_lies_between_the_bars_without_sound_and_goes_with_the_screen() -> None:
    async def play(scene: Scene) -> None:
        opened = await scene.open(scan=False)
        assert opened == Opened(torch=True)
        assert (scene.box.top, scene.box.bottom, scene.box.left, scene.box.right) == (56, 200, 0, 0)
        assert scene.box.visible and scene.box.ignore_interactions, "touches go to what is beneath"
        told = dict(scene.phone.said)["initialize"]
        assert told["description"].name == "0" and told["enable_audio"] is False
        assert "start_image_stream" not in scene.phone.asked, "nobody looks for codes while photos are taken"
        await scene.camera.move(top=80, bottom=100)
        assert (scene.box.top, scene.box.bottom) == (80, 100)
        await scene.camera.close()
        assert not scene.box.visible, "Flutter throws a hidden camera away"
        updates = scene.window.updates
        await scene.camera.close()
        await scene.camera.move(top=1, bottom=1)
        assert scene.window.updates == updates and not await scene.camera.torch(True)
        await scene.open(scan=False)
        assert len(scene.window.overlay) == 1 and scene.box.visible

    played(play)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("CameraException(CameraAccessDenied, Camera access permission was denied.)", CAMERA_DENIED),
        ("CameraException(CameraAccessDeniedWithoutPrompt, User has previously denied the camera)", CAMERA_DENIED),
        ("CameraException(CameraAccessRestricted, null)", CAMERA_DENIED),
        ("CameraException(cameraNotFound, No camera found for the given camera options.)", CAMERA_NONE),
        ("CameraException(cameraNotReadable, The camera is not readable due to a hardware error)", CAMERA_BUSY),
        ("The camera was already in use by a higher-priority camera client.", CAMERA_BUSY),
        ("CameraException(cameraNotSupported, The camera is not supported on this device.)", CAMERA_UNSUPPORTED),
        ("PlatformException(channel-error, Unable to establish connection)", CAMERA_BROKEN),
    ],
)
@pytest.mark.parametrize("step", ["get_available_cameras", "initialize"])
def test_a_camera_that_does_not_open_says_why(error: str, kind: ProblemKind, step: str) -> None:
    assert why(error) is kind

    async def play(scene: Scene) -> None:
        scene.phone.answers[step] = RuntimeError(error)
        with pytest.raises(Problem) as raised:
            await scene.open()
        assert raised.value.kind is kind
        assert not scene.box.visible and not scene.asking.locked()
        scene.phone.answers[step] = [BACK]
        await scene.open()
        assert scene.box.visible, "trying again may work"

    played(play)


def test_a_plug_in_that_trips_once_is_asked_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native_camera, "AGAIN_S", 0.0)

    async def play(scene: Scene) -> None:
        tripped: list[bool] = []

        async def once() -> None:
            if not tripped:
                tripped.append(True)
                raise RuntimeError("Concurrent modification during iteration")

        scene.phone.answers["initialize"] = once
        await scene.open()
        assert tripped and scene.box.visible and scene.phone.asked.count("initialize") == 2

    played(play)


def test_a_phone_without_a_camera_says_so() -> None:
    async def play(scene: Scene) -> None:
        scene.phone.answers["get_available_cameras"] = []
        with pytest.raises(Problem, match="camera_none"):
            await scene.open()
        assert "initialize" not in scene.phone.asked and not scene.box.visible

    played(play)


def test_a_plug_in_that_never_answers_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native_camera, "ASK_S", 0.02)

    async def play(scene: Scene) -> None:
        scene.phone.answers["initialize"] = asyncio.Event().wait
        with pytest.raises(Problem, match="camera_broken"):
            await scene.open()
        assert not scene.asking.locked()

    played(play)


def test_a_screen_left_while_the_camera_opens_leaves_it_closed() -> None:
    async def play(scene: Scene) -> None:
        allowed = asyncio.Event()
        scene.phone.answers["initialize"] = allowed.wait
        opening = asyncio.ensure_future(scene.open())
        await until(lambda: "initialize" in scene.phone.asked, "the question")
        await scene.camera.close()
        assert not scene.box.visible
        allowed.set()
        with pytest.raises(Problem, match="camera_broken"):
            await opening
        assert not scene.box.visible and "start_image_stream" not in scene.phone.asked and scene.ends == 0

    played(play)


def test_the_second_of_two_openings_counts_and_one_question_is_asked_at_a_time() -> None:
    async def play(scene: Scene) -> None:
        allowed = asyncio.Event()
        scene.phone.answers["initialize"] = allowed.wait
        first = asyncio.ensure_future(scene.open(scan=False))
        await until(lambda: "initialize" in scene.phone.asked, "the question")
        second = asyncio.ensure_future(scene.camera.open(top=10, bottom=20, scan=True))
        await asyncio.sleep(0.02)
        assert scene.phone.asked.count("initialize") == 1, "the system is still asking"
        allowed.set()
        with pytest.raises(Problem, match="camera_broken"):
            await first
        assert (await second).torch and scene.box.visible and scene.box.top == 10
        assert scene.phone.asked.count("initialize") == 2

    played(play)


@pytest.mark.parametrize("scan", [True, False])
def test_a_camera_taken_away_tells_once(scan: bool) -> None:
    async def play(scene: Scene) -> None:
        await scene.open(scan)
        scene.state(has_error=False)
        scene.state(has_error=True, error_description="The camera was unable to change torch modes.")
        scene.state(has_error=True, error_description="Error code: torchModeNotSupported")
        assert scene.ends == 0 and scene.box.visible, "without its lamp it is still a camera"
        scene.state(has_error=True, error_description="the camera was disconnected")
        scene.state(has_error=True, error_description="the camera was disconnected")
        assert scene.ends == 1 and not scene.box.visible
        with pytest.raises(Problem, match="camera_broken"):
            await scene.camera.take()
        await scene.open(scan)
        scene.camera.unseen()
        assert scene.ends == 2 and not scene.box.visible
        scene.camera.unseen()
        scene.stop()
        scene.stop()
        await scene.open(scan)
        scene.camera.unseen()
        assert scene.ends == 2, "nobody listens any more"

    played(play)


# -- torch and photos ----------------------------------------------------------------------------


def test_the_torch_is_the_flash_that_stays_on() -> None:
    async def play(scene: Scene) -> None:
        assert (await scene.open()).torch
        assert await scene.camera.torch(True) and await scene.camera.torch(False)
        modes = [told["mode"].value for name, told in scene.phone.said if name == "set_flash_mode"]
        assert modes == ["off", "torch", "off"]
        scene.phone.answers["set_flash_mode"] = RuntimeError("CameraException(setFlashModeFailed, no flash)")
        assert not await scene.camera.torch(True)
        assert not (await scene.open()).torch, "without a flash there is no torch"
        scene.phone.answers |= {"set_flash_mode": None, "get_available_cameras": [FRONT]}
        assert not (await scene.open()).torch, "nor on the side of the face"

    played(play)


def test_a_photo_is_shrunk_and_a_failed_one_told() -> None:
    async def play(scene: Scene) -> None:
        await scene.open(scan=False)
        assert (await scene.camera.take()).photo == b"a photo"
        scene.phone.answers["take_picture"] = RuntimeError("CameraException(captureTimeout, no picture)")
        with pytest.raises(Problem, match="camera_broken"):
            await scene.camera.take()
        assert scene.box.visible and scene.ends == 0, "another try may work"

    played(play)


# -- codes ---------------------------------------------------------------------------------------


def test_a_code_in_view_is_told_once_and_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(scene: Scene) -> None:
        await scene.open()
        await until(lambda: "start_image_stream" in scene.phone.asked, "the stream")
        for frame in ("", "K7M2QD91X aside", "K7M2QD91X", "K7M2QD91X", "", "K7M2QD91X", "other"):
            before = scene.tools.looked
            scene.frame(frame)
            await until(lambda before=before: scene.tools.looked > before, "a look")  # type: ignore[misc]
        await until(lambda: "other" in scene.codes, "the other code")
        assert scene.codes == ["K7M2QD91X", "other"], "the nearest of each frame, not again while it stays"
        monkeypatch.setattr(native_camera, "SAME_AGAIN_S", 0.0)
        scene.frame("other")
        await until(lambda: scene.codes[2:] == ["other"], "the same code, later")
        assert "take_picture" not in scene.phone.asked

    played(play)


def test_only_the_newest_frame_is_looked_at_when_decoding_is_slow() -> None:
    async def play(scene: Scene) -> None:
        await scene.open()
        await until(lambda: "start_image_stream" in scene.phone.asked, "the stream")
        scene.tools.gate = asyncio.Event()
        scene.frame("first")
        await until(lambda: scene.tools.looked == 1, "the first look")
        for number in range(50):
            scene.frame(f"frame-{number}")
        scene.tools.gate.set()
        await until(lambda: len(scene.codes) == 2, "two codes")
        assert scene.codes == ["first", "frame-49"] and scene.tools.looked == 2

    played(play)


def test_a_code_found_after_the_screen_was_left_is_not_told() -> None:
    async def play(scene: Scene) -> None:
        await scene.open()
        await until(lambda: "start_image_stream" in scene.phone.asked, "the stream")
        scene.tools.gate = asyncio.Event()
        scene.frame("K7M2QD91X")
        await until(lambda: scene.tools.looked == 1, "the look")
        await scene.camera.close()
        scene.frame("late")
        scene.tools.gate.set()
        await asyncio.sleep(0.03)
        assert scene.codes == [] and scene.ends == 0 and scene.tools.looked == 1

    played(play)


@pytest.mark.parametrize("broken", [False, True])
def test_without_a_stream_photos_are_looked_at_one_after_the_other(broken: bool) -> None:
    async def play(scene: Scene) -> None:
        scene.phone.answers["supports_image_streaming"] = broken
        scene.phone.answers["start_image_stream"] = RuntimeError("CameraException(unsupported, no stream)")
        running = 0

        async def shutter() -> bytes:
            nonlocal running
            running += 1
            assert running == 1, "the plug-in refuses a second photo meanwhile"
            await asyncio.sleep(0.005)
            running -= 1
            return b"K7M2QD91X"

        scene.phone.answers["take_picture"] = shutter
        await scene.open()
        await until(lambda: scene.codes, "the code")
        assert (await scene.camera.take()).photo == b"K7M2QD91X"
        await until(lambda: scene.tools.looked > 3, "more looks")
        assert scene.codes == ["K7M2QD91X"]
        scene.phone.answers["take_picture"] = RuntimeError("Camera is not initialized.")
        await until(lambda: scene.ends == 1, "the end")
        assert not scene.box.visible

    played(play)


def test_a_frame_that_cannot_be_read_is_passed_over_and_a_broken_decoder_ends_the_scan() -> None:
    async def play(scene: Scene) -> None:
        await scene.open()
        await until(lambda: "start_image_stream" in scene.phone.asked, "the stream")
        scene.tools.problem = Problem(PICTURE_UNREADABLE)
        scene.frame("x")
        await until(lambda: scene.tools.looked == 1, "a look")
        await asyncio.sleep(0.02)
        assert scene.box.visible and scene.ends == 0
        scene.tools.problem = MemoryError("no room for the picture")
        scene.frame("x")
        await until(lambda: scene.ends == 1, "the end")
        assert not scene.box.visible

    played(play)


def test_opencv_reads_a_real_frame_beside_the_loop() -> None:
    """Decoding a frame does not keep the loop from drawing."""
    out = io.BytesIO()
    wall = Image.new("RGB", (1280, 720), (110, 100, 90))
    wall.paste(any_code("K7M2QD91X").convert("RGB").resize((240, 240)), (500, 220))
    wall.save(out, "JPEG")

    async def whole() -> None:
        look = asyncio.ensure_future(opencv.OpenCv().decode(out.getvalue()))
        turns = 0
        while not look.done():
            await asyncio.sleep(0)
            turns += 1
        assert look.result() == ["K7M2QD91X"] and turns > 10
        assert await opencv.OpenCv().decode(as_jpeg(Image.open(io.BytesIO(jpeg(1280, 720))))) == []

    asyncio.run(whole())


def test_opencv_reads_printed_tags_turned_tilted_dim_blurred_covered_far_and_in_glare() -> None:
    """G.3 without a browser: no class that people expect to work is lost, a torn tag is no other tag."""
    each = 2
    codes = tag_pictures.codes(each * 9, "K7M", seed=20261122)
    read: Counter[tuple[str, bool]] = Counter()
    for shot in tag_pictures.shots(tag_pictures.printed(codes), each, 20261122):
        texts = asyncio.run(opencv.OpenCv().decode(shot.jpeg))
        assert texts in ([], [shot.code])
        read[shot.kind, bool(texts)] += 1
    readable = {kind: read[kind, True] for kind in tag_pictures.READABLE}
    assert sum(readable.values()) >= 0.95 * each * len(readable) - 1 and all(readable.values()), readable


def test_a_picture_that_a_detector_chokes_on_has_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    class Choking:
        def detectAndDecodeMulti(self, image: object) -> object:
            raise cv2.error("the box has no size")

    monkeypatch.setattr(cv2, "QRCodeDetectorAruco", Choking)
    assert asyncio.run(opencv.OpenCv().decode(as_jpeg(any_code("K7M2QD91X")))) == ["K7M2QD91X"], (
        "the other one reads it"
    )


# -- the location -----------------------------------------------------------------------------------


def located(answers: dict[str, Any], *, ios: bool = False, asking: asyncio.Lock | None = None) -> Any:
    """What the adapter finds, and what the plug-in was asked."""
    asked: list[tuple[str, Any]] = []

    class Played(Geolocator):
        async def _invoke_method(
            self, method_name: str, arguments: dict[str, Any] | None = None, timeout: float | None = None
        ) -> Any:
            asked.append((method_name, arguments))
            answer = answers[method_name]
            if isinstance(answer, Exception):
                raise answer
            return await answer() if callable(answer) else answer

    async def whole() -> Position | None:
        return await FletLocation(asking or asyncio.Lock(), ios=ios, plug_in=Played).find()

    return asyncio.run(whole()), asked


HERE: Final = {"latitude": 31.2304163, "longitude": 121.4737012, "accuracy": 11.6, "speed": 0.0, "mocked": False}


@pytest.mark.parametrize("ios", [False, True])
def test_the_place_is_asked_for_once_it_is_allowed_and_never_in_the_background(ios: bool) -> None:
    answers = {"get_permission_status": "denied", "request_permission": "whileInUse", "get_current_position": HERE}
    found, asked = located(answers, ios=ios)
    assert found == Position.of(31.230416, 121.473701, 12)
    assert [name for name, _ in asked] == ["get_permission_status", "request_permission", "get_current_position"]
    how = asked[-1][1]["configuration"]
    assert how.time_limit == ft.Duration(seconds=8)
    assert getattr(how, "allow_background_location_updates", False) is False
    found, asked = located(answers | {"get_permission_status": "always"}, ios=ios)
    assert found is not None and "request_permission" not in [name for name, _ in asked]


@pytest.mark.parametrize(
    "answers",
    [
        {"get_permission_status": "deniedForever"},
        {"get_permission_status": "denied", "request_permission": "denied"},
        {"get_permission_status": RuntimeError("Location permissions are not declared")},
        {"get_permission_status": "always", "get_current_position": RuntimeError("Location services are disabled.")},
        {"get_permission_status": "always", "get_current_position": {"latitude": None, "longitude": None}},
    ],
)
def test_a_place_that_is_not_allowed_or_not_known_is_none(answers: dict[str, Any]) -> None:
    found, _ = located(answers)
    assert found is None


def test_a_place_that_takes_too_long_is_none_and_an_unknown_accuracy_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = {"get_permission_status": "always", "get_current_position": HERE | {"accuracy": 0.0}}
    assert located(known)[0] == Position.of(31.230416, 121.473701, None)
    monkeypatch.setattr(native_location, "PATIENCE_S", -0.99)

    async def never() -> None:
        await asyncio.sleep(60)

    waiting: dict[str, Callable[[], Awaitable[None]] | str] = {
        "get_permission_status": "always", "get_current_position": never,
    }  # fmt: skip
    assert located(waiting)[0] is None
