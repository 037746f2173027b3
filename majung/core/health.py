"""What operators and load balancers ask: is it up, can it work, how is it doing."""

import ipaddress
import json
import os
import tempfile
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from majung.core import live, live_hub, measures
from majung.core.clock import now
from majung.core.measures import gauge
from majung.core.models import Blob, Job
from majung.core.problems import Problem, json_endpoint

# Once applied, migrations stay applied while this process lives.
_migrated: set[str] = set()


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return type(error).__name__
    return ""


def _migrations() -> str:
    alias = str(connection.settings_dict["NAME"])
    if alias in _migrated:
        return ""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return type(error).__name__
    if waiting:
        return f"{len(waiting)} not applied"
    _migrated.add(alias)
    return ""


def forget_migrated() -> None:
    """Look at the migrations again next time; for tests and after a restore."""
    _migrated.clear()


def _home() -> str:
    try:
        with tempfile.TemporaryFile(dir=settings.MAJUNG_HOME) as probe:
            probe.write(b"ok")
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _live() -> str:
    return "" if live.broker().marks(["readyz"])["epoch"] else "not connected"


_NEEDED: Final[dict[str, Callable[[], str]]] = {
    "database": _database,
    "migrations": _migrations,
    "home": _home,
}


def _json(status: int, body: dict[str, object]) -> HttpResponse:
    return HttpResponse(json.dumps(body), status=status, content_type="application/json")


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """``GET /healthz``: 200 while the process answers at all."""
    return _json(HTTPStatus.OK, {"status": "ok"})


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """``GET /readyz``: 200 if work can be done, else 503; each part says "ok" or its trouble.

    A lost live broker is told but costs freshness only, so it does not make the answer 503.
    """
    troubles = {name: check() for name, check in _NEEDED.items()}
    ready = not any(troubles.values())
    parts = {name: trouble or "ok" for name, trouble in (troubles | {"live": _live()}).items()}
    status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
    return _json(status, {"status": "ok" if ready else "unready", "parts": parts})


def _may_scrape(request: HttpRequest) -> bool:
    """Say whether the request has the token, or comes straight from an allowed network."""
    token = settings.MAJUNG_METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and constant_time_compare(given, token):
        return True
    # Through a proxy we do not trust, every visitor would have the proxy's address.
    proxied = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    if proxied and not settings.MAJUNG_TRUSTED_PROXIES:
        return False
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(
        address in ipaddress.ip_network(network) for network in settings.MAJUNG_METRICS_ALLOW
    )


@never_cache
@require_safe
@json_endpoint
def metrics(request: HttpRequest) -> HttpResponse:
    """``GET /metrics``: Prometheus text; 403 without the token or an allowed address."""
    if not _may_scrape(request):
        raise Problem(HTTPStatus.FORBIDDEN, "metrics need a token or an allowed address")
    return HttpResponse(generate_latest(measures.REGISTRY), content_type=CONTENT_TYPE_LATEST)


@gauge("majung_jobs_pending", "Jobs that wait or run.")
def jobs_pending() -> int:
    return Job.objects.filter(failed_at=None).count()


@gauge("majung_jobs_failed", "Jobs that gave up and wait for a person.")
def jobs_failed() -> int:
    return Job.objects.exclude(failed_at=None).count()


@gauge("majung_jobs_oldest_seconds", "How long the longest-waiting job has been due.")
def jobs_oldest() -> float:
    due = Job.objects.filter(failed_at=None).aggregate(oldest=Min("run_at"))["oldest"]
    return max(0.0, (now() - due).total_seconds()) if due else 0.0


@gauge("majung_live_clients", "Open live streams of this process.")
def live_clients() -> int:
    return live_hub.clients()


@gauge("majung_blobs", "Stored files.")
def blobs_stored() -> int:
    return Blob.objects.count()


@gauge("majung_blobs_not_clean", "Files that wait for a scan, failed it or are infected.")
def blobs_not_clean() -> int:
    return Blob.objects.exclude(scan=Blob.Scan.CLEAN).count()
