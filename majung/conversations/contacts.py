"""The address a customer leaves (연락처) so as not to miss the answer: a claim, and told of."""

from typing import Final

from django.db import transaction

from majung.conversations import changes, entries
from majung.conversations.models import Conversation
from majung.customers import identity, normal, timeline
from majung.customers.models import Identity

LINE: Final = "contact_left"
EVIDENCE: Final = "asked"


def leave(*, conversation: Conversation, by: Identity, text: str) -> str:
    """Note the mail address or phone number that somebody leaves; return which kind it is.

    It is a claim and joins nobody. The same again changes nothing.

    Raises:
        ValueError: it is neither.
    """
    kind = Identity.Kind.EMAIL if "@" in text else Identity.Kind.PHONE
    address = normal.address(kind, text)
    with transaction.atomic():
        claimed = identity.claim(
            customer_id=by.customer_id, kind=kind, address=address, evidence=EVIDENCE
        )
        if claimed is not None:
            _tell(conversation, by, kind)
    return kind.value


def _tell(conversation: Conversation, by: Identity, kind: str) -> None:
    entries.add(
        conversation_id=conversation.pk,
        inbox_id=conversation.inbox_id,
        what=LINE,
        identity_id=by.pk,
        kind=kind,
    )
    timeline.record(
        name="Contact Left",
        source=conversation.inbox.kind,
        customer_id=by.customer_id,
        brand_id=conversation.brand_id,
        properties={"conversation": str(conversation.public_id), "kind": kind},
    )
    changes.conversation(conversation.public_id, brand_id=conversation.brand_id)
    changes.visitor(by.public_id)
