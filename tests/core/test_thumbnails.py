"""Small pictures of images, and nothing at all of what only pretends to be one."""

import random
import resource
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import Settings

from majung.core import blobs, thumbnails
from majung.core.blob_settings import blob_storage
from majung.core.blobs import store
from majung.core.models import Blob
from tests.core.files import HTML, picture, png_bomb

pytestmark = pytest.mark.django_db

RED, BLUE = (255, 0, 0), (0, 0, 255)


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.STORAGES = {**settings.STORAGES, "blobs": blob_storage("", home=tmp_path)}


def thumbnail(content: bytes) -> Image.Image:
    blob = store(BytesIO(content), limit=10_000_000)
    with blobs.open_blob(blob, thumb=True) as stream:
        image = Image.open(BytesIO(stream.read()))
        image.load()
        return image


def near(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    pixel = image.convert("RGB").getpixel(at)
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "AVIF"])
def test_thumbnail_is_webp_of_at_most_480_pixels(kind: str) -> None:
    small = thumbnail(picture(1200, 600, kind=kind))
    assert (small.format, small.size) == ("WEBP", (480, 240))
    assert near(small, (40, 120), RED)
    assert near(small, (440, 120), BLUE)


def test_thumbnail_never_enlarges() -> None:
    assert thumbnail(picture(40, 20)).size == (40, 20)


def test_thumbnail_stands_upright_and_forgets_the_camera() -> None:
    content = picture(800, 400, kind="JPEG", orientation=6)  # to be turned right by 90 degrees
    small = thumbnail(content)
    assert small.size == (240, 480)
    assert near(small, (120, 40), RED)
    assert near(small, (120, 440), BLUE)
    assert dict(small.getexif()) == {}
    assert not {"exif", "xmp", "icc_profile"} & set(small.info)
    blob = Blob.objects.get()
    assert (blob.width, blob.height) == (400, 800)


def test_thumbnail_keeps_transparency() -> None:
    content = BytesIO()
    Image.new("RGBA", (100, 100), (255, 0, 0, 0)).save(content, "PNG")
    assert thumbnail(content.getvalue()).getchannel("A").getextrema() == (0, 0)


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK", "I;16", "LA"])
def test_thumbnail_takes_every_colour_mode(mode: str) -> None:
    content = BytesIO()
    Image.new(mode, (100, 50)).save(content, "JPEG" if mode == "CMYK" else "PNG")
    assert thumbnail(content.getvalue()).size == (100, 50)


@pytest.mark.parametrize("size", [(30_000, 30_000), (2**31 - 1, 2**31 - 1), (60_001, 1000)])
def test_a_bomb_is_measured_by_its_header_and_left_alone(size: tuple[int, int]) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    blob = store(BytesIO(png_bomb(*size)), limit=100_000)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (blob.media_type, blob.width, blob.has_thumbnail) == ("image/png", None, False)
    assert grown < 60_000  # kilobytes


def test_a_very_large_png_is_shown_but_not_decoded() -> None:
    blob = store(BytesIO(png_bomb(8000, 5000)), limit=100_000)
    assert (blob.width, blob.height, blob.has_thumbnail) == (8000, 5000, False)


@pytest.mark.parametrize(
    "content",
    [
        picture()[:60],  # cut off within the header's neighbours
        picture(400, 400, kind="JPEG")[:700],
        b"GIF89a" + HTML,
        b"\xff\xd8\xff\xe0" + HTML,
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
        b"RIFF\x00\x00\x00\x00WEBPVP8 " + b"\xff" * 50,
    ],
)
def test_broken_images_have_no_thumbnail_and_hurt_nobody(content: bytes) -> None:
    blob = store(BytesIO(content), limit=100_000, name="photo.png")
    assert not blob.has_thumbnail
    assert not thumbnails.make(blob)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "AVIF"])
def test_damaged_images_never_raise(kind: str) -> None:
    chance = random.Random(7)
    whole = picture(200, 150, kind=kind)
    for _ in range(40):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            damaged[chance.randrange(12, len(damaged))] = chance.randrange(256)
        blob = store(BytesIO(damaged[: chance.randint(30, len(damaged))]), limit=100_000)
        assert (blob.width is None) <= (not blob.has_thumbnail)


def test_an_image_with_html_behind_it_becomes_pixels_only() -> None:
    content = picture(kind="GIF") + HTML
    blob = store(BytesIO(content), limit=100_000)
    assert blob.media_type == "image/gif"
    with blobs.open_blob(blob, thumb=True) as stream:
        assert b"script" not in stream.read()
