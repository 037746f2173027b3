"""Web Push to a real endpoint on this machine, read with the browser's own keys."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
import time_machine
from django.db import connection
from pytest_django import Settings

from majung.accounts import notices, push, quiet
from majung.accounts.models import Agent, PushKey, PushSubscription
from majung.conversations import replies
from majung.conversations.models import Conversation, Message
from majung.core import jobs, outbound
from majung.core.models import Job
from tests.accounts.push_service import PushService, serving
from tests.core.browser_keys import BrowserKeys

KINDS = ["mentioned", "assigned", "answered", "reopened", "woken"]


@pytest.fixture
def service(settings: Settings) -> Iterator[PushService]:
    settings.MAJUNG_OUTBOUND_ALLOW = ["127.0.0.1"]
    outbound.close()
    with serving() as running:
        yield running
    outbound.close()


@pytest.fixture
def browser() -> BrowserKeys:
    return BrowserKeys()


@pytest.fixture
def subscription(service: PushService, browser: BrowserKeys, colleague: Agent) -> PushSubscription:
    """박서연's browser, which wants to hear of everything."""
    wants(colleague)
    return subscribed(colleague, service.endpoint(), browser)


def wants(agent: Agent, *, words: bool = False, **times: Any) -> None:
    quiet.choose(agent=agent, sound=[], push=KINDS, push_words=words, quiet=times.get("quiet", {}))


def subscribed(agent: Agent, endpoint: str, keys: BrowserKeys) -> PushSubscription:
    return push.subscribe(
        agent=agent, endpoint=endpoint, p256dh=keys.p256dh, auth=keys.auth, browser="Chrome"
    )


def call(conversation: Conversation, by: Agent, text: str = "@박서연 봐 주세요") -> Message:
    return replies.note(conversation=conversation, text=text, by=by, client_key=text)


def later(seconds: float = 6) -> None:
    """Run what is due in so many seconds."""
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds)):
        jobs.run_due()


def test_a_note_reaches_the_browser_sealed_signed_and_short(
    subscription: PushSubscription,
    service: PushService,
    browser: BrowserKeys,
    conversation: Conversation,
    agent: Agent,
) -> None:
    note = call(conversation, agent)
    later()
    [(path, headers, body)] = service.got
    assert path == "/send/one"
    assert json.loads(browser.read(body)) == {
        "title": "한지우 님이 메모에서 불렀어요",
        "body": f"김하늘 님 · 온담 · #{conversation.pk}",
        "conversation": str(conversation.public_id),
        "message": str(note.public_id),
    }
    said = {name: headers[name] for name in ("content-encoding", "ttl", "urgency", "topic")}
    assert said == {
        "content-encoding": "aes128gcm",
        "ttl": "14400",
        "urgency": "high",
        "topic": conversation.public_id.hex,
    }
    assert headers["authorization"].startswith("vapid t=")
    assert headers["authorization"].endswith(f", k={push.public_key()}")
    subscription.refresh_from_db()
    assert subscription.succeeded_at is not None
    assert Job.objects.count() == 0


def test_words_travel_only_if_the_agent_wants_them(
    subscription: PushSubscription,
    service: PushService,
    browser: BrowserKeys,
    conversation: Conversation,
    agent: Agent,
    colleague: Agent,
) -> None:
    wants(colleague, words=True)
    call(conversation, agent)
    later()
    assert json.loads(browser.read(service.got[0][2]))["body"].startswith("@박서연 봐 주세요\n")


def test_what_was_read_meanwhile_is_not_pushed(
    subscription: PushSubscription,
    service: PushService,
    conversation: Conversation,
    agent: Agent,
    colleague: Agent,
) -> None:
    call(conversation, agent)
    later(1)
    notices.read(agent=colleague, conversation=conversation.public_id)
    later()
    assert (service.got, Job.objects.count()) == ([], 0)


@pytest.mark.parametrize("why", ["hushed", "not_wanted", "let_go", "quiet_time"])
def test_who_wants_no_push_now_gets_none(
    why: str,
    subscription: PushSubscription,
    service: PushService,
    conversation: Conversation,
    agent: Agent,
    colleague: Agent,
) -> None:
    call(conversation, agent)
    if why == "hushed":
        quiet.hush(agent=colleague)
    elif why == "not_wanted":
        quiet.choose(agent=colleague, sound=[], push=[], push_words=False, quiet={})
    elif why == "let_go":
        Agent.objects.filter(pk=colleague.pk).update(is_active=False)
    else:
        wants(colleague, quiet=dict.fromkeys(range(7), ("00:00", "00:00")))
    later()
    assert (service.got, Job.objects.count()) == ([], 0)


