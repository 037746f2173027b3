"""From ``DATABASE_URL`` to what Django and the command line tools of a database want."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SQLITE = "majung.core.sqlite"
POSTGRES = "django.db.backends.postgresql"
# Times a connection has asked a question before its plan is kept: to plan the queries of one
# conversation's page takes longer than to answer them.
PREPARED_AFTER = 5


def database(url: str, *, home: Path) -> dict[str, Any]:
    """Return Django's description of the database at ``url``.

    ``""`` is SQLite at ``home/majung.sqlite3``; ``sqlite:///relative`` and ``sqlite:////absolute``
    name a file; ``postgresql://user:password@host:port/name?sslmode=require`` passes its options
    to libpq, and ``?host=/folder`` names a Unix socket. Raises ValueError with a sentence.
    """
    if not url:
        return sqlite(home / "majung.sqlite3", home=home)
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = unquote(parts.path).removeprefix("/")
        if parts.netloc or not path:
            msg = "it names no file; write sqlite:///folder/file.sqlite3"
            raise ValueError(msg)
        return sqlite(Path(path).absolute(), home=home)
    if parts.scheme in {"postgres", "postgresql"}:
        return postgres(url)
    msg = f"{parts.scheme or url!r} is not a database Majung knows; it knows sqlite and postgresql"
    raise ValueError(msg)


def sqlite(path: Path, *, home: Path) -> dict[str, Any]:
    return {
        "ENGINE": SQLITE,
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": str(home / "test.sqlite3")},
    }


def postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    try:
        port = str(options.pop("port", "") or parts.port or "")
    except ValueError as error:
        msg = "its port is not a number"
        raise ValueError(msg) from error
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        msg = "it names no database; write postgresql://user:password@host/name"
        raise ValueError(msg)
    prepared = options.pop("prepared", "yes")
    options.setdefault("application_name", "majung")
    if prepared != "no":
        options |= {"prepare_threshold": PREPARED_AFTER, "server_side_binding": True}
    return {
        "ENGINE": POSTGRES,
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": options,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


def libpq_environment(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the PG* variables by which ``pg_dump`` and its like reach the same database."""
    options = settings.get("OPTIONS", {})
    values = {
        "PGDATABASE": settings["NAME"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"],
        "PGSSLMODE": options.get("sslmode", ""),
        "PGSSLROOTCERT": options.get("sslrootcert", ""),
        "PGSSLCERT": options.get("sslcert", ""),
        "PGSSLKEY": options.get("sslkey", ""),
        "PGOPTIONS": options.get("options", ""),
    }
    return {name: str(value) for name, value in values.items() if value}
