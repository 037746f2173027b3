"""Processes are killed while they fetch mail; nothing may be lost, doubled or misplaced."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from tests.conftest import missing
from tests.servers import ROOT, ServerMissingError, find_program

SHORT, FULL = 6, 200


@pytest.mark.chaos
@pytest.mark.slow
def test_killed_while_fetching_it_loses_doubles_and_misplaces_nothing(is_long_proof: bool) -> None:
    try:
        find_program("dovecot", "/usr/sbin")
    except ServerMissingError as error:
        missing(str(error))
    kills = int(os.environ.get("CHAOS_KILLS", FULL if is_long_proof else SHORT))
    database = "sqlite" if connection.vendor == "sqlite" else "postgres"
    command = [sys.executable, "-m", "tests.chaos", "--harness", "mail_kills"]
    done = subprocess.run(
        [*command, "--database", database, "--kills", str(kills)],
        cwd=ROOT, capture_output=True, text=True, timeout=300 + 12 * kills, check=False,
    )  # fmt: skip
    print(f"\n{done.stdout}", end="")
    assert done.returncode == 0, done.stdout + done.stderr[-4000:]
    line = next(line for line in done.stdout.splitlines() if line.startswith("database="))
    figures = dict(part.split("=") for part in line.split())
    assert int(figures["kills"]) == kills
    # A harness to which nobody wrote, or in which nobody took over, would find nothing either.
    assert int(figures["mails"]) >= 2 * kills
    assert int(figures["holders"]) > 1
