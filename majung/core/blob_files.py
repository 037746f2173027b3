"""The bytes of blobs in their storage: named by content, written whole or not at all."""

import contextlib
import os
import tempfile
import time
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

_CHUNK: Final = 1024 * 1024
_STALE: Final = 24 * 60 * 60  # seconds after which an unfinished file is nobody's


def path_of(sha256: str, *, thumb: bool = False) -> str:
    """Return the storage name ``ab/cd/<sha256>``, for a thumbnail with ``.thumb.webp`` behind."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}{'.thumb.webp' if thumb else ''}"


def storage() -> Storage:
    return storages["blobs"]


def exists(name: str) -> bool:
    return storage().exists(name)


def put(name: str, content: IO[bytes]) -> None:
    """Write ``content`` from its start under ``name``; the same name always has the same bytes."""
    content.seek(0)
    storage().save(name, File(content))


def put_missing(name: str, content: IO[bytes]) -> None:
    if not exists(name):
        put(name, content)


def open_file(name: str) -> BinaryIO:
    """Open for reading, seekable; raises ``FileNotFoundError``."""
    return cast("BinaryIO", storage().open(name, "rb"))


def delete(name: str) -> None:
    """Delete a file if it is there."""
    storage().delete(name)


def remove(sha256: str) -> None:
    """Delete the bytes and the thumbnail of a content, if they are there."""
    delete(path_of(sha256))
    delete(path_of(sha256, thumb=True))


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class FolderStorage(FileSystemStorage):
    """A folder whose files appear whole, by rename, and survive a power cut once saved."""

    @property
    def incoming(self) -> Path:
        """Files being written; on the same file system, so that the rename is atomic."""
        return Path(self.location) / "incoming"

    def save(
        self,
        name: str | None,
        content: IO[bytes],
        max_length: int | None = None,  # noqa: ARG002 - Django's signature
    ) -> str:
        """Write or replace ``name``; unlike Django's, never picks another name."""
        if not name:
            msg = "a blob is stored under its name"
            raise ValueError(msg)
        target = Path(self.path(name))
        self.incoming.mkdir(parents=True, exist_ok=True)
        new = not target.parent.is_dir()
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, unfinished = tempfile.mkstemp(dir=self.incoming)
        try:
            with os.fdopen(descriptor, "wb") as file:
                while chunk := content.read(_CHUNK):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            Path(unfinished).replace(target)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
        if new:
            _sync_folder(target.parent.parent)
            _sync_folder(Path(self.location))
        return name

    def sweep(self) -> int:
        """Delete what a killed process left unfinished a day ago; return how many."""
        stale, swept = time.time() - _STALE, 0
        for path in self.incoming.glob("*"):
            with contextlib.suppress(FileNotFoundError):  # finished or swept meanwhile
                if path.stat().st_mtime < stale:
                    path.unlink()
                    swept += 1
        return swept


def sweep() -> int:
    """Delete unfinished files of a folder storage; other storages have none."""
    found = storage()
    return found.sweep() if isinstance(found, FolderStorage) else 0
