"""A mail goes to the conversation that it belongs to: what it brought along goes with it."""

from typing import Final

from majung.channels.contract import Person
from majung.channels.mail import letters
from majung.channels.mail.addresses import Ours
from majung.channels.models import Correspondent, InboundDelivery, Letter
from majung.conversations.models import Message

BY_HAND: Final = "moved_by_hand"
BEFORE: Final = "before_move"  # in the ledger line's details: why it went where it first went


def follow(message: Message) -> None:
    """Let ledger and correspondents follow a moved message, in the transaction that moved it.

    Whoever wrote the mail, and those it was copied to, take part where it is now; where it was they
    go on to, for others of their mails may stand there.
    """
    letter = Letter.objects.filter(message=message).first()
    if letter is None:
        return
    rows = InboundDelivery.objects.filter(message=message)
    for delivery in rows.select_for_update():
        before = delivery.details.get(BEFORE) or delivery.reason
        delivery.conversation_id = message.conversation_id
        delivery.details = {**delivery.details, BEFORE: before}
        delivery.reason = BY_HAND
        delivery.save(update_fields=["conversation", "details", "reason"])
    ours = Ours()
    people = [_person(each) for each in (letter.sender, *letter.to, *letter.cc)]
    others = [each for each in people[1:] if each.address and not ours.has(each.address)]
    owner = message.identity
    is_customer = owner and owner.customer_id == message.conversation.customer_id
    letters.join(
        conversation_id=message.conversation_id,
        people=people[:1],
        role=Correspondent.Role.CUSTOMER if is_customer else Correspondent.Role.COPIED,
    )
    letters.join(conversation_id=message.conversation_id, people=others[: letters.MOST_COPIED])


def _person(stored: dict[str, str]) -> Person:
    return Person(stored.get("name", ""), stored.get("address", ""))
