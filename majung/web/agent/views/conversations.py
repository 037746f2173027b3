"""One conversation: the words, and who one talks with."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from majung.accounts import audit, notices
from majung.accounts.models import Agent
from majung.conversations import reading
from majung.conversations.models import Conversation, Message
from majung.core.text.korean import josa
from majung.customers.models import Customer
from majung.customers.queries import standing
from majung.web import naming
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import addressing, composing, happenings, listing, sorting, visible, words
from majung.web.agent import panel as panels
from majung.web.agent import thread as threads
from majung.web.agent.views.lists import list_context
from majung.web.live_page import page_live


@require_safe
@never_cache
@agent_required
def show(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Show the conversation beside its list, or to a script that has the list without it."""
    only_talk = request.headers.get("Majung-Part") == "talk"
    context = page_context(request, public_id, has_list=not only_talk)
    return render(request, "desk/conversation.html", context)


@require_safe
@never_cache
@agent_required
def thread(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Answer the thread again, with the header beside it."""
    context = thread_context(request, public_id)
    return render(request, "desk/thread_live.html", {**context, "thread_part": True})


@require_safe
@never_cache
@agent_required
def older(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Answer the messages before a cursor."""
    conversation = visible.conversation(request.user, public_id)
    since = request.GET.get("since", "")
    past = threads.before(conversation, request.GET.get("before", ""), since=since)
    return render(request, "desk/thread_past.html", {"conversation": conversation, "past": past})


@require_safe
@never_cache
@agent_required
def panel(request: AgentRequest, public_id: UUID) -> HttpResponse:
    conversation = visible.conversation(request.user, public_id)
    audit.read(obj=conversation, by=request.user)
    context = panel_context(request.user, conversation, only=request.GET.get("only", ""))
    return render(request, "desk/panel_live.html", {**context, "panel_part": True})


def page_context(
    request: AgentRequest, public_id: UUID, *, has_list: bool = True, **composer: object
) -> dict[str, Any]:
    """Return what the whole page needs; ``composer`` holds a text that was not sent and why."""
    # What is on screen is read: first, so that the list beside shows it as such.
    context = thread_context(request, public_id)
    conversation: Conversation = context["conversation"]
    view = request.GET.get("view", "") or _usual_view(conversation, request.user)
    return {
        **context,
        "past": _past(conversation, context["thread"], request.GET.get("since", "")),
        **(list_context(request, view, current=public_id) if has_list else {"view": view}),
        "has_list": has_list,
        **panel_context(request.user, conversation, only=request.GET.get("only", "")),
        "composer": {
            **composing.begin(
                conversation,
                request.user,
                answers_by=context["answers_by"],
                proposed=context["proposed"],
            ),
            **composer,
        },
    }


def thread_context(request: AgentRequest, public_id: UUID) -> dict[str, Any]:
    """Note that the thread is on screen, and return what it and its header need."""
    live = page_live([f"conversation:{public_id}"])
    conversation = visible.conversation(request.user, public_id)
    audit.read(obj=conversation, by=request.user)
    if "Majung-Hidden" not in request.headers:  # a tab that nobody looks at reads nothing
        reading.see(conversation=conversation)
        notices.read(agent=request.user, conversation=public_id)
    newest = threads.newest(conversation, start=request.GET.get("start", ""))
    answers_by = _answers_by(conversation, newest)
    channel = words.channel(answers_by)
    return {
        "conversation": conversation,
        "customer_name": naming.customer_name(conversation.customer),
        "status": words.status(conversation.status),
        "thread_live": live,
        "thread": newest,
        "colleagues": visible.colleagues(conversation.brand),
        "sorting": sorting.of(conversation, agent=request.user),
        "channel": channel,
        "answers_by": answers_by,
        "proposed": addressing.of_mail(conversation, answers_by=answers_by),
        "reply_by": _("%(channel)s%(by)s 답장")
        % {"channel": channel, "by": josa(channel, "으로/로")},
        "channel_icon": listing.icon_of(conversation.inbox.kind),
    }


def panel_context(agent: Agent, conversation: Conversation, *, only: str = "") -> dict[str, Any]:
    """Return what the panel beside the conversation needs; ``only`` is a category of the past."""
    person = standing(conversation.customer)
    live = page_live([f"customer:{person.public_id}", f"conversation:{conversation.public_id}"])
    # Whose topic to mark is known only now; what is shown must be read after the mark.
    conversation.customer = Customer.objects.select_related("merged_into").get(
        conversations=conversation
    )
    if standing(conversation.customer) != person:
        return panel_context(agent, conversation, only=only)
    return {
        "conversation": conversation,
        "panel_live": live,
        "panel": panels.about(
            standing(conversation.customer),
            agent=agent,
            beside=conversation,
            only=happenings.asked(only),
        ),
    }


def _past(conversation: Conversation, newest: threads.Thread, since: str) -> threads.Thread | None:
    """Return what stands above the newest messages when the page is to begin further back."""
    if not since or not newest.older:
        return None
    past = threads.before(conversation, newest.start, since=since)
    return past if past.entries else None


def _answers_by(conversation: Conversation, newest: threads.Thread) -> str:
    """Return the kind of the channel by which a reply will go: the customer's last one."""
    for entry in reversed(newest.entries):
        if entry.message and entry.message.is_from_customer:
            return entry.message.inbox.kind
    if not newest.older:
        return conversation.inbox.kind
    last = (
        conversation.messages.filter(kind=Message.Kind.CUSTOMER)
        .order_by("-pk")
        .values_list("inbox__kind", flat=True)
        .first()
    )
    return last or conversation.inbox.kind


def _usual_view(conversation: Conversation, agent: Agent) -> str:
    """Return the list in which one expects the conversation."""
    if conversation.is_closed:
        return "closed"
    if conversation.is_on_hold:
        return "held"
    if conversation.assignee_id == agent.pk:
        return "mine"
    return "unassigned" if conversation.assignee_id is None else "all"
