"""Files over HTTP: only with our link, only in time, never run."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
import time_machine
from django.http import StreamingHttpResponse
from django.test import Client
from pytest_django import Settings

from majung.core import blob_links, blobs
from majung.core.blob_links import link, safe_name
from majung.core.blob_settings import blob_storage
from majung.core.blobs import store
from majung.core.models import Blob
from tests.core.files import HTML, PDF, SVG, picture, png_bomb

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.STORAGES = {**settings.STORAGES, "blobs": blob_storage("", home=tmp_path)}
    return tmp_path / "blobs"


def kept(content: bytes, name: str = "") -> Blob:
    return store(BytesIO(content), limit=10_000_000, name=name)


def body(response: object) -> bytes:
    assert isinstance(response, StreamingHttpResponse)
    return response.getvalue()  # the test client closes it at its end


def status(client: Client, path: str) -> int:
    response = client.get(path)
    if response.streaming:
        body(response)
    return response.status_code


def test_download_gives_an_image_to_be_seen(client: Client) -> None:
    content = picture(100, 100)
    response = client.get(link(kept(content), name="사진 1.png"))
    assert response.status_code == 200
    assert body(response) == content
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"] == (
        f"inline; filename=\"__ 1.png\"; filename*=UTF-8''{quote('사진 1.png')}"
    )
    assert response["Content-Length"] == f"{len(content)}"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"].startswith("private, max-age=")


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (HTML, "photo.png", "text/plain"),
        (SVG, "logo.svg", "text/plain"),
        (PDF, "견적서.pdf", "application/pdf"),
        (b"GIF89a" + HTML, "cat.gif", "image/gif"),  # no image when measured
        (png_bomb(30_000, 30_000), "bomb.png", "image/png"),
        (b"\x00\x01\x02", "run.exe", "application/octet-stream"),
    ],
)
def test_download_saves_all_else_to_disk(
    client: Client, content: bytes, name: str, media_type: str
) -> None:
    response = client.get(link(kept(content), name=name))
    assert body(response) == content
    assert response["Content-Type"] == media_type
    assert response["Content-Disposition"].startswith("attachment; ")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_download_gives_the_thumbnail_by_a_link_of_its_own(client: Client) -> None:
    content = picture(1000, 1000)
    blob = kept(content)
    response = client.get(link(blob, name="a.png", thumb=True))
    assert response["Content-Type"] == "image/webp"
    small = body(response)
    assert small[8:12] == b"WEBP"
    assert body(client.get(link(blob, name="a.png"))) == content
    assert status(client, link(kept(PDF), name="a.pdf", thumb=True)) == 404


def test_link_works_until_it_expires(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        path = link(kept(PDF), name="a.pdf", minutes=60)
    with time_machine.travel(NOON + timedelta(minutes=59, seconds=59), tick=False):
        assert status(client, path) == 200
    with time_machine.travel(NOON + timedelta(minutes=91), tick=False):
        response = client.get(path)
    assert (response.status_code, response.json()["code"]) == (410, "link_expired")


def test_link_is_the_same_for_a_while_so_that_browsers_cache() -> None:
    blob = kept(PDF)
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        first = link(blob, name="a.pdf")
    with time_machine.travel(NOON + timedelta(minutes=29), tick=False):
        assert link(blob, name="a.pdf") == first
    with time_machine.travel(NOON + timedelta(minutes=31), tick=False):
        assert link(blob, name="a.pdf") != first


def test_link_cannot_be_forged(client: Client) -> None:
    mine, theirs = kept(b"mine"), kept(b"theirs")
    path = link(mine, name="a.txt")
    token = path.split("/")[2]
    grant, _, signature = token.rpartition(".")
    public_id, expires, kind = grant.split("-")
    forged = [
        f"/files/{token}/b.txt",
        f"/files/{theirs.public_id.hex}-{expires}-{kind}.{signature}/a.txt",
        f"/files/{public_id}-{int(expires, 16) + 3600:x}-{kind}.{signature}/a.txt",
        f"/files/{public_id}-{expires}-t.{signature}/a.txt",
        f"/files/{grant}.{signature[:-1]}/a.txt",
        f"/files/{grant}./a.txt",
        f"/files/{grant}/a.txt",
        "/files/x/a.txt",
        f"/files/{mine.public_id}/a.txt",
    ]
    answers = [client.get(each) for each in forged]
    assert [each.status_code for each in answers] == [404] * len(forged)
    assert {each["Content-Type"] for each in answers} == {"application/problem+json"}
    assert status(client, path) == 200


def test_link_survives_a_key_rotation_while_the_old_key_is_listed(
    client: Client, settings: Settings
) -> None:
    path = link(kept(PDF), name="a.pdf")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 40, [settings.SECRET_KEY]
    assert status(client, path) == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert status(client, path) == 404


@pytest.mark.parametrize(
    ("scan", "status", "code"),
    [
        ("pending", 503, "file_not_scanned"),
        ("failed", 503, "file_not_scanned"),
        ("infected", 403, "file_infected"),
    ],
)
def test_download_refuses_what_is_not_clean(
    client: Client, scan: str, status: int, code: str
) -> None:
    blob = kept(picture())
    Blob.objects.update(scan=scan)
    for thumb in (False, True):
        response = client.get(link(blob, name="a.png", thumb=thumb))
        assert (response.status_code, response.json()["code"]) == (status, code)


def test_download_of_a_purged_file_is_not_found(client: Client, folder: Path) -> None:
    gone, lost = kept(b"gone"), kept(b"lost")
    paths = [link(gone, name="a"), link(lost, name="a")]
    blobs.forget(gone)
    gone.delete()
    (folder / lost.sha256[:2] / lost.sha256[2:4] / lost.sha256).unlink()
    assert [status(client, path) for path in paths] == [404, 404]


@pytest.mark.parametrize(
    ("asked", "part", "told"),
    [
        ("bytes=0-4", b"01234", "bytes 0-4/10"),
        ("bytes=5-", b"56789", "bytes 5-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=-99", b"0123456789", "bytes 0-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
    ],
)
def test_download_answers_a_range(client: Client, asked: str, part: bytes, told: str) -> None:
    response = client.get(link(kept(b"0123456789"), name="a"), headers={"range": asked})
    assert (response.status_code, body(response)) == (206, part)
    assert (response["Content-Range"], response["Content-Length"]) == (told, f"{len(part)}")


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=99-100", "bytes=-0"])
def test_download_refuses_a_range_outside_the_file(client: Client, asked: str) -> None:
    response = client.get(link(kept(b"0123456789"), name="a"), headers={"range": asked})
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */10")


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "lines=0-1", "bytes=-", "bytes=5-2", "x"])
def test_download_answers_other_ranges_whole(client: Client, asked: str) -> None:
    response = client.get(link(kept(b"0123456789"), name="a"), headers={"range": asked})
    assert (response.status_code, body(response)) == (200, b"0123456789")


def test_download_answers_head_and_known_copies_without_a_body(client: Client) -> None:
    path = link(kept(PDF), name="a.pdf")
    response = client.head(path)
    assert (response.content, response["Content-Length"]) == (b"", f"{len(PDF)}")
    again = client.get(path, headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.post(path).status_code == 405


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("사진.png", "사진.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\kim\\사진.png", "사진.png"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie x=1.txt"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ('quo"te;%.txt', "quote;%.txt"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af.txt", "한글.txt"),
        ("", "file"),
        ("...", "file"),
        ("/", "file"),
        ("가" * 300 + ".png", "가" * 146 + ".png"),
        ("x" * 300, "x" * 150),
    ],
)
def test_safe_name_keeps_only_the_harmless(client: Client, given: str, expected: str) -> None:
    assert safe_name(given) == expected
    path = link(kept(b"x"), name=given)
    assert unquote(path.rpartition("/")[2]) == expected
    response = client.get(path)
    assert body(response) == b"x"
    assert response["Content-Disposition"].endswith(quote(expected, safe=""))


def test_read_tells_what_a_token_allows() -> None:
    blob = kept(PDF)
    with time_machine.travel(NOON, tick=False):
        token = link(blob, name="a.pdf", minutes=10).split("/")[2]
        grant = blob_links.read(token, name="a.pdf")
    assert grant == blob_links.Grant(public_id=blob.public_id, thumb=False, seconds_left=600)
