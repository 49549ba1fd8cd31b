"""What every test may ask for: fresh databases of both kinds, and the app's page in a real Chromium."""

import gc
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support import browser, postgres, web_app
from tests.support.driver import CHROMIUM, PICTURES, WINDOW
from tests.support.postgres import PostgresServer
from tests.support.project import ROOT

# How long an example takes says how busy the machine is, nothing about the code. A failure prints what replays it.
settings.register_profile("everywhere", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("everywhere")

STORES = ("sqlite", "postgresql")
PHONE = {"width": 390, "height": 844}
LONGEST = (
    "web/test_storage", "browser/test_labels", "web/start/test_renderers", "browser/test_web_survival",
    "web/test_suites_in_browser", "browser/test_camera", "browser/test_habits", "web/test_journeys",
    "browser/test_kills", "browser/test_offline_day", "web/start/test_start", "ui/test_gallery",
    "browser/test_restarts", "web/test_journey",
)  # fmt: skip
"""Files of the part in Chromium that take half a minute or more, the longest first: as they are handed out."""
IN_BROWSER = ("browser/", "web/", "ui/test_gallery", "server/test_https", "tooling/test_support")
"""Where tests that drive a browser live, below tests/: the part in Chromium imports no other file."""
IN_TURN = (
    "journeys/", "sync/test_live", "bench/", "server/test_rights", "server/test_news", "server/test_door_page",
    "server/test_waiting", "server/test_follow_ups", "server/test_openapi", "server/test_register_api",
    "server/test_attacks", "server/test_join_codes",
)  # fmt: skip
"""Files whose tests are about what people meet, not about the store: each test runs on one kind of store, by its name
the one or the other, and on both with --all. The stores' own contracts always run on both."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--all`: what runs in a window without a browser runs in Chromium as well, and long tests run too."""
    parser.addoption("--all", action="store_true", help="flows of screens in Chromium as well, and long tests")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Spare the part in Chromium the import of files without a test in a browser."""
    everything = config.getoption("--all") or PICTURES or config.getoption("markexpr") != "browser"
    if everything or not collection_path.name.startswith("test_") or _in_browser(collection_path):
        return None
    return True


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a flow its kinds of window: pictures of it can be taken in Chromium alone."""
    for name in {"field_day", "flow"} & set(metafunc.fixturenames):
        kinds = [WINDOW] if not PICTURES else []
        in_chromium = [CHROMIUM] if PICTURES or metafunc.config.getoption("--all") else []
        marked = [pytest.param(kind, marks=pytest.mark.browser) for kind in in_chromium]
        metafunc.parametrize(name, [*kinds, *marked], indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what drives a browser, and run it last: the quick answers come first.

    What needs the offline web app comes first where there is no browser: workers begin at different places of the list,
    so only one of them waits for the app to be made. In the browser the longest files come first (`LONGEST`).
    """
    flows = config.getoption("--all") or PICTURES
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
            # What a browser meets is the same server; the stores' own contracts are tested without one.
            if _store(item) == "sqlite":
                item.add_marker("long")
        elif _store(item) not in ("", _in_turn(item)):
            item.add_marker("long")
        if item.get_closest_marker("browser") and not _in_browser(item.path) and not flows:
            raise pytest.UsageError(
                f"{item.nodeid} drives a browser: its file belongs in IN_BROWSER (tests/conftest.py)"
            )
    if not config.getoption("--all"):
        left_out = [item for item in items if item.get_closest_marker("long")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
    items.sort(key=_place)


@pytest.fixture(autouse=True, scope="session")
def _quick_hashes() -> Iterator[None]:
    """Hash passwords and codes by the same algorithms at the least cost: what makes guessing slow made every sign-in of
    every test slow. That the cost is what it should be has a test of its own (tests/server/test_hashes.py)."""
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    from sync_server.auth import codes, passwords

    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", quick)
        patch.setattr(passwords, "_NOBODY", quick.hash("nobody"))
        patch.setattr(codes, "COST", 2)
        yield


def pytest_collection_finish() -> None:
    """Spare every later collection of garbage the many objects of imported modules and collected tests: some 8 % of
    the time tests take."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _in_browser(path: Path) -> bool:
    """Whether a test file is one of those that may hold tests in a browser."""
    return path.relative_to(ROOT / "tests").as_posix().startswith(IN_BROWSER)


def _store(item: pytest.Item) -> str:
    """Which kind of store a test runs on; "" when it doesn't run on each in turn."""
    given = getattr(item, "callspec", None)
    return str(given.params.get("store_url") or given.params.get("fresh_url") or "") if given is not None else ""


def _in_turn(item: pytest.Item) -> str:
    """The kind of store a test runs on when it runs on one alone: by chance, and always the same."""
    store = _store(item)
    if not item.path.relative_to(ROOT / "tests").as_posix().startswith(IN_TURN):
        return store
    name = item.nodeid.replace(store, "")
    return STORES[zlib.crc32(name.encode()) % len(STORES)]


def _place(item: pytest.Item) -> tuple[bool, int, bool]:
    browser = item.get_closest_marker("browser") is not None
    file = item.path.relative_to(ROOT / "tests").with_suffix("").as_posix()
    turn = LONGEST.index(file) if browser and file in LONGEST else len(LONGEST)
    return browser, turn, "web_tree" not in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def pg_server() -> Iterator[PostgresServer]:
    """The one PostgreSQL of this run; `fresh()` and `fresh_from(key, prepare)` make databases in it."""
    with postgres.server() as running:
        yield running


@pytest.fixture
def pg_url(pg_server: PostgresServer) -> Iterator[str]:
    """SQLAlchemy URL of an empty PostgreSQL database that only this test has."""
    url = pg_server.fresh()
    yield url
    pg_server.drop(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """SQLAlchemy URL of a SQLite file that only this test has; the file is not made yet."""
    return f"sqlite:///{(tmp_path / 'store.sqlite').as_posix()}"


@pytest.fixture(params=STORES)
def store_url(request: pytest.FixtureRequest) -> str:
    """An empty store of each kind in turn: a test that takes this runs on both."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "pg_url"))


def _migrated(url: str) -> None:
    from sync_server.store.database import Database
    from sync_server.store.upkeep import migrate

    database = Database(url)
    migrate.migrate(database, 1_700_000_000_000)
    database.close()


@pytest.fixture(params=STORES)
def fresh_url(request: pytest.FixtureRequest, sqlite_url: str) -> Iterator[str]:
    """A store of each kind in turn for a server, which makes its tables in SQLite; PostgreSQL has them already, as a
    copy of one that was migrated once."""
    if request.param == "sqlite":
        yield sqlite_url
        return
    server: PostgresServer = request.getfixturevalue("pg_server")
    url = server.fresh_from("sync-server", _migrated)
    yield url
    server.drop(url)


@pytest.fixture(scope="session")
def web_tree() -> Path:
    """The offline web app as `python3 dev.py web` makes it, once a run."""
    return web_app.made()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one Chromium of this run. Not being able to start one is an error, never a skip."""
    with browser.chromium() as started:
        yield started


@pytest.fixture
def phone_context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts like a phone's: 390x844, touch, Chinese. Options of `new_context` may be added.

    Each context is another phone with its own storage; all are closed after the test.
    """
    made: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        settings: dict[str, object] = {
            "viewport": PHONE,
            "screen": PHONE,
            "device_scale_factor": 2,
            "is_mobile": True,
            "has_touch": True,
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
        }
        context = chromium.new_context(**(settings | options))  # type: ignore[arg-type]
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def phone_page(phone_context: Callable[..., BrowserContext]) -> Page:
    """One page on one phone."""
    return phone_context().new_page()
