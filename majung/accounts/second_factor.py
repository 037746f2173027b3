"""The sealed seeds of authenticator apps, which allauth keeps in a JSON column of its own."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from majung.core import secrets

SEALED = ("secret", "seed")


@secrets.also_reseals
def reseal_authenticators() -> int:
    """Seal every authenticator's seed under the current key; return how many were changed."""
    done = 0
    for key in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().get(pk=key)
            found = [name for name in SEALED if name in row.data]
            row.data |= {name: secrets.reseal(row.data[name]) for name in found}
            row.save(update_fields=["data"])
            done += bool(found)
    return done
