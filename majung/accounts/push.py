"""Web Push: the browsers that may be told, and telling them (RFC 8030, 8291, 8292).

What is sent says who did what and in which conversation; a customer's words only if the agent
wants them on that screen. The push service sees neither.
"""

import hashlib
import json
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from majung.accounts import notice_kinds, quiet
from majung.accounts.models import Agent, Notice, PushKey, PushSubscription
from majung.accounts.notice_kinds import Words
from majung.core import clock, jobs, outbound, web_push
from majung.core.outbound import Answer, OutboundError

PAUSE: Final = timedelta(seconds=5)
"""What is on an open screen is read by then, and nobody is told of it twice."""
TTL: Final = 4 * 60 * 60  # seconds for which the push service keeps it for a browser that is off
GIVE_UP: Final = timedelta(minutes=15)
AGAIN: Final = 30.0  # seconds
MOST_ENDPOINT: Final = 2000
MOST_BROWSERS: Final = 10
_SLOT: Final = "vapid"
_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class BadSubscription(ValueError):
    """The browser gave an address or keys that cannot be used."""


def public_key() -> str:
    """Return the key that browsers subscribe with; made on first use, once."""
    return web_push.public_part(_private_key())


def subscribe(
    *, agent: Agent, endpoint: str, p256dh: str, auth: str, browser: str = ""
) -> PushSubscription:
    """Let a browser be told. Known already: it is the agent's from now on, with these keys.

    An agent has up to ten; the eleventh takes the place of the oldest.

    Raises:
        BadSubscription: no usable address, or keys that are none.
    """
    _check(endpoint, p256dh, auth)
    with transaction.atomic():
        subscription, _made = PushSubscription.objects.update_or_create(
            digest=_digest(endpoint),
            defaults={
                "agent": agent,
                "endpoint": endpoint,
                "p256dh": p256dh,
                "auth": auth,
                "browser": browser[:80],
                "failed_at": None,
            },
            create_defaults={
                "agent": agent,
                "endpoint": endpoint,
                "p256dh": p256dh,
                "auth": auth,
                "browser": browser[:80],
                "created_at": clock.now(),
            },
        )
        kept = agent.push_subscriptions.order_by("-pk").values_list("pk", flat=True)
        agent.push_subscriptions.filter(pk__in=list(kept[MOST_BROWSERS:])).delete()
    return subscription


def unsubscribe(*, agent: Agent, public_id: UUID) -> bool:
    """Tell a browser no more; ``False`` when it was not among the agent's."""
    return bool(agent.push_subscriptions.filter(public_id=public_id).delete()[0])


def ask(*, notice: Notice) -> bool:
    """Leave the push of a fresh notice for a moment later; ``False`` when nobody wants it.

    In the caller's transaction.
    """
    wished = notice.kind in quiet.of(notice.agent).push
    if not wished or not notice.agent.push_subscriptions.exists():
        return False
    jobs.enqueue(offer, run_at=clock.now() + PAUSE, notice_id=notice.pk)
    return True


def try_out(*, subscription: PushSubscription) -> None:
    """Send the agent's browser a word, so that they see how it looks."""
    jobs.enqueue(send_sample, key=_key(subscription.pk), subscription_id=subscription.pk)


@jobs.job
def offer(notice_id: int) -> None:
    """Send a notice to each browser of its agent, unless it was read meanwhile."""
    notice = _wanted(notice_id)
    if notice is None:
        return
    for key in notice.agent.push_subscriptions.values_list("pk", flat=True):
        jobs.enqueue(deliver, key=_key(key), subscription_id=key, notice_id=notice_id)


@jobs.job(atomic=False)
def deliver(subscription_id: int, notice_id: int) -> None:
    """Send one notice to one browser; a later one of the conversation takes its place there."""
    subscription = PushSubscription.objects.filter(pk=subscription_id).first()
    notice = _wanted(notice_id)
    if subscription is None or notice is None or subscription.agent_id != notice.agent_id:
        return
    kind = notice_kinds.named(notice.kind)
    words = _words(notice)
    if kind is None or words is None:
        return
    payload = {
        "title": words.title,
        "body": words.body,
        "conversation": "" if kind.is_for_admins else str(notice.conversation),
        "message": str(notice.message),
    }
    done = _send(
        subscription, payload, topic=notice.conversation.hex, urgency=kind.urgency, ttl=TTL
    )
    if not done and clock.now() - notice.created_at < GIVE_UP:
        raise jobs.NotYet(AGAIN)


