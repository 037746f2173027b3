"""What became of our replies: what browsers say of them, and what channels report."""

from typing import Final
from uuid import UUID

from django.utils.translation import gettext_noop as _

from majung.channels import sent, sessions
from majung.channels.arriving import SetAside
from majung.channels.contract import Receipt
from majung.channels.mail import notices
from majung.channels.models import Recipient, WidgetSession
from majung.conversations import entries, replies
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import clock

# Only what went out can have arrived; a reply still on its way was on nobody's screen.
_BEFORE: Final[dict[str, tuple[str, ...]]] = {
    Message.State.DELIVERED: (Message.State.SENT,),
    Message.State.READ: (Message.State.SENT, Message.State.DELIVERED),
}


def acknowledge(*, session: WidgetSession, delivered: UUID | None, read: UUID | None) -> int:
    """Move the replies up to the named ones forward; return how many moved.

    What arrived is all up to there; what was read is what stands in the same conversation.
    Ids of messages that are not this browser's name nothing.
    """
    moved = 0
    for public_id, state in ((delivered, Message.State.DELIVERED), (read, Message.State.READ)):
        if public_id is not None:
            moved += _advance_to(session, public_id, state)
    return moved


def _advance_to(session: WidgetSession, public_id: UUID, state: Message.State) -> int:
    own = Message.objects.filter(identity__in=sessions.identities(session), kind=Message.Kind.REPLY)
    last = own.filter(public_id=public_id).only("pk", "conversation_id").first()
    if last is None:
        return 0
    behind = own.filter(pk__lte=last.pk, state__in=_BEFORE[state])
    if state == Message.State.READ:
        behind = behind.filter(conversation_id=last.conversation_id)
    return replies.advance(message_ids=list(behind.values_list("pk", flat=True)), state=state)


def opened(*, conversation: Conversation) -> int:
    """Note that the customer has the whole thread on screen; return how many replies moved."""
    out = conversation.messages.filter(
        kind=Message.Kind.REPLY, state__in=_BEFORE[Message.State.READ]
    )
    keys = list(out.values_list("pk", flat=True))
    return replies.advance(message_ids=keys, state=Message.State.READ) if keys else 0


def note(receipt: Receipt, *, inbox: Inbox) -> SetAside:
    """Note what a channel reports of something we sent; states only move forward.

    With several recipients a reply has failed when it reached none of them.
    """
    found = sent.find(inbox=inbox, key=receipt.key, external_id=receipt.external_id)
    if found is None and (notice := notices.bounced(receipt, inbox=inbox)):
        return notice
    if found is None:
        return SetAside("not_ours", _("우리가 보낸 것에 대한 알림이 아니에요."))
    message = found.message
    if receipt.state != "failed" and not found.is_last:
        moved = False  # a long text has arrived when its last piece has
    elif receipt.recipient and not _reaches_nobody(message, receipt):
        moved = True
    else:
        moved = bool(
            replies.advance(
                message_ids=[message.pk],
                state=receipt.state,
                at=receipt.at,
                failure=receipt.reason[:200] if receipt.state == "failed" else "",
            )
        )
    if moved and receipt.state == "failed":
        entries.add(
            conversation_id=message.conversation_id,
            inbox_id=inbox.pk,
            what="bounced",
            address=receipt.recipient,
            reason=receipt.reason,
        )
    return SetAside(
        f"receipt_{receipt.state}",
        receipt.reason,
        message_id=message.pk,
        conversation_id=message.conversation_id,
        counts=True,
    )


_RECIPIENT_STATES: Final = {"failed": "bounced", "delivered": "delivered"}


def _reaches_nobody(message: Message, receipt: Receipt) -> bool:
    """Note a receipt at its recipient; say whether the whole reply stands or falls with it."""
    rows = Recipient.objects.filter(outbound__message=message)
    state = _RECIPIENT_STATES.get(receipt.state)
    if state:
        rows.filter(address=receipt.recipient).exclude(state=state).update(
            state=state, reason=receipt.reason[:300], moved_at=receipt.at or clock.now()
        )
    lost = {Recipient.State.BOUNCED, Recipient.State.REFUSED}
    states = set(rows.values_list("state", flat=True))
    return receipt.state != "failed" or not states or states <= lost
