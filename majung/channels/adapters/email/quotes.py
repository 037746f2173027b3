"""What the person wrote now, what they quote, and their signature: three piles, nothing lost."""

from dataclasses import dataclass
from typing import Final

from majung.channels.adapters.email import attributions, labels, limits, lines, signatures
from majung.channels.adapters.email.lines import Kind, Line

_QUOTE_SIGNS: Final = (">", "＞")


@dataclass(frozen=True, slots=True)
class Split:
    """Each line of the text stands in one of the three."""

    reply: str
    quoted: str
    signature: str


def split(text: list[Line]) -> Split:
    """Sort the lines of a text. Takes time in proportion to its length."""
    kinds = _quoted(text)
    _sign(text, kinds)
    return Split(*(_pile(text, kinds, kind) for kind in ("own", "quote", "signature")))


def has_quote(text: list[Line]) -> bool:
    return "quote" in _quoted(text)


def _quoted(text: list[Line]) -> list[Kind]:
    kinds: list[Kind] = [line.kind for line in text]
    plain = [line.text[: limits.MOST_LINE] for line in text[: limits.MOST_LINES]]
    index = 0
    while index < len(plain):
        bare = plain[index].strip()
        if not bare or kinds[index] == "quote":
            index += 1
        elif bare.startswith(_QUOTE_SIGNS):
            kinds[index] = "quote"
            index += 1
        elif _rest_begins(plain, index):
            first = index - 1 if index and labels.is_ruler(plain[index - 1]) else index
            return _quoted_from(kinds, first)
        else:
            count = _attributed(plain, kinds, index)
            if count < 0:
                return _quoted_from(kinds, index)
            index += count or 1
    if plain and len(plain) < len(kinds) and kinds[len(plain) - 1] == "quote":
        return _quoted_from(kinds, len(plain))
    return kinds


def _quoted_from(kinds: list[Kind], first: int) -> list[Kind]:
    rest: list[Kind] = ["quote"] * (len(kinds) - first)
    return [*kinds[:first], *rest]


def _rest_begins(plain: list[str], index: int) -> bool:
    """Say whether all from here on is an older mail."""
    line = plain[index]
    return labels.is_original(line) or labels.is_forward(line) or labels.block(plain, index) > 0


def _attributed(plain: list[str], kinds: list[Kind], index: int) -> int:
    """Mark an attribution; return its lines, 0 for none, -1 if all behind it is quoted."""
    count, sure = attributions.length(plain, index)
    if not count:
        return 0
    after = index + count
    while after < len(plain) and not plain[after].strip():
        after += 1
    marked = after < len(plain) and (
        kinds[after] == "quote" or plain[after].lstrip().startswith(_QUOTE_SIGNS)
    )
    if marked or (after == len(plain) and sure):
        kinds[index : index + count] = ["quote"] * count
        return count
    return -1 if sure else 0


def _sign(text: list[Line], kinds: list[Kind]) -> None:
    """Mark the signature at the end of each stretch of the person's own lines."""
    index = 0
    most = min(len(kinds), limits.MOST_LINES)
    while index < most:
        if kinds[index] != "own":
            index += 1
            continue
        end = index
        while end < most and kinds[end] == "own":
            end += 1
        begin = index + signatures.start([line.text for line in text[index:end]])
        kinds[begin:end] = ["signature"] * (end - begin)
        index = end


def _pile(text: list[Line], kinds: list[Kind], kind: str) -> str:
    """Join the stretches of one kind, an empty line between them."""
    stretches: list[list[Line]] = []
    before = ""
    for line, is_kind in zip(text, kinds, strict=True):
        if not line.text.strip():
            if before == kind:
                stretches[-1].append(line)
            continue
        if is_kind == kind:
            if before != kind:
                stretches.append([])
            stretches[-1].append(line)
        before = is_kind
    return "\n\n".join(map(lines.joined, stretches))
