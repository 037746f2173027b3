"""Backup, disaster, restore: everybody goes on where they were."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import FilePayload, expect

from tests import servers
from tests.conftest import maintenance_url
from tests.servers import MajungServer
from tests.stories.chat import Chat
from tests.stories.conftest import command, database_name
from tests.stories.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHOTO: FilePayload = {"name": "송장.txt", "mimeType": "text/plain", "buffer": b"6123-4567"}


def lose_everything(majung: MajungServer) -> None:
    """The machine is gone: its home with keys and files, and the database."""
    majung.kill()
    shutil.rmtree(majung.home)
    majung.home.mkdir()
    if connection.vendor == "postgresql":
        name = database_name(majung.env["DATABASE_URL"])
        servers.drop_postgres_database(maintenance_url(), name)
        servers.create_postgres_database(maintenance_url(), name)


def test_after_a_disaster_everybody_goes_on(
    own_majung: Callable[..., MajungServer],
    customer_at: Callable[..., Chat],
    agent_at: Callable[..., Desk],
    tmp_path: Path,
) -> None:
    majung = own_majung()
    chat = customer_at(majung).visit().open()
    chat.write("송장 번호예요", files=[PHOTO])
    chat.shows("송장 번호예요")
    desk = agent_at(majung).open("송장 번호예요").is_live()
    desk.reply("확인했어요.")
    desk.note("창고에 물어봐 둠")
    expect(chat.said("확인했어요.")).to_be_visible()
    archive = tmp_path / "majung.tar"
    command(majung, "backup", str(archive))
    lose_everything(majung)
    chat.write("거기 계세요?")
    command(majung, "restore", str(archive))
    majung.start()
    chat.shows("송장 번호예요", "거기 계세요?")
    expect(chat.said("확인했어요.")).to_have_count(1)
    restored = agent_at(majung).open("거기 계세요?", view="all")
    expect(restored.received).to_have_text(["송장 번호예요", "거기 계세요?"])
    expect(restored.said("창고에 물어봐 둠")).to_contain_text("내부 메모")
    with restored.page.expect_download() as download:
        restored.thread.get_by_role("link", name="송장.txt").click()
    assert download.value.path().read_bytes() == PHOTO["buffer"]
    restored.is_live().reply("네, 여기 있어요.")
    expect(chat.said("네, 여기 있어요.")).to_have_count(1)
    # The desk that was open through it all has caught up, too.
    expect(desk.said("네, 여기 있어요.")).to_have_count(1)
