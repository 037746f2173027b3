"""``majung manage create_admin``: the first person who may sign in."""

import getpass
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from majung.accounts import agents
from majung.accounts.models import Agent
from majung.core import upgrade


class Command(BaseCommand):
    help = (
        "Make an admin. The password is asked for, or read from MAJUNG_ADMIN_PASSWORD; it is never "
        "an argument, since others on the machine could read it there."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", help="address to sign in with (MAJUNG_ADMIN_EMAIL)")
        parser.add_argument("--name", help="name that colleagues see (MAJUNG_ADMIN_NAME)")

    def handle(self, *_args: Any, **options: Any) -> None:
        if upgrade.pending():
            raise CommandError("The database is not up to date: run `majung migrate` first.")
        email = _given(options["email"], "MAJUNG_ADMIN_EMAIL", "E-mail: ")
        name = _given(options["name"], "MAJUNG_ADMIN_NAME", "Name: ")
        password = os.environ.get("MAJUNG_ADMIN_PASSWORD") or _ask_password()
        try:
            validate_email(email)
            agents.create(email=email, name=name, password=password, role=Agent.Role.ADMIN)
        except agents.EmailTaken as error:
            raise CommandError(f"Somebody signs in with {email} already.") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{name} <{email}> may sign in as admin.")


def _given(argument: str | None, variable: str, question: str) -> str:
    value = (argument or os.environ.get(variable) or "").strip()
    if not value and sys.stdin.isatty():
        value = input(question).strip()
    if not value:
        raise CommandError(f"Give it as an argument, or set {variable}.")
    return value


def _ask_password() -> str:
    if not sys.stdin.isatty():
        raise CommandError("Set MAJUNG_ADMIN_PASSWORD, or run this in a terminal.")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Once more: "):
        raise CommandError("The two passwords differ.")
    return password
