"""What a story finds when it begins: 온담, its people and its ways in.

Runs in the server's own environment, before it serves: ``majung manage shell -c …``.
"""

import contextlib
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from django.db.models import F

from majung.accounts import hours
from majung.accounts.hours import DAYS
from majung.accounts.models import Agent, Brand, BrandHours
from majung.channels import connected, inbound
from majung.conversations import contacts, uploads
from majung.conversations.models import AutomaticMessages, CannedReply, Inbox, Message
from majung.core import clock
from majung.core.models import Timer
from majung.customers import timeline
from tests import factories
from tests.channels.sparrow import vendor_of_sample
from tests.core.files import picture

NEEDLE = 7  # which message of a long talk one looks for

WIDGET = "ondam-chat"
FORM = "ondam-form"
CORPUS = Path(__file__).parents[1] / "channels/email/corpus"
OUTLOOK_ID = "<SE2P216MB1234ABCD@SE2P216MB1234.KORP216.PROD.OUTLOOK.COM>"
SECRET = "서명하는-비밀키-아무도-모르는-것-32자-이상"


def plant(origins: list[str]) -> None:
    """Make the brand and its people; the widget may stand on pages of ``origins``."""
    brand = factories.brand("온담", slug="ondam", greeting="무엇을 도와드릴까요?")
    team = factories.team("온담 고객지원", brands=[brand])
    factories.agent("한지우", email="jiwoo@ondam.test", teams=[team])
    factories.agent("박서연", email="seoyeon@ondam.test", teams=[team])
    factories.agent("오세라", email="sera@ondam.test", role=Agent.Role.ADMIN)
    factories.agent("Dana", email="dana@ondam.test", role=Agent.Role.ADMIN, locale="en")
    factories.widget(
        brand, name="온담 홈페이지", key=WIDGET, config={"origins": origins}, identity_secret=SECRET
    )
    factories.form(brand, name="온담 고객센터", key=FORM, config={"topics": ["배송", "교환"]})


def sparrow(key: str) -> None:
    """Let 온담 be reached by the sample messenger, too, under this key."""
    vendor = vendor_of_sample()
    inbox = Inbox.objects.create(
        brand=Brand.objects.get(slug="ondam"),
        kind=vendor.kind,
        name="온담 참새톡",
        key=key,
        config=dict(vendor.config),
    )
    for name, value in vendor.secrets.items():
        connected.keep_secret(inbox=inbox, name=name, value=value)


def crowd(number: int) -> None:
    """Let so many customers have written to 온담."""
    widget = Inbox.objects.get(key=WIDGET)
    for each in range(number):
        customer = factories.customer(f"손님 {each:02}")
        factories.conversation(widget, customer, f"{each:02}번째로 여쭤봐요")


def fail(cure: str) -> None:
    """Let an item come in that cannot be read until there is a file named ``cure``."""
    inbox = Inbox.objects.create(brand=Brand.objects.get(slug="ondam"), kind="flaky", name="시험")
    key = inbound.accept(
        inbox_id=inbox.pk,
        external_id="first",
        sender="+821012345678",
        raw="처음 보는 형식의 글".encode(),
        headers={"cure": cure},
    )
    with contextlib.suppress(inbound.Failed):
        inbound.process(delivery_id=key)


def talk(length: int) -> None:
    """Let there be a long conversation: "이야기 1", "이야기 2" …, turn by turn, and a needle in it."""
    inbox = Inbox.objects.get(key=WIDGET)
    agent = Agent.objects.get(email="jiwoo@ondam.test")
    started = clock.now() - timedelta(minutes=length)
    conversation = factories.conversation(
        inbox, factories.customer("이야기"), "이야기 1", at=started
    )
    Message.objects.bulk_create(
        Message(
            conversation=conversation,
            inbox=inbox,
            kind="reply" if number % 2 == 0 else "customer",
            author=agent if number % 2 == 0 else None,
            text=f"이야기 {number}" if number != NEEDLE else f"이야기 {number}, 바늘 하나",
            state="sent" if number % 2 == 0 else "stored",
            created_at=started + timedelta(minutes=number),
        )
        for number in range(2, length + 1)
    )
    conversation.preview = f"이야기 {length}"
    conversation.last_message_at = clock.now()
    conversation.save()


