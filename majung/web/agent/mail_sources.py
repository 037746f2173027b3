"""The raw mail behind a message, and why it came to stand where it stands."""

from io import BytesIO
from typing import IO, Final

from django.utils.translation import gettext as _

from majung.channels.mail import moving
from majung.channels.models import InboundDelivery, Letter
from majung.conversations.models import Message
from majung.core import blobs
from majung.web import ledger_words

MOST_HEADERS: Final = 64 * 1024


def opened(letter: Letter) -> IO[bytes] | None:
    """Return the raw mail as a stream; ``None`` for one of ours, which was never raw here."""
    delivery = letter.delivery
    if delivery is None:
        return None
    return blobs.open_blob(delivery.raw_file) if delivery.raw_file else BytesIO(delivery.raw)


def headers(letter: Letter) -> str:
    """Return what stands above the body of the raw mail, as it came; of a large one its beginning."""
    stream = opened(letter)
    if stream is None:
        return ""
    with stream:
        begun = stream.read(MOST_HEADERS)
    ends = [at for at in (begun.find(b"\r\n\r\n"), begun.find(b"\n\n")) if at >= 0]
    head = begun[: min(ends)] if ends else begun
    try:
        text = head.decode()
    except UnicodeDecodeError:
        text = head.decode("cp949", "replace")
    return text.replace("\r\n", "\n")


def reasons(letter: Letter) -> list[str]:
    """Return why the mail stands in its conversation, in sentences, the first reason first."""
    if letter.delivery is None:
        return [_("우리가 보낸 메일이에요")]
    found = [*_ledger(letter.delivery), *_checked(letter)]
    return found or [_("이 메일이 들어온 기록을 찾을 수 없어요")]


def _ledger(delivery: InboundDelivery) -> list[str]:
    before = str(delivery.details.get(moving.BEFORE, ""))
    told = [ledger_words.reason(before)] if before else []
    if delivery.reason:
        told.append(ledger_words.reason(delivery.reason))
    return [*told, *_copies(delivery)]


def _copies(delivery: InboundDelivery) -> list[str]:
    """Say how often the same mail came by another way."""
    times = InboundDelivery.objects.filter(message=delivery.message_id, reason="copy").count()
    if not times or not delivery.message_id:
        return []
    return [_("같은 메일이 다른 길로 %(n)d번 더 왔고, 더하지 않았어요") % {"n": times}]


def _checked(letter: Letter) -> list[str]:
    who = Message.objects.select_related("identity").get(pk=letter.message_id).identity
    address = letter.sender.get("address", "")
    if who and who.is_verified:
        return [_("%(address)s: 본인 주소로 확인되었어요") % {"address": address}]
    return [
        _("%(address)s: 본인 주소인지 아직 확인되지 않아서 다른 고객과 합치지 않았어요")
        % {"address": address}
    ]
