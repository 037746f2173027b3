"""What was done, in words: revisions, the ledger, the audit trail, jobs."""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from majung.accounts import editables
from majung.accounts.models import Agent, Revision
from majung.channels import registry
from majung.channels.models import InboundDelivery
from majung.customers.models import Identity
from majung.web import ledger_words, naming

_CHANNELS: Final = {
    "webchat": gettext_lazy("채팅 위젯"),
    "webform": gettext_lazy("문의 폼"),
    "email": gettext_lazy("이메일"),
}
_ROLES: Final = {
    Agent.Role.AGENT: gettext_lazy("상담원"),
    Agent.Role.LEAD: gettext_lazy("팀 리더"),
    Agent.Role.ADMIN: gettext_lazy("관리자"),
}
_LOCALES: Final = {"ko": "한국어", "en": "English"}
_OBJECTS: Final = {
    "brand": gettext_lazy("브랜드"),
    "team": gettext_lazy("팀"),
    "tag": gettext_lazy("태그"),
    "inbox": gettext_lazy("채널 계정"),
    "brandhours": gettext_lazy("상담 시간"),
    "automaticmessages": pgettext_lazy("여럿", "자동 메시지"),
    "sharedreply": gettext_lazy("답변 템플릿"),
    "cannedreply": gettext_lazy("답변 템플릿"),
    "agent": gettext_lazy("상담원"),
    "invitation": gettext_lazy("초대"),
    "inbounddelivery": gettext_lazy("접수 항목"),
    "conversation": gettext_lazy("상담"),
    "customer": gettext_lazy("고객"),
    "message": gettext_lazy("메시지"),
    "merge": gettext_lazy("고객 합치기"),
    "job": gettext_lazy("작업"),
}
_ACTIONS: Final = {
    "read": gettext_lazy("봤어요"),
    "setting_made": gettext_lazy("만들었어요"),
    "setting_published": gettext_lazy("바꿔서 게시했어요"),
    "setting_undone": gettext_lazy("앞의 상태로 되돌렸어요"),
    "draft_saved": gettext_lazy("초안을 저장했어요"),
    "draft_discarded": gettext_lazy("초안을 버렸어요"),
    "discarded": gettext_lazy("휴지통으로 옮겼어요"),
    "restored": gettext_lazy("휴지통에서 되살렸어요"),
    "secret_made": gettext_lazy("서명 비밀키를 만들었어요"),
    "secret_rotated": gettext_lazy("서명 비밀키를 새로 만들었어요"),
    "secret_dropped": gettext_lazy("서명 비밀키를 없앴어요"),
    "settings_exported": gettext_lazy("설정 파일을 내려받았어요"),
    "settings_imported": gettext_lazy("설정 파일을 적용했어요"),
    "agent_made": gettext_lazy("계정을 만들었어요"),
    "agent_invited": gettext_lazy("초대했어요"),
    "invitation_withdrawn": gettext_lazy("초대를 거뒀어요"),
    "invitation_accepted": gettext_lazy("초대를 받아들였어요"),
    "agent_deactivated": gettext_lazy("계정을 껐어요"),
    "agent_reactivated": gettext_lazy("계정을 다시 켰어요"),
    "role_changed": gettext_lazy("역할을 바꿨어요"),
    "password_link_made": gettext_lazy("새 비밀번호 링크를 만들었어요"),
    "password_chosen": gettext_lazy("새 비밀번호를 정했어요"),
    "signed_in": gettext_lazy("로그인했어요"),
    "hours_opened": gettext_lazy("직접 열었어요"),
    "hours_closed": gettext_lazy("직접 닫았어요"),
    "hours_let_go": gettext_lazy("직접 연 것이나 닫은 것을 풀었어요"),
    "inbound_retried": gettext_lazy("다시 처리했어요"),
    "inbound_ignored": gettext_lazy("치워 뒀어요"),
    "inbound_released": gettext_lazy("차단된 메일 하나만 받았어요"),
    "sender_blocked": gettext_lazy("메일 주소를 차단했어요"),
    "sender_unblocked": gettext_lazy("메일 주소의 차단을 풀었어요"),
    "account_secret_set": gettext_lazy("비밀번호를 새로 저장했어요"),
    "inbound_raw_read": gettext_lazy("원문을 봤어요"),
    "mail_source_read": gettext_lazy("메일 원문을 내려받았어요"),
    "mail_moved": gettext_lazy("메일을 이 상담으로 옮겼어요"),
    "mail_moved_back": gettext_lazy("옮긴 메일을 이 상담으로 되돌렸어요"),
    "canned_reply_made": gettext_lazy("만들었어요"),
    "canned_reply_changed": gettext_lazy("고쳤어요"),
    "customer_renamed": gettext_lazy("이름을 고쳤어요"),
    "customers_merged": gettext_lazy("합쳤어요"),
    "merge_undone": gettext_lazy("합치기를 되돌렸어요"),
    "reply_resent": gettext_lazy("답을 다시 보냈어요"),
    "test_mail_sent": gettext_lazy("시험 메일을 보냈어요"),
    "transcript_sent": gettext_lazy("대화 내용을 메일로 보냈어요"),
    "reply_settled": gettext_lazy("보낸 답의 결과를 적었어요"),
    "job_retried": gettext_lazy("다시 실행했어요"),
}
_STATES: Final = {
    InboundDelivery.State.RECEIVED: (gettext_lazy("처리 기다림"), "wait"),
    InboundDelivery.State.PROCESSED: (gettext_lazy("처리함"), "done"),
    InboundDelivery.State.IGNORED: (gettext_lazy("치워 둠"), ""),
    InboundDelivery.State.FAILED: (gettext_lazy("실패"), "late"),
}
_SENDERS: Final = {
    Identity.Kind.VISITOR: gettext_lazy("방문자"),
    Identity.Kind.USER: gettext_lazy("회원"),
    Identity.Kind.EMAIL: gettext_lazy("이메일"),
    Identity.Kind.PHONE: gettext_lazy("전화번호"),
    Identity.Kind.MESSENGER: gettext_lazy("메신저 계정"),
}


