"""The picture on the demo's card: a running shoe, drawn here."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from majung.conversations import pictures

SIZE: Final = (640, 400)  # pixels
_GROUND, _LINE, _BODY, _SOLE = "#eef1ea", "#26423f", "#5fa39a", "#fbfbf7"
_UPPER: Final = (
    (130, 250), (128, 205), (150, 150), (196, 158), (236, 138), (300, 190), (370, 220),
    (470, 232), (512, 256), (512, 268), (130, 268),
)  # fmt: skip
_UNDER: Final = ((126, 268), (516, 268), (520, 290), (498, 304), (140, 304), (124, 290))


def keep() -> str:
    """Store the picture and return its id for cards; outside of a transaction."""
    image = Image.new("RGB", SIZE, _GROUND)
    pen = ImageDraw.Draw(image)
    pen.ellipse((110, 292, 536, 330), fill="#dfe5dc")
    pen.polygon(_UPPER, fill=_BODY)
    pen.line((*_UPPER, _UPPER[0]), fill=_LINE, width=6, joint="curve")
    pen.polygon(_UNDER, fill=_SOLE)
    pen.line((*_UNDER, _UNDER[0]), fill=_LINE, width=6, joint="curve")
    for at in range(4):
        left, top = 258 + at * 30, 176 + at * 14
        pen.line((left, top, left - 22, top + 30), fill=_SOLE, width=6)
    pen.line((160, 258, 150, 200), fill=_LINE, width=4)
    out = BytesIO()
    image.save(out, "PNG")
    out.seek(0)
    return str(pictures.keep(stream=out, name="daily-running.png").public_id)
