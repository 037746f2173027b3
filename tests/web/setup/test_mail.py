"""Mailboxes in the settings: connected, tried out, mended, and what they let in."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from majung.accounts import removal, revisions
from majung.accounts.models import Agent, AuditEntry, Brand, Notice, Revision
from majung.channels import connected, inbound, leases
from majung.channels.contract import Accepted, Batch, Permanent
from majung.channels.mail import blocking, outcome, trying
from majung.channels.models import (
    AccountSecret,
    AccountState,
    BlockedSender,
    InboundDelivery,
    MailAddress,
)
from majung.conversations.models import Inbox, Message
from tests import factories
from tests.channels.mail import postbox
from tests.channels.mail.conftest import dovecot, make_dovecot  # noqa: F401
from tests.channels.mail.dovecot import PLAIN_PASSWORD, USER, DovecotServer
from tests.channels.mail.postbox import Postbox
from tests.servers import free_port

PASSWORD = "앱비밀번호-7"


def form(brand: Brand, **fields: Any) -> dict[str, Any]:
    return {
        "name": "온담 메일",
        "brand": str(brand.public_id),
        "addresses": "온담 고객지원 <help@ondam.test>\nsales@ondam.test",
        "preset": "naver",
        "imap_host": "imap.naver.com",
        "imap_port": "993",
        "imap_security": "tls",
        "imap_user": "ondam",
        "imap_password": PASSWORD,
        "folders": "INBOX\n주문",
        "since": "2026-11-01",
        "smtp_host": "smtp.naver.com",
        "smtp_port": "465",
        "smtp_security": "tls",
        "smtp_user": "ondam",
        "smtp_password": "",
        "new_mail": "join",
        "reopen_hours": "48",
        "tags": "on",
        "hourly": "100",
        "signature_ko": "{브랜드} 고객지원 드림",
        "signature_en": "",
        "trusts": "mx.naver.com",
        "through": "",
        "based_on": "0",
        "draft_at": "",
        **fields,
    }


def at(inbox: Inbox, name: str = "inbox") -> str:
    return reverse(f"setup:{name}", args=[inbox.public_id])


def page(answer: Any) -> str:
    return str(answer.content.decode())


def secrets(inbox: Inbox) -> dict[str, str]:
    return dict(connected.Secrets(inbox.pk))


@pytest.fixture
def mailbox(admin_desk: Client, brand: Brand) -> Inbox:
    """A mailbox that an admin has connected by the form."""
    answer = admin_desk.post("/setup/channels/new/email", form(brand))
    assert answer.status_code == 302, page(answer)
    return Inbox.objects.get(kind="email")


@pytest.fixture
def may_reach_us(settings: Settings) -> None:
    settings.MAJUNG_OUTBOUND_ALLOW = ["127.0.0.1"]


@pytest.fixture
def box(may_reach_us: None) -> Iterator[Postbox]:
    with postbox.running() as made:
        made.password = PASSWORD
        yield made


def test_an_admin_connects_a_mailbox(mailbox: Inbox, admin: Agent) -> None:
    config = mailbox.config
    assert config["addresses"] == ["온담 고객지원 <help@ondam.test>", "sales@ondam.test"]
    assert (config["imap_host"], config["imap_port"], config["folders"]) == (
        "imap.naver.com",
        993,
        ["INBOX", "주문"],
    )
    assert (config["since"], config["new_mail"], config["reopen_hours"]) == (
        "2026-11-01",
        "join",
        48,
    )
    assert config["tags"]
    assert not config["continues_chats"]
    assert config["signature"] == {"ko": "{브랜드} 고객지원 드림"}
    addresses = list(MailAddress.objects.values_list("address", "position"))
    assert addresses == [("help@ondam.test", 0), ("sales@ondam.test", 1)]
    # One account, so one password serves both ways.
    assert secrets(mailbox) == {"imap_password": PASSWORD, "smtp_password": PASSWORD}
    entries = AuditEntry.objects.filter(action="account_secret_set", agent=admin)
    assert {entry.details["name"] for entry in entries} == {"imap_password", "smtp_password"}


def test_a_password_is_never_shown_again(admin_desk: Client, mailbox: Inbox) -> None:
    shown = page(admin_desk.get(at(mailbox)))
    assert PASSWORD not in shown
    assert shown.count("저장됨") == 2
    assert not any(PASSWORD in str(row.data) for row in Revision.objects.all())
    assert PASSWORD not in page(admin_desk.get("/setup/file/majung.yaml"))
    assert PASSWORD not in str(list(AuditEntry.objects.values()))
    wrong = admin_desk.post(
        at(mailbox), form(mailbox.brand, addresses="", imap_password="새것-9", publish="1")
    )
    assert wrong.status_code == 422
    assert "새것-9" not in page(wrong)


def test_publishing_without_a_password_keeps_the_old_one(
    admin_desk: Client, mailbox: Inbox
) -> None:
    sent = form(mailbox.brand, imap_password="", hourly="7", publish="1", based_on="1")
    admin_desk.post(at(mailbox), sent)
    mailbox.refresh_from_db()
    assert mailbox.config["hourly"] == 7
    assert secrets(mailbox)["imap_password"] == PASSWORD
    newest = revisions.newest(kind="inbox", obj=mailbox)
    assert newest is not None
    admin_desk.post(reverse("setup:inbox_undoing", args=[mailbox.public_id, newest.public_id]),
                    {"based_on": "2"})  # fmt: skip
    mailbox.refresh_from_db()
    assert mailbox.config["hourly"] == 100


def test_a_new_password_alone_is_stored_and_used_at_once(
    admin_desk: Client, mailbox: Inbox
) -> None:
    AccountState.objects.create(inbox=mailbox, trouble="denied", next_at="2026-11-30T00:00Z")
    before = mailbox.version
    sent = form(mailbox.brand, imap_password="새것-9", publish="1", based_on="1")
    shown = page(admin_desk.post(at(mailbox), sent, follow=True))
    assert "비밀번호를 저장했어요." in shown
    assert secrets(mailbox)["imap_password"] == "새것-9"
    assert AccountState.objects.get().next_at is None
    mailbox.refresh_from_db()
    assert mailbox.version > before  # whoever is signed in with the old one begins anew


def test_a_draft_holds_no_password_and_says_so(admin_desk: Client, mailbox: Inbox) -> None:
    sent = form(mailbox.brand, imap_password="새것-9", hourly="7", draft="1", based_on="1")
    shown = page(admin_desk.post(at(mailbox), sent, follow=True))
    assert "비밀번호는 초안에 남지 않아요" in shown
    assert secrets(mailbox)["imap_password"] == PASSWORD
    mailbox.refresh_from_db()
    assert mailbox.config["hourly"] == 100


def test_a_kept_password_goes_to_no_other_server(admin_desk: Client, mailbox: Inbox) -> None:
    fields = {"imap_host": "imap.thief.test", "imap_password": "", "based_on": "1"}
    answer = admin_desk.post(at(mailbox), form(mailbox.brand, publish="1", **fields))
    assert answer.status_code == 422
    assert "imap_password" in answer.context["form"].errors
    tried = admin_desk.post(
        "/setup/channels/mail/receiving", form(mailbox.brand, of=mailbox.public_id, **fields)
    )
    assert "서버를 바꾸면 비밀번호도 다시 적어 주세요" in page(tried)


def test_an_address_of_another_mailbox_is_told_beside_the_field(
    admin_desk: Client, mailbox: Inbox, other_brand: Brand
) -> None:
    answer = admin_desk.post("/setup/channels/new/email", form(other_brand))
    assert answer.status_code == 422
    assert "다른 메일함이 쓰고 있는 주소" in str(answer.context["form"].errors["addresses"])
    assert Inbox.objects.filter(kind="email").count() == 1
    assert AccountSecret.objects.count() == 2


@pytest.mark.parametrize("key", ["naver", "works", "daum", "kakao", "google", "microsoft"])
def test_a_service_fills_its_servers(admin_desk: Client, brand: Brand, key: str) -> None:
    shown = page(admin_desk.post("/setup/channels/mail/servers", {"preset": key}))
    assert 'id="mail-hint"' in shown
    assert shown.count("hx-swap-oob") == 6
    assert "imap_password" not in shown
    assert 'value="993"' in shown


def test_typing_it_oneself_changes_no_server(admin_desk: Client, db: None) -> None:
    shown = page(admin_desk.post("/setup/channels/mail/servers", {"preset": "other"}))
    assert "hx-swap-oob" not in shown


def local(brand: Brand, server: DovecotServer, **fields: Any) -> dict[str, Any]:
    return form(
        brand,
        imap_host="127.0.0.1",
        imap_port=str(server.port),
        imap_security="none",
        imap_user=USER,
        imap_password=PLAIN_PASSWORD,
        **fields,
    )


@pytest.mark.slow
def test_receiving_is_tried_before_anything_is_stored(
    admin_desk: Client,
    brand: Brand,
    dovecot: DovecotServer,  # noqa: F811
) -> None:
    dovecot.put([factories_mail(number) for number in range(3)])
    shown = page(
        admin_desk.post("/setup/channels/mail/receiving", local(brand, dovecot, folders="INBOX"))
    )
    assert f"127.0.0.1:{dovecot.port}에 연결했어요." in shown
    assert "로그인했어요." in shown
    assert "INBOX 폴더를 읽을 수 있어요. 메일 3통이 있어요." in shown
    assert "가져올 메일은 3통이에요." in shown
    assert PLAIN_PASSWORD not in shown
    assert not InboundDelivery.objects.exists()
    assert not Inbox.objects.exists()
    assert not any(b"Seen" in flags for flags in dovecot.flags())
    missing = page(admin_desk.post("/setup/channels/mail/receiving", local(brand, dovecot)))
    assert "주문 폴더를 열 수 없어요." in missing


@pytest.mark.slow
def test_a_wrong_password_is_told_in_words(
    admin_desk: Client,
    brand: Brand,
    dovecot: DovecotServer,  # noqa: F811
) -> None:
    sent = local(brand, dovecot) | {"imap_password": "아니에요"}
    shown = page(admin_desk.post("/setup/channels/mail/receiving", sent))
    assert f"127.0.0.1:{dovecot.port}에 닿았어요." in shown
    assert "메일 서버가 로그인을 거절했어요" in shown
    assert "아니에요" not in shown


def factories_mail(number: int) -> bytes:
    return f"From: a@mail.test\r\nSubject: {number}\r\n\r\nhi\r\n".encode()


def test_a_server_that_is_not_there_is_told(
    admin_desk: Client, brand: Brand, may_reach_us: None
) -> None:
    fields = {"imap_host": "127.0.0.1", "imap_port": str(free_port())}
    shown = page(admin_desk.post("/setup/channels/mail/receiving", form(brand, **fields)))
    assert "메일 서버에 연결하지 못했어요" in shown
    fields = {"smtp_host": "127.0.0.1", "smtp_port": str(free_port())}
    shown = page(admin_desk.post("/setup/channels/mail/sending", form(brand, **fields)))
    assert "연결하지 못했어요. 주소와 포트를" in shown


def test_sending_is_tried_with_what_stands_in_the_form(
    admin_desk: Client, admin: Agent, brand: Brand, box: Postbox
) -> None:
    fields = {"smtp_host": "127.0.0.1", "smtp_port": str(box.port), "smtp_security": "none"}
    shown = page(admin_desk.post("/setup/channels/mail/sending", form(brand, **fields)))
    assert "서버가 시험 메일을 받았어요." in shown
    (mail,) = box.mails
    assert (mail.sender, mail.to) == ("help@ondam.test", [admin.email])
    box.password = "다른 것"
    shown = page(admin_desk.post("/setup/channels/mail/sending", form(brand, **fields)))
    assert "계정이나 비밀번호를 받지 않아요" in shown
    assert PASSWORD not in shown
    assert len(box.mails) == 1


def test_a_form_with_mistakes_is_not_tried(admin_desk: Client, brand: Brand) -> None:
    shown = page(admin_desk.post("/setup/channels/mail/receiving", form(brand, addresses="")))
    assert "고객이 쓰는 우리 주소: " in shown


def test_a_server_that_never_answers_is_given_up(
    admin_desk: Client, brand: Brand, may_reach_us: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "PATIENCE", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        fields = {"imap_host": "127.0.0.1", "imap_port": str(silent.getsockname()[1])}
        shown = page(admin_desk.post("/setup/channels/mail/receiving", form(brand, **fields)))
    assert "서버가 제때 대답하지 않아서 그만뒀어요" in shown


def held(inbox: Inbox) -> leases.Held:
    leases.know([inbox.pk])
    leases.wake(inbox.pk)
    found = leases.take(inbox.pk)
    assert found is not None
    return found


def test_trouble_is_shown_and_told_once_and_so_is_its_end(
    admin_desk: Client, admin: Agent, agent: Agent, mailbox: Inbox
) -> None:
    for _ in range(2):
        leases.note_trouble(held(mailbox), leases.DENIED, "메일 서버가 로그인을 거절했어요.")
    assert [(each.agent, each.kind) for each in Notice.objects.all()] == [
        (admin, "account_troubled")
    ]
    told = page(admin_desk.get("/desk/notices/"))
    assert "메일함에 문제가 생겨서 사람이 손봐야 해요" in told
    assert at(mailbox) in told
    for place in ("/setup/channels/", at(mailbox)):
        shown = page(admin_desk.get(place))
        assert "문제 있음" in shown
        assert "메일을 가져오지 못하고 있어요" in shown
    assert "비밀번호를 다시 적어 게시하면" in page(admin_desk.get(at(mailbox)))
    assert "문제 1" in page(admin_desk.get("/setup/"))
    assert not Notice.objects.filter(read_at=None).exists()  # the page was opened

    admin_desk.post(at(mailbox, "mail_again"))
    assert AccountState.objects.get().next_at is None
    for _ in range(2):
        one = held(mailbox)
        leases.note_well(leases.lock(one), Batch())
        leases.release(one)
    assert [each.kind for each in Notice.objects.order_by("pk")] == [
        "account_troubled",
        "account_well",
    ]
    assert "잘 받고 있음" in page(admin_desk.get(at(mailbox)))


def test_a_server_that_is_away_for_a_while_calls_nobody(mailbox: Inbox, admin: Agent) -> None:
    for _ in range(3):
        leases.note_trouble(held(mailbox), leases.UNREACHED, "연결하지 못했어요.")
    assert AccountState.objects.get().trouble == leases.UNREACHED
    assert not Notice.objects.exists()


def test_trouble_with_sending_is_told_and_ends(mailbox: Inbox, admin: Agent) -> None:
    denied = Permanent("비밀번호가 틀려요", denied=True)
    for _ in range(2):
        outcome.note_account(inbox=mailbox, answer=denied)
    assert [each.kind for each in Notice.objects.all()] == ["account_troubled"]
    outcome.note_account(inbox=mailbox, answer=Accepted())
    outcome.note_account(inbox=mailbox, answer=Accepted())
    assert Notice.objects.filter(kind="account_well").count() == 1


def test_servers_that_checked_mails_are_proposed(admin_desk: Client, mailbox: Inbox) -> None:
    headers = {"Authentication_Results": "mx.other.test; dmarc=pass"}
    factories.mails(mailbox, factories.mail(mailbox, **headers))
    shown = admin_desk.get(at(mailbox))
    assert [(each.name, each.mails) for each in shown.context["aside"].checkers] == [
        ("mx.other.test", 1)
    ]


def test_a_restored_mailbox_whose_address_is_taken_stays_in_the_trash(
    admin_desk: Client, admin: Agent, mailbox: Inbox, other_brand: Brand
) -> None:
    removal.remove(obj=mailbox, by=admin)
    admin_desk.post("/setup/channels/new/email", form(other_brand))
    other = Inbox.objects.get(kind="email", deleted_at=None)
    shown = page(admin_desk.post(at(mailbox, "inbox_restoring"), follow=True))
    assert "다른 메일함이 쓰고 있는 주소" in shown
    assert Inbox.objects.get(pk=mailbox.pk).deleted_at
    removal.remove(obj=other, by=admin)
    admin_desk.post(at(mailbox, "inbox_restoring"))
    assert Inbox.objects.get(pk=mailbox.pk).deleted_at is None
    assert set(mailbox.addresses.values_list("address", flat=True)) == {
        "help@ondam.test",
        "sales@ondam.test",
    }


def blocked_mail(inbox: Inbox, admin: Agent, *, text: str = "@mail.test") -> InboundDelivery:
    blocking.block(brand=inbox.brand, text=text, by=admin)
    factories.mails(inbox, factories.mail(inbox, "살려 주세요"))
    item = InboundDelivery.objects.get()
    assert (item.state, item.reason) == ("ignored", "blocked")
    return item


def test_one_mail_of_a_blocked_sender_is_let_in(
    admin_desk: Client, admin: Agent, mailbox: Inbox
) -> None:
    item = blocked_mail(mailbox, admin)
    shown = admin_desk.get("/setup/ledger/?state=ignored")
    (line,) = shown.context["lines"]
    assert (line.is_held, line.sender) == (True, "이메일 h•••@mail.test")
    assert "@mail.test" in page(admin_desk.get(reverse("setup:item", args=[item.public_id])))
    admin_desk.post(reverse("setup:item_release", args=[item.public_id]))
    assert Message.objects.get(kind="customer").text == "살려 주세요"
    assert BlockedSender.objects.exists()
    assert AuditEntry.objects.filter(action="inbound_released").exists()
    again = admin_desk.post(reverse("setup:item_release", args=[item.public_id]))
    assert again.status_code == 404
    lines = admin_desk.get("/setup/ledger/").context["lines"]
    assert lines[0].sender == "이메일 h•••@mail.test"


def test_unblocking_from_the_ledger_lets_the_mail_in(
    admin_desk: Client, admin: Agent, mailbox: Inbox
) -> None:
    item = blocked_mail(mailbox, admin, text="haneul@mail.test")
    admin_desk.post(reverse("setup:item_unblock", args=[item.public_id]))
    assert not BlockedSender.objects.exists()
    assert Message.objects.filter(kind="customer").count() == 1


@pytest.mark.parametrize(
    ("sent", "spelled"), [({}, "haneul@mail.test"), ({"domain": "1"}, "@mail.test")]
)
def test_a_sender_is_blocked_from_a_line_and_let_in_again(
    admin_desk: Client, mailbox: Inbox, sent: dict[str, str], spelled: str
) -> None:
    factories.mails(mailbox, factories.mail(mailbox))
    item = InboundDelivery.objects.get()
    at = reverse("setup:item_block", args=[item.public_id])
    shown = admin_desk.post(at, sent, follow=True)
    assert BlockedSender.objects.get().pattern == spelled
    *_, told = shown.context["messages"]
    admin_desk.post(told.extra_tags)
    assert not BlockedSender.objects.exists()


def test_the_block_list_adds_removes_and_takes_back(
    admin_desk: Client, brand: Brand, db: None
) -> None:
    def add(text: str) -> Any:
        data = {"brand": str(brand.public_id), "text": text}
        return admin_desk.post("/setup/blocked/new", data, follow=True)

    assert add("  SPAM@Shop.Example ").status_code == 200
    assert add("@bad.example").status_code == 200
    assert add("worse.example").status_code == 200
    patterns = set(BlockedSender.objects.values_list("pattern", flat=True))
    assert patterns == {"spam@shop.example", "@bad.example", "@worse.example"}
    assert "이미 차단한 주소예요." in page(add("spam@shop.example"))
    wrong = add("이건 주소가 아니에요")
    assert wrong.status_code == 422
    assert "메일 주소나 @shop.example 같은 도메인" in page(wrong)
    groups = admin_desk.get("/setup/blocked/").context["groups"]
    row, token = groups[0][1][0]
    shown = admin_desk.post(f"/setup/blocked/{token}/removal", follow=True)
    assert BlockedSender.objects.count() == 2
    (told,) = shown.context["messages"]
    admin_desk.post(told.extra_tags)
    assert BlockedSender.objects.filter(pattern=row.pattern).exists()
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"sender_blocked", "sender_unblocked"} <= actions
    assert admin_desk.post("/setup/blocked/forged/removal").status_code == 404


def test_our_own_address_cannot_be_blocked(admin_desk: Client, mailbox: Inbox) -> None:
    data = {"brand": str(mailbox.brand.public_id), "text": "help@ondam.test"}
    assert admin_desk.post("/setup/blocked/new", data).status_code == 422
    assert not BlockedSender.objects.exists()


def test_a_mailbox_may_stop_fetching_and_keep_sending(admin_desk: Client, mailbox: Inbox) -> None:
    sent = form(mailbox.brand, imap_host="", imap_password="", publish="1", based_on="1")
    assert admin_desk.post(at(mailbox), sent).status_code == 302
    assert "받는 서버 없음" in page(admin_desk.get(at(mailbox)))


def test_what_cannot_be_read_is_in_the_failed_list_of_its_inbox(
    admin_desk: Client, mailbox: Inbox
) -> None:
    with pytest.raises(inbound.Failed):
        factories.mails(mailbox, b"Subject: nobody wrote this\r\n\r\nhi\r\n")
    query = f"?state=failed&inbox={mailbox.public_id}"
    (line,) = admin_desk.get(f"/setup/ledger/{query}").context["lines"]
    assert (line.is_failed, line.sender) == (True, "—")
    item = reverse("setup:item", args=[line.item.public_id])
    assert "no_sender" not in page(admin_desk.get(item))
    assert "nobody wrote this" in page(admin_desk.get(f"{item}raw"))
    blocked = admin_desk.post(reverse("setup:item_block", args=[line.item.public_id]))
    assert blocked.status_code == 302
    assert not BlockedSender.objects.exists()
