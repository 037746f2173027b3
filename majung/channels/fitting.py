"""Whether a reply fits the channel: its length, its files, and the time in which it takes any.

Asked before a reply is written, so that nobody writes what cannot go out, and again before it is
sent.
"""

from collections.abc import Sequence
from datetime import timedelta
from fnmatch import fnmatchcase

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from majung.channels import registry, wording
from majung.channels.contract import Capabilities, OutFile
from majung.conversations.models import Message
from majung.core import clock
from majung.core.models import Blob
from majung.core.text.korean import josa


class DoesNotFit(Exception):
    """The channel does not take it; the text tells an agent why, and what to do."""


class NotChecked(Exception):
    """A file is still being looked through for viruses."""


def check(message: Message) -> None:
    """Make sure that a reply can go out by its channel now.

    Raises:
        DoesNotFit: it is too long, has files that the channel does not take, or comes too late.
    """
    can = registry.capabilities(message.inbox.kind)
    _check_window(message, can)
    length = len(wording.words_of(message))
    if can.oversized == "refuse" and length > can.max_text:
        raise DoesNotFit(
            _("%(channel)s%(to)s %(most)d자까지 보낼 수 있어요. 지금은 %(length)d자예요.")
            % {**_named(can), "most": can.max_text, "length": length}
        )
    check_files(wording.files_of(message), can)


def check_files(files: Sequence[OutFile], can: Capabilities) -> None:
    """Make sure that the channel takes these files.

    Raises:
        DoesNotFit: it does not.
    """
    if not files:
        return
    if not can.max_files:
        raise DoesNotFit(
            _("%(channel)s%(to)s 파일을 받지 않아요. 파일을 빼고 보내 주세요.") % _named(can)
        )
    if len(files) > can.max_files:
        raise DoesNotFit(
            _("%(channel)s%(to)s 파일을 한 번에 %(most)d개까지 받아요. 나누어 보내 주세요.")
            % {**_named(can), "most": can.max_files}
        )
    for file in files:
        if can.max_file_bytes and file.size > can.max_file_bytes:
            raise DoesNotFit(
                _("‘%(file)s’ 파일이 너무 커요. %(channel)s%(to)s 하나에 %(most)s까지 받아요.")
                % {**_named(can), "file": file.name, "most": filesizeformat(can.max_file_bytes)}
            )
        if not takes(can, file.type):
            raise DoesNotFit(
                _("‘%(file)s’ 파일은 %(channel)s에서 받지 않는 종류예요. 받는 종류: %(media)s")
                % {**_named(can), "file": file.name, "media": _told(can.media)}
            )


def check_scans(message: Message) -> None:
    """Make sure that no file of a reply is dangerous, so far as anybody knows.

    Raises:
        DoesNotFit: one is, or could not be looked through.
        NotChecked: one is still being looked through.
    """
    states = {file.blob.scan for file in message.attachments.select_related("blob")}
    if states & {Blob.Scan.INFECTED, Blob.Scan.FAILED}:
        raise DoesNotFit(_("안전하지 않은 파일이 있어서 보내지 않았어요."))
    if Blob.Scan.PENDING in states:
        raise NotChecked


def takes(can: Capabilities, kind: str) -> bool:
    """Say whether the channel takes files of a media type."""
    return not can.media or any(fnmatchcase(kind, pattern) for pattern in can.media)


def _check_window(message: Message, can: Capabilities) -> None:
    if can.window is None:
        return
    said = Message.objects.filter(
        identity=message.identity_id, inbox=message.inbox_id, kind=Message.Kind.CUSTOMER
    )
    last = said.order_by("-id").values_list("created_at", flat=True).first()
    if last is None or last + timedelta(hours=can.window.hours) < clock.now():
        raise DoesNotFit(
            _("%(channel)s%(to)s 고객이 글을 쓴 뒤 %(hours)g시간 안에만 답할 수 있어요. %(remedy)s")
            % {**_named(can), "hours": can.window.hours, "remedy": _(can.window.remedy)}
        )


def _told(media: Sequence[str]) -> str:
    """Return what kinds of files a channel takes, in words where there are some."""
    words = {
        "image/*": _("사진"),
        "video/*": _("동영상"),
        "audio/*": _("소리"),
        "application/pdf": "PDF",
    }
    return ", ".join(words.get(each, each) for each in media)


def _named(can: Capabilities) -> dict[str, str]:
    name = _(can.name)
    return {"channel": name, "to": josa(name, "은/는")}
