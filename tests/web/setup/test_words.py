"""The words of the settings pages: every action of the audit trail has some, in the right number."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from majung.accounts import audit
from majung.accounts.models import Agent
from majung.conversations.models import Conversation
from majung.web.setup import words
from tests.architecture.source import ROOT

RECORDED = re.compile(r"audit\.record\(\s*action=\"(\w+)\"")
# Those whose names are not written where they are recorded.
MORE = {
    "customer_renamed",
    "customers_merged",
    "hours_closed",
    "hours_opened",
    "merge_undone",
    "read",
    "secret_made",
    "secret_rotated",
    "setting_published",
    "setting_undone",
}


def test_every_recorded_action_has_words() -> None:
    found = {
        name
        for path in (ROOT / "majung").rglob("*.py")
        for name in RECORDED.findall(path.read_text())
    }
    assert len(found) > 15
    assert {name for name in found | MORE if words.action(name) == name} == set()


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("conversation", "Conversation"),
        ("tag", "Tag"),
        ("sharedreply", "Canned reply"),
        ("automaticmessages", "Automatic messages"),
    ],
)
def test_what_an_entry_is_about_is_one_thing(kind: str, told: str) -> None:
    with override("en"):
        assert words.thing(kind) == told


def test_the_trail_and_the_ledger_speak_of_one_conversation(
    admin_desk: Client, admin: Agent, conversation: Conversation
) -> None:
    Agent.objects.filter(pk=admin.pk).update(locale="en")
    audit.read(obj=conversation, by=admin)
    trail = admin_desk.get(reverse("setup:audit")).content.decode()
    assert re.search(r"Conversation <span class=\"dim\">\d+</span>", trail)
    assert ">viewed<" in trail
    assert "Conversations <span" not in trail
