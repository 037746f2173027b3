"""Lines of a thread that speak of another conversation: about the same, named, moved to."""

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _

from majung.conversations import moving
from majung.conversations.models import Message
from majung.core.text.korean import josa


def told(message: Message) -> str:
    """Return the words of such a line."""
    return LINES[str(message.data["what"])](message)


def _about(message: Message) -> dict[str, str]:
    number = str(message.data.get("number", ""))
    return {
        "by": message.author.name if message.author else "",
        "number": number,
        "to": josa(number, "으로/로"),
    }


LINES: Final[dict[str, Callable[[Message], str]]] = {
    "linked": lambda message: (
        _("같은 고객의 진행 중인 상담이 있어요: #%(number)s") % _about(message)
    ),
    "named_by_stranger": lambda message: (
        _("상담 #%(number)s의 답장이라고 적혀 있지만, 그 상담의 참여자가 아니라서 나눠 두었어요")
        % _about(message)
    ),
    moving.AWAY: lambda message: (
        _("%(by)s 님이 메일 한 통을 상담 #%(number)s%(to)s 옮겼어요") % _about(message)
    ),
    moving.HERE: lambda message: (
        _("%(by)s 님이 상담 #%(number)s에서 메일 한 통을 옮겨 왔어요") % _about(message)
    ),
    moving.BACK_AWAY: lambda message: (
        _("%(by)s 님이 옮겼던 메일을 상담 #%(number)s%(to)s 되돌렸어요") % _about(message)
    ),
    moving.BACK_HERE: lambda message: (
        _("%(by)s 님이 옮겼던 메일을 상담 #%(number)s에서 되돌려 왔어요") % _about(message)
    ),
}
