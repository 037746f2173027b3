"""What agents are told about conversations: when, whom, and in which words."""

from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from majung.accounts import notice_kinds, notices
from majung.accounts.models import Agent, Notice
from majung.accounts.notice_kinds import Kind, Words
from majung.conversations import following, mentions
from majung.conversations.models import Conversation, Message
from majung.core import jobs

MENTIONED: Final = "mentioned"
ASSIGNED: Final = "assigned"
ANSWERED: Final = "answered"
REOPENED: Final = "reopened"
WOKEN: Final = "woken"
FOLLOWED: Final = "followed"
MOST_WORDS: Final = 120


def called_in_note(*, message_id: int) -> None:
    """Tell the colleagues whom a fresh note calls."""
    message = Message.objects.select_related("conversation__brand", "author").get(pk=message_id)
    notices.tell(
        kind=MENTIONED,
        agents=mentions.note(message=message),
        conversation=message.conversation.public_id,
        message=message.public_id,
        by=message.author,
    )


def given(*, conversation_id: int, agent_id: int, by_id: int | None) -> None:
    """Tell an agent that somebody else gave them a conversation."""
    line = _last_line(conversation_id, "assigned")
    if line and agent_id != by_id:
        _tell(ASSIGNED, line, agents=[Agent.objects.get(pk=agent_id)], by_id=by_id)


def opened_again(*, conversation_id: int, before: str, by_id: int | None) -> None:
    """Tell the assignee that their conversation is open again: reopened, or back from a snooze."""
    line = _last_line(conversation_id, "status_", "woke")
    was_closed = before == Conversation.Status.CLOSED
    if line is None or line.conversation.assignee is None:
        return
    if was_closed or by_id is None:
        kind = REOPENED if was_closed else WOKEN
        _tell(kind, line, agents=[line.conversation.assignee], by_id=by_id)


@jobs.job
def customer_wrote(message_id: int) -> None:
    """Tell the assignee that the customer answered, or that a closed conversation goes on.

    Who follows the conversation, and may still see it, is told too.
    """
    rows = Message.objects.select_related("conversation__assignee", "conversation__brand")
    message = rows.filter(pk=message_id).first()
    if message is None:
        return
    assignee = message.conversation.assignee
    followers = following.followers(message.conversation)
    kind = REOPENED if _was_reopened(message) else ANSWERED
    for what, agents in (
        (kind, [assignee] if assignee else []),
        (FOLLOWED, [one for one in followers if one != assignee]),
    ):
        notices.tell(
            kind=what,
            agents=agents,
            conversation=message.conversation.public_id,
            message=message.public_id,
        )


def title(kind: str, *, by: str, customer: str) -> str:
    """Return who did what; ``by`` is a colleague's name, empty where nobody did it."""
    people = {"by": by, "customer": customer}
    if kind == MENTIONED:
        return _("%(by)s 님이 메모에서 불렀어요") % people
    if kind == ASSIGNED:
        said = _("%(by)s 님이 상담을 맡겼어요") if by else _("상담이 배정되었어요")
        return said % people
    if kind in {ANSWERED, FOLLOWED}:
        return _("%(customer)s 님이 답했어요") % people
    if kind == REOPENED:
        said = _("%(by)s 님이 상담을 다시 열었어요")
        return (said if by else _("%(customer)s 님의 상담이 다시 열렸어요")) % people
    if kind == WOKEN:
        return _("미뤄 둔 %(customer)s 님의 상담이 돌아왔어요") % people
    return kind


def describe(notice: Notice, *, with_words: bool) -> Words | None:
    """Return the words for a notice, ``None`` once its agent may not see the conversation."""
    conversation = (
        Conversation.objects.visible_to(notice.agent)
        .select_related("brand", "customer__merged_into")
        .filter(public_id=notice.conversation)
        .first()
    )
    if conversation is None:
        return None
    person = conversation.customer.merged_into or conversation.customer
    customer = person.name or _("방문자")
    said = _said(notice, conversation) if with_words else ""
    which = f"{conversation.brand.name} · #{conversation.pk}"
    if customer not in (heading := title(notice.kind, by=_name(notice.by), customer=customer)):
        which = _("%(customer)s 님") % {"customer": customer} + f" · {which}"
    return Words(title=heading, body=f"{said}\n{which}" if said else which)


def _said(notice: Notice, conversation: Conversation) -> str:
    message = conversation.messages.filter(public_id=notice.message, deleted_at=None).first()
    text = " ".join(message.text.split()) if message else ""
    return text if len(text) <= MOST_WORDS else f"{text[:MOST_WORDS]}…"


def _name(agent: Agent | None) -> str:
    return agent.name if agent else ""


def _last_line(conversation_id: int, *what: str) -> Message | None:
    """Return the newest line of a thread if what it tells begins with one of ``what``."""
    line = (
        Message.objects.filter(conversation=conversation_id, kind=Message.Kind.EVENT)
        .select_related("conversation__assignee")
        .order_by("-pk")
        .first()
    )
    told = str(line.data.get("what", "")) if line else ""
    return line if told.startswith(what) else None


def _was_reopened(message: Message) -> bool:
    """Say whether the message opened a closed conversation: its line stands right before it."""
    before = (
        Message.objects.filter(conversation=message.conversation, pk__lt=message.pk)
        .filter(~Q(kind=Message.Kind.NOTE))
        .order_by("-pk")
        .first()
    )
    return before is not None and before.data.get("what") == "reopened_by_customer"


def _tell(kind: str, line: Message, *, agents: list[Agent], by_id: int | None) -> None:
    notices.tell(
        kind=kind,
        agents=agents,
        conversation=line.conversation.public_id,
        message=line.public_id,
        by=Agent.objects.get(pk=by_id) if by_id else None,
    )


for _kind, _label in (
    (MENTIONED, gettext_lazy("동료가 메모에서 나를 부를 때")),
    (ASSIGNED, gettext_lazy("다른 사람이 나에게 상담을 맡길 때")),
    (ANSWERED, gettext_lazy("내 상담에서 고객이 답할 때")),
    (REOPENED, gettext_lazy("내 상담이 다시 열릴 때")),
    (WOKEN, gettext_lazy("미뤄 둔 내 상담이 돌아올 때")),
    (FOLLOWED, gettext_lazy("알림 받는 상담에서 고객이 답할 때")),
):
    notice_kinds.register(Kind(name=_kind, label=_label, describe=describe))
