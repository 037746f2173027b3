"""The rows that a mail leaves, written by the bare driver, one transaction a mail."""

import json
import time
import uuid
from datetime import UTC, datetime

from bench.chat_in import CONVERSATION, LEDGER, MESSAGE, _Bare, _Postgres, _Sqlite
from majung.channels.mail import ids
from majung.conversations.models import Conversation, Inbox
from majung.core.ids import uuid7

LETTER = (
    'INSERT INTO channels_letter (message_id, inbox_id, id_key, answers_key, header_id, "references", subject, '
    'sender, "to", cc, bcc, reply_to, quoted, signature, html, flags) '
    "SELECT id, ?, ?, '', ?, '[]', ?, ?, ?, '[]', '[]', '[]', '', '', '', '[]' "
    "FROM conversations_message WHERE public_id = ?"
)
PART = (
    "INSERT INTO channels_correspondent (conversation_id, address, name, role, created_at) "
    "VALUES (?, ?, ?, 'customer', ?) ON CONFLICT DO NOTHING"
)


class Floor:
    """Writes ledger, message, letter, correspondent, conversation and event of made-up mails."""

    def __init__(self, inbox: Inbox, database: str) -> None:
        self._inbox = inbox
        self._bare: _Bare = _Sqlite() if database == "sqlite" else _Postgres()
        self._threads = list(
            Conversation.objects.order_by("-id").values_list("pk", "customer_id")[:200]
        )

    def rate(self, count: int, *, prefix: str) -> float:
        begun = time.perf_counter()
        for number in range(count):
            self._write(number, prefix)
        return count / (time.perf_counter() - begun)

    def _write(self, number: int, prefix: str) -> None:
        bare, inbox = self._bare, self._inbox
        conversation, customer = self._threads[number % len(self._threads)]
        now, key, told = bare.moment(datetime.now(tz=UTC)), uuid.uuid4().hex, uuid7()
        name, address = f"<floor.{prefix}.{number}@x.test>", f"c{number % 200}@x.test"
        person = json.dumps({"name": "고객", "address": address})
        text = "주문한 상품이 아직 도착하지 않았어요."
        about = json.dumps({"conversation": str(told), "message": str(told)})
        bare.begin()
        bare.execute(LEDGER, (bare.id(uuid7()), inbox.pk, key, text.encode() * 10, now, now))
        bare.execute(MESSAGE, (bare.id(told), conversation, inbox.pk, text, key, now))
        letter = (inbox.pk, ids.id_key(name), name, "제목", person, person, bare.id(told))
        bare.execute(LETTER, letter)
        bare.execute(PART, (conversation, address, "고객", now))
        bare.execute(CONVERSATION, (text, now, now, conversation))
        bare.execute(bare.event, (now, now, customer, inbox.brand_id, bare.id(told), about))
        bare.commit()
