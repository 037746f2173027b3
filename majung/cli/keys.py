"""``majung keys``: how many there are, a new one, sealing anew, dropping the old."""

import sys
from argparse import Namespace

from django.conf import settings

from majung.core import key_file, secrets


def keys(options: Namespace) -> int:
    if options.action == "list":
        where = settings.MAJUNG_KEY_FILE or "MAJUNG_SECRET_KEYS"
        print(f"{len(settings.MAJUNG_SECRET_KEYS)} in {where}, the first is current.")
        return 0
    if options.action == "reseal":
        print(f"Sealed {secrets.rotate()} secrets with the current key.")
        return 0
    if settings.MAJUNG_KEY_FILE is None:
        print(
            "The keys come from MAJUNG_SECRET_KEYS: change them there, the new one in front.",
            file=sys.stderr,
        )
        return 1
    if options.action == "rotate":
        key_file.rotate(settings.MAJUNG_KEY_FILE)
        print("A new key is current. Restart Majung, then run `majung keys reseal`.")
    else:
        dropped = key_file.keep_first(settings.MAJUNG_KEY_FILE)
        print(f"Dropped {dropped} old keys. Links and sessions signed with them end.")
    return 0
