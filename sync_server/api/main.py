"""Putting the server together."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version

from anyio import CapacityLimiter, create_task_group, to_thread
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from app.domain.wire import errors, protocol, squeezing
from sync_server.api import (
    answers,
    copies,
    custody,
    door,
    door_events,
    duties,
    exports,
    first_pulls,
    follow_ups,
    forms,
    handbook,
    job_register,
    models,
    news,
    on_time,
    papers,
    people,
    problems,
    registers,
    reports,
    rounds,
    surveys,
    syncing,
    tickets,
    verify,
    waiting,
)
from sync_server.api.context import Context, Here
from sync_server.api.door import DoorPages
from sync_server.api.private import KeepPrivate
from sync_server.api.problems import documented
from sync_server.api.register_jobs import RegisterJobs
from sync_server.api.unpack import UnpackRequests
from sync_server.api.waits import Waits
from sync_server.api.web import ServeWeb
from sync_server.auth.throttle import Throttle
from sync_server.first_pulls import FirstPulls
from sync_server.news import Sending
from sync_server.reports.kept import Kept
from sync_server.settings import Settings
from sync_server.store import Store

_AT_ONCE = 4 * (os.cpu_count() or 1)
"""Most requests that are worked on at a time. More would only share the same cores, each with a database connection and
its cached pages; the others wait and are served in the order in which they came."""


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    """While the server runs: few requests at once, news outside the app is sent, files of first pulls are kept tidy."""
    current_default_thread_limiter().total_tokens = _AT_ONCE
    async with create_task_group() as beside:
        beside.start_soon(app.state.news.run)
        files: FirstPulls = app.state.context.first_pulls
        beside.start_soon(files.keep_tidy)
        yield
        files.stop()
        beside.cancel_scope.cancel()


def open_store(settings: Settings) -> Store:
    """Open the store of ``settings`` and bring its tables up to date.

    Raises DatabaseUnusable, and OSError when a folder or the password's file can't be used.
    """
    store = Store(settings.url, settings.blobs, permit_hours=settings.permit_hours)
    store.database.reach()
    store.migrate()
    return store


def create_app(store: Store | None = None, settings: Settings | None = None) -> FastAPI:
    """Return the server as an ASGI application, over ``store`` or the one the settings name."""
    settings = settings or Settings()
    # The pages of the documentation are served with their own scripts: in a LAN there may be no way to get them
    # elsewhere.
    app = FastAPIOffline(
        static_url="/docs/files",
        lifespan=_running,
        title="上门 Shangmen",
        version=_version(),
        description=(
            "Sync for phones, tickets for the company's other systems. Every error has the same shape: "
            "`{error: {code, name, message: {zh, en}, details}}`. Requests and answers may be gzip."
        ),
    )
    store = store or open_store(settings)
    files = FirstPulls(store, settings.data_dir / "first-pulls", settings.first_pull_mb * 1024 * 1024)
    context = app.state.context = Context(store, settings, Throttle(), files)
    app.state.registers = RegisterJobs(context.store)
    app.state.news = Sending(context.store, settings.public_url)
    app.state.door_pages = DoorPages()
    app.state.copy_guesses = Throttle()
    app.state.reports_kept = Kept()
    app.state.waits = Waits(context.store)
    context.store.database.listeners.add(app.state.waits)
    problems.install(app)
    for part in (
        people,
        syncing,
        first_pulls,
        waiting,
        tickets,
        papers,
        reports,
        custody,
        on_time,
        duties,
        exports,
        job_register,
        follow_ups,
        rounds,
        verify,
        registers,
        news,
        forms,
        handbook,
        answers,
        surveys,
        door,
        door_events,
        copies,
    ):
        # Taken as they are: ``include_router`` builds every route anew for each application, at its first request.
        app.router.routes.extend(part.router.routes)
    app.router.routes.extend(surveys.pages.routes)

    by_itself = CapacityLimiter(1)

    @app.get(
        "/v1/health", response_model=models.HealthAnswer, tags=["server"], responses=documented(errors.SERVER_FULL)
    )
    async def health(here: Here) -> models.HealthAnswer:
        """Tell that the server is up and reaches its database."""
        return models.HealthAnswer(
            status="ok",
            protocol=protocol.PROTOCOL,
            oldest_protocol=protocol.OLDEST_PROTOCOL,
            version=app.version,
            server_time=here.store.now(),
            # Not in the queue of those who push: it must answer even when the server is busy.
            estate=await to_thread.run_sync(here.store.estate_name, limiter=by_itself),
        )

    app.add_middleware(UnpackRequests, here=context)
    app.add_middleware(
        GZipMiddleware,
        minimum_size=500,
        compresslevel=5,
        exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, squeezing.MEDIA_TYPE),
    )
    app.add_middleware(KeepPrivate)
    app.add_middleware(ServeWeb, folder=lambda: settings.web_folder)
    return app


def _version() -> str:
    try:
        return version("shangmen")
    except PackageNotFoundError:  # run from a clone: it is never installed (pyproject.toml)
        return "0.1.0"
