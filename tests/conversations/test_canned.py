"""Canned replies: what is offered, what may stand in them, how they read in a conversation."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from majung.accounts import revisions, settings_file
from majung.accounts.editables import Invalid
from majung.accounts.models import Agent, Brand
from majung.conversations import canned, canned_text
from majung.conversations.models import CannedReply, Conversation, SharedReply
from majung.core.versions import EditConflict


def shared(title: str = "배송 지연", text: str = "{고객}, 죄송해요.", **state: Any) -> SharedReply:
    made: SharedReply = revisions.create(
        kind="canned", data={"title": title, "text": text, **state}, by=None
    )
    return made


def own(
    agent: Agent, title: str = "내 인사", text: str = "안녕하세요", **state: Any
) -> CannedReply:
    return canned.make_own(data={"title": title, "text": text, **state}, by=agent)


def titles(conversation: Conversation, agent: Agent) -> list[str]:
    return [each.title for each in canned.offered(conversation=conversation, agent=agent)]


def test_offered_are_shared_ones_of_the_brand_and_own_ones(
    conversation: Conversation, brand: Brand, other_brand: Brand, agent: Agent, colleague: Agent
) -> None:
    shared("모두의 것")
    shared("온담의 것", brand=str(brand.public_id))
    shared("누리의 것", brand=str(other_brand.public_id))
    shared("은퇴한 것", is_retired=True)
    own(agent, "내 것")
    own(colleague, "서연의 것")
    assert sorted(titles(conversation, agent)) == ["내 것", "모두의 것", "온담의 것"]


def test_offered_are_in_the_customers_language_first_and_used_most_first(
    conversation: Conversation, agent: Agent
) -> None:
    shared("English", text="Hi {customer}", locale="en")
    seldom, often = shared("가끔"), shared("자주")
    for _ in range(2):
        canned.note_use(public_ids=[often.public_id], conversation=conversation, by=agent)
    canned.note_use(public_ids=[seldom.public_id], conversation=conversation, by=agent)
    assert titles(conversation, agent) == ["자주", "가끔", "English"]
    conversation.customer.locale = "en"
    assert titles(conversation, agent) == ["English", "자주", "가끔"]
    often.refresh_from_db()
    assert (often.used_count, often.used_at is not None) == (2, True)


def test_what_is_not_offered_counts_no_use(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    hers = own(colleague)
    assert canned.note_use(public_ids=[hers.public_id], conversation=conversation, by=agent) == 0
    with pytest.raises(CannedReply.DoesNotExist):
        canned.fill(conversation=conversation, agent=agent, public_id=hers.public_id)


TEXT = "{고객|을/를} {상담원|이/가} {브랜드}에서 {상담번호|으로/로} {오늘}, {{그대로}}"


@time_machine.travel(datetime(2026, 11, 21, 16, tzinfo=UTC))  # past midnight in Seoul
def test_a_text_is_filled_in_with_its_particles(conversation: Conversation, agent: Agent) -> None:
    reply = shared(text=TEXT)
    conversation.pk = 265
    filled = canned.fill(conversation=conversation, agent=agent, public_id=reply.public_id)
    expected = "김하늘 님을 한지우가 온담에서 265로 11월 22일, {그대로}"
    assert filled.text == expected


@pytest.mark.parametrize(
    ("name", "locale", "expected"),
    [
        ("김하늘", "ko", "김하늘 님은"),
        ("박사님", "ko", "박사님은"),
        ("", "ko", "고객님은"),
        ("Priya Nair", "en", "Priya Nair"),
        ("", "en", "there"),
    ],
)
def test_customers_are_spoken_to_politely(
    conversation: Conversation, agent: Agent, name: str, locale: str, expected: str
) -> None:
    conversation.customer.name = name
    text = "{customer}" if locale == "en" else "{고객|은/는}"
    filled = canned_text.fill(text, conversation=conversation, agent=agent, locale=locale)
    assert filled == expected


def test_what_cannot_be_filled_in_is_refused_with_what_can(db: None) -> None:
    with pytest.raises(Invalid) as refused:
        shared(text="{주문번호|을/를} {고객|꺄}")
    told = " ".join(each.text for each in refused.value.mistakes)
    for word in ("{주문번호}", "{고객}", "{상담원}", "{브랜드}", "{상담번호}", "{오늘}", "꺄"):
        assert word in told
    assert not CannedReply.objects.exists()


def test_shortcut_and_folder_have_one_spelling(db: None) -> None:
    made = shared(shortcut=" /배송지연 ", folder=" 배송 / 지연/ ")
    assert (made.shortcut, made.folder) == ("배송지연", "배송/지연")
    with pytest.raises(Invalid):
        shared(shortcut="두 낱말")


def test_shared_ones_travel_as_yaml_and_personal_ones_stay(brand: Brand, admin: Agent) -> None:
    shared("온담 인사", brand=str(brand.public_id), folder="인사")
    own(admin, "비밀 인사")
    text = settings_file.export_all()
    assert "비밀 인사" not in text
    assert "brand: ondam" in text
    assert settings_file.import_all(text, admin, dry_run=False) == []
    changed = text.replace("folder: 인사", "folder: 처음")
    assert [each.name for each in settings_file.import_all(changed, admin, dry_run=False)] == [
        "온담 인사"
    ]
    assert SharedReply.objects.get().folder == "처음"


def test_own_ones_are_changed_by_their_owner_and_not_over_a_newer_version(
    agent: Agent, colleague: Agent
) -> None:
    reply = own(agent)
    state = canned.state_of(reply) | {"text": "반가워요"}
    with pytest.raises(PermissionError):
        canned.change_own(reply=reply, data=state, by=colleague, expected=1)
    canned.change_own(reply=reply, data=state, by=agent, expected=1)
    with pytest.raises(EditConflict):
        canned.change_own(reply=reply, data=state, by=agent, expected=1)
    reply.refresh_from_db()
    assert (reply.text, reply.version) == ("반가워요", 2)


def test_found_by_title_initials_shortcut_and_text(db: None) -> None:
    rows = [
        CannedReply(title="배송 지연", text="늦어요"),
        CannedReply(title="환불", shortcut="refund", text="배송비는 빼요"),
        CannedReply(title="인사", folder="처음", text="안녕"),
    ]

    def found(query: str) -> list[str]:
        return [each.title for each in canned.matching(rows, query)]

    assert found("ㅂㅅ") == ["배송 지연", "환불"]
    assert found("REF") == ["환불"]
    assert found("처으") == ["인사"]
    assert found("") == ["배송 지연", "환불", "인사"]
    assert found("없는 말") == []
