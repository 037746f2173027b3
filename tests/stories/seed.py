"""What a story finds when it begins: 온담, its people and its ways in.

Runs in the server's own environment, before it serves: ``majung manage shell -c …``.
"""

import contextlib
from datetime import timedelta

from majung.accounts.models import Agent, Brand
from majung.channels import inbound
from majung.conversations.models import Inbox, Message
from majung.core import clock
from tests import factories

NEEDLE = 7  # which message of a long talk one looks for

WIDGET = "ondam-chat"
FORM = "ondam-form"
SECRET = "서명하는-비밀키-아무도-모르는-것-32자-이상"


def plant(origins: list[str]) -> None:
    """Make the brand and its people; the widget may stand on pages of ``origins``."""
    brand = factories.brand("온담", slug="ondam", greeting="무엇을 도와드릴까요?")
    team = factories.team("온담 고객지원", brands=[brand])
    factories.agent("한지우", email="jiwoo@ondam.test", teams=[team])
    factories.agent("박서연", email="seoyeon@ondam.test", teams=[team])
    factories.agent("오세라", email="sera@ondam.test", role=Agent.Role.ADMIN)
    factories.agent("Dana", email="dana@ondam.test", role=Agent.Role.ADMIN, locale="en")
    factories.widget(
        brand, name="온담 홈페이지", key=WIDGET, config={"origins": origins}, identity_secret=SECRET
    )
    factories.form(brand, name="온담 고객센터", key=FORM, config={"topics": ["배송", "교환"]})


def crowd(number: int) -> None:
    """Let so many customers have written to 온담."""
    widget = Inbox.objects.get(key=WIDGET)
    for each in range(number):
        customer = factories.customer(f"손님 {each:02}")
        factories.conversation(widget, customer, f"{each:02}번째로 여쭤봐요")


def fail(cure: str) -> None:
    """Let an item come in that cannot be read until there is a file named ``cure``."""
    inbox = Inbox.objects.create(brand=Brand.objects.get(slug="ondam"), kind="flaky", name="시험")
    key = inbound.accept(
        inbox_id=inbox.pk,
        external_id="first",
        sender="+821012345678",
        raw="처음 보는 형식의 글".encode(),
        headers={"cure": cure},
    )
    with contextlib.suppress(inbound.Failed):
        inbound.process(delivery_id=key)


def talk(length: int) -> None:
    """Let there be a long conversation: "이야기 1", "이야기 2" …, turn by turn, and a needle in it."""
    inbox = Inbox.objects.get(key=WIDGET)
    agent = Agent.objects.get(email="jiwoo@ondam.test")
    started = clock.now() - timedelta(minutes=length)
    conversation = factories.conversation(
        inbox, factories.customer("이야기"), "이야기 1", at=started
    )
    Message.objects.bulk_create(
        Message(
            conversation=conversation,
            inbox=inbox,
            kind="reply" if number % 2 == 0 else "customer",
            author=agent if number % 2 == 0 else None,
            text=f"이야기 {number}" if number != NEEDLE else f"이야기 {number}, 바늘 하나",
            state="sent" if number % 2 == 0 else "stored",
            created_at=started + timedelta(minutes=number),
        )
        for number in range(2, length + 1)
    )
    conversation.preview = f"이야기 {length}"
    conversation.last_message_at = clock.now()
    conversation.save()
