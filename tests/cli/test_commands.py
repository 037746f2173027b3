"""The ``majung`` command: what a newcomer and an operator type."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from django.db import connection

from tests.servers import MajungServer

Make = Callable[..., MajungServer]


def test_no_command_prints_help(majung_process: Make) -> None:
    done = majung_process().run()
    assert done.returncode == 0
    for command in ("serve", "demo", "worker", "tick", "check", "migrate", "backup", "restore"):
        assert f"\n    {command} " in done.stdout


@pytest.mark.slow
def test_demo_tells_all_that_it_takes_and_its_address_follows_the_port(
    majung_process: Make, free_port: int
) -> None:
    server = majung_process()
    told = server.run("demo", "--help").stdout
    assert all(name in told for name in ("--port", "--busy", "--fresh"))
    del server.env["MAJUNG_URL"]
    few = ("--customers", "5", "--conversations", "5")
    done = server.run("demo", "--only-fill", *few, "--port", str(free_port))
    assert done.returncode == 0, done.stderr
    assert f"http://127.0.0.1:{free_port}/desk/" in done.stdout


@pytest.mark.slow
def test_mistakes_are_told_all_at_once_and_nothing_starts(majung_process: Make) -> None:
    server = majung_process(MAJUNG_PORT="high", MAJUNG_PROT="1", LIVE_URL="rabbit://")
    done = server.run("serve")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        (
            "- MAJUNG_PORT: 'high' is not a whole number from 1 to 65535. "
            "Remove it to get 8000, or set such a number."
        ),
        (
            "- LIVE_URL: 'rabbit://' is no live broker. "
            "Remove it for one process, or write redis://127.0.0.1:6379/0."
        ),
        "- MAJUNG_PROT: there is no such setting. Did you mean MAJUNG_PORT?",
        "Majung does not start with these settings.",
    ]
    assert "- error: MAJUNG_PROT: there is no such setting." in server.run("check").stdout


@pytest.mark.slow
def test_check_finds_what_is_wrong(majung_process: Make, free_port: int) -> None:
    server = majung_process(
        MAJUNG_URL="http://desk.example",
        MAJUNG_DEBUG="1",
        LIVE_URL=f"redis://127.0.0.1:{free_port}/0",
        MAJUNG_SCAN_COMMAND="no-such-scanner --all",
    )
    server.run("check")
    (server.home / "keys").chmod(0o644)
    done = server.run("check")
    assert done.returncode == 1
    for part in (
        "migrations. Run `majung migrate`.",
        "MAJUNG_DEBUG is on while people reach http://desk.example",
        "is not encrypted",
        "LIVE_URL: Redis does not answer.",
        "no-such-scanner is not installed",
        "others may read the secret keys (-rw-r--r--). chmod 600",
    ):
        assert part in done.stdout
    assert done.stdout.index("warning:") > done.stdout.rindex("error:")


@pytest.mark.slow
def test_check_says_when_the_database_does_not_answer(
    majung_process: Make, tmp_path: Path, free_port: int
) -> None:
    url = f"postgresql://a@127.0.0.1:{free_port}/b"
    if connection.vendor == "sqlite":
        (tmp_path / "text").write_text("not a database at all" * 100)
        url = f"sqlite:///{tmp_path / 'text'}"
    done = majung_process(DATABASE_URL=url).run("check")
    assert done.returncode == 1
    assert "DATABASE_URL: the database does not answer" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.only_on("sqlite")
def test_worker_and_tick_need_postgres(majung_process: Make) -> None:
    server = majung_process()
    for command in (["worker"], ["tick"], ["serve", "--web-only"]):
        done = server.run(*command)
        assert done.returncode == 1
        assert "SQLite serves one process" in done.stderr


@pytest.mark.slow
@pytest.mark.only_on("postgres")
def test_worker_and_tick_run_beside_the_web(live_server_process: Make) -> None:
    web = live_server_process()
    for command in ("worker", "tick"):
        other = MajungServer(database_url=web.env["DATABASE_URL"])
        other.start(command)
        while "Majung runs" not in other.log():
            other.must_be_running()
        assert other.stop() == 0
        assert other.process is None
        other.remove()


@pytest.mark.slow
@pytest.mark.only_on("postgres")
def test_processes_starting_together_migrate_once(
    fresh_database: Callable[[], str],
) -> None:
    url = fresh_database()
    servers = [MajungServer(database_url=url) for _ in range(3)]
    for server in servers:
        server.spawn(*server.command("serve"), env=server.env)
    try:
        for server in servers:
            server.wait_for_answer()
        brought = sum("was brought up to date" in server.log() for server in servers)
        assert brought == 1
    finally:
        for server in servers:
            server.remove()


@pytest.mark.slow
@pytest.mark.only_on("sqlite")
def test_second_process_on_the_same_home_is_refused(live_server_process: Make) -> None:
    server = live_server_process()
    done = server.run("serve", "--port", "0")
    assert done.returncode == 1
    assert f"Majung already runs on {server.home} (process {server.pid})." in done.stderr
    server.kill()
    server.start()


@pytest.mark.slow
def test_no_migrate_says_what_is_missing(majung_process: Make) -> None:
    done = majung_process().run("serve", "--no-migrate")
    assert done.returncode == 1
    assert "run `majung migrate`" in done.stderr


@pytest.mark.slow
def test_taken_port_is_told_in_a_sentence(live_server_process: Make, majung_process: Make) -> None:
    server = live_server_process()
    done = majung_process(MAJUNG_PORT=str(server.port)).run("serve")
    assert done.returncode == 1
    assert f"Cannot listen on 127.0.0.1 port {server.port}" in done.stderr


@pytest.mark.slow
def test_stop_is_graceful(live_server_process: Make) -> None:
    server = live_server_process()
    assert httpx.get(f"{server.url}/readyz").status_code == 200
    assert server.stop() == 0
    assert server.log().rstrip().endswith("Majung has stopped.")
    assert '"level": "error"' not in server.log()


@pytest.mark.slow
def test_committed_rows_survive_kill(live_server_process: Make) -> None:
    server = live_server_process()
    server.run("manage", "shell", "-v0", "-c",
               "from majung.core.models import RateWindow; from majung.core.clock import now;"
               "RateWindow.objects.create(key='k', started_at=now(), count=7)")  # fmt: skip
    server.kill()
    server.start()
    if connection.vendor == "sqlite":
        with sqlite3.connect(server.home / "majung.sqlite3") as database:
            found = database.execute("SELECT count FROM core_ratewindow WHERE key='k'").fetchone()
        database.close()
        assert found == (7,)


@pytest.mark.slow
def test_keys_rotate(majung_process: Make) -> None:
    server = majung_process()
    assert server.run("keys", "list").stdout.startswith("1 in ")
    server.run("keys", "rotate")
    assert server.run("keys", "list").stdout.startswith("2 in ")
    server.run("keys", "forget")
    assert server.run("keys", "list").stdout.startswith("1 in ")
    fixed = majung_process(MAJUNG_SECRET_KEYS="k" * 40)
    assert fixed.run("keys", "rotate").returncode == 1
