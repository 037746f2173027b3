"""The file that keeps this installation's secret keys when no setting gives them."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

KEY_BYTES = 32
OWNER_ONLY = 0o600


def new_key() -> str:
    return secrets.token_urlsafe(KEY_BYTES)


def read(path: Path) -> list[str]:
    """Return the keys in the file, the current one first; an absent file has none."""
    if not path.exists():
        return []
    lines = (line.strip() for line in path.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def read_or_make(path: Path) -> list[str]:
    """Return the keys; on first use make the file, once even if two processes start together."""
    if keys := read(path):
        return keys
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path, [new_key()])
    try:
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    return read(path)


def write(path: Path, keys: list[str]) -> None:
    """Put these keys in place of what the file holds."""
    _draft(path, keys).replace(path)


def rotate(path: Path) -> None:
    """Put a new key in front; the old ones stay so that what they sealed can still be read."""
    write(path, [new_key(), *read(path)])


def keep_first(path: Path) -> int:
    """Drop all but the current key; returns how many were dropped."""
    keys = read(path)
    write(path, keys[:1])
    return len(keys[1:])


def is_private(path: Path) -> bool:
    """Say whether nobody but the owner may read the file."""
    return path.stat().st_mode & 0o077 == 0


def _draft(path: Path, keys: list[str]) -> Path:
    handle, name = tempfile.mkstemp(prefix=".keys-", dir=path.parent)
    with os.fdopen(handle, "w") as draft:
        draft.write("# Secret keys of this Majung, the current one first. Keep a copy elsewhere.\n")
        draft.writelines(f"{key}\n" for key in keys)
        draft.flush()
        os.fsync(draft.fileno())
    Path(name).chmod(OWNER_ONLY)
    return Path(name)
