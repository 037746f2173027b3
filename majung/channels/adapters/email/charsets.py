"""From bytes to text, whatever the mail says its charset is."""

import codecs
import re
from functools import lru_cache
from typing import Final

# Outlook and Korean webmail name these and write CP949; Python takes them for the smaller EUC-KR
# or does not know them.
_KOREAN: Final = frozenset(
    {
        "cp949", "uhc", "ms949", "windows949", "xwindows949", "xms949", "949", "cp51949",
        "euckr", "xeuckr", "ksc56011987", "ksc56011989", "ksc5601", "ksc56011992", "ksc",
        "korean", "isoir149", "csksc56011987", "cseuckr", "ksx1001", "ks56011987",
    }
)  # fmt: skip
_OTHERS: Final = {
    "iso2022kr": "iso2022_kr",
    "csiso2022kr": "iso2022_kr",
    "iso2022jp": "iso2022_jp_ext",
    "csiso2022jp": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "xsjis": "cp932",
    "windows31j": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "xgbk": "gb18030",
    "big5": "big5hkscs",
    "unicode11utf8": "utf-8",
    "utf8mb4": "utf-8",
    "iso88598i": "iso8859-8",
    "latin1": "cp1252",
    "iso88591": "cp1252",
    "windows1252": "cp1252",
}
# Not charsets of mail; some are slow on hostile input, some are no charsets at all.
_REFUSED: Final = frozenset(
    {"punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}
)
_NAME: Final = re.compile(r"[a-z0-9_.:+-]{1,40}")
_RUN: Final = re.compile(rb"[\x80-\xff]+")
_UNSAID: Final = frozenset({None, "ascii", "cp1252"})  # what mailers write who did not look
_UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\ufeff]")


@lru_cache(maxsize=256)
def codec(name: str) -> str | None:
    """Return Python's name of a charset, or ``None`` for one that it cannot read."""
    plain = name.strip(" \t\"'").lower().partition("*")[0]
    key = re.sub(r"[^a-z0-9]", "", plain[:60])
    if key in _KOREAN:
        return "cp949"
    if key in _OTHERS:
        return _OTHERS[key]
    if not _NAME.fullmatch(plain):
        return None
    try:
        found = codecs.lookup(plain)
    except (LookupError, ValueError):
        return None
    readable = found._is_text_encoding and found.name not in _REFUSED  # noqa: SLF001 - nothing else says it
    return found.name if readable else None


def decode(data: bytes, charset: str = "") -> tuple[str, bool]:
    """Return the text, and whether its charset had to be guessed."""
    known = codec(charset) if charset else None
    if data.isascii() and b"\x1b" not in data and known in {None, "ascii", "utf-8", "cp949"}:
        return data.decode("ascii"), False
    if known not in _UNSAID:
        text = strictly(data, str(known))
        if text is not None:
            return text, False
    elif known == "cp1252" and not looks_korean(data) and strictly(data, "utf-8") is None:
        return data.decode("cp1252", "replace"), False
    return _guess(data, known), True


def strictly(data: bytes, name: str) -> str | None:
    """Return the text if every byte makes sense in this charset."""
    try:
        return data.decode(name)
    except (UnicodeError, ValueError):
        return None


def looks_korean(data: bytes) -> bool:
    """Say whether bytes above ASCII stand in pairs that CP949 knows, and two pairs together.

    So does no Western text of more than a few words.
    """
    runs = _RUN.findall(data[:20_000])
    if not runs or any(len(run) % 2 for run in runs[:-1]):
        return False
    return max(map(len, runs)) >= 4 and strictly(data, "cp949") is not None


def _guess(data: bytes, known: str | None) -> str:
    if b"\x1b$)C" in data[:4_000]:
        return data.decode("iso2022_kr", "replace")
    if b"\x1b$" in data or b"\x1b(" in data:
        return data.decode("iso2022_jp_ext", "replace")
    for name in ("utf-8", "cp949"):
        fitting = strictly(data, name)
        if fitting is not None:
            return fitting
    # One spoiled byte must not spoil the rest: take the charset that fits nearly everywhere.
    names = [known, "utf-8", "cp949"] if known not in _UNSAID else ["utf-8", "cp949"]
    high = sum(map(len, _RUN.findall(data)))
    for candidate in names:
        text = data.decode(str(candidate), "replace")
        if text.count("\ufffd") * 20 <= high:
            return text
    return data.decode("latin-1")


def tidy(text: str) -> str:
    """Take out signs that nobody sees and no database keeps; lines end with a line feed."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub("", plain)
