"""What agents write, by script and without: once, kept on error, never over another's head."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from majung.accounts.models import Agent
from majung.conversations.models import Attachment, Conversation, Inbox, Message
from majung.core.jobs import run_due
from majung.customers.models import Identity
from tests import factories, people
from tests.web.agent.reading import hidden, text

BY_SCRIPT = {"X-Requested-With": "fetch", "Accept": "application/json"}
RICH = (
    '{"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text",'
    ' "text": "환불은 3만원이에요", "marks": [{"type": "bold"}]}]}]}'
)


def said(conversation: Conversation, kind: str = "reply") -> list[str]:
    rows = conversation.messages.filter(kind=kind).order_by("pk")
    return list(rows.values_list("text", flat=True))


def test_reply_is_stored_queued_and_taken_on(
    desk: Client, agent: Agent, conversation: Conversation
) -> None:
    answer = desk.post(
        f"/desk/c/{conversation.public_id}/replies",
        {"text": "확인해 볼게요", "key": "k-1"},
        headers=BY_SCRIPT,
    )
    message = Message.objects.get(kind="reply")
    assert (answer.status_code, answer.json()["id"]) == (201, str(message.public_id))
    conversation.refresh_from_db()
    assert conversation.assignee == agent
    assert message.state == Message.State.QUEUED


def test_same_key_again_is_the_same_reply(desk: Client, conversation: Conversation) -> None:
    path = f"/desk/c/{conversation.public_id}/replies"
    answers = [
        desk.post(path, {"text": "한 번만", "key": "k-1"}, headers=BY_SCRIPT) for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert said(conversation) == ["한 번만"]


@pytest.mark.parametrize(
    ("part", "changed"),
    [
        ("replies", {"text": "환불은 5만원이에요"}),
        ("replies", {"rich": RICH}),
        ("replies", {"files": "another"}),
        ("replies", {"files": ""}),
        ("replies", {"parts": '{"choices": ["네"]}'}),
        ("notes", {}),
    ],
)
def test_the_same_key_with_something_else_is_refused_and_the_first_stays(
    part: str,
    changed: dict[str, str],
    desk: Client,
    agent: Agent,
    conversation: Conversation,
) -> None:
    path = f"/desk/c/{conversation.public_id}/"
    first, another = (factories.upload(f"agent:{agent.pk}", name=name) for name in ("a.txt", "b"))
    given = {"text": "환불은 3만원이에요", "key": "k-1", "files": [str(first.public_id)]}
    assert desk.post(f"{path}replies", given, headers=BY_SCRIPT).status_code == 201
    assert desk.post(f"{path}replies", given, headers=BY_SCRIPT).status_code == 200
    if "files" in changed:
        files = [str(another.public_id)] if changed["files"] else []
        given |= {"files": files}
    else:
        given |= changed
    answer = desk.post(f"{path}{part}", given, headers=BY_SCRIPT)
    assert (answer.status_code, answer.json()["code"]) == (409, "sent_otherwise")
    assert (said(conversation), said(conversation, "note")) == (["환불은 3만원이에요"], [])
    # Under a key of its own it is another message.
    given |= {"key": "k-2"} | ({"files": []} if "files" not in changed else {})
    assert desk.post(f"{path}{part}", given, headers=BY_SCRIPT).status_code == 201


def test_without_a_script_another_text_under_the_same_key_stays_in_the_field(
    desk: Client, conversation: Conversation
) -> None:
    path = f"/desk/c/{conversation.public_id}/replies"
    desk.post(path, {"text": "환불은 3만원이에요", "key": "k-1"})
    answer = desk.post(path, {"text": "환불은 5만원이에요", "key": "k-1"})
    assert answer.status_code == 409
    assert ">환불은 5만원이에요</textarea>" in answer.content.decode()
    desk.post(path, {"text": "환불은 5만원이에요", "key": hidden(answer, "key")})
    assert said(conversation) == ["환불은 3만원이에요", "환불은 5만원이에요"]


def test_what_a_page_sends_again_by_itself_answers_only_what_was_on_screen(
    desk: Client, conversation: Conversation, widget: Inbox, visitor: Identity
) -> None:
    path = f"/desk/c/{conversation.public_id}/replies"
    last = str(conversation.messages.get().public_id)
    stored = {"text": "먼저 간 답", "key": "k-1", "last": last}
    assert desk.post(path, stored, headers=BY_SCRIPT).status_code == 201
    factories.writes(widget, "아니에요, 됐어요", by=visitor)
    late = {"text": "터널에서 누른 답", "key": "k-2", "last": last, "resend": "1"}
    answer = desk.post(path, late, headers=BY_SCRIPT)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrote_meanwhile")
    # What had arrived is still what it was.
    assert desk.post(path, stored | {"resend": "1"}, headers=BY_SCRIPT).status_code == 200
    assert said(conversation) == ["먼저 간 답"]
    del late["resend"]
    assert desk.post(path, late, headers=BY_SCRIPT).status_code == 201


def test_note_stays_inside(desk: Client, conversation: Conversation) -> None:
    answer = desk.post(
        f"/desk/c/{conversation.public_id}/notes",
        {"text": "VIP 고객", "key": "k-2"},
        headers=BY_SCRIPT,
    )
    assert answer.status_code == 201
    assert said(conversation, "note") == ["VIP 고객"]
    assert said(conversation) == []


@pytest.mark.parametrize("kind", ["reply", "note"])
def test_form_works_without_scripts(kind: str, desk: Client, conversation: Conversation) -> None:
    page = desk.get(f"/desk/c/{conversation.public_id}/")
    answer = desk.post(
        f"/desk/c/{conversation.public_id}/replies",
        {"text": "안녕하세요", "key": hidden(page, "key"), "kind": kind},
    )
    message = Message.objects.get(kind=kind)
    assert answer.headers["Location"] == (
        f"/desk/c/{conversation.public_id}/#msg-{message.public_id}"
    )


def test_empty_reply_is_a_problem_that_says_what_to_do(
    desk: Client, conversation: Conversation
) -> None:
    answer = desk.post(
        f"/desk/c/{conversation.public_id}/replies", {"text": "  "}, headers=BY_SCRIPT
    )
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "내용을 입력해 주세요."


def test_too_long_text_is_kept_in_the_field(desk: Client, conversation: Conversation) -> None:
    long = "가" * 5001
    answer = desk.post(f"/desk/c/{conversation.public_id}/replies", {"text": long})
    assert answer.status_code == 422
    assert "한 번에 5,000자까지 보낼 수 있어요." in text(answer)
    assert f">{long}</textarea>" in answer.content.decode()
    assert said(conversation) == []


def test_second_answer_waits_until_the_first_was_seen(
    desk: Client, colleague: Agent, conversation: Conversation
) -> None:
    path = f"/desk/c/{conversation.public_id}"
    page = desk.get(f"{path}/")
    people.signed_in(colleague).post(f"{path}/replies", {"text": "제가 볼게요"})
    mine = {"text": "제가 답할게요", "key": "k-3", "last": hidden(page, "last")}
    answer = desk.post(f"{path}/replies", mine, headers=BY_SCRIPT)
    assert answer.status_code == 409
    assert answer.json()["detail"] == (
        "그사이 박서연 님이 먼저 답했어요. 대화를 보고 다시 보내 주세요."
    )
    again = desk.get(f"{path}/thread")
    answer = desk.post(
        f"{path}/replies", {**mine, "last": hidden(again, "last")}, headers=BY_SCRIPT
    )
    assert answer.status_code == 201
    assert said(conversation) == ["제가 볼게요", "제가 답할게요"]


def test_others_cannot_write(
    stranger: Client, other_desk: Client, conversation: Conversation
) -> None:
    for part in ("replies", "notes", "typing"):
        path = f"/desk/c/{conversation.public_id}/{part}"
        assert other_desk.post(path, {"text": "안녕"}).status_code == 404
        assert stranger.post(path, {"text": "안녕"}).status_code == 302
        assert stranger.post(path, {"text": "안녕"}, headers=BY_SCRIPT).status_code == 401
    assert said(conversation) == []


def test_file_goes_with_the_reply(desk: Client, agent: Agent, conversation: Conversation) -> None:
    file = BytesIO("송장 번호".encode())
    file.name = "송장.txt"
    put = desk.post("/desk/uploads", {"file": file}, headers=BY_SCRIPT)
    assert put.status_code == 201
    assert put.json() | {"id": ""} == {
        "id": "",
        "name": "송장.txt",
        "size": 13,
        "type": "text/plain",
    }
    desk.post(
        f"/desk/c/{conversation.public_id}/replies",
        {"text": "여기 있어요", "key": "k-4", "files": [put.json()["id"]]},
        headers=BY_SCRIPT,
    )
    assert [one.name for one in Attachment.objects.all()] == ["송장.txt"]


def test_file_of_another_cannot_be_sent(
    desk: Client, colleague: Agent, conversation: Conversation
) -> None:
    upload = factories.upload(f"agent:{colleague.pk}")
    for name in (str(upload.public_id), str(uuid4()), "x"):
        answer = desk.post(
            f"/desk/c/{conversation.public_id}/replies",
            {"text": "여기요", "files": [name]},
            headers=BY_SCRIPT,
        )
        assert answer.status_code == 422
    assert said(conversation) == []


def test_upload_without_a_file_is_a_problem(desk: Client) -> None:
    answer = desk.post("/desk/uploads", headers=BY_SCRIPT)
    assert (answer.status_code, answer.json()["code"]) == (422, "no_file")


def test_program_is_not_taken(desk: Client) -> None:
    file = BytesIO(b"MZ")
    file.name = "설치.exe"
    answer = desk.post("/desk/uploads", {"file": file}, headers=BY_SCRIPT)
    assert (answer.status_code, answer.json()["code"]) == (415, "file_unsupported")


def test_queued_reply_goes_out(desk: Client, conversation: Conversation) -> None:
    desk.post(f"/desk/c/{conversation.public_id}/replies", {"text": "보냈어요"})
    while run_due(50):
        pass
    assert Message.objects.get(kind="reply").state == Message.State.SENT
    assert "보냄" in text(desk.get(f"/desk/c/{conversation.public_id}/thread"))


def test_typing_is_accepted(desk: Client, conversation: Conversation) -> None:
    assert desk.post(f"/desk/c/{conversation.public_id}/typing").status_code == 204


@pytest.mark.django_db(transaction=True)
def test_reply_with_a_file_sent_by_six_threads_at_once_is_one(
    agent: Agent, conversation: Conversation
) -> None:
    upload = factories.upload(f"agent:{agent.pk}")
    desk = people.signed_in(agent)

    def send(_number: int) -> tuple[int, str]:
        try:
            answer = desk.post(
                f"/desk/c/{conversation.public_id}/replies",
                {"text": "여기요", "key": "k-9", "files": [str(upload.public_id)]},
                headers=BY_SCRIPT,
            )
            return answer.status_code, answer.json().get("id", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(6)))
    message = Message.objects.get(kind="reply")
    assert {answer for _, answer in answers} == {str(message.public_id)}
    assert {status for status, _ in answers} <= {200, 201}
    assert Attachment.objects.count() == 1
