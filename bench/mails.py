"""Made-up mails as a support address gets them: short, in Korean and English, three of ten answers."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

SENDERS = 500
REPLIES = 0.3
# An answer comes at least so many mails after what it answers.
GAP = 20
KOREAN = (
    "주문한 상품이 아직 도착하지 않았어요.", "교환하고 싶은데 방법을 알려 주세요.",
    "결제가 두 번 된 것 같아요.", "환불은 언제쯤 처리되나요?", "색상이 사진과 달라요.",
    "배송지를 바꿀 수 있을까요?", "쿠폰이 적용되지 않아요.", "포장이 찢어져 있었어요.",
)  # fmt: skip
ENGLISH = (
    "My order has not arrived yet.", "How can I exchange this for another size?",
    "I think I was charged twice.", "When will my refund be processed?",
    "The colour differs from the picture.", "Could you change the delivery address?",
    "The coupon does not work.", "The box was torn when it came.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mail:
    """A raw mail, its Message-ID, and that of the first mail of its thread."""

    raw: bytes
    message_id: str
    root: str


def make(count: int, *, to: str, prefix: str = "m", seed: int = 11) -> list[Mail]:
    """Return mails in the order they were written, the same for the same seed."""
    rng = random.Random(seed)
    made: list[Mail] = []
    roots: list[tuple[int, str, str, str]] = []
    begun = datetime(2026, 11, 20, 9, tzinfo=UTC)
    for number in range(count):
        earlier = [root for root in roots if root[0] <= number - GAP]
        texts = KOREAN if rng.random() < REPLIES else ENGLISH
        mail = EmailMessage()
        name = f"<{prefix}.{number}.{seed}@mail.example.org>"
        if earlier and rng.random() < REPLIES:
            _, root, sender, subject = rng.choice(earlier)
            mail["In-Reply-To"] = mail["References"] = root
            mail["Subject"] = f"Re: {subject}"
        else:
            sender = f"{prefix}{rng.randrange(SENDERS):05d}@mail.example.org"
            root, subject = name, rng.choice(texts)[:-1]
            roots.append((number, root, sender, subject))
            mail["Subject"] = subject
        mail["From"] = f"Customer {sender[:-17]} <{sender}>"
        mail["To"] = to
        mail["Date"] = format_datetime(begun + timedelta(seconds=number))
        mail["Message-ID"] = name
        mail.set_content("\n".join(rng.choices(texts, k=rng.randint(2, 8))) + "\n")
        made.append(Mail(mail.as_bytes(), name, root))
    return made


def long_quote(*, to: str, size: int = 767_000) -> bytes:
    """Return an answer above a quote of so many bytes."""
    quote, number = [], 0
    length = 0
    while length < size:
        line = f"> {ENGLISH[number % 8]} {KOREAN[number % 8]}"
        quote.append(line)
        length, number = length + len(line.encode()) + 1, number + 1
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "long@mail.example.org", to, "Re: long"
    mail["Message-ID"] = f"<long.{size}@mail.example.org>"
    mail.set_content(
        "네, 고맙습니다.\n\nOn Fri, 20 Nov 2026, Majung wrote:\n" + "\n".join(quote) + "\n"
    )
    return mail.as_bytes()
