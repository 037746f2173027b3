"""The contact form: works without JavaScript, loses nothing typed, sends nothing twice."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from majung.channels.models import InboundDelivery
from majung.conversations.models import Attachment, Conversation, Inbox, Message, Upload
from majung.customers.models import Identity, Merge
from majung.web.widget import budgets
from tests import factories
from tests.web.helpcenter.page import FIELDS, Visit, asks
from tests.web.widget.browser import HANEUL, opened, token

pytestmark = pytest.mark.django_db


def test_a_request_is_stored_raw_then_opened(form: Inbox) -> None:
    visit, answer = asks(form, phone="010-1234-5678")
    conversation = Conversation.objects.get()
    assert answer.status_code == 302
    assert answer["Location"].startswith("/requests/")
    assert conversation.subject == "택배가 아직 안 왔어요"
    assert [message.text for message in Message.objects.all()] == [FIELDS["text"]]
    delivery = InboundDelivery.objects.get()
    raw = json.loads(bytes(delivery.raw))
    assert raw == {**FIELDS, "phone": "+821012345678", "locale": "ko", "files": []}
    assert delivery.external_id.startswith("form:")
    page = visit.open(answer["Location"]).content.decode()
    assert f"#{conversation.pk}" in page
    assert "택배가 아직 안 왔어요" in page


def test_the_person_is_new_and_the_address_a_claim(form: Inbox) -> None:
    known = factories.customer("원래 김하늘")
    factories.identity(known, "email", "haneul@example.com")
    asks(form)
    customer = Conversation.objects.get().customer
    assert customer.name == "김하늘"
    assert customer != known
    claim = customer.identities.get(kind="email")
    assert (claim.address, claim.verified_at) == ("haneul@example.com", None)
    assert Merge.objects.count() == 0


def test_a_form_sent_twice_is_one_request_with_one_reference(form: Inbox) -> None:
    visit, first = asks(form)
    second = visit.send(**FIELDS)
    assert (first.status_code, second.status_code) == (302, 302)
    number = Conversation.objects.get().pk
    for answer in (first, second):
        assert f"#{number}" in visit.open(answer["Location"]).content.decode()
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_by_eight_threads_at_once_is_one_request(form: Inbox) -> None:
    visit = Visit()
    visit.open(f"/forms/{form.key}?identity={token(form)}")

    def send(_number: int) -> int:
        try:
            return int(visit.send(**FIELDS).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(send, range(8))) == [302] * 8
    assert Conversation.objects.count() == 1
    assert Message.objects.get().identity == Identity.objects.get(kind="user")


def test_two_forms_are_two_requests(form: Inbox) -> None:
    asks(form)
    asks(form)
    assert Conversation.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "이름을 적어 주세요."),
        ({"email": ""}, "답을 받을 이메일을 적어 주세요."),
        ({"email": "haneul"}, "name@example.com처럼 이메일 주소를 적어 주세요."),
        ({"phone": "전화 주세요"}, "010-1234-5678처럼 휴대폰 번호를 적어 주세요."),
        ({"text": "\n "}, "내용을 적어 주세요."),
        ({"text": "가" * 5001}, "한 번에 5,000자까지 보낼 수 있어요."),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_nothing_typed_is_lost(
    form: Inbox, wrong: dict[str, str], said: str
) -> None:
    visit, answer = asks(form, **wrong)
    (name,) = wrong
    assert answer.status_code == 422
    assert f'<p class="error" id="id_{name}_error">{said}</p>' in visit.page
    for other, value in FIELDS.items():
        if other != name:
            assert value.split("\n")[0] in visit.page
    assert InboundDelivery.objects.count() == 0
    assert visit.send(**FIELDS).status_code == 302


def test_files_come_with_the_request(form: Inbox) -> None:
    files = [SimpleUploadedFile("영수증.txt", b"12,000"), SimpleUploadedFile("둘.txt", b"2")]
    _visit, answer = asks(form, attachments=files)
    assert answer.status_code == 302
    names = Attachment.objects.order_by("position").values_list("name", flat=True)
    assert list(names) == ["영수증.txt", "둘.txt"]
    owner = InboundDelivery.objects.get().headers["uploader"]
    assert set(Upload.objects.values_list("owner", flat=True)) == {owner}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (["setup.exe"], "setup.exe: 실행되는 파일은 보낼 수 없어요."),
        ([f"{n}.txt" for n in range(6)], "파일은 한 번에 다섯 개까지 보낼 수 있어요."),
    ],
)
def test_files_that_are_not_taken_are_named(form: Inbox, files: list[str], said: str) -> None:
    visit, answer = asks(form, attachments=[SimpleUploadedFile(name, b"a") for name in files])
    assert answer.status_code == 422
    assert said in visit.page
    assert "파일을 다시 골라 주세요." in visit.page
    assert Upload.objects.count() == 0


def test_a_topic_is_chosen_from_the_forms_own(form: Inbox) -> None:
    form.config = {"topics": ["배송", "교환"], "fields": {"phone": "required", "files": False}}
    form.save()
    visit, answer = asks(form, topic="환불")
    assert answer.status_code == 422
    assert "휴대폰 번호를 적어 주세요." in visit.page
    assert 'type="file"' not in visit.page
    sent = visit.send(**FIELDS, topic="배송", phone="01012345678")
    assert sent.status_code == 302
    assert Conversation.objects.get().subject == "[배송] 택배가 아직 안 왔어요"


def test_whoever_fills_in_the_hidden_field_is_asked_again(form: Inbox) -> None:
    visit, answer = asks(form, leave_empty="https://spam.example")
    assert answer.status_code == 422
    assert InboundDelivery.objects.count() == 0
    assert visit.send(**FIELDS, leave_empty="").status_code == 302


def test_a_number_that_is_not_ours_is_replaced(form: Inbox, other_brand: Any) -> None:
    other = factories.form(other_brand, key="nuri-form")
    elsewhere = Visit()
    elsewhere.open(f"/forms/{other.key}")
    visit = Visit()
    visit.open(f"/forms/{form.key}")
    for nonce in ("", "0" * 32, elsewhere.hidden()["nonce"]):
        assert visit.send(**{**FIELDS, "nonce": nonce}).status_code == 422
        assert InboundDelivery.objects.count() == 0
    assert visit.send(**FIELDS).status_code == 302


def test_a_forged_post_is_refused(form: Inbox) -> None:
    visit = Visit()
    visit.open(f"/forms/{form.key}")
    answer = Client(enforce_csrf_checks=True).post(visit.address, {**visit.hidden(), **FIELDS})
    assert answer.status_code == 403
    assert InboundDelivery.objects.count() == 0


def test_too_many_requests_of_one_address_must_wait_and_keep_their_words(form: Inbox) -> None:
    for _ in range(budgets.FORMS.limit):
        budgets.FORMS.take("127.0.0.1")
    visit, answer = asks(form)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= budgets.FORMS.per
    assert "송장 번호는 1234예요" in visit.page
    assert InboundDelivery.objects.count() == 0


def test_a_member_is_known_by_the_host_pages_token(form: Inbox, widget: Inbox) -> None:
    chat = opened(widget, identity=token(widget))
    visit = Visit()
    visit.open(f"/forms/{form.key}?identity={token(form)}")
    assert "김하늘 님의 회원 계정으로 보내요." in visit.page
    assert visit.send(**FIELDS).status_code == 302
    assert Message.objects.get().identity == chat.session.user
    assert chat.texts() == [FIELDS["text"]]


def test_a_member_who_writes_too_long_goes_on_as_a_guest(form: Inbox) -> None:
    visit = Visit()
    visit.open(f"/forms/{form.key}?identity={token(form, HANEUL, life=-20)}")
    assert visit.hidden()["identity"]
    elsewhere = Visit()
    elsewhere.open(visit.address)
    elsewhere.send(**FIELDS)
    answer = visit.send(**FIELDS)
    assert answer.status_code == 422
    assert "로그인 확인이 만료됐어요." in visit.page
    assert visit.hidden()["identity"] == ""
    assert visit.send(**FIELDS).status_code == 302
    kinds = Message.objects.order_by("pk").values_list("identity__kind", flat=True)
    assert list(kinds) == ["user", "visitor"]


def test_a_forged_token_is_said_at_once_and_believed_never(form: Inbox) -> None:
    visit = Visit()
    visit.open(f"/forms/{form.key}?identity=a.b.c")
    assert "로그인을 확인하지 못했어요." in visit.page
    assert visit.send(**{**FIELDS, "identity": "a.b.c"}).status_code == 422
    assert InboundDelivery.objects.count() == 0


def test_the_page_is_private_and_holds_no_foreign_script(form: Inbox) -> None:
    answer = Visit().open(f"/forms/{form.key}")
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_the_page_is_in_the_visitors_language(form: Inbox) -> None:
    assert '<html lang="en"' in Visit().open(f"/forms/{form.key}?lang=en").content.decode()
    assert '<html lang="ko"' in Visit().open(f"/forms/{form.key}").content.decode()


def test_a_form_that_is_gone_is_a_friendly_page(form: Inbox, widget: Inbox) -> None:
    form.is_active = False
    form.save()
    for key in (form.key, widget.key, "nowhere"):
        answer = Visit().open(f"/forms/{key}")
        assert answer.status_code == 404
        assert "문의 페이지를 찾을 수 없어요" in answer.content.decode()


def test_a_page_gone_back_to_and_changed_is_another_request_of_the_same_person(
    form: Inbox,
) -> None:
    visit, first = asks(form)
    second = visit.send(**{**FIELDS, "text": "주소도 바꿔 주세요"})
    third = visit.send(**FIELDS, attachments=SimpleUploadedFile("영수증.txt", b"12,000"))
    again = visit.send(**{**FIELDS, "text": "주소도 바꿔 주세요"})
    assert {answer.status_code for answer in (first, second, third, again)} == {302}
    # Signed with the second it was made in; what it names stands before that.
    assert second["Location"].split(":")[0] == again["Location"].split(":")[0]
    said = Message.objects.order_by("pk").values_list("text", flat=True)
    assert list(said) == [FIELDS["text"], "주소도 바꿔 주세요", FIELDS["text"]]
    assert Attachment.objects.count() == 1
    assert Conversation.objects.values("customer").distinct().count() == 1
