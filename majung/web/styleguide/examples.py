"""What the components show: people and words as they could be, made without the database.

Where a moment is shown as a clock it is the same every day, so that the page can be compared with
how it looked before.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID
from xml.etree import ElementTree as ET

from django.contrib.staticfiles import finders

from majung.accounts.models import Agent, Brand
from majung.conversations.models import Conversation, Inbox, Message, Tag
from majung.conversations.parts import Button
from majung.core import clock
from majung.customers.models import Customer
from majung.web.agent import gallery, happenings, thread
from majung.web.carried import Card, Carried, Picture

CLOCK: Final = datetime(2026, 11, 20, 0, 12, tzinfo=UTC)
_PICTURE: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="150">'
    '<rect width="240" height="150" fill="#d8d4c8"/>'
    '<path d="M40 110c30 12 60 8 80-20l50 22c24 8 40 6 42 22H42Z" fill="#7b8a8a"/></svg>'
)


def _says(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"type": "paragraph", "content": list(nodes)}


def _item(text: str) -> dict[str, Any]:
    return {"type": "listItem", "content": [_says({"type": "text", "text": text})]}


_LINK: Final = {"type": "link", "attrs": {"href": "https://shop.example/exchange"}}
_RICH: Final[dict[str, Any]] = {
    "type": "doc",
    "content": [
        _says(
            {"type": "text", "text": "교환은 "},
            {"type": "text", "text": "오늘 18시까지", "marks": [{"type": "bold"}]},
            {"type": "text", "text": " 신청해 주세요. "},
            {"type": "text", "text": "교환 안내", "marks": [_LINK]},
        ),
        {"type": "orderedList", "content": [_item("상자에 그대로 담기"), _item("문 앞에 두기")]},
        {"type": "blockquote", "content": [_says({"type": "text", "text": "치수가 작아요"})]},
    ],
}


def everything() -> dict[str, Any]:
    """Return the context of the page."""
    talk = _conversation(1, "김하늘", "택배가 아직 안 왔어요", waits=timedelta(minutes=3))
    return {
        "conversation": talk,
        "customer_name": "김하늘",
        "status": "응대",
        "channel": "채팅",
        "reply_by": "채팅으로 답장",
        "channel_icon": "message-circle",
        "view": "mine",
        "counts": {"mine": 5, "unassigned": 12, "all": 128, "held": 3},
        "composer": {"key": "example", "most_text": 10_000, "most_bytes": 20_000_000},
        "thread": {"last": "", "entries": _entries()},
        "brought": _brought(),
        "page": {"rows": _rows(), "more": ""},
        "panel": _panel(talk.customer),
        **_gallery(),
        "preview": _merging(),
        "icons": icons(),
        "ago": _ago,
        "moments": [_ago(minutes=4), _ago(hours=2), _ago(days=1)],
    }


@cache
def icons() -> list[str]:
    """Return the names in the sprite; none while the front end is not built."""
    path = finders.find("built/icons.svg")
    if not isinstance(path, str):
        return []
    root = ET.parse(path).getroot()  # noqa: S314 - our own file, with nothing in it to expand
    return [symbol.get("id", "") for symbol in root if "id" in symbol.attrib]


def _ago(**span: float) -> datetime:
    # Half a minute less than said, so that the words stay while the page is looked at.
    return clock.now() - timedelta(**span) - timedelta(seconds=20)


def _id(number: int) -> UUID:
    return UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0000 + number)


def _conversation(number: int, name: str, text: str, **said: Any) -> Conversation:
    waits: timedelta | None = said.pop("waits", None)
    last = clock.now() - (waits or timedelta(hours=number)) - timedelta(seconds=20)
    brand = Brand(pk=1, name="다름상회", slug="dareum")
    kind = said.pop("kind", "webchat")
    return Conversation(
        **{
            "pk": 20_400 + number,
            "public_id": _id(number),
            "brand": brand,
            "inbox": Inbox(pk=1, brand=brand, kind=kind, name="다름상회 채팅"),
            "customer": Customer(pk=number, public_id=_id(number), name=name, created_at=CLOCK),
            "subject": text,
            "preview": text,
            "preview_by": "customer",
            "created_at": last,
            "last_message_at": last,
            "waiting_since": last if waits else None,
            **said,
        }
    )


def _rows() -> list[dict[str, Any]]:
    """Return a row of the list in each state."""
    agent = Agent(pk=1, name="한지우")
    told: list[tuple[str, str, str, dict[str, Any]]] = [
        ("김하늘", "택배가 아직 안 왔어요. 내일 대회에서 신어야 해서 급합니다.", "current",
         {"waits": timedelta(minutes=3)}),
        ("Priya Nair", "Re: Wrong size delivered, exchange please", "new",
         {"waits": timedelta(minutes=26), "kind": "webform"}),
        ("이도윤", "카드 승인 취소가 아직 안 됐어요", "", {"waits": timedelta(hours=5)}),
        ("박서준", "네, 확인해 보고 말씀드릴게요.", "",
         {"preview_by": "reply", "assignee": agent}),
        ("최유진", "사진은 저녁에 보내드릴게요", "", {"status": "pending"}),
        ("정민서", "고맙습니다. 잘 받았어요!", "", {"status": "closed", "kind": "webform"}),
        ("이름 없는 고객", "아주 긴 이름과 아주 긴 말이 한 줄을 넘을 때에는 끝을 줄여서 보여요",
         "new", {"waits": timedelta(days=1)}),
    ]  # fmt: skip
    return [
        {
            "conversation": _conversation(number, name, text, **said),
            "name": name,
            "meta": "다름상회 · 배송",
            "icon": "form" if said.get("kind") == "webform" else "message-circle",
            "is_new": state == "new",
            "is_current": state == "current",
        }
        for number, (name, text, state, said) in enumerate(told, start=1)
    ]


def _entries() -> list[thread.Entry]:
    """Return an entry of a thread of each kind and in each state."""
    mine = {"who": "한지우", "by": "채팅", "icon": "message-circle"}
    theirs = {"by": "채팅", "icon": "message-circle"}
    told: list[tuple[str, str, dict[str, Any]]] = [
        ("day", "11월 20일 (금)", {}),
        ("", "주문한 운동화가 어제 온다고 했는데 안 왔어요.", theirs),
        ("line", "한지우 님이 맡았어요", {}),
        ("", "송장 사진도 보내요.", {**theirs, "pictures": [_file("송장.jpg", picture=True)]}),
        ("note", "대전 허브에서 이틀째 멈춤. 성수점에 265 재고 2개 있음.",
         {"who": "한지우", "by": "내부 메모", "icon": "sticky-note"}),
        ("me", "하늘 님, 걱정이 크셨겠어요.\n성수점에서 퀵으로 오늘 18시 전에 보내드릴게요.", {**mine, "state": "read", "state_words": "읽음"}),
        ("me", "교환 신청서예요.",
         {**mine, "state": "sent", "state_words": "보냄", "files": [_file("교환 신청서.pdf")]}),
        ("me", "받으실 주소는 그대로인가요?",
         {**mine, "state": "queued", "state_words": "보내는 중"}),
        ("me", "주소를 한 번 더 확인해 주세요.",
         {**mine, "state": "failed", "state_words": "보내지 못했어요",
          "failure": "받는 쪽이 거절했어요."}),
        ("me", "퀵 기사님이 출발했어요.",
         {**mine, "state": "unknown", "state_words": "도착했는지 알 수 없어요"}),
        ("", "", {**theirs, "files": [_file("계약서.hwp", hint="바이러스 검사 중이에요")]}),
    ]  # fmt: skip
    return _made(told, first=0)


def _brought() -> list[thread.Entry]:
    """Return entries that bring more than plain words."""
    read = {"by": "채팅", "icon": "message-circle", "state": "read", "state_words": "읽음"}
    return _made(
        [
            ("me", "", {**read, "who": "한지우", "rich": _RICH}),
            ("me auto", "어떤 걸로 바꿔 드릴까요?",
             {**read, "who": "자동 메시지", "carried": _carried()}),
            ("line", "고객이 만족도를 5점(아주 좋아요)으로 남겼어요: “바로 보내 주셔서 고마웠어요”", {}),
        ],
        first=50,
    )  # fmt: skip


def _made(told: list[tuple[str, str, dict[str, Any]]], *, first: int) -> list[thread.Entry]:
    return [
        thread.Entry(
            id=f"example-{number}",
            side=side,
            at=CLOCK + timedelta(minutes=number),
            text=text,
            message=Message(public_id=_id(100 + number)),
            **said,
        )
        for number, (side, text, said) in enumerate(told, first)
    ]


def _carried() -> Carried:
    """Return two cards and quick replies."""
    drawn = Picture(href=_drawn(), width=240, height=150)
    order = Button(label="이걸로 바꾸기", say="265로 바꿔 주세요")
    look = Button(label="자세히 보기", link="https://shop.example/run-265")
    return Carried(
        choices=("환불할래요", "다른 색도 볼래요"),
        cards=[
            Card(title="러닝화 265", text="성수점에 2켤레", picture=drawn, buttons=(order, look)),
            Card(title="러닝화 270", text="내일 들어와요", picture=drawn, buttons=(order,)),
        ],
    )


def _drawn() -> str:
    return f"data:image/svg+xml,{quote(_PICTURE)}"


def _gallery() -> dict[str, gallery.Piece]:
    """Return pictures and files of a conversation; one of each is still being checked."""

    def item(file: thread.File, who: str, **ago: float) -> gallery.Item:
        return gallery.Item(file=file, who=who, at=_ago(**ago), href="#person")

    def pictured(name: str) -> thread.File:
        return replace(_file(name, picture=True), href=_drawn())

    waits = "바이러스 검사 중이에요"
    pictures = [
        item(pictured(f"상자 {number}.jpg"), "김하늘", hours=number) for number in (1, 2, 3)
    ]
    pictures.append(item(_file("송장.jpg", hint=waits), "김하늘", hours=4))
    files = [
        item(_file("교환 신청서.pdf"), "한지우", minutes=4),
        item(_file("계약서.hwp", hint=waits), "김하늘", hours=2),
    ]
    return {
        "pictures": gallery.Piece(kind=gallery.PICTURES, items=pictures, older=""),
        "files": gallery.Piece(kind=gallery.FILES, items=files, older=""),
    }


def _merging() -> dict[str, Any]:
    """Return two profiles of one person, and what they would be together."""
    phone = {"kind": "휴대폰", "text": "010-••••-4821", "proven": True}
    mail = {"kind": "이메일", "text": "ha•••@example.com", "proven": False}
    common = {"first": CLOCK - timedelta(days=90), "since": CLOCK - timedelta(days=90)}
    tags = [Tag(name="재구매", hue=150)]
    kept = {**common, "name": "김하늘", "addresses": [phone], "browsers": 2, "conversations": 4,
            "last": _ago(minutes=3), "tags": tags}  # fmt: skip
    added = {"first": CLOCK, "since": CLOCK, "name": "하늘", "addresses": [mail], "browsers": 0,
             "conversations": 1, "last": _ago(hours=2), "tags": []}  # fmt: skip
    both = {**kept, "addresses": [phone, mail], "conversations": 5, "profiles": 2}
    return {"kept": kept, "added": added, "joined": both, "why": "먼저 알게 된 이름이에요"}


def _file(name: str, *, picture: bool = False, hint: str = "") -> thread.File:
    href = "" if hint else "#attachments"
    drawn = _drawn() if picture else ""
    return thread.File(
        name=name, size="1.2 MB", href=href, picture=drawn, width=240, height=150, hint=hint
    )


def _panel(customer: Customer) -> dict[str, Any]:
    def line(words: str, icon: str, at: datetime, **more: Any) -> dict[str, Any]:
        return {"words": words, "icon": icon, "at": at, "times": 1, **more}

    return {
        "customer": customer,
        "name": customer.name,
        "browsers": 2,
        "addresses": [
            {"kind": "휴대폰", "text": "010-••••-4821", "proven": True},
            {"kind": "이메일", "text": "ha•••@example.com", "proven": False},
        ],
        "suggestions": [
            {"customer": Customer(public_id=_id(9)), "name": "김하늘", "kind": "전화번호",
             "address": "010-••••-4821"},
        ],
        "joined": [],
        "story": {
            "sifts": happenings.sifts(""),
            "only": "",
            "lines": [
                line("메시지를 보냄", "message-circle", _ago(minutes=3), times=2),
                line("답변을 받음", "check", _ago(hours=2)),
                line("배송 조회를 봄", "package", _ago(days=1), page="배송 조회"),
            ]
        },
    }  # fmt: skip
