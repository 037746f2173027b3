"""The settings of shared canned replies."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from majung.accounts import revisions
from majung.accounts.models import Agent, Brand
from majung.conversations.models import CannedReply, SharedReply
from tests.web.agent.reading import text

REPLY = {
    "title": "배송 지연",
    "shortcut": "지연",
    "text": "{고객}, 늦어서 죄송해요.",
    "folder": "배송",
    "locale": "ko",
    "brand": "",
    "based_on": "0",
    "draft_at": "",
}


def make(**state: Any) -> SharedReply:
    given = {name: REPLY[name] for name in ("title", "shortcut", "text", "folder")}
    made: SharedReply = revisions.create(kind="canned", data=given | state, by=None)
    return made


def at(reply: SharedReply) -> str:
    return reverse("setup:canned", args=[reply.public_id])


def test_one_is_made_published_and_undone(admin_desk: Client, brand: Brand, admin: Agent) -> None:
    admin_desk.post("/setup/canned/new", REPLY | {"brand": str(brand.public_id)})
    reply = SharedReply.objects.get()
    assert (reply.brand, reply.owner) == (brand, None)
    changed = REPLY | {"text": "곧 보내드려요.", "based_on": "1"}
    admin_desk.post(at(reply), changed | {"draft": "1"})
    reply.refresh_from_db()
    assert reply.text == REPLY["text"]
    admin_desk.post(at(reply), changed | {"publish": "1"})
    newest = revisions.newest(kind="canned", obj=reply)
    assert newest is not None
    reply.refresh_from_db()
    assert (reply.text, reply.brand, newest.number) == ("곧 보내드려요.", None, 2)
    undo = reverse("setup:canned_undoing", args=[reply.public_id, newest.public_id])
    admin_desk.post(undo, {"based_on": "2"})
    reply.refresh_from_db()
    assert (reply.text, reply.brand) == (REPLY["text"], brand)


def test_unknown_variables_are_told_beside_the_text(admin_desk: Client) -> None:
    answer = admin_desk.post("/setup/canned/new", REPLY | {"text": "{이름}, 안녕하세요"})
    assert answer.status_code == 422
    errors = answer.context["form"].errors["text"]
    assert "{이름}" in errors[0]
    assert "{고객}" in errors[0]


def test_they_stand_by_folder_and_are_found_by_initials(admin_desk: Client) -> None:
    make()
    make(title="환불 안내", shortcut="", folder="결제", text="돌려드려요")
    page = text(admin_desk.get("/setup/canned/"))
    assert page.index("결제") < page.index("배송 지연")
    found = text(admin_desk.get("/setup/canned/", {"q": "ㅎㅂ"}))
    assert ("환불 안내" in found, "배송 지연" in found) == (True, False)


def test_a_retired_one_is_kept_with_its_history_and_can_come_back(admin_desk: Client) -> None:
    reply = make()
    where = reverse("setup:canned_retirement", args=[reply.public_id])
    admin_desk.post(where, {"to": "off"})
    assert CannedReply.objects.in_use().count() == 0
    assert "배송 지연" not in text(admin_desk.get("/setup/canned/"))
    assert "배송 지연" in text(admin_desk.get("/setup/canned/", {"state": "retired"}))
    admin_desk.post(where, {"to": "on"})
    assert CannedReply.objects.in_use().count() == 1
    assert revisions.newest_number(kind="canned", obj=reply) == 3


def test_nobody_finds_a_personal_one_in_the_settings(admin_desk: Client, agent: Agent) -> None:
    own = CannedReply.objects.create(title="내 것", text="쉿", owner=agent)
    assert "내 것" not in text(admin_desk.get("/setup/canned/"))
    assert admin_desk.get(reverse("setup:canned", args=[own.public_id])).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_questions_whatever_it_shows(
    admin_desk: Client, number: int
) -> None:
    for each in range(number):
        make(title=f"{each}")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        admin_desk.get("/setup/canned/")
    assert len(asked) == 5
