"""Settings of the server, from the environment: ``SHANGMEN_DATABASE_URL``, ``SHANGMEN_DATA_DIR`` …"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from pydantic_settings import BaseSettings, SettingsConfigDict

_ROOT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """What an administrator can set; every name is also an environment variable with ``SHANGMEN_`` before it."""

    model_config = SettingsConfigDict(env_prefix="SHANGMEN_")

    data_dir: Path = Path("data")
    """Folder of the embedded database and the blobs."""
    database_url: str = ""
    """SQLAlchemy URL; empty: SQLite in the data folder. PostgreSQL: ``postgresql://user:password@host/name``."""
    database_password_file: Path | None = None
    """File with the database's password in one line, for a URL without one; unlike the URL it shows in no list of
    processes."""
    blobs_dir: Path | None = None
    """Folder of the blobs; empty: ``blobs`` in the data folder."""
    host: str = "127.0.0.1"
    """Address to listen on; 0.0.0.0 for every interface."""
    port: int = 8560
    """Port to listen on."""
    token_days: int = 180
    """Days a phone stays signed in without a sync."""
    copy_days: int = 90
    """Days for which a resident finds what they signed at the address that the worker's phone showed them; 0: never."""
    permit_hours: int = 24
    """Hours after which goods that were let out by a code are flagged if no permit with it has come (N3)."""
    first_pull_mb: int = 512
    """Megabytes of disk for first pulls as one file, kept in ``first-pulls`` of the data folder; 0: none are made, and
    new phones pull pages."""
    company: str = ""
    """The company's name, above the estate's on papers; empty: the estate's alone."""
    papers_dir: Path | None = None
    """Folder of the company's own layouts of papers (``docs/papers.md``)."""
    public_url: str = ""
    """The server's address for phones, e.g. ``https://ops.example.com``; empty: the address of each request."""
    trusted_proxies: str = ""
    """Reverse proxies (addresses, networks) whose ``X-Forwarded-For`` and ``-Proto`` are trusted; empty: none, ``*``:
    all. Without it, every phone behind a proxy has the proxy's address, and somebody who guesses passwords slows down
    all."""
    web: Path | None = None
    """Folder of the web app; empty: ``var/web`` of the repository, or ``web`` beside the server's package."""

    @property
    def url(self) -> str:
        """The database's URL, with the password of the file. Raises OSError when that file can't be read."""
        if self.database_url and self.database_password_file:
            password = self.database_password_file.read_text(encoding="utf-8").strip()
            before, at, host = self.database_url.rpartition("@")
            return f"{before}:{quote(password, safe='')}@{host}" if at else self.database_url
        return self.database_url or f"sqlite:///{(self.data_dir / 'shangmen.sqlite').absolute().as_posix()}"

    @property
    def blobs(self) -> Path:
        """The folder of the blobs."""
        return self.blobs_dir or self.data_dir / "blobs"

    @property
    def web_folder(self) -> Path | None:
        """The folder of the web app, made by ``python3 dev.py web``; ``None`` while there is none."""
        folders = [self.web] if self.web is not None else [_ROOT / "var" / "web", _ROOT / "web"]
        return next((folder for folder in folders if (folder / "index.html").is_file()), None)
