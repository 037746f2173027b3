"""Mail in the demo: what customers write comes in over SMTP, and answers reach their mailbox."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from majung.accounts.models import Agent
from majung.channels import demo_post
from majung.channels.adapters.email.read import read
from majung.channels.models import Letter
from majung.conversations import replies
from majung.conversations.models import Conversation, Inbox
from majung.core import jobs
from majung.demo import company
from majung.demo.post import Post
from tests.servers import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post(settings: Settings, tmp_path: object) -> Iterator[Post]:
    settings.MAJUNG_DEMO = True
    settings.MAJUNG_HOME = tmp_path
    settings.MAJUNG_OUTBOUND_ALLOW = ["127.0.0.1"]
    company.make()
    made = Post()
    made.start()
    yield made
    made.stop()


def all_done() -> None:
    while jobs.run_due():
        pass


def words_of(conversation: Conversation) -> list[str]:
    return list(
        conversation.messages.filter(kind="customer").order_by("id").values_list("text", flat=True)
    )


def test_a_mail_goes_in_an_answer_out_and_its_answer_in_again(post: Post, client: Client) -> None:
    page = "/shop/dareum/mail/"
    asked = {"sender": "김하늘 <haneul@example.com>", "subject": "교환", "text": "작아요."}
    assert client.post(page, asked).status_code == 302
    wait_until(lambda: bool(jobs.run_due()) or Letter.objects.exists(), what="the mail")
    all_done()
    conversation = Conversation.objects.get(subject="교환")
    assert words_of(conversation) == ["작아요."]
    agent = Agent.objects.get(email="jiwoo.han@example.com")
    replies.send(conversation=conversation, text="265로 보내 드릴게요.", by=agent, client_key="k")
    all_done()
    wait_until(lambda: any("265" in read(each.raw).text for each in demo_post.kept()), what="it")
    shown = client.get(page).content.decode()
    assert "haneul@example.com" in shown
    newest = next(each for each in demo_post.kept() if "265" in read(each.raw).text)
    one = client.get(f"{page}{newest.name}/").content.decode()
    assert "고객으로 답장하기" in one
    assert client.post(f"{page}{newest.name}/", {"text": "좋아요!"}).status_code == 302
    wait_until(lambda: bool(jobs.run_due()) or len(words_of(conversation)) > 1, what="the answer")
    all_done()
    assert words_of(conversation) == ["작아요.", "좋아요!"]


def test_what_cannot_be_sent_is_told(post: Post, client: Client) -> None:
    page = "/shop/dareum/mail/"
    answer = client.post(page, {"sender": "nobody", "text": "x"})
    assert (answer.status_code, "메일 주소를 적어" in answer.content.decode()) == (400, True)
    answer = client.post(page, {"sender": "a@example.com", "text": " "})
    assert (answer.status_code, "내용을 적어" in answer.content.decode()) == (400, True)
    Inbox.objects.filter(kind="email").update(is_active=False)
    answer = client.post(page, {"sender": "a@example.com", "text": "x"})
    assert (answer.status_code, "받지 않았어요" in answer.content.decode()) == (400, True)


def test_the_mailbox_is_of_the_demo_alone(client: Client, settings: Settings) -> None:
    settings.MAJUNG_DEMO = True
    company.make()
    assert client.get("/shop/dareum/mail/").status_code == 200
    assert client.get("/shop/dareum/mail/1/").status_code == 404
    assert client.get("/shop/dareum/mail/..%2F1/").status_code == 404
    settings.MAJUNG_DEMO = False
    assert client.get("/shop/dareum/mail/").status_code == 404
