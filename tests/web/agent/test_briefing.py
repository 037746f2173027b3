"""The brief and the strip: what matters now, and what need not be asked again."""

from datetime import timedelta

from django.test import Client

from majung.accounts.models import Agent
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import clock
from majung.customers.models import Identity
from tests import factories
from tests.web.agent.reading import text


def said(conversation: Conversation, words: str, by: Agent | None = None) -> None:
    Message.objects.create(
        conversation=conversation, inbox=conversation.inbox, author=by,
        kind="reply" if by else "customer", text=words, created_at=clock.now(),
    )  # fmt: skip


def test_a_first_conversation_says_so_and_has_no_strip(
    desk: Client, conversation: Conversation
) -> None:
    page = desk.get(f"/desk/c/{conversation.public_id}/")
    assert "처음 온 상담이에요." in text(page)
    assert 'aria-label="이미 아는 것" hidden' in page.content.decode()


def test_a_third_one_says_what_was_before_and_what_is_known(
    desk: Client, widget: Inbox, visitor: Identity, agent: Agent
) -> None:
    now, person = clock.now(), visitor.customer
    for days in (20, 3):
        at = now - timedelta(days=days)
        factories.conversation(widget, person, f"{days}일 전의 문의", at=at)
    current = factories.conversation(widget, person, "20261118-0042 언제 와요?", at=now)
    factories.identity(person, "phone", "+821012345678")
    factories.identity(person, "email", "said@example.com", verified=False)
    said(current, "오늘 14시까지 연락드리겠습니다.", by=agent)
    words = text(desk.get(f"/desk/c/{current.public_id}/"))
    assert "3번째 상담이고, 지난 30일에 3번이에요." in words
    assert "‘3일 전의 문의’ 상담이었어요." in words
    assert "약속한 말: “오늘 14시까지 연락드리겠습니다.” 한지우 · 방금" in words
    assert "주문 20261118-0042" in words
    assert "다시 묻지 않기 전화번호" in words
    assert "전화번호, 이메일" not in words


def test_the_strip_comes_again_with_the_panel(
    desk: Client, agent: Agent, conversation: Conversation
) -> None:
    said(conversation, "내일 아침에 보내 드릴게요", by=agent)
    part = desk.get(f"/desk/c/{conversation.public_id}/panel").content.decode()
    strip = part[part.index('id="ctx"') :]
    assert 'hx-swap-oob="morph"' in strip
    assert "내일 아침에 보내 드릴게요" in strip
