"""A request's page: by signed link only, as the customer may see it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from majung.accounts.models import Agent
from majung.channels import request_links
from majung.channels.models import InboundDelivery
from majung.conversations import lifecycle, replies
from majung.conversations.models import Attachment, Conversation, Inbox, Message
from majung.core import clock, jobs
from majung.web.widget import budgets
from tests import factories
from tests.web.helpcenter.page import Visit, request_page

pytestmark = pytest.mark.django_db


def _reply(text: str, *, by: Agent) -> Message:
    conversation = Conversation.objects.get()
    message = replies.send(conversation=conversation, text=text, by=by, client_key=text)
    jobs.run_due(limit=100)
    return message


def test_the_reply_stands_on_the_page_and_is_read_by_opening_it(form: Inbox, agent: Agent) -> None:
    visit = request_page(form)
    message = _reply("내일 도착해요", by=agent)
    message.refresh_from_db()
    assert message.state == "sent"
    visit.client.head(visit.address)
    message.refresh_from_db()
    assert message.state == "sent"
    assert "내일 도착해요" in visit.open(visit.address).content.decode()
    message.refresh_from_db()
    assert message.state == "read"


def test_notes_and_lines_are_not_shown(form: Inbox, agent: Agent) -> None:
    visit = request_page(form)
    conversation = Conversation.objects.get()
    factories.message(conversation, "내부에서만", kind="note", author=agent)
    factories.message(conversation, "아직 안 나간 답", kind="reply", author=agent, state="queued")
    visit.open(visit.address)
    assert "내부에서만" not in visit.page
    assert "아직 안 나간 답" not in visit.page


def test_the_customer_answers_on_the_page(form: Inbox, agent: Agent) -> None:
    visit = request_page(form)
    _reply("내일 도착해요", by=agent)
    visit.open(visit.address)
    file = SimpleUploadedFile("사진.txt", b"a")
    answer = visit.send(text="고맙습니다", attachments=[file])
    assert answer.status_code == 302
    assert "고맙습니다" in visit.open(answer["Location"]).content.decode()
    first, _reply_row, last = Message.objects.filter(
        kind__in=["customer", "reply"], conversation=Conversation.objects.get()
    ).order_by("pk")
    assert last.identity == first.identity
    assert Attachment.objects.get().message == last


def test_an_answer_sent_twice_is_one(form: Inbox) -> None:
    visit = request_page(form)
    assert [visit.send(text="또 저예요").status_code for _ in range(2)] == [302, 302]
    assert Message.objects.filter(text="또 저예요").count() == 1


def test_a_closed_request_is_opened_again_by_an_answer(form: Inbox, agent: Agent) -> None:
    visit = request_page(form)
    lifecycle.close(conversation=Conversation.objects.get(), by=agent)
    visit.open(visit.address)
    assert "이어서 쓰면 다시 열려요." in visit.page
    visit.send(text="아직 안 왔어요")
    conversation = Conversation.objects.get()
    assert (conversation.status, conversation.closed_at) == ("open", None)
    line = conversation.messages.filter(kind="event").latest("pk")
    assert line.data == {"what": "reopened_by_customer"}


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "내용을 적어 주세요."), ("가" * 5001, "한 번에 5,000자까지 보낼 수 있어요.")],
)
def test_an_answer_that_is_none_is_said_so(form: Inbox, text: str, said: str) -> None:
    visit = request_page(form)
    assert visit.send(text=text).status_code == 422
    assert said in visit.page
    assert InboundDelivery.objects.count() == 1


def test_too_many_answers_must_wait(form: Inbox) -> None:
    visit = request_page(form)
    for _ in range(budgets.ANSWERS.limit):
        budgets.ANSWERS.take(str(Conversation.objects.get().public_id))
    answer = visit.send(text="지우지 마세요")
    assert answer.status_code == 429
    assert "지우지 마세요" in visit.page


@pytest.mark.parametrize("what", ["changed", "of another", "nonsense", "old", "trashed", "chat"])
def test_a_link_that_is_not_ours_leads_nowhere(form: Inbox, widget: Inbox, what: str) -> None:
    visit = request_page(form)
    mine = Conversation.objects.get()
    token = request_links.path(mine).rpartition("/")[2]
    later = timedelta()
    match what:
        case "changed":
            token = token[:-1] + ("A" if token[-1] != "A" else "B")
        case "of another":
            other = request_page(form)
            assert other.address != visit.address
            theirs = Conversation.objects.exclude(pk=mine.pk).get()
            token = theirs.public_id.hex + token[32:]
        case "nonsense":
            token = "나의 문의"
        case "old":
            later = timedelta(days=181)
        case "trashed":
            Conversation.objects.update(deleted_at=clock.now())
        case "chat":
            customer = factories.customer()
            chat = factories.conversation(widget, customer)
            token = request_links.path(chat).rpartition("/")[2]
    with time_machine.travel(clock.now() + later):
        stranger = Visit()
        answer = stranger.open(f"/requests/{token}")
    assert answer.status_code == 404
    assert "문의를 찾을 수 없어요" in stranger.page
    assert "택배가 아직 안 왔어요" not in stranger.page
    assert answer["Cache-Control"] == "no-store"


def test_the_page_is_private(form: Inbox) -> None:
    visit = request_page(form)
    answer = visit.open(visit.address)
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
