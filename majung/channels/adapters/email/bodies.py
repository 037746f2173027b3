"""What a mail's parts are to a reader: texts and files."""

import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from majung.channels.adapters.email import charsets, headers, limits, lines, parts, tnef, transfer
from majung.channels.adapters.email.message import Attachment
from majung.channels.adapters.email.parts import Part

_SIGNATURES: Final = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
_SMIME: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_ENVELOPED: Final = frozenset({"enveloped-data", "authenveloped-data", ""})
# Parts of a report: programs read them, people need not.
_REPORTS: Final = frozenset(
    {"message/delivery-status", "message/disposition-notification", "text/rfc822-headers"}
)


@dataclass(slots=True)
class Body:
    """A text of the mail, in one form or in two."""

    plain: str | None = None
    html: str | None = None


@dataclass(slots=True)
class Content:
    bodies: list[Body] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    left: int = limits.MOST_TEXT  # characters that may still be taken


def collect(root: Part) -> Content:
    """Sort a mail's parts into texts and files, in their order."""
    content = Content()
    _take(content, root, related=False)
    return content


def _take(content: Content, part: Part, *, related: bool) -> None:
    content.flags |= part.head.flags
    if part.type == "multipart/alternative":
        _take_best(content, part)
    elif part.type.startswith("multipart/"):
        _note_multipart(content, part)
        for child in part.children:
            _take(content, child, related=part.type == "multipart/related")
    elif _is_text(part):
        _add_text(content, Body(), part)
    elif part.type not in _REPORTS:
        _add_file(content, part, related=related)


def _note_multipart(content: Content, part: Part) -> None:
    content.flags |= {"multipart/encrypted": {"encrypted"}, "multipart/signed": {"signed"}}.get(
        part.type, set()
    )


def _is_text(part: Part) -> bool:
    kinds = {"text/plain", "text/html"}
    return part.type in kinds and part.disposition != "attachment" and not part.name


def _take_best(content: Content, part: Part) -> None:
    """Take one plain and one HTML form of the same text; what is neither is a file."""
    body = Body()
    content.flags |= part.head.flags
    for each in part.children:
        for leaf in each.walk():
            content.flags |= leaf.head.flags
            if leaf.children:
                _note_multipart(content, leaf)
            elif _is_text(leaf) and getattr(body, _form(leaf)) is None:
                _add_text(content, body, leaf)
            elif not leaf.type.startswith("multipart/"):
                _add_file(content, leaf, related=True)


def _form(part: Part) -> str:
    return "html" if part.type == "text/html" else "plain"


def _add_text(content: Content, body: Body, part: Part) -> None:
    text = _text(content, part)
    if _form(part) == "html":
        body.html = text
    else:
        if "-----BEGIN PGP MESSAGE-----" in text[:4_000]:
            content.flags.add("encrypted")
        elif "-----BEGIN PGP SIGNED MESSAGE-----" in text[:4_000]:
            content.flags.add("signed")
        body.plain = _without_uuencoded(content, text)
    if all(body is not each for each in content.bodies):
        content.bodies.append(body)


def _text(content: Content, part: Part) -> str:
    data = part.content
    if len(data) > 4 * content.left + 4:
        data = data[: 4 * content.left + 4]
    if b"\0" in data and not part.parameters.get("charset", "").lower().startswith("utf-16"):
        content.flags.add("nul")
    text, guessed = charsets.decode(data, part.parameters.get("charset", ""))
    text = charsets.tidy(text)
    if guessed:
        content.flags.add("charset_guessed")
    if len(text) > content.left:
        content.flags.add("text_cut")
        text = text[: content.left]
    content.left -= len(text)
    if part.parameters.get("format", "").lower() == "flowed" and part.type == "text/plain":
        text = lines.unflow(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    return text


def _without_uuencoded(content: Content, text: str) -> str:
    """Take files out of the text that old mailers wrote into it."""
    if "\nbegin " not in text and not text.startswith("begin "):
        return text
    kept: list[str] = []
    found = text.split("\n")
    index = tries = 0
    while index < len(found):
        name = transfer.uu_begins(found[index]) if tries < 20 else ""
        tries += bool(name)
        rest = (line.encode("utf-8", "replace") for line in found[index + 1 :]) if name else ()
        file = transfer.uu_lines(rest) if name else None
        if file is None:
            kept.append(found[index])
            index += 1
            continue
        content.flags.add("uuencode")
        kind = "application/octet-stream"
        content.attachments.append(
            Attachment(name=parts.file_name(name), type=kind, content=file[0])
        )
        index += 1 + file[1]
    return "\n".join(kept)


def _add_file(content: Content, part: Part, *, related: bool) -> None:
    kind, data = part.type, part.content
    if kind == "text/calendar":
        content.flags.add("calendar")
    elif kind in _SIGNATURES:
        content.flags.add("signed")
    elif kind in _SMIME:
        how = part.parameters.get("smime-type", "").lower()
        content.flags.add("encrypted" if how in _ENVELOPED else "signed")
    elif tnef.is_tnef(kind, part.name) and _open_tnef(content, data):
        return
    inline = part.disposition == "inline" or (
        related and bool(part.content_id) and part.disposition != "attachment"
    )
    content.attachments.append(
        Attachment(
            name=part.name or _name(content, part, data),
            type=kind,
            content=data,
            inline=inline,
            content_id=part.content_id,
        )
    )


def _open_tnef(content: Content, data: bytes) -> bool:
    opened = tnef.open_up(data)
    content.flags.add("tnef")
    if opened is None or not (opened.files or opened.text or opened.html):
        return False
    for file in opened.files:
        name = parts.file_name(file.name)
        kind = file.type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        content.attachments.append(
            Attachment(
                name=name or f"file-{len(content.attachments) + 1}",
                type=kind,
                content=file.content,
                content_id=file.content_id,
            )
        )
    if not _has_text(content.bodies) and (opened.text or opened.html):
        content.bodies.append(Body(opened.text or None, opened.html or None))
    return True


def _has_text(bodies: Iterable[Body]) -> bool:
    return any((body.plain or body.html or "").strip() for body in bodies)


def _name(content: Content, part: Part, data: bytes) -> str:
    """Name a file that came without a name."""
    if part.type == "text/calendar":
        return "invite.ics"
    if part.type == "message/rfc822":
        subject = headers.split(data, 0, len(data))[0].text("subject")
        return parts.file_name(f"{subject[:80].replace('/', ' ') or 'mail'}.eml")
    ending = mimetypes.guess_extension(part.type) or ".bin"
    return f"file-{len(content.attachments) + 1}{ending}"
