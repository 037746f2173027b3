"""Files as people send them, and as attackers do."""

import struct
import zlib
from io import BytesIO

from PIL import Image

HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 120
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504


def picture(
    width: int = 64, height: int = 32, *, kind: str = "PNG", orientation: int = 0, mode: str = "RGB"
) -> bytes:
    """Return an image: its left half red, its right half blue."""
    image = Image.new(mode, (width, height), "blue")
    image.paste(Image.new(mode, (width // 2, height), "red"), (0, 0))
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
        exif[0x010F] = "Camera of Kim"
        exif[0x8825] = {1: "N", 2: (37.0, 33.0, 58.0)}
    file = BytesIO()
    image.save(file, kind, exif=exif) if orientation else image.save(file, kind)
    return file.getvalue()


def png_chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def png_bomb(width: int, height: int) -> bytes:
    """Return a few kilobytes that claim to be ``width`` × ``height`` pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00" * 10_000_000, 9)
    chunks = [png_chunk(b"IHDR", header), png_chunk(b"IDAT", pixels), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
