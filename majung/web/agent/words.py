"""What was done, in words: the thin lines of a thread and the timeline of a customer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from majung.channels import enclosed, registry
from majung.conversations import contacts, ratings
from majung.conversations.models import Conversation, Message
from majung.core.text.korean import josa
from majung.customers.models import Identity, Merge
from majung.web import naming, scores
from majung.web.agent import mail_words, moved_words

_CHANNELS: Final = {
    "webchat": gettext_lazy("채팅"),
    "webform": gettext_lazy("문의 폼"),
    "email": gettext_lazy("이메일"),
}

_KINDS: Final = {
    Identity.Kind.VISITOR: gettext_lazy("브라우저"),
    Identity.Kind.USER: gettext_lazy("회원"),
    Identity.Kind.EMAIL: gettext_lazy("이메일"),
    Identity.Kind.PHONE: gettext_lazy("전화번호"),
    Identity.Kind.MESSENGER: gettext_lazy("메신저 계정"),
}

_EVIDENCE: Final = {
    Merge.Evidence.SIGNED_IN: gettext_lazy("같은 브라우저에서 로그인했어요"),
    Merge.Evidence.VERIFIED: gettext_lazy("확인된 연락처가 같아요"),
    Merge.Evidence.AGENT: gettext_lazy("상담원이 확인했어요"),
}

_STATUSES: Final = {
    Conversation.Status.OPEN: gettext_lazy("응대"),
    Conversation.Status.PENDING: gettext_lazy("보류"),
    Conversation.Status.CLOSED: gettext_lazy("종료"),
}

_PRIORITIES: Final = {
    Conversation.Priority.URGENT: (gettext_lazy("긴급"), "chevrons-up"),
    Conversation.Priority.HIGH: (gettext_lazy("높음"), "chevron-up"),
    Conversation.Priority.NORMAL: (gettext_lazy("보통"), "equal"),
    Conversation.Priority.LOW: (gettext_lazy("낮음"), "chevron-down"),
}

_STATES: Final = {
    Message.State.STORED: "",
    Message.State.QUEUED: gettext_lazy("보내는 중"),
    Message.State.SENDING: gettext_lazy("보내는 중"),
    Message.State.SENT: gettext_lazy("보냄"),
    Message.State.DELIVERED: gettext_lazy("전달됨"),
    Message.State.READ: gettext_lazy("읽음"),
    Message.State.FAILED: gettext_lazy("보내지 못했어요"),
    Message.State.UNKNOWN: gettext_lazy("도착했는지 알 수 없어요"),
}

# Where a customer said that an address is theirs.
_SAID: Final = {
    "prechat": gettext_lazy("상담 전에 적음"),
    "asked": gettext_lazy("답장을 받으려고 남김"),
}

_FAILURES: Final = {
    "interrupted": gettext_lazy("보내는 도중에 서버가 멈췄어요."),
}


@dataclass(frozen=True, slots=True)
class Words:
    """A line of a thread; ``conversation`` is the public id of another one it speaks of."""

    text: str
    conversation: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A priority: its value, its word and its icon."""

    value: str
    text: str
    icon: str


def channel(kind: str) -> str:
    """Return what people call a channel."""
    if kind in _CHANNELS:
        return str(_CHANNELS[kind])
    return registry.name_of(kind)


def kind_of(identity: Identity) -> str:
    """Return what kind of address it is."""
    return str(_KINDS.get(Identity.Kind(identity.kind), identity.kind))


def evidence(merge: Merge) -> str:
    """Return why two profiles were taken for one person."""
    return str(_EVIDENCE.get(Merge.Evidence(merge.evidence), merge.evidence))


def said_where(identity: Identity) -> str:
    """Return where an address that is not proven was said; empty for a message or a form."""
    return str(_SAID.get(identity.evidence, "")) if not identity.is_verified else ""


def status(value: str) -> str:
    """Return the word for a conversation's status."""
    return str(_STATUSES[Conversation.Status(value)])


def press(value: str) -> Press:
    """Return how much a conversation presses, as it is shown."""
    text, icon = _PRIORITIES[Conversation.Priority(value)]
    return Press(value, str(text), icon)


def state(message: Message) -> str:
    """Return where an outbound message is on its way."""
    return str(_STATES[Message.State(message.state)])


def failure(message: Message) -> str:
    """Return why a message did not go out, or may not have."""
    said = _FAILURES.get(message.failure, message.failure)
    return _(str(said)) if said else ""


