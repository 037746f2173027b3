"""What the server said to a mail of ours, written down: at its recipients and at the account."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from majung.channels import troubles
from majung.channels.contract import Accepted, Answer, Outgoing, Permanent, Retryable
from majung.channels.models import AccountState, Recipient
from majung.conversations import entries, replies
from majung.conversations.models import Inbox, Message
from majung.core import clock, limits

HOUR = 3600
REFUSED = "recipient_refused"


def note(*, message: Message, answer: Answer) -> None:
    """Note what became of a reply by mail, in the transaction that closes its way out."""
    note_account(inbox=message.inbox, answer=answer)
    if not isinstance(answer, Accepted):
        return
    rows = Recipient.objects.filter(outbound__message=message)
    now = clock.now()
    # What came back before is on its way again.
    going = rows.exclude(address__in=answer.refused).exclude(state=Recipient.State.DELIVERED)
    going.update(state=Recipient.State.SENT, reason="", moved_at=now)
    for address, reason in answer.refused.items():
        rows.filter(address=address).update(
            state=Recipient.State.REFUSED, reason=reason[:300], moved_at=now
        )
    if answer.refused:
        _tell(message, answer.refused)


def answered(*, message_id: int | None) -> None:
    """Note that a reply of ours of which nobody knew has arrived: it is answered."""
    if message_id is None:
        return
    if Message.objects.filter(pk=message_id, state=Message.State.UNKNOWN).exists():
        replies.advance(message_ids=[message_id], state=Message.State.SENT)


def note_account(*, inbox: Inbox, answer: Answer) -> None:
    """Note whether the account may send; it is well again as soon as a mail went out."""
    part = troubles.SENDING
    if isinstance(answer, Accepted):
        rows = AccountState.objects.filter(inbox=inbox).exclude(send_trouble="")
        for since in rows.values_list("send_troubled_at", flat=True):
            troubles.tell_well(inbox_id=inbox.pk, part=part, since=since)
        rows.update(send_trouble="", send_words="", send_troubled_at=None)
    elif isinstance(answer, Permanent) and answer.denied:
        state, _made = AccountState.objects.get_or_create(inbox=inbox)
        state.send_troubled_at = state.send_troubled_at or clock.now()
        state.send_trouble, state.send_words = "denied", answer.reason[:300]
        state.save(update_fields=["send_trouble", "send_words", "send_troubled_at"])
        troubles.tell(inbox_id=inbox.pk, part=part, code="denied", since=state.send_troubled_at)


def held_up(*, inbox: Inbox, mail: Outgoing) -> Retryable | None:
    """Count a mail for the domains that it goes to; return when it may go if that is not now.

    Call it outside a transaction.
    """
    most = int(inbox.config.get("hourly") or 0)
    if not most or mail.letter is None:
        return None
    people = (*mail.letter.to, *mail.letter.cc, *mail.letter.bcc)
    for domain in sorted({each.address.rpartition("@")[2] for each in people}):
        try:
            limits.take(f"mail_out:{inbox.pk}:{domain}", limit=most, per=HOUR)
        except limits.LimitExceeded as error:
            reason = _("이 도메인으로 한 시간에 보낼 수 있는 만큼 보냈어요. 기다렸다가 보내요.")
            return Retryable(reason, after=float(error.retry_after))
    return None


def _tell(message: Message, refused: Mapping[str, str]) -> None:
    for address, reason in refused.items():
        entries.add(
            conversation_id=message.conversation_id,
            inbox_id=message.inbox_id,
            what=REFUSED,
            address=address,
            reason=reason,
        )
