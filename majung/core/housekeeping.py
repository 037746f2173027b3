"""What the ground floor clears away by itself."""

from majung.core import blobs, limits, trash
from majung.core.timers import every


@every(hours=1, atomic=False)
def purge_rate_windows() -> None:
    """Forget rate windows that are over."""
    limits.purge()


@every(hours=1, atomic=False)
def purge_unused_files() -> None:
    """Delete uploads that no message ever used."""
    blobs.purge_unused()


@every(hours=6, atomic=False)
def empty_trash() -> None:
    """Delete for good what has waited thirty days."""
    trash.purge()
