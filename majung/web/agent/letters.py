"""A message as the mail that it was: who wrote to whom, what was left out of its words, its marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import BooleanField, Case, Q, Value, When
from django.db.models.functions import Substr
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from majung.channels import registry
from majung.channels.models import Letter, Recipient
from majung.conversations.models import Message

# So much of a quote comes with the page; the rest is read when one asks for it.
MOST_FOLDED: Final = 4000
FAR: Final = timedelta(hours=1)
_STANDS_OUT: Final = (Recipient.State.REFUSED, Recipient.State.BOUNCED)
_CUTS: Final = frozenset(
    {
        "addresses_cut", "headers_cut", "html_cut", "html_too_deep", "mail_cut", "references_cut",
        "text_cut", "too_deep", "too_many_parts",
    }
)  # fmt: skip
_AUTOMATIC: Final = frozenset({"auto_reply", "out_of_office", "auto_generated"})


@dataclass(frozen=True, slots=True)
class Mark:
    """What a person should know of a mail: a word, what it means, an icon, how much it presses."""

    text: str
    meaning: str
    icon: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One who wrote or got a mail; ``state`` is what became of it there, if it is known."""

    name: str
    address: str
    state: str = ""
    reason: str = ""
    look: str = ""

    @property
    def short(self) -> str:
        return self.name or self.address


