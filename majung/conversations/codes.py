"""Order numbers in what people write, as Korean shops make them."""

import re
from typing import Final

# 20261118-0042 and N261118-14539 (date and number), ORD-20261118001, 2026111800421234 (marketplaces:
# 12 to 16 digits).
_ORDER: Final = re.compile(
    r"(?<![\w-])(?:20\d{6}-\d{3,8}|[A-Z]{1,4}\d{6,8}-\d{3,8}|[A-Z]{2,5}-?\d{6,14}|20\d{10,14})"
    r"(?![\d-])",
    re.IGNORECASE,
)


def order_numbers(text: str) -> list[str]:
    """Return what looks like an order number, in the order written; phone numbers do not."""
    return [found.group().upper() for found in _ORDER.finditer(text)]
