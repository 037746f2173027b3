"""The settings of quick replies, cards, the rating question and what a widget asks first."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from majung.accounts import editables, revisions
from majung.accounts.models import Agent, Brand
from majung.conversations import uploads
from majung.conversations.models import AutomaticMessages, CannedReply, Inbox, SharedReply, Upload
from majung.core import clock
from majung.web.setup.forms.settings import WidgetForm
from tests import factories
from tests.web.agent.reading import hidden


def png() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (32, 20), "teal").save(out, "PNG")
    return SimpleUploadedFile("신발.png", out.getvalue(), "image/png")


def other_png() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (20, 32), "navy").save(out, "PNG")
    return SimpleUploadedFile("가방.png", out.getvalue(), "image/png")


def canned(**given: Any) -> dict[str, Any]:
    return {
        "title": "고르기",
        "text": "골라 주세요",
        "locale": "ko",
        "based_on": "0",
        "choices": "네\n\n 아니요 ",
        "card_title": "러닝화",
        "card_buttons": "보기 > https://shop.example/1\n다른 색 > 다른 색도 보고 싶어요\n괜찮아요",
        **given,
    }


def test_a_canned_reply_is_written_with_a_card(admin_desk: Client, brand: Brand) -> None:
    admin_desk.post("/setup/canned/new", canned(card_file=png()))
    made = SharedReply.objects.get()
    [card] = made.parts["cards"]
    assert Upload.objects.get().used_at
    assert card.pop("picture") == str(Upload.objects.get().public_id)
    assert made.parts["choices"] == ["네", "아니요"]
    assert card == {
        "title": "러닝화",
        "buttons": [
            {"label": "보기", "link": "https://shop.example/1"},
            {"label": "다른 색", "say": "다른 색도 보고 싶어요"},
            {"label": "괜찮아요", "say": "괜찮아요"},
        ],
    }
    page = admin_desk.get(f"/setup/canned/{made.public_id}/").content.decode()
    assert "다른 색 &gt; 다른 색도 보고 싶어요" in page
    assert 'class="offered"' in page


def test_a_picture_stays_until_it_is_taken_away(admin_desk: Client, brand: Brand) -> None:
    admin_desk.post("/setup/canned/new", canned(card_file=png()))
    made = SharedReply.objects.get()
    place = f"/setup/canned/{made.public_id}/"
    kept = made.parts["cards"][0]["picture"]
    admin_desk.post(place, canned(based_on="1", publish="1", card_picture=kept, card_text="새로"))
    made.refresh_from_db()
    assert (made.parts["cards"][0]["picture"], made.parts["cards"][0]["text"]) == (kept, "새로")
    gone = canned(based_on="2", publish="1", card_picture=kept, card_drop="on")
    admin_desk.post(place, gone)
    made.refresh_from_db()
    assert "picture" not in made.parts["cards"][0]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"card_file": SimpleUploadedFile("x.png", b"no picture")}, "PNG, JPEG, WebP, GIF"),
        ({"card_file": SimpleUploadedFile("x.exe", b"MZ")}, "PNG, JPEG, WebP, GIF"),
        (
            {"card_title": " "},
            "카드에는 제목이 있어야 해요. 카드를 빼려면 남은 칸도 비워 주세요: 카드 버튼<",
        ),
        ({"choices": "\n".join("가나다라마바사아자")}, "8개까지"),
        ({"card_buttons": "하나\n둘\n셋\n넷"}, "3개까지"),
        ({"choices": "{모름}"}, "모르는 변수예요"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    admin_desk: Client, brand: Brand, given: dict[str, Any], told: str
) -> None:
    answer = admin_desk.post("/setup/canned/new", canned(**given))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not CannedReply.objects.exists()


def test_a_card_is_left_out_by_emptying_all_of_it(admin_desk: Client, brand: Brand) -> None:
    admin_desk.post("/setup/canned/new", canned(card_title="", card_buttons=""))
    assert SharedReply.objects.get().parts == {"choices": ["네", "아니요"]}


@pytest.mark.parametrize("page", ["/setup/canned/new", "/desk/canned/making"])
def test_a_picture_of_a_refused_form_goes_unless_it_is_saved_after_all(
    admin_desk: Client, brand: Brand, page: str
) -> None:
    refused = admin_desk.post(page, canned(card_file=png(), text="{모름}"))
    kept = hidden(refused, "card_picture")
    assert (refused.status_code, str(Upload.objects.get().public_id)) == (422, kept)
    with time_machine.travel(clock.now() + timedelta(hours=23)):
        uploads.drop_unused()
        admin_desk.post(page, canned(card_picture=kept))
    with time_machine.travel(clock.now() + timedelta(days=9)):
        uploads.drop_unused()
        assert CannedReply.objects.get().parts["cards"][0]["picture"] == kept
        assert str(Upload.objects.get().public_id) == kept
    admin_desk.post(page, canned(card_file=other_png(), text="{모름}"))
    with time_machine.travel(clock.now() + timedelta(days=2)):
        assert (Upload.objects.count(), uploads.drop_unused()) == (2, 1)


def test_the_picture_of_a_draft_of_a_setting_stays(admin_desk: Client, brand: Brand) -> None:
    admin_desk.post("/setup/canned/new", canned())
    made = SharedReply.objects.get()
    admin_desk.post(
        f"/setup/canned/{made.public_id}/", canned(based_on="1", draft="1", card_file=png())
    )
    saved = revisions.draft(kind="canned", obj=made)
    assert saved
    assert saved.data["card"]["picture"] == str(Upload.objects.get().public_id)
    with time_machine.travel(clock.now() + timedelta(days=2)):
        assert uploads.drop_unused() == 0


def test_a_new_picture_is_still_there_after_a_conflict(desk: Client) -> None:
    desk.post("/desk/canned/making", canned())
    made = CannedReply.objects.get()
    page = f"/desk/canned/{made.public_id}/changes"
    desk.post(page, canned(version="1", text="다른 창에서"))
    told = desk.post(page, canned(version="1", card_file=png(), card_drop="on"))
    kept = hidden(told, "card_picture")
    assert (told.status_code, kept) == (409, str(Upload.objects.get().public_id))
    assert 'name="card_drop" checked' not in told.content.decode()
    desk.post(page, canned(version=hidden(told, "version"), card_picture=kept))
    made.refresh_from_db()
    assert (made.text, made.parts["cards"][0]["picture"]) == ("골라 주세요", kept)


def test_the_form_speaks_english_to_those_who_do(admin: Agent, admin_desk: Client) -> None:
    Agent.objects.filter(pk=admin.pk).update(locale="en")
    page = admin_desk.get("/desk/canned/new").content.decode()
    assert 'placeholder="Track my order &gt; https://shop.example/orders"' in page


def test_an_agent_writes_one_of_their_own(desk: Client) -> None:
    desk.post("/desk/canned/making", canned(card_file=png()))
    made = CannedReply.objects.get()
    assert made.parts["choices"] == ["네", "아니요"]
    assert made.parts["cards"][0]["picture"]


def test_a_brand_greets_with_choices_and_asks_how_it_was(admin_desk: Client, brand: Brand) -> None:
    given = {
        "based_on": "0",
        "greeting_on": "on",
        "greeting_ko": "안녕하세요",
        "choices_ko": "배송 조회\n교환",
        "slow_minutes": "10",
        "rating_on": "on",
        "rating_ko": "어땠어요?",
    }
    admin_desk.post(f"/setup/automatic/of/{brand.public_id}/", given)
    plan = AutomaticMessages.objects.get().plan
    assert plan["greeting"]["choices"] == {"ko": ["배송 조회", "교환"], "en": []}
    assert plan["rating"] == {"on": True, "ko": "어땠어요?", "en": ""}
    shown = admin_desk.post(f"/setup/automatic/of/{brand.public_id}/preview", given)
    assert "<li>배송 조회</li>" in shown.content.decode()
    assert "<li>아주 좋아요</li>" in shown.content.decode()


def test_too_many_choices_are_told(admin_desk: Client, brand: Brand) -> None:
    given = {"based_on": "0", "slow_minutes": "10", "choices_ko": "\n".join("가나다라마바사아자")}
    answer = admin_desk.post(f"/setup/automatic/of/{brand.public_id}/", given)
    assert answer.status_code == 422
    assert "8개까지 적을 수 있어요" in answer.content.decode()


def test_a_widget_asks_what_it_is_set_to(admin_desk: Client, brand: Brand) -> None:
    widget = factories.widget(brand)
    page = admin_desk.get(f"/setup/channels/{widget.public_id}/").content.decode()
    assert 'name="ask_topic"' in page
    given = {
        **_as_it_is(widget),
        "based_on": "0",
        "publish": "1",
        "ask_name": "required",
        "ask_topic": "optional",
        "topics_ko": "배송\n교환",
        "question_ko": "무엇인가요?",
        "ask_only_closed": "on",
    }
    del given["asks_contact"]
    answer = admin_desk.post(f"/setup/channels/{widget.public_id}/", given)
    assert answer.status_code == 302, answer.content.decode()
    config = Inbox.objects.get(pk=widget.pk).config
    assert config["asks_contact"] is False
    assert config["prechat"] == {
        "name": "required",
        "email": "off",
        "phone": "off",
        "topic": "optional",
        "question": {"ko": "무엇인가요?"},
        "topics": {"ko": ["배송", "교환"]},
        "only_closed": True,
    }
    newest = revisions.history(kind="inbox", obj=widget)[0].number
    wrong = admin_desk.post(
        f"/setup/channels/{widget.public_id}/", {**given, "based_on": newest, "topics_ko": "하나"}
    )
    assert wrong.status_code == 422
    assert "두 개에서 여덟 개까지" in wrong.content.decode()


def _as_it_is(widget: Inbox) -> dict[str, Any]:
    """Return what a browser sends of the form when nothing in it is touched."""
    initial = WidgetForm.initial_of(editables.of("inbox").read(widget))
    names = WidgetForm(initial=initial).fields
    shown = {name: value for name, value in initial.items() if name in names}
    return {name: "on" if value is True else value for name, value in shown.items() if value}