@dataclass(frozen=True, slots=True)
class Row:
    """People under one heading: who wrote it, to whom, to whom in copy."""

    label: str
    people: list[Person]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The head of a mail, and what is folded.

    ``line`` says in one line whom it went to; ``subject`` is empty where it is the conversation's,
    ``written`` where it was written about when it came. ``folded`` is quote and signature,
    ``is_cut`` if that is not all of it.
    """

    sender: Person
    line: str
    rows: list[Row]
    trouble: list[Person]
    subject: str
    written: datetime | None
    folded: str
    is_cut: bool
    has_html: bool
    has_remote: bool
    marks: list[Mark]
    came_in: bool


_MARKS: Final[tuple[tuple[frozenset[str], str | Promise, str | Promise, str, str], ...]] = (
    (
        frozenset({"dmarc_fail"}),
        gettext_lazy("보낸 사람 확인 안 됨"),
        gettext_lazy("적힌 주소에서 온 메일이 아닐 수 있어요. 링크와 파일을 조심하세요."),
        "triangle-alert",
        "wait",
    ),
    (
        frozenset({"program_left_out"}),
        gettext_lazy("실행 파일 뺌"),
        gettext_lazy("실행되는 파일이 붙어 있어서 빼고 받았어요. 원문에는 그대로 있어요."),
        "shield-check",
        "wait",
    ),
    (
        frozenset({"encrypted"}),
        gettext_lazy("암호화됨"),
        gettext_lazy("암호화된 메일이라 내용을 읽을 수 없어요. 원문을 내려받아 여세요."),
        "lock",
        "",
    ),
    (
        frozenset({"forwarded"}),
        gettext_lazy("전달한 메일"),
        gettext_lazy("다른 사람의 메일을 전달한 메일이에요."),
        "route",
        "",
    ),
    (
        _AUTOMATIC,
        gettext_lazy("자동으로 보낸 메일"),
        gettext_lazy("프로그램이 보낸 메일이라 자동으로 답하지 않아요."),
        "zap",
        "",
    ),
    (
        frozenset({"list", "bulk"}),
        gettext_lazy("여러 사람에게 보낸 메일"),
        gettext_lazy("메일링 리스트나 단체 메일이라 자동으로 답하지 않아요."),
        "users",
        "",
    ),
    (
        frozenset({"calendar"}),
        gettext_lazy("일정 초대"),
        gettext_lazy("일정 초대가 파일로 들어 있어요."),
        "calendar",
        "",
    ),
    (
        _CUTS,
        gettext_lazy("일부만 읽음"),
        gettext_lazy("너무 크거나 복잡해서 일부만 읽었어요. 원문은 그대로 있어요."),
        "file-text",
        "wait",
    ),
    (
        frozenset({"broken_date"}),
        gettext_lazy("날짜 모름"),
        gettext_lazy("보낸 날짜를 읽을 수 없어 받은 시각을 써요."),
        "clock",
        "",
    ),
)


def of(messages: Sequence[Message], *, subject: str) -> dict[int, Mail]:
    """Return the mails among messages by key; ``subject`` is the conversation's.

    Two queries where there are any, none in a conversation without mail.
    """
    by_mail = [each.pk for each in messages if _is_mail(each)]
    if not by_mail:
        return {}
    rows = (
        Letter.objects.filter(message__in=by_mail)
        .annotate(
            quote=Substr("quoted", 1, MOST_FOLDED + 1),
            signed=Substr("signature", 1, MOST_FOLDED + 1),
            has_html=Case(
                When(Q(html=""), then=Value(False)),  # noqa: FBT003
                default=Value(True),  # noqa: FBT003
                output_field=BooleanField(),
            ),
        )
        .defer("html", "quoted", "signature", "references")
    )
    found = {letter.message_id: letter for letter in rows}
    going = _recipients([each.pk for each in messages if each.kind == Message.Kind.REPLY])
    known = {each.pk: each for each in messages}
    return {
        key: _mail(known[key], letter, going.get(key, []), subject) for key, letter in found.items()
    }


def marks(flags: Sequence[str]) -> list[Mark]:
    """Return what a person should know, the most pressing first."""
    given = frozenset(flags)
    return [
        Mark(str(text), str(meaning), icon, look)
        for wanted, text, meaning, icon, look in _MARKS
        if wanted & given
    ]


def rows_of(letter: Letter, recipients: Sequence[Recipient] = ()) -> list[Row]:
    """Return who wrote a mail and to whom, each kind in a row; those that nobody is in are left out."""
    states = {row.address: row for row in recipients}
    kinds: tuple[tuple[str, list[dict[str, str]]], ...] = (
        (_("보낸 사람"), [letter.sender]),
        (_("받는 사람"), letter.to),
        (_("참조"), letter.cc),
        (_("숨은 참조"), letter.bcc),
        (_("답장 받을 주소"), _elsewhere(letter)),
    )
    return [
        Row(label, [_person(each, states) for each in people]) for label, people in kinds if people
    ]


def _is_mail(message: Message) -> bool:
    return message.kind in {Message.Kind.CUSTOMER, Message.Kind.REPLY} and (
        _has_letters(message.inbox.kind) and not message.deleted_at
    )


def _has_letters(kind: str) -> bool:
    return registry.works(kind) and registry.capabilities(kind).letters


def _recipients(keys: Sequence[int]) -> dict[int, list[Recipient]]:
    found: dict[int, list[Recipient]] = {}
    if keys:
        rows = Recipient.objects.filter(outbound__message__in=keys).select_related("outbound")
        for row in rows:
            found.setdefault(row.outbound.message_id, []).append(row)
    return found


def _mail(message: Message, letter: Letter, recipients: Sequence[Recipient], subject: str) -> Mail:
    about: Any = letter
    quote, signed = str(about.quote), str(about.signed)
    came_in = message.kind == Message.Kind.CUSTOMER
    rows = rows_of(letter, recipients)
    written = letter.sent_at
    is_far = written is not None and abs(written - message.created_at) > FAR
    return Mail(
        sender=_person(letter.sender, {}),
        line=_line(letter),
        rows=rows,
        trouble=[each for row in rows for each in row.people if each.look == "late"],
        subject="" if _bare(letter.subject) == _bare(subject) else letter.subject,
        written=written if came_in and is_far else None,
        folded="\n\n".join(
            filter(None, (signed[:MOST_FOLDED].strip("\n"), quote[:MOST_FOLDED].strip("\n")))
        ),
        is_cut=len(quote) > MOST_FOLDED or len(signed) > MOST_FOLDED,
        has_html=bool(about.has_html),
        has_remote="remote_images" in letter.flags,
        marks=marks(letter.flags),
        came_in=came_in,
    )


def _line(letter: Letter) -> str:
    """Return "받는 사람 help@…, 참조 2명"."""
    parts = []
    if letter.to:
        first = _person(letter.to[0], {}).short
        others = len(letter.to) - 1
        if others:
            parts.append(_("받는 사람 %(first)s 외 %(n)d명") % {"first": first, "n": others})
        else:
            parts.append(_("받는 사람 %(first)s") % {"first": first})
    for people, words in ((letter.cc, _("참조 %(n)d명")), (letter.bcc, _("숨은 참조 %(n)d명"))):
        if people:
            parts.append(words % {"n": len(people)})
    return ", ".join(parts) or _("받는 사람이 적혀 있지 않아요")


def _elsewhere(letter: Letter) -> list[dict[str, str]]:
    """Return where answers are wanted, if that is not where it came from."""
    own = letter.sender.get("address", "")
    return [each for each in letter.reply_to if each.get("address") not in {own, ""}]


def _person(stored: Mapping[str, str], states: Mapping[str, Recipient]) -> Person:
    address = stored.get("address", "")
    row = states.get(address)
    if row is None:
        return Person(stored.get("name", ""), address)
    stands_out = row.state in _STANDS_OUT
    return Person(
        stored.get("name", ""),
        address,
        state=str(Recipient.State(row.state).label),
        reason=row.reason if stands_out else "",
        look="late" if stands_out else "",
    )


def _bare(subject: str) -> str:
    """Return a subject without what programs put before it."""
    text = " ".join(subject.split()).casefold()
    while True:
        head, colon, rest = text.partition(":")
        if not colon or head.strip() not in {"re", "fw", "fwd", "답장", "회신", "전달"}:
            return text
        text = rest.strip()
