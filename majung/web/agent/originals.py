"""A mail's own HTML as a page to be framed: nothing is fetched unasked, links say where they lead."""

import html
import re
from typing import Final
from urllib.parse import urlsplit

from django.utils.safestring import SafeString, mark_safe

from majung.conversations.models import Attachment, Message
from majung.core import blob_links
from majung.core.models import Blob

_CID: Final = re.compile(r' src="cid:([^"]*)"', re.IGNORECASE)
_LINK: Final = re.compile(r'(<a [^>]*href="([^"]*)"[^>]*>)(.*?)(</a>)', re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")
_HOST: Final = re.compile(
    r"(?:https?://)?((?:[\w-]+\.)+[a-z가-힣]{2,})(?:[/:?#].*)?", re.IGNORECASE
)


def shown(markup: str, *, message: Message, images: bool) -> SafeString:
    """Return sanitised HTML with the pictures of the mail, and with ``images`` those of elsewhere."""
    files = _by_content_id(message)
    done = _CID.sub(lambda found: _picture(found[1], files), markup)
    if images:
        done = done.replace(" data-src=", " src=")
    return mark_safe(_LINK.sub(_truthful, done))  # noqa: S308 - nh3 made it, and we add escaped words


def stands_in(markup: str) -> set[str]:
    """Return the content ids of the files that stand in the HTML."""
    return {_id(found) for found in _CID.findall(markup)}


def _by_content_id(message: Message) -> dict[str, Attachment]:
    rows = message.attachments.exclude(content_id="").select_related("blob")
    return {_id(each.content_id): each for each in rows}


def _picture(given: str, files: dict[str, Attachment]) -> str:
    found = files.get(_id(given))
    if found is None or found.blob.scan != Blob.Scan.CLEAN:
        return ""
    return f' src="{html.escape(blob_links.link(found.blob, name=found.name))}"'


def _id(given: str) -> str:
    return html.unescape(given).strip().strip("<>")


def _truthful(found: re.Match[str]) -> str:
    """Say where a link leads whose own words name another place."""
    opening, address, words, closing = found.groups()
    said = _HOST.fullmatch(html.unescape(_TAG.sub("", words)).strip())
    try:
        real = urlsplit(html.unescape(address)).hostname or ""
    except ValueError:
        real = ""
    if not said or not real or _same(said[1], real):
        return found[0]
    return f'{opening}{words} <span class="leads">({html.escape(real)})</span>{closing}'


def _same(said: str, real: str) -> bool:
    one, other = (each.lower().removeprefix("www.") for each in (said, real))
    return one == other or other.endswith(f".{one}")
