"""A reply by mail.

All that it says is written down when it is queued, so that each attempt to send it says the same.
"""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from majung.channels import registry, wording
from majung.channels.adapters.email.autos import LOOP_HEADER
from majung.channels.contract import Address, Outgoing, OutLetter, Person
from majung.channels.mail import history, html_form, ids, letters, proposing
from majung.channels.mail.addresses import Ours
from majung.channels.models import Correspondent, Letter, OutboundDelivery, Recipient
from majung.conversations import envelopes
from majung.conversations.envelopes import Envelope
from majung.conversations.models import Inbox, Message
from majung.conversations.replies import CannotReply, advance
from majung.core import clock, rich_text

AUTOMATIC: Final = "automatic"  # a flag of a letter of ours: a program wrote it
# What reading a reply needs beside its row.
RELATED: Final = (
    "inbox__brand",
    "identity",
    "author",
    "conversation__brand",
    "conversation__customer__merged_into",
)


def is_mail(inbox: Inbox) -> bool:
    """Say whether what goes out by the inbox is mail."""
    return registry.capabilities(inbox.kind).letters


def write_down(message: Message) -> None:
    """Write down to whom a reply by mail goes, and what stands around its words.

    In the transaction that queues it; its way out (``OutboundDelivery``) is there already. What is
    no mail is left alone.

    Raises:
        CannotReply: somebody wrote what cannot be sent so. What we say by ourselves has failed then.
    """
    chosen = envelopes.of(message.data)
    if not is_mail(message.inbox):
        if chosen:
            raise CannotReply(_("이 주소로는 메일을 보낼 수 없어요. 보내는 주소를 골라 주세요."))
        return
    try:
        envelope = _checked(chosen, message) if chosen else _by_itself(message)
        letter = _letter(message, envelope)
    except CannotReply as error:
        if message.author_id:
            raise
        _give_up(message, str(error))
        return
    letter.save(force_insert=True)
    _name_recipients(message, envelope)
    _let_take_part(message, envelope)


def outgoing_of(message: Message) -> Outgoing:
    """Return a reply as the mail channel sends it: the same at every attempt."""
    letter = Letter.objects.select_related(
        "message__conversation__brand", "message__conversation__customer__merged_into", "inbox"
    ).get(message=message)
    people = _recipients_of(message)
    words = wording.words_of(message)
    to = people[Recipient.Kind.TO]
    files = wording.files_of(message)
    return Outgoing(
        key=str(message.public_id),
        to=Address(kind="email", address=to[0].address),
        text=_text(words, letter),
        html=html_form.page(
            locale=history.locale_of(letter.message.conversation),
            body=_body(message, words),
            pictures=[file for file in files if file.content_id],
            signature=letter.signature,
            quoted=letter.quoted,
        ),
        subject=letter.subject,
        files=files,
        letter=OutLetter(
            message_id=letter.header_id,
            sender=_person(letter.sender),
            to=tuple(to),
            cc=tuple(people[Recipient.Kind.CC]),
            bcc=tuple(people[Recipient.Kind.BCC]),
            reply_to=letter.reply_to[0]["address"] if letter.reply_to else "",
            in_reply_to=letter.references[-1] if letter.references else "",
            references=tuple(letter.references),
            date=_date(letter),
            headers=automatic_headers(letter.header_id) if AUTOMATIC in letter.flags else {},
            tried_at=_tried_at(message),
        ),
    )


def automatic_headers(message_id: str) -> dict[str, str]:
    """Return what tells other programs not to answer, and our own that it is an echo."""
    return {
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        LOOP_HEADER: message_id.strip("<>"),
    }


def take_away(*, message_id: int) -> None:
    """Let those who would have come in by a reply take no part: it was taken back."""
    message = Message.objects.select_related("conversation").get(pk=message_id)
    own = Letter.objects.filter(message=message).first()
    if own is None:
        return
    rows = Letter.objects.filter(message__conversation=message.conversation).exclude(pk=own.pk)
    named = {
        each["address"]
        for sender, *lists in rows.values_list("sender", "to", "cc", "bcc")
        for each in [sender, *(one for people in lists for one in people)]
        if each
    }
    only_here = {each["address"] for each in [*own.to, *own.cc, *own.bcc]} - named
    Correspondent.objects.filter(
        conversation=message.conversation,
        address__in=only_here,
        role=Correspondent.Role.COPIED,
        created_at__gte=message.created_at,
    ).delete()


def sender_of(inbox: Inbox, address: str) -> Person | None:
    """Return the address of ours that a mail comes from, by its name; the main one if not named."""
    rows = inbox.addresses.all()
    row = rows.filter(address=address).first() or rows.first()
    return Person(row.name or inbox.brand.name, row.address) if row else None


def _give_up(message: Message, reason: str) -> None:
    OutboundDelivery.objects.filter(message=message).update(
        finished_at=clock.now(), error=reason[:300]
    )
    advance(message_ids=[message.pk], state=Message.State.FAILED, failure=reason[:200])


