"""What was done by mail, in words: lines of a thread."""

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from majung.channels.mail import chats, notices, outcome, transcripts
from majung.conversations.models import Message


def _address(message: Message) -> dict[str, str]:
    reason = str(message.data.get("reason", ""))
    address = str(message.data.get("address", "")) or _("알 수 없는 주소")
    return {"address": address, "reason": _(reason) if reason else _("이유를 알 수 없어요.")}


def _unread(message: Message) -> str:
    count = int(message.data.get("count", 1))
    return ngettext(
        "읽지 않은 답변 %(count)d개를 %(address)s 메일로 보냈어요",
        "읽지 않은 답변 %(count)d개를 %(address)s 메일로 보냈어요",
        count,
    ) % {"count": count, "address": message.data.get("address", "")}


def _transcript(message: Message) -> str:
    if message.author:
        return _("%(by)s 님이 대화 내용을 %(address)s 메일로 보냈어요") % {
            "by": message.author.name,
            "address": message.data.get("address", ""),
        }
    return _("고객이 대화 내용을 메일로 받았어요")


LINES: Final[dict[str, Callable[[Message], str]]] = {
    "bounced": lambda message: (
        _("%(address)s 주소로 간 메일이 되돌아왔어요: %(reason)s") % _address(message)
    ),
    outcome.REFUSED: lambda message: (
        _("메일 서버가 %(address)s 주소를 받지 않았어요: %(reason)s") % _address(message)
    ),
    chats.LINE: _unread,
    notices.FAILED: lambda message: (
        _("%(address)s 주소로 안내 메일을 보내지 못했어요: %(reason)s") % _address(message)
    ),
    transcripts.LINE: _transcript,
}
