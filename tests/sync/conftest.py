"""The real server, for tests that ask for it."""

from tests.support.server import live_server

__all__ = ["live_server"]