def line(message: Message) -> Words:
    """Return the words for an event line of a thread."""
    about: dict[str, Any] = message.data
    what = str(about.get("what", ""))
    if what in {"split_from", "split_to"}:
        return _split(what, str(about.get("number", "")), str(about.get("conversation", "")))
    if what in moved_words.LINES:
        return Words(moved_words.told(message), str(about.get("conversation", "")))
    if what.startswith("status_"):
        return Words(_status(message, what.removeprefix("status_")))
    told = _LINES.get(what)
    return Words(told(message) if told else what)


def _assignment(message: Message) -> str:
    what = message.data["what"]
    by, name = message.author, str(message.data.get("name", ""))
    if what == "unassigned":
        if by is None:
            return _("담당이 없어졌어요")
        return _("%(by)s 님이 담당을 비웠어요") % {"by": by.name}
    if by is None:
        return _("%(name)s 님에게 배정되었어요") % {"name": name}
    if str(by.public_id) == message.data.get("agent"):
        return _("%(name)s 님이 맡았어요") % {"name": name}
    return _("%(by)s 님이 %(name)s 님에게 맡겼어요") % {"by": by.name, "name": name}


def _to_team(message: Message) -> str:
    team, by = str(message.data.get("team_name", "")), message.author
    if message.data["what"] == "team_unassigned":
        return _("%(by)s 님이 팀을 비웠어요") % {"by": by.name if by else ""}
    return _("%(by)s 님이 %(team)s 팀에 넘겼어요") % {"by": by.name if by else "", "team": team}


def _priority(message: Message) -> str:
    by, after = message.author, str(message.data.get("after", ""))
    word = press(after).text if after in Conversation.Priority.values else after
    words = {"priority": word, "to": josa(word, "으로/로"), "by": by.name if by else ""}
    if by is None:
        return _("우선순위가 %(priority)s%(to)s 바뀌었어요") % words
    return _("%(by)s 님이 우선순위를 %(priority)s%(to)s 바꿨어요") % words


def _until(message: Message) -> str:
    """Return the moment of a line that speaks of one, in the agent's zone."""
    try:
        moment = datetime.fromisoformat(str(message.data.get("until", "")))
    except ValueError:
        return ""
    return naming.moment(moment)


def _status(message: Message, after: str) -> str:
    by = message.author
    if by and after == "pending" and (until := _until(message)):
        return _("%(by)s 님이 %(until)s까지 보류했어요") % {"by": by.name, "until": until}
    if by is None:
        return {
            "open": _("상담이 다시 열렸어요"),
            "pending": _("상담이 보류되었어요"),
            "closed": _("상담이 끝났어요"),
        }.get(after, after)
    words = {
        "open": _("%(by)s 님이 상담을 다시 열었어요"),
        "pending": _("%(by)s 님이 상담을 보류했어요"),
        "closed": _("%(by)s 님이 상담을 마쳤어요"),
    }.get(after, after)
    return words % {"by": by.name}


def _split(what: str, number: str, conversation: str) -> Words:
    if what == "split_from":
        text = _("합치기를 되돌려서 상담 #%(number)s에서 나뉘었어요") % {"number": number}
    else:
        text = _("합치기를 되돌려서 다른 고객의 메시지를 상담 #%(number)s%(to)s 옮겼어요") % {
            "number": number,
            "to": josa(number, "으로/로"),
        }
    return Words(text, conversation)


def _rated(message: Message) -> str:
    value = message.data.get("score")
    given = {"score": value, "words": scores.word(value) if isinstance(value, int) else ""}
    comment = str(message.data.get("comment") or "")
    if comment:
        told = _("고객이 만족도를 %(score)s점(%(words)s)으로 남겼어요: “%(comment)s”")
        return told % {**given, "comment": comment}
    return _("고객이 만족도를 %(score)s점(%(words)s)으로 남겼어요") % given


def _contact(message: Message) -> str:
    kind = str(message.data.get("kind", ""))
    if kind == Identity.Kind.PHONE:
        return _("고객이 전화번호를 남겼어요. 확인되지 않은 연락처예요")
    return _("고객이 이메일 주소를 남겼어요. 확인되지 않은 연락처예요")


_LINES: Final[dict[str, Callable[[Message], str]]] = {
    "assigned": _assignment,
    "unassigned": _assignment,
    "team_assigned": _to_team,
    "team_unassigned": _to_team,
    "priority": _priority,
    "reopened_by_customer": lambda _message: _("고객이 다시 말을 걸어 상담이 이어졌어요"),
    ratings.LINE: _rated,
    contacts.LINE: _contact,
    enclosed.LINE: lambda message: (
        _("받지 못한 파일이 있어요: %(names)s")
        % {"names": ", ".join(message.data.get("names", []))}
    ),
    **mail_words.LINES,
    "woke": lambda _message: _("보류한 시각이 되어 상담이 다시 열렸어요"),
}
