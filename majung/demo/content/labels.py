"""How the company sorts its talks: its tags, what presses, and what waits until when."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from majung.demo.content.facts import Talk

SEOUL = ZoneInfo("Asia/Seoul")


@dataclass(frozen=True, slots=True)
class Label:
    """A tag; `of` are the categories it goes with, as they begin; `brand` a slug or empty."""

    name: str
    hue: int
    of: tuple[str, ...]
    brand: str = ""


TAGS = (
    Label("배송 지연", 60, ("배송/지연",)),
    Label("오배송·누락", 30, ("배송/오배송", "배송/누락")),
    Label("택배사 확인", 240, ("배송/택배사", "배송/오배송", "배송/지연/이동", "반품/수거")),
    Label("사이즈 교환", 210, ("교환/사이즈",), brand="dareum"),
    Label("품절·재입고", 330, ("교환/재고", "주문/품절", "상품/재고")),
    Label("환불 확인", 150, ("환불", "반품/변심")),
    Label("사진 받음", 90, ("불량·AS/접수", "불량·AS/주방", "불량·AS/의류")),
    Label("수선", 120, ("불량·AS/신발", "불량·AS/유상")),
    Label("조립·부품", 180, ("불량·AS/가구", "반품/조립"), brand="ongyeol"),
    Label("단체 주문", 270, ("주문/단체",)),
    Label("개인정보 요청", 300, ("회원/개인정보", "회원/탈퇴")),
    Label("안전 확인", 0, ("불량·AS/안전",)),
    Label("불만", 0, ("불만",)),
    Label("칭찬", 150, ("기타/칭찬",)),
)
SEQUEL = Label("재문의", 330, ())
RETIRED = Label("2025 추석 선물", 90, ())
EVERY = (*TAGS, SEQUEL, RETIRED)

_URGENT = ("불량·AS/안전",)
_HIGH = ("불만", "배송/지연/급한", "배송/지연/재문의", "불량·AS/신발/재발")
_LOW = ("기타/스팸", "기타/제휴", "기타/칭찬")


def tags_of(talk: Talk) -> list[str]:
    """Return the names of the tags an agent has put on; nobody sorts everything."""
    if _number(talk) % 5 == 0:
        return []
    found = [tag.name for tag in TAGS if _is_of(talk, tag.of) and tag.brand in {"", talk.brand}]
    return [*found, SEQUEL.name] if talk.sequel_of else found


def priority_of(talk: Talk) -> str:
    """Return how much the talk presses."""
    if talk.status == "closed" and _number(talk) % 3:
        return "normal"
    for value, categories in (("urgent", _URGENT), ("high", _HIGH), ("low", _LOW)):
        if _is_of(talk, categories):
            return value
    return "normal"


def is_looked_into(talk: Talk) -> bool:
    """Say whether whoever took an unanswered talk asks the courier or the store before answering."""
    return not talk.agent and _number(talk) % 6 == 1


def waits_until(talk: Talk, *, now: datetime) -> datetime | None:
    """Return until when a talk on hold waits at most: a morning of the next days, or for good."""
    days = _number(talk) % 4
    if not days:
        return None
    morning = now.astimezone(SEOUL) + timedelta(days=days)
    return datetime.combine(morning.date(), time(9), SEOUL)


def _is_of(talk: Talk, categories: tuple[str, ...]) -> bool:
    return "/".join(talk.category).startswith(categories)


def _number(talk: Talk) -> int:
    return int(talk.key.removeprefix("t"))
