"""Where files live: a folder by default, an S3-compatible store by one setting."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import boto3
import pytest
from django.test import Client
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from majung.core import blobs
from majung.core.blob_links import link
from majung.core.blob_settings import blob_storage
from majung.core.blobs import store
from majung.core.models import Blob
from tests.core.files import picture
from tests.core.together import together


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


class Bucket:
    """A bucket of the server, looked into by the vendor's own library."""

    def __init__(self, endpoint: str) -> None:
        s3 = boto3.resource("s3", endpoint_url=endpoint, region_name="ap-northeast-2")
        place = {"LocationConstraint": "ap-northeast-2"}
        self._bucket = s3.create_bucket(Bucket="shop", CreateBucketConfiguration=place)

    def keys(self) -> list[str]:
        return sorted(each.key for each in self._bucket.objects.all())

    def clear(self) -> None:
        self._bucket.objects.all().delete()

    def delete(self) -> None:
        self.clear()
        self._bucket.delete()


@pytest.fixture
def bucket(
    s3_server: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Bucket]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "majung")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    url = f"s3://shop/files?endpoint={s3_server}&region=ap-northeast-2"
    settings.STORAGES = {**settings.STORAGES, "blobs": blob_storage(url, home=tmp_path)}
    made = Bucket(s3_server)
    yield made
    made.delete()


def keys_of(blob: Blob) -> list[str]:
    path = f"files/{blob.sha256[:2]}/{blob.sha256[2:4]}/{blob.sha256}"
    return [path, f"{path}.thumb.webp"]


@pytest.mark.django_db
def test_s3_keeps_gives_and_forgets_files(bucket: Bucket, client: Client) -> None:
    content = picture(900, 900)
    blob = store(BytesIO(content), limit=100_000)
    assert store(BytesIO(content), limit=100_000).pk == blob.pk
    assert bucket.keys() == keys_of(blob)
    response = client.get(link(blob, name="a.png"), headers={"range": "bytes=1-3"})
    assert (response.status_code, b"".join(response)) == (206, b"PNG")
    blobs.purge_unused(older_than=timedelta(0))
    assert bucket.keys() == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_s3_takes_the_same_file_from_many_at_once(bucket: Bucket) -> None:
    content = picture(500, 500)
    rows = together(lambda _: store(BytesIO(content), limit=100_000).pk, threads=4)
    assert set(rows) == {Blob.objects.get().pk}
    assert bucket.keys() == keys_of(Blob.objects.get())


@pytest.mark.django_db
def test_s3_tells_a_lost_file(bucket: Bucket, client: Client) -> None:
    blob = store(BytesIO(b"soon lost"), limit=100)
    bucket.clear()
    response = client.get(link(blob, name="a.txt"))
    assert (response.status_code, response.json()["code"]) == (404, "file_gone")


def test_blob_storage_is_a_folder_in_the_home_by_default(tmp_path: Path) -> None:
    assert blob_storage("", home=tmp_path) == {
        "BACKEND": "majung.core.blob_files.FolderStorage",
        "OPTIONS": {"location": f"{tmp_path / 'blobs'}"},
    }


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("file:///tmp", "must be empty or s3://"),
        ("s3:///prefix", "must be empty or s3://"),
        ("s3://bucket?regoin=x", "does not know regoin"),
    ],
)
def test_blob_storage_explains_mistakes(url: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=told):
        blob_storage(url, home=tmp_path)
