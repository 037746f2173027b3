"""Processes are killed at random moments while people write; nothing may be lost or doubled."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from tests.servers import ROOT

SHORT, FULL = 10, 200


@pytest.mark.chaos
@pytest.mark.slow
def test_killed_processes_lose_nothing_and_double_nothing(is_long_proof: bool) -> None:
    kills = int(os.environ.get("CHAOS_KILLS", FULL if is_long_proof else SHORT))
    database = "sqlite" if connection.vendor == "sqlite" else "postgres"
    command = [sys.executable, "-m", "tests.chaos", "--database", database, "--kills", str(kills)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=180 + 12 * kills, check=False
    )
    print(f"\n{done.stdout}", end="")
    assert done.returncode == 0, done.stdout + done.stderr[-4000:]
    line = next(line for line in done.stdout.splitlines() if line.startswith("database="))
    figures = dict(part.split("=") for part in line.split())
    assert int(figures["kills"]) == kills
    # A harness in which nobody came to write would find nothing either.
    assert int(figures["messages"]) >= kills
    assert int(figures["replies"]) > 0
    if is_long_proof:
        assert int(figures["cut"]) > 0
