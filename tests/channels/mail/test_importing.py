"""``majung mail import``: mails from before, in their order, once."""

import mailbox as boxes
from argparse import Namespace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from majung.accounts.models import Brand
from majung.channels import mail_import
from majung.cli.mail import mail
from majung.conversations.models import Conversation, Inbox, Message
from majung.core.models import Job
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
BEGUN = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def inbox(brand: Brand) -> Inbox:
    return factories.mailbox(brand, "help@ondam.test")


def written(inbox: Inbox) -> list[bytes]:
    """A question, a second one, and an answer to the first, in the order of their dates."""
    dates = [format_datetime(BEGUN + timedelta(days=day)) for day in range(3)]
    return [
        factories.mail(inbox, "첫 질문", Message_ID="<1@mail.test>", Date=dates[0]),
        factories.mail(inbox, "둘째 질문", Message_ID="<2@mail.test>", Date=dates[1]),
        factories.mail(
            inbox, "첫 질문에 덧붙여요", Message_ID="<3@mail.test>", Date=dates[2],
            In_Reply_To="<1@mail.test>",
        ),
    ]  # fmt: skip


def brought(inbox: Inbox, path: Path, **options: bool) -> mail_import.Brought:
    place = mail_import.find(path)
    return mail_import.bring_in(inbox=inbox, place=place, told=lambda _: None, **options)


def folder_of(mails: list[bytes], path: Path) -> Path:
    """A folder whose names are in the wrong order."""
    path.mkdir(exist_ok=True)
    for place, raw in enumerate(reversed(mails)):
        (path / f"{place}.eml").write_bytes(raw)
    return path


def maildir_of(mails: list[bytes], path: Path) -> Path:
    box = boxes.Maildir(path / "Maildir")
    for raw in reversed(mails):
        box.add(raw)
    return path / "Maildir"


def mbox_of(mails: list[bytes], path: Path) -> Path:
    box = boxes.mbox(path / "old.mbox")
    for raw in reversed(mails):
        box.add(raw)
    box.close()
    return path / "old.mbox"


@pytest.mark.parametrize("kind", [folder_of, maildir_of, mbox_of])
def test_answers_find_what_they_answer_whatever_the_order(
    inbox: Inbox, tmp_path: Path, kind: object
) -> None:
    assert callable(kind)
    path = kind(written(inbox), tmp_path)
    assert brought(inbox, path) == mail_import.Brought(total=3, done=3, known=0, failed=0)
    threads = {
        each.messages.filter(kind="customer").order_by("id").values_list("text", flat=True)[0]: each
        for each in Conversation.objects.all()
    }
    assert set(threads) == {"첫 질문", "둘째 질문"}
    assert threads["첫 질문"].messages.filter(kind="customer").count() == 2


def test_again_it_changes_nothing_and_goes_on_where_it_ended(inbox: Inbox, tmp_path: Path) -> None:
    mails = written(inbox)
    brought(inbox, folder_of(mails[:2], tmp_path))
    path = folder_of(mails, tmp_path)
    assert brought(inbox, path) == mail_import.Brought(total=3, done=3, known=2, failed=0)
    assert brought(inbox, path).known == 3
    assert Message.objects.filter(kind="customer").count() == 3


def test_the_past_is_closed_of_its_own_date_and_nobody_is_told(
    inbox: Inbox, tmp_path: Path
) -> None:
    Job.objects.all().delete()
    brought(inbox, folder_of(written(inbox), tmp_path))
    first = Conversation.objects.order_by("pk")[0]
    assert (first.status, first.waiting_since) == ("closed", None)
    assert first.created_at == BEGUN
    assert first.last_message_at == BEGUN + timedelta(days=2)
    assert not Job.objects.filter(task__contains="tell_away").exists()


def test_it_stays_open_if_one_wants(inbox: Inbox, tmp_path: Path) -> None:
    brought(inbox, folder_of(written(inbox), tmp_path), keeps_open=True)
    assert set(Conversation.objects.values_list("status", flat=True)) == {"open"}


def test_what_fails_is_counted_and_the_rest_goes_on(inbox: Inbox, tmp_path: Path) -> None:
    path = folder_of([*written(inbox), b"Subject: nobody\r\n\r\nx\r\n", b"\n"], tmp_path)
    state = brought(inbox, path)
    assert (state.total, state.failed) == (5, 2)
    assert Message.objects.filter(kind="customer").count() == 3


def test_the_command_tells_what_came_of_it(
    inbox: Inbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(path: Path, name: str = "") -> int:
        return mail(Namespace(action="import", path=path, inbox=name, open=False))

    path = folder_of(written(inbox), tmp_path)
    assert run(path, "help@ondam.test") == 0
    assert "3 mails: 3 brought into help@ondam.test, 0 were there, 0 failed." in (
        capsys.readouterr().out
    )
    assert run(path) == 0
    assert run(path, "nobody@ondam.test") == 2
    assert "Name one mailbox with --inbox" in capsys.readouterr().err
    (tmp_path / "nothing").mkdir()
    assert run(tmp_path / "nothing") == 2
    assert "no mbox file" in capsys.readouterr().err
