"""What a channel does not take is refused before it is written, and told in the composer."""

from datetime import timedelta
from types import ModuleType

import pytest
from django.test import Client

from majung.accounts.models import Agent
from majung.channels import delivery
from majung.channels.conformance.scene import Scene
from majung.channels.models import OutboundDelivery
from majung.conversations import automatic, replies
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import clock, jobs
from majung.core.models import Blob
from tests import factories
from tests.channels.sparrow import sample, vendor_of_sample

__all__ = ["sample"]

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452")


@pytest.fixture
def scene(sample: ModuleType) -> Scene:
    return Scene(vendor_of_sample()())


@pytest.fixture
def page(scene: Scene) -> Client:
    """The browser of the agent who answers by the sample channel."""
    client = Client()
    client.force_login(scene.agent)
    return client


def _broken(_kind: str) -> None:
    raise RuntimeError


def put(scene: Scene, name: str, content: bytes) -> str:
    upload = factories.upload(f"agent:{scene.agent.pk}", name=name, content=content)
    return str(upload.public_id)


def sends(page: Client, talk: Conversation, text: str, *files: str) -> tuple[int, str]:
    answer = page.post(
        f"/desk/c/{talk.public_id}/replies",
        {"text": text, "key": "k", "files": list(files)},
        headers={"HX-Request": "true", "Accept": "application/json"},
    )
    return answer.status_code, answer.json().get("detail", "")


def test_the_composer_says_that_the_window_is_closed(scene: Scene, page: Client) -> None:
    talk = scene.talk()
    Message.objects.update(created_at=clock.now() - timedelta(hours=25))
    assert sends(page, talk, "늦었어요") == (
        422,
        "참새톡은 고객이 글을 쓴 뒤 24시간 안에만 답할 수 있어요. 전화나 메일로 연락해 주세요.",
    )
    assert not OutboundDelivery.objects.exists()
    assert not Message.objects.filter(kind="reply").exists()


def test_the_composer_says_which_files_do_not_go(scene: Scene, page: Client) -> None:
    talk = scene.talk()
    assert sends(page, talk, "봐 주세요", put(scene, "노래.mp3", b"ID3\x04" + b"\x00" * 40)) == (
        422,
        "‘노래.mp3’ 파일은 참새톡에서 받지 않는 종류예요. 받는 종류: 사진, PDF",
    )
    many = [put(scene, f"{number}.png", PNG) for number in range(4)]
    assert sends(page, talk, "봐 주세요", *many) == (
        422,
        "참새톡은 파일을 한 번에 3개까지 받아요. 나누어 보내 주세요.",
    )
    assert sends(page, talk, "봐 주세요", many[0])[0] == 201


def test_a_channel_without_files_takes_none(agent: Agent, conversation: Conversation) -> None:
    Inbox.objects.filter(pk=conversation.inbox_id).update(kind="pager", config={"url": "x"})
    file = factories.upload(f"agent:{agent.pk}")
    with pytest.raises(replies.CannotReply, match="호출기는 파일을 받지 않아요"):
        replies.send(
            conversation=conversation, text="여기요", by=agent, client_key="k", uploads=[file]
        )
    file.refresh_from_db()
    assert file.used_at is None, "it is still there to be sent otherwise"


def test_a_long_text_is_refused_with_the_number(agent: Agent, conversation: Conversation) -> None:
    Inbox.objects.filter(pk=conversation.inbox_id).update(kind="pager", config={"url": "x"})
    with pytest.raises(replies.CannotReply, match="호출기는 200자까지 보낼 수 있어요"):
        replies.send(conversation=conversation, text="가" * 201, by=agent, client_key="k")


def test_the_composer_counts_as_the_channel_does(
    desk: Client, conversation: Conversation, scene: Scene, page: Client
) -> None:
    Inbox.objects.filter(pk=conversation.inbox_id).update(kind="pager")
    shown = desk.get(f"/desk/c/{conversation.public_id}/").content.decode()
    assert 'maxlength="200"' in shown
    shown = page.get(f"/desk/c/{scene.talk().public_id}/").content.decode()
    assert 'maxlength="5000"' in shown, "what is too long is split"


def test_a_window_that_closes_meanwhile_fails_with_the_remedy(scene: Scene) -> None:
    """While it was held, or before somebody sends it again."""
    reply = scene.reply()
    Message.objects.filter(kind="customer").update(created_at=clock.now() - timedelta(hours=25))
    scene.deliver()
    assert scene.state(reply) == "failed"
    assert "전화나 메일로 연락해 주세요." in reply.failure
    assert scene.outside.calls == []


def test_what_a_brand_says_by_itself_fails_without_breaking_anything(scene: Scene) -> None:
    reply = scene.reply()
    Message.objects.filter(pk=reply.pk).update(author=None, data={automatic.MARK: "away"})
    Message.objects.filter(kind="customer").update(created_at=clock.now() - timedelta(hours=25))
    OutboundDelivery.objects.all().delete()
    delivery.queue(message_id=reply.pk, conversation_id=reply.conversation_id)
    scene.deliver()
    assert scene.state(reply) == "failed"


@pytest.mark.parametrize(
    ("scan", "state"), [("pending", "queued"), ("infected", "failed"), ("failed", "failed")]
)
def test_files_that_nobody_looked_through_do_not_go_out(
    scene: Scene, scan: str, state: str
) -> None:
    talk = scene.talk()
    file = factories.upload(f"agent:{scene.agent.pk}", name="1.png", content=PNG)
    reply = replies.send(
        conversation=talk, text="봐 주세요", by=scene.agent, client_key="k", uploads=[file]
    )
    Blob.objects.update(scan=scan)
    scene.deliver()
    assert scene.state(reply) == state
    assert scene.vendor.arrived == []
    Blob.objects.update(scan="clean")
    scene.let_time_pass()
    scene.deliver()
    assert len(scene.vendor.arrived) == (1 if scan == "pending" else 0)


def test_a_channel_that_is_gone_is_tried_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing went out, so nothing is unknown."""
    reply = scene.reply()
    with monkeypatch.context() as patch:
        patch.setattr("majung.channels.registry.adapter", _broken)
        jobs.run_due()
    assert scene.state(reply) == "queued"
    scene.let_time_pass()
    scene.deliver()
    assert scene.state(reply) == "sent"
