"""What operators ask of a running process."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from majung.core import health, measures
from majung.core.blob_settings import blob_storage
from majung.core.blobs import store
from majung.core.clock import now
from majung.core.models import Job

pytestmark = pytest.mark.urls("majung.core.urls")


def figures(client: Client) -> dict[str, float]:
    response = client.get("/metrics")
    assert response.status_code == 200
    families = text_string_to_metric_families(response.text)
    return {each.name: each.value for family in families for each in family.samples}


def test_healthz_needs_nothing(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-cache" in response["Cache-Control"]
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_readyz_names_every_part(client: Client) -> None:
    response = client.get("/readyz")
    parts = {"database": "ok", "migrations": "ok", "home": "ok", "live": "ok"}
    assert (response.status_code, response.json()) == (200, {"status": "ok", "parts": parts})


@pytest.mark.django_db
def test_readyz_tells_migrations_that_wait(client: Client) -> None:
    health.forget_migrated()
    MigrationRecorder.Migration.objects.filter(app="core").delete()
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (503, "unready")
    assert response.json()["parts"]["migrations"].endswith(" not applied")


@pytest.mark.django_db
def test_readyz_tells_a_home_it_cannot_write(client: Client, settings: Settings) -> None:
    settings.MAJUNG_HOME = Path("/nonexistent")
    response = client.get("/readyz")
    assert (response.status_code, response.json()["parts"]["home"]) == (
        503,
        "No such file or directory",
    )


@pytest.mark.django_db
def test_readyz_stays_ready_without_a_live_broker(client: Client, settings: Settings) -> None:
    settings.LIVE_URL = "redis://127.0.0.1:1/0"
    response = client.get("/readyz")
    assert (response.status_code, response.json()["parts"]["live"]) == (200, "not connected")


@pytest.mark.django_db
def test_metrics_count_requests_jobs_and_files(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.STORAGES = {**settings.STORAGES, "blobs": blob_storage("", home=tmp_path)}
    moment = now()
    old = Job(task="a", created_at=moment, run_at=moment - timedelta(seconds=90))
    failed = Job(task="b", created_at=moment, run_at=moment, failed_at=moment)
    Job.objects.bulk_create([old, failed])
    store(BytesIO(b"a file"), limit=100)
    client.get("/healthz")
    found = figures(client)
    assert (found["majung_jobs_pending"], found["majung_jobs_failed"]) == (1, 1)
    assert 90 <= found["majung_jobs_oldest_seconds"] < 120
    assert (found["majung_blobs"], found["majung_live_clients"]) == (1, 0)
    labels = {"route": "healthz", "method": "GET", "status": "200"}
    assert measures.REGISTRY.get_sample_value("majung_request_seconds_count", labels)


@pytest.mark.django_db
def test_metrics_take_gauges_of_others_and_survive_a_broken_one(client: Client) -> None:
    measures.gauge("majung_test_good", "A test.")(lambda: 7)
    measures.gauge("majung_test_broken", "A test.")(lambda: 1 // 0)
    try:
        found = figures(client)
    finally:
        measures.forget("majung_test_good")
        measures.forget("majung_test_broken")
    assert found["majung_test_good"] == 7
    assert "majung_test_broken" not in found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "headers", "proxies", "status"),
    [
        ("127.0.0.1", {}, [], 200),
        ("::1", {}, [], 200),
        ("203.0.113.9", {}, [], 403),
        ("203.0.113.9", {"authorization": "Bearer t0ken"}, [], 200),
        ("203.0.113.9", {"authorization": "Bearer wrong"}, [], 403),
        ("203.0.113.9", {"authorization": "Bearer 틀림"}, [], 403),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, [], 403),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, ["127.0.0.1/32"], 200),
        ("", {}, [], 403),
    ],
)
def test_metrics_are_for_neighbours_and_token_holders(
    client: Client,
    settings: Settings,
    address: str,
    headers: dict[str, str],
    proxies: list[str],
    status: int,
) -> None:
    settings.MAJUNG_METRICS_TOKEN, settings.MAJUNG_TRUSTED_PROXIES = "t0ken", proxies
    response = client.get("/metrics", headers=headers, REMOTE_ADDR=address)
    assert response.status_code == status


@pytest.mark.django_db
def test_metrics_without_a_token_set_take_no_empty_one(client: Client) -> None:
    headers = {"authorization": "Bearer "}
    assert client.get("/metrics", headers=headers, REMOTE_ADDR="203.0.113.9").status_code == 403
