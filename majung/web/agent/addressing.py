"""To whom a reply by mail goes: what the composer proposes, and what its writer made of it."""

import json
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from majung.channels import registry
from majung.channels.mail import proposing
from majung.conversations.envelopes import Envelope, Named, WrongEnvelope
from majung.conversations.models import Conversation, Draft

FIELD: Final = "envelope"
KINDS: Final = ("to", "cc", "bcc")
MOST_SIGNS: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The line above the text. ``is_optional``: the customer wrote otherwise last, say by chat.

    ``json`` is the envelope as pages carry it: ``{to, cc, bcc, subject, sender}``.
    """

    json: str
    to: str
    cc: str
    sender: str
    senders: list[tuple[str, str]]
    is_optional: bool
    is_on: bool


def begin(
    conversation: Conversation, *, kept: dict[str, Any] | None, answers_by: str
) -> Choice | None:
    """Return what a composer shows; ``None`` where nobody can be reached by mail.

    ``kept`` is what a draft holds, ``answers_by`` the kind of the channel of the customer's last
    message. One query in a brand without a mailbox.
    """
    boxes = proposing.mailboxes(conversation)
    proposed = proposing.proposed(conversation) if boxes else None
    if proposed is None:
        return None
    own = [row for row in boxes if row.inbox_id == proposed.inbox_id] or boxes
    sender = proposed.sender or own[0].address
    is_optional = not _is_mail(answers_by)
    told = {**told_of(proposed), "sender": sender}
    return Choice(
        json=json.dumps(told, ensure_ascii=False),
        to=_named(proposed.to),
        cc=_named(proposed.cc),
        sender=sender,
        senders=[(row.address, row.name or row.inbox.brand.name) for row in boxes],
        is_optional=is_optional,
        is_on=not is_optional or kept is not None,
    )


def of_mail(conversation: Conversation, *, answers_by: str) -> Choice | None:
    """Return what is proposed where the customer wrote by mail last; it follows the thread."""
    return begin(conversation, kept=None, answers_by=answers_by) if _is_mail(answers_by) else None


def _is_mail(kind: str) -> bool:
    return registry.works(kind) and registry.capabilities(kind).letters


def told_of(envelope: Envelope) -> dict[str, Any]:
    """Return an envelope as pages carry it."""
    told: dict[str, Any] = {"subject": envelope.subject, "sender": envelope.sender}
    for kind in KINDS:
        people: tuple[Named, ...] = getattr(envelope, kind)
        told[kind] = [{"name": name, "address": address} for name, address in people]
    return told


def of_draft(draft: Draft) -> dict[str, Any] | None:
    """Return what a draft keeps, as pages carry it."""
    found = draft.envelope
    return {name: found[name] for name in (*KINDS, "subject", "sender")} if found else None


def kept(request: HttpRequest) -> dict[str, Any] | None:
    """Return what a page wants kept with a draft; nothing where it says nothing right."""
    try:
        return _record(request.POST.get(FIELD, ""))
    except WrongEnvelope:
        return None


def given(request: HttpRequest, conversation: Conversation) -> Envelope | None:
    """Return to whom the writer wants it to go; ``None`` where the page says nothing of mail.

    Raises:
        WrongEnvelope: it cannot be read, or comes from no address of the brand.
    """
    told = _record(request.POST.get(FIELD, ""))
    if told is None:
        return None
    found = {row.address: row for row in proposing.mailboxes(conversation)}
    row = found.get(told["sender"])
    if row is None:
        raise WrongEnvelope(_("보내는 메일함을 찾을 수 없어요. 보내는 주소를 다시 골라 주세요."))
    to, cc, bcc = (tuple((one["name"], one["address"]) for one in told[kind]) for kind in KINDS)
    return Envelope(
        inbox_id=row.inbox_id, to=to, cc=cc, bcc=bcc, subject=told["subject"], sender=row.address
    )


def _named(people: tuple[Named, ...]) -> str:
    """Return who gets it in one line: where it is one alone, with the address."""
    if len(people) == 1:
        name, address = people[0]
        return f"{name} <{address}>" if name else address
    return ", ".join(name or address for name, address in people)


def _record(text: str) -> dict[str, Any] | None:
    if not text:
        return None
    wrong = WrongEnvelope(_("받는 사람을 읽을 수 없어요. 화면을 새로고침해 주세요."))
    if len(text) > MOST_SIGNS:
        raise wrong
    try:
        data = json.loads(text)
        return {
            "subject": _text(data["subject"]),
            "sender": _text(data["sender"]),
            **{
                kind: [
                    {"name": _text(one["name"]), "address": _text(one["address"])}
                    for one in data[kind]
                ]
                for kind in KINDS
            },
        }
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise wrong from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value.replace("\x00", "").encode("utf-8", "replace").decode()
