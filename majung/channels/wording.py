"""What a reply becomes on its way to a channel: words that it shows, in pieces, and files."""

import unicodedata
from functools import partial
from typing import Final

from majung.channels import registry
from majung.channels.contract import Address, OutFile, Outgoing
from majung.conversations import parts
from majung.conversations.models import Attachment, Message
from majung.core import blobs, rich_text

# Where a long text is cut, the best first: between paragraphs, lines, sentences, words.
_CUTS: Final = ("\n\n", "\n", ". ", "? ", "! ", " ")
_JOINER: Final = "\u200d"
_MARKS: Final = frozenset({"Mn", "Mc", "Me"})


def outgoing(message: Message) -> list[Outgoing]:
    """Return the sends that a reply needs, in order; files go with the last."""
    who = message.identity
    to = Address(
        kind=who.kind if who else "",
        scope=who.scope if who else "",
        address=who.address if who else "",
    )
    texts = pieces(message)
    html = _html(message)
    return [
        Outgoing(
            key=key_of(message, number),
            to=to,
            text=text,
            html=html if len(texts) == 1 else "",
            files=files_of(message) if number == len(texts) else (),
        )
        for number, text in enumerate(texts, start=1)
    ]


def key_of(message: Message, number: int = 1) -> str:
    """Return the key under which a piece of a reply goes out, the same at every attempt."""
    return str(message.public_id) if number == 1 else f"{message.public_id}.{number}"


def words_of(message: Message) -> str:
    """Return the text, with what the channel cannot show in lines below it."""
    if registry.capabilities(message.inbox.kind).parts:
        return message.text
    return parts.with_plain(message.text, parts.of(message.data))


def pieces(message: Message) -> list[str]:
    """Return the texts of the sends that a reply needs: one, unless the channel has it ``split``."""
    can = registry.capabilities(message.inbox.kind)
    said = words_of(message)
    return split(said, can.max_text) if can.oversized == "split" else [said]


def files_of(message: Message) -> tuple[OutFile, ...]:
    attached = message.attachments.select_related("blob")
    return tuple(map(_file, attached))


def split(text: str, most: int) -> list[str]:
    """Cut a text into pieces of at most ``most`` signs, at the best places there are.

    Only blanks at the cuts are lost. What is one letter to people is never cut: a syllable of
    combining Hangul, an emoji of several signs.
    """
    found = []
    while len(text) > most:
        at = _cut(text, most)
        found.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [*filter(None, found), text] if text or not found else found


def _cut(text: str, most: int) -> int:
    """Return where to cut; a place in the first half would make many small pieces."""
    head = text[: most + 1]
    for mark in _CUTS:
        at = head.rfind(mark, most // 2, most + len(mark))
        if at >= 0:
            return min(at + len(mark), most)
    at = most
    while at > 1 and not _may_cut(text, at):
        at -= 1
    return at if at > 1 else most


def _may_cut(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if _JOINER in {before, after} or unicodedata.category(after) in _MARKS:
        return False
    if _is_jamo_inside(after) or _is_modifier(after):
        return False
    return not (_is_flag(before) and _is_flag(after) and _flags_before(text, at) % 2)


def _is_jamo_inside(sign: str) -> bool:
    """Say whether it is a vowel or final of combining Hangul, which belongs to what is before."""
    return "\u1160" <= sign <= "\u11ff" or "\ud7b0" <= sign <= "\ud7fb"


def _is_modifier(sign: str) -> bool:
    """Say whether it is the skin colour of an emoji, or a tag of a flag."""
    return "\U0001f3fb" <= sign <= "\U0001f3ff" or "\U000e0020" <= sign <= "\U000e007f"


def _is_flag(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"


def _flags_before(text: str, at: int) -> int:
    count = 0
    while count < at and _is_flag(text[at - 1 - count]):
        count += 1
    return count


def _html(message: Message) -> str:
    """Return the formatted text where the channel shows it and nothing of it stands in lines."""
    can = registry.capabilities(message.inbox.kind)
    if not can.rich or not message.rich or words_of(message) != message.text:
        return ""
    return str(rich_text.html(message.rich))


def _file(attachment: Attachment) -> OutFile:
    blob = attachment.blob
    return OutFile(
        name=attachment.name,
        type=blob.media_type,
        size=blob.size,
        open=partial(blobs.open_blob, blob),
        content_id=attachment.content_id,
    )
