"""``python -m tests.chaos --database sqlite --kills 30``: kill, let it calm down, and prove.

It is a process of its own because the proof reads the database that the killed processes write,
on a PostgreSQL that syncs to disk. Exits with 1 and says what was found if anything is.
"""

import argparse
import os
import shutil
import sys
from importlib import import_module
from random import SystemRandom

import django
from django.core.management import call_command

from tests.servers import PostgresServer, RedisServer, is_majung_variable, temporary_folder


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.chaos", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--harness", choices=["kills", "mail_kills"], default="kills")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(1_000_000))
    options = parser.parse_args()
    print(f"seed={options.seed}", flush=True)
    for name in [name for name in os.environ if is_majung_variable(name)]:
        del os.environ[name]
    home = temporary_folder("chaos", on_disk=True)
    servers: list[PostgresServer | RedisServer] = []
    if options.database == "postgres":
        servers = [PostgresServer(durable=True), RedisServer()]
    try:
        for server in servers:
            server.start()
        return run(options, home=str(home), servers=servers)
    finally:
        for server in servers:
            server.remove()
        shutil.rmtree(home, ignore_errors=True)


def run(
    options: argparse.Namespace, *, home: str, servers: list[PostgresServer | RedisServer]
) -> int:
    database_url = live_url = ""
    for server in servers:
        if isinstance(server, PostgresServer):
            database_url = os.environ["DATABASE_URL"] = server.create_database()
        else:
            live_url = server.url
    os.environ |= {"MAJUNG_HOME": home, "DJANGO_SETTINGS_MODULE": "majung.settings"}
    os.environ |= {"MAJUNG_CHANNELS": "pager=tests.channels.pager", "MAJUNG_LOG_LEVEL": "ERROR"}
    os.environ["MAJUNG_OUTBOUND_ALLOW"] = "127.0.0.1"
    django.setup()
    call_command("migrate", verbosity=0)
    code: int = import_module(f"tests.chaos.{options.harness}").run(
        kills=options.kills, seed=options.seed, database_url=database_url, live_url=live_url
    )
    return code


if __name__ == "__main__":
    sys.exit(main())
