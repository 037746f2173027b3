"""``majung demo``: make the company once, then serve it with customers who really chat."""

import argparse
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from majung.conversations.models import Conversation
from majung.core import clock, upgrade
from majung.demo import calls, company, history
from majung.demo.content.company import AGENTS
from majung.demo.post import Post, Writers
from majung.demo.visitors import Visitors

PACES = {"off": 0.0, "calm": 2.0, "normal": 6.0, "rush": 30.0}
SEED = 20261121
# Fewer write a mail than chat.
MAILS_BEHIND = 4


def main(arguments: Sequence[str], *, serve: Callable[..., int]) -> int:
    """Fill what is empty, print how to get in, and serve. Returns the exit code."""
    options = _options(arguments)
    if options.fresh:
        _forget(settings.MAJUNG_HOME)
    upgrade.migrate()
    if Conversation.objects.exists():
        print("The demo company is there already (--fresh makes it anew).")
    else:
        _make(options)
    _tell(options)
    if options.only_fill:
        return 0
    companions: list[Any] = [Post()]
    if PACES[options.busy]:
        companions.append(Visitors(base=_here(), per_minute=PACES[options.busy]))
        companions.append(Writers(per_minute=PACES[options.busy] / MAILS_BEHIND))
    return serve(
        host=settings.MAJUNG_HOST, port=settings.MAJUNG_PORT, migrates=False, companions=companions
    )


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="majung demo", description=__doc__)
    parser.add_argument("--port", type=int, help="port to listen on (MAJUNG_PORT)")
    parser.add_argument("--busy", choices=list(PACES), default="normal", help="how many chat")
    parser.add_argument("--customers", type=int, default=3000)
    parser.add_argument("--conversations", type=int, default=4000)
    parser.add_argument("--fresh", action="store_true", help="throw the demo away and begin anew")
    parser.add_argument("--only-fill", action="store_true", help="make the data, do not serve")
    return parser.parse_args(arguments)


def _forget(home: Path) -> None:
    if settings.DATABASES["default"]["ENGINE"] != "majung.core.sqlite":
        sys.exit("--fresh works on the demo's own SQLite; drop the PostgreSQL database yourself.")
    for name in ("majung.sqlite3", "majung.sqlite3-wal", "majung.sqlite3-shm"):
        (home / name).unlink(missing_ok=True)
    shutil.rmtree(home / "blobs", ignore_errors=True)


def _make(options: argparse.Namespace) -> None:
    total = options.customers + options.conversations
    print(f"Making {options.customers:,} customers and {options.conversations:,} conversations …")
    history.fill(
        company.make(),
        seed=SEED,
        customers=options.customers,
        conversations=options.conversations,
        now=clock.now(),
        tell=lambda done: print(f"\r  {done * 100 // total:3} %", end="", flush=True),
    )
    calls.make()
    print()


def _here() -> str:
    host = settings.MAJUNG_HOST
    return f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{settings.MAJUNG_PORT}"  # noqa: S104


def _tell(options: argparse.Namespace) -> None:
    site = settings.MAJUNG_URL
    told: list[tuple[str, Any]] = [
        ("Desk", f"{site}/desk/"),
        ("  agent", f"jiwoo.han@example.com / {company.PASSWORD}"),
        ("  admin", f"{_admin()} / {company.PASSWORD}"),
        ("Shop", f"{site}/shop/dareum/   {site}/shop/ongyeol/"),
        ("Form", f"{site}/forms/demo-dareum-form"),
        ("Mail", f"{site}/shop/dareum/mail/   (what customers get; write as one)"),
        ("Busy", f"{options.busy} (--busy off|calm|normal|rush)"),
    ]
    print("\nMajung demo")
    for name, value in told:
        print(f"  {name:9} {value}")
    print("\nSign in as the agent, then open the shop in another window and write.\n", flush=True)


def _admin() -> str:
    return next(each.email for each in AGENTS if each.role == "admin")
