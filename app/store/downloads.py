"""A file that is being fetched, as far as it has come: a fetch that broke off goes on there.

It lies beside the store; in a browser in memory, where each file costs a handle that is opened at every start. It is
overwritten before it goes, as rows of the store are (docs/at-rest.md).
"""

from __future__ import annotations

from pathlib import Path

from app.domain.wire.canonical import sha256_hex


class Download:
    """The one file that is being fetched for the store at ``database``."""

    def __init__(self, database: Path, *, on_disk: bool) -> None:
        self._folder = database.with_name(database.name + ".pull") if on_disk else None
        self._name = ""
        self._pieces = bytearray()

    def have(self, name: str) -> int:
        """Return how many bytes of the file ``name`` are here; what is here of any other is removed."""
        if self._folder is None:
            if name != self._name:
                self.forget()
            return len(self._pieces)
        for path in self._files():
            if path.name != name:
                _remove(path)
        path = self._folder / name
        return path.stat().st_size if path.exists() else 0

    def add(self, name: str, piece: bytes) -> None:
        """Append what follows on ``have(name)`` bytes. Raises OSError, ``ValueError`` for a name that is no file's."""
        if self._folder is None:
            self._name = name
            self._pieces += piece
            return
        if Path(name).name != name:
            raise ValueError(name)
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / name).open("ab") as file:
            file.write(piece)

    def whole(self, name: str, digest: str) -> bytes | None:
        """Return the file if its SHA-256 is ``digest``."""
        if self._folder is None:
            data = bytes(self._pieces) if name == self._name else b""
        else:
            path = self._folder / name
            data = path.read_bytes() if path.exists() else b""
        return data if sha256_hex(data) == digest else None

    def forget(self) -> None:
        """Remove what is here."""
        self._name = ""
        self._pieces = bytearray()
        for path in self._files():
            _remove(path)
        if self._folder is not None and self._folder.exists():
            self._folder.rmdir()

    def _files(self) -> list[Path]:
        return list(self._folder.iterdir()) if self._folder is not None and self._folder.is_dir() else []


def _remove(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
    path.unlink()
