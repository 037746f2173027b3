"""``majung migrate``, ``majung backup`` and ``majung restore``."""

import sys
from argparse import Namespace

from django.db import DatabaseError

from majung.core import backup as archive
from majung.core import home, upgrade


def migrate(_: Namespace) -> int:
    done = upgrade.migrate(verbosity=1)
    print(f"{len(done)} migrations applied." if done else "The database is up to date.")
    return 0


def backup(options: Namespace) -> int:
    try:
        manifest = archive.write(options.file)
    except (archive.BackupError, DatabaseError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Wrote {options.file}: {archive.summary(manifest)}.")
    print("It contains the secret keys: keep it as safe as the installation itself.")
    return 0


def restore(options: Namespace) -> int:
    try:
        manifest = archive.restore(options.file, replace=options.replace)
    except (archive.BackupError, home.InUseError, DatabaseError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Restored {options.file}: {archive.summary(manifest)}.")
    print("Start Majung again with `majung serve`.")
    return 0
