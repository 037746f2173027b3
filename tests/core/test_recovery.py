"""A process that starts alone takes over at once what a killed one held."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from majung.accounts.models import Agent, Brand
from majung.channels.models import OutboundDelivery
from majung.conversations import replies
from majung.core import clock, job_rows, jobs, recovery
from majung.core.models import Job
from tests import factories
from tests.core import job_tasks
from tests.servers import MajungServer, wait_until


@pytest.mark.django_db
def test_run_frees_jobs_and_sends_that_were_in_hand(brand: Brand, agent: Agent) -> None:
    widget = factories.widget(brand)
    conversation = factories.conversation(widget, factories.customer())
    reply = replies.send(conversation=conversation, text="네", by=agent, client_key="k")
    job_rows.claim_due(limit=10, lease=60)
    later = clock.now() + timedelta(seconds=60)
    OutboundDelivery.objects.filter(message=reply).update(lease_until=later)
    assert jobs.run_due() == 0
    assert recovery.run() == 2
    assert jobs.run_due() == 1
    reply.refresh_from_db()
    assert reply.state == "sent"
    assert recovery.run() == 0


@pytest.mark.django_db
def test_run_leaves_alone_what_nobody_held() -> None:
    jobs.enqueue(job_tasks.count, what="x")
    before = Job.objects.values().get()
    assert recovery.run() == 0
    assert Job.objects.values().get() == before


@pytest.mark.slow
@pytest.mark.only_on("sqlite")
@pytest.mark.django_db(transaction=True)
def test_serve_takes_over_a_job_of_a_killed_one_without_waiting_for_its_lease(
    majung_process: Callable[..., MajungServer], database_url: str
) -> None:
    jobs.enqueue(job_tasks.count, what="x")
    assert len(job_rows.claim_due(limit=1, lease=600)) == 1
    server = majung_process(DATABASE_URL=database_url, DJANGO_SETTINGS_MODULE="majung.settings")
    server.start()
    wait_until(lambda: not Job.objects.filter(lease_until__gt=clock.now()).exists(), what="freeing")
    wait_until(
        lambda: Job.objects.filter(task__endswith="count").exclude(failed_at=None).exists(),
        what="the job",
    )