def desk_of_a_day() -> None:
    """Let there be a second team, tags and a template; 한지우's replies may be taken back."""
    factories.team("온담 물류", brands=[Brand.objects.get(slug="ondam")])
    for name in ("교환 문의", "배송 지연"):
        factories.tag(name)
    CannedReply.objects.create(
        title="배송 확인", folder="배송", text="{고객}의 택배를 바로 확인할게요."
    )
    Agent.objects.filter(email="jiwoo@ondam.test").update(undo_seconds=5)


STILL = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SAID = [
    ("customer", "안녕하세요. 어제 받은 러닝화가 한 치수 작아요. 255로 바꿀 수 있을까요?"),
    ("reply", "네, 바로 도와드릴게요. 신발을 밖에서 신어 보셨나요?"),
    ("customer", "아니요, 집에서만 신어 봤어요. 주문 번호는 20260301-0042예요."),
    ("note", "255는 물류에 세 켤레 남았어요. 오늘 잡아 둘게요."),
    ("reply", "확인했어요. 255로 바꿔 드릴게요. 내일 기사님이 찾아가요."),
    ("customer", "와, 빠르네요. 고맙습니다! 상자는 그대로 두면 될까요?"),
]
OTHERS = [
    ("김하늘", "택배가 아직 안 왔어요"),
    ("박도윤", "영수증을 다시 받고 싶어요"),
    ("최예린", "회원 등급은 언제 바뀌나요?"),
    ("정유나", "환불은 며칠 걸리나요?"),
    ("남궁서준", "색이 사진과 조금 달라요"),
]


def still() -> None:
    """Let there be what pictures are taken of: the same words, people and times on every run."""
    inbox = Inbox.objects.get(key=WIDGET)
    agent = Agent.objects.get(email="jiwoo@ondam.test")
    for at, (name, text) in enumerate(OTHERS):
        customer = factories.customer(name, created_at=STILL)
        factories.conversation(inbox, customer, text, at=STILL + timedelta(minutes=at))
    customer = factories.customer("이서연", created_at=STILL)
    factories.identity(customer, "email", "seoyeon@example.com")
    begun = STILL + timedelta(minutes=10)
    talk = factories.conversation(
        inbox, customer, SAID[0][1], at=begun, assignee=agent, priority="high"
    )
    for at, (kind, text) in enumerate(SAID[1:], 1):
        author = None if kind == "customer" else agent
        state = "read" if kind == "reply" else "stored"
        moment = begun + timedelta(minutes=at)
        factories.message(talk, text, kind=kind, author=author, state=state, at=moment)
    talk.labels.create(tag=factories.tag("교환 문의", hue=210), put_by=agent, put_at=begun)
    talk.preview = SAID[-1][1]
    talk.last_message_at = talk.waiting_since = begun + timedelta(minutes=len(SAID))
    talk.save()


def person() -> None:
    """Let 정나무 be known twice: a member with a past in pictures, and a form's sender."""
    inbox = Inbox.objects.get(key=WIDGET)
    member = factories.customer("정나무")
    factories.identity(member, "email", "namu@example.com")
    talk = factories.conversation(inbox, member, "컵이 깨져서 왔어요")
    for number in range(1, 4):
        message = factories.message(talk, f"사진 {number}번이에요")
        upload = factories.upload(
            "visitor", name=f"사진{number}.png", content=picture(120 + number, 90)
        )
        uploads.attach(message_id=message.pk, uploads=[upload])
    for name in ("Page Viewed", "Order Placed", "Signed In"):
        timeline.record(
            name=name, source="shop", customer_id=member.pk, brand_id=inbox.brand_id, properties={}
        )
    sender = factories.customer("나무")
    factories.identity(sender, "email", "namu@example.com", verified=False)
    factories.conversation(Inbox.objects.get(key=FORM), sender, "환불은 언제 되나요")


