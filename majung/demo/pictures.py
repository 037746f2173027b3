"""What customers photograph and agents send along: drawn here, so that nobody's pictures are used."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from random import Random
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

from majung.core import blobs, clock
from majung.core.models import Blob

SIZE: Final = (960, 720)  # pixels
_LIMIT: Final = 5_000_000  # bytes
_PDF: Final = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)

Draw = Callable[[ImageDraw.ImageDraw, Random], None]


@dataclass(frozen=True, slots=True)
class Album:
    """The files of the demo: photographs of the customers, and a form that agents send."""

    photos: Sequence[Blob]
    form: Blob


def store() -> Album:
    """Draw the pictures and keep them as files, once; outside of a transaction."""
    photos = [_keep(_photo(draw), f"{draw.__name__}.jpg") for draw in _SCENES]
    return Album(photos=photos, form=_keep(_PDF, "form.pdf"))


def _keep(content: bytes, name: str) -> Blob:
    blob = blobs.store(BytesIO(content), limit=_LIMIT, name=name)
    Blob.objects.filter(pk=blob.pk).update(used_at=clock.now())
    return blob


def _photo(draw: Draw) -> bytes:
    """Return a drawing as a photograph: a table under it, a little light from above, soft edges."""
    image = Image.new("RGB", SIZE, "#b9a88f")
    pen = ImageDraw.Draw(image)
    rng = Random(draw.__name__)
    for height in range(0, SIZE[1], 6):
        shade = 150 + height // 12 + rng.randint(-4, 4)
        pen.rectangle((0, height, SIZE[0], height + 6), fill=(shade, shade - 12, shade - 30))
    draw(pen, rng)
    out = BytesIO()
    image.filter(ImageFilter.GaussianBlur(1.2)).save(out, "JPEG", quality=82)
    return out.getvalue()


def dented_box(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    pen.polygon([(180, 200), (700, 160), (790, 560), (230, 620)], fill="#b98a55")
    pen.polygon([(700, 160), (860, 240), (900, 560), (790, 560)], fill="#96703f")
    pen.polygon([(430, 182), (500, 176), (560, 584), (480, 594)], fill="#d8c39a")
    pen.polygon([(180, 200), (300, 190), (250, 300)], fill="#7d5c33")
    for _line in range(9):
        x, y = rng.randint(190, 330), rng.randint(200, 320)
        pen.line((x, y, x + rng.randint(-40, 50), y + rng.randint(10, 60)), fill="#5f4526", width=4)


def parcel_label(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    pen.rectangle((90, 90, 870, 640), fill="#b98a55")
    pen.rectangle((200, 170, 760, 560), fill="#f4f2ea")
    x = 250
    while x < 700:
        width = rng.choice((3, 5, 8))
        pen.rectangle((x, 210, x + width, 330), fill="#222222")
        x += width + rng.choice((4, 6, 9))
    for row in range(6):
        pen.rectangle(
            (250, 370 + row * 28, 250 + rng.randint(180, 440), 382 + row * 28), fill="#666"
        )


def worn_sole(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    pen.ellipse((120, 210, 520, 520), fill="#303840")
    pen.ellipse((420, 240, 860, 500), fill="#303840")
    pen.rectangle((320, 232, 640, 505), fill="#303840")
    for column in range(14):
        x = 190 + column * 46
        pen.line(
            (x, 250 + rng.randint(0, 20), x + 20, 480 - rng.randint(0, 20)),
            fill="#56616b",
            width=12,
        )
    pen.line([(520, 240), (548, 300), (528, 360), (566, 430), (550, 500)], fill="#d9b38c", width=9)


def stained_cloth(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    pen.polygon([(60, 110), (900, 70), (930, 660), (90, 690)], fill="#dfe3df")
    for fold in range(8):
        x = 110 + fold * 105
        pen.line((x, 110, x + rng.randint(-40, 60), 670), fill="#c7cec8", width=10)
    for _drop in range(26):
        x, y = int(rng.gauss(520, 60)), int(rng.gauss(380, 45))
        size = rng.randint(12, 46)
        pen.ellipse((x, y, x + size, y + size), fill="#8a5a3a")


def cracked_cup(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    pen.ellipse((610, 280, 830, 500), fill="#7fa39a")
    pen.ellipse((660, 330, 780, 450), fill="#a99a80")
    pen.rounded_rectangle((270, 210, 680, 600), radius=70, fill="#8fb5ab")
    pen.ellipse((270, 160, 680, 270), fill="#5f7f77")
    x, y = 420, 250
    for _step in range(7):
        nx, ny = x + rng.randint(-34, 40), y + rng.randint(30, 55)
        pen.line((x, y, nx, ny), fill="#2f403c", width=6)
        x, y = nx, ny


def wrong_size(pen: ImageDraw.ImageDraw, rng: Random) -> None:
    pen.polygon([(150, 170), (520, 120), (560, 640), (170, 660)], fill="#53657d")
    pen.polygon([(520, 190), (820, 170), (840, 600), (560, 640)], fill="#6d7f96")
    pen.rectangle((400, 560, 900, 600), fill="#e6d36a")
    for mark in range(25):
        x = 405 + mark * 20
        pen.line((x, 560, x, 575 if mark % 5 else 595), fill="#333333", width=3)
    pen.rectangle((rng.randint(300, 320), 250, 400, 300), fill="#f4f2ea")


_SCENES: Final[tuple[Draw, ...]] = (
    dented_box, parcel_label, worn_sole, stained_cloth, cracked_cup, wrong_size,
)  # fmt: skip