def _checked(envelope: Envelope, message: Message) -> Envelope:
    inbox = message.inbox
    stands = inbox.is_active and inbox.deleted_at is None
    if not stands or inbox.brand_id != message.conversation.brand_id:
        raise CannotReply(_("보내는 메일함을 찾을 수 없어요. 보내는 주소를 다시 골라 주세요."))
    if envelope.sender and not inbox.addresses.filter(address=envelope.sender).exists():
        raise CannotReply(_("보내는 메일함을 찾을 수 없어요. 보내는 주소를 다시 골라 주세요."))
    ours = Ours()
    for _name, address in envelope.people:
        if ours.has(address):
            raise CannotReply(
                _("%(address)s: 우리 주소로는 보낼 수 없어요. 받는 사람에서 빼 주세요.")
                % {"address": address}
            )
    return envelope


def _by_itself(message: Message) -> Envelope:
    """Return to whom it goes if nobody chose: to all, or what a program wrote to the writer alone."""
    address = message.identity.address if message.identity else ""
    found = proposing.proposed(message.conversation) if message.author_id else None
    if found is None or found.inbox_id != message.inbox_id:
        found = proposing.alone(message.conversation, inbox=message.inbox, address=address)
    try:
        return envelopes.checked(found)
    except envelopes.WrongEnvelope as error:
        raise CannotReply(_("답을 보낼 고객 주소가 없어요.")) from error


def _letter(message: Message, envelope: Envelope) -> Letter:
    sender = sender_of(message.inbox, envelope.sender)
    if sender is None:
        raise CannotReply(_("메일함에 보내는 주소가 없어요. 관리자에게 알려 주세요."))
    conversation, locale = message.conversation, history.locale_of(message.conversation)
    answered = proposing.last_letter(conversation)
    header_id = ids.message_id(message.public_id, domain=sender.address.rpartition("@")[2])
    tagged = message.inbox.config.get("tags", True)
    reply_to = ids.reply_address(sender.address, conversation.pk) if tagged else ""
    return Letter(
        message=message,
        inbox=message.inbox,
        id_key=ids.id_key(header_id),
        header_id=header_id,
        references=history.references(conversation, answered),
        sent_at=message.held_until or message.created_at,
        subject=envelope.subject or proposing.answer_to(conversation.subject),
        sender=letters.spelled(sender),
        to=_stored(envelope.to),
        cc=_stored(envelope.cc),
        bcc=_stored(envelope.bcc),
        reply_to=_stored((("", reply_to),)) if reply_to else [],
        quoted=history.quoted(answered, locale=locale) if _quotes(envelope, answered) else "",
        signature=history.signature(message, inbox=message.inbox, locale=locale),
        flags=[] if message.author_id else [AUTOMATIC],
    )


def _quotes(envelope: Envelope, answered: Letter | None) -> bool:
    """Say whether what the customer wrote goes along; by itself, it goes to nobody new alone."""
    if envelope.quotes is not None or answered is None:
        return bool(envelope.quotes)
    had = {each["address"] for each in (answered.sender, *answered.to, *answered.cc)}
    had |= {each["address"] for each in answered.reply_to}
    return any(address in had for _name, address in envelope.people)


def _name_recipients(message: Message, envelope: Envelope) -> None:
    outbound = OutboundDelivery.objects.get(message=message)
    now = clock.now()
    Recipient.objects.bulk_create(
        Recipient(outbound=outbound, kind=kind, name=name, address=address, moved_at=now)
        for kind, people in (
            (Recipient.Kind.TO, envelope.to),
            (Recipient.Kind.CC, envelope.cc),
            (Recipient.Kind.BCC, envelope.bcc),
        )
        for name, address in people
    )


def _let_take_part(message: Message, envelope: Envelope) -> None:
    """Let whoever gets it answer into the conversation."""
    who = message.identity
    own = who.address if who and who.customer_id == message.conversation.customer_id else ""
    people = [Person(name, address) for name, address in envelope.people]
    letters.join(
        conversation_id=message.conversation_id,
        people=[each for each in people if each.address == own],
        role=Correspondent.Role.CUSTOMER,
    )
    letters.join(conversation_id=message.conversation_id, people=people)


def _recipients_of(message: Message) -> dict[str, list[Person]]:
    """Return who is to get it, by kind."""
    found: dict[str, list[Person]] = {kind: [] for kind in Recipient.Kind.values}
    for row in Recipient.objects.filter(outbound__message=message):
        found[row.kind].append(Person(row.name, row.address))
    return found


def _body(message: Message, words: str) -> SafeString:
    if message.rich and words == message.text:
        return rich_text.html(message.rich)
    return html_form.paragraphs(words)


def _text(words: str, letter: Letter) -> str:
    signed = f"-- \n{letter.signature}" if letter.signature else ""
    return "\n\n".join(filter(None, (words, signed, letter.quoted)))


def _date(letter: Letter) -> datetime:
    zone = ZoneInfo(letter.message.conversation.brand.timezone)
    return (letter.sent_at or letter.message.created_at).astimezone(zone)


def _tried_at(message: Message) -> datetime | None:
    unknown = Q(message=message, message__state=Message.State.UNKNOWN)
    rows = OutboundDelivery.objects.filter(unknown)
    return rows.values_list("finished_at", flat=True).first()


def _person(stored: dict[str, str]) -> Person:
    return Person(stored.get("name", ""), stored.get("address", ""))


def _stored(people: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [letters.spelled(Person(name, address)) for name, address in people]
