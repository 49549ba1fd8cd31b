"""First pulls as one file: made by the phone's own store, kept on disk, offered and handed out (docs/sync.md)."""

from sync_server.first_pulls.offering import FirstPulls

__all__ = ["FirstPulls"]
