from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction

from majung.core import events, jobs
from majung.core.events import Event, publish
from majung.core.models import Job
from tests.core import job_tasks
from tests.core.job_tasks import Greeted, Parted, received, written


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    received.clear()
    yield
    received.clear()


@pytest.mark.django_db(transaction=True)
def test_publish_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="atomic"):
        publish(Greeted(name="Mina"))
    assert Job.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_on_runs_within_and_after_behind_the_transaction() -> None:
    with transaction.atomic():
        publish(Greeted(name="Mina", times=2, tags=("a", "b")), Parted(name="Jun"))
        assert written() == {"on:Mina": 1}
        assert received == []
    jobs.run_due()
    assert received == [Greeted(name="Mina", times=2, tags=("a", "b")), Parted(name="Jun")]


@pytest.mark.django_db(transaction=True)
def test_on_vetoes_by_raising() -> None:
    with pytest.raises(PermissionError), transaction.atomic():
        publish(Greeted(name="Mina"), Greeted(name="stranger"))
    assert jobs.run_due() == 0
    assert (written(), received) == ({}, [])


@pytest.mark.django_db
def test_job_row_carries_the_event_as_plain_json_under_its_key() -> None:
    publish(Greeted(name="Mina"))
    job = Job.objects.get()
    assert job.task == "tests.core.job_tasks.remember"
    assert job.key == "tests.core.job_tasks.remember:Mina"
    assert job.payload == {
        "event": "tests.core.job_tasks.Greeted",
        "fields": {"name": "Mina", "times": 1, "tags": []},
    }


@pytest.mark.django_db
def test_handler_that_fails_does_not_hold_up_the_others() -> None:
    publish(Parted(name="Jun"))
    assert jobs.run_due() == 2
    assert received == [Parted(name="Jun")]
    assert jobs.failed().get().error == "RuntimeError: Jun"


@pytest.mark.django_db
def test_event_of_another_version_is_rebuilt_from_the_fields_both_know() -> None:
    fields = {"name": "Mina", "dropped": 7}
    payload = {"event": "tests.core.job_tasks.Greeted", "fields": fields}
    jobs.enqueue_named("tests.core.job_tasks.remember", [("", payload)])
    jobs.run_due()
    assert received == [Greeted(name="Mina", times=1, tags=())]


def test_after_refuses_a_key_that_is_no_field() -> None:
    with pytest.raises(ValueError, match="no field nick"):
        events.after(Greeted, key="nick")


def test_two_events_cannot_share_a_name() -> None:
    with pytest.raises(TypeError, match="two events"):

        @dataclass(frozen=True, slots=True, kw_only=True)
        class Greeted(Event):
            __module__ = job_tasks.__name__
            name: str


def test_event_is_named_by_its_app() -> None:
    class Happened(Event):
        __module__ = "majung.conversations.events"

    assert events.type_name(Happened) == "conversations.Happened"
