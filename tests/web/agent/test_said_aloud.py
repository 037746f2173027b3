"""What a screen reader needs of a page before anything happens on it."""

import re

import pytest
from django.test import Client

from majung.conversations.models import Conversation
from majung.web import naming


@pytest.mark.parametrize("path", ["/desk/mine/", "/setup/tags/"])
def test_places_from_which_things_are_said_are_there_from_the_start(
    admin_desk: Client, path: str
) -> None:
    page = admin_desk.get(path).content.decode()
    for name in ("live-bar", "announcer", "toasts"):
        assert re.findall(rf'<div id="{name}"[^>]* role="status"[^>]*></div>', page), name


def test_thread_knows_whose_words_are_said_aloud(desk: Client, conversation: Conversation) -> None:
    name = naming.customer_name(conversation.customer)
    for part in ("", "thread"):
        page = desk.get(f"/desk/c/{conversation.public_id}/{part}").content.decode()
        assert f'data-customer="{name}"' in page
