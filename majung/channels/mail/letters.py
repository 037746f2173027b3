"""What is kept of a mail beside its words, and who takes part in a conversation by mail."""

from collections.abc import Iterable

from majung.channels.contract import Letter as Sent
from majung.channels.contract import Parsed, Person
from majung.channels.mail import ids
from majung.channels.mail.addresses import Ours
from majung.channels.models import Correspondent
from majung.conversations.models import Inbox
from majung.core import clock
from majung.core.statements import AsJson, Statement, json_of

SUBJECT_LENGTH = 300
NAME_LENGTH = 120
# More than so many are a list; they get no answers of ours by themselves.
MOST_COPIED = 50


_KEEP = Statement(
    "INSERT INTO channels_letter (message_id, inbox_id, delivery_id, id_key, answers_key, header_id, "
    '"references", '
    'sent_at, subject, sender, "to", cc, bcc, reply_to, quoted, signature, html, flags) '
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_SAME_ID = Statement(
    "SELECT l.sender, l.sent_at, m.text, m.id, m.conversation_id FROM channels_letter l "
    "JOIN conversations_message m ON m.id = l.message_id "
    "WHERE l.id_key = %s AND l.inbox_id = %s ORDER BY l.id LIMIT 20"
)
_JOIN = Statement(
    "INSERT INTO channels_correspondent (conversation_id, address, name, role, created_at) "
    "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (conversation_id, address) DO NOTHING"
)


def keep(*, message_id: int, inbox: Inbox, delivery_id: int, parsed: Parsed, letter: Sent) -> None:
    """Note what came with a message by mail, in the transaction that saves the message."""
    _KEEP.run(
        message_id,
        inbox.pk,
        delivery_id,
        ids.id_key(letter.message_id),
        ids.id_key(letter.in_reply_to or (letter.references or ("",))[-1]),
        letter.message_id,
        AsJson(list(letter.references)),
        parsed.sent_at,
        parsed.subject[:SUBJECT_LENGTH],
        spelled(letter.sender),
        AsJson([spelled(each) for each in letter.to]),
        AsJson([spelled(each) for each in letter.cc]),
        AsJson([]),
        AsJson([spelled(each) for each in letter.reply_to]),
        letter.quoted,
        letter.signature,
        letter.html,
        AsJson(list(letter.flags)),
    )


def copy_of(*, inbox: Inbox, parsed: Parsed, letter: Sent) -> tuple[int, int] | None:
    """Return message and conversation of which this is another copy in the inbox, by another way.

    A Message-ID alone says nothing: programs use one again. A copy has the sender, the date and
    the words of the other, or these with what a list puts below them.
    """
    key = ids.id_key(letter.message_id)
    if not key:
        return None
    for sender, sent_at, text, message_id, conversation_id in _SAME_ID.rows(key, inbox.pk):
        same_head = (
            json_of(sender).get("address") == letter.sender.address and sent_at == parsed.sent_at
        )
        if same_head and _same_words(text, parsed.text):
            return message_id, conversation_id
    return None


def take_part(
    *, conversation_id: int, sender: Person, letter: Sent, opened: bool, ours: Ours
) -> None:
    """Note who takes part from now on: who wrote, and whom they wrote to beside us.

    ``opened``: the sender began the conversation, and is its customer.
    """
    role = Correspondent.Role.CUSTOMER if opened else Correspondent.Role.COPIED
    named = {each.address: each for each in (*letter.to, *letter.cc) if each.address}
    others = [each for each in named.values() if not ours.has(each.address)][:MOST_COPIED]
    join(conversation_id=conversation_id, people=[sender], role=role)
    join(conversation_id=conversation_id, people=others)


def join(
    *,
    conversation_id: int,
    people: Iterable[Person],
    role: Correspondent.Role = Correspondent.Role.COPIED,
) -> None:
    """Let people take part in a conversation; who does already stays as they are."""
    now = clock.now()
    for each in people:
        if each.address:
            _JOIN.run(conversation_id, each.address, each.name[:NAME_LENGTH], str(role), now)


def spelled(person: Person) -> dict[str, str]:
    return {"name": person.name[:NAME_LENGTH], "address": person.address}


def _same_words(one: str, other: str) -> bool:
    first, second = " ".join(one.split()), " ".join(other.split())
    return first == second or (
        bool(first and second) and (first.startswith(second) or second.startswith(first))
    )
