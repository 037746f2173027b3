"""``DATABASE_URL`` in all its forms."""

import re
from pathlib import Path

import pytest
from django.db import connection

from majung.accounts.models import Agent
from majung.core.databases import PREPARED_AFTER, database, libpq_environment

HOME = Path("/home/majung")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("", "/home/majung/majung.sqlite3"),
        ("sqlite:////data/a%20b.sqlite3", "/data/a b.sqlite3"),
        ("sqlite:///data.sqlite3", str(Path.cwd() / "data.sqlite3")),
    ],
)
def test_sqlite_names_a_file(url: str, path: str) -> None:
    found = database(url, home=HOME)
    assert (found["ENGINE"], found["NAME"]) == ("majung.core.sqlite", path)


def test_postgres_passes_options_to_libpq() -> None:
    found = database("postgres://a:p%40ss@db.example:5433/desk?sslmode=require", home=HOME)
    assert [found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "desk", "a", "p@ss", "db.example", "5433",
    ]  # fmt: skip
    assert found["OPTIONS"]["sslmode"] == "require"
    assert libpq_environment(found) == {
        "PGDATABASE": "desk",
        "PGUSER": "a",
        "PGPASSWORD": "p@ss",
        "PGHOST": "db.example",
        "PGPORT": "5433",
        "PGSSLMODE": "require",
    }


@pytest.mark.parametrize(
    "url", ["postgresql:///desk?host=/run/pg&port=6000", "postgresql://%2Frun%2Fpg:6000/desk"]
)
def test_postgres_on_a_unix_socket(url: str) -> None:
    found = database(url, home=HOME)
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("/run/pg", "6000", "desk")
    assert "host" not in found["OPTIONS"]


@pytest.mark.only_on("postgres")
@pytest.mark.django_db
def test_postgres_keeps_the_plan_of_what_is_asked_often(agent: Agent) -> None:
    for number in range(PREPARED_AFTER + 1):
        assert list(Agent.objects.filter(pk=agent.pk + number)[:1]) == ([] if number else [agent])
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [row[0] for row in cursor.fetchall() if "accounts_agent" in row[0]]
    assert any("= $1" in statement for statement in kept)


def test_postgres_without_prepared_statements() -> None:
    found = database("postgresql://a@b/c?prepared=no", home=HOME)
    assert found["OPTIONS"] == {"application_name": "majung"}


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://a/b", "'mysql' is not a database Majung knows"),
        ("nonsense", "'nonsense' is not a database"),
        ("sqlite://", "names no file"),
        ("sqlite://folder/file", "names no file"),
        ("postgresql://a@b", "names no database"),
        ("postgresql://a@b:port/c", "port is not a number"),
    ],
)
def test_mistakes_are_told_in_a_sentence(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        database(url, home=HOME)
