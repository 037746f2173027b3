"""What comes in and is no new message: receipts, edits, deletions, echoes, and what means nothing."""

from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from majung.channels import delivery, receipts, sent
from majung.channels.arriving import SetAside
from majung.channels.contract import (
    Deleted,
    Echo,
    Edited,
    Event,
    Ignored,
    Receipt,
    Unreadable,
    plain,
)
from majung.channels.models import InboundDelivery
from majung.conversations import amending, elsewhere
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import clock
from majung.customers import circle, identity
from majung.customers.models import Identity

TOO_EARLY: Final = "too_early"
# What came before its message is tried again, at growing distances, for so long.
PATIENCE: Final = timedelta(days=1)
FIRST_PAUSE: Final = timedelta(seconds=15)
MOST_TRIED: Final = 200
# An echo without any name of ours is ours if it says what we were sending, at most so long ago.
ECHOES_WITHIN: Final = timedelta(minutes=30)


def apply(event: Event, *, inbox: Inbox) -> SetAside:
    """Do what the event says, in the caller's transaction, and return what to note of it.

    Raises:
        Unreadable: ``too_early``: the message that it is about is not there yet.
    """
    match event:
        case Ignored():
            return SetAside(event.code, event.words)
        case Receipt():
            return receipts.note(event, inbox=inbox)
        case Edited():
            return _edit(event, inbox)
        case Deleted():
            return _delete(event, inbox)
        case Echo():
            return _echo(event, inbox)
        case _:
            raise TypeError(event)


def due() -> list[int]:
    """Return the items whose message was not there, and that are to be tried again now."""
    now = clock.now()
    early = InboundDelivery.objects.failed().filter(
        reason=TOO_EARLY, received_at__gt=now - PATIENCE
    )
    rows = early.order_by("-received_at").values_list("pk", "attempts", "processed_at")
    return [
        key
        for key, attempts, tried_at in rows[:MOST_TRIED]
        if tried_at is None or tried_at + _pause(attempts) <= now
    ]


def _pause(attempts: int) -> timedelta:
    return FIRST_PAUSE * (1 << min(attempts - 1, 10))


def _edit(event: Edited, inbox: Inbox) -> SetAside:
    message = _theirs(event.external_id, inbox)
    changed = amending.edit(message=message, text=plain(event.text), at=event.at)
    code = "edited" if changed else "edited_before"
    return _about(message, code)


def _delete(event: Deleted, inbox: Inbox) -> SetAside:
    message = _theirs(event.external_id, inbox)
    amending.take_out(message=message, at=event.at)
    return _about(message, "deleted")


def _theirs(external_id: str, inbox: Inbox) -> Message:
    """Return the customer's message of that id."""
    message = (
        Message.objects.filter(
            inbox=inbox, external_id=external_id, kind=Message.Kind.CUSTOMER
        ).first()
        if external_id
        else None
    )
    if message is None:
        raise Unreadable(
            TOO_EARLY, _("가리키는 메시지가 아직 없어요. 들어오면 저절로 다시 처리해요.")
        )
    return message


def _echo(event: Echo, inbox: Inbox) -> SetAside:
    text = plain(event.text)
    found = sent.find(inbox=inbox, key=event.key, external_id=event.external_id)
    who = _identity(event)
    if found is None and who:
        ours = _was_sending(text, who=who, inbox=inbox)
        found = sent.Sent(ours) if ours else None
    if found:
        if found.is_last:
            delivery.confirm(message=found.message, external_id=event.external_id)
        return _about(found.message, "echo")
    there = Message.objects.filter(inbox=inbox, external_id=event.external_id).first()
    if there:
        return _about(there, "echo")
    talk = _conversation(who, inbox) if who else None
    if who is None or talk is None:
        return SetAside("no_conversation", _("다른 앱에서 보낸 글인데, 이어진 상담이 없어요."))
    return _elsewhere(event, text, talk=talk, who=who, inbox=inbox)


def _elsewhere(
    event: Echo, text: str, *, talk: Conversation, who: Identity, inbox: Inbox
) -> SetAside:
    try:
        with transaction.atomic():
            message = elsewhere.note(
                conversation=talk,
                inbox_id=inbox.pk,
                identity=who,
                text=text,
                external_id=event.external_id,
                at=event.at,
            )
    except IntegrityError:
        message = Message.objects.get(inbox=inbox, external_id=event.external_id)
    return _about(message, "elsewhere")


def _was_sending(text: str, *, who: Identity, inbox: Inbox) -> Message | None:
    """Return the reply that was on its way to the customer with these words, the oldest first."""
    going = Message.objects.filter(
        identity=who,
        inbox=inbox,
        kind=Message.Kind.REPLY,
        state__in=[Message.State.SENDING, Message.State.UNKNOWN],
        created_at__gt=clock.now() - ECHOES_WITHIN,
    )
    said = " ".join(text.split())
    return next(
        (each for each in going.order_by("id") if " ".join(each.text.split()) == said), None
    )


def _identity(event: Echo) -> Identity | None:
    if event.to is None:
        return None
    known = identity.find(kind=event.to.kind, scope=event.to.scope, address=event.to.address)
    return Identity.objects.get(pk=known.identity_id) if known else None


def _conversation(who: Identity, inbox: Inbox) -> Conversation | None:
    """Return the person's newest conversation in the inbox."""
    person = circle.ids(identity.person_of(who.customer_id))
    found = Conversation.objects.alive().filter(inbox=inbox, customer__in=person)
    return found.order_by("-last_message_at").first()


def _about(message: Message, code: str) -> SetAside:
    return SetAside(
        code,
        "",
        message_id=message.pk,
        conversation_id=message.conversation_id,
        counts=True,
    )
