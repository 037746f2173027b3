"""Pages travel packed, files as they are."""

import gzip

import pytest
from django.test import Client

from majung.conversations.models import Conversation
from majung.core import blob_links
from tests import factories

PACKED = {"Accept-Encoding": "gzip"}

pytestmark = pytest.mark.django_db


def test_a_page_travels_packed_to_who_can_unpack_it(
    desk: Client, conversation: Conversation
) -> None:
    path = f"/desk/c/{conversation.public_id}/"
    plain = desk.get(path)
    assert "Content-Encoding" not in plain.headers
    packed = desk.get(path, headers=PACKED)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "김하늘" in gzip.decompress(packed.content).decode()
    assert len(packed.content) < len(plain.content) / 2


def test_two_packed_pages_are_of_two_sizes(desk: Client, conversation: Conversation) -> None:
    """Their size would otherwise tell what is in them, letter by letter."""
    path = f"/desk/c/{conversation.public_id}/"
    sizes = {len(desk.get(path, headers=PACKED).content) for _ in range(8)}
    assert len(sizes) > 1


def test_a_file_goes_as_it_is(client: Client) -> None:
    put_up = factories.upload("somebody", name="긴 글.txt", content=b"12,000 " * 400)
    answer = client.get(blob_links.link(put_up.blob, name=put_up.name), headers=PACKED)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
    assert b"".join(answer) == b"12,000 " * 400
    answer.close()