@dataclass(frozen=True, slots=True)
class State:
    """A word and the class of its chip."""

    text: str
    look: str


def channel(kind: str) -> str:
    """Return what people call a kind of channel account."""
    if kind in _CHANNELS:
        return str(_CHANNELS[kind])
    return registry.name_of(kind)


def role(value: str) -> str:
    return str(_ROLES[Agent.Role(value)])


def action(name: str) -> str:
    """Return an entry of the audit trail in words."""
    return str(_ACTIONS.get(name, name))


def thing(kind: str) -> str:
    """Return what an entry is about."""
    return str(_OBJECTS.get(kind, kind))


def state(delivery: InboundDelivery) -> State:
    text, look = _STATES[InboundDelivery.State(delivery.state)]
    return State(str(text), look)


def reason(delivery: InboundDelivery) -> str:
    """Return what was done with an inbound item, and why."""
    if delivery.state == InboundDelivery.State.RECEIVED:
        return _("곧 처리돼요")
    return ledger_words.reason(delivery.reason)


def sender(delivery: InboundDelivery) -> str:
    """Return who sent an item, as far as one needs it to tell two apart."""
    if not delivery.sender:
        return "—"
    kind, _colon, rest = delivery.sender.partition(":")
    address = rest.partition(":")[2] or rest
    word = str(_SENDERS.get(kind, kind))  # type: ignore[call-overload]
    return f"{word} {naming.masked(Identity(kind=kind, address=address))}"


def writer(address: str) -> str:
    """Return whom a mail came from, as ``sender`` does."""
    word = str(_SENDERS[Identity.Kind.EMAIL])
    return f"{word} {naming.masked(Identity(kind=Identity.Kind.EMAIL, address=address))}"


def note(revision: Revision) -> str:
    """Return how a revision came about, when it was not plainly edited."""
    if revision.note == "file":
        return _("설정 파일로")
    what, _colon, number = revision.note.partition(":")
    if what == "undo":
        return _("%(number)s번 변경을 되돌려서") % {"number": number}
    return ""


def change(revision: Revision, before: Revision | None) -> str:
    """Return what a revision changed: "이름: 온담 → 온담샵, 인사말"."""
    if before is None:
        return _("처음 만들었어요") if revision.published_by_id else _("기록을 시작한 상태예요")
    fields = editables.of(revision.kind).fields
    parts = [
        _part(str(fields.get(name, name)), before.data.get(name), value)
        for name, value in revision.data.items()
        if before.data.get(name) != value
    ]
    return ", ".join(parts) or _("바뀐 것이 없어요")


def value(given: Any) -> str:
    """Return a value of a setting for reading."""
    match given:
        case True:
            return _("켜짐")
        case False:
            return _("꺼짐")
        case None | "" | [] | {}:
            return _("비어 있음")
        case list():
            return ", ".join(value(each) for each in given)
        case dict():
            return " · ".join(f"{name}: {value(each)}" for name, each in given.items())
    return str(_LOCALES.get(str(given), given))


def _part(label: str, before: Any, after: Any) -> str:
    if isinstance(before, str | int) and isinstance(after, str | int) and not _is_reference(after):
        return f"{label}: {value(before)} → {value(after)}"
    return label


def _is_reference(given: Any) -> bool:
    return isinstance(given, str) and len(given) == 36 and given.count("-") == 4
