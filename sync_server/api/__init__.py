"""The server's HTTP interface."""

from sync_server.api.main import create_app, open_store

__all__ = ["create_app", "open_store"]
