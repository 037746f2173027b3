"""The sheet that sends what was said in a conversation by mail."""

import pytest
from django.test import Client

from majung.accounts.models import Agent
from majung.channels.models import Notice
from majung.conversations.models import Conversation, Message
from tests import factories

pytestmark = pytest.mark.django_db


def path(conversation: Conversation) -> str:
    return f"/desk/c/{conversation.public_id}/transcript"


def test_without_a_mailbox_it_says_what_is_missing(
    desk: Client, conversation: Conversation
) -> None:
    assert "메일함이 없어요" in desk.get(path(conversation)).content.decode()
    answer = desk.post(
        f"{path(conversation)}s", {"to": "a@mail.test"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 409
    assert not Notice.objects.exists()


def test_it_goes_to_the_address_that_is_known_or_another(
    desk: Client, conversation: Conversation, agent: Agent
) -> None:
    factories.mailbox(conversation.brand, smtp_host="127.0.0.1")
    factories.identity(conversation.customer, "email", "haneul@mail.test")
    Message.objects.create(
        conversation=conversation, inbox=conversation.inbox, kind="customer", text="언제 오나요?",
        created_at=conversation.created_at,
    )  # fmt: skip
    assert 'value="haneul@mail.test"' in desk.get(path(conversation)).content.decode()
    answer = desk.post(
        f"{path(conversation)}s", {"to": "Other@mail.test"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 204
    notice = Notice.objects.get()
    assert (notice.to, "언제 오나요?" in notice.text) == ("other@mail.test", True)
    line = Message.objects.get(kind="event", data__what="transcript_mailed")
    assert line.author == agent
    wrong = desk.post(f"{path(conversation)}s", {"to": "nobody"}, headers={"HX-Request": "true"})
    assert wrong.status_code == 409