@jobs.job(atomic=False)
def send_sample(subscription_id: int) -> None:
    """Send a word that says only that it works."""
    subscription = PushSubscription.objects.select_related("agent").filter(pk=subscription_id)
    found = subscription.first()
    if found is None:
        return
    with translation.override(found.agent.locale):
        title, body = _("알림이 켜졌어요"), _("상담 소식이 있으면 이렇게 알려 드려요.")
    _send(found, {"title": title, "body": body}, topic="sample", urgency="high", ttl=60)


def _wanted(notice_id: int) -> Notice | None:
    """Return a notice that is still to be told: unread, wished, and not in a quiet time."""
    notice = Notice.objects.select_related("agent", "by").filter(pk=notice_id).first()
    if notice is None or notice.read_at or not notice.agent.is_active:
        return None
    preference = quiet.of(notice.agent)
    if notice.kind not in preference.push or quiet.is_quiet(preference, notice.agent):
        return None
    return notice


def _words(notice: Notice) -> Words | None:
    kind = notice_kinds.named(notice.kind)
    if kind is None:
        return None
    with translation.override(notice.agent.locale):
        return kind.describe(notice, with_words=quiet.of(notice.agent).push_words)


def _send(
    subscription: PushSubscription, payload: dict[str, str], *, topic: str, urgency: str, ttl: int
) -> bool:
    """Say it to the push service and note how it went; ``False`` when to try again later."""
    try:
        answer = _post(subscription, payload, topic=topic, urgency=urgency, ttl=ttl)
    except (OutboundError, web_push.BadKey):
        _note(subscription, failed=True)
        return False
    if answer.status in _GONE:
        subscription.delete()
        return True
    _note(subscription, failed=not answer.is_success)
    return not _may_try_again(answer)


def _post(
    subscription: PushSubscription, payload: dict[str, str], *, topic: str, urgency: str, ttl: int
) -> Answer:
    body = web_push.encrypt(
        json.dumps(payload, ensure_ascii=False).encode(),
        p256dh=subscription.p256dh,
        auth=subscription.auth,
    )
    headers = {
        "Authorization": web_push.authorization(
            endpoint=subscription.endpoint,
            private=_private_key(),
            contact=settings.MAJUNG_URL,
            now=clock.now(),
        ),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(ttl),
        "Urgency": urgency,
        "Topic": topic,
    }
    return outbound.request(
        "POST", subscription.endpoint, headers=headers, content=body, limit=64 * 1024
    )


def _may_try_again(answer: Answer) -> bool:
    return answer.status == HTTPStatus.TOO_MANY_REQUESTS or answer.status >= 500


def _note(subscription: PushSubscription, *, failed: bool) -> None:
    moment = clock.now()
    values = {"failed_at": moment} if failed else {"succeeded_at": moment, "failed_at": None}
    PushSubscription.objects.filter(pk=subscription.pk).update(**values)


def _private_key() -> str:
    found = PushKey.objects.filter(slot=_SLOT).first()
    if found is None:
        # Of two who make it at once one stays, and both read that one.
        made = PushKey(slot=_SLOT, private=web_push.new_key(), created_at=clock.now())
        PushKey.objects.bulk_create([made], ignore_conflicts=True)
        found = PushKey.objects.get(slot=_SLOT)
    return found.private


def _check(endpoint: str, p256dh: str, auth: str) -> None:
    try:
        where = urlsplit(endpoint)
        web_push.check_keys(p256dh=p256dh, auth=auth)
    except ValueError as error:
        raise BadSubscription from error
    # Push services speak https; plain http is for one inside the network that is allowed.
    allowed = where.scheme == "https" or (
        where.scheme == "http" and where.hostname in settings.MAJUNG_OUTBOUND_ALLOW
    )
    if not allowed or not where.hostname or len(endpoint) > MOST_ENDPOINT:
        raise BadSubscription


def _digest(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()


def _key(subscription_id: int) -> str:
    return f"push:{subscription_id}"
