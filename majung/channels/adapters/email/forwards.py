"""A mail that somebody passed on, found in the text below its separator or among the files."""

import re
from typing import Final

from majung.channels.adapters.email import addresses, dates, labels, limits
from majung.channels.adapters.email.message import Forwarded

_SUBJECT: Final = re.compile(
    r"\s*(\[(전달|fwd?)\]|(fwd?|fw|전달|전달됨|wg|tr|rv|enc|i|轉寄|转发|転送)\s?[:：])",
    re.IGNORECASE,
)


def says_so(subject: str) -> bool:
    """Say whether the subject begins with one of the signs of a mail that was passed on."""
    return _SUBJECT.match(subject[:100]) is not None


def inside(quoted: str, subject: str) -> Forwarded | None:
    """Read a mail that was passed on within the text; ``None`` if the quote is an ordinary one."""
    lines = [line[: limits.MOST_LINE] for line in quoted.split("\n")]
    start = _start(lines, expected=says_so(subject))
    if start is None:
        return None
    count = labels.block(lines, start)
    found: dict[str, str] = {}
    for line in lines[start : start + count]:
        if each := labels.label(line):
            found.setdefault(*each)
    rest = quoted.split("\n")[start + count :]
    if all(line.startswith(">") for line in rest if line.strip()):
        rest = [line[1:].removeprefix(" ") if line.startswith(">") else line for line in rest]
    return Forwarded(
        from_=addresses.parse(found["from"].replace("[mailto:", "<").replace("]", ">"))[0],
        subject=found.get("subject", ""),
        date=dates.loose(found.get("date", "")),
        text="\n".join(rest).strip("\n"),
    )


def _start(lines: list[str], *, expected: bool) -> int | None:
    """Return where the quoted headers begin, if they are those of a mail that was passed on."""
    for index, line in enumerate(lines):
        if labels.is_forward(line):
            expected = True
        elif line.strip(labels.MARKS) and labels.block(lines, index):
            return index if expected else None
    return None
