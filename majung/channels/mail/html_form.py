"""The HTML form of what we send. Mail programs know no style sheets, so each thing carries its own."""

from collections.abc import Sequence
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from majung.channels.contract import OutFile

_FONT: Final = (
    "font-family:-apple-system,'Apple SD Gothic Neo','Malgun Gothic',sans-serif;"
    "font-size:15px;line-height:1.6"
)
_SIGNATURE: Final = "margin-top:24px;color:#666"
_QUOTE: Final = "margin:0;padding-left:12px;border-left:2px solid #ccc;color:#555"


def page(
    *,
    locale: str,
    body: SafeString,
    pictures: Sequence[OutFile] = (),
    signature: str = "",
    quoted: str = "",
) -> str:
    """Return the whole page; ``pictures`` that the body does not show stand below it."""
    below = [file for file in pictures if f"cid:{file.content_id}" not in body]
    shown = format_html_join(
        "", '<p><img src="cid:{}" alt="{}"></p>', ((file.content_id, file.name) for file in below)
    )
    inside = format_html("{}{}{}{}", body, shown, _signed(signature), _history(quoted))
    return format_html(
        '<!doctype html><html lang="{}"><head><meta charset="utf-8"></head>'
        '<body><div style="{}">{}</div></body></html>',
        locale,
        _FONT,
        inside,
    )


def paragraphs(text: str) -> SafeString:
    """Return a plain text as paragraphs, its line breaks kept."""
    blocks = [block for block in text.split("\n\n") if block.strip("\n")]
    return format_html_join("", "<p>{}</p>", ((_broken(block.strip("\n")),) for block in blocks))


def _broken(text: str) -> SafeString:
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in text.split("\n")))


def _signed(signature: str) -> SafeString:
    if not signature:
        return SafeString()
    return format_html(
        '<div class="gmail_signature" data-smartmail="gmail_signature" style="{}">{}</div>',
        _SIGNATURE,
        _broken(signature),
    )


def _history(quoted: str) -> SafeString:
    if not quoted:
        return SafeString()
    said, _, marked = quoted.partition("\n")
    lines = [line.removeprefix(">").removeprefix(" ") for line in marked.split("\n")]
    return format_html(
        '<div class="gmail_quote"><p>{}</p><blockquote type="cite" style="{}">{}</blockquote></div>',
        said,
        _QUOTE,
        _broken("\n".join(lines)),
    )
