"""Sizes and small pictures of images, read from bytes nobody vouches for."""

import logging
import threading
import warnings
from io import BytesIO
from typing import BinaryIO, Final

from PIL import Image, ImageOps

from majung.core import blob_files
from majung.core.models import Blob

IMAGES: Final = {
    "image/avif": "AVIF",
    "image/gif": "GIF",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
}
"""Raster types that browsers show, with Pillow's names; nothing else is ever decoded."""

MAX_PIXELS: Final = 60_000_000
"""The largest image that counts as one: 48 megapixels is what telephones make today."""

_MAX_DECODED: Final = 25_000_000  # pixels held in memory at once; plain JPEG is decoded smaller
_SIDE: Final = 480  # pixels
_QUALITY: Final = 80

# Decoding is the one thing here that needs much memory; one at a time keeps the process small.
_one_at_a_time = threading.Lock()
logger = logging.getLogger("majung.thumbnails")

# Bombs are refused below by size; the warning would only tell the log twice.
warnings.simplefilter("ignore", Image.DecompressionBombWarning)


def measure(stream: BinaryIO, *, media_type: str) -> tuple[int, int] | None:
    """Return width and height in pixels as shown, or ``None`` if this is no image we show.

    Only the header is read. ``None`` also for more than ``MAX_PIXELS`` and for broken headers.
    """
    name = IMAGES.get(media_type)
    if name is None:
        return None
    stream.seek(0)
    try:
        with Image.open(stream, formats=[name]) as image:
            width, height = image.size
            turned = name == "JPEG" and image.getexif().get(0x0112, 1) in {5, 6, 7, 8}
    except Exception:  # noqa: BLE001 - hostile bytes make Pillow raise nearly anything
        return None
    if not 0 < width * height <= MAX_PIXELS:
        return None
    return (height, width) if turned else (width, height)


def _small(stream: BinaryIO, *, name: str) -> BytesIO | None:
    """Return the image as WebP, upright, at most 480 pixels a side and without metadata."""
    with Image.open(stream, formats=[name]) as image:
        whole = name != "JPEG" or "progressive" in image.info
        if whole and image.size[0] * image.size[1] > _MAX_DECODED:
            return None
        # Palettes cannot be averaged; JPEG must stay what it is to be decoded smaller.
        averaged = image.convert("RGBA") if image.mode in {"1", "P"} else image
        averaged.thumbnail((_SIDE, _SIDE))
        upright = ImageOps.exif_transpose(averaged)
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    small = BytesIO()
    # A new image carries pixels only: no EXIF (places, telephones), no XMP, no ICC, no comments.
    clean = Image.new(mode, upright.size)
    clean.paste(upright.convert(mode))
    clean.save(small, "WEBP", quality=_QUALITY, method=4)
    return small


def make(blob: Blob) -> bool:
    """Store ``<sha>.thumb.webp`` beside an image and note it on the row; say whether there is one.

    Images that cannot be decoded have none; that is not an error.
    """
    if blob.width is None or blob.media_type not in IMAGES:
        return False
    try:
        with _one_at_a_time, blob_files.open_file(blob_files.path_of(blob.sha256)) as stream:
            small = _small(stream, name=IMAGES[blob.media_type])
    except FileNotFoundError:
        raise
    except Exception as error:  # noqa: BLE001 - hostile bytes make Pillow raise nearly anything
        logger.info("no thumbnail", extra={"blob_id": blob.pk, "reason": type(error).__name__})
        return False
    if small is None:
        return False
    path = blob_files.path_of(blob.sha256, thumb=True)
    blob_files.put(path, small)
    if not Blob.objects.filter(pk=blob.pk).update(has_thumbnail=True):
        blob_files.delete(path)  # the file was purged or erased meanwhile
        return False
    blob.has_thumbnail = True
    return True
