"""The ``majung`` command.

Only the parser is here; the module of a command is loaded once Django is set up, because it
imports models at its top.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

import django
from django.conf import settings
from django.core.management import execute_from_command_line

from majung import __version__

# The demo keeps away from real data, and its sign-ins must not drown in access lines.
DEMO = {"MAJUNG_DEMO": "1", "MAJUNG_HOME": "var/demo", "MAJUNG_LOG_LEVEL": "WARNING"}
# Its customers get their mail on this machine.
DEMO["MAJUNG_OUTBOUND_ALLOW"] = "127.0.0.1"
DESCRIPTION = "Majung (마중): customer service on your own machine."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "majung.settings")
    if given[:1] == ["manage"]:
        execute_from_command_line(["majung manage", *given[1:]])
        return 0
    parser = make_parser()
    options, rest = parser.parse_known_args(given)
    if not options.command:
        parser.print_help()
        return 0
    if rest and options.command != "demo":
        parser.error(f"unrecognised arguments: {' '.join(rest)}")
    options.rest = rest
    if options.command == "demo":
        for name, value in DEMO.items():
            os.environ.setdefault(name, value)
    if getattr(options, "port", None):
        os.environ["MAJUNG_PORT"] = str(options.port)  # the address follows it
    if options.command != "check" and tell_mistakes():
        return 1
    django.setup()
    code: int = getattr(import_module(f"majung.cli.{options.module}"), options.command)(options)
    return code


def tell_mistakes() -> bool:
    """Print what is wrong with the settings, if anything."""
    mistakes = settings.MAJUNG_MISTAKES
    for mistake in mistakes:
        print(f"- {mistake}", file=sys.stderr)
    if mistakes:
        print("Majung does not start with these settings.", file=sys.stderr)
    return bool(mistakes)


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="majung", description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"majung {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_servers(commands)
    _add_data(commands)
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _add(commands: Commands, name: str, module: str, text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(module=module)
    return parser


def _add_servers(commands: Commands) -> None:
    serve = _add(commands, "serve", "serve", "Run everything: pages, live updates, jobs, timers.")
    serve.add_argument("--host", help="address to listen on (MAJUNG_HOST)")
    serve.add_argument("--port", type=int, help="port to listen on, 0 for any (MAJUNG_PORT)")
    serve.add_argument("--no-migrate", action="store_true", help="leave the database as it is")
    serve.add_argument(
        "--web-only",
        action="store_true",
        help="no jobs and timers here: other processes run them (PostgreSQL)",
    )
    # What else it takes, and its help, it tells by itself; the settings are made of this one.
    text = "Fill a believable company and serve it with live customers."
    demo = commands.add_parser("demo", help=text, add_help=False)
    demo.set_defaults(module="demo")
    demo.add_argument("--port", type=int)
    worker = _add(commands, "worker", "worker", "Run jobs in a process of their own (PostgreSQL).")
    worker.add_argument("--threads", type=int, help="jobs done at a time (MAJUNG_JOB_THREADS)")
    _add(commands, "tick", "worker", "Run the timers in a process of their own (PostgreSQL).")
    _add(commands, "check", "check", "Look for mistakes in the installation; says what to do.")


def _add_data(commands: Commands) -> None:
    _add(commands, "migrate", "data", "Bring the database to this version's shape.")
    backup = _add(commands, "backup", "data", "Write database, files and keys into one archive.")
    backup.add_argument("file", type=Path, metavar="FILE.tar")
    restore = _add(commands, "restore", "data", "Read an archive made by `majung backup`.")
    restore.add_argument("file", type=Path, metavar="FILE.tar")
    restore.add_argument(
        "--replace", action="store_true", help="throw away what this installation holds now"
    )
    keys = _add(commands, "keys", "keys", "Look after the secret keys.")
    keys.add_argument(
        "action",
        choices=["list", "rotate", "reseal", "forget"],
        help="list: how many there are; rotate: put a new one in front; reseal: seal all secrets "
        "with the newest; forget: drop the old ones",
    )
    _add_mail(commands)
    manage = _add(commands, "manage", "data", "Run a Django management command.")
    manage.add_argument("arguments", nargs=argparse.REMAINDER)


def _add_mail(commands: Commands) -> None:
    mail = _add(commands, "mail", "mail", "Look at mails.")
    actions = mail.add_subparsers(dest="action", metavar="ACTION", required=True)
    text = "Tell how mails are read; stores nothing."
    explain = actions.add_parser("explain", help=text, description=text)
    explain.add_argument("files", type=Path, nargs="+", metavar="FILE.eml")
    explain.add_argument("--json", action="store_true", help="one line of JSON for each file")
    text = "Bring in the mails of an mbox file, a Maildir or a folder of .eml files."
    bring = actions.add_parser("import", help=text, description=text)
    bring.add_argument("path", type=Path, metavar="PATH")
    bring.add_argument(
        "--inbox", default="", help="address or key of the mailbox; not needed if there is one only"
    )
    bring.add_argument(
        "--open",
        action="store_true",
        help="leave the conversations open; by default they are closed, as of the past",
    )
