"""A messenger that came as a package: its customers' words, changes and other apps on the desk."""

import os
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from urllib.request import Request as Call
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from majung.channels.conformance import Said, Told
from majung.channels.contract import Request
from majung.core import clock
from tests.channels.sparrow import SAMPLE, vendor_of_sample
from tests.servers import MajungServer
from tests.stories.conftest import seeded
from tests.stories.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
KEY = "ondam-sparrow"
Sits = Callable[..., Desk]


def call(majung: MajungServer, told: Told) -> None:
    """Let the vendor call the account's public address."""
    assert isinstance(told, Request)
    url = f"{majung.url}/hooks/{KEY}"
    made = Call(url, data=told.body, headers=dict(told.headers), method="POST")
    with urlopen(made, timeout=10) as answer:
        assert answer.status == HTTPStatus.OK


def attach(page: Page, file: Path) -> None:
    page.locator("#composer input[type=file]").set_input_files(file)
    expect(page.locator("#composer [data-files]")).to_contain_text(file.name)


def test_a_messenger_from_a_package(
    own_majung: Callable[..., MajungServer], agent_at: Sits, tmp_path: Path
) -> None:
    path = os.pathsep.join(filter(None, [str(SAMPLE), os.environ.get("PYTHONPATH", "")]))
    majung = own_majung(MAJUNG_CHANNELS="sparrow=majung_channel_sample", PYTHONPATH=path)
    seeded(majung, f"sparrow({KEY!r})")
    vendor = vendor_of_sample()()
    desk = agent_at(majung).list().is_live()

    cup = Said(id="m-1", text="컵이 깨졋어요", at=clock.now())
    call(majung, vendor.message(cup))
    desk.row("컵이 깨졋어요").click()
    expect(desk.said("컵이 깨졋어요")).to_contain_text("참새톡")
    desk.is_live()

    told = vendor.edited(external_id="m-1", text="컵이 깨졌어요", at=clock.now())
    assert told is not None
    call(majung, told)
    expect(desk.said("컵이 깨졌어요")).to_contain_text("수정됨")
    expect(desk.said("컵이 깨졋어요")).to_have_count(0)

    call(majung, vendor.message(Said(id="m-2", text="제 주민번호는…", at=clock.now())))
    expect(desk.said("제 주민번호는…")).to_be_visible()
    told = vendor.deleted(external_id="m-2", at=clock.now())
    assert told is not None
    call(majung, told)
    expect(desk.said("고객이 지운 메시지")).to_be_visible()
    expect(desk.said("제 주민번호는…")).to_have_count(0)

    told = vendor.echo(
        external_id="v-1", key="", sender="haneul", text="앱에서 답했어요", at=clock.now()
    )
    assert told is not None
    call(majung, told)
    expect(desk.said("앱에서 답했어요")).to_contain_text("다른 앱에서 보냄")

    song = tmp_path / "노래.mp3"
    song.write_bytes(b"ID3\x04" + b"\x00" * 60)
    attach(desk.page, song)
    desk.types("이 노래 들어 보세요")
    desk.field.press("Enter")
    expect(desk.composer.get_by_role("alert")).to_contain_text("참새톡에서 받지 않는 종류예요")
    desk.keeps("이 노래 들어 보세요")
