"""A chat whose customer left goes on by mail: one mail tells what they have not read.

Ten minutes after a reply that no browser fetched, all that is unread goes to the address that is
proven to be the customer's, or that they left in this chat. An answer to it comes into the same
conversation, and from then on they are answered the way they wrote last. Nothing is told twice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext, override

from majung.channels.contract import Person
from majung.channels.mail import history, html_form, letters, notices
from majung.channels.models import Correspondent, Notice
from majung.conversations import changes, entries, parts
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import clock, timers
from majung.customers import circle, identity
from majung.customers.models import Identity

KIND: Final = "mail.chat"
CHAT: Final = "webchat"
LINE: Final = "mailed_unread"
UNREAD_AFTER: Final = timedelta(minutes=10)
# Where a customer says their own address; what merely stands in a message may be anybody's.
_LEFT: Final = ("asked", "prechat")
_UNFETCHED: Final = (Message.State.QUEUED, Message.State.SENDING, Message.State.SENT)


def wait_for(message: Message) -> None:
    """Set the clock of a reply in a chat, in the transaction that queues it."""
    if message.inbox.kind != CHAT or message.author_id is None:
        return
    conversation = message.conversation
    if mailbox_of(conversation.brand_id) and address_of(conversation):
        due_at = (message.held_until or message.created_at) + UNREAD_AFTER
        timers.arm_sooner(kind=KIND, key=str(conversation.pk), due_at=due_at)


def mailbox_of(brand_id: int) -> Inbox | None:
    """Return the mailbox by which chats of a brand go on."""
    return _mailboxes(brand_id).filter(config__continues_chats=True).first()


def first_mailbox(brand_id: int) -> Inbox | None:
    """Return the mailbox that a brand's notices come from: one that can send."""
    return _mailboxes(brand_id).exclude(config__smtp_host="").first()


def _mailboxes(brand_id: int) -> QuerySet[Inbox]:
    rows = Inbox.objects.open().filter(brand=brand_id, kind="email")
    return rows.select_related("brand").order_by("pk")


def address_of(conversation: Conversation) -> str:
    """Return where a chat's customer reads mail; empty where that is not known."""
    person = identity.person_of(conversation.customer_id)
    proven = Q(customer__in=circle.ids(person), verified_at__isnull=False)
    left = Q(customer=conversation.customer_id, evidence__in=_LEFT)
    rows = Identity.objects.filter(proven | left, kind=Identity.Kind.EMAIL, scope="")
    known = sorted(rows, key=lambda row: (row.verified_at is None, -row.pk))
    return known[0].address if known else ""


@timers.timer(KIND)
def _still_unread(*, key: str) -> None:
    conversation = (
        Conversation.objects.alive()
        .select_for_update(of=("self",))
        .select_related("brand", "customer__merged_into")
        .filter(pk=int(key))
        .first()
    )
    inbox = mailbox_of(conversation.brand_id) if conversation else None
    address = address_of(conversation) if conversation else ""
    if conversation is None or inbox is None or not address:
        return
    unread = unread_of(conversation)
    if not unread:
        return
    due_at = (unread[0].held_until or unread[0].created_at) + UNREAD_AFTER
    if due_at > clock.now():
        timers.arm(kind=KIND, key=key, due_at=due_at)
    else:
        _tell(conversation, inbox, address, unread)


def unread_of(conversation: Conversation) -> list[Message]:
    """Return what agents wrote in a chat that no browser has fetched and no mail has told."""
    told = Notice.objects.filter(conversation=conversation, kind=Notice.Kind.CHAT_SUMMARY)
    last = told.order_by("-message_id").values_list("message_id", flat=True).first()
    rows = conversation.messages.public().filter(
        Q(held_until=None) | Q(held_until__lte=clock.now()),
        kind=Message.Kind.REPLY,
        inbox__kind=CHAT,
        state__in=_UNFETCHED,
        author__isnull=False,
        pk__gt=last or 0,
    )
    return list(rows.select_related("author").prefetch_related("attachments").order_by("pk"))


def _tell(
    conversation: Conversation, inbox: Inbox, address: str, unread: Sequence[Message]
) -> None:
    customer = conversation.customer.merged_into or conversation.customer
    person = Person(customer.name or conversation.customer.name, address)
    locale = history.locale_of(conversation)
    with override(locale):
        subject, text, html = _written(conversation, inbox, unread, locale)
    notice = notices.put(
        inbox=inbox,
        kind=Notice.Kind.CHAT_SUMMARY,
        key=f"chat:{unread[-1].public_id}",
        to=person,
        subject=subject,
        text=text,
        html=html,
        conversation=conversation,
        message=unread[-1],
    )
    if notice is None:
        return
    letters.join(conversation_id=conversation.pk, people=[person], role=Correspondent.Role.CUSTOMER)
    entries.add(
        conversation_id=conversation.pk,
        inbox_id=inbox.pk,
        what=LINE,
        count=len(unread),
        address=address,
    )
    changes.conversation(conversation.public_id, brand_id=conversation.brand_id)


def _written(
    conversation: Conversation, inbox: Inbox, unread: Sequence[Message], locale: str
) -> tuple[str, str, str]:
    """Return subject, text and HTML, in the language that is switched on."""
    count, brand = len(unread), conversation.brand
    subject = ngettext(
        "[%(brand)s] 읽지 않은 답변이 %(count)d개 있어요",
        "[%(brand)s] 읽지 않은 답변이 %(count)d개 있어요",
        count,
    ) % {"brand": brand.name, "count": count}
    begin = gettext("채팅을 떠나신 뒤에 답변이 왔어요.")
    end = gettext("이 메일에 답장하시면 같은 상담으로 이어져요. 채팅으로 돌아오셔도 돼요.")
    zone = ZoneInfo(brand.timezone)
    said = [
        (_by(message, zone, locale), parts.with_plain(message.text, parts.of(message.data)))
        for message in unread
    ]
    said = [(by, _with_files(words, each)) for (by, words), each in zip(said, unread, strict=True)]
    signature = history.signature(unread[-1], inbox=inbox, locale=locale)
    text = "\n\n".join([begin, *(f"{by}\n{words}" for by, words in said), end])
    signed = f"{text}\n\n-- \n{signature}" if signature else text
    blocks = format_html_join(
        "",
        "<p><strong>{}</strong></p>{}",
        ((by, html_form.paragraphs(words)) for by, words in said),
    )
    body = format_html("<p>{}</p>{}<p>{}</p>", begin, blocks, end)
    return subject, signed, html_form.page(locale=locale, body=body, signature=signature)


def _with_files(words: str, message: Message) -> str:
    names = [each.name for each in message.attachments.all()]
    if not names:
        return words
    line = gettext("파일: %(names)s (채팅에서 열 수 있어요)") % {"names": ", ".join(names)}
    return "\n".join(filter(None, (words, line)))


def _by(message: Message, zone: ZoneInfo, locale: str) -> str:
    at: datetime = message.created_at.astimezone(zone)
    day = f"{at.day}/{at.month}" if locale == "en" else f"{at.month}월 {at.day}일"
    name = message.author.name if message.author else ""
    return f"{name} · {day} {at:%H:%M}"
