"""Addresses that customers mention. What one says of oneself is a claim and proves nothing."""

import re
from collections.abc import Iterator

from majung.customers import identity, normal
from majung.customers.models import Identity

# Korean numbers as people write them: 010-1234-5678, 02 123 4567, +82 10 1234 5678.
_PHONE = re.compile(r"(?<![\d-])(?:\+82[\s-]?|0)\d{1,2}[\s.-]?\d{3,4}[\s.-]?\d{4}(?![\d-])")
MOST_PER_TEXT = 5


def found_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield (kind, address as written) for the addresses in a text, at most five of a kind."""
    for match in list(normal.EMAIL.finditer(text))[:MOST_PER_TEXT]:
        yield Identity.Kind.EMAIL, match.group().rstrip(".")
    for match in list(_PHONE.finditer(text))[:MOST_PER_TEXT]:
        yield Identity.Kind.PHONE, match.group()


def any_in(text: str) -> bool:
    """Return whether the text holds an address, at the price of two searches."""
    return bool(_PHONE.search(text) or ("@" in text and normal.EMAIL.search(text)))


def note(*, customer_id: int, text: str) -> int:
    """Note every address in the text as a claim of the customer; return how many were new."""
    claims = [
        identity.claim(customer_id=customer_id, kind=kind, address=address)
        for kind, address in found_in(text)
    ]
    return sum(claim is not None for claim in claims)
