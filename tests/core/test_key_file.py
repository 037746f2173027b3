"""The key file is made once, is private, and rotates without losing what old keys sealed."""

import threading
from pathlib import Path

from majung.core import key_file


def test_keys_are_made_once_and_are_private(tmp_path: Path) -> None:
    path = tmp_path / "home" / "keys"
    (key,) = key_file.read_or_make(path)
    assert len(key) >= key_file.KEY_BYTES
    assert key_file.read_or_make(path) == [key]
    assert key_file.is_private(path)
    path.chmod(0o640)
    assert not key_file.is_private(path)


def test_processes_starting_together_agree_on_the_keys(tmp_path: Path) -> None:
    found: list[list[str]] = []
    together = threading.Barrier(8)

    def make() -> None:
        together.wait()
        found.append(key_file.read_or_make(tmp_path / "keys"))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [found[0]] * 8
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_rotation_puts_a_new_key_in_front(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    (old,) = key_file.read_or_make(path)
    key_file.rotate(path)
    new, kept = key_file.read(path)
    assert (kept, new == old) == (old, False)
    assert key_file.keep_first(path) == 1
    assert key_file.read(path) == [new]
    assert key_file.is_private(path)
