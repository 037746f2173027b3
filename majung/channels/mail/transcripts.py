"""What was said in a conversation, as one mail (대화 내용): for the customer to keep."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, override

from majung.accounts import audit
from majung.accounts.models import Agent
from majung.channels.contract import Person
from majung.channels.mail import history, html_form, notices
from majung.channels.mail.chats import first_mailbox
from majung.channels.models import Notice
from majung.conversations import changes, entries, parts
from majung.conversations.models import Conversation, Message
from majung.core import limits
from majung.customers import normal

LINE: Final = "transcript_mailed"
MOST_MESSAGES: Final = 500
MOST_A_DAY: Final = 5
_DAY: Final = 24 * 60 * 60


def send(*, conversation: Conversation, to: str, by: Agent | None = None) -> Notice:
    """Send all that the customer may see of a conversation, the newest 500, to an address.

    ``by`` is nobody where the customer asks for it. A line in the thread says that it went.

    Raises:
        notices.CannotSend: no mailbox, no address, nothing was said, or too often today.
    """
    try:
        address = normal.address("email", to)
    except ValueError as error:
        raise notices.CannotSend(gettext("메일 주소를 확인해 주세요.")) from error
    inbox = first_mailbox(conversation.brand_id)
    if inbox is None:
        raise notices.CannotSend(gettext("메일을 보낼 메일함이 없어요."))
    said = list(
        conversation.messages.public().select_related("author").order_by("-pk")[:MOST_MESSAGES]
    )
    if not said:
        raise notices.CannotSend(gettext("아직 나눈 대화가 없어요."))
    try:
        limits.take(f"transcript:{conversation.pk}", limit=MOST_A_DAY, per=_DAY)
    except limits.LimitExceeded as error:
        text = gettext("오늘은 대화 내용을 여러 번 보냈어요. 내일 다시 해 주세요.")
        raise notices.CannotSend(text) from error
    locale = history.locale_of(conversation)
    with override(locale):
        subject, text, html = _written(conversation, said[::-1], locale)
    with transaction.atomic():
        notice = notices.put(
            inbox=inbox,
            kind=Notice.Kind.TRANSCRIPT,
            key="",
            to=Person("", address),
            subject=subject,
            text=text,
            html=html,
            conversation=conversation,
        )
        assert notice is not None
        entries.add(
            conversation_id=conversation.pk, inbox_id=inbox.pk, what=LINE, by=by, address=address
        )
        changes.conversation(conversation.public_id, brand_id=conversation.brand_id)
        if by:
            audit.record(action="transcript_sent", obj=conversation, by=by)
    return notice


def _written(conversation: Conversation, said: list[Message], locale: str) -> tuple[str, str, str]:
    """Return subject, text and HTML, in the language that is switched on."""
    brand = conversation.brand
    zone = ZoneInfo(brand.timezone)
    subject = gettext("[%(brand)s] 나눈 대화예요") % {"brand": brand.name}
    begin = gettext("%(brand)s에서 나눈 대화 내용이에요.") % {"brand": brand.name}
    lines = [(_by(each, zone, brand.name), _words(each)) for each in said]
    text = "\n\n".join([begin, *(f"{by}\n{words}" for by, words in lines)])
    blocks = format_html_join(
        "",
        "<p><strong>{}</strong></p>{}",
        ((by, html_form.paragraphs(words)) for by, words in lines),
    )
    body = format_html("<p>{}</p>{}", begin, blocks)
    return subject, text, html_form.page(locale=locale, body=body)


def _words(message: Message) -> str:
    names = [each.name for each in message.attachments.all()]
    files = gettext("파일: %(names)s") % {"names": ", ".join(names)} if names else ""
    said = parts.with_plain(message.text, parts.of(message.data))
    return "\n".join(filter(None, (said, files)))


def _by(message: Message, zone: ZoneInfo, brand: str) -> str:
    at: datetime = message.created_at.astimezone(zone)
    if message.is_from_customer:
        name = gettext("나")
    else:
        name = message.author.name if message.author else brand
    return f"{name} · {at:%Y-%m-%d %H:%M}"
