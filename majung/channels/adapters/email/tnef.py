"""The files inside Outlook's ``winmail.dat``."""

import struct
from dataclasses import dataclass
from typing import Any, Final

from tnefparse import TNEF
from tnefparse.properties import MAPI_ATTACH_CONTENT_ID, MAPI_ATTACH_MIME_TAG

from majung.channels.adapters.email import charsets, limits

_SIGNATURE: Final = b"\x78\x9f\x3e\x22"
_HEAD: Final = struct.Struct("<BHHI")
_LISTS: Final = {0x9003, 0x9004, 0x9005}  # objects that begin with how much is in them


@dataclass(frozen=True, slots=True)
class File:
    name: str
    type: str
    content: bytes
    content_id: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What was inside: files, and the text if Outlook put it there, too."""

    files: tuple[File, ...]
    text: str
    html: str


def is_tnef(kind: str, name: str) -> bool:
    return (
        kind in {"application/ms-tnef", "application/vnd.ms-tnef"} or name.lower() == "winmail.dat"
    )


def open_up(data: bytes) -> Opened | None:
    """Return what is inside; ``None`` if it cannot be read within limits."""
    if not _is_sound(data):
        return None
    try:
        opened = TNEF(data, do_checksum=False)
        files = tuple(_file(each) for each in opened.attachments)
        return Opened(files, _text(opened.body), _text(opened.htmlbody))
    except Exception:  # noqa: BLE001 - the library meets broken files with errors of every kind
        return None


def _is_sound(data: bytes) -> bool:
    """Look at the objects' sizes before the library believes them."""
    if len(data) > limits.MOST_TNEF_BYTES or data[:4] != _SIGNATURE:
        return False
    position = 6
    for _ in range(limits.MOST_TNEF_PROPERTIES):
        if position + _HEAD.size + 4 > len(data):
            return True
        _, name, _, length = _HEAD.unpack_from(data, position)
        if name in _LISTS:
            (count,) = struct.unpack_from("<I", data, position + _HEAD.size)
            if count > limits.MOST_TNEF_PROPERTIES:
                return False
        position += _HEAD.size + length + 2
    return False


def _file(attachment: Any) -> File:
    known = {each.name: each.data for each in attachment.mapi_attrs}
    content = attachment.data if isinstance(attachment.data, bytes) else b""
    return File(
        _text(attachment.long_filename()),
        _text(known.get(MAPI_ATTACH_MIME_TAG, "")),
        content,
        _text(known.get(MAPI_ATTACH_CONTENT_ID, "")),
    )


def _text(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, bytes):
        value = charsets.decode(value)[0]
    return charsets.tidy(value).strip() if isinstance(value, str) else ""
