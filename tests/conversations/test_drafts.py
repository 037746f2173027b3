"""Drafts: kept as typed, never over what another page saved, gone once sent."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from majung.accounts.models import Agent
from majung.conversations import drafts, parts, replies, uploads
from majung.conversations.models import Conversation, Draft, Upload
from majung.core import clock
from tests import factories


def save(
    conversation: Conversation,
    agent: Agent,
    text: str,
    *,
    tab: str = "a",
    turn: int = 1,
    **more: Any,
) -> Draft | None:
    return drafts.save(
        conversation=conversation,
        agent=agent,
        kind=more.pop("kind", "reply"),
        text=text,
        tab=tab,
        turn=turn,
        **more,
    )


def kept(conversation: Conversation, agent: Agent) -> dict[str, str]:
    return {each.kind: each.text for each in drafts.of(conversation=conversation, agent=agent)}


def test_each_agent_and_kind_has_its_own(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    save(conversation, agent, "답")
    save(conversation, agent, "메모", kind="note")
    save(conversation, colleague, "서연의 답")
    assert kept(conversation, agent) == {"reply": "답", "note": "메모"}
    assert kept(conversation, colleague) == {"reply": "서연의 답"}


def test_a_pages_own_saves_may_arrive_in_any_order(
    conversation: Conversation, agent: Agent
) -> None:
    save(conversation, agent, "하나", turn=1)
    save(conversation, agent, "하나 둘 셋", turn=3)
    save(conversation, agent, "하나 둘", turn=2)
    assert kept(conversation, agent) == {"reply": "하나 둘 셋"}


def test_another_page_is_told_and_overwrites_only_what_it_has_seen(
    conversation: Conversation, agent: Agent
) -> None:
    first = save(conversation, agent, "첫 창")
    assert first
    for text in ("둘째 창", ""):
        with pytest.raises(drafts.ChangedElsewhere) as told:
            save(conversation, agent, text, tab="b")
        assert told.value.draft.text == "첫 창"
    assert kept(conversation, agent) == {"reply": "첫 창"}
    save(conversation, agent, "둘을 합친 글", tab="b", turn=2, seen=first.mark)
    with pytest.raises(drafts.ChangedElsewhere):
        save(conversation, agent, "첫 창에서 더", turn=2, seen=first.mark)
    assert kept(conversation, agent) == {"reply": "둘을 합친 글"}


def test_an_emptied_one_is_gone(conversation: Conversation, agent: Agent) -> None:
    save(conversation, agent, "쓰다가")
    assert save(conversation, agent, "  ", turn=2) is None
    assert not Draft.objects.exists()


@pytest.mark.parametrize("kind", ["reply", "note"])
def test_what_is_sent_is_no_draft_and_does_not_become_one_again(
    conversation: Conversation, agent: Agent, kind: str
) -> None:
    save(conversation, agent, "곧 가요", kind=kind)
    write = replies.send if kind == "reply" else replies.note
    write(conversation=conversation, text="곧 가요", by=agent, client_key="k", tab="a")
    assert not Draft.objects.exists()
    late = save(conversation, agent, "곧 가요", kind=kind, turn=2, client_key="k")
    assert late is None
    assert not Draft.objects.exists()


def test_a_late_save_of_an_earlier_text_stays_away_and_one_typed_after_the_press_is_kept(
    conversation: Conversation, agent: Agent
) -> None:
    replies.send(conversation=conversation, text="환불은 3만원", by=agent, client_key="k", tab="a")
    save(conversation, agent, "환불은", turn=2, client_key="k")
    save(conversation, agent, "환불은 3만원 ", turn=3, client_key="k", pressed=True)
    assert kept(conversation, agent) == {}
    save(conversation, agent, "환불은 5만원", turn=4, client_key="k", pressed=True)
    save(conversation, agent, "환불은 3만원", kind="note", client_key="k", pressed=True)
    assert kept(conversation, agent) == {"reply": "환불은 5만원", "note": "환불은 3만원"}


def test_what_another_page_has_typed_stays_when_this_one_sends(
    conversation: Conversation, agent: Agent
) -> None:
    save(conversation, agent, "다른 창에서 쓰던 긴 글", tab="b")
    replies.send(conversation=conversation, text="네", by=agent, client_key="k", tab="a")
    assert kept(conversation, agent) == {"reply": "다른 창에서 쓰던 긴 글"}


def test_files_stay_as_long_as_their_draft(conversation: Conversation, agent: Agent) -> None:
    mine = factories.upload(f"agent:{agent.pk}")
    foreign = factories.upload("agent:0")
    save(conversation, agent, "", files=[mine.public_id, foreign.public_id])
    draft = drafts.of(conversation=conversation, agent=agent)[0]
    assert list(draft.uploads.all()) == [mine]
    with time_machine.travel(clock.now() + timedelta(days=3)):
        uploads.drop_unused()
        assert list(Upload.objects.all()) == [mine]
        save(conversation, agent, "", turn=2)
        uploads.drop_unused()
    assert not Upload.objects.exists()


def test_a_text_no_message_could_hold_is_not_kept(conversation: Conversation, agent: Agent) -> None:
    with pytest.raises(drafts.TooLong):
        save(conversation, agent, "가" * 20_001)


@pytest.mark.django_db(transaction=True)
def test_of_two_pages_that_begin_at_once_one_is_told(
    conversation: Conversation, agent: Agent
) -> None:
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def begin(tab: str) -> None:
        gate.wait()
        try:
            save(conversation, agent, tab, tab=tab)
            outcomes.append("saved")
        except drafts.ChangedElsewhere:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=begin, args=(tab,)) for tab in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", "told"]
    assert Draft.objects.count() == 1


RICH = {
    "type": "doc",
    "content": [
        {
            "type": "bulletList",
            "content": [
                {
                    "type": "listItem",
                    "content": [
                        {"type": "paragraph", "content": [{"type": "text", "text": "운동화"}]}
                    ],
                }
            ],
        }
    ],
}


def test_a_draft_keeps_its_formatting_and_says_it_in_its_text(
    conversation: Conversation, agent: Agent
) -> None:
    draft = save(conversation, agent, "무엇이든", rich=RICH)
    assert draft
    draft.refresh_from_db()
    assert (draft.text, draft.rich) == ("- 운동화", RICH)
    save(conversation, agent, "이제 없어요", turn=2)
    draft.refresh_from_db()
    assert (draft.text, draft.rich) == ("이제 없어요", None)


def test_what_is_put_back_is_joined_with_its_formatting(
    conversation: Conversation, agent: Agent
) -> None:
    save(conversation, agent, "그사이 쓴 글")
    draft = drafts.put_back(
        conversation=conversation, agent=agent, text="- 운동화", rich=RICH, files=[]
    )
    draft.refresh_from_db()
    assert draft.text == "- 운동화\n\n그사이 쓴 글"
    assert draft.rich
    assert [block["type"] for block in draft.rich["content"]] == [
        "bulletList",
        "paragraph",
        "paragraph",
    ]


CARRIED = parts.read({"choices": ["네", "아니요"], "cards": [{"title": "러닝화", "text": "신상"}]})


def test_a_draft_keeps_what_goes_along_with_it(conversation: Conversation, agent: Agent) -> None:
    save(conversation, agent, "골라 주세요", carries=CARRIED)
    draft = drafts.of(conversation=conversation, agent=agent)[0]
    assert drafts.carried_by(draft) == CARRIED
    save(conversation, agent, "골라 주세요", turn=2)
    draft.refresh_from_db()
    assert not drafts.carried_by(draft)


def test_a_card_without_words_is_a_draft_until_it_is_left_out(
    conversation: Conversation, agent: Agent
) -> None:
    save(conversation, agent, "", carries=CARRIED)
    save(conversation, agent, " ", carries=CARRIED, turn=2)
    assert drafts.carried_by(Draft.objects.get()) == CARRIED
    save(conversation, agent, "", turn=3)
    assert not Draft.objects.exists()


@pytest.mark.parametrize("begun", [True, False])
def test_what_is_put_back_brings_its_own_card(
    conversation: Conversation, agent: Agent, begun: bool
) -> None:
    if begun:
        since = parts.read({"cards": [{"title": "그사이 고른 카드"}]})
        save(conversation, agent, "그사이 쓴 글", carries=since)
    only_card = parts.Parts(cards=CARRIED.cards)
    draft = drafts.put_back(
        conversation=conversation, agent=agent, text="답", carries=only_card, files=[]
    )
    draft.refresh_from_db()
    assert drafts.carried_by(draft) == only_card
