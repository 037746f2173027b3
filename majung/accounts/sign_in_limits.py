"""How often one may be wrong at sign-in, counted in the database and so by every process alike."""

import ipaddress
from typing import Final

from django.db.models import F

from majung.core import limits
from majung.core.models import RateWindow

WINDOW: Final = 300
WRONG_PER_ACCOUNT: Final = 5
WRONG_PER_ADDRESS: Final = 30


def begin(*, account: str, address: str | None) -> None:
    """Count an attempt before the password is looked at; many at once are counted, too.

    Raises:
        core.limits.LimitExceeded: too many were wrong; ``retry_after`` is in seconds.
    """
    by_account, by_address = _keys(account, address)
    limits.take(by_address, limit=WRONG_PER_ADDRESS, per=WINDOW)
    limits.take(by_account, limit=WRONG_PER_ACCOUNT, per=WINDOW)


def succeed(*, account: str, address: str | None) -> None:
    """Forget the account's wrong attempts from here; the right one does not count for the address.

    An office behind one address may sign in at nine o'clock.
    """
    by_account, by_address = _keys(account, address)
    limits.clear(by_account)
    RateWindow.objects.filter(key=limits.stored_key(by_address), count__gt=0).update(
        count=F("count") - 1
    )


def _keys(account: str, address: str | None) -> tuple[str, str]:
    place = _network(address)
    return f"sign_in.account:{account.strip().lower()} {place}", f"sign_in.address:{place}"


def _network(address: str | None) -> str:
    """Return the address, or its /64: an IPv6 customer has that many to change between."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
