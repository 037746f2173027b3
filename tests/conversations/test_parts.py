"""Quick replies and cards: one strict shape, and lines of text where nothing else is shown."""

from typing import Any

import pytest

from majung.accounts import revisions
from majung.accounts.editables import Invalid
from majung.accounts.models import Agent, Brand
from majung.channels import wording
from majung.conversations import canned, parts, pictures, replies
from majung.conversations.models import Conversation, Inbox, Message, SharedReply
from majung.customers.models import Customer
from tests import factories

CARD: dict[str, Any] = {
    "title": "데일리 러닝화",
    "text": "129,000원",
    "buttons": [
        {"label": "상품 보기", "link": "https://shop.example/1"},
        {"label": "다른 색", "say": "다른 색도 보고 싶어요"},
    ],
}
BOTH: dict[str, Any] = {"choices": ["교환할게요", "반품할게요"], "cards": [CARD]}


def test_what_is_right_is_read_and_spelled_the_same() -> None:
    assert parts.spell(parts.read(BOTH)) == BOTH
    assert parts.spell(parts.read({"choices": [" 네 ", "네"]})) == {"choices": ["네"]}
    assert not parts.read({})
    assert parts.put_into(parts.NOTHING) == {}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (None, "parts"),
        ([], "parts"),
        ({"html": "<b>"}, "parts"),
        ({"choices": "네"}, "choices"),
        ({"choices": [str(n) for n in range(9)]}, "choices"),
        ({"choices": [""]}, "choices"),
        ({"choices": ["가" * 41]}, "choices"),
        ({"choices": [{"say": "네"}]}, "choices"),
        ({"choices": ["한 줄\n두 줄"]}, "choices"),
        ({"cards": [CARD] * 6}, "cards"),
        ({"cards": [{}]}, "cards.0.title"),
        ({"cards": [{**CARD, "onclick": "x"}]}, "cards.0"),
        ({"cards": [{**CARD, "picture": "https://evil.example/x.png"}]}, "cards.0.picture"),
        ({"cards": [{**CARD, "buttons": CARD["buttons"] * 2}]}, "cards.0.buttons"),
        ({"cards": [{"title": "x", "buttons": [{"label": "둘 다 없음"}]}]}, "cards.0.buttons.0"),
        (
            {"cards": [{"title": "x", "buttons": [{"label": "x", "say": "x", "link": "https://a.b"}]}]},
            "cards.0.buttons.0",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(given: Any, name: str) -> None:
    with pytest.raises(parts.Wrong) as refused:
        parts.read(given)
    assert name in [mistake.name for mistake in refused.value.mistakes]
    assert parts.of({parts.KEY: given}) == parts.NOTHING


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//shop.example",
        "https://",
        "https://shop.example@evil.example",
        "https://shop.example/\u202e",
        "https://shop .example",
        "http://[::1",
    ],
)
def test_a_button_opens_nothing_but_the_web(link: str) -> None:
    assert not parts.is_link(link)


def test_they_are_said_in_lines_where_nothing_else_is_shown() -> None:
    assert parts.with_plain("어떻게 할까요?", parts.read(BOTH)) == (
        "어떻게 할까요?\n\n"
        "데일리 러닝화\n129,000원\n▸ 상품 보기: https://shop.example/1\n"
        "▸ 다른 색: 다른 색도 보고 싶어요\n\n"
        "· 교환할게요\n· 반품할게요"
    )


def test_a_reply_carries_them_and_its_words_stay_plain(
    conversation: Conversation, agent: Agent
) -> None:
    message, _again = [
        replies.send(
            conversation=conversation,
            text="골라 주세요",
            by=agent,
            client_key="k",
            carries=parts.read(BOTH),
        )
        for _ in range(2)
    ]
    assert parts.of(message.data) == parts.read(BOTH)
    assert Message.objects.filter(kind="reply").count() == 1
    conversation.refresh_from_db()
    assert (message.text, conversation.preview) == ("골라 주세요", "골라 주세요")


def test_a_card_with_a_picture_that_is_not_there_is_not_sent(
    conversation: Conversation, agent: Agent
) -> None:
    strange = str(factories.upload("session:x").public_id)
    carried = parts.read({"cards": [{"title": "x", "picture": strange}]})
    with pytest.raises(replies.CannotReply):
        replies.send(conversation=conversation, text="x", by=agent, client_key="k", carries=carried)
    assert not pictures.hold(strange)


def test_a_channel_of_text_gets_lines(form: Inbox, customer: Customer, agent: Agent) -> None:
    sender = factories.identity(customer, scope="form")
    conversation = factories.conversation(form, customer, identity=sender)
    message = replies.send(
        conversation=conversation, text="골라 주세요", by=agent, client_key="k",
        carries=parts.read(BOTH),
    )  # fmt: skip
    assert wording.words_of(message).endswith("· 교환할게요\n· 반품할게요")


def test_the_widget_gets_the_words_alone(conversation: Conversation, agent: Agent) -> None:
    message = replies.send(
        conversation=conversation, text="골라 주세요", by=agent, client_key="k",
        carries=parts.read(BOTH),
    )  # fmt: skip
    assert wording.words_of(message) == "골라 주세요"


def _canned(**state: Any) -> SharedReply:
    made: SharedReply = revisions.create(
        kind="canned", data={"title": "고르기", "text": "{고객}, 골라 주세요.", **state}, by=None
    )
    return made


def test_a_canned_reply_brings_them_filled_in(conversation: Conversation, agent: Agent) -> None:
    reply = _canned(choices=["{브랜드|이/가} 좋아요"], card={"title": "{고객}께"})
    found = canned.fill(conversation=conversation, agent=agent, public_id=reply.public_id)
    assert found.parts.choices == ("온담이 좋아요",)
    assert found.parts.cards[0].title == "김하늘 님께"
    again = revisions.publish(
        kind="canned", obj=reply, by=agent, based_on=1,
        data={"title": "고르기", "text": "골라 주세요.", "choices": []},
    )  # fmt: skip
    assert again is not None
    reply.refresh_from_db()
    assert reply.parts == {}


def test_a_personal_one_has_them_too(agent: Agent) -> None:
    made = canned.make_own(
        data={"title": "내 것", "text": "네", "choices": ["네", "아니요"]}, by=agent
    )
    assert canned.state_of(made)["choices"] == ["네", "아니요"]
    canned.change_own(
        reply=made, data={**canned.state_of(made), "card": CARD}, by=agent, expected=made.version
    )
    made.refresh_from_db()
    assert parts.read(made.parts) == parts.read({"choices": ["네", "아니요"], "cards": [CARD]})


@pytest.mark.parametrize(
    ("state", "name"),
    [
        ({"choices": ["{모름}"]}, "choices"),
        ({"card": {"title": "{모름}"}}, "card"),
        ({"card": {"text": "제목이 없어요"}}, "card.title"),
        ({"card": {"title": "x", "buttons": [{"label": "x", "link": "ftp://x"}]}}, "card.buttons.0"),
        ({"card": {"title": "x", "picture": "019a0000-0000-7000-8000-000000000000"}}, "card.picture"),
    ],
)  # fmt: skip
def test_a_canned_reply_with_wrong_ones_is_not_saved(
    brand: Brand, state: dict[str, Any], name: str
) -> None:
    with pytest.raises(Invalid) as refused:
        _canned(**state)
    assert name in [mistake.name for mistake in refused.value.mistakes]
