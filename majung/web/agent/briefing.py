"""The brief in words: three short sentences, and the strip of what need not be asked again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from majung.conversations.brief import Brief
from majung.conversations.models import Conversation
from majung.customers.models import Identity
from majung.web import naming
from majung.web.agent import words

SUBJECT: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One thing of the strip: what it is, and what it says."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """``sentences`` for the panel, ``known`` for the strip under the title."""

    sentences: list[str]
    known: list[Known]
    promise: str = ""
    promised_by: str = ""


def told(brief: Brief, *, addresses: Sequence[Identity], page: str) -> Briefing:
    """Put a brief into words. ``addresses`` are those of the person, ``page`` where they last were."""
    promise = brief.promise
    return Briefing(
        sentences=list(_sentences(brief)),
        known=list(_known(brief, addresses, page)),
        promise=promise.text if promise else "",
        promised_by=f"{promise.by} · {naming.ago(promise.at)}" if promise else "",
    )


def _sentences(brief: Brief) -> Iterator[str]:
    counted = brief.counted
    if counted.times <= 1:
        yield _("처음 온 상담이에요.")
    elif counted.lately > 1:
        yield _("%(times)d번째 상담이고, 지난 30일에 %(lately)d번이에요.") % {
            "times": counted.times,
            "lately": counted.lately,
        }
    else:
        yield _("%(times)d번째 상담이에요.") % {"times": counted.times}
    if counted.before is not None:
        yield _("지난번은 %(day)s ‘%(subject)s’ 상담이었어요.") % {
            "day": naming.day(counted.before.created_at),
            "subject": _subject(counted.before),
        }


def _subject(conversation: Conversation) -> str:
    subject = conversation.subject or conversation.preview
    return subject if len(subject) <= SUBJECT else subject[: SUBJECT - 1] + "…"


def _known(brief: Brief, addresses: Sequence[Identity], page: str) -> Iterator[Known]:
    if brief.topic:
        yield Known(label=_("문의 주제"), text=brief.topic)
    if brief.orders:
        yield Known(label=_("주문"), text=", ".join(brief.orders))
    if brief.promise:
        yield Known(label=_("약속"), text=brief.promise.text)
    kinds = {one.kind for one in addresses if one.is_verified}
    names = [
        label
        for kind, label in (
            (Identity.Kind.PHONE, _("전화번호")),
            (Identity.Kind.EMAIL, _("이메일")),
        )
        if kind in kinds
    ]
    if brief.files:
        names.append(
            ngettext("보낸 파일 %(n)d개", "보낸 파일 %(n)d개", brief.files) % {"n": brief.files}
        )
    if names:
        yield Known(label=_("다시 묻지 않기"), text=", ".join(names))
    for one in addresses:
        if where := words.said_where(one):
            yield Known(label=_("남긴 연락처"), text=f"{words.kind_of(one)} ({where})")
    if page:
        yield Known(label=_("보던 페이지"), text=page)
