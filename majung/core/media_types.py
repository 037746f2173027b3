"""What a file is, by its bytes. Its name is only believed where it cannot do harm."""

import codecs
import re
from typing import BinaryIO, Final

import filetype

OCTETS: Final = "application/octet-stream"
TEXT: Final = "text/plain"
HEAD: Final = 8192  # bytes looked at

# Signatures of markup and scripts (WHATWG MIME Sniffing, section 7.1, and then some): whatever
# begins so is plain text to us, for a browser that ran it would run it in our name.
_MARKUP: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?[\s\x00]*(?:<[!?a-z/]|#!|javascript:|@charset|@import)", re.IGNORECASE
)
_BINARY: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OLE2: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE: Final = "application/x-ole-storage"

# (what the bytes say, the name's ending) -> the finer type; both are inert downloads.
_REFINED: Final = {
    (TEXT, "csv"): "text/csv",
    (_OLE, "hwp"): "application/x-hwp",
    (_OLE, "doc"): "application/msword",
    (_OLE, "xls"): "application/vnd.ms-excel",
    (_OLE, "ppt"): "application/vnd.ms-powerpoint",
    ("application/zip", "hwpx"): "application/hwp+zip",
}


def _is_text(head: bytes, *, whole: bool) -> bool:
    """Say whether a head is text in UTF-8, UTF-16 with its mark, or EUC-KR (cp949)."""
    if head.startswith(_UTF16):
        return True
    if _BINARY.search(head):
        return False
    for encoding in ("utf-8", "cp949"):
        try:
            # A head may end within a character; a whole file may not.
            codecs.getincrementaldecoder(encoding)("strict").decode(head, final=whole)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _by_bytes(head: bytes, *, whole: bool) -> str:
    if not head:
        return TEXT
    if _MARKUP.match(head):
        return TEXT if _is_text(head, whole=whole) else OCTETS
    if head.startswith(_OLE2):
        return _OLE
    kind = filetype.guess(head)
    if kind is not None:
        found = str(kind.mime)
        # The library may know more one day; what browsers run must not come from it either.
        return found if not re.search(r"html|xml$|svg|script", found) else OCTETS
    return TEXT if _is_text(head, whole=whole) else OCTETS


def sniff(stream: BinaryIO, *, name: str = "") -> str:
    """Return the media type of a seekable stream by its first bytes; the position is kept.

    Anything that looks like HTML, SVG, XML or a script is ``text/plain`` or
    ``application/octet-stream``. ``name`` only refines types that browsers never run.
    """
    position = stream.tell()
    stream.seek(0)
    head = stream.read(HEAD)
    stream.seek(position)
    found = _by_bytes(head, whole=len(head) < HEAD)
    return _REFINED.get((found, name.rpartition(".")[2].lower()), found)
