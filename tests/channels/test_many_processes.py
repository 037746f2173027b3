import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from majung.channels.models import InboundDelivery
from majung.conversations.models import Inbox, Message
from majung.core.models import Job
from majung.customers.models import Event, Identity

PROCESSES = 8


@pytest.mark.only_on("postgres")
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_same_item_fed_20_times_by_each_of_8_processes_is_one_message(
    widget: Inbox, visitor: Identity
) -> None:
    server = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(server._replace(path=f"/{connection.settings_dict['NAME']}"))
    feeders = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.channels.feeder", str(widget.pk),
             f"visitor:{widget.pk}:{visitor.address}"],
            env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(PROCESSES)
    ]  # fmt: skip
    told = [line for feeder in feeders for line in feeder.communicate(timeout=120)[0].split()]
    assert [feeder.returncode for feeder in feeders] == [0] * PROCESSES
    message = Message.objects.get()
    assert told == [str(message.pk)] * 20 * PROCESSES
    assert InboundDelivery.objects.get().message == message
    assert Event.objects.filter(name="Message Received").count() == 1
    assert Job.objects.count() == 1
