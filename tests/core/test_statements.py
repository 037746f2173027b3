"""Statements and the ORM see the same rows in the same form."""

import threading
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import (
    DatabaseError,
    IntegrityError,
    ProgrammingError,
    connection,
    transaction,
)
from django.test.utils import CaptureQueriesContext

from majung.core.models import Blob, Job, Timer
from majung.core.statements import AsJson, Statement, batch, json_of, uuid_of

INSERT_JOB = Statement(
    "INSERT INTO core_job (task, payload, key, run_at, created_at, epoch, attempts, error,"
    " waiting)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
INSERT_BLOB = Statement(
    "INSERT INTO core_blob (public_id, sha256, size, media_type, has_thumbnail, scan, created_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id"
)
SELECT_JOB = Statement("SELECT task, payload, run_at, lease_until FROM core_job WHERE run_at <= %s")
INSERT_TIMER = Statement(
    "INSERT INTO core_timer (kind, key, epoch, payload) VALUES (%s, %s, %s, %s)"
)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SEOUL = timezone(timedelta(hours=9))


def insert_job(*, task: str = "a.b", at: datetime = NOON) -> int:
    return INSERT_JOB.run(task, {"이름": "마중", "n": 1}, "", at, at, 0, 0, "", True)


@pytest.mark.django_db
@pytest.mark.parametrize("at", [NOON, NOON + timedelta(microseconds=1), NOON.astimezone(SEOUL)])
def test_statement_stores_what_the_orm_finds(at: datetime) -> None:
    assert insert_job(at=at) == 1
    assert Job.objects.get(run_at=at, payload={"이름": "마중", "n": 1}).created_at == at


@pytest.mark.django_db
@pytest.mark.parametrize("at", [NOON, NOON + timedelta(microseconds=1)])
def test_statement_finds_what_the_orm_stored(at: datetime) -> None:
    Job.objects.create(task="orm", payload={"n": 2}, run_at=at, created_at=at)
    ((task, payload, run_at, lease_until),) = SELECT_JOB.rows(at)
    assert (task, json_of(payload), run_at, lease_until) == ("orm", {"n": 2}, at, None)
    assert SELECT_JOB.rows(at - timedelta(microseconds=1)) == []


@pytest.mark.django_db
def test_uuid_and_bool_match_the_orm() -> None:
    name = uuid.uuid4()
    ((key,),) = INSERT_BLOB.rows(name, "f" * 64, 2**40, "text/plain", True, Blob.Scan.CLEAN, NOON)
    blob = Blob.objects.get(public_id=name, has_thumbnail=True, scan="clean")
    assert (blob.pk, blob.size) == (key, 2**40)
    ((found,),) = Statement("SELECT public_id FROM core_blob WHERE id = %s").rows(key)
    assert uuid_of(found) == name


@pytest.mark.django_db
def test_lists_are_for_membership_and_as_json_for_storing() -> None:
    for kind in ("a", "b", "c"):
        INSERT_TIMER.run(kind, "k", 1, AsJson([1, kind]))
    among = Statement(
        sqlite="SELECT kind FROM core_timer WHERE kind IN (SELECT value FROM json_each(%s))"
        " ORDER BY kind",
        postgres="SELECT kind FROM core_timer WHERE kind = ANY(%s) ORDER BY kind",
    )
    assert among.rows(["a", "c", "z"]) == [("a",), ("c",)]
    assert Timer.objects.get(payload=[1, "b"]).kind == "b"


@pytest.mark.django_db
def test_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        insert_job(at=NOON.replace(tzinfo=None))
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_errors_are_djangos() -> None:
    INSERT_TIMER.run("a", "k", 1, {})
    with pytest.raises(IntegrityError), transaction.atomic():
        INSERT_TIMER.run("a", "k", 1, {})
    with pytest.raises(DatabaseError), transaction.atomic():
        Statement("SELECT nothing FROM nowhere").rows()
    assert Timer.objects.count() == 1


@pytest.mark.django_db
def test_statement_belongs_to_the_open_transaction() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        insert_job()
        assert Job.objects.count() == 1
        raise ZeroDivisionError
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_broken_transaction_refuses_statements() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            insert_job()


@pytest.mark.django_db
def test_statements_are_counted_as_queries() -> None:
    with CaptureQueriesContext(connection) as queries:
        insert_job()
        SELECT_JOB.rows(NOON)
    assert len(queries) == 2
    assert queries[0]["sql"].startswith("INSERT INTO core_job")


def test_statement_needs_the_database_mark() -> None:
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        insert_job()


@pytest.mark.django_db(transaction=True)
def test_statement_opens_the_connection_of_its_thread() -> None:
    threads = [threading.Thread(target=insert_and_close) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Job.objects.count() == 4


def insert_and_close() -> None:
    try:
        insert_job()
    finally:
        connection.close()


@pytest.mark.django_db
def test_batch_runs_everything_once() -> None:
    with batch():
        for number in range(20):
            insert_job(task=f"t.{number}")
        INSERT_TIMER.run("a", "k", 1, {})
    assert (Job.objects.count(), Timer.objects.count()) == (20, 1)


@pytest.mark.django_db
def test_batch_answers_questions_inside() -> None:
    with batch():
        insert_job()
        assert len(SELECT_JOB.rows(NOON)) == 1
        assert Job.objects.count() == 1


@pytest.mark.django_db
def test_batch_raises_djangos_error_and_leaves_the_connection_whole() -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), batch():
        INSERT_TIMER.run("a", "k", 1, {})
        INSERT_TIMER.run("a", "k", 1, {})
        insert_job()
    assert (Job.objects.count(), Timer.objects.count()) == (0, 0)
    with batch():
        insert_job()
    assert Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_batch_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError), batch():
        insert_job()
    assert not Job.objects.exists()


@pytest.mark.only_on("postgres")
@pytest.mark.django_db
def test_statement_is_prepared_once_whatever_the_size_of_numbers() -> None:
    select = Statement("SELECT id FROM core_job WHERE epoch = %s /* once */")
    for number in (1, 40_000, 2**33):
        select.rows(number)
    names = Statement("SELECT name FROM pg_prepared_statements WHERE statement LIKE %s")
    assert len(names.rows("%/* once */%")) == 1


@pytest.mark.only_on("postgres")
@pytest.mark.django_db
def test_other_databases_sql_is_not_sent() -> None:
    with pytest.raises(ProgrammingError), transaction.atomic():
        Statement(sqlite="SELECT 1", postgres="SELECT x").rows()
