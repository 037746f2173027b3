"""Files by content: stored once, whole or not at all, gone when nobody needs them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from os import utime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import models, transaction
from pytest_django import Settings

from majung.core import blobs
from majung.core.blob_settings import blob_storage
from majung.core.blobs import BlobGone, TooLarge, store
from majung.core.models import Blob
from tests.core.files import HTML, PDF, picture
from tests.core.together import table, together

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.STORAGES = {**settings.STORAGES, "blobs": blob_storage("", home=tmp_path)}
    return tmp_path / "blobs"


@pytest.fixture
def attachment(transactional_db: None) -> Iterator[type[Any]]:
    with table("BlobAttachment", blob=models.ForeignKey(Blob, models.PROTECT)) as made:
        yield made


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def path_of(content: bytes) -> str:
    digest = sha256(content).hexdigest()
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


@pytest.mark.django_db
def test_store_keeps_the_bytes_under_their_hash(folder: Path) -> None:
    blob = store(BytesIO(PDF), limit=1000)
    assert (blob.sha256, blob.size) == (sha256(PDF).hexdigest(), len(PDF))
    assert (blob.media_type, blob.width, blob.scan) == ("application/pdf", None, "clean")
    assert names(folder) == [path_of(PDF)]
    with blobs.open_blob(blob) as stream:
        assert stream.read() == PDF


@pytest.mark.django_db
def test_store_measures_images_and_makes_a_thumbnail(folder: Path) -> None:
    content = picture(1000, 500)
    blob = store(BytesIO(content), limit=100_000, name="../../etc/passwd")
    assert (blob.media_type, blob.width, blob.height) == ("image/png", 1000, 500)
    assert blob.has_thumbnail
    assert Blob.objects.get().has_thumbnail
    assert names(folder) == [path_of(content), f"{path_of(content)}.thumb.webp"]


@pytest.mark.django_db
def test_store_spools_large_files_to_disk(folder: Path) -> None:
    content = bytes(range(256)) * 20_000
    blob = store(BytesIO(content), limit=len(content))
    assert (folder / path_of(content)).read_bytes() == content
    assert blob.size == len(content)


@pytest.mark.django_db
def test_store_refuses_one_byte_too_many_and_leaves_nothing(folder: Path) -> None:
    with pytest.raises(TooLarge) as caught:
        store(BytesIO(b"x" * 101), limit=100)
    assert caught.value.limit == 100
    assert store(BytesIO(b"x" * 100), limit=100).size == 100
    assert Blob.objects.count() == 1
    assert names(folder) == [path_of(b"x" * 100)]


@pytest.mark.django_db
def test_store_twice_gives_the_same_row() -> None:
    first, second = store(BytesIO(PDF), limit=999), store(BytesIO(PDF), limit=999, name="other")
    assert (first.pk, first.public_id) == (second.pk, second.public_id)
    assert Blob.objects.count() == 1


@pytest.mark.django_db
def test_store_keeps_html_called_png_as_text() -> None:
    blob = store(BytesIO(HTML), limit=1000, name="photo.png")
    assert (blob.media_type, blob.width, blob.has_thumbnail) == ("text/plain", None, False)


@pytest.mark.django_db(transaction=True)
def test_store_by_many_at_once_makes_one_row_and_one_file(folder: Path) -> None:
    content = picture(600, 600)
    rows = together(lambda _: store(BytesIO(content), limit=100_000).pk, threads=8)
    assert rows == [Blob.objects.get().pk] * 8
    assert names(folder) == [path_of(content), f"{path_of(content)}.thumb.webp"]


@pytest.mark.django_db(transaction=True)
def test_store_and_purge_at_once_never_leave_a_row_without_bytes(folder: Path) -> None:
    content = b"again and again"

    def work(number: int) -> None:
        for _ in range(15):
            if number % 2:
                blobs.purge_unused(older_than=timedelta(0))
            else:
                store(BytesIO(content), limit=100)

    together(work, threads=4)
    left = [path_of(content)] if Blob.objects.exists() else []
    assert names(folder) == left


@pytest.mark.django_db
def test_store_puts_back_bytes_that_went_missing(folder: Path) -> None:
    store(BytesIO(PDF), limit=1000)
    (folder / path_of(PDF)).unlink()
    store(BytesIO(PDF), limit=1000)
    assert names(folder) == [path_of(PDF)]


@pytest.mark.django_db
def test_purge_unused_takes_only_what_is_old_and_unused(folder: Path) -> None:
    with time_machine.travel(NOON, tick=False):
        store(BytesIO(b"old"), limit=100)
        blobs.mark_used(store(BytesIO(b"used"), limit=100))
        again = store(BytesIO(b"sent again"), limit=100)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        store(BytesIO(b"new"), limit=100)
        assert store(BytesIO(b"sent again"), limit=100).pk == again.pk
    with time_machine.travel(NOON + DAY, tick=False):
        assert blobs.purge_unused() == 1
    left = [b"used", b"sent again", b"new"]
    assert names(folder) == sorted(path_of(content) for content in left)
    assert Blob.objects.count() == 3


@pytest.mark.django_db
def test_purge_unused_sweeps_what_a_killed_upload_left(folder: Path) -> None:
    store(BytesIO(PDF), limit=1000)
    for name, age in (("dead", 2 * DAY), ("alive", timedelta(hours=1))):
        half = folder / "incoming" / name
        half.write_bytes(b"half")
        then = (datetime.now(tz=UTC) - age).timestamp()
        utime(half, (then, then))
    blobs.purge_unused()
    assert names(folder) == sorted([path_of(PDF), "incoming/alive"])


def test_purge_unused_keeps_what_somebody_refers_to(attachment: type[Any], folder: Path) -> None:
    blob = store(BytesIO(PDF), limit=1000)
    attachment.objects.create(blob=blob)  # and forgot to mark it
    assert blobs.purge_unused(older_than=timedelta(0)) == 0
    assert Blob.objects.get().used_at is not None
    assert names(folder) == [path_of(PDF)]


@pytest.mark.django_db
def test_mark_used_says_when_the_file_is_gone() -> None:
    blob = store(BytesIO(PDF), limit=1000)
    blobs.purge_unused(older_than=timedelta(0))
    with pytest.raises(BlobGone):
        blobs.mark_used(blob)


def test_forget_erases_row_bytes_and_thumbnail_after_the_commit(
    attachment: type[Any], folder: Path
) -> None:
    blob = store(BytesIO(picture()), limit=10_000)
    row = attachment.objects.create(blob=blob)
    blobs.mark_used(blob)
    with transaction.atomic():
        row.delete()
        assert blobs.forget(blob)
        assert len(names(folder)) == 2
    assert names(folder) == []
    assert Blob.objects.count() == 0


def test_forget_keeps_bytes_that_others_refer_to(attachment: type[Any], folder: Path) -> None:
    blob = store(BytesIO(PDF), limit=1000)
    blobs.mark_used(blob)
    rows = [attachment.objects.create(blob=blob) for _ in range(2)]
    rows[0].delete()
    assert not blobs.forget(blob)
    assert names(folder) == [path_of(PDF)]
    rows[1].delete()
    assert blobs.forget(blob)
    assert names(folder) == []


def test_forget_undone_by_a_rollback_keeps_everything(attachment: type[Any], folder: Path) -> None:
    blob = store(BytesIO(PDF), limit=1000)
    blobs.mark_used(blob)
    row = attachment.objects.create(blob=blob)

    def erase_and_fail() -> None:
        with transaction.atomic():
            row.delete()
            blobs.forget(blob)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        erase_and_fail()
    assert attachment.objects.get().blob.used_at is not None
    assert names(folder) == [path_of(PDF)]
