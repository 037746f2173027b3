"""Finding a customer by what one knows of them: the beginning of a name, a whole address."""

from django.db.models import Q

from majung.customers import normal
from majung.customers.models import Customer, Identity

MOST = 500
SHOWN = 50
SHORTEST = 2


def candidates(text: str) -> list[Customer]:
    """Return at most 500 profiles, newest first; merged ones give the one that stands for them.

    A whole e-mail address or phone number is looked up in its one spelling, anything else is
    the beginning of a name. Fewer than two signs find nobody. A screen shows the first ``SHOWN``
    of those that its agent may see.
    """
    wanted = text.strip()
    if len(wanted) < SHORTEST:
        return []
    addresses = _addresses(wanted)
    found = Customer.objects.alive().select_related("merged_into").order_by("-pk")
    if addresses:
        matching = Identity.objects.filter(addresses).values("customer")
        rows = found.filter(pk__in=matching)[:MOST]
    else:
        rows = found.filter(name__startswith=wanted)[:MOST]
    return list({(row.merged_into or row).pk: row.merged_into or row for row in rows}.values())


def _addresses(text: str) -> Q | None:
    """Return the condition for the text read as an address, ``None`` when it is none."""
    kind = Identity.Kind.EMAIL if "@" in text else Identity.Kind.PHONE
    try:
        return Q(kind=kind, address=normal.address(kind, text))
    except ValueError:
        return None