def things_to_press() -> None:
    """Let 온담 greet with quick replies, ask how it was, and have a canned card."""
    brand = Brand.objects.get(slug="ondam")
    greeting = {"on": True, "ko": "안녕하세요", "choices": {"ko": ["배송 조회", "교환·반품"]}}
    rating = {"on": True, "ko": "상담은 어떠셨어요?"}
    AutomaticMessages.objects.create(brand=brand, plan={"greeting": greeting, "rating": rating})
    card = {
        "title": "주문 20261118-0042",
        "text": "오늘 저녁에 도착해요",
        "buttons": [
            {"label": "배송 위치 보기", "link": "https://shop.example/track"},
            {"label": "주소를 바꿀게요", "say": "주소를 바꿀게요"},
        ],
    }
    CannedReply.objects.create(
        title="배송 카드",
        shortcut="배송카드",
        text="배송 중이에요",
        parts={"choices": ["문 앞에 놓아 주세요", "경비실에 맡겨 주세요"], "cards": [card]},
    )


def closed_and_asking() -> None:
    """Let 온담 be closed all week, and its widget ask a name and a topic first."""
    brand = Brand.objects.get(slug="ondam")
    BrandHours.objects.create(brand=brand, plan={**hours.ALWAYS, "week": {day: [] for day in DAYS}})
    widget = Inbox.objects.get(key=WIDGET)
    topics = {"ko": ["배송", "교환"]}
    widget.config |= {
        "prechat": {"name": "required", "topic": "required", "topics": topics, "only_closed": True}
    }
    widget.save()


def letters() -> None:
    """Let mails have come to 온담's mailbox: from Outlook in CP949, one that is misplaced, one in HTML."""
    mailbox = factories.mailbox(Brand.objects.get(slug="ondam"), "help@example.com")
    outlook = (CORPUS / "outlook-ko-html.eml").read_bytes()
    factories.mails(mailbox, outlook)
    factories.mails(
        mailbox,
        factories.mail(
            mailbox,
            "다음 주 화요일까지 배송지를 부산 사무실로 바꿔 주세요.",
            sender="서민경 <mk.seo@example.com>",
            subject="배송지 변경",
            In_Reply_To=OUTLOOK_ID,
        ),
    )
    factories.mails(mailbox, _painted(mailbox))


def _painted(mailbox: Inbox) -> bytes:
    """A mail whose HTML has a picture of its own, one from elsewhere, and a link that lies."""
    made = message_from_bytes(
        factories.mail(
            mailbox,
            "사진을 보내 드려요.",
            sender="최가람 <garam@mail.test>",
            subject="접시에 금이 갔어요",
        ),
        policy=SMTP,
    )
    assert isinstance(made, EmailMessage)
    made.add_alternative(
        "<p style='color:red'>사진을 <b>보내</b> 드려요.</p><img src='cid:plate@mail.test'>"
        "<img src='http://127.0.0.1:9/track.gif' alt='광고'>"
        "<p><a href='https://elsewhere.test/x'>www.ondam.test</a></p>",
        subtype="html",
    )
    html = made.get_payload()[1]  # type: ignore[index]
    assert isinstance(html, EmailMessage)
    html.add_related(
        picture(320, 200),
        "image",
        "png",
        cid="<plate@mail.test>",
        disposition="inline",
        filename="접시.png",
    )
    return made.as_bytes()


def goes_on_by_mail(port: int) -> None:
    """Give the brand a mailbox that sends to a port here, and goes on with chats."""
    brand = Brand.objects.get(slug="ondam")
    inbox = factories.mailbox(
        brand, "help@ondam.test", smtp_host="127.0.0.1", smtp_port=port, smtp_security="none",
        continues_chats=True,
    )  # fmt: skip
    assert inbox.addresses.exists()


def leaves(text: str, address: str) -> None:
    """The customer who wrote this in a chat leaves an address."""
    message = Message.objects.get(text=text)
    assert message.identity
    contacts.leave(conversation=message.conversation, by=message.identity, text=address)


def eleven_minutes_pass() -> None:
    """Let what was written be older, and the clocks that wait for that be due."""
    ago = timedelta(minutes=11)
    Message.objects.update(created_at=F("created_at") - ago)
    Message.objects.exclude(held_until=None).update(held_until=F("held_until") - ago)
    Timer.objects.filter(kind="mail.chat").update(due_at=clock.now())
