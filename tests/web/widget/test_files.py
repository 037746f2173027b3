"""Files of the chat: only their uploader sends them, and no browser runs them."""

import pytest

from majung.channels.models import InboundDelivery
from majung.conversations import uploads
from majung.conversations.models import Attachment, Inbox, Upload
from majung.web.widget import budgets
from tests.web.widget.browser import Browser, Response, opened

pytestmark = pytest.mark.django_db

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
    "78da63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


def _fetch(browser: Browser, url: str) -> tuple[Response, bytes]:
    answer = browser.client.get(url)
    content = answer.getvalue()
    return answer, content


def test_a_file_is_put_up_and_sent_with_a_message(widget: Inbox) -> None:
    browser = opened(widget)
    put = browser.put("영수증.txt", "12,000원".encode())
    assert put.status_code == 201
    upload = Upload.objects.get()
    assert put.json() == {
        "id": str(upload.public_id),
        "name": "영수증.txt",
        "size": 9,
        "type": "text/plain",
    }
    told = browser.write("", key="k", files=[put.json()["id"]]).json()["message"]
    (file,) = told["files"]
    assert (file["name"], file["size"], file["type"]) == ("영수증.txt", 9, "text/plain")
    assert _fetch(browser, file["url"])[1] == "12,000원".encode()
    assert browser.read()[0]["files"] == [file]
    assert browser.write("", key="k", files=[put.json()["id"]]).json()["message"] == told


def test_an_upload_of_another_session_is_refused(widget: Inbox) -> None:
    mine, theirs = opened(widget), opened(widget)
    put = theirs.put("비밀.txt", b"secret").json()
    answer = mine.write("남의 파일", files=[put["id"]])
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_file")
    assert InboundDelivery.objects.failed().count() == 1
    assert Attachment.objects.count() == 0
    assert theirs.write("내 파일", files=[put["id"]]).status_code == 201


def test_an_upload_is_sent_once(widget: Inbox) -> None:
    browser = opened(widget)
    put = browser.put("a.txt", b"a").json()
    assert browser.write("하나", files=[put["id"]]).status_code == 201
    assert browser.write("둘", files=[put["id"]]).json()["code"] == "unknown_file"


@pytest.mark.parametrize("name", ["page.html", "photo.svg", "사진.png"])
def test_markup_is_served_as_a_download_whatever_it_is_called(widget: Inbox, name: str) -> None:
    browser = opened(widget)
    put = browser.put(name, b"<html><script>alert(1)</script></html>").json()
    (file,) = browser.write("보세요", files=[put["id"]]).json()["message"]["files"]
    answer, _content = _fetch(browser, file["url"])
    assert answer["Content-Type"] == "text/plain"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("name", ["setup.exe", "사진.jpg.SCR", "a.bat ", "run.ps1."])
def test_a_program_is_not_taken(widget: Inbox, name: str) -> None:
    answer = opened(widget).put(name, b"MZ")
    assert (answer.status_code, answer.json()["code"]) == (415, "file_unsupported")
    assert Upload.objects.count() == 0


def test_a_file_over_the_limit_is_not_taken(widget: Inbox) -> None:
    answer = opened(widget).put("큰.bin", b"a" * (uploads.MOST_BYTES + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert Upload.objects.count() == 0


def test_an_announced_flood_is_refused_unread(widget: Inbox) -> None:
    browser = opened(widget)
    answer = browser.client.generic(
        "POST",
        f"/widget/{widget.key}/files",
        b"x",
        content_type="multipart/form-data; boundary=x",
        headers={"Authorization": f"Bearer {browser.token}"},
        CONTENT_LENGTH=str(uploads.MOST_BYTES * 2),
    )
    assert answer.status_code == 413


def test_what_is_no_upload_is_refused(widget: Inbox) -> None:
    browser = opened(widget)
    assert browser.ask("files", {"file": "a"}).json()["code"] == "file_unsupported"
    answer = browser.client.post(
        f"/widget/{widget.key}/files", {}, headers={"Authorization": f"Bearer {browser.token}"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "no_file")


def test_a_stranger_puts_nothing_up(widget: Inbox) -> None:
    answer = Browser(widget, token="made up").put("a.txt", b"a")
    assert (answer.status_code, answer.json()["code"]) == (401, "session_unknown")
    assert Upload.objects.count() == 0


def test_too_many_files_must_wait(widget: Inbox) -> None:
    browser = opened(widget)
    for _ in range(budgets.FILES.limit):
        budgets.FILES.take(str(browser.session.public_id))
    assert browser.put("a.txt", b"a").status_code == 429


def test_an_image_has_a_thumbnail(widget: Inbox) -> None:
    browser = opened(widget)
    put = browser.put("사진.png", PNG).json()
    assert put["type"] == "image/png"
    (file,) = browser.write("", files=[put["id"]]).json()["message"]["files"]
    answer, content = _fetch(browser, file["thumb"])
    assert (answer["Content-Type"], content[:4]) == ("image/webp", b"RIFF")
