"""Signed, expiring paths to files: whoever was shown the link may fetch the file, nobody else."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from majung.core.clock import now
from majung.core.models import Blob

_LONGEST_NAME: Final = 150
# What ends a name or a line somewhere, and the marks that turn "gpj.exe" around.
_UNSAFE: Final = re.compile(
    r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069]'
)


class LinkInvalid(Exception):
    """The link was not made by us, or not for this name."""


class LinkExpired(Exception):
    """The link was ours, but its time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a link allows: one file (or its thumbnail) for ``seconds_left``."""

    public_id: UUID
    thumb: bool
    seconds_left: int


def _signer() -> Signer:
    return Signer(salt="majung.core.blob_links", sep=".")


def safe_name(name: str) -> str:
    """Return a file name without folders, control or direction marks; Hangul is composed (NFC)."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    clean = _UNSAFE.sub("", last).strip(" .")
    if len(clean) > _LONGEST_NAME:
        stem, dot, ending = clean.rpartition(".")
        ending = f"{dot}{ending}"[:20] if stem else ""
        clean = (stem or clean)[: _LONGEST_NAME - len(ending)] + ending
    return clean or "file"


def link(blob: Blob, *, name: str, minutes: int = 60, thumb: bool = False) -> str:
    """Return the path ``/files/<token>/<name>``, valid for ``minutes`` and at most half longer.

    Links made within half the time are the same, so that browsers keep what they fetched.
    """
    step = max(1, minutes * 30)
    expires = (int(now().timestamp()) + minutes * 60 + step - 1) // step * step
    shown = safe_name(name)
    grant = f"{blob.public_id.hex}-{expires:x}-{'t' if thumb else 'f'}"
    token = f"{grant}.{_signer().signature(f'{grant}/{shown}')}"
    return reverse("file", kwargs={"token": token, "name": shown})


def read(token: str, *, name: str) -> Grant:
    """Return what a token allows for this name; raises ``LinkInvalid`` or ``LinkExpired``."""
    grant, _, signature = token.rpartition(".")
    try:
        _signer().unsign(f"{grant}/{name}.{signature}")
        public_id, expires, kind = grant.split("-")
        left = int(expires, 16) - int(now().timestamp())
    except (BadSignature, ValueError):
        raise LinkInvalid from None
    if left <= 0:
        raise LinkExpired
    return Grant(public_id=UUID(public_id), thumb=kind == "t", seconds_left=left)
