"""Words with formatting, from the desk to everybody who reads them."""

import json
from typing import Any

import pytest
from django.test import Client

from majung.accounts import preferences
from majung.accounts.models import Agent
from majung.channels import request_links
from majung.conversations import drafts, replies
from majung.conversations.models import Conversation, Draft, Inbox, Message
from majung.core import jobs
from majung.customers.models import Customer
from tests import factories
from tests.web.agent.reading import text
from tests.web.agent.test_writing import at, post
from tests.web.widget.browser import opened


def words(said: str, *marks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "text", "text": said, **({"marks": list(marks)} if marks else {})}


def paragraph(*content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "paragraph", **({"content": list(content)} if content else {})}


LINK = {"type": "link", "attrs": {"href": "https://ondam.example/265"}}
RICH = {
    "type": "doc",
    "content": [
        paragraph(words("오늘 "), words("18시 전", {"type": "bold"})),
        {
            "type": "bulletList",
            "content": [{"type": "listItem", "content": [paragraph(words("<운동화>", LINK))]}],
        },
    ],
}
SAID = "오늘 18시 전\n- <운동화> (https://ondam.example/265)"
SHOWN = (
    "<p>오늘 <strong>18시 전</strong></p><ul><li><p>"
    '<a href="https://ondam.example/265" target="_blank" rel="noopener noreferrer nofollow">'
    "&lt;운동화&gt;</a></p></li></ul>"
)


def padded() -> str:
    """The document as an editor may post it: blank lines around it, marks of others in it."""
    content = [paragraph(), *RICH["content"], paragraph(words(" ", {"type": "color"}))]
    return json.dumps({"type": "doc", "content": content})


@pytest.mark.parametrize(("where", "kind"), [("replies", "reply"), ("notes", "note")])
def test_what_is_written_is_kept_in_both_forms(
    where: str, kind: str, desk: Client, conversation: Conversation
) -> None:
    answer = post(desk, at(conversation, where), text="다른 글", rich=padded(), key="k1")
    message = Message.objects.get(kind=kind)
    assert (answer.status_code, message.text, message.rich) == (201, SAID, RICH)
    page = desk.get(at(conversation)).content.decode()
    assert f'<div class="b rich">{SHOWN}</div>' in page


def test_without_formatting_there_is_only_the_text(
    desk: Client, conversation: Conversation
) -> None:
    plain = json.dumps({"type": "doc", "content": [paragraph(words("네")), paragraph()]})
    post(desk, at(conversation, "replies"), text="네\r\n알겠어요", rich=plain, key="k1")
    message = Message.objects.get(kind="reply")
    assert (message.text, message.rich) == ("네\n알겠어요", None)


def test_blank_lines_with_formatting_are_no_message(
    desk: Client, conversation: Conversation
) -> None:
    blank = {"type": "doc", "content": [paragraph(words("  ", {"type": "bold"}))]}
    answer = post(desk, at(conversation, "replies"), text="", rich=json.dumps(blank), key="k1")
    assert (answer.status_code, answer.json()["detail"]) == (422, "내용을 입력해 주세요.")


@pytest.mark.parametrize("where", ["replies", "notes", "draft"])
def test_what_no_editor_of_ours_makes_is_refused(
    where: str, desk: Client, conversation: Conversation
) -> None:
    table = json.dumps({"type": "doc", "content": [{"type": "table"}]})
    more = {"kind": "reply", "tab": "t", "turn": "1"}
    answer = post(desk, at(conversation, where), text="표", rich=table, key="k1", **more)
    assert answer.status_code == 422
    assert "서식" in answer.json()["detail"]
    assert not Message.objects.filter(kind__in=["reply", "note"]).exists()
    assert not Draft.objects.exists()


def test_the_list_and_the_preview_say_it_without_formatting(
    desk: Client, agent: Agent, conversation: Conversation
) -> None:
    replies.send(conversation=conversation, text="", rich=RICH, by=agent, client_key="k1")
    conversation.refresh_from_db()
    assert conversation.preview == SAID.replace("\n", " ")
    assert "오늘 18시 전 - " in text(desk.get("/desk/mine/"))


def test_a_draft_with_formatting_is_told_and_comes_back_when_it_is_taken_back(
    desk: Client, agent: Agent, conversation: Conversation
) -> None:
    preferences.hold_replies(agent=agent, seconds=10)
    saved = post(
        desk, at(conversation, "draft"), kind="reply", text="", rich=padded(), tab="t", turn="1"
    )  # fmt: skip
    assert saved.status_code == 200
    draft = drafts.of(conversation=conversation, agent=agent)[0]
    assert draft.rich
    assert draft.rich["content"][1:3] == RICH["content"]
    sent = post(desk, at(conversation, "replies"), text="", rich=padded(), key="k1", tab="t")
    back = post(desk, sent.json()["undo"]).json()
    assert (back["text"], back["rich"]) == (SAID, RICH)


def test_names_in_a_note_are_marked_in_its_formatting(
    desk: Client, colleague: Agent, conversation: Conversation
) -> None:
    rich = {"type": "doc", "content": [paragraph(words("@박서연 님", {"type": "bold"}))]}
    post(desk, at(conversation, "notes"), text="", rich=json.dumps(rich), key="k1")
    jobs.run_due()
    page = desk.get(at(conversation)).content.decode()
    assert f"<p><strong><b class='mention'>@{colleague.name}</b> 님</strong></p>" in page


def test_a_deleted_message_shows_nothing_of_it(
    desk: Client, agent: Agent, conversation: Conversation
) -> None:
    message = replies.note(conversation=conversation, text="", rich=RICH, by=agent, client_key="k1")
    Message.objects.filter(pk=message.pk).update(deleted_at=message.created_at)
    page = desk.get(at(conversation)).content.decode()
    assert "지운 메시지예요" in page
    assert "운동화" not in page


def test_the_widget_is_told_the_formatting_and_nothing_where_there_is_none(
    widget: Inbox, agent: Agent
) -> None:
    browser = opened(widget)
    browser.write("언제 오나요?", key="k-1")
    conversation = Conversation.objects.get()
    replies.send(conversation=conversation, text="", rich=RICH, by=agent, client_key="k1")
    jobs.run_due()
    asked, answered = browser.read()
    assert "rich" not in asked
    assert (answered["text"], answered["rich"]) == (SAID, RICH)


def test_the_request_page_shows_the_formatting(
    client: Client, form: Inbox, agent: Agent, customer: Customer
) -> None:
    identity = factories.identity(customer, scope="form")
    request = factories.conversation(form, customer, "언제 오나요?", identity=identity)
    replies.send(conversation=request, text="", rich=RICH, by=agent, client_key="k1")
    jobs.run_due()
    page = client.get(request_links.path(request)).content.decode()
    assert f'<div class="b rich">{SHOWN}</div>' in page