def test_without_a_browser_or_a_wish_there_is_no_job(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    call(conversation, agent)
    assert Job.objects.count() == 0


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(
    status: int,
    subscription: PushSubscription,
    service: PushService,
    conversation: Conversation,
    agent: Agent,
) -> None:
    service.status = status
    call(conversation, agent)
    later()
    assert (len(service.got), PushSubscription.objects.count(), Job.objects.count()) == (1, 0, 0)


@pytest.mark.parametrize("status", [400, 403, 413])
def test_a_refusal_is_noted_and_not_repeated(
    status: int,
    subscription: PushSubscription,
    service: PushService,
    conversation: Conversation,
    agent: Agent,
) -> None:
    service.status = status
    call(conversation, agent)
    later()
    later(120)
    subscription.refresh_from_db()
    assert (len(service.got), Job.objects.count()) == (1, 0)
    assert (subscription.succeeded_at, subscription.failed_at is None) == (None, False)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_that_is_busy_is_asked_again_for_a_quarter_of_an_hour(
    status: int,
    subscription: PushSubscription,
    service: PushService,
    conversation: Conversation,
    agent: Agent,
) -> None:
    service.status = status
    call(conversation, agent)
    later()
    assert (len(service.got), Job.objects.count()) == (1, 1)
    service.status = 201
    later(60)
    assert (len(service.got), Job.objects.count()) == (2, 0)


def test_after_that_it_is_given_up(
    subscription: PushSubscription, service: PushService, conversation: Conversation, agent: Agent
) -> None:
    service.status = 503
    call(conversation, agent)
    later()
    later(16 * 60)
    assert (len(service.got), Job.objects.count()) == (2, 0)


def test_an_address_inside_our_own_network_is_never_called(
    service: PushService,
    browser: BrowserKeys,
    conversation: Conversation,
    agent: Agent,
    colleague: Agent,
    settings: Settings,
) -> None:
    wants(colleague)
    subscribed(colleague, service.endpoint(), browser)
    settings.MAJUNG_OUTBOUND_ALLOW = []
    outbound.close()
    call(conversation, agent)
    later()
    assert service.got == []
    assert PushSubscription.objects.get().failed_at is not None


def test_two_browsers_hear_it_each_in_its_own_words(
    service: PushService, conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    wants(colleague)
    keys = {name: BrowserKeys() for name in ("one", "two")}
    for name, browser in keys.items():
        subscribed(colleague, service.endpoint(name), browser)
    call(conversation, agent)
    later()
    got = {path.rpartition("/")[2]: body for path, _headers, body in service.got}
    assert sorted(got) == ["one", "two"]
    assert keys["one"].read(got["one"]) == keys["two"].read(got["two"])


def test_the_same_browser_again_is_one_row_and_the_new_persons(
    subscription: PushSubscription, service: PushService, agent: Agent
) -> None:
    again = BrowserKeys()
    other = subscribed(agent, service.endpoint(), again)
    assert (other.pk, PushSubscription.objects.count()) == (subscription.pk, 1)
    subscription.refresh_from_db()
    assert (subscription.agent, subscription.p256dh) == (agent, again.p256dh)


def test_the_eleventh_browser_takes_the_oldest_ones_place(
    service: PushService, agent: Agent
) -> None:
    for number in range(11):
        subscribed(agent, service.endpoint(str(number)), BrowserKeys())
    kept = [row.endpoint.rpartition("/")[2] for row in agent.push_subscriptions.all()]
    assert kept == [str(number) for number in range(1, 11)]


def test_address_and_keys_lie_sealed(subscription: PushSubscription) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT endpoint, p256dh, auth FROM accounts_pushsubscription")
        stored = cursor.fetchone()
    plain = (subscription.endpoint, subscription.p256dh, subscription.auth)
    assert all(text not in cell for text, cell in zip(plain, stored, strict=True))


@pytest.mark.parametrize(
    ("endpoint", "key"),
    [
        ("http://push.example/send", ""),
        ("ftp://push.example/send", ""),
        ("/send", ""),
        ("https:///send", ""),
        ("https://[bad/send", ""),
        (f"https://push.example/{'x' * 2000}", ""),
        ("https://push.example/send", "AAAA"),
    ],
)
def test_what_is_no_subscription_is_refused(agent: Agent, endpoint: str, key: str) -> None:
    browser = BrowserKeys()
    with pytest.raises(push.BadSubscription):
        push.subscribe(
            agent=agent, endpoint=endpoint, p256dh=key or browser.p256dh, auth=browser.auth
        )
    assert PushSubscription.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_installations_key_is_made_once(db: None) -> None:
    found: list[str] = []

    def ask() -> None:
        found.append(push.public_key())
        connection.close()

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(set(found)), len(found), PushKey.objects.count()) == (1, 4, 1)


def test_a_sample_says_that_it_works(
    subscription: PushSubscription, service: PushService, browser: BrowserKeys
) -> None:
    push.try_out(subscription=subscription)
    jobs.run_due()
    assert json.loads(browser.read(service.got[0][2]))["title"] == "알림이 켜졌어요"


def test_somebody_elses_browser_cannot_be_taken_off(
    subscription: PushSubscription, agent: Agent, colleague: Agent
) -> None:
    assert not push.unsubscribe(agent=agent, public_id=subscription.public_id)
    assert push.unsubscribe(agent=colleague, public_id=subscription.public_id)
    assert PushSubscription.objects.count() == 0
